/*
 * The network against theory: retransmission against the geometric law, a node's core 0 against
 * M/D/1 and, with a bounded queue, M/D/1/K; housekeeping against the Poisson process. Means over
 * independent replications must have what theory says within their 99 % confidence interval.
 */
#include <criterion/criterion.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_statistics.h>
#include <math.h>
#include <stdio.h>

#include "tests/support/chance.h"
#include "tests/support/trial.h"

enum { REPLICATIONS = 20 };

static void expect_mean(const char *what, const double *value, double theory, double width)
{
    const double mean = gsl_stats_mean(value, 1, REPLICATIONS);
    const double half = chance_half_width(value, REPLICATIONS, 0.99);
    cr_log_info("%s: %.6g +- %.2g, theory says %.6g", what, mean, half, theory);
    cr_expect(fabs(mean - theory) <= half, "%s: %.6g +- %.2g, theory says %.6g", what, mean, half,
              theory);
    cr_expect(half < width * theory, "%s: +- %g is too wide to say anything", what, half);
}

/* ---- retransmission ---- */

#define LOSS 0.2
#define RETRIES 3

static const char lossy[] = "format: 1\nduration: 600 s\nvariants: [nimble]\nseed: 4\n"
                            "mesh: {loss: 20 %, retries: 3, hop_delay: 10 ms, ack_time: 15 ms}\n";

/* Copies by how often they were sent before, and the last ones lost, of one replication. */
static void count_copies(uint32_t replication, double *sent_per_copy, double *lost_for_good)
{
    struct trial t;
    trial_open(&t, "lossy.yaml", lossy, "nimble", replication, NULL);
    trial_run(&t);
    uint64_t sent = 0;
    uint64_t resent = 0;
    uint64_t came = 0;
    for (uint32_t i = 0; i < t.plan.setup.node_count; i++) {
        const struct world_account a = world_account(t.world, i);
        sent += a.tx_messages;
        resent += a.resent;
        came += a.rx_messages;
    }
    char text[256];
    cr_assert(world_audit(t.world, text, sizeof text), "%s", text);
    *sent_per_copy = (double)sent / (double)(sent - resent);
    *lost_for_good = 1 - (double)came / (double)(sent - resent);
    trial_close(&t);
}

/* P(k transmissions) = p^(k-1) (1-p), cut off behind R + 1 of them; lost for good: p^(R+1). What is
 * on its way at the end, some ten of 100,000 copies, is less than the interval tells apart. */
Test(theory_network, a_copy_is_sent_as_often_as_the_geometric_law_says)
{
    double sent[REPLICATIONS];
    double lost[REPLICATIONS];
    for (uint32_t i = 0; i < REPLICATIONS; i++) {
        count_copies(i + 1, &sent[i], &lost[i]);
    }
    expect_mean("transmissions a copy", sent, (1 - pow(LOSS, RETRIES + 1)) / (1 - LOSS), 0.01);
    expect_mean("lost for good", lost, pow(LOSS, RETRIES + 1), 0.1);
}

Test(theory_network, each_attempt_of_a_copy_has_luck_of_its_own)
{
    enum { COPIES = 100000, MOST = 6 };
    struct trial t;
    trial_open(&t, "lossy.yaml", lossy, "nimble", 1, NULL);
    double count[MOST + 1] = {0};
    for (uint32_t i = 0; i < COPIES; i++) {
        const struct wire_message m = {.kind = WIRE_GET, .origin = 3, .request = i};
        uint32_t k = 0;
        while (k < MOST && radio_loses(t.world, 5, (sim_time)k * 1000, k, &m)) {
            k++;
        }
        count[k]++;
    }
    double chi = 0;
    for (int k = 0; k <= MOST; k++) {
        const double p = k < MOST ? pow(LOSS, k) * (1 - LOSS) : pow(LOSS, MOST);
        chi += (count[k] - COPIES * p) * (count[k] - COPIES * p) / (COPIES * p);
    }
    const double chance = gsl_cdf_chisq_Q(chi, MOST);
    cr_expect_gt(chance, 0.01, "chi-square %g: a chance of %g", chi, chance);
    trial_close(&t);
}

