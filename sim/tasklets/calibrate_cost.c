/*
 * The rows of a calibration: what each tasklet of a batch did and what that costs. Its work is
 * divided among its segments as the drawn work is; a re-executed tasklet repeats, after each
 * call, all of its own that came before.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "sim/tasklets/calibrate.h"
#include "sim/tasklets/tasklet_cost.h"

__extension__ typedef unsigned __int128 wide;

/* ---- one tasklet ---- */

/*
 * Cuts a time as the drawn work is cut; all of it where no work was drawn. The emitter places its
 * loops' rounds alike, so each cut is right to within a round; a heap's instructions count among
 * those of the segment that they lie in, and cost more than a round's.
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

static uint64_t mean_of(uint64_t sum, uint32_t count)
{
    return count > 0 ? (sum + count / 2) / count : 0;
}

/* What its callees saved in their own runs they also saved in its run. */
static struct platform_state own_state(const struct calibrate_batch *b, uint32_t v, uint32_t i)
{
    const struct taskset_tasklet *k = &b->taskset[v].tasklet[i];
    uint64_t bytes = b->tasklet[v][i].state_bytes;
    uint64_t memory = b->tasklet[v][i].state_memory_bytes;
    for (uint32_t c = 0; c < k->call_count; c++) {
        const struct calibrate_tasklet *callee =
            &b->tasklet[v][b->taskset[v].call[k->first_call + c]];
        ASSERT(callee->state_bytes <= bytes && callee->state_memory_bytes <= memory);
        bytes -= callee->state_bytes;
        memory -= callee->state_memory_bytes;
    }
    return (struct platform_state){
        .bytes = mean_of(bytes, k->call_count),
        .memory_bytes = mean_of(memory, k->call_count),
    };
}

static void name_row(struct calibrate_batch *b, uint32_t v, uint32_t i)
{
    const struct taskset_tasklet *k = &b->taskset[v].tasklet[i];
    const struct module_binary *binary = &b->set[v].binary[i];
    struct calibration_row *row = &b->tasklet[v][i].row;
    (void)snprintf(row->variant, sizeof row->variant, "%s", forms_name(&b->job->forms, v));
    row->replication = b->replication;
    row->tasklet = i;
    row->hash = k->hash;
    row->size_bytes = binary->length;
    row->instructions = binary->instructions;
    row->state_bytes = own_state(b, v, i).bytes;
    b->tasklet[v][i].call_memory_bytes = own_state(b, v, i).memory_bytes;
    row->segments = k->call_count + 1;
}

static enum sim_status cost_tasklet(struct calibrate_batch *b, uint32_t v, uint32_t i,
                                    struct tsv_error *error)
{
    struct calibration_row *row = &b->tasklet[v][i].row;
    struct platform_cost cost;
    name_row(b, v, i);
    const enum sim_status status = tasklet_cost_make(
        &cost, &b->job->platform, b->job->mode, &b->set[v].binary[i], own_state(b, v, i), error);
    if (status != SIM_OK) {
        return status;
    }
    row->load_ns = cost.load_ns;
    if (row->segments > 1) {
        row->suspend_ns = cost.suspend_ns;
        row->resume_ns = cost.resume_ns;
    }
    const uint32_t first = taskset_first_segment(&b->taskset[v], i);
    sim_time *segment = &b->segment_ns[v][first];
    cut(cost.work_ns, &b->taskset[v].segment_ns[first], row->segments, segment);
    if (b->job->mode == EXECUTE_REEXECUTED) {
        repeat(segment, row->segments);
    }
    return SIM_OK;
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
                                     uint32_t v, struct model_error *error)
{
    for (uint32_t i = 0; i < b->taskset[v].count; i++) {
        struct calibrate_tasklet *k = &b->tasklet[v][i];
        struct tsv_error why;
        if (!k->is_wanted) {
            continue;
        }
        const enum sim_status status = cost_tasklet(b, v, i, &why);
        if (status != SIM_OK) {
            return forms_fail(error, status, "%s", why.text);
        }
        calibrate_sum_tasklet(r, b, v, i);
    }
    return keep(r, b, v) ? SIM_OK : forms_fail(error, SIM_ERR_NOMEM, "no memory for so many rows");
}

enum sim_status calibrate_count(struct calibrate_result *r, struct calibrate_batch *b,
                                struct model_error *error)
{
    enum sim_status status = SIM_OK;
    for (uint32_t v = 0; v < FORMS_MAX && status == SIM_OK; v++) {
        status = b->has[v] ? count_variant(r, b, v, error) : SIM_OK;
    }
    return status == SIM_OK && b->has[0] && b->has[1] ? calibrate_sum_chains(r, b, error) : status;
}

void calibrate_result_deinit(struct calibrate_result *r)
{
    free(r->row);
    free(r->segment_ns);
    *r = (struct calibrate_result){.count = 0};
}
