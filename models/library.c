#include "models/library.h"

#include "models/parts/mesh.h"

void model_library_init(void)
{
    mesh_library_init();
}

const char *model_library_version(void)
{
    return mesh_library_version();
}
