/*
 * The hold model: take the next event, schedule one an exponential time later, so that the
 * number pending stays what it was. The engine, with its handler, digest, names and payloads,
 * against a bare 4-ary heap of 16-byte keys in a loop, which is the least that any event
 * scheduler built on a heap must do. Both draw the same numbers; their clocks must agree.
 */
#include "sim/engine/engine.h"
#include "sim/engine/memory.h"
#include "sim/engine/rng.h"
#include "tests/bench/bench.h"

enum { REPETITIONS = 9, EVENTS = 1000000, ENTITIES = 64 };

static const uint64_t seed = 1;
static const double mean_ns = 1e9;

static sim_time hold_time(struct rng *r)
{
    return 1 + (sim_time)(mean_ns * rng_exponential(r));
}

/* ---- the bare heap ---- */

__extension__ typedef unsigned __int128 wide;

struct key {
    uint64_t time, id;
};

struct heap {
    struct key *key; /* children of i are 4i+1 .. 4i+4, one cache line */
    uint32_t count;
    void *memory;
    size_t memory_bytes;
};

static SIM_ALWAYS_INLINE wide wide_of(struct key k)
{
    return (wide)k.time << 64 | k.id;
}

static void heap_init(struct heap *h, uint32_t capacity)
{
    h->memory_bytes = (capacity + 16u) * sizeof *h->key;
    h->memory = memory_reserve(h->memory_bytes);
    ASSERT(h->memory != NULL);
    memory_expect_dense(h->memory, h->memory_bytes);
    h->key = (struct key *)h->memory + 3;
    h->count = 0;
    for (uint32_t i = 0; i < 8; i++) {
        h->key[i] = (struct key){UINT64_MAX, UINT64_MAX};
    }
}

/* Lets key rise from the hole to its place. */
static SIM_ALWAYS_INLINE void heap_rise(struct key *heap, size_t hole, struct key key)
{
    while (hole > 0) {
        const size_t parent = (hole - 1) / 4;
        if (wide_of(heap[parent]) <= wide_of(key)) {
            break;
        }
        heap[hole] = heap[parent];
        hole = parent;
    }
    heap[hole] = key;
}

static SIM_ALWAYS_INLINE void heap_push(struct heap *h, struct key key)
{
    const size_t hole = h->count++;
    h->key[hole + 4] = (struct key){UINT64_MAX, UINT64_MAX};
    heap_rise(h->key, hole, key);
}

static SIM_ALWAYS_INLINE struct key heap_pop(struct heap *h)
{
    struct key *const heap = h->key;
    const struct key top = heap[0];
    const size_t count = --h->count;
    const struct key last = heap[count];
    heap[count] = (struct key){UINT64_MAX, UINT64_MAX};
    size_t hole = 0;
    for (size_t child = 1; child < count; child = 4 * hole + 1) {
        if (count > 32768 && 4 * child < count) {
            for (size_t line = 0; line < 4; line++) {
                SIM_PREFETCH(&heap[4 * (child + line) + 1]);
            }
        }
        /* Loaded before they are compared: a load inside an if is a branch to gcc. */
        wide a = wide_of(heap[child]);
        const wide b = wide_of(heap[child + 1]);
        wide c = wide_of(heap[child + 2]);
        const wide d = wide_of(heap[child + 3]);
        size_t least = 0;
        size_t least_cd = 2;
        if (SIM_EVENLY(b < a)) {
            a = b;
            least = 1;
        }
        if (SIM_EVENLY(d < c)) {
            c = d;
            least_cd = 3;
        }
        if (SIM_EVENLY(c < a)) {
            least = least_cd;
        }
        const size_t next = child + least;
        heap[hole] = heap[next];
        hole = next;
    }
    heap_rise(heap, hole, last);
    return top;
}

struct bare {
    struct heap heap;
    struct rng rng;
    uint64_t now;
};

static void bare_init(struct bare *b, uint32_t pending)
{
    heap_init(&b->heap, pending + 1);
    rng_init(&b->rng, seed, 0, 0, RNG_TEST);
    for (uint32_t i = 0; i < pending; i++) {
        heap_push(&b->heap, (struct key){(uint64_t)hold_time(&b->rng), i});
    }
}

static void bare_run(struct bare *b, uint64_t events)
{
    for (uint64_t i = 0; i < events; i++) {
        const struct key next = heap_pop(&b->heap);
        b->now = next.time;
        heap_push(&b->heap, (struct key){next.time + (uint64_t)hold_time(&b->rng), next.id});
    }
}

/* ---- the engine ---- */

static void on_hold(struct engine *e, void *context, const struct engine_event *event)
{
    struct rng *rng = context;
    (void)engine_schedule(e, event->self, event->self, event->now + hold_time(rng), EV_ANY_ORDER,
                          event->kind, event->arg, NULL, 0);
}

static void hold_init(struct engine *e, struct rng *rng, uint32_t pending)
{
    ASSERT(engine_init(e, ENTITIES, pending + 1) == SIM_OK);
    engine_handle(e, 0, on_hold, rng);
    rng_init(rng, seed, 0, 0, RNG_TEST);
    for (uint32_t i = 0; i < pending; i++) {
        const uint32_t entity = i % ENTITIES;
        (void)engine_schedule(e, entity, entity, hold_time(rng), EV_ANY_ORDER, 0, i, NULL, 0);
    }
}

static void hold_run(struct engine *e, uint64_t events)
{
    bool done;
    ASSERT(engine_run(e, SIM_TIME_NEVER, events, &done) == SIM_OK && !done);
}

/* ---- one against the other ---- */

static void measure(uint32_t pending)
{
    struct bare bare;
    struct engine engine;
    struct rng rng;
    bare_init(&bare, pending);
    hold_init(&engine, &rng, pending);
    bare_run(&bare, EVENTS);
    hold_run(&engine, EVENTS);

    double bare_ns[REPETITIONS];
    double engine_ns[REPETITIONS];
    double ratio[REPETITIONS];
    for (int i = 0; i < REPETITIONS; i++) {
        const double start = bench_clock_s();
        bare_run(&bare, EVENTS);
        const double middle = bench_clock_s();
        hold_run(&engine, EVENTS);
        const double end = bench_clock_s();
        bare_ns[i] = 1e9 * (middle - start) / EVENTS;
        engine_ns[i] = 1e9 * (end - middle) / EVENTS;
        ratio[i] = engine_ns[i] / bare_ns[i];
    }
    ASSERT(bare.now == (uint64_t)engine.now);

    const double bare_median = bench_median(bare_ns, REPETITIONS);
    const double engine_median = bench_median(engine_ns, REPETITIONS);
    const double ratio_median = bench_median(ratio, REPETITIONS);
    printf("%10u %12.1f %12.1f %8.2f\n", pending, bare_median, engine_median, ratio_median);

    char name[64];
    (void)snprintf(name, sizeof name, "hold/%u/bare", pending);
    bench_line(name, bare_median, "ns/event");
    (void)snprintf(name, sizeof name, "hold/%u/engine", pending);
    bench_line(name, engine_median, "ns/event");
    (void)snprintf(name, sizeof name, "hold/%u/ratio", pending);
    bench_line(name, ratio_median, "ratio");

    memory_release(bare.heap.memory, bare.heap.memory_bytes);
    engine_deinit(&engine);
}

int main(void)
{
    printf("hold model, ns an event; the ratio should stay at or below 1.5\n");
    printf("%10s %12s %12s %8s\n", "pending", "bare heap", "engine", "ratio");
    measure(100);
    measure(10000);
    measure(1000000);
    return 0;
}
