/* Graphs of GraphML files, by igraph. */
#include <igraph/igraph.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/parts/graphml.h"
#include "models/parts/mesh_make.h"

#define NO_PORT UINT16_MAX

/* ---- igraph's errors become ours ---- */

/* GraphML errors carry their detail only in the handler's text. */
static _Thread_local char library_text[160];

static void keep_error(const char *reason, const char *file, int line, igraph_error_t code)
{
    (void)file;
    (void)line;
    (void)code;
    (void)snprintf(library_text, sizeof library_text, "%s", reason);
    IGRAPH_FINALLY_FREE();
}

static void ignore_warning(const char *reason, const char *file, int line)
{
    (void)reason;
    (void)file;
    (void)line;
}

void mesh_library_init(void)
{
    igraph_set_error_handler(keep_error);
    igraph_set_warning_handler(ignore_warning);
    igraph_set_attribute_table(&igraph_cattribute_table);
}

const char *mesh_library_version(void)
{
    const char *text = NULL;
    igraph_version(&text, NULL, NULL, NULL);
    return text;
}

static enum sim_status fail_by_library(struct mesh_error *error, igraph_error_t code)
{
    const enum sim_status status = code == IGRAPH_ENOMEM ? SIM_ERR_NOMEM : SIM_ERR_INVALID;
    return mesh_fail(error, status, "%s",
                     library_text[0] != '\0' ? library_text : igraph_strerror(code));
}

/* ---- from an igraph graph to flat arrays ---- */

static igraph_error_t list_links(struct mesh *m, const igraph_t *g)
{
    igraph_vector_int_t neighbour;
    igraph_error_t code = igraph_vector_int_init(&neighbour, 0);
    if (code != IGRAPH_SUCCESS) {
        return code;
    }
    for (uint32_t i = 0; i < m->node_count && code == IGRAPH_SUCCESS; i++) {
        code = igraph_neighbors(g, &neighbour, (igraph_integer_t)i, IGRAPH_ALL); /* ascending */
        const uint32_t degree = (uint32_t)igraph_vector_int_size(&neighbour);
        for (uint32_t p = 0; p < degree; p++) {
            m->link[m->first[i] + p].to = (uint32_t)VECTOR(neighbour)[p];
        }
        m->first[i + 1] = m->first[i] + degree;
    }
    igraph_vector_int_destroy(&neighbour);
    return code;
}

/*
 * Some rows at a time: a full matrix of doubles would not fit for 10,000 nodes, and igraph prepares
 * the graph anew at each call. Its matrices lie column by column; hops are the same both ways.
 */
static igraph_error_t count_hops(struct mesh *m, const igraph_t *g)
{
    enum { ROWS = 128 };
    igraph_matrix_t hops;
    igraph_error_t code = igraph_matrix_init(&hops, 0, 0);
    if (code != IGRAPH_SUCCESS) {
        return code;
    }
    const uint32_t n = m->node_count;
    for (uint32_t first = 0; first < n && code == IGRAPH_SUCCESS; first += ROWS) {
        const uint32_t count = n - first > ROWS ? ROWS : n - first;
        code = igraph_distances(g, &hops, igraph_vss_range(first, first + count), igraph_vss_all(),
                                IGRAPH_ALL);
        for (uint32_t i = 0; i < n && code == IGRAPH_SUCCESS; i++) {
            for (uint32_t k = 0; k < count; k++) {
                m->hops[(size_t)i * n + first + k] = (uint16_t)MATRIX(hops, k, i);
            }
        }
    }
    igraph_matrix_destroy(&hops);
    return code;
}

static enum sim_status check_degrees(const igraph_t *g, struct mesh_error *error)
{
    igraph_integer_t most = 0;
    const igraph_error_t code =
        igraph_maxdegree(g, &most, igraph_vss_all(), IGRAPH_ALL, IGRAPH_LOOPS);
    if (code != IGRAPH_SUCCESS) {
        return fail_by_library(error, code);
    }
    if (most >= NO_PORT) {
        return mesh_fail(error, SIM_ERR_INVALID, "a node has %ld links; at most %u can be served",
                         (long)most, NO_PORT - 1u);
    }
    return SIM_OK;
}

/* ---- registries ---- */

