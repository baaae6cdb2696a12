#include "models/nimblenet/compose_cost.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "taskgen/module_plan.h"

/* ---- reading a calibration ---- */

static bool is_calibrated(const struct scenario *s)
{
    return s->platform.calibration.word == NULL;
}

enum sim_status compose_cost_load(struct calibration *c, const struct scenario *s,
                                  struct compose_error *error)
{
    const struct scenario_file *file = &s->platform.calibration;
    struct tsv_error why;
    *c = (struct calibration){.count = 0};
    if (!is_calibrated(s)) {
        return SIM_OK;
    }
    const enum sim_status status = calibration_load(c, file->path, &why);
    if (status != SIM_OK) {
        return compose_fail(error, status, "%s: platform.calibration: %s", s->path, why.text);
    }
    if (file->is_hashed && file->hash != c->hash) {
        calibration_deinit(c);
        return compose_fail(error, SIM_ERR_INVALID,
                            "%s: platform.calibration: %s is not what it was: its hash is not "
                            "%016" PRIx64 ", as the scenario has it",
                            s->path, file->written, file->hash);
    }
    return SIM_OK;
}

/* ---- does it fit? ---- */

/* What is wrong with a tasklet's row, and how to come by a right one. */
static enum sim_status refuse(const struct compose_model *m, enum scenario_variant variant,
                              uint32_t replication, uint32_t tasklet, const char *what,
                              struct compose_error *error)
{
    const struct scenario *s = m->scenario;
    return compose_fail(error, SIM_ERR_INVALID,
                        "%s: platform.calibration: %s does not fit: tasklet %" PRIu32
                        " of the %s taskset, replication %" PRIu32 ", %s; make one with\n"
                        "nimblesim calibrate %s --out FILE.tsv\n"
                        "and the same --seed and --set as this run",
                        s->path, s->platform.calibration.written, tasklet,
                        compose_variant_name(variant), replication, what, s->path);
}

/* The row of a tasklet, if it was measured of this very one. */
static enum sim_status find_row(const struct calibration_row **row, const struct compose_model *m,
                                const struct taskset *t, enum scenario_variant variant,
                                uint32_t replication, uint32_t i, struct compose_error *error)
{
    *row = calibration_find(&m->calibration, compose_variant_name(variant), replication, i);
    if (*row == NULL) {
        return refuse(m, variant, replication, i, "is not in it", error);
    }
    if ((*row)->hash != t->tasklet[i].hash) {
        return refuse(m, variant, replication, i, "has another hash in it", error);
    }
    if ((*row)->segments != t->tasklet[i].call_count + 1) {
        return refuse(m, variant, replication, i, "makes another number of calls in it", error);
    }
    return SIM_OK;
}

/*
 * The taskset that rows are named by: with the sizes that were drawn, whatever taskset.sizes says,
 * because the binaries, and so their times, are the same.
 */
static enum sim_status draw(struct taskset *t, const struct compose_model *m,
                            enum scenario_variant variant, uint32_t replication,
                            struct compose_error *error)
{
    struct scenario drawn = *m->scenario;
    drawn.taskset.sizes = SCENARIO_SIZES_DRAWN;
    return compose_taskset(t, &drawn, variant, replication, error);
}

static enum sim_status check_counts(const struct compose_model *m, const struct module_plan *plan,
                                    enum scenario_variant variant, uint32_t replication,
                                    struct compose_error *error)
{
    const bool is_whole = variant == SCENARIO_MONOLITHIC;
    const struct taskset *nimble = plan->taskset;
    for (uint32_t i = 0; i < (is_whole ? nimble->chains : nimble->count); i++) {
        const struct calibration_row *row =
            calibration_find(&m->calibration, compose_variant_name(variant), replication, i);
        const struct module_shape *shape = &plan->shape[i];
        const uint64_t here = is_whole ? shape->total_instructions : shape->instructions;
        ASSERT(row != NULL);
        if (row->instructions != here) {
            char what[160];
            (void)snprintf(what, sizeof what,
                           "executes %" PRIu64 " instructions in it, and %" PRIu64
                           " with this platform.instruction_time",
                           row->instructions, here);
            return refuse(m, variant, replication, i, what, error);
        }
    }
    return SIM_OK;
}