/* What is lost at t on a link leaves it again when it should have come and ack_time has passed. */
struct expected {
    struct due {
        sim_time at;
        uint32_t node, peer;
        uint64_t bytes;
        int kind;
    } due[4096];
    size_t count;
    uint64_t met;
};

static void await(void *context, const struct world_event *e)
{
    struct expected *x = context;
    if (e->kind != WORLD_EV_SENT && e->kind != WORLD_EV_LOST) {
        return;
    }
    for (size_t i = 0; i < x->count; i++) {
        const struct due *d = &x->due[i];
        if (d->at == e->at && d->node == e->node && d->peer == e->peer && d->bytes == e->bytes &&
            d->kind == e->detail) {
            x->due[i] = x->due[--x->count];
            x->met++;
            break;
        }
    }
    if (e->kind == WORLD_EV_LOST) {
        cr_assert_lt(x->count, sizeof x->due / sizeof x->due[0]);
        x->due[x->count++] =
            (struct due){e->at + 25 * SIM_MS, e->node, e->peer, e->bytes, e->detail};
    }
}

Test(theory_network, what_is_lost_is_sent_again_when_its_acknowledgement_is_overdue)
{
    static struct expected x;
    const struct world_observer observer = {.event = await, .context = &x};
    struct trial t;
    trial_open(&t, "lossy.yaml",
               "format: 1\nduration: 100 s\nvariants: [nimble]\n"
               "mesh: {loss: 20 %, retries: 255, hop_delay: 10 ms, ack_time: 15 ms}\n",
               "nimble", 1, &observer);
    trial_run(&t);
    uint64_t resent = 0;
    for (uint32_t i = 0; i < t.plan.setup.node_count; i++) {
        resent += world_account(t.world, i).resent;
    }
    cr_expect_gt(resent, 1000);
    cr_expect_eq(x.met, resent);
    cr_expect_lt(x.count, 10, "%zu were never sent again", x.count);
    trial_close(&t);
}

Test(theory_network, acknowledgements_are_all_that_retries_add_where_nothing_is_lost)
{
    static const char plain[] = "format: 1\nduration: 300 s\nvariants: [nimble]\n";
    static const char careful[] = "format: 1\nduration: 300 s\nvariants: [nimble]\n"
                                  "mesh: {retries: 7, ack_size: 20 B}\n";
    struct trial a;
    struct trial b;
    trial_open(&a, "plain.yaml", plain, "nimble", 1, NULL);
    trial_open(&b, "careful.yaml", careful, "nimble", 1, NULL);
    trial_run(&a);
    trial_run(&b);
    uint64_t added = 0;
    uint64_t copies = 0;
    for (uint32_t i = 0; i < a.plan.setup.node_count; i++) {
        const struct world_account x = world_account(a.world, i);
        const struct world_account y = world_account(b.world, i);
        cr_expect_eq(x.tx_messages, y.tx_messages);
        cr_expect_eq(y.resent, 0);
        added += y.tx_bytes - x.tx_bytes;
        copies += x.rx_messages;
    }
    cr_expect_eq(added, 20 * copies);
    cr_expect_eq(world_totals(a.world)->response_ns, world_totals(b.world)->response_ns);
    trial_close(&a);
    trial_close(&b);
}

/* Who hears a broadcast does not acknowledge it; what is sent to one node is. */
Test(theory_network, nobody_acknowledges_a_broadcast)
{
    struct trial t;
    trial_open(&t, "air.yaml",
               "format: 1\nduration: 300 s\nvariants: [nimble]\n"
               "mesh: {retries: 7}\nprotocol: {accounting: broadcast}\n",
               "nimble", 1, NULL);
    trial_run(&t);
    uint64_t acks = 0;
    uint64_t unicast = 0;
    for (uint32_t i = 0; i < t.plan.setup.node_count; i++) {
        acks += t.world->node[i].traffic.acks_sent;
        unicast += t.world->node[i].traffic.rx_messages;
    }
    cr_expect_gt(acks, 1000);
    cr_expect_lt(acks, unicast / 2, "%lu of %lu", acks, unicast);
    trial_close(&t);
}

/* ---- core 0: node 1 hears the registry and node 2, which both do nothing but housekeeping ---- */

