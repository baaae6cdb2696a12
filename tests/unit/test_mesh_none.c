/* A program without a graph library knows grids alone, and says so of a graph of a file. */
#include <string.h>

#include <criterion/criterion.h>

#include "models/parts/mesh.h"

/* The twin under other names, beside the one that the program has. */
#define mesh_library_init none_library_init
#define mesh_library_version none_library_version
#define mesh_init_graphml none_init_graphml
void none_library_init(void);
const char *none_library_version(void);
enum sim_status none_init_graphml(struct mesh *m, const void *bytes, size_t length,
                                  const struct mesh_registries *registries,
                                  struct mesh_error *error);
#include "models/parts/mesh_graphml_none.c"

Test(mesh_none, there_is_no_library_to_prepare_or_to_name)
{
    none_library_init();
    cr_expect_str_eq(none_library_version(), "none");
}

Test(mesh_none, a_graph_of_a_file_is_refused)
{
    struct mesh m;
    struct mesh_error error = {.line = 7};
    cr_expect_eq(none_init_graphml(&m, "<graphml/>", 10, NULL, &error), SIM_ERR_INVALID);
    cr_expect_eq(error.line, 0);
    cr_expect_not_null(strstr(error.text, "without"));
}
