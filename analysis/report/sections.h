/* sections.h - private to the report: its parts, from top to bottom. */
#ifndef ANALYSIS_REPORT_SECTIONS_H
#define ANALYSIS_REPORT_SECTIONS_H

#include "analysis/report/figures.h"
#include "analysis/report/report.h"

#define SECTION_BAD_SHARE 0.01 /* of the calls: above it a page warns */

void section_header(FILE *to, const struct report_page *page);
void section_highlights(FILE *to, const struct report_data *data);
void section_warnings(FILE *to, const struct report_data *data);
void section_figures(FILE *to, const struct figures *figures);
void section_figure(FILE *to, const struct chart *chart);
/* What the script draws it from, on pages whose figures are not all in one place. */
void section_chart_data(FILE *to, const struct chart *chart);
/* Of a merged sweep: what the model describes. */
void section_pictures(FILE *to, const struct figures *figures);

/* tables.c */
bool section_has_contrasts(const struct report_data *data);
void section_contrasts(FILE *to, const struct report_data *data);
void section_summary(FILE *to, const struct report_data *data);
void section_distributions(FILE *to, const struct report_data *data);
void section_runs(FILE *to, const struct report_data *data);
void section_scenario(FILE *to, const struct report_data *data);
void section_provenance(FILE *to, const struct report_page *page);

/* section_executed.c; nothing where there is nothing */
void section_executed(FILE *to, const struct report_data *data);

/* entities.c */
void section_entity_links(FILE *to, const struct report_data *data);
void section_entities(FILE *to, const struct report_data *data);

/* The scenario's name: its key `name`, or else its file's. */
void section_scenario_name(const struct report_data *data, char *name, size_t bytes);

/* ---- what several of them put ---- */

void section_fact(FILE *to, const char *name, const char *value);
void section_tile(FILE *to, const char *value, const char *what, const char *below);
void section_swatch(FILE *to, size_t place); /* the colour of a variant */
void section_variant(FILE *to, size_t place, const char *name);
void section_variants(FILE *to, const char *const *variant, uint32_t variants);

void section_open_table(FILE *to, const char *class, const char *label);
void section_close_table(FILE *to);
void section_estimate(FILE *to, const struct stats_estimate *e, const char *unit);
void section_estimate_as(FILE *to, const char *class, const char *mark,
                         const struct stats_estimate *e, const char *unit);
/* A cell with the number to sort by, whatever the scale in which it is shown. */
void section_sortable(FILE *to, const char *class, double mean, const char *unit);
void section_variant_heads(FILE *to, const struct report_data *data);

/* "95 %: 2.1 to 2.3" in the same scale as the value; says where it does not clear neutral. */
void section_interval(char text[], size_t bytes, const struct stats_estimate *e, const char *unit,
                      double neutral);

#endif
