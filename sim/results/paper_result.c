/* A result opened to be held against its paper; and the verb's whole work on it. */
#include "sim/results/paper.h"

#include <stdlib.h>

#include "analysis/report/measured.h"
#include "sim/study/load.h"
#include "sim/terminal/artefact.h"
#include "sim/terminal/exit.h"
#include "sim/terminal/message.h"
#include "sim/terminal/output.h"

static int open_system(struct paper_result *r)
{
    const struct model_head head = archive_head(&r->scenario);
    struct model_error error = {.key = NULL};
    const enum sim_status status =
        r->model->open(&r->system, &head, r->scenario.variant[0].config, &error);
    if (status != SIM_OK) {
        message_error("%s: %s", r->archive.path, error.text);
    }
    return load_exit_code(status);
}

static int open_model(struct paper_result *r)
{
    r->model = model_of_schema(r->scenario.schema);
    int code = EXIT_OK;
    if (r->model->paper == NULL) {
        message_error("%s: there is no paper to hold the model %s against", r->archive.path,
                      r->model->schema.name);
        code = EXIT_BAD_DATA;
    } else {
        code = open_system(r);
    }
    if (code != EXIT_OK) {
        scenario_deinit(&r->scenario);
        r->model = NULL;
    }
    return code;
}

/* One point more, behind the last, on the same archive. */
static int add_point(struct paper_result **last, int64_t point_id, const char *text)
{
    struct paper_result *r = *last;
    if (r->model != NULL) {
        r = calloc(1, sizeof *r);
        if (r == NULL) {
            message_error("no memory for the points of %s", (*last)->archive.path);
            return EXIT_INTERNAL;
        }
        r->archive = (*last)->archive;
        r->shares_archive = true;
        (*last)->next = r;
        *last = r;
    }
    r->point_id = point_id;
    const int code = archive_scenario_of(&r->archive, text, &r->scenario);
    return code == EXIT_OK ? open_model(r) : code;
}

static int open_points(struct paper_result *r)
{
    struct query *q = NULL;
    struct store_error error = {{0}};
    enum sim_status status = runs_points(&q, r->archive.store, &error);
    if (status != SIM_OK) {
        return archive_failed(&r->archive, status, &error);
    }
    int code = EXIT_OK;
    while (code == EXIT_OK && query_next(q)) {
        code = add_point(&r, query_int(q, 0), query_text(q, 1));
    }
    status = query_close(q, &error);
    return status == SIM_OK || code != EXIT_OK ? code : archive_failed(&r->archive, status, &error);
}

int paper_result_open(struct paper_result *r, const char *path)
{
    *r = (struct paper_result){.system = NULL};
    int code = archive_open(&r->archive, path);
    if (code != EXIT_OK) {
        return code;
    }
    if (r->archive.runs.points > 0) {
        code = open_points(r);
    } else {
        code = archive_scenario(&r->archive, &r->scenario);
        code = code == EXIT_OK ? open_model(r) : code;
    }
    if (code != EXIT_OK) {
        paper_result_close(r);
    }
    return code;
}

static int append(struct paper_result *first, const char *path)
{
    struct paper_result *last = first;
    while (last->next != NULL) {
        last = last->next;
    }
    struct paper_result *r = calloc(1, sizeof *r);
    if (r == NULL) {
        message_error("no memory for %s", path);
        return EXIT_INTERNAL;
    }
    const int code = paper_result_open(r, path);
    if (code != EXIT_OK) {
        free(r);
        return code;
    }
    last->next = r;
    if (r->model != first->model) {
        message_error("%s is of the model %s, %s of %s: one paper at a time", path,
                      r->model->schema.name, first->archive.path, first->model->schema.name);
        return EXIT_BAD_DATA;
    }
    return EXIT_OK;
}

int paper_results_open(struct paper_result *r, const char *const *path, size_t count)
{
    int code = paper_result_open(r, path[0]);
    if (code != EXIT_OK) {
        return code;
    }
    for (size_t i = 1; i < count && code == EXIT_OK; i++) {
        code = append(r, path[i]);
    }
    if (code != EXIT_OK) {
        paper_result_close(r);
    }
    return code;
}

