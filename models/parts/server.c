#include "models/parts/server.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

__extension__ typedef unsigned __int128 wide;

enum { FINE_BITS = 20 };
#define NONE UINT32_MAX
#define FINE (UINT64_C(1) << FINE_BITS)

/*
 * Jobs that run together all get the same, so one number says what each has got: a job is done when
 * its core's `got` reaches what it was when the job started, plus its work.
 */
struct server_core {
    wide got;         /* 2^-20 ns of work a job, up to `changed` */
    sim_time changed; /* when the speed last changed */
    wide gain, loss;  /* got grows by gain / loss a nanosecond */
    sim_time next;    /* when the first of the heap is done; SIM_TIME_NEVER without one */
    uint32_t running;
};

struct server_slot {
    wide end; /* of the core's got */
    uint64_t sequence, tag;
    sim_time arrived, started, work_ns;
    uint32_t generation, core;
    uint32_t at;             /* in the core's heap; NONE while it waits */
    uint32_t next, previous; /* in the queue; next also chains free slots */
};

/* ---- phi ---- */

/* x^y of x >= 1, y >= 0: whole parts by products, the rest by square roots, which every machine
 * rounds alike; nothing beyond `most` is of interest. */
static double power(double x, double y, double most)
{
    double result = 1;
    for (; y >= 1 && result < most && x > 1; y--) {
        result *= x;
    }
    double root = x;
    for (int bit = 0; bit < 60 && y > 0 && y < 1; bit++) {
        root = sqrt(root);
        y *= 2;
        if (y >= 1) {
            result *= root;
            y--;
        }
    }
    return result;
}

double server_knee_phi(const struct server_sharing *law, uint32_t k)
{
    const double over = (double)k > law->knee ? (double)k / law->knee : 1;
    const double phi = (1 + law->linear * (double)(k - 1)) * power(over, law->thrash, law->most);
    return phi < law->most ? phi : law->most;
}

static uint64_t fine(double phi)
{
    ASSERT(phi > 0 && phi <= SERVER_PHI_MAX);
    const uint64_t value = (uint64_t)(phi * (double)FINE + 0.5);
    return value > 0 ? value : 1;
}

static void fill_slowdown(struct server *s, uint32_t from, uint32_t to)
{
    const struct server_sharing *law = &s->plan.sharing;
    for (uint32_t k = from; k <= to; k++) {
        switch (law->law) {
        case SERVER_LAW_FAIR:
            s->slowdown[k] = k > s->phi_unit ? k : s->phi_unit;
            break;
        case SERVER_LAW_KNEE:
            s->slowdown[k] = fine(server_knee_phi(law, k));
            break;
        case SERVER_LAW_TABLE:
            s->slowdown[k] = k <= law->count
                                 ? fine(law->phi[k - 1])
                                 : (uint64_t)((wide)s->slowdown[law->count] * k / law->count);
            break;
        }
    }
}

double server_phi(const struct server *s, uint32_t k)
{
    ASSERT(k >= 1 && k <= s->plan.slots);
    return (double)s->slowdown[k] / (double)s->phi_unit;
}

/* ---- speed ---- */

static wide got_at(const struct server_core *c, sim_time now)
{
    return c->running > 0 ? c->got + (wide)(uint64_t)(now - c->changed) * c->gain / c->loss
                          : c->got;
}

static unsigned bits(wide x)
{
    const uint64_t high = (uint64_t)(x >> 64);
    return high > 0 ? 128u - (unsigned)__builtin_clzll(high)
           : x > 0  ? 64u - (unsigned)__builtin_clzll((uint64_t)x)
                    : 0u;
}

/* The least time at which got is at least `end`. gain has at most 61 bits, so a product that does
 * not fit stands for a time beyond all times. */
static sim_time time_of(const struct server_core *c, wide end)
{
    const wide left = end > c->got ? end - c->got : 0;
    if (bits(left) + bits(c->loss) > 128) {
        return SIM_TIME_NEVER;
    }
    const wide product = left * c->loss;
    const wide wait = product / c->gain + (product % c->gain > 0);
    const wide room = (wide)(uint64_t)(SIM_TIME_NEVER - 1 - c->changed);
    return wait <= room ? c->changed + (sim_time)(uint64_t)wait : SIM_TIME_NEVER;
}

