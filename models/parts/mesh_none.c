/*
 * Grids without a graph library: what `make GRAPH=none` builds instead of mesh.c. Ports, routes and
 * hop counts are the same to the last bit; a graph of a file is refused.
 */
#include "models/parts/mesh.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/parts/mesh_registries.h"

#define FAR UINT32_MAX

void mesh_library_init(void)
{
}

const char *mesh_library_version(void)
{
    return "none";
}

/* ---- the grid and its registries ---- */

struct grid {
    uint32_t columns, rows;
    const struct mesh_registries *registries;
};

/* A node's, or as many as there are where it has none. */
static uint32_t registry_at(const struct mesh *m, const struct grid *g, uint32_t node)
{
    uint32_t i = 0;
    while (i < m->registries && mesh_registry_place(g->registries, i) != node) {
        i++;
    }
    return i;
}

/* Its neighbours, rising; returns how many. The registries are the last nodes. */
static uint32_t neighbours_of(const struct mesh *m, const struct grid *g, uint32_t node,
                              uint32_t to[5])
{
    const uint32_t nodes = g->columns * g->rows;
    uint32_t count = 0;
    if (node >= nodes) {
        to[0] = mesh_registry_place(g->registries, node - nodes);
        return 1;
    }
    ASSERT(g->columns > 0);
    const uint32_t column = node % g->columns;
    if (node >= g->columns) {
        to[count++] = node - g->columns;
    }
    if (column > 0) {
        to[count++] = node - 1;
    }
    if (column + 1 < g->columns) {
        to[count++] = node + 1;
    }
    if (node + g->columns < nodes) {
        to[count++] = node + g->columns;
    }
    const uint32_t registry = registry_at(m, g, node);
    if (registry < m->registries) {
        to[count++] = nodes + registry;
    }
    return count;
}

static uint16_t port_towards(const struct mesh *m, uint32_t from, uint32_t to)
{
    uint32_t l = m->first[from];
    while (m->link[l].to != to) {
        l++;
    }
    return (uint16_t)(l - m->first[from]);
}

static void list_links(struct mesh *m, const struct grid *g)
{
    for (uint32_t i = 0; i < m->node_count; i++) {
        uint32_t to[5];
        const uint32_t count = neighbours_of(m, g, i, to);
        for (uint32_t p = 0; p < count; p++) {
            m->link[m->first[i] + p].to = to[p];
        }
        m->first[i + 1] = m->first[i] + count;
    }
    for (uint32_t i = 0; i < m->node_count; i++) {
        for (uint32_t l = m->first[i]; l < m->first[i + 1]; l++) {
            m->link[l].port_there = port_towards(m, m->link[l].to, i);
        }
    }
}

/* ---- routes ---- */

/* Hops from everywhere to a node, in breadth; queue has room for all. */
static void count_hops(const struct mesh *m, uint32_t destination, uint32_t *hops, uint32_t *queue)
{
    uint32_t begin = 0;
    uint32_t end = 0;
    for (uint32_t i = 0; i < m->node_count; i++) {
        hops[i] = FAR;
    }
    hops[destination] = 0;
    queue[end++] = destination;
    while (begin < end) {
        const uint32_t at = queue[begin++];
        for (uint32_t l = m->first[at]; l < m->first[at + 1]; l++) {
            const uint32_t to = m->link[l].to;
            if (hops[to] == FAR) {
                hops[to] = hops[at] + 1;
                queue[end++] = to;
            }
        }
    }
}

/* Everyone's first step towards destination: the first of their ports that is nearer. */
static void note_routes(struct mesh *m, uint32_t destination, const uint32_t *hops)
{
    for (uint32_t i = 0; i < m->node_count; i++) {
        m->hops[(size_t)i * m->node_count + destination] = (uint16_t)hops[i];
        for (uint32_t l = m->first[i]; i != destination && l < m->first[i + 1]; l++) {
            if (hops[m->link[l].to] < hops[i]) {
                m->next_port[(size_t)i * m->node_count + destination] = (uint16_t)(l - m->first[i]);
                break;
            }
        }
    }
}

/* Who asks the nearest so far of the registries: those of a lower number are noted before. */
static void note_registry(struct mesh *m, uint32_t registry, const uint32_t *hops,
                          uint32_t *nearest)
{
    for (uint32_t i = 0; i < m->node_count; i++) {
        if (registry == mesh_nodes(m) || hops[i] < nearest[i]) {
            nearest[i] = hops[i];
            m->registry_of[i] = registry;
        }
    }
}

static bool find_routes(struct mesh *m)
{
    const uint32_t n = m->node_count;
    uint32_t *hops = calloc(3 * (size_t)n, sizeof *hops);
    if (hops == NULL) {
        return false;
    }
    const uint32_t nodes = mesh_nodes(m);
    uint64_t sum = 0; /* over pairs without the registries */
    for (uint32_t d = 0; d < n; d++) {
        count_hops(m, d, hops, hops + n);
        note_routes(m, d, hops);
        if (d >= nodes) {
            note_registry(m, d, hops, hops + 2 * (size_t)n);
        }
        for (uint32_t i = 0; i < n; i++) {
            m->diameter_hops = hops[i] > m->diameter_hops ? hops[i] : m->diameter_hops;
            sum += d < nodes && i < nodes ? hops[i] : 0;
        }
    }
    m->mean_hops = nodes > 1 ? (double)sum / ((double)nodes * (nodes - 1.0)) : 0;
    free(hops);
    return true;
}

/* ---- both ways to make one ---- */

static bool make(struct mesh *m, const struct grid *grid)
{
    const size_t n = m->node_count;
    m->first = calloc(n + 1, sizeof *m->first);
    m->link = calloc(4 * n + 2, sizeof *m->link);
    m->next_port = malloc(n * n * sizeof *m->next_port);
    m->hops = calloc(n * n, sizeof *m->hops);
    m->registry_of = calloc(n, sizeof *m->registry_of);
    if (m->first == NULL || m->link == NULL || m->next_port == NULL || m->hops == NULL ||
        m->registry_of == NULL) {
        return false;
    }
    memset(m->next_port, 0xff, n * n * sizeof *m->next_port);
    list_links(m, grid);
    return find_routes(m);
}

enum sim_status mesh_init_grid(struct mesh *m, uint32_t columns, uint32_t rows,
                               const struct mesh_registries *registries, struct mesh_error *error)
{
    *m = (struct mesh){0};
    const uint32_t nodes = columns * rows;
    const enum sim_status status = mesh_check_registries(m, registries, nodes, error);
    if (status != SIM_OK) {
        *m = (struct mesh){0};
        return status;
    }
    m->node_count = nodes + m->registries;
    const struct grid grid = {columns, rows, registries};
    if (!make(m, &grid)) {
        const uint32_t count = m->node_count;
        mesh_deinit(m);
        return mesh_fail(error, SIM_ERR_NOMEM, "no memory for the routes of %u nodes", count);
    }
    return SIM_OK;
}

enum sim_status mesh_init_graphml(struct mesh *m, const void *bytes, size_t length,
                                  const struct mesh_registries *registries,
                                  struct mesh_error *error)
{
    (void)bytes;
    (void)length;
    (void)registries;
    *m = (struct mesh){0};
    error->line = 0;
    return mesh_fail(error, SIM_ERR_INVALID, "this program was built without a reader of graphs");
}

void mesh_deinit(struct mesh *m)
{
    free(m->first);
    free(m->link);
    free(m->next_port);
    free(m->hops);
    free(m->registry_of);
    free(m->traits);
    free(m->x_m);
    free(m->y_m);
    free(m->line);
    *m = (struct mesh){0};
}
