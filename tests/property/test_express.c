/*
 * The short cut against the full path: random scenarios run over both, and everything that a run
 * leaves is equal; on plain links, on those that lose copies, and on those that differ.
 * PROPERTY_SEED=n PROPERTY_COUNT=m chooses which and how many.
 */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "models/nimblenet/world/express.h"
#include "sim/engine/bins.h"
#include "sim/engine/digest.h"
#include "tests/support/random_scenario.h"
#include "tests/support/trial.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define COUNT 150
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define COUNT 150
#endif
#endif
#ifndef COUNT
#define COUNT 2000
#endif

static uint64_t from_environment(const char *name, uint64_t otherwise)
{
    const char *text = getenv(name);
    return text != NULL ? strtoull(text, NULL, 10) : otherwise;
}

/* ---- scenarios whose links are plain ---- */

static void put(char *text, size_t bytes, const char *line, const char *key, const char *value)
{
    char rest[8192];
    const char *end = strchr(line, '\n');
    (void)snprintf(rest, sizeof rest, "%s", end != NULL ? end : "");
    const size_t at = (size_t)(line - text);
    (void)snprintf(text + at, bytes - at, "  %s: %s%s", key, value, rest);
}

/* Gives a key that is written on a line of its own another value, if it is there. */
static void change(char *text, size_t bytes, const char *key, const char *value)
{
    char start[64];
    (void)snprintf(start, sizeof start, "\n  %s: ", key);
    const char *found = strstr(text, start);
    if (found != NULL) {
        put(text, bytes, found + 1, key, value);
    }
}

static void make_plain(char *text, size_t bytes)
{
    static const char *const plain[][2] = {
        {"loss", "0"},
        {"corruption", "0"},
        {"duplication", "0"},
        {"reordering", "0"},
        {"falsehood", "0"},
        {"bandwidth", "unlimited"},
        {"hop_delay_on", "every"},
        {"holder_forwards", "true"},
    };
    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++) {
        change(text, bytes, plain[i][0], plain[i][1]);
    }
    char *notice = strstr(text, "notice: flood");
    if (notice != NULL) {
        memcpy(notice, "notice: none ", strlen("notice: flood"));
    }
    char *swap = strstr(text, "swap: hot ");
    if (swap != NULL) {
        memcpy(swap, "swap: idle", strlen("swap: hot "));
    }
    if (strstr(text, "eviction: neighbour") != NULL) {
        change(text, bytes, "eviction", "lru");
    }
}

/* ---- links that lose copies, or differ ---- */

enum links { LINKS_PLAIN, LINKS_LOSE, LINKS_DIFFER, LINKS_DIFFER_AND_LOSE };

static void make_lossy(char *text, size_t bytes, uint64_t seed)
{
    static const char *const losses[] = {"0.01", "0.1", "0.5"};
    const char *loss = losses[seed % 3];
    if (strstr(text, "\n  loss: ") != NULL) {
        change(text, bytes, "loss", loss);
        return;
    }
    char *mesh = strstr(text, "\nmesh:\n");
    cr_assert_not_null(mesh);
    char rest[8192];
    (void)snprintf(rest, sizeof rest, "%s", mesh + strlen("\nmesh:\n"));
    (void)snprintf(mesh, bytes - (size_t)(mesh - text), "\nmesh:\n  loss: %s\n%s", loss, rest);
}

/* Gives three edges of four a delay of their own, all of them multiples of step, and some a chance
 * to lose. */
static void write_traits(const char *path, uint64_t seed, uint32_t step_ms, bool loses)
{
    static char graph[1 << 16];
    FILE *file = fopen(path, "r+");
    cr_assert_not_null(file);
    const size_t length = fread(graph, 1, sizeof graph - 1, file);
    graph[length] = '\0';
    rewind(file);
    struct rng draw;
    rng_init(&draw, seed, 2, 0, 0);
    const char *from = strstr(graph, "<graph id");
    (void)fprintf(file, "%.*s", (int)(from - graph), graph);
    (void)fputs("<key id=\"delay\" for=\"edge\" attr.name=\"delay\" attr.type=\"double\"/>\n"
                "<key id=\"loss\" for=\"edge\" attr.name=\"loss\" attr.type=\"double\"/>\n",
                file);
    for (const char *end; (end = strstr(from, "</edge>")) != NULL; from = end + strlen("</edge>")) {
        (void)fprintf(file, "%.*s", (int)(end - from), from);
        if (rng_below(&draw, 4) > 0) {
            (void)fprintf(file, "<data key=\"delay\">%.3f</data>",
                          1e-3 * step_ms * (double)(1 + rng_below(&draw, 4)));
        }
        if (loses && rng_below(&draw, 2) > 0) {
            (void)fprintf(file, "<data key=\"loss\">0.%u</data>", (unsigned)rng_below(&draw, 5));
        }
        (void)fputs("</edge>", file);
    }
    (void)fputs(from, file);
    cr_assert_eq(fclose(file), 0);
}

