/*
 * restart.h - the tasklet's host as a process: what an update costs that ends it and starts it
 * again.
 */
#ifndef MODELS_WASMTUBE_REAL_RESTART_H
#define MODELS_WASMTUBE_REAL_RESTART_H

#include "models/trial.h"

/* What the process does: takes the path of a module, opens it, calls it, says its version. Or it is
 * a layer, if its first order says so: layerd.h. */
int restart_serve(void);

/*
 * Ends the process and starts it again with the module of a version and a size, until its first
 * answer: *gap_ns is how long nobody answered. The first has nobody to end.
 * SIM_ERR_IO, with a text, where it ends by itself or does not answer.
 */
SIM_MUST_CHECK enum sim_status restart_run(const char *path, size_t bytes, uint32_t restarts,
                                           int64_t *gap_ns, char text[MODEL_TRIAL_TEXT_MAX]);

#endif
