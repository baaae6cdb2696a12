/*
 * From what a tasklet did to what it costs on a platform:
 *
 *   load      load the module by its size, start an instance, and end it when it has returned
 *   segments  instruction classes, divided as the drawn work between the calls is
 *   suspend   save the state, end the instance         (nested: nothing; reexecuted: end it)
 *   resume    load, start, restore the state           (nested: nothing; reexecuted: load, start)
 *
 * What a call of an import costs the interpreter is one of the classes. A re-executed tasklet
 * repeats, after each call, all of its own that came before.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "sim/cli/calibrate.h"

__extension__ typedef unsigned __int128 wide;

static const char *const variant_name[CALIBRATE_VARIANTS] = {"nimble", "monolithic"};

static enum sim_status fail(struct calibrate_error *error, enum sim_status status, const char *text)
{
    (void)snprintf(error->text, sizeof error->text, "%s", text);
    return status;
}

/* ---- one tasklet ---- */

static enum sim_status add_load(const struct platform *p, const struct platform_module *module,
                                int64_t *sum, struct tsv_error *error)
{
    const enum sim_status status = platform_add_load(p, module, sum, error);
    return status == SIM_OK ? platform_add_start(p, sum, error) : status;
}

static enum sim_status cost_load(const struct platform *p, const struct platform_module *module,
                                 sim_time *ns, struct tsv_error *error)
{
    int64_t sum = 0;
    enum sim_status status = add_load(p, module, &sum, error);
    status = status == SIM_OK ? platform_add_stop(p, &sum, error) : status;
    return status == SIM_OK ? platform_ns(p, sum, ns, error) : status;
}

static enum sim_status cost_suspend(const struct platform *p, enum execute_mode mode,
                                    uint64_t state_bytes, sim_time *ns, struct tsv_error *error)
{
    int64_t sum = 0;
    enum sim_status status = SIM_OK;
    if (mode == EXECUTE_SUSPENDED) {
        status = platform_add_suspend(p, state_bytes, &sum, error);
    }
    if (status == SIM_OK && mode != EXECUTE_NESTED) {
        status = platform_add_stop(p, &sum, error);
    }
    return status == SIM_OK ? platform_ns(p, sum, ns, error) : status;
}

static enum sim_status cost_resume(const struct platform *p, enum execute_mode mode,
                                   const struct platform_module *module, uint64_t state_bytes,
                                   sim_time *ns, struct tsv_error *error)
{
    int64_t sum = 0;
    enum sim_status status = SIM_OK;
    if (mode != EXECUTE_NESTED) {
        status = add_load(p, module, &sum, error);
    }
    if (status == SIM_OK && mode == EXECUTE_SUSPENDED) {
        status = platform_add_resume(p, state_bytes, &sum, error);
    }
    return status == SIM_OK ? platform_ns(p, sum, ns, error) : status;
}

enum sim_status calibrate_check_platform(const struct calibrate_job *job,
                                         struct calibrate_error *error)
{
    const struct platform_module module = {.bytes = 1, .imports = 1, .functions = 1};
    struct tsv_error why = {{0}};
    sim_time ns;
    enum sim_status status = cost_load(&job->platform, &module, &ns, &why);
    if (status == SIM_OK) {
        status = cost_suspend(&job->platform, job->mode, 1, &ns, &why);
    }
    if (status == SIM_OK) {
        status = cost_resume(&job->platform, job->mode, &module, 1, &ns, &why);
    }
    return status == SIM_OK ? SIM_OK : fail(error, status, why.text);
}

/*
 * Cuts a time as the drawn work is cut; all of it where no work was drawn. The emitter places its
 * loops' rounds alike, so each cut is right to within a round.
 */
static void cut(sim_time total, const sim_time *drawn, uint32_t segments, sim_time *out)
{
    uint64_t all = 0;
    for (uint32_t i = 0; i < segments; i++) {
        all += (uint64_t)drawn[i];
    }
    uint64_t sum = 0;
    sim_time before = 0;
    for (uint32_t i = 0; i + 1 < segments; i++) {
        sum += (uint64_t)drawn[i];
        const sim_time until =
            all > 0 ? (sim_time)(((wide)(uint64_t)total * sum + all / 2) / all) : 0;
        out[i] = until - before;
        before = until;
    }
    out[segments - 1] = total - before;
}

/* Each segment behind a call repeats what came before it. */
static void repeat(sim_time *segment, uint32_t segments)
{
    for (uint32_t i = 1; i < segments; i++) {
        segment[i] += segment[i - 1];
    }
}

/* What its callees saved in their own runs they also saved in its run. */
static uint64_t own_state(const struct calibrate_batch *b, uint32_t v, uint32_t i)
{
    const struct taskset_tasklet *k = &b->taskset[v].tasklet[i];
    uint64_t bytes = b->tasklet[v][i].state_bytes;
    for (uint32_t c = 0; c < k->call_count; c++) {
        const uint64_t callee = b->tasklet[v][b->taskset[v].call[k->first_call + c]].state_bytes;
        ASSERT(callee <= bytes);
        bytes -= callee;
    }
    return k->call_count > 0 ? (bytes + k->call_count / 2) / k->call_count : 0;
}

