/* Files that are there in full or not at all, and many of them as one. */
#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <criterion/criterion.h>
#include <sqlite3.h>

#include "analysis/store/merge.h"
#include "sim/engine/bins.h"
#include "tests/support/result.h"

TestSuite(merge, .init = result_enter, .fini = result_leave);

static struct store_model model_called(const char *name)
{
    struct store_model model = result_model;
    model.name = name;
    return model;
}

/* A hash for a number. */
static const char *hash_of(unsigned number)
{
    static char hash[2][65];
    static unsigned turn;
    turn = 1 - turn;
    (void)snprintf(hash[turn], sizeof hash[turn], "%064x", number);
    return hash[turn];
}

/* Begins a point with the given hash and cache; the caller ends it. */
static struct store *begin_point_of(const struct store_model *model, const char *path,
                                    unsigned hash, double cache)
{
    struct store *store = NULL;
    struct store_shape *shape = NULL;
    struct store_error error = {""};
    struct result_invocation row = result_invocation;
    const struct result_input input = {"floor.graphml", "graph", cache < 100 ? "a" : "b", 1};
    const uint64_t count[BINS_COUNT] = {[5] = 2};
    const struct result_distribution distribution = {"d", "s", count};
    char value[32];
    row.scenario_hash = hash_of(hash);
    row.inputs = &input;
    row.input_count = 1;
    (void)snprintf(value, sizeof value, "%.0f B", cache);
    const struct result_axis axis[] = {
        {.key = "nodes.cache", .unit = "B", .value = value, .number = cache},
        {.key = "nodes.eviction", .unit = "", .value = "lru", .number = (double)NAN},
    };
    cr_assert_eq(store_shape_create(&shape, model, &error), SIM_OK);
    cr_assert_eq(store_create_whole(&store, path, false, shape, &row, &error), SIM_OK, "%s",
                 error.text);
    store_shape_destroy(shape);
    cr_assert_eq(store_axes(store, axis, 2), SIM_OK);
    const struct result_metric metric = {.name = "calls", .unit = "", .value = cache};
    for (int64_t id = 1; id <= 2; id++) {
        const struct result_run run = {id, id == 1 ? "nimble" : "monolithic", 1, 7};
        const struct run_summary summary = {.run = run,
                                            .state = RESULT_COMPLETE,
                                            .digest = hash,
                                            .metrics = &metric,
                                            .metric_count = 1,
                                            .bin = (const int64_t[6]){1, 2},
                                            .bins = 1,
                                            .bin_ns = SIM_S,
                                            .distributions = &distribution,
                                            .distribution_count = 1};
        const struct result_call call = {.call_id = 4, .status = RESULT_CALL_COMPLETED};
        cr_assert_eq(store_begin_run(store, &run), SIM_OK);
        cr_assert_eq(result_calls(store, id, &call, 1), SIM_OK, "%s", store_message(store));
        cr_assert_eq(store_end_run(store, &summary), SIM_OK);
    }
    return store;
}

static struct store *begin_point(const char *path, unsigned hash, double cache)
{
    return begin_point_of(&result_model, path, hash, cache);
}

static void make_point(const char *path, unsigned hash, double cache)
{
    struct store *store = begin_point(path, hash, cache);
    cr_assert_eq(store_finish(store, RESULT_COMPLETE), SIM_OK);
    store_destroy(store);
}

static int files_here(void)
{
    int count = 0;
    DIR *dir = opendir(".");
    for (struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
        count += entry->d_name[0] != '.';
    }
    (void)closedir(dir);
    return count;
}

static void assert_answer(const char *path, const char *sql, const char *expected)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *query = NULL;
    cr_assert_eq(sqlite3_open(path, &db), SQLITE_OK);
    cr_assert_eq(sqlite3_prepare_v2(db, sql, -1, &query, NULL), SQLITE_OK, "%s",
                 sqlite3_errmsg(db));
    cr_assert_eq(sqlite3_step(query), SQLITE_ROW);
    cr_expect_str_eq((const char *)sqlite3_column_text(query, 0), expected, "%s", sql);
    (void)sqlite3_finalize(query);
    (void)sqlite3_close(db);
}

