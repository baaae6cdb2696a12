#include "models/wasmtube/real/layers.h"

#include <gsl/gsl_statistics_double.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/real.h"
#include "models/wasmtube/real/layerd.h"
#include "models/wasmtube/real/samples.h"
#include "runtime-replay/host_clock.h"
#include "runtime-replay/processes/crew.h"

enum { LOCAL, AGAIN, CLOUD, DEVICE };
enum { LAYER_LOCAL, LAYER_CLOUD, LAYER_DEVICE, LAYERS };
enum { LARGE, SMALL, WORKS };

const struct trial_arm layers_arm[LAYERS_ARMS] = {
    [LOCAL] = {"local", NULL},
    [AGAIN] = {"local-again", NULL},
    [CLOUD] = {"cloud", NULL},
    [DEVICE] = {"device", NULL},
};
static const size_t layer_of[LAYERS_ARMS] = {LAYER_LOCAL, LAYER_LOCAL, LAYER_CLOUD, LAYER_DEVICE};

const struct trial_metric layers_metric[LAYERS_METRICS] = {
    [LARGE] = {"larger", "ms", "the larger work, a call", TRIAL_MEDIAN, NULL, NULL},
    [SMALL] = {"smaller", "ms", "the smaller work, a call", TRIAL_MEDIAN, NULL, NULL},
};

/* Table IV's factors, one a layer; the local layer has this share of a processor. */
static const double speed[LAYERS] = {10.62, 3.21, 1};
static const double local_share = 0.3;
/* ResNet-50 and MobileNetV2 take 295.32 and 58.41 ms in the local layer: 5.06 to 1. */
static const uint32_t slices[WORKS] = {40, 8};
static const uint32_t calls[WORKS] = {2, 5};
enum { PATIENCE_S = 60 };

struct bench {
    struct model_trial_request kept;
    struct crew crew;
    uint32_t n;
    int64_t slice_ns;
    uint32_t digest[WORKS];
    struct samples took_ms[LAYERS][WORKS]; /* of all calls */
    uint64_t answers, elsewhere;
};

static double share_of(size_t layer)
{
    return local_share * speed[layer] / speed[LAYER_LOCAL];
}

/* ---- words ---- */

static enum sim_status order(struct bench *b, size_t layer, const struct layerd_word *word,
                             char text[CREW_TEXT_MAX])
{
    if (process_line_order(&b->crew.worker[layer].line, word, sizeof *word) == SIM_OK) {
        return SIM_OK;
    }
    (void)snprintf(text, CREW_TEXT_MAX, "worker %zu does not listen any more", layer + 1);
    return SIM_ERR_IO;
}

/* The layer's next word, which is to be of that kind. */
static enum sim_status hear(struct bench *b, size_t layer, enum layerd_kind kind,
                            struct layerd_word *word, char text[CREW_TEXT_MAX])
{
    const int64_t until = host_clock_ns() + PATIENCE_S * SIM_S;
    enum sim_status status = SIM_ERR_NOTFOUND;
    while (status == SIM_ERR_NOTFOUND && host_clock_ns() < until &&
           !b->kept.is_interrupted(b->kept.context)) {
        uint32_t worker = 0;
        status =
            crew_hear(&b->crew, host_clock_ns() + SIM_S / 10, &worker, word, sizeof *word, text);
        if (status == SIM_OK && (worker != layer || word->kind != (uint32_t)kind)) {
            (void)snprintf(text, CREW_TEXT_MAX, "worker %zu: %s", layer + 1,
                           word->kind == LAYERD_FAILED ? "its Wasm runtime failed"
                                                       : "spoke out of turn");
            return SIM_ERR_INVALID;
        }
    }
    if (status == SIM_ERR_NOTFOUND) {
        (void)snprintf(text, CREW_TEXT_MAX, "worker %zu did not answer within %d s", layer + 1,
                       PATIENCE_S);
    }
    return status == SIM_ERR_NOTFOUND ? SIM_ERR_IO : status;
}

/* ---- the beginning ---- */

/* How large a slice is, and what each work comes to, computed here. */
static enum sim_status know_answers(struct bench *b, char text[MODEL_TRIAL_TEXT_MAX])
{
    struct kernel k;
    struct wasm_error error = {""};
    enum sim_status status = kernel_fit(LAYERD_WORK, SIM_MS / 2, &b->n, &error);
    status = status == SIM_OK ? kernel_time(LAYERD_WORK, b->n, &b->slice_ns, &error) : status;
    if (status == SIM_OK) {
        status = kernel_load(&k, LAYERD_WORK, LAYERD_MEMORY_BYTES, &error);
        for (size_t work = 0; work < WORKS && status == SIM_OK; work++) {
            for (uint32_t i = 0; i < slices[work] && status == SIM_OK; i++) {
                uint32_t answer = 0;
                status = kernel_run(&k, i % LAYERD_SEEDS, b->n, 0, &answer, &error);
                b->digest[work] = layerd_fold(b->digest[work], answer);
            }
        }
        kernel_unload(&k);
    }
    if (status != SIM_OK) {
        (void)snprintf(text, MODEL_TRIAL_TEXT_MAX, "%s", error.text);
    }
    return status;
}

