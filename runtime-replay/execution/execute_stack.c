#include "runtime-replay/execution/execute_stack.h"

#include <stdio.h>
#include <string.h>

#include "runtime-replay/execution/execute_level.h"
#include "runtime-replay/host_clock.h"

_Static_assert((int)EXECUTE_NAME_MAX == (int)WASM_IMPORT_MAX, "one limit, two rooms' names");

size_t execute_stack_bytes(uint32_t depth)
{
    return (depth * sizeof(struct level) + 15) & ~(size_t)15;
}

void execute_stack_init(struct execute_stack *s, uint32_t depth, void *memory)
{
    *s = (struct execute_stack){.level = memory, .depth = depth};
}

void execute_stack_end(struct execute_stack *s)
{
    while (s->count > 0) {
        level_deinit(&s->level[--s->count]);
    }
}

/* The runner works for this stack until leave(). */
static void enter(struct execute_stack *s, struct execute_runner *e)
{
    e->out = &s->out;
    e->cells = 1;
    e->keeps_modules = false;
    e->left = s->left;
    e->toll = (struct wasm_toll){.left = s->toll};
    if (e->limits.host_ns > 0) {
        e->toll.until_host_ns = host_clock_ns() + e->limits.host_ns;
    }
}

static enum execute_word leave(struct execute_stack *s, struct execute_runner *e,
                               enum execute_word word)
{
    s->left = e->left;
    s->toll = e->toll.left;
    e->out = NULL;
    if (word == EXECUTE_FAILS) {
        execute_stack_end(s);
    }
    return word;
}

/* Runs what is on top. */
static enum execute_word run_top(struct execute_stack *s, const uint32_t *argument)
{
    struct level *v = &s->level[s->count - 1];
    enum wasm_end end = WASM_TRAPPED;
    if (!execute_go_on(v, argument, s->value, &end)) {
        return EXECUTE_FAILS;
    }
    if (end == WASM_RETURNED) {
        level_deinit(v);
        s->count--;
        return EXECUTE_RETURNS;
    }
    memcpy(s->callee, v->callee, sizeof s->callee);
    return execute_leave(v) ? EXECUTE_CALLS : EXECUTE_FAILS;
}

static enum execute_word push(struct execute_stack *s, struct execute_runner *e, const char *name,
                              const uint32_t *argument)
{
    const struct level *caller = s->count > 0 ? &s->level[s->count - 1] : NULL;
    struct level *v = &s->level[s->count];
    enter(s, e);
    if (s->count == s->depth) {
        (void)level_stop(e, EXECUTE_TOO_DEEP, name, "more than %u tasklets call each other",
                         (unsigned)s->depth);
        return leave(s, e, EXECUTE_FAILS);
    }
    s->count++;
    return leave(s, e, level_init(v, e, caller, name) ? run_top(s, argument) : EXECUTE_FAILS);
}

enum execute_word execute_stack_call(struct execute_stack *s, struct execute_runner *e,
                                     const char *name, uint32_t argument)
{
    const uint32_t cell[EXECUTE_CELLS_MAX] = {argument};
    execute_stack_end(s);
    s->out = (struct execution){.end = EXECUTE_RETURNED};
    s->left = e->limits.instructions;
    s->toll = e->limits.toll;
    return push(s, e, name, cell);
}

enum execute_word execute_stack_start(struct execute_stack *s, struct execute_runner *e)
{
    ASSERT(s->count > 0);
    return push(s, e, s->callee, s->level[s->count - 1].argument);
}

enum execute_word execute_stack_resume(struct execute_stack *s, struct execute_runner *e)
{
    ASSERT(s->count > 0);
    struct level *v = &s->level[s->count - 1];
    enter(s, e);
    memcpy(v->result, s->value, sizeof v->result);
    if (!e->source.find(e->source.context, v->name, &v->binary)) {
        (void)level_stop(e, EXECUTE_NO_TASKLET, v->name, "is not there any more");
        return leave(s, e, EXECUTE_FAILS);
    }
    return leave(s, e, run_top(s, NULL));
}
