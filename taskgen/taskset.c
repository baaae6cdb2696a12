#include "taskgen/taskset.h"

#include <stdlib.h>

#include "sim/engine/digest.h"

/* ---- storage ---- */

static enum sim_status reserve(struct taskset *t, uint32_t tasklets, uint32_t calls)
{
    *t = (struct taskset){.count = tasklets};
    t->tasklet = calloc(tasklets, sizeof *t->tasklet);
    t->call = calloc(calls > 0 ? calls : 1, sizeof *t->call);
    t->segment_ns = calloc((size_t)calls + tasklets, sizeof *t->segment_ns);
    if (t->tasklet == NULL || t->call == NULL || t->segment_ns == NULL) {
        taskset_deinit(t);
        return SIM_ERR_NOMEM;
    }
    return SIM_OK;
}

void taskset_deinit(struct taskset *t)
{
    free(t->tasklet);
    free(t->call);
    free(t->segment_ns);
    free(t->need);
    *t = (struct taskset){0};
}

sim_time taskset_sum(const struct taskset *t, const sim_time *of, uint32_t tasklet)
{
    const struct taskset_tasklet *k = &t->tasklet[tasklet];
    sim_time sum = of[tasklet];
    for (uint32_t i = 0; i < k->call_count; i++) {
        sum += taskset_sum(t, of, t->call[k->first_call + i]);
    }
    return sum;
}

/* ---- drawing ---- */

static int compare_times(const void *a, const void *b)
{
    const sim_time x = *(const sim_time *)a;
    const sim_time y = *(const sim_time *)b;
    return (x > y) - (x < y);
}

/* Cuts own_ns at call_count uniform points, into the tasklet's segments. */
static void cut_time(struct taskset *t, uint32_t index, struct rng *r)
{
    const struct taskset_tasklet *k = &t->tasklet[index];
    sim_time *segment = &t->segment_ns[taskset_first_segment(t, index)];
    for (uint32_t i = 0; i < k->call_count; i++) {
        segment[i] = rng_between(r, 0, k->own_ns);
    }
    qsort(segment, k->call_count, sizeof *segment, compare_times);
    sim_time before = 0;
    for (uint32_t i = 0; i < k->call_count; i++) {
        const sim_time cut = segment[i];
        segment[i] = cut - before;
        before = cut;
    }
    segment[k->call_count] = k->own_ns - before;
}

/*
 * Chooses call_count distinct algorithms of the available ones from first on, in random order.
 * number holds 0, 1, 2, ... and is left so: only what was shuffled is put back.
 */
static void choose_calls(struct taskset *t, uint32_t index, uint32_t *number, uint32_t first,
                         uint32_t available, struct rng *r)
{
    const struct taskset_tasklet *k = &t->tasklet[index];
    uint32_t *call = &t->call[k->first_call];
    for (uint32_t i = 0; i < k->call_count; i++) {
        const uint32_t j = i + (uint32_t)rng_below(r, available - i);
        call[i] = number[j];
        number[j] = number[i];
        number[i] = call[i];
    }
    for (uint32_t i = 0; i < k->call_count; i++) {
        number[i] = i;
        number[call[i]] = call[i];
        call[i] += first;
    }
}

static uint32_t draw_count(const struct dist *d, struct rng *r)
{
    const int64_t count = dist_draw(d, r);
    return count < 0 ? 0 : count > UINT32_MAX ? UINT32_MAX : (uint32_t)count;
}

/* The figures of one tasklet but for its calls; returns how many calls it wants. */
static uint32_t draw_tasklet(struct taskset *t, uint32_t index, const struct taskset_spec *spec)
{
    const bool is_chain = index < spec->chains;
    struct rng r;
    rng_init(&r, spec->seed, spec->replication, is_chain ? index : index - spec->chains,
             spec->purpose + (is_chain ? TASKSET_CHAIN : TASKSET_ALGORITHM));
    struct taskset_tasklet *k = &t->tasklet[index];
    k->own_ns = dist_draw(is_chain ? &spec->chain_time_ns : &spec->algorithm_time_ns, &r);
    k->size_bytes =
        draw_count(is_chain ? &spec->chain_size_bytes : &spec->algorithm_size_bytes, &r);
    k->size_bytes = k->size_bytes > 0 ? k->size_bytes : 1; /* no binary is empty */
    k->drawn_bytes = k->size_bytes;
    const uint32_t calls =
        draw_count(is_chain ? &spec->algorithms_per_chain : &spec->algorithm_calls, &r);
    k->heap_bytes = draw_count(&spec->heap_bytes, &r); /* last: it moves nothing else */
    return calls;
}

