/*
 * artefact.h - a file that is either there in full or not at all.
 *
 * It grows under its name with ".new" behind and gets its name at the end.
 *
 * Ownership: struct artefact belongs to the caller; artefact_close() ends it.
 * Errors: SIM_ERR_IO, and a text that names the file in why[bytes].
 */
#ifndef SIM_TERMINAL_ARTEFACT_H
#define SIM_TERMINAL_ARTEFACT_H

#include <stdio.h>

#include "sim/engine/base.h"

struct artefact {
    FILE *to;
    char path[4096];
    char temporary[4096 + sizeof ".new"];
};

/* Creates folder if it is not there; its parent must be. */
SIM_MUST_CHECK enum sim_status artefact_make_folder(const char *folder, char *why, size_t bytes);

SIM_MUST_CHECK enum sim_status artefact_open(struct artefact *a, const char *folder,
                                             const char *name, char *why, size_t bytes);

/*
 * Ends the file: gives it its name if status, of what made it, is SIM_OK, else removes it. Returns
 * status, or SIM_ERR_IO.
 */
SIM_MUST_CHECK enum sim_status artefact_close(struct artefact *a, enum sim_status status, char *why,
                                              size_t bytes);

#endif
