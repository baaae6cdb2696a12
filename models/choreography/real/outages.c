#include "models/choreography/real/outages.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/choreography/real/outages_inside.h"
#include "models/real.h"
#include "runtime-replay/host_clock.h"

const struct trial_arm outages_arm[OUTAGES_ARMS] = {
    {"central", "central"}, {"central-again", "central"}, {"greedy", "greedy"}};

const struct trial_metric outages_metric[OUTAGES_METRICS] = {
    [OUTAGES_MISSED] = {"missed_share", "", "deadlines missed", TRIAL_MEAN, "missed_share", NULL},
    [OUTAGES_RESPONSE] = {"response", "s", "response", TRIAL_MEDIAN, "response_mean_s", NULL},
    [OUTAGES_FALLBACKS] = {"fallbacks", "", "tasks that fell back", TRIAL_MEAN, "fallbacks", NULL},
    [OUTAGES_FOREIGN] = {"foreign", "", "tasks elsewhere", TRIAL_MEAN, "placed_foreign", NULL},
};

/* A cloud has 31 % of a processor, at 24 times a device's speed. */
const double outages_unit_share = 0.31 / 24;
const double outages_speed[CHOREO_TIERS] = {1, 6, 24};

enum { PATIENCE_S = 20 };

/* ---- words ---- */

void outages_order(struct outages *b, uint32_t worker, const struct word *word)
{
    (void)!process_line_order(&b->crew.worker[worker].line, word, sizeof *word);
}

void outages_send(struct outages *b, uint32_t worker, const struct word *word)
{
    (void)!process_line_send(&b->crew.worker[worker].line, word, sizeof *word);
}

enum sim_status outages_hear(struct outages *b, int64_t until_ns, uint32_t *worker,
                             struct word *word, char text[CREW_TEXT_MAX])
{
    const enum sim_status status = crew_hear(&b->crew, until_ns, worker, word, sizeof *word, text);
    if (status == SIM_OK && word->kind == WORD_FAILED) {
        (void)snprintf(text, CREW_TEXT_MAX, "the Wasm runtime of worker %" PRIu32 " failed",
                       *worker + 1);
        return SIM_ERR_INVALID;
    }
    return status;
}

enum sim_status outages_gather(struct outages *b, enum word_kind kind,
                               struct word all[OUTAGES_NODES + 1], char text[CREW_TEXT_MAX])
{
    const int64_t until = host_clock_ns() + PATIENCE_S * SIM_S;
    uint32_t left = OUTAGES_NODES + 1;
    while (left > 0 && host_clock_ns() < until && !b->kept.is_interrupted(b->kept.context)) {
        uint32_t worker = 0;
        struct word word;
        const enum sim_status status =
            outages_hear(b, host_clock_ns() + SIM_S / 10, &worker, &word, text);
        if (status != SIM_OK && status != SIM_ERR_NOTFOUND) {
            return status;
        }
        if (status == SIM_OK && word.kind == (uint32_t)kind) {
            all[worker] = word;
            left--;
        }
    }
    if (left > 0) {
        (void)snprintf(text, CREW_TEXT_MAX, "%" PRIu32 " workers did not answer within %d s", left,
                       PATIENCE_S);
    }
    return left > 0 ? SIM_ERR_IO : SIM_OK;
}

/* ---- the beginning ---- */

/* A slice is as small as half a millisecond, so that a device's is well below a deadline. */
static enum sim_status know_answers(struct outages *b, char text[CREW_TEXT_MAX])
{
    struct kernel k;
    struct wasm_error error = {""};
    enum sim_status status = kernel_fit(WORD_WORK, SIM_MS / 2, &b->n, &error);
    status = status == SIM_OK ? kernel_time(WORD_WORK, b->n, &b->slice_ns, &error) : status;
    if (status == SIM_OK) {
        status = kernel_load(&k, WORD_WORK, WORD_MEMORY_BYTES, &error);
        for (uint32_t i = 0; i < WORD_SEEDS && status == SIM_OK; i++) {
            status = kernel_run(&k, i, b->n, 0, &b->answer[i], &error);
        }
        kernel_unload(&k);
    }
    if (status != SIM_OK) {
        (void)snprintf(text, CREW_TEXT_MAX, "%s", error.text);
    }
    return status;
}

