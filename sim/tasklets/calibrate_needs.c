/*
 * What the paper's overhead of execution in parts would take on a platform: how much more a
 * sub-call must cost, and how large a heap costs that much.
 *
 * What a heap adds to a sub-call does not hang on what else is in it: a page, with which the
 * callee starts and the caller starts again, saved and restored, the function and the global that
 * go with it, and each byte that is alive, saved and restored.
 */
#include "sim/tasklets/calibrate.h"

static const double papers_ms = 30; /* section 6.4 */

enum { GLOBAL_BYTES = 4, STARTS = 2 };

struct price {
    enum platform_item item;
    uint64_t times;
};

/* In nanoseconds; false where the table has no such price. */
static bool price_all(const struct platform *p, const struct price *price, size_t count, double *ns)
{
    struct tsv_error error;
    int64_t sum = 0;
    sim_time whole = 0;
    for (size_t i = 0; i < count; i++) {
        if (price[i].times > 0 &&
            platform_add(p, price[i].item, price[i].times, &sum, &error) != SIM_OK) {
            return false;
        }
    }
    if (sum < 0 || platform_ns(p, sum, &whole, &error) != SIM_OK) {
        return false;
    }
    *ns = (double)whole;
    return true;
}

/* Of a thousand bytes, so that rounding to nanoseconds does no harm. */
static bool price_heap(struct calibrate_needs *n, const struct calibrate_job *job)
{
    enum { THOUSAND = 1000 };
    const bool loads_again = job->mode != EXECUTE_KEPT;
    const struct price page[] = {
        {PLATFORM_START_PAGE, STARTS},
        {PLATFORM_SUSPEND_PAGE, 1},
        {PLATFORM_RESUME_PAGE, 1},
        {PLATFORM_LOAD_FUNCTION, loads_again},
        {PLATFORM_SUSPEND_BYTE, GLOBAL_BYTES},
        {PLATFORM_RESUME_BYTE, GLOBAL_BYTES},
    };
    const struct price bytes[] = {
        {PLATFORM_SUSPEND_MEMORY_BYTE, THOUSAND},
        {PLATFORM_RESUME_MEMORY_BYTE, THOUSAND},
    };
    double page_ns = 0;
    double bytes_ns = 0;
    if (!price_all(&job->platform, page, sizeof page / sizeof page[0], &page_ns) ||
        !price_all(&job->platform, bytes, sizeof bytes / sizeof bytes[0], &bytes_ns)) {
        return false;
    }
    n->page_ms = page_ns / (double)SIM_MS;
    n->byte_us = bytes_ns / (double)SIM_US / THOUSAND;
    return n->byte_us > 0;
}

bool calibrate_needs(struct calibrate_needs *n, const struct calibrate_result *r,
                     const struct calibrate_job *job)
{
    const struct calibrate_overhead *o = &r->overhead;
    if (!execute_mode_saves(job->mode) || o->total_ms.n == 0 || stats_mean(&o->calls) <= 0) {
        return false;
    }
    *n = (struct calibrate_needs){.paper_ms = papers_ms, .calls = stats_mean(&o->calls)};
    n->missing_ms = papers_ms - stats_mean(&o->total_ms);
    n->call_ms = n->missing_ms / n->calls;
    n->kilocycles = n->call_ms * (double)job->platform.value[PLATFORM_FREQUENCY] / 1e6;
    n->has_memory = price_heap(n, job);
    if (n->has_memory) {
        /* Where tasklets have a heap already, its page is paid for. */
        const double there = o->memory_bytes / (n->calls * (double)o->total_ms.n);
        const double page_ms = there > 0 ? 0 : n->page_ms;
        n->heap_bytes = there + (n->call_ms - page_ms) * 1e3 / n->byte_us;
    }
    return true;
}
