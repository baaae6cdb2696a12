#include "models/nimblenet/results/tale.h"

#include <stdlib.h>
#include <string.h>

enum { DEPTH_MAX = 64 }; /* of nesting; the loader allows far less */

/* ---- steps ---- */

static enum sim_status add(struct tale *s, const struct tale_step *step)
{
    if (s->count == s->capacity) {
        const size_t capacity = s->capacity == 0 ? 32 : 2 * s->capacity;
        struct tale_step *larger = realloc(s->step, capacity * sizeof *larger);
        if (larger == NULL) {
            return SIM_ERR_NOMEM;
        }
        s->step = larger;
        s->capacity = capacity;
    }
    s->step[s->count++] = *step;
    s->total_ns += step->counts ? step->duration_ns : 0;
    return SIM_OK;
}

void tale_deinit(struct tale *s)
{
    free(s->step);
    *s = (struct tale){0};
}

static enum sim_status add_acquisition(struct tale *s, const struct tale_acquisition *a,
                                       uint32_t level, bool counts)
{
    const struct tale_step step = {
        .kind = TALE_ACQUIRE,
        .level = level,
        .tasklet = a->tasklet,
        .start_ns = a->t_ns,
        .duration_ns = a->done_ns - a->t_ns,
        .acquisition = a,
        .counts = counts,
    };
    return add(s, &step);
}

/* ---- the program's course: which segment comes next ---- */

struct course {
    const struct program *program;
    struct {
        uint32_t tasklet, calls_made;
    } frame[DEPTH_MAX];
    uint32_t depth; /* 0: the chain has ended, or has not begun */
    bool is_lost;   /* the story does not fit the taskset */
};

static sim_time segment_ns(const struct program *p, uint32_t tasklet, uint32_t segment)
{
    const struct program_tasklet *t = &p->tasklet[tasklet];
    const struct program_call *call = &p->call[t->first_call];
    const sim_time from = segment == 0 ? 0 : call[segment - 1].after_ns;
    return (segment == t->call_count ? t->own_ns : call[segment].after_ns) - from;
}

static void enter(struct course *c, int64_t tasklet)
{
    if (c->depth == DEPTH_MAX || tasklet < 0 || tasklet >= (int64_t)c->program->count) {
        c->is_lost = true;
        return;
    }
    c->frame[c->depth].tasklet = (uint32_t)tasklet;
    c->frame[c->depth].calls_made = 0;
    c->depth++;
}

/*
 * Adds what runs from the start of the tasklet on top until the next call, or until the
 * chain ends. Times are put right by place_work().
 */
static enum sim_status add_work(struct tale *s, struct course *c)
{
    enum tale_kind kind = TALE_RUN;
    while (c->depth > 0) {
        const uint32_t level = c->depth - 1;
        const uint32_t tasklet = c->frame[level].tasklet;
        const uint32_t segment = c->frame[level].calls_made;
        const struct program_tasklet *t = &c->program->tasklet[tasklet];
        const sim_time overhead_ns = kind == TALE_RUN ? t->load_ns : t->resume_ns;
        const sim_time suspend_ns = segment < t->call_count ? t->suspend_ns : 0;
        const struct tale_step step = {
            .kind = kind,
            .level = level,
            .tasklet = tasklet,
            .duration_ns = overhead_ns + segment_ns(c->program, tasklet, segment) + suspend_ns,
            .overhead_ns = overhead_ns,
            .suspend_ns = suspend_ns,
            .counts = true,
        };
        const enum sim_status status = add(s, &step);
        if (status != SIM_OK || segment < t->call_count) {
            return status;
        }
        c->depth--;
        kind = TALE_RESUME;
    }
    return SIM_OK;
}

/* The callee that the tasklet on top wants next; it must be asked for next. */
static bool calls_next(struct course *c, int64_t tasklet)
{
    if (c->depth == 0) {
        return false;
    }
    const uint32_t level = c->depth - 1;
    const struct program_tasklet *t = &c->program->tasklet[c->frame[level].tasklet];
    const uint32_t i = c->frame[level].calls_made++;
    return i < t->call_count && c->program->call[t->first_call + i].callee == tasklet;
}

/*
 * Gives the steps from first on their times within [from, to]. What they do not
 * need was the wait for an executor, in front of them.
 */
static enum sim_status place_work(struct tale *s, size_t first, sim_time from, sim_time to)
{
    sim_time work = 0;
    for (size_t i = first; i < s->count; i++) {
        work += s->step[i].duration_ns;
    }
    const sim_time wait = to - from - work;
    if (wait < 0) {
        return SIM_ERR_INVALID;
    }
    sim_time now = from + wait;
    for (size_t i = first; i < s->count; i++) {
        s->step[i].start_ns = now;
        now += s->step[i].duration_ns;
    }
    if (wait == 0) {
        return SIM_OK;
    }
    const struct tale_step queue = {
        .kind = TALE_QUEUE,
        .level = s->count > first ? s->step[first].level : 0,
        .tasklet = s->count > first ? s->step[first].tasklet : STORE_MISSING,
        .start_ns = from,
        .duration_ns = wait,
        .counts = true,
    };
    const enum sim_status status = add(s, &queue);
    if (status == SIM_OK) {
        memmove(&s->step[first + 1], &s->step[first], (s->count - 1 - first) * sizeof s->step[0]);
        s->step[first] = queue;
    }
    return status;
}

