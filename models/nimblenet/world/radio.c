/*
 * What may happen to a message on links that are not plain: it waits for the link, takes a time
 * that is drawn, is lost, leaves again; and waits for the node, or finds no room there.
 */
#include "models/nimblenet/world/world_state.h"

static void note(struct world *w, enum world_event_kind kind, sim_time now, uint32_t node,
                 uint32_t peer, const struct wire_message *m, uint64_t bytes)
{
    const struct world_event event = {
        .at = now,
        .kind = kind,
        .node = node,
        .peer = peer,
        .tasklet = m->tasklet,
        .call_id = UINT64_MAX,
        .bytes = bytes,
        .detail = m->kind,
        .ttl = m->ttl,
    };
    w->spec.observer.event(w->spec.observer.context, &event);
}

/* The copy itself, for who wants to see its bytes. */
static void show(const struct world *w, enum world_event_kind kind, sim_time now, uint32_t link,
                 uint32_t attempt, const struct wire_message *m, uint64_t bytes)
{
    const struct world_frame frame = {
        .at = now,
        .kind = kind,
        .link = link,
        .attempt = attempt,
        .message = m,
        .bytes = bytes,
        .handled_at = now,
        .has_false_binary = rumour_is_false(w, m),
    };
    w->spec.observer.frame(w->spec.observer.context, &frame);
}

static bool is_shown(const struct world *w)
{
    return SIM_UNLIKELY(w->spec.observer.frame != NULL);
}

/* The direction of a link by which it came to this node's port. */
static uint32_t way_to(const struct world *w, uint32_t node, uint32_t port)
{
    const struct mesh *mesh = w->spec.mesh;
    const struct mesh_link back = mesh->link[mesh->first[node] + port];
    return mesh->first[back.to] + back.port_there;
}

/* Later than any run ends, and far from where adding a delay would overflow. */
#define AFTER_ALL (SIM_TIME_NEVER / 2)

/* What the file of a graph says of a link, else what the scenario says of all. 0: unlimited. */
static double bandwidth_of(const struct world *w, uint32_t link)
{
    const struct mesh_traits *t = w->spec.mesh->traits;
    return t != NULL && t[link].bandwidth_bps >= 0 ? t[link].bandwidth_bps
                                                   : (double)w->spec.traffic.bandwidth_bps;
}

static double loss_of(const struct world *w, uint32_t link)
{
    const struct mesh_traits *t = w->spec.mesh->traits;
    return t != NULL && t[link].loss >= 0 ? t[link].loss : w->spec.traffic.loss;
}

/* When a message of that size has left a link that may still be busy with earlier ones. */
static sim_time leave_link(const struct world *w, uint32_t link, sim_time *free, sim_time now,
                           uint64_t bytes)
{
    ASSERT(now >= 0 && *free >= 0);
    const double bps = bandwidth_of(w, link);
    if (!(bps > 0)) {
        return now;
    }
    const sim_time start = *free > now ? *free : now;
    const double ns = (double)bytes * 8e9 / bps;
    *free = ns < (double)(AFTER_ALL - start) ? start + (sim_time)ns : AFTER_ALL;
    return *free;
}

/* A frame's argument: the port that it comes in by, and how often its copy was sent before. */
static uint32_t frame_arg(uint32_t port, uint32_t attempt)
{
    ASSERT(port <= UINT16_MAX && attempt <= UINT16_MAX);
    return port | attempt << 16;
}

static uint16_t port_of(uint32_t arg)
{
    return (uint16_t)arg;
}

static uint32_t attempt_of(uint32_t arg)
{
    return arg >> 16;
}

static void carry(struct world *w, uint32_t from, uint32_t to, sim_time at, enum world_kind kind,
                  uint32_t arg, const struct wire_message *m)
{
    struct ev_slot *slot = engine_prepare(&w->engine, from, to, at, EV_RISING, kind, arg);
    if (SIM_LIKELY(slot != NULL)) {
        memcpy(slot->payload, m, sizeof *m);
    }
}
_Static_assert(sizeof(struct wire_message) <= EV_PAYLOAD_BYTES, "a message fits into an event");

