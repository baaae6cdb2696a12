/*
 * host_clock.h - the time of this host, for what is shown and never compared.
 *
 * A result depends on simulated time alone. Whoever reads a clock here measures the host.
 *
 * Units: nanoseconds, since a moment that only differences make meaningful.
 * Threads: any.
 */
#ifndef RUNTIME_REPLAY_HOST_CLOCK_H
#define RUNTIME_REPLAY_HOST_CLOCK_H

#include <stdint.h>

/* Never steps back, whoever sets the clock. */
int64_t host_clock_ns(void);

/* Processor time: of the calling thread, and of all threads of the program together. */
int64_t host_clock_thread_ns(void);
int64_t host_clock_process_ns(void);

#endif
