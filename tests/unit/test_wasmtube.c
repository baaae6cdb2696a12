/*
 * Updates over a mesh: decisions, hand-worked runs, books over random settings, and the bands that
 * were set before the model was written.
 */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "models/wasmtube/config.h"
#include "tests/support/drive.h"

static struct model_head head(void)
{
    return (struct model_head){.name = "wasmtube",
                               .duration_ns = 1300 * SIM_S,
                               .bin_ns = 10 * SIM_S,
                               .seed = 1,
                               .replications = 40};
}

static struct dist constant(int64_t value)
{
    return (struct dist){.kind = DIST_CONSTANT, .low = value, .high = value};
}

static struct wasmtube_config config(enum wasmtube_method method)
{
    return (struct wasmtube_config){
        .columns = 4,
        .rows = 3,
        .links = {.word = "grid"},
        .mttr_ns = 20 * SIM_S,
        .hop_delay_ns = 100 * SIM_MS,
        .bandwidth_bps = 250000,
        .attached_to = 1,
        .interval = {.kind = DIST_EXPONENTIAL, .low = 10 * SIM_S, .high = 10 * SIM_S},
        .method = method,
        .at_ns = 100 * SIM_S,
        .swap_ns = 1400 * SIM_MS,
        .poll_ns = 60 * SIM_S,
        .reboot_ns = 10 * SIM_S,
        .size_bytes = 300,
        .header_bytes = 64,
        .firmware_bytes = 500000};
}

/* One node beside the registry, a call each 7 s, a link without delay that takes no time. */
static struct wasmtube_config one_node(enum wasmtube_method method)
{
    struct wasmtube_config c = config(method);
    c.columns = c.rows = 1;
    c.hop_delay_ns = 0;
    c.bandwidth_bps = 0;
    c.interval = constant(7 * SIM_S);
    return c;
}

static double value(const struct model_result *r, const char *name)
{
    cr_assert_lt(model_measure_find(&wasmtube_model, name), wasmtube_model.measures);
    return model_measure_of(&wasmtube_model, r, name);
}

static struct model_result run(const struct wasmtube_config *c, uint32_t replication)
{
    const struct model_head h = head();
    struct model_result r;
    drive_model(&wasmtube_model, &h, c, replication, 0, NULL, &r);
    cr_assert_str_eq(r.books, "");
    return r;
}

static void expect_equal(const struct model_result *r, const char *name, double wanted)
{
    const double got = value(r, name);
    cr_expect(fabs(got - wanted) < 1e-9, "%s: %.9f, not %.9f", name, got, wanted);
}

/* ---- decisions ---- */

Test(wasmtube, a_node_that_knows_fetches_at_its_next_call)
{
    struct wasmtube_node n = {WASMTUBE_OLD, WASMTUBE_FETCH_CALL};
    cr_assert_eq(wasmtube_on_call(&n), WASMTUBE_BY_OLD);
    cr_assert_not(wasmtube_on_news(&n));
    cr_assert_not(wasmtube_on_binary(&n), "nobody has asked for it");
    cr_assert_eq(wasmtube_on_call(&n), WASMTUBE_WAITS_AND_FETCHES);
    cr_assert_eq(wasmtube_on_call(&n), WASMTUBE_WAITS, "one fetch is enough");
    cr_assert_not(wasmtube_holds(&n));
    cr_assert(wasmtube_on_binary(&n));
    cr_assert(wasmtube_holds(&n), "it can hand it on while it swaps");
    cr_assert_not(wasmtube_on_binary(&n), "a second copy begins no second swap");
    cr_assert_eq(wasmtube_on_call(&n), WASMTUBE_WAITS);
    wasmtube_on_ready(&n);
    cr_assert_eq(wasmtube_on_call(&n), WASMTUBE_BY_NEW);
    cr_assert_not(wasmtube_on_news(&n));
    cr_assert_eq(n.phase, WASMTUBE_NEW, "old news change nothing");
}

