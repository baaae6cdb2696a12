/*
 * Grids without a graph library: what `make GRAPH=none` builds instead of mesh.c. Ports, routes and
 * hop counts are the same to the last bit; a graph of a file is refused.
 */
#include "models/parts/mesh.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FAR UINT32_MAX

void mesh_library_init(void)
{
}

const char *mesh_library_version(void)
{
    return "none";
}

SIM_PRINTF(3, 4)
static enum sim_status fail(struct mesh_error *error, enum sim_status status, const char *format,
                            ...)
{
    va_list list;
    va_start(list, format);
    (void)vsnprintf(error->text, sizeof error->text, format, list);
    va_end(list);
    return status;
}

/* ---- the grid and its registry ---- */

struct grid {
    uint32_t columns, rows, registry_at;
};

/* Its neighbours, rising; returns how many. The registry is the last node. */
static uint32_t neighbours_of(const struct grid *g, uint32_t node, uint32_t to[5])
{
    const uint32_t nodes = g->columns * g->rows;
    uint32_t count = 0;
    if (node == nodes) {
        to[0] = g->registry_at;
        return 1;
    }
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
    if (node == g->registry_at) {
        to[count++] = nodes;
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
        const uint32_t count = neighbours_of(g, i, to);
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

static bool find_routes(struct mesh *m)
{
    uint32_t *hops = calloc(2 * (size_t)m->node_count, sizeof *hops);
    if (hops == NULL) {
        return false;
    }
    const uint32_t registry = m->node_count - 1;
    uint64_t sum = 0; /* over pairs without the registry */
    for (uint32_t d = 0; d < m->node_count; d++) {
        count_hops(m, d, hops, hops + m->node_count);
        note_routes(m, d, hops);
        for (uint32_t i = 0; i < m->node_count; i++) {
            m->diameter_hops = hops[i] > m->diameter_hops ? hops[i] : m->diameter_hops;
            sum += d != registry && i != registry ? hops[i] : 0;
        }
    }
    const double nodes = m->node_count - 1.0;
    m->mean_hops = nodes > 1 ? (double)sum / (nodes * (nodes - 1)) : 0;
    free(hops);
    return true;
}

/* ---- both ways to make one ---- */

enum sim_status mesh_init_grid(struct mesh *m, uint32_t columns, uint32_t rows,
                               uint32_t registry_at, struct mesh_error *error)
{
    *m = (struct mesh){0};
    const uint32_t nodes = columns * rows;
    if (registry_at >= nodes) {
        return fail(error, SIM_ERR_INVALID, "the registry is attached to node %u of %u",
                    registry_at + 1, nodes);
    }
    const struct grid grid = {columns, rows, registry_at};
    const size_t n = (size_t)nodes + 1;
    m->node_count = nodes + 1;
    m->first = calloc(n + 1, sizeof *m->first);
    m->link = calloc(4 * n + 2, sizeof *m->link);
    m->next_port = malloc(n * n * sizeof *m->next_port);
    m->hops = calloc(n * n, sizeof *m->hops);
    bool is_made = m->first != NULL && m->link != NULL && m->next_port != NULL && m->hops != NULL;
    if (is_made) {
        memset(m->next_port, 0xff, n * n * sizeof *m->next_port);
        list_links(m, &grid);
        is_made = find_routes(m);
    }
    if (!is_made) {
        mesh_deinit(m);
        return fail(error, SIM_ERR_NOMEM, "no memory for the routes of %u nodes", nodes + 1);
    }
    return SIM_OK;
}

enum sim_status mesh_init_graphml(struct mesh *m, const void *bytes, size_t length,
                                  uint32_t registry_at, struct mesh_error *error)
{
    (void)bytes;
    (void)length;
    (void)registry_at;
    *m = (struct mesh){0};
    error->line = 0;
    return fail(error, SIM_ERR_INVALID, "this program was built without a reader of graphs");
}

void mesh_deinit(struct mesh *m)
{
    free(m->first);
    free(m->link);
    free(m->next_port);
    free(m->hops);
    free(m->x_m);
    free(m->y_m);
    free(m->line);
    *m = (struct mesh){0};
}
