/*
 * layout.h - a still picture is drawn twice, for a desk's screen and for a hand's, at about one
 * pixel a unit: what is only made smaller cannot be read. The page's style shows one of them.
 */
#ifndef ANALYSIS_REPORT_LAYOUT_H
#define ANALYSIS_REPORT_LAYOUT_H

#include <stdbool.h>

#define LAYOUT_WIDE 1060.0
#define LAYOUT_NARROW 340.0

static inline bool layout_is_narrow(double width)
{
    return width < LAYOUT_WIDE;
}

/* The class by which report.css knows it. */
static inline const char *layout_class(double width)
{
    return layout_is_narrow(width) ? "narrow" : "ample";
}

#endif
