#include "analysis/report/report.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "analysis/report/html.h"
#include "analysis/report/sections.h"
#include "analysis/report/swept_page.h"
#include "sim/engine/beside.h"

/* Turned into strings by the build; the library's are empty where it was not there. */
extern const char report_css[];
extern const char report_js[];
extern const char report_scene_css[];
extern const char report_scene_js[];
extern const char report_uplot_css[];
extern const char report_uplot_js[];

/* What every report begins with, so that a later one knows what it may replace. */
static const char signature[] = "<!doctype html>\n<!-- nimblesim report -->\n";

bool report_has_charts(void)
{
    return report_uplot_js[0] != '\0';
}

/* ---- the page ---- */

static bool has_scene(const struct report_page *page)
{
    return page->scene != NULL && page->scene->text != NULL;
}

void report_open_page(FILE *to, const char *title, const char *css)
{
    (void)fputs(signature, to);
    html_put(to,
             "<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
             "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
             "<meta name=\"color-scheme\" content=\"light dark\">\n"
             "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
             "style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src blob:\">\n"
             "<title>%</title>\n<style>\n",
             title);
    (void)fputs(report_uplot_css, to);
    (void)fputs(report_css, to);
    (void)fputs(css, to);
    (void)fputs("</style>\n</head>\n<body>\n<main>\n", to);
}

static void open_report(FILE *to, const struct report_page *page)
{
    char name[256];
    char title[300];
    section_scenario_name(page->data, name, sizeof name);
    (void)snprintf(title, sizeof title, "%s \u2013 nimblesim report", name);
    report_open_page(to, title, has_scene(page) ? report_scene_css : "");
}

static void put_nav(FILE *to, const struct report_page *page)
{
    const struct report_data *data = page->data;
    html_put(to, "<nav aria-label=\"Sections\">");
    if (has_scene(page)) {
        html_put(to, "<a href=\"#floor\">%</a>", page->scene->has_places ? "Floor" : "As it went");
    }
    html_put(to, "<a href=\"#figures\">Figures</a>");
    if (section_has_contrasts(data)) {
        html_put(to, "<a href=\"#comparison\">Comparison</a>");
    }
    html_put(to, "<a href=\"#summary\">Summary</a>");
    if (data->measured.rows > 0) {
        html_put(to, "<a href=\"#measured\">Measured</a>");
    }
    if (data->executed_count > 0) {
        html_put(to, "<a href=\"#executed\">Executed</a>");
    }
    section_entity_links(to, data);
    html_put(to, "<a href=\"#runs\">Runs</a><a href=\"#scenario\">Scenario</a>"
                 "<a href=\"#provenance\">Provenance</a></nav>\n");
}

static void put_island(FILE *to, const struct figures *figures)
{
    (void)fputs("<script type=\"application/json\" id=\"report-data\">{\"charts\":[\n", to);
    bool is_first = true;
    for (size_t i = 0; i < figures->count; i++) {
        if (figures->chart[i].kind != CHART_PICTURE) {
            (void)fputs(is_first ? "" : ",\n", to);
            chart_write_json(to, &figures->chart[i]);
            is_first = false;
        }
    }
    (void)fputs("\n]}</script>\n", to);
}

static void put_script(FILE *to, const char *text)
{
    if (text[0] != '\0') {
        (void)fputs("<script>\n", to);
        (void)fputs(text, to);
        (void)fputs("</script>\n", to);
    }
}

void report_close_page(FILE *to)
{
    html_put(to, "</main>\n");
    put_script(to, report_uplot_js);
    put_script(to, report_js);
    html_put(to, "</body>\n</html>\n");
}

enum sim_status report_put_pictures(FILE *to, const struct report_pictures *p)
{
    struct report_data data = {
        .anchor = p->anchor,
        .variant_count = p->variants,
        .replications = p->replications,
        .drawn = *p->drawn, /* only looked at */
    };
    struct figures figures;
    data.variant = (const char **)(void *)(uintptr_t)p->variant;
    const enum sim_status status = figures_init(&figures, &data);
    if (status == SIM_OK) {
        for (size_t i = 0; i < figures.count; i++) {
            section_figure(to, &figures.chart[i]);
            section_chart_data(to, &figures.chart[i]);
        }
        figures_deinit(&figures);
    }
    return status;
}

static enum sim_status write_sweep(FILE *to, const struct report_page *page)
{
    open_report(to, page);
    const enum sim_status status = swept_page_write(to, page);
    report_close_page(to); /* its tables sort */
    return status;
}