/*
 * Drawn by name, not in turn: a copy that nobody draws for shifts no other's luck. The message is
 * (origin, request, kind, destination, epoch); the same one on the same link at another time, or at
 * another attempt, is another copy. Streams have a last word of 0, so that no number is shared with
 * them.
 */
void radio_draw(const struct world *w, enum purposes purpose, uint32_t link, sim_time now,
                uint32_t attempt, const struct wire_message *m, uint64_t word[4])
{
    const uint64_t key[2] = {w->spec.robots.seed, w->spec.robots.replication};
    const uint64_t name[4] = {
        (uint64_t)m->origin << 32 | m->request,
        (uint64_t)link << 32 | m->destination,
        (uint64_t)now,
        (uint64_t)attempt << 48 | (uint64_t)purpose << 40 | (uint64_t)m->kind << 32 | m->epoch,
    };
    rng_philox4x64(name, key, word);
}

static bool happens(const struct world *w, double share, enum purposes purpose, uint32_t link,
                    sim_time now, uint32_t attempt, const struct wire_message *m)
{
    uint64_t word[4];
    if (share <= 0) {
        return false;
    }
    radio_draw(w, purpose, link, now, attempt, m, word);
    return (double)(word[0] >> 11) * 0x1p-53 < share;
}

bool radio_loses(const struct world *w, uint32_t link, sim_time now, uint32_t attempt,
                 const struct wire_message *m)
{
    return happens(w, loss_of(w, link), PURPOSES_LINK_LOSS, link, now, attempt, m);
}

/* Which bit of a spoilt copy is another one. It is named by when it comes, which all know who have
 * to do with it. */
static uint32_t spoilt_bit(const struct world *w, uint32_t link, sim_time at, uint32_t attempt,
                           const struct wire_message *m)
{
    uint64_t word[4];
    radio_draw(w, PURPOSES_SPOILT_BIT, link, at, attempt, m, word);
    return (uint32_t)(word[0] % (8 * (WIRE_HEADER_BYTES + (uint64_t)wire_payload_length(m))));
}

sim_time radio_constant_delay(const struct mesh *mesh, const struct traffic_spec *t, uint32_t link)
{
    if (mesh->traits != NULL && mesh->traits[link].delay_s >= 0) {
        const sim_time given = (sim_time)(mesh->traits[link].delay_s * 1e9 + 0.5);
        return given < 1 ? 1 : given;
    }
    return traffic_delay_varies(t) ? -1 : t->hop_delay_ns;
}

/* A distribution may want any number of draws, so the name's draw names a stream. */
sim_time radio_delay(const struct world *w, uint32_t link, sim_time now, uint32_t attempt,
                     const struct wire_message *m)
{
    const struct traffic_spec *t = &w->spec.traffic;
    const sim_time constant = radio_constant_delay(w->spec.mesh, t, link);
    if (constant >= 0) {
        return constant;
    }
    uint64_t word[4];
    radio_draw(w, PURPOSES_LINK_DELAY, link, now, attempt, m, word);
    struct rng chance = {.key = {word[0], word[1]}, .counter = {0, word[2], word[3], 1}, .used = 4};
    const sim_time delay = dist_draw(&t->hop_delay, &chance);
    return delay < 1 ? 1 : delay < AFTER_ALL / 2 ? delay : AFTER_ALL / 2;
}

static void count_lost(struct world *w, uint32_t node, sim_time now, uint8_t kind, uint64_t bytes)
{
    struct world_node *n = &w->node[node];
    (void)world_bin_at(w, n, now);
    n->traffic.lost_bytes += bytes;
    n->happenings.lost[kind] += happenings_traffic(n->bin_weight, bytes);
}

static void count_link(const struct world *w, struct world_node *n, uint32_t port, uint64_t bytes,
                       bool lost)
{
    if (w->spec.counts_links) {
        n->link[port].messages++;
        n->link[port].tx_bytes += bytes;
        n->link[port].lost_bytes += lost ? bytes : 0;
    }
}

