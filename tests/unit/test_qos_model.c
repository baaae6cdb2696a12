/*
 * The whole model through its table: what the scenario files say, what the words mean, and the
 * numbers that they must come to.
 */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/qos/compose.h"
#include "models/qos/measures.h"
#include "models/qos/model.h"
#include "scenarios/language/scenario.h"
#include "tests/support/drive.h"

static void no_hash(const void *bytes, size_t length, char hex[65])
{
    (void)bytes;
    (void)length;
    memset(hex, '0', 64);
    hex[64] = '\0';
}

static const struct scenario_schema *const schemas[] = {&qos_model.schema, NULL};
static const struct scenario_registry registry = {schemas, no_hash};

static void load(struct scenario *s, const char *path, const char *set)
{
    struct scenario_errors errors = {0};
    const struct scenario_override override = {set};
    const enum sim_status status =
        scenario_load(s, &registry, path, &override, set != NULL, &errors);
    scenario_errors_print(&errors, stderr);
    cr_assert_eq(status, SIM_OK, "%s", path);
    scenario_errors_deinit(&errors);
}

static void expect_mistake(const char *text, const char *part)
{
    struct scenario s;
    struct scenario_errors errors = {0};
    cr_assert_eq(scenario_parse(&s, &registry, "x", text, strlen(text), NULL, 0, &errors),
                 SIM_ERR_INVALID, "%s", text);
    cr_assert_gt(errors.count, 0);
    cr_expect_not_null(strstr(errors.mistake[0].message, part), "%s", errors.mistake[0].message);
    scenario_errors_deinit(&errors);
}

static struct model_head head_of(const struct scenario *s)
{
    return (struct model_head){
        .name = s->name,
        .duration_ns = s->duration_ns,
        .bin_ns = s->bin_ns,
        .seed = s->seed,
        .replications = s->replications,
    };
}

static const struct qos_config *config_of(const struct scenario *s, const char *variant)
{
    const uint32_t i = scenario_variant_find(s, variant);
    cr_assert_lt(i, s->variant_count, "%s", variant);
    return s->variant[i].config;
}

/* ---- what is written ---- */

Test(qos_model, the_scenario_file_writes_out_the_defaults)
{
    struct scenario file;
    struct scenario defaults;
    load(&file, "scenarios/qos.yaml", NULL);
    cr_assert_eq(scenario_default(&defaults, &registry, &qos_model.schema), SIM_OK);
    char *text[2];
    size_t length[2];
    const struct scenario *both[] = {&file, &defaults};
    for (int i = 0; i < 2; i++) {
        FILE *to = open_memstream(&text[i], &length[i]);
        cr_assert(scenario_print(both[i], to));
        cr_assert_eq(fclose(to), 0);
    }
    /* The file names five variants, the default two. */
    char *from[] = {strstr(text[0], "\nnodes:"), strstr(text[1], "\nnodes:")};
    cr_assert(from[0] != NULL && from[1] != NULL);
    cr_expect_str_eq(from[0], from[1]);
    free(text[0]);
    free(text[1]);
    scenario_deinit(&file);
    scenario_deinit(&defaults);
}

Test(qos_model, lists_begin_again_where_they_are_shorter_than_the_nodes)
{
    struct scenario s;
    struct qos_system system;
    struct model_error error;
    load(&s, "scenarios/qos.yaml", "nodes.count=5");
    const struct model_head head = head_of(&s);
    cr_assert_eq(qos_compose(&system, &head, config_of(&s, "qos"), &error), SIM_OK);
    cr_expect_eq(system.plan.nodes, 5);
    cr_expect_eq(system.plan.node[2].service_ns, 55 * SIM_MS);
    cr_expect_eq(system.plan.node[3].service_ns, 46 * SIM_MS);
    cr_expect_eq(system.plan.node[3].capacity, 2);
    cr_expect_eq(system.plan.node[4].capacity, 1);
    cr_expect_eq(system.plan.clients, 10);
    qos_compose_release(&system);
    scenario_deinit(&s);
}