static uint32_t most_calls(const struct taskset_spec *spec)
{
    const int64_t a = dist_greatest(&spec->algorithms_per_chain);
    const int64_t b = dist_greatest(&spec->algorithm_calls);
    const int64_t most = a > b ? a : b;
    return most > spec->algorithms ? spec->algorithms : (uint32_t)(most < 0 ? 0 : most);
}

/* Calls go to algorithms of greater index only, so no tasklet can reach itself. */
static enum sim_status draw_all(struct taskset *t, const struct taskset_spec *spec,
                                uint32_t *number)
{
    for (uint32_t a = 0; a < spec->algorithms; a++) {
        number[a] = a;
    }
    for (uint32_t i = 0; i < t->count; i++) {
        uint32_t calls = draw_tasklet(t, i, spec);
        const uint32_t first = i < spec->chains ? spec->chains : i + 1;
        const uint32_t available = t->count - first;
        if (calls > available && i < spec->chains) {
            return SIM_ERR_INVALID;
        }
        calls = calls > available ? available : calls;
        t->tasklet[i].first_call = t->call_count;
        t->tasklet[i].call_count = calls;
        t->call_count += calls;

        struct rng r;
        rng_init(&r, spec->seed, spec->replication, i, spec->purpose + TASKSET_CALLS);
        choose_calls(t, i, number, first, available, &r);
        cut_time(t, i, &r);
    }
    return SIM_OK;
}

/* ---- what follows from the figures ---- */

/* Adds the callee's totals; false where they would pass the end of their type. */
static bool add_callee(struct taskset_tasklet *k, const struct taskset_tasklet *callee)
{
    if (callee->total_ns > INT64_MAX - k->total_ns ||
        callee->total_bytes > UINT64_MAX - k->total_bytes ||
        callee->total_drawn_bytes > UINT64_MAX - k->total_drawn_bytes ||
        callee->total_heap_bytes > UINT64_MAX - k->total_heap_bytes) {
        return false;
    }
    k->total_ns += callee->total_ns;
    k->total_bytes += callee->total_bytes;
    k->total_drawn_bytes += callee->total_drawn_bytes;
    k->total_heap_bytes += callee->total_heap_bytes;
    k->depth = callee->depth + 1 > k->depth ? callee->depth + 1 : k->depth;
    return true;
}

/*
 * Callees have greater indices, so from the last to the first all sums are ready when needed. Each
 * level may call all levels below: totals can double with every one, so 64 levels overflow.
 */
static enum sim_status add_up(struct taskset *t)
{
    for (uint32_t i = t->count; i-- > 0;) {
        struct taskset_tasklet *k = &t->tasklet[i];
        k->total_ns = k->own_ns;
        k->total_bytes = k->size_bytes;
        k->total_drawn_bytes = k->drawn_bytes;
        k->total_heap_bytes = k->heap_bytes;
        k->depth = 1;
        uint64_t digest = digest_word(DIGEST_START, k->size_bytes);
        for (uint32_t c = 0; c <= k->call_count; c++) {
            digest = digest_word(digest, (uint64_t)t->segment_ns[taskset_first_segment(t, i) + c]);
        }
        for (uint32_t c = 0; c < k->call_count; c++) {
            const struct taskset_tasklet *callee = &t->tasklet[t->call[k->first_call + c]];
            if (!add_callee(k, callee)) {
                return SIM_ERR_INVALID;
            }
            digest = digest_word(digest, callee->hash);
        }
        if (k->heap_bytes > 0) {
            digest = digest_word(digest, k->heap_bytes);
        }
        k->hash = digest_finish(digest_word(digest, i));
        t->depth = k->depth > t->depth ? k->depth : t->depth;
    }
    return SIM_OK;
}

