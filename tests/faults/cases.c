#include "tests/faults/cases.h"

/* Smoke, and short: what a fault does to a verb does not depend on how long the run is. */
#define SHORT "--set", "duration=60 s", "--set", "robots.chains=3", "--set", "taskset.chains=4"

const char *const fault_setup[][CASE_ARGUMENTS_MAX] = {
    {"run", "smoke.yaml", SHORT, "--set", "record=calls", "--out", "calls.db", "-q"},
    {"run", "smoke.yaml", SHORT, "--set", "replications=1", "--out", "other.db", "-q"},
    {"sweep", "points.yaml", SHORT, "--out", "swept", "-q", "--jobs", "1"},
};
const size_t fault_setup_count = sizeof fault_setup / sizeof fault_setup[0];

const struct fault_case fault_cases[] = {
    {.name = "validate", .arguments = {"validate", "smoke.yaml", "--json"}},
    {.name = "run",
     .arguments = {"run", "smoke.yaml", SHORT, "--set", "record=calls", "--json", "--out",
                   "new.db"},
     .again = {"run", "smoke.yaml", SHORT, "--set", "record=calls", "--json", "--out", "new.db",
               "--force"}},
    {.name = "run --force",
     .arguments = {"run", "smoke.yaml", SHORT, "--json", "--out", "other.db", "--force"}},
    {.name = "sweep",
     .arguments = {"sweep", "points.yaml", SHORT, "--out", "points", "--json", "--jobs", "2"}},
    {.name = "merge",
     .arguments = {"merge", "swept", "--out", "all.db", "--json"},
     .again = {"merge", "swept", "--out", "all.db", "--json", "--force"}},
    {.name = "report", .arguments = {"report", "calls.db", "--out", "page.html", "--force"}},
    {.name = "compare", .arguments = {"compare", "calls.db", "other.db", "--json"}},
    {.name = "export",
     .arguments = {"export", "calls.db", "call", "--out", "calls.csv", "--force"}},
    {.name = "why", .arguments = {"why", "calls.db", "3", "--json"}},
    {.name = "replay",
     .arguments = {"replay", "calls.db", "--replication", "1", "--sample", "40 %", "--out",
                   "executed.db", "-q"}},
    {.name = "testbed", /* a process a node */
     .arguments = {"testbed", "smoke.yaml", SHORT, "--set", "record=calls", "--no-exec", "--json",
                   "--out", "real.db"},
     .again = {"testbed", "smoke.yaml", SHORT, "--set", "record=calls", "--no-exec", "--json",
               "--out", "real.db", "--force"}},
    {.name = "ledger",
     .arguments = {"ledger", "smoke.yaml", SHORT, "--towards", "other.yaml", "--json"}},
    {.name = "calibrate",
     .arguments = {"calibrate", "smoke.yaml", SHORT, "--replication", "1", "--out", "costs.tsv",
                   "--force", "-q"},
     .is_slow = true},
    {.name = "taskgen",
     .arguments = {"taskgen", "smoke.yaml", SHORT, "--wasm", "made", "-q"},
     .again = {"taskgen", "smoke.yaml", SHORT, "--wasm", "made", "--force", "-q"},
     .grows_in_sight = true},
    {.name = "exec",
     .arguments = {"exec", "chain.wasm", "7", "--save", "chain.state", "--force", "--json"}},
    {.name = "schema", .arguments = {"schema"}},
    {.name = "explain", .arguments = {"explain", "nodes.cache"}},
};
const size_t fault_case_count = sizeof fault_cases / sizeof fault_cases[0];
