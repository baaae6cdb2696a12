/*
 * paper.h - what the NimbleNet paper says of its evaluation, and what a result says to that.
 *
 * paper_quantities.c holds the one table of all numbers that the paper prints about the
 * simulation, each with the band within which a result agrees. Where the paper gives a
 * number and no spread, the band is ours: wide enough for chance, too narrow for another
 * protocol. Bands are for the paper's scenario; another scenario misses many.
 *
 * Units: as each quantity says. Intervals are at 95 %, over replications.
 * Order: that of the table, which is the paper's.
 */
#ifndef ANALYSIS_REPORT_PAPER_H
#define ANALYSIS_REPORT_PAPER_H

#include <stdio.h>

#include "analysis/statistics/stats.h"
#include "analysis/store/store.h"

#define PAPER_LEVEL 0.95

/* How the values that a query gives become the one that is judged. */
enum paper_fold {
    PAPER_MEAN,     /* one value a replication: their mean, with an interval */
    PAPER_LEAST,    /* of all values of all replications */
    PAPER_GREATEST, /* the same */
};

/* What the scenario alone decides, and so no table of the result holds. */
enum paper_given {
    PAPER_MEASURED, /* not given */
    PAPER_WIDTH_M,
    PAPER_HEIGHT_M,
    PAPER_SPACING_M,
    PAPER_RADIUS_M,
    PAPER_MEAN_HOPS,
    PAPER_HOP_DELAY_MS,
    PAPER_GIVENS,
};

struct paper_scenario {
    const char *name;
    uint64_t seed;
    double given[PAPER_GIVENS];
};

struct paper_quantity {
    const char *key;    /* for programs: stays as it is */
    const char *source; /* table or section of the paper */
    const char *name;
    const char *paper; /* as printed, with its unit */
    const char *unit;  /* of ours and the band; NULL for a number */
    int decimals;
    enum paper_fold fold;
    double low, high; /* the band, both ends in it; low NaN: there is none */
    enum paper_given given;
    const char *select; /* (replication, value), in any order; NULL if given */
    const char *note;   /* NULL: nothing to say */
};

size_t paper_quantity_count(void);
const struct paper_quantity *paper_quantity_at(size_t index);

enum paper_verdict {
    PAPER_AGREES,
    PAPER_MISSED, /* outside of the band, or not there at all */
    PAPER_NOTED,  /* no band: the note says why */
};

struct paper_row {
    const struct paper_quantity *quantity;
    double value;
    struct stats_estimate estimate; /* has_interval only for means over two replications or more */
    enum paper_verdict verdict;
};

struct paper_table {
    const struct paper_scenario *scenario;
    struct paper_row *row;
    size_t count;
    uint32_t replications;
};

enum paper_verdict paper_judge(const struct paper_quantity *quantity, double value);

/*
 * Measures every quantity. SIM_ERR_INVALID with a text where the result has not both variants, or
 * no calls. The scenario must outlive the table; end it with paper_table_deinit().
 */
SIM_MUST_CHECK enum sim_status paper_table_init(struct paper_table *table, struct store *store,
                                                const struct paper_scenario *scenario,
                                                struct store_error *error);
void paper_table_deinit(struct paper_table *table);

size_t paper_missed(const struct paper_table *table);
const struct paper_row *paper_find(const struct paper_table *table, const char *key);
const char *paper_verdict_word(enum paper_verdict verdict);

/* paper | ours | 95 % interval | band | verdict, then the notes. */
void paper_print_text(const struct paper_table *table, FILE *to);
void paper_print_markdown(const struct paper_table *table, FILE *to);
void paper_print_tsv(const struct paper_table *table, FILE *to);

/* Stores the table as table.tsv and table.md in folder, which must be there. */
SIM_MUST_CHECK enum sim_status paper_store_table(const struct paper_table *table,
                                                 const char *folder, struct store_error *error);

#endif
