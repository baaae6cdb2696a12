#include "models/nimblenet/world/ahead.h"

#include <string.h>

bool ahead_suits(const struct world_spec *s)
{
    const struct node_protocol *p = &s->setup->protocol;
    return s->observer.acquisition == NULL && p->order == NODE_ORDER_FIFO &&
           p->no_room == NODE_ROOM_RETRY;
}

/* ---- words in order: a heap ---- */

static bool is_earlier(const struct ahead_word *a, const struct ahead_word *b)
{
    return a->at < b->at || (a->at == b->at && a->sequence < b->sequence);
}

static void note_first(struct world_node *n)
{
    n->word_at = n->words > 0 ? n->word[0].at : SIM_TIME_NEVER;
}

static void rise(struct world_node *n, uint32_t hole, struct ahead_word word)
{
    while (hole > 0 && is_earlier(&word, &n->word[(hole - 1) / 2])) {
        n->word[hole] = n->word[(hole - 1) / 2];
        hole = (hole - 1) / 2;
    }
    n->word[hole] = word;
}

/* Puts one in the place of the first. */
static SIM_ALWAYS_INLINE void sink(struct world_node *n, struct ahead_word word)
{
    uint32_t hole = 0;
    for (uint32_t child = 1; child < n->words; child = 2 * hole + 1) {
        child += child + 1 < n->words && is_earlier(&n->word[child + 1], &n->word[child]);
        if (!is_earlier(&n->word[child], &word)) {
            break;
        }
        n->word[hole] = n->word[child];
        hole = child;
    }
    n->word[hole] = word;
}

/* ---- what is still to come ---- */

/* The first word of a slot that others may hear of, or a time before it; its next one is at at. */
static sim_time foresee(const struct world *w, const struct world_node *n, uint32_t slot,
                        sim_time at)
{
    const struct cpu *cpu = &n->cpu;
    const struct catalogue *c = cpu->program->catalogue;
    const struct cpu_cost *cost = cpu->program->cost;
    const sim_time *segment = cpu->program->segment_ns;
    const struct cpu_slot *s = cpu_slot_at(cpu, slot);
    uint32_t level = s->level;
    const struct cpu_frame *f = &s->frame[level];
    uint32_t made = f->calls_made;
    const sim_time end = w->spec.duration_ns;
    while (at <= end) {
        const struct tasklet *t = &c->tasklet[f->tasklet];
        if (made == t->call_count) {
            if (level == 0) {
                return at; /* the call is over */
            }
            f = &s->frame[--level];
            made = f->calls_made;
        } else {
            const uint32_t callee = c->call[t->first_call + made++];
            const struct tasklet *called = &c->tasklet[callee];
            if (!cache_holds(&n->core.cache, callee) || called->call_count > 0) {
                return at;
            }
            at += cost[callee].load_ns + segment[called->first_call + callee];
        }
        t = &c->tasklet[f->tasklet];
        at += cost[f->tasklet].resume_ns + segment[t->first_call + f->tasklet + made] +
              (made < t->call_count ? cost[f->tasklet].suspend_ns : 0);
    }
    return end + 1;
}

/* Whether what runs for a slot may still call a tasklet, or has yet to return to what may. */
static bool may_call(const struct world_node *n, uint32_t slot, uint32_t tasklet)
{
    const struct catalogue *c = n->cpu.program->catalogue;
    const struct cpu_slot *s = cpu_slot_at(&n->cpu, slot);
    for (uint32_t level = 0; level <= s->level; level++) {
        const struct cpu_frame *f = &s->frame[level];
        const struct tasklet *t = &c->tasklet[f->tasklet];
        for (uint32_t i = f->calls_made; i < t->call_count; i++) {
            if (c->call[t->first_call + i] == tasklet) {
                return true;
            }
        }
    }
    return false;
}

/* An event for the word that is said then; up to there a slot needs no other. */
static void arrange(struct world *w, struct world_node *n, uint32_t slot, sim_time at)
{
    cpu_slot_at(&n->cpu, slot)->event_due = at + 1;
    if (at <= w->spec.duration_ns) {
        const uint32_t node = n->core.self;
        (void)engine_prepare(&w->engine, node, node, at, EV_ANY_ORDER, WORLD_EXEC, slot);
    }
}

/* For one word more. */
static void make_room(struct world_node *n)
{
    if (SIM_UNLIKELY(n->words == AHEAD_NEAR && n->word != n->word_all)) {
        memcpy(n->word_all, n->word, AHEAD_NEAR * sizeof *n->word);
        n->word = n->word_all;
    }
}

void ahead_expect(struct world *w, struct world_node *n, sim_time at, uint32_t slot)
{
    const struct ahead_word word = {
        .at = at,
        .sequence = engine_number(&w->engine, n->core.self),
        .slot = slot,
    };
    if (n->first_is_said) {
        n->first_is_said = false;
        sink(n, word);
    } else {
        make_room(n);
        rise(n, n->words++, word);
    }
    note_first(n);
    if (at >= cpu_slot_at(&n->cpu, slot)->event_due) {
        arrange(w, n, slot, foresee(w, n, slot, at));
    }
}

void ahead_evicted(struct world *w, struct world_node *n, uint32_t tasklet)
{
    ASSERT(!n->first_is_said);
    for (uint32_t i = 0; i < n->words; i++) {
        const uint32_t slot = n->word[i].slot;
        if (may_call(n, slot, tasklet)) {
            const sim_time at = foresee(w, n, slot, n->word[i].at);
            if (at + 1 < cpu_slot_at(&n->cpu, slot)->event_due) {
                arrange(w, n, slot, at);
            }
        }
    }
}

/* ---- words that are due ---- */

/* The first word. What it leads to at once is the next word for its slot, which takes its place;
 * or others may hear of it, and anything may come of it. */
static void hear_first(struct world *w, struct world_node *n)
{
    const sim_time at = n->word_at;
    const uint32_t slot = n->word[0].slot;
    n->first_is_said = at + 1 < cpu_slot_at(&n->cpu, slot)->event_due;
    if (!n->first_is_said) {
        n->words--;
        if (n->words > 0) {
            sink(n, n->word[n->words]);
        }
        note_first(n);
    }
    world_hear(w, n, at, slot);
    ASSERT(!n->first_is_said);
}

void ahead_hear(struct world *w, struct world_node *n, sim_time until)
{
    while (n->word_at <= until) {
        hear_first(w, n);
    }
}

void ahead_hear_before_wake(struct world *w, struct world_node *n, sim_time now)
{
    while (n->word_at < now || (n->word_at == now && n->word[0].sequence < n->wake_sequence)) {
        hear_first(w, n);
    }
}

void ahead_on_word(struct engine *e, void *context, const struct engine_event *ev)
{
    (void)e;
    struct world *w = context;
    struct world_node *n = &w->node[ev->self];
    if (n->wake_at == ev->now) {
        ahead_hear_before_wake(w, n, ev->now); /* the wake-up hears the others */
    } else {
        ahead_hear(w, n, ev->now);
    }
}
