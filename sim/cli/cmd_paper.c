/* nimblesim paper: does a result say what the paper says, number by number? */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/report/paper.h"
#include "models/nimblenet/compose.h"
#include "models/nimblenet/paper_track.h"
#include "models/nimblenet/results/paper_figures.h"
#include "models/nimblenet/results/twins.h"
#include "sim/study/load.h"
#include "sim/terminal/artefact.h"
#include "sim/terminal/exit.h"
#include "sim/terminal/json.h"
#include "sim/terminal/message.h"
#include "sim/terminal/options.h"
#include "sim/terminal/output.h"

struct paper_request {
    const char *path, *out;
    bool json, quiet;
};

/* The scenario of a result, and what it makes of the world. */
struct setting {
    struct scenario scenario;
    struct compose_model model;
    struct compose_plan plan; /* of the first replication */
};

static void setting_deinit(struct setting *s)
{
    compose_plan_deinit(&s->plan);
    compose_model_deinit(&s->model);
    scenario_deinit(&s->scenario);
}

/* What these two return has been told already. */
static enum sim_status read_scenario(struct scenario *scenario, uint32_t *replication,
                                     struct store *store)
{
    char *path = NULL;
    char *text = NULL;
    struct store_error error;
    enum sim_status status = paper_read_scenario(&path, &text, replication, store, &error);
    if (status != SIM_OK) {
        message_error("%s", error.text);
        return status;
    }
    /* The keys in force, --set included; the path only helps to find files that it names. */
    struct scenario_errors errors = {0};
    status = scenario_parse(scenario, path, text, strlen(text), NULL, 0, &errors);
    if (status != SIM_OK) {
        message_error("the scenario in the result cannot be read: %s", sim_status_text(status));
        scenario_errors_print(&errors, stderr);
    }
    if (status == SIM_OK) {
        status = scenario_drop_calibration(scenario); /* only the robots' ways are made again */
        if (status != SIM_OK) {
            scenario_deinit(scenario);
        }
    }
    scenario_errors_deinit(&errors);
    free(path);
    free(text);
    return status;
}

static enum sim_status setting_init(struct setting *s, struct store *store)
{
    uint32_t replication = 0;
    enum sim_status status = read_scenario(&s->scenario, &replication, store);
    if (status != SIM_OK) {
        return status;
    }
    struct compose_error error;
    status = compose_model_init(&s->model, &s->scenario, &error);
    if (status == SIM_OK) {
        status = compose_plan_init(&s->plan, &s->model, SCENARIO_NIMBLE, replication, &error);
        if (status != SIM_OK) {
            compose_model_deinit(&s->model);
        }
    }
    if (status != SIM_OK) {
        message_error("%s", error.text);
        scenario_deinit(&s->scenario);
    }
    return status;
}

static struct paper_scenario describe(const struct setting *s)
{
    const struct scenario *c = &s->scenario;
    return (struct paper_scenario){
        .name = c->name,
        .seed = c->seed,
        .given =
            {
                [PAPER_WIDTH_M] = c->floor.width_m,
                [PAPER_HEIGHT_M] = c->floor.height_m,
                [PAPER_SPACING_M] = c->nodes.spacing_m,
                [PAPER_RADIUS_M] = c->nodes.contact_radius_m,
                [PAPER_MEAN_HOPS] = s->model.mesh.mean_hops,
                [PAPER_HOP_DELAY_MS] = (double)c->mesh.hop_delay_ns / (double)SIM_MS,
            },
    };
}

/* ---- output ---- */

static void write_row(struct json *j, const struct paper_row *row)
{
    const struct paper_quantity *q = row->quantity;
    json_object_open(j);
    json_field_string(j, "key", q->key);
    json_field_string(j, "source", q->source);
    json_field_string(j, "quantity", q->name);
    json_field_string(j, "unit", q->unit != NULL ? q->unit : "");
    json_field_string(j, "paper", q->paper);
    json_field_double(j, "ours", row->value);
    json_field_double(j, "interval_low", row->estimate.low);
    json_field_double(j, "interval_high", row->estimate.high);
    json_field_uint(j, "n", row->estimate.n);
    json_field_double(j, "band_low", q->low);
    json_field_double(j, "band_high", q->high);
    json_field_string(j, "verdict", paper_verdict_word(row->verdict));
    json_field_string(j, "note", q->note);
    json_object_close(j);
}

