/* What a paper's table asks of the model itself: which settings a result has, and what follows from
 * the settings alone. */
#include "models/qos/paper.h"

#include <math.h>
#include <string.h>

#include "models/qos/compose.h"
#include "models/qos/results/paper.h"

static bool has_leftovers(const struct qos_config *c)
{
    const uint32_t *leftover = c->nodes.leftover.item;
    for (uint32_t i = 0; i < c->nodes.leftover.count; i++) {
        if (leftover[i] > 0) {
            return true;
        }
    }
    return false;
}

static bool fits(const void *config, const char *when)
{
    const struct qos_config *c = config;
    const bool collapses = c->sharing.thrash > 1 && c->sharing.table.count == 0;
    if (strcmp(when, "saturation") == 0) {
        return collapses && !has_leftovers(c);
    }
    ASSERT(strcmp(when, "driver") == 0);
    return !collapses && has_leftovers(c);
}

/* Pods that 4 GB hold, and how long the first one takes where its image is not there. */
static double given(const void *system, const char *key)
{
    (void)system; /* Table 3 is the same whatever was run */
    static const struct {
        const char *pods, *fetch;
    } keys[QOS_METHODS] = {
        [QOS_WASM] = {"pods_wasm", "fetch_wasm"},
        [QOS_STANDALONE] = {"pods_standalone", "fetch_standalone"},
        [QOS_DOCKER] = {"pods_docker", "fetch_docker"},
    };
    for (size_t i = 0; i < QOS_METHODS; i++) {
        const struct qos_method_facts *m = &qos_method[i];
        if (strcmp(key, keys[i].pods) == 0) {
            return (double)(INT64_C(4000000000) / m->memory_bytes);
        }
        if (strcmp(key, keys[i].fetch) == 0) {
            return (double)m->image_bytes * 8 / 100e6 + (double)m->cold_start_ns / 1e9;
        }
    }
    return (double)NAN;
}

const struct model_paper qos_paper = {
    .title = "the paper on a QoS-aware orchestrator for WebAssembly at the edge",
    .quantity = qos_quantities,
    .quantities = QOS_PAPER_QUANTITIES,
    .block = qos_blocks,
    .blocks = QOS_PAPER_BLOCKS,
    .reading = qos_honest_reading,
    .fits = fits,
    .given = given,
};