Test(qos_model, words_are_settings)
{
    struct scenario s;
    load(&s, "scenarios/qos.yaml",
         "variants=[k8s, k8s-even, qos, cap-only, probe-only, argmin-only, harness]");
    cr_expect_eq(config_of(&s, "k8s")->admission.rule, QOS_RULE_NONE);
    cr_expect_eq(config_of(&s, "k8s")->admission.place, QOS_PLACE_UNIFORM);
    cr_expect_eq(config_of(&s, "k8s-even")->admission.place, QOS_PLACE_EVEN);
    cr_expect_eq(config_of(&s, "qos")->admission.rule, QOS_RULE_ALGORITHM1);
    cr_expect_eq(config_of(&s, "harness")->admission.rule, QOS_RULE_HARNESS);
    static const struct {
        const char *name;
        bool threshold, capacity; /* is there one? */
    } words[] = {
        {"qos", true, true},
        {"cap-only", false, true},
        {"probe-only", true, false},
        {"argmin-only", false, false},
    };
    for (size_t i = 0; i < 4; i++) {
        struct qos_system system;
        struct model_error error;
        const struct model_head head = head_of(&s);
        cr_assert_eq(qos_compose(&system, &head, config_of(&s, words[i].name), &error), SIM_OK);
        cr_expect_eq(system.plan.inference_ns != SIM_TIME_NEVER, words[i].threshold);
        cr_expect_eq(system.plan.node[0].capacity != ADMISSION_UNLIMITED, words[i].capacity);
        qos_compose_release(&system);
    }
    scenario_deinit(&s);
}

Test(qos_model, a_method_brings_its_settings_unless_they_are_written)
{
    static const struct {
        const char *method;
        uint32_t pods;
        sim_time cold_start_ns;
        double slowdown;
        sim_time fetch_ms; /* over 100 Mbit/s */
    } table3[] = {
        {"wasm", 13, 2690 * SIM_MS, 1, 2160},
        {"standalone", 16, 0, 1.055, 160},
        {"docker", 8, 2620 * SIM_MS, 1, 372000},
    };
    for (size_t i = 0; i < 3; i++) {
        char text[256];
        (void)snprintf(text, sizeof text,
                       "format: 1\nmodel: qos\nnodes: {image_rate: 100 Mbit/s}\n"
                       "pods: {method: %s}\n",
                       table3[i].method);
        struct scenario s;
        struct scenario_errors errors = {0};
        struct qos_system system;
        struct model_error error;
        cr_assert_eq(scenario_parse(&s, &registry, "x", text, strlen(text), NULL, 0, &errors),
                     SIM_OK);
        const struct model_head head = head_of(&s);
        cr_assert_eq(qos_compose(&system, &head, config_of(&s, "qos"), &error), SIM_OK);
        cr_expect_eq(system.plan.node[0].pods_max, table3[i].pods, "%s", table3[i].method);
        cr_expect_eq(system.plan.cold_start_ns, table3[i].cold_start_ns);
        cr_expect_float_eq(system.plan.slowdown, table3[i].slowdown, 1e-12);
        cr_expect_eq(system.plan.node[0].fetch_ns, table3[i].fetch_ms * SIM_MS);
        qos_compose_release(&system);
        scenario_deinit(&s);
    }

    struct scenario s;
    load(&s, "scenarios/qos.yaml", "pods.cold_start=0 s");
    cr_expect_eq(qos_method_of(config_of(&s, "qos")).cold_start_ns, 0);
    cr_expect_eq(qos_method_of(config_of(&s, "qos")).memory_bytes, 295000000);
    scenario_deinit(&s);
}

Test(qos_model, sigma_is_that_of_a_lognormal_number)
{
    cr_expect_float_eq(qos_sigma(0.08), sqrt(log1p(0.08 * 0.08)), 1e-14);
    cr_expect_float_eq(qos_sigma(10), sqrt(log1p(100)), 1e-13);
    cr_expect_eq(qos_sigma(0), 0);
}

Test(qos_model, what_keys_contradict_is_told)
{
    expect_mistake("format: 1\nmodel: qos\nclients: {arrivals: []}\n", "nobody asks");
    expect_mistake("format: 1\nmodel: qos\nharness: {listeners: [\"4:1\"]}\n", "3 nodes");
    expect_mistake("format: 1\nmodel: qos\nharness: {listeners: [\"1:21\"]}\n", "20 ports");
    expect_mistake("format: 1\nmodel: qos\nharness: {listeners: [\"1-1\"]}\n", "node:port");
    expect_mistake("format: 1\nmodel: qos\nharness: {listeners: [\"1:1\", \"1:1\"]}\n", "twice");
    expect_mistake("format: 1\nmodel: qos\nvariants: [harness]\nharness: {schedulable: [4]}\n",
                   "counted from 1");
}

/* ---- what it comes to ---- */

