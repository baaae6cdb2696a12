/*
 * NimbleNet as a table: what its runs tell, in numbers, rows, words and warnings, and that telling
 * it changes nothing.
 */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "models/nimblenet/model.h"
#include "tests/support/drive.h"
#include "tests/support/schema.h"
#include "tests/support/trial.h"

static void set_up(void)
{
    mesh_library_init();
}

TestSuite(nimblenet, .init = set_up);

static struct scenario scenario_of(const char *yaml)
{
    struct scenario s;
    struct scenario_errors errors = {0};
    char text[2048];
    const int length = snprintf(text, sizeof text, "format: 1\nname: test\n%s", yaml);
    cr_assert(length > 0 && (size_t)length < sizeof text);
    cr_assert_eq(
        scenario_parse(&s, &schema_registry, "test.yaml", text, (size_t)length, NULL, 0, &errors),
        SIM_OK, "%s", schema_line(&errors, 0));
    scenario_errors_deinit(&errors);
    return s;
}

/* What one run told. */
struct told {
    uint64_t rows[NIMBLENET_TABLES];
    int64_t link_bytes, node_bytes, link_messages, node_messages;
    int64_t cache_bytes_max;
    sim_time last_bin_ns;
    char warnings[2048];
    double x_m, y_m; /* of robot 1's last call */
    sim_time at;
};

static void hear_row(void *context, size_t table, const union store_cell *cell)
{
    struct told *t = context;
    t->rows[table]++;
    switch ((enum nimblenet_table)table) {
    case NIMBLENET_LINK:
        t->link_bytes += cell[2].integer;
        t->link_messages += cell[3].integer;
        break;
    case NIMBLENET_NODE_TRAFFIC:
        t->node_bytes += cell[1].integer;
        t->node_messages += cell[3].integer;
        break;
    case NIMBLENET_NODE_BIN:
        t->cache_bytes_max =
            cell[2].integer > t->cache_bytes_max ? cell[2].integer : t->cache_bytes_max;
        t->last_bin_ns = cell[1].integer;
        break;
    case NIMBLENET_CALL:
        if (cell[2].integer == 1) {
            t->at = cell[1].integer;
            t->x_m = cell[10].real;
            t->y_m = cell[11].real;
        }
        break;
    case NIMBLENET_TASKLET:
    case NIMBLENET_TASKLET_CALL:
    case NIMBLENET_NODE:
    case NIMBLENET_ACQUISITION:
    case NIMBLENET_DELAY:
    case NIMBLENET_EVENT:
    case NIMBLENET_NODE_ENERGY:
    case NIMBLENET_CACHE_CHANGE:
    case NIMBLENET_EXECUTED_CALL:
    case NIMBLENET_TABLES:
        break;
    }
}

static void hear_warning(void *context, sim_time at, const char *text)
{
    struct told *t = context;
    (void)at;
    const size_t used = strlen(t->warnings);
    (void)snprintf(t->warnings + used, sizeof t->warnings - used, "%s\n", text);
}

static void run(const char *yaml, const char *variant, struct model_result *result,
                struct told *told)
{
    struct scenario s = scenario_of(yaml);
    const struct model_head head = trial_head(&s);
    *told = (struct told){.warnings = ""};
    const struct model_listener listener = {.context = told, .row = hear_row, .warn = hear_warning};
    drive_model(&nimblenet_model, &head, trial_config(&s, variant), 1, 0, &listener, result);
    cr_assert_str_eq(result->books, "");
    scenario_deinit(&s);
}

#define SHORT "duration: 600 s\n"

/* ---- numbers ---- */

static double measure(const struct model_result *r, enum nimblenet_measure m)
{
    return r->measure[m];
}

Test(nimblenet, names_of_measures_stand_in_their_order_and_once)
{
    for (size_t i = 0; i < NIMBLENET_MEASURES; i++) {
        cr_assert_not_null(nimblenet_measures[i].label, "%zu", i);
        cr_assert_eq(model_measure_find(&nimblenet_model, nimblenet_measures[i].name), i);
        cr_assert_str_eq(nimblenet_measure_names[i], nimblenet_measures[i].name);
    }
    cr_assert_null(nimblenet_measure_names[NIMBLENET_MEASURES]);
}