Test(wasmtube, at_once_asks_with_the_news)
{
    struct wasmtube_node n = {WASMTUBE_OLD, WASMTUBE_FETCH_AT_ONCE};
    cr_assert(wasmtube_on_news(&n));
    cr_assert_not(wasmtube_on_news(&n));
    cr_assert_eq(wasmtube_on_call(&n), WASMTUBE_WAITS);
}

Test(wasmtube, a_reboot_loses_calls)
{
    struct wasmtube_node n = {WASMTUBE_OLD, WASMTUBE_FETCH_CALL};
    cr_assert(wasmtube_on_image(&n));
    cr_assert_not(wasmtube_on_image(&n));
    cr_assert_eq(wasmtube_on_call(&n), WASMTUBE_IS_LOST);
    wasmtube_on_ready(&n);
    cr_assert_eq(wasmtube_on_call(&n), WASMTUBE_BY_NEW);
}

Test(wasmtube, the_first_neighbour_that_holds_it_is_asked)
{
    const uint32_t neighbour[] = {3, 5, 8};
    const bool two[] = {false, true, true};
    const bool none[] = {false, false, false};
    cr_assert_eq(wasmtube_source(neighbour, two, 3, 12), 5);
    cr_assert_eq(wasmtube_source(neighbour, none, 3, 12), 12);
}

/* ---- by hand ---- */

/* Calls at 7, 14, ... 1295: 185, of which 171 from 105 on. That at 105 fetches; 1.4 s later it is
 * answered. News, request and binary: 64 + 64 + 364 B. */
Test(wasmtube, one_node_by_hand)
{
    const struct wasmtube_config c = one_node(WASMTUBE_FLOOD);
    struct model_result r = run(&c, 1);
    expect_equal(&r, "calls", 185);
    expect_equal(&r, "calls_after", 171);
    expect_equal(&r, "fresh", 171);
    expect_equal(&r, "delayed", 1);
    expect_equal(&r, "delay_mean_s", 1.4);
    expect_equal(&r, "update_bytes", 492);
    expect_equal(&r, "updated_s", 6.4);
    drive_forget(&r);
}

/* The image is there at once and the reboot lasts until 110: the call at 105 is lost. */
Test(wasmtube, one_node_that_reboots_by_hand)
{
    const struct wasmtube_config c = one_node(WASMTUBE_FIRMWARE);
    struct model_result r = run(&c, 1);
    expect_equal(&r, "lost", 1);
    expect_equal(&r, "stale", 0);
    expect_equal(&r, "delayed", 0);
    expect_equal(&r, "updated_s", 10);
    expect_equal(&r, "update_bytes", 500064);
    drive_forget(&r);
}

Test(wasmtube, a_node_that_is_never_called_never_fetches)
{
    struct wasmtube_config c = one_node(WASMTUBE_FLOOD);
    c.interval = constant(2000 * SIM_S);
    struct model_result r = run(&c, 1);
    expect_equal(&r, "nodes_updated", 0);
    cr_assert(isnan(value(&r, "updated_s")));
    drive_forget(&r);
}

/* A message takes delay and bits' time at every hop, on a link one behind the other: 42 hops of
 * the paths, one image after another, and the last reboot. */
Test(wasmtube, images_one_after_another_take_the_sum_of_all_ways)
{
    const struct wasmtube_config c = config(WASMTUBE_FIRMWARE);
    struct model_result r = run(&c, 1);
    expect_equal(&r, "updated_s", 42 * (0.1 + 500064 * 8 / 250000.) + 10);
    expect_equal(&r, "update_bytes", 42. * 500064);
    drive_forget(&r);
}

Test(wasmtube, another_push_is_faster)
{
    struct wasmtube_config c = config(WASMTUBE_FIRMWARE);
    double updated_s[3];
    for (int push = WASMTUBE_SEQUENTIAL; push <= WASMTUBE_PUSH_FLOOD; push++) {
        c.push = (enum wasmtube_push)push;
        struct model_result r = run(&c, 1);
        expect_equal(&r, "nodes_updated", 12);
        updated_s[push] = value(&r, "updated_s");
        drive_forget(&r);
    }
    cr_assert_lt(updated_s[WASMTUBE_PIPELINED], updated_s[WASMTUBE_SEQUENTIAL]);
    cr_assert_lt(updated_s[WASMTUBE_PUSH_FLOOD], updated_s[WASMTUBE_PIPELINED]);
}

