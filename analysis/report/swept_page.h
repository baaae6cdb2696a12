/*
 * swept_page.h - private to the report: what the page of a merged sweep holds.
 *
 * One axis: a picture a figure, with a line for each variant, or dots for words. Two and more:
 * small multiples of the leading figures on the two axes that move the first one most, averaged
 * over the others, maps of that one where both are numbers, and each axis for itself. Then the axes
 * by effect, the points, and where it is from.
 *
 * Errors: SIM_ERR_NOMEM, with half a page written; those of the stream as in report.h.
 */
#ifndef ANALYSIS_REPORT_SWEPT_PAGE_H
#define ANALYSIS_REPORT_SWEPT_PAGE_H

#include "analysis/report/report.h"
#include "analysis/report/swept_data.h"

/* From the header to the provenance: all that is inside the element main. */
SIM_MUST_CHECK enum sim_status swept_page_write(FILE *to, const struct report_page *page);

/* ---- shared by the files behind this header ---- */

/* swept_tables.c */
enum sim_status swept_section_highlights(FILE *to, const struct swept_data *data);
enum sim_status swept_section_effects(FILE *to, const struct swept_data *data);
void swept_section_points(FILE *to, const struct swept_data *data);

/* swept_figures.c */
enum sim_status swept_section_figures(FILE *to, const struct swept_data *data);

#endif