Test(nimblenet, shares_are_of_what_they_say)
{
    struct model_result r;
    struct told told;
    run(SHORT "protocol: {attempts: 1}\nmesh: {loss: 20 %}\n", "nimble", &r, &told);
    const double ended = measure(&r, NIMBLENET_COMPLETED) + measure(&r, NIMBLENET_FAILED);
    cr_assert_gt(measure(&r, NIMBLENET_FAILED), 0);
    cr_expect_float_eq(measure(&r, NIMBLENET_ANSWERED_SHARE),
                       measure(&r, NIMBLENET_COMPLETED) / ended, 1e-12);
    const double acquired =
        measure(&r, NIMBLENET_SERVED_LOCAL) + measure(&r, NIMBLENET_SERVED_NEIGHBOUR) +
        measure(&r, NIMBLENET_SERVED_GLOBAL) + measure(&r, NIMBLENET_SERVED_REGISTRY);
    cr_expect_float_eq(measure(&r, NIMBLENET_HIT_RATIO),
                       measure(&r, NIMBLENET_SERVED_LOCAL) / acquired, 1e-12);
    drive_forget(&r);
}

static int by_response(const void *a, const void *b)
{
    const int64_t x = ((const struct model_outcome *)a)->response_ns;
    const int64_t y = ((const struct model_outcome *)b)->response_ns;
    return (x > y) - (x < y);
}

/* STORE_MISSING sorts first. */
static double exact_quantile(struct model_result *r, double q)
{
    qsort(r->outcome, r->outcomes, sizeof *r->outcome, by_response);
    size_t first = 0;
    while (first < r->outcomes && r->outcome[first].response_ns == STORE_MISSING) {
        first++;
    }
    const size_t rank = (size_t)ceil(q * (double)(r->outcomes - first));
    return (double)r->outcome[first + rank - 1].response_ns / (double)SIM_S;
}

Test(nimblenet, quantiles_of_the_response_are_right_to_one_per_cent)
{
    struct model_result r;
    struct told told;
    run(SHORT, "nimble", &r, &told);
    static const struct {
        double q;
        enum nimblenet_measure m;
    } quantiles[] = {{0.5, NIMBLENET_RESPONSE_P50},
                     {0.95, NIMBLENET_RESPONSE_P95},
                     {0.99, NIMBLENET_RESPONSE_P99}};
    for (size_t i = 0; i < 3; i++) {
        const double exact = exact_quantile(&r, quantiles[i].q);
        cr_expect_float_eq(measure(&r, quantiles[i].m), exact, 0.01 * exact, "%g", exact);
    }
    drive_forget(&r);
}

Test(nimblenet, bins_add_up_to_the_run)
{
    struct model_result r;
    struct told told;
    run(SHORT "bin: 7 s\n", "nimble", &r, &told);
    int64_t sum[NIMBLENET_SERIES] = {0};
    for (size_t i = 0; i < r.bins; i++) {
        for (size_t s = 0; s < NIMBLENET_SERIES; s++) {
            sum[s] += r.bin[i * NIMBLENET_SERIES + s];
        }
    }
    cr_assert_eq(r.bins, 86);
    cr_expect_eq((double)sum[NIMBLENET_BIN_COMPLETED], measure(&r, NIMBLENET_COMPLETED));
    cr_expect_eq((double)sum[NIMBLENET_BYTES],
                 measure(&r, NIMBLENET_TX_BYTES) + measure(&r, NIMBLENET_RX_BYTES));
    cr_expect_eq(sum[NIMBLENET_RESPONSE_NS], sum[NIMBLENET_ACQUISITION_NS] +
                                                 sum[NIMBLENET_EXECUTION_NS] +
                                                 sum[NIMBLENET_QUEUEING_NS]);
    drive_forget(&r);
}

/* ---- rows ---- */

