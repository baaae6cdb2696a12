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
    uint64_t sequence; /* of its query */
    uint32_t number;   /* its own among floods */
    uint32_t origin, request, context, epoch;
    uint32_t reach;  /* hops of the farthest node that it comes to */
    uint32_t next;   /* of the free ones, or of its origin's that are not accounted yet */
    uint32_t first;  /* whose answer will be; or EXPRESS_NOBODY */
    ev_id answer;    /* the event of that */
    sim_time comes;  /* its time */
    sim_time over;   /* when it has come everywhere */
    uint32_t spread; /* where links differ: how it spreads */
    uint32_t tasklet;
    uint8_t ttl;
    uint64_t answers[]; /* a bit a node that does; where links differ, in time */
};

/* The floods of a tasklet that are under way, those that have just ceased to be among them. */
struct express_under_way {
    struct express_travel {
        sim_time start, over;
        uint32_t origin, flood;
    } * flood;
    size_t count, capacity;
};

/* The floods that an origin has begun and that are not accounted yet: so many, the last of them;
 * when there are so many as are due, those that are over are accounted. */
struct express_begun {
    uint32_t last, count, due;
};

/* Whose answer to an origin can be in time, in the order in which their answers come: so many of
 * them, to each kind of search. */
struct express_near {
    size_t first; /* in express.near */
    uint32_t count[EXPRESS_SEARCHES];
    uint32_t farthest; /* hops of any node; 0: it has not searched yet */
};

/* How a node comes by a flood, where links differ. */
struct express_reach {
    sim_time at; /* after the flood's start; SIM_TIME_NEVER: it does not */
    uint32_t from;
    uint16_t hops;
    uint8_t ttl; /* of the copies that it sends; 0: none */
};

/* How one flood spreads, where links differ. */
struct express_spread {
    sim_time begun, over;
    /* The last time at which a flood may begin that overtakes it somewhere; of it and all earlier
     * ones of its origin. */
    sim_time safe, all_safe;
    uint64_t sequence; /* as the flood's */
    uint32_t request, flood;
    uint32_t before; /* its origin's spread before it, + 1; 0: it is the first */
    uint8_t ttl;
};

/* A question on its way to a node, whose answer is an event already. */
struct express_question {
    ev_id answer;
    uint64_t number; /* of its message */
    uint64_t before; /* how many were asked, of any node, up to the one before to the same node */
    sim_time asked, due;
    uint64_t bytes; /* of the answer */
    uint32_t origin, tasklet, request, context, epoch;
    uint32_t from; /* the neighbour that it comes from */
    uint8_t kind;
};

/* What a node is asked: the last question, as before; when the last is due of all that were asked
 * up to now. */
struct express_asked {
    uint64_t last;
    sim_time due;
};

/* What any but the registry has sent and received before a step after a flood's start. */
struct express_ring {
    uint32_t sent, received;
};

/* How a message came to be made. */
struct express_made {
    uint64_t because; /* the number of the message that caused it */
    sim_time at;
    uint32_t cause; /* the neighbour which that came from; EXPRESS_NOBODY: a robot, or its maker */
    uint32_t maker : 31;
    uint32_t is_query : 1;
};

/* A route, and what goes over all of it: it is passed on at the end. It fills two lines of the
 * processor's cache. */
struct express_way {
    uint64_t messages, bytes;
    sim_time takes_ns;
    uint32_t sends, receives; /* of nodes whose bytes are counted */
    uint32_t from, to;
    uint32_t last,
        port;       /* the neighbour that it comes from to the node at the end; its port there */
    uint32_t turns; /* + 1, of one kind; 0: none */
    uint64_t account[WIRE_KINDS - 1]; /* by kind, of which the first is 1, as it begins */
};

/* What the account of a kind grows by over each of a way's hops, where messages come in another bin
 * than they were sent. */
struct express_turns {
    size_t grown;  /* in express.grown: a number a hop */
    uint32_t next; /* of another kind, + 1 */
    uint8_t kind;
};

/* Messages, and their weight in accounts by bin: what a node sends towards an origin; the floods of
 * an origin that have come to a step. */
struct express_flow {
    uint64_t messages, weight;
};

static inline void express_add_flow(struct express_flow *to, const struct express_flow *flow)
{
    to->messages += flow->messages;
    to->weight += flow->weight;
}

/* What is the same of all answers to a flood that come from so many hops. */
struct express_hop {
    struct express_flow leaves; /* what one adds to its node's flow */
    uint32_t answers;
    uint32_t turns; /* 1: they come to some node in another bin than they were sent; 0 */
};

/* A step of a flood from which on times are in another bin than this; its weight grows by more. */
struct express_turn {
    uint64_t more;
    uint32_t step, bin;
};

/* Somebody's answer to a flood. */
struct express_answer {
    uint32_t node, hops;
};

/* Copies of floods that go over a link, those of them that arrive, and their weights. */
struct express_sums {
    uint64_t sent, arrived, sent_weight, arrived_weight;
};

