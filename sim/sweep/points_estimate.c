/* What a sweep will cost: a few points are tried, for a part of their time where that is long. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "runtime-replay/host_clock.h"
#include "sim/study/study.h"
#include "sim/sweep/points.h"
#include "sim/terminal/exit.h"
#include "sim/terminal/message.h"

enum { TRIALS_MAX = 9 };
static const double trials_s_max = 3;

struct trial {
    size_t point;
    struct points_estimate per_event; /* of those expected; bytes: of the whole run */
};

static double seconds(void)
{
    return (double)host_clock_ns() * 1e-9;
}

/* The events that a point's model expects of all its runs; as a measure of work, not as a promise.
 */
static double work_of(const struct study *s)
{
    const struct scenario *scenario = s->scenario;
    const double replications = scenario->precision.half_width > 0
                                    ? (double)scenario->precision.least
                                    : (double)scenario->replications;
    double sum = 0;
    for (uint32_t v = 0; v < scenario->variant_count; v++) {
        sum += (double)study_estimate(s, v);
    }
    return fmax(sum * replications, 1);
}

/* A twentieth of the time, but three minutes of it at least. */
static sim_time part_of(sim_time duration_ns)
{
    const sim_time least_ns = 180 * SIM_S;
    const sim_time part_ns = duration_ns / 20 > least_ns ? duration_ns / 20 : least_ns;
    return part_ns < duration_ns ? part_ns : duration_ns;
}

static double reserved_bytes(const struct model_result *r)
{
    for (size_t i = 0; i < r->gauges; i++) {
        if (strcmp(r->gauge[i].name, "reserved_bytes") == 0) {
            return (double)r->gauge[i].value;
        }
    }
    return 0;
}

static bool try_study(struct trial *trial, const struct scenario *s)
{
    const struct study_options options = {.threads = 1};
    struct study study;
    const int64_t start_ns = host_clock_process_ns();
    if (study_init(&study, s, &options) != SIM_OK) {
        return false;
    }
    const bool ran = study_run(&study) == SIM_OK && study_is_complete(&study);
    const double work = work_of(&study);
    for (uint32_t i = 0; ran && i < study.run_count; i++) {
        trial->per_event.events += (double)study.run[i].result.engine.events / work;
        trial->per_event.bytes = fmax(trial->per_event.bytes, reserved_bytes(&study.run[i].result));
    }
    trial->per_event.seconds = 1e-9 * (double)(host_clock_process_ns() - start_ns) / work;
    study_deinit(&study);
    return ran;
}

/*
 * One replication, for a part of the time; where the whole does not seem to take long, which a
 * run's beginning makes of a short part, it is tried too.
 */
static bool try_point(struct trial *trial, struct scenario *s)
{
    const struct trial blank = *trial;
    const sim_time whole_ns = s->duration_ns;
    s->duration_ns = part_of(whole_ns);
    s->replications = 1;
    s->precision.half_width = 0;
    const double start = seconds();
    if (!try_study(trial, s)) {
        return false;
    }
    const double parts = (double)whole_ns / (double)s->duration_ns;
    if (parts > 1 && (seconds() - start) * parts < trials_s_max / TRIALS_MAX) {
        *trial = blank;
        s->duration_ns = whole_ns;
        return try_study(trial, s);
    }
    return true;
}

static bool load_quietly(struct scenario *s, const struct points_job *job, size_t point)
{
    struct scenario_errors errors = {0};
    const enum sim_status status = sweep_load_point(s, &job->sweep, point, &errors);
    scenario_errors_deinit(&errors);
    return status == SIM_OK;
}

static size_t make_trials(struct trial trial[TRIALS_MAX], const struct points_job *job)
{
    const size_t span = job->last - job->first + 1;
    const size_t wanted = span < TRIALS_MAX ? span : TRIALS_MAX;
    const double start = seconds();
    size_t count = 0;
    for (size_t i = 0; i < wanted && (i == 0 || seconds() - start < trials_s_max); i++) {
        const size_t offset = wanted > 1 ? i * (span - 1) / (wanted - 1) : 0;
        struct scenario s;
        trial[count] = (struct trial){.point = job->first + offset};
        if (!load_quietly(&s, job, trial[count].point)) {
            continue;
        }
        count += try_point(&trial[count], &s) ? 1 : 0;
        scenario_deinit(&s);
    }
    return count;
}

/* The same of a point that is not run; 0 with a refusal where it cannot be. */
static double expected_of(const struct scenario *s, char **refusal)
{
    const struct study_options options = {.threads = 1};
    struct study study;
    if (study_init(&study, s, &options) != SIM_OK) {
        *refusal = strdup(study.error);
        return 0;
    }
    const double work = work_of(&study);
    study_deinit(&study);
    return work;
}

/* How many steps along the axes lie between two points, each axis taken as one long. */
static double distance(const struct sweep *w, size_t a, size_t b)
{
    double sum = 0;
    for (size_t axis = 0; axis < w->axis_count; axis++) {
        const ptrdiff_t steps = sweep_value_at(w, a, axis) - sweep_value_at(w, b, axis);
        sum += fabs((double)steps) / (double)w->axis[axis].count;
    }
    return sum;
}

static const struct trial *nearest(const struct sweep *w, const struct trial *trial, size_t count,
                                   size_t point)
{
    ASSERT(count > 0);
    const struct trial *best = &trial[0];
    for (size_t i = 1; i < count; i++) {
        if (distance(w, trial[i].point, point) < distance(w, best->point, point)) {
            best = &trial[i];
        }
    }
    return best;
}

struct points_estimate *points_estimate(const struct points_job *job, size_t *measured)
{
    struct points_estimate *estimate = calloc(job->sweep.point_count, sizeof *estimate);
    struct trial trial[TRIALS_MAX] = {{0}};
    if (estimate == NULL) {
        return NULL;
    }
    *measured = make_trials(trial, job);
    for (size_t i = job->first; i <= job->last; i++) {
        struct scenario s;
        if (!load_quietly(&s, job, i)) {
            continue;
        }
        static const struct trial unknown = {.point = SIZE_MAX};
        const struct trial *like =
            *measured > 0 ? nearest(&job->sweep, trial, *measured, i) : &unknown;
        char *refusal = NULL;
        const double work = expected_of(&s, &refusal);
        estimate[i] = (struct points_estimate){
            .events = work * like->per_event.events,
            .seconds = work * like->per_event.seconds,
            .bytes = like->per_event.bytes,
            .is_measured = like->point == i,
            .refusal = refusal,
        };
        scenario_deinit(&s);
    }
    return estimate;
}

void points_estimate_free(struct points_estimate *estimate, const struct points_job *job)
{
    for (size_t i = 0; estimate != NULL && i < job->sweep.point_count; i++) {
        free(estimate[i].refusal);
    }
    free(estimate);
}

int points_tell_refused(const struct points_job *job, const struct points_estimate *estimate)
{
    size_t refused = 0;
    size_t first = 0;
    for (size_t i = job->first; i <= job->last; i++) {
        if (estimate[i].refusal != NULL) {
            first = refused++ == 0 ? i : first;
        }
    }
    if (refused == 0) {
        return EXIT_OK;
    }
    char name[512];
    points_name_of(name, sizeof name, job, first);
    message_error("%zu of %zu points cannot be run, the first is point %zu (%s): %s", refused,
                  job->last - job->first + 1, first + 1, name, estimate[first].refusal);
    message_hint("where: leaves out combinations that cannot be");
    return EXIT_BAD_DATA;
}
