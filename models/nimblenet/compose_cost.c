#include "models/nimblenet/compose_cost.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "runtime-replay/platforms/platform.h"
#include "sim/engine/text.h"
#include "taskgen/module_plan.h"

/* ---- does it fit? ---- */

static const char key[] = "platform.calibration";

static bool is_calibrated(const struct nimblenet_config *c)
{
    return c->platform.calibration.word == NULL;
}

static enum nimblenet_form form_of(const struct compose_system *m)
{
    return m->config->taskset.form;
}

/* What is wrong with a tasklet's row, and how to come by a right one. */
static enum sim_status refuse(const struct compose_system *m, uint32_t replication,
                              uint32_t tasklet, const char *what, struct model_error *error)
{
    return compose_fail(error, SIM_ERR_INVALID, key,
                        "%.100s does not fit: tasklet %" PRIu32
                        " of the %s taskset, replication %" PRIu32 ", %s; make one with\n"
                        "nimblesim calibrate SCENARIO.yaml --out FILE.tsv\n"
                        "and the same --seed and --set as this run",
                        m->config->platform.calibration.written, tasklet, compose_forms[form_of(m)],
                        replication, what);
}

/* The row of a tasklet, if it was measured of this very one. */
static enum sim_status find_row(const struct calibration_row **row, const struct compose_system *m,
                                const struct taskset *t, uint32_t replication, uint32_t i,
                                struct model_error *error)
{
    *row = calibration_find(&m->calibration, compose_forms[form_of(m)], replication, i);
    if (*row == NULL) {
        return refuse(m, replication, i, "is not in it", error);
    }
    if ((*row)->hash != t->tasklet[i].hash) {
        return refuse(m, replication, i, "has another hash in it", error);
    }
    if ((*row)->segments != t->tasklet[i].call_count + 1) {
        return refuse(m, replication, i, "makes another number of calls in it", error);
    }
    return SIM_OK;
}

/*
 * The taskset that rows are named by: with the sizes that were drawn, whatever taskset.sizes says,
 * because the binaries, and so their times, are the same.
 */
static enum sim_status draw(struct taskset *t, const struct compose_system *m,
                            enum nimblenet_form form, uint32_t replication,
                            struct model_error *error)
{
    struct nimblenet_config drawn = *m->config;
    drawn.taskset.form = form;
    drawn.taskset.sizes = NIMBLENET_SIZES_DRAWN;
    return compose_taskset(t, m->head, &drawn, replication, error);
}

static enum sim_status check_counts(const struct compose_system *m, const struct module_plan *plan,
                                    uint32_t replication, struct model_error *error)
{
    const bool is_whole = form_of(m) == NIMBLENET_FORM_MONOLITHIC;
    const struct taskset *nimble = plan->taskset;
    for (uint32_t i = 0; i < (is_whole ? nimble->chains : nimble->count); i++) {
        const struct calibration_row *row =
            calibration_find(&m->calibration, compose_forms[form_of(m)], replication, i);
        const struct module_shape *shape = &plan->shape[i];
        const uint64_t here = is_whole ? shape->total_instructions : shape->instructions;
        ASSERT(row != NULL);
        if (row->instructions != here) {
            char what[160];
            (void)snprintf(what, sizeof what,
                           "executes %" PRIu64 " instructions in it, and %" PRIu64
                           " with this platform.instruction_time",
                           row->instructions, here);
            return refuse(m, replication, i, what, error);
        }
    }
    return SIM_OK;
}

/* Were the rows measured of binaries that do as much work as the scenario's do? */
static enum sim_status check_work(const struct compose_system *m, uint32_t replication,
                                  struct model_error *error)
{
    struct taskset nimble;
    struct module_plan plan;
    char why[MODULE_ERROR_MAX] = "no memory left";
    enum sim_status status = draw(&nimble, m, NIMBLENET_FORM_NIMBLE, replication, error);
    if (status != SIM_OK) {
        return status;
    }
    status = module_plan_init(&plan, &nimble, m->config->platform.instruction_time_ns, why);
    if (status == SIM_OK) {
        status = check_counts(m, &plan, replication, error);
        module_plan_deinit(&plan);
    } else {
        (void)compose_fail(error, status, key, "replication %" PRIu32 ": %s", replication, why);
    }
    taskset_deinit(&nimble);
    return status;
}