Test(wasmtube, always_the_registry_sends_more)
{
    struct wasmtube_config c = config(WASMTUBE_FLOOD);
    struct model_result near = run(&c, 1);
    c.source = WASMTUBE_REGISTRY;
    struct model_result far = run(&c, 1);
    cr_assert_gt(value(&far, "update_bytes"), value(&near, "update_bytes"));
    expect_equal(&far, "update_bytes", 42. * (64 + 364) + 24 * 64);
    drive_forget(&near);
    drive_forget(&far);
}

/* ---- links that fail ---- */

static void no_call(void *context, const struct wasmtube_call *call, uint32_t node,
                    enum wasmtube_fate fate, sim_time delay_ns, sim_time now)
{
    (void)context, (void)call, (void)node, (void)fate, (void)delay_ns, (void)now;
}

static void no_bytes(void *context, uint32_t node, sim_time now, int64_t bytes)
{
    (void)context, (void)node, (void)now, (void)bytes;
}

static void no_update(void *context, uint32_t node, sim_time now)
{
    (void)context, (void)node, (void)now;
}

/* One node and the registry, up and down for half a minute in turn; a second a message. */
static void run_world(struct wasmtube_world *w, struct wasmtube_spec *s, struct mesh *mesh,
                      uint32_t replication, int64_t image_bytes)
{
    static const struct wasmtube_observer nobody = {NULL, no_call, no_bytes, no_bytes, no_update};
    const struct mesh_registries registry = {.at = &(uint32_t){0}, .count = 1};
    struct mesh_error error;
    bool done = false;
    cr_assert_eq(mesh_init_grid(mesh, 1, 1, &registry, &error), SIM_OK);
    *s = (struct wasmtube_spec){
        .mesh = mesh,
        .duration_ns = 1000 * SIM_S,
        .bandwidth_bps = 8000,
        .mtbf_ns = 30 * SIM_S,
        .mttr_ns = 30 * SIM_S,
        .interval = constant(2000 * SIM_S),
        .method = image_bytes > 0 ? WASMTUBE_FIRMWARE : WASMTUBE_FLOOD,
        .at_ns = 100 * SIM_S,
        .poll_ns = SIM_S,
        .header_bytes = 1000,
        .firmware_bytes = image_bytes,
    };
    cr_assert_eq(wasmtube_world_init(w, s, 1, replication, &nobody), SIM_OK);
    cr_assert_eq(wasmtube_world_run(w, UINT64_MAX, &done), SIM_OK);
}

/* The news, given to a link that is down, go when it is back; given to one that is up, at once. */
Test(wasmtube, a_link_that_is_down_holds_what_it_is_given)
{
    uint32_t held = 0;
    for (uint32_t i = 1; i <= 40; i++) {
        struct wasmtube_world w;
        struct wasmtube_spec s;
        struct mesh mesh;
        struct outage o;
        run_world(&w, &s, &mesh, i, 0);
        wasmtube_world_outages(&w, 0, &o);
        sim_time start = 100 * SIM_S;
        while (outage_is_down(&o, start) || o.until < start + SIM_S) {
            start = o.until;
        }
        held += start > 100 * SIM_S;
        cr_assert_eq(w.place[0].update.told, start + SIM_S);
        wasmtube_world_deinit(&w);
        mesh_deinit(&mesh);
    }
    cr_assert(held > 5 && held < 35, "%u", held);
}

