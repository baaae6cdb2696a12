/*
 * diverge.h - where two runs of the same work part: the first row that differs.
 *
 * The tables are those that both files describe alike and that have rows of both runs. They are
 * compared from the one that tells most of what happened on, `event`, `call`, then by `record:`,
 * until one differs. What is stored at every `record:` are sums: they do not tell where runs part.
 *
 * Rows numbered by `seq` are compared one by one in the order in which they happened. Others are
 * matched by their keys, and the first that differs is the one with the least t_ns, or where rows
 * have no such column the first by key. Memory does not grow with the runs.
 *
 * Ownership: the caller owns struct divergence; nothing stays allocated.
 */
#ifndef ANALYSIS_REPORT_DIVERGE_H
#define ANALYSIS_REPORT_DIVERGE_H

#include "analysis/store/runs.h"

enum { DIVERGE_CONTEXT = 5, DIVERGE_AFTER = 3 };

enum diverge_kind {
    DIVERGE_NOWHERE, /* all that was recorded is equal */
    DIVERGE_AT_ROW,
    DIVERGE_UNRECORDED, /* no table has rows of both runs */
};

struct diverge_line {
    bool present; /* false: the side has ended, or does not have the row */
    bool has_time;
    sim_time t_ns;
    char text[232]; /* "node 2, sent: query, tasklet 4, peer 2, 88 B" */
};

struct divergence {
    enum diverge_kind kind;
    char table[RUNS_NAME]; /* that was compared; "" if unrecorded */
    bool is_sequence;      /* its rows are in the order in which they happened */
    int64_t equal;         /* rows that are equal and come before */
    struct diverge_line before[DIVERGE_CONTEXT]; /* the last of them, in order of time */
    size_t before_count;
    /* The first that differs, and what comes behind it (of a sequence only). */
    struct diverge_line a[DIVERGE_AFTER], b[DIVERGE_AFTER];
};

SIM_MUST_CHECK enum sim_status diverge_find(struct divergence *d, struct store *a, int64_t run_a,
                                            struct store *b, int64_t run_b,
                                            struct store_error *error);

#endif
