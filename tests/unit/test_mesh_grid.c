/* A grid, which is reckoned, is the same as its GraphML file, which igraph reads and searches. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "models/parts/mesh.h"

static void set_up(void)
{
    mesh_library_init();
}

TestSuite(mesh_grid, .init = set_up);

static void print_edge(FILE *file, uint32_t a, uint32_t b)
{
    (void)fprintf(file, "<edge source=\"n%u\" target=\"n%u\"/>\n", a, b);
}

/* The grid's text, its edges from the last to the first; free() it. */
static char *as_graphml(uint32_t columns, uint32_t rows, size_t *length)
{
    char *text = NULL;
    FILE *file = open_memstream(&text, length);
    cr_assert_not_null(file);
    (void)fprintf(file, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                        "<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">\n"
                        "<graph edgedefault=\"undirected\">\n");
    for (uint32_t i = 0; i < columns * rows; i++) {
        (void)fprintf(file, "<node id=\"n%u\"/>\n", i);
    }
    for (uint32_t i = columns * rows; i-- > 1;) {
        if (i % columns > 0) {
            print_edge(file, i - 1, i);
        }
        if (i >= columns) {
            print_edge(file, i, i - columns);
        }
    }
    (void)fprintf(file, "</graph>\n</graphml>\n");
    cr_assert_eq(fclose(file), 0);
    return text;
}

static enum sim_status read_grid(struct mesh *m, uint32_t columns, uint32_t rows,
                                 const struct mesh_registries *registries, struct mesh_error *error)
{
    size_t length = 0;
    char *text = as_graphml(columns, rows, &length);
    const enum sim_status status = mesh_init_graphml(m, text, length, registries, error);
    free(text);
    return status;
}

static void expect_same_meshes(const struct mesh *a, const struct mesh *b, const char *which)
{
    const size_t n = b->node_count;
    cr_assert_eq(a->node_count, n, "%s", which);
    cr_expect_eq(a->registries, b->registries, "%s", which);
    cr_assert_arr_eq(a->first, b->first, (n + 1) * sizeof *a->first, "%s", which);
    for (uint32_t l = 0; l < b->first[n]; l++) {
        cr_expect_eq(a->link[l].to, b->link[l].to, "%s, link %u", which, l);
        cr_expect_eq(a->link[l].port_there, b->link[l].port_there, "%s, link %u", which, l);
    }
    cr_expect_arr_eq(a->hops, b->hops, n * n * sizeof *a->hops, "%s", which);
    cr_expect_arr_eq(a->next_port, b->next_port, n * n * sizeof *a->next_port, "%s", which);
    cr_expect_arr_eq(a->registry_of, b->registry_of, n * sizeof *a->registry_of, "%s", which);
    cr_expect_eq(a->diameter_hops, b->diameter_hops, "%s", which);
    cr_expect(a->mean_hops >= b->mean_hops && a->mean_hops <= b->mean_hops, "%s: %.17g, not %.17g",
              which, a->mean_hops, b->mean_hops);
}

/* Whoever finds it for both meshes: the nearest, and the first of those that are as near. */
static void expect_nearest_registries(const struct mesh *m, const char *which)
{
    for (uint32_t i = 0; i < m->node_count; i++) {
        uint32_t nearest = m->node_count - 1;
        for (uint32_t r = nearest; r-- > mesh_nodes(m);) {
            const uint16_t *hops = &m->hops[(size_t)i * m->node_count];
            nearest = hops[r] <= hops[nearest] ? r : nearest;
        }
        cr_expect_eq(m->registry_of[i], nearest, "%s, node %u", which, i);
    }
}

static void expect_same_with(uint32_t columns, uint32_t rows,
                             const struct mesh_registries *registries)
{
    char which[64];
    struct mesh grid;
    struct mesh file;
    struct mesh_error error = {0, {0}};
    (void)snprintf(which, sizeof which, "%ux%u", columns, rows);
    cr_assert_eq(mesh_init_grid(&grid, columns, rows, registries, &error), SIM_OK, "%s: %s", which,
                 error.text);
    cr_assert_eq(read_grid(&file, columns, rows, registries, &error), SIM_OK, "%s: %s", which,
                 error.text);
    expect_same_meshes(&grid, &file, which);
    expect_nearest_registries(&grid, which);
    mesh_deinit(&grid);
    mesh_deinit(&file);
}

static void expect_same(uint32_t columns, uint32_t rows, uint32_t registry_at)
{
    const struct mesh_registries registry = {&registry_at, 1, 0};
    expect_same_with(columns, rows, &registry);
}

Test(mesh_grid, it_has_the_links_ports_and_hops_that_the_library_finds)
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
    expect_same(33, 1, 31);
}

Test(mesh_grid, so_it_has_with_several_registries)
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

static void expect_same_refusal(const struct mesh_registries *registries)
{
    struct mesh m;
    struct mesh_error by_library;
    struct mesh_error own;
    cr_expect_eq(read_grid(&m, 3, 2, registries, &by_library), SIM_ERR_INVALID);
    cr_expect_eq(mesh_init_grid(&m, 3, 2, registries, &own), SIM_ERR_INVALID);
    cr_expect_str_eq(own.text, by_library.text);
}

Test(mesh_grid, registries_that_cannot_be_are_refused_in_the_same_words)
{
    const uint32_t outside[] = {2, 6};
    const uint32_t twice[] = {2, 3, 2};
    expect_same_refusal(&(struct mesh_registries){outside, 2, 0});
    expect_same_refusal(&(struct mesh_registries){twice, 3, 0});
}
