/*
 * The mesh: grids and GraphML files, their links and the routes over them. Routes are held
 * against a breadth-first search of the test's own.
 */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/parts/mesh.h"
#include "sim/engine/rng.h"

static void set_up(void)
{
    mesh_library_init();
}

TestSuite(mesh, .init = set_up);

static bool are_linked(const struct mesh *m, uint32_t a, uint32_t b)
{
    for (uint32_t l = m->first[a]; l < m->first[a + 1]; l++) {
        if (m->link[l].to == b) {
            return true;
        }
    }
    return false;
}

/* Each link's other end knows it by port_there; neighbours rise, so none is there twice. */
static void expect_ports_to_pair_up(const struct mesh *m)
{
    for (uint32_t i = 0; i < m->node_count; i++) {
        for (uint32_t l = m->first[i]; l < m->first[i + 1]; l++) {
            const struct mesh_link *here = &m->link[l];
            cr_assert_neq(here->to, i, "no loops");
            cr_assert(l == m->first[i] || m->link[l - 1].to < here->to);
            cr_assert_lt(here->port_there, mesh_degree(m, here->to));
            const struct mesh_link *there = &m->link[m->first[here->to] + here->port_there];
            cr_assert_eq(there->to, i);
            cr_assert_eq(there->port_there, l - m->first[i]);
        }
    }
}

/* Hop counts from start to all, UINT32_MAX where there is no way. */
static void search_breadth_first(const struct mesh *m, uint32_t start, uint32_t *hops)
{
    uint32_t *queue = calloc(m->node_count, sizeof *queue);
    uint32_t head = 0;
    uint32_t tail = 0;
    memset(hops, 0xff, m->node_count * sizeof *hops);
    hops[start] = 0;
    queue[tail++] = start;
    while (head < tail) {
        const uint32_t i = queue[head++];
        for (uint32_t l = m->first[i]; l < m->first[i + 1]; l++) {
            if (hops[m->link[l].to] == UINT32_MAX) {
                hops[m->link[l].to] = hops[i] + 1;
                queue[tail++] = m->link[l].to;
            }
        }
    }
    free(queue);
}

/* The next hop is one nearer, and the lowest numbered neighbour of which that is true. */
static void expect_routes_to_be_shortest(const struct mesh *m)
{
    uint32_t *hops = calloc(m->node_count, sizeof *hops);
    double sum = 0;
    uint32_t greatest = 0;
    for (uint32_t d = 0; d < m->node_count; d++) {
        search_breadth_first(m, d, hops);
        for (uint32_t i = 0; i < m->node_count; i++) {
            const uint16_t port = m->next_port[(size_t)i * m->node_count + d];
            uint32_t want = UINT16_MAX;
            for (uint32_t l = m->first[i + 1]; i != d && l-- > m->first[i];) {
                want = hops[m->link[l].to] + 1 == hops[i] ? l - m->first[i] : want;
            }
            cr_assert_eq(port, want, "from %u to %u", i, d);
            greatest = hops[i] > greatest ? hops[i] : greatest;
            sum += i + 1 < m->node_count && d + 1 < m->node_count ? hops[i] : 0;
        }
    }
    free(hops);
    const double nodes = m->node_count - 1.0;
    cr_expect_eq(m->diameter_hops, greatest);
    cr_expect_float_eq(m->mean_hops, nodes > 1 ? sum / (nodes * (nodes - 1)) : 0, 0);
}

/* One registry, at that node. */
#define AT(node) (&(struct mesh_registries){.at = &(uint32_t){node}, .count = 1})

static struct mesh grid(uint32_t columns, uint32_t rows, uint32_t registry_at)
{
    struct mesh m;
    struct mesh_error error = {0, {0}};
    cr_assert_eq(mesh_init_grid(&m, columns, rows, AT(registry_at), &error), SIM_OK, "%s",
                 error.text);
    return m;
}

