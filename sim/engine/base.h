/*
 * base.h - the words that every room shares: time, status codes, ASSERT.
 *
 * Time is simulated nanoseconds since the start of the run in a signed 64-bit
 *   integer, which lasts 292 years. It is never a double: sums are exact, and
 *   equal times compare equal under every compiler.
 * Errors: what the world gets wrong (a full pool, a bad file) is returned as a
 *   negative enum sim_status. What we get wrong stops the program through
 *   ASSERT, which stays on in every build.
 */
#ifndef SIM_ENGINE_BASE_H
#define SIM_ENGINE_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef int64_t sim_time;

#define SIM_TIME_NEVER INT64_MAX
#define SIM_US ((sim_time)1000)
#define SIM_MS ((sim_time)1000000)
#define SIM_S ((sim_time)1000000000)

enum sim_status {
    SIM_OK = 0,
    SIM_ERR_FULL = -1,     /* a limit that was fixed at the start was too small */
    SIM_ERR_NOMEM = -2,    /* the host has no memory left */
    SIM_ERR_INVALID = -3,  /* input that breaks the rules; a message says which */
    SIM_ERR_IO = -4,       /* a file or database could not be read or written */
    SIM_ERR_NOTFOUND = -5, /* the thing named does not exist */
};

/* A short English text for a status, never NULL. */
const char *sim_status_text(enum sim_status status);

#if defined(__GNUC__)
#define SIM_MUST_CHECK __attribute__((warn_unused_result))
#define SIM_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#define SIM_LIKELY(x) __builtin_expect(!!(x), 1)
#define SIM_UNLIKELY(x) __builtin_expect(!!(x), 0)
#define SIM_EVENLY(x) __builtin_expect_with_probability(!!(x), 1, 0.5) /* asks for no branch */
#define SIM_PREFETCH(p) __builtin_prefetch(p)
#define SIM_COLD __attribute__((cold, noinline))
#define SIM_NOINLINE __attribute__((noinline))
#define SIM_ALWAYS_INLINE inline __attribute__((always_inline))
#else
#define SIM_MUST_CHECK
#define SIM_PRINTF(fmt, args)
#define SIM_LIKELY(x) (x)
#define SIM_UNLIKELY(x) (x)
#define SIM_EVENLY(x) (x)
#define SIM_PREFETCH(p) ((void)(p))
#define SIM_COLD
#define SIM_NOINLINE
#define SIM_ALWAYS_INLINE inline
#endif

/* Prints what was expected and where, then aborts. Called through ASSERT only. */
_Noreturn void sim_assert_failed(const char *expression, const char *file, int line);

#define ASSERT(expression)                                                                         \
    (SIM_LIKELY(expression) ? (void)0 : sim_assert_failed(#expression, __FILE__, __LINE__))

#endif