enum sim_status report_write(FILE *to, const struct report_page *page)
{
    if (page->sweep != NULL) {
        return write_sweep(to, page);
    }
    struct figures *figures = malloc(sizeof *figures);
    if (figures == NULL || figures_init(figures, page->data) != SIM_OK) {
        free(figures);
        return SIM_ERR_NOMEM;
    }
    open_report(to, page);
    section_header(to, page);
    put_nav(to, page);
    section_highlights(to, page->data);
    section_warnings(to, page->data);
    scene_put(to, page->scene);
    section_figures(to, figures);
    section_contrasts(to, page->data);
    section_summary(to, page->data);
    measured_put(&page->data->measured, "measured", 2, to);
    section_executed(to, page->data);
    section_distributions(to, page->data);
    section_entities(to, page->data);
    section_runs(to, page->data);
    section_scenario(to, page->data);
    section_provenance(to, page);
    html_put(to, "</main>\n");
    put_island(to, figures);
    put_script(to, report_uplot_js);
    put_script(to, report_js);
    put_script(to, has_scene(page) ? report_scene_js : "");
    html_put(to, "</body>\n</html>\n");
    figures_deinit(figures);
    free(figures);
    return SIM_OK;
}

/* ---- the file ---- */

SIM_PRINTF(2, 3) static void explain(struct store_error *error, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(error->text, sizeof error->text, format, arguments);
    va_end(arguments);
}

static enum sim_status fail_io(struct store_error *error, const char *doing, const char *path)
{
    explain(error, "cannot %s %s: %s", doing, path, strerror(errno));
    return SIM_ERR_IO;
}

static bool begins_with(const char *path, const char *wanted, size_t bytes)
{
    char begin[128];
    ASSERT(bytes <= sizeof begin);
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return false;
    }
    const bool same = fread(begin, 1, bytes, file) == bytes && memcmp(begin, wanted, bytes) == 0;
    (void)fclose(file);
    return same;
}

static bool is_report(const char *path)
{
    return begins_with(path, signature, sizeof signature - 1);
}

static bool is_database(const char *path)
{
    static const char magic[] = "SQLite format 3";
    return begins_with(path, magic, sizeof magic);
}

static enum sim_status check_place(const char *path, struct store_error *error)
{
    struct stat about;
    if (stat(path, &about) != 0) {
        return SIM_OK; /* absent, or creating it will say what is wrong */
    }
    if (!S_ISREG(about.st_mode)) {
        explain(error, "%s is not a regular file: it is left alone", path);
        return SIM_ERR_INVALID;
    }
    if (is_database(path)) {
        explain(error, "%s is a database: it is left alone", path);
        return SIM_ERR_INVALID;
    }
    if (about.st_size > 0 && !is_report(path)) {
        explain(error, "%s exists and is not a report: it is left alone", path);
        return SIM_ERR_INVALID;
    }
    return SIM_OK;
}

/* What is written, and by whom. */
struct writing {
    report_writer *write;
    const void *context;
};

static enum sim_status write_and_close(FILE *to, const char *path, const struct writing *w,
                                       struct store_error *error)
{
    enum sim_status status = w->write(to, w->context);
    if (status != SIM_OK) {
        explain(error, "%s: no memory left", path);
    } else if (fflush(to) != 0 || ferror(to) != 0 || fsync(fileno(to)) != 0) {
        status = fail_io(error, "write", path);
    }
    if (fclose(to) != 0 && status == SIM_OK) {
        status = fail_io(error, "write", path);
    }
    return status;
}

enum sim_status report_replace_file(const char *path, report_writer *write, const void *context,
                                    struct store_error *error)
{
    const struct writing w = {write, context};
    enum sim_status status = check_place(path, error);
    if (status != SIM_OK) {
        return status;
    }
    char *temporary = NULL;
    int file;
    beside_sweep(path);
    status = beside_create(path, &temporary, &file);
    if (status != SIM_OK) {
        explain(error, "cannot create %s: %s", path,
                status == SIM_ERR_NOMEM ? "no memory left" : strerror(errno));
        return status;
    }
    FILE *to = fdopen(file, "wb");
    if (to == NULL) {
        status = fail_io(error, "create", path);
        (void)close(file);
    } else {
        status = write_and_close(to, path, &w, error);
    }
    if (status == SIM_OK && rename(temporary, path) != 0) {
        status = fail_io(error, "create", path);
    }
    if (status != SIM_OK) {
        (void)unlink(temporary);
    }
    free(temporary);
    return status;
}

static enum sim_status write_page(FILE *to, const void *context)
{
    return report_write(to, context);
}

enum sim_status report_write_file(const char *path, const struct report_page *page,
                                  struct store_error *error)
{
    return report_replace_file(path, write_page, page, error);
}