static enum sim_status check_replication(const struct compose_system *m, uint32_t replication,
                                         struct model_error *error)
{
    struct taskset t;
    enum sim_status status = draw(&t, m, form_of(m), replication, error);
    if (status != SIM_OK) {
        return status;
    }
    for (uint32_t i = 0; i < t.count && status == SIM_OK; i++) {
        const struct calibration_row *row;
        status = find_row(&row, m, &t, replication, i, error);
    }
    taskset_deinit(&t);
    return status == SIM_OK ? check_work(m, replication, error) : status;
}

/* What is in a table shows when it is needed; a name must be one of those that are shipped. */
static enum sim_status check_platform(const struct nimblenet_config *c, struct model_error *error)
{
    enum { MOST = 64 };
    const char *name[MOST];
    size_t count = 0;
    const char *word = c->platform.table.word;
    for (; word != NULL && count < MOST && platform_shipped[count].name != NULL; count++) {
        name[count] = platform_shipped[count].name;
        if (strcmp(name[count], word) == 0) {
            return SIM_OK;
        }
    }
    if (word == NULL) {
        return SIM_OK;
    }
    const char *nearest = text_nearest(word, name, count);
    return compose_fail(error, SIM_ERR_INVALID, "platform.table",
                        "no platform is called \"%s\"; the path of a file has a dot or a slash"
                        "%s%s%s",
                        word, nearest != NULL ? "; did you mean " : "",
                        nearest != NULL ? nearest : "", nearest != NULL ? "?" : "");
}

enum sim_status compose_cost_load(struct compose_system *m, struct model_error *error)
{
    const struct scenario_file *file = &m->config->platform.calibration;
    const struct model_head *head = m->head;
    struct tsv_error why;
    enum sim_status status = check_platform(m->config, error);
    if (status != SIM_OK || !is_calibrated(m->config)) {
        return status;
    }
    if (file->bytes == NULL) {
        return compose_fail(error, SIM_ERR_NOTFOUND, key, "%s cannot be read", file->path);
    }
    status = calibration_read(&m->calibration, file->written, file->bytes, file->length, &why);
    if (status != SIM_OK) {
        return compose_fail(error, status, key, "%s", why.text);
    }
    const uint32_t first = head->only > 0 ? head->only : 1;
    const uint32_t last = head->only > 0 ? head->only : head->replications;
    for (uint32_t k = first; k <= last && status == SIM_OK; k++) {
        status = check_replication(m, k, error);
    }
    return status;
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
                                 const struct taskset *drawn, const struct compose_system *m,
                                 uint32_t replication, struct model_error *error)
{
    for (uint32_t i = t->count; i-- > 0;) {
        const struct calibration_row *row;
        const enum sim_status status = find_row(&row, m, drawn, replication, i, error);
        if (status != SIM_OK) {
            return status;
        }
        if (!take_times(t, i, calibration_segments(&m->calibration, row))) {
            return refuse(m, replication, i, "runs longer than 292 years in it", error);
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
                                        const struct compose_system *m, uint32_t replication,
                                        struct model_error *error)
{
    struct taskset drawn;
    enum sim_status status = draw(&drawn, m, form_of(m), replication, error);
    if (status == SIM_OK) {
        status = take_rows(cost, t, &drawn, m, replication, error);
        taskset_deinit(&drawn);
    }
    return status;
}

enum sim_status compose_cost_make(struct cpu_cost **cost, struct taskset *t,
                                  const struct compose_system *m, uint32_t replication,
                                  struct model_error *error)
{
    const struct nimblenet_config *c = m->config;
    *cost = calloc(t->count, sizeof **cost);
    if (*cost == NULL) {
        return compose_fail(error, SIM_ERR_NOMEM, NULL, "no memory for %" PRIu32 " tasklets",
                            t->count);
    }
    if (is_calibrated(c)) {
        const enum sim_status status = take_calibration(*cost, t, m, replication, error);
        if (status != SIM_OK) {
            free(*cost);
            *cost = NULL;
        }
        return status;
    }
    for (uint32_t i = 0; i < t->count; i++) {
        const struct taskset_tasklet *k = &t->tasklet[i];
        const sim_time heap_ns = k->call_count > 0 ? k->heap_bytes * c->execution.heap_time_ns : 0;
        (*cost)[i] = (struct cpu_cost){
            .load_ns = c->execution.load_time_ns,
            .suspend_ns = heap_ns,
            .resume_ns = c->execution.resume_time_ns + heap_ns,
        };
    }
    return SIM_OK;
}
