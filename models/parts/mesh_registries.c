/* Where registries are attached, whatever builds the mesh. */
#include "models/parts/mesh_registries.h"

#include <stdarg.h>
#include <stdio.h>

enum sim_status mesh_fail(struct mesh_error *error, enum sim_status status, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    (void)vsnprintf(error->text, sizeof error->text, format, list);
    va_end(list);
    return status;
}

uint32_t mesh_registry_place(const struct mesh_registries *r, uint32_t i)
{
    return r->every > 0 ? i * r->every : r->at[i];
}

enum sim_status mesh_check_registries(struct mesh *m, const struct mesh_registries *r,
                                      uint32_t nodes, struct mesh_error *error)
{
    m->registries = r->every > 0 ? (nodes - 1) / r->every + 1 : r->count;
    ASSERT(m->registries > 0);
    for (uint32_t i = 0; i < m->registries; i++) {
        const uint32_t at = mesh_registry_place(r, i);
        if (at >= nodes) {
            return mesh_fail(error, SIM_ERR_INVALID, "the registry is attached to node %u of %u",
                             at + 1, nodes);
        }
        for (uint32_t k = 0; r->every == 0 && k < i; k++) {
            if (r->at[k] == at) {
                return mesh_fail(error, SIM_ERR_INVALID, "two registries are attached to node %u",
                                 at + 1);
            }
        }
    }
    return SIM_OK;
}
