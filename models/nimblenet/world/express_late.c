/*
 * What the answers to floods cost, most of which come too late for whoever asked. All of them that
 * go to one origin share a tree of routes: so how many begin at a node is noted, and at the end
 * each node passes on what it has sent itself and what has come from farther out.
 *
 * Times are steps of the hop delay from a flood's start: an answer leaves a node of k hops in step
 * k, and is back in step 2k.
 */
#include <string.h>

#include "models/nimblenet/world/express_state.h"

/* Answers to an origin are first heard of. */
static SIM_COLD void find_ways(struct world *w, uint32_t origin)
{
    struct express *x = w->express;
    const struct mesh *mesh = w->spec.mesh;
    const uint16_t *hops = &mesh->hops[(size_t)origin * x->nodes];
    uint32_t *next = &x->next[(size_t)origin * x->nodes];
    x->has_ways[origin] = true;
    for (uint32_t node = 0; node < x->nodes; node++) {
        uint32_t l = mesh->first[node];
        while (node != origin && hops[mesh->link[l].to] >= hops[node]) {
            l++;
        }
        next[node] = node != origin ? mesh->link[l].to : origin; /* express_towards() */
    }
}

const uint32_t *express_ways_to(struct world *w, uint32_t origin)
{
    if (SIM_UNLIKELY(!w->express->has_ways[origin])) {
        find_ways(w, origin);
    }
    return &w->express->next[(size_t)origin * w->express->nodes];
}

/* A node's place on its way, so many hops on. */
static uint32_t farther(const uint32_t *next, uint32_t node, uint32_t hops)
{
    while (hops-- > 0) {
        node = next[node];
    }
    return node;
}

/* ---- who answers a flood ---- */

/* The answers to one flood that the run sees leave. */
struct answers {
    struct express_answer *answer;
    uint32_t count, reach;
    struct express_flow one;   /* of them, that leaves in the flood's bin */
    const uint16_t *hops;      /* of a node, to the origin */
    const uint32_t *next;      /* of a node, to the origin */
    struct express_flow *late; /* of a node, to the origin */
};

/* Transmissions of a flood's answers before some step. */
struct before {
    uint64_t sent, received;
};

static void add_flow(struct express_flow *to, const struct express_flow *flow)
{
    to->messages += flow->messages;
    to->weight += flow->weight;
}

/* A node answers: as though that came within the flood's bin. How many hops it takes. Where answers
 * may turn or be cut off, they are listed for that. */
static SIM_ALWAYS_INLINE uint32_t add(struct answers *a, uint32_t node, bool lists)
{
    const uint32_t hops = a->hops[node];
    if (SIM_UNLIKELY(hops - 1 >= a->reach)) { /* the origin, too */
        return 0;
    }
    if (lists) {
        a->answer[a->count++] = (struct express_answer){.node = node, .hops = hops};
    }
    add_flow(&a->late[node], &a->one);
    return hops;
}

static SIM_ALWAYS_INLINE struct before gather(struct world *w, const struct express_flood *f,
                                              struct answers *all, bool lists)
{
    const struct express *x = w->express;
    const struct mesh *mesh = w->spec.mesh;
    const uint64_t *answers = express_answers_of(x, f);
    struct answers a = *all;
    uint64_t hops = 0;
    if (a.reach == 1) { /* there are fewer neighbours than words */
        for (uint32_t l = mesh->first[f->origin]; l < mesh->first[f->origin + 1]; l++) {
            const uint32_t node = mesh->link[l].to;
            hops += express_bit(answers, node) ? add(&a, node, lists) : 0;
        }
    } else {
        for (uint32_t i = 0; i < x->answer_words; i++) {
            for (uint64_t word = answers[i]; word != 0; word &= word - 1) {
                hops += add(&a, 64 * i + (uint32_t)__builtin_ctzll(word), lists);
            }
        }
    }
    all->count = a.count;
    return (struct before){.sent = hops, .received = hops};
}

