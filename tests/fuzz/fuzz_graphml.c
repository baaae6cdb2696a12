/*
 * Any bytes as a network's GraphML file. Either it is refused with a text, and a line that the file
 * has, or all of its nodes are linked to each other by ways that lead where they say.
 */
#include <math.h>
#include <string.h>

#include "models/parts/graphml.h"
#include "models/parts/mesh.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_line(uint32_t line, const uint8_t *data, size_t size)
{
    uint32_t lines = 1;
    for (size_t i = 0; i < size; i++) {
        lines += data[i] == '\n';
    }
    ASSERT(line <= lines);
}

/* Following the ports from a node brings one to the other, in as many hops as are promised. */
static void follow(const struct mesh *m, uint32_t from, uint32_t to)
{
    uint32_t at = from;
    uint32_t hops = 0;
    while (at != to) {
        const uint16_t port = m->next_port[(size_t)at * m->node_count + to];
        ASSERT(port < mesh_degree(m, at));
        const struct mesh_link *link = &m->link[m->first[at] + port];
        ASSERT(m->link[m->first[link->to] + link->port_there].to == at);
        at = link->to;
        hops++;
        ASSERT(hops <= m->diameter_hops);
    }
    ASSERT(hops == m->hops[(size_t)from * m->node_count + to]);
}

static void check_mesh(const struct mesh *m)
{
    for (uint32_t i = 0; i < m->node_count; i++) {
        follow(m, i, (i * 7 + 3) % m->node_count);
        follow(m, i, m->node_count - 1);
    }
    ASSERT((m->x_m == NULL) == (m->y_m == NULL));
    for (uint32_t i = 0; m->x_m != NULL && i + 1 < m->node_count; i++) {
        ASSERT(isfinite(m->x_m[i]) && isfinite(m->y_m[i]));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct mesh m;
    struct graphml g;
    struct mesh_error error = {0, ""};
    const struct mesh_registries registry = {.at = &(uint32_t){0}, .count = 1};
    mesh_library_init();
    if (graphml_check(&g, (const char *)data, size, &error) == SIM_OK) {
        graphml_deinit(&g);
    } else {
        ASSERT(error.text[0] != '\0' && error.line > 0);
        check_line(error.line, data, size);
    }
    error = (struct mesh_error){0, ""};
    const enum sim_status status = mesh_init_graphml(&m, data, size, &registry, &error);
    if (status == SIM_OK) {
        check_mesh(&m);
        mesh_deinit(&m);
    } else {
        ASSERT(error.text[0] != '\0');
        check_line(error.line, data, size);
    }
    return 0;
}
