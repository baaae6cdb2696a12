/*
 * paper.h - what a paper says of its evaluation, and what a result says to that: the model's table
 * of quantities, each held against the runs of a result.
 *
 * Units: as each quantity says. Intervals are at 95 %, over replications.
 * Order: that of the table, which is the paper's.
 */
#ifndef SIM_RESULTS_PAPER_H
#define SIM_RESULTS_PAPER_H

#include <stdio.h>

#include "analysis/report/stored.h"
#include "models/paper.h"
#include "scenarios/language/scenario.h"
#include "sim/study/archive.h"

#define PAPER_LEVEL 0.95

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
    const struct model *model;
    const struct scenario *scenario;
    struct paper_row *row;
    size_t count;
    uint32_t replications;
};

enum paper_verdict paper_judge(const struct paper_quantity *quantity, double value);

/* A result, its scenario, and the model's system of the first variant: what a table is made of. */
struct paper_result {
    struct archive archive;
    struct scenario scenario;
    const struct model *model;
    void *system;
};

/* Exit code; what is wrong has been told. */
SIM_MUST_CHECK int paper_result_open(struct paper_result *r, const char *path);
void paper_result_close(struct paper_result *r);

/*
 * Measures every quantity. SIM_ERR_INVALID with a text where the result lacks a variant or rows that
 * a quantity needs. The result must outlive the table; end it with paper_table_deinit().
 */
SIM_MUST_CHECK enum sim_status paper_table_init(struct paper_table *table,
                                                const struct paper_result *result,
                                                struct store_error *error);
void paper_table_deinit(struct paper_table *table);

size_t paper_missed(const struct paper_table *table);
const struct paper_row *paper_find(const struct paper_table *table, const char *key);
const char *paper_verdict_word(enum paper_verdict verdict);

/* paper | ours | 95 % interval | band | verdict, then the notes. */
void paper_print_text(const struct paper_table *table, FILE *to);
void paper_print_markdown(const struct paper_table *table, FILE *to);
void paper_print_tsv(const struct paper_table *table, FILE *to);
/* False if the stream failed. */
SIM_MUST_CHECK bool paper_print_json(const struct paper_table *table, FILE *to);

/* Stores the table as table.tsv and table.md in folder, which must be there. */
SIM_MUST_CHECK enum sim_status paper_store_table(const struct paper_table *table,
                                                 const char *folder, struct store_error *error);

/* What a user asks of the verb: the table printed, and with out all data stored in that folder. */
struct paper_request {
    const char *path, *out;
    bool json, quiet;
};
SIM_MUST_CHECK int paper_tell(const struct paper_request *request);

#endif
