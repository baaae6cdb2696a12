#include "models/parts/outage.h"

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