Test(nimblenet, links_carry_what_nodes_send)
{
    static const char *const yaml[] = {SHORT, SHORT "mesh: {loss: 5 %}\n",
                                       SHORT "mesh: {bandwidth: 250 kbit/s}\n",
                                       SHORT "mesh: {hop_delay_on: forwarded}\n"};
    for (size_t i = 0; i < sizeof yaml / sizeof yaml[0]; i++) {
        struct model_result r;
        struct told told;
        run(yaml[i], "nimble", &r, &told);
        cr_assert_eq(told.rows[NIMBLENET_LINK], 2 * 17 + 2, "both ways of the grid's links");
        cr_expect_eq(told.link_bytes, told.node_bytes, "%s", yaml[i]);
        cr_expect_eq(told.link_messages, told.node_messages, "%s", yaml[i]);
        drive_forget(&r);
    }
}

Test(nimblenet, nodes_are_told_at_the_end_of_each_bin_also_of_one_cut_short)
{
    struct model_result r;
    struct told told;
    run("duration: 95 s\nrecord: calls\n", "nimble", &r, &told);
    cr_expect_eq(told.rows[NIMBLENET_NODE_BIN], 10 * 13);
    cr_expect_eq(told.last_bin_ns, 95 * SIM_S);
    cr_expect(told.cache_bytes_max > 0 && told.cache_bytes_max <= 32768);
    drive_forget(&r);
}

Test(nimblenet, rows_finer_than_the_record_are_not_told)
{
    static const char *const record[] = {"summary", "calls", "events"};
    for (unsigned i = 0; i < 3; i++) {
        char yaml[64];
        (void)snprintf(yaml, sizeof yaml, "duration: 60 s\nrecord: %s\n", record[i]);
        struct model_result r;
        struct told told;
        run(yaml, "nimble", &r, &told);
        for (size_t t = 0; t < NIMBLENET_TABLES; t++) {
            const bool is_told = nimblenet_tables[t].least_record <= i &&
                                 t != NIMBLENET_EXECUTED_CALL; /* real processes tell of those */
            cr_expect_eq(told.rows[t] > 0, is_told, "%s at %s", nimblenet_tables[t].name,
                         record[i]);
        }
        drive_forget(&r);
    }
}

/* NaN twice is the same. */
static bool are_equal(const struct model_result *a, const struct model_result *b)
{
    for (size_t i = 0; i < NIMBLENET_MEASURES; i++) {
        const bool equal = a->measure[i] <= b->measure[i] && a->measure[i] >= b->measure[i];
        if (!equal && !(isnan(a->measure[i]) && isnan(b->measure[i]))) {
            return false;
        }
    }
    return a->digest == b->digest && a->work_digest == b->work_digest; /* not how it got there */
}

Test(nimblenet, who_listens_changes_nothing)
{
    struct scenario s = scenario_of(SHORT);
    const struct model_head head = trial_head(&s);
    struct model_result deaf;
    drive_model(&nimblenet_model, &head, trial_config(&s, "nimble"), 1, 0, NULL, &deaf);
    static const char *const record[] = {"summary", "calls", "events"};
    for (size_t i = 0; i < 3; i++) {
        char yaml[64];
        (void)snprintf(yaml, sizeof yaml, SHORT "record: %s\n", record[i]);
        struct model_result r;
        struct told told;
        run(yaml, "nimble", &r, &told);
        cr_expect(are_equal(&deaf, &r), "%s", record[i]);
        drive_forget(&r);
    }
    drive_forget(&deaf);
    scenario_deinit(&s);
}

Test(nimblenet, variants_of_a_replication_have_the_same_work)
{
    struct model_result a, b, other;
    struct told told;
    run(SHORT, "nimble", &a, &told);
    run(SHORT "nodes: {eviction: lru}\n", "monolithic", &b, &told);
    run(SHORT "robots: {count: 21}\n", "nimble", &other, &told);
    cr_expect_eq(a.work_digest, b.work_digest);
    cr_expect_neq(a.work_digest, other.work_digest);
    cr_expect_eq(a.outcomes, b.outcomes);
    for (size_t i = 0; i < a.outcomes; i++) {
        cr_assert_eq(a.outcome[i].work_id, b.outcome[i].work_id);
        cr_assert(i == 0 || a.outcome[i].work_id > a.outcome[i - 1].work_id, "they rise");
    }
    drive_forget(&a);
    drive_forget(&b);
    drive_forget(&other);
}

