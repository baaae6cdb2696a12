/* The report verb's work: a result as one page to look at, to send and to print. */
#include "sim/results/page.h"

#include <spawn.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/report/report.h"
#include "analysis/report/stored.h"
#include "sim/study/archive.h"
#include "sim/study/load.h"
#include "sim/terminal/exit.h"
#include "sim/terminal/json.h"
#include "sim/terminal/message.h"
#include "sim/terminal/output.h"
#include "sim/terminal/progress.h"

/* factory.db becomes factory.html; any other name gets .html behind. NULL: no memory. */
static char *page_path(const struct page_request *request)
{
    if (request->out != NULL) {
        return strdup(request->out);
    }
    const size_t length = strlen(request->database);
    const bool is_db = length > 3 && strcmp(request->database + length - 3, ".db") == 0;
    const size_t stem = is_db ? length - 3 : length;
    char *path = malloc(stem + sizeof ".html");
    if (path != NULL) {
        memcpy(path, request->database, stem);
        memcpy(path + stem, ".html", sizeof ".html");
    }
    return path;
}

static void show_progress(void *context, double done, double total)
{
    struct progress *progress = context;
    progress->total = total;
    progress_update(progress, done, 0);
}

static int tell_written(const struct page_request *request, const char *path)
{
    if (!request->json) {
        (void)printf("%s\n", path);
        return output_end_standard(true);
    }
    struct json j;
    json_begin(&j, stdout);
    json_object_open(&j);
    json_field_string(&j, "database", request->database);
    json_field_string(&j, "report", path);
    json_field_bool(&j, "interactive", report_has_charts());
    json_object_close(&j);
    return output_end_standard(json_end(&j));
}

static int failure_code(enum sim_status status)
{
    return status == SIM_ERR_INVALID ? EXIT_CANNOT_CREATE : load_exit_code(status);
}

/* The page is written, so a desktop that cannot show it is no failure. */
static void show_page(char *path)
{
    extern char **environ;
    static char program[] = "xdg-open";
    char *argv[] = {program, path, NULL};
    pid_t pid = 0;
    if (posix_spawnp(&pid, program, NULL, NULL, argv, environ) != 0) {
        message_hint("there is no %s here: open %s in a browser", program, path);
    }
}

static int write_page(const struct page_request *request, const struct report_data *data,
                      const struct swept_data *sweep, const struct scene *scene)
{
    const struct report_page page = {
        .data = data,
        .sweep = sweep,
        .scene = scene,
        .source = request->database,
    };
    char *path = page_path(request);
    if (path == NULL) {
        message_error("%s", sim_status_text(SIM_ERR_NOMEM));
        return EXIT_INTERNAL;
    }
    struct store_error error;
    const enum sim_status status = report_write_file(path, &page, &error);
    int code = EXIT_OK;
    if (status == SIM_OK) {
        code = tell_written(request, path);
        if (request->open) {
            show_page(path);
        }
    } else {
        message_error("%s", error.text);
        code = failure_code(status);
    }
    free(path);
    return code;
}

/* ---- the floor ---- */

/* What moved, of the scenario that the file keeps. Nothing of one that cannot be read any more: a
 * later program may refuse it. But what failed today, memory or the disk, is told. */
struct atlas {
    struct scenario scenario;
    bool has_scenario;
    void **map; /* by variant of the data */
    struct scene_maps maps;
};

static bool has_failed(enum sim_status status)
{
    return status == SIM_ERR_NOMEM || status == SIM_ERR_IO;
}

static enum sim_status read_scenario(struct atlas *a, struct store *store, const char *path,
                                     struct store_error *error)
{
    char *text = NULL;
    struct scenario_errors errors = {0};
    enum sim_status status = runs_scenario(&text, store, error);
    if (status == SIM_OK) {
        const enum sim_status parsed = scenario_parse(&a->scenario, load_registry(), path, text,
                                                      strlen(text), NULL, 0, &errors);
        a->has_scenario = parsed == SIM_OK;
        if (has_failed(parsed)) {
            (void)snprintf(error->text, sizeof error->text, "%s: %s", path,
                           sim_status_text(parsed));
            status = parsed;
        }
        scenario_errors_deinit(&errors);
    }
    free(text);
    return status;
}

