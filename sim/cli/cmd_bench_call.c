/* nimblesim bench-call: what a call of a Wasm function costs this host, beside the same in C. */
#include "sim/cli/verbs.h"
#include "sim/tasklets/price.h"

struct values {
    uint64_t rounds;
    bool json;
};

static const struct option_spec specs[] = {
    {.name = "rounds",
     .metavar = "N",
     OPTION_NUMBER(struct values, rounds),
     .least = 10,
     .most = 10000000,
     .help = "samples of each case (default: 2000)"},
    VERB_JSON(struct values, json, "print one JSON object"),
};

static const struct option_command command = {
    .verb = "bench-call",
    .summary = "Measures what a call of a Wasm function costs this host: a function that does\n"
               "nothing, and the mean and the median of 60 integers, each in C, in an instance\n"
               "that stays loaded, and loaded anew for each call. Results are compared.",
    .example = "nimblesim bench-call --rounds 10000",
    .notes = "Exit codes: 1 results differ, 70 there is no Wasm runtime in here.",
    VERB_SPECS(specs),
};

int cmd_bench_call(int argc, char **argv)
{
    struct values v = {.rounds = 2000};
    struct option_operands none;
    const enum option_end end = options_parse(&command, argc, argv, &v, &none);
    return end == OPTIONS_CONTINUE ? price_calls(v.rounds, v.json) : (int)end;
}