/* False where the scenario has no graph to be made so. */
static bool make_links(struct random_scenario *r, enum links links, uint64_t seed, uint32_t step_ms)
{
    if (links == LINKS_LOSE) {
        make_lossy(r->text, sizeof r->text, seed);
    }
    if (links < LINKS_DIFFER) {
        return true;
    }
    if (r->graph_path[0] != '\0') {
        write_traits(r->graph_path, seed, step_ms, links == LINKS_DIFFER_AND_LOSE);
    }
    return r->graph_path[0] != '\0';
}

/* ---- what a run leaves ---- */

struct leaving {
    /* In the order in which they were told: calls, those out of contact besides, acquisitions, what
     * nodes stored and let go, and nodes at the end of each bin. */
    uint64_t calls, told, acquisitions, held, nodes;
    uint64_t account, bins, totals, responses, links;
    uint64_t digest, events, late;
    size_t memory; /* of the short cut */
};

static uint64_t fold_call(uint64_t told, const struct world_call *call)
{
    told = digest_word(told, call->trigger.call_id);
    told = digest_word(told, (uint64_t)call->trigger.at);
    told = digest_word(told, (uint64_t)call->response_ns);
    return digest_word(told, (uint64_t)call->status);
}

static void hear_call(void *context, const struct world_call *call)
{
    struct leaving *l = context;
    l->calls = fold_call(l->calls, call);
    l->told = fold_call(l->told, call);
}

static void hear_missed(void *context, const struct world_call *call)
{
    struct leaving *l = context;
    l->told = fold_call(l->told, call);
}

static void hear_acquisition(void *context, const struct world_acquisition *a)
{
    uint64_t *told = &((struct leaving *)context)->acquisitions;
    *told = digest_word(*told, a->call_id);
    *told = digest_word(*told, (uint64_t)a->done);
    *told = digest_word(*told, (uint64_t)a->detail->tasklet << 32 | a->detail->source);
    *told = digest_word(*told, (uint64_t)a->detail->served << 32 | a->detail->attempts);
}

static void hear_held(void *context, sim_time now, uint32_t node, uint32_t tasklet, bool is_stored)
{
    uint64_t *told = &((struct leaving *)context)->held;
    *told = digest_word(*told, (uint64_t)now);
    *told = digest_word(*told, (uint64_t)node << 32 | tasklet << 1 | is_stored);
}

static void hear_node(void *context, sim_time now, const struct world_account *a)
{
    uint64_t *told = &((struct leaving *)context)->nodes;
    *told = digest_word(*told, (uint64_t)now << 16 | a->node);
    *told = digest_word(*told, a->cache_bytes << 32 | a->old_copies);
    *told = digest_word(*told, (uint64_t)a->queued << 32 | a->running);
    *told = digest_word(*told, (uint64_t)a->busy_ns);
}

static uint64_t fold(uint64_t digest, const void *bytes, size_t length)
{
    const unsigned char *b = bytes;
    for (size_t i = 0; i < length; i++) {
        digest = digest_word(digest, b[i]);
    }
    return digest;
}

static uint64_t fold_account(uint64_t digest, const struct world_account *a)
{
    const uint64_t words[] = {a->tx_bytes,   a->rx_bytes,          a->tx_messages, a->rx_messages,
                              a->evictions,  a->attempts_lost,     a->no_room,     a->cache_bytes,
                              a->lost_bytes, (uint64_t)a->busy_ns, a->held,        a->calls};
    return fold(digest, words, sizeof words);
}

/* Over every hop; over the short cut, with every acquisition and missed call told; the same, and
 * nobody asks for these, so that executors' words wait and robots pass over what they miss. */
enum way { WAY_FULL, WAY_SHORT, WAY_QUIET };

/* What happens before the run: nothing, or calls of the test's own. */
typedef void prepare_run(struct world *w, uint64_t seed);

static struct leaving run(const char *text, const char *variant, enum way way, prepare_run *prepare,
                          uint64_t seed)
{
    const bool full = way == WAY_FULL;
    struct leaving l = {.calls = DIGEST_START};
    const struct world_observer observer = {
        .context = &l,
        .call = hear_call,
        .missed = way != WAY_QUIET ? hear_missed : NULL,
        .acquisition = way != WAY_QUIET ? hear_acquisition : NULL,
        .held = way != WAY_QUIET ? hear_held : NULL,
        .node = way != WAY_QUIET ? hear_node : NULL,
    };
    struct trial t;
    trial_prepare(&t, "random.yaml", text, variant, 1);
    t.plan.world.observer = observer;
    t.plan.world.counts_links = true;
    t.plan.world.full_path_for = full ? "--transport" : NULL;
    trial_begin(&t);
    cr_assert_eq(t.world->express == NULL, full, "%s\n%s",
                 full ? "no full path" : world_obstacle(&t.world->spec), text);
    cr_assert(way == WAY_QUIET || !t.world->words_wait);
    if (prepare != NULL) {
        prepare(t.world, seed);
    }
    trial_run(&t);
    char wrong[256] = "";
    cr_assert(world_audit(t.world, wrong, sizeof wrong), "%s\n%s", wrong, text);
    const struct world *w = t.world;
    for (uint32_t i = 0; i < w->spec.setup->node_count; i++) {
        const struct world_account a = world_account(w, i);
        l.account = fold_account(l.account, &a);
        l.late += w->node[i].core.stats.answers_late;
    }
    uint32_t bins;
    const struct world_bin *bin = world_bins(w, &bins);
    l.bins = fold(0, bin, bins * sizeof *bin);
    l.totals = fold(0, world_totals(w), sizeof(struct world_totals));
    l.responses = fold(0, world_responses(w), BINS_COUNT * sizeof(uint64_t));
    for (uint32_t i = 0; i < w->spec.setup->node_count; i++) {
        for (uint32_t port = 0; port < mesh_degree(w->spec.mesh, i); port++) {
            const struct world_link link = world_link(w, i, port);
            l.links = fold(l.links, &link, sizeof link);
        }
    }
    l.digest = world_digest(w);
    l.events = world_report(w).events;
    l.memory = full ? 0 : express_memory_bytes(w->express);
    trial_close(&t);
    return l;
}

