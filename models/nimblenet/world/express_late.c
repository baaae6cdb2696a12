/*
 * What the answers to floods cost, most of which come too late for whoever asked. All of them that
 * go to one origin share a tree of routes: so how many begin at a node is noted, and at the end
 * each node passes on what it has sent itself and what has come from farther out.
 */
#include <string.h>

#include "models/nimblenet/world/express_state.h"

/* Answers to an origin are first heard of. */
static SIM_COLD void find_ways(struct world *w, uint32_t origin)
{
    struct express *x = w->express;
    x->has_late[origin] = true;
    for (uint32_t node = 0; node < x->nodes; node++) {
        x->next[(size_t)origin * x->nodes + node] =
            node != origin ? express_towards(w, node, origin) : origin;
    }
}

/* A node's place on the way to an origin, so many hops on. */
static uint32_t farther(const struct express *x, uint32_t node, uint32_t origin, uint32_t hops)
{
    const uint32_t *next = &x->next[(size_t)origin * x->nodes];
    while (hops-- > 0) {
        node = next[node];
    }
    return node;
}

/*
 * What is on its way when the bin changes: from there on it weighs as much as in the new one, and
 * whoever receives it then has received that, not what was sent.
 */
static void turn(struct world *w, uint32_t origin, uint32_t node, uint64_t more)
{
    struct express *x = w->express;
    if (node != origin) {
        x->late[(size_t)origin * x->nodes + node].weight += more;
    }
    w->node[node].happenings.received[WIRE_HAVE] += happenings_traffic(more, x->have_bytes);
}

static void add_to_bin(struct world *w, uint32_t bin, uint64_t sent, uint64_t received,
                       uint64_t bytes)
{
    w->bin[bin].bytes += (sent + received) * bytes;
    w->bin[bin].rx_bytes += received * bytes;
}

/* On its way the bin changes: bin by bin. */
static SIM_NOINLINE void account_turns(struct world *w, uint32_t origin, uint32_t node,
                                       struct express_clock c, uint64_t times)
{
    struct express *x = w->express;
    const sim_time hop = w->spec.traffic.hop_delay_ns;
    const uint64_t bytes = times * x->have_bytes;
    uint32_t left = express_hops(w, origin, node);
    w->bin[c.bin].bytes -= node >= x->registry ? bytes : 0;
    while (left * hop > c.bin_end - c.at) {
        const uint32_t steps = (uint32_t)((c.bin_end - c.at) / hop) + 1;
        add_to_bin(w, c.bin, steps, steps - 1, bytes);
        node = farther(x, node, origin, steps);
        left -= steps;
        const uint64_t before = c.weight;
        (void)express_set_clock(&c, w, c.at + steps * hop);
        add_to_bin(w, c.bin, 0, 1, bytes);
        turn(w, origin, node, times * (c.weight - before));
    }
    add_to_bin(w, c.bin, left, left, bytes);
}

/* Answers that change their bin once at most are added to the bins together. */
static void flush(struct world *w, struct express_late *late)
{
    const uint64_t bytes = late->answers * w->express->have_bytes;
    if (late->answers == 0) {
        return;
    }
    if (late->turn_hops == 0) {
        add_to_bin(w, late->start.bin, late->hops, late->hops, bytes);
    } else {
        const uint32_t left = late->hops - late->turn_hops;
        add_to_bin(w, late->start.bin, late->turn_hops, late->turn_hops - 1, bytes);
        add_to_bin(w, late->turn.bin, left, left + 1, bytes);
    }
    late->answers = 0;
}

/* When they first come to a node in another bin. */
static void find_turn(struct world *w, struct express_late *late)
{
    const sim_time hop = w->spec.traffic.hop_delay_ns;
    const sim_time in_bin = late->start.bin_end - late->start.at;
    late->turn_hops = 0;
    late->turns_again = false;
    if (late->hops * hop > in_bin) {
        late->turn_hops = (uint32_t)(in_bin / hop) + 1;
        late->turn = late->start;
        (void)express_set_clock(&late->turn, w, late->start.at + late->turn_hops * hop);
        late->turns_again =
            (late->hops - late->turn_hops) * hop > late->turn.bin_end - late->turn.at;
    }
}

/* What is the same of all answers to a flood over so many hops. */
static SIM_NOINLINE void prepare(struct world *w, const struct express_flood *f, uint32_t hops,
                                 struct express_late *late)
{
    flush(w, late);
    late->hops = hops;
    const sim_time way = hops * w->spec.traffic.hop_delay_ns;
    const sim_time at = f->start.at + way;
    late->flood = f->sequence;
    late->start = f->start;
    (void)express_set_clock(&late->start, w, at);
    late->is_cut = way > w->spec.duration_ns - at;
    if (!late->is_cut) {
        find_turn(w, late);
    }
    if (!w->express->has_late[f->origin]) {
        find_ways(w, f->origin);
    }
}

