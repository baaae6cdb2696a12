/*
 * How the cost of an event and the memory of a pending one grow with how many are pending:
 * the engine's hold model from a hundred to a million. Memory is what became resident, so it
 * includes everything that the queue touches.
 */
#include <unistd.h>

#include "sim/engine/engine.h"
#include "sim/engine/rng.h"
#include "tests/bench/bench.h"

enum { REPETITIONS = 5, EVENTS = 500000, ENTITIES = 64 };

static void on_hold(struct engine *e, void *context, const struct engine_event *event)
{
    const sim_time delay = 1 + (sim_time)(1e9 * rng_exponential(context));
    (void)engine_schedule(e, event->self, event->self, event->now + delay, EV_ANY_ORDER,
                          event->kind, event->arg, NULL, 0);
}

/* Bytes of memory that this process holds; 0 where the host does not tell. */
static double resident_bytes(void)
{
    unsigned long total = 0;
    unsigned long resident = 0;
    FILE *statm = fopen("/proc/self/statm", "r");
    if (statm != NULL) {
        if (fscanf(statm, "%lu %lu", &total, &resident) != 2) {
            resident = 0;
        }
        (void)fclose(statm);
    }
    return (double)resident * (double)sysconf(_SC_PAGESIZE);
}

static void run(struct engine *e)
{
    bool done;
    ASSERT(engine_run(e, SIM_TIME_NEVER, EVENTS, &done) == SIM_OK && !done);
}

struct growth {
    double event_ns;
    double pending_bytes;
};

static struct growth measure(uint32_t pending)
{
    struct engine engine;
    struct rng rng;
    const double before = resident_bytes();
    rng_init(&rng, 1, 0, 0, RNG_TEST);
    ASSERT(engine_init(&engine, ENTITIES, pending + 1) == SIM_OK);
    engine_handle(&engine, 0, on_hold, &rng);
    for (uint32_t i = 0; i < pending; i++) {
        const sim_time at = (sim_time)(1e9 * rng_exponential(&rng));
        (void)engine_schedule(&engine, i % ENTITIES, i % ENTITIES, at, EV_ANY_ORDER, 0, i, NULL, 0);
    }
    run(&engine);
    const double bytes = (resident_bytes() - before) / pending;

    double event_ns[REPETITIONS];
    for (int i = 0; i < REPETITIONS; i++) {
        const double start = bench_clock_s();
        run(&engine);
        event_ns[i] = 1e9 * (bench_clock_s() - start) / EVENTS;
    }
    engine_deinit(&engine);

    return (struct growth){bench_median(event_ns, REPETITIONS), bytes};
}

static void print(uint32_t pending, struct growth growth)
{
    char name[64];
    printf("%10u %12.1f %16.1f\n", pending, growth.event_ns, growth.pending_bytes);
    (void)snprintf(name, sizeof name, "growth/%u/event", pending);
    bench_line(name, growth.event_ns, "ns/event");
    (void)snprintf(name, sizeof name, "growth/%u/memory", pending);
    bench_line(name, growth.pending_bytes, "B/pending");
}

int main(void)
{
    (void)measure(100); /* so that the program's own pages are not counted */
    printf("the engine's hold model as the number pending grows\n");
    printf("%10s %12s %16s\n", "pending", "ns an event", "B a pending one");
    for (uint32_t pending = 100; pending <= 1000000; pending *= 10) {
        print(pending, measure(pending));
    }
    return 0;
}
