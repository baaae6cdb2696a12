/*
 * Grids. Nobody needs to search for ways in one: from node to node it is as many hops as their
 * columns and rows differ, and a registry is one hop behind the node that it is attached to.
 */
#include <string.h>

#include "models/parts/mesh_make.h"

/* Neighbours, rising; registry_of says so far which registry a node has for itself, if any. */
static uint32_t list_neighbours(const struct mesh *m, uint32_t columns, uint32_t node,
                                struct mesh_link *link)
{
    const uint32_t nodes = mesh_nodes(m);
    const uint32_t column = node % columns;
    uint32_t count = 0;
    if (node >= columns) {
        link[count++].to = node - columns;
    }
    if (column > 0) {
        link[count++].to = node - 1;
    }
    if (column + 1 < columns) {
        link[count++].to = node + 1;
    }
    if (node + columns < nodes) {
        link[count++].to = node + columns;
    }
    if (m->registry_of[node] != 0) {
        link[count++].to = m->registry_of[node];
    }
    return count;
}

static void list_links(struct mesh *m, uint32_t columns, const struct mesh_registries *registries)
{
    const uint32_t nodes = mesh_nodes(m);
    ASSERT(columns > 0);
    for (uint32_t r = 0; r < m->registries; r++) {
        m->registry_of[mesh_registry_place(registries, r)] = nodes + r;
    }
    for (uint32_t i = 0; i < nodes; i++) {
        m->first[i + 1] = m->first[i] + list_neighbours(m, columns, i, &m->link[m->first[i]]);
    }
    for (uint32_t r = 0; r < m->registries; r++) {
        m->link[m->first[nodes + r]].to = mesh_registry_place(registries, r);
        m->first[nodes + r + 1] = m->first[nodes + r] + 1;
    }
}

/* To the nodes of one of the grid's rows, so many rows away. */
static void count_hops_to_row(uint16_t *hops, uint32_t columns, uint32_t column, uint32_t down)
{
    for (uint32_t c = 0; c < column; c++) {
        hops[c] = (uint16_t)(down + column - c);
    }
    for (uint32_t c = column; c < columns; c++) {
        hops[c] = (uint16_t)(down + c - column);
    }
}

/* A node's hops: first to the nodes, row by row, then to the registries behind some of them. */
static void count_hops(struct mesh *m, uint32_t columns, const struct mesh_registries *registries,
                       uint32_t node)
{
    const uint32_t nodes = mesh_nodes(m);
    uint16_t *hops = &m->hops[(size_t)node * m->node_count];
    ASSERT(columns > 0);
    const uint32_t own_row = node / columns;
    for (uint32_t row = 0; row < nodes / columns; row++) {
        const uint32_t down = row > own_row ? row - own_row : own_row - row;
        count_hops_to_row(hops + (size_t)row * columns, columns, node % columns, down);
    }
    for (uint32_t r = 0; r < m->registries; r++) {
        hops[nodes + r] = (uint16_t)(hops[mesh_registry_place(registries, r)] + 1);
    }
}

/* A registry's hops: one more than from the node that it is attached to. */
static void count_hops_of_registry(struct mesh *m, uint32_t registry, uint32_t place)
{
    const uint16_t *there = &m->hops[(size_t)place * m->node_count];
    uint16_t *hops = &m->hops[(size_t)registry * m->node_count];
    for (uint32_t i = 0; i < m->node_count; i++) {
        hops[i] = (uint16_t)(there[i] + 1);
    }
    hops[registry] = 0;
}

static void lay_out(struct mesh *m, uint32_t columns, const struct mesh_registries *registries)
{
    const uint32_t nodes = mesh_nodes(m);
    list_links(m, columns, registries);
    for (uint32_t i = 0; i < nodes; i++) {
        count_hops(m, columns, registries, i);
    }
    for (uint32_t r = 0; r < m->registries; r++) {
        count_hops_of_registry(m, nodes + r, mesh_registry_place(registries, r));
    }
    mesh_finish(m);
}

enum sim_status mesh_init_grid(struct mesh *m, uint32_t columns, uint32_t rows,
                               const struct mesh_registries *registries, struct mesh_error *error)
{
    ASSERT(columns > 0 && rows > 0);
    *m = (struct mesh){0};
    const uint32_t nodes = columns * rows;
    enum sim_status status = mesh_check_registries(m, registries, nodes, error);
    if (status == SIM_OK) {
        const size_t links = 2 * (size_t)nodes - columns - rows + m->registries;
        status = mesh_reserve(m, nodes + m->registries, 2 * links, error);
    }
    if (status == SIM_OK) {
        lay_out(m, columns, registries);
    } else {
        mesh_deinit(m);
    }
    return status;
}
