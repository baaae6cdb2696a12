/*
 * module_build.h - the code of one tasklet, put into a module.
 *
 * Ownership: the caller owns module, plan and number; number has room for as many
 *   calls as any tasklet has.
 * Errors: error says what no binary can hold (SIM_ERR_INVALID).
 */
#ifndef TASKGEN_MODULE_BUILD_H
#define TASKGEN_MODULE_BUILD_H

#include "taskgen/module_draft.h"

struct module_build {
    struct module_plan plan;
    struct module_draft module;
    uint32_t *number; /* of the import that each call of the tasklet at hand goes to */
    char *error;
};

/* Into the empty module; class_count gets what the tasklet executes itself. */
SIM_MUST_CHECK enum sim_status module_build_nimble(struct module_build *b, uint32_t index,
                                                   uint64_t class_count[MODULE_CLASS_COUNT]);

/* The same for a chain with all that it calls inlined. */
SIM_MUST_CHECK enum sim_status module_build_inlined(struct module_build *b, uint32_t chain,
                                                    uint64_t class_count[MODULE_CLASS_COUNT]);

/* The heap of tasklet index, if it has one: *function is what stirs it, for module_build_stir(). */
void module_build_heap(struct module_build *b, uint32_t index, uint32_t *function);
void module_build_stir(struct module_build *b, uint32_t index, uint32_t function);

/* The work of a tasklet's segment, if it has any. work is its work function's number. */
void module_build_segment(struct module_build *b, uint32_t index, uint32_t segment, uint32_t work);

#endif