Test(nimblenet, a_run_of_calls_found_before_is_the_run_that_finds_them)
{
    struct scenario s = scenario_of(SHORT);
    const struct model_head head = trial_head(&s);
    struct model_error error = {.key = NULL};
    void *system = NULL;
    void *work = NULL;
    cr_assert_eq(nimblenet_model.open(&system, &head, trial_config(&s, "monolithic"), &error),
                 SIM_OK);
    cr_assert_eq(nimblenet_model.draw(&work, system, 1), SIM_OK);
    cr_assert_not_null(work);
    static const char *const variants[] = {"nimble", "monolithic"};
    for (size_t i = 0; i < 2; i++) {
        struct model_result with, without;
        const void *config = trial_config(&s, variants[i]);
        drive_drawn(&nimblenet_model, &head, config, work, &with);
        drive_drawn(&nimblenet_model, &head, config, NULL, &without);
        cr_expect(are_equal(&with, &without), "%s", variants[i]);
        drive_forget(&with);
        drive_forget(&without);
    }
    nimblenet_model.discard(work);
    nimblenet_model.close(system);
    scenario_deinit(&s);
}

/* Whether robots do the same under both texts. */
static bool are_alike(const char *yaml, const char *other)
{
    const char *const text[] = {yaml, other};
    struct scenario s[2];
    struct model_head head[2];
    void *system[2];
    for (size_t i = 0; i < 2; i++) {
        struct model_error error = {.key = NULL};
        s[i] = scenario_of(text[i]);
        head[i] = trial_head(&s[i]);
        cr_assert_eq(
            nimblenet_model.open(&system[i], &head[i], trial_config(&s[i], "nimble"), &error),
            SIM_OK);
    }
    const bool alike = nimblenet_model.alike(system[0], system[1]);
    for (size_t i = 0; i < 2; i++) {
        nimblenet_model.close(system[i]);
        scenario_deinit(&s[i]);
    }
    return alike;
}

Test(nimblenet, variants_are_alike_unless_a_key_of_the_robots_way_differs)
{
    cr_expect(are_alike(SHORT, SHORT "nodes: {eviction: lru, cache: 16 KiB}\n"));
    static const char *const other[] = {
        "robots: {count: 21}\n",
        "robots: {speed_max: 1.5 m/s}\n",
        "robots: {movement: uniform}\n",
        "robots: {noise: {feature: 300 s}}\n",
        "robots: {chains: 5}\n",
        "robots: {trigger: {uniform: [8 s, 11 s]}}\n",
        "robots: {trigger: {exponential: 10 s}}\n",
        "nodes: {contact_radius: 9 m}\n",
        "nodes: {contact: random}\n",
        "nodes: {spacing: 19 m}\n",
        "taskset: {chains: 100}\n",
        "seed: 2\n",
    };
    for (size_t i = 0; i < sizeof other / sizeof other[0]; i++) {
        char yaml[160];
        (void)snprintf(yaml, sizeof yaml, SHORT "%s", other[i]);
        cr_expect_not(are_alike(SHORT, yaml), "%s", other[i]);
    }
}

/* ---- contrasts ---- */

static double contrast(const char *name, const struct model_result *a, const struct model_result *b)
{
    const size_t i = model_contrast_find(&nimblenet_model, name);
    cr_assert_lt(i, NIMBLENET_CONTRASTS, "%s", name);
    return nimblenet_contrasts[i].value(a, b);
}

Test(nimblenet, calls_that_only_one_could_answer_do_not_count_in_pairs)
{
    struct model_outcome of_a[] = {{1, 5 * SIM_S, 2 * SIM_S},
                                   {2, STORE_MISSING, 0},
                                   {3, 4 * SIM_S, 3 * SIM_S},
                                   {5, 9 * SIM_S, SIM_S}};
    struct model_outcome of_b[] = {{1, 3 * SIM_S, SIM_S},
                                   {2, 7 * SIM_S, SIM_S},
                                   {3, 3 * SIM_S, 4 * SIM_S - 1000},
                                   {4, SIM_S, SIM_S},
                                   {5, STORE_MISSING, 0}};
    const struct model_result a = {.outcome = of_a, .outcomes = 4};
    const struct model_result b = {.outcome = of_b, .outcomes = 5};
    const struct model_result none = {.outcomes = 0};
    cr_expect_float_eq(contrast("response_gain_both_s", &a, &b), (2 + 1) / 2.0, 1e-12);
    cr_expect_float_eq(contrast("response_both_s", &b, &a), -(2 + 1) / 2.0, 1e-12);
    cr_expect_float_eq(contrast("execution_extra_both_s", &a, &b), 1000e-9 / 2, 1e-12);
    cr_expect_float_eq(contrast("execution_both_s", &b, &a), -1000e-9 / 2, 1e-12);
    cr_expect(isnan(contrast("response_both_s", &a, &none)));
}

