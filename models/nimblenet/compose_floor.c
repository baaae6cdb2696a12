/* Where nodes stand, and which of them hear each other. */
#include "models/nimblenet/compose_parts.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Row-major places, node 1 half a spacing from the corner (paper, section 5.2 and figure 5). */
static void place_on_grid(const struct nimblenet_config *c, struct floor_point *point,
                          uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t column = i % c->nodes.columns;
        const uint32_t row = i / c->nodes.columns;
        point[i].x_m = (column + 0.5) * c->nodes.spacing_m;
        point[i].y_m = (row + 0.5) * c->nodes.spacing_m;
    }
}

/* "office.graphml:12: ", where the mistake is in a file. */
static const char *place_in_file(char text[128], const struct nimblenet_config *c, uint32_t line)
{
    text[0] = '\0';
    if (c->mesh.links.word == NULL && line > 0) {
        (void)snprintf(text, 128, "%.100s:%u: ", c->mesh.links.written, line);
    } else if (c->mesh.links.word == NULL) {
        (void)snprintf(text, 128, "%.100s: ", c->mesh.links.written);
    }
    return text;
}

static enum sim_status check_places(const struct compose_system *m, const struct floor_point *point,
                                    uint32_t count, struct model_error *error)
{
    const struct nimblenet_config *c = m->config;
    for (uint32_t i = 0; i < count; i++) {
        if (point[i].x_m < 0 || point[i].x_m > c->floor.width_m || point[i].y_m < 0 ||
            point[i].y_m > c->floor.height_m) {
            char place[128] = "";
            const bool from_file = m->mesh.x_m != NULL;
            return compose_fail(
                error, SIM_ERR_INVALID, from_file ? "mesh.links" : "nodes.spacing",
                "%snode %u stands at (%g m, %g m), off the floor of %g m x %g m",
                from_file ? place_in_file(place, c, m->mesh.line != NULL ? m->mesh.line[i] : 0)
                          : "",
                i + 1, point[i].x_m, point[i].y_m, c->floor.width_m, c->floor.height_m);
        }
    }
    return SIM_OK;
}

enum sim_status compose_floor(struct compose_system *m, struct model_error *error)
{
    const struct nimblenet_config *c = m->config;
    const uint32_t count = mesh_nodes(&m->mesh);
    struct floor_point *point = calloc(count, sizeof *point);
    if (point == NULL) {
        return compose_fail(error, SIM_ERR_NOMEM, NULL, "no memory for %u nodes", count);
    }
    if (m->mesh.x_m != NULL) {
        for (uint32_t i = 0; i < count; i++) {
            point[i] = (struct floor_point){m->mesh.x_m[i], m->mesh.y_m[i]};
        }
    } else {
        place_on_grid(c, point, count);
    }
    enum sim_status status = check_places(m, point, count, error);
    if (status == SIM_OK) {
        status = floor_init(&m->floor, c->floor.width_m, c->floor.height_m,
                            c->nodes.contact_radius_m, point, count);
        if (status != SIM_OK) {
            (void)compose_fail(error, status, NULL, "no memory for the floor");
        }
    }
    free(point);
    return status;
}

static bool is_default(const char *path, uint32_t count)
{
    for (size_t i = 0; i < NIMBLENET_KEYS; i++) {
        if (strcmp(nimblenet_keys[i].path, path) == 0) {
            return strtoul(nimblenet_keys[i].value, NULL, 10) == count;
        }
    }
    return false;
}

/* A graph may bring other places than the grid's default; not others than the user asked for. */
static bool is_default_grid(const struct nimblenet_config *c)
{
    return is_default("nodes.columns", c->nodes.columns) && is_default("nodes.rows", c->nodes.rows);
}

static enum sim_status check_node_count(const struct compose_system *m, struct model_error *error)
{
    const struct nimblenet_config *c = m->config;
    const uint32_t nodes = mesh_nodes(&m->mesh);
    const uint64_t places = (uint64_t)c->nodes.columns * c->nodes.rows;
    char place[128];
    if (c->mesh.links.word != NULL || nodes == places) {
        return SIM_OK;
    }
    if (m->mesh.x_m == NULL) {
        return compose_fail(
            error, SIM_ERR_INVALID, "mesh.links",
            "%sthe graph has %u nodes and no positions (vertex attributes x and y), but "
            "nodes.columns x nodes.rows gives %" PRIu64 " places",
            place_in_file(place, c, 0), nodes, places);
    }
    if (!is_default_grid(c)) {
        return compose_fail(error, SIM_ERR_INVALID, "nodes.columns",
                            "nodes.columns x nodes.rows gives %" PRIu64
                            " nodes, but the graph of mesh.links has %u",
                            places, nodes);
    }
    return SIM_OK;
}

enum sim_status compose_mesh(struct compose_system *m, struct model_error *error)
{
    const struct nimblenet_config *c = m->config;
    const struct scenario_file *links = &c->mesh.links;
    const struct scenario_list *attached = &c->registry.attached_to;
    uint32_t *at = calloc((size_t)attached->count + 1, sizeof *at);
    if (at == NULL) {
        return compose_fail(error, SIM_ERR_NOMEM, NULL, "no memory left");
    }
    for (uint32_t i = 0; i < attached->count; i++) {
        at[i] = ((const uint32_t *)attached->item)[i] - 1;
    }
    const struct mesh_registries registries = {at, attached->count, attached->every};
    struct mesh_error mesh_error = {0, {0}};
    char place[128];
    enum sim_status status;
    if (links->word != NULL) {
        status =
            mesh_init_grid(&m->mesh, c->nodes.columns, c->nodes.rows, &registries, &mesh_error);
    } else if (links->bytes == NULL) {
        free(at);
        return compose_fail(error, SIM_ERR_NOTFOUND, "mesh.links", "%s cannot be read",
                            links->path);
    } else {
        status = mesh_init_graphml(&m->mesh, links->bytes, links->length, &registries, &mesh_error);
    }
    free(at);
    if (status != SIM_OK) {
        return compose_fail(error, status, "mesh.links", "%s%s",
                            place_in_file(place, c, mesh_error.line), mesh_error.text);
    }
    if (mesh_nodes(&m->mesh) > NIMBLENET_NODES_MAX) {
        return compose_fail(error, SIM_ERR_INVALID, "mesh.links", "%s%u nodes; at most %u",
                            place_in_file(place, c, 0), mesh_nodes(&m->mesh),
                            (unsigned)NIMBLENET_NODES_MAX);
    }
    return check_node_count(m, error);
}
