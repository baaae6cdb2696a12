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
#include "sim/engine/memory.h"

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

static const uint32_t *ways_to(struct world *w, uint32_t origin)
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

/* ---- what an answer costs belongs to its hops ---- */

/* The answers to one flood. */
struct answers {
    struct express_hop *hop; /* by how many they take */
    uint32_t reach;          /* the most of those that the run sees leave */
    uint32_t end;            /* the first step that it does not see, if it matters; else 0 */
    struct express_turn *turn;
    uint32_t turns;
    struct express_answer *turning; /* those that turn, or are cut off by the run's end */
    uint32_t turning_count;
    const uint16_t *hops;      /* of a node, to the origin */
    const uint32_t *next;      /* of a node, on its way there */
    struct express_flow *late; /* of a node */
};

/* Answers that leave before a step and are back in it or later are on their way then. */
static void mark_turning(const struct answers *a, uint32_t step)
{
    for (uint32_t hops = (step + 1) / 2; hops < step && hops <= a->reach; hops++) {
        a->hop[hops].turns = 1;
    }
}

/*
 * From a step on the bin is another one: what leaves then, or is on its way, weighs so much more
 * from there on. Returns when the last bin has begun.
 */
static struct express_clock find_turns(const struct world *w, struct answers *a,
                                       struct express_clock c)
{
    const sim_time hop = w->spec.traffic.hop_delay_ns;
    const sim_time start = c.at;
    const uint32_t last = a->end != 0 ? a->end - 1 : 2 * a->reach;
    for (uint32_t step = 0; (last - step) * hop > c.bin_end - c.at;) {
        const struct express_clock old = c;
        step += (uint32_t)((c.bin_end - c.at) / hop) + 1;
        (void)express_set_clock(&c, w, start + step * hop);
        const uint64_t more = c.weight - old.weight;
        a->turn[a->turns++] = (struct express_turn){.more = more, .step = step, .bin = old.bin};
        mark_turning(a, step);
        for (uint32_t hops = step; hops <= a->reach; hops++) {
            a->hop[hops].leaves.weight += more;
        }
    }
    return c;
}

/* A node answers. The origin does not, nor does who is out of reach: nothing is added then. No
 * branch says which answers turn: nobody could foretell that. */
static SIM_ALWAYS_INLINE void add(struct answers *a, uint32_t node)
{
    const uint32_t hops = a->hops[node];
    struct express_hop *hop = &a->hop[hops];
    express_add_flow(&a->late[node], &hop->leaves);
    hop->answers++;
    a->turning[a->turning_count] = (struct express_answer){.node = node, .hops = hops};
    a->turning_count += hop->turns;
}

static void gather(const struct world *w, const struct express_flood *f, struct answers *all)
{
    const struct mesh *mesh = w->spec.mesh;
    const uint64_t *answers = f->answers;
    const uint32_t words = w->express->answer_words;
    struct answers a = *all;
    if (f->ttl == 1) { /* there are fewer neighbours than words */
        for (uint32_t l = mesh->first[f->origin]; l < mesh->first[f->origin + 1]; l++) {
            if (express_bit(answers, mesh->link[l].to)) {
                add(&a, mesh->link[l].to);
            }
        }
    } else {
        for (uint32_t i = 0; i < words; i++) {
            for (uint64_t word = answers[i]; word != 0; word &= word - 1) {
                add(&a, 64 * i + (uint32_t)__builtin_ctzll(word));
            }
        }
    }
    all->turning_count = a.turning_count;
}

/* ---- on the way ---- */

/* It comes to a node in another bin: that has received it so, which is not as it was sent. */
static void turn(struct express *x, const struct answers *a, const struct express_answer *answer)
{
    for (uint32_t i = 0; i < a->turns; i++) {
        const struct express_turn *t = &a->turn[i];
        if (answer->hops < t->step && t->step <= 2 * answer->hops) {
            const uint32_t node = farther(a->next, answer->node, t->step - answer->hops);
            a->late[node].weight += t->more;
            x->turned[node] += t->more;
        }
    }
}

/* The run ends before it comes to a node: it was sent there, and is not received. */
static void cut(struct world *w, const struct answers *a, const struct express_answer *answer,
                uint64_t weight)
{
    const uint64_t bytes = w->express->have_bytes;
    if (2 * answer->hops < a->end) {
        return;
    }
    const uint32_t sender = farther(a->next, answer->node, a->end - answer->hops - 1);
    const uint32_t node = a->next[sender];
    a->late[node].messages--;
    a->late[node].weight -= weight;
    w->node[node].traffic.rx_messages--;
    w->node[node].traffic.rx_bytes -= bytes;
    w->node[node].happenings.received[WIRE_HAVE] -= happenings_traffic(weight, bytes);
    express_cut_off(w, sender, WIRE_HAVE, bytes, 1);
}

