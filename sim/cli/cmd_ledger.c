/* nimblesim ledger: what does each reading of the paper do to the headline numbers? */
#include "sim/ledger/ledger_file.h"
#include "sim/study/load.h"
#include "sim/terminal/exit.h"
#include "sim/terminal/message.h"
#include "sim/terminal/options.h"
#include "sim/terminal/output.h"
#include "sim/terminal/processors.h"

enum form { FORM_TABLE, FORM_TSV, FORM_JSON };

static int print(const struct ledger *l, enum form form, size_t top)
{
    bool written = true;
    switch (form) {
    case FORM_TABLE:
        ledger_print_table(l, top, stdout);
        break;
    case FORM_TSV:
        ledger_file_write(l, stdout);
        break;
    case FORM_JSON:
        written = ledger_print_json(l, stdout);
        break;
    }
    return output_end_standard(written);
}

/* Nothing is printed before all is measured: half a ledger ranks wrongly. */
static int measure_and_print(const struct ledger_request *request, enum form form, size_t top)
{
    struct ledger ledger;
    int code = ledger_init(&ledger, request);
    if (code != EXIT_OK) {
        return code;
    }
    code = ledger_run(&ledger);
    if (code == EXIT_OK) {
        code = print(&ledger, form, top);
    }
    ledger_deinit(&ledger);
    return code;
}

static int parse_and_measure(int argc, char **argv, struct option_list *sets,
                             struct option_list *keys)
{
    struct ledger_request request = {.sets = sets, .keys = keys};
    uint64_t threads = processors_online();
    uint64_t top = 8;
    uint64_t seed = UINT64_MAX;
    bool json = false;
    bool tsv = false;
    bool quiet = false;
    const struct option_spec specs[] = {
        {.name = "key",
         .metavar = "KEY",
         .list = keys,
         .help = "only this key's or section's readings; may be repeated"},
        {.name = "top",
         .metavar = "N",
         .number = &top,
         .most = 1000,
         .help = "bars a figure; 0: the table alone (default: 8)"},
        load_option_seed(&seed),
        {.name = "replications",
         .metavar = "N",
         .number = &request.replications,
         .least = 1,
         .most = 100000,
         .help = "so many instead of the scenario's"},
        load_option_set(sets, "override a key in every row; may be repeated"),
        {.name = "threads",
         .letter = 'j',
         .metavar = "N",
         .number = &threads,
         .least = 1,
         .most = PROCESSORS_MAX,
         .help = "runs at once; changes no result (default: all processors)"},
        {.name = "json", .flag = &json, .help = "print one JSON object"},
        {.name = "tsv", .flag = &tsv, .help = "print tab-separated blocks, a figure each"},
        {.name = "quiet", .letter = 'q', .flag = &quiet, .help = "no progress"},
    };
    const struct option_command command = {
        .verb = "ledger",
        .operands = "SCENARIO.yaml",
        .summary =
            "Measures the ambiguity ledger: every reading of what the paper leaves open, one\n"
            "at a time around the scenario, against it under the same seeds. Prints what\n"
            "each changes in the headline numbers, with 95 % intervals, and the largest\n"
            "changes of each number as a tornado chart.",
        .example = "nimblesim ledger scenarios/factory.yaml\n"
                   "nimblesim ledger scenarios/factory.yaml --key protocol --replications 20",
        .notes = "nimblesim explain KEY tells the readings of one key.",
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
    if (json && tsv) {
        message_error("--json and --tsv cannot go together");
        return EXIT_USAGE;
    }
    request.path = operands.item[0];
    request.seed = seed;
    request.threads = (uint32_t)threads;
    request.label = quiet ? NULL : "ledger";
    return measure_and_print(&request, json ? FORM_JSON : tsv ? FORM_TSV : FORM_TABLE, (size_t)top);
}

int cmd_ledger(int argc, char **argv)
{
    struct option_list sets = {0};
    struct option_list keys = {0};
    const int code = parse_and_measure(argc, argv, &sets, &keys);
    option_list_deinit(&sets);
    option_list_deinit(&keys);
    return code;
}