/* Nineteen seconds and a header's one: each attempt that an outage ends costs what went over. */
Test(wasmtube, a_link_that_fails_under_an_image_sends_it_anew)
{
    uint32_t anew = 0;
    for (uint32_t i = 1; i <= 40; i++) {
        struct wasmtube_world w;
        struct wasmtube_spec s;
        struct mesh mesh;
        struct outage o;
        run_world(&w, &s, &mesh, i, 19000);
        wasmtube_world_outages(&w, 0, &o);
        sim_time start = 100 * SIM_S, wasted = 0;
        while (outage_is_down(&o, start) || o.until < start + 20 * SIM_S) {
            wasted += o.is_down ? 0 : o.until - start;
            start = o.until;
        }
        anew += wasted > 0;
        cr_assert_eq(w.place[0].update.arrived, start + 20 * SIM_S);
        cr_assert_float_eq((double)w.lost_bytes, (double)wasted / 1e6, 40);
        cr_assert_eq(w.tx_bytes, w.lost_bytes + 20000);
        wasmtube_world_deinit(&w);
        mesh_deinit(&mesh);
    }
    cr_assert_gt(anew, 5);
}

/* ---- properties ---- */

static struct wasmtube_config random_config(struct rng *r)
{
    struct wasmtube_config c = config((enum wasmtube_method)rng_below(r, 3));
    c.columns = (uint32_t)rng_between(r, 1, 6);
    c.rows = (uint32_t)rng_between(r, 1, 5);
    c.attached_to = (uint32_t)rng_between(r, 1, c.columns * (int64_t)c.rows);
    c.hop_delay_ns = rng_between(r, 0, 5 * SIM_S);
    c.bandwidth_bps = rng_below(r, 4) == 0 ? 0 : rng_between(r, 100, 1000000);
    c.interval.low = c.interval.high = rng_between(r, SIM_S / 10, 100 * SIM_S);
    c.at_ns = rng_between(r, 0, 290 * SIM_S);
    c.swap_ns = rng_between(r, 0, 60 * SIM_S);
    c.poll_ns = rng_between(r, SIM_S, 100 * SIM_S);
    c.reboot_ns = rng_between(r, 0, 100 * SIM_S);
    c.firmware_bytes = rng_between(r, 0, 1000000);
    c.fetch = (enum wasmtube_fetch)rng_below(r, 2);
    c.push = (enum wasmtube_push)rng_below(r, 3);
    c.source = (enum wasmtube_from)rng_below(r, 2);
    c.mtbf_ns = rng_below(r, 2) == 0 ? 0 : rng_between(r, SIM_S, 200 * SIM_S);
    c.mttr_ns = rng_between(r, SIM_MS, 50 * SIM_S);
    c.energy =
        (struct energy_rates){rng_unit(r), rng_unit(r), rng_unit(r) * 1e-6, rng_unit(r) * 1e-6};
    return c;
}

/* What each node and each way of a link spent. */
struct spent {
    double nodes_j, links_j;
};

static void hear_spent(void *context, size_t table, const union store_cell *cell)
{
    struct spent *s = context;
    if (table == WASMTUBE_TABLE_NODE) {
        s->nodes_j += cell[3].real + cell[4].real + cell[5].real + cell[6].real;
    } else if (table == WASMTUBE_TABLE_LINK) {
        s->links_j += cell[4].real;
    }
}

static void expect_energy(const struct wasmtube_config *c, const struct model_head *h, uint32_t i)
{
    struct spent spent = {0, 0};
    const struct model_listener listener = {.context = &spent, .row = hear_spent};
    struct model_result r;
    drive_model(&wasmtube_model, h, c, i, 0, &listener, &r);
    const double sent = value(&r, "sent_j"), received = value(&r, "received_j");
    const double idle = value(&r, "idle_j"), total = value(&r, "energy_j");
    cr_assert(energy_is_near(total, value(&r, "compute_j") + idle + sent + received));
    cr_assert(energy_is_near(total, spent.nodes_j));
    cr_assert(energy_is_near(idle, c->columns * c->rows * c->energy.idle_w *
                                       (double)h->duration_ns / 1e9));
    const double bits = 8 * (value(&r, "tx_bytes") * c->energy.sent_bit_j +
                             value(&r, "rx_bytes") * c->energy.received_bit_j);
    cr_assert(energy_is_near(spent.links_j, bits), "links: %.12g J, not %.12g J", spent.links_j,
              bits);
    cr_assert_leq(sent + received, bits * (1 + 1e-9), "the registry's part is its own");
    drive_expect_energy_over_time(&wasmtube_model, &r);
    drive_forget(&r);
}