Test(mesh, the_papers_grid_has_the_links_and_distances_counted_by_hand)
{
    struct mesh m = grid(4, 3, 0);
    cr_assert_eq(m.node_count, 13, "twelve nodes and the registry");
    cr_expect_eq(m.first[13], 2 * (3 * 3 + 4 * 2 + 1), "9 across, 8 down, 1 to the registry");
    cr_expect(are_linked(&m, 0, 1) && are_linked(&m, 0, 4) && are_linked(&m, 0, 12));
    cr_expect(are_linked(&m, 5, 1) && are_linked(&m, 5, 4) && are_linked(&m, 5, 6) &&
              are_linked(&m, 5, 9));
    cr_expect(!are_linked(&m, 3, 4), "the end of a row is not linked to the start of the next");
    cr_expect(!are_linked(&m, 0, 3) && !are_linked(&m, 0, 8), "nor does the grid close");
    cr_expect_eq(mesh_degree(&m, 0), 3);
    cr_expect_eq(mesh_degree(&m, 12), 1);
    /*
     * Between all ordered pairs, across: 2 (3 * 1 + 2 * 2 + 1 * 3) = 20 for a pair of rows, of
     * which there are 9. Down: 2 (2 * 1 + 1 * 2) = 8 for each of 16 pairs of columns. In all 308
     * hops over 12 * 11 pairs. The paper says 2.3.
     */
    cr_expect_float_eq(m.mean_hops, 308.0 / 132, 1e-12);
    cr_expect_eq(m.diameter_hops, 3 + 2 + 1, "from the far corner to the registry");
    expect_ports_to_pair_up(&m);
    expect_routes_to_be_shortest(&m);
    mesh_deinit(&m);
}

Test(mesh, grids_of_any_shape_have_shortest_routes)
{
    static const uint32_t shape[][3] = {{1, 1, 0}, {1, 7, 3},  {9, 1, 8},
                                        {2, 2, 3}, {8, 6, 20}, {25, 20, 77}};
    for (size_t i = 0; i < sizeof shape / sizeof shape[0]; i++) {
        struct mesh m = grid(shape[i][0], shape[i][1], shape[i][2]);
        cr_assert_eq(m.node_count, shape[i][0] * shape[i][1] + 1);
        cr_expect(are_linked(&m, shape[i][2], m.node_count - 1));
        expect_ports_to_pair_up(&m);
        expect_routes_to_be_shortest(&m);
        mesh_deinit(&m);
    }
}

Test(mesh, a_registry_on_no_node_is_refused)
{
    struct mesh m;
    struct mesh_error error = {0, {0}};
    cr_expect_eq(mesh_init_grid(&m, 4, 3, AT(12), &error), SIM_ERR_INVALID);
    cr_expect_not_null(strstr(error.text, "node 13 of 12"), "%s", error.text);
}

/* ---- GraphML ---- */

static const char head[] = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                           "<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">\n"
                           "<key id=\"x\" for=\"node\" attr.name=\"x\" attr.type=\"double\"/>\n"
                           "<key id=\"y\" for=\"node\" attr.name=\"y\" attr.type=\"double\"/>\n";

static enum sim_status read_text(struct mesh *m, const char *text, size_t length,
                                 uint32_t registry_at, struct mesh_error *error)
{
    *error = (struct mesh_error){0, {0}};
    const enum sim_status status = mesh_init_graphml(m, text, length, AT(registry_at), error);
    if (status != SIM_OK) {
        cr_expect_neq(error->text[0], '\0', "a text says why");
    }
    return status;
}

static enum sim_status read_body(struct mesh *m, const char *body, uint32_t registry_at,
                                 struct mesh_error *error)
{
    char text[8192];
    const int length = snprintf(text, sizeof text, "%s%s</graphml>\n", head, body);
    cr_assert(length > 0 && (size_t)length < sizeof text);
    return read_text(m, text, (size_t)length, registry_at, error);
}

#define NODE(id, x, y)                                                                             \
    "<node id=\"" id "\"><data key=\"x\">" x "</data><data key=\"y\">" y "</data></node>\n"
#define BARE(id) "<node id=\"" id "\"/>\n"
#define EDGE(a, b) "<edge source=\"" a "\" target=\"" b "\"/>\n"

Test(mesh, a_graphml_file_gives_links_and_positions)
{
    struct mesh m;
    struct mesh_error error;
    cr_assert_eq(read_body(&m,
                           "<graph edgedefault=\"undirected\">\n" NODE("a", "1.5", "2")
                               NODE("b", "3", "4.25") NODE("c", "5", "6") EDGE("a", "b")
                                   EDGE("c", "b") "</graph>\n",
                           1, &error),
                 SIM_OK, "%s", error.text);
    cr_assert_eq(m.node_count, 4);
    cr_expect(are_linked(&m, 0, 1) && are_linked(&m, 1, 2) && are_linked(&m, 1, 3));
    cr_expect_eq(m.first[4], 6);
    cr_assert_not_null(m.x_m);
    cr_expect(m.x_m[0] == 1.5 && m.y_m[0] == 2 && m.x_m[1] == 3 && m.y_m[1] == 4.25);
    cr_expect_float_eq(m.mean_hops, 4.0 / 3, 1e-12, "1 + 2 + 1 hops between three pairs");
    expect_ports_to_pair_up(&m);
    expect_routes_to_be_shortest(&m);
    mesh_deinit(&m);
}

