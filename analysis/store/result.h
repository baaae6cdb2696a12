/*
 * result.h - what an invocation and a finished run hand over, whatever the model.
 *
 * Units: *_ns nanoseconds of simulated time since the start of the run.
 * Ownership: every pointer belongs to the caller and is read only during the
 *   call that takes the struct.
 * Order: rows may come in any order; their keys alone place them.
 */
#ifndef ANALYSIS_STORE_RESULT_H
#define ANALYSIS_STORE_RESULT_H

#include "analysis/store/table.h"

/* A number that is not there: no node, no call, no duration. Stored as NULL. */
#define RESULT_NONE STORE_MISSING

enum result_state { RESULT_RUNNING, RESULT_COMPLETE, RESULT_INTERRUPTED, RESULT_FAILED };

struct result_library {
    const char *name;
    const char *version;
};

/* A file that the scenario reads. The store adds its SHA-256. */
struct result_input {
    const char *path, *key; /* as the user wrote it, and at which key: "topology.graph" */
    const void *bytes;      /* NULL where length is 0 */
    size_t length;
};

/* Where the data is from. No text but clock may be NULL. */
struct result_invocation {
    const char *program_version;
    const char *program_commit;
    const char *compiler;
    const char *compiler_flags;
    const char *host;
    const char *arguments;
    const char *scenario_path;
    const char *scenario_text;
    const char *scenario_resolved;
    const char *scenario_hash; /* 64 hexadecimal digits */
    const char *clock;         /* "virtual": nodes were processes; NULL: "simulated" */
    uint64_t seed;
    const struct result_library *libraries; /* SQLite adds itself */
    size_t library_count;
    const struct result_input *inputs; /* one that comes twice at one key is stored once */
    size_t input_count;
};

/* The caller numbers the runs, from 1, so that the numbers do not depend on who starts first. */
struct result_run {
    int64_t run_id;
    const char *variant;
    uint32_t replication; /* from 1 */
    uint64_t seed;
};

/* An axis of a sweep, and where on it a point lies. */
struct result_axis {
    const char *key, *unit;
    const char *value; /* as it can be written in a scenario */
    double number;     /* NaN: a word. Whole numbers are stored as such */
};

struct result_metric {
    const char *name;
    const char *unit; /* "" for a count */
    double value;     /* NaN: undefined, stored as NULL */
};

/* Counts in the bins of bins.h. Bins that counted nothing cost nothing. */
struct result_distribution {
    const char *name, *unit;
    const uint64_t *count; /* BINS_COUNT */
};

struct result_warning {
    sim_time t_ns;
    const char *text;
};

/* What is known when a run has ended. */
struct run_summary {
    struct result_run run;
    enum result_state state; /* not RESULT_RUNNING */
    uint64_t digest;
    uint64_t work_digest; /* of who asked what and when: runs that share it are pairs */
    uint64_t events;
    double wall_s;
    const struct result_metric *metrics;
    size_t metric_count;
    /* Bin i ends at (i + 1) * bin_ns. Hand over every one, also those in which nothing happened:
     * the views have a row for each. */
    const int64_t *bin; /* bins x the model's series: bin[i * series_count + s] */
    size_t bins;
    sim_time bin_ns;
    const struct result_distribution *distributions;
    size_t distribution_count;
    const struct result_warning *warnings;
    size_t warning_count;
};

#endif