/* ---- the property ---- */

struct seen {
    uint64_t events_full, events_short, events_quiet;
};

static const char *difference(const struct leaving *full, const struct leaving *cut)
{
    return full->calls != cut->calls           ? "calls"
           : full->account != cut->account     ? "accounts"
           : full->bins != cut->bins           ? "bins"
           : full->totals != cut->totals       ? "totals"
           : full->responses != cut->responses ? "responses"
           : full->links != cut->links         ? "links"
           : full->digest != cut->digest       ? "the digest"
                                               : NULL;
}

static void compare(const char *text, const char *variant, uint64_t seed, prepare_run *prepare,
                    struct seen *seen)
{
    const struct leaving full = run(text, variant, WAY_FULL, prepare, seed);
    const struct leaving cut = run(text, variant, WAY_SHORT, prepare, seed);
    const struct leaving quiet = run(text, variant, WAY_QUIET, prepare, seed);
    const char *differs = difference(&full, &cut);
    differs = differs == NULL && full.acquisitions != cut.acquisitions ? "acquisitions" : differs;
    differs = differs == NULL && full.told != cut.told ? "calls out of contact" : differs;
    differs = differs == NULL && full.held != cut.held ? "what is stored and let go" : differs;
    differs = differs == NULL && full.nodes != cut.nodes ? "nodes at the ends of bins" : differs;
    cr_assert_null(differs, "PROPERTY_SEED=%" PRIu64 ": %s differ (%s)\n%s", seed, differs, variant,
                   text);
    differs = difference(&full, &quiet);
    cr_assert_null(differs, "PROPERTY_SEED=%" PRIu64 ": %s differ (%s, quiet)\n%s", seed, differs,
                   variant, text);
    seen->events_full += full.events;
    seen->events_short += cut.events;
    seen->events_quiet += quiet.events;
}

static void check_savings(const struct seen *seen)
{
    cr_assert_lt(seen->events_short, seen->events_full);
    cr_assert_lt(seen->events_quiet, seen->events_short);
}

static void check_seed(uint64_t seed, enum links links, struct seen *seen)
{
    struct random_scenario r;
    random_scenario_init(&r, seed);
    make_plain(r.text, sizeof r.text);
    if (make_links(&r, links, seed, 7)) {
        compare(r.text, "nimble", seed, NULL, seen);
        if (r.has_monolithic) {
            compare(r.text, "monolithic", seed, NULL, seen);
        }
    }
    random_scenario_deinit(&r);
}

/*
 * Times drawn to the nanosecond hardly ever meet. Here all of them, calls included, lie on
 * multiples of the hop delay, and some of those on the edges of bins: everything meets. In a third
 * of them algorithms take no time, so that words follow each other in an instant.
 */
static void make_coarse(char *text, size_t bytes, bool takes_time)
{
    static const char *const coarse[][2] = {
        {"hop_delay", "50 ms"},
        {"chain_time", "100 ms"},
        {"trigger", "200 s"},
        {"local", "{ttl: 1, timeout: 100 ms}"},
        {"global", "{ttl: 255, timeout: 250 ms}"},
        {"request_timeout", "2 s"},
        {"calls_max", "1024"},
    };
    for (size_t i = 0; i < sizeof coarse / sizeof coarse[0]; i++) {
        change(text, bytes, coarse[i][0], coarse[i][1]);
    }
    change(text, bytes, "algorithm_time", takes_time ? "150 ms" : "0 ms");
    char *execution = strstr(text, "\nexecution: ");
    cr_assert_not_null(execution);
    (void)snprintf(execution, bytes - (size_t)(execution - text),
                   "\nexecution: {load_time: 0 ms, resume_time: %s}\n",
                   takes_time ? "50 ms" : "0 ms");
}

static void expect_calls(struct world *w, uint64_t seed, uint32_t count)
{
    bool done;
    cr_assert_eq(world_run(w, 0, &done), SIM_OK); /* makes the world ready */
    struct rng draw;
    rng_init(&draw, seed, 1, 0, 0);
    const uint32_t chains = w->spec.robots.chains;
    for (uint32_t i = 0; i < count; i++) {
        const struct robot_trigger trigger = {
            .at = (sim_time)rng_below(&draw, 80) * 50 * SIM_MS,
            .call_id = 1000 + i,
            .node = (uint32_t)rng_below(&draw, w->spec.setup->registry),
            .chain = w->robot[0].chains[rng_below(&draw, chains)],
        };
        world_expect_call(w, &trigger);
        w->robot[0].triggers++;
    }
}

