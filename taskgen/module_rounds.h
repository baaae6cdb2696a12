/*
 * module_rounds.h - how many rounds of work each segment of a tasklet gets.
 *
 * What is wanted is a number of instructions a segment. A call of the work function
 * costs some before its first round, so very short segments go without, and the sum
 * is met by nops.
 */
#ifndef TASKGEN_MODULE_ROUNDS_H
#define TASKGEN_MODULE_ROUNDS_H

#include "taskgen/module_plan.h"

/* Instructions wanted of a tasklet's segments; what the entry itself executes is left out. */
struct module_wanted {
    uint64_t *segment;
    uint32_t segments;
    uint64_t all; /* their sum, or more */
};

/*
 * Fills in work_calls, rounds and nops of a shape that has its work function, and the rounds of
 * each segment. Together they execute w->all instructions, to the last.
 */
void module_fit_rounds(struct module_shape *shape, const struct module_wanted *w, uint32_t *rounds);

#endif
