#include <inttypes.h>
#include <stdlib.h>

#include "models/nimblenet/compose.h"
#include "sim/results/export.h"
#include "sim/study/load.h"
#include "sim/terminal/exit.h"
#include "sim/terminal/interrupt.h"
#include "sim/terminal/message.h"

/* "t x y" from the start to the end, the end included; millimetres are enough for a robot. */
static bool write_track(const struct export_job *job, const struct robot_spec *spec, uint32_t robot,
                        sim_time duration_ns)
{
    struct trajectory t;
    trajectory_init(&t, &spec->trajectory, spec->seed, spec->replication, robot);
    for (sim_time at = 0;; at += job->step_ns) {
        const sim_time now = at < duration_ns ? at : duration_ns;
        const struct floor_point p = trajectory_at(&t, &spec->trajectory, now);
        (void)fprintf(job->to, "%s%.9g %.3f %.3f", now == 0 ? "" : " ", (double)now / (double)SIM_S,
                      p.x_m, p.y_m);
        if (now == duration_ns) {
            break;
        }
    }
    (void)fputc('\n', job->to);
    return !interrupt_requested();
}

static int write_tracks(const struct export_job *job, const struct robot_spec *spec,
                        sim_time duration_ns)
{
    struct progress progress;
    export_progress(job, &progress, (double)spec->count);
    int code = EXIT_OK;
    for (uint32_t robot = 0; robot < spec->count && code == EXIT_OK; robot++) {
        code = write_track(job, spec, robot, duration_ns) ? EXIT_OK : EXIT_INTERRUPTED;
        progress_update(&progress, (double)robot + 1, 0);
    }
    progress_finish(&progress);
    return code;
}

int export_bonnmotion(const struct export_job *job)
{
    struct scenario scenario;
    int code = archive_scenario(job->archive, &scenario);
    if (code != EXIT_OK) {
        return code;
    }
    struct compose_model model;
    struct compose_plan plan;
    struct compose_error error = {"no memory left"};
    enum sim_status status = scenario_drop_calibration(&scenario);
    if (status == SIM_OK) { /* which robots' ways do not depend on */
        status = compose_model_init(&model, &scenario, &error);
    }
    if (status == SIM_OK) {
        status =
            compose_plan_init(&plan, &model, scenario.variants[0], job->run->replication, &error);
        if (status == SIM_OK) {
            code = write_tracks(job, &plan.world.robots, scenario.duration_ns);
            compose_plan_deinit(&plan);
        }
        compose_model_deinit(&model);
    }
    if (status != SIM_OK) {
        message_error("%s: %s", job->archive->path, error.text);
        code = load_exit_code(status);
    }
    scenario_deinit(&scenario);
    return code;
}

int export_bonnmotion_params(const struct export_job *job)
{
    struct scenario scenario;
    const int code = archive_scenario(job->archive, &scenario);
    if (code != EXIT_OK) {
        return code;
    }
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
                  scenario.seed, scenario.floor.width_m, scenario.floor.height_m,
                  (double)scenario.duration_ns / (double)SIM_S, scenario.robots.count);
    scenario_deinit(&scenario);
    return EXIT_OK;
}
