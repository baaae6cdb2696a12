#include "sim/study/study_store.h"

#include <stdlib.h>

void study_store_model_init(struct study_store_model *m, const struct model *model)
{
    ASSERT(model->series_count <= STUDY_STORE_SERIES_MAX);
    for (size_t i = 0; i < model->series_count; i++) {
        m->series[i] = (struct store_series_column){
            .name = model->series[i].name,
            .unit = model->series[i].unit,
            .about = model->series[i].label,
        };
    }
    m->model = (struct store_model){
        .name = model->schema.name,
        .table = model->table,
        .tables = model->tables,
        .series = m->series,
        .series_count = model->series_count,
        .views = model->views,
    };
}

static struct result_run name_of(const struct study *s, const struct study_run *run)
{
    return (struct result_run){
        .run_id = run - s->run + 1,
        .variant = s->scenario->variant[run->variant].name,
        .replication = run->replication,
        .seed = s->scenario->seed,
    };
}

enum sim_status study_store_begin(const struct study *s, const struct study_run *run)
{
    const struct result_run row = name_of(s, run);
    return store_begin_run(s->options.store, &row);
}

static enum result_state state_of(const struct study_run *run)
{
    const enum study_state state = run->state; /* of an atomic one clang 14 makes no switch */
    switch (state) {
    case STUDY_DONE:
        return run->result.books[0] == '\0' ? RESULT_COMPLETE : RESULT_FAILED;
    case STUDY_FAILED:
        return RESULT_FAILED;
    case STUDY_WAITING:
    case STUDY_RUNNING:
    case STUDY_INTERRUPTED:
        break;
    }
    return RESULT_INTERRUPTED;
}

/* The rows that a run's end hands over, in arrays of their own. */
struct ending {
    struct result_metric *metric;
    struct result_distribution *distribution;
    struct result_warning *warning;
};

static void ending_deinit(struct ending *e)
{
    free(e->metric);
    free(e->distribution);
    free(e->warning);
}

static enum sim_status ending_init(struct ending *e, const struct model *m,
                                   const struct study_run *run)
{
    *e = (struct ending){
        .metric = calloc(m->measures + 1, sizeof *e->metric),
        .distribution = calloc(m->distributions + 1, sizeof *e->distribution),
        .warning = calloc(run->warning_count + 1, sizeof *e->warning),
    };
    if (e->metric == NULL || e->distribution == NULL || e->warning == NULL) {
        ending_deinit(e);
        return SIM_ERR_NOMEM;
    }
    for (size_t i = 0; i < m->measures; i++) {
        e->metric[i] =
            (struct result_metric){m->measure[i].name, m->measure[i].unit, run->result.measure[i]};
    }
    for (size_t i = 0; i < m->distributions; i++) {
        e->distribution[i] =
            (struct result_distribution){m->distribution[i].name, m->distribution[i].unit,
                                         &run->result.histogram[i * BINS_COUNT]};
    }
    for (uint32_t i = 0; i < run->warning_count; i++) {
        e->warning[i] = (struct result_warning){run->warning[i].at, run->warning[i].text};
    }
    return SIM_OK;
}

enum sim_status study_store_end(const struct study *s, const struct study_run *run)
{
    struct ending e;
    enum sim_status status = ending_init(&e, s->model, run);
    if (status != SIM_OK) {
        return status;
    }
    const struct model_result *r = &run->result;
    const struct run_summary summary = {
        .run = name_of(s, run),
        .state = state_of(run),
        .digest = r->digest,
        .work_digest = r->work_digest,
        .events = r->engine.events,
        .wall_s = run->wall_s,
        .metrics = e.metric,
        .metric_count = s->model->measures,
        .bin = r->bin,
        .bins = r->bins,
        .bin_ns = r->bin_ns,
        .distributions = e.distribution,
        .distribution_count = s->model->distributions,
        .warnings = e.warning,
        .warning_count = run->warning_count,
    };
    status = store_end_run(s->options.store, &summary);
    ending_deinit(&e);
    return status;
}
