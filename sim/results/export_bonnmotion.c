/* Tracks of what moves, for BonnMotion's tools: as the model's places have them, not as stored. */
#include <inttypes.h>
#include <stdlib.h>

#include "models/places.h"
#include "sim/results/export.h"
#include "sim/study/load.h"
#include "sim/terminal/exit.h"
#include "sim/terminal/interrupt.h"
#include "sim/terminal/message.h"

/* A replication's map, and the scenario that it is of. */
struct atlas {
    struct scenario scenario;
    const struct model_places *places;
    void *map;
};

static int atlas_open(struct atlas *a, const struct export_job *job)
{
    int code = archive_scenario(job->archive, &a->scenario);
    if (code != EXIT_OK) {
        return code;
    }
    const struct model *model = model_of_schema(a->scenario.schema);
    a->places = model->places;
    if (a->places == NULL) {
        message_error("%s: nothing moves in the model %s", job->archive->path, model->schema.name);
        scenario_deinit(&a->scenario);
        return EXIT_BAD_DATA;
    }
    const struct model_head head = archive_head(&a->scenario);
    struct model_error error = {.key = NULL};
    const enum sim_status status =
        a->places->open(&a->map, &head, a->scenario.config, job->run->replication, &error);
    if (status != SIM_OK) {
        message_error("%s: %s", job->archive->path, error.text);
        scenario_deinit(&a->scenario);
    }
    return load_exit_code(status);
}

static void atlas_close(struct atlas *a)
{
    a->places->close(a->map);
    scenario_deinit(&a->scenario);
}

/* "t x y" from the start to the end, the end included; millimetres are enough for a robot. */
static int write_track(const struct export_job *job, const struct atlas *a, uint32_t mover)
{
    const sim_time duration_ns = a->scenario.duration_ns;
    void *followed = a->places->follow(a->map, mover);
    if (followed == NULL) {
        message_error("%s", sim_status_text(SIM_ERR_NOMEM));
        return EXIT_INTERNAL;
    }
    for (sim_time at = 0;; at += job->step_ns) {
        const sim_time now = at < duration_ns ? at : duration_ns;
        const struct model_place p = a->places->at(followed, now);
        (void)fprintf(job->to, "%s%.9g %.3f %.3f", now == 0 ? "" : " ", (double)now / (double)SIM_S,
                      p.x_m, p.y_m);
        if (now == duration_ns) {
            break;
        }
    }
    (void)fputc('\n', job->to);
    a->places->leave(followed);
    return interrupt_requested() ? EXIT_INTERRUPTED : EXIT_OK;
}

int export_bonnmotion(const struct export_job *job)
{
    struct atlas a;
    int code = atlas_open(&a, job);
    if (code != EXIT_OK) {
        return code;
    }
    const uint32_t movers = a.places->movers(a.map);
    struct progress progress;
    export_progress(job, &progress, (double)movers);
    for (uint32_t i = 0; i < movers && code == EXIT_OK; i++) {
        code = write_track(job, &a, i);
        progress_update(&progress, (double)i + 1, 0);
    }
    progress_finish(&progress);
    atlas_close(&a);
    return code;
}

int export_bonnmotion_params(const struct export_job *job)
{
    struct atlas a;
    const int code = atlas_open(&a, job);
    if (code != EXIT_OK) {
        return code;
    }
    const struct model_place extent = a.places->extent(a.map);
    (void)fprintf(job->to,
                  "model=nimblesim\n"
                  "ignore=0.0\n"
                  "randomSeed=%" PRIu64 "\n"
                  "x=%.9g\n"
                  "y=%.9g\n"
                  "duration=%.9g\n"
                  "nn=%" PRIu32 "\n"
                  "circular=false\n"
                  "J=2D\n",
                  a.scenario.seed, extent.x_m, extent.y_m,
                  (double)a.scenario.duration_ns / (double)SIM_S, a.places->movers(a.map));
    atlas_close(&a);
    return EXIT_OK;
}
