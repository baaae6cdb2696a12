/* sections.h - private to the report: its parts, from top to bottom. */
#ifndef ANALYSIS_REPORT_SECTIONS_H
#define ANALYSIS_REPORT_SECTIONS_H

#include "analysis/report/figures.h"
#include "analysis/report/report.h"

void section_header(FILE *to, const struct report_page *page);
void section_highlights(FILE *to, const struct report_data *data);
void section_warnings(FILE *to, const struct report_data *data);
void section_figures(FILE *to, const struct figures *figures);

/* tables.c */
void section_comparison(FILE *to, const struct report_data *data);
void section_summary(FILE *to, const struct report_page *page);
void section_distribution(FILE *to, const struct report_data *data);
void section_nodes(FILE *to, const struct report_data *data);
void section_runs(FILE *to, const struct report_data *data);
void section_scenario(FILE *to, const struct report_data *data);
void section_provenance(FILE *to, const struct report_page *page);

/* The scenario's name: its key `name`, or else its file's. */
void section_scenario_name(const struct report_data *data, char *name, size_t bytes);

#endif