/* ---- what they cost ---- */

static void add_to_bin(struct world *w, uint32_t bin, uint64_t sent, uint64_t received)
{
    const uint64_t bytes = w->express->have_bytes;
    w->bin[bin].bytes += (sent + received) * bytes;
    w->bin[bin].rx_bytes += received * bytes;
}

/*
 * From a step on the bin is another one: what leaves then, or is on its way, weighs so much more
 * from there on; and whoever receives it then has received that, not what was sent. No branch says
 * which it is: nobody could foretell that.
 */
static struct before turn(struct express *x, const struct answers *a, uint32_t step, uint64_t more)
{
    struct before before = {0};
    uint32_t turning = 0;
    for (uint32_t i = 0; i < a->count; i++) {
        const uint32_t hops = a->answer[i].hops;
        const uint32_t left = hops < step ? step - hops : 0; /* on its way then */
        a->late[a->answer[i].node].weight += left == 0 ? more : 0;
        before.sent += left < hops ? left : hops;
        x->turning[turning] = (struct express_answer){.node = a->answer[i].node, .hops = left};
        turning += left != 0 && left <= hops;
    }
    before.received = before.sent - turning;
    for (uint32_t i = 0; i < turning; i++) {
        const uint32_t node = farther(a->next, x->turning[i].node, x->turning[i].hops);
        a->late[node].weight += more;
        x->turned[node] += more;
    }
    return before;
}

/* The run ends before a step: what is on its way then was sent, and is not received. */
static struct before cut(struct world *w, const struct answers *a, uint32_t step, uint64_t weight)
{
    const uint64_t bytes = w->express->have_bytes;
    struct before before = {0};
    for (uint32_t i = 0; i < a->count; i++) {
        const uint32_t hops = a->answer[i].hops;
        if (2 * hops < step) {
            before.sent += hops;
            before.received += hops;
            continue;
        }
        const uint32_t sender = farther(a->next, a->answer[i].node, step - hops - 1);
        const uint32_t node = a->next[sender];
        before.sent += step - hops;
        before.received += step - hops - 1;
        a->late[node].messages--;
        a->late[node].weight -= weight;
        w->node[node].traffic.rx_messages--;
        w->node[node].traffic.rx_bytes -= bytes;
        w->node[node].happenings.received[WIRE_HAVE] -= happenings_traffic(weight, bytes);
        express_cut_off(w, sender, WIRE_HAVE, bytes, 1);
    }
    return before;
}

/* What registries send is in no bin. */
static void spare_registries(struct world *w, const struct express_flood *f,
                             const struct answers *a)
{
    for (uint32_t i = 0; i < a->count; i++) {
        if (a->answer[i].node >= w->express->registry) {
            const sim_time way = a->answer[i].hops * w->spec.traffic.hop_delay_ns;
            w->bin[express_start_clock(w, f->start.at + way).bin].bytes -= w->express->have_bytes;
        }
    }
}

