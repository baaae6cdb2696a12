#include <gsl/gsl_sort_long.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "models/qos/real/inferd.h"
#include "models/qos/real/stage_inside.h"
#include "models/real.h"
#include "runtime-replay/host_clock.h"
#include "runtime-replay/trials/trial.h"

enum { SLICES = 12, PATIENCE_S = 20 };

/* ---- words ---- */

void stage_order(struct stage *s, uint32_t node, const struct talk *order)
{
    (void)!process_line_order(&s->crew.worker[node].line, order, sizeof *order);
}

void stage_send(struct stage *s, uint32_t node, const struct talk *frame)
{
    (void)!process_line_send(&s->crew.worker[node].line, frame, sizeof *frame);
}

static enum sim_status check(struct stage *s, uint32_t node, const struct talk *word,
                             char text[CREW_TEXT_MAX])
{
    if (word->kind == TALK_FAILED) {
        (void)snprintf(text, CREW_TEXT_MAX, "the Wasm runtime of worker %" PRIu32 " failed",
                       node + 1);
        return SIM_ERR_INVALID;
    }
    if (word->kind != TALK_ANSWER) {
        return SIM_OK;
    }
    s->answers++;
    if (word->digest == s->answer[word->seed % STAGE_SEEDS]) {
        return SIM_OK;
    }
    (void)snprintf(text, CREW_TEXT_MAX,
                   "worker %" PRIu32 " answered %08" PRIx32 " where the work comes to %08" PRIx32,
                   node + 1, word->digest, s->answer[word->seed % STAGE_SEEDS]);
    return SIM_ERR_INVALID;
}

enum sim_status stage_hear(struct stage *s, int64_t until_ns, uint32_t *node, struct talk *word,
                           char text[CREW_TEXT_MAX])
{
    const enum sim_status status = crew_hear(&s->crew, until_ns, node, word, sizeof *word, text);
    return status == SIM_OK ? check(s, *node, word, text) : status;
}

/* The next word of that kind from that node; others are dropped. */
static enum sim_status await(struct stage *s, uint32_t node, enum talk_kind kind, struct talk *word,
                             char text[CREW_TEXT_MAX])
{
    const int64_t until = host_clock_ns() + PATIENCE_S * SIM_S;
    while (host_clock_ns() < until) {
        uint32_t from = 0;
        const enum sim_status status = stage_hear(s, until, &from, word, text);
        if (status != SIM_OK && status != SIM_ERR_NOTFOUND) {
            return status;
        }
        if (status == SIM_OK && from == node && word->kind == (uint32_t)kind) {
            return SIM_OK;
        }
        if (s->is_interrupted(s->context)) {
            break;
        }
    }
    (void)snprintf(text, CREW_TEXT_MAX, "worker %" PRIu32 " did not answer within %d s", node + 1,
                   PATIENCE_S);
    return SIM_ERR_IO;
}

/* ---- the beginning ---- */

/* The answers that inferences must have, found by this process itself. */
static enum sim_status know_answers(struct stage *s, char text[CREW_TEXT_MAX])
{
    struct kernel k;
    struct wasm_error error;
    enum sim_status status = kernel_load(&k, INFERD_WORK, INFERD_MEMORY_BYTES, &error);
    if (status != SIM_OK) {
        (void)snprintf(text, CREW_TEXT_MAX, "%s", error.text);
        return status;
    }
    for (uint32_t i = 0; i < STAGE_SEEDS * s->slices && status == SIM_OK; i++) {
        uint32_t answer = 0;
        uint32_t *all = &s->answer[i / s->slices];
        status =
            kernel_run(&k, talk_slice_seed(i / s->slices, i % s->slices), s->n, 0, &answer, &error);
        *all = talk_fold(i % s->slices == 0 ? 0 : *all, answer);
    }
    if (status != SIM_OK) {
        (void)snprintf(text, CREW_TEXT_MAX, "%s", error.text);
    }
    kernel_unload(&k);
    return status;
}

static enum sim_status set_up(struct stage *s, uint32_t node, char text[CREW_TEXT_MAX])
{
    const bool by_kernel = crew_limit(&s->crew, node, s->share, NULL);
    const struct talk order = {
        .kind = TALK_SETUP,
        .pod = node,
        .number = s->n,
        .seed = s->slices,
        .value = by_kernel ? 1000000 : (int64_t)(s->share * 1e6),
    };
    struct talk answer;
    stage_order(s, node, &order);
    const enum sim_status status = await(s, node, TALK_IS_SET, &answer, text);
    if (status == SIM_OK) {
        s->processor[node] = (int)answer.number;
        s->is_pinned &= answer.client == 1;
        s->is_limited_by_kernel &= by_kernel;
    }
    return status;
}

