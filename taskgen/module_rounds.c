#include "taskgen/module_rounds.h"

/* The segments that work: of those that want least or more, so many, evenly spread. */
struct choice {
    uint64_t least;
    uint32_t eligible, taken;
};

/* seen counts the eligible ones so far; start from 0. */
static bool is_taken(const struct choice *c, uint64_t wanted, uint32_t *seen)
{
    if (wanted < c->least || c->taken == c->eligible) {
        return wanted >= c->least;
    }
    const uint64_t nth = (*seen)++;
    return (nth + 1) * c->taken / c->eligible > nth * c->taken / c->eligible;
}

static uint32_t count_from(const struct module_wanted *w, uint64_t least)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < w->segments; i++) {
        count += w->segment[i] >= least;
    }
    return count;
}

static uint64_t most_wanted(const struct module_wanted *w)
{
    uint64_t most = 0;
    for (uint32_t i = 0; i < w->segments; i++) {
        most = w->segment[i] > most ? w->segment[i] : most;
    }
    return most;
}

/*
 * A segment works where a call with one round is nearer to what it wants than nothing. Where that
 * makes more of them than there are instructions for, only the largest work.
 */
static struct choice choose_working(const struct module_wanted *w, uint64_t shortest)
{
    const uint64_t most = most_wanted(w);
    struct choice c = {.least = (shortest + 1) / 2};
    c.eligible = count_from(w, c.least);
    while (c.least < most && c.eligible * shortest > w->all) {
        c.least = 2 * c.least < most ? 2 * c.least : most;
        c.eligible = count_from(w, c.least);
    }
    if (c.eligible == 0) {
        c.least = most;
        c.eligible = count_from(w, most);
        c.taken = 1;
    } else {
        c.taken = c.eligible;
    }
    const uint64_t affordable = w->all / shortest;
    c.taken = c.taken < affordable ? c.taken : (uint32_t)affordable;
    return c;
}

static uint64_t weight(uint64_t wanted, uint64_t shortest)
{
    return wanted > shortest ? wanted - shortest : 1;
}

/*
 * One round to each segment that works, the others in proportion to what it wants beyond: no
 * sub-call is off its time by more than a round or two.
 */
static void share_rounds(const struct module_wanted *w, const struct choice *c, uint64_t shortest,
                         uint64_t rounds_all, uint32_t *rounds)
{
    uint64_t weights = 0;
    uint32_t seen = 0;
    for (uint32_t i = 0; i < w->segments; i++) {
        weights += is_taken(c, w->segment[i], &seen) ? weight(w->segment[i], shortest) : 0;
    }
    ASSERT(weights > 0);
    const uint64_t beyond = rounds_all - c->taken;
    uint64_t before = 0;
    uint64_t given = 0;
    seen = 0;
    for (uint32_t i = 0; i < w->segments; i++) {
        rounds[i] = 0;
        if (is_taken(c, w->segment[i], &seen)) {
            before += weight(w->segment[i], shortest);
            const uint64_t due = beyond * before / weights;
            rounds[i] = (uint32_t)(due - given + 1);
            given = due;
        }
    }
}

static void leave_all_out(struct module_shape *shape, const struct module_wanted *w,
                          uint32_t *rounds)
{
    for (uint32_t i = 0; i < w->segments; i++) {
        rounds[i] = 0;
    }
    shape->work_calls = 0;
    shape->rounds = 0;
    shape->nops = (uint32_t)w->all;
}

void module_fit_rounds(struct module_shape *shape, const struct module_wanted *w, uint32_t *rounds)
{
    const uint64_t call = MODULE_WORK_FIXED + (uint64_t)shape->work.before;
    const uint64_t shortest = call + shape->work.round;
    if (shape->work.round == 0 || w->all < shortest) {
        leave_all_out(shape, w, rounds);
        return;
    }
    const struct choice c = choose_working(w, shortest);
    const uint64_t left = w->all - c.taken * call;
    shape->work_calls = c.taken;
    shape->rounds = left / shape->work.round;
    shape->nops = (uint32_t)(left % shape->work.round);
    share_rounds(w, &c, shortest, shape->rounds, rounds);
}