/* Appends what tasklet i calls and is not marked yet, depth first. */
static void mark_needs(struct taskset *t, uint32_t i, uint32_t *mark, uint32_t owner, uint32_t *out)
{
    for (uint32_t c = 0; c < t->tasklet[i].call_count; c++) {
        const uint32_t callee = t->call[t->tasklet[i].first_call + c];
        if (mark[callee] != owner + 1) {
            mark[callee] = owner + 1;
            if (out != NULL) {
                out[t->tasklet[owner].need_count] = callee;
            }
            t->tasklet[owner].need_count++;
            mark_needs(t, callee, mark, owner, out);
        }
    }
}

static enum sim_status list_needs(struct taskset *t)
{
    uint32_t *mark = calloc((size_t)t->count + 1, sizeof *mark);
    if (mark == NULL) {
        return SIM_ERR_NOMEM;
    }
    for (uint32_t i = 0; i < t->count; i++) {
        mark_needs(t, i, mark, i, NULL);
        if (t->tasklet[i].need_count > UINT32_MAX - t->need_count) {
            free(mark);
            return SIM_ERR_NOMEM;
        }
        t->tasklet[i].first_need = t->need_count;
        t->need_count += t->tasklet[i].need_count;
        t->need_max =
            t->tasklet[i].need_count > t->need_max ? t->tasklet[i].need_count : t->need_max;
    }
    t->need = calloc(t->need_count > 0 ? t->need_count : 1, sizeof *t->need);
    for (uint32_t i = 0; i < t->count; i++) {
        mark[i] = 0;
    }
    for (uint32_t i = 0; i < t->count && t->need != NULL; i++) {
        t->tasklet[i].need_count = 0;
        mark_needs(t, i, mark, i, &t->need[t->tasklet[i].first_need]);
    }
    free(mark);
    return t->need == NULL ? SIM_ERR_NOMEM : SIM_OK;
}

enum sim_status taskset_draw(struct taskset *t, const struct taskset_spec *spec)
{
    ASSERT(spec->chains > 0);
    const uint64_t tasklets = (uint64_t)spec->chains + spec->algorithms;
    const uint64_t calls = tasklets * most_calls(spec);
    if (tasklets + calls > UINT32_MAX / 2) {
        return SIM_ERR_NOMEM;
    }
    enum sim_status status = reserve(t, (uint32_t)tasklets, (uint32_t)calls);
    if (status != SIM_OK) {
        return status;
    }
    t->chains = spec->chains;
    uint32_t *number = calloc((size_t)spec->algorithms + 1, sizeof *number);
    status = number == NULL ? SIM_ERR_NOMEM : draw_all(t, spec, number);
    free(number);
    if (status == SIM_OK) {
        status = add_up(t);
    }
    if (status == SIM_OK) {
        status = list_needs(t);
    }
    if (status != SIM_OK) {
        taskset_deinit(t);
    }
    return status;
}

enum sim_status taskset_inline(struct taskset *t, const struct taskset *nimble)
{
    enum sim_status status = reserve(t, nimble->chains, 0);
    if (status != SIM_OK) {
        return status;
    }
    t->chains = nimble->chains;
    for (uint32_t i = 0; i < t->count; i++) {
        const struct taskset_tasklet *chain = &nimble->tasklet[i];
        if (chain->total_bytes > UINT32_MAX || chain->total_heap_bytes > UINT32_MAX) {
            taskset_deinit(t);
            return SIM_ERR_INVALID;
        }
        t->tasklet[i].size_bytes = (uint32_t)chain->total_bytes;
        t->tasklet[i].drawn_bytes = t->tasklet[i].size_bytes;
        t->tasklet[i].heap_bytes = (uint32_t)chain->total_heap_bytes;
        t->tasklet[i].own_ns = chain->total_ns;
        t->segment_ns[i] = chain->total_ns;
    }
    status = add_up(t);
    if (status == SIM_OK) {
        status = list_needs(t);
    }
    if (status != SIM_OK) {
        taskset_deinit(t);
    }
    return status;
}

enum sim_status taskset_resize(struct taskset *t, const uint32_t *size_bytes)
{
    for (uint32_t i = 0; i < t->count; i++) {
        t->tasklet[i].size_bytes = size_bytes[i];
    }
    return add_up(t);
}