/* They are the last nodes, each with one link. */
static igraph_error_t add_registries(const struct mesh *m, igraph_t *g,
                                     const struct mesh_registries *r, uint32_t nodes)
{
    igraph_error_t code = igraph_add_vertices(g, (igraph_integer_t)m->registries, NULL);
    for (uint32_t i = 0; i < m->registries && code == IGRAPH_SUCCESS; i++) {
        code = igraph_add_edge(g, (igraph_integer_t)mesh_registry_place(r, i),
                               (igraph_integer_t)nodes + i);
    }
    return code;
}

/* ---- what GraphML says of links ---- */

static const struct {
    const char *name;
    size_t place; /* in struct mesh_traits */
} trait[] = {{"delay", offsetof(struct mesh_traits, delay_s)},
             {"bandwidth", offsetof(struct mesh_traits, bandwidth_bps)},
             {"loss", offsetof(struct mesh_traits, loss)}};

enum { TRAITS = sizeof trait / sizeof trait[0] };

static bool trait_is_sound(const char *name, double value)
{
    if (isnan(value)) {
        return true; /* the file does not say */
    }
    if (strcmp(name, "loss") == 0) {
        return value >= 0 && value <= 1;
    }
    return value > 0 && value <= (strcmp(name, "delay") == 0 ? 3600 : 1e12);
}

/* What is done with one attribute of every link that the graph has. */
typedef enum sim_status use_traits(void *context, const igraph_t *g, size_t which,
                                   const igraph_vector_t *value, struct mesh_error *error);

static enum sim_status with_trait(const igraph_t *g, size_t which, use_traits *use, void *context,
                                  struct mesh_error *error)
{
    const char *name = trait[which].name;
    if (!igraph_cattribute_has_attr(g, IGRAPH_ATTRIBUTE_EDGE, name)) {
        return SIM_OK;
    }
    igraph_vector_t value;
    const igraph_error_t code = igraph_vector_init(&value, 0);
    if (code != IGRAPH_SUCCESS) {
        return fail_by_library(error, code);
    }
    enum sim_status status = SIM_OK;
    if (igraph_cattribute_EANV(g, name, igraph_ess_all(IGRAPH_EDGEORDER_ID), &value) !=
        IGRAPH_SUCCESS) {
        status =
            mesh_fail(error, SIM_ERR_INVALID, "the links' attributes %s are not numbers", name);
    } else {
        status = use(context, g, which, &value, error);
    }
    igraph_vector_destroy(&value);
    return status;
}

static enum sim_status with_all_traits(const igraph_t *g, use_traits *use, void *context,
                                       struct mesh_error *error)
{
    enum sim_status status = SIM_OK;
    for (size_t i = 0; i < TRAITS && status == SIM_OK; i++) {
        status = with_trait(g, i, use, context, error);
    }
    return status;
}

static enum sim_status refuse_trait(const igraph_t *g, igraph_integer_t edge, size_t which,
                                    double given, uint32_t line, struct mesh_error *error)
{
    igraph_integer_t a = 0;
    igraph_integer_t b = 0;
    const igraph_error_t code = igraph_edge(g, edge, &a, &b);
    if (code != IGRAPH_SUCCESS) {
        return fail_by_library(error, code);
    }
    error->line = line;
    return mesh_fail(error, SIM_ERR_INVALID, "link %ld-%ld has a %s of %g",
                     (long)(a < b ? a : b) + 1, (long)(a < b ? b : a) + 1, trait[which].name,
                     given);
}

/* context: the file's tags. Its edges are the graph's as long as nobody has made it simple. */
static enum sim_status check_trait(void *context, const igraph_t *g, size_t which,
                                   const igraph_vector_t *value, struct mesh_error *error)
{
    const struct graphml *file = context;
    const bool same = file->edges == (uint32_t)igraph_ecount(g);
    for (igraph_integer_t e = 0; e < igraph_ecount(g); e++) {
        const double given = igraph_vector_get(value, e);
        if (!trait_is_sound(trait[which].name, given)) {
            return refuse_trait(g, e, which, given, same ? file->edge_line[e] : 0, error);
        }
    }
    return SIM_OK;
}

/* context: the mesh. The links to registries are the graph's last, and the file has none. */
static enum sim_status keep_trait(void *context, const igraph_t *g, size_t which,
                                  const igraph_vector_t *value, struct mesh_error *error)
{
    (void)error;
    const struct mesh *m = context;
    const igraph_integer_t links = igraph_ecount(g) - (igraph_integer_t)m->registries;
    for (igraph_integer_t e = 0; e < links; e++) {
        const uint32_t a = (uint32_t)IGRAPH_FROM(g, e);
        const uint32_t b = (uint32_t)IGRAPH_TO(g, e);
        const uint32_t direction[] = {m->first[a] + mesh_port_towards(m, a, b),
                                      m->first[b] + mesh_port_towards(m, b, a)};
        for (size_t d = 0; d < 2; d++) {
            char *traits = (char *)&m->traits[direction[d]];
            const double given = igraph_vector_get(value, e);
            *(double *)(void *)(traits + trait[which].place) = isnan(given) ? -1 : given;
        }
    }
    return SIM_OK;
}