struct sums {
    double completed, missed, lost, refused, refused_capacity, not_ready, latency, streams, deploy;
    double latency_least, latency_greatest;
};

static struct sums sums_of(const struct scenario *s, const char *variant, uint32_t replications)
{
    struct sums sums = {.latency_least = INFINITY};
    const struct model_head head = head_of(s);
    for (uint32_t i = 1; i <= replications; i++) {
        struct model_result r;
        drive_model(&qos_model, &head, config_of(s, variant), i, 0, NULL, &r);
        cr_assert_str_empty(r.books, "%s", r.books);
        const double *m = r.measure;
        const double heard = m[QOS_COMPLETED] - m[QOS_STREAMS_LOST];
        sums.completed += m[QOS_COMPLETED];
        sums.missed += m[QOS_FRAMES_MISSED];
        sums.lost += m[QOS_STREAMS_LOST];
        sums.refused += m[QOS_REFUSED];
        sums.refused_capacity += m[QOS_REFUSED_CAPACITY];
        sums.not_ready += m[QOS_NOT_READY];
        sums.latency += heard > 0 ? m[QOS_LATENCY_MEAN] * heard : 0;
        sums.streams += heard;
        sums.deploy += m[QOS_DEPLOY_MEAN] * m[QOS_COMPLETED];
        sums.latency_least = fmin(sums.latency_least, m[QOS_LATENCY_MIN]);
        sums.latency_greatest = fmax(sums.latency_greatest, m[QOS_LATENCY_MAX]);
        cr_assert_eq(m[QOS_CALLS],
                     m[QOS_COMPLETED] + m[QOS_REFUSED] + m[QOS_NOT_READY] + m[QOS_PENDING]);
        cr_assert_eq(m[QOS_FRAMES],
                     m[QOS_FRAMES_ANSWERED] + m[QOS_FRAMES_MISSED] + m[QOS_FRAMES_OUTSTANDING]);
        drive_forget(&r);
    }
    return sums;
}

#define EXPECT_WITHIN(value, least, most)                                                          \
    cr_expect((value) >= (least) && (value) <= (most), #value " is %g, not %g to %g", (value),     \
              (double)(least), (double)(most))

Test(qos_model, admission_keeps_streams_whole_where_nodes_collapse)
{
    enum { N = 100 };
    struct scenario s;
    load(&s, "scenarios/qos.yaml", NULL);
    const struct sums k8s = sums_of(&s, "k8s", N);
    EXPECT_WITHIN(k8s.missed / k8s.completed, 60, 95);
    EXPECT_WITHIN(k8s.lost / k8s.completed, 0.18, 0.36);
    cr_expect_eq(k8s.completed, 10 * N, "everybody is placed");

    const struct sums qos = sums_of(&s, "qos", N);
    EXPECT_WITHIN(qos.missed / qos.completed, 0, 0.5);
    EXPECT_WITHIN(qos.completed / N, 3.95, 4.05);
    EXPECT_WITHIN(qos.latency / qos.streams, 0.055, 0.060);
    EXPECT_WITHIN(qos.deploy / qos.completed, 5, 6.5);

    const struct sums cap_only = sums_of(&s, "cap-only", N);
    EXPECT_WITHIN(cap_only.missed / cap_only.completed, 0, 0.5);
    const struct sums probe_only = sums_of(&s, "probe-only", N);
    cr_expect_gt(probe_only.missed / probe_only.completed, 5, "a probe is load");
    scenario_deinit(&s);
}

Test(qos_model, the_drivers_ports_yield_the_public_numbers_without_a_cliff)
{
    enum { N = 100 };
    struct scenario s;
    load(&s, "scenarios/qos-harness.yaml", NULL);
    const struct sums harness = sums_of(&s, "harness", N);
    EXPECT_WITHIN(harness.missed / harness.completed, 70, 105);
    EXPECT_WITHIN(harness.lost / harness.completed, 0.35, 0.58);
    EXPECT_WITHIN(harness.completed / N, 3.8, 4.6);
    EXPECT_WITHIN(harness.latency_least, 0.048, 0.130);
    EXPECT_WITHIN(harness.latency_greatest, 0.048, 0.130);

    const struct sums qos = sums_of(&s, "qos", N);
    EXPECT_WITHIN(qos.missed / qos.completed, 0, 0.5);
    EXPECT_WITHIN(qos.completed / N, 1.95, 2.05);
    EXPECT_WITHIN(qos.latency / qos.streams, 0.060, 0.072);
    EXPECT_WITHIN(qos.deploy / qos.completed, 3, 5);
    cr_expect_gt(qos.refused_capacity, 0.9 * qos.refused, "most refusals are by capacity");
    scenario_deinit(&s);
}

