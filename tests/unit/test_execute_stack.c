/*
 * Word by word a call comes to what it comes to in one go: result, instructions, loads, saved
 * bytes; whatever other calls the runner goes on with in between.
 */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "runtime-replay/execution/execute_stack.h"
#include "tests/support/binaries.h"
#include "tests/support/runtime.h"
#include "tests/support/tasklets.h"

static const char *const names[] = {"chain", "globals", "memory", "nests", "recursion"};
enum { NAMES = sizeof names / sizeof names[0], DEPTH = 8 };

static struct execute_runner *make_runner(void)
{
    need_runtime();
    struct execute_limits limits = execute_limits_default();
    const struct execute_source source = tasklets_source();
    struct execute_runner *e = NULL;
    limits.memory_bytes = (size_t)8 << 20;
    cr_assert_eq(execute_create(&e, &limits, &source), SIM_OK);
    return e;
}

static enum execute_word next(struct execute_stack *s, struct execute_runner *e,
                              enum execute_word word)
{
    return word == EXECUTE_CALLS ? execute_stack_start(s, e) : execute_stack_resume(s, e);
}

static void expect_as_in_one_go(struct execute_runner *e, const char *name,
                                const struct execute_stack *s)
{
    struct execution whole;
    const uint32_t argument = 5;
    cr_assert(execute_run(e, name, &argument, 1, EXECUTE_SUSPENDED, &whole));
    cr_expect_eq(s->value[0], whole.result[0], "%s", name);
    cr_expect_eq(s->out.instructions, whole.instructions, "%s", name);
    cr_expect_eq(s->out.loads, whole.loads, "%s", name);
    cr_expect_eq(s->out.sub_calls, whole.sub_calls, "%s", name);
    cr_expect_eq(s->out.suspensions, whole.suspensions, "%s", name);
    cr_expect_eq(s->out.state_bytes, whole.state_bytes, "%s", name);
}

Test(execute_stack, calls_that_take_turns_come_to_what_each_comes_to_in_one_go)
{
    struct execute_runner *e = make_runner();
    struct execute_stack s[NAMES];
    void *memory[NAMES];
    enum execute_word word[NAMES];
    for (size_t i = 0; i < NAMES; i++) {
        memory[i] = calloc(1, execute_stack_bytes(DEPTH));
        execute_stack_init(&s[i], DEPTH, memory[i]);
        word[i] = execute_stack_call(&s[i], e, names[i], 5);
    }
    size_t running = NAMES;
    while (running > 0) {
        running = 0;
        for (size_t i = 0; i < NAMES; i++) {
            cr_assert_neq(word[i], EXECUTE_FAILS, "%s: %s", names[i], s[i].out.error);
            if (s[i].count > 0) {
                word[i] = next(&s[i], e, word[i]);
                running++;
            }
        }
    }
    for (size_t i = 0; i < NAMES; i++) {
        cr_expect_gt(s[i].out.sub_calls, 0);
        free(memory[i]);
    }
    for (size_t i = 0; i < NAMES; i++) {
        expect_as_in_one_go(e, names[i], &s[i]);
    }
    execute_destroy(e);
}

Test(execute_stack, too_deep_a_call_fails_and_the_stack_can_be_used_again)
{
    struct execute_runner *e = make_runner();
    struct execute_stack s;
    void *memory = calloc(1, execute_stack_bytes(1));
    execute_stack_init(&s, 1, memory);
    cr_assert_eq(execute_stack_call(&s, e, "chain", 5), EXECUTE_CALLS);
    cr_expect_eq(execute_stack_start(&s, e), EXECUTE_FAILS);
    cr_expect_eq(s.out.end, EXECUTE_TOO_DEEP);
    cr_expect_eq(s.count, 0);
    cr_assert_eq(execute_stack_call(&s, e, "double", 5), EXECUTE_RETURNS);
    cr_assert_eq(execute_stack_call(&s, e, "nobody", 5), EXECUTE_FAILS);
    cr_expect_eq(s.out.end, EXECUTE_NO_TASKLET);
    free(memory);
    execute_destroy(e);
}
