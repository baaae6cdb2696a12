#include "models/wasmtube/real/swap.h"

#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "models/wasmtube/real/restart.h"
#include "models/wasmtube/real/samples.h"
#include "models/wasmtube/real/service.h"
#include "runtime-replay/processes/process.h"

enum { SWAPS = 10, SWAPS_SMALL = 2, RESTARTS = 3, RESTARTS_SMALL = 1 };
enum { PREPARED, AGAIN, MAILBOX, RESTART };
enum { GAP, ACTIVE, RATE };

const struct trial_arm swap_arm[SWAP_ARMS] = {
    [PREPARED] = {"prepared", NULL},
    [AGAIN] = {"prepared-again", NULL},
    [MAILBOX] = {"mailbox", NULL},
    [RESTART] = {"restart", NULL},
};

const struct trial_metric swap_metric[SWAP_METRICS] = {
    [GAP] = {"gap", "ms", "longest time without an answer", TRIAL_MEDIAN, NULL, NULL},
    [ACTIVE] = {"active", "ms", "from the event to the new version", TRIAL_MEDIAN, NULL, NULL},
    [RATE] = {"rate", "", "calls a swap", TRIAL_MEDIAN, NULL, NULL},
};

struct bench {
    struct service service;
    struct model_trial_request kept;
    struct service_times last[2]; /* swap: mailbox, prepared */
    double restart_ms;            /* the latest block's longest gap of a restart */
    struct samples gap_ms[SWAP_ARMS];
    uint64_t calls, failed, wrong, bad, pairs, restarts;
};

static enum sim_status open_size(void **bench, const struct model_trial_request *request,
                                 size_t bytes, char text[MODEL_TRIAL_TEXT_MAX])
{
    if (!wasm_host_is_available() || !process_is_available()) {
        (void)snprintf(text, MODEL_TRIAL_TEXT_MAX, "built without %s",
                       process_is_available() ? "the Wasm runtime" : "processes");
        return SIM_ERR_NOTFOUND;
    }
    struct bench *b = calloc(1, sizeof *b);
    if (b == NULL) {
        return SIM_ERR_NOMEM;
    }
    const char *why = "";
    b->kept = *request;
    const enum sim_status status = service_open(&b->service, bytes, &why);
    if (status != SIM_OK) {
        (void)snprintf(text, MODEL_TRIAL_TEXT_MAX, "%s", why);
        free(b);
        return status;
    }
    *bench = b;
    return SIM_OK;
}

enum sim_status swap_open_2kb(void **bench, const struct model_trial_request *request,
                              char text[MODEL_TRIAL_TEXT_MAX])
{
    return open_size(bench, request, 2000, text);
}

enum sim_status swap_open_2mb(void **bench, const struct model_trial_request *request,
                              char text[MODEL_TRIAL_TEXT_MAX])
{
    return open_size(bench, request, 2000000, text);
}

enum sim_status swap_open_20mb(void **bench, const struct model_trial_request *request,
                               char text[MODEL_TRIAL_TEXT_MAX])
{
    return open_size(bench, request, 20000000, text);
}

/* Swaps while calls run; then a bad file, and two at once. The gap is that of the swaps. */
static enum sim_status run_swaps(struct bench *b, bool is_prepared, double *value)
{
    double active_ms[SWAPS];
    const uint32_t swaps = b->kept.is_small ? SWAPS_SMALL : SWAPS;
    struct service_count count = {0};
    enum sim_status status = service_begin(&b->service);
    if (status != SIM_OK) {
        return status;
    }
    for (uint32_t i = 0; status == SIM_OK && i < swaps; i++) {
        struct service_times *t = &b->last[is_prepared];
        status = service_swap(&b->service, is_prepared, t);
        active_ms[i] = (double)(t->exchanged_ns - t->event_ns) / 1e6;
    }
    service_end(&b->service, &count);
    value[GAP] = (double)count.gap_ns / 1e6;
    value[RATE] = (double)count.calls / swaps;
    b->calls += count.calls;
    b->failed += count.failed;
    b->wrong += count.wrong;
    if (status == SIM_OK) {
        gsl_sort(active_ms, 1, swaps);
        value[ACTIVE] = gsl_stats_median_from_sorted_data(active_ms, 1, swaps);
        status = service_begin(&b->service);
    }
    if (status == SIM_OK) {
        b->bad += service_survives_bad_file(&b->service);
        b->pairs += service_ends_at_the_last(&b->service, is_prepared);
        service_end(&b->service, &count);
        b->calls += count.calls;
        b->failed += count.failed;
        b->wrong += count.wrong;
    }
    return status;
}

static enum sim_status run_restarts(struct bench *b, double *value, char text[MODEL_TRIAL_TEXT_MAX])
{
    char path[SERVICE_PATH_MAX];
    int64_t gap_ns = 0;
    const uint32_t restarts = b->kept.is_small ? RESTARTS_SMALL : RESTARTS;
    (void)snprintf(path, sizeof path, "%s/next", b->service.folder);
    const enum sim_status status = restart_run(path, b->service.bytes, restarts, &gap_ns, text);
    b->restarts += restarts;
    value[GAP] = (double)gap_ns / 1e6;
    value[ACTIVE] = value[GAP];
    value[RATE] = (double)NAN;
    return status;
}

