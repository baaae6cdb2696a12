/*
 * module_plan.h - what each tasklet's binary does: how many rounds of work a segment.
 *
 * A segment of work is a call of the tasklet's work function with a number of
 * rounds. Between its calls' own cost and whole rounds a few instructions are left
 * over; nops make them up. How long a round is, is chosen so that numbers and nops
 * take the fewest bytes.
 *
 * Units: instructions, as module_emit.h counts them; rounds of a work function.
 * Ownership: the caller owns struct module_plan and ends it with module_plan_deinit();
 *   the taskset must outlive it.
 */
#ifndef TASKGEN_MODULE_PLAN_H
#define TASKGEN_MODULE_PLAN_H

#include "taskgen/module_emit.h"

/* Instructions of a round without nops, of a work function around its rounds and its call. */
enum { MODULE_ROUND_LEAST = 7, MODULE_WORK_FIXED = 6 };

/* A work function: (x, rounds) -> x. Two that are equal here are equal in code. */
struct module_work {
    uint8_t op;     /* of a round: x = x op factor; enum module_opcode */
    int8_t factor;  /* odd, of one byte */
    uint8_t round;  /* instructions a round, 0: no round; above MODULE_ROUND_LEAST: nops */
    uint8_t before; /* nops before the rounds */
};

struct module_shape {
    struct module_work work;
    uint32_t work_calls;         /* segments of at least one round; the others are left out */
    uint32_t wide_calls;         /* those whose number of rounds takes more than one byte */
    uint32_t nops;               /* of the entry itself */
    uint64_t rounds;             /* of all segments */
    uint32_t heap_bytes;         /* in whole words; 0: neither memory nor global */
    uint64_t instructions;       /* own, exact */
    uint64_t total_instructions; /* with all that it calls; UINT64_MAX: beyond counting */
    uint64_t total_copies;       /* of tasklets in its twin, itself included; the same */
    uint64_t total_heaps;        /* those of them that have one; the same */
    uint64_t total_heap_bytes;   /* of these together; the same */
};

struct module_plan {
    const struct taskset *taskset;
    struct module_shape *shape; /* of every tasklet */
    uint32_t *rounds;           /* of every segment, numbered as in the taskset */
};

/* More instructions cannot be metered in one run. */
#define MODULE_INSTRUCTIONS_MAX UINT64_C(2147483647)

/* SIM_ERR_NOMEM; or SIM_ERR_INVALID, and error says why. */
SIM_MUST_CHECK enum sim_status module_plan_init(struct module_plan *p, const struct taskset *nimble,
                                                sim_time instruction_ns,
                                                char error[MODULE_ERROR_MAX]);
void module_plan_deinit(struct module_plan *p);

/* What tasklet index executes, by class. */
void module_plan_classes(const struct module_plan *p, uint32_t index,
                         uint64_t class_count[MODULE_CLASS_COUNT]);

/* Writes the error's text. */
SIM_PRINTF(3, 4)
enum sim_status module_fail(char error[MODULE_ERROR_MAX], enum sim_status status,
                            const char *format, ...);

#endif
