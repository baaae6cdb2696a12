#include "taskgen/module_plan.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "taskgen/module_encode.h"
#include "taskgen/module_heap.h"
#include "taskgen/module_rounds.h"

enum sim_status module_fail(char error[MODULE_ERROR_MAX], enum sim_status status,
                            const char *format, ...)
{
    va_list list;
    va_start(list, format);
    (void)vsnprintf(error, MODULE_ERROR_MAX, format, list);
    va_end(list);
    return status;
}

/* ---- the work function that makes the shortest binary ---- */

/*
 * Longer rounds need smaller numbers, and nops in rounds or before them leave another remainder.
 * Beyond these a gain is rare.
 */
enum { ROUND_MOST = MODULE_ROUND_LEAST + 6, BEFORE_MOST = 2 };

/* A work function of the shortest rounds, with its type and its number; a call of it. */
enum { WORK_BYTES = 27, WORK_TYPE_BYTES = 6, WORK_CALL_BYTES = 3 };

/* Its type is there already where there is a heap. */
static uint32_t work_bytes(const struct module_shape *shape)
{
    return shape->heap_bytes > 0 ? WORK_BYTES - WORK_TYPE_BYTES : WORK_BYTES;
}

/* What the choice decides of a binary's length. */
static uint32_t length_of(const struct module_shape *shape, const uint32_t *rounds,
                          uint32_t segments)
{
    uint32_t length = shape->nops;
    if (shape->work_calls > 0) {
        length += work_bytes(shape) + (uint32_t)shape->work.round - MODULE_ROUND_LEAST +
                  shape->work.before;
    }
    for (uint32_t i = 0; i < segments; i++) {
        length += rounds[i] > 0 ? WORK_CALL_BYTES + module_signed_length((int32_t)rounds[i]) : 0;
    }
    return length;
}

/* Starts from no work function at all: for very little work a few nops are shorter. */
static void choose_work(struct module_shape *shape, const struct module_wanted *w, uint32_t *rounds)
{
    struct module_work best = shape->work;
    uint32_t shortest = w->all < work_bytes(shape) ? (uint32_t)w->all : UINT32_MAX;
    for (uint32_t before = 0; before <= BEFORE_MOST; before++) {
        for (uint32_t round = MODULE_ROUND_LEAST; round <= ROUND_MOST; round++) {
            shape->work.before = (uint8_t)before;
            shape->work.round = (uint8_t)round;
            module_fit_rounds(shape, w, rounds);
            const uint32_t length = length_of(shape, rounds, w->segments);
            if (length < shortest) {
                shortest = length;
                best = shape->work;
            }
        }
    }
    shape->work = best;
    module_fit_rounds(shape, w, rounds);
}

/*
 * What a round does to x. Those that call others multiply, the others add: of such steps, turn and
 * turn about, no two can change places without changing the result. Factors are of one byte,
 * and 3 or 5 more than a multiple of 8: their powers are the last to repeat.
 */
static struct module_work work_of(const struct taskset *t, uint32_t index)
{
    const int step = (int)(index % 32);
    return (struct module_work){
        .op = t->tasklet[index].call_count > 0 ? MODULE_OP_I32_MUL : MODULE_OP_I32_ADD,
        .factor = (int8_t)(-64 + 8 * (step / 2) + (step % 2 == 0 ? 3 : 5)),
    };
}

/* ---- from times to instructions ---- */

static uint64_t instructions_in(sim_time span_ns, sim_time instruction_ns)
{
    const uint64_t whole = (uint64_t)(span_ns / instruction_ns);
    const sim_time rest_ns = span_ns % instruction_ns;
    return whole + (rest_ns >= instruction_ns - rest_ns ? 1 : 0);
}

/*
 * What the segments of a tasklet shall execute: each ends where its time does, rounded. The entry's
 * own share (its argument, its calls, its heap, its end) is taken from the segment in which it
 * lies. Returns that share.
 */
static uint64_t want(struct module_wanted *w, const struct taskset *t, uint32_t index,
                     uint64_t stirring, sim_time instruction_ns)
{
    const sim_time *segment_ns = &t->segment_ns[taskset_first_segment(t, index)];
    w->segments = t->tasklet[index].call_count + 1;
    sim_time end_ns = 0;
    uint64_t before = 0;
    for (uint32_t i = 0; i < w->segments; i++) {
        end_ns += segment_ns[i];
        const uint64_t end = instructions_in(end_ns, instruction_ns);
        const uint64_t own = (i == 0 ? 2 + stirring : 1) + (i + 1 == w->segments ? stirring : 0);
        w->segment[i] = end - before > own ? end - before - own : 0;
        before = end;
    }
    const uint64_t own = (uint64_t)w->segments + 1 + 2 * stirring;
    w->all = before > own ? before - own : 0;
    return own;
}

