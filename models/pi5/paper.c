/* Which settings a result has, for the rows of the paper's table. */
#include "models/pi5/paper.h"

#include <string.h>

#include "models/pi5/config.h"
#include "models/pi5/results/paper.h"

static const struct point {
    const char *when;
    int64_t memory_bytes;
    enum pi5_predictor predictor;
    enum pi5_order order;
    double migrations;
} points[] = {
    {PI5_MILD, 600000000, PI5_PREDICT_NOISY, PI5_ORDER_SHUFFLE, 4},
    {PI5_NO_CAP, 1400000000, PI5_PREDICT_NOISY, PI5_ORDER_SHUFFLE, 4},
    {PI5_TIGHT, 300000000, PI5_PREDICT_NOISY, PI5_ORDER_SHUFFLE, 4},
    {PI5_CLASS_SHUFFLE, 1400000000, PI5_PREDICT_CLASS, PI5_ORDER_SHUFFLE, 4},
    {PI5_CLASS_CLASS, 1400000000, PI5_PREDICT_CLASS, PI5_ORDER_CLASS, 4},
    {PI5_MANY_MIGRATIONS, 1400000000, PI5_PREDICT_NOISY, PI5_ORDER_SHUFFLE, 20},
};

/* What no row varies must be as the paper's reading has it. */
static bool is_plain(const struct pi5_config *c)
{
    return c->node.cores == 4 && c->node.per_core == 1 && c->os.overcommit == PI5_OVERCOMMIT_FAIL &&
           c->os.warm_ns == 4 * SIM_MS && c->tasks.memory_table == PI5_MEMORY_ALONE &&
           c->tasks.time_max_ns == 3 * SIM_S && pi5_tasks(c) == 150;
}

static bool fits(const void *config, const char *when)
{
    const struct pi5_config *c = config;
    const struct point *p = points;
    while (strcmp(p->when, when) != 0) {
        p++;
        ASSERT(p < points + sizeof points / sizeof *points);
    }
    return is_plain(c) && c->node.memory_bytes == p->memory_bytes &&
           c->predictor.time == p->predictor && c->tasks.order == p->order &&
           c->os.migrations >= p->migrations && c->os.migrations <= p->migrations;
}

static const struct paper_gap gaps[] = {
    {"the run behind \"7 %\"",
     "it is not public and the page has no section on experiments; three stories that come near it "
     "are bracketed instead"},
    {"the authors' four algorithms as such",
     "their arms differ in pairing, in predicted memory and in pinning at once; the factorial here "
     "changes one policy at a time"},
};

const struct model_paper pi5_paper = {
    .title = "the page on a WebAssembly orchestrator for a Raspberry Pi 5",
    .gap = gaps,
    .gaps = sizeof gaps / sizeof *gaps,
    .quantity = pi5_quantities,
    .quantities = PI5_PAPER_QUANTITIES,
    .block = pi5_blocks,
    .blocks = PI5_PAPER_BLOCKS,
    .reading = pi5_honest_reading,
    .fits = fits,
};