static enum sim_status read_traits(struct mesh *m, const igraph_t *g, struct mesh_error *error)
{
    bool any = false;
    for (size_t i = 0; i < TRAITS; i++) {
        any = any || igraph_cattribute_has_attr(g, IGRAPH_ATTRIBUTE_EDGE, trait[i].name);
    }
    if (!any) {
        return SIM_OK;
    }
    const uint32_t directions = m->first[m->node_count];
    m->traits = malloc(directions * sizeof *m->traits);
    if (m->traits == NULL) {
        return mesh_fail(error, SIM_ERR_NOMEM, "no memory for what %u links are like", directions);
    }
    for (uint32_t l = 0; l < directions; l++) {
        m->traits[l] = (struct mesh_traits){-1, -1, -1};
    }
    return with_all_traits(g, keep_trait, m, error);
}

/* Adds the registries as the last nodes, and takes everything over. */
static enum sim_status take_over(struct mesh *m, igraph_t *g,
                                 const struct mesh_registries *registries, struct mesh_error *error)
{
    const uint32_t nodes = (uint32_t)igraph_vcount(g);
    const enum sim_status fits = mesh_check_registries(m, registries, nodes, error);
    if (fits != SIM_OK) {
        return fits;
    }
    igraph_error_t code = add_registries(m, g, registries, nodes);
    igraph_bool_t connected = false;
    if (code == IGRAPH_SUCCESS) {
        code = igraph_is_connected(g, &connected, IGRAPH_WEAK);
    }
    if (code != IGRAPH_SUCCESS) {
        return fail_by_library(error, code);
    }
    if (!connected) {
        return mesh_fail(error, SIM_ERR_INVALID,
                         "the graph is not connected: some nodes could never reach the registry");
    }
    enum sim_status status = check_degrees(g, error);
    if (status != SIM_OK) {
        return status;
    }
    status = mesh_reserve(m, (uint32_t)igraph_vcount(g), 2 * (size_t)igraph_ecount(g), error);
    if (status != SIM_OK) {
        return status;
    }
    code = list_links(m, g);
    if (code == IGRAPH_SUCCESS) {
        code = count_hops(m, g);
    }
    if (code != IGRAPH_SUCCESS) {
        return fail_by_library(error, code);
    }
    mesh_finish(m);
    return SIM_OK;
}

/* ---- GraphML ---- */

/* One coordinate of every vertex. The library knows whether the attribute holds numbers. */
static enum sim_status read_coordinates(double **metres, const igraph_t *g, const char *name,
                                        struct mesh_error *error)
{
    const size_t n = (size_t)igraph_vcount(g);
    igraph_vector_t value;
    igraph_error_t code = igraph_vector_init(&value, 0);
    if (code != IGRAPH_SUCCESS) {
        return fail_by_library(error, code);
    }
    enum sim_status status = SIM_OK;
    *metres = calloc(n + 1, sizeof **metres);
    if (*metres == NULL) {
        status = mesh_fail(error, SIM_ERR_NOMEM, "no memory for %zu positions", n);
    } else if (igraph_cattribute_VANV(g, name, igraph_vss_all(), &value) != IGRAPH_SUCCESS) {
        status =
            mesh_fail(error, SIM_ERR_INVALID, "the nodes' attributes %s are not numbers", name);
    } else {
        igraph_vector_copy_to(&value, *metres);
    }
    igraph_vector_destroy(&value);
    return status;
}

/* A file may declare x and y for all, and give them to nobody; but not to some only. */
static enum sim_status check_positions(struct mesh *m, uint32_t n, struct mesh_error *error)
{
    uint32_t placed = 0;
    uint32_t unplaced = 0;
    for (uint32_t i = n; i-- > 0;) {
        if (isfinite(m->x_m[i]) && isfinite(m->y_m[i])) {
            placed++;
        } else {
            unplaced = i + 1;
        }
    }
    if (placed > 0 && placed < n) {
        error->line = m->line != NULL ? m->line[unplaced - 1] : 0;
        return mesh_fail(error, SIM_ERR_INVALID, "node %u has no finite position x, y", unplaced);
    }
    if (placed == 0) {
        free(m->x_m);
        free(m->y_m);
        m->x_m = NULL;
        m->y_m = NULL;
    }
    return SIM_OK;
}

