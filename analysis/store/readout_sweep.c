/* A merged sweep: its axes, their values, and where its points lie. */
#include "analysis/store/readout.h"

enum sim_status readout_point_count(struct store *store, size_t *points, struct store_error *error)
{
    int64_t count = 0;
    const enum sim_status status =
        query_one_int(store, "SELECT count(*) FROM point", 0, &count, error);
    *points = status == SIM_OK ? (size_t)count : 0;
    return status;
}

enum sim_status readout_axes(struct store *store, readout_axis_fn *tell, void *context,
                             struct store_error *error)
{
    struct query *q = NULL;
    const enum sim_status status =
        query_open(&q, store,
                   "SELECT key, unit, (SELECT count(DISTINCT value) FROM point_axis AS p"
                   " WHERE p.axis = a.axis AND point_id > 0) FROM axis AS a ORDER BY axis",
                   error);
    if (status != SIM_OK) {
        return status;
    }
    while (query_next(q)) {
        const struct readout_axis axis = {
            .key = query_text(q, 0), .unit = query_text(q, 1), .values = (size_t)query_int(q, 2)};
        tell(context, &axis);
    }
    return query_close(q, error);
}

enum sim_status readout_values(struct store *store, size_t axis, readout_value_fn *tell,
                               void *context, struct store_error *error)
{
    struct query *q = NULL;
    const enum sim_status status =
        query_open(&q, store,
                   "SELECT value, max(number) FROM point_axis"
                   " WHERE axis = (SELECT axis FROM axis ORDER BY axis LIMIT 1 OFFSET ?)"
                   " AND point_id > 0 GROUP BY value"
                   " ORDER BY max(number) IS NULL, max(number), min(point_id)",
                   error);
    if (status != SIM_OK) {
        return status;
    }
    query_bind_int(q, (int64_t)axis);
    while (query_next(q)) {
        tell(context, query_text(q, 0), query_real(q, 1));
    }
    return query_close(q, error);
}

enum sim_status readout_points(struct store *store, readout_point_fn *tell, void *context,
                               struct store_error *error)
{
    struct query *q = NULL;
    const enum sim_status status =
        query_open(&q, store,
                   "SELECT point_id, value FROM point JOIN point_axis USING (point_id)"
                   " ORDER BY point_id, axis",
                   error);
    if (status != SIM_OK) {
        return status;
    }
    while (query_next(q)) {
        tell(context, query_int(q, 0), query_text(q, 1));
    }
    return query_close(q, error);
}
