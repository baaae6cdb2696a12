/* nimblesim compare: two results, or two variants of one, and where they part. */
#include "sim/cli/verbs.h"
#include "sim/results/compare.h"

static const struct option_spec specs[] = {
    {.name = "variants",
     .metavar = "A,B",
     OPTION_TEXT(struct compare_request, variants),
     .help = "compare variant A (of the first result) with B (of the second)"},
    VERB_JSON(struct compare_request, json, "print one JSON object"),
};

static const struct option_command command = {
    .verb = "compare",
    .operands = "A.db [B.db]",
    .summary = "Compares two results, or two variants of one, metric by metric with 95 %\n"
               "intervals, says which differences are significant, and shows the first event in\n"
               "which two runs of the same work differ. Of a replay it shows what was simulated\n"
               "against what was executed, call by call.",
    .example = "nimblesim compare results/factory.db\n"
               "nimblesim compare before.db after.db --variants lru,lru",
    .notes =
        "Replications that had the same work are paired; all others are compared as\n"
        "independent samples (Welch). Differences are A - B. Where calls were recorded, those\n"
        "that both sides of a pair have ended are held against their twins.",
    VERB_SPECS(specs),
    .operands_least = 1,
    .operands_most = 2,
};

int cmd_compare(int argc, char **argv)
{
    struct compare_request request = {.json = false};
    struct option_operands files;
    const enum option_end end = options_parse(&command, argc, argv, &request, &files);
    return end == OPTIONS_CONTINUE ? compare_results(&request, &files) : (int)end;
}
