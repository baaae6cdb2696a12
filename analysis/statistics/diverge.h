/*
 * diverge.h - where two runs of the same calls part: the first event that differs.
 *
 * With `record: events` on both sides, events are compared one by one in the order
 * in which they happened; else calls, and the first is the one with the least trigger
 * time. Memory does not grow with the runs.
 *
 * Ownership: the caller owns struct divergence; nothing is allocated.
 */
#ifndef ANALYSIS_STATISTICS_DIVERGE_H
#define ANALYSIS_STATISTICS_DIVERGE_H

#include "analysis/store/store.h"

enum { DIVERGE_CONTEXT = 5, DIVERGE_AFTER = 3 };

enum diverge_kind {
    DIVERGE_NOWHERE, /* all that was recorded is equal */
    DIVERGE_AT_EVENT,
    DIVERGE_AT_CALL,
    DIVERGE_UNRECORDED, /* a side has neither events nor calls */
};

struct diverge_line {
    bool present; /* false: the side has ended, or does not have the call */
    sim_time t_ns;
    char text[152];
};

struct divergence {
    enum diverge_kind kind;
    int64_t equal; /* events, or calls, that are equal and come before */
    struct diverge_line before[DIVERGE_CONTEXT]; /* the last of them, in order of time */
    size_t before_count;
    /* The first that differs, and what comes behind it (events only). */
    struct diverge_line a[DIVERGE_AFTER], b[DIVERGE_AFTER];
};

SIM_MUST_CHECK enum sim_status diverge_find(struct divergence *d, struct store *a, int64_t run_a,
                                            struct store *b, int64_t run_b,
                                            struct store_error *error);

#endif
