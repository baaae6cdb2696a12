/* What the files are, before any of them is copied. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/store/merge.h"
#include "analysis/store/query.h"
#include "analysis/store/store_sql.h"

void merge_free_heads(struct merge_head *head, size_t count)
{
    for (size_t i = 0; head != NULL && i < count; i++) {
        for (size_t a = 0; a < head[i].axis_count; a++) {
            free(head[i].axis[a].key);
            free(head[i].axis[a].unit);
            free(head[i].axis[a].value);
        }
    }
    free(head);
}

static char *copy_of(const struct query *q, unsigned column)
{
    const char *text = query_text(q, column);
    return strdup(text != NULL ? text : "");
}

static enum sim_status read_axes(struct merge_head *head, struct store *store,
                                 struct store_error *error)
{
    struct query *q = NULL;
    enum sim_status status = query_open(&q, store,
                                        "SELECT key, unit, value, number FROM axis JOIN point_axis "
                                        "USING (axis) WHERE point_id = 0 ORDER BY axis",
                                        error);
    if (status != SIM_OK) {
        return status;
    }
    while (status == SIM_OK && query_next(q)) {
        if (head->axis_count == MERGE_AXES_MAX) {
            store_error_set(error, "%s has more than %d axes", head->path, (int)MERGE_AXES_MAX);
            status = SIM_ERR_INVALID;
            break;
        }
        struct merge_axis *axis = &head->axis[head->axis_count++];
        axis->key = copy_of(q, 0);
        axis->unit = copy_of(q, 1);
        axis->value = copy_of(q, 2);
        axis->number = query_real(q, 3);
        if (axis->key == NULL || axis->unit == NULL || axis->value == NULL) {
            store_error_set(error, "no memory left");
            status = SIM_ERR_NOMEM;
        }
    }
    if (status != SIM_OK) {
        query_drop(q);
        return status;
    }
    return query_close(q, error);
}

static enum sim_status read_names(struct merge_head *head, struct store *store,
                                  struct store_error *error)
{
    struct query *q = NULL;
    const enum sim_status status =
        query_open(&q, store,
                   "SELECT scenario_hash, program_commit, (SELECT coalesce(max(run_id), 0) "
                   "FROM run), model FROM invocation",
                   error);
    if (status != SIM_OK) {
        return status;
    }
    if (query_next(q)) {
        query_copy_text(q, 0, head->hash, sizeof head->hash);
        query_copy_text(q, 1, head->commit, sizeof head->commit);
        head->last_run = query_int(q, 2);
        query_copy_text(q, 3, head->model, sizeof head->model);
    }
    return query_close(q, error);
}

static enum sim_status read_head(struct merge_head *head, struct store_error *error)
{
    struct store *store = NULL;
    enum sim_status status = store_open_readonly(&store, head->path, false, error);
    int64_t points = 0;
    if (status == SIM_OK) {
        status = query_one_int(store, "SELECT count(*) FROM point", 0, &points, error);
    }
    if (status == SIM_OK) {
        status = read_names(head, store, error);
    }
    if (status == SIM_OK) {
        status = read_axes(head, store, error);
    }
    if (status == SIM_OK && points > 0) {
        store_error_set(error, "%s is merged already; give the points themselves", head->path);
        status = SIM_ERR_INVALID;
    } else if (status == SIM_OK && head->axis_count == 0) {
        store_error_set(error, "%s is no point of a sweep: it has no axes", head->path);
        status = SIM_ERR_INVALID;
    }
    store_destroy(store);
    return status;
}

enum sim_status merge_read_heads(struct merge_head *head, const char *const *path, size_t count,
                                 struct store_error *error)
{
    enum sim_status status = SIM_OK;
    for (size_t i = 0; i < count && status == SIM_OK; i++) {
        head[i].path = path[i];
        status = read_head(&head[i], error);
    }
    return status;
}

/* ---- together ---- */

static enum sim_status check_model(const struct merge_head *first, const struct merge_head *head,
                                   struct store_error *error)
{
    if (strcmp(first->model, head->model) == 0) {
        return SIM_OK;
    }
    store_error_set(error, "%s is of the model %s, and %s of %s", first->path, first->model,
                    head->path, head->model);
    return SIM_ERR_INVALID;
}

static enum sim_status check_axes(const struct merge_head *first, const struct merge_head *head,
                                  struct store_error *error)
{
    bool same = first->axis_count == head->axis_count;
    for (size_t a = 0; same && a < head->axis_count; a++) {
        same = strcmp(first->axis[a].key, head->axis[a].key) == 0 &&
               strcmp(first->axis[a].unit, head->axis[a].unit) == 0;
    }
    if (same) {
        return SIM_OK;
    }
    store_error_set(error, "%s and %s are points of sweeps with other axes", first->path,
                    head->path);
    return SIM_ERR_INVALID;
}

/* Numbers by size, words by letter and behind the numbers. */
static int compare_axes(const void *left, const void *right)
{
    const struct merge_head *a = left;
    const struct merge_head *b = right;
    for (size_t i = 0; i < a->axis_count && i < b->axis_count; i++) {
        const struct merge_axis *x = &a->axis[i];
        const struct merge_axis *y = &b->axis[i];
        if (isnan(x->number) != isnan(y->number)) {
            return isnan(x->number) ? 1 : -1;
        }
        if (x->number < y->number || x->number > y->number) {
            return x->number < y->number ? -1 : 1;
        }
        const int order = isnan(x->number) ? strcmp(x->value, y->value) : 0;
        if (order != 0) {
            return order;
        }
    }
    return strcmp(a->hash, b->hash);
}

struct named {
    const struct merge_head *head;
};

static int compare_hashes(const void *left, const void *right)
{
    const struct named *a = left;
    const struct named *b = right;
    return strcmp(a->head->hash, b->head->hash);
}

static enum sim_status check_distinct(const struct merge_head *head, size_t count,
                                      struct store_error *error)
{
    struct named *sorted = calloc(count, sizeof *sorted);
    if (sorted == NULL) {
        store_error_set(error, "no memory left");
        return SIM_ERR_NOMEM;
    }
    for (size_t i = 0; i < count; i++) {
        sorted[i].head = &head[i];
    }
    qsort(sorted, count, sizeof *sorted, compare_hashes);
    enum sim_status status = SIM_OK;
    for (size_t i = 1; i < count && status == SIM_OK; i++) {
        if (compare_hashes(&sorted[i - 1], &sorted[i]) == 0) {
            store_error_set(error, "%s and %s are the same point", sorted[i - 1].head->path,
                            sorted[i].head->path);
            status = SIM_ERR_INVALID;
        }
    }
    free(sorted);
    return status;
}

enum sim_status merge_check_heads(struct merge_head *head, size_t count, enum merge_order order,
                                  struct store_error *error)
{
    enum sim_status status = SIM_OK;
    for (size_t i = 1; i < count && status == SIM_OK; i++) {
        status = check_model(&head[0], &head[i], error);
        status = status == SIM_OK ? check_axes(&head[0], &head[i], error) : status;
    }
    if (status == SIM_OK) {
        status = check_distinct(head, count, error);
    }
    if (status == SIM_OK && order == MERGE_BY_AXES) {
        qsort(head, count, sizeof *head, compare_axes);
    }
    return status;
}