static enum sim_status set_up(struct outages *b, char text[CREW_TEXT_MAX])
{
    struct word is_set[OUTAGES_NODES + 1];
    char hash[KERNEL_HASH_BYTES];
    uint32_t pinned = 0;
    for (uint32_t i = 0; i < OUTAGES_NODES; i++) {
        const struct word word = {
            .kind = WORD_WORKER,
            .node = i,
            .number = b->n,
            .value = (int64_t)(outages_unit_share * outages_speed[outages_tier(i)] * 1e6),
        };
        outages_order(b, i, &word);
    }
    const struct word relay = {.kind = WORD_RELAY};
    outages_order(b, OUTAGES_RELAY, &relay);
    const enum sim_status status = outages_gather(b, WORD_IS_SET, is_set, text);
    kernel_hash(WORD_WORK, hash);
    for (uint32_t i = 0; i < OUTAGES_NODES && status == SIM_OK; i++) {
        if (memcmp(is_set[i].hash, hash, sizeof hash) != 0) {
            (void)snprintf(text, CREW_TEXT_MAX, "worker %" PRIu32 " has another module", i + 1);
            return SIM_ERR_INVALID;
        }
        pinned += is_set[i].number;
    }
    model_trial_tell(&b->kept, "pinned", "%s",
                     pinned == OUTAGES_NODES ? "all, as the kernel says" : "not all");
    model_trial_tell(&b->kept, "module", "%s(%" PRIu32 "), SHA-256 %s", kernel_word[WORD_WORK],
                     b->n, hash);
    model_trial_tell(&b->kept, "module in workers", "the same in all %d", OUTAGES_NODES);
    return status;
}

/*
 * Tasks come four times as often as in the scenario, and links fail ten times as often. What
 * devices are told, and what they take from a failure, keeps step: a state message every half a
 * task of a device (2 s at a rate of 0.25), a back-off of a quarter of an outage (5 s of 20 s).
 */
static void set_keys(const struct outages *b)
{
    static const char *const always[] = {
        "domains=2",
        "tiers.device.count=2",
        "tiers.edge.count=1",
        "tiers.cloud.count=1",
        "tiers.edge.cores=1",
        "tiers.cloud.cores=1",
        "load.rate=1",
        "load.hot_period=10 s",
        "policy.gossip=500 ms",
        NULL,
    };
    static const char *const whole[] = {"links.mtbf=12 s", "links.mttr=2 s",
                                        "policy.backoff=500 ms", "duration=30 s", NULL};
    /* So short a run would hardly see a link fail. */
    static const char *const small[] = {"links.mtbf=1 s",        "links.mttr=500 ms",
                                        "policy.backoff=125 ms", "policy.controller_timeout=300 ms",
                                        "duration=1500 ms",      NULL};
    for (const char *const *key = always; *key != NULL; key++) {
        b->kept.set(b->kept.context, *key);
    }
    for (const char *const *key = b->kept.is_small ? small : whole; *key != NULL; key++) {
        b->kept.set(b->kept.context, *key);
    }
}

enum sim_status outages_open(void **bench, const struct model_trial_request *request,
                             char text[MODEL_TRIAL_TEXT_MAX])
{
    static const char *const argument[] = {"nimblesim", MODEL_REAL_WORD, "choreography", NULL};
    struct outages *b = calloc(1, sizeof *b);
    if (b == NULL) {
        return SIM_ERR_NOMEM;
    }
    b->kept = *request;
    enum sim_status status = know_answers(b, text);
    status = status == SIM_OK ? crew_start(&b->crew, OUTAGES_NODES + 1, argument, text) : status;
    if (status != SIM_OK) {
        free(b);
        return status;
    }
    status = set_up(b, text);
    if (status != SIM_OK) {
        outages_close(b);
        return status;
    }
    set_keys(b);
    model_trial_tell(&b->kept, "limit",
                     "%.2f, %.2f and %.2f %% of a processor by a duty cycle of each worker's own",
                     100 * outages_unit_share, 600 * outages_unit_share, 2400 * outages_unit_share);
    model_trial_tell(&b->kept, "a second of work",
                     "%.2f ms of a processor: scaled to a device's share",
                     1e3 * outages_unit_share);
    *bench = b;
    return SIM_OK;
}

