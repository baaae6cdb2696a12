#include "tests/support/random_scenario.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "models/nimblenet/core/wire.h"

/* Overhead of a message whose own header counts, behind a lower layer's of 28 B. */
enum { REAL = WIRE_HEADER_BYTES + 28 };

/* What a swarm's scenario may leave out altogether: its keys then keep their defaults. */
enum feature {
    GRAPH,
    HOP_DELAY,
    DELAY_ON,
    BANDWIDTH,
    LOSS,
    MTU,
    ACKNOWLEDGE,
    HOUSEKEEPING,
    FRAMES,
    OUTAGE_OF_NODES,
    OUTAGE_OF_LINKS,
    OUTAGE_OF_REGISTRY,
    OUTAGE_EVENTS,
    REGISTRY_ELSEWHERE,
    CONTACT,
    EVICTION,
    EXECUTORS,
    CALLS_MAX,
    MOVEMENT,
    NESTED,
    HEAP,
    ATTEMPTS,
    SEARCHES,
    ACCOUNTING,
    SWITCHES, /* seven of them */
    DEADLINE_TIE = SWITCHES + 7,
    NO_ROOM,
    PRELOAD,
    EXECUTION,
    UPDATES,
    TRAITS,             /* of single links, in the graph */
    MEANS,              /* nodes that differ in caches and executors */
    SEVERAL_REGISTRIES, /* every few nodes, or two */
    FAULTS,             /* of links besides loss, and of what nodes say */
    PAUSES,
    PAUSE_EVENTS,
    FEATURES
};

/* What is being drawn. */
struct draw {
    struct random_scenario *r;
    uint64_t state;
    size_t length;
    uint32_t columns, rows;
    bool is_rough;
    bool preloads;
    bool is_extreme, is_crowded; /* crowded: all robots around one node */
    /* by the seed: no draw, so that all else is as without */
    bool has_heap, has_traits, has_means, has_faults;
    uint32_t several; /* ways to have several registries; 0: one */
    bool is_swarm;
    uint64_t absent; /* features, as bits; what they would be is drawn all the same */
};