/* Robots that call after the run, and a Poisson process from each neighbour. */
static const char quiet[] =
    "format: 1\nvariants: [nimble]\nduration: %u s\nbin: 10 s\nseed: 2\n"
    "robots: {count: 1, trigger: 8760 h}\n"
    "nodes: {columns: 2, rows: 1, frame_time: %s, receive_queue: %s}\n"
    "floor: {width: 40 m, height: 20 m}\n"
    "mesh: {hop_delay: 100 ms, housekeeping: {interval: {exponential: 10 ms}, size: 70 B}}\n";

struct core0 {
    double wait_s, overflow;
    double frames; /* that came */
};

static struct core0 core0_of(uint32_t node, uint32_t seconds, const char *frame_time,
                             const char *queue, uint32_t replication)
{
    char text[1024];
    (void)snprintf(text, sizeof text, quiet, seconds, frame_time, queue);
    struct trial t;
    trial_open(&t, "quiet.yaml", text, "nimble", replication, NULL);
    trial_run(&t);
    const struct world_account a = world_account(t.world, node);
    const double came = (double)(a.frames + a.overflowed);
    const struct core0 seen = {
        .wait_s = (double)a.frames_waited_ns / (double)a.frames / (double)SIM_S,
        .overflow = (double)a.overflowed / came,
        .frames = came,
    };
    char wrong[256];
    cr_assert(world_audit(t.world, wrong, sizeof wrong), "%s", wrong);
    cr_assert_eq(a.overflowed_bytes, 70 * a.overflowed);
    trial_close(&t);
    return seen;
}

/* Pollaczek and Khinchine for a constant service of d seconds at load rho. */
static double md1_wait_s(double rho, double d)
{
    return rho * d / (2 * (1 - rho));
}

static void expect_md1(uint32_t node, const char *frame_time, double d, double rho)
{
    double wait[REPLICATIONS];
    for (uint32_t i = 0; i < REPLICATIONS; i++) {
        wait[i] = core0_of(node, 500, frame_time, "unlimited", i + 1).wait_s;
    }
    expect_mean("wait for core 0", wait, md1_wait_s(rho, d), 0.05);
}

Test(theory_network, a_frame_waits_for_core_0_as_in_md1)
{
    expect_md1(0, "2500 us", 0.0025, 0.5);
    expect_md1(0, "4 ms", 0.004, 0.8);
    expect_md1(1, "7 ms", 0.007, 0.7); /* node 2 has one neighbour */
}

/*
 * The chain embedded at the ends of services: from no frame held the next one finds those that came
 * during its service, else one less than before is carried over. The share that finds no room is
 * 1 - 1 / (pi_0 + rho).
 */
static double md1k_overflow(double rho, uint32_t k)
{
    double p[16] = {1};
    for (int round = 0; round < 20000; round++) {
        double next[16] = {0};
        for (uint32_t i = 0; i < k; i++) {
            const uint32_t left = i == 0 ? 0 : i - 1;
            double rest = p[i];
            for (uint32_t a = 0; left + a < k - 1; a++) {
                const double came = p[i] * gsl_ran_poisson_pdf(a, rho);
                next[left + a] += came;
                rest -= came;
            }
            next[k - 1] += rest;
        }
        for (uint32_t i = 0; i < k; i++) {
            p[i] = next[i];
        }
    }
    return 1 - 1 / (p[0] + rho);
}

static void expect_md1k(const char *frame_time, double rho, const char *queue, uint32_t k)
{
    double overflow[REPLICATIONS];
    for (uint32_t i = 0; i < REPLICATIONS; i++) {
        overflow[i] = core0_of(0, 500, frame_time, queue, i + 1).overflow;
    }
    expect_mean("overflow", overflow, md1k_overflow(rho, k), 0.05);
}

Test(theory_network, frames_overflow_as_in_md1k)
{
    expect_md1k("4 ms", 0.8, "1", 1); /* Erlang's loss formula: rho / (1 + rho) */
    cr_expect_float_eq(md1k_overflow(0.8, 1), 0.8 / 1.8, 1e-12);
    expect_md1k("4 ms", 0.8, "4", 4);
    expect_md1k("7 ms", 1.4, "5", 5);
}

