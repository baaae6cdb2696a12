/* stdlib.h - temporary files, which WASI leaves to its users. */
#ifndef SIM_HOST_WASI_STDLIB_H
#define SIM_HOST_WASI_STDLIB_H

#include_next <stdlib.h>

int mkstemp(char *name);

#endif
