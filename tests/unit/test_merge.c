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

static char folder[] = "/tmp/nimblesim-merge-XXXXXX";

static void enter_folder(void)
{
    cr_assert_not_null(mkdtemp(folder));
    cr_assert_eq(chdir(folder), 0);
}

static void remove_folder(void)
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

TestSuite(merge, .init = enter_folder, .fini = remove_folder);

static const struct result_invocation invocation = {
    .program_version = "1",
    .program_commit = "abc",
    .compiler = "cc",
    .compiler_flags = "-O",
    .host = "here",
    .arguments = "nimblesim run x.yaml",
    .scenario_path = "x.yaml",
    .scenario_text = "format: 1\n",
    .scenario_resolved = "format: 1\n",
    .scenario_hash = 1,
    .seed = 7,
};

/* Begins a point with the given hash and cache; the caller ends it. */
static struct store *begin_point(const char *path, uint64_t hash, double cache)
{
    struct store *store = NULL;
    struct store_shape *shape = NULL;
    struct store_error error = {""};
    struct result_invocation row = invocation;
    char value[32];
    row.scenario_hash = hash;
    (void)snprintf(value, sizeof value, "%.0f B", cache);
    const struct result_axis axis[] = {
        {.key = "nodes.cache", .unit = "B", .value = value, .number = cache},
        {.key = "nodes.eviction", .unit = "", .value = "lru", .number = (double)NAN},
    };
    cr_assert_eq(store_shape_create(&shape, &error), SIM_OK);
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
                                            .metric_count = 1};
        cr_assert_eq(store_begin_run(store, &run), SIM_OK);
        cr_assert_eq(store_end_run(store, &summary), SIM_OK);
    }
    return store;
}

static void make_point(const char *path, uint64_t hash, double cache)
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
    enum sim_status status =
        merge_files("all.db", false, path, count, order, &invocation, NULL, NULL, &counts, error);
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
    cr_expect_eq(store_check("a.db", 1, "abc", &error), SIM_OK);
    cr_expect_eq(store_check("a.db", 2, "abc", &error), SIM_ERR_NOTFOUND);
    cr_expect_not_null(strstr(error.text, "another scenario"));
    cr_expect_eq(store_check("a.db", 1, "abd", &error), SIM_ERR_NOTFOUND);
    cr_expect_not_null(strstr(error.text, "made by version abc"));
    cr_expect_eq(store_check("none.db", 1, "abc", &error), SIM_ERR_NOTFOUND);
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
        cr_expect_eq(store_check("a.db", 1, "abc", &error), SIM_ERR_NOTFOUND, "page %ld", page);
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
    assert_answer("all.db", "SELECT hash || arguments FROM point WHERE point_id = 2",
                  "0000000000000001nimblesim run x.yaml");
    assert_answer("all.db", "SELECT state FROM invocation", "complete");
    assert_answer("all.db", "SELECT count(*) FROM pragma_foreign_key_check", "0");
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
    assert_answer("b.db", "UPDATE invocation SET scenario_hash = '00000000000000ff' RETURNING 'x'",
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
