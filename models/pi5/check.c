/* What only several keys together can get wrong. */
#include <string.h>

#include "models/pi5/config.h"

uint32_t pi5_tasks(const struct pi5_config *c)
{
    uint64_t tasks = 0;
    for (uint32_t i = 0; i < PI5_CLASSES; i++) {
        tasks += c->tasks.each > 0 ? c->tasks.each : c->tasks.kind[i].count;
    }
    return (uint32_t)tasks;
}

static bool names_each_class_once(const struct scenario_list *order)
{
    uint32_t seen = 0;
    char *const *name = order->item;
    for (uint32_t i = 0; i < order->count; i++) {
        for (uint32_t kind = 0; kind < PI5_CLASSES; kind++) {
            seen |= strcmp(name[i], pi5_class_names[kind]) == 0 ? 1u << kind : 0;
        }
    }
    return order->count == PI5_CLASSES && seen == (1u << PI5_CLASSES) - 1;
}

void pi5_check(const void *config, struct key_conflicts *conflicts)
{
    const struct pi5_config *c = config;
    if (c->node.base_bytes >= c->node.memory_bytes) {
        key_conflicts_add(conflicts, KEYS("node.memory", "node.memory_base"),
                          "the cap leaves no memory beside the orchestrator's own");
    }
    if (!names_each_class_once(&c->predictor.class_order)) {
        key_conflicts_add(conflicts, KEYS("predictor.class_order"),
                          "each of the %d classes must be named once", PI5_CLASSES);
    }
    if (c->tasks.times.count == 0) {
        key_conflicts_add(conflicts, KEYS("tasks.fib.times"), "at least one time is needed");
    }
    if (pi5_tasks(c) == 0) {
        key_conflicts_add(conflicts, KEYS("tasks.each", "tasks.fib.count"), "there are no tasks");
    }
}
