#include "tests/support/result.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <criterion/criterion.h>

static char folder[] = "/tmp/nimblesim-result-XXXXXX";

void result_enter(void)
{
    cr_assert_not_null(mkdtemp(folder));
    cr_assert_eq(chdir(folder), 0);
}

void result_leave(void)
{
    DIR *dir = opendir(folder);
    for (struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
        if (entry->d_name[0] != '.') {
            (void)remove(entry->d_name);
        }
    }
    (void)closedir(dir);
    (void)rmdir(folder);
}

struct store *result_create(const char *path)
{
    static const struct result_invocation invocation = {
        .program_version = "0.1.0",
        .program_commit = "abc",
        .compiler = "cc",
        .compiler_flags = "-O2",
        .host = "here",
        .arguments = "run \"a, b\"\nc",
        .scenario_path = "x.yaml",
        .scenario_text = "format: 1\n",
        .scenario_resolved = "format: 1\nname: x\n",
        .scenario_hash = 0x00ff,
        .seed = 7,
    };
    struct store *store = NULL;
    struct store_error error = {""};
    cr_assert_eq(store_create(&store, path, false, &invocation, &error), SIM_OK, "%s", error.text);
    return store;
}

void result_begin(struct store *store, int64_t run_id, const char *variant, uint32_t replication,
                  uint64_t seed)
{
    const struct result_run run = {run_id, variant, replication, seed};
    cr_assert_eq(store_begin_run(store, &run), SIM_OK, "%s", store_message(store));
}

void result_end(struct store *store, int64_t run_id, const char *variant, uint32_t replication,
                uint64_t seed, uint64_t digest, uint64_t trace_digest, double m)
{
    const struct result_metric metric = {"m", "s", m};
    const struct run_summary summary = {
        .run = {run_id, variant, replication, seed},
        .state = RESULT_COMPLETE,
        .digest = digest,
        .trace_digest = trace_digest,
        .metrics = &metric,
        .metric_count = 1,
    };
    cr_assert_eq(store_end_run(store, &summary), SIM_OK, "%s", store_message(store));
}

void result_finish(struct store *store)
{
    cr_assert_eq(store_finish(store, RESULT_COMPLETE), SIM_OK, "%s", store_message(store));
    store_destroy(store);
}

struct store *result_open(const char *path)
{
    struct store *store = NULL;
    struct store_error error = {""};
    cr_assert_eq(store_open_readonly(&store, path, false, &error), SIM_OK, "%s", error.text);
    return store;
}