/* ---- bins ---- */

/* Transmissions of a flood's answers before some step. */
struct before {
    uint64_t sent, received;
};

static struct before before(const struct answers *a, uint32_t step)
{
    const uint32_t back = (step - 1) / 2 < a->reach ? (step - 1) / 2 : a->reach;
    const uint32_t away = step - 1 < a->reach ? step - 1 : a->reach;
    struct before before = {0};
    uint64_t on_their_way = 0;
    for (uint32_t hops = 1; hops <= back; hops++) {
        before.sent += (uint64_t)a->hop[hops].answers * hops;
    }
    for (uint32_t hops = back + 1; hops <= away; hops++) {
        before.sent += (uint64_t)a->hop[hops].answers * (step - hops);
        on_their_way += a->hop[hops].answers;
    }
    before.received = before.sent - on_their_way;
    return before;
}

/* What comes to pass from one step to another. */
static void add_to_bin(struct world *w, uint32_t bin, struct before from, struct before to)
{
    express_add_to_bin(w, bin, to.sent - from.sent, to.received - from.received,
                       w->express->have_bytes);
}

/* What registries send is in no bin. */
static void spare_registries(struct world *w, const struct express_flood *f,
                             const struct answers *a)
{
    const struct express *x = w->express;
    for (uint32_t node = x->registry; node < x->nodes; node++) {
        if (express_bit(f->answers, node) && a->hops[node] <= a->reach) {
            const sim_time way = a->hops[node] * w->spec.traffic.hop_delay_ns;
            w->bin[express_start_clock(w, f->start.at + way).bin].bytes -= x->have_bytes;
        }
    }
}

static void add_to_bins(struct world *w, const struct answers *a, uint32_t last_bin)
{
    struct before done = {0};
    for (uint32_t i = 0; i < a->turns; i++) {
        const struct before next = before(a, a->turn[i].step);
        add_to_bin(w, a->turn[i].bin, done, next);
        done = next;
    }
    add_to_bin(w, last_bin, done, before(a, a->end != 0 ? a->end : 2 * a->reach + 1));
}

void express_expect_answers(const struct world *w, uint32_t origin)
{
    const struct express *x = w->express;
    const size_t row = (size_t)origin * x->nodes;
    memory_fetch(&x->late[row], x->nodes * sizeof *x->late);
    memory_fetch(&w->spec.mesh->hops[row], x->nodes * sizeof *w->spec.mesh->hops);
}

void express_account_answers(struct world *w, const struct express_flood *f)
{
    struct express *x = w->express;
    const sim_time steps = (w->spec.duration_ns - f->start.at) / w->spec.traffic.hop_delay_ns;
    ASSERT(f->origin < x->registry); /* that asks nobody */
    struct answers a = {
        .hop = x->hop,
        .reach = f->reach < steps ? f->reach : (uint32_t)steps,
        .turn = x->turn,
        .turning = x->turning,
        .hops = &w->spec.mesh->hops[(size_t)f->origin * x->nodes],
        .next = ways_to(w, f->origin),
        .late = &x->late[(size_t)f->origin * x->nodes],
    };
    a.end = 2 * (sim_time)a.reach > steps ? (uint32_t)steps + 1 : 0;
    for (uint32_t hops = 1; hops <= a.reach; hops++) {
        a.hop[hops] = (struct express_hop){.leaves = {.messages = 1, .weight = f->start.weight}};
    }
    const struct express_clock last = find_turns(w, &a, f->start);
    mark_turning(&a, a.end);
    gather(w, f, &a);
    for (uint32_t i = 0; i < a.turning_count; i++) {
        turn(x, &a, &a.turning[i]);
        if (SIM_UNLIKELY(a.end != 0)) {
            cut(w, &a, &a.turning[i], last.weight);
        }
    }
    add_to_bins(w, &a, last.bin);
    if (w->spec.setup->protocol.registry_answers) {
        spare_registries(w, f, &a);
    }
    memset(&a.hop[1], 0, a.reach * sizeof *a.hop);
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
        express_add_flow(&x->came[node], flow);
        express_add_flow(flow, &late[node]);
        express_add_flow(&x->went[node], flow);
        express_add_flow(&x->flow[next[node]], flow);
        if (w->spec.counts_links) {
            express_over_link(w, node, express_link(w, node, origin), flow->messages,
                              flow->messages * x->have_bytes);
        }
    }
    express_add_flow(&x->came[origin], &x->flow[origin]);
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
