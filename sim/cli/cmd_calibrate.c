/* nimblesim calibrate: run every tasklet of a scenario for real, and write what it costs. */
#include <stdio.h>

#include "sim/study/load.h"
#include "sim/study/provenance.h"
#include "sim/study/version.h"
#include "sim/tasklets/calibrate.h"
#include "sim/tasklets/runtime.h"
#include "sim/tasklets/tasklet_cost.h"
#include "sim/terminal/exit.h"
#include "sim/terminal/interrupt.h"
#include "sim/terminal/message.h"
#include "sim/terminal/options.h"
#include "sim/terminal/output.h"
#include "sim/terminal/processors.h"

struct calibrate_request {
    const char *path, *out, *platform, *mode;
    bool force, json, quiet;
    uint64_t jobs, replication, sample;
};

/* ---- the table that is written ---- */

static void write_table(const struct calibrate_result *r, const struct calibrate_job *job, FILE *to)
{
    char program[128];
    (void)snprintf(program, sizeof program, "%s (%s)", PROVENANCE_VERSION, version_commit);
    const struct calibration_head head = {
        .program = program,
        .scenario = job->scenario->name,
        .scenario_hash = scenario_hash(job->scenario),
        .seed = job->scenario->seed,
        .platform = job->platform.name,
        .platform_hash = job->platform.hash,
        .mode = execute_mode_name(job->mode),
    };
    calibration_write_head(&head, to);
    for (size_t i = 0; i < r->count; i++) {
        const struct calibration_row *row = &r->row[i].row;
        calibration_write_row(row, &r->segment_ns[row->first_segment], to);
    }
}

static int print_result(const struct calibrate_result *r, const struct calibrate_job *job,
                        const struct calibrate_request *request)
{
    bool written = true;
    if (request->json) {
        written = calibrate_print_json(r, job, stdout);
    } else if (!request->quiet) {
        calibrate_print_table(r, job, stdout);
    }
    return output_end_standard(written);
}

/* ---- replication by replication ---- */

static int one_replication(struct calibrate_result *r, const struct calibrate_job *job,
                           uint32_t replication, struct progress *p, uint32_t *done,
                           uint32_t *wrong)
{
    struct calibrate_batch b;
    struct compose_error error = {{0}};
    enum sim_status status = calibrate_batch_init(&b, job, replication, &error);
    if (status == SIM_OK) {
        status = calibrate_batch_run(&b, p, done, wrong, &error);
        if (status == SIM_OK && *wrong == 0 && !interrupt_requested()) {
            status = calibrate_count(r, &b, &error);
        }
        calibrate_batch_deinit(&b);
    }
    if (status != SIM_OK) {
        message_error("%s", error.text);
        return load_exit_code(status);
    }
    return interrupt_requested() ? EXIT_INTERRUPTED : *wrong > 0 ? EXIT_CHECK_FAILED : EXIT_OK;
}

/* As many as there can be: what a precision asks for may take all of them. */
static uint32_t replications_of(const struct scenario *s)
{
    return s->precision.half_width > 0 ? s->precision.most : s->replications;
}

/* Tasklets of a replication; a sample's callees are not known yet. */
static double tasklets_of(const struct calibrate_job *job)
{
    const struct scenario *s = job->scenario;
    const double chains =
        job->sample > 0 && job->sample < s->taskset.chains ? job->sample : s->taskset.chains;
    return chains * s->variant_count + s->taskset.algorithms;
}

static int measure_all(struct calibrate_result *r, const struct calibrate_job *job,
                       const struct calibrate_request *request)
{
    const uint32_t first = request->replication > 0 ? (uint32_t)request->replication : 1;
    const uint32_t last = request->replication > 0 ? first : replications_of(job->scenario);
    struct progress progress = {.to = NULL};
    struct progress *shown = request->quiet ? NULL : &progress;
    if (shown != NULL) {
        progress_begin(shown, "calibrate", tasklets_of(job) * (last - first + 1));
    }
    int code = EXIT_OK;
    uint32_t done = 0;
    uint32_t wrong = 0;
    for (uint32_t k = first; k <= last && code == EXIT_OK; k++) {
        code = one_replication(r, job, k, shown, &done, &wrong);
    }
    if (shown != NULL) {
        progress_finish(shown);
    }
    if (code == EXIT_INTERRUPTED) {
        message_error("interrupted: not all tasklets have been run, and nothing was written");
    } else if (code == EXIT_CHECK_FAILED) {
        message_error("tasklets did not do what they were made for; nothing was written");
    }
    return code;
}

/* The file is opened first: whoever cannot write it should know before the work, not behind it. */
static int calibrate(const struct calibrate_job *job, const struct calibrate_request *request)
{
    struct output out = {.path = NULL};
    int code = request->out == NULL ? EXIT_OK : output_open(&out, request->out, request->force);
    if (code != EXIT_OK) {
        return code;
    }
    struct calibrate_result r = {.count = 0};
    code = measure_all(&r, job, request);
    if (request->out != NULL && code == EXIT_OK) {
        write_table(&r, job, out.stream);
        code = output_commit(&out);
    } else if (request->out != NULL) {
        output_abandon(&out);
    }
    if (code == EXIT_OK) {
        code = print_result(&r, job, request);
    }
    calibrate_result_deinit(&r);
    return code;
}