enum sim_status swap_run(void *bench, size_t arm, const void *system, uint32_t block, double *value,
                         char text[MODEL_TRIAL_TEXT_MAX])
{
    struct bench *b = bench;
    (void)system;
    (void)block;
    enum sim_status status;
    if (arm == RESTART) {
        status = run_restarts(b, value, text);
        b->restart_ms = value[GAP];
    } else {
        status = run_swaps(b, arm != MAILBOX, value);
        if (status != SIM_OK) {
            (void)snprintf(text, MODEL_TRIAL_TEXT_MAX, "a new version was not taken up");
        }
    }
    if (status == SIM_OK) {
        samples_add(&b->gap_ms[arm], value[GAP]);
    }
    return status;
}

/* A stretch of a swap's picture, in ms since its event: who does what meanwhile. */
static void tell_span(const struct bench *b, const char *who, int64_t zero_ns, int64_t from_ns,
                      int64_t to_ns)
{
    b->kept.point(b->kept.context, "swap", who, (double)(from_ns - zero_ns) / 1e6,
                  (double)(to_ns - zero_ns) / 1e6);
}

/* The latest swap of each kind; during a restart nobody answers at all. */
static void tell_spans(const struct bench *b)
{
    const struct service_times *t = &b->last[true];
    tell_span(b, "prepared: reads the file", t->event_ns, t->event_ns, t->read_ns);
    tell_span(b, "prepared: makes a sandbox", t->event_ns, t->read_ns, t->built_ns);
    tell_span(b, "prepared: exchanges", t->event_ns, t->built_ns, t->exchanged_ns);
    tell_span(b, "prepared: ends the old one", t->event_ns, t->exchanged_ns, t->gone_ns);
    tell_span(b, "prepared, calls: calls wait", t->event_ns, t->built_ns, t->exchanged_ns);
    t = &b->last[false];
    tell_span(b, "mailbox: reads the file", t->event_ns, t->event_ns, t->read_ns);
    tell_span(b, "mailbox: makes a sandbox", t->event_ns, t->read_ns, t->built_ns);
    tell_span(b, "mailbox: exchanges", t->event_ns, t->built_ns, t->exchanged_ns);
    tell_span(b, "mailbox: ends the old one", t->event_ns, t->exchanged_ns, t->gone_ns);
    tell_span(b, "mailbox, calls: calls wait", t->event_ns, t->event_ns, t->exchanged_ns);
    tell_span(b, "restart, calls: calls wait", 0, 0, (int64_t)(b->restart_ms * 1e6));
}

/* What the paper says of it: at least seven times shorter. */
static void tell_gaps(struct bench *b)
{
    const double restart_ms = samples_median(&b->gap_ms[RESTART]);
    const double share = samples_median(&b->gap_ms[PREPARED]) / restart_ms;
    model_trial_tell(&b->kept, "longest gap against a restart's",
                     "prepared %.3f, mailbox %.3f: prepared is %s a seventh", share,
                     samples_median(&b->gap_ms[MAILBOX]) / restart_ms,
                     share < 1.0 / 7 ? "below" : "not below");
}

void swap_conclude(void *bench)
{
    struct bench *b = bench;
    const struct service *s = &b->service;
    const struct service_times *t = &b->last[true];
    model_trial_tell(&b->kept, "swaps", "%" PRIu64 " under %" PRIu64 " calls", s->swaps, b->calls);
    model_trial_tell(&b->kept, "failed calls", "%" PRIu64, b->failed);
    model_trial_tell(&b->kept, "answers of a wrong version", "%" PRIu64, b->wrong);
    model_trial_tell(&b->kept, "bad files", "%" PRIu64 " of %" PRIu64 " refused, with service kept",
                     b->bad, s->refused);
    model_trial_tell(&b->kept, "two files at once", "%" PRIu64 " times the last one answers",
                     b->pairs);
    model_trial_tell(&b->kept, "held by sandboxes that are gone", "%zu B", s->held_bytes);
    model_trial_tell(&b->kept, "restarts", "%" PRIu64, b->restarts);
    model_trial_tell(
        &b->kept, "one prepared swap, ms since its event",
        "read %.3f, a sandbox %.3f, exchanged %.3f, the old one gone %.3f",
        (double)(t->read_ns - t->event_ns) / 1e6, (double)(t->built_ns - t->event_ns) / 1e6,
        (double)(t->exchanged_ns - t->event_ns) / 1e6, (double)(t->gone_ns - t->event_ns) / 1e6);
    tell_gaps(b);
    tell_spans(b);
}

void swap_close(void *bench)
{
    struct bench *b = bench;
    service_close(&b->service);
    for (size_t i = 0; i < SWAP_ARMS; i++) {
        samples_deinit(&b->gap_ms[i]);
    }
    free(b);
}
