#include "models/wasmtube/real/layerd.h"

#include "runtime-replay/host_clock.h"
#include "runtime-replay/processes/crew.h"

enum { EXIT_WELL = 0, EXIT_BROKEN = 70 };

struct layerd {
    struct process_line line;
    struct quota quota;
    struct kernel kernel;
    uint32_t n;
    int processor;
};

static bool say(const struct layerd *d, const struct layerd_word *word)
{
    return process_line_order(&d->line, word, sizeof *word) == SIM_OK;
}

static bool run_slice(struct layerd *d, uint32_t slice, struct layerd_word *answer)
{
    struct wasm_error error;
    uint32_t result = 0;
    quota_take(&d->quota, slice > 0);
    const int64_t begun = host_clock_thread_ns();
    const enum sim_status status =
        kernel_run(&d->kernel, slice % LAYERD_SEEDS, d->n, 0, &result, &error);
    answer->number += crew_processor() != d->processor;
    quota_give(&d->quota, host_clock_thread_ns() - begun);
    answer->digest = layerd_fold(answer->digest, result);
    return status == SIM_OK;
}

static bool work(struct layerd *d, const struct layerd_word *order)
{
    struct layerd_word answer = {.kind = LAYERD_RAN};
    const int64_t begun = host_clock_ns();
    for (uint32_t i = 0; i < order->number && answer.kind == LAYERD_RAN; i++) {
        answer.kind = run_slice(d, i, &answer) ? LAYERD_RAN : LAYERD_FAILED;
    }
    answer.value = host_clock_ns() - begun;
    return say(d, &answer);
}

int layerd_serve(const struct process_line *line, const struct layerd_word *first)
{
    struct layerd d = {.line = *line, .n = first->number};
    struct layerd_word is = {.kind = LAYERD_IS};
    struct wasm_error error;
    quota_init(&d.quota, (double)first->value / 1e6);
    is.number = crew_pin(0, &d.processor); /* all of them: they work one after the other */
    if (kernel_load(&d.kernel, LAYERD_WORK, LAYERD_MEMORY_BYTES, &error) != SIM_OK) {
        is.kind = LAYERD_FAILED;
    }
    kernel_hash(LAYERD_WORK, is.hash);
    bool goes_on = say(&d, &is) && is.kind == LAYERD_IS;
    const bool was_well = goes_on;
    while (goes_on) {
        struct layerd_word order;
        bool is_order = false;
        const enum sim_status status =
            crew_line_hear(line, host_clock_ns() + SIM_S, &order, sizeof order, &is_order);
        goes_on = status == SIM_ERR_NOTFOUND ||
                  (status == SIM_OK && (order.kind != LAYERD_RUN || work(&d, &order)));
    }
    kernel_unload(&d.kernel);
    quota_deinit(&d.quota);
    return was_well ? EXIT_WELL : EXIT_BROKEN;
}