static uint32_t *heap_of(const struct server *s, uint32_t core)
{
    return s->running + (size_t)core * s->plan.slots;
}

/* What the core's jobs have got until now is settled; from here on another speed holds. */
static void settle(struct server_core *c, sim_time now)
{
    c->got = got_at(c, now);
    c->changed = now;
}

static void set_speed(struct server *s, uint32_t core)
{
    struct server_core *c = &s->core[core];
    if (c->running == 0) {
        c->got = 0;
        c->next = SIM_TIME_NEVER;
        return;
    }
    c->gain = (wide)s->phi_unit << FINE_BITS;
    c->loss = s->slowdown[c->running];
    if (s->factor != FINE) {
        c->gain <<= FINE_BITS;
        c->loss *= s->factor;
    }
    c->next = time_of(c, s->slot[heap_of(s, core)[0]].end);
}

/* ---- who runs: a heap a core ---- */

static bool is_before(const struct server *s, uint32_t a, uint32_t b)
{
    const struct server_slot *x = &s->slot[a];
    const struct server_slot *y = &s->slot[b];
    return x->end != y->end ? x->end < y->end : x->sequence < y->sequence;
}

static void put(struct server *s, uint32_t *heap, uint32_t at, uint32_t slot)
{
    heap[at] = slot;
    s->slot[slot].at = at;
}

static void rise(struct server *s, uint32_t *heap, uint32_t at, uint32_t slot)
{
    for (; at > 0 && is_before(s, slot, heap[(at - 1) / 2]); at = (at - 1) / 2) {
        put(s, heap, at, heap[(at - 1) / 2]);
    }
    put(s, heap, at, slot);
}

static void sink(struct server *s, uint32_t *heap, uint32_t count, uint32_t at, uint32_t slot)
{
    for (uint32_t child = 2 * at + 1; child < count; child = 2 * at + 1) {
        child += child + 1 < count && is_before(s, heap[child + 1], heap[child]);
        if (is_before(s, slot, heap[child])) {
            break;
        }
        put(s, heap, at, heap[child]);
        at = child;
    }
    put(s, heap, at, slot);
}

static void run(struct server *s, uint32_t slot)
{
    struct server_slot *job = &s->slot[slot];
    struct server_core *c = &s->core[job->core];
    settle(c, s->now);
    job->started = s->now;
    job->end = c->got + ((wide)(uint64_t)job->work_ns << FINE_BITS);
    rise(s, heap_of(s, job->core), c->running++, slot);
}

static void stop(struct server *s, uint32_t slot)
{
    struct server_slot *job = &s->slot[slot];
    struct server_core *c = &s->core[job->core];
    uint32_t *heap = heap_of(s, job->core);
    settle(c, s->now);
    const uint32_t last = heap[--c->running];
    if (last != slot) {
        rise(s, heap, job->at, last);
        sink(s, heap, c->running, s->slot[last].at, last);
    }
}

/* ---- who waits: a queue ---- */

static bool is_full(const struct server *s)
{
    return s->plan.order == SERVER_FIRST_COME && s->core[0].running >= s->plan.cores;
}

static void wait(struct server *s, uint32_t slot)
{
    struct server_slot *job = &s->slot[slot];
    job->at = NONE;
    job->next = NONE;
    job->previous = s->last_waiting;
    *(s->last_waiting != NONE ? &s->slot[s->last_waiting].next : &s->first_waiting) = slot;
    s->last_waiting = slot;
}

static void leave(struct server *s, uint32_t slot)
{
    const struct server_slot *job = &s->slot[slot];
    *(job->previous != NONE ? &s->slot[job->previous].next : &s->first_waiting) = job->next;
    *(job->next != NONE ? &s->slot[job->next].previous : &s->last_waiting) = job->previous;
}

static void start_next(struct server *s)
{
    const uint32_t slot = s->first_waiting;
    if (slot != NONE && !is_full(s)) {
        leave(s, slot);
        run(s, slot);
    }
}

/* ---- slots ---- */

