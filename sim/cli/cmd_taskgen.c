/* nimblesim taskgen: the tasklets that a scenario's runs use, printed, stored, or made real. */
#include <inttypes.h>
#include <string.h>

#include "models/nimblenet/compose.h"
#include "sim/study/load.h"
#include "sim/study/provenance.h"
#include "sim/study/study_store.h"
#include "sim/tasklets/binaries.h"
#include "sim/tasklets/taskgen_print.h"
#include "sim/terminal/exit.h"
#include "sim/terminal/json.h"
#include "sim/terminal/message.h"
#include "sim/terminal/options.h"
#include "sim/terminal/output.h"

enum { VARIANTS = 2 };

struct taskgen_request {
    const char *path, *out, *wasm, *only_variant;
    bool force, json, quiet;
    uint64_t replication;
    int argc;
    char **argv;
};

/* The tasksets of one replication, a variant each. */
struct taskgen {
    enum scenario_variant variant[VARIANTS];
    struct taskset taskset[VARIANTS];
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

static int draw(struct taskgen *g, const struct scenario *s, const struct taskgen_request *request)
{
    static const enum scenario_variant all[VARIANTS] = {SCENARIO_NIMBLE, SCENARIO_MONOLITHIC};
    *g = (struct taskgen){.replication = (uint32_t)request->replication};
    for (uint32_t v = 0; v < VARIANTS; v++) {
        if (request->only_variant != NULL &&
            strcmp(request->only_variant, compose_variant_name(all[v])) != 0) {
            continue;
        }
        struct compose_error error = {{0}};
        const enum sim_status status =
            compose_taskset(&g->taskset[g->count], s, all[v], g->replication, &error);
        if (status != SIM_OK) {
            message_error("%s", error.text);
            discard(g);
            return load_exit_code(status);
        }
        g->variant[g->count++] = all[v];
    }
    return EXIT_OK;
}

/* ---- to the database ---- */

static enum sim_status store_variant(struct store *store, const struct scenario *s,
                                     const struct taskgen *g, uint32_t v)
{
    const struct result_run run = {
        .run_id = (int64_t)v + 1,
        .variant = compose_variant_name(g->variant[v]),
        .replication = g->replication,
        .seed = s->seed,
    };
    enum sim_status status = store_begin_run(store, &run);
    if (status == SIM_OK) {
        status = study_store_taskset(store, run.run_id, &g->taskset[v], NULL);
    }
    if (status != SIM_OK) {
        return status;
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
        status = store_variant(store, s, g, v);
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
    if (store_create(&store, request->out, request->force, &provenance.row, &error) == SIM_OK) {
        code = fill_store(store, s, g);
        store_destroy(store);
    } else {
        message_error("%s", error.text);
        if (!request->force) {
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
        status = taskgen_print_table(&g->taskset[v], compose_variant_name(g->variant[v]), stdout);
    }
    return status;
}

static enum sim_status print_json(const struct scenario *s, const struct taskgen *g,
                                  const char *folder)
{
    struct json j;
    json_begin(&j, stdout);
    json_object_open(&j);
    json_field_string(&j, "scenario", s->name);
    json_field_digest(&j, "hash", scenario_hash(s));
    json_field_uint(&j, "seed", s->seed);
    json_field_uint(&j, "replication", g->replication);
    json_key(&j, "tasksets");
    json_array_open(&j);
    for (uint32_t v = 0; v < g->count; v++) {
        const enum sim_status status =
            taskgen_print_json(&g->taskset[v], compose_variant_name(g->variant[v]), &j);
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

static int write_binaries(const struct scenario *s, struct taskgen *g,
                          const struct taskgen_request *request)
{
    const int code = binaries_make(&g->binaries, s, g->variant, g->count, g->replication);
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
        code = write_binaries(s, &g, request);
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

static bool is_variant(const char *name)
{
    return strcmp(name, compose_variant_name(SCENARIO_NIMBLE)) == 0 ||
           strcmp(name, compose_variant_name(SCENARIO_MONOLITHIC)) == 0;
}

static int parse_and_generate(int argc, char **argv, struct taskgen_request *request,
                              struct option_list *sets)
{
    uint64_t seed = UINT64_MAX;
    const struct option_spec specs[] = {
        {.name = "out",
         .letter = 'o',
         .metavar = "FILE.db",
         .text = &request->out,
         .help = "store them in a new SQLite file, too"},
        {.name = "wasm",
         .metavar = "DIR",
         .text = &request->wasm,
         .help = "write the real binaries into a new folder, and report on them"},
        {.name = "force",
         .flag = &request->force,
         .help = "replace an earlier result, or earlier binaries"},
        {.name = "variant",
         .metavar = "NAME",
         .text = &request->only_variant,
         .help = "nimble or monolithic alone (default: both)"},
        {.name = "replication",
         .metavar = "K",
         .number = &request->replication,
         .least = 1,
         .most = 1000000,
         .help = "the tasksets of the K-th replication (default: 1)"},
        load_option_seed(&seed),
        load_option_set(sets, "override a key, as in taskset.chains=10; may be repeated"),
        {.name = "json", .flag = &request->json, .help = "print one JSON object, times in ns"},
        {.name = "quiet", .letter = 'q', .flag = &request->quiet, .help = "print nothing"},
    };
    const struct option_command command = {
        .verb = "taskgen",
        .operands = "SCENARIO.yaml",
        .summary = "Draws a scenario's tasksets as its runs do, and prints a summary and every\n"
                   "tasklet: size, own time, time with all it calls, chains that share it, calls.\n"
                   "With --wasm, makes them real: Wasm modules of the drawn size and work.",
        .example = "nimblesim taskgen scenarios/factory.yaml --variant nimble\n"
                   "nimblesim taskgen scenarios/factory.yaml --out tasksets.db --quiet\n"
                   "nimblesim taskgen scenarios/factory.yaml --wasm binaries",
        .specs = specs,
        .spec_count = sizeof specs / sizeof specs[0],
        .operands_least = 1,
        .operands_most = 1,
    };
    struct option_operands operands;
    const enum option_end end = options_parse(&command, argc, argv, &operands);
    if (end != OPTIONS_CONTINUE) {
        return (int)end;
    }
    if (request->only_variant != NULL && !is_variant(request->only_variant)) {
        message_error("--variant is nimble or monolithic, not '%s'", request->only_variant);
        return EXIT_USAGE;
    }
    request->path = operands.item[0];
    struct scenario scenario;
    int code = load_scenario(&scenario, request->path, sets, seed == UINT64_MAX ? NULL : &seed);
    if (code == EXIT_OK) {
        code = generate(&scenario, request);
        scenario_deinit(&scenario);
    }
    return code;
}

int cmd_taskgen(int argc, char **argv)
{
    struct taskgen_request request = {.replication = 1, .argc = argc, .argv = argv};
    struct option_list sets = {0};
    const int code = parse_and_generate(argc, argv, &request, &sets);
    option_list_deinit(&sets);
    return code;
}