struct express {
    uint32_t nodes, registry, tasklets, diameter;
    uint64_t query_bytes, have_bytes;
    bool differs, loses; /* links: one has a delay of its own, or may lose copies; some lose some */
    sim_time *delay_ns;  /* of each direction of a link */
    sim_time longest_hop_ns, shortest_hop_ns;
    sim_time timeout_ns[EXPRESS_SEARCHES]; /* the longest of such a search */
    uint32_t
        in_time[EXPRESS_SEARCHES]; /* hops up to which it finds an answer that is not too late */
    struct express_made *made;     /* the last made_mask + 1 messages, by their numbers */
    uint32_t *made_spread;         /* where links differ: likewise, a query's spread */
    uint64_t made_count;
    uint32_t made_mask;
    sim_time remembered_ns; /* how old one may be whose place in the order still counts */

    uint64_t *held; /* answer_words for each tasklet: a bit a node that holds it, registries that
                     * answer included */
    uint32_t answer_words;

    struct express_under_way *under_way_of; /* a tasklet */
    unsigned char *floods_memory;
    size_t flood_bytes, flood_capacity;
    uint32_t flood_count, flood_free;
    struct express_begun *begun; /* an origin's */
    uint32_t batch;              /* of an origin's floods are accounted at once */

    struct express_near *near_of; /* an origin */
    uint32_t *near;
    size_t near_used, near_capacity;

    struct express_question *question; /* the last question_mask + 1 at least */
    uint64_t question_count;
    struct express_asked *asked; /* a node */
    uint32_t question_mask;

    struct express_ring *ring; /* an origin's diameter + 3; made when it first searches */
    bool *has_ring;
    struct express_ring *each; /* what a node adds to the ring of another one's flood; if known */
    bool knows_each;
    struct express_flow *floods; /* [search * nodes + origin] and step: less the step before */
    /* For the end's accounts: what a node sends over each of its links, and a link spares of it. */
    struct express_sums *over_each_link, *spared;

    uint32_t *way_of; /* [from * nodes + to]: + 1; 0: none */
    struct express_way *way;
    size_t way_count, way_capacity;
    struct express_turns *turns;
    size_t turns_count, turns_capacity;
    uint64_t *grown;
    size_t grown_count, grown_capacity;

    /* Answers to floods, [origin * nodes + node]: so many that a node has sent to whoever asked,
     * and their weight in accounts by bin, with what that grows by on the way. */
    struct express_flow *late;
    uint32_t *next;   /* likewise: whom a node sends to on the way to an origin */
    bool *has_ways;   /* an origin */
    uint64_t *turned; /* what weights have grown by when a node received them */
    /* For the flood that is accounted: by hops, else they add nothing; in order of steps; by node,
     * and one more. */
    struct express_hop *hop;
    struct express_turn *turn;
    struct express_answer *turning;
    /* For the end's accounts: of one origin's, of all; nodes, and where those of so many hops
     * begin. */
    struct express_flow *flow, *went, *came;
    uint32_t *by_hops, *first_of;

