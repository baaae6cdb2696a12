/*
 * M/M/1, a million customers: the engine with one event an arrival and one a departure against
 * a loop written for this one model. Both keep each waiting customer's time of arrival, both
 * draw the same numbers in the same order, and their mean times in the system must agree to
 * the last bit.
 */
#include "sim/engine/engine.h"
#include "sim/engine/memory.h"
#include "sim/engine/rng.h"
#include "tests/bench/bench.h"

enum { REPETITIONS = 25, CUSTOMERS = 1000000, QUEUE = 1 << 12 };

static const uint64_t seed = 1;
static const double mean_service_ns = 0.9e9;
static const double mean_interval_ns = 1e9;

struct server {
    struct rng arrivals, services;
    sim_time *arrived; /* a ring of QUEUE: when each customer in the system came */
    uint32_t first, count;
    uint64_t to_come;
    int64_t total_ns; /* time in the system, summed over those who left */
};

static sim_time draw(struct rng *r, double mean)
{
    return (sim_time)(mean * rng_exponential(r));
}

static void server_init(struct server *s, sim_time *ring)
{
    *s = (struct server){.arrived = ring, .to_come = CUSTOMERS};
    rng_init(&s->arrivals, seed, 0, 0, RNG_TEST);
    rng_init(&s->services, seed, 0, 1, RNG_TEST);
}

static SIM_ALWAYS_INLINE void server_enqueue(struct server *s, sim_time now)
{
    ASSERT(s->count < QUEUE);
    s->arrived[(s->first + s->count++) % QUEUE] = now;
}

static SIM_ALWAYS_INLINE void server_dequeue(struct server *s, sim_time now)
{
    s->total_ns += now - s->arrived[s->first++ % QUEUE];
    s->count--;
}

/* ---- by hand ---- */

static void by_hand(struct server *s)
{
    sim_time arrival = draw(&s->arrivals, mean_interval_ns);
    sim_time departure = SIM_TIME_NEVER;
    while (arrival != SIM_TIME_NEVER || departure != SIM_TIME_NEVER) {
        if (arrival <= departure) {
            const sim_time now = arrival;
            server_enqueue(s, now);
            if (s->count == 1) {
                departure = now + draw(&s->services, mean_service_ns);
            }
            arrival =
                --s->to_come > 0 ? now + draw(&s->arrivals, mean_interval_ns) : SIM_TIME_NEVER;
        } else {
            const sim_time now = departure;
            server_dequeue(s, now);
            departure = s->count > 0 ? now + draw(&s->services, mean_service_ns) : SIM_TIME_NEVER;
        }
    }
}

/* ---- on the engine ---- */

enum { ARRIVAL, DEPARTURE };

static SIM_ALWAYS_INLINE void schedule(struct engine *e, sim_time at, enum ev_wait wait,
                                       uint32_t kind)
{
    (void)engine_schedule(e, 0, 0, at, wait, kind, 0, NULL, 0);
}

static void on_arrival(struct engine *e, void *context, const struct engine_event *event)
{
    struct server *s = context;
    server_enqueue(s, event->now);
    if (s->count == 1) {
        schedule(e, event->now + draw(&s->services, mean_service_ns), EV_ANY_ORDER, DEPARTURE);
    }
    if (--s->to_come > 0) {
        schedule(e, event->now + draw(&s->arrivals, mean_interval_ns), EV_RISING, ARRIVAL);
    }
}

static void on_departure(struct engine *e, void *context, const struct engine_event *event)
{
    struct server *s = context;
    server_dequeue(s, event->now);
    if (s->count > 0) {
        schedule(e, event->now + draw(&s->services, mean_service_ns), EV_ANY_ORDER, DEPARTURE);
    }
}

static void on_engine(struct engine *e, struct server *s)
{
    engine_handle(e, ARRIVAL, on_arrival, s);
    engine_handle(e, DEPARTURE, on_departure, s);
    schedule(e, draw(&s->arrivals, mean_interval_ns), EV_RISING, ARRIVAL);
    bool done;
    ASSERT(engine_run(e, SIM_TIME_NEVER, UINT64_MAX, &done) == SIM_OK && done);
}

int main(void)
{
    static sim_time ring[QUEUE];
    double hand_s[REPETITIONS];
    double engine_s[REPETITIONS];
    double ratio[REPETITIONS];
    for (int i = 0; i < REPETITIONS; i++) {
        struct server hand;
        struct server server;
        struct engine engine;
        server_init(&hand, ring);
        const double start = bench_clock_s();
        by_hand(&hand);
        const double middle = bench_clock_s();
        ASSERT(engine_init(&engine, 1, 16) == SIM_OK);
        server_init(&server, ring);
        on_engine(&engine, &server);
        const double end = bench_clock_s();
        ASSERT(engine.events == 2 * CUSTOMERS && hand.total_ns == server.total_ns);
        engine_deinit(&engine);
        hand_s[i] = middle - start;
        engine_s[i] = end - middle;
        ratio[i] = engine_s[i] / hand_s[i];
    }
    const double hand_median = bench_median(hand_s, REPETITIONS);
    const double engine_median = bench_median(engine_s, REPETITIONS);
    const double ratio_median = bench_median(ratio, REPETITIONS);
    printf("M/M/1 at 90 %% load, a million customers; the ratio should stay at or below 1.6\n");
    printf("%12s %12s %8s\n", "by hand", "engine", "ratio");
    printf("%10.4f s %10.4f s %8.2f\n", hand_median, engine_median, ratio_median);
    bench_line("mm1/hand", hand_median, "s");
    bench_line("mm1/engine", engine_median, "s");
    bench_line("mm1/ratio", ratio_median, "ratio");
    return 0;
}
