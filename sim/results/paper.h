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
    PAPER_MISSED,  /* outside of the band, or not there at all */
    PAPER_LESS,    /* within it, but clear of what the paper says */
    PAPER_MORE,    /* the same on the other side */
    PAPER_NOTED,   /* neither band nor words: the note says why */
    PAPER_NOT_RUN, /* no result has its variant with the settings that it is about */
};

struct paper_row {
    const struct paper_quantity *quantity;
    const struct paper_result *result; /* that it is taken from; NULL: not run */
    double value;
    struct stats_estimate estimate; /* has_interval only for means over two replications or more */
    enum paper_verdict verdict;
    /* The same of the result beside; is_beside: it is about both. */
    bool is_beside;
    double beside;
    struct stats_estimate beside_estimate;
};

enum { PAPER_HOW_BYTES = 128 };

struct paper_table {
    const struct model *model;
    const struct scenario *scenario;   /* of the first result */
    const struct paper_result *result; /* the first; others behind it */
    const struct paper_result *beside; /* that of the paper's word for it; NULL: none is here */
    char how[PAPER_HOW_BYTES]; /* "testbed: factory-testbed, by processes in virtual time" */
    struct paper_row *row;
    size_t count;
    uint32_t replications;
};

/* Of the band alone. */
enum paper_verdict paper_judge(const struct paper_quantity *quantity, double value);

/* Of the band, and then of what the paper says: its interval decides where it has one. */
enum paper_verdict paper_judge_row(const struct paper_row *row);

/* Whether the number that the paper itself prints lies outside of the band. */
bool paper_stated_outside(const struct paper_quantity *quantity);

/* A result, or one point of a merged sweep, with its scenario and the model's system of the first
 * variant: what a table is made of. */
struct paper_result {
    struct archive archive;
    bool shares_archive; /* with the point before */
    int64_t point_id;    /* 0: a result of its own */
    struct scenario scenario;
    const struct model *model;
    void *system;
    struct paper_result *next; /* rows are looked for in this one first; NULL: the last */
};

/* Exit code; what is wrong has been told. All results must be of one model. */
SIM_MUST_CHECK int paper_result_open(struct paper_result *r, const char *path);
SIM_MUST_CHECK int paper_results_open(struct paper_result *r, const char *const *path,
                                      size_t count);
void paper_result_close(struct paper_result *r); /* and all behind it */

/*
 * Measures every quantity. SIM_ERR_INVALID with a text where the result lacks a variant or rows
 * that a quantity needs. The result must outlive the table; end it with paper_table_deinit().
 */
SIM_MUST_CHECK enum sim_status paper_table_init(struct paper_table *table,
                                                const struct paper_result *result,
                                                struct store_error *error);
void paper_table_deinit(struct paper_table *table);

size_t paper_missed(const struct paper_table *table); /* rows outside of their band */

/* Of what the paper prints, by words or numbers, and nobody put in. */
struct paper_headline {
    size_t outcomes; /* those that were run */
    size_t agree, missed, fitted, not_run;
};
struct paper_headline paper_headline(const struct paper_table *table);
/* Whether a row is among the missed ones of the headline. */
bool paper_is_missed(const struct paper_row *row);

const struct paper_row *paper_find(const struct paper_table *table, const char *key);
/* "agrees", "fitted", "input", "earlier", "MISSED": upper case where the band decides. */
const char *paper_word(const struct paper_row *row);
const char *paper_kind_word(enum paper_kind kind);
const char *paper_band_word(const struct paper_quantity *quantity); /* "paper", "ours", "-" */

/* paper | ours | 95 % interval | band | verdict, then the notes. */
void paper_print_text(const struct paper_table *table, FILE *to);
void paper_print_markdown(const struct paper_table *table, FILE *to);
void paper_print_tsv(const struct paper_table *table, FILE *to);
/* False if the stream failed. */
SIM_MUST_CHECK bool paper_print_json(const struct paper_table *table, FILE *to);

/* The paper's tables beside the quantities, of every result that has rows for them, and what to
 * know before the numbers are believed. */
SIM_MUST_CHECK enum sim_status paper_print_blocks(const struct paper_table *table, FILE *to,
                                                  struct store_error *error);

/* Stores each of them as block-KEY-SCENARIO.tsv in folder; what a picture needs stands in front. */
SIM_MUST_CHECK enum sim_status paper_store_blocks(const struct paper_table *table,
                                                  const char *folder, struct store_error *error);

/* Stores the rows of each picture that the model describes as chart-KEY-SCENARIO.tsv, and a curve
 * below spans as chart-KEY-SCENARIO.curve.tsv. */
SIM_MUST_CHECK enum sim_status paper_store_charts(const struct paper_result *result,
                                                  const char *folder, struct store_error *error);

/* Stores the table as table.tsv and table.md in folder, which must be there. */
SIM_MUST_CHECK enum sim_status paper_store_table(const struct paper_table *table,
                                                 const char *folder, struct store_error *error);

/* What a user asks of the verb: the table printed, and with out all data stored in that folder. */
struct paper_request {
    const char *const *path; /* paths of them */
    size_t paths;
    const char *out;
    const char *page; /* instead: all that there is to say as one page; results of any models */
    bool force;       /* for scripts: an earlier page is replaced also without it */
    bool json, quiet;
};
SIM_MUST_CHECK int paper_tell(const struct paper_request *request);
SIM_MUST_CHECK int paper_tell_page(const struct paper_request *request);

#endif