/* It will come for certain, so it is counted when what it acknowledges leaves. */
static void expect_ack(struct world *w, uint32_t node, sim_time now)
{
    struct world_node *n = &w->node[node];
    n->traffic.acks_received++;
    struct world_bin *bin = world_bin_at(w, n, now);
    bin->bytes += w->spec.traffic.ack_bytes;
    bin->rx_bytes += w->spec.traffic.ack_bytes;
}

static void send_ack(struct world *w, uint32_t node, sim_time now, uint16_t port)
{
    struct world_node *n = &w->node[node];
    n->traffic.acks_sent++;
    world_bin_at(w, n, now)->bytes += w->spec.traffic.ack_bytes;
    if (w->spec.counts_links) {
        n->link[port].tx_bytes += w->spec.traffic.ack_bytes;
    }
}

/* Whether the link is down now, which both directions of it are at once, or the receiver then. */
static bool is_cut(const struct world *w, uint32_t node, uint32_t link, sim_time now, sim_time then)
{
    if (w->spec.outages == NULL) {
        return false;
    }
    const struct mesh *mesh = w->spec.mesh;
    const struct mesh_link l = mesh->link[link];
    const uint32_t direction = node < l.to ? link : mesh->first[l.to] + l.port_there;
    return fault_is_down(w, mesh->node_count + direction, now) || fault_is_down(w, l.to, then) ||
           fault_is_down(w, node, now); /* a registry's news of an update: nobody hears it */
}

/* A copy under way. */
struct copy {
    const struct wire_message *m;
    uint64_t bytes;
    uint32_t node, port, link, attempt;
    sim_time now, at; /* leaves, comes */
};

/* Housekeeping is nobody's business but the radio's. */
static bool suffers(const struct world *w, double share, enum purposes purpose,
                    const struct copy *c)
{
    return c->m->kind != TRAFFIC_CHATTER &&
           happens(w, share, purpose, c->link, c->now, c->attempt, c->m);
}

/* Later ones may overtake it. */
static sim_time held_back(struct world *w, const struct copy *c)
{
    const struct traffic_spec *t = &w->spec.traffic;
    const bool is_late = suffers(w, t->reordering, PURPOSES_LINK_REORDERING, c);
    w->node[c->node].traffic.reordered += is_late;
    return is_late ? t->reordering_ns : 0;
}

/* Its bits change on the way: the receiver's radio sees that, and acknowledges nothing. What
 * comes is an event in either half, though nothing but a border of the receiver's has to do with
 * it: figures tell of the moment of a run's last event. */
static bool is_corrupted(struct world *w, const struct copy *c, uint32_t to, uint16_t port_there)
{
    if (!suffers(w, w->spec.traffic.corruption, PURPOSES_LINK_CORRUPTION, c)) {
        return false;
    }
    w->node[c->node].traffic.corrupted++;
    carry(w, c->node, to, c->at, WORLD_SPOILT, frame_arg(port_there, c->attempt), c->m);
    return true;
}

static void show_spoilt(const struct world *w, const struct copy *c)
{
    const struct world_frame frame = {
        .at = c->now,
        .kind = WORLD_EV_LOST,
        .link = c->link,
        .attempt = c->attempt,
        .message = c->m,
        .bytes = c->bytes,
        .handled_at = c->now,
        .has_false_binary = rumour_is_false(w, c->m),
        .is_spoilt = true,
        .spoilt_bit = spoilt_bit(w, c->link, c->at, c->attempt, c->m),
    };
    w->spec.observer.frame(w->spec.observer.context, &frame);
}

/* A copy that leaves once more, though nothing was wrong with the first: as by a sender that has
 * missed its acknowledgement. It is not sent again should it be lost. */
#define SECOND_COPY 0x8000u

