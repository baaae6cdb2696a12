/*
 * report.h - a result as one HTML file that needs nothing else.
 *
 * Style sheet, scripts, chart library and data are inside; a content security
 * policy forbids the page to fetch anything. Without scripts, without the chart
 * library and on paper the same figures show as SVG. Equal data give an equal
 * page, byte for byte.
 *
 * Ownership: nothing is kept.
 * Errors: SIM_ERR_IO and SIM_ERR_NOMEM, with a text in *error that names the file;
 *   SIM_ERR_INVALID where report_write_file() must not replace what is there.
 */
#ifndef ANALYSIS_REPORT_REPORT_H
#define ANALYSIS_REPORT_REPORT_H

#include <stdio.h>

#include "analysis/report/report_data.h"
#include "analysis/report/scene.h"
#include "analysis/report/swept_data.h"

struct report_page {
    const struct report_data *data;
    const struct swept_data *sweep; /* of a merged sweep, and data is its result; else NULL */
    const struct scene *scene;      /* NULL: none */
    const char *source;             /* the database, as the user named it */
};

/* Writes the page to a stream; look at ferror() afterwards. */
SIM_MUST_CHECK enum sim_status report_write(FILE *to, const struct report_page *page);

/*
 * Writes the page beside path and then moves it there, so that path never shows
 * half of it. A file that is there is only replaced if it is an earlier report or
 * empty.
 */
SIM_MUST_CHECK enum sim_status report_write_file(const char *path, const struct report_page *page,
                                                 struct store_error *error);

/* ---- for pages made elsewhere, of the same look ---- */

/* Up to the body's beginning, and from its end: style and script are inside. */
void report_open_page(FILE *to, const char *title, const char *css);
void report_close_page(FILE *to);

/* Pictures that a model describes, drawn as a report draws them without its charts' script. */
struct report_pictures {
    const struct drawn_all *drawn;
    const char *const *variant; /* for their colours */
    uint32_t variants, replications;
    const char *anchor; /* what their anchors begin with: unique on the page */
};
SIM_MUST_CHECK enum sim_status report_put_pictures(FILE *to, const struct report_pictures *p);

/* As report_write_file(), of whatever write() writes. */
typedef enum sim_status report_writer(FILE *to, const void *context);
SIM_MUST_CHECK enum sim_status report_replace_file(const char *path, report_writer *write,
                                                   const void *context, struct store_error *error);

/* Was the chart library built in? */
bool report_has_charts(void);

#endif
