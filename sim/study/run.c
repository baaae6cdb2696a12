/* The run verb's work: a scenario simulated, its variants compared, the result kept. */
#include "sim/study/run.h"

#include <unistd.h>

#include "scenarios/sweep/sweep.h"
#include "sim/study/precision.h"
#include "sim/study/provenance.h"
#include "sim/terminal/exit.h"
#include "sim/terminal/interrupt.h"
#include "sim/terminal/json.h"
#include "sim/terminal/message.h"
#include "sim/terminal/output.h"

/* Enough to see what is wrong; a study of hundreds of runs would bury its own table. */
#define WARNINGS_SHOWN 12u

static void tell_precision(const struct study *s)
{
    if (s->is_sequential && s->is_settled && !precision_is_enough(s)) {
        message_warning("after %u replications %s is not known to %g %%, as was asked for",
                        study_replications(s), s->scenario->precision.of,
                        100 * s->scenario->precision.half_width);
    }
}

static void tell_warnings(const struct study *s)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < s->run_count; i++) {
        const struct study_run *run = &s->run[i];
        for (uint32_t w = 0; w < run->warning_count; w++) {
            if (count++ < WARNINGS_SHOWN) {
                message_warning("%s, replication %u: %s", s->scenario->variant[run->variant].name,
                                run->replication, run->warning[w].text);
            }
        }
    }
    if (count > WARNINGS_SHOWN) {
        message_hint("%u more warnings: --json and the database hold them all",
                     count - WARNINGS_SHOWN);
    }
    tell_precision(s);
}

/* How the invocation ended, for the database. */
static enum result_state end_state(const struct study *s, enum sim_status status)
{
    if (status != SIM_OK || !study_books_balance(s)) {
        return RESULT_FAILED;
    }
    return study_is_complete(s) ? RESULT_COMPLETE : RESULT_INTERRUPTED;
}

static int failure_code(const struct study *s, enum sim_status status)
{
    const bool storing = s->options.store != NULL && store_message(s->options.store)[0] != '\0';
    if (storing) {
        return status == SIM_ERR_IO ? EXIT_IO : EXIT_INTERNAL;
    }
    return status == SIM_ERR_FULL ? EXIT_INTERNAL : load_exit_code(status);
}

static int tell_result(const struct study *s, const struct run_request *request,
                       enum sim_status status)
{
    tell_warnings(s);
    if (status != SIM_OK) {
        message_error("%s", s->error);
        return failure_code(s, status);
    }
    const bool complete = study_is_complete(s);
    bool written = true;
    if (request->json) {
        written = run_print_json(s, stdout);
    } else if (complete && !request->quiet) {
        run_print_table(s, stdout);
    }
    const int code = output_end_standard(written);
    if (code != EXIT_OK) {
        return code;
    }
    if (!complete) {
        message_error("interrupted: not all runs have ended");
        return EXIT_INTERRUPTED;
    }
    if (!study_books_balance(s)) {
        return EXIT_CHECK_FAILED;
    }
    return request->judge != NULL ? request->judge(request->judge_context, s) : EXIT_OK;
}

/* Closes the database with its end state. */
static int finish_store(struct store *store, const struct study *s, enum sim_status status)
{
    const enum sim_status stored = store_finish(store, end_state(s, status));
    if (stored == SIM_OK || status != SIM_OK) {
        return EXIT_OK;
    }
    message_error("%s", store_message(store));
    return stored == SIM_ERR_IO ? EXIT_IO : EXIT_INTERNAL;
}

/*
 * The database ends before anything is printed: a reader that went away, as 'head' does, must not
 * leave a whole result that calls itself incomplete.
 */
static int simulate(struct study *study, const struct run_request *request, struct store *store)
{
    study->options.store = store;
    const enum sim_status status = study_run(study);
    const int stored = store == NULL ? EXIT_OK : finish_store(store, study, status);
    const int code = tell_result(study, request, status);
    if (code == EXIT_INTERRUPTED && store != NULL && stored == EXIT_OK) {
        message_note("%s holds what was finished, and says that it is incomplete", request->out);
    }
    return stored != EXIT_OK ? stored : code;
}