/* The maps of the first *opened variants, and what stopped the next one. */
static enum sim_status open_each(struct atlas *a, const struct report_data *data,
                                 const struct model_places *places, uint32_t *opened)
{
    const struct model_head head = archive_head(&a->scenario);
    const uint32_t replication = scene_replication(data);
    for (; *opened < data->variant_count; (*opened)++) {
        struct model_error error = {.key = NULL};
        const uint32_t v = scenario_variant_find(&a->scenario, data->variant[*opened]);
        if (v == a->scenario.variant_count) {
            return SIM_ERR_NOTFOUND;
        }
        const enum sim_status status = places->open(
            &a->map[*opened], &head, a->scenario.variant[v].config, replication, &error);
        if (status != SIM_OK) {
            return status;
        }
    }
    return *opened > 0 ? SIM_OK : SIM_ERR_NOTFOUND;
}

static enum sim_status open_maps(struct atlas *a, const struct report_data *data,
                                 struct store_error *error)
{
    const struct model_places *places = data->model->places;
    uint32_t opened = 0;
    a->maps.duration_ns = a->scenario.duration_ns;
    if (places == NULL) {
        return SIM_OK;
    }
    a->map = calloc(data->variant_count + (data->variant_count == 0), sizeof *a->map);
    const enum sim_status status =
        a->map != NULL ? open_each(a, data, places, &opened) : SIM_ERR_NOMEM;
    if (status == SIM_OK) {
        a->maps.places = places;
        a->maps.map = a->map;
        return SIM_OK;
    }
    while (opened > 0) {
        places->close(a->map[--opened]);
    }
    (void)snprintf(error->text, sizeof error->text, "%s", sim_status_text(status));
    return has_failed(status) ? status : SIM_OK;
}

static void close_maps(struct atlas *a, uint32_t variants)
{
    for (uint32_t v = 0; v < variants && a->maps.places != NULL; v++) {
        a->maps.places->close(a->map[v]);
    }
    free(a->map);
    if (a->has_scenario) {
        scenario_deinit(&a->scenario);
    }
}

static enum sim_status floor_of(struct scene *scene, const struct page_request *request,
                                struct store *store, const struct report_data *data,
                                struct store_error *error)
{
    struct atlas atlas = {.map = NULL};
    enum sim_status status = read_scenario(&atlas, store, data->origin.scenario_path, error);
    if (status == SIM_OK && atlas.has_scenario) {
        status = open_maps(&atlas, data, error);
    }
    if (status == SIM_OK) {
        status = scene_init(scene, store, data, &atlas.maps, request->database, error);
    }
    close_maps(&atlas, data->variant_count);
    return status;
}

static int report_run(const struct page_request *request, struct store *store,
                      const struct model *model, struct store_error *error, enum sim_status *status)
{
    struct progress progress;
    progress_begin(&progress, "report", 0);
    struct report_data data;
    *status = report_data_init(&data, store, model, show_progress, &progress, error);
    progress_finish(&progress);
    if (*status != SIM_OK) {
        return EXIT_OK;
    }
    int code = EXIT_OK;
    struct scene scene;
    *status = floor_of(&scene, request, store, &data, error);
    if (*status == SIM_OK) {
        code = write_page(request, &data, NULL, &scene);
        scene_deinit(&scene);
    }
    report_data_deinit(&data);
    return code;
}

static int report_sweep(const struct page_request *request, struct store *store,
                        const struct model *model, struct store_error *error,
                        enum sim_status *status)
{
    struct progress progress;
    progress_begin(&progress, "report", 0);
    struct swept_data data;
    *status = swept_data_init(&data, store, model, request->by, show_progress, &progress, error);
    progress_finish(&progress);
    if (*status != SIM_OK) {
        return EXIT_OK;
    }
    const int code = write_page(request, &data.result, &data, NULL);
    swept_data_deinit(&data);
    return code;
}

int page_write(const struct page_request *request)
{
    struct store *store = NULL;
    struct store_error error;
    enum sim_status status =
        store_open_readonly(&store, request->database, request->incomplete, &error);
    if (status != SIM_OK) {
        message_error("%s", error.text);
        if (status == SIM_ERR_INVALID && strstr(error.text, "incomplete") != NULL) {
            message_hint("--incomplete reports the runs that did complete");
        }
        return load_exit_code(status);
    }
    bool is_merged = false;
    int code = EXIT_OK;
    const struct model *model = NULL;
    status = stored_model(&model, store, &error);
    if (status == SIM_OK) {
        status = swept_data_is_merged(store, &is_merged, &error);
    }
    if (status == SIM_OK) {
        code = is_merged ? report_sweep(request, store, model, &error, &status)
                         : report_run(request, store, model, &error, &status);
    }
    store_destroy(store);
    if (status != SIM_OK) {
        message_error("%s", error.text);
        return load_exit_code(status);
    }
    return code;
}
