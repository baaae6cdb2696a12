/* What every model says of its tables makes a database in which every view can be read. */
#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "analysis/store/view.h"
#include "models/model.h"
#include "tests/support/result.h"

TestSuite(stored_models, .init = result_enter, .fini = result_leave);

static void write_empty(const char *path, const struct model *m)
{
    static struct store_series_column series[64];
    cr_assert_leq(m->series_count, sizeof series / sizeof series[0]);
    for (size_t i = 0; i < m->series_count; i++) {
        series[i] =
            (struct store_series_column){m->series[i].name, m->series[i].unit, m->series[i].label};
    }
    const struct store_model model = {
        .name = m->schema.name,
        .table = m->table,
        .tables = m->tables,
        .series = series,
        .series_count = m->series_count,
        .views = m->views,
    };
    struct store *store = NULL;
    struct store_error error = {""};
    cr_assert_eq(store_create(&store, path, false, &model, &result_invocation, &error), SIM_OK,
                 "%s", error.text);
    result_begin(store, 1, "x", 1, 7);
    result_end(store, 1, "x", 1, 7, 1, 1, 0);
    result_finish(store);
}

static void read_all(struct store *store, const struct views *views)
{
    for (size_t i = 0; i < views->count; i++) {
        const struct view *view = &views->view[i];
        struct store_error error = {""};
        struct query *q = NULL;
        cr_expect_str_not_empty(view->summary, "%s", view->name);
        cr_assert_eq(view_open(&q, view, store, 0, &error), SIM_OK, "%s", error.text);
        while (query_next(q)) {
        }
        cr_expect_eq(query_close(q, &error), SIM_OK, "%s: %s", view->name, error.text);
    }
}

Test(stored_models, make_databases_whose_views_can_all_be_read)
{
    for (size_t i = 0; models[i] != NULL; i++) {
        static const char *const contract[] = {"v_run", "v_metric", "v_node_traffic", "v_load",
                                               "v_response"};
        char path[128];
        struct views views;
        struct store_error error = {""};
        (void)snprintf(path, sizeof path, "%s.db", models[i]->schema.name);
        write_empty(path, models[i]);
        struct store *store = result_open(path);
        cr_assert_eq(views_read(&views, store, &error), SIM_OK, "%s: %s", path, error.text);
        for (size_t v = 0; v < sizeof contract / sizeof contract[0]; v++) {
            cr_expect_not_null(views_find(&views, contract[v]), "%s", contract[v]);
        }
        read_all(store, &views);
        views_deinit(&views);
        store_destroy(store);
    }
}