void paper_result_close(struct paper_result *r)
{
    for (struct paper_result *first = r; r != NULL;) {
        struct paper_result *next = r->next;
        if (r->model != NULL) {
            r->model->close(r->system);
            scenario_deinit(&r->scenario);
        }
        if (!r->shares_archive) {
            archive_close(&r->archive);
        }
        if (r != first) {
            free(r);
        }
        r = next;
    }
}

static enum sim_status store_figures(const struct paper_result *r, const char *folder,
                                     struct store_error *error)
{
    const struct model_head head = archive_head(&r->scenario);
    const uint32_t first = r->archive.runs.row[0].replication;
    const enum sim_status status = artefact_make_folder(folder, error->text, sizeof error->text);
    return status == SIM_OK && r->model->paper->store_figures != NULL
               ? r->model->paper->store_figures(r->archive.store, &head,
                                                r->scenario.variant[0].config, first, folder, error)
               : status;
}

static enum sim_status store_all(const struct paper_table *table, const struct paper_result *r,
                                 const char *folder, struct store_error *error)
{
    enum sim_status status = store_figures(r, folder, error);
    if (status == SIM_OK && table->beside != NULL) {
        char beside[4096];
        (void)snprintf(beside, sizeof beside, "%s/%s", folder, r->model->paper->beside);
        status = store_figures(table->beside, beside, error);
    }
    if (status == SIM_OK) {
        status = paper_store_blocks(table, folder, error);
    }
    if (status == SIM_OK) {
        status = paper_store_charts(r, folder, error);
    }
    /* Last: a table says that what belongs to it is there. */
    return status == SIM_OK ? paper_store_table(table, folder, error) : status;
}

/* Simulated beside measured, of the results that were also run for real. */
static int show_measured(const struct paper_result *first)
{
    for (const struct paper_result *r = first; r != NULL; r = r->next) {
        struct measured m;
        struct store_error error = {{0}};
        const enum sim_status status =
            r->shares_archive ? SIM_OK : measured_read(&m, r->archive.store, &error);
        if (status != SIM_OK) {
            return archive_failed(&r->archive, status, &error);
        }
        if (!r->shares_archive) {
            (void)fputs(m.rows > 0 ? "\n" : "", stdout);
            measured_print(&m, stdout);
            measured_deinit(&m);
        }
    }
    return EXIT_OK;
}

static int show(const struct paper_table *table, const struct paper_request *request)
{
    bool written = true;
    int code = EXIT_OK;
    if (request->json) {
        written = paper_print_json(table, stdout);
    } else if (!request->quiet) {
        struct store_error error = {{0}};
        paper_print_text(table, stdout);
        const enum sim_status status = paper_print_blocks(table, stdout, &error);
        code = status == SIM_OK ? code : archive_failed(&table->result->archive, status, &error);
        code = code == EXIT_OK ? show_measured(table->result) : code;
    }
    const int ended = output_end_standard(written);
    if (code != EXIT_OK || ended != EXIT_OK) {
        return code != EXIT_OK ? code : ended;
    }
    const size_t missed = paper_missed(table);
    if (missed > 0) {
        message_error("%zu of the paper's numbers missed their band", missed);
    }
    return missed > 0 ? EXIT_CHECK_FAILED : EXIT_OK;
}

static int tell_result(const struct paper_result *r, const struct paper_request *request)
{
    struct paper_table table;
    struct store_error error = {{0}};
    enum sim_status status = paper_table_init(&table, r, &error);
    if (status != SIM_OK) {
        return archive_failed(&r->archive, status, &error);
    }
    if (request->out != NULL) {
        status = store_all(&table, r, request->out, &error);
    }
    int code = EXIT_OK;
    if (status == SIM_OK) {
        code = show(&table, request);
    } else {
        message_error("%s", error.text);
        code = status == SIM_ERR_IO ? EXIT_CANNOT_CREATE : load_exit_code(status);
    }
    paper_table_deinit(&table);
    return code;
}

int paper_tell(const struct paper_request *request)
{
    struct paper_result result;
    int code = paper_results_open(&result, request->path, request->paths);
    if (code == EXIT_OK) {
        code = tell_result(&result, request);
        paper_result_close(&result);
    }
    return code;
}
