/* Where two runs part, on events and on calls. */
#include <string.h>

#include <criterion/criterion.h>
#include <sqlite3.h>

#include "analysis/report/diverge.h"
#include "tests/support/result.h"
#include "tests/support/toy.h"

TestSuite(diverge, .init = result_enter, .fini = result_leave);

static struct result_event event_at(int64_t seq)
{
    return (struct result_event){.seq = seq,
                                 .t_ns = 10 * seq,
                                 .node = 1 + seq % 3,
                                 .kind = "sent: query",
                                 .call_id = RESULT_NONE,
                                 .tasklet = 4,
                                 .peer = 2,
                                 .bytes = 88};
}

/* The call_id rises against time, so that the first by number is not the first by time. */
static struct result_call call_of(int64_t call_id)
{
    return (struct result_call){.call_id = call_id,
                                .t_ns = 1000 - 10 * call_id,
                                .robot = 1,
                                .node = 2,
                                .chain = 3,
                                .status = RESULT_CALL_COMPLETED,
                                .response_ns = 500,
                                .queueing_ns = 0,
                                .acquisition_ns = 100,
                                .execution_ns = 400};
}

/* Two runs of a database with the given rows each. */
static void make_result(const struct result_event *const event[2], const size_t events[2],
                        const struct result_call *const call[2], const size_t calls[2])
{
    struct store *store = result_create("a.db");
    for (int i = 0; i < 2; i++) {
        const uint32_t k = (uint32_t)i + 1;
        result_begin(store, k, "nimble", k, 7);
        cr_assert_eq(result_events(store, k, event[i], events[i]), SIM_OK, "%s",
                     store_message(store));
        cr_assert_eq(result_calls(store, k, call[i], calls[i]), SIM_OK, "%s", store_message(store));
        result_end(store, k, "nimble", k, 7, k, 1, 0);
    }
    result_finish(store);
}

static struct divergence find(void)
{
    struct divergence d;
    struct store_error error;
    struct store *store = result_open("a.db");
    cr_assert_eq(diverge_find(&d, store, 1, store, 2, &error), SIM_OK);
    store_destroy(store);
    return d;
}

static void compare_events(const struct result_event *a, size_t a_count,
                           const struct result_event *b, size_t b_count)
{
    make_result((const struct result_event *[]){a, b}, (const size_t[]){a_count, b_count},
                (const struct result_call *[]){NULL, NULL}, (const size_t[]){0, 0});
}

static void compare_calls(const struct result_call *a, size_t a_count, const struct result_call *b,
                          size_t b_count)
{
    make_result((const struct result_event *[]){NULL, NULL}, (const size_t[]){0, 0},
                (const struct result_call *[]){a, b}, (const size_t[]){a_count, b_count});
}

Test(diverge, without_a_trace_nothing_can_be_said)
{
    compare_events(NULL, 0, NULL, 0);
    cr_assert_eq(find().kind, DIVERGE_UNRECORDED);
}

Test(diverge, equal_events_part_nowhere)
{
    const struct result_event e[] = {event_at(0), event_at(1)};
    compare_events(e, 2, e, 2);
    const struct divergence d = find();
    cr_assert_eq(d.kind, DIVERGE_NOWHERE);
    cr_assert_eq(d.equal, 2);
}

Test(diverge, the_first_event_that_differs_comes_with_its_context)
{
    struct result_event a[10];
    struct result_event b[10];
    for (int64_t i = 0; i < 10; i++) {
        a[i] = b[i] = event_at(i);
    }
    b[7].bytes = 99;
    b[8].kind = "timeout";
    compare_events(a, 10, b, 10);
    const struct divergence d = find();
    cr_assert_eq(d.kind, DIVERGE_AT_ROW);
    cr_assert_str_eq(d.table, "event");
    cr_assert(d.is_sequence);
    cr_assert_eq(d.equal, 7);
    cr_assert_eq(d.before_count, DIVERGE_CONTEXT);
    cr_assert_eq(d.before[0].t_ns, 20);
    cr_assert_eq(d.before[4].t_ns, 60);
    cr_assert_str_eq(d.a[0].text, "node 2, sent: query, tasklet 4, peer 2, 88 B");
    cr_assert_str_eq(d.b[0].text, "node 2, sent: query, tasklet 4, peer 2, 99 B");
    cr_assert_not_null(strstr(d.b[1].text, "timeout"));
}

Test(diverge, a_number_is_not_its_absence)
{
    struct result_event a = event_at(0);
    struct result_event b = event_at(0);
    b.peer = RESULT_NONE;
    compare_events(&a, 1, &b, 1);
    const struct divergence d = find();
    cr_assert_eq(d.kind, DIVERGE_AT_ROW);
    cr_assert_str_eq(d.b[0].text, "node 1, sent: query, tasklet 4, 88 B");
}

Test(diverge, a_run_that_ends_early_parts_there)
{
    const struct result_event e[] = {event_at(0), event_at(1), event_at(2)};
    compare_events(e, 3, e, 2);
    const struct divergence d = find();
    cr_assert_eq(d.kind, DIVERGE_AT_ROW);
    cr_assert_eq(d.equal, 2);
    cr_assert(d.a[0].present);
    cr_assert_not(d.a[1].present);
    cr_assert_not(d.b[0].present);
}

