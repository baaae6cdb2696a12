/*
 * One server, calls that come one by one, first come, first served: the smallest model there is,
 * and the one to copy from. Theory knows what it must come to.
 *
 * The queue is the run's one entity. Its happenings, for the digest: a call taken, a call done.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "models/mm1/config.h"
#include "models/parts/server.h"

enum { ARRIVAL, DONE, EVENTS };          /* kinds of events; one of each is pending at most */
enum { INTERVALS = 1, SERVICES };        /* purposes of random streams */
enum { RESPONSE_NS, COMPLETED, SERIES }; /* of bins */
enum { CALLS, ENDS, FAILED, REFUSED, PENDING, ANSWERED, MEAN, P50, P95, P99, WAIT, BUSY, MEASURES };

struct system {
    struct model_head head;
    struct mm1_config config;
};

struct run {
    const struct system *system;
    const struct model_listener *listener;
    struct engine engine;
    struct server server;
    struct rng intervals, services;
    uint64_t taken, digest, work_digest;
    double measure[MEASURES]; /* sums, of calls behind the warm-up */
    uint64_t histogram[BINS_COUNT];
    int64_t *bin;
};

/* ---- what happens ---- */

static void schedule(struct engine *e, sim_time at, uint32_t kind)
{
    (void)engine_schedule(e, 0, 0, at, EV_ANY_ORDER, kind, 0, NULL, 0);
}

static void on_arrival(struct engine *e, void *context, const struct engine_event *ev)
{
    struct run *r = context;
    const sim_time work = dist_draw(&r->system->config.service, &r->services);
    if (!server_arrive(&r->server, ev->now, 0, work, r->taken++)) {
        engine_overflow(e); /* no memory for the queue */
        return;
    }
    r->measure[CALLS] += ev->now >= r->system->config.warm_up_ns;
    r->work_digest = digest_three(r->work_digest, (uint64_t)ev->now, (uint64_t)work, 0);
    r->digest = digest_three(r->digest, (uint64_t)ev->now, ARRIVAL, (uint64_t)work);
    if (server_jobs(&r->server) == 1) {
        schedule(e, server_next(&r->server, NULL), DONE);
    }
    schedule(e, ev->now + dist_draw(&r->system->config.arrivals, &r->intervals), ARRIVAL);
}

static void on_done(struct engine *e, void *context, const struct engine_event *ev)
{
    struct run *r = context;
    const struct server_end end = server_finish(&r->server, ev->now);
    const sim_time response = ev->now - end.arrived;
    r->digest = digest_three(r->digest, (uint64_t)ev->now, DONE, end.tag);
    if (server_jobs(&r->server) > 0) {
        schedule(e, server_next(&r->server, NULL), DONE);
    }
    if (end.arrived < r->system->config.warm_up_ns) {
        return;
    }
    r->bin[ev->now / r->system->head.bin_ns * SERIES + RESPONSE_NS] += response;
    r->bin[ev->now / r->system->head.bin_ns * SERIES + COMPLETED]++;
    r->histogram[bins_index(response)]++;
    r->measure[ENDS]++;
    r->measure[MEAN] += (double)response / 1e9;
    r->measure[WAIT] += (double)(response - end.work_ns) / 1e9;
    const union store_cell cell[] = {{(int64_t)end.tag}, {end.arrived}, {end.work_ns}, {response}};
    if (r->listener->row != NULL) {
        r->listener->row(r->listener->context, 0, cell);
    }
}

/* ---- what a run is ---- */

static enum sim_status open(void **system, const struct model_head *head, const void *config,
                            struct model_error *error)
{
    const struct mm1_config *c = config;
    if (c->warm_up_ns >= head->duration_ns) {
        error->key = "queue.warm_up";
        snprintf(error->text, sizeof error->text, "the run ends before the warm-up does");
        return SIM_ERR_INVALID;
    }
    struct system *s = *system = malloc(sizeof *s);
    if (s == NULL) {
        return SIM_ERR_NOMEM;
    }
    *s = (struct system){*head, *c};
    return SIM_OK;
}

static uint64_t estimate(const void *system)
{
    const struct system *s = system;
    const double mean_ns = ((double)s->config.arrivals.low + (double)s->config.arrivals.high) / 2;
    return (uint64_t)(2 * (double)s->head.duration_ns / (mean_ns > 1 ? mean_ns : 1));
}

static void describe(const void *system, char *text, size_t bytes)
{
    snprintf(text, bytes, "one queue, some %.0f calls", (double)estimate(system) / 2);
}

static enum sim_status leave(struct run *r, enum sim_status status)
{
    server_deinit(&r->server);
    engine_deinit(&r->engine);
    free(r->bin);
    free(r);
    return status;
}

static enum sim_status begin(void **run, const void *system, const void *work, uint32_t replication,
                             const struct model_listener *listener, struct model_error *error)
{
    (void)work;
    (void)error;
    const struct system *s = system;
    const struct server_plan plan = {.cores = 1, .slots = 64, .may_grow = true};
    struct run *r = *run = calloc(1, sizeof *r);
    if (r == NULL) {
        return SIM_ERR_NOMEM;
    }
    r->system = s;
    r->listener = listener;
    r->bin = calloc((size_t)(s->head.duration_ns / s->head.bin_ns) + 1, SERIES * sizeof *r->bin);
    if (r->bin == NULL || server_init(&r->server, &plan) != SIM_OK ||
        engine_init(&r->engine, 1, EVENTS) != SIM_OK) {
        return leave(r, SIM_ERR_NOMEM);
    }
    rng_init(&r->intervals, s->head.seed, replication, 0, INTERVALS);
    rng_init(&r->services, s->head.seed, replication, 0, SERVICES);
    engine_handle(&r->engine, ARRIVAL, on_arrival, r);
    engine_handle(&r->engine, DONE, on_done, r);
    schedule(&r->engine, dist_draw(&s->config.arrivals, &r->intervals), ARRIVAL);
    return SIM_OK;
}

