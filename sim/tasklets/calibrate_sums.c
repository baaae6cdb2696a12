/* Sums over tasklets, and over chains with all that they call: what is printed, not what is kept.
 */
#include <stdlib.h>

#include "sim/tasklets/calibrate.h"

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

void calibrate_sum_tasklet(struct calibrate_result *r, const struct calibrate_batch *b, uint32_t v,
                           uint32_t i)
{
    const struct calibrate_tasklet *k = &b->tasklet[v][i];
    struct calibrate_sums *s = &r->sums[k->kind];
    const sim_time work = own_work(b, v, i);
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
        stats_add(&s->state_memory, (double)k->call_memory_bytes);
    }
    if (k->suspensions > 0) {
        stats_add(&s->suspend_host_us, us(k->suspend_host_ns, k->suspensions));
        stats_add(&s->resume_host_us, us(k->resume_host_ns, k->suspensions));
    }
    s->executed += k->executed;
    s->run_host_ns += k->run_host_ns;
}

/* ---- sums over chains: what running in parts costs beyond the twin ---- */

/*
 * Callees have greater numbers, so from the last to the first their sums are ready. Sums of a
 * deep taskset may be large, so they are floating; nothing but the printed table depends on them.
 * Whole nanoseconds, so that what is equal leaves nothing.
 */
struct chain_sum {
    double load, suspend, resume, work, drawn; /* ns */
    double calls, memory_bytes;
};

static void add_chains(struct calibrate_overhead *o, const struct calibrate_batch *b,
                       struct chain_sum *sum)
{
    const struct taskset *t = &b->taskset[0];
    const struct tasklets_setting *s = &b->job->forms.setting;
    const double ms = (double)SIM_MS;
    for (uint32_t i = t->count; i-- > 0;) {
        const struct calibrate_tasklet *k = &b->tasklet[0][i];
        const struct taskset_tasklet *drawn = &t->tasklet[i];
        if (!k->is_wanted) {
            continue;
        }
        const double calls = drawn->call_count;
        sum[i] = (struct chain_sum){
            .load = (double)k->row.load_ns,
            .suspend = calls * (double)k->row.suspend_ns,
            .resume = calls * (double)k->row.resume_ns,
            .work = (double)own_work(b, 0, i),
            .drawn = (double)s->load_ns +
                     calls * ((double)s->resume_ns + 2.0 * drawn->heap_bytes * (double)s->heap_ns),
            .calls = calls,
            .memory_bytes = calls * (double)k->call_memory_bytes,
        };
        for (uint32_t c = 0; c < drawn->call_count; c++) {
            const struct chain_sum *callee = &sum[t->call[drawn->first_call + c]];
            sum[i].load += callee->load;
            sum[i].suspend += callee->suspend;
            sum[i].resume += callee->resume;
            sum[i].work += callee->work;
            sum[i].drawn += callee->drawn;
            sum[i].calls += callee->calls;
            sum[i].memory_bytes += callee->memory_bytes;
        }
        if (i < t->chains) {
            const double load = sum[i].load - (double)b->tasklet[1][i].row.load_ns;
            const double work = sum[i].work - (double)own_work(b, 1, i);
            stats_add(&o->load_ms, load / ms);
            stats_add(&o->suspend_ms, sum[i].suspend / ms);
            stats_add(&o->resume_ms, sum[i].resume / ms);
            stats_add(&o->work_ms, work / ms);
            stats_add(&o->total_ms, (load + sum[i].suspend + sum[i].resume + work) / ms);
            stats_add(&o->drawn_ms, (sum[i].drawn - (double)s->load_ns) / ms);
            stats_add(&o->calls, sum[i].calls);
            o->memory_bytes += sum[i].memory_bytes;
        }
    }
}

enum sim_status calibrate_sum_chains(struct calibrate_result *r, const struct calibrate_batch *b,
                                     struct model_error *error)
{
    struct chain_sum *sum = calloc(b->taskset[0].count, sizeof *sum);
    if (sum == NULL) {
        return forms_fail(error, SIM_ERR_NOMEM, "no memory for sums over chains");
    }
    add_chains(&r->overhead, b, sum);
    free(sum);
    return SIM_OK;
}
