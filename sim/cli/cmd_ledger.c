/* nimblesim ledger: what does each reading of the paper do to the headline numbers? */
#include "sim/cli/verbs.h"
#include "sim/ledger/ledger.h"
#include "sim/terminal/exit.h"
#include "sim/terminal/message.h"

struct values {
    struct ledger_request request;
    struct option_list sets, keys;
    uint64_t threads, top;
    bool json, tsv, quiet;
};

static const struct option_spec specs[] = {
    {.name = "key",
     .metavar = "KEY",
     OPTION_LIST(struct values, keys),
     .help = "only this key's or section's readings; may be repeated"},
    {.name = "towards",
     .metavar = "OTHER.yaml",
     OPTION_TEXT(struct values, request.towards),
     .help = "rows lead to that scenario: each mechanism alone, all, all but each"},
    {.name = "top",
     .metavar = "N",
     OPTION_NUMBER(struct values, top),
     .most = 1000,
     .help = "bars a figure; 0: the table alone (default: 8)"},
    VERB_SEED(struct values, request.seed),
    VERB_REPLICATIONS(struct values, request.replications),
    VERB_SET(struct values, sets, "override a key in every row; may be repeated"),
    VERB_THREADS(struct values, threads),
    VERB_JSON(struct values, json, "print one JSON object"),
    {.name = "tsv",
     OPTION_FLAG(struct values, tsv),
     .help = "print tab-separated blocks, a figure each"},
    VERB_QUIET(struct values, quiet, "no progress"),
};

static const struct option_command command = {
    .verb = "ledger",
    .operands = "SCENARIO.yaml",
    .summary = "Measures the ambiguity ledger: every reading of what the paper leaves open, one\n"
               "at a time around the scenario, against it under the same seeds. Prints what\n"
               "each changes in the headline numbers, with 95 % intervals, and the largest\n"
               "changes of each number as a tornado chart.",
    .example = "nimblesim ledger scenarios/factory.yaml\n"
               "nimblesim ledger scenarios/factory.yaml --key protocol --replications 20\n"
               "nimblesim ledger scenarios/factory.yaml --towards scenarios/factory-testbed.yaml",
    .notes = "nimblesim explain KEY tells the readings of one key.",
    VERB_SPECS(specs),
    .operands_least = 1,
    .operands_most = 1,
};

static int measure(struct values *v, const char *path)
{
    if (v->json && v->tsv) {
        message_error("--json and --tsv cannot go together");
        return EXIT_USAGE;
    }
    if (v->request.towards != NULL && v->keys.count > 0) {
        message_error("--key and --towards cannot go together");
        return EXIT_USAGE;
    }
    v->request.path = path;
    v->request.sets = &v->sets;
    v->request.keys = &v->keys;
    v->request.threads = (uint32_t)v->threads;
    v->request.label = v->quiet ? NULL : "ledger";
    return ledger_tell(&v->request,
                       v->json  ? LEDGER_AS_JSON
                       : v->tsv ? LEDGER_AS_TSV
                                : LEDGER_AS_TABLE,
                       (size_t)v->top);
}

int cmd_ledger(int argc, char **argv)
{
    struct values v = {
        .request = {.seed = UINT64_MAX},
        .threads = processors_online(),
        .top = 8,
    };
    struct option_operands operands;
    int code = (int)options_parse(&command, argc, argv, &v, &operands);
    if (code == (int)OPTIONS_CONTINUE) {
        code = measure(&v, operands.item[0]);
    }
    option_list_deinit(&v.sets);
    option_list_deinit(&v.keys);
    return code;
}