static enum sim_status advance(void *run, uint64_t events, sim_time *now, bool *done)
{
    struct run *r = run;
    const enum sim_status status =
        engine_run(&r->engine, r->system->head.duration_ns - 1, events, done);
    *now = *done ? r->system->head.duration_ns : r->engine.now;
    return status;
}

static enum sim_status end(void *run, struct model_result *result)
{
    struct run *r = run;
    if (result == NULL) {
        return leave(r, SIM_OK);
    }
    double *m = memcpy(result->measure, r->measure, sizeof r->measure);
    m[PENDING] = m[CALLS] - m[ENDS];
    m[ANSWERED] = m[ENDS] / m[ENDS]; /* nothing fails; not a number where nothing was done */
    m[MEAN] /= m[ENDS];
    m[WAIT] /= m[ENDS];
    m[P50] = bins_quantile(r->histogram, 0, 0.5) / 1e9;
    m[P95] = bins_quantile(r->histogram, 0, 0.95) / 1e9;
    m[P99] = bins_quantile(r->histogram, 0, 0.99) / 1e9;
    server_account(&r->server, r->system->head.duration_ns);
    m[BUSY] = (double)r->server.busy_ns / (double)r->server.now;
    memcpy(result->histogram, r->histogram, sizeof r->histogram);
    memcpy(result->bin, r->bin, result->bins * SERIES * sizeof *r->bin);
    result->digest = digest_finish(r->digest);
    result->work_digest = digest_finish(r->work_digest);
    result->engine = engine_report(&r->engine);
    return leave(r, SIM_OK);
}

/* ---- its words ---- */

/* clang-format off */
#define KEY(p, k, f, v, l, m, s) {.path = (p), .kind = (k), .offset = offsetof(struct mm1_config, f), \
    .value = (v), .least = (l), .most = "8760 h", .meaning = (m), .source = (s)}
static const struct scenario_key keys[] = {
    KEY("queue.arrivals", KEY_TIME_DIST, arrivals, "{exponential: 10 s}", "1 ns",
        "from one call to the next", "Poisson arrivals"),
    KEY("queue.service", KEY_TIME_DIST, service, "{exponential: 8 s}", "0 s",
        "how long a call keeps the server; they are served as they come", "a load of 80 %"),
    KEY("queue.warm_up", KEY_TIME, warm_up_ns, "0 s", "0 s",
        "calls that come earlier are served and not counted", "theory speaks of the steady state"),
};
static const struct scenario_setting none[] = {{NULL, NULL}}, constant[] = {{"queue.service", "8 s"}, {NULL, NULL}};
static const struct scenario_preset presets[] = {
    {"mm1", "service as the keys say", none}, {"md1", "constant service of 8 s", constant}};

#define MEASURE(n, u, l) {.name = (n), .unit = (u), .label = (l)}
static const struct model_measure measures[MEASURES] = {
    [CALLS] = MEASURE("calls", "", "calls"),
    [ENDS] = MEASURE("completed", "", "completed"),
    [FAILED] = {.name = "failed", .unit = "", .label = "failed", .is_hidden_at_zero = true},
    [REFUSED] = {.name = "refused", .unit = "", .label = "refused", .is_hidden_at_zero = true},
    [PENDING] = MEASURE("pending", "", "still pending"),
    [ANSWERED] = MEASURE("answered_share", "", "answered"),
    [MEAN] = MEASURE("response_mean_s", "s", "mean response"),
    [P50] = MEASURE("response_p50_s", "s", "median response"),
    [P95] = MEASURE("response_p95_s", "s", "95 % respond within"),
    [P99] = MEASURE("response_p99_s", "s", "99 % respond within"),
    [WAIT] = MEASURE("waiting_mean_s", "s", "mean wait"),
    [BUSY] = MEASURE("utilisation", "", "server busy"),
};
static const struct model_series series[SERIES] = {
    {"response_ns", "ns", "mean response", "completed", NULL},
    {"completed", "", "completed calls", NULL, NULL},
};
static const struct model_distribution distributions[] = {{"response", "ns", "response"}};
static const struct store_column columns[] = {
    {.name = "call_id", .about = "", .type = STORE_INTEGER, .is_key = true},
    {.name = "t_ns", .about = "when it came", .type = STORE_TIME},
    {.name = "work_ns", .about = "", .type = STORE_TIME},
    {.name = "response_ns", .about = "", .type = STORE_TIME},
};
static const struct store_table tables[] = {{"call", "every call that was served", 1, columns, 4}};

#define ALL(what, array) .what = (array), .what##s = sizeof(array) / sizeof *(array)
const struct model mm1_model = {
    .schema = {.name = "mm1", .summary = "one server, first come, first served",
               .config_bytes = sizeof(struct mm1_config), .key = keys, .key_count = 3,
               .preset = presets, .preset_count = 2, .variants = "[mm1, md1]"},
    ALL(measure, measures), ALL(distribution, distributions), ALL(table, tables),
    .series = series, .series_count = SERIES,
    .open = open, .close = free, .estimate = estimate, .describe = describe,
    .begin = begin, .advance = advance, .end = end,
};