Test(mesh, double_links_and_loops_make_no_difference)
{
    struct mesh m;
    struct mesh_error error;
    cr_assert_eq(read_body(&m,
                           "<graph edgedefault=\"undirected\">\n" NODE("a", "1", "2")
                               NODE("b", "3", "4") NODE("c", "5", "6") EDGE("b", "a") EDGE("a", "b")
                                   EDGE("b", "a") EDGE("b", "b") EDGE("c", "b") "</graph>\n",
                           0, &error),
                 SIM_OK, "%s", error.text);
    cr_expect_eq(m.first[4], 6, "a-b, b-c and the registry's, from both ends");
    cr_expect(m.x_m != NULL && m.x_m[2] == 5 && m.y_m[2] == 6, "positions are kept");
    expect_ports_to_pair_up(&m);
    expect_routes_to_be_shortest(&m);
    mesh_deinit(&m);
}

Test(mesh, without_positions_there_are_none)
{
    struct mesh m;
    struct mesh_error error;
    char text[] = "<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">"
                  "<graph edgedefault=\"undirected\">" BARE("a") BARE("b")
                      EDGE("a", "b") "</graph></graphml>";
    cr_assert_eq(read_text(&m, text, sizeof text - 1, 0, &error), SIM_OK, "%s", error.text);
    cr_expect(m.x_m == NULL && m.y_m == NULL);
    mesh_deinit(&m);
}

/* A tree with shortcuts, of nodes in random order of numbers. */
Test(mesh, routes_in_random_graphs_are_shortest)
{
    for (uint64_t seed = 1; seed <= 30; seed++) {
        struct rng r;
        rng_init(&r, seed, 0, 0, RNG_TEST);
        const uint32_t nodes = 2 + (uint32_t)rng_below(&r, 40);
        static char body[8192];
        int at = snprintf(body, sizeof body, "<graph edgedefault=\"undirected\">\n");
        for (uint32_t i = 0; i < nodes; i++) {
            at += snprintf(body + at, sizeof body - (size_t)at, "<node id=\"n%u\"/>\n", i);
        }
        for (uint32_t i = 1; i < nodes; i++) {
            for (uint32_t k = 0; k < 1 + (uint32_t)rng_below(&r, 2); k++) {
                at += snprintf(body + at, sizeof body - (size_t)at,
                               "<edge source=\"n%u\" target=\"n%u\"/>\n", i,
                               (uint32_t)rng_below(&r, i));
            }
        }
        (void)snprintf(body + at, sizeof body - (size_t)at, "</graph>\n");
        struct mesh m;
        struct mesh_error error;
        cr_assert_eq(read_body(&m, body, (uint32_t)rng_below(&r, nodes), &error), SIM_OK,
                     "seed %u: %s", (unsigned)seed, error.text);
        cr_assert_eq(m.node_count, nodes + 1);
        expect_ports_to_pair_up(&m);
        expect_routes_to_be_shortest(&m);
        mesh_deinit(&m);
    }
}

/* ---- what is refused ---- */

static void expect_refusal(const char *body, uint32_t registry_at, const char *why)
{
    struct mesh m;
    struct mesh_error error;
    cr_expect_eq(read_body(&m, body, registry_at, &error), SIM_ERR_INVALID, "%s", body);
    cr_expect_not_null(strstr(error.text, why), "'%s' does not say '%s'", error.text, why);
}

Test(mesh, a_graph_in_two_parts_is_refused)
{
    expect_refusal("<graph edgedefault=\"undirected\">\n" BARE("a") BARE("b") BARE("c")
                       EDGE("a", "b") "</graph>\n",
                   0, "not connected");
}

Test(mesh, a_graph_without_nodes_is_refused)
{
    expect_refusal("<graph edgedefault=\"undirected\"></graph>\n", 0, "node 1 of 0");
}

Test(mesh, positions_that_are_no_numbers_are_refused)
{
    expect_refusal("<graph edgedefault=\"undirected\">\n" NODE("a", "1", "2") BARE("b")
                       EDGE("a", "b") "</graph>\n",
                   0, "node 2 has no finite position");
    expect_refusal("<graph edgedefault=\"undirected\">\n" NODE("a", "inf", "2") NODE("b", "1", "2")
                       EDGE("a", "b") "</graph>\n",
                   0, "node 1 has no finite position");
}

