/*
 * footprint.h - what a scenario's entities keep in memory, part by part, before anything is run.
 */
#ifndef SIM_STUDY_FOOTPRINT_H
#define SIM_STUDY_FOOTPRINT_H

#include "sim/study/load.h"

/* Prints it for each variant of the file. Returns the exit code. */
SIM_MUST_CHECK int footprint_explain(const char *path, const struct load_changes *changes,
                                     bool json);

#endif