static void name_row(struct calibrate_batch *b, uint32_t v, uint32_t i)
{
    const struct taskset_tasklet *k = &b->taskset[v].tasklet[i];
    const struct wasm_binary *binary = &b->set[v].binary[i];
    struct calibration_row *row = &b->tasklet[v][i].row;
    (void)snprintf(row->variant, sizeof row->variant, "%s", variant_name[v]);
    row->replication = b->replication;
    row->tasklet = i;
    row->hash = k->hash;
    row->size_bytes = binary->length;
    row->instructions = binary->instructions;
    row->state_bytes = own_state(b, v, i);
    row->segments = k->call_count + 1;
}

static enum sim_status cost_work(const struct calibrate_batch *b, uint32_t v, uint32_t i,
                                 struct tsv_error *error)
{
    const struct platform *p = &b->job->platform;
    const struct wasm_binary *binary = &b->set[v].binary[i];
    const uint32_t first = taskset_first_segment(&b->taskset[v], i);
    const uint32_t segments = b->tasklet[v][i].row.segments;
    int64_t sum = 0;
    sim_time ns = 0;
    enum sim_status status =
        platform_add_work(p, wasm_class_name, binary->class_count, WASM_CLASS_COUNT, &sum, error);
    status = status == SIM_OK ? platform_ns(p, sum, &ns, error) : status;
    if (status == SIM_OK) {
        cut(ns, &b->taskset[v].segment_ns[first], segments, &b->segment_ns[v][first]);
        if (b->job->mode == EXECUTE_REEXECUTED) {
            repeat(&b->segment_ns[v][first], segments);
        }
    }
    return status;
}

static enum sim_status cost_tasklet(struct calibrate_batch *b, uint32_t v, uint32_t i,
                                    struct tsv_error *error)
{
    const struct platform *p = &b->job->platform;
    const struct wasm_binary *binary = &b->set[v].binary[i];
    struct calibration_row *row = &b->tasklet[v][i].row;
    struct platform_module module;
    name_row(b, v, i);
    const bool is_module = platform_module_read(&module, binary->bytes, binary->length);
    ASSERT(is_module); /* it has just been run */
    enum sim_status status = cost_load(p, &module, &row->load_ns, error);
    if (status == SIM_OK && row->segments > 1) {
        status = cost_suspend(p, b->job->mode, row->state_bytes, &row->suspend_ns, error);
    }
    if (status == SIM_OK && row->segments > 1) {
        status = cost_resume(p, b->job->mode, &module, row->state_bytes, &row->resume_ns, error);
    }
    return status == SIM_OK ? cost_work(b, v, i, error) : status;
}

/* ---- sums over tasklets ---- */

static double us(sim_time ns, uint32_t times)
{
    return (double)ns / (double)SIM_US / times;
}

static sim_time own_work(const struct calibrate_batch *b, uint32_t v, uint32_t i)
{
    const uint32_t first = taskset_first_segment(&b->taskset[v], i);
    sim_time sum = 0;
    for (uint32_t s = 0; s < b->tasklet[v][i].row.segments; s++) {
        sum += b->segment_ns[v][first + s];
    }
    return sum;
}

static void sum_tasklet(struct calibrate_sums *s, const struct calibrate_tasklet *k, sim_time work)
{
    stats_add(&s->size, k->row.size_bytes);
    stats_add(&s->instructions, (double)k->row.instructions);
    stats_add(&s->own_ms, (double)work / (double)SIM_MS);
    stats_add(&s->load_us, us(k->row.load_ns, 1));
    stats_add(&s->memory, (double)k->row.memory_bytes);
    stats_add(&s->load_host_us, us(k->load_host_ns, k->loads));
    if (k->row.segments > 1) {
        stats_add(&s->suspend_us, us(k->row.suspend_ns, 1));
        stats_add(&s->resume_us, us(k->row.resume_ns, 1));
        stats_add(&s->state, (double)k->row.state_bytes);
    }
    if (k->suspensions > 0) {
        stats_add(&s->suspend_host_us, us(k->suspend_host_ns, k->suspensions));
        stats_add(&s->resume_host_us, us(k->resume_host_ns, k->suspensions));
    }
    s->executed += k->executed;
    s->run_host_ns += k->run_host_ns;
}

/* ---- sums over chains: what nimble execution costs beyond the twin ---- */

/*
 * Callees have greater numbers, so from the last to the first their sums are ready. Sums of a
 * deep taskset may be large, so they are floating; nothing but the printed table depends on them.
 */
struct chain_sum {
    double load, suspend, resume, work, drawn; /* ms */
};

