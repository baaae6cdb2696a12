/*
 * merge.h - many points of a sweep into one database, with the axes as columns.
 *
 * The merged file has the schema of every other one. Points are numbered from 1 in the order of
 * the files given, runs on and on in that order, so the content depends on the points alone and
 * not on when or where they were run (wall times and provenance aside). On top of the schema come
 * views whose columns are named after the axes:
 *
 *     v_point(point_id, hash, AXIS...)
 *     v_point_metric(point_id, AXIS..., run_id, variant, replication, name, value, unit)
 *     v_axis_AXIS(value, variant, name, n, mean)    one an axis: means over all else
 *
 * An axis in a view is a number in its base unit (table axis), or else a text.
 *
 * Errors: every file is looked at before anything is written, and the merged file is there in full
 *   or not at all. SIM_ERR_INVALID for files that are incomplete, of another schema, no points,
 *   of other axes, of another model, merged already, or the same point twice.
 */
#ifndef ANALYSIS_STORE_MERGE_H
#define ANALYSIS_STORE_MERGE_H

#include "analysis/store/store.h"

enum merge_order {
    MERGE_AS_GIVEN,
    MERGE_BY_AXES, /* by the axes' values, first axis first */
};

struct merge_counts {
    size_t points, runs;
    size_t versions; /* of the program that made them */
};

/* Called after each point. */
typedef void merge_progress(void *context, size_t done);

/*
 * Of invocation the program's fields and the arguments are used; the scenario's are the first
 * point's. The files that any point's scenario read are there once each. What the tables are is
 * read from the first point: no model need be known.
 */
SIM_MUST_CHECK enum sim_status merge_files(const char *out, bool replace, const char *const *path,
                                           size_t count, enum merge_order order,
                                           const struct result_invocation *invocation,
                                           merge_progress *progress, void *context,
                                           struct merge_counts *counts, struct store_error *error);

/* ---- shared by the files behind this header ---- */

enum { MERGE_AXES_MAX = 12 };

struct merge_axis {
    char *key, *unit, *value;
    double number; /* NaN: a word */
};

/* What is known of a file before it is copied. */
struct merge_head {
    const char *path;
    char hash[65], commit[48], model[64];
    int64_t last_run;
    struct merge_axis axis[MERGE_AXES_MAX];
    size_t axis_count;
};

SIM_MUST_CHECK enum sim_status merge_read_heads(struct merge_head *head, const char *const *path,
                                                size_t count, struct store_error *error);
void merge_free_heads(struct merge_head *head, size_t count);

/* Same axes everywhere, and no point twice. Sorts, if that is asked for. */
SIM_MUST_CHECK enum sim_status merge_check_heads(struct merge_head *head, size_t count,
                                                 enum merge_order order, struct store_error *error);

#endif
