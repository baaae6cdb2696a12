/* The tasksets of a scenario's replication: drawn, printed, stored, or made real. */
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "sim/study/load.h"
#include "sim/study/provenance.h"
#include "sim/tasklets/binaries.h"
#include "sim/tasklets/taskgen.h"
#include "sim/terminal/exit.h"
#include "sim/terminal/json.h"
#include "sim/terminal/message.h"
#include "sim/terminal/output.h"

/* The tasksets of one replication, a form each. */
struct taskgen {
    struct forms forms;
    uint32_t form[FORMS_MAX];
    struct taskset taskset[FORMS_MAX];
    uint32_t count;
    uint32_t replication;
    struct binaries binaries; /* none unless the user wants them */
};

static void discard(struct taskgen *g)
{
    binaries_discard(&g->binaries);
    for (uint32_t v = 0; v < g->count; v++) {
        taskset_deinit(&g->taskset[v]);
    }
}

static int check_form(const struct forms *forms, const char *only)
{
    if (only == NULL || forms_find(forms, only) < forms->count) {
        return EXIT_OK;
    }
    message_error("--variant is %s%s%s, not '%s'", forms_name(forms, 0),
                  forms->count > 1 ? " or " : "",
                  forms->count > 1 ? forms_name(forms, forms->count - 1) : "", only);
    return EXIT_USAGE;
}

static int draw(struct taskgen *g, const struct scenario *s, const struct taskgen_request *request)
{
    *g = (struct taskgen){.replication = (uint32_t)request->replication};
    int code = forms_init(&g->forms, s);
    if (code == EXIT_OK) {
        code = check_form(&g->forms, request->only_form);
    }
    for (uint32_t form = 0; form < g->forms.count && code == EXIT_OK; form++) {
        if (request->only_form != NULL &&
            strcmp(request->only_form, forms_name(&g->forms, form)) != 0) {
            continue;
        }
        struct model_error error = {.key = NULL};
        const enum sim_status status =
            forms_draw(&g->forms, &g->taskset[g->count], form, g->replication, false, &error);
        if (status != SIM_OK) {
            message_error("%s: %s", s->path, error.text);
            discard(g);
            return load_exit_code(status);
        }
        g->form[g->count++] = form;
    }
    return code;
}

/* ---- to the database ---- */

/* Takes the rows that the model tells of a taskset. */
struct rows {
    struct store *store;
    int64_t run_id;
    enum sim_status status;
};

static void note_row(void *context, size_t table, const union store_cell *cells)
{
    struct rows *rows = context;
    if (rows->status == SIM_OK) {
        rows->status = store_rows(rows->store, rows->run_id, table, cells, 1);
    }
}

static enum sim_status store_form(struct store *store, const struct scenario *s,
                                  const struct taskgen *g, uint32_t v)
{
    const struct result_run run = {
        .run_id = (int64_t)v + 1,
        .variant = forms_name(&g->forms, g->form[v]),
        .replication = g->replication,
        .seed = s->seed,
    };
    struct rows rows = {.store = store, .run_id = run.run_id};
    const struct model_listener listener = {.context = &rows, .row = note_row};
    rows.status = store_begin_run(store, &run);
    if (rows.status == SIM_OK) {
        const enum sim_status told = g->forms.of->tell(&g->taskset[v], &listener);
        rows.status = rows.status == SIM_OK ? told : rows.status;
    }
    if (rows.status != SIM_OK) {
        return rows.status;
    }
    /* Nothing was simulated: no events, no calls. The digest is the taskset's. */
    const struct run_summary summary = {
        .run = run,
        .state = RESULT_COMPLETE,
        .digest = taskgen_digest(&g->taskset[v]),
    };
    return store_end_run(store, &summary);
}

static int fill_store(struct store *store, const struct scenario *s, const struct taskgen *g)
{
    enum sim_status status = SIM_OK;
    for (uint32_t v = 0; v < g->count && status == SIM_OK; v++) {
        status = store_form(store, s, g, v);
    }
    const enum sim_status ended =
        store_finish(store, status == SIM_OK ? RESULT_COMPLETE : RESULT_FAILED);
    status = status == SIM_OK ? ended : status;
    if (status == SIM_OK) {
        return EXIT_OK;
    }
    const char *why = store_message(store);
    message_error("%s", why[0] != '\0' ? why : sim_status_text(status));
    return status == SIM_ERR_IO ? EXIT_IO : EXIT_INTERNAL;
}