static void add_chains(struct calibrate_overhead *o, const struct calibrate_batch *b,
                       struct chain_sum *sum)
{
    const struct taskset *t = &b->taskset[0];
    const struct scenario *s = b->job->scenario;
    const double ms = (double)SIM_MS;
    for (uint32_t i = t->count; i-- > 0;) {
        const struct calibrate_tasklet *k = &b->tasklet[0][i];
        const struct taskset_tasklet *drawn = &t->tasklet[i];
        if (!k->is_wanted) {
            continue;
        }
        const double calls = drawn->call_count;
        sum[i] = (struct chain_sum){
            .load = (double)k->row.load_ns / ms,
            .suspend = calls * (double)k->row.suspend_ns / ms,
            .resume = calls * (double)k->row.resume_ns / ms,
            .work = (double)own_work(b, 0, i) / ms,
            .drawn = (double)s->execution.load_time_ns / ms +
                     calls * (double)s->execution.resume_time_ns / ms,
        };
        for (uint32_t c = 0; c < drawn->call_count; c++) {
            const struct chain_sum *callee = &sum[t->call[drawn->first_call + c]];
            sum[i].load += callee->load;
            sum[i].suspend += callee->suspend;
            sum[i].resume += callee->resume;
            sum[i].work += callee->work;
            sum[i].drawn += callee->drawn;
        }
        if (i < t->chains) {
            const double twin_load = (double)b->tasklet[1][i].row.load_ns / ms;
            const double twin_work = (double)own_work(b, 1, i) / ms;
            stats_add(&o->load_ms, sum[i].load - twin_load);
            stats_add(&o->suspend_ms, sum[i].suspend);
            stats_add(&o->resume_ms, sum[i].resume);
            stats_add(&o->work_ms, sum[i].work - twin_work);
            stats_add(&o->total_ms, sum[i].load + sum[i].suspend + sum[i].resume + sum[i].work -
                                        twin_load - twin_work);
            stats_add(&o->drawn_ms, sum[i].drawn - (double)s->execution.load_time_ns / ms);
        }
    }
}

/* ---- keeping ---- */

/* Room for so many more. */
static bool make_room(void **array, size_t *capacity, size_t count, size_t more, size_t size)
{
    if (count + more <= *capacity) {
        return true;
    }
    const size_t wanted = (count + more) * 2;
    void *larger = realloc(*array, wanted * size);
    if (larger == NULL) {
        return false;
    }
    *array = larger;
    *capacity = wanted;
    return true;
}

static bool keep(struct calibrate_result *r, const struct calibrate_batch *b, uint32_t v)
{
    const struct taskset *t = &b->taskset[v];
    void *rows = r->row;
    void *segments = r->segment_ns;
    const bool has_rows = make_room(&rows, &r->capacity, r->count, t->count, sizeof *r->row);
    r->row = rows;
    const bool has_room = make_room(&segments, &r->segment_capacity, r->segment_count,
                                    (size_t)t->count + t->call_count, sizeof *r->segment_ns);
    r->segment_ns = segments;
    if (!has_rows || !has_room) {
        return false;
    }
    for (uint32_t i = 0; i < t->count; i++) {
        const struct calibrate_tasklet *k = &b->tasklet[v][i];
        if (!k->is_wanted) {
            continue;
        }
        struct calibrate_tasklet *kept = &r->row[r->count++];
        *kept = *k;
        kept->row.first_segment = r->segment_count;
        memcpy(&r->segment_ns[r->segment_count], &b->segment_ns[v][taskset_first_segment(t, i)],
               k->row.segments * sizeof *r->segment_ns);
        r->segment_count += k->row.segments;
    }
    return true;
}

static enum sim_status count_variant(struct calibrate_result *r, struct calibrate_batch *b,
                                     uint32_t v, struct calibrate_error *error)
{
    for (uint32_t i = 0; i < b->taskset[v].count; i++) {
        struct calibrate_tasklet *k = &b->tasklet[v][i];
        struct tsv_error why;
        if (!k->is_wanted) {
            continue;
        }
        const enum sim_status status = cost_tasklet(b, v, i, &why);
        if (status != SIM_OK) {
            return fail(error, status, why.text);
        }
        sum_tasklet(&r->sums[k->kind], k, own_work(b, v, i));
    }
    return keep(r, b, v) ? SIM_OK : fail(error, SIM_ERR_NOMEM, "no memory for so many rows");
}

enum sim_status calibrate_count(struct calibrate_result *r, struct calibrate_batch *b,
                                struct calibrate_error *error)
{
    enum sim_status status = SIM_OK;
    for (uint32_t v = 0; v < CALIBRATE_VARIANTS && status == SIM_OK; v++) {
        status = b->has[v] ? count_variant(r, b, v, error) : SIM_OK;
    }
    if (status != SIM_OK || !b->has[0] || !b->has[1]) {
        return status;
    }
    struct chain_sum *sum = calloc(b->taskset[0].count, sizeof *sum);
    if (sum == NULL) {
        return fail(error, SIM_ERR_NOMEM, "no memory for sums over chains");
    }
    add_chains(&r->overhead, b, sum);
    free(sum);
    return SIM_OK;
}

void calibrate_result_deinit(struct calibrate_result *r)
{
    free(r->row);
    free(r->segment_ns);
    *r = (struct calibrate_result){.count = 0};
}
