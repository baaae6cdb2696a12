/* nimblesim merge: the points of a sweep as one database. */
#include "sim/cli/verbs.h"
#include "sim/sweep/points.h"
#include "sim/terminal/exit.h"
#include "sim/terminal/message.h"

static const struct option_spec specs[] = {
    VERB_OUT(struct points_merge, out, "ALL.db", "the file to write; there in full or not at all"),
    VERB_FORCE(struct points_merge, force, "replace an earlier result"),
    {.name = "partial",
     OPTION_FLAG(struct points_merge, partial),
     .help = "merge what is there, although points are missing"},
    VERB_JSON(struct points_merge, json, "print one JSON object"),
    VERB_QUIET(struct points_merge, quiet, "no sum, no progress"),
};

static const struct option_command command = {
    .verb = "merge",
    .operands = "DIR | FILE.db...",
    .summary = "Puts the points of a sweep into one database, with the axes as columns.",
    .example = "nimblesim merge results/my.sweep --out results/my.db",
    .notes = "The file has one row in point for each, and views with a column for each axis:\n"
             "  sqlite3 -box results/my.db \"SELECT * FROM v_point\"\n"
             "  sqlite3 -box results/my.db \"SELECT * FROM v_point_metric WHERE name = "
             "'response_mean_s'\"\n"
             "  sqlite3 -box results/my.db \"SELECT * FROM 'v_axis_nodes.cache' WHERE name = "
             "'tx_bytes'\"\n"
             "Points of a folder keep the sweep's order, files are ordered by their axes.",
    VERB_SPECS(specs),
    .operands_least = 1,
    .operands_most = 1000000,
};

int cmd_merge(int argc, char **argv)
{
    struct points_merge request = {.argc = argc, .argv = argv};
    struct option_operands operands;
    const enum option_end end = options_parse(&command, argc, argv, &request, &operands);
    if (end != OPTIONS_CONTINUE) {
        return (int)end;
    }
    if (request.out == NULL) {
        message_error("missing: --out ALL.db");
        return EXIT_USAGE;
    }
    return points_merge(&request, &operands);
}
