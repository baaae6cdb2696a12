/*
 * mesh.h - the network's graph: who is linked to whom, and the way to everyone.
 *
 * Nodes are numbered from 0; the registries are the last. A link is known at each
 * end by a port, a node's ports in rising order of the neighbour. Routes are
 * shortest in hops; among equals the one over the lowest-numbered neighbour.
 *
 * A grid's hop counts are its coordinates' differences. Graphs of GraphML files and their
 * hop counts are igraph's; this is the only room that calls it.
 *
 * Ownership: the caller owns struct mesh and ends it with mesh_deinit().
 * Errors: SIM_ERR_INVALID with a text in mesh_error for a graph that cannot serve.
 * Threads: make meshes one after another; once made they may be shared.
 */
#ifndef MODELS_PARTS_MESH_H
#define MODELS_PARTS_MESH_H

#include "sim/engine/base.h"

struct mesh_link {
    uint32_t to;
    uint16_t port_there; /* this link's port at the other end */
};

/* What GraphML gives one direction of a link; below 0: nothing. */
struct mesh_traits {
    double delay_s, bandwidth_bps, loss;
};

/* The nodes, from 0, that a registry is linked to, one each; or, with every above 0, nodes 0,
 * every, 2 every and so on. */
struct mesh_registries {
    const uint32_t *at;
    uint32_t count;
    uint32_t every;
};

struct mesh {
    uint32_t node_count;        /* the registries included */
    uint32_t registries;        /* the last so many of them */
    uint32_t *registry_of;      /* the nearest by hops, the lowest-numbered among equals */
    struct mesh_traits *traits; /* as link; NULL where a GraphML file has none */
    uint32_t *first;            /* node i's links are link[first[i] .. first[i + 1]) */
    struct mesh_link *link;
    uint16_t *hops;         /* [node * node_count + destination] */
    uint16_t *next_port;    /* [node * node_count + destination]; UINT16_MAX to itself */
    double mean_hops;       /* between two distinct nodes, registries left out */
    uint32_t diameter_hops; /* the registries included */
    double *x_m, *y_m;      /* positions given in a GraphML file, or NULL */
    uint32_t *line;         /* of that file where each node is declared, or NULL */
    char unread[160];       /* attributes of that file that are not used; "": none */
};

struct mesh_error {
    uint32_t line; /* of a GraphML file; 0: of none */
    char text[256];
};

/* Once a process, before any other call: igraph's own error handler would abort. */
void mesh_library_init(void);
const char *mesh_library_version(void);

/* columns * rows nodes, row-major, each linked to its up to four neighbours. */
SIM_MUST_CHECK enum sim_status mesh_init_grid(struct mesh *m, uint32_t columns, uint32_t rows,
                                              const struct mesh_registries *registries,
                                              struct mesh_error *error);

/*
 * The graph of a GraphML file's bytes, in its order of nodes. Vertex
 * attributes x and y are positions in metres, of all nodes or of none; edge attributes delay (in
 * seconds), bandwidth (in bits a second) and loss (a probability) belong to both directions of a
 * link, where it has them. Loops are dropped, and of double links all but the first. The graph must
 * be connected and undirected.
 */
SIM_MUST_CHECK enum sim_status mesh_init_graphml(struct mesh *m, const void *bytes, size_t length,
                                                 const struct mesh_registries *registries,
                                                 struct mesh_error *error);
void mesh_deinit(struct mesh *m);

/* Nodes that are no registries. */
static inline uint32_t mesh_nodes(const struct mesh *m)
{
    return m->node_count - m->registries;
}

static inline uint16_t mesh_degree(const struct mesh *m, uint32_t node)
{
    return (uint16_t)(m->first[node + 1] - m->first[node]);
}

#endif