Test(mesh, positions_declared_as_text_are_refused)
{
    struct mesh m;
    struct mesh_error error;
    char text[] = "<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">"
                  "<key id=\"x\" for=\"node\" attr.name=\"x\" attr.type=\"string\"/>"
                  "<key id=\"y\" for=\"node\" attr.name=\"y\" attr.type=\"string\"/>"
                  "<graph edgedefault=\"undirected\">" NODE("a", "1", "2") "</graph></graphml>";
    cr_expect_eq(read_text(&m, text, sizeof text - 1, 0, &error), SIM_ERR_INVALID);
    cr_expect_not_null(strstr(error.text, "not numbers"), "%s", error.text);
}

static void expect_refusal_in_line(const char *body, const char *why, uint32_t line)
{
    struct mesh m;
    struct mesh_error error;
    cr_expect_eq(read_body(&m, body, 0, &error), SIM_ERR_INVALID, "%s", body);
    cr_expect_str_eq(error.text, why);
    cr_expect_eq(error.line, line, "line %u: %s", error.line, error.text);
}

Test(mesh, an_edge_to_a_node_that_is_not_there_is_refused)
{
    expect_refusal_in_line("<graph edgedefault=\"undirected\">\n" BARE("a")
                               EDGE("a", "b") "</graph>\n",
                           "an edge to node \"b\", which is not declared", 7);
}

Test(mesh, a_node_that_is_there_twice_is_refused)
{
    expect_refusal_in_line("<graph edgedefault=\"undirected\">\n" BARE("a") BARE("b")
                               NODE("a", "1", "2") EDGE("a", "b") "</graph>\n",
                           "node \"a\" is there twice; first in line 6", 8);
}

#define KEY(name, type)                                                                            \
    "<key id=\"" name "\" for=\"edge\" attr.name=\"" name "\" attr.type=\"" type "\"/>\n"
#define SAYING(a, b, name, value)                                                                  \
    "<edge source=\"" a "\" target=\"" b "\">\n<data key=\"" name "\">" value "</data></edge>\n"

/* Behind an edge that is dropped, so that lines are those of the file and not of the links. */
#define LINK_OF(name, value)                                                                       \
    KEY(name, "double")                                                                            \
    "<graph edgedefault=\"undirected\">\n" BARE("a") BARE("b") EDGE("a", "a")                      \
        SAYING("a", "b", name, value) "</graph>\n"

Test(mesh, links_that_cannot_be_are_refused_in_their_line)
{
    expect_refusal_in_line(LINK_OF("loss", "1.5"), "link 1-2 has a loss of 1.5", 10);
    expect_refusal_in_line(LINK_OF("loss", "-0.5"), "link 1-2 has a loss of -0.5", 10);
    expect_refusal_in_line(LINK_OF("delay", "0"), "link 1-2 has a delay of 0", 10);
    expect_refusal_in_line(LINK_OF("delay", "3601"), "link 1-2 has a delay of 3601", 10);
    expect_refusal_in_line(LINK_OF("delay", "inf"), "link 1-2 has a delay of inf", 10);
    expect_refusal_in_line(LINK_OF("bandwidth", "-1"), "link 1-2 has a bandwidth of -1", 10);
    expect_refusal_in_line(KEY("delay", "string") "<graph edgedefault=\"undirected\">\n" BARE("a")
                               BARE("b") SAYING("a", "b", "delay", "long") "</graph>\n",
                           "the links' attributes delay are not numbers", 0);
}

Test(mesh, of_double_links_the_first_says_what_it_is_like_in_both_directions)
{
    struct mesh m;
    struct mesh_error error;
    cr_assert_eq(read_body(&m,
                           KEY("delay", "double") KEY(
                               "loss", "double") "<graph edgedefault=\"undirected\">\n" BARE("a")
                               BARE("b") BARE("c") SAYING("b", "a", "delay", "0.5")
                                   SAYING("a", "b", "delay", "0.25")
                                       SAYING("b", "c", "loss", "0.125") "</graph>\n",
                           0, &error),
                 SIM_OK, "%s", error.text);
    const uint32_t there[] = {m.first[0], m.first[1]};      /* 1 to 2, and back */
    const uint32_t beyond[] = {m.first[1] + 1, m.first[2]}; /* 2 to 3, and back */
    for (size_t i = 0; i < 2; i++) {
        cr_expect_float_eq(m.traits[there[i]].delay_s, 0.5, 0);
        cr_expect_lt(m.traits[there[i]].loss, 0);
        cr_expect_lt(m.traits[beyond[i]].delay_s, 0);
        cr_expect_float_eq(m.traits[beyond[i]].loss, 0.125, 0);
    }
    cr_expect_lt(m.traits[m.first[3]].delay_s, 0, "of the registry's link the file says nothing");
    mesh_deinit(&m);
}