static enum sim_status plan_tasklet(struct module_plan *p, uint32_t index, sim_time instruction_ns,
                                    struct module_wanted *w, char *error)
{
    const struct taskset *t = p->taskset;
    struct module_shape *shape = &p->shape[index];
    uint32_t *rounds = &p->rounds[taskset_first_segment(t, index)];
    shape->heap_bytes = module_heap_bytes(t->tasklet[index].heap_bytes);
    const uint64_t own =
        want(w, t, index, module_heap_instructions(shape->heap_bytes), instruction_ns);
    shape->instructions = w->all + own;
    if (shape->instructions > MODULE_INSTRUCTIONS_MAX) {
        return module_fail(error, SIM_ERR_INVALID,
                           "tasklet %" PRIu32 " of %g s is %" PRIu64 " instructions of %" PRId64
                           " ns, and a binary can have %" PRIu64
                           " at most: take shorter times or a longer time an instruction",
                           index, (double)t->tasklet[index].own_ns / (double)SIM_S,
                           shape->instructions, instruction_ns, MODULE_INSTRUCTIONS_MAX);
    }
    shape->work = work_of(t, index);
    choose_work(shape, w, rounds);
    for (uint32_t i = 0; i < w->segments; i++) {
        shape->wide_calls += module_signed_length((int32_t)rounds[i]) > 1;
    }
    return SIM_OK;
}

static uint64_t add_up_to_most(uint64_t a, uint64_t b)
{
    return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

/* Callees have greater numbers: from the last on, all sums are there when needed. */
static void add_callees(struct module_plan *p, uint32_t index)
{
    const struct taskset_tasklet *k = &p->taskset->tasklet[index];
    struct module_shape *shape = &p->shape[index];
    shape->total_instructions = shape->instructions;
    shape->total_copies = 1;
    shape->total_heaps = shape->heap_bytes > 0;
    shape->total_heap_bytes = shape->heap_bytes;
    for (uint32_t c = 0; c < k->call_count; c++) {
        const struct module_shape *callee = &p->shape[p->taskset->call[k->first_call + c]];
        shape->total_instructions =
            add_up_to_most(shape->total_instructions, callee->total_instructions);
        shape->total_copies = add_up_to_most(shape->total_copies, callee->total_copies);
        shape->total_heaps = add_up_to_most(shape->total_heaps, callee->total_heaps);
        shape->total_heap_bytes = add_up_to_most(shape->total_heap_bytes, callee->total_heap_bytes);
    }
}

static enum sim_status plan_all(struct module_plan *p, sim_time instruction_ns,
                                struct module_wanted *w, char *error)
{
    enum sim_status status = SIM_OK;
    for (uint32_t i = 0; i < p->taskset->count && status == SIM_OK; i++) {
        status = plan_tasklet(p, i, instruction_ns, w, error);
    }
    for (uint32_t i = p->taskset->count; i-- > 0 && status == SIM_OK;) {
        add_callees(p, i);
    }
    return status;
}

static uint32_t most_segments(const struct taskset *t)
{
    uint32_t most = 1;
    for (uint32_t i = 0; i < t->count; i++) {
        const uint32_t segments = t->tasklet[i].call_count + 1;
        most = segments > most ? segments : most;
    }
    return most;
}

enum sim_status module_plan_init(struct module_plan *p, const struct taskset *nimble,
                                 sim_time instruction_ns, char error[MODULE_ERROR_MAX])
{
    ASSERT(instruction_ns > 0 && nimble->count > 0);
    *p = (struct module_plan){.taskset = nimble};
    p->shape = calloc(nimble->count, sizeof *p->shape);
    p->rounds = calloc((size_t)nimble->count + nimble->call_count, sizeof *p->rounds);
    struct module_wanted w = {.segment = calloc(most_segments(nimble), sizeof *w.segment)};
    enum sim_status status = SIM_ERR_NOMEM;
    if (p->shape != NULL && p->rounds != NULL && w.segment != NULL) {
        status = plan_all(p, instruction_ns, &w, error);
    }
    free(w.segment);
    if (status != SIM_OK) {
        module_plan_deinit(p);
    }
    return status;
}

void module_plan_deinit(struct module_plan *p)
{
    free(p->shape);
    free(p->rounds);
    *p = (struct module_plan){0};
}

/* ---- what is executed ---- */

void module_plan_classes(const struct module_plan *p, uint32_t index,
                         uint64_t class_count[MODULE_CLASS_COUNT])
{
    const struct module_shape *s = &p->shape[index];
    const struct module_work *w = &s->work;
    const uint64_t calls = s->work_calls;
    const bool multiplies = w->op == MODULE_OP_I32_MUL;
    for (int c = 0; c < MODULE_CLASS_COUNT; c++) {
        class_count[c] = 0;
    }
    class_count[MODULE_NOP] =
        s->nops + calls * w->before + s->rounds * (uint64_t)(w->round - MODULE_ROUND_LEAST);
    class_count[MODULE_CONST] = calls - s->wide_calls + 2 * s->rounds;
    class_count[MODULE_CONST_WIDE] = s->wide_calls;
    class_count[MODULE_LOCAL_GET] = 1 + calls + s->rounds;
    class_count[MODULE_LOCAL_TEE] = s->rounds;
    class_count[MODULE_ALU] = multiplies ? s->rounds : 2 * s->rounds;
    class_count[MODULE_MUL] = multiplies ? s->rounds : 0;
    class_count[MODULE_BLOCK] = calls;
    class_count[MODULE_END] = calls;
    class_count[MODULE_BRANCH] = s->rounds - calls;
    class_count[MODULE_BRANCH_NOT] = calls;
    class_count[MODULE_CALL] = calls;
    class_count[MODULE_RETURN] = 1 + calls;
    class_count[MODULE_CALL_NATIVE] = p->taskset->tasklet[index].call_count;
    module_heap_classes(s->heap_bytes, 2, class_count);
}
