/*
 * express_state.h - the short cut's insides, shared by the files named express*.
 */
#ifndef MODELS_NIMBLENET_WORLD_EXPRESS_STATE_H
#define MODELS_NIMBLENET_WORLD_EXPRESS_STATE_H

#include "models/nimblenet/world/express.h"

#define EXPRESS_NOBODY UINT32_MAX

/* Searches differ in how far they go and how long they wait; a scenario has two. */
enum { EXPRESS_SEARCHES = 2 };

/* A time that goes on from hop to hop, and its bin. */
struct express_clock {
    sim_time at, bin_end;
    uint64_t weight;
    uint32_t bin;
};

/* A search whose copies are under way. */
struct express_flood {
    struct express_clock start;
    uint64_t sequence; /* the number of its query */
    uint32_t origin, request, context, epoch;
    uint32_t reach;   /* hops of the farthest node that it comes to */
    uint32_t in_time; /* hops up to which an answer is not too late */
    uint32_t next;    /* of the same tasklet, or of the free ones */
    uint32_t first;   /* whose answer will be: its place among those near; EXPRESS_NOBODY */
    ev_id answer;     /* the event of that */
    uint8_t ttl;
};

/* A question on its way to a node, whose answer is an event already. */
struct express_question {
    ev_id answer;
    uint64_t number; /* of its message */
    uint64_t before; /* how many were asked, of any node, up to the one before to the same node */
    sim_time asked, due;
    uint32_t tasklet;
    uint32_t from; /* the neighbour that it comes from */
};

/* What any but the registry has sent and received before a step after a flood's start. */
struct express_ring {
    uint32_t sent, received;
};

/* How a message came to be made. */
struct express_made {
    uint64_t number;
    uint64_t because; /* the number of the message that caused it */
    sim_time at;
    uint32_t cause; /* the neighbour which that came from; EXPRESS_NOBODY: a robot, or its maker */
    uint32_t maker;
    uint8_t kind;
};

/* A route, and what goes over all of it within one bin: it is passed on at the end. */
struct express_way {
    uint64_t messages, bytes;
    uint64_t account[WIRE_KINDS];
    sim_time takes_ns;
    uint32_t sends, receives; /* of nodes whose bytes are counted */
    uint32_t from, to;
    uint32_t last,
        port; /* the neighbour that it comes from to the node at the end; its port there */
};

/* What is the same of all late answers to a flood that come from so many hops. */
struct express_late {
    uint64_t flood;             /* its number */
    struct express_clock start; /* when they leave */
    uint64_t answers;           /* that are not in the bin's sums yet */
    uint32_t hops;
    bool is_cut, turns; /* by the run's end; into another bin */
};

/* Messages, and their weight in accounts by bin: what a node sends towards an origin; the floods of
 * an origin that have come to a step. */
struct express_flow {
    uint64_t messages, weight;
};

/* Copies of floods that go over a link, those of them that arrive, and their weights. */
struct express_sums {
    uint64_t sent, arrived, sent_weight, arrived_weight;
};

struct express {
    uint32_t nodes, registry, tasklets, diameter;
    uint64_t query_bytes, have_bytes;
    uint32_t in_time[EXPRESS_SEARCHES]; /* hops up to which an answer is not too late */
    struct express_made *made; /* the last made_mask + 1 messages at least, by their numbers */
    uint64_t made_count;
    uint32_t made_mask;
    sim_time remembered_ns; /* how old one may be whose place in the order still counts */

    /* Who holds a tasklet: holder[tasklet * nodes ..], so many; where[..] finds a node among them
     * (+ 1; 0: it is not). */
    uint32_t *holder, *holders, *where;

    uint32_t *first_flood; /* a tasklet's, or EXPRESS_NOBODY */
    struct express_flood *flood;
    uint64_t *answers; /* a flood's answer_words: a bit for each of those near that answers it */
    uint32_t answer_words;
    uint32_t flood_count, flood_capacity, flood_free;

    /* Whose answer to an origin can be in time, in the order in which their answers come:
     * near[origin * nodes ..], so many; place[..] finds a node among them. Found when it first
     * searches. */
    uint32_t *near, *near_count, *place;

    struct express_question *question; /* the last question_mask + 1 at least */
    uint64_t question_count;
    uint64_t *last_question; /* as before: that to a node */
    uint32_t question_mask;

    struct express_ring *ring; /* an origin's diameter + 3; made when it first searches */
    bool *has_ring;
    struct express_flow *floods; /* [search * nodes + origin] and step: less the step before */
    struct express_sums *over_each_link; /* a node each: for the end's accounts */

    uint32_t *way_of; /* [from * nodes + to]: + 1; 0: none */
    struct express_way *way;
    uint32_t way_count, way_capacity;

    /* Answers that come too late, [origin * nodes + node]: so many that a node has sent to whoever
     * asked, and their weight in accounts by bin, with what that grows by on the way. */
    struct express_flow *late;
    uint32_t *next;                    /* likewise: whom a node sends them to */
    bool *has_late;                    /* an origin */
    struct express_late *late_by_hops; /* of the flood that was asked about last */
    struct express_flow *flow;
    uint32_t *by_hops; /* nodes, and where those of so many hops begin: for the end's accounts */
    uint32_t *first_of;

    struct express_clock now; /* as far as somebody has asked */
    uint64_t bytes_on_their_way, under_way;
    void *memory;
    size_t memory_bytes;
};

