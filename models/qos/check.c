/* What only several keys together can get wrong, and texts that are more than a word. */
#include <stdlib.h>
#include <string.h>

#include "models/qos/config.h"

/* A whole number from 1 at *text, which moves on; 0 where there is none. */
static uint32_t number_at(const char **text)
{
    uint64_t value = 0;
    const char *at = *text;
    while (*at >= '0' && *at <= '9' && value < UINT32_MAX) {
        value = 10 * value + (uint64_t)(*at++ - '0');
    }
    *text = at;
    return value < UINT32_MAX ? (uint32_t)value : 0;
}

bool qos_listener(const char *text, uint32_t *node, uint32_t *port)
{
    *node = number_at(&text);
    if (*node == 0 || *text != ':') {
        return false;
    }
    text++;
    *port = number_at(&text);
    return *port != 0 && *text == '\0';
}

static void check_arrivals(const struct qos_config *c, struct key_conflicts *conflicts)
{
    const char *const *arrivals = KEYS("clients.arrivals");
    const char *const *size = KEYS("clients.arrivals", "nodes.count");
    const uint64_t pairs = (uint64_t)c->clients.arrivals_ns.count * c->nodes.count;

    if (key_conflicts_are_sound(conflicts, arrivals) && c->clients.arrivals_ns.count == 0) {
        key_conflicts_add(conflicts, arrivals, "nobody asks: at least one client");
    }
    if (key_conflicts_are_sound(conflicts, size) && pairs > 100000000) {
        key_conflicts_add(conflicts, size,
                          "%u clients that ping %u nodes each are more than 100000000 pings",
                          c->clients.arrivals_ns.count, c->nodes.count);
    }
}

static void check_schedulable(const struct qos_config *c, struct key_conflicts *conflicts)
{
    const char *const *keys = KEYS("harness.schedulable", "nodes.count");
    const uint32_t *node = c->harness.schedulable.item;
    if (!key_conflicts_are_sound(conflicts, keys) || c->admission.rule != QOS_RULE_HARNESS) {
        return; /* the default names three nodes, which concerns nobody else */
    }
    for (uint32_t i = 0; i < c->harness.schedulable.count; i++) {
        if (node[i] > c->nodes.count) {
            key_conflicts_add(conflicts, keys, "node %u, but there are %u, counted from 1", node[i],
                              c->nodes.count);
            return;
        }
    }
}

static bool is_there_before(const char *const *text, uint32_t index)
{
    uint32_t node, port, other_node, other_port;
    if (!qos_listener(text[index], &node, &port)) {
        return false;
    }
    for (uint32_t i = 0; i < index; i++) {
        if (qos_listener(text[i], &other_node, &other_port) && other_node == node &&
            other_port == port) {
            return true;
        }
    }
    return false;
}

static void check_listeners(const struct qos_config *c, struct key_conflicts *conflicts)
{
    const char *const *keys = KEYS("harness.listeners", "nodes.count", "admission.ports");
    const char *const *text = c->harness.listeners.item;
    if (!key_conflicts_are_sound(conflicts, keys)) {
        return;
    }
    for (uint32_t i = 0; i < c->harness.listeners.count; i++) {
        uint32_t node, port;
        if (!qos_listener(text[i], &node, &port)) {
            key_conflicts_add(conflicts, keys,
                              "'%s' is not \"node:port\" with two whole numbers from 1", text[i]);
        } else if (node > c->nodes.count) {
            key_conflicts_add(conflicts, keys, "'%s': there are %u nodes, counted from 1", text[i],
                              c->nodes.count);
        } else if (port > c->admission.ports) {
            key_conflicts_add(conflicts, keys, "'%s': a node has %u ports, counted from 1", text[i],
                              c->admission.ports);
        } else if (is_there_before(text, i)) {
            key_conflicts_add(conflicts, keys, "'%s' is there twice", text[i]);
        }
    }
}

void qos_check(const void *config, struct key_conflicts *conflicts)
{
    check_arrivals(config, conflicts);
    check_schedulable(config, conflicts);
    check_listeners(config, conflicts);
}