enum sim_status stage_open(struct stage *s, int64_t work_ns, char text[CREW_TEXT_MAX])
{
    static const char *const argument[] = {"nimblesim", MODEL_REAL_WORD, "qos", NULL};
    struct trial_machine machine;
    struct wasm_error error = {""};
    trial_machine_look(&machine);
    /* A third of the processors, all nodes together. */
    s->share = (double)machine.allowed / 3 / STAGE_NODES;
    s->share = s->share > 1 ? 1 : s->share;
    s->slices = SLICES;
    s->is_pinned = s->is_limited_by_kernel = true;
    enum sim_status status = kernel_fit(INFERD_WORK, work_ns / SLICES, &s->n, &error);
    (void)snprintf(text, CREW_TEXT_MAX, "%s", error.text);
    status = status == SIM_OK ? know_answers(s, text) : status;
    if (status != SIM_OK) {
        return status;
    }
    status = crew_start(&s->crew, STAGE_NODES, argument, text);
    for (uint32_t i = 0; i < STAGE_NODES && status == SIM_OK; i++) {
        status = set_up(s, i, text);
    }
    status = status == SIM_OK ? stage_reset(s, text) : status;
    s->migrations = 0;
    if (status != SIM_OK) {
        stage_close(s);
    }
    return status;
}

void stage_close(struct stage *s)
{
    crew_end(&s->crew);
}

static enum sim_status start_pod(struct stage *s, uint32_t node, uint32_t pod,
                                 char text[CREW_TEXT_MAX])
{
    const struct talk order = {.kind = TALK_START, .pod = pod};
    struct talk word;
    stage_order(s, node, &order);
    return await(s, node, TALK_READY, &word, text);
}

enum sim_status stage_reset(struct stage *s, char text[CREW_TEXT_MAX])
{
    for (uint32_t i = 0; i < STAGE_NODES; i++) {
        const struct talk order = {.kind = TALK_RESET};
        struct talk answer;
        stage_order(s, i, &order);
        enum sim_status status = await(s, i, TALK_IS_RESET, &answer, text);
        if (status == SIM_OK) {
            s->migrations += answer.number;
            s->worked_ns += answer.value;
            s->held_ns += answer.more;
            status = start_pod(s, i, TALK_PROBER, text);
        }
        if (status != SIM_OK) {
            return status;
        }
    }
    return SIM_OK;
}

/* ---- what this host is ---- */

enum sim_status stage_load(struct stage *s, uint32_t node, uint32_t load, uint32_t rounds,
                           int64_t *latency_ns, char text[CREW_TEXT_MAX])
{
    int64_t sent[TALK_PODS];
    uint32_t done = 0;
    enum sim_status status = SIM_OK;
    ASSERT(load < TALK_PODS);
    for (uint32_t i = 1; i <= load && status == SIM_OK; i++) {
        status = start_pod(s, node, i, text);
    }
    for (uint32_t i = 1; i <= load && status == SIM_OK; i++) {
        const struct talk frame = {.kind = TALK_INFER, .pod = i, .seed = i % STAGE_SEEDS};
        sent[i] = host_clock_ns();
        stage_send(s, node, &frame);
    }
    while (status == SIM_OK && done < load * rounds) {
        struct talk word;
        status = await(s, node, TALK_ANSWER, &word, text);
        if (status == SIM_OK) {
            const int64_t now = host_clock_ns();
            if (word.number > 0) { /* a pod's first one is slower: its memory is new */
                latency_ns[done++] = now - sent[word.pod];
            }
            sent[word.pod] = now;
            word.kind = TALK_INFER;
            word.number++;
            word.seed = (word.seed + 1) % STAGE_SEEDS;
            stage_send(s, node, &word); /* until the end: the last ones have company too */
        }
    }
    return status == SIM_OK ? stage_reset(s, text) : status;
}

enum sim_status stage_start(struct stage *s, uint32_t node, int64_t *took_ns,
                            int64_t *resident_bytes, char text[CREW_TEXT_MAX])
{
    const int64_t begun = host_clock_ns();
    enum sim_status status = start_pod(s, node, 1, text);
    *took_ns = host_clock_ns() - begun;
    *resident_bytes = crew_resident_bytes(&s->crew, node);
    return status == SIM_OK ? stage_reset(s, text) : status;
}

enum sim_status stage_ping(struct stage *s, uint32_t node, int64_t *one_way_ns,
                           char text[CREW_TEXT_MAX])
{
    enum { PINGS = 21 };
    long took[PINGS];
    for (uint32_t i = 0; i < PINGS; i++) {
        const struct talk ping = {.kind = TALK_PING};
        struct talk pong;
        const int64_t begun = host_clock_ns();
        stage_send(s, node, &ping);
        const enum sim_status status = await(s, node, TALK_PONG, &pong, text);
        if (status != SIM_OK) {
            return status;
        }
        took[i] = (long)(host_clock_ns() - begun);
    }
    gsl_sort_long(took, 1, PINGS);
    *one_way_ns = took[PINGS / 2] / 2;
    return SIM_OK;
}
