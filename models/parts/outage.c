#include "models/parts/outage.h"

#include <stdlib.h>

void outage_init(struct outage *o, sim_time mtbf_ns, sim_time mttr_ns, uint64_t seed,
                 uint64_t replication, uint64_t entity, uint64_t purpose)
{
    ASSERT(mtbf_ns >= 0 && (mtbf_ns == 0 || mttr_ns > 0));
    *o = (struct outage){
        .up = {.kind = DIST_EXPONENTIAL, .low = mtbf_ns, .high = mtbf_ns},
        .down = {.kind = DIST_EXPONENTIAL, .low = mttr_ns, .high = mttr_ns},
        .never = mtbf_ns == 0,
        .until = SIM_TIME_NEVER,
        .failed = -1,
    };
    if (!o->never) {
        rng_init(&o->chance, seed, replication, entity, purpose);
        o->until = dist_draw(&o->up, &o->chance) + 1;
    }
}

static void catch_up(struct outage *o, sim_time now)
{
    ASSERT(now >= o->since);
    while (o->until <= now) {
        o->down_ns += o->is_down ? o->until - o->since : 0;
        o->since = o->until;
        o->is_down = !o->is_down;
        o->failed = o->is_down ? o->since : o->failed;
        /* A nanosecond at least, so that every state can be seen. */
        o->until = o->since + 1 + dist_draw(o->is_down ? &o->down : &o->up, &o->chance);
    }
}

bool outage_is_down(struct outage *o, sim_time now)
{
    catch_up(o, now);
    return o->is_down;
}

bool outage_has_failed(struct outage *o, sim_time since, sim_time now)
{
    catch_up(o, now);
    return o->is_down || (o->failed >= 0 && o->since > since);
}

sim_time outage_total(struct outage *o, sim_time now)
{
    catch_up(o, now);
    return o->down_ns + (o->is_down ? now - o->since : 0);
}

/* ---- found before the run ---- */

void outage_plan_init(struct outage_plan *p)
{
    *p = (struct outage_plan){0};
}

void outage_plan_deinit(struct outage_plan *p)
{
    free(p->first);
    free(p->at);
    *p = (struct outage_plan){0};
}

static bool grow(void **items, size_t *room, size_t needed, size_t item_bytes)
{
    if (needed <= *room) {
        return true;
    }
    const size_t wanted = needed < 8 ? 16 : needed * 2;
    void *grown = realloc(*items, wanted * item_bytes);
    if (grown == NULL) {
        return false;
    }
    *items = grown;
    *room = wanted;
    return true;
}

static uint32_t times_of(const struct outage_plan *p)
{
    return p->things > 0 ? p->first[p->things] : 0;
}

/* The next thing has so many times; they are behind those of the others. */
static enum sim_status end_thing(struct outage_plan *p, uint32_t count)
{
    void *first = p->first;
    const bool fits =
        grow(&first, &p->things_room, (size_t)p->things + 2, sizeof *p->first); /* one more */
    p->first = first;
    if (!fits) {
        return SIM_ERR_NOMEM;
    }
    const uint32_t before = times_of(p);
    p->first[p->things] = before;
    p->first[++p->things] = before + count;
    return SIM_OK;
}

static bool add_time(struct outage_plan *p, uint32_t *count, sim_time at)
{
    void *items = p->at;
    const size_t place = (size_t)times_of(p) + *count;
    const bool fits = place < UINT32_MAX && grow(&items, &p->at_room, place + 1, sizeof *p->at);
    p->at = items;
    if (fits) {
        p->at[place] = at;
        ++*count;
    }
    return fits;
}

enum sim_status outage_plan_draw(struct outage_plan *p, const struct outage_stream *s)
{
    struct outage o;
    outage_init(&o, s->mtbf_ns, s->mttr_ns, s->seed, s->replication, s->entity, s->purpose);
    uint32_t count = 0;
    while (o.until <= s->until_ns) {
        const sim_time at = o.until;
        if (!add_time(p, &count, at)) {
            return SIM_ERR_NOMEM;
        }
        catch_up(&o, at);
    }
    return end_thing(p, count);
}

enum sim_status outage_plan_list(struct outage_plan *p, const struct outage_spell *spell,
                                 size_t spells)
{
    uint32_t count = 0;
    for (size_t i = 0; i < spells; i++) {
        sim_time to = spell[i].to_ns;
        const sim_time from = spell[i].from_ns;
        ASSERT(spell[i].thing == p->things && from >= 0 && to > from);
        for (; i + 1 < spells && spell[i + 1].from_ns <= to; i++) {
            to = spell[i + 1].to_ns > to ? spell[i + 1].to_ns : to;
        }
        if (!add_time(p, &count, from) || (to < SIM_TIME_NEVER && !add_time(p, &count, to))) {
            return SIM_ERR_NOMEM;
        }
    }
    return end_thing(p, count);
}

/* How many of its times are at or before now. */
static uint32_t passed(const struct outage_plan *p, uint32_t thing, sim_time now)
{
    ASSERT(thing < p->things);
    uint32_t low = p->first[thing];
    uint32_t high = p->first[thing + 1];
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        if (p->at[middle] <= now) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low - p->first[thing];
}

bool outage_plan_is_down(const struct outage_plan *p, uint32_t thing, sim_time now)
{
    return passed(p, thing, now) % 2 == 1;
}

sim_time outage_plan_change(const struct outage_plan *p, uint32_t thing, sim_time now)
{
    const uint32_t next = p->first[thing] + passed(p, thing, now);
    return next < p->first[thing + 1] ? p->at[next] : SIM_TIME_NEVER;
}

sim_time outage_plan_up(const struct outage_plan *p, uint32_t thing, sim_time at)
{
    return outage_plan_is_down(p, thing, at) ? outage_plan_change(p, thing, at) : at;
}

sim_time outage_plan_work(const struct outage_plan *p, uint32_t thing, sim_time from,
                          sim_time work_ns)
{
    sim_time at = outage_plan_up(p, thing, from);
    while (at < SIM_TIME_NEVER) {
        const sim_time until = outage_plan_change(p, thing, at);
        if (work_ns < until - at) {
            return at + work_ns;
        }
        work_ns -= until - at;
        at = until < SIM_TIME_NEVER ? outage_plan_up(p, thing, until) : SIM_TIME_NEVER;
    }
    return SIM_TIME_NEVER;
}

sim_time outage_plan_total(const struct outage_plan *p, uint32_t thing, sim_time now)
{
    const uint32_t count = passed(p, thing, now);
    const sim_time *at = count > 0 ? &p->at[p->first[thing]] : NULL;
    sim_time down = 0;
    for (uint32_t i = 0; i < count; i += 2) {
        down += (i + 1 < count ? at[i + 1] : now) - at[i];
    }
    return down;
}
