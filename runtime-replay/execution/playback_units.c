#include "runtime-replay/execution/playback_units.h"

#include <stdlib.h>

static int most_work_first(const void *a, const void *b)
{
    const struct playback_unit *x = a;
    const struct playback_unit *y = b;
    if (x->instructions != y->instructions) {
        return x->instructions > y->instructions ? -1 : 1;
    }
    return x->run != y->run ? (x->run > y->run) - (x->run < y->run)
                            : (x->node > y->node) - (x->node < y->node);
}

/* The calls of one run, shared out to the units of its nodes. */
static bool share_out(struct playback_unit *unit, const struct playback_run *run)
{
    for (uint32_t i = 0; i < run->call_count; i++) {
        ASSERT(run->call[i].node < run->node_count); /* playback_store_fill() has seen to that */
        unit[run->call[i].node].call_count += run->call[i].wanted;
    }
    for (uint32_t n = 0; n < run->node_count; n++) {
        unit[n].call = calloc((size_t)unit[n].call_count + 1, sizeof *unit[n].call);
        if (unit[n].call == NULL) {
            return false;
        }
        unit[n].call_count = 0;
    }
    for (uint32_t i = 0; i < run->call_count; i++) {
        const struct playback_call *call = &run->call[i];
        struct playback_unit *u = &unit[call->node];
        if (call->wanted) {
            u->call[u->call_count++] = i;
            u->instructions += call->instructions;
        }
    }
    return true;
}

bool playback_units_init(struct playback_units *u, const struct playback_spec *spec)
{
    size_t units = 0;
    for (uint32_t r = 0; r < spec->run_count; r++) {
        units += spec->run[r].node_count;
    }
    *u = (struct playback_units){.unit = calloc(units + 1, sizeof *u->unit)};
    bool shared = u->unit != NULL;
    for (uint32_t r = 0; r < spec->run_count && shared; r++) {
        struct playback_unit *first = &u->unit[u->count];
        for (uint32_t n = 0; n < spec->run[r].node_count; n++) {
            u->unit[u->count++] = (struct playback_unit){.run = r, .node = n};
        }
        shared = share_out(first, &spec->run[r]);
    }
    if (shared) {
        qsort(u->unit, u->count, sizeof *u->unit, most_work_first);
    }
    return shared;
}

void playback_units_deinit(struct playback_units *u)
{
    for (uint32_t i = 0; i < u->count; i++) {
        free(u->unit[i].call);
    }
    free(u->unit);
    *u = (struct playback_units){0};
}
