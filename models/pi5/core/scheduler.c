#include "models/pi5/core/scheduler.h"

void pi5_scheduler_init(struct pi5_scheduler *s, int64_t base_bytes)
{
    ASSERT(s->workers >= 1 && s->per_core >= 1);
    for (uint32_t i = 0; i < s->workers; i++) {
        s->worker[i] = (struct pi5_worker){0};
    }
    s->used_bytes = base_bytes;
    s->again_first = s->again_count = 0;
    s->running = s->sleeping = s->start_failures = 0;
    s->is_sequential = false;
}

/* The one with the fewest tasks, the first of equals; PI5_NONE where all slots are in use. */
static uint32_t pick_worker(const struct pi5_scheduler *s)
{
    uint32_t best = 0;
    for (uint32_t i = 1; i < s->workers; i++) {
        best = s->worker[i].slots_used < s->worker[best].slots_used ? i : best;
    }
    return s->worker[best].slots_used < s->per_core ? best : PI5_NONE;
}

static void put_again(struct pi5_scheduler *s, uint32_t task)
{
    ASSERT(s->again_count < s->queue.places);
    s->again[s->again_count++] = task;
}

static void give_up_queue(struct pi5_scheduler *s)
{
    for (uint32_t i = s->queue.first; i != PI5_NONE; i = s->queue.place[i].next) {
        put_again(s, s->queue.place[i].task);
    }
    s->queue.first = s->queue.last = PI5_NONE;
    s->queue.left = 0;
}

static uint32_t group_of(const struct pi5_scheduler *s, const struct pi5_decision *d)
{
    return d->place != PI5_NONE ? pi5_group(&s->queue, s->pairing, d->place) : 0;
}

/* Of the queue; PI5_WAIT where nothing of it can start now. */
static struct pi5_decision next_of_queue(struct pi5_scheduler *s)
{
    const uint32_t worker = pick_worker(s);
    if (worker == PI5_NONE) {
        return (struct pi5_decision){.action = PI5_WAIT};
    }
    const struct pi5_wish wish = {
        .by_memory = s->policy.memory,
        .used_bytes = s->used_bytes,
        .cap_bytes = s->cap_bytes,
        .pairing = s->pairing,
        .in_group = {s->worker[worker].in_group[0], s->worker[worker].in_group[1]},
    };
    const uint32_t place = pi5_queue_pick(&s->queue, &wish);
    if (place == PI5_NONE) {
        if (s->running == 0) {
            give_up_queue(s);
        }
        return (struct pi5_decision){.action = PI5_WAIT};
    }
    pi5_queue_take(&s->queue, &wish, place);
    s->worker[worker].slots_used++;
    return (struct pi5_decision){PI5_START, worker, s->queue.place[place].task, place};
}

struct pi5_decision pi5_next(struct pi5_scheduler *s)
{
    if (s->queue.left > 0) {
        const struct pi5_decision d = next_of_queue(s);
        if (d.action == PI5_START || s->queue.left > 0) {
            return d;
        }
    }
    if (s->running + s->sleeping > 0) {
        return (struct pi5_decision){.action = PI5_WAIT};
    }
    if (s->again_first == s->again_count) {
        return (struct pi5_decision){.action = PI5_DONE};
    }
    s->is_sequential = true;
    s->worker[0].slots_used++;
    return (struct pi5_decision){PI5_ALONE, 0, s->again[s->again_first++], PI5_NONE};
}

bool pi5_may_start(const struct pi5_scheduler *s, const struct pi5_decision *d, int64_t bytes)
{
    return d->action == PI5_ALONE || s->may_overcommit ||
           pi5_fits(s->used_bytes, bytes, s->cap_bytes);
}

void pi5_started(struct pi5_scheduler *s, const struct pi5_decision *d, int64_t bytes)
{
    ASSERT(pi5_may_start(s, d, bytes));
    s->running++;
    s->used_bytes += bytes;
    s->worker[d->worker].in_group[group_of(s, d)]++;
}

void pi5_failed(struct pi5_scheduler *s, const struct pi5_decision *d)
{
    ASSERT(d->action == PI5_START);
    s->sleeping++;
    s->start_failures++;
    put_again(s, d->task);
}

void pi5_ended(struct pi5_scheduler *s, const struct pi5_decision *d, int64_t bytes)
{
    ASSERT(s->running > 0 && s->worker[d->worker].slots_used > 0);
    s->running--;
    s->used_bytes -= bytes;
    s->worker[d->worker].slots_used--;
    s->worker[d->worker].in_group[group_of(s, d)]--;
}

void pi5_woke(struct pi5_scheduler *s, uint32_t worker)
{
    ASSERT(s->sleeping > 0 && s->worker[worker].slots_used > 0);
    s->sleeping--;
    s->worker[worker].slots_used--;
}