static int store_and_simulate(struct study *study, const struct run_request *request)
{
    struct provenance provenance;
    if (provenance_init(&provenance, study->scenario, request->argc, request->argv) != SIM_OK) {
        message_error("%s", sim_status_text(SIM_ERR_NOMEM));
        return EXIT_INTERNAL;
    }
    provenance.row.clock = request->real != NULL ? "virtual" : NULL;
    struct store *store = NULL;
    struct store_error error;
    int code = EXIT_CANNOT_CREATE;
    if (store_create(&store, request->out, request->force, &provenance.store.model, &provenance.row,
                     &error) != SIM_OK) {
        message_error("%s", error.text);
        if (!request->force && access(request->out, F_OK) == 0) {
            message_hint("--force replaces an earlier result; other files are never replaced");
        }
    } else {
        code = simulate(study, request, store);
        store_destroy(store);
    }
    provenance_deinit(&provenance);
    return code;
}

/* A scenario that cannot be run, for a program that reads --json: nothing else is on the stream. */
static int refuse(const struct run_request *request, const struct scenario_errors *errors, int code)
{
    struct json j;
    json_begin(&j, stdout);
    json_object_open(&j);
    json_field_string(&j, "scenario", request->path);
    load_put_errors(&j, errors);
    json_object_close(&j);
    const int ended = output_end_standard(json_end(&j));
    return ended == EXIT_OK ? code : ended;
}

static int simulate_as_asked(struct study *study, const struct run_request *request)
{
    return request->out == NULL ? simulate(study, request, NULL)
                                : store_and_simulate(study, request);
}

/* Of a run that was broken off, what was captured until then is worth as much as what was stored.
 */
static int capture_and_simulate(struct study *study, const struct run_request *request)
{
    struct capture *capture = study->options.capture;
    int code = capture_open(capture, request->pcap, request->force);
    if (code != EXIT_OK) {
        return code;
    }
    code = simulate_as_asked(study, request);
    const bool is_kept = code == EXIT_OK || capture->frames > 0;
    const int closed = capture_close(capture, is_kept);
    if (code != EXIT_OK && is_kept && closed == EXIT_OK) {
        message_note("%s holds what was captured until then", request->pcap);
    }
    return code == EXIT_OK ? closed : code;
}

/* A scenario that cannot run is found out before a file is made, or an earlier result replaced. */
int run_tell_scenario(const struct scenario *scenario, const struct run_request *request)
{
    struct capture capture = {.frames = 0};
    const struct study_options options = {
        .threads = request->pcap != NULL ? 1 : (uint32_t)request->threads,
        .capture = request->pcap != NULL ? &capture : NULL,
        .only_replication = (uint32_t)request->replication,
        .full_path = request->transport != NULL && strcmp(request->transport, "full") == 0,
        .real = request->real,
        .label = request->quiet ? NULL : scenario->name,
    };
    struct study study;
    const enum sim_status status = study_init(&study, scenario, &options);
    if (status != SIM_OK) {
        struct scenario_errors errors = {0};
        int code = load_exit_code(status);
        study_tell_mistake(&study, &errors);
        study_print_error(&study);
        code = request->json ? refuse(request, &errors, code) : code;
        scenario_errors_deinit(&errors);
        return code;
    }
    const int code = request->pcap != NULL ? capture_and_simulate(&study, request)
                                           : simulate_as_asked(&study, request);
    study_deinit(&study);
    return code;
}

static bool is_one_file(const char *a, const char *b)
{
    return a != NULL && b != NULL && strcmp(a, b) == 0;
}

static bool is_transport(const char *word)
{
    return word == NULL || strcmp(word, "auto") == 0 || strcmp(word, "full") == 0;
}

int run_tell(const struct run_request *request, const struct load_changes *changes)
{
    if (!is_transport(request->transport)) {
        message_error("--transport: '%s' is neither auto nor full", request->transport);
        return EXIT_USAGE;
    }
    if (is_one_file(request->pcap, request->out) || is_one_file(request->pcap, request->path)) {
        message_error("--pcap: %s has another use already", request->pcap);
        return EXIT_USAGE;
    }
    struct scenario scenario;
    struct scenario_errors errors = {0};
    const enum sim_status status =
        load_scenario_quietly(&scenario, request->path, changes, &errors);
    int code = load_exit_code(status);
    if (status == SIM_OK) {
        load_tell_notes(&scenario);
        if (!request->quiet && sweep_is_in(&scenario)) {
            message_note("the axes of %s are left out; nimblesim sweep runs them", request->path);
        }
        code = run_tell_scenario(&scenario, request);
        scenario_deinit(&scenario);
    } else {
        load_tell_errors(request->path, status, &errors);
        code = request->json ? refuse(request, &errors, code) : code;
    }
    scenario_errors_deinit(&errors);
    return code;
}