/* SplitMix64: independent of the streams under test. */
static uint64_t next(struct draw *d)
{
    uint64_t z = d->state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static uint32_t between(struct draw *d, uint32_t low, uint32_t high)
{
    return low + (uint32_t)(next(d) % (high - low + 1u));
}

static bool chance(struct draw *d, uint32_t percent)
{
    return between(d, 0, 99) < percent;
}

/* One of count words. */
#define PICK(d, ...)                                                                               \
    pick(d, (const char *const[]){__VA_ARGS__},                                                    \
         sizeof(const char *const[]){__VA_ARGS__} / sizeof(const char *))

static const char *pick(struct draw *d, const char *const *word, size_t count)
{
    return word[between(d, 0, (uint32_t)count - 1)];
}

static const char *yes_or_no(struct draw *d)
{
    return chance(d, 50) ? "true" : "false";
}

SIM_PRINTF(2, 3)
static void line(struct draw *d, const char *format, ...)
{
    const size_t room = sizeof d->r->text - d->length;
    va_list list;
    va_start(list, format);
    const int written = vsnprintf(d->r->text + d->length, room, format, list);
    va_end(list);
    ASSERT(written >= 0 && (size_t)written + 1 < room);
    d->length += (size_t)written;
    d->r->text[d->length++] = '\n';
    d->r->text[d->length] = '\0';
}

static bool uses(const struct draw *d, int feature)
{
    return (d->absent >> feature & 1) == 0;
}

static void cut(struct draw *d, size_t length)
{
    d->length = length;
    d->r->text[length] = '\0';
}

/* A line that a swarm may leave out. */
#define LINE_OF(d, feature, ...)                                                                   \
    do {                                                                                           \
        const size_t before = (d)->length;                                                         \
        line((d), __VA_ARGS__);                                                                    \
        cut((d), uses((d), (feature)) ? (d)->length : before);                                     \
    } while (0)

/* ---- topology ---- */

/* What some links are like, by their ends; the others are as the scenario says of all. */
static void write_edge(const struct draw *d, FILE *to, uint32_t a, uint32_t b)
{
    (void)fprintf(to, "<edge source=\"n%u\" target=\"n%u\">", a, b);
    if (d->has_traits && (a + b) % 2 == 0) {
        (void)fprintf(to, "<data key=\"delay\">0.0%u</data>", 1 + a % 9);
    }
    if (d->has_traits && (a + b) % 3 == 0) {
        (void)fprintf(to, "<data key=\"bandwidth\">%u</data><data key=\"loss\">0.%u</data>",
                      20000 * (1 + b), a % 10);
    }
    (void)fputs("</edge>\n", to);
}

static void write_traits(FILE *to)
{
    static const char *const name[] = {"delay", "bandwidth", "loss"};
    for (size_t i = 0; i < sizeof name / sizeof name[0]; i++) {
        (void)fprintf(to, "<key id=\"%s\" for=\"edge\" attr.name=\"%s\" attr.type=\"double\"/>\n",
                      name[i], name[i]);
    }
}

/* A random tree, so that it is connected, and some more links. */
static void write_graph(struct draw *d, FILE *to, uint32_t nodes)
{
    (void)fputs("<?xml version=\"1.0\"?>\n"
                "<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">\n",
                to);
    if (d->has_traits) {
        write_traits(to);
    }
    (void)fputs("<graph id=\"g\" edgedefault=\"undirected\">\n", to);
    for (uint32_t i = 0; i < nodes; i++) {
        (void)fprintf(to, "<node id=\"n%u\"/>\n", i);
    }
    for (uint32_t i = 1; i < nodes; i++) {
        write_edge(d, to, i, between(d, 0, i - 1));
    }
    for (uint32_t more = between(d, 0, nodes); more > 0 && nodes > 1; more--) {
        write_edge(d, to, between(d, 0, nodes - 1), between(d, 0, nodes - 1));
    }
    (void)fputs("</graph>\n</graphml>\n", to);
}

static void draw_links(struct draw *d)
{
    if (!chance(d, d->is_swarm ? 60 : 30) || !uses(d, GRAPH)) {
        return;
    }
    const char *folder = getenv("TMPDIR");
    (void)snprintf(d->r->graph_path, sizeof d->r->graph_path, "%s/nimblesim-graph-XXXXXX",
                   folder != NULL ? folder : "/tmp");
    const int descriptor = mkstemp(d->r->graph_path);
    FILE *to = descriptor >= 0 ? fdopen(descriptor, "w") : NULL;
    ASSERT(to != NULL);
    write_graph(d, to, d->columns * d->rows);
    (void)fclose(to);
    line(d, "  links: {graphml: \"%s\"}", d->r->graph_path);
}

/* ---- a rough network ---- */

static void draw_rough_links(struct draw *d)
{
    LINE_OF(d, ACKNOWLEDGE, "  retries: %u", chance(d, 30) ? 0 : between(d, 1, 8));
    LINE_OF(d, ACKNOWLEDGE, "  ack_time: %u ms", between(d, 1, 200));
    LINE_OF(d, ACKNOWLEDGE, "  ack_size: %u B", between(d, 0, 40));
    if (chance(d, 60)) {
        LINE_OF(d, HOUSEKEEPING, "  housekeeping: {interval: %s, size: %u B}",
                PICK(d, "3 s", "{exponential: 700 ms}", "{uniform: [10 ms, 2 s]}"),
                between(d, 0, 300));
    }
}

/* Each of them is there or not, by bits that are drawn anyway. */
static void draw_faults(struct draw *d)
{
    const uint64_t bits = d->state >> 8;
    static const char *const fault[] = {"corruption: 0.08", "duplication: 0.15",
                                        "reordering: 0.2\n  reordering_time: 70 ms"};
    for (size_t i = 0; i < sizeof fault / sizeof fault[0] && d->has_faults; i++) {
        if ((bits >> i & 3) > 0) {
            line(d, "  %s", fault[i]);
        }
    }
}

static void draw_rough_nodes(struct draw *d)
{
    if (chance(d, 70)) {
        LINE_OF(d, FRAMES, "  frame_time: %u us", between(d, 1, 30000));
        LINE_OF(d, FRAMES, "  receive_queue: %u", between(d, 1, 40));
    }
}

static const char *draw_rough_delay(struct draw *d)
{
    return PICK(d, "{uniform: [1 ms, 200 ms]}", "{normal: [50 ms, 30 ms]}",
                "{lognormal: [20 ms, 1]}", "{exponential: 30 ms}", "40 ms",
                "{empirical: [1 ms, 5 ms, 5 ms, 180 ms]}");
}

static void draw_outages(struct draw *d)
{
    const size_t before = d->length;
    line(d, "outage:");
    const size_t begun = d->length;
    if (chance(d, 60)) {
        LINE_OF(d, OUTAGE_OF_NODES, "  nodes: {mtbf: %u s, mttr: %u ms}", between(d, 5, 60),
                between(d, 10, 20000));
    }
    if (chance(d, 60)) {
        LINE_OF(d, OUTAGE_OF_LINKS, "  links: {mtbf: %u s, mttr: %u ms}", between(d, 5, 60),
                between(d, 10, 20000));
    }
    if (chance(d, 30)) {
        LINE_OF(d, OUTAGE_OF_REGISTRY, "  registry: {mtbf: %u s, mttr: %u ms}", between(d, 5, 60),
                between(d, 10, 20000));
    }
    LINE_OF(d, OUTAGE_EVENTS, "  events: [node 1 from %u ms to 20 s, registry from 3 s to 4 s%s]",
            between(d, 0, 9999),
            uses(d, PAUSE_EVENTS)
                ? ", pause of node 1 from 18 s to 21 s, pause of registry from 2 s to 3500 ms"
                : "");
    if (chance(d, 60)) {
        LINE_OF(d, PAUSES, "  pauses: {mtbf: %u s, mttr: %u ms}", between(d, 2, 60),
                between(d, 1, 5000));
    }
    cut(d, d->length > begun ? d->length : before);
}

static void draw_registries(struct draw *d)
{
    const uint32_t nodes = d->columns * d->rows;
    const uint32_t at = between(d, 1, nodes);
    if (d->several == 1) {
        LINE_OF(d, REGISTRY_ELSEWHERE, "registry: {attached_to: {every: %u nodes}}", 1 + at % 3);
    } else if (d->several == 2 && nodes > 1) {
        LINE_OF(d, REGISTRY_ELSEWHERE, "registry: {attached_to: [%u, %u]}", at, at % nodes + 1);
    } else {
        LINE_OF(d, REGISTRY_ELSEWHERE, "registry: {attached_to: %u}", at);
    }
}

static void draw_mesh(struct draw *d, uint32_t overhead)
{
    const size_t before = d->length;
    line(d, "mesh:");
    const size_t begun = d->length;
    draw_links(d);
    if (d->is_rough) {
        LINE_OF(d, HOP_DELAY, "  hop_delay: %s", draw_rough_delay(d));
    } else if (d->is_extreme) {
        LINE_OF(d, HOP_DELAY, "  hop_delay: %s", PICK(d, "1 h", "1 h", "1 us", "1 ms", "1 s"));
    } else {
        LINE_OF(d, HOP_DELAY, "  hop_delay: %u ms", between(d, 1, chance(d, 50) ? 20 : 150));
    }
    LINE_OF(d, DELAY_ON, "  hop_delay_on: %s", chance(d, 80) ? "every" : "forwarded");
    if (d->is_extreme && chance(d, 60)) {
        LINE_OF(d, BANDWIDTH, "  bandwidth: %s", PICK(d, "1 kbit/s", "10 kbit/s", "50 kbit/s"));
    } else if (!d->is_extreme && chance(d, 30)) {
        LINE_OF(d, BANDWIDTH, "  bandwidth: %u kbit/s", between(d, 20, 2000));
    }
    if (chance(d, 30)) {
        LINE_OF(d, LOSS, "  loss: 0.%02u", between(d, 1, 40));
    }
    if (chance(d, 30)) {
        LINE_OF(d, MTU, "  mtu: %u B", overhead + between(d, 1, 200));
    }
    draw_faults(d);
    if (d->is_rough) {
        draw_rough_links(d);
    }
    cut(d, d->length > begun ? d->length : before);
    draw_registries(d);
}

/* ---- floor, nodes, robots ---- */

static void draw_floor(struct draw *d)
{
    const bool large = !d->is_extreme && chance(d, 15);
    const uint32_t most = d->is_crowded ? 1 : large ? 8 : 4;
    d->columns = between(d, 1, most);
    d->rows = between(d, 1, most);
    line(d, "floor: {width: %u m, height: %u m}", 20 * d->columns, 20 * d->rows);
}

static void draw_nodes(struct draw *d, uint32_t cache)
{
    line(d, "nodes:");
    line(d, "  columns: %u", d->columns);
    line(d, "  rows: %u", d->rows);
    LINE_OF(d, CONTACT, "  contact_radius: %u m", chance(d, 50) ? 10 : between(d, 0, 60));
    LINE_OF(d, CONTACT, "  contact: %s", PICK(d, "nearest", "random"));
    if (d->has_faults && d->state % 3 > 0) {
        line(d, "  falsehood: %s", (d->state >> 4 & 1) > 0 ? "0.3" : "0.05");
    }
    if (d->has_means) {
        line(d, "  cache: [%u B, %u B]", cache, 2 * cache);
    } else {
        line(d, "  cache: %u B", cache);
    }
    LINE_OF(d, EVICTION, "  eviction: %s",
            d->is_rough
                ? PICK(d, "lfu", "lru", "lfu-history", "lfu-aging", "arc", "gdsf", "neighbour")
                : PICK(d, "lfu", "lru", "lfu-history", "lfu-aging", "arc", "gdsf", "neighbour",
                       "belady"));
    if (chance(d, 60)) {
        LINE_OF(d, EXECUTORS, d->has_means ? "  executors: [%u, unlimited, 2]" : "  executors: %u",
                between(d, 1, 3));
    }
    LINE_OF(d, CALLS_MAX, "  calls_max: %u",
            d->is_crowded   ? 1000000
            : chance(d, 20) ? between(d, 1, 3)
                            : 1024);
    if (d->is_rough) {
        draw_rough_nodes(d);
    }
}

static void draw_robots(struct draw *d, uint32_t chains)
{
    const uint32_t longest = 20 * (d->columns > d->rows ? d->columns : d->rows);
    const uint32_t octaves = between(d, 1, 4);
    line(d, "robots:");
    line(d, "  count: %u", d->is_crowded ? 100000 : between(d, 1, 12));
    line(d, "  speed_max: 1 m/s");
    LINE_OF(d, MOVEMENT, "  movement: %s", PICK(d, "noise", "uniform"));
    line(d, "  noise: {octaves: %u, feature: %u s, amplitude: 1.%u}", octaves,
         4 * longest * octaves, between(d, 0, 8));
    line(d, "  chains: %u", between(d, 1, chains));
    if (d->is_extreme && !d->is_crowded) {
        line(d, "  trigger: {exponential: %s}", PICK(d, "5 ms", "50 ms", "500 ms"));
    } else if (chance(d, 20)) {
        line(d, "  trigger: {exponential: %u ms}", between(d, 500, 4000));
    } else {
        const uint32_t least = between(d, 100, 3000);
        line(d, "  trigger: {uniform: [%u ms, %u ms]}", least, least + between(d, 0, 3000));
    }
}

/* ---- tasklets ---- */

/* Sizes first, since the cache is cut to them. Returns the cache's bytes. */
static uint32_t draw_taskset(struct draw *d, uint32_t *chains)
{
    const bool nested = chance(d, 30);
    const uint32_t algorithms = between(d, 3, 12);
    const uint32_t each = between(d, 1, algorithms < 5 ? algorithms : 5);
    const uint32_t least = between(d, 1, 300);
    const uint32_t most = least + (chance(d, 50) ? 0 : between(d, 0, 300));
    *chains = between(d, 1, 15);
    line(d, "taskset:");
    line(d, "  chains: %u", *chains);
    line(d, "  chain_time: {uniform: [%u ms, 300 ms]}", between(d, 0, 300));
    line(d, "  chain_size: {uniform: [%u B, %u B]}", least, most);
    line(d, "  algorithms: %u", algorithms);
    line(d, "  algorithm_time: {uniform: [%u ms, 900 ms]}", between(d, 0, 900));
    line(d, "  algorithm_size: {uniform: [%u B, %u B]}", least, most);
    line(d, "  algorithms_per_chain: {uniform: [%u, %u]}", between(d, 0, each), each);
    if (nested) {
        LINE_OF(d, NESTED, "  algorithm_calls: {uniform: [0, %u]}", between(d, 1, 2));
    }
    if (d->has_heap) {
        LINE_OF(d, HEAP, "  heap: {uniform: [0 B, 3000 B]}");
    }
    d->r->has_monolithic = !nested && chance(d, 70);
    if (d->r->has_monolithic) {
        return most * (1 + each) * between(d, 1, 4); /* room for one inlined chain at least */
    }
    const uint32_t fit = chance(d, 50) ? 2 : between(d, 2, 6); /* tasklets in the cache */
    return most * fit + between(d, 0, 20);
}

/* ---- protocol ---- */

static void draw_searches(struct draw *d)
{
    if (d->is_extreme && chance(d, 60)) {
        LINE_OF(d, SEARCHES, "  local: {ttl: %u, timeout: 1 ms}", between(d, 0, 2));
        LINE_OF(d, SEARCHES, "  global: {ttl: %u, timeout: 1 ms}", between(d, 0, 255));
        LINE_OF(d, SEARCHES, "  request_timeout: 1 ms");
        return;
    }
    LINE_OF(d, SEARCHES, "  local: {ttl: %u, timeout: %u ms}", between(d, 0, 2),
            chance(d, 10) ? 0 : between(d, 1, 250));
    LINE_OF(d, SEARCHES, "  global: {ttl: %u, timeout: %u ms}",
            chance(d, 60) ? 255 : between(d, 0, 5), chance(d, 10) ? 0 : between(d, 1, 900));
    LINE_OF(d, SEARCHES, "  request_timeout: %u ms", between(d, 100, 5000));
}

static void draw_protocol(struct draw *d, uint32_t overhead)
{
    line(d, "protocol:");
    const bool tireless = d->is_extreme && !d->is_crowded && chance(d, 30);
    LINE_OF(d, ATTEMPTS, "  attempts: %u", tireless ? 1000 : between(d, 1, 6));
    draw_searches(d);
    if (overhead == REAL) {
        line(d, "  message_overhead: real");
        line(d, "  lower_layer_header: 28 B");
    } else {
        line(d, "  message_overhead: %u B", overhead);
    }
    LINE_OF(d, ACCOUNTING, "  accounting: %s", PICK(d, "link", "broadcast"));
    static const char *const key[] = {
        "flood_back",        "holder_forwards",   "registry_answers", "first_answer_wins",
        "metadata_exchange", "fallback_exchange", "coalesce",
    };
    for (size_t i = 0; i < sizeof key / sizeof key[0]; i++) {
        LINE_OF(d, SWITCHES + (int)i, "  %s: %s", key[i], yes_or_no(d));
    }
    LINE_OF(d, DEADLINE_TIE, "  deadline_tie: %s", PICK(d, "accept", "reject"));
    LINE_OF(d, NO_ROOM, "  no_room: %s", PICK(d, "retry", "wait"));
    const char *preload = PICK(d, "none", "sequential", "parallel");
    d->preloads = strcmp(preload, "none") != 0;
    LINE_OF(d, PRELOAD, "  preload: %s", preload);
    LINE_OF(d, EXECUTION,
            "execution: {load_time: %u ms, resume_time: %u ms, order: %s, heap_time: %s}",
            between(d, 0, 10), between(d, 0, 3), PICK(d, "fifo", "yield"),
            d->has_heap ? "300 ns" : "0 ns");
}

/* Last, so that what came before versions is drawn as it was. */
static void draw_updates(struct draw *d)
{
    if (chance(d, 40)) {
        const uint32_t first = between(d, 1, 40);
        LINE_OF(d, UPDATES,
                "updates: {at: [%u s, %u s, %u s], algorithm: [%u, %u], notice: %s, swap: %s}",
                first, first + between(d, 0, 10), between(d, 1, 60), between(d, 1, 3),
                between(d, 1, 3), PICK(d, "flood", "flood", "none"),
                d->preloads ? "idle" : PICK(d, "hot ", "idle"));
    }
}

static void draw_all(struct draw *d, uint64_t seed)
{
    const uint32_t overhead = chance(d, 20) ? REAL : between(d, 0, 120);
    uint32_t chains;
    line(d, "format: 1");
    line(d, "name: random-%" PRIu64, seed);
    line(d, "seed: %" PRIu64, seed);
    line(d, "duration: %u s", d->is_extreme ? between(d, 1, 3) : between(d, 5, 100));
    line(d, "replications: 1");
    draw_floor(d);
    const uint32_t cache = draw_taskset(d, &chains);
    line(d, "variants: [nimble%s]", d->r->has_monolithic ? ", monolithic" : "");
    draw_nodes(d, cache);
    draw_mesh(d, overhead);
    draw_robots(d, chains);
    draw_protocol(d, overhead);
    draw_updates(d);
    if (d->is_rough) {
        draw_outages(d);
    }
}

static struct draw start_draw(struct random_scenario *r, uint64_t seed)
{
    *r = (struct random_scenario){.text = ""};
    return (struct draw){
        .r = r,
        .state = seed,
        .has_heap = seed % 3 == 0,
        .has_means = seed % 7 == 3,
        .several = (uint32_t)(seed % 5),
    };
}

void random_scenario_init(struct random_scenario *r, uint64_t seed)
{
    struct draw d = start_draw(r, seed);
    draw_all(&d, seed);
}

void random_scenario_init_rough(struct random_scenario *r, uint64_t seed)
{
    struct draw d = start_draw(r, seed);
    d.is_rough = true;
    d.has_traits = seed % 2 == 0;
    d.has_faults = seed % 3 > 0;
    draw_all(&d, seed);
}

void random_scenario_init_extreme(struct random_scenario *r, uint64_t seed)
{
    *r = (struct random_scenario){.text = ""};
    struct draw d = {.r = r, .state = ~seed, .is_extreme = true, .is_crowded = seed % 400 == 0};
    draw_all(&d, seed);
}

/* Half of the swarm's scenarios use half of the features, the others few or nearly all. */
void random_scenario_init_swarm(struct random_scenario *r, uint64_t seed)
{
    static const uint32_t percent[] = {50, 50, 15, 85};
    *r = (struct random_scenario){.text = ""};
    struct draw d = {.r = r, .state = seed ^ UINT64_C(0x5a5a5a5a5a5a5a5a), .is_swarm = true};
    const uint32_t absent = percent[seed % 4];
    for (int f = 0; f < FEATURES; f++) {
        d.absent |= (uint64_t)chance(&d, absent) << f;
    }
    d.is_rough = chance(&d, 50);
    d.is_extreme = chance(&d, 25);
    d.has_heap = uses(&d, HEAP);
    d.has_traits = uses(&d, TRAITS);
    d.has_means = uses(&d, MEANS);
    d.has_faults = uses(&d, FAULTS);
    d.several = uses(&d, SEVERAL_REGISTRIES) ? 1 + (uint32_t)(seed / 4 % 2) : 0;
    draw_all(&d, seed);
}

void random_scenario_deinit(struct random_scenario *r)
{
    if (r->graph_path[0] != '\0') {
        (void)unlink(r->graph_path);
    }
    *r = (struct random_scenario){.text = ""};
}
