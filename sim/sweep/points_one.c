/* One point of a sweep, in a worker process: simulated and stored in a file of its own. */
#include <stdlib.h>
#include <string.h>

#include "analysis/store/store.h"
#include "sim/engine/text.h"
#include "sim/study/load.h"
#include "sim/study/provenance.h"
#include "sim/study/study.h"
#include "sim/sweep/points.h"
#include "sim/terminal/exit.h"

static void fail(struct points_reply *reply, int code, const char *why)
{
    reply->code = code;
    const size_t kept = text_cut(why, sizeof reply->why - 1);
    memcpy(reply->why, why, kept);
    reply->why[kept] = '\0';
}

static void tell_result(struct points_reply *reply, const struct study *s)
{
    reply->digest = study_digest(s);
    for (uint32_t i = 0; i < s->run_count; i++) {
        reply->events += s->run[i].result.engine.events;
        reply->wall_s += s->run[i].wall_s;
    }
}

static void tell_books(struct points_reply *reply, const struct study *s)
{
    for (uint32_t i = 0; i < s->run_count; i++) {
        if (s->run[i].result.books[0] != '\0') {
            char why[sizeof reply->why];
            (void)snprintf(why, sizeof why, "the books of %s, replication %u, do not balance: %s",
                           s->scenario->variant[s->run[i].variant].name, s->run[i].replication,
                           s->run[i].result.books);
            fail(reply, EXIT_CHECK_FAILED, why);
            return;
        }
    }
}

static enum sim_status put_axes(struct store *store, const struct points_job *job, size_t point)
{
    struct result_axis axis[SWEEP_AXES_MAX];
    for (size_t a = 0; a < job->sweep.axis_count; a++) {
        const struct sweep_value *value = sweep_value_at(&job->sweep, point, a);
        axis[a] = (struct result_axis){
            .key = job->sweep.axis[a].key->path,
            .unit = sweep_axis_unit(&job->sweep.axis[a]),
            .value = value->text,
            .number = value->number,
        };
    }
    return store_axes(store, axis, job->sweep.axis_count);
}

/* Runs the study into the store and gives the file its name, if all went well. */
static void run_study(struct points_reply *reply, struct study *study, struct store *store,
                      const struct points_job *job, size_t point)
{
    study->options.store = store;
    enum sim_status status = put_axes(store, job, point);
    if (status == SIM_OK) {
        status = study_run(study);
        if (status != SIM_OK) {
            fail(reply, load_exit_code(status), study->error);
        } else if (!study_is_complete(study)) {
            fail(reply, EXIT_INTERRUPTED, "interrupted");
        } else {
            tell_result(reply, study);
            tell_books(reply, study);
        }
    } else {
        fail(reply, load_exit_code(status), store_message(store));
    }
    const bool ended_well = reply->code == EXIT_OK;
    status = store_finish(store, ended_well ? RESULT_COMPLETE : RESULT_FAILED);
    if (status != SIM_OK && ended_well) {
        fail(reply, status == SIM_ERR_IO ? EXIT_IO : EXIT_INTERNAL, store_message(store));
    }
}

static void run_and_store(struct points_reply *reply, struct study *study,
                          const struct scenario *scenario, const struct points_job *job,
                          size_t point, const struct store_shape *shape)
{
    char path[POINTS_PATH_MAX];
    struct provenance provenance;
    struct store_error error = {{0}};
    struct store *store = NULL;
    if (provenance_init(&provenance, scenario, 0, NULL) != SIM_OK) {
        fail(reply, EXIT_INTERNAL, sim_status_text(SIM_ERR_NOMEM));
        return;
    }
    char *command = points_command_of(job, point);
    provenance.row.arguments = command != NULL ? command : "";
    points_path_of(path, job->folder, job->sweep.hash[point]);
    if (store_create_whole(&store, path, true, shape, &provenance.row, &error) != SIM_OK) {
        fail(reply, EXIT_CANNOT_CREATE, error.text);
    } else {
        run_study(reply, study, store, job, point);
        store_destroy(store);
    }
    free(command);
    provenance_deinit(&provenance);
}

void points_run_one(struct points_reply *reply, const struct points_job *job, size_t point,
                    const struct store_shape *shape)
{
    struct scenario_errors errors = {0};
    struct scenario scenario;
    *reply = (struct points_reply){.point = (uint32_t)point, .code = EXIT_OK};
    enum sim_status status = sweep_load_point(&scenario, &job->sweep, point, &errors);
    if (status != SIM_OK) {
        fail(reply, load_exit_code(status),
             errors.count > 0 ? errors.mistake[0].message : sim_status_text(status));
        scenario_errors_deinit(&errors);
        return;
    }
    const struct study_options options = {.threads = 1};
    struct study study;
    status = study_init(&study, &scenario, &options);
    if (status != SIM_OK) {
        fail(reply, load_exit_code(status), study.error);
    } else {
        run_and_store(reply, &study, &scenario, job, point, shape);
        study_deinit(&study);
    }
    scenario_deinit(&scenario);
    scenario_errors_deinit(&errors);
}
