/*
 * processors.h - how many things to do at once where the user does not say.
 */
#ifndef SIM_TERMINAL_PROCESSORS_H
#define SIM_TERMINAL_PROCESSORS_H

#include <stdint.h>

/* The most that --jobs and --threads take. */
enum { PROCESSORS_MAX = 256 };

/* Processors of this host that are online, from 1 to PROCESSORS_MAX. */
uint64_t processors_online(void);

#endif