/* Memory for as many slots; what is there stays. On failure all is as it was, but for room. */
static bool make_room(struct server *s, uint32_t slots)
{
    ASSERT(slots > 0 && s->core_count > 0);
    const uint32_t listed = s->plan.sharing.law == SERVER_LAW_TABLE ? s->plan.sharing.count : 0;
    const size_t entries = 1 + (size_t)(slots > listed ? slots : listed);
    void *memory = realloc(s->slowdown, entries * sizeof *s->slowdown);
    if (memory == NULL) {
        return false;
    }
    s->slowdown = memory;
    memory = realloc(s->slot, slots * sizeof *s->slot);
    if (memory == NULL) {
        return false;
    }
    s->slot = memory;
    memory = realloc(s->running, (size_t)s->core_count * slots * sizeof *s->running);
    if (memory == NULL) {
        return false;
    }
    s->running = memory;
    return true;
}

static bool grow(struct server *s)
{
    const uint32_t before = s->plan.slots;
    if (!s->plan.may_grow || before > NONE / 4 || !make_room(s, 2 * before)) {
        return false;
    }
    for (uint32_t i = s->core_count; i-- > 1;) {
        memmove(s->running + (size_t)i * 2 * before, s->running + (size_t)i * before,
                s->core[i].running * sizeof *s->running);
    }
    s->plan.slots = 2 * before;
    fill_slowdown(s, before + 1, s->plan.slots);
    return true;
}

static uint32_t take_slot(struct server *s)
{
    const uint32_t slot = s->free;
    if (slot != NONE) {
        s->free = s->slot[slot].next;
        return slot;
    }
    if (s->fresh == s->plan.slots && !grow(s)) {
        return NONE;
    }
    s->slot[s->fresh].generation = 0;
    return s->fresh++;
}

static server_job name_of(const struct server *s, uint32_t slot)
{
    return (uint64_t)s->slot[slot].generation << 32 | slot;
}

/* NONE where it is gone. Generations are odd while a slot is in use. */
static uint32_t slot_of(const struct server *s, server_job job)
{
    const uint32_t slot = (uint32_t)job;
    return job != SERVER_NO_JOB && slot < s->fresh && s->slot[slot].generation == job >> 32 ? slot
                                                                                            : NONE;
}

static void give_back(struct server *s, uint32_t slot)
{
    s->slot[slot].generation++;
    s->slot[slot].next = s->free;
    s->free = slot;
    s->jobs--;
}

/* ---- the face ---- */

enum sim_status server_init(struct server *s, const struct server_plan *plan)
{
    const struct server_sharing *law = &plan->sharing;
    ASSERT(plan->cores >= 1 && plan->cores <= SERVER_CORES_MAX && plan->slots >= 1);
    ASSERT(law->law != SERVER_LAW_TABLE || (law->count >= 1 && law->phi != NULL));
    ASSERT(law->law != SERVER_LAW_KNEE ||
           (law->linear >= 0 && law->knee > 0 && law->thrash >= 0 && law->most > 0));
    *s = (struct server){
        .plan = *plan,
        .phi_unit = law->law != SERVER_LAW_FAIR    ? FINE
                    : plan->order == SERVER_PINNED ? 1
                                                   : plan->cores,
        .factor = FINE,
        .core_count = plan->order == SERVER_PINNED ? plan->cores : 1,
        .free = NONE,
        .first_waiting = NONE,
        .last_waiting = NONE,
    };
    s->core = calloc(s->core_count, sizeof *s->core);
    if (s->core == NULL || !make_room(s, plan->slots)) {
        server_deinit(s);
        return SIM_ERR_NOMEM;
    }
    for (uint32_t i = 0; i < s->core_count; i++) {
        s->core[i].next = SIM_TIME_NEVER;
    }
    const uint32_t listed = law->law == SERVER_LAW_TABLE ? law->count : 0;
    fill_slowdown(s, 1, plan->slots > listed ? plan->slots : listed);
    s->plan.sharing.phi = NULL;
    return SIM_OK;
}

void server_deinit(struct server *s)
{
    free(s->core);
    free(s->slowdown);
    free(s->slot);
    free(s->running);
    *s = (struct server){.free = NONE};
}

static uint32_t cores_in_use(const struct server *s)
{
    const uint32_t most = s->plan.order == SERVER_PINNED ? 1 : s->plan.cores;
    uint32_t in_use = 0;
    for (uint32_t i = 0; i < s->core_count; i++) {
        in_use += s->core[i].running < most ? s->core[i].running : most;
    }
    return in_use;
}