/* ---- what is asked for ---- */

/* The table asked for, or else the scenario's; and it must suffice. */
static int choose_platform(struct calibrate_job *job, const struct calibrate_request *request)
{
    struct tsv_error error = {{0}};
    enum sim_status status =
        tasklet_cost_platform(&job->platform, job->scenario, request->platform, &error);
    if (status == SIM_OK) {
        status = tasklet_cost_check(&job->platform, job->mode, &error);
    }
    if (status != SIM_OK) {
        message_error("%s", error.text);
    }
    return load_exit_code(status);
}

static int check_request(const struct calibrate_request *request, enum execute_mode *mode)
{
    const int code = runtime_read_mode(request->mode, mode);
    if (code != EXIT_OK) {
        return code;
    }
    if (request->sample > 0 && request->out != NULL) {
        message_error("--sample leaves tasklets out, and a table must have them all");
        message_hint("leave out --out or --sample");
        return EXIT_USAGE;
    }
    return runtime_is_there() ? EXIT_OK : EXIT_INTERNAL;
}

static int calibrate_scenario(const struct calibrate_request *request,
                              const struct option_list *sets, const uint64_t *seed)
{
    struct calibrate_job job = {.threads = (uint32_t)request->jobs,
                                .sample = (uint32_t)request->sample};
    int code = check_request(request, &job.mode);
    if (code != EXIT_OK) {
        return code;
    }
    struct scenario scenario;
    code = load_scenario(&scenario, request->path, sets, seed);
    if (code != EXIT_OK) {
        return code;
    }
    /* A table depends neither on the one that it may replace, nor on the sizes that runs charge. */
    scenario.taskset.sizes = SCENARIO_SIZES_DRAWN;
    code = load_exit_code(scenario_drop_calibration(&scenario));
    job.scenario = &scenario;
    if (code == EXIT_OK) {
        code = choose_platform(&job, request);
    }
    if (code == EXIT_OK) {
        code = calibrate(&job, request);
    }
    scenario_deinit(&scenario);
    return code;
}

static int parse_and_calibrate(int argc, char **argv, struct calibrate_request *request,
                               struct option_list *sets)
{
    uint64_t seed = UINT64_MAX;
    const struct option_spec specs[] = {
        {.name = "out",
         .letter = 'o',
         .metavar = "FILE.tsv",
         .text = &request->out,
         .help = "write a table, for a scenario's platform.calibration"},
        {.name = "force", .flag = &request->force, .help = "replace an earlier file"},
        {.name = "platform",
         .metavar = "NAME|FILE",
         .text = &request->platform,
         .help = "a platform's table (default: platform.table of the scenario)"},
        {.name = "mode",
         .metavar = "MODE",
         .text = &request->mode,
         .help = "sub-calls: suspended (default), nested or reexecuted"},
        {.name = "replication",
         .metavar = "K",
         .number = &request->replication,
         .least = 1,
         .most = 1000000,
         .help = "the tasklets of the K-th replication alone"},
        {.name = "sample",
         .metavar = "N",
         .number = &request->sample,
         .least = 1,
         .most = UINT32_MAX,
         .help = "the first N chains with all that they call; not with --out"},
        load_option_seed(&seed),
        load_option_set(sets, "override a key, as in taskset.chains=10; may be repeated"),
        {.name = "jobs",
         .letter = 'j',
         .metavar = "N",
         .number = &request->jobs,
         .least = 1,
         .most = PROCESSORS_MAX,
         .help = "tasklets at once; changes no result (default: all processors)"},
        {.name = "json", .flag = &request->json, .help = "print one JSON object with all rows"},
        {.name = "quiet", .letter = 'q', .flag = &request->quiet, .help = "no table, no progress"},
    };
    const struct option_command command = {
        .verb = "calibrate",
        .operands = "SCENARIO.yaml",
        .summary =
            "Makes the Wasm binary of every tasklet of a scenario, runs it in the embedded "
            "runtime\n"
            "with all that it calls, checks that it executes what it was made for and that chains\n"
            "return what their monolithic twins return, and counts what each tasklet costs on a\n"
            "platform: work, load, suspend, resume.",
        .example = "nimblesim calibrate scenarios/factory.yaml --out factory.tsv\n"
                   "nimblesim run scenarios/factory.yaml --set platform.calibration=factory.tsv",
        .notes = "The file holds no time of this host: the same scenario gives the same bytes.\n"
                 "Exit codes: 1 a tasklet did something else, 70 there is no Wasm runtime in here.",
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
    request->path = operands.item[0];
    return calibrate_scenario(request, sets, seed == UINT64_MAX ? NULL : &seed);
}

int cmd_calibrate(int argc, char **argv)
{
    interrupt_watch();
    struct calibrate_request request = {.jobs = processors_online(), .mode = "suspended"};
    struct option_list sets = {0};
    const int code = parse_and_calibrate(argc, argv, &request, &sets);
    option_list_deinit(&sets);
    return code;
}