static void duplicate(struct world *w, const struct copy *c)
{
    if (c->attempt < SECOND_COPY &&
        suffers(w, w->spec.traffic.duplication, PURPOSES_LINK_DUPLICATION, c)) {
        struct world_node *n = &w->node[c->node];
        n->traffic.duplicated++;
        world_count_sent(w, n, c->now, c->m->kind, c->bytes, 1, 1);
        radio_transmit(w, c->node, c->now, c->port, c->attempt | SECOND_COPY, c->m, c->bytes);
    }
}

/* When it comes, unless it is lost. */
static sim_time arrival(struct world *w, const struct copy *c)
{
    const bool free_hop = w->spec.traffic.first_hop_is_free && c->m->origin == c->node;
    sim_time *free = w->node[c->node].link_free;
    const sim_time left =
        free != NULL ? leave_link(w, c->link, &free[c->port], c->now, c->bytes) : c->now;
    const sim_time delay = free_hop ? 0 : radio_delay(w, c->link, c->now, c->attempt, c->m);
    return left + delay + held_back(w, c);
}

/* One copy over one link, with all that may happen to it there. */
void radio_transmit(struct world *w, uint32_t node, sim_time now, uint32_t port, uint32_t attempt,
                    const struct wire_message *m, uint64_t bytes)
{
    ASSERT(node < w->spec.mesh->node_count && port < mesh_degree(w->spec.mesh, node));
    const struct traffic_spec *t = &w->spec.traffic;
    const uint32_t link_index = w->spec.mesh->first[node] + port;
    const struct mesh_link link = w->spec.mesh->link[link_index];
    struct copy copy = {m, bytes, node, port, link_index, attempt, now, now};
    const bool is_acknowledged = traffic_is_acknowledged(t, m);
    copy.at = arrival(w, &copy);

    const bool gone =
        is_cut(w, node, link_index, now, copy.at) || radio_loses(w, link_index, now, attempt, m);
    const bool spoilt = !gone && is_corrupted(w, &copy, link.to, (uint16_t)link.port_there);
    const bool lost = gone || spoilt;
    count_link(w, &w->node[node], port, bytes, lost);
    if (w->spec.observer.event != NULL) {
        note(w, lost ? WORLD_EV_LOST : WORLD_EV_SENT, now, node, link.to, m, bytes);
    }
    if (is_shown(w) && spoilt) {
        show_spoilt(w, &copy);
    } else if (is_shown(w)) {
        show(w, lost ? WORLD_EV_LOST : WORLD_EV_SENT, now, link_index, attempt, m, bytes);
    }
    if (lost) {
        count_lost(w, node, now, m->kind, bytes);
        if (is_acknowledged && attempt < t->retries) {
            carry(w, node, node, copy.at + t->ack_ns, WORLD_RESEND, frame_arg(port, attempt + 1),
                  m);
        }
    } else {
        if (is_acknowledged) {
            expect_ack(w, node, now);
        }
        carry(w, node, link.to, copy.at, WORLD_FRAME, frame_arg(link.port_there, attempt), m);
    }
    duplicate(w, &copy);
}

void radio_on_resend(struct engine *e, void *context, const struct engine_event *ev)
{
    (void)e;
    struct world *w = context;
    const struct wire_message *m = ev->payload;
    const uint64_t bytes = traffic_bytes(&w->spec.traffic, m);
    if (fault_is_down(w, ev->self, ev->now)) {
        return;
    }
    w->node[ev->self].traffic.resent++;
    world_count_sent(w, &w->node[ev->self], ev->now, m->kind, bytes, 1, 1);
    radio_transmit(w, ev->self, ev->now, port_of(ev->arg), attempt_of(ev->arg), m, bytes);
}

/* ---- what comes ---- */

/* The core never has it. */
static void refuse(struct world *w, const struct engine_event *ev, enum driver_refusal why)
{
    const struct driver *d = &w->driver;
    if (d->refuse == NULL) {
        return;
    }
    const uint16_t port = port_of(ev->arg);
    const uint32_t bit = why == DRIVER_SPOILT ? spoilt_bit(w, way_to(w, ev->self, port), ev->now,
                                                           attempt_of(ev->arg), ev->payload)
                                              : 0;
    const enum sim_status status =
        d->refuse(d->context, ev->self, ev->now, port, why, bit, ev->payload);
    if (status != SIM_OK) {
        engine_fail(&w->engine, status);
    }
}