void server_account(struct server *s, sim_time now)
{
    ASSERT(now >= s->now && now <= server_next(s, NULL));
    const int64_t time = now - s->now;
    s->busy_ns += s->jobs > 0 ? time : 0;
    s->core_ns += time * cores_in_use(s);
    s->in_system_ns += time * s->jobs;
    s->now = now;
}

server_job server_arrive(struct server *s, sim_time now, uint32_t core, sim_time work_ns,
                         uint64_t tag)
{
    ASSERT(core < s->core_count && work_ns >= 0);
    server_account(s, now);
    const uint32_t slot = take_slot(s);
    if (slot == NONE) {
        return SERVER_NO_JOB;
    }
    s->slot[slot] = (struct server_slot){
        .sequence = s->arrivals++,
        .tag = tag,
        .arrived = now,
        .work_ns = work_ns,
        .generation = s->slot[slot].generation + 1,
        .core = core,
    };
    s->jobs++;
    if (is_full(s)) {
        wait(s, slot);
    } else {
        run(s, slot);
        set_speed(s, core);
    }
    return name_of(s, slot);
}

/* The core whose first job is the next of all; core_count where nothing runs. */
static uint32_t next_core(const struct server *s)
{
    uint32_t best = s->core_count;
    for (uint32_t i = 0; i < s->core_count; i++) {
        const struct server_core *c = &s->core[i];
        if (c->running == 0) {
            continue;
        }
        const bool is_first = best == s->core_count || c->next < s->core[best].next;
        if (is_first ||
            (c->next == s->core[best].next &&
             s->slot[heap_of(s, i)[0]].sequence < s->slot[heap_of(s, best)[0]].sequence)) {
            best = i;
        }
    }
    return best;
}

sim_time server_next(const struct server *s, server_job *job)
{
    const uint32_t core = next_core(s);
    if (job != NULL) {
        *job = core < s->core_count ? name_of(s, heap_of(s, core)[0]) : SERVER_NO_JOB;
    }
    return core < s->core_count ? s->core[core].next : SIM_TIME_NEVER;
}

/* Takes a job that is there away. Someone who waited may start. */
static void take_away(struct server *s, uint32_t slot)
{
    const uint32_t core = s->slot[slot].core;
    if (s->slot[slot].at == NONE) {
        leave(s, slot);
    } else {
        stop(s, slot);
        start_next(s);
        set_speed(s, core);
    }
    give_back(s, slot);
}

struct server_end server_finish(struct server *s, sim_time now)
{
    const uint32_t core = next_core(s);
    ASSERT(core < s->core_count && s->core[core].next == now);
    server_account(s, now);
    const uint32_t slot = heap_of(s, core)[0];
    const struct server_slot *job = &s->slot[slot];
    const struct server_end end = {
        .job = name_of(s, slot),
        .tag = job->tag,
        .core = core,
        .arrived = job->arrived,
        .started = job->started,
        .work_ns = job->work_ns,
    };
    s->done_ns += job->work_ns;
    take_away(s, slot);
    return end;
}

bool server_cancel(struct server *s, sim_time now, server_job job)
{
    server_account(s, now);
    const uint32_t slot = slot_of(s, job);
    if (slot != NONE) {
        take_away(s, slot);
    }
    return slot != NONE;
}

void server_slow_down(struct server *s, sim_time now, double factor)
{
    const uint64_t wanted = fine(factor);
    server_account(s, now);
    if (wanted == s->factor) {
        return;
    }
    s->factor = wanted;
    for (uint32_t i = 0; i < s->core_count; i++) {
        settle(&s->core[i], now);
        set_speed(s, i);
    }
}

sim_time server_remaining(const struct server *s, server_job job)
{
    const uint32_t slot = slot_of(s, job);
    if (slot == NONE) {
        return 0;
    }
    const struct server_slot *of = &s->slot[slot];
    if (of->at == NONE) {
        return of->work_ns;
    }
    const wide got = got_at(&s->core[of->core], s->now);
    const wide left = of->end > got ? of->end - got : 0;
    return (sim_time)(uint64_t)((left + FINE - 1) >> FINE_BITS);
}

uint32_t server_running(const struct server *s, uint32_t core)
{
    ASSERT(core < s->core_count);
    return s->core[core].running;
}