static void call_together(struct world *w, uint64_t seed)
{
    expect_calls(w, seed, 150);
}

static void check_coarse_seed(uint64_t seed, enum links links, struct seen *seen)
{
    struct random_scenario r;
    random_scenario_init(&r, seed);
    make_plain(r.text, sizeof r.text);
    make_coarse(r.text, sizeof r.text, seed % 3 != 0);
    if (make_links(&r, links, seed, 50)) {
        compare(r.text, "nimble", seed, call_together, seen);
    }
    random_scenario_deinit(&r);
}

/* Seeds from PROPERTY_SEED on, so many unless PROPERTY_COUNT says otherwise. */
static void check_seeds(void (*check)(uint64_t seed, enum links links, struct seen *seen),
                        enum links links, uint64_t count)
{
    const uint64_t seed = from_environment("PROPERTY_SEED", 1);
    count = from_environment("PROPERTY_COUNT", getenv("PROPERTY_SEED") != NULL ? 1 : count);
    struct seen seen = {0};
    for (uint64_t i = 0; i < count; i++) {
        check(seed + i, links, &seen);
    }
    if (getenv("PROPERTY_SEED") == NULL) {
        check_savings(&seen);
    }
}

Test(express, keeps_the_order_of_what_meets)
{
    check_seeds(check_coarse_seed, LINKS_PLAIN, COUNT / 4);
}

Test(express, keeps_the_order_where_links_lose_copies)
{
    check_seeds(check_coarse_seed, LINKS_LOSE, COUNT / 8);
}

Test(express, keeps_the_order_where_links_differ)
{
    check_seeds(check_coarse_seed, LINKS_DIFFER, COUNT / 2);
    check_seeds(check_coarse_seed, LINKS_DIFFER_AND_LOSE, COUNT / 4);
}

/* Oftener than a scenario may ask for: a quarter of the intervals are no time at all. */
static void hasten(struct world *w, uint64_t seed)
{
    (void)seed;
    w->spec.robots.trigger_ns = (struct dist){.kind = DIST_UNIFORM, .low = 0, .high = 3};
}

Test(express, keeps_the_order_of_triggers_in_an_instant)
{
    static const char text[] =
        "format: 1\nduration: 3 us\nbin: 1 us\n"
        "robots: {count: 12, trigger: 1 us}\n"
        "nodes: {calls_max: 5000}\nmesh: {hop_delay: 1 ns}\n"
        "protocol: {local: {ttl: 1, timeout: 2 ns}, global: {ttl: 255, timeout: 5 ns}, "
        "request_timeout: 50 ns}\n"
        "taskset: {chain_time: 3 ns, algorithm_time: {uniform: [0 ns, 2 ns]}}\n"
        "execution: {load_time: 0 ns, resume_time: 1 ns}\n";
    struct seen seen = {0};
    for (uint64_t seed = 1; seed <= 6; seed++) {
        char seeded[sizeof text + 32];
        (void)snprintf(seeded, sizeof seeded, "%sseed: %" PRIu64 "\n", text, seed);
        compare(seeded, "nimble", seed, hasten, &seen);
    }
    check_savings(&seen);
}

/* More messages are under way, and meet, than are remembered to begin with; where links differ or
 * lose copies, searches overtake older ones by more than a node remembers of them. */
static void check_crowd(const char *mesh, uint64_t seeds, struct seen *seen)
{
    for (uint64_t seed = 1; seed <= seeds; seed++) {
        char text[1024];
        (void)snprintf(text, sizeof text,
                       "format: 1\nduration: 10 s\nrobots: {count: 300, trigger: 1 s}\n"
                       "nodes: {calls_max: 400, cache: 20000 B}\n%s"
                       "taskset: {chains: 20, algorithms: 40, algorithms_per_chain: 12}\n"
                       "seed: %" PRIu64 "\n",
                       mesh, seed);
        compare(text, "nimble", seed, NULL, seen);
    }
}

Test(express, keeps_the_order_in_a_crowd)
{
    struct seen seen = {0};
    check_crowd("", 2, &seen);
    check_crowd("mesh: {loss: 0.03}\n", 2, &seen);
    check_savings(&seen);
}

/* A ring of twelve whose first links are slow, so that some ways round it are faster; in steps of
 * a hop delay. */
static void write_ring(char *path, size_t bytes)
{
    (void)snprintf(path, bytes, "%s/nimblesim-ring-XXXXXX",
                   getenv("TMPDIR") != NULL ? getenv("TMPDIR") : "/tmp");
    const int descriptor = mkstemp(path);
    FILE *file = descriptor >= 0 ? fdopen(descriptor, "w") : NULL;
    cr_assert_not_null(file);
    (void)fputs("<?xml version=\"1.0\"?>\n<graphml>\n"
                "<key id=\"delay\" for=\"edge\" attr.name=\"delay\" attr.type=\"double\"/>\n"
                "<graph edgedefault=\"undirected\">\n",
                file);
    for (unsigned i = 0; i < 12; i++) {
        (void)fprintf(file, "<node id=\"n%u\"/>\n", i);
    }
    for (unsigned i = 0; i < 12; i++) {
        (void)fprintf(
            file, "<edge source=\"n%u\" target=\"n%u\"><data key=\"delay\">0.%u</data></edge>\n", i,
            (i + 1) % 12, i < 3 ? 9U : 1U);
    }
    (void)fputs("</graph>\n</graphml>\n", file);
    cr_assert_eq(fclose(file), 0);
}