void express_account_answers(struct world *w, const struct express_flood *f)
{
    struct express *x = w->express;
    const sim_time hop = w->spec.traffic.hop_delay_ns;
    const sim_time steps = (w->spec.duration_ns - f->start.at) / hop; /* that the run sees */
    ASSERT(f->origin < x->registry);                                  /* that asks nobody */
    struct answers a = {
        .answer = x->answering,
        .reach = f->reach < steps ? f->reach : (uint32_t)steps,
        .one = {.messages = 1, .weight = f->start.weight},
        .hops = &w->spec.mesh->hops[(size_t)f->origin * x->nodes],
        .next = express_ways_to(w, f->origin),
        .late = &x->late[(size_t)f->origin * x->nodes],
    };
    struct before done = {0};
    struct express_clock c = f->start;
    const uint32_t last = 2 * a.reach < steps ? 2 * a.reach : (uint32_t)steps;
    const bool lists = last * hop > c.bin_end - c.at || 2 * a.reach > steps ||
                       w->spec.setup->protocol.registry_answers;
    struct before all = lists ? gather(w, f, &a, true) : gather(w, f, &a, false);
    for (uint32_t step = 0; (last - step) * hop > c.bin_end - c.at;) {
        const struct express_clock old = c;
        step += (uint32_t)((c.bin_end - c.at) / hop) + 1;
        (void)express_set_clock(&c, w, f->start.at + step * hop);
        const struct before before = turn(x, &a, step, c.weight - old.weight);
        add_to_bin(w, old.bin, before.sent - done.sent, before.received - done.received);
        done = before;
    }
    if (SIM_UNLIKELY(2 * a.reach > steps)) {
        all = cut(w, &a, (uint32_t)steps + 1, c.weight);
    }
    add_to_bin(w, c.bin, all.sent - done.sent, all.received - done.received);
    if (w->spec.setup->protocol.registry_answers) {
        spare_registries(w, f, &a);
    }
}

/* ---- the end ---- */

/* All nodes by their hops from an origin: x->by_hops. */
static void sort_by_hops(struct world *w, uint32_t origin)
{
    struct express *x = w->express;
    const uint16_t *hops = &w->spec.mesh->hops[(size_t)origin * x->nodes];
    uint32_t *first = x->first_of;
    memset(first, 0, (x->diameter + 2) * sizeof *first);
    for (uint32_t node = 0; node < x->nodes; node++) {
        first[hops[node] + 1]++;
    }
    for (uint32_t k = 0; k <= x->diameter; k++) {
        first[k + 1] += first[k];
    }
    for (uint32_t node = 0; node < x->nodes; node++) {
        x->by_hops[first[hops[node]]++] = node;
    }
}

/* What a node receives of all that goes to an origin, it passes on with its own. */
static void settle_origin(struct world *w, uint32_t origin)
{
    struct express *x = w->express;
    const struct express_flow *late = &x->late[(size_t)origin * x->nodes];
    const uint32_t *next = &x->next[(size_t)origin * x->nodes];
    memset(x->flow, 0, x->nodes * sizeof *x->flow);
    sort_by_hops(w, origin);
    for (uint32_t i = x->nodes; i-- > 1;) { /* the first is the origin */
        const uint32_t node = x->by_hops[i];
        struct express_flow *flow = &x->flow[node];
        add_flow(&x->came[node], flow);
        add_flow(flow, &late[node]);
        add_flow(&x->went[node], flow);
        add_flow(&x->flow[next[node]], flow);
        if (w->spec.counts_links) {
            express_over_link(w, node, express_link(w, node, origin), flow->messages,
                              flow->messages * x->have_bytes);
        }
    }
    add_flow(&x->came[origin], &x->flow[origin]);
}

static void settle_node(struct world *w, uint32_t node)
{
    const struct express *x = w->express;
    struct world_node *n = &w->node[node];
    n->traffic.tx_messages += x->went[node].messages;
    n->traffic.tx_bytes += x->went[node].messages * x->have_bytes;
    n->happenings.sent[WIRE_HAVE] += happenings_traffic(x->went[node].weight, x->have_bytes);
    n->traffic.rx_messages += x->came[node].messages;
    n->traffic.rx_bytes += x->came[node].messages * x->have_bytes;
    n->happenings.received[WIRE_HAVE] +=
        happenings_traffic(x->came[node].weight + x->turned[node], x->have_bytes);
    n->traffic.copies_bytes += x->went[node].messages * x->have_bytes;
}

void express_settle_late(struct world *w)
{
    for (uint32_t origin = 0; origin < w->express->nodes; origin++) {
        if (w->express->has_ways[origin]) {
            settle_origin(w, origin);
        }
    }
    for (uint32_t node = 0; node < w->express->nodes; node++) {
        settle_node(w, node);
    }
}