Test(mesh, directions_are_refused)
{
    expect_refusal_in_line("<graph\n edgedefault='directed'>\n" BARE("a") BARE("b")
                               EDGE("a", "b") "</graph>\n",
                           "the graph is directed, and links carry both ways: say "
                           "edgedefault=\"undirected\"",
                           5);
    expect_refusal_in_line("<graph edgedefault=\"undirected\">\n" BARE("a") BARE(
                               "b") "<edge source=\"a\" target=\"b\" directed=\"true\"/></graph>\n",
                           "a directed edge, and links carry both ways", 8);
}

Test(mesh, a_graph_within_the_graph_is_refused)
{
    expect_refusal_in_line("<graph edgedefault=\"undirected\">\n<node id=\"a\">"
                           "<graph edgedefault=\"undirected\"><node id=\"c\"/></graph></node>\n"
                           "</graph>\n",
                           "a graph within the graph, which would not be read", 6);
}

Test(mesh, edges_may_come_before_their_nodes_and_comments_are_no_tags)
{
    struct mesh m;
    struct mesh_error error;
    cr_assert_eq(read_body(&m,
                           "<!-- <node id=\"a\"/> -->\n<graph edgedefault=\"undirected\">\n" EDGE(
                               "b", "a") BARE("a") BARE("b") "</graph>\n",
                           0, &error),
                 SIM_OK, "%s", error.text);
    cr_assert_eq(m.node_count, 3);
    cr_assert(m.line[0] == 9 && m.line[1] == 8, "b is named first: %u, %u", m.line[0], m.line[1]);
    mesh_deinit(&m);
}

Test(mesh, attributes_that_are_not_read_are_named)
{
    struct mesh m;
    struct mesh_error error;
    cr_assert_eq(
        read_body(&m,
                  "<key id=\"w\" for=\"edge\" attr.name=\"weight\" attr.type=\"double\"/>\n"
                  "<key id=\"z\" for=\"node\" attr.name=\"height\" attr.type=\"double\"/>\n"
                  "<graph edgedefault=\"undirected\">\n" BARE("a") BARE("b")
                      EDGE("a", "b") "</graph>\n",
                  0, &error),
        SIM_OK, "%s", error.text);
    cr_expect_str_eq(m.unread, "weight, height");
    mesh_deinit(&m);
}

Test(mesh, what_is_no_graphml_is_refused)
{
    static const char yaml[] = "format: 1\nname: factory\n";
    static const char html[] = "<html><body><p>404</p></body></html>";
    static const char binary[] = "\x7f"
                                 "ELF\0\0\1\2\3\xff\xfe";
    static const struct {
        const char *text;
        size_t length;
    } bad[] = {{"", 0},
               {"\n\n", 2},
               {yaml, sizeof yaml - 1},
               {html, sizeof html - 1},
               {binary, sizeof binary - 1},
               {head, sizeof head - 1}};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct mesh m;
        struct mesh_error error;
        cr_expect_eq(read_text(&m, bad[i].text, bad[i].length, 0, &error), SIM_ERR_INVALID,
                     "file %zu", i);
        cr_expect_not_null(strstr(error.text, "no GraphML file"), "%s", error.text);
    }
}

/* Cut anywhere, a file gives a mesh or an error, never a crash or a leak. */
Test(mesh, a_file_cut_off_anywhere_does_no_harm)
{
    char text[2048];
    const int length = snprintf(text, sizeof text, "%s%s</graphml>\n", head,
                                "<graph edgedefault=\"undirected\">\n" NODE("a", "1.5", "2")
                                    NODE("b", "3", "4") EDGE("a", "b") "</graph>\n");
    for (int cut = 0; cut < length - 12; cut += 3) {
        struct mesh m;
        struct mesh_error error;
        cr_expect_eq(read_text(&m, text, (size_t)cut, 0, &error), SIM_ERR_INVALID, "cut at %d",
                     cut);
    }
}

Test(mesh, the_librarys_version_is_known)
{
    cr_expect_not_null(strchr(mesh_library_version(), '.'));
}
