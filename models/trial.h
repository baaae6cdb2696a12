/*
 * trial.h - a model's experiments on this host: its decisions, made by the very objects that the
 * simulation drives, among real processes and real Wasm; in the host's own time.
 *
 * The program measures what the host is (open()), tells the simulation of it by keys, simulates the
 * arms' variants, and runs the arms in blocks: runtime-replay/trials/trial.h says how, and what an
 * arm, a metric and a verdict are. Simulated and measured then stand side by side under the same
 * keys.
 *
 * Order of calls: open() { run() } close(), all of them by one thread.
 * Ownership: the bench belongs to the model. It leaves no process behind, however it ends.
 * Errors: SIM_ERR_NOTFOUND where this program was built without processes or without a Wasm
 *   runtime; SIM_ERR_IO where a process has died, or the host refuses what is needed; with a text.
 *   Whoever is interrupted may return at once, with any status.
 */
#ifndef MODELS_TRIAL_H
#define MODELS_TRIAL_H

#include "sim/engine/base.h"

enum { MODEL_TRIAL_TEXT_MAX = 256 };

struct trial_arm; /* runtime-replay/trials/trial.h */
struct trial_metric;

struct model_trial_request {
    uint64_t seed;
    bool is_small; /* as little as can be: of interest is that it works */
    void *context; /* of the calls below, each of which copies what it is told */
    /* Something of this host, or of how the experiment was made: "limit", "duty cycle". */
    void (*fact)(void *context, const char *name, const char *value);
    /* A point of a curve that is measured beside the blocks: of "phi", of "this host", at x. */
    void (*point)(void *context, const char *curve, const char *series, double x, double value);
    /* A key of the scenario that the host decides: "nodes.service=15 ms"; open() alone may. What
     * the user sets is stronger. */
    void (*set)(void *context, const char *key_value);
    bool (*is_interrupted)(void *context);
};

/* Tell a fact, and set a key, in words that are put together; what is longer than a line is cut. */
SIM_PRINTF(3, 4)
void model_trial_tell(const struct model_trial_request *request, const char *name,
                      const char *format, ...);
SIM_PRINTF(2, 3)
void model_trial_set(const struct model_trial_request *request, const char *format, ...);

struct model_trial {
    const char *name, *about; /* "streams", "misses of camera streams over loopback" */
    const struct trial_arm *arm;
    size_t arms, baseline, again;
    const struct trial_metric *metric;
    size_t metrics;
    uint32_t blocks, small_blocks; /* as many where nobody says */
    enum sim_status (*open)(void **bench, const struct model_trial_request *request,
                            char text[MODEL_TRIAL_TEXT_MAX]);
    /* Runs an arm once; value holds a NaN a metric. system: what the model's open() made of the
     * arm's variant, with the keys as they were set; NULL for an arm without one. */
    enum sim_status (*run)(void *bench, size_t arm, const void *system, uint32_t block,
                           double *value, char text[MODEL_TRIAL_TEXT_MAX]);
    /* Behind the last block, to tell facts of all of them; NULL: there are none. */
    void (*conclude)(void *bench);
    void (*close)(void *bench);
};

#endif
