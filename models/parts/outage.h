/*
 * outage.h - links or nodes that fail and come back: up and down for exponential times, in turn.
 *
 * Each begins up. When it fails depends on (seed, replication, its number) alone, however often it
 * is asked: the world comes first.
 *
 * Two ways to ask. struct outage is found as time goes on, and takes the same few bytes however
 * long it runs. struct outage_plan is found before the run for many things at once, from streams or
 * from lists of spells, and then only read: it may be asked in any order, about any time.
 *
 * Units: nanoseconds since the start of the run. Questions to a struct outage never go back in
 * time. Ownership: a struct outage is a plain value; a plan is the caller's, who ends it with
 *   outage_plan_deinit(). Threads: one run, one thread; a plan that is made may be shared.
 * Errors: SIM_ERR_NOMEM, with the plan as it was.
 */
#ifndef MODELS_PARTS_OUTAGE_H
#define MODELS_PARTS_OUTAGE_H

#include "sim/engine/dist.h"

struct outage {
    struct rng chance;
    struct dist up, down;
    bool is_down, never;
    sim_time since, until; /* of the present state; until SIM_TIME_NEVER: it stays */
    sim_time failed;       /* the last failure; -1: none yet */
    sim_time down_ns;      /* of the outages that are over */
};

/* mtbf_ns 0: it never fails. Else both means are above 0. */
void outage_init(struct outage *o, sim_time mtbf_ns, sim_time mttr_ns, uint64_t seed,
                 uint64_t replication, uint64_t entity, uint64_t purpose);

bool outage_is_down(struct outage *o, sim_time now);

/* Has it been down at any moment from `since` to now? */
bool outage_has_failed(struct outage *o, sim_time since, sim_time now);

/* How long it was down before now. */
sim_time outage_total(struct outage *o, sim_time now);

/* ---- found before the run ---- */

struct outage_plan {
    uint32_t things;
    uint32_t *first; /* thing i's times are at[first[i] .. first[i + 1]) */
    sim_time *at;    /* it fails, comes back, fails, ...; an odd number of them: it stays down */
    size_t things_room, at_room;
};

/* One listed outage, from from_ns on and before to_ns; SIM_TIME_NEVER: for good. */
struct outage_spell {
    uint32_t thing;
    sim_time from_ns, to_ns;
};

/* Where the stream of a thing is from, and how far it is drawn. */
struct outage_stream {
    sim_time mtbf_ns, mttr_ns, until_ns; /* mtbf_ns 0: it never fails */
    uint64_t seed, replication, entity, purpose;
};

void outage_plan_init(struct outage_plan *p);
void outage_plan_deinit(struct outage_plan *p);

/* Each adds one thing, the next in number: as a struct outage of that name fails; or as the spells
 * of it say, which are sorted by (thing, from_ns) and may touch or overlap. */
SIM_MUST_CHECK enum sim_status outage_plan_draw(struct outage_plan *p,
                                                const struct outage_stream *stream);
SIM_MUST_CHECK enum sim_status outage_plan_list(struct outage_plan *p,
                                                const struct outage_spell *spell, size_t count);

/* Down at its failure, up at its return. */
bool outage_plan_is_down(const struct outage_plan *p, uint32_t thing, sim_time now);

/* When it next fails or comes back, behind now; SIM_TIME_NEVER: it stays as it is. */
sim_time outage_plan_change(const struct outage_plan *p, uint32_t thing, sim_time now);

/* When it is up, at or behind at; and when work is done that it begins at or behind from and goes
 * on with whenever it is up: before the failure at whose moment it is down. SIM_TIME_NEVER:
 * never. */
sim_time outage_plan_up(const struct outage_plan *p, uint32_t thing, sim_time at);
sim_time outage_plan_work(const struct outage_plan *p, uint32_t thing, sim_time from,
                          sim_time work_ns);

/* How long it was down before now. */
sim_time outage_plan_total(const struct outage_plan *p, uint32_t thing, sim_time now);

#endif