Test(express, keeps_the_order_in_a_crowd_of_links_that_differ)
{
    char path[256];
    char mesh[512];
    write_ring(path, sizeof path);
    struct seen seen = {0};
    (void)snprintf(mesh, sizeof mesh, "mesh: {links: {graphml: \"%s\"}}\n", path);
    check_crowd(mesh, 1, &seen);
    (void)snprintf(mesh, sizeof mesh, "mesh: {links: {graphml: \"%s\"}, loss: 0.03}\n", path);
    check_crowd(mesh, 1, &seen);
    cr_assert_eq(unlink(path), 0);
    check_savings(&seen);
}

static void call_in_crowds(struct world *w, uint64_t seed)
{
    expect_calls(w, seed, 1000);
}

/*
 * More nodes than a word has bits can answer in time, and all of them ask at once, so that more
 * questions are under way than are remembered to begin with. Meanwhile what is asked for gets new
 * versions, and falls out of caches that hold two tasklets. Ways are longer than some bins, and in
 * half of the runs the end cuts them off.
 */
static void write_large(char *text, size_t bytes, uint64_t seed, uint32_t cache)
{
    static const uint32_t bin_ms[] = {50, 100, 170, 1000};
    const int length = snprintf(
        text, bytes,
        "format: 1\nseed: %" PRIu64 "\nduration: %u ms\nbin: %u ms\n"
        "floor: {width: 200 m, height: 200 m}\n"
        "nodes: {columns: 10, rows: 10, cache: %u B}\n"
        "registry: {attached_to: %s}\n"
        "mesh: {hop_delay: 50 ms}\n"
        "robots: {count: 20, chains: 6, trigger: 200 s, noise: {feature: 1000 s}}\n"
        "taskset: {chains: 6, chain_size: 100 B, chain_time: 100 ms, algorithms: 4, "
        "algorithm_size: 100 B, algorithm_time: 50 ms, algorithms_per_chain: 2}\n"
        "execution: {load_time: 0 ms, resume_time: 50 ms}\n"
        "protocol: {local: {ttl: %d, timeout: 100 ms}, "
        "global: {ttl: 255, timeout: %d ms}, request_timeout: 4 s, "
        "registry_answers: %s, metadata_exchange: %s}\n"
        "updates: {notice: none, swap: idle, algorithm: [1, 2, 3, 4], at: [",
        seed, seed % 2 == 0 ? 8000 : 4000, bin_ms[seed % 4], cache,
        seed % 3 == 0 ? "[1, 100]" : "1", seed % 4 == 0 ? 3 : 1, seed % 2 == 0 ? 2000 : 150,
        seed % 4 == 2 ? "true" : "false", seed % 3 == 0 ? "false" : "true");
    size_t used = (size_t)length;
    for (uint32_t ms = 50; ms < 4000; ms += 50) {
        used += (size_t)snprintf(text + used, bytes - used, "%u ms, ", ms);
    }
    (void)snprintf(text + used, bytes - used, "4 s]}\n");
}

Test(express, keeps_the_order_in_a_large_mesh)
{
    const uint64_t seed = from_environment("PROPERTY_SEED", 1);
    const uint64_t count = getenv("PROPERTY_SEED") != NULL ? 1 : COUNT < 1000 ? 2 : 6;
    struct seen seen = {0};
    for (uint64_t i = 0; i < count; i++) {
        char text[4096];
        write_large(text, sizeof text, seed + i, 250);
        compare(text, "nimble", seed + i, call_in_crowds, &seen);
        write_large(text, sizeof text, seed + i, 650);
        compare(text, "monolithic", seed + i, call_in_crowds, &seen);
    }
    cr_assert_lt(seen.events_short, seen.events_full);
}

static void expect_call(struct world *w, sim_time at, uint32_t node, uint32_t chain)
{
    const struct robot_trigger trigger = {
        .at = at,
        .call_id = 1000 + w->robot[0].triggers,
        .node = node,
        .chain = w->robot[0].chains[chain],
    };
    world_expect_call(w, &trigger);
    w->robot[0].triggers++;
}

/*
 * As many questions are under way to the registry as are remembered to begin with, one less and one
 * more; twice as many. All were asked in one instant; then there is a new version of what they ask
 * for, and every one of them is answered with that: nobody is served an older one when he calls
 * again.
 */
static void call_twice_each(struct world *w, uint64_t callers)
{
    bool done;
    cr_assert_eq(world_run(w, 0, &done), SIM_OK); /* makes the world ready */
    for (sim_time at = 0; at <= 10 * SIM_S; at += 10 * SIM_S) {
        for (uint32_t i = 0; i < callers; i++) {
            expect_call(w, at, i, 0);
        }
    }
}

