#include "analysis/report/swept_page.h"

#include <inttypes.h>
#include <string.h>

#include "analysis/report/html.h"
#include "analysis/report/sections.h"

static void put_count(FILE *to, const char *name, size_t count)
{
    char text[32];
    (void)snprintf(text, sizeof text, "%zu", count);
    section_fact(to, name, text);
}

static void put_header(FILE *to, const struct swept_data *data)
{
    const struct report_data *result = &data->result;
    char name[256];
    section_scenario_name(result, name, sizeof name);
    html_put(to, "<header>\n<p class=\"kicker\">nimblesim sweep</p>\n<h1>%</h1>\n", name);
    if (strcmp(result->origin.state, "complete") != 0) {
        html_put(to,
                 "<p class=\"alert\" role=\"alert\"><strong>Incomplete.</strong> The merge is "
                 "marked \u2018%\u2019. Only the runs that are complete are shown.</p>\n",
                 result->origin.state);
    }
    html_put(to, "<dl class=\"facts\">\n");
    section_fact(to, "model", result->model->schema.name);
    for (size_t a = 0; a < data->axis_count; a++) {
        const struct swept_axis *axis = &data->axis[a];
        char text[32];
        (void)snprintf(text, sizeof text, "%zu value%s", axis->count, axis->count == 1 ? "" : "s");
        section_fact(to, axis->key, text);
    }
    put_count(to, "points", data->point_count);
    put_count(to, "replications", result->replications);
    section_variants(to, result->variant, result->variant_count);
    section_fact(to, "seed", result->origin.seed);
    section_fact(to, "commit", result->origin.commit);
    html_put(to,
             "</dl>\n</header>\n"
             "<nav aria-label=\"Sections\"><a href=\"#figures\">Figures</a>"
             "<a href=\"#effects\">Effects</a><a href=\"#points\">Points</a>"
             "<a href=\"#scenario\">Scenario</a><a href=\"#provenance\">Provenance</a></nav>\n");
}

static void put_scenario(FILE *to, const struct swept_data *data)
{
    html_put(to,
             "<section id=\"scenario\">\n<h2>Scenario</h2>\n<p class=\"lead\">Every key with the "
             "value in force at the first point; at the others the axes have their values.</p>\n"
             "<details class=\"card\"><summary><code>%</code></summary>\n"
             "<pre tabindex=\"0\">%</pre></details>\n</section>\n",
             data->result.origin.scenario_path, data->result.origin.scenario_resolved);
}

/* What the model describes of a merged sweep, as the plane of two axes. */
static enum sim_status put_pictures(FILE *to, const struct report_data *result)
{
    struct figures figures;
    const enum sim_status status = figures_init(&figures, result);
    if (status == SIM_OK) {
        section_pictures(to, &figures);
        figures_deinit(&figures);
    }
    return status;
}

enum sim_status swept_page_write(FILE *to, const struct report_page *page)
{
    const struct swept_data *data = page->sweep;
    put_header(to, data);
    enum sim_status status = swept_section_highlights(to, data);
    if (status == SIM_OK) {
        status = swept_section_figures(to, data);
    }
    if (status == SIM_OK) {
        status = put_pictures(to, &data->result);
    }
    if (status == SIM_OK) {
        status = swept_section_effects(to, data);
    }
    if (status != SIM_OK) {
        return status;
    }
    swept_section_points(to, data);
    put_scenario(to, data);
    section_provenance(to, page);
    return SIM_OK;
}