void express_account_late(struct world *w, const struct express_flood *f, uint32_t node,
                          uint32_t hops, bool is_back)
{
    struct express *x = w->express;
    ASSERT(f->origin < x->registry); /* that asks nobody */
    struct express_late *late = &x->late_by_hops[hops];
    if (late->flood != f->sequence) {
        prepare(w, f, hops, late);
    }
    if (SIM_UNLIKELY(late->is_cut)) {
        express_account_cut(w, node, f->origin, f->start.at + hops * w->spec.traffic.hop_delay_ns,
                            WIRE_HAVE, x->have_bytes, is_back);
        return;
    }
    const uint64_t times = is_back ? UINT64_MAX : 1;
    const size_t place = (size_t)f->origin * x->nodes + node;
    x->late[place].messages += times;
    x->late[place].weight += times * late->start.weight;
    if (late->turn_hops > 0) {
        account_turns(w, f->origin, node, late->start, times);
        return;
    }
    const uint32_t counted = node >= x->registry ? hops - 1 : hops;
    add_to_bin(w, late->start.bin, counted, hops, times * x->have_bytes);
}

void express_note_holders(struct world *w, const struct express_flood *f)
{
    struct express *x = w->express;
    const uint32_t *holder = &x->holder[(size_t)f->tasklet * x->nodes];
    const uint32_t holders = x->holders[f->tasklet];
    const size_t row = (size_t)f->origin * x->nodes;
    const uint16_t *hops = &w->spec.mesh->hops[row];
    for (uint32_t i = 0; i < holders; i++) {
        const uint32_t node = holder[i];
        const uint32_t k = hops[node];
        if (k > f->reach || k == 0) {
            continue;
        }
        if (SIM_UNLIKELY(k <= f->in_time)) {
            express_set_answers(w, f, node, true);
        }
        struct express_late *late = &x->late_by_hops[k];
        if (SIM_UNLIKELY(late->flood != f->sequence)) {
            prepare(w, f, k, late);
        }
        if (SIM_UNLIKELY(late->is_cut || late->turns_again)) {
            express_account_late(w, f, node, k, false);
            continue;
        }
        x->late[row + node].messages++;
        x->late[row + node].weight += late->start.weight;
        late->answers++;
        if (late->turn_hops > 0) {
            turn(w, f->origin, farther(x, node, f->origin, late->turn_hops),
                 late->turn.weight - late->start.weight);
        }
    }
}

/* ---- the end ---- */

/* All nodes by their hops from an origin: x->by_hops. */
static void sort_by_hops(struct world *w, uint32_t origin)
{
    struct express *x = w->express;
    uint32_t *first = x->first_of;
    memset(first, 0, (x->diameter + 2) * sizeof *first);
    for (uint32_t node = 0; node < x->nodes; node++) {
        first[express_hops(w, origin, node) + 1]++;
    }
    for (uint32_t hops = 0; hops <= x->diameter; hops++) {
        first[hops + 1] += first[hops];
    }
    for (uint32_t node = 0; node < x->nodes; node++) {
        x->by_hops[first[express_hops(w, origin, node)]++] = node;
    }
}

/* A node's messages towards an origin come to the next one. */
static void settle_hop(struct world *w, uint32_t origin, uint32_t node)
{
    struct express *x = w->express;
    const size_t place = (size_t)origin * x->nodes + node;
    const uint64_t messages = x->flow[node].messages + x->late[place].messages;
    const uint64_t weight = x->flow[node].weight + x->late[place].weight;
    const uint64_t account = happenings_traffic(weight, x->have_bytes);
    const uint32_t to = x->next[place];
    struct world_node *sender = &w->node[node];
    struct world_node *receiver = &w->node[to];
    sender->traffic.tx_messages += messages;
    sender->traffic.tx_bytes += messages * x->have_bytes;
    sender->happenings.sent[WIRE_HAVE] += account;
    express_copied(w, node, express_link(w, node, origin), messages, messages * x->have_bytes);
    receiver->traffic.rx_messages += messages;
    receiver->traffic.rx_bytes += messages * x->have_bytes;
    receiver->happenings.received[WIRE_HAVE] += account;
    x->flow[to].messages += messages;
    x->flow[to].weight += weight;
}

static void settle_origin(struct world *w, uint32_t origin)
{
    struct express *x = w->express;
    memset(x->flow, 0, x->nodes * sizeof *x->flow);
    sort_by_hops(w, origin);
    for (uint32_t i = x->nodes; i-- > 1;) { /* the first is the origin */
        settle_hop(w, origin, x->by_hops[i]);
    }
}

void express_settle_late(struct world *w)
{
    for (uint32_t hops = 0; hops <= w->express->diameter; hops++) {
        flush(w, &w->express->late_by_hops[hops]);
    }
    for (uint32_t origin = 0; origin < w->express->nodes; origin++) {
        if (w->express->has_late[origin]) {
            settle_origin(w, origin);
        }
    }
}
