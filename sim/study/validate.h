/*
 * validate.h - the work of the validate verb: whatever `run` would refuse is found, told with its
 * place, and nothing is simulated.
 */
#ifndef SIM_STUDY_VALIDATE_H
#define SIM_STUDY_VALIDATE_H

#include "sim/study/load.h"

enum validate_form { VALIDATE_LINES, VALIDATE_YAML, VALIDATE_JSON };

/* Every file is looked at; the first that fails decides the exit code. */
SIM_MUST_CHECK int validate_files(const struct option_operands *files,
                                  const struct load_changes *changes, enum validate_form form);

#endif
