/* What `make GRAPH=none` builds instead of mesh_graphml.c: a graph of a file is refused. */
#include "models/parts/mesh_make.h"

void mesh_library_init(void)
{
}

const char *mesh_library_version(void)
{
    return "none";
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
