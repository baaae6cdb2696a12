/*
 * mesh_make.h - private to the files that make meshes: what grids and graphs of files have in
 * common.
 *
 * Whoever makes a mesh checks its registries, takes room for it, fills in who is linked to whom and
 * everybody's hops to everybody, and has the rest found.
 *
 * Errors: a status with a text in mesh_error; what the mesh has by then, mesh_deinit() gives back.
 */
#ifndef MODELS_PARTS_MESH_MAKE_H
#define MODELS_PARTS_MESH_MAKE_H

#include "models/parts/mesh.h"

/* Writes the text into *error and returns status. */
SIM_PRINTF(3, 4)
enum sim_status mesh_fail(struct mesh_error *error, enum sim_status status, const char *format,
                          ...);

/* The node that the i-th registry is attached to. */
uint32_t mesh_registry_place(const struct mesh_registries *r, uint32_t i);

/* Sets m->registries. SIM_ERR_INVALID where one is at no node, or two are at one. */
SIM_MUST_CHECK enum sim_status mesh_check_registries(struct mesh *m,
                                                     const struct mesh_registries *r,
                                                     uint32_t nodes, struct mesh_error *error);

/* Room for so many nodes, the registries included, and directions of links; first is all zeros. */
SIM_MUST_CHECK enum sim_status mesh_reserve(struct mesh *m, uint32_t node_count, size_t directions,
                                            struct mesh_error *error);

/* A node's port to a neighbour. */
uint16_t mesh_port_towards(const struct mesh *m, uint32_t from, uint32_t to);

/*
 * From first, the links' ends (a node's in rising order) and hops, which are the same both ways:
 * the ports at the other ends, the ways, everybody's registry, mean and diameter.
 */
void mesh_finish(struct mesh *m);

#endif