Test(express, changes_every_answer_that_is_under_way)
{
    static const char text[] =
        "format: 1\nduration: 20 s\n"
        "floor: {width: 240 m, height: 220 m}\nnodes: {columns: 12, rows: 11}\n"
        "registry: {attached_to: 132}\n"
        "mesh: {hop_delay: 50 ms}\n"
        "robots: {count: 1, chains: 1, trigger: 200 s, noise: {feature: 1000 s}}\n"
        "taskset: {chains: 1, algorithms: 1, algorithms_per_chain: 1}\n"
        "protocol: {local: {ttl: 1, timeout: 100 ms}, global: {ttl: 255, timeout: 100 ms}, "
        "fallback_exchange: false, metadata_exchange: false}\n"
        "updates: {notice: none, swap: idle, algorithm: 1, at: [210 ms]}\n";
    static const uint32_t callers[] = {1, 2, 63, 64, 65, 127, 128, 129};
    struct seen seen = {0};
    for (size_t i = 0; i < sizeof callers / sizeof callers[0]; i++) {
        compare(text, "monolithic", callers[i], call_twice_each, &seen);
    }
    cr_assert_lt(seen.events_short, seen.events_full);
}

/*
 * Meshes whose numbers are chosen so that a node gives up a tasklet in the very instant in which
 * somebody asks it for that, just before it is asked or just behind. It has fetched the tasklet,
 * and makes room for another one while a third node, whose call comes a hop's time later in each
 * run, looks for it.
 */
struct corner {
    uint32_t nodes, asks;
    uint32_t gives_up[2];
    const char *registries;
    const char *links; /* a pair of digits each */
    uint32_t crowd;    /* numbered before the others, and linked to 3 */
};

static const struct corner *corner;

/* 4 hears the flood from 2, then 6 lets it give up; 5 gives up by what 0 says, then hears the flood
 * from 1, and its answer would have been first: so the first is one that holds nothing any more. */
static const struct corner behind_a_flood = {
    .nodes = 7,
    .asks = 3,
    .gives_up = {4, 5},
    .registries = "[1, 7]",
    .links = "31 32 15 24 05 46",
};

/* 5 is as far from 4 as any two are; it gives up by what 0 says, then the question comes from 2. */
static const struct corner before_a_question = {
    .nodes = 6,
    .asks = 4,
    .gives_up = {5, 5},
    .registries = "1",
    .links = "41 12 25 50 03 34 02",
};

/* The same; and more than are remembered to begin with ask the registry in that instant. */
static const struct corner before_a_question_in_a_crowd = {
    .nodes = 6,
    .asks = 4,
    .gives_up = {5, 5},
    .registries = "71",
    .links = "41 12 25 50 03 34 02",
    .crowd = 70,
};

static void write_links(const char *links, uint32_t nodes, uint32_t crowd, char *path, size_t bytes)
{
    const char *folder = getenv("TMPDIR");
    (void)snprintf(path, bytes, "%s/nimblesim-corner-XXXXXX", folder != NULL ? folder : "/tmp");
    const int descriptor = mkstemp(path);
    FILE *to = descriptor >= 0 ? fdopen(descriptor, "w") : NULL;
    cr_assert_not_null(to);
    (void)fputs("<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">\n"
                "<graph id=\"g\" edgedefault=\"undirected\">\n",
                to);
    for (uint32_t i = 0; i < crowd; i++) {
        (void)fprintf(to, "<node id=\"c%u\"/>\n", i);
    }
    for (uint32_t i = 0; i < nodes; i++) {
        (void)fprintf(to, "<node id=\"n%u\"/>\n", i);
    }
    for (uint32_t i = 0; i < crowd; i++) {
        (void)fprintf(to, "<edge source=\"c%u\" target=\"n3\"/>\n", i);
    }
    for (; *links != '\0'; links += links[2] == ' ' ? 3 : 2) {
        (void)fprintf(to, "<edge source=\"n%c\" target=\"n%c\"/>\n", links[0], links[1]);
    }
    (void)fputs("</graph>\n</graphml>\n", to);
    (void)fclose(to);
}

static void call_in_the_corner(struct world *w, uint64_t hops_later)
{
    bool done;
    cr_assert_eq(world_run(w, 0, &done), SIM_OK); /* makes the world ready */
    const uint32_t first = corner->crowd;
    for (uint32_t i = 0; i < 2; i++) {
        expect_call(w, 0, first + corner->gives_up[i], 0);
        expect_call(w, 5 * SIM_S, first + corner->gives_up[i], 1);
    }
    expect_call(w, 0, first + corner->asks, 2);
    expect_call(w, 4500 * SIM_MS + (sim_time)hops_later * 50 * SIM_MS, first + corner->asks, 0);
    for (uint32_t i = 0; i < corner->crowd; i++) {
        expect_call(w, 5400 * SIM_MS, i, 3); /* two searches, until 5850 ms, find nothing */
    }
}

