/*
 * execute_stack.h - a call executed word by word, so that somebody else decides between sub-calls.
 *
 * execute_run() goes through to the end by itself. A stack runs one tasklet until it calls, returns
 * or fails, and says which; what comes next, and when, its user says: the sub-tasklet starts on top
 * of it, with the argument that it was called with, or the one on top goes on, with what its
 * sub-tasklet has returned. Between two words a tasklet is nothing but its saved state, and its
 * binary may be anywhere: it is looked up again whenever it is loaded.
 *
 * Many stacks share one runner, whose memory all their states are in.
 *
 * Units: as in execute.h; counts are of the whole call so far. The watchdog's time is a word's.
 * Ownership: the caller owns the memory of a stack, and ends it with execute_stack_end() before the
 *   runner. Errors: EXECUTE_FAILS with a text in out.error; the stack is empty then.
 * Threads: a runner and its stacks belong to one thread at a time.
 */
#ifndef RUNTIME_REPLAY_EXECUTION_EXECUTE_STACK_H
#define RUNTIME_REPLAY_EXECUTION_EXECUTE_STACK_H

#include "runtime-replay/execution/execute.h"

struct level;

enum execute_word { EXECUTE_CALLS, EXECUTE_RETURNS, EXECUTE_FAILS };
enum { EXECUTE_NAME_MAX = 64 };

struct execute_stack {
    struct level *level; /* room for depth of them */
    uint32_t depth, count;
    uint64_t left; /* of the call's budget */
    uint64_t toll;
    struct execution out;
    char callee[EXECUTE_NAME_MAX];     /* behind EXECUTE_CALLS */
    uint32_t value[EXECUTE_CELLS_MAX]; /* behind EXECUTE_RETURNS, what was returned last */
};

/* Bytes for one that is so deep, a multiple of 16; and makes it in zeroed memory. */
size_t execute_stack_bytes(uint32_t depth);
void execute_stack_init(struct execute_stack *s, uint32_t depth, void *memory);

/* Forgets whatever was begun, and begins a call. */
enum execute_word execute_stack_call(struct execute_stack *s, struct execute_runner *e,
                                     const char *name, uint32_t argument);

/* The sub-tasklet that was called last starts. */
enum execute_word execute_stack_start(struct execute_stack *s, struct execute_runner *e);

/* Its caller goes on with what it returned. */
enum execute_word execute_stack_resume(struct execute_stack *s, struct execute_runner *e);

void execute_stack_end(struct execute_stack *s);

#endif