static void expect_books(const struct wasmtube_config *c, uint32_t i, uint64_t *work)
{
    struct model_head h = head();
    h.duration_ns = 300 * SIM_S;
    struct model_result r;
    struct model_result again;
    drive_model(&wasmtube_model, &h, c, i, 0, NULL, &r);
    drive_model(&wasmtube_model, &h, c, i, 7, NULL, &again);
    cr_assert_str_eq(r.books, "");
    cr_assert_eq(r.digest, again.digest);
    cr_assert_eq(value(&r, "calls_after"), value(&r, "fresh") + value(&r, "stale") +
                                               value(&r, "lost") + value(&r, "pending"));
    cr_assert_leq(value(&r, "rx_bytes") + value(&r, "lost_bytes"), value(&r, "tx_bytes"));
    cr_assert(c->mtbf_ns > 0 || value(&r, "lost_bytes") + value(&r, "link_down_share") == 0);
    cr_assert(c->method == WASMTUBE_FIRMWARE ? value(&r, "delayed") == 0 : value(&r, "lost") == 0);
    cr_assert(*work == 0 || *work == r.work_digest, "the work depends on the method");
    *work = r.work_digest;
    drive_forget(&r);
    drive_forget(&again);
}

Test(wasmtube, books_of_500_random_settings)
{
    struct rng chance;
    rng_init(&chance, 4, 0, 0, RNG_TEST);
    for (uint32_t i = 1; i <= 500; i++) {
        struct wasmtube_config c = random_config(&chance);
        uint64_t work = 0;
        for (int method = WASMTUBE_FLOOD; method <= WASMTUBE_FIRMWARE; method++) {
            c.method = (enum wasmtube_method)method;
            expect_books(&c, i, &work);
            expect_energy(&c,
                          &(struct model_head){.name = "wasmtube",
                                               .duration_ns = 300 * SIM_S,
                                               .bin_ns = 10 * SIM_S,
                                               .seed = 1,
                                               .replications = 500},
                          i);
        }
    }
}

/* ---- what is claimed ---- */

static double mean_of(enum wasmtube_method method, const char *name)
{
    const struct wasmtube_config c = config(method);
    double sum = 0;
    for (uint32_t i = 1; i <= 40; i++) {
        struct model_result r = run(&c, i);
        sum += value(&r, name);
        drive_forget(&r);
    }
    return sum / 40;
}

Test(wasmtube, claims)
{
    static const struct {
        enum wasmtube_method method;
        const char *name;
        double low, high;
    } claim[] = {
        {WASMTUBE_FLOOD, "stale", 0, 1},
        {WASMTUBE_FLOOD, "lost", 0, 0},
        {WASMTUBE_FLOOD, "delayed", 13, 15.5},
        {WASMTUBE_FLOOD, "delay_mean_s", 1.55, 1.85},
        {WASMTUBE_FLOOD, "update_bytes", 10e3, 14e3},
        {WASMTUBE_FLOOD, "updated_s", 26, 36},
        {WASMTUBE_POLL, "stale", 29, 43},
        {WASMTUBE_POLL, "lost", 0, 0},
        {WASMTUBE_POLL, "delayed", 13, 15.5},
        {WASMTUBE_POLL, "delay_mean_s", 1.5, 1.8},
        {WASMTUBE_POLL, "update_bytes", 112e3, 138e3},
        {WASMTUBE_POLL, "updated_s", 66, 79},
        {WASMTUBE_FIRMWARE, "stale", 310, 420},
        {WASMTUBE_FIRMWARE, "lost", 10, 15.5},
        {WASMTUBE_FIRMWARE, "delayed", 0, 0},
        {WASMTUBE_FIRMWARE, "update_bytes", 20.5e6, 21.5e6},
        {WASMTUBE_FIRMWARE, "updated_s", 670, 700},
    };
    for (size_t i = 0; i < sizeof claim / sizeof *claim; i++) {
        const double mean = mean_of(claim[i].method, claim[i].name);
        cr_expect(mean >= claim[i].low && mean <= claim[i].high, "%d %s: %.4f", claim[i].method,
                  claim[i].name, mean);
    }
}