static bool print_json(const struct paper_table *table)
{
    struct json j;
    json_begin(&j, stdout);
    json_object_open(&j);
    json_field_string(&j, "scenario", table->scenario->name);
    json_field_uint(&j, "seed", table->scenario->seed);
    json_field_uint(&j, "replications", table->replications);
    json_field_uint(&j, "missed", paper_missed(table));
    json_key(&j, "quantities");
    json_array_open(&j);
    for (size_t i = 0; i < table->count; i++) {
        write_row(&j, &table->row[i]);
    }
    json_array_close(&j);
    json_object_close(&j);
    return json_end(&j);
}

static enum sim_status store_all(const struct paper_table *table, const struct setting *s,
                                 struct store *store, const char *folder, struct store_error *error)
{
    enum sim_status status = artefact_make_folder(folder, error->text, sizeof error->text);
    if (status == SIM_OK) {
        status = paper_store_figures(store, folder, error);
    }
    if (status == SIM_OK) {
        status =
            paper_store_track(store, &s->plan.world.robots, s->scenario.duration_ns, folder, error);
    }
    /* Last: a table says that what belongs to it is there. */
    return status == SIM_OK ? paper_store_table(table, folder, error) : status;
}

static int show(const struct paper_table *table, const struct paper_request *request)
{
    bool written = true;
    if (request->json) {
        written = print_json(table);
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

/* ---- the verb ---- */

static int compare_result(struct store *store, const struct paper_request *request)
{
    struct store_error error;
    uint32_t replications = 0;
    enum sim_status status = twins_check(&replications, store, &error);
    if (status != SIM_OK) {
        message_error("%s: %s", request->path, error.text);
        return load_exit_code(status);
    }
    struct setting setting;
    status = setting_init(&setting, store);
    if (status != SIM_OK) {
        return load_exit_code(status);
    }
    const struct paper_scenario scenario = describe(&setting);
    struct paper_table table;
    int code = EXIT_OK;
    status = paper_table_init(&table, store, &scenario, &error);
    if (status == SIM_OK) {
        if (request->out != NULL) {
            status = store_all(&table, &setting, store, request->out, &error);
        }
        code = status == SIM_OK       ? show(&table, request)
               : status == SIM_ERR_IO ? EXIT_CANNOT_CREATE
                                      : load_exit_code(status);
        paper_table_deinit(&table);
    } else {
        code = load_exit_code(status);
    }
    if (status != SIM_OK) {
        message_error("%s", error.text);
    }
    setting_deinit(&setting);
    return code;
}

int cmd_paper(int argc, char **argv)
{
    struct paper_request request = {0};
    const struct option_spec specs[] = {
        {.name = "out",
         .letter = 'o',
         .metavar = "FOLDER",
         .text = &request.out,
         .help = "store the table and the figures' data in this folder"},
        {.name = "json", .flag = &request.json, .help = "print one JSON object"},
        {.name = "quiet", .letter = 'q', .flag = &request.quiet, .help = "print no table"},
    };
    const struct option_command command = {
        .verb = "paper",
        .operands = "RESULT.db",
        .summary = "Holds a result beside every number that the NimbleNet paper prints about its\n"
                   "simulation: paper, ours, 95 % interval, band, verdict. With --out it stores\n"
                   "this table and the data of figures 4, 5, 8, 9 and 10, tab-separated.",
        .example = "nimblesim run scenarios/factory.yaml --set record=calls --out factory.db\n"
                   "nimblesim paper factory.db --out results/paper",
        .notes = "`make paper` does all of this and draws the figures.\n"
                 "Exit codes: 0 every band is met, 1 one is missed, 65 the result lacks a variant\n"
                 "or its calls.",
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
    request.path = operands.item[0];
    struct store *store = NULL;
    struct store_error error;
    const enum sim_status status = store_open_readonly(&store, request.path, false, &error);
    if (status != SIM_OK) {
        message_error("%s", error.text);
        return load_exit_code(status);
    }
    const int code = compare_result(store, &request);
    store_destroy(store);
    return code;
}
