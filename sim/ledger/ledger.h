/*
 * ledger.h - the ambiguity ledger: what each reading of the paper does to the
 * headline numbers, one at a time around a scenario as it stands.
 *
 * The scenario and every reading run all variants in the same replications under
 * the same seeds, so effects are differences within a replication (common random
 * numbers) with t intervals over replications. Some 300 effects are judged at
 * once: LEDGER_CLEAR is what 95 % intervals call an effect, which chance alone
 * reaches in one of 20; LEDGER_CERTAIN holds for all of them together
 * (Bonferroni 1936), so that chance reaches it in one ledger of 20.
 *
 * Units: those of the model's contrasts. Ownership: the caller owns struct ledger and
 *   ends it with ledger_deinit(); the request's texts outlive it.
 * Errors: a reading that the scenario cannot take is a row of its own kind, not a
 *   failure of the ledger.
 * Threads: main thread only; the studies underneath use several.
 */
#ifndef SIM_LEDGER_LEDGER_H
#define SIM_LEDGER_LEDGER_H

#include <stdio.h>

#include "sim/study/study.h"
#include "sim/terminal/options.h"

/* A number that is judged: a headline of the model, for those of the variants that it compares. */
struct ledger_figure {
    const struct model_headline *style;
    char name[CONTRASTS_TEXT_BYTES];  /* for programs: "gateway_tx_ratio", "response_ratio.lru" */
    char label[CONTRASTS_TEXT_BYTES]; /* for people */
    size_t row;                       /* of the study's contrasts */
};

/* The style of a figure by its name; NULL for a name that is none of the model's. */
const struct model_headline *ledger_style(const struct model *m, const char *name);

/* The variant that a figure compares with the baseline; "" where the contrast itself names both. */
const char *ledger_variant(const char *name);

enum ledger_verdict {
    LEDGER_SAME,      /* equal in every replication, to the last bit */
    LEDGER_UNCLEAR,   /* the 95 % interval holds 0, or there is none */
    LEDGER_CLEAR,     /* it does not */
    LEDGER_CERTAIN,   /* nor does the interval that allows for the number of effects judged */
    LEDGER_UNDEFINED, /* in no replication both have the figure: nothing to subtract */
    LEDGER_SATURATED, /* more than LEDGER_SATURATION of a variant's calls find no answer that did
                         before: means of the others grow with the duration and prove nothing */
};
#define LEDGER_SATURATION 0.05

const char *ledger_verdict_name(enum ledger_verdict verdict); /* "clear" */
const char *ledger_verdict_mark(enum ledger_verdict verdict); /* "*" */

struct ledger_effect {
    struct stats_estimate value;      /* of the figure under the reading */
    struct stats_estimate difference; /* from the scenario as it stands, n pairs */
    enum ledger_verdict verdict;
};

/* Judges one reading: its n values against those of the base. effects is how many are judged. */
struct ledger_effect ledger_judge(const double *base, const double *value, size_t n,
                                  size_t effects);

enum ledger_row_state {
    LEDGER_ROW_RUN,
    LEDGER_ROW_UNFIT, /* refused by the scenario; refusal says why */
};

enum { LEDGER_SETS_MAX = 32 };

struct ledger_row {
    const char *name; /* of a reading its key; else what the row is: "all but housekeeping" */
    const char *why;
    char *own_name; /* name, where it is the row's own; NULL: a reading */
    enum ledger_row_state state;
    char *set[LEDGER_SETS_MAX + 1]; /* KEY=VALUE; NULL ends them */
    char *refusal;
    double *sample;               /* by figure, then replication */
    struct ledger_effect *effect; /* by figure */
    double *unanswered;           /* a variant: share of its calls that failed or are pending */
};

struct ledger_request {
    const char *path;               /* of the scenario */
    const struct option_list *sets; /* the user's overrides, in force in every row */
    const struct option_list *keys; /* only these keys or sections; empty: all */
    const char *towards;            /* rows lead to this scenario instead of readings; or NULL */
    uint64_t seed;                  /* UINT64_MAX: the scenario's */
    uint64_t replications;          /* 0: the scenario's */
    uint32_t threads;
    const char *label; /* for the progress shown; NULL: none */
};

struct ledger {
    const struct ledger_request *request;
    struct scenario scenario; /* as it stands */
    char **common;            /* the overrides of every row, --seed and --replications first */
    size_t common_count;
    const struct model *model;
    struct ledger_figure *figure;
    size_t figures;
    struct ledger_row base; /* the scenario's own values; its differences are none */
    struct ledger_row *row;
    size_t row_count, row_capacity;
    uint32_t replications;
    size_t effects; /* judged at once */
};

/*
 * Loads the scenario and lists the readings: every value of an open key that is not in force, its
 * default among them where the scenario departs from it. Towards another scenario the rows are
 * the model's mechanisms in which that departs: each alone, all, and all but each. EXIT_OK, or the
 * exit code once the mistakes are printed; then there is nothing to end.
 */
SIM_MUST_CHECK int ledger_init(struct ledger *l, const struct ledger_request *request);

/* Loads the scenario as a row reads it. EXIT_OK, or the exit code once the mistakes are printed. */
SIM_MUST_CHECK int ledger_load_row(const struct ledger *l, const struct ledger_row *row,
                                   struct scenario *s);

/*
 * Where the scenario asks for a precision, its own runs decide how many replications all rows
 * take: as many as l->replications. At most once. False without memory.
 */
SIM_MUST_CHECK bool ledger_fix_replications(struct ledger *l);

/*
 * Runs the scenario and all readings, with progress, until done or interrupt_requested(). EXIT_OK,
 * EXIT_INTERRUPTED or the exit code of a failure; the mistake is then printed.
 */
SIM_MUST_CHECK int ledger_run(struct ledger *l);
void ledger_deinit(struct ledger *l);

/*
 * Writes into order the rows that were run, largest effect on the figure first: undefined ones,
 * then by the size of the difference, then saturated ones; equals in the ledger's order. Returns
 * how many.
 */
size_t ledger_rank(const struct ledger *l, size_t figure, size_t *order);

/* "--set KEY='VALUE'", once or twice, as a shell takes it. */
void ledger_print_sets(const struct ledger_row *row, FILE *to);

/* The whole command that repeats a row; NULL: the scenario as it stands. */
void ledger_print_command(const struct ledger *l, const struct ledger_row *row, FILE *to);

/* The table for people, and below it the top largest effects on each figure as bars. */
void ledger_print_table(const struct ledger *l, size_t top, FILE *to);

/* One JSON object. False if the stream failed. */
SIM_MUST_CHECK bool ledger_print_json(const struct ledger *l, FILE *to);

/* ---- the verb's work ---- */

enum ledger_form { LEDGER_AS_TABLE, LEDGER_AS_TSV, LEDGER_AS_JSON };

/* Measures and prints; top: bars a figure of the table's charts. Exit code. */
SIM_MUST_CHECK int ledger_tell(const struct ledger_request *request, enum ledger_form form,
                               size_t top);

#endif
