/* A result opened to be held against its paper; and the verb's whole work on it. */
#include "sim/results/paper.h"
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

int paper_result_open(struct paper_result *r, const char *path)
{
    *r = (struct paper_result){.system = NULL};
    int code = archive_open(&r->archive, path);
    if (code != EXIT_OK) {
        return code;
    }
    code = archive_check_single(&r->archive);
    if (code == EXIT_OK) {
        code = archive_scenario(&r->archive, &r->scenario);
    }
    if (code != EXIT_OK) {
        archive_close(&r->archive);
        return code;
    }
    r->model = model_of_schema(r->scenario.schema);
    if (r->model->paper == NULL) {
        message_error("%s: there is no paper to hold the model %s against", path,
                      r->model->schema.name);
        code = EXIT_BAD_DATA;
    } else {
        code = open_system(r);
    }
    if (code != EXIT_OK) {
        scenario_deinit(&r->scenario);
        archive_close(&r->archive);
    }
    return code;
}

void paper_result_close(struct paper_result *r)
{
    r->model->close(r->system);
    scenario_deinit(&r->scenario);
    archive_close(&r->archive);
}

static enum sim_status store_all(const struct paper_table *table, const struct paper_result *r,
                                 const char *folder, struct store_error *error)
{
    const struct model_head head = archive_head(&r->scenario);
    const uint32_t first = r->archive.runs.row[0].replication;
    enum sim_status status = artefact_make_folder(folder, error->text, sizeof error->text);
    if (status == SIM_OK && r->model->paper->store_figures != NULL) {
        status = r->model->paper->store_figures(r->archive.store, &head,
                                                r->scenario.variant[0].config, first, folder, error);
    }
    /* Last: a table says that what belongs to it is there. */
    return status == SIM_OK ? paper_store_table(table, folder, error) : status;
}

static int show(const struct paper_table *table, const struct paper_request *request)
{
    bool written = true;
    if (request->json) {
        written = paper_print_json(table, stdout);
    } else if (!request->quiet) {
        paper_print_text(table, stdout);
    }
    const int code = output_end_standard(written);
    if (code != EXIT_OK) {
        return code;
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
    int code = paper_result_open(&result, request->path);
    if (code == EXIT_OK) {
        code = tell_result(&result, request);
        paper_result_close(&result);
    }
    return code;
}