static void check_corner(const struct corner *c, bool metadata, struct seen *seen)
{
    char path[256];
    char text[2048];
    write_links(c->links, c->nodes, c->crowd, path, sizeof path);
    (void)snprintf(text, sizeof text,
                   "format: 1\nduration: 20 s\n"
                   "floor: {width: 1600 m, height: 20 m}\n"
                   "nodes: {columns: %u, rows: 1, cache: 150 B}\n"
                   "registry: {attached_to: %s}\n"
                   "mesh: {hop_delay: 50 ms, links: {graphml: \"%s\"}}\n"
                   "robots: {count: 1, chains: 4, trigger: 200 s, noise: {feature: 10000 s}}\n"
                   "taskset: {chains: 4, chain_size: 100 B, algorithms: 1, "
                   "algorithms_per_chain: 0}\n"
                   "protocol: {local: {ttl: 1, timeout: 100 ms}, "
                   "global: {ttl: 255, timeout: 350 ms}, metadata_exchange: %s}\n",
                   c->crowd + c->nodes, c->registries, path, metadata ? "true" : "false");
    corner = c;
    for (uint64_t hops_later = 0; hops_later < 40; hops_later++) {
        compare(text, "nimble", hops_later, call_in_the_corner, seen);
    }
    (void)remove(path);
}

Test(express, changes_what_is_said_in_the_very_instant)
{
    struct seen seen = {0};
    check_corner(&behind_a_flood, true, &seen);
    check_corner(&behind_a_flood, false, &seen);
    check_corner(&before_a_question, true, &seen);
    check_corner(&before_a_question, false, &seen);
    check_corner(&before_a_question_in_a_crowd, true, &seen);
    cr_assert_lt(seen.events_short, seen.events_full);
}

static void call_in_turns(struct world *w, uint64_t seed)
{
    expect_calls(w, seed, 400);
}

/*
 * Few nodes in any order, with caches that hold two or three tasklets, and all the time somebody
 * calls: what is asked for is evicted while the question travels, and comes back, and is evicted
 * again; in the instant in which it arrives, too. All times are multiples of the hop delay, and
 * whatever else may be chosen is drawn.
 */
SIM_PRINTF(3, 4) static void add(char *text, size_t bytes, const char *format, ...)
{
    const size_t used = strlen(text);
    va_list list;
    va_start(list, format);
    const int written = vsnprintf(text + used, bytes - used, format, list);
    va_end(list);
    cr_assert(written >= 0 && (size_t)written < bytes - used);
}

static uint32_t below(struct rng *draw, uint32_t limit)
{
    return (uint32_t)rng_below(draw, limit);
}

static void add_tight_nodes(char *text, size_t bytes, struct rng *draw, uint32_t nodes)
{
    static const char *const eviction[] = {"lru",    "lfu",       "gdsf",       "arc",
                                           "belady", "lfu-aging", "lfu-history"};
    add(text, bytes, "floor: {width: 180 m, height: 20 m}\nnodes: {columns: %u, rows: 1, ", nodes);
    add(text, bytes, "cache: %u B, ", 250 + 50 * below(draw, 4));
    add(text, bytes, "calls_max: %u, ", below(draw, 4) == 0 ? 2 : 1024);
    add(text, bytes, "executors: %s, ", below(draw, 2) == 0 ? "2" : "unlimited");
    add(text, bytes, "eviction: %s}\n", eviction[below(draw, 7)]);
    if (below(draw, 2) == 0) {
        add(text, bytes, "registry: {attached_to: %u}\n", 1 + below(draw, nodes));
    } else {
        add(text, bytes, "registry: {attached_to: [%u, %u]}\n", 1 + below(draw, nodes - 1), nodes);
    }
    add(text, bytes, "taskset: {chains: 6, algorithms: 3, algorithms_per_chain: 1, ");
    add(text, bytes, "chain_size: {uniform: [%u B, 120 B]}, ", 20 + 100 * below(draw, 2));
    add(text, bytes, "algorithm_size: 100 B, chain_time: %u ms, ", 50 * below(draw, 3));
    add(text, bytes, "algorithm_time: %u ms}\n", 50 * below(draw, 3));
    add(text, bytes, "execution: {load_time: %u ms, resume_time: 0 ms}\n", 50 * below(draw, 2));
}

static void add_tight_protocol(char *text, size_t bytes, struct rng *draw)
{
    static const char *const key[] = {"flood_back",        "registry_answers",  "first_answer_wins",
                                      "metadata_exchange", "fallback_exchange", "coalesce"};
    add(text, bytes, "protocol: {local: {ttl: %u, ", below(draw, 4));
    add(text, bytes, "timeout: %u ms}, ", 50 * below(draw, 6));
    add(text, bytes, "global: {ttl: %u, ", below(draw, 3) == 0 ? 2 : 255);
    add(text, bytes, "timeout: %u ms}, ", 50 * below(draw, 16));
    add(text, bytes, "request_timeout: %u ms, ", below(draw, 2) == 0 ? 2000 : 300);
    for (size_t i = 0; i < sizeof key / sizeof key[0]; i++) {
        add(text, bytes, "%s: %s, ", key[i], below(draw, 2) == 0 ? "true" : "false");
    }
    add(text, bytes, "attempts: %u, ", 1 + below(draw, 4));
    add(text, bytes, "accounting: %s, ", below(draw, 2) == 0 ? "link" : "broadcast");
    add(text, bytes, "deadline_tie: %s, ", below(draw, 2) == 0 ? "accept" : "reject");
    add(text, bytes, "no_room: %s, ", below(draw, 2) == 0 ? "retry" : "wait");
    add(text, bytes, "preload: %s}\n", below(draw, 3) == 0 ? "parallel" : "none");
}