/* Steps of a flood that there is something of: it comes to the farthest in as many as the diameter
 * has hops, and from there back; what has travelled before the one behind that is all. */
static inline size_t express_steps(const struct express *x)
{
    return (size_t)x->diameter + 3;
}

/* Which of the two a flood is of. Where they go equally far, nothing tells them apart. */
static inline uint32_t express_search(const struct world *w, uint8_t ttl)
{
    return ttl == w->spec.setup->protocol.local.ttl ? 0 : 1;
}

/* ---- ways ---- */

static inline uint32_t express_hops(const struct world *w, uint32_t a, uint32_t b)
{
    const struct mesh *mesh = w->spec.mesh;
    return mesh->hops[(size_t)a * mesh->node_count + b];
}

/* A node's link towards another. */
static inline uint32_t express_link(const struct world *w, uint32_t node, uint32_t destination)
{
    const struct mesh *mesh = w->spec.mesh;
    const uint16_t port = mesh->next_port[(size_t)node * mesh->node_count + destination];
    ASSERT(port != UINT16_MAX);
    return mesh->first[node] + port;
}

/*
 * The next node towards another. Of the neighbours that are nearer a route takes the first, and of
 * a flood's first copies that from the first counts: so this is also whom a flood from there comes
 * from.
 */
static inline uint32_t express_towards(const struct world *w, uint32_t node, uint32_t destination)
{
    return w->spec.mesh->link[express_link(w, node, destination)].to;
}

/* ---- express_order.c ---- */

/* Numbers a message of that kind as it is made, in the event that fires now. */
uint64_t express_number(struct world *w, uint32_t node, uint8_t kind);
/* Numbers an answer ahead of its time: made at at by a node to what came from the neighbour cause,
 * under that number. */
uint64_t express_foretell(struct world *w, uint32_t node, uint8_t kind, sim_time at, uint32_t cause,
                          uint64_t because);

/* ---- express_account.c ---- */

/* A message of that kind hop by hop: the bin changes on the way, or the run ends. So many times. */
void express_account_hops(struct world *w, uint32_t from, uint32_t to, struct express_clock c,
                          uint8_t kind, uint64_t bytes, uint64_t times);
/* One that the run's end may cut off; or, where it was accounted and will not be sent, back. */
void express_account_cut(struct world *w, uint32_t from, uint32_t to, sim_time at, uint8_t kind,
                         uint64_t bytes, bool is_back);
/* A flood's copies. */
void express_account_flood(struct world *w, const struct express_flood *f);
/* So many copies, together of so many bytes, over a node's link. */
void express_copied(struct world *w, uint32_t node, uint32_t link, uint64_t messages,
                    uint64_t bytes);

/* ---- express_ways.c ---- */

/* The way between two nodes; NULL without memory. */
const struct express_way *express_way(struct world *w, uint32_t from, uint32_t to);
/* So many messages of that kind over one. */
void express_account_way(struct world *w, const struct express_way *way,
                         const struct express_clock *start, uint8_t kind, uint64_t bytes,
                         uint64_t times);
/* At the end. */
void express_settle_ways(struct world *w);

/* ---- express.c ---- */

/* An event for a message that comes over all of a way at that time; NULL without memory. */
struct ev_slot *express_arrive(struct world *w, const struct express_way *way, sim_time at,
                               uint64_t number, const struct wire_message *m);
/* Whether what comes to a node from a neighbour at that time, under that number, comes behind what
 * happens there now. */
bool express_is_to_come(const struct world *w, uint32_t node, sim_time now, sim_time at,
                        uint32_t from, uint64_t number);

/* ---- express_floods.c ---- */

/* A node holds a tasklet from now on, or not any more: what that is to the floods under way. */
void express_tell_floods(struct world *w, uint32_t node, sim_time now, uint32_t tasklet,
                         bool holds);
/* One of those near answers a flood, or does not after all. */
void express_set_answers(struct world *w, const struct express_flood *f, uint32_t node,
                         bool answers);

/* ---- express_questions.c ---- */

/* What a node would send of a tasklet has changed: so are its answers to questions under way. */
void express_answer_anew(struct world *w, uint32_t node, sim_time now, uint32_t tasklet);

/* ---- express_late.c ---- */

/* A holder's answer to a flood; or back, as above. */
void express_account_late(struct world *w, const struct express_flood *f, uint32_t node,
                          uint32_t hops, bool is_back);
/* All present holders of a tasklet: their answers are accounted, and of those who can be in time it
 * is noted that they answer. */
void express_note_holders(struct world *w, const struct express_flood *f, uint32_t tasklet);
/* At the end. */
void express_settle_late(struct world *w);

/* ---- the bin of a time that goes on from hop to hop ---- */

/* The bin of c->at. */
void express_find_bin(struct express_clock *c, const struct world *w);

/* False where the run is over by then. */
static inline bool express_set_clock(struct express_clock *c, const struct world *w, sim_time at)
{
    c->at = at;
    if (at > w->spec.duration_ns) {
        return false;
    }
    if (at > c->bin_end) {
        express_find_bin(c, w);
    }
    return true;
}

static inline struct express_clock express_start_clock(const struct world *w, sim_time at)
{
    struct express_clock c = {.at = at};
    express_find_bin(&c, w);
    return c;
}

/* That of the event that fires. */
static inline const struct express_clock *express_clock_at(struct world *w, sim_time now)
{
    (void)express_set_clock(&w->express->now, w, now);
    return &w->express->now;
}

#endif