Test(diverge, of_calls_the_first_in_time_counts)
{
    struct result_call a[20];
    struct result_call b[20];
    for (int64_t i = 0; i < 20; i++) {
        a[i] = b[i] = call_of(i);
    }
    b[3].response_ns = 600; /* at 970 */
    b[3].execution_ns = 500;
    b[9].status = RESULT_CALL_FAILED; /* at 910 */
    b[9].response_ns = b[9].queueing_ns = b[9].acquisition_ns = b[9].execution_ns = RESULT_NONE;
    compare_calls(a, 20, b, 20);
    const struct divergence d = find();
    cr_assert_eq(d.kind, DIVERGE_AT_ROW);
    cr_assert_str_eq(d.table, "call");
    cr_assert_not(d.is_sequence);
    cr_assert_eq(d.equal, 10); /* calls 10 to 19 were triggered before */
    cr_assert_eq(d.before_count, DIVERGE_CONTEXT);
    cr_assert_eq(d.before[0].t_ns, 860);
    cr_assert_eq(d.before[4].t_ns, 900);
    cr_assert_eq(d.a[0].t_ns, 910);
    cr_assert_str_eq(d.b[0].text, "call 9: robot 1, node 2, chain 3, failed, x 0 m, y 0 m");
}

Test(diverge, a_call_that_one_side_lacks_is_a_difference)
{
    const struct result_call a[] = {call_of(0), call_of(1), call_of(5)};
    const struct result_call b[] = {call_of(0), call_of(5)};
    compare_calls(a, 3, b, 2);
    const struct divergence d = find();
    cr_assert_eq(d.kind, DIVERGE_AT_ROW);
    cr_assert_eq(d.a[0].t_ns, 990);
    cr_assert_not(d.b[0].present);
}

/* ---- whatever tables a model has ---- */

static const int64_t bytes[4] = {1, 2, 3, 4};

/* Two runs of a toy, whose shelves hold 10 bytes the more the greater the run's number. */
static void make_toy(const char *path, int64_t run_id)
{
    struct store *store = toy_create(path, "name: x\n");
    const struct toy_run run = {
        .run_id = run_id, .variant = "fast", .replication = 1, .bytes = bytes, .bins = 1};
    toy_put(store, &run);
    result_finish(store);
}

static struct divergence compare_files(const char *a, int64_t run_a, const char *b, int64_t run_b)
{
    struct divergence d;
    struct store_error error;
    struct store *store_a = result_open(a);
    struct store *store_b = result_open(b);
    cr_assert_eq(diverge_find(&d, store_a, run_a, store_b, run_b, &error), SIM_OK, "%s",
                 error.text);
    store_destroy(store_a);
    store_destroy(store_b);
    return d;
}

static void change(const char *path, const char *sql)
{
    sqlite3 *db = NULL;
    char *why = NULL;
    cr_assert_eq(sqlite3_open(path, &db), SQLITE_OK);
    cr_assert_eq(sqlite3_exec(db, sql, NULL, NULL, &why), SQLITE_OK, "%s", why);
    sqlite3_close(db);
}

Test(diverge, rows_without_a_time_part_at_the_first_key)
{
    make_toy("a.db", 1);
    make_toy("b.db", 1);
    cr_assert_eq(compare_files("a.db", 1, "b.db", 1).kind, DIVERGE_NOWHERE);
    change("b.db", "UPDATE note SET colour = 'red' WHERE note = 'b';"
                   "INSERT INTO note VALUES (1, 'c', 'red')");
    const struct divergence d = compare_files("a.db", 1, "b.db", 1);
    cr_assert_eq(d.kind, DIVERGE_AT_ROW);
    cr_assert_str_eq(d.table, "note");
    cr_assert_not(d.is_sequence);
    cr_assert_eq(d.equal, 1);
    cr_assert_not(d.a[0].has_time);
    cr_assert_str_eq(d.a[0].text, "b: green");
    cr_assert_str_eq(d.b[0].text, "b: red");
}

Test(diverge, where_the_finest_table_is_equal_the_next_one_is_asked)
{
    make_toy("a.db", 1);
    make_toy("b.db", 1);
    change("b.db", "UPDATE piece SET size_bytes = 8");
    const struct divergence d = compare_files("a.db", 1, "b.db", 1);
    cr_assert_eq(d.kind, DIVERGE_AT_ROW);
    cr_assert_str_eq(d.table, "piece");
    cr_assert_str_eq(d.a[0].text, "piece 1: size 5 B, made 0.000000007 s, weight 0.5");
}

Test(diverge, sums_do_not_tell_where_runs_part)
{
    make_toy("a.db", 1);
    make_toy("b.db", 1);
    change("b.db", "UPDATE shelf_load SET held_bytes = 4 WHERE shelf = 'b'");
    cr_assert_eq(compare_files("a.db", 1, "b.db", 1).kind, DIVERGE_NOWHERE);
    change("a.db", "DELETE FROM note; DELETE FROM piece");
    cr_assert_eq(compare_files("a.db", 1, "b.db", 1).kind, DIVERGE_UNRECORDED);
}

Test(diverge, tables_that_the_files_describe_differently_are_not_compared)
{
    make_toy("a.db", 1);
    make_toy("b.db", 1);
    change("b.db", "UPDATE model_column SET type = 'integer' WHERE table_name = 'piece' AND "
                   "name = 'weight'; UPDATE piece SET size_bytes = 8");
    cr_assert_eq(compare_files("a.db", 1, "b.db", 1).kind, DIVERGE_NOWHERE);
}

Test(diverge, a_run_of_another_model_has_nothing_to_compare)
{
    const struct result_event e[] = {event_at(0)};
    compare_events(e, 1, e, 1);
    make_toy("b.db", 1);
    cr_assert_eq(compare_files("a.db", 1, "b.db", 1).kind, DIVERGE_UNRECORDED);
}