static enum sim_status merge_them(const char *const *path, size_t count, enum merge_order order,
                                  struct store_error *error)
{
    struct merge_counts counts = {0};
    *error = (struct store_error){""};
    enum sim_status status = merge_files("all.db", false, path, count, order, &result_invocation,
                                         NULL, NULL, &counts, error);
    if (status == SIM_OK) {
        cr_expect_eq(counts.points, count);
        cr_expect_eq(counts.runs, 2 * count);
        cr_expect_eq(counts.versions, 1);
    }
    return status;
}

/* ---- whole files ---- */

Test(merge, a_whole_file_has_no_name_before_it_is_complete)
{
    struct store *store = begin_point("a.db", 1, 8);
    cr_expect_neq(access("a.db", F_OK), 0);
    cr_assert_eq(store_finish(store, RESULT_COMPLETE), SIM_OK);
    store_destroy(store);
    cr_expect_eq(files_here(), 1);
    assert_answer("a.db", "SELECT state FROM invocation", "complete");
    assert_answer("a.db", "PRAGMA integrity_check", "ok");
    assert_answer("a.db", "SELECT count(*) FROM pragma_foreign_key_check", "0");
}

Test(merge, what_is_not_complete_leaves_nothing)
{
    struct store *store = begin_point("a.db", 1, 8);
    cr_assert_eq(store_finish(store, RESULT_FAILED), SIM_OK);
    store_destroy(store);
    cr_expect_eq(files_here(), 0);
    store_destroy(begin_point("a.db", 1, 8)); /* never finished */
    cr_expect_eq(files_here(), 0);
}

Test(merge, a_point_is_known_by_scenario_and_program)
{
    struct store_error error;
    make_point("a.db", 1, 8);
    cr_expect_eq(store_check("a.db", hash_of(1), "abc", &error), SIM_OK);
    cr_expect_eq(store_check("a.db", hash_of(2), "abc", &error), SIM_ERR_NOTFOUND);
    cr_expect_not_null(strstr(error.text, "another scenario"));
    cr_expect_eq(store_check("a.db", hash_of(1), "abd", &error), SIM_ERR_NOTFOUND);
    cr_expect_not_null(strstr(error.text, "made by version abc"));
    cr_expect_eq(store_check("none.db", hash_of(1), "abc", &error), SIM_ERR_NOTFOUND);
}

Test(merge, a_torn_point_is_found)
{
    struct store_error error;
    static const char zeros[4096];
    for (long page = 1; page < 12; page++) {
        make_point("a.db", 1, 8);
        FILE *file = fopen("a.db", "r+");
        cr_assert_eq(fseek(file, page * 4096, SEEK_SET), 0);
        cr_assert_eq(fwrite(zeros, sizeof zeros, 1, file), 1);
        cr_assert_eq(fclose(file), 0);
        cr_expect_eq(store_check("a.db", hash_of(1), "abc", &error), SIM_ERR_NOTFOUND, "page %ld",
                     page);
        cr_assert_eq(unlink("a.db"), 0);
    }
}

/* ---- merging ---- */

Test(merge, points_become_rows_and_axes_columns)
{
    const char *const path[] = {"b.db", "a.db"};
    struct store_error error;
    make_point("a.db", 1, 16);
    make_point("b.db", 2, 8);
    cr_assert_eq(merge_them(path, 2, MERGE_AS_GIVEN, &error), SIM_OK, "%s", error.text);
    assert_answer("all.db", "SELECT group_concat(point_id || ':' || \"nodes.cache\") FROM v_point",
                  "1:8,2:16");
    assert_answer(
        "all.db",
        "SELECT group_concat(run_id || ':' || point_id) FROM (SELECT * FROM run ORDER BY 1)",
        "1:1,2:1,3:2,4:2");
    assert_answer("all.db",
                  "SELECT typeof(\"nodes.cache\") || typeof(\"nodes.eviction\") FROM v_point",
                  "integertext");
    assert_answer("all.db",
                  "SELECT group_concat(value || ':' || n || ':' || mean) FROM "
                  "\"v_axis_nodes.cache\" WHERE variant = 'nimble'",
                  "8:1:8.0,16:1:16.0");
    assert_answer("all.db", "SELECT count(*) FROM v_point_metric", "4");
    assert_answer("all.db",
                  "SELECT ltrim(hash, '0') || model || scenario_path FROM point WHERE point_id = 2",
                  "1callsx.yaml");
    assert_answer("all.db", "SELECT state FROM invocation", "complete");
    assert_answer("all.db", "SELECT count(*) FROM pragma_foreign_key_check", "0");
    /* What the model's own tables and the tables of every model hold of a run. */
    static const char *const tables[] = {"call",   "bin",   "distribution", "v_distribution",
                                         "v_call", "v_bin", "v_load"};
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        char sql[128];
        (void)snprintf(sql, sizeof sql,
                       "SELECT group_concat(run_id) FROM (SELECT run_id FROM %s ORDER BY 1)",
                       tables[i]);
        assert_answer("all.db", sql, "1,2,3,4");
    }
    assert_answer("all.db", "SELECT model FROM invocation", "calls");
    assert_answer("all.db", "SELECT count(*) FROM model_column WHERE table_name = 'call'", "12");
}

