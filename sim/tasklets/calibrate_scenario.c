/* Runs every tasklet of a scenario for real, replication by replication, and writes what it costs.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/study/load.h"
#include "sim/study/provenance.h"
#include "sim/study/version.h"
#include "sim/tasklets/calibrate.h"
#include "sim/tasklets/runtime.h"
#include "sim/tasklets/tasklet_cost.h"
#include "sim/terminal/exit.h"
#include "sim/terminal/interrupt.h"
#include "sim/terminal/message.h"
#include "sim/terminal/output.h"

/* ---- the table that is written ---- */

static int write_table(const struct calibrate_result *r, const struct calibrate_job *job, FILE *to)
{
    char program[128];
    char hash[65] = "";
    const enum sim_status status = scenario_hash(job->forms.scenario, hash);
    if (status != SIM_OK) {
        message_error("%s", sim_status_text(status));
        return load_exit_code(status);
    }
    (void)snprintf(program, sizeof program, "%s (%s)", PROVENANCE_VERSION, version_commit);
    const struct calibration_head head = {
        .program = program,
        .scenario = job->forms.scenario->name,
        .scenario_hash = hash,
        .seed = job->forms.scenario->seed,
        .platform = job->platform.name,
        .platform_hash = job->platform.hash,
        .mode = execute_mode_name(job->mode),
    };
    calibration_write_head(&head, to);
    for (size_t i = 0; i < r->count; i++) {
        const struct calibration_row *row = &r->row[i].row;
        calibration_write_row(row, &r->segment_ns[row->first_segment], to);
    }
    return EXIT_OK;
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
    struct model_error error = {.key = NULL};
    enum sim_status status = calibrate_batch_init(&b, job, replication, &error);
    if (status == SIM_OK) {
        status = calibrate_batch_run(&b, p, done, wrong, &error);
        if (status == SIM_OK && *wrong == 0 && !interrupt_requested()) {
            status = calibrate_count(r, &b, &error);
        }
        calibrate_batch_deinit(&b);
    }
    if (status != SIM_OK) {
        message_error("%s: %s", job->forms.scenario->path, error.text);
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
    const struct tasklets_setting *s = &job->forms.setting;
    const double chains = job->sample > 0 && job->sample < s->chains ? job->sample : s->chains;
    double sum = s->tasklets - s->chains;
    for (uint32_t v = 0; v < job->forms.scenario->variant_count; v++) {
        sum += chains;
    }
    return sum;
}

static int measure_all(struct calibrate_result *r, const struct calibrate_job *job,
                       const struct calibrate_request *request)
{
    const uint32_t first = request->replication > 0 ? (uint32_t)request->replication : 1;
    const uint32_t last = request->replication > 0 ? first : replications_of(job->forms.scenario);
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

static const struct output_kind table = {
    .name = "a table of calibrate",
    .begins = (const char *const[]){"# nimblesim calibration ", NULL},
};

/* The file is opened first: whoever cannot write it should know before the work, not behind it. */
static int calibrate(const struct calibrate_job *job, const struct calibrate_request *request)
{
    struct output out = {.path = NULL};
    int code =
        request->out == NULL ? EXIT_OK : output_open(&out, request->out, request->force, &table);
    if (code != EXIT_OK) {
        return code;
    }
    struct calibrate_result r = {.count = 0};
    code = measure_all(&r, job, request);
    if (request->out != NULL && code == EXIT_OK) {
        code = write_table(&r, job, out.stream);
    }
    if (request->out != NULL && code == EXIT_OK) {
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
        tasklet_cost_platform(&job->platform, &job->forms, request->platform, &error);
    if (status == SIM_OK) {
        status = platform_cost_check(&job->platform, job->mode, &error);
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

/*
 * Loads the scenario with its tasklets as they are drawn: a table depends neither on the one that
 * it may replace, nor on the sizes that runs charge. Which settings that takes is known once the
 * model is.
 */
static int load_plain(struct scenario *s, const struct calibrate_request *request,
                      const struct load_changes *changes)
{
    struct scenario_errors errors = {0};
    const enum sim_status status = load_scenario_quietly(s, request->path, changes, &errors);
    load_tell_errors(request->path, status, &errors);
    scenario_errors_deinit(&errors);
    const struct model_tasklets *of =
        status == SIM_OK ? model_of_schema(s->schema)->tasklets : NULL;
    if (of == NULL) {
        return load_exit_code(status); /* forms_init() says so */
    }
    size_t count = 0;
    while (of->plain[count] != NULL) {
        count++;
    }
    scenario_deinit(s);
    struct option_list sets = {.count = changes->sets->count + count};
    sets.item = calloc(sets.count + 1, sizeof *sets.item);
    if (sets.item == NULL) {
        message_error("%s", sim_status_text(SIM_ERR_NOMEM));
        return EXIT_INTERNAL;
    }
    for (size_t i = 0; i < sets.count; i++) {
        sets.item[i] =
            i < changes->sets->count ? changes->sets->item[i] : of->plain[i - changes->sets->count];
    }
    struct load_changes all = *changes;
    all.sets = &sets;
    const int code = load_scenario(s, request->path, &all);
    option_list_deinit(&sets);
    return code;
}

int calibrate_scenario(const struct calibrate_request *request, const struct load_changes *changes)
{
    struct calibrate_job job = {.threads = (uint32_t)request->jobs,
                                .sample = (uint32_t)request->sample};
    int code = check_request(request, &job.mode);
    if (code != EXIT_OK) {
        return code;
    }
    struct scenario scenario;
    code = load_plain(&scenario, request, changes);
    if (code != EXIT_OK) {
        return code;
    }
    code = forms_init(&job.forms, &scenario);
    if (code == EXIT_OK) {
        code = choose_platform(&job, request);
    }
    if (code == EXIT_OK) {
        code = calibrate(&job, request);
    }
    scenario_deinit(&scenario);
    return code;
}