static enum sim_status set_up(struct bench *b, char text[CREW_TEXT_MAX])
{
    char hash[KERNEL_HASH_BYTES];
    uint32_t pinned = 0;
    uint32_t limited = 0;
    enum sim_status status = SIM_OK;
    kernel_hash(LAYERD_WORK, hash);
    for (size_t i = 0; i < LAYERS && status == SIM_OK; i++) {
        const bool is_limited = crew_limit(&b->crew, (uint32_t)i, share_of(i), NULL);
        const struct layerd_word be = {
            .kind = LAYERD_BE,
            .number = b->n,
            .value = is_limited ? 1000000 : (int64_t)(share_of(i) * 1e6),
        };
        struct layerd_word is = {.kind = 0};
        status = order(b, i, &be, text);
        status = status == SIM_OK ? hear(b, i, LAYERD_IS, &is, text) : status;
        if (status == SIM_OK && memcmp(is.hash, hash, sizeof hash) != 0) {
            (void)snprintf(text, CREW_TEXT_MAX, "worker %zu has another module", i + 1);
            status = SIM_ERR_INVALID;
        }
        pinned += is.number;
        limited += is_limited;
    }
    if (status == SIM_OK) {
        model_trial_tell(&b->kept, "module", "%s(%" PRIu32 "), SHA-256 %s",
                         kernel_word[LAYERD_WORK], b->n, hash);
        model_trial_tell(&b->kept, "module in layers", "the same in all %d", LAYERS);
        model_trial_tell(&b->kept, "held by", "%s",
                         limited == LAYERS ? "the kernel: cgroup v2, cpu.max"
                                           : "duty cycle: a rest behind each slice");
        model_trial_tell(&b->kept, "pinned", "%s",
                         pinned == LAYERS ? "all, as the kernel says" : "not all");
    }
    return status;
}

enum sim_status layers_open(void **bench, const struct model_trial_request *request,
                            char text[MODEL_TRIAL_TEXT_MAX])
{
    static const char *const argument[] = {"nimblesim", MODEL_REAL_WORD, "wasmtube", NULL};
    if (!wasm_host_is_available() || !process_is_available()) {
        (void)snprintf(text, MODEL_TRIAL_TEXT_MAX, "built without %s",
                       process_is_available() ? "the Wasm runtime" : "processes");
        return SIM_ERR_NOTFOUND;
    }
    struct bench *b = calloc(1, sizeof *b);
    if (b == NULL) {
        return SIM_ERR_NOMEM;
    }
    b->kept = *request;
    enum sim_status status = know_answers(b, text);
    if (status == SIM_OK) {
        status = crew_start(&b->crew, LAYERS, argument, text);
        status = status == SIM_OK ? set_up(b, text) : status;
    }
    if (status != SIM_OK) {
        layers_close(b);
        return status;
    }
    *bench = b;
    return SIM_OK;
}

/* ---- a block ---- */

static enum sim_status call(struct bench *b, size_t layer, size_t work, double *took_ms,
                            char text[CREW_TEXT_MAX])
{
    const struct layerd_word run = {.kind = LAYERD_RUN, .number = slices[work]};
    struct layerd_word ran = {.kind = 0};
    enum sim_status status = order(b, layer, &run, text);
    status = status == SIM_OK ? hear(b, layer, LAYERD_RAN, &ran, text) : status;
    if (status == SIM_OK && ran.digest != b->digest[work]) {
        (void)snprintf(text, CREW_TEXT_MAX, "%s: another answer than here", layers_arm[layer].name);
        status = SIM_ERR_INVALID;
    }
    *took_ms = (double)ran.value / 1e6;
    b->answers += status == SIM_OK;
    b->elsewhere += ran.number;
    return status;
}