Test(merge, a_file_that_points_share_is_there_once_and_one_that_changed_twice)
{
    const char *const path[] = {"a.db", "b.db", "c.db"};
    struct store_error error;
    make_point("a.db", 1, 8);
    make_point("b.db", 2, 16);
    make_point("c.db", 3, 128);
    cr_assert_eq(merge_them(path, 3, MERGE_AS_GIVEN, &error), SIM_OK, "%s", error.text);
    assert_answer("all.db",
                  "SELECT group_concat(CAST(bytes AS TEXT)) FROM "
                  "(SELECT bytes FROM input_file WHERE path = 'floor.graphml' ORDER BY 1)",
                  "a,b");
}

Test(merge, names_that_mean_something_to_sqlite_are_plain_files)
{
    const char *const path[] = {"file:x?mode=memory", ":memory:"};
    struct store_error error;
    make_point(path[0], 1, 8);
    make_point(path[1], 2, 16);
    cr_assert_eq(merge_them(path, 2, MERGE_AS_GIVEN, &error), SIM_OK, "%s", error.text);
}

Test(merge, files_are_ordered_by_their_axes_if_asked)
{
    const char *const path[] = {"a.db", "b.db", "c.db"};
    struct store_error error;
    make_point("a.db", 1, 128);
    make_point("b.db", 2, 16);
    make_point("c.db", 3, 8);
    cr_assert_eq(merge_them(path, 3, MERGE_BY_AXES, &error), SIM_OK, "%s", error.text);
    assert_answer("all.db", "SELECT group_concat(\"nodes.cache\") FROM v_point", "8,16,128");
}

static void assert_refused(const char *const *path, size_t count, const char *why)
{
    struct store_error error;
    cr_expect_eq(merge_them(path, count, MERGE_AS_GIVEN, &error), SIM_ERR_INVALID);
    cr_expect_not_null(strstr(error.text, why), "%s\n  not: %s", error.text, why);
    cr_expect_neq(access("all.db", F_OK), 0);
}

Test(merge, what_does_not_fit_together_is_refused)
{
    const char *const path[] = {"a.db", "b.db"};
    make_point("a.db", 1, 8);
    make_point("b.db", 1, 16);
    assert_refused(path, 2, "are the same point");
    const struct store_model other = model_called("boats");
    struct store *store = begin_point_of(&other, "c.db", 3, 8);
    cr_assert_eq(store_finish(store, RESULT_COMPLETE), SIM_OK);
    store_destroy(store);
    assert_refused((const char *const[]){"a.db", "c.db"}, 2,
                   "a.db is of the model calls, and c.db of boats");
    assert_answer("b.db", "UPDATE invocation SET scenario_hash = '" RESULT_HASH "' RETURNING 'x'",
                  "x");
    assert_answer("b.db", "UPDATE axis SET unit = 'kB' WHERE axis = 1 RETURNING 'x'", "x");
    assert_refused(path, 2, "other axes");
    assert_answer("b.db", "DELETE FROM point_axis WHERE axis = 1 RETURNING 'x'", "x");
    assert_answer("b.db", "DELETE FROM point_axis RETURNING 'x'", "x");
    assert_refused(path, 2, "no point of a sweep");
}

Test(merge, an_earlier_file_is_not_replaced)
{
    const char *const path[] = {"a.db"};
    struct store_error error;
    make_point("a.db", 1, 8);
    cr_assert_eq(merge_them(path, 1, MERGE_AS_GIVEN, &error), SIM_OK);
    cr_assert_eq(merge_them(path, 1, MERGE_AS_GIVEN, &error), SIM_ERR_INVALID);
    cr_expect_not_null(strstr(error.text, "exists already"));
}
