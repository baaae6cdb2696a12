/* Which settings a result has, for the rows of the paper's table. */
#include "models/wasmtube/paper.h"

#include "models/wasmtube/config.h"
#include "models/wasmtube/results/paper.h"

static bool is_same_mesh(const struct wasmtube_config *c)
{
    return c->links.word != NULL && c->mtbf_ns == 0 && c->columns == 4 && c->rows == 3 &&
           c->attached_to == 1 && c->hop_delay_ns == 100 * SIM_MS && c->bandwidth_bps == 250000 &&
           c->interval.kind == DIST_EXPONENTIAL && c->interval.low == 10 * SIM_S;
}

static bool fits(const void *config, const char *when)
{
    const struct wasmtube_config *c = config;
    (void)when; /* all rows are about the defaults */
    return is_same_mesh(c) && c->at_ns == 100 * SIM_S && c->size_bytes == 300 &&
           c->header_bytes == 64 && c->swap_ns == 1400 * SIM_MS && c->poll_ns == 60 * SIM_S &&
           c->firmware_bytes == 500000 && c->reboot_ns == 10 * SIM_S &&
           c->fetch == WASMTUBE_FETCH_CALL && c->push == WASMTUBE_SEQUENTIAL &&
           c->source == WASMTUBE_NEAREST;
}

static const struct paper_gap gaps[] = {
    {"calls into Wasm (Table II) and image recognition on three machines (Table IV)",
     "measurements of real machines: a simulation reproduces none of them; `testbed` measures this "
     "host's (parts call, swap-... and layers)"},
    {"the swap's 1.4 s and the reboot's 10 s", "inputs here, not outcomes"},
};

const struct model_paper wasmtube_paper = {
    .title = "the Wasmtube paper",
    .gap = gaps,
    .gaps = sizeof gaps / sizeof *gaps,
    .quantity = wasmtube_quantities,
    .quantities = WASMTUBE_PAPER_QUANTITIES,
    .block = wasmtube_blocks,
    .blocks = WASMTUBE_PAPER_BLOCKS,
    .reading = wasmtube_honest_reading,
    .fits = fits,
};
