/*
 * report_data.h - what a report shows, read from a result database as aggregates.
 *
 * Memory is bounded whatever the database holds: time series are thinned to REPORT_POINTS_MAX
 * points, entities to the REPORT_ENTITIES_MAX that have most of their table's first number,
 * warnings to the first REPORT_WARNINGS_MAX; replications are added up as they stream by, calls and
 * events are not read. Runs count if they are complete.
 *
 * Estimates are means over the replications of a variant with 95 % intervals. What compares
 * variants is in contrasts.h.
 *
 * Units: *_s seconds, *_m metres; the rest as its unit says.
 * Ownership: all of it belongs to struct report_data until report_data_deinit(); the model and the
 *   store outlive it, the latter only until report_data_init() returns.
 * Errors: as store.h; SIM_ERR_INVALID also where no run is complete.
 * Order: variants and replications as numbered by the runs; measures, series and tables as in
 *   the model; nothing depends on the order in which rows were written.
 */
#ifndef ANALYSIS_REPORT_REPORT_DATA_H
#define ANALYSIS_REPORT_REPORT_DATA_H

#include "analysis/report/contrasts.h"
#include "analysis/report/drawn.h"
#include "analysis/report/executed.h"
#include "analysis/report/format.h"
#include "analysis/report/measured.h"
#include "analysis/statistics/stats.h"
#include "analysis/store/store.h"

#define REPORT_LEVEL CONTRASTS_LEVEL

enum {
    REPORT_POINTS_MAX = 720,
    REPORT_ENTITIES_MAX = 200,
    REPORT_WARNINGS_MAX = 50,
    REPORT_SHARES = 400,     /* points of a distribution */
    REPORT_WINDOW_BINS = 10, /* of a sliding mean */
    REPORT_QUANTILES = 3,    /* the median, 95 % and 99 % */
};

/* Texts of the invocation's row, in the words of the database. */
struct report_origin {
    const char *state, *version, *commit, *compiler, *compiler_flags, *host, *arguments;
    const char *scenario_path, *scenario_resolved, *scenario_hash, *seed;
    const char *started, *ended; /* UTC; ended is "" if it has not */
    const char *libraries;       /* "gsl 2.7.1, igraph 0.10.2" */
};

struct report_run {
    int64_t run_id;
    uint32_t variant; /* index */
    uint32_t replication;
    bool is_complete;
    const char *state, *seed, *digest, *work_digest; /* digests "" until the run has ended */
    int64_t events;
    double wall_s;
};

/* Of the model's measure with the same index. */
struct report_measure {
    const struct model_measure *of;
    struct stats_estimate *at; /* by variant */
    bool is_shown;             /* in the table: not hidden, and no zero that says nothing */
};

enum report_track_kind {
    REPORT_CUMULATED, /* a sum of bytes, from the start */
    REPORT_SUM,       /* a sum a bin */
    REPORT_WINDOW,    /* a mean over a sliding window, once there is a whole one */
};

struct report_track {
    const struct model_series *of;
    enum report_track_kind kind;
    const char *unit;          /* "s" where the series is in ns */
    struct stats_estimate *at; /* at[variant * point_count + point]; NaN where nothing is */
};

/*
 * Of all replications together: the share of what was counted and of what never came to count
 * that is within[i]. Calls that failed or were refused never answer: the curve ends below 1.
 */
struct report_distribution {
    const struct model_distribution *of;
    const char *unit;          /* "s" where it is in ns */
    uint64_t *count, *missing; /* by variant */
    double within[REPORT_SHARES];
    double *share;    /* share[variant * REPORT_SHARES + i]; NaN: nothing was counted */
    double *quantile; /* quantile[variant * REPORT_QUANTILES + q]; NaN: it never comes */
};
extern const double report_quantile[REPORT_QUANTILES];

/* A column of what the model's tables say of its entities. */
enum report_column_kind { REPORT_WORD, REPORT_NUMBER };
struct report_column {
    const char *name, *about; /* in the database */
    enum report_column_kind kind;
    const char *label, *unit;
    double divisor;            /* of the stored number */
    struct format_scale scale; /* that suits the largest of its means */
    double differs;            /* between the variants: 0 not at all, 1 entirely */
    bool is_nothing;           /* all of them are 0, or none is known */
    size_t index;              /* among the columns of its kind */
};

struct report_entity {
    const char *name;          /* the key as a text */
    double number;             /* the key as a number; NaN: a text */
    double x_m, y_m;           /* NaN: no place */
    const char **word;         /* by index; "" where nothing is */
    struct stats_estimate *at; /* at[variant * numbers + index] */
};

/* What has a key of its own, over all tables that a run always leaves and that have this key alone.
 */
struct report_entities {
    const char *key; /* "node" */
    struct report_column *column;
    size_t columns, words, numbers;
    struct report_entity *entity; /* by key */
    size_t count, total;
    bool has_place;
};

struct report_warning {
    const char *variant, *text;
    uint32_t replication;
    double t_s;
};

struct report_block; /* memory, given back all at once */

struct report_data {
    const struct model *model;
    const char *anchor; /* what anchors of pictures begin with; NULL: nothing */
    struct report_origin origin;

    const char **variant;
    uint32_t variant_count, baseline;
    uint32_t replications; /* the most that a variant has complete */
    struct report_run *run;
    size_t run_count;

    struct report_measure *measure; /* as many as the model has */
    size_t measure_count;
    double *bad_share; /* by variant: the worst of what is bad above zero, over the calls; or NaN */

    size_t point_count;
    double bin_s;      /* width of the bins; 0 without any */
    uint32_t stride;   /* every stride-th bin is a point */
    double duration_s; /* end of the last bin */
    double *t_s;
    struct report_track *track;
    size_t track_count;

    struct report_distribution *distribution; /* those in which something was counted */
    size_t distribution_count;

    struct contrasts contrasts;
    struct drawn_all drawn;
    struct measured measured;          /* for real, where there was an experiment */
    struct executed_variant *executed; /* calls, by a replay or a testbed */
    size_t executed_count;

    struct report_entities *entities;
    size_t entities_count;

    struct report_warning *warning;
    size_t warning_count, warning_total;

    struct report_block *blocks;
};

/* Told now and then how much of total is done. May be NULL. */
typedef void report_progress(void *context, double done, double total);

/* Reads all of it. On failure there is nothing to end, and *error says why. */
SIM_MUST_CHECK enum sim_status report_data_init(struct report_data *data, struct store *store,
                                                const struct model *model,
                                                report_progress *progress, void *context,
                                                struct store_error *error);
void report_data_deinit(struct report_data *data);

/* "Mean response: acquisition" of "  acquisition": a part is told with what it is a part of. */
enum { REPORT_TITLE_BYTES = 192 };
void report_measure_title(const struct model *model, size_t measure, char text[REPORT_TITLE_BYTES]);

/* The measure of that name, or NULL. */
const struct report_measure *report_find_measure(const struct report_data *data, const char *name);

#endif
