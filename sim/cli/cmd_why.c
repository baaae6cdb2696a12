/* nimblesim why: the story of one call, from its trigger to its answer. */
#include <inttypes.h>

#include "sim/results/why.h"
#include "sim/study/load.h"
#include "sim/terminal/exit.h"
#include "sim/terminal/message.h"
#include "sim/terminal/options.h"
#include "sim/terminal/output.h"

static int unknown_call(const struct why *w, int64_t call_id)
{
    message_error("%s: run %" PRId64 " has no call %" PRId64, w->archive->path, w->run->run_id,
                  call_id);
    int64_t near[4];
    size_t count = 0;
    struct store_error error;
    const enum sim_status status =
        story_nearest(near, &count, w->archive->store, w->run->run_id, call_id, &error);
    if (status != SIM_OK) {
        return archive_failed(w->archive, status, &error);
    }
    char text[4 * 24] = "";
    size_t length = 0;
    for (size_t i = 0; i < count; i++) {
        length += (size_t)snprintf(text + length, sizeof text - length, "%s%" PRId64,
                                   i == 0 ? "" : ", ", near[i]);
    }
    if (count > 0) {
        message_hint("the nearest are %s", text);
    }
    return EXIT_NO_INPUT;
}

/* What the taskset does not tell stands in the scenario. */
static int read_costs(struct why *w)
{
    struct scenario scenario;
    const int code = archive_scenario(w->archive, &scenario);
    if (code == EXIT_OK) {
        program_assume(&w->program, scenario.execution.load_time_ns,
                       scenario.execution.resume_time_ns);
        w->program.preloads = scenario.protocol.preload != SCENARIO_PRELOAD_NONE;
        scenario_deinit(&scenario);
    }
    return code;
}

static int print(const struct why *w, bool json)
{
    struct store_error error;
    const enum sim_status status =
        json ? why_print_json(w, stdout, &error) : why_print_text(w, stdout, &error);
    if (status != SIM_OK) {
        return archive_failed(w->archive, status, &error);
    }
    return output_end_standard(true);
}

/* Of a replay also what the call did when it was executed. */
static enum sim_status read_execution(struct why *w, int64_t call_id, struct store_error *error)
{
    const enum sim_status status =
        executions_one(&w->executed, w->archive->store, w->run->run_id, call_id, error);
    w->is_executed = status == SIM_OK;
    return status == SIM_ERR_NOTFOUND ? SIM_OK : status;
}

static int tell(struct why *w, int64_t call_id, bool json)
{
    struct store_error error;
    enum sim_status status =
        story_read_call(&w->call, w->archive->store, w->run->run_id, call_id, &error);
    if (status == SIM_ERR_NOTFOUND) {
        return unknown_call(w, call_id);
    }
    if (status == SIM_OK) {
        status = read_execution(w, call_id, &error);
    }
    if (status != SIM_OK) {
        return archive_failed(w->archive, status, &error);
    }
    const int code = read_costs(w);
    if (code != EXIT_OK) {
        return code;
    }
    status = story_tell(&w->story, &w->call, &w->program);
    if (status != SIM_OK) {
        message_error("%s", sim_status_text(status));
        return load_exit_code(status);
    }
    return print(w, json);
}

static int open_and_tell(const char *path, int64_t call_id, const struct runs_choice *choice,
                         bool json)
{
    struct archive archive;
    int code = archive_open(&archive, path);
    if (code != EXIT_OK) {
        return code;
    }
    struct why w = {.archive = &archive};
    code = archive_choose(&archive, choice, &w.run);
    if (code == EXIT_OK) {
        struct store_error error;
        const enum sim_status status =
            program_read(&w.program, archive.store, w.run->run_id, &error);
        if (status != SIM_OK) {
            code = archive_failed(&archive, status, &error);
        } else if (w.program.count == 0) { /* with calls comes the taskset */
            message_error("%s has no calls recorded", path);
            message_hint("run the scenario with --set record=calls, or record=events for the "
                         "messages too");
            code = EXIT_BAD_DATA;
        } else {
            code = tell(&w, call_id, json);
        }
    }
    story_deinit(&w.story);
    story_call_deinit(&w.call);
    program_deinit(&w.program);
    archive_close(&archive);
    return code;
}

int cmd_why(int argc, char **argv)
{
    struct runs_choice choice = {.run_id = 0};
    bool json = false;
    const struct option_spec specs[] = {
        {.name = "run",
         .metavar = "N",
         .number = &choice.run_id,
         .least = 1,
         .most = INT64_MAX,
         .help = "in the run of this number"},
        {.name = "variant",
         .metavar = "NAME",
         .text = &choice.variant,
         .help = "in this variant (default: the first)"},
        {.name = "replication",
         .metavar = "K",
         .number = &choice.replication,
         .least = 1,
         .most = UINT32_MAX,
         .help = "in this replication (default: the first)"},
        {.name = "json", .flag = &json, .help = "print one JSON object"},
    };
    const struct option_command command = {
        .verb = "why",
        .operands = "RESULT.db CALL",
        .summary = "Tells how a call got its answer, and what took how long: cache or search, who\n"
                   "sent the binary, what was evicted, waiting, running. The durations add up to\n"
                   "the response time.",
        .example = "nimblesim why results/factory.db 1860 --variant monolithic",
        .notes = "Needs a result that was run with --set record=calls; with record=events the\n"
                 "messages are shown too. A call has the same number in every variant.",
        .specs = specs,
        .spec_count = sizeof specs / sizeof specs[0],
        .operands_least = 2,
        .operands_most = 2,
    };
    struct option_operands operands;
    const enum option_end end = options_parse(&command, argc, argv, &operands);
    if (end != OPTIONS_CONTINUE) {
        return (int)end;
    }
    uint64_t call_id = 0;
    if (!options_read_number(operands.item[1], 0, INT64_MAX, &call_id)) {
        message_error("CALL: '%s' is not the number of a call", operands.item[1]);
        return EXIT_USAGE;
    }
    return open_and_tell(operands.item[0], (int64_t)call_id, &choice, json);
}