static int store_all(const struct scenario *s, const struct taskgen *g,
                     const struct taskgen_request *request)
{
    struct provenance provenance;
    if (provenance_init(&provenance, s, request->argc, request->argv) != SIM_OK) {
        message_error("%s", sim_status_text(SIM_ERR_NOMEM));
        return EXIT_INTERNAL;
    }
    struct store *store = NULL;
    struct store_error error;
    int code = EXIT_CANNOT_CREATE;
    if (store_create(&store, request->out, request->force, &provenance.store.model, &provenance.row,
                     &error) == SIM_OK) {
        code = fill_store(store, s, g);
        store_destroy(store);
    } else {
        message_error("%s", error.text);
        if (!request->force && access(request->out, F_OK) == 0) {
            message_hint("--force replaces an earlier result; other files are never replaced");
        }
    }
    provenance_deinit(&provenance);
    return code;
}

/* ---- to standard output ---- */

static enum sim_status print_tables(const struct scenario *s, const struct taskgen *g)
{
    enum sim_status status = SIM_OK;
    printf("%s, seed %" PRIu64 ", replication %" PRIu32 "\n", s->name, s->seed, g->replication);
    for (uint32_t v = 0; v < g->count && status == SIM_OK; v++) {
        (void)putchar('\n');
        status = taskgen_print_table(&g->taskset[v], forms_name(&g->forms, g->form[v]), stdout);
    }
    return status;
}

static enum sim_status print_json(const struct scenario *s, const struct taskgen *g,
                                  const char *folder)
{
    char hash[65];
    if (scenario_hash(s, hash) != SIM_OK) {
        return SIM_ERR_NOMEM;
    }
    struct json j;
    json_begin(&j, stdout);
    json_object_open(&j);
    json_field_string(&j, "scenario", s->name);
    json_field_string(&j, "hash", hash);
    json_field_uint(&j, "seed", s->seed);
    json_field_uint(&j, "replication", g->replication);
    json_key(&j, "tasksets");
    json_array_open(&j);
    for (uint32_t v = 0; v < g->count; v++) {
        const enum sim_status status =
            taskgen_print_json(&g->taskset[v], forms_name(&g->forms, g->form[v]), &j);
        if (status != SIM_OK) {
            return status;
        }
    }
    json_array_close(&j);
    if (folder != NULL) {
        json_key(&j, "binaries");
        const enum sim_status status = binaries_put_json(&g->binaries, folder, &j);
        if (status != SIM_OK) {
            return status;
        }
    }
    json_object_close(&j);
    return json_end(&j) ? SIM_OK : SIM_ERR_IO;
}

/* With binaries, the report of them instead of the long tables. */
static int print_all(const struct scenario *s, const struct taskgen *g,
                     const struct taskgen_request *request)
{
    const enum sim_status status = request->json ? print_json(s, g, request->wasm)
                                   : request->wasm != NULL
                                       ? binaries_print(&g->binaries, request->wasm, stdout)
                                       : print_tables(s, g);
    if (status != SIM_OK && status != SIM_ERR_IO) {
        message_error("%s", sim_status_text(status));
        return load_exit_code(status);
    }
    return output_end_standard(true);
}

/* ---- the verb ---- */

static int write_binaries(struct taskgen *g, const struct taskgen_request *request)
{
    const int code = binaries_make(&g->binaries, &g->forms, g->form, g->count, g->replication);
    return code == EXIT_OK ? binaries_write(&g->binaries, request->wasm, request->force) : code;
}

/* Stores first: what is printed then exists. */
static int generate(const struct scenario *s, const struct taskgen_request *request)
{
    struct taskgen g;
    int code = draw(&g, s, request);
    if (code != EXIT_OK) {
        return code;
    }
    if (request->wasm != NULL) {
        code = write_binaries(&g, request);
    }
    if (code == EXIT_OK && request->out != NULL) {
        code = store_all(s, &g, request);
    }
    if (code == EXIT_OK && !request->quiet) {
        code = print_all(s, &g, request);
    }
    discard(&g);
    return code;
}

int taskgen_scenario(const struct taskgen_request *request, const struct load_changes *changes)
{
    struct scenario scenario;
    int code = load_scenario(&scenario, request->path, changes);
    if (code == EXIT_OK) {
        code = generate(&scenario, request);
        scenario_deinit(&scenario);
    }
    return code;
}