    /* Where links differ: the last spread_mask + 1 spreads at least, each with its row of nodes
     * behind it. */
    unsigned char *spreads;
    uint32_t spread_count, spread_mask;
    uint32_t *last_spread; /* an origin's, + 1 */
    uint32_t *recent;      /* an origin's by number, FLOOD_WINDOW of them */
    /* The row of all floods of an origin and a search, where nothing is lost; when they have come
     * to the farthest, + 1; 0: it is not known. And a row to compare with. */
    struct express_reach *alike, *other_row;
    sim_time *alike_takes;
    size_t alike_rows;
    struct ev_queue rehearsal;

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

/* What travels of a flood, as its origin sends it. */
static inline struct wire_message express_query(const struct express_flood *f)
{
    return (struct wire_message){
        .kind = WIRE_QUERY,
        .ttl = f->ttl,
        .origin = f->origin,
        .destination = WIRE_EVERYONE,
        .tasklet = f->tasklet,
        .request = f->request,
        .context = f->context,
        .epoch = f->epoch,
    };
}

static inline bool express_bit(const uint64_t *words, uint32_t node)
{
    return (words[node / 64] >> node % 64 & 1) != 0;
}

static inline void express_set_bit(uint64_t *words, uint32_t node, bool is_set)
{
    const uint64_t bit = UINT64_C(1) << node % 64;
    words[node / 64] = is_set ? words[node / 64] | bit : words[node / 64] & ~bit;
}

/* Who holds a tasklet. */
static inline uint64_t *express_held(const struct express *x, uint32_t tasklet)
{
    return &x->held[(size_t)tasklet * x->answer_words];
}

static inline struct express_flood *express_flood_at(const struct express *x, uint32_t flood)
{
    return (struct express_flood *)(void *)&x->floods_memory[flood * x->flood_bytes];
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

bool express_order_create(struct express *x); /* false without memory */
void express_order_destroy(struct express *x);
size_t express_order_memory_bytes(const struct express *x);
/* Numbers a message of that kind as it is made, in the event that fires now; a query's spread. */
uint64_t express_number(struct world *w, uint32_t node, uint8_t kind, uint32_t spread);
/* Numbers an answer ahead of its time: made at at by a node to what came from the neighbour cause,
 * under that number. */
uint64_t express_foretell(struct world *w, uint32_t node, sim_time at, uint32_t cause,
                          uint64_t because);

/* Which of two queries that come to a node over one link in one instant comes first, by number. */
bool express_query_is_first(const struct world *w, uint32_t node, uint64_t number,
                            uint64_t other_number);
/* Which of the answers to a flood comes first that two nodes send, which come in one instant. */
bool express_answers_first(const struct world *w, const struct express_flood *f, uint32_t node,
                           uint32_t other);

/* ---- express_account.c ---- */

/* A message hop by hop, so many times. When it comes; SIM_TIME_NEVER: it does not. */
sim_time express_account_hops(struct world *w, uint32_t from, uint32_t to, struct express_clock c,
                              const struct wire_message *m, uint64_t bytes, uint64_t times);
/* Copies of a query that a node sends; one of them over a link, which takes it so long, or loses
 * it: -1. */
void express_account_transmissions(struct world *w, uint32_t node, const struct express_clock *c,
                                   uint64_t times);
void express_account_copy(struct world *w, uint32_t node, uint32_t link,
                          const struct express_clock *c, sim_time delay, uint64_t times);
/* A flood's copies. */
void express_account_flood(struct world *w, const struct express_flood *f);
/* So many copies, together of so many bytes, over a node's link; to that alone, where links are
 * counted. */
void express_copied(struct world *w, uint32_t node, uint32_t link, uint64_t messages,
                    uint64_t bytes);
void express_over_link(struct world *w, uint32_t node, uint32_t link, uint64_t messages,
                       uint64_t bytes);
/* Sent by a node, and not received before the end. */
void express_cut_off(struct world *w, uint32_t node, uint8_t kind, uint64_t bytes, uint64_t times);

/* ---- express_ways.c ---- */

/* The way between two nodes; NULL without memory. */
const struct express_way *express_way(struct world *w, uint32_t from, uint32_t to);
/* A message over one, so many times. When it comes; SIM_TIME_NEVER: it does not, or where it does
 * come is behind the run's end. */
sim_time express_account_way(struct world *w, const struct express_way *way,
                             const struct express_clock *start, const struct wire_message *m,
                             uint64_t bytes, uint64_t times);
/* When it would come. */
sim_time express_comes_at(const struct world *w, const struct express_way *way, sim_time start,
                          const struct wire_message *m);
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
/* Where links differ: whether a node that a flood comes to, as its row has it, answers it is no
 * longer so; behind several of these the first answer is found anew. */
void express_note_answer(struct world *w, struct express_flood *f, uint32_t node, bool holds);
void express_find_first_anew(struct world *w, struct express_flood *f);
/* Once, at the end: all that were begun are accounted. */
void express_settle_floods(struct world *w);

/* ---- express_questions.c ---- */

/* What a node would send of a tasklet has changed: so are its answers to questions under way. */
void express_answer_anew(struct world *w, uint32_t node, sim_time now, uint32_t tasklet);

/* ---- express_spread.c ---- */

bool express_spread_create(struct express *x); /* false without memory */
void express_spread_destroy(struct express *x);
size_t express_spread_memory_bytes(const struct express *x);
/* How a flood comes to every node: found, and its copies accounted. False without memory. */
bool express_spread_flood(struct world *w, struct express_flood *f);
struct express_spread *express_spread_at(const struct express *x, uint32_t spread);
struct express_reach *express_reach(const struct express *x, uint32_t spread);
/* All copies of a flood as its row has them, so many times. */
void express_repeat(struct world *w, const struct express_flood *f, uint64_t times);
/* Finds the row anew: when it has come to the farthest. */
sim_time express_rehearse(struct world *w, const struct express_flood *f);
/* Whether a link loses that. */
bool express_loses(const struct world *w, uint32_t link, sim_time now,
                   const struct wire_message *m);

/* ---- express_overtaken.c ---- */

/* Whether a copy of a flood that comes to a node, as its row has it, is taken for an old one. */
bool express_is_overtaken(const struct world *w, const struct express_flood *f, uint32_t node);
/* A flood has begun: whom it overtakes spreads otherwise from now on. */
void express_overtake(struct world *w, const struct express_flood *f);

/* ---- express_late.c ---- */

/* What answers to an origin are added to is fetched into the processor's cache. */
void express_expect_answers(const struct world *w, uint32_t origin);
/* The answers to a flood that is over. */
void express_account_answers(struct world *w, const struct express_flood *f);
/* At the end. */
void express_settle_late(struct world *w);

/* ---- the bin of a time that goes on from hop to hop ---- */

/* So many transmissions of that many bytes were sent in a bin, and received. */
static inline void express_add_to_bin(struct world *w, uint32_t bin, uint64_t sent,
                                      uint64_t received, uint64_t bytes)
{
    w->bin[bin].bytes += (sent + received) * bytes;
    w->bin[bin].rx_bytes += received * bytes;
}

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