Test(theory_network, housekeeping_comes_as_often_as_a_poisson_process)
{
    double frames[REPLICATIONS];
    for (uint32_t i = 0; i < REPLICATIONS; i++) {
        frames[i] = core0_of(0, 500, "1 us", "unlimited", i + 1).frames;
    }
    expect_mean("frames", frames, 500 * 2 / 0.01, 0.01);
}

/* ---- delays that vary ---- */

static double share_below(const char *delay, double quantile_ns, double *mean_ns)
{
    enum { DRAWS = 40000 };
    char text[256];
    (void)snprintf(text, sizeof text, "format: 1\nmesh: {hop_delay: %s}\n", delay);
    struct trial t;
    trial_open(&t, "varied.yaml", text, "nimble", 1, NULL);
    uint32_t below = 0;
    double sum = 0;
    for (uint32_t i = 0; i < DRAWS; i++) {
        const struct wire_message m = {.kind = WIRE_HAVE, .origin = i, .request = 9};
        const sim_time drawn = radio_delay(t.world, i % 7, 1000, i % 3, &m);
        cr_assert_eq(drawn, radio_delay(t.world, i % 7, 1000, i % 3, &m), "asked twice");
        cr_assert_gt(drawn, 0);
        below += (double)drawn < quantile_ns;
        sum += (double)drawn;
    }
    trial_close(&t);
    *mean_ns = sum / DRAWS;
    return (double)below / DRAWS;
}

/* 40,000 draws: five standard errors of a share are at most 0.0125. */
Test(theory_network, a_hop_takes_as_long_as_its_distribution_says)
{
    double mean = 0;
    cr_expect_float_eq(share_below("{uniform: [50 ms, 150 ms]}", 75e6, &mean), 0.25, 0.0125);
    cr_expect_float_eq(mean, 100e6, 1e6);
    cr_expect_float_eq(share_below("{exponential: 100 ms}", 100e6, &mean), 1 - exp(-1), 0.0125);
    cr_expect_float_eq(mean, 100e6, 3e6);
    cr_expect_float_eq(share_below("{normal: [100 ms, 10 ms]}", 110e6, &mean),
                       gsl_cdf_ugaussian_P(1), 0.0125);
    cr_expect_float_eq(share_below("{lognormal: [80 ms, 0.5]}", 80e6, &mean), 0.5, 0.0125);
    cr_expect_float_eq(mean, 80e6 * exp(0.125), 2e6);
    cr_expect_float_eq(share_below("{empirical: [5 ms, 10 ms, 200 ms, 10 ms]}", 9e6, &mean), 0.25,
                       0.0125);
    cr_expect_float_eq(mean, 56.25e6, 2e6);
}

/* Messages sent over one link, in the order of sending; heard in another. */
struct order {
    uint64_t sent, heard;
    uint64_t bytes[64]; /* sent over the link from node 1 to node 2 and not heard yet */
    size_t count;
    uint64_t overtaken;
};

static void look_at_order(void *context, const struct world_event *e)
{
    struct order *o = context;
    if (e->kind == WORLD_EV_SENT && e->node == 0 && e->peer == 1) {
        cr_assert_lt(o->count, sizeof o->bytes / sizeof o->bytes[0]);
        o->bytes[o->count++] = e->bytes << 8 | (uint64_t)e->detail;
    } else if (e->kind == WORLD_EV_RECEIVED && e->node == 1 && e->peer == 0) {
        const uint64_t heard = e->bytes << 8 | (uint64_t)e->detail;
        size_t at = 0;
        while (at < o->count && o->bytes[at] != heard) {
            at++;
        }
        cr_assert_lt(at, o->count, "heard what was never sent");
        o->overtaken += at > 0;
        for (o->count--; at < o->count; at++) {
            o->bytes[at] = o->bytes[at + 1];
        }
    }
}

Test(theory_network, where_delays_vary_a_message_overtakes_another)
{
    static struct order o;
    const struct world_observer observer = {.event = look_at_order, .context = &o};
    struct trial t;
    trial_open(&t, "varied.yaml",
               "format: 1\nduration: 600 s\nmesh: {hop_delay: {uniform: [50 ms, 150 ms]}}\n",
               "nimble", 1, &observer);
    trial_run(&t);
    cr_expect_gt(o.overtaken, 10);
    trial_close(&t);
}
