/* What only several keys together can get wrong. */
#include <stdarg.h>

#include "scenarios/language/scenario_read.h"

enum { NODES_MAX = 60000 };

/* The keys that a rule ties together, the likeliest culprit first. */
#define KEYS(...) ((const char *const[]){__VA_ARGS__, NULL})

static size_t key_named(const char *path)
{
    size_t index = key_find(path);

    ASSERT(index < scenario_key_count);
    return index;
}

/* False once one of the values has been refused: what stands in its place is not the user's. */
static bool are_sound(const struct reader *r, const char *const *keys)
{
    for (; *keys != NULL; keys++) {
        if (r->key[key_named(*keys)].state == KEY_BAD) {
            return false;
        }
    }
    return true;
}

/*
 * The key at which a conflict is reported, because it can be mended there: the first one that the
 * user wrote, or better the first one overridden, since the file may well be sound without.
 */
static size_t culprit(const struct reader *r, const char *const *keys)
{
    size_t found = scenario_key_count;

    for (; *keys != NULL; keys++) {
        size_t index = key_named(*keys);

        if (r->key[index].state == KEY_WRITTEN && r->key[index].overridden) {
            return index;
        }
        if (r->key[index].state == KEY_WRITTEN && found == scenario_key_count) {
            found = index;
        }
    }
    ASSERT(found < scenario_key_count); /* the defaults alone contradict each other nowhere */
    return found;
}

static void conflict(struct reader *r, const char *const *keys, const char *format, ...)
    SIM_PRINTF(3, 4);

static void conflict(struct reader *r, const char *const *keys, const char *format, ...)
{
    size_t index = culprit(r, keys);
    char what[512];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(what, sizeof(what), format, arguments);
    va_end(arguments);
    errors_add(r->errors, r->key[index].at, scenario_keys[index].path, "%s", what);
}

static void check_nodes(struct reader *r)
{
    const struct scenario *s = r->s;
    const char *const *grid = KEYS("nodes.columns", "nodes.rows");
    const char *const *registry = KEYS("registry.attached_to", "nodes.columns", "nodes.rows");
    unsigned long long nodes = (unsigned long long)s->nodes.columns * s->nodes.rows;

    if (are_sound(r, grid) && nodes > NODES_MAX) {
        conflict(r, grid, "%u columns of %u rows are %llu nodes; at most %d", s->nodes.columns,
                 s->nodes.rows, nodes, (int)NODES_MAX);
    } else if (are_sound(r, registry) && s->registry.attached_to > nodes) {
        conflict(r, registry,
                 "the registry is attached to node %u, but there are %llu nodes, counted from 1",
                 s->registry.attached_to, nodes);
    }
}

static void check_counts(struct reader *r)
{
    const struct scenario *s = r->s;
    const char *const *chains = KEYS("robots.chains", "taskset.chains");
    const char *const *calls = KEYS("taskset.algorithms_per_chain", "taskset.algorithms");
    const char *const *trigger = KEYS("robots.trigger");
    const struct dist *drawn = &s->taskset.algorithms_per_chain;

    if (are_sound(r, chains) && s->robots.chains > s->taskset.chains) {
        conflict(r, chains, "a robot draws %u distinct chains, but taskset.chains is %u",
                 s->robots.chains, s->taskset.chains);
    }
    if (are_sound(r, calls) && drawn->high > (int64_t)s->taskset.algorithms) {
        conflict(r, calls,
                 "a chain calls up to %lld distinct algorithms, but taskset.algorithms is %u",
                 (long long)drawn->high, s->taskset.algorithms);
    }
    if (are_sound(r, trigger) && s->robots.trigger_ns.high < SIM_US) {
        conflict(r, trigger, "calls less than 1 us apart would never end");
    }
}

/* The least that a distribution draws; floor for one that comes as near to zero as it likes. */
static int64_t least(const struct dist *d, int64_t floor)
{
    return d->kind == DIST_EXPONENTIAL ? floor : d->low;
}

/*
 * Only what fits in no draw is refused here: a set of which one tasklet happens to be larger
 * than the cache is found when it is drawn.
 */
static void check_cache(struct reader *r)
{
    const struct scenario *s = r->s;
    const char *const *keys = KEYS("nodes.cache", "taskset.chain_size", "taskset.algorithm_size",
                                   "taskset.algorithms_per_chain", "variants");
    int64_t chain = least(&s->taskset.chain_size_bytes, 1);
    int64_t algorithm = least(&s->taskset.algorithm_size_bytes, 1);
    int64_t called = least(&s->taskset.algorithms_per_chain, 0);
    bool inlined = false;
    int64_t needed;

    for (uint32_t i = 0; i < s->variant_count; i++) {
        inlined = inlined || s->variants[i] == SCENARIO_MONOLITHIC;
    }
    /* A chain stays reserved while it waits for a sub-tasklet, so both must fit. */
    needed = chain + algorithm * (inlined || called == 0 ? called : 1);
    if (are_sound(r, keys) && needed > s->nodes.cache_bytes) {
        conflict(r, keys,
                 "no %s fits into nodes.cache: the smallest has %lld bytes, the cache %lld",
                 chain > s->nodes.cache_bytes ? "chain"
                 : inlined                    ? "monolithic tasklet"
                                              : "chain with one of its algorithms",
                 (long long)(chain > s->nodes.cache_bytes ? chain : needed),
                 (long long)s->nodes.cache_bytes);
    }
}

static void check_packets(struct reader *r)
{
    const struct scenario *s = r->s;
    const char *const *keys =
        KEYS("mesh.mtu", "protocol.message_overhead", "protocol.lower_layer_header");
    int64_t overhead =
        s->protocol.overhead_real ? s->protocol.lower_header_bytes : s->protocol.overhead_bytes;

    if (are_sound(r, keys) && s->mesh.mtu_bytes > 0 && s->mesh.mtu_bytes <= overhead) {
        conflict(r, keys, "a packet of %lld bytes has no room beside its overhead of %lld",
                 (long long)s->mesh.mtu_bytes, (long long)overhead);
    }
}

static void check_precision(struct reader *r)
{
    struct scenario *s = r->s;
    const char *const *asked = KEYS("replications", "replications.precision");
    const char *const *bounds = KEYS("replications.min", "replications.max");
    const size_t of = key_named("replications.of");

    if (!r->asks_precision) {
        return;
    }
    if (are_sound(r, asked) && s->precision.half_width <= 0) {
        conflict(r, asked, "a map needs a precision above 0, such as {precision: 2 %%, max: 200}");
    }
    if (are_sound(r, bounds) && s->precision.least > s->precision.most) {
        conflict(r, bounds, "at least %u replications, but at most %u", s->precision.least,
                 s->precision.most);
    }
    if (r->key[of].state == KEY_WRITTEN) {
        s->precision.of_at.overridden = r->key[of].overridden;
        s->precision.of_at.line = r->key[of].at.line;
        s->precision.of_at.column = r->key[of].at.column;
    }
}

void scenario_check(struct reader *r)
{
    check_precision(r);
    check_nodes(r);
    check_counts(r);
    check_cache(r);
    check_packets(r);
}
