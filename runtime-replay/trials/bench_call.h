/*
 * bench_call.h - what a call of a Wasm function costs, beside the same call in C.
 *
 * Three works: nothing, and the mean and the median of 60 integers. Three ways to have
 * each done: natively; in an instance that stays loaded, into whose memory the
 * integers are copied with each call; and cold, where each call loads the module, makes
 * an instance, runs it and takes it away. The compiler does not see which native
 * function is called. Every result is compared with the native one.
 *
 * Units: nanoseconds of this host, a call. What takes less than the clock can tell is called
 *   many times a sample: bench_calls_a_sample().
 * Errors: SIM_ERR_NOTFOUND without a runtime, SIM_ERR_NOMEM; SIM_ERR_INVALID where a result was
 *   another than the native one. A text in error says so.
 * Threads: one at a time.
 */
#ifndef RUNTIME_REPLAY_TRIALS_BENCH_CALL_H
#define RUNTIME_REPLAY_TRIALS_BENCH_CALL_H

#include "runtime-replay/execution/execute.h"
#include "runtime-replay/wasm/wasm_host.h"

enum bench_work { BENCH_NOTHING, BENCH_MEAN, BENCH_MEDIAN };
enum bench_way { BENCH_NATIVE, BENCH_LOADED, BENCH_COLD };

enum { BENCH_WORKS = 3, BENCH_WAYS = 3, BENCH_INTEGERS = 60 };

extern const char *const bench_work_name[BENCH_WORKS];
extern const char *const bench_way_name[BENCH_WAYS];
extern const struct execute_binary bench_module[BENCH_WORKS];

uint32_t bench_calls_a_sample(enum bench_way way);

/* The same work in C. */
int32_t bench_native(enum bench_work work, const int32_t integer[BENCH_INTEGERS]);

/*
 * Fills in so many samples, after a tenth as many that warm up. module does the work where the way
 * is not native: bench_module[work], or one whose results are to be tried.
 */
SIM_MUST_CHECK enum sim_status bench_measure(enum bench_work work, enum bench_way way,
                                             const struct execute_binary *module, double *sample_ns,
                                             size_t samples, struct wasm_error *error);

/* The least that two readings of the clock in a row have between them, in the median. */
double bench_clock_ns(void);

#endif
