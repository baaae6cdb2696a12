#include "models/parts/calls.h"

#include <stdlib.h>

#include "sim/engine/memory.h"

static bool make_room(struct calls *c, size_t count, size_t *capacity)
{
    if (count < *capacity) {
        return true;
    }
    void *larger = memory_grow(c->one, capacity, count, 1, sizeof *c->one);
    c->one = larger != NULL ? larger : c->one;
    return larger != NULL;
}

enum sim_status calls_draw(struct calls *c, const struct robot_spec *spec,
                           const struct floor_plan *floor, size_t most)
{
    ASSERT(spec->end_ns > 0);
    size_t count = 0;
    size_t capacity = 0;
    enum sim_status status = SIM_OK;
    *c = (struct calls){.first = calloc((size_t)spec->count + 1, sizeof *c->first)};
    uint32_t *chains = calloc((size_t)spec->chains + 1, sizeof *chains);
    if (c->first == NULL || chains == NULL) {
        status = SIM_ERR_NOMEM;
    }
    for (uint32_t i = 0; i < spec->count && status == SIM_OK; i++) {
        struct robot robot;
        robot_init(&robot, spec, i, chains);
        while (robot.trigger <= spec->end_ns && status == SIM_OK) {
            const struct robot_trigger t = robot_next(&robot, spec, floor, chains);
            if (count == most || !make_room(c, count, &capacity)) {
                status = count == most ? SIM_ERR_FULL : SIM_ERR_NOMEM;
                break;
            }
            c->one[count++] = (struct calls_one){t.at, t.position, t.chain, t.node};
        }
        c->first[i + 1] = count;
    }
    free(chains);
    if (status != SIM_OK) {
        calls_forget(c);
    }
    return status;
}

void calls_forget(struct calls *c)
{
    free(c->one);
    free(c->first);
    *c = (struct calls){.one = NULL};
}

struct robot_trigger calls_next(const struct calls *c, struct calls_told *told,
                                const struct robot_spec *spec)
{
    struct robot_trigger t = {
        .call_id = told->triggers * spec->count + told->robot,
        .at = SIM_TIME_NEVER,
        .robot = told->robot,
        .node = FLOOR_NOBODY,
    };
    if (told->next < told->end) {
        const struct calls_one *one = &c->one[told->next++];
        t.at = one->at;
        t.position = one->position;
        t.chain = one->chain;
        t.node = one->node;
        told->digest = robot_fold(told->digest, &t);
        told->triggers++;
    }
    return t;
}
