/* What all meshes have in common, whoever says how far it is from node to node. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/parts/mesh_make.h"
#include "sim/engine/memory.h"

enum sim_status mesh_fail(struct mesh_error *error, enum sim_status status, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    (void)vsnprintf(error->text, sizeof error->text, format, list);
    va_end(list);
    return status;
}

/* ---- memory ---- */

enum { DENSE_BYTES = 1 << 20 };

/* Two tables of pairs of nodes, one behind the other. */
static size_t pairs_bytes(size_t nodes)
{
    return 2 * nodes * nodes * sizeof(uint16_t);
}

enum sim_status mesh_reserve(struct mesh *m, uint32_t node_count, size_t directions,
                             struct mesh_error *error)
{
    const size_t n = node_count;
    m->node_count = node_count;
    m->first = calloc(n + 1, sizeof *m->first);
    m->link = calloc(directions > 0 ? directions : 1, sizeof *m->link);
    m->hops = memory_reserve_unset(pairs_bytes(n));
    m->next_port = m->hops != NULL ? &m->hops[n * n] : NULL;
    m->registry_of = calloc(n, sizeof *m->registry_of);
    if (m->first == NULL || m->link == NULL || m->hops == NULL || m->registry_of == NULL) {
        return mesh_fail(error, SIM_ERR_NOMEM, "no memory for the routes of %u nodes", node_count);
    }
    if (pairs_bytes(n) >= DENSE_BYTES) {
        memory_expect_dense(m->hops, pairs_bytes(n));
    }
    return SIM_OK;
}

void mesh_deinit(struct mesh *m)
{
    free(m->first);
    free(m->link);
    memory_release(m->hops, pairs_bytes(m->node_count));
    free(m->registry_of);
    free(m->traits);
    free(m->x_m);
    free(m->y_m);
    free(m->line);
    *m = (struct mesh){0};
}

/* ---- registries ---- */

uint32_t mesh_registry_place(const struct mesh_registries *r, uint32_t i)
{
    return r->every > 0 ? i * r->every : r->at[i];
}

enum sim_status mesh_check_registries(struct mesh *m, const struct mesh_registries *r,
                                      uint32_t nodes, struct mesh_error *error)
{
    m->registries = r->every > 0 ? (nodes - 1) / r->every + 1 : r->count;
    ASSERT(m->registries > 0);
    for (uint32_t i = 0; i < m->registries; i++) {
        const uint32_t at = mesh_registry_place(r, i);
        if (at >= nodes) {
            return mesh_fail(error, SIM_ERR_INVALID, "the registry is attached to node %u of %u",
                             at + 1, nodes);
        }
        for (uint32_t k = 0; r->every == 0 && k < i; k++) {
            if (r->at[k] == at) {
                return mesh_fail(error, SIM_ERR_INVALID, "two registries are attached to node %u",
                                 at + 1);
            }
        }
    }
    return SIM_OK;
}

/* A node's row of hops ends with those to the registries. */
static void find_registries(struct mesh *m)
{
    for (uint32_t i = 0; i < m->node_count; i++) {
        const uint16_t *hops = &m->hops[(size_t)i * m->node_count];
        uint32_t nearest = mesh_nodes(m);
        for (uint32_t r = nearest + 1; r < m->node_count; r++) {
            nearest = hops[r] < hops[nearest] ? r : nearest;
        }
        m->registry_of[i] = nearest;
    }
}

/* ---- ports ---- */

uint16_t mesh_port_towards(const struct mesh *m, uint32_t from, uint32_t to)
{
    uint32_t low = m->first[from];
    uint32_t high = m->first[from + 1];
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        if (m->link[middle].to < to) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return (uint16_t)(low - m->first[from]);
}

static void pair_ports(struct mesh *m)
{
    for (uint32_t i = 0; i < m->node_count; i++) {
        for (uint32_t l = m->first[i]; l < m->first[i + 1]; l++) {
            m->link[l].port_there = mesh_port_towards(m, m->link[l].to, i);
        }
    }
}

/* ---- ways ---- */

/* This port, towards destinations that are nearer from its other end. */
static inline void take_port(uint16_t *restrict next, const uint16_t *here, const uint16_t *there,
                             uint16_t port, uint32_t count)
{
    for (uint32_t d = 0; d < count; d++) {
        next[d] = there[d] < here[d] ? port : next[d];
    }
}

/* Compilers take several at once where they know how many there are. */
static void take_port_to_all(uint16_t *next, const uint16_t *here, const uint16_t *there,
                             uint16_t port, uint32_t count)
{
    enum { KNOWN = 32 };
    uint32_t d = 0;
    for (; count - d >= KNOWN; d += KNOWN) {
        take_port(next + d, here + d, there + d, port, KNOWN);
    }
    take_port(next + d, here + d, there + d, port, count - d);
}

/* From the last port to the first: of those that are as good, the first stays. */
static void find_ways(struct mesh *m)
{
    const size_t n = m->node_count;
    for (size_t i = 0; i < n; i++) {
        uint16_t *next = &m->next_port[i * n];
        memset(next, 0xff, n * sizeof *next);
        for (uint32_t l = m->first[i + 1]; l-- > m->first[i];) {
            take_port_to_all(next, &m->hops[i * n], &m->hops[m->link[l].to * n],
                             (uint16_t)(l - m->first[i]), m->node_count);
        }
    }
}

/* Over pairs, each once: hops are the same both ways. */
static void sum_hops(struct mesh *m)
{
    const uint32_t nodes = mesh_nodes(m);
    uint64_t sum = 0; /* the registries left out */
    for (uint32_t i = 0; i < m->node_count; i++) {
        const uint16_t *hops = &m->hops[(size_t)i * m->node_count];
        for (uint32_t k = i + 1; k < nodes; k++) {
            sum += hops[k];
        }
        for (uint32_t k = i + 1; k < m->node_count; k++) {
            m->diameter_hops = hops[k] > m->diameter_hops ? hops[k] : m->diameter_hops;
        }
    }
    m->mean_hops = nodes > 1 ? (double)(2 * sum) / ((double)nodes * (nodes - 1.0)) : 0;
}

void mesh_finish(struct mesh *m)
{
    pair_ports(m);
    find_ways(m);
    find_registries(m);
    sum_hops(m);
}