void radio_on_spoilt(struct engine *e, void *context, const struct engine_event *ev)
{
    (void)e;
    refuse(context, ev, DRIVER_SPOILT);
}

/* The core has the frame now. */
static void hear(struct world *w, const struct engine_event *ev)
{
    const struct wire_message *m = ev->payload;
    if (m->destination == ev->self && rumour_is_false(w, m)) {
        refuse(w, ev, DRIVER_FALSE);
        return;
    }
    const struct node_event frame = {.kind = NODE_FRAME, .port = port_of(ev->arg), .frame = m};
    world_step_node(w, &w->node[ev->self], ev->now, &frame);
}

/* Nobody has it: its sender will see that, and try again. */
static void overflow(struct world *w, const struct engine_event *ev, uint64_t bytes)
{
    const struct traffic_spec *t = &w->spec.traffic;
    const struct wire_message *m = ev->payload;
    struct traffic_account *a = &w->node[ev->self].traffic;
    const uint32_t attempt = attempt_of(ev->arg);
    a->overflowed++;
    a->overflowed_bytes += bytes;
    if (w->spec.observer.event != NULL) {
        note(w, WORLD_EV_OVERFLOWED, ev->now, ev->self, ev->source, m, bytes);
    }
    if (is_shown(w)) {
        show(w, WORLD_EV_OVERFLOWED, ev->now, way_to(w, ev->self, port_of(ev->arg)), attempt, m,
             bytes);
    }
    if (traffic_is_acknowledged(t, m) && attempt < t->retries) {
        const struct mesh *mesh = w->spec.mesh;
        const struct mesh_link back = mesh->link[mesh->first[ev->self] + port_of(ev->arg)];
        carry(w, ev->self, back.to, ev->now + t->ack_ns, WORLD_RESEND,
              frame_arg(back.port_there, attempt + 1), m);
    }
}

static void show_taken_in(const struct world *w, const struct engine_event *ev, uint64_t bytes,
                          sim_time handled_at)
{
    const struct world_frame frame = {
        .at = ev->now,
        .kind = WORLD_EV_RECEIVED,
        .link = way_to(w, ev->self, port_of(ev->arg)),
        .attempt = attempt_of(ev->arg),
        .message = ev->payload,
        .bytes = bytes,
        .handled_at = handled_at,
        .behind_chatter_ns = handled_at > ev->now ? w->node[ev->self].inbox.behind_chatter_ns : 0,
        .has_false_binary = rumour_is_false(w, ev->payload),
    };
    w->spec.observer.frame(w->spec.observer.context, &frame);
}

/* Takes a frame in that comes at now. When it will have been handled, or -1 for want of room. */
static sim_time take_in(struct world *w, uint32_t node, sim_time now, bool is_chatter)
{
    const struct traffic_spec *t = &w->spec.traffic;
    struct traffic_inbox *b = &w->node[node].inbox;
    if (t->queue_frames > 0 && b->held >= t->queue_frames) {
        return -1;
    }
    const sim_time start = pause_begin(w, node, b->free_at > now ? b->free_at : now);
    b->held++;
    b->handled++;
    b->waited_ns += start - now;
    b->free_at = pause_work(w, node, start, t->frame_ns);
    const sim_time bare = pause_begin(w, node, b->bare_at > now ? b->bare_at : now);
    b->behind_chatter_ns = start - bare;
    b->bare_at = pause_work(w, node, bare, is_chatter ? 0 : t->frame_ns);
    return b->free_at;
}