static void write_tight(char *text, size_t bytes, struct rng *draw, const char *path,
                        uint32_t nodes)
{
    text[0] = '\0';
    add(text, bytes, "format: 1\nseed: %u\n", below(draw, 1000000));
    add(text, bytes, "duration: %u ms\n", 3950 + 50 * below(draw, 20));
    add(text, bytes, "bin: %u ms\n", 50 + 10 * below(draw, 20));
    add(text, bytes, "mesh: {hop_delay: 50 ms, links: {graphml: \"%s\"}}\n", path);
    add(text, bytes, "robots: {count: 1, chains: 6, trigger: 200 s, noise: {feature: 1000 s}}\n");
    add_tight_nodes(text, bytes, draw, nodes);
    add_tight_protocol(text, bytes, draw);
    if (below(draw, 2) == 0) {
        add(text, bytes, "updates: {notice: none, swap: idle, algorithm: [1, 2, 3], at: [");
        add(text, bytes, "%u ms, ", 50 + 50 * below(draw, 40));
        add(text, bytes, "%u ms]}\n", 2100 + 50 * below(draw, 20));
    }
}

/* A tree and some more, whose nodes are numbered in any order. */
static void draw_links(char *links, struct rng *draw, uint32_t nodes)
{
    uint32_t order[9];
    for (uint32_t i = 0; i < nodes; i++) {
        order[i] = i;
    }
    for (uint32_t i = nodes; i-- > 1;) {
        const uint32_t j = (uint32_t)rng_below(draw, i + 1);
        const uint32_t at = order[i];
        order[i] = order[j];
        order[j] = at;
    }
    const uint32_t more = (uint32_t)rng_below(draw, nodes);
    for (uint32_t i = 1; i < nodes + more; i++) {
        const uint32_t a = i < nodes ? i : (uint32_t)rng_below(draw, nodes);
        const uint32_t b = (uint32_t)rng_below(draw, i < nodes ? i : nodes);
        if (a != b) {
            *links++ = (char)('0' + order[a]);
            *links++ = (char)('0' + order[b]);
            *links++ = ' ';
        }
    }
    links[-1] = '\0';
}

static void check_tight_seed(uint64_t seed, struct seen *seen)
{
    char text[2048];
    char links[128] = "";
    char path[256];
    struct rng draw;
    rng_init(&draw, seed, 2, 0, 0);
    const uint32_t nodes = 3 + (uint32_t)rng_below(&draw, 7);
    draw_links(links, &draw, nodes);
    write_links(links, nodes, 0, path, sizeof path);
    write_tight(text, sizeof text, &draw, path, nodes);
    compare(text, "nimble", seed, call_in_turns, seen);
    compare(text, "monolithic", seed, call_in_turns, seen);
    (void)remove(path);
}

Test(express, keeps_the_order_where_caches_are_tight)
{
    const uint64_t seed = from_environment("PROPERTY_SEED", 1);
    const uint64_t count =
        from_environment("PROPERTY_COUNT", getenv("PROPERTY_SEED") != NULL ? 1 : COUNT / 8);
    struct seen seen = {0};
    for (uint64_t i = 0; i < count; i++) {
        check_tight_seed(seed + i, &seen);
    }
    cr_assert_lt(seen.events_short, seen.events_full);
}

/* Twice as many hops are in time as a word of 32 bits can count. */
Test(express, answers_are_in_time_however_short_a_hop_is)
{
    static const char text[] = "format: 1\nduration: 100 s\nmesh: {hop_delay: 1 ns}\n"
                               "protocol: {local: {ttl: 1, timeout: 17179869184 ns}, "
                               "global: {ttl: 255, timeout: 17179869184 ns}}\n";
    struct seen seen = {0};
    compare(text, "nimble", 1, NULL, &seen);
    cr_assert_lt(seen.events_short, seen.events_full);
}

/* What is over is given back: ten times as long, a run takes hardly more memory. */
Test(express, takes_hardly_more_memory_for_a_longer_run)
{
    static const char *const duration[] = {"100 s", "1000 s"};
    size_t memory[2];
    for (size_t i = 0; i < 2; i++) {
        char text[256];
        (void)snprintf(text, sizeof text,
                       "format: 1\nduration: %s\nnodes: {cache: 2 kB}\n"
                       "robots: {count: 60, noise: {feature: 1000 s}}\n",
                       duration[i]);
        memory[i] = run(text, "nimble", WAY_SHORT, NULL, 0).memory;
    }
    cr_assert_leq(memory[1], memory[0] + memory[0] / 4, "%zu and %zu B", memory[0], memory[1]);
}

Test(express, leaves_what_the_full_path_leaves)
{
    check_seeds(check_seed, LINKS_PLAIN, COUNT);
}

Test(express, leaves_it_where_links_lose_copies)
{
    check_seeds(check_seed, LINKS_LOSE, COUNT / 4);
}

Test(express, leaves_it_where_links_differ)
{
    check_seeds(check_seed, LINKS_DIFFER, COUNT / 2);
    check_seeds(check_seed, LINKS_DIFFER_AND_LOSE, COUNT / 4);
}