/* Where the taskset does not explain the time between two acquisitions: one step for all of it. */
static enum sim_status add_unexplained(struct tale *s, size_t first, sim_time from, sim_time to)
{
    while (s->count > first) {
        s->total_ns -= s->step[--s->count].duration_ns;
    }
    s->is_exact = false;
    const struct tale_step step = {
        .kind = TALE_OPEN,
        .tasklet = STORE_MISSING,
        .start_ns = from,
        .duration_ns = to - from,
        .counts = true,
    };
    return to > from ? add(s, &step) : SIM_OK;
}

/* ---- preloading ---- */

/* A preloaded tasklet that was here is no acquisition until it is called; one that was fetched took
 * time. So the first that took none is the chain's own. */
static bool is_preloaded(const struct tale_acquisition *a)
{
    return a->done_ns > a->t_ns || strcmp(a->served, "cache") != 0;
}

static enum sim_status add_preload(struct tale *s, const struct tale_call *c, size_t *next,
                                   sim_time *now)
{
    size_t end = *next;
    while (end < c->acquisition_count && is_preloaded(&c->acquisition[end])) {
        end++;
    }
    struct tale_step all = {
        .kind = TALE_PRELOAD, .tasklet = c->chain, .start_ns = *now, .counts = true};
    for (size_t i = *next; i < end; i++) {
        const sim_time took = c->acquisition[i].done_ns - *now;
        all.duration_ns = took > all.duration_ns ? took : all.duration_ns;
    }
    enum sim_status status = end > *next ? add(s, &all) : SIM_OK;
    for (; status == SIM_OK && *next < end; (*next)++) {
        status = add_acquisition(s, &c->acquisition[*next], 1, false);
    }
    *now += all.duration_ns;
    return status;
}

/* ---- the story ---- */

static bool is_last(const struct tale_acquisition *a)
{
    return strcmp(a->served, "failed") == 0 || strcmp(a->served, "too_large") == 0;
}

/* From the tasklet on top being here, at now, to the next one asked for, or to the end. */
static enum sim_status tell_work(struct tale *s, struct course *course, sim_time now, sim_time to)
{
    const size_t first = s->count;
    enum sim_status status = course->is_lost ? SIM_OK : add_work(s, course);
    if (status == SIM_OK) {
        status = course->is_lost ? SIM_ERR_INVALID : place_work(s, first, now, to);
    }
    if (status == SIM_ERR_INVALID) {
        course->is_lost = true;
        status = add_unexplained(s, first, now, to);
    }
    return status;
}

/* The end: known of a completed call, and of one whose last acquisition failed. */
static enum sim_status tell_end(struct tale *s, struct course *course, const struct tale_call *c,
                                sim_time now)
{
    if (c->response_ns != STORE_MISSING) {
        return tell_work(s, course, now, c->t_ns + c->response_ns);
    }
    const struct tale_step open = {
        .kind = TALE_OPEN,
        .tasklet = course->depth > 0 ? course->frame[course->depth - 1].tasklet : c->chain,
        .start_ns = now};
    return add(s, &open);
}

/* Before its node takes the call: it pauses. */
static enum sim_status tell_pause(struct tale *s, const struct tale_call *c, sim_time taken)
{
    const struct tale_step step = {
        .kind = TALE_QUEUE,
        .tasklet = c->chain,
        .start_ns = c->t_ns,
        .duration_ns = taken - c->t_ns,
        .counts = true,
    };
    return taken > c->t_ns ? add(s, &step) : SIM_OK;
}

enum sim_status tale_tell(struct tale *s, const struct tale_call *c, const struct program *p)
{
    s->count = 0;
    s->total_ns = 0;
    s->is_exact = true;
    if (c->node == STORE_MISSING) {
        return SIM_OK;
    }
    struct course course = {.program = p};
    course.is_lost = c->chain < 0 || c->chain >= (int64_t)p->count;
    sim_time now = c->t_ns;
    size_t next = 0;
    enum sim_status status = SIM_OK;
    while (status == SIM_OK && next < c->acquisition_count) {
        const struct tale_acquisition *a = &c->acquisition[next++];
        if (next == 1) {
            status = tell_pause(s, c, a->t_ns);
        } else {
            status = tell_work(s, &course, now, a->t_ns);
            course.is_lost = course.is_lost || !calls_next(&course, a->tasklet);
        }
        if (status == SIM_OK) {
            status = add_acquisition(s, a, course.depth, true);
        }
        now = a->done_ns;
        if (status != SIM_OK || is_last(a)) {
            return status;
        }
        enter(&course, a->tasklet);
        if (next == 1 && p->preloads && !course.is_lost) {
            status = add_preload(s, c, &next, &now);
        }
    }
    return status == SIM_OK ? tell_end(s, &course, c, now) : status;
}
