#include "runtime-replay/execution/playback_store.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/engine/digest.h"

SIM_PRINTF(3, 4)
static enum sim_status refuse(const struct playback_run *run, char error[PLAYBACK_ERROR_MAX],
                              const char *format, ...)
{
    char what[PLAYBACK_ERROR_MAX / 2];
    va_list list;
    va_start(list, format);
    (void)vsnprintf(what, sizeof what, format, list);
    va_end(list);
    (void)snprintf(error, PLAYBACK_ERROR_MAX, "%.200s: %s", run->name, what);
    return SIM_ERR_INVALID;
}

static enum sim_status no_memory(const struct playback_run *run, char error[PLAYBACK_ERROR_MAX])
{
    (void)snprintf(error, PLAYBACK_ERROR_MAX, "%.200s: no memory left for the nodes' binaries",
                   run->name);
    return SIM_ERR_NOMEM;
}

/* "call 17", for messages. */
static const char *call_name(const struct playback_run *run, uint32_t call, char text[32])
{
    if (call == PLAYBACK_NO_CALL) {
        return "a call that did not complete";
    }
    (void)snprintf(text, 32, "call %" PRId64, run->call[call].call_id);
    return text;
}

static uint8_t **copy_of(const struct playback_store *s, uint32_t node, uint32_t tasklet)
{
    ASSERT(node < s->run->node_count && tasklet < s->run->binary_count);
    return &s->copy[(size_t)node * s->run->binary_count + tasklet];
}

/* What a node would send; NULL where it has nothing. Registries have all there is. */
static const uint8_t *bytes_at(const struct playback_store *s, uint32_t node, uint32_t tasklet)
{
    ASSERT(tasklet < s->run->binary_count);
    return node >= s->run->registry ? s->run->binary[tasklet].code.bytes
                                    : *copy_of(s, node, tasklet);
}

static enum sim_status receive(const struct playback_store *s, const struct playback_acquisition *a,
                               const uint8_t *bytes, char error[PLAYBACK_ERROR_MAX])
{
    ASSERT(bytes != NULL && a->source != a->node);
    const struct playback_binary *binary = &s->run->binary[a->tasklet];
    uint8_t **copy = copy_of(s, a->node, a->tasklet);
    if (*copy == NULL) {
        *copy = malloc(binary->code.length + 1u);
    }
    if (*copy == NULL) {
        return no_memory(s->run, error);
    }
    memcpy(*copy, bytes, binary->code.length);
    if (digest_bytes(DIGEST_START, *copy, binary->code.length) != binary->hash) {
        char call[32];
        return refuse(s->run, error,
                      "%s: tasklet %" PRIu32 ", as node %" PRIu32 " got it from node %" PRIu32
                      ", has another hash than it should",
                      call_name(s->run, a->call, call), a->tasklet, a->node + 1, a->source + 1);
    }
    return SIM_OK;
}

static enum sim_status travel(const struct playback_store *s, const struct playback_acquisition *a,
                              char error[PLAYBACK_ERROR_MAX])
{
    ASSERT(a->node < s->run->node_count && a->source < s->run->node_count);
    ASSERT(a->tasklet < s->run->binary_count);
    const uint8_t *bytes = bytes_at(s, a->source, a->tasklet);
    char call[32];
    if (bytes != NULL) {
        return a->source == a->node ? SIM_OK : receive(s, a, bytes, error);
    }
    if (a->source == a->node) {
        return refuse(s->run, error,
                      "%s finds tasklet %" PRIu32 " in the cache of node %" PRIu32
                      ", which never got it",
                      call_name(s->run, a->call, call), a->tasklet, a->node + 1);
    }
    return refuse(s->run, error,
                  "%s: node %" PRIu32 " gets tasklet %" PRIu32 " from node %" PRIu32
                  ", which does not have it",
                  call_name(s->run, a->call, call), a->node + 1, a->tasklet, a->source + 1);
}

