/* What a sweep will cost: a few points are tried for a part of their time. */
#include <math.h>
#include <stdlib.h>

#include "runtime-replay/host_clock.h"
#include "sim/study/study.h"
#include "sim/sweep/points.h"

enum { TRIALS_MAX = 9 };
static const double trials_s_max = 3;

struct trial {
    size_t point;
    struct points_estimate per_call; /* bytes: of the whole run */
};

static double seconds(void)
{
    return (double)host_clock_ns() * 1e-9;
}

/* How many calls the robots of a point trigger, in all of its runs. */
static double calls_of(const struct scenario *s)
{
    const struct dist *trigger = &s->robots.trigger_ns;
    const double mean_ns = trigger->kind == DIST_UNIFORM
                               ? ((double)trigger->low + (double)trigger->high) / 2
                               : (double)trigger->low;
    const double replications =
        s->precision.half_width > 0 ? (double)s->precision.least : (double)s->replications;
    return (double)s->robots.count * (double)s->duration_ns / fmax(mean_ns, 1) * replications *
           s->variant_count;
}

/* One replication, for a twentieth of the time, but for three minutes of it at least. */
static void shorten(struct scenario *s)
{
    const sim_time least_ns = 180 * SIM_S;
    const sim_time part_ns = s->duration_ns / 20 > least_ns ? s->duration_ns / 20 : least_ns;
    s->duration_ns = part_ns < s->duration_ns ? part_ns : s->duration_ns;
    s->replications = 1;
    s->precision.half_width = 0;
}

static bool try_study(struct trial *trial, const struct scenario *s)
{
    const struct study_options options = {.threads = 1};
    struct study study;
    const double start = seconds();
    if (study_init(&study, s, &options) != SIM_OK) {
        return false;
    }
    const bool ran = study_run(&study) == SIM_OK && study_is_complete(&study);
    const double calls = fmax(calls_of(s), 1);
    for (uint32_t i = 0; ran && i < study.run_count; i++) {
        trial->per_call.events += (double)study.run[i].engine.events / calls;
        trial->per_call.bytes =
            fmax(trial->per_call.bytes, (double)study.run[i].memory.total_reserved);
    }
    trial->per_call.seconds = (seconds() - start) / calls;
    study_deinit(&study);
    return ran;
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
        shorten(&s);
        count += try_study(&trial[count], &s) ? 1 : 0;
        scenario_deinit(&s);
    }
    return count;
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
    struct trial trial[TRIALS_MAX];
    if (estimate == NULL) {
        return NULL;
    }
    *measured = make_trials(trial, job);
    for (size_t i = job->first; i <= job->last && *measured > 0; i++) {
        struct scenario s;
        if (!load_quietly(&s, job, i)) {
            continue;
        }
        const struct trial *like = nearest(&job->sweep, trial, *measured, i);
        const double calls = calls_of(&s);
        estimate[i] = (struct points_estimate){
            .events = calls * like->per_call.events,
            .seconds = calls * like->per_call.seconds,
            .bytes = like->per_call.bytes,
            .is_measured = like->point == i,
        };
        scenario_deinit(&s);
    }
    return estimate;
}
