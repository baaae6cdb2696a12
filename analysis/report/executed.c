#include "analysis/report/executed.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static double size_of(const struct executed_largest *call)
{
    return fabs(call->executed_s - call->simulated_s);
}

/* Takes the call of the same chain out, if it is smaller. False: it is there, and as large. */
static bool replace_chain(struct executed_variant *v, const struct executed_largest *call)
{
    for (size_t i = 0; i < v->largest_count; i++) {
        const struct executed_largest *there = &v->largest[i];
        if (there->replication != call->replication || there->chain != call->chain) {
            continue;
        }
        if (size_of(there) >= size_of(call)) {
            return false;
        }
        v->largest_count--;
        memmove(&v->largest[i], &v->largest[i + 1], (v->largest_count - i) * sizeof v->largest[0]);
        return true;
    }
    return true;
}

/* Keeps the largest differences, largest first; the earlier one where two are as large. */
static void note_largest(struct executed_variant *v, const struct executed_largest *call)
{
    if (!replace_chain(v, call)) {
        return;
    }
    size_t at = v->largest_count;
    while (at > 0 && size_of(&v->largest[at - 1]) < size_of(call)) {
        at--;
    }
    if (at == EXECUTED_LARGEST) {
        return;
    }
    v->largest_count += v->largest_count < EXECUTED_LARGEST;
    memmove(&v->largest[at + 1], &v->largest[at],
            (v->largest_count - at - 1) * sizeof v->largest[0]);
    v->largest[at] = *call;
}

static void add_call(struct executed_variant *v, const struct executions_call *c)
{
    v->calls++;
    v->instructions += c->instructions;
    v->own_instructions += c->own_instructions;
    v->loads += c->loads;
    v->sub_calls += c->sub_calls;
    v->suspensions += c->suspensions;
    v->state_bytes += c->state_bytes;
    v->memory_bytes_max =
        c->memory_bytes > v->memory_bytes_max ? c->memory_bytes : v->memory_bytes_max;
    v->load_host_ns += c->load_host_ns;
    v->run_host_ns += c->run_host_ns;
    v->suspend_host_ns += c->suspend_host_ns;
    v->resume_host_ns += c->resume_host_ns;
    stats_add(&v->simulated_s, c->simulated_s);
    if (!isnan(c->executed_s)) {
        const struct executed_largest call = {c->replication, c->call_id, c->chain, c->simulated_s,
                                              c->executed_s};
        stats_add(&v->executed_s, c->executed_s);
        stats_add(&v->extra_s, c->executed_s - c->simulated_s);
        note_largest(v, &call);
    }
}

struct variants {
    struct executed_variant *row;
    size_t count;
    bool out_of_memory;
};

/* The place of a variant, in the order in which variants come first. NULL: no memory. */
static struct executed_variant *find_variant(struct variants *variants, const char *name)
{
    for (size_t i = 0; i < variants->count; i++) {
        if (strcmp(variants->row[i].variant, name) == 0) {
            return &variants->row[i];
        }
    }
    struct executed_variant *larger =
        realloc(variants->row, (variants->count + 1) * sizeof *larger);
    if (larger == NULL) {
        return NULL;
    }
    variants->row = larger;
    struct executed_variant *v = &larger[variants->count++];
    *v = (struct executed_variant){.runs = 0};
    memcpy(v->variant, name, strnlen(name, sizeof v->variant - 1));
    return v;
}

static void note_call(void *context, const struct executions_call *call)
{
    struct variants *variants = context;
    struct executed_variant *v =
        variants->out_of_memory ? NULL : find_variant(variants, call->variant);
    if (v == NULL) {
        variants->out_of_memory = true;
        return;
    }
    if (v->runs == 0 || v->last_replication != call->replication) {
        v->runs++;
        v->last_replication = call->replication;
    }
    add_call(v, call);
}

enum sim_status executed_variants(struct executed_variant **variants, size_t *count,
                                  struct store *store, struct store_error *error)
{
    struct variants read = {.count = 0};
    *variants = NULL;
    *count = 0;
    enum sim_status status = executions_calls(store, note_call, &read, error);
    if (status == SIM_OK && read.out_of_memory) {
        (void)snprintf(error->text, sizeof error->text, "no memory left for the executions");
        status = SIM_ERR_NOMEM;
    }
    if (status != SIM_OK) {
        free(read.row);
        return status;
    }
    *variants = read.row;
    *count = read.count;
    return SIM_OK;
}
