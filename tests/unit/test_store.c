/* The database: what it shows, what it refuses, and what a kill leaves of it. */
#include <dirent.h>
#include <math.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <criterion/criterion.h>
#include <sqlite3.h>

#include "analysis/store/runs.h"
#include "analysis/store/sha256.h"
#include "analysis/store/store.h"
#include "sim/engine/bins.h"
#include "tests/support/result.h"

TestSuite(store, .init = result_enter, .fini = result_leave);

static void clear_folder(void)
{
    DIR *dir = opendir(".");
    for (struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
        if (entry->d_name[0] != '.') {
            (void)remove(entry->d_name);
        }
    }
    (void)closedir(dir);
}

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    cr_assert_not_null(file);
    cr_assert_geq(fputs(text, file), 0);
    cr_assert_eq(fclose(file), 0);
}

static bool exists(const char *path)
{
    return access(path, F_OK) == 0;
}

/* ---------------------------------------------------------------- asking SQLite itself */

/* The rows of a query, "a|b\nc|d"; NULL shows as "-". Static storage. */
static const char *ask(const char *path, const char *sql)
{
    static char answer[1 << 20];
    size_t used = 0;
    answer[0] = '\0';
    sqlite3 *db = NULL;
    sqlite3_stmt *query = NULL;
    cr_assert_eq(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
    cr_assert_eq(sqlite3_prepare_v2(db, sql, -1, &query, NULL), SQLITE_OK, "%s: %s", sql,
                 sqlite3_errmsg(db));
    int code = sqlite3_step(query);
    for (; code == SQLITE_ROW; code = sqlite3_step(query)) {
        for (int i = 0; i < sqlite3_column_count(query); i++) {
            const char *text = (const char *)sqlite3_column_text(query, i);
            used += (size_t)snprintf(answer + used, sizeof answer - used, "%s%s",
                                     i > 0 ? "|" : (used > 0 ? "\n" : ""), text ? text : "-");
            cr_assert_lt(used, sizeof answer);
        }
    }
    cr_assert_eq(code, SQLITE_DONE, "%s: %s", sql, sqlite3_errmsg(db));
    sqlite3_finalize(query);
    sqlite3_close(db);
    return answer;
}

#define assert_answer(sql, expected) cr_assert_str_eq(ask("a.db", sql), expected, "%s", sql)

/* ---------------------------------------------------------------- things to store */

static const struct result_library libraries[] = {{"gsl", "2.7.1"}, {"igraph", "0.10.2"}};

static const char graph[] = {'<', 'g', 0, '>'};
static const struct result_input inputs[] = {
    {"floor.graphml", "topology.graph", graph, sizeof graph},
    {"empty.tsv", "costs", NULL, 0},
    {"floor.graphml", "topology.graph", graph, sizeof graph}, /* it comes twice, it is once */
};

static struct result_invocation invocation_of(void)
{
    struct result_invocation invocation = result_invocation;
    invocation.libraries = libraries;
    invocation.library_count = 2;
    invocation.inputs = inputs;
    invocation.input_count = 3;
    return invocation;
}

static enum sim_status try_to_create(struct store **store, const char *path, bool replace,
                                     struct store_error *error)
{
    const struct result_invocation invocation = invocation_of();
    return store_create(store, path, replace, &result_model, &invocation, error);
}

static struct store *create(const char *path)
{
    struct store *store = NULL;
    struct store_error error = {""};
    enum sim_status status = try_to_create(&store, path, false, &error);
    cr_assert_eq(status, SIM_OK, "%s", error.text);
    return store;
}

static struct result_run run_numbered(int64_t run_id)
{
    return (struct result_run){
        .run_id = run_id, .variant = "nimble", .replication = (uint32_t)run_id, .seed = 7};
}

static void begin(struct store *store, int64_t run_id)
{
    struct result_run run = run_numbered(run_id);
    cr_assert_eq(store_begin_run(store, &run), SIM_OK, "%s", store_message(store));
}

static struct run_summary summary_of(int64_t run_id)
{
    return (struct run_summary){.run = run_numbered(run_id),
                                .state = RESULT_COMPLETE,
                                .digest = 0x0123456789abcdef,
                                .work_digest = 0xffffffffffffffff,
                                .events = 42,
                                .wall_s = 0.5};
}

static void end(struct store *store, const struct run_summary *summary)
{
    cr_assert_eq(store_end_run(store, summary), SIM_OK, "%s", store_message(store));
}

static void finish(struct store *store)
{
    cr_assert_eq(store_finish(store, RESULT_COMPLETE), SIM_OK, "%s", store_message(store));
    store_destroy(store);
}

static struct result_call call_numbered(int64_t call_id)
{
    struct result_call call = {.call_id = call_id,
                               .t_ns = call_id * SIM_S,
                               .robot = 3,
                               .node = 1 + call_id % 12,
                               .chain = 17,
                               .status = RESULT_CALL_COMPLETED,
                               .response_ns = 6 * SIM_S,
                               .queueing_ns = 0,
                               .acquisition_ns = SIM_S,
                               .execution_ns = 5 * SIM_S,
                               .x_m = 10.5,
                               .y_m = 20.25};
    return call;
}

enum { BYTES, COMPLETED, RESPONSE, ACQUISITION, EXECUTION, QUEUEING, SERIES };

/* A database with run 1 and the given bins, finished. */
static void store_bins(const int64_t bin[][SERIES], size_t count, sim_time bin_ns)
{
    struct store *store = create("a.db");
    begin(store, 1);
    struct run_summary summary = summary_of(1);
    summary.bin = &bin[0][0];
    summary.bins = count;
    summary.bin_ns = bin_ns;
    end(store, &summary);
    finish(store);
}

/* ---------------------------------------------------------------- what it shows */

Test(store, a_new_database_says_what_it_is_and_that_it_is_running)
{
    struct store *store = create("a.db");
    assert_answer("PRAGMA application_id", "1852662380");
    assert_answer("PRAGMA user_version", "2");
    assert_answer("SELECT state, model, seed, scenario_hash, ended_unix_ns FROM invocation",
                  "running|calls|7|" RESULT_HASH "|-");
    cr_assert_eq(STORE_APPLICATION_ID, 1852662380);
    cr_assert_eq(STORE_SCHEMA_VERSION, 2);
    finish(store);
    assert_answer("SELECT state, ended_unix_ns >= started_unix_ns FROM invocation", "complete|1");
    assert_answer("SELECT name FROM library", "gsl\nigraph\nsqlite");
    cr_assert_not(exists("a.db-journal"));
}

Test(store, a_run_appears_in_v_run_with_hexadecimal_digest)
{
    struct store *store = create("a.db");
    begin(store, 1);
    begin(store, 2);
    struct run_summary summary = summary_of(1);
    end(store, &summary);
    assert_answer("SELECT * FROM v_run ORDER BY run_id",
                  "1|nimble|1|7|0123456789abcdef|42|0.5\n2|nimble|2|7|-|-|-");
    cr_assert_eq(store_finish(store, RESULT_INTERRUPTED), SIM_OK);
    store_destroy(store);
    assert_answer("SELECT run_id, state FROM run", "1|complete\n2|interrupted");
    assert_answer("SELECT state FROM invocation", "interrupted");
}

Test(store, an_undefined_metric_is_null)
{
    const struct result_metric metrics[] = {{"response_mean_s", "s", NAN}, {"calls", "", 5}};
    struct store *store = create("a.db");
    begin(store, 1);
    struct run_summary summary = summary_of(1);
    summary.metrics = metrics;
    summary.metric_count = 2;
    end(store, &summary);
    finish(store);
    assert_answer("SELECT * FROM v_metric ORDER BY name", "1|calls|5.0|\n1|response_mean_s|-|s");
}

Test(store, v_node_traffic_leaves_the_registry_out)
{
    const struct result_node nodes[] = {
        {.node = 1, .x_m = 10, .y_m = 10, .role = RESULT_GATEWAY, .tx_bytes = 100, .rx_bytes = 20},
        {.node = 2, .x_m = 30, .y_m = 10, .role = RESULT_NODE, .tx_bytes = 7, .rx_bytes = 8},
        {.node = 3, .x_m = NAN, .y_m = NAN, .role = RESULT_REGISTRY, .tx_bytes = 50},
    };
    struct store *store = create("a.db");
    begin(store, 1);
    cr_assert_eq(result_nodes(store, 1, nodes, 3), SIM_OK, "%s", store_message(store));
    struct run_summary summary = summary_of(1);
    end(store, &summary);
    finish(store);
    assert_answer("SELECT * FROM v_node_traffic ORDER BY node", "1|1|100|20\n1|2|7|8");
    assert_answer("SELECT sum(tx_bytes) FROM node_traffic", "157");
    assert_answer("SELECT node, x_m, role FROM node", "1|10.0|gateway\n2|30.0|node\n3|-|registry");
}

Test(store, v_load_accumulates)
{
    const int64_t bins[][SERIES] = {{100}, {5}, {0}};
    store_bins(bins, 3, 10 * SIM_S);
    assert_answer("SELECT * FROM v_load ORDER BY t_s", "1|10.0|100\n1|20.0|105\n1|30.0|105");
}

Test(store, v_response_slides_a_window_of_100_s)
{
    /* In the k-th bin k calls of k seconds. 1 + ... + 10 = 55 calls of 385 s in all make 7 s. */
    int64_t bins[12][SERIES] = {{0}};
    for (int64_t k = 1; k <= 12; k++) {
        bins[k - 1][COMPLETED] = k;
        bins[k - 1][RESPONSE] = k * k * SIM_S;
    }
    store_bins((const int64_t(*)[SERIES])bins, 12, 10 * SIM_S);
    assert_answer("SELECT t_s, round(mean_s, 6), n FROM v_response ORDER BY t_s",
                  "100.0|7.0|55\n"
                  "110.0|7.769231|65\n" /* (385 - 1 + 121) / (55 - 1 + 11) */
                  "120.0|8.6|75");      /* (505 - 4 + 144) / (65 - 2 + 12) */
}

Test(store, the_window_is_of_100_s_whatever_the_bin)
{
    int64_t bins[6][SERIES] = {{0}};
    for (int64_t k = 1; k <= 6; k++) {
        bins[k - 1][COMPLETED] = 1;
        bins[k - 1][RESPONSE] = k * SIM_S;
    }
    store_bins((const int64_t(*)[SERIES])bins, 6, 40 * SIM_S);
    /* At 120 s: what ended at 40 s is 80 s ago, and in. */
    assert_answer("SELECT t_s, mean_s, n FROM v_response ORDER BY t_s",
                  "120.0|2.0|3\n160.0|3.0|3\n200.0|4.0|3\n240.0|5.0|3");
    assert_answer("SELECT variant, seed, t_s, response_s, completed FROM v_bin WHERE t_s = 80",
                  "nimble|7|80.0|2.0|1");
}

Test(store, v_response_of_no_call_is_null)
{
    int64_t bins[11][SERIES] = {{0}};
    bins[0][COMPLETED] = 1;
    bins[0][RESPONSE] = 3 * SIM_S;
    store_bins((const int64_t(*)[SERIES])bins, 11, 10 * SIM_S);
    assert_answer("SELECT t_s, mean_s, n FROM v_response ORDER BY t_s", "100.0|3.0|1\n110.0|-|0");
}

Test(store, calls_events_and_tasklets_come_back)
{
    struct result_call calls[] = {call_numbered(2), call_numbered(1)};
    calls[1].node = RESULT_NONE;
    calls[1].status = RESULT_OUT_OF_CONTACT;
    calls[1].response_ns = calls[1].queueing_ns = RESULT_NONE;
    calls[1].acquisition_ns = calls[1].execution_ns = RESULT_NONE;
    const struct result_tasklet tasklets[] = {
        {0, RESULT_CHAIN, "chain-0", 120, 300 * SIM_MS, 5, 6, 7},
        {5, RESULT_ALGORITHM, "algorithm-5", 99, SIM_S, RESULT_NONE, RESULT_NONE, RESULT_NONE}};
    const struct result_tasklet_call callees[] = {{0, 0, 5, 100 * SIM_MS}};
    const struct result_event events[] = {
        {.seq = 0,
         .t_ns = 9,
         .node = 1,
         .kind = "query",
         .call_id = 2,
         .tasklet = 5,
         .peer = 2,
         .bytes = 88},
        {.seq = 1,
         .t_ns = 10,
         .node = 2,
         .kind = "evict",
         .call_id = RESULT_NONE,
         .tasklet = 0,
         .peer = RESULT_NONE,
         .bytes = RESULT_NONE},
    };
    struct store *store = create("a.db");
    begin(store, 1);
    cr_assert_eq(result_tasklets(store, 1, tasklets, 2), SIM_OK);
    cr_assert_eq(result_tasklet_calls(store, 1, callees, 1), SIM_OK);
    cr_assert_eq(result_calls(store, 1, calls, 2), SIM_OK);
    cr_assert_eq(result_events(store, 1, events, 2), SIM_OK);
    cr_assert_eq(result_events(store, 1, NULL, 0), SIM_OK);
    struct run_summary summary = summary_of(1);
    summary.warnings = (const struct result_warning[]){{5, "a node's queue grows"}};
    summary.warning_count = 1;
    end(store, &summary);
    finish(store);
    assert_answer("SELECT * FROM v_call ORDER BY call_id",
                  "1|nimble|1|7|1|1.0|3|-|17|out_of_contact|-|-|-|-|10.5|20.25\n"
                  "1|nimble|1|7|2|2.0|3|3|17|completed|6.0|0.0|1.0|5.0|10.5|20.25");
    assert_answer("SELECT * FROM event", "1|0|9|1|query|2|5|2|88\n1|1|10|2|evict|-|0|-|-");
    assert_answer("SELECT * FROM tasklet", "1|0|chain|chain-0|120|300000000|5|6|7\n"
                                           "1|5|algorithm|algorithm-5|99|1000000000|-|-|-");
    assert_answer("SELECT * FROM tasklet_call", "1|0|0|5|100000000");
    assert_answer("SELECT * FROM warning", "1|0|5|a node's queue grows");
    assert_answer("PRAGMA foreign_key_check", "");
}

Test(store, every_end_of_a_call_has_its_word)
{
    struct result_call calls[] = {call_numbered(1), call_numbered(2), call_numbered(3)};
    calls[1].status = RESULT_CALL_FAILED;
    calls[2].status = RESULT_CALL_PENDING;
    calls[1].response_ns = calls[2].response_ns = RESULT_NONE;
    struct store *store = create("a.db");
    begin(store, 1);
    cr_assert_eq(result_calls(store, 1, calls, 3), SIM_OK, "%s", store_message(store));
    store_destroy(store);
    assert_answer("SELECT call_id, status, response_ns FROM call",
                  "1|completed|6000000000\n2|failed|-\n3|pending|-");
}

/* SQLite makes one for each list behind IN, and one row costs three times as much. */
Test(store, a_row_is_checked_without_a_table_for_its_words)
{
    store_destroy(result_create("a.db"));
    const char *steps = ask("a.db", "EXPLAIN INSERT INTO call VALUES "
                                    "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    cr_assert_not_null(strstr(steps, "out_of_contact"), "%s", steps);
    cr_assert_null(strstr(steps, "OpenEphemeral"), "%s", steps);
}

Test(store, a_seed_keeps_all_of_its_64_bits)
{
    struct store *store = create("a.db");
    struct result_run run = run_numbered(1);
    run.seed = UINT64_MAX;
    cr_assert_eq(store_begin_run(store, &run), SIM_OK);
    store_destroy(store);
    assert_answer("SELECT seed, printf('%u', seed) FROM v_run", "-1|18446744073709551615");
}

Test(store, the_files_that_a_scenario_reads_come_back_with_every_byte)
{
    finish(create("a.db"));
    char hash[SHA256_HEX];
    sha256_hex(graph, sizeof graph, hash);
    struct store *store = result_open("a.db");
    struct store_error error = {""};
    struct runs_inputs read;
    cr_assert_eq(runs_inputs(&read, store, &error), SIM_OK, "%s", error.text);
    cr_assert_eq(read.count, 2);
    cr_expect_str_eq(read.input[0].path, "empty.tsv");
    cr_expect_eq(read.input[0].length, 0);
    cr_expect_str_eq((const char *)read.input[0].bytes, "");
    cr_expect_str_eq(read.input[1].key, "topology.graph");
    cr_expect_str_eq(read.input[1].hash, hash);
    cr_assert_eq(read.input[1].length, sizeof graph);
    cr_expect_eq(memcmp(read.input[1].bytes, graph, sizeof graph), 0);
    runs_inputs_deinit(&read);
    store_destroy(store);
}

Test(store, a_distribution_keeps_the_bins_that_counted)
{
    static uint64_t count[BINS_COUNT];
    const int64_t values[] = {0, 127, 128, 255, 256, 257, 6 * SIM_S, 6 * SIM_S, INT64_MAX};
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        count[bins_index(values[i])]++;
    }
    const struct result_distribution d = {"response", "ns", count};
    struct store *store = create("a.db");
    begin(store, 1);
    struct run_summary summary = summary_of(1);
    summary.distributions = &d;
    summary.distribution_count = 1;
    end(store, &summary);
    finish(store);
    assert_answer("SELECT count(*), sum(count) FROM distribution WHERE name = 'response'", "7|9");
    assert_answer("SELECT variant, unit, low, high, count FROM v_distribution WHERE low <= 256",
                  "nimble|ns|0|0|1\nnimble|ns|127|127|1\nnimble|ns|128|128|1\n"
                  "nimble|ns|255|255|1\nnimble|ns|256|257|2");
    assert_answer("SELECT max(high) FROM v_distribution", "9223372036854775807");
    char expected[64];
    const uint32_t bin = bins_index(6 * SIM_S);
    (void)snprintf(expected, sizeof expected, "%lld|%lld|2", (long long)bins_low(bin),
                   (long long)bins_high(bin));
    assert_answer("SELECT low, high, count FROM v_distribution WHERE low <= 6000000000 "
                  "AND high >= 6000000000",
                  expected);
}

/* ---------------------------------------------------------------- order leaves no trace */

enum { THREADS = 4, BATCHES = 20, BATCH = 25 };

struct writer {
    struct store *store;
    int64_t run_id;
};

static void *write_run(void *context)
{
    const struct writer *writer = context;
    begin(writer->store, writer->run_id);
    for (int64_t b = 0; b < BATCHES; b++) {
        struct result_call calls[BATCH];
        for (int64_t i = 0; i < BATCH; i++) {
            calls[i] = call_numbered(b * BATCH + i);
        }
        cr_assert_eq(result_calls(writer->store, writer->run_id, calls, BATCH), SIM_OK, "%s",
                     store_message(writer->store));
    }
    struct run_summary summary = summary_of(writer->run_id);
    summary.wall_s = (double)writer->run_id; /* what may differ does */
    end(writer->store, &summary);
    return NULL;
}

static char *dump(const char *path)
{
    char *runs = strdup(ask(path, "SELECT run_id, variant, replication, seed, digest FROM run"));
    const char *calls = ask(path, "SELECT * FROM call");
    char *both = malloc(strlen(runs) + strlen(calls) + 1);
    strcpy(both, runs);
    strcat(both, calls);
    free(runs);
    return both;
}

Test(store, threads_write_what_one_thread_writes)
{
    struct writer writers[THREADS];
    pthread_t threads[THREADS];
    struct store *alone = create("alone.db"), *together = create("together.db");
    for (int i = THREADS - 1; i >= 0; i--) { /* backwards, to be unlike */
        writers[i] = (struct writer){alone, i + 1};
        (void)write_run(&writers[i]);
    }
    for (int i = 0; i < THREADS; i++) {
        writers[i].store = together;
        cr_assert_eq(pthread_create(&threads[i], NULL, write_run, &writers[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        cr_assert_eq(pthread_join(threads[i], NULL), 0);
    }
    finish(alone);
    finish(together);
    char *a = dump("alone.db"), *b = dump("together.db");
    cr_assert_str_eq(a, b);
    cr_assert_gt(strlen(a), 10000);
    free(a);
    free(b);
}

/* ---------------------------------------------------------------- what it refuses */

static void assert_create_refused(const char *path, bool replace, enum sim_status expected,
                                  const char *because)
{
    struct store *store = NULL;
    struct store_error error = {""};
    enum sim_status status = try_to_create(&store, path, replace, &error);
    cr_assert_eq(status, expected, "%s: %s", path, error.text);
    cr_assert_null(store);
    cr_assert_not_null(strstr(error.text, path), "%s", error.text);
    cr_assert_not_null(strstr(error.text, because), "%s", error.text);
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

Test(store, an_existing_file_is_refused_unless_it_may_be_replaced)
{
    finish(create("a.db"));
    assert_create_refused("a.db", false, SIM_ERR_INVALID, "exists already");
    assert_answer("SELECT state FROM invocation", "complete");
    struct store *store = NULL;
    struct store_error error;
    cr_assert_eq(try_to_create(&store, "a.db", true, &error), SIM_OK);
    assert_answer("SELECT state FROM invocation", "running");
    finish(store);
    cr_assert_eq(files_here(), 1);
}

Test(store, nobody_elses_file_is_ever_replaced)
{
    write_file("letter.txt", "Dear reader,\n");
    assert_create_refused("letter.txt", true, SIM_ERR_INVALID, "not a nimblesim database");
    sqlite3 *db = NULL;
    cr_assert_eq(sqlite3_open("other.db", &db), SQLITE_OK);
    cr_assert_eq(sqlite3_exec(db, "CREATE TABLE precious (x)", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    assert_create_refused("other.db", true, SIM_ERR_INVALID, "not a nimblesim database");
    cr_assert_str_eq(ask("other.db", "SELECT name FROM sqlite_schema"), "precious");
    cr_assert_eq(mkdir("sub", 0777), 0);
    assert_create_refused("sub", true, SIM_ERR_INVALID, "not a regular file");
    assert_create_refused("/dev/null", true, SIM_ERR_INVALID, "not a regular file");
    cr_assert_eq(files_here(), 3);
}

Test(store, an_empty_file_may_be_replaced)
{
    write_file("a.db", "");
    assert_create_refused("a.db", false, SIM_ERR_INVALID, "exists already");
    struct store *store = NULL;
    struct store_error error;
    cr_assert_eq(try_to_create(&store, "a.db", true, &error), SIM_OK);
    finish(store);
}

Test(store, a_place_that_does_not_exist_is_named)
{
    assert_create_refused("no/such/folder/a.db", false, SIM_ERR_IO, "No such file or directory");
    write_file("plain", "x");
    assert_create_refused("plain/a.db", false, SIM_ERR_IO, "Not a directory");
}

Test(store, names_that_mean_something_to_sqlite_are_plain_files)
{
    finish(create(":memory:"));
    cr_assert(exists(":memory:"));
    finish(create("file:x?mode=memory"));
    cr_assert(exists("file:x?mode=memory"));
}

Test(store, a_journal_left_by_an_older_file_does_no_harm)
{
    write_file("a.db-journal", "left by a killed program");
    finish(create("a.db"));
    cr_assert_not(exists("a.db-journal"));
    assert_answer("PRAGMA integrity_check", "ok");
}

Test(store, a_row_that_breaks_the_schema_takes_its_batch_with_it)
{
    struct store *store = create("a.db");
    begin(store, 1);
    struct result_call calls[] = {call_numbered(1), call_numbered(2), call_numbered(1)};
    cr_assert_eq(result_calls(store, 1, calls, 3), SIM_ERR_INVALID);
    cr_assert_not_null(strstr(store_message(store), "UNIQUE"), "%s", store_message(store));
    /* The first failure is final. */
    cr_assert_eq(result_calls(store, 1, calls, 1), SIM_ERR_INVALID);
    cr_assert_eq(store_finish(store, RESULT_COMPLETE), SIM_ERR_INVALID);
    cr_assert_eq(store_state(store), RESULT_FAILED);
    store_destroy(store);
    assert_answer("SELECT count(*) FROM call", "0");
    assert_answer("SELECT state FROM invocation", "failed");
    assert_answer("SELECT state FROM run", "failed");
}

Test(store, rows_of_a_run_that_never_began_are_refused)
{
    struct store *store = create("a.db");
    struct result_call call = call_numbered(1);
    cr_assert_eq(result_calls(store, 9, &call, 1), SIM_ERR_INVALID);
    cr_assert_not_null(strstr(store_message(store), "FOREIGN KEY"), "%s", store_message(store));
    store_destroy(store);
}

Test(store, who_would_replace_what_is_being_written_is_told)
{
    struct store *first = create("a.db"), *second = NULL;
    struct store_error error;
    cr_assert_eq(try_to_create(&second, "a.db", true, &error), SIM_ERR_INVALID);
    cr_assert_not_null(strstr(error.text, "another process writes"), "%s", error.text);
    begin(first, 1);
    store_destroy(first);
    cr_assert_eq(try_to_create(&second, "a.db", true, &error), SIM_OK, "%s", error.text);
    store_destroy(second);
}

Test(store, a_database_replaced_while_it_is_written_takes_no_more_rows)
{
    struct store *first = create("a.db"), *second = create("b.db");
    cr_assert_eq(rename("b.db", "a.db"), 0); /* by a program that knows of no locks */
    struct result_run run = run_numbered(1);
    cr_assert_eq(store_begin_run(first, &run), SIM_ERR_IO);
    cr_assert_not_null(strstr(store_message(first), "replaced"), "%s", store_message(first));
    store_destroy(first);
    store_destroy(second);
    assert_answer("PRAGMA integrity_check", "ok");
}

Test(store, a_full_disk_is_an_error_and_leaves_a_valid_file)
{
    struct store *store = create("a.db");
    begin(store, 1);
    (void)signal(SIGXFSZ, SIG_IGN);
    struct rlimit limit = {.rlim_cur = 300 * 1024, .rlim_max = RLIM_INFINITY};
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    enum sim_status status = SIM_OK;
    int64_t stored = 0;
    for (int64_t next = 0; status == SIM_OK && next < 100000; next += 100) {
        struct result_call calls[100];
        for (int64_t i = 0; i < 100; i++) {
            calls[i] = call_numbered(next + i);
        }
        status = result_calls(store, 1, calls, 100);
        stored += status == SIM_OK ? 100 : 0;
    }
    cr_assert_eq(status, SIM_ERR_IO);
    cr_assert_not_null(strstr(store_message(store), "a.db: "), "%s", store_message(store));
    cr_assert_eq(store_finish(store, RESULT_COMPLETE), SIM_ERR_IO);
    store_destroy(store);
    char expected[32];
    (void)snprintf(expected, sizeof expected, "%lld", (long long)stored);
    assert_answer("SELECT count(*) FROM call", expected);
    assert_answer("PRAGMA integrity_check", "ok");
    assert_answer("SELECT state <> 'complete' FROM invocation", "1");
}

Test(store, a_disk_without_room_for_the_schema_leaves_nothing_behind)
{
    (void)signal(SIGXFSZ, SIG_IGN);
    struct rlimit limit = {.rlim_cur = 20 * 1024, .rlim_max = RLIM_INFINITY};
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    assert_create_refused("a.db", false, SIM_ERR_IO, ": ");
    cr_assert_eq(files_here(), 0);
}

/* ---------------------------------------------------------------- reading it again */

static void assert_open_refused(const char *path, bool accept_incomplete, enum sim_status expected,
                                const char *because)
{
    struct store *store = NULL;
    struct store_error error = {""};
    enum sim_status status = store_open_readonly(&store, path, accept_incomplete, &error);
    cr_assert_eq(status, expected, "%s: %s", path, error.text);
    cr_assert_not_null(strstr(error.text, because), "%s", error.text);
}

Test(store, a_complete_database_opens)
{
    finish(create("a.db"));
    struct store *store = NULL;
    struct store_error error = {""};
    cr_assert_eq(store_open_readonly(&store, "a.db", false, &error), SIM_OK, "%s", error.text);
    cr_assert_eq(store_state(store), RESULT_COMPLETE);
    store_destroy(store);
}

Test(store, reading_says_what_is_wrong_with_a_file)
{
    assert_open_refused("none.db", false, SIM_ERR_NOTFOUND, "no such file");
    write_file("empty.db", "");
    assert_open_refused("empty.db", false, SIM_ERR_INVALID, "is empty");
    write_file("letter.txt", "Dear reader,\n");
    assert_open_refused("letter.txt", false, SIM_ERR_INVALID, "not an SQLite database");
    assert_open_refused(".", false, SIM_ERR_INVALID, "not an SQLite database");
    store_destroy(create("killed.db"));
    assert_open_refused("killed.db", false, SIM_ERR_INVALID, "incomplete");
    finish(create("newer.db"));
    (void)ask("newer.db", "PRAGMA user_version = 3");
    assert_open_refused("newer.db", false, SIM_ERR_INVALID, "schema version 3");
    finish(create("older.db"));
    (void)ask("older.db", "PRAGMA user_version = 1");
    assert_open_refused("older.db", false, SIM_ERR_INVALID,
                        "older nimblesim (schema version 1): run its scenario again with this one, "
                        "or read it with the older one");
    finish(create("other.db"));
    (void)ask("other.db", "PRAGMA application_id = 5");
    assert_open_refused("other.db", false, SIM_ERR_INVALID, "not one of nimblesim");
    finish(create("torn.db"));
    cr_assert_eq(truncate("torn.db", 5000), 0);
    assert_open_refused("torn.db", true, SIM_ERR_INVALID, "malformed");
}

/* ---- files that were made to mislead ---- */

static void tamper(const char *sql)
{
    sqlite3 *db = NULL;
    clear_folder();
    finish(create("a.db"));
    cr_assert_eq(sqlite3_open("a.db", &db), SQLITE_OK);
    cr_assert_eq(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK, "%s", sqlite3_errmsg(db));
    cr_assert_eq(sqlite3_close(db), SQLITE_OK);
}

Test(store, a_view_in_the_place_of_a_table_keeps_nobody_busy, .timeout = 20)
{
    static const char *const endless[] = {"run", "invocation", "model_table", "call", "POINT"};
    for (size_t i = 0; i < sizeof endless / sizeof endless[0]; i++) {
        char sql[512];
        (void)snprintf(sql, sizeof sql,
                       "DROP TABLE %s; CREATE VIEW %s AS WITH RECURSIVE n(x) AS "
                       "(SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x AS run_id, 'running' AS "
                       "state FROM n",
                       endless[i], endless[i]);
        tamper(sql);
        assert_open_refused("a.db", true, SIM_ERR_INVALID, "which no nimblesim has made");
    }
}

Test(store, triggers_and_virtual_tables_are_refused)
{
    tamper("CREATE TRIGGER t AFTER UPDATE ON run BEGIN DELETE FROM metric; END");
    assert_open_refused("a.db", true, SIM_ERR_INVALID, "a.db has a trigger 't'");
    tamper("DROP TABLE warning; CREATE VIRTUAL TABLE warning USING fts5(x)");
    assert_open_refused("a.db", true, SIM_ERR_INVALID, "a.db has a virtual table 'warning'");
    tamper("CREATE VIEW v_mine AS SELECT 1; CREATE INDEX i ON metric (name)");
    struct store *store = result_open("a.db"); /* that is anybody's right */
    store_destroy(store);
}

/* ---------------------------------------------------------------- kills */

/* Writes batches until somebody kills it. */
static _Noreturn void write_for_ever(void)
{
    struct store *store = NULL;
    struct store_error error;
    if (try_to_create(&store, "a.db", false, &error) != SIM_OK) {
        _exit(1);
    }
    struct result_run run = run_numbered(1);
    enum sim_status status = store_begin_run(store, &run);
    for (int64_t next = 0; status == SIM_OK; next += BATCH) {
        struct result_call calls[BATCH];
        for (int64_t i = 0; i < BATCH; i++) {
            calls[i] = call_numbered((next + i) * 7919 % 1000003); /* all over the tree */
        }
        status = result_calls(store, 1, calls, BATCH);
    }
    _exit(1);
}

/*
 * Kills a writer after so many microseconds; returns whether it left a journal to
 * roll back from. Its first byte stays zero until it is safely on the disk and the
 * database itself is about to change; before that there is nothing to roll back.
 */
static bool kill_after(long us)
{
    pid_t child = fork();
    cr_assert_geq(child, 0);
    if (child == 0) {
        write_for_ever();
    }
    struct timespec wait = {.tv_sec = 0, .tv_nsec = us * 1000};
    (void)nanosleep(&wait, NULL);
    cr_assert_eq(kill(child, SIGKILL), 0);
    int status = 0;
    cr_assert_eq(waitpid(child, &status, 0), child);
    cr_assert(WIFSIGNALED(status), "the writer failed by itself");
    FILE *journal = fopen("a.db-journal", "rb");
    if (journal == NULL) {
        return false;
    }
    int first = fgetc(journal);
    (void)fclose(journal);
    return first > 0;
}

Test(store, a_kill_at_any_moment_leaves_a_valid_database_that_says_running, .timeout = 120)
{
    enum { ROUNDS = 80 };
    int born = 0;
    unsigned random = 12345;
    for (int round = 0; round < ROUNDS; round++) {
        random = random * 1103515245u + 12345u;
        bool journal = kill_after(500 + (long)(random >> 16) % 32768 * 3);
        if (exists("a.db")) {
            born++;
            struct store *store = NULL;
            struct store_error error = {""};
            cr_assert_eq(store_open_readonly(&store, "a.db", true, &error), SIM_OK,
                         "journal: %d: %s", journal, error.text);
            cr_assert_eq(store_state(store), RESULT_RUNNING);
            store_destroy(store);
            assert_answer("PRAGMA integrity_check", "ok");
            assert_answer("PRAGMA foreign_key_check", "");
            assert_answer("SELECT state FROM invocation", "running");
            assert_answer("SELECT count(*) % 25 FROM call", "0"); /* whole batches only */
        }
        clear_folder();
    }
    cr_assert_gt(born, ROUNDS / 4, "only %d writers came to write", born);
}

Test(store, reading_rolls_back_what_a_killed_writer_left)
{
    bool journal = false;
    for (int round = 0; round < 200 && !journal; round++) {
        (void)remove("a.db");
        (void)remove("a.db-journal");
        journal = kill_after(20000 + 37 * round);
    }
    struct store *store = NULL;
    struct store_error error = {""};
    cr_assert(journal, "no kill hit a transaction");
    cr_assert_eq(store_open_readonly(&store, "a.db", true, &error), SIM_OK, "%s", error.text);
    store_destroy(store);
    cr_assert_not(exists("a.db-journal"));
    assert_open_refused("a.db", false, SIM_ERR_INVALID, "'running'");
}