/* Were the rows measured of binaries that do as much work as the scenario's do? */
static enum sim_status check_work(const struct compose_model *m, enum scenario_variant variant,
                                  uint32_t replication, struct compose_error *error)
{
    const struct scenario *s = m->scenario;
    struct taskset nimble;
    struct module_plan plan;
    char why[MODULE_ERROR_MAX] = "no memory left";
    enum sim_status status = draw(&nimble, m, SCENARIO_NIMBLE, replication, error);
    if (status != SIM_OK) {
        return status;
    }
    status = module_plan_init(&plan, &nimble, s->platform.instruction_time_ns, why);
    if (status == SIM_OK) {
        status = check_counts(m, &plan, variant, replication, error);
        module_plan_deinit(&plan);
    } else {
        (void)compose_fail(error, status, "%s: platform.calibration: replication %" PRIu32 ": %s",
                           s->path, replication, why);
    }
    taskset_deinit(&nimble);
    return status;
}

enum sim_status compose_check_calibration(const struct compose_model *m,
                                          enum scenario_variant variant, uint32_t replication,
                                          struct compose_error *error)
{
    if (!is_calibrated(m->scenario)) {
        return SIM_OK;
    }
    struct taskset t;
    enum sim_status status = draw(&t, m, variant, replication, error);
    if (status != SIM_OK) {
        return status;
    }
    for (uint32_t i = 0; i < t.count && status == SIM_OK; i++) {
        const struct calibration_row *row;
        status = find_row(&row, m, &t, variant, replication, i, error);
    }
    taskset_deinit(&t);
    return status == SIM_OK ? check_work(m, variant, replication, error) : status;
}

/* ---- costs ---- */

/* Puts a tasklet's measured times in the place of the drawn ones. False where a sum overflows. */
static bool take_times(struct taskset *t, uint32_t i, const sim_time *segment_ns)
{
    struct taskset_tasklet *k = &t->tasklet[i];
    const uint32_t first = taskset_first_segment(t, i);
    k->own_ns = 0;
    for (uint32_t c = 0; c <= k->call_count; c++) {
        t->segment_ns[first + c] = segment_ns[c];
        if (__builtin_add_overflow(k->own_ns, segment_ns[c], &k->own_ns)) {
            return false;
        }
    }
    k->total_ns = k->own_ns;
    for (uint32_t c = 0; c < k->call_count; c++) {
        const sim_time callee_ns = t->tasklet[t->call[k->first_call + c]].total_ns;
        if (__builtin_add_overflow(k->total_ns, callee_ns, &k->total_ns)) {
            return false;
        }
    }
    return true;
}

/* Callees have greater numbers than their callers, so their sums are ready when they are needed. */
static enum sim_status take_rows(struct cpu_cost *cost, struct taskset *t,
                                 const struct taskset *drawn, const struct compose_model *m,
                                 enum scenario_variant variant, uint32_t replication,
                                 struct compose_error *error)
{
    for (uint32_t i = t->count; i-- > 0;) {
        const struct calibration_row *row;
        const enum sim_status status = find_row(&row, m, drawn, variant, replication, i, error);
        if (status != SIM_OK) {
            return status;
        }
        if (!take_times(t, i, calibration_segments(&m->calibration, row))) {
            return refuse(m, variant, replication, i, "runs longer than 292 years in it", error);
        }
        cost[i] = (struct cpu_cost){
            .load_ns = row->load_ns,
            .suspend_ns = row->suspend_ns,
            .resume_ns = row->resume_ns,
        };
    }
    return SIM_OK;
}

static enum sim_status take_calibration(struct cpu_cost *cost, struct taskset *t,
                                        const struct compose_model *m,
                                        enum scenario_variant variant, uint32_t replication,
                                        struct compose_error *error)
{
    struct taskset drawn;
    enum sim_status status = draw(&drawn, m, variant, replication, error);
    if (status == SIM_OK) {
        status = take_rows(cost, t, &drawn, m, variant, replication, error);
        taskset_deinit(&drawn);
    }
    return status;
}

enum sim_status compose_cost_make(struct cpu_cost **cost, struct taskset *t,
                                  const struct compose_model *m, enum scenario_variant variant,
                                  uint32_t replication, struct compose_error *error)
{
    const struct scenario *s = m->scenario;
    *cost = calloc(t->count, sizeof **cost);
    if (*cost == NULL) {
        return compose_fail(error, SIM_ERR_NOMEM, "no memory for %" PRIu32 " tasklets", t->count);
    }
    if (is_calibrated(s)) {
        const enum sim_status status = take_calibration(*cost, t, m, variant, replication, error);
        if (status != SIM_OK) {
            free(*cost);
            *cost = NULL;
        }
        return status;
    }
    for (uint32_t i = 0; i < t->count; i++) {
        (*cost)[i] = (struct cpu_cost){
            .load_ns = s->execution.load_time_ns,
            .resume_ns = s->execution.resume_time_ns,
        };
    }
    return SIM_OK;
}
