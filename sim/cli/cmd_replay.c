/* nimblesim replay: the calls of a stored result, executed for real. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/tasklets/runtime.h"
#include "sim/terminal/exit.h"
#include "sim/terminal/interrupt.h"
#include "sim/terminal/message.h"
#include "sim/terminal/options.h"
#include "sim/terminal/processors.h"
#include "sim/testbed/replay.h"

/* "5 %", "0.1%", "5". */
static int read_sample(const char *text, uint32_t *ppm)
{
    char *end = NULL;
    const double percent = strtod(text, &end);
    end += strspn(end, " ");
    end += *end == '%';
    if (end == text || *end != '\0' || !(percent >= 0.0001) || percent > 100) {
        message_error("--sample: '%s' is no percentage from 0.0001 %% to 100 %%, such as 5%%",
                      text);
        return EXIT_USAGE;
    }
    *ppm = (uint32_t)lround(percent * 1e4);
    return EXIT_OK;
}

/* RESULT.db: RESULT.replay.db beside it. free() it. */
static char *default_out(const char *source)
{
    const size_t length = strlen(source);
    const bool has_end = length > 3 && strcmp(source + length - 3, ".db") == 0;
    const size_t size = length + sizeof ".replay.db";
    char *out = malloc(size);
    if (out != NULL) {
        (void)snprintf(out, size, "%.*s.replay.db", (int)(has_end ? length - 3 : length), source);
    }
    return out;
}

static int check_and_replay(struct replay_request *request, const char *mode, const char *sample)
{
    int code = mode != NULL ? runtime_read_mode(mode, &request->mode) : EXIT_OK;
    if (code == EXIT_OK && sample != NULL) {
        code = read_sample(sample, &request->sample_ppm);
    }
    if (code != EXIT_OK) {
        return code;
    }
    char *out = request->out == NULL ? default_out(request->source) : NULL;
    if (request->out == NULL) {
        request->out = out;
    }
    if (request->out == NULL) {
        message_error("%s", sim_status_text(SIM_ERR_NOMEM));
        return EXIT_INTERNAL;
    }
    code = replay_job(request);
    free(out);
    return code;
}

static int parse_and_replay(int argc, char **argv, struct replay_request *request)
{
    const char *mode = NULL;
    const char *sample = NULL;
    const struct option_spec specs[] = {
        {.name = "out",
         .letter = 'o',
         .metavar = "FILE.db",
         .text = &request->out,
         .help = "the new database (default: RESULT.replay.db)"},
        {.name = "jobs",
         .letter = 'j',
         .metavar = "N",
         .number = &request->jobs,
         .least = 1,
         .most = PROCESSORS_MAX,
         .help = "nodes at once; changes no result (default: all processors)"},
        {.name = "sample",
         .metavar = "P%",
         .text = &sample,
         .help = "execute so many of the calls, the same in every variant"},
        {.name = "variant",
         .metavar = "NAME",
         .text = &request->variant,
         .help = "this variant alone"},
        {.name = "replication",
         .metavar = "K",
         .number = &request->replication,
         .least = 1,
         .most = UINT32_MAX,
         .help = "the K-th replication alone"},
        {.name = "mode",
         .metavar = "MODE",
         .text = &mode,
         .help = "sub-calls: suspended (default), nested or reexecuted"},
        {.name = "force", .flag = &request->force, .help = "replace an earlier result"},
        {.name = "json", .flag = &request->json, .help = "print one JSON object"},
        {.name = "quiet", .letter = 'q', .flag = &request->quiet, .help = "no table, no progress"},
    };
    const struct option_command command = {
        .verb = "replay",
        .operands = "RESULT.db",
        .summary =
            "Executes every completed call of a result for real, in the Wasm runtime: load, run,\n"
            "suspend, sub-call, resume, one executor a node, with the binaries that the nodes\n"
            "had fetched. Stores what it took beside what was simulated, and checks that a call\n"
            "gives the same result in every variant.",
        .example = "nimblesim run scenarios/factory.yaml --set record=calls --out results/f.db\n"
                   "nimblesim replay results/f.db --replication 1\n"
                   "nimblesim compare results/f.replay.db",
        .notes = "Interrupted or killed, the same command goes on where it stopped.\n"
                 "Exit codes: 1 results differ, 70 there is no Wasm runtime in here.",
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
    request->source = operands.item[0];
    return check_and_replay(request, mode, sample);
}

int cmd_replay(int argc, char **argv)
{
    interrupt_watch();
    struct replay_request request = {
        .jobs = processors_online(),
        .mode = EXECUTE_SUSPENDED,
        .sample_ppm = REPLAY_ALL_PPM,
        .argc = argc,
        .argv = argv,
    };
    return parse_and_replay(argc, argv, &request);
}
