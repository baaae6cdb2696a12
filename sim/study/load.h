/*
 * load.h - a scenario as the command line asks for it: the file, --set, --seed.
 *
 * Ownership: a scenario that was loaded belongs to the caller, who ends it with
 *   scenario_deinit(); after a failure there is nothing to end.
 * Errors: mistakes go to stderr, one line each; what is returned is the exit code.
 */
#ifndef SIM_STUDY_LOAD_H
#define SIM_STUDY_LOAD_H

#include "scenarios/language/scenario.h"
#include "sim/terminal/options.h"

/* The rows of a verb's option table that say --seed and --set. */
struct option_spec load_option_seed(uint64_t *seed);
struct option_spec load_option_set(struct option_list *sets, const char *help);

/* What the program exits with where an operation on a user's file ended with status. */
int load_exit_code(enum sim_status status);

/*
 * Loads path with the overrides applied in order, and seed, which comes last, unless it is NULL.
 * EXIT_OK, or the exit code once the mistakes are printed.
 */
SIM_MUST_CHECK int load_scenario(struct scenario *s, const char *path,
                                 const struct option_list *sets, const uint64_t *seed);

/* The same, but the mistakes are left in *errors, for a verb that shows them its own way. */
SIM_MUST_CHECK enum sim_status load_scenario_quietly(struct scenario *s, const char *path,
                                                     const struct option_list *sets,
                                                     const uint64_t *seed,
                                                     struct scenario_errors *errors);

#endif
