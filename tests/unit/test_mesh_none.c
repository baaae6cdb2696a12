/* Grids without a graph library are the same as with it, to the last bit. */
#include <string.h>

#include <criterion/criterion.h>

#include "models/parts/mesh.h"

/* The twin under other names, beside the one that the program has. */
#define mesh_library_init none_library_init
#define mesh_library_version none_library_version
#define mesh_init_grid none_init_grid
#define mesh_init_graphml none_init_graphml
#define mesh_deinit none_deinit
void none_library_init(void);
const char *none_library_version(void);
void none_deinit(struct mesh *m);
enum sim_status none_init_grid(struct mesh *m, uint32_t columns, uint32_t rows,
                               const struct mesh_registries *registries, struct mesh_error *error);
enum sim_status none_init_graphml(struct mesh *m, const void *bytes, size_t length,
                                  const struct mesh_registries *registries,
                                  struct mesh_error *error);
#include "models/parts/mesh_none.c"
#undef mesh_init_grid
#undef mesh_init_graphml
#undef mesh_deinit

static void expect_same_with(uint32_t columns, uint32_t rows,
                             const struct mesh_registries *registries)
{
    struct mesh a;
    struct mesh b;
    struct mesh_error error;
    cr_assert_eq(mesh_init_grid(&a, columns, rows, registries, &error), SIM_OK, "%s", error.text);
    cr_assert_eq(none_init_grid(&b, columns, rows, registries, &error), SIM_OK, "%s", error.text);
    const size_t n = a.node_count;
    cr_assert_eq(b.node_count, n);
    cr_expect_eq(b.registries, a.registries);
    cr_expect_arr_eq(b.registry_of, a.registry_of, n * sizeof *a.registry_of, "%ux%u", columns,
                     rows);
    cr_expect_arr_eq(b.hops, a.hops, n * n * sizeof *a.hops);
    cr_expect_arr_eq(b.first, a.first, (n + 1) * sizeof *a.first);
    for (uint32_t l = 0; l < a.first[n]; l++) {
        cr_expect_eq(b.link[l].to, a.link[l].to, "%ux%u, link %u", columns, rows, l);
        cr_expect_eq(b.link[l].port_there, a.link[l].port_there);
    }
    cr_expect_arr_eq(b.next_port, a.next_port, n * n * sizeof *a.next_port, "%ux%u", columns, rows);
    cr_expect(b.mean_hops >= a.mean_hops && b.mean_hops <= a.mean_hops, "%.17g", b.mean_hops);
    cr_expect_eq(b.diameter_hops, a.diameter_hops);
    mesh_deinit(&a);
    none_deinit(&b);
}

static void expect_same(uint32_t columns, uint32_t rows, uint32_t registry_at)
{
    const struct mesh_registries registry = {&registry_at, 1, 0};
    expect_same_with(columns, rows, &registry);
}

Test(mesh_none, so_they_are_with_several_registries)
{
    const uint32_t at[] = {11, 3, 8};
    for (uint32_t count = 1; count <= 3; count++) {
        expect_same_with(4, 3, &(struct mesh_registries){at, count, 0});
        expect_same_with(7, 5, &(struct mesh_registries){at, count, 0});
    }
    for (uint32_t every = 1; every <= 20; every++) {
        expect_same_with(4, 3, &(struct mesh_registries){NULL, 0, every});
        expect_same_with(1, 9, &(struct mesh_registries){NULL, 0, every});
    }
}

Test(mesh_none, grids_are_those_of_the_library)
{
    for (uint32_t columns = 1; columns <= 7; columns++) {
        for (uint32_t rows = 1; rows <= 5; rows++) {
            expect_same(columns, rows, 0);
            expect_same(columns, rows, columns * rows - 1);
            expect_same(columns, rows, columns * rows / 2);
        }
    }
    expect_same(16, 12, 0);
    expect_same(2, 80, 3);
}

static void expect_same_refusal(const struct mesh_registries *registries)
{
    struct mesh a;
    struct mesh b;
    struct mesh_error by_library;
    struct mesh_error own;
    cr_expect_eq(mesh_init_grid(&a, 3, 2, registries, &by_library), SIM_ERR_INVALID);
    cr_expect_eq(none_init_grid(&b, 3, 2, registries, &own), SIM_ERR_INVALID);
    cr_expect_str_eq(own.text, by_library.text);
}

Test(mesh_none, registries_that_cannot_be_are_refused_in_the_same_words)
{
    const uint32_t outside[] = {2, 6};
    const uint32_t twice[] = {2, 3, 2};
    expect_same_refusal(&(struct mesh_registries){outside, 2, 0});
    expect_same_refusal(&(struct mesh_registries){twice, 3, 0});
}

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