/* A frame on links that are not plain: it may have to wait for the node, or find no room there. */
void radio_take_in(struct world *w, const struct engine_event *ev)
{
    const struct traffic_spec *t = &w->spec.traffic;
    const struct wire_message *m = ev->payload;
    const uint64_t bytes = traffic_copy_bytes(t, m);
    if (traffic_is_acknowledged(t, m)) {
        send_ack(w, ev->self, ev->now, port_of(ev->arg));
    }
    const bool is_chatter = m->kind == TRAFFIC_CHATTER;
    struct traffic_inbox *inbox = &w->node[ev->self].inbox;
    const bool waits = t->frame_ns > 0 || inbox->held > 0 || pause_is_on(w, ev->self, ev->now);
    const sim_time done = waits ? take_in(w, ev->self, ev->now, is_chatter) : ev->now;
    if (done < 0) {
        overflow(w, ev, bytes);
        return;
    }
    world_count_received(w, &w->node[ev->self], ev->now, m->kind, bytes);
    if (w->spec.observer.event != NULL) {
        note(w, WORLD_EV_RECEIVED, ev->now, ev->self, ev->source, m, bytes);
    }
    if (is_shown(w)) {
        show_taken_in(w, ev, bytes, done);
    }
    if (waits) {
        carry(w, ev->self, ev->self, done, WORLD_HANDLED,
              frame_arg(port_of(ev->arg), w->node[ev->self].boots), m);
    } else if (!is_chatter) {
        hear(w, ev);
    }
}

void radio_on_handled(struct engine *e, void *context, const struct engine_event *ev)
{
    (void)e;
    struct world *w = context;
    const struct wire_message *m = ev->payload;
    if ((uint16_t)w->node[ev->self].boots != ev->arg >> 16) {
        w->node[ev->self].inbox.forsaken--;
        return;
    }
    w->node[ev->self].inbox.held--;
    if (m->kind != TRAFFIC_CHATTER) {
        hear(w, ev);
    }
}

/* ---- housekeeping: what every node sends to all its neighbours, whatever robots do ---- */

static void arrange_chatter(struct world *w, uint32_t node, sim_time now, uint32_t number)
{
    const sim_time gap = dist_draw(&w->spec.traffic.chatter_gap, &w->node[node].chatter);
    if (gap < w->spec.duration_ns - now) {
        (void)engine_schedule(&w->engine, node, node, now + gap + 1, EV_ANY_ORDER, WORLD_CHATTER,
                              number, NULL, 0);
    }
}

/* Nobody starts with all others: the first one comes after a part of a gap. */
void radio_start_chatter(struct world *w)
{
    if (!traffic_has_chatter(&w->spec.traffic)) {
        return;
    }
    for (uint32_t i = 0; i < w->spec.setup->node_count; i++) {
        struct rng *chance = &w->node[i].chatter;
        rng_init(chance, w->spec.robots.seed, w->spec.robots.replication, i, PURPOSES_CHATTER);
        const sim_time gap = dist_draw(&w->spec.traffic.chatter_gap, chance);
        const sim_time part = (sim_time)(rng_unit(chance) * (double)gap);
        (void)engine_schedule(&w->engine, i, i, part, EV_ANY_ORDER, WORLD_CHATTER, 1, NULL, 0);
    }
}

void radio_on_chatter(struct engine *e, void *context, const struct engine_event *ev)
{
    (void)e;
    struct world *w = context;
    const struct wire_message m = {
        .kind = TRAFFIC_CHATTER,
        .origin = ev->self,
        .destination = WIRE_EVERYONE,
        .request = ev->arg,
        .tasklet = UINT32_MAX,
    };
    arrange_chatter(w, ev->self, ev->now, ev->arg + 1);
    if (fault_is_down(w, ev->self, ev->now) || pause_is_on(w, ev->self, ev->now)) {
        return;
    }
    const uint64_t bytes = w->spec.traffic.chatter_bytes;
    const uint32_t degree = mesh_degree(w->spec.mesh, ev->self);
    const uint32_t times = w->spec.traffic.broadcast && degree > 0 ? 1 : degree;
    for (uint32_t port = 0; port < degree; port++) {
        radio_transmit(w, ev->self, ev->now, port, 0, &m, bytes);
    }
    world_count_sent(w, &w->node[ev->self], ev->now, m.kind, bytes, times, degree);
    w->node[ev->self].traffic.chatter_bytes += bytes * times;
}