Test(qos_model, variants_are_asked_the_same_and_runs_repeat_to_the_bit)
{
    struct scenario s;
    load(&s, "scenarios/qos.yaml", NULL);
    const struct model_head head = head_of(&s);
    uint64_t work = 0;
    for (uint32_t i = 0; i < s.variant_count; i++) {
        struct model_result once;
        struct model_result again;
        drive_model(&qos_model, &head, s.variant[i].config, 3, 0, NULL, &once);
        drive_model(&qos_model, &head, s.variant[i].config, 3, 100, NULL, &again);
        cr_expect_eq(once.digest, again.digest);
        cr_expect(work == 0 || work == once.work_digest, "%s", s.variant[i].name);
        work = once.work_digest;
        drive_forget(&once);
        drive_forget(&again);
    }
    scenario_deinit(&s);
}

Test(qos_model, distributions_count_what_the_measures_do)
{
    struct scenario s;
    load(&s, "scenarios/qos.yaml", NULL);
    const struct model_head head = head_of(&s);
    struct model_result r;
    drive_model(&qos_model, &head, config_of(&s, "k8s"), 1, 0, NULL, &r);
    static const struct {
        const char *name;
        enum qos_measure counted;
    } distributions[] = {
        {"latency", QOS_FRAMES_ANSWERED}, {"deploy", QOS_COMPLETED}, {"misses", QOS_COMPLETED}};
    for (size_t d = 0; d < 3; d++) {
        const size_t at = model_distribution_find(&qos_model, distributions[d].name);
        uint64_t sum = 0;
        for (size_t i = 0; i < BINS_COUNT; i++) {
            sum += r.histogram[at * BINS_COUNT + i];
        }
        cr_expect_eq((double)sum, r.measure[distributions[d].counted], "%s", distributions[d].name);
    }
    drive_forget(&r);
    scenario_deinit(&s);
}

/* Rows, as a listener hears them. */
struct heard {
    size_t rows[16];
    double fps_of_lost;
    bool is_lost_told;
};

static void hear(void *context, size_t table, const union store_cell *cell)
{
    struct heard *h = context;
    h->rows[table]++;
    const struct store_table *t = &qos_model.table[table];
    if (strcmp(t->name, "stream") != 0) {
        return;
    }
    int64_t frames = -1;
    int64_t missed = -2;
    double fps = 0;
    for (size_t i = 0; i < t->columns; i++) {
        frames = strcmp(t->column[i].name, "frames") == 0 ? cell[i].integer : frames;
        missed = strcmp(t->column[i].name, "missed") == 0 ? cell[i].integer : missed;
        fps = strcmp(t->column[i].name, "fps") == 0 ? cell[i].real : fps;
    }
    if (frames > 0 && frames == missed) {
        h->is_lost_told = true;
        h->fps_of_lost = fps;
    }
}

Test(qos_model, every_client_is_a_row_and_a_lost_stream_has_no_fps)
{
    struct scenario s;
    load(&s, "scenarios/qos.yaml", NULL);
    struct model_head head = head_of(&s);
    struct heard heard = {.fps_of_lost = 0};
    const struct model_listener listener = {.context = &heard, .row = hear};
    for (uint32_t i = 1; i <= 10; i++) {
        struct model_result r;
        drive_model(&qos_model, &head, config_of(&s, "k8s"), i, 0, &listener, &r);
        drive_forget(&r);
    }
    cr_expect_eq(heard.rows[model_table_find(&qos_model, "stream")], 100);
    cr_expect_eq(heard.rows[model_table_find(&qos_model, "node")], 30);
    cr_expect_eq(heard.rows[model_table_find(&qos_model, "pod")], 0, "finer than the record");
    cr_assert(heard.is_lost_told);
    cr_expect(isnan(heard.fps_of_lost));

    head.record = 1;
    struct model_result r;
    drive_model(&qos_model, &head, config_of(&s, "qos"), 1, 0, &listener, &r);
    drive_forget(&r);
    cr_expect_eq(heard.rows[model_table_find(&qos_model, "pod")], 4);
    cr_expect_gt(heard.rows[model_table_find(&qos_model, "decision")], 10);
    scenario_deinit(&s);
}