/* Sorts the acquisitions by call, each call's in their order. */
static void list_by_call(struct playback_store *s)
{
    const struct playback_run *run = s->run;
    uint32_t *end = &s->first_got[1]; /* of each call's; in the end where the next one starts */
    for (uint32_t i = 0; i < run->acquisition_count; i++) {
        if (run->acquisition[i].call != PLAYBACK_NO_CALL) {
            end[run->acquisition[i].call]++;
        }
    }
    uint32_t start = 0;
    for (uint32_t i = 0; i < run->call_count; i++) {
        const uint32_t count = end[i];
        end[i] = start;
        start += count;
    }
    for (uint32_t i = 0; i < run->acquisition_count; i++) {
        const struct playback_acquisition *a = &run->acquisition[i];
        if (a->call != PLAYBACK_NO_CALL) {
            s->got[end[a->call]++] = a->tasklet;
        }
    }
}

static bool has(const struct playback_store *s, uint32_t call, uint32_t tasklet)
{
    ASSERT(call < s->run->call_count);
    for (uint32_t i = s->first_got[call]; i < s->first_got[call + 1]; i++) {
        if (s->got[i] == tasklet) {
            return true;
        }
    }
    return false;
}

/* A call that completed has got its chain and all that the chain needs, or the trace is wrong. */
static enum sim_status check_call(const struct playback_store *s, uint32_t call,
                                  char error[PLAYBACK_ERROR_MAX])
{
    const struct playback_call *c = &s->run->call[call];
    ASSERT(c->node < s->run->node_count && c->chain < s->run->binary_count);
    const struct playback_binary *chain = &s->run->binary[c->chain];
    uint32_t missing = c->chain;
    bool is_missing = !has(s, call, c->chain);
    for (uint32_t i = 0; i < chain->need_count && !is_missing; i++) {
        missing = chain->need[i];
        is_missing = !has(s, call, missing);
    }
    if (!is_missing) {
        return SIM_OK;
    }
    return refuse(s->run, error,
                  "call %" PRId64 " of chain %" PRIu32 " on node %" PRIu32 " needs tasklet %" PRIu32
                  ", which the node did not get for it",
                  c->call_id, c->chain, c->node + 1, missing);
}

enum sim_status playback_store_fill(struct playback_store *s, const struct playback_run *run,
                                    char error[PLAYBACK_ERROR_MAX])
{
    *s = (struct playback_store){
        .run = run,
        .copy = calloc((size_t)run->node_count * run->binary_count + 1, sizeof *s->copy),
        .got = calloc((size_t)run->acquisition_count + 1, sizeof *s->got),
        .first_got = calloc((size_t)run->call_count + 1, sizeof *s->first_got),
    };
    enum sim_status status = SIM_OK;
    if (s->copy == NULL || s->got == NULL || s->first_got == NULL) {
        status = no_memory(run, error);
    }
    for (uint32_t i = 0; i < run->acquisition_count && status == SIM_OK; i++) {
        status = travel(s, &run->acquisition[i], error);
    }
    if (status == SIM_OK) {
        list_by_call(s);
    }
    for (uint32_t i = 0; i < run->call_count && status == SIM_OK; i++) {
        status = check_call(s, i, error);
    }
    if (status != SIM_OK) {
        playback_store_deinit(s);
    }
    return status;
}

void playback_store_deinit(struct playback_store *s)
{
    const size_t copies = s->copy != NULL ? (size_t)s->run->node_count * s->run->binary_count : 0;
    for (size_t i = 0; i < copies; i++) {
        free(s->copy[i]);
    }
    free(s->copy);
    free(s->got);
    free(s->first_got);
    *s = (struct playback_store){0};
}

bool playback_store_find(const struct playback_store *s, uint32_t call, const char *name,
                         struct execute_binary *out)
{
    ASSERT(call < s->run->call_count && name != NULL);
    const uint32_t node = s->run->call[call].node;
    for (uint32_t i = s->first_got[call]; i < s->first_got[call + 1]; i++) {
        const struct playback_binary *binary = &s->run->binary[s->got[i]];
        if (strcmp(binary->name, name) == 0) {
            *out = (struct execute_binary){bytes_at(s, node, s->got[i]), binary->code.length};
            return out->bytes != NULL;
        }
    }
    return false;
}
