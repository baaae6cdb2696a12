/*
 * graphml.h - what is wrong with a GraphML file although a reader takes it: nodes that are there
 * twice, edges to nodes that are not, directions, graphs within graphs; and which of its attributes
 * nobody reads. Each with its line.
 *
 * Looks at tags alone; whether the file is XML at all is for the reader of the graph to say.
 *
 * Ownership: a struct graphml ends with graphml_deinit(), and holds nothing after a failure.
 * Errors: SIM_ERR_INVALID with text and line in mesh_error, SIM_ERR_NOMEM.
 */
#ifndef MODELS_PARTS_GRAPHML_H
#define MODELS_PARTS_GRAPHML_H

#include "models/parts/mesh.h"

struct graphml {
    uint32_t *line; /* of each node, in the order in which the file first names them */
    uint32_t count;
    uint32_t *edge_line; /* of each edge, in the order of the file */
    uint32_t edges, edges_room;
    char unread[160]; /* "weight, z": attributes that are not read; "": none */
};

SIM_MUST_CHECK enum sim_status graphml_check(struct graphml *g, const char *text, size_t length,
                                             struct mesh_error *error);
void graphml_deinit(struct graphml *g);

#endif