static enum sim_status read_positions(struct mesh *m, const igraph_t *g, struct mesh_error *error)
{
    if (!igraph_cattribute_has_attr(g, IGRAPH_ATTRIBUTE_VERTEX, "x") ||
        !igraph_cattribute_has_attr(g, IGRAPH_ATTRIBUTE_VERTEX, "y")) {
        return SIM_OK;
    }
    enum sim_status status = read_coordinates(&m->x_m, g, "x", error);
    if (status == SIM_OK) {
        status = read_coordinates(&m->y_m, g, "y", error);
    }
    return status == SIM_OK ? check_positions(m, (uint32_t)igraph_vcount(g), error) : status;
}

/* No loops, no double links: of those, the first says what the link is like. */
static igraph_error_t make_simple(igraph_t *g)
{
    igraph_attribute_combination_t first;
    igraph_error_t code = igraph_attribute_combination(
        &first, "delay", IGRAPH_ATTRIBUTE_COMBINE_FIRST, "bandwidth",
        IGRAPH_ATTRIBUTE_COMBINE_FIRST, "loss", IGRAPH_ATTRIBUTE_COMBINE_FIRST, "",
        IGRAPH_ATTRIBUTE_COMBINE_IGNORE, IGRAPH_NO_MORE_ATTRIBUTES);
    if (code != IGRAPH_SUCCESS) {
        return code;
    }
    code = igraph_to_undirected(g, IGRAPH_TO_UNDIRECTED_COLLAPSE, &first);
    if (code == IGRAPH_SUCCESS) {
        code = igraph_simplify(g, true, true, &first);
    }
    igraph_attribute_combination_destroy(&first);
    return code;
}

static enum sim_status read_graph(igraph_t *g, const void *bytes, size_t length,
                                  struct mesh_error *error)
{
    /* Only read from; it has no way to say so. */
    FILE *file = length > 0 ? fmemopen((void *)(uintptr_t)bytes, length, "r") : NULL;
    if (file == NULL) {
        return length > 0 ? mesh_fail(error, SIM_ERR_NOMEM, "no memory left to read the graph")
                          : mesh_fail(error, SIM_ERR_INVALID, "no GraphML file: it is empty");
    }
    library_text[0] = '\0';
    igraph_error_t code = igraph_read_graph_graphml(g, file, 0);
    (void)fclose(file);
    if (code != IGRAPH_SUCCESS) {
        return mesh_fail(error, SIM_ERR_INVALID, "no GraphML file: %s", library_text);
    }
    return SIM_OK;
}

/* What the library's reader overlooks, once it has read the file. */
static enum sim_status check_file(struct mesh *m, const igraph_t *g, const void *bytes,
                                  size_t length, struct mesh_error *error)
{
    struct graphml file;
    enum sim_status status = graphml_check(&file, bytes, length, error);
    if (status == SIM_OK) {
        status = with_all_traits(g, check_trait, &file, error);
    }
    if (status == SIM_OK) {
        (void)snprintf(m->unread, sizeof m->unread, "%s", file.unread);
        if (file.count == (uint32_t)igraph_vcount(g)) {
            m->line = file.line;
            file.line = NULL;
        }
    }
    graphml_deinit(&file);
    return status;
}

enum sim_status mesh_init_graphml(struct mesh *m, const void *bytes, size_t length,
                                  const struct mesh_registries *registries,
                                  struct mesh_error *error)
{
    *m = (struct mesh){0};
    igraph_t g;
    error->line = 0;
    enum sim_status status = read_graph(&g, bytes, length, error);
    if (status != SIM_OK) {
        return status;
    }
    status = check_file(m, &g, bytes, length, error);
    if (status == SIM_OK) {
        const igraph_error_t code = make_simple(&g);
        status = code == IGRAPH_SUCCESS ? SIM_OK : fail_by_library(error, code);
    }
    if (status == SIM_OK) {
        status = read_positions(m, &g, error);
    }
    if (status == SIM_OK) {
        status = take_over(m, &g, registries, error);
    }
    if (status == SIM_OK) {
        status = read_traits(m, &g, error);
    }
    igraph_destroy(&g);
    if (status != SIM_OK) {
        mesh_deinit(m);
    }
    return status;
}
