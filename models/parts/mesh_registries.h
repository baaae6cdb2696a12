/*
 * mesh_registries.h - private to mesh.c and its twin without a graph library: how a mesh says what
 * is wrong, and where its registries are attached.
 */
#ifndef MODELS_PARTS_MESH_REGISTRIES_H
#define MODELS_PARTS_MESH_REGISTRIES_H

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

#endif