Test(nimblenet, headlines_are_contrasts)
{
    for (size_t i = 0; i < NIMBLENET_HEADLINES; i++) {
        cr_expect_lt(model_contrast_find(&nimblenet_model, nimblenet_headlines[i].contrast),
                     NIMBLENET_CONTRASTS, "%s", nimblenet_headlines[i].contrast);
    }
    cr_expect_lt(model_series_find(&nimblenet_model, nimblenet_crossovers[0].series),
                 NIMBLENET_SERIES);
}

/* ---- words ---- */

Test(nimblenet, more_than_one_failure_in_a_hundred_is_told)
{
    struct model_result r;
    struct told told;
    run(SHORT "protocol: {attempts: 1}\nmesh: {loss: 20 %}\n", "nimble", &r, &told);
    cr_expect_not_null(strstr(told.warnings, " % of the calls found no answer ("), "%s",
                       told.warnings);
    drive_forget(&r);
    run(SHORT, "nimble", &r, &told);
    cr_expect_null(strstr(told.warnings, "found no answer"), "%s", told.warnings);
    drive_forget(&r);
}

static void expect_description(const char *yaml, const char *wanted)
{
    struct scenario s = scenario_of(yaml);
    const struct model_head head = trial_head(&s);
    struct model_error error;
    void *system;
    char text[512];
    cr_assert_eq(nimblenet_model.open(&system, &head, trial_config(&s, "nimble"), &error), SIM_OK,
                 "%s", error.text);
    nimblenet_model.describe(system, text, sizeof text);
    cr_expect_str_eq(text, wanted);
    nimblenet_model.close(system);
    scenario_deinit(&s);
}

Test(nimblenet, a_config_is_described_with_what_of_its_graph_is_not_read)
{
    expect_description("", "12 nodes, 20 robots");
    expect_description("nodes: {columns: 1, rows: 1}\nrobots: {count: 1}\n", "1 node, 1 robot");
    static const char graph[] =
        "<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">"
        "<key id=\"w\" for=\"edge\" attr.name=\"weight\" attr.type=\"double\"/>"
        "<graph edgedefault=\"undirected\"><node id=\"a\"/><node id=\"b\"/>"
        "<edge source=\"a\" target=\"b\"/></graph></graphml>";
    char path[] = "/tmp/nimblesim-graph-XXXXXX";
    const int fd = mkstemp(path);
    cr_assert_eq(write(fd, graph, sizeof graph - 1), (ssize_t)(sizeof graph - 1));
    (void)close(fd);
    char yaml[256];
    char wanted[256];
    (void)snprintf(yaml, sizeof yaml,
                   "nodes: {columns: 2, rows: 1}\nmesh: {links: {graphml: %s}}\n", path);
    (void)snprintf(wanted, sizeof wanted, "2 nodes of %s (not read: weight), 20 robots", path);
    expect_description(yaml, wanted);
    cr_assert_eq(unlink(path), 0);
}

