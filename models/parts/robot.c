#include "models/parts/robot.h"

#include "sim/engine/digest.h"

/* spec->chains of chains_all, without repeats: Floyd's method, by rejection of what is there. */
static void choose_chains(const struct robot_spec *spec, uint32_t number, uint32_t *chains)
{
    struct rng r;
    rng_init(&r, spec->seed, spec->replication, number, spec->purpose + ROBOT_CHAINS);
    for (uint32_t i = 0; i < spec->chains; i++) {
        const uint32_t last = spec->chains_all - spec->chains + i;
        uint32_t chosen = (uint32_t)rng_below(&r, (uint64_t)last + 1);
        for (uint32_t j = 0; j < i; j++) {
            if (chains[j] == chosen) {
                chosen = last;
                break;
            }
        }
        chains[i] = chosen;
    }
}

/* The first trigger comes between the start and the longest interval. */
static sim_time first_trigger(const struct robot_spec *spec, struct rng *r)
{
    struct dist first = spec->trigger_ns;
    if (first.kind != DIST_EXPONENTIAL) {
        first = (struct dist){.kind = DIST_UNIFORM, .high = spec->trigger_ns.high};
    }
    return dist_draw(&first, r);
}

void robot_init(struct robot *r, const struct robot_spec *spec, uint32_t number, uint32_t *chains)
{
    *r = (struct robot){.number = number, .digest = DIGEST_START};
    rng_init(&r->rng, spec->seed, spec->replication, number, spec->purpose + ROBOT_TRIGGERS);
    rng_init(&r->contact, spec->seed, spec->replication, number, spec->purpose + ROBOT_CONTACT);
    choose_chains(spec, number, chains);
    trajectory_init(&r->trajectory, &spec->trajectory, spec->seed, spec->replication, number);
    r->trigger = first_trigger(spec, &r->rng);
}

uint64_t robot_fold(uint64_t digest, const struct robot_trigger *t)
{
    digest = digest_word(digest, (uint64_t)t->at);
    return digest_word(digest, (uint64_t)t->node << 32 | t->chain);
}

struct robot_trigger robot_next(struct robot *r, const struct robot_spec *spec,
                                const struct floor_plan *floor, const uint32_t *chains)
{
    struct robot_trigger t = {
        .call_id = r->triggers * spec->count + r->number,
        .at = r->trigger,
        .robot = r->number,
        .node = FLOOR_NOBODY,
        .chain = chains[rng_below(&r->rng, spec->chains)],
    };
    if (spec->end_ns == 0 || t.at <= spec->end_ns) {
        t.position = trajectory_at(&r->trajectory, &spec->trajectory, t.at);
        t.node = floor_contact(floor, t.position, spec->contact, &r->contact);
        r->digest = robot_fold(r->digest, &t);
    }
    r->triggers++;
    const int64_t wait = dist_draw(&spec->trigger_ns, &r->rng);
    r->trigger = wait < SIM_TIME_NEVER - r->trigger ? r->trigger + wait : SIM_TIME_NEVER;
    return t;
}
