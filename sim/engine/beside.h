/*
 * beside.h - the name that a file has before it is whole: PATH.new-NUMBER, beside PATH.
 *
 * Whoever makes a file that is there in full or not at all writes it under such a name, and moves
 * it. Meanwhile it holds a lock on the file. A name whose file nobody holds is what a killed
 * program left, and beside_sweep() removes it. Where a file system knows no locks nothing is
 * removed.
 *
 * Errors: SIM_ERR_IO with errno, SIM_ERR_NOMEM.
 */
#ifndef SIM_ENGINE_BESIDE_H
#define SIM_ENGINE_BESIDE_H

#include "sim/engine/base.h"

/*
 * Creates an empty file beside path, open for reading and writing. *name is the caller's to free();
 * the lock ends when *file and its copies are closed.
 */
SIM_MUST_CHECK enum sim_status beside_create(const char *path, char **name, int *file);

/* Removes what killed programs left beside path. Looks through the whole folder. */
void beside_sweep(const char *path);

#endif