/* Within a few times, which is what a user wants to know. */
Test(nimblenet, events_are_estimated_to_within_a_few_times)
{
    static const char *const yaml[] = {
        SHORT, SHORT "robots: {count: 60}\n",
        SHORT "floor: {width: 160 m, height: 120 m}\nnodes: {columns: 8, rows: 6}\n"
              "robots: {count: 80, noise: {feature: 536 s}}\n"};
    for (size_t i = 0; i < 6; i++) {
        struct scenario s = scenario_of(yaml[i / 2]);
        const struct model_head head = trial_head(&s);
        const char *variant = i % 2 == 0 ? "nimble" : "monolithic";
        struct model_error error;
        struct model_result r;
        void *system;
        cr_assert_eq(nimblenet_model.open(&system, &head, trial_config(&s, variant), &error),
                     SIM_OK);
        const double expected = (double)nimblenet_model.estimate(system);
        nimblenet_model.close(system);
        drive_model(&nimblenet_model, &head, trial_config(&s, variant), 1, 0, NULL, &r);
        const double events = (double)r.engine.events;
        cr_expect(expected > events / 3 && expected < events * 3, "%s: %g expected, %g came",
                  variant, expected, events);
        drive_forget(&r);
        scenario_deinit(&s);
    }
}

/* ---- tracks ---- */

Test(nimblenet, a_robot_is_where_it_called_from)
{
    struct model_result r;
    struct told told;
    run(SHORT "record: calls\n", "nimble", &r, &told);
    drive_forget(&r);
    struct scenario s = scenario_of(SHORT);
    const struct model_head head = trial_head(&s);
    const struct model_places *p = &nimblenet_places;
    struct model_error error;
    void *map;
    cr_assert_eq(p->open(&map, &head, trial_config(&s, "nimble"), 1, &error), SIM_OK);
    cr_expect(p->movers(map) == 20 && p->extent(map).x_m == 80 && p->extent(map).y_m == 60);
    void *robot = p->follow(map, 0);
    cr_assert_not_null(robot);
    const struct model_place place = p->at(robot, told.at);
    cr_expect(told.at > 0 && place.x_m == told.x_m && place.y_m == told.y_m);
    p->leave(robot);
    p->close(map);
    scenario_deinit(&s);
}

/* Five algorithms change after five minutes of ten. */
#define UPDATES(notice)                                                                            \
    "duration: 600 s\nupdates: {at: [300 s, 300 s, 300 s, 300 s, 300 s], algorithm: [1, 2, 3, 4, " \
    "5], notice: " notice "}\n"

static double told_of(const char *yaml, const char *variant, enum nimblenet_measure m)
{
    struct model_result r;
    struct told told;
    run(yaml, variant, &r, &told);
    const double value = r.measure[m];
    drive_forget(&r);
    return value;
}

Test(nimblenet, who_is_told_of_a_new_version_answers_by_it_and_who_is_not_does_not)
{
    for (int form = 0; form < 2; form++) {
        const char *variant = form == 0 ? "nimble" : "monolithic";
        cr_expect_leq(told_of(UPDATES("flood"), variant, NIMBLENET_STALE), 2, "%s", variant);
        cr_expect_gt(told_of(UPDATES("flood"), variant, NIMBLENET_OUTDATED), 5, "%s", variant);
        cr_expect_gt(told_of(UPDATES("none"), variant, NIMBLENET_STALE), 20, "%s", variant);
        cr_expect_gt(told_of(UPDATES("none"), variant, NIMBLENET_OLD_COPIES), 10, "%s", variant);
        cr_expect_eq(told_of(UPDATES("none"), variant, NIMBLENET_OUTDATED), 0, "%s", variant);
        cr_expect_eq(told_of("duration: 600 s\n", variant, NIMBLENET_STALE), 0, "%s", variant);
    }
}

/* What an update costs: the algorithm again, or every chain that holds it. */
Test(nimblenet, a_part_is_cheaper_to_renew_than_a_whole)
{
    double cost[2];
    for (int form = 0; form < 2; form++) {
        const char *variant = form == 0 ? "nimble" : "monolithic";
        cost[form] = told_of(UPDATES("flood"), variant, NIMBLENET_TX_BYTES) -
                     told_of(UPDATES("none"), variant, NIMBLENET_TX_BYTES);
    }
    cr_expect_gt(cost[0], 0);
    cr_expect_gt(cost[1], cost[0]);
}

Test(nimblenet, updates_that_nobody_hears_of_change_no_byte)
{
    cr_expect_eq(told_of(UPDATES("none"), "nimble", NIMBLENET_TX_BYTES),
                 told_of("duration: 600 s\n", "nimble", NIMBLENET_TX_BYTES));
}
