/*
 * load.h - a scenario as the command line asks for it: the file, --set, --seed, --replications.
 *
 * A bare name that is no file here is looked for among the scenarios that were installed with the
 * program.
 *
 * Ownership: a scenario that was loaded belongs to the caller, who ends it with
 *   scenario_deinit(); after a failure there is nothing to end.
 * Errors: mistakes go to stderr, one line each; what is returned is the exit code.
 */
#ifndef SIM_STUDY_LOAD_H
#define SIM_STUDY_LOAD_H

#include "scenarios/language/scenario.h"
#include "sim/terminal/json.h"
#include "sim/terminal/options.h"

/* What the language is told of the program's models. */
const struct scenario_registry *load_registry(void);

/* What the program exits with where an operation on a user's file ended with status. */
int load_exit_code(enum sim_status status);

/* What a verb's options change in a scenario. Those that come last hold. */
struct load_changes {
    const struct option_list *sets;
    uint64_t seed;         /* UINT64_MAX: the scenario's */
    uint64_t replications; /* 0: the scenario's */
};

/* The changes as overrides, in their order. free() the array and its texts with load_free(). */
struct load_overrides {
    struct scenario_override *item;
    size_t count;
    char seed[40], replications[40];
};
SIM_MUST_CHECK enum sim_status load_overrides_init(struct load_overrides *o,
                                                   const struct load_changes *changes);
void load_overrides_deinit(struct load_overrides *o);

/*
 * Loads path with the changes. EXIT_OK, or the exit code once the mistakes are printed; notes of
 * the scenario are printed too.
 */
SIM_MUST_CHECK int load_scenario(struct scenario *s, const char *path,
                                 const struct load_changes *changes);

/* The same, but the mistakes are left in *errors, for a verb that shows them its own way. */
SIM_MUST_CHECK enum sim_status load_scenario_quietly(struct scenario *s, const char *path,
                                                     const struct load_changes *changes,
                                                     struct scenario_errors *errors);

/* Prints what load_scenario_quietly() found, on stderr. */
void load_tell_errors(const char *path, enum sim_status status,
                      const struct scenario_errors *errors);

/* Prints the notes of a scenario, a line each. */
void load_tell_notes(const struct scenario *s);

/* A mistake as an object: file, line, column, key, message, suggestion. */
void load_put_errors(struct json *j, const struct scenario_errors *errors);

#endif