static bool can_be_played(const struct choreo_spec *s, char text[MODEL_TRIAL_TEXT_MAX])
{
    bool can = s->domains == OUTAGES_DOMAINS &&
               s->tier[CHOREO_DEVICE].count == OUTAGES_DEVICES / OUTAGES_DOMAINS &&
               s->tier[CHOREO_EDGE].count == 1 && s->tier[CHOREO_CLOUD].count == 1 &&
               !s->queueing && s->in_flight == CHOREO_KEPT &&
               s->controller_state == CHOREO_STATE_EXACT && !choreo_policies[s->placement]->learns;
    for (uint32_t t = 0; t < CHOREO_TIERS; t++) {
        can &= s->tier[t].cores == 1 && s->tier[t].speed >= outages_speed[t] &&
               s->tier[t].speed <= outages_speed[t];
    }
    (void)snprintf(text, MODEL_TRIAL_TEXT_MAX,
                   "for real there are two domains of two devices, an edge and a cloud, a core "
                   "each at speeds 1, 6 and 24, and nothing is queued or lost on links");
    return can;
}

enum sim_status outages_run(void *bench, const struct choreo_spec *spec, sim_time duration_ns,
                            uint32_t block, double *value, char text[MODEL_TRIAL_TEXT_MAX])
{
    struct outages *b = bench;
    const struct choreo_observer nobody = {NULL, NULL};
    struct choreo_world world;
    bool done = false;
    if (!can_be_played(spec, text)) {
        return SIM_ERR_INVALID;
    }
    enum sim_status status =
        choreo_world_create(&world, spec, b->kept.seed, block + 1, duration_ns, &nobody);
    if (status != SIM_OK) {
        return status;
    }
    /* Simulated once, for its tasks: they come whoever decides. */
    status = choreo_world_run(&world, UINT64_MAX, &done);
    if (status == SIM_OK) {
        status = outages_play(b, &world, value, text);
    }
    choreo_world_destroy(&world);
    return status;
}

/* Of the speed that a tier is said to have, the slowest worker's share. */
static double speed_kept(const struct outages *b, enum choreo_tier tier)
{
    double least = (double)INFINITY;
    for (uint32_t i = 0; i < OUTAGES_NODES; i++) {
        const double allowed = (double)b->held_ns[i] * outages_unit_share * outages_speed[tier];
        if (outages_tier(i) == tier && allowed > 0) {
            least = fmin(least, (double)b->slices[i] * (double)b->slice_ns / allowed);
        }
    }
    return isinf(least) ? (double)NAN : least;
}

void outages_conclude(void *bench)
{
    const struct outages *b = bench;
    model_trial_tell(&b->kept, "answers",
                     "%" PRIu64 " of %" PRIu64 " tasks, each the one that the work has", b->answers,
                     b->tasks);
    model_trial_tell(&b->kept, "connections", "%" PRIu64 " not made in time", b->dropped);
    model_trial_tell(&b->kept, "migrations", "%" PRIu64 " slices began on another processor",
                     b->migrations);
    model_trial_tell(&b->kept, "speed while working",
                     "%.0f, %.0f and %.0f %% of a device's, an edge's and a cloud's, the slowest",
                     100 * speed_kept(b, CHOREO_DEVICE), 100 * speed_kept(b, CHOREO_EDGE),
                     100 * speed_kept(b, CHOREO_CLOUD));
}

void outages_close(void *bench)
{
    struct outages *b = bench;
    crew_end(&b->crew);
    free(b);
}