/* Small: one call of each work. */
enum sim_status layers_run(void *bench, size_t arm, const void *system, uint32_t block,
                           double *value, char text[MODEL_TRIAL_TEXT_MAX])
{
    struct bench *b = bench;
    enum sim_status status = SIM_OK;
    (void)system;
    (void)block;
    for (size_t work = 0; work < WORKS; work++) {
        const uint32_t count = b->kept.is_small ? 1 : calls[work];
        double sum = 0;
        for (uint32_t i = 0; i < count && status == SIM_OK; i++) {
            double took_ms = 0;
            status = call(b, layer_of[arm], work, &took_ms, text);
            sum += took_ms;
            samples_add(&b->took_ms[layer_of[arm]][work], took_ms);
        }
        value[work] = sum / count;
    }
    return status;
}

/* ---- the end ---- */

static double median(struct bench *b, size_t layer, size_t work)
{
    return samples_median(&b->took_ms[layer][work]);
}

/* "device 354.1 ms, 0.3 %; ..." */
static void tell_table(const struct bench *b, size_t work, const char *name)
{
    static const size_t in_order[LAYERS] = {LAYER_DEVICE, LAYER_CLOUD, LAYER_LOCAL};
    static const char *const word[LAYERS] = {"local", "cloud", "device"};
    char text[200] = "";
    for (size_t i = 0; i < LAYERS; i++) {
        const struct samples *s = &b->took_ms[in_order[i]][work];
        const double mean = gsl_stats_mean(s->value, 1, s->count);
        const double deviation = gsl_stats_sd(s->value, 1, s->count);
        const size_t used = strlen(text);
        (void)snprintf(text + used, sizeof text - used, "%s%s %.2f ms, %.2f %%", i > 0 ? "; " : "",
                       word[in_order[i]], mean, 100 * deviation / mean);
    }
    model_trial_tell(&b->kept, name, "%s", text);
}

/* How far the medians' ratios are off the layers' factors, at most: a share. */
static double worst_of(struct bench *b)
{
    double worst = 0;
    for (size_t work = 0; work < WORKS; work++) {
        for (size_t layer = 0; layer < LAYERS; layer++) {
            const double ratio = median(b, LAYER_DEVICE, work) / median(b, layer, work);
            worst = fmax(worst, fabs(ratio / speed[layer] - 1));
        }
    }
    return worst;
}

void layers_conclude(void *bench)
{
    struct bench *b = bench;
    const double worst = worst_of(b);
    model_trial_tell(&b->kept, "a slice", "%.2f ms of a processor", (double)b->slice_ns / 1e6);
    model_trial_tell(&b->kept, "shares of a processor",
                     "device %.1f %%, cloud %.1f %%, local %.1f %%", 100 * share_of(LAYER_DEVICE),
                     100 * share_of(LAYER_CLOUD), 100 * share_of(LAYER_LOCAL));
    model_trial_tell(&b->kept, "answers", "%" PRIu64 ", bit for bit the same in all layers",
                     b->answers);
    model_trial_tell(&b->kept, "slices on another processor", "%" PRIu64, b->elsewhere);
    tell_table(b, LARGE, "larger: mean, deviation");
    model_trial_tell(
        &b->kept, "larger: the paper's larger network", "%s",
        "device 3304.31 ms, 0.14 %; cloud 1120.75 ms, 20.77 %; local 295.32 ms, 9.49 %");
    tell_table(b, SMALL, "smaller: mean, deviation");
    model_trial_tell(&b->kept, "smaller: the paper's smaller one", "%s",
                     "device 588.69 ms, 0.22 %; cloud 168.55 ms, 1.31 %; local 58.41 ms, 18.37 %");
    model_trial_tell(&b->kept, "speeds, larger", "1 / %.2f / %.2f (paper: 1 / 2.95 / 11.19)",
                     median(b, LAYER_DEVICE, LARGE) / median(b, LAYER_CLOUD, LARGE),
                     median(b, LAYER_DEVICE, LARGE) / median(b, LAYER_LOCAL, LARGE));
    model_trial_tell(&b->kept, "speeds, smaller", "1 / %.2f / %.2f (paper: 1 / 3.49 / 10.08)",
                     median(b, LAYER_DEVICE, SMALL) / median(b, LAYER_CLOUD, SMALL),
                     median(b, LAYER_DEVICE, SMALL) / median(b, LAYER_LOCAL, SMALL));
    model_trial_tell(&b->kept, "off 1 / 3.21 / 10.62", "at most %.1f %%: %s 10 %%", 100 * worst,
                     worst <= 0.1 ? "within" : "not within");
}

void layers_close(void *bench)
{
    struct bench *b = bench;
    crew_end(&b->crew);
    for (size_t i = 0; i < LAYERS; i++) {
        for (size_t work = 0; work < WORKS; work++) {
            samples_deinit(&b->took_ms[i][work]);
        }
    }
    free(b);
}
