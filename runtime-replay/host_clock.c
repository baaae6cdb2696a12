#include "runtime-replay/host_clock.h"

#include <time.h>

#include "sim/engine/base.h"

static int64_t now_ns(clockid_t clock)
{
    struct timespec t;
    (void)clock_gettime(clock, &t);
    return (int64_t)t.tv_sec * SIM_S + t.tv_nsec;
}

int64_t host_clock_ns(void)
{
    return now_ns(CLOCK_MONOTONIC);
}

int64_t host_clock_thread_ns(void)
{
    return now_ns(CLOCK_THREAD_CPUTIME_ID);
}

int64_t host_clock_process_ns(void)
{
    return now_ns(CLOCK_PROCESS_CPUTIME_ID);
}
