#include "models/nimblenet/compose_outages.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/nimblenet/world/purposes.h"
#include "scenarios/language/quantity.h"

/* Where a spell is written: in the list at its place, or in a line of the trace file. */
struct source {
    const struct compose_system *system;
    const char *key;
    const char *file; /* NULL: the list */
    uint32_t number;
    struct model_error *error;
};

static enum sim_status refuse(const struct source *s, const char *text, const char *why)
{
    if (s->file != NULL) {
        return compose_fail(s->error, SIM_ERR_INVALID, s->key, "%.100s:%u: \"%.80s\": %s", s->file,
                            s->number, text, why);
    }
    return compose_fail(s->error, SIM_ERR_INVALID, s->key, "\"%.80s\": %s", text, why);
}

#define FORM "expected WHAT from TIME to TIME, such as node 5 from 100 s to 160 s"

/* ---- what fails ---- */

static uint32_t registries_from(const struct mesh *mesh)
{
    return mesh_nodes(mesh);
}

static bool find_link(const struct mesh *mesh, uint32_t from, uint32_t to, uint32_t *thing)
{
    const uint32_t low = from < to ? from : to;
    const uint32_t high = from < to ? to : from;
    for (uint32_t l = mesh->first[low]; l < mesh->first[low + 1]; l++) {
        if (mesh->link[l].to == high) {
            *thing = mesh->node_count + l;
            return true;
        }
    }
    return false;
}

/* NULL, or why not. what: "node 5", "link 3-4", "registry". */
static const char *find_what_fails(const struct mesh *mesh, const char *what, uint32_t *thing)
{
    unsigned a = 0;
    unsigned b = 0;
    int used = 0;
    const uint32_t nodes = registries_from(mesh);
    if (sscanf(what, "node %9u%n", &a, &used) == 1 && what[used] == '\0') {
        *thing = a - 1;
        return a >= 1 && a <= nodes ? NULL : "there is no such node";
    }
    if (sscanf(what, "link %9u-%9u%n", &a, &b, &used) == 2 && what[used] == '\0') {
        const bool is_inside = a >= 1 && b >= 1 && a <= mesh->node_count && b <= mesh->node_count;
        return is_inside && find_link(mesh, a - 1, b - 1, thing) ? NULL : "there is no such link";
    }
    if (strcmp(what, "registry") == 0) {
        a = 1;
    } else if (sscanf(what, "registry %9u%n", &a, &used) != 1 || what[used] != '\0') {
        return FORM;
    }
    *thing = nodes + a - 1;
    return a >= 1 && nodes + a <= mesh->node_count ? NULL : "there is no such registry";
}

/* The same, or "pause of node 5", which is another thing than the node. */
static const char *find_thing(const struct mesh *mesh, const char *what, uint32_t *thing)
{
    static const char pause[] = "pause of ";
    const bool pauses = strncmp(what, pause, sizeof pause - 1) == 0;
    const char *wrong = find_what_fails(mesh, what + (pauses ? sizeof pause - 1 : 0), thing);
    if (wrong != NULL || !pauses) {
        return wrong;
    }
    if (*thing >= mesh->node_count) {
        return "a link does not pause";
    }
    *thing += mesh->node_count + mesh->first[mesh->node_count];
    return NULL;
}

/* ---- when ---- */

static const char *read_times(char *text, struct outage_spell *spell)
{
    char *to = strstr(text, " to ");
    if (to != NULL) {
        *to = '\0';
    }
    spell->to_ns = SIM_TIME_NEVER;
    if (quantity_parse_whole(text, QUANTITY_TIME, &spell->from_ns) != QUANTITY_OK ||
        (to != NULL && quantity_parse_whole(to + 4, QUANTITY_TIME, &spell->to_ns) != QUANTITY_OK)) {
        return FORM;
    }
    if (spell->from_ns < 0 || spell->to_ns <= spell->from_ns) {
        return "it must come back after it has failed";
    }
    return NULL;
}

static enum sim_status read_spell(const struct source *s, const char *text,
                                  struct outage_spell *spell)
{
    char copy[128];
    const int length = snprintf(copy, sizeof copy, "%s", text);
    char *from = length < (int)sizeof copy ? strstr(copy, " from ") : NULL;
    if (from == NULL) {
        return refuse(s, text, FORM);
    }
    *from = '\0';
    const char *wrong = find_thing(&s->system->mesh, copy, &spell->thing);
    if (wrong == NULL) {
        wrong = read_times(from + 6, spell);
    }
    return wrong == NULL ? SIM_OK : refuse(s, text, wrong);
}

/* ---- all of them ---- */

struct spells {
    struct outage_spell *item;
    size_t count, room;
};

static enum sim_status add_spell(struct spells *list, const struct source *s, const char *text)
{
    if (list->count == list->room) {
        const size_t room = list->room == 0 ? 16 : 2 * list->room;
        struct outage_spell *grown = realloc(list->item, room * sizeof *grown);
        if (grown == NULL) {
            return compose_fail(s->error, SIM_ERR_NOMEM, NULL, "no memory for %zu outages", room);
        }
        list->item = grown;
        list->room = room;
    }
    struct outage_spell spell = {0};
    const enum sim_status status = read_spell(s, text, &spell);
    if (status == SIM_OK) {
        list->item[list->count++] = spell;
    }
    return status;
}

static enum sim_status read_line(struct spells *list, const struct source *s, const char *line,
                                 size_t length)
{
    char text[160];
    while (length > 0 && (line[length - 1] == '\r' || line[length - 1] == ' ')) {
        length--;
    }
    if (length == 0 || line[0] == '#') {
        return SIM_OK;
    }
    if (length >= sizeof text || memchr(line, '\0', length) != NULL) {
        return refuse(s, "...", FORM);
    }
    memcpy(text, line, length);
    text[length] = '\0';
    return add_spell(list, s, text);
}

static enum sim_status read_trace(struct spells *list, struct source *s)
{
    const struct scenario_file *file = &s->system->config->outage.trace;
    if (file->word != NULL) {
        return SIM_OK;
    }
    s->key = "outage.trace";
    s->file = file->written;
    if (file->bytes == NULL) {
        return compose_fail(s->error, SIM_ERR_NOTFOUND, s->key, "%s cannot be read", file->path);
    }
    const char *at = file->bytes;
    const char *end = at + file->length;
    enum sim_status status = SIM_OK;
    for (s->number = 1; at < end && status == SIM_OK; s->number++) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        const size_t length = (size_t)((stop != NULL ? stop : end) - at);
        status = read_line(list, s, at, length);
        at += length + 1;
    }
    return status;
}

static int by_thing_and_time(const void *a, const void *b)
{
    const struct outage_spell *x = a;
    const struct outage_spell *y = b;
    if (x->thing != y->thing) {
        return x->thing < y->thing ? -1 : 1;
    }
    return (x->from_ns > y->from_ns) - (x->from_ns < y->from_ns);
}

static enum sim_status read_spells(struct spells *list, const struct compose_system *m,
                                   struct model_error *error)
{
    const struct scenario_list *events = &m->config->outage.events;
    struct source s = {.system = m, .key = "outage.events", .error = error};
    enum sim_status status = SIM_OK;
    for (uint32_t i = 0; i < events->count && status == SIM_OK; i++) {
        status = add_spell(list, &s, ((char *const *)events->item)[i]);
    }
    if (status == SIM_OK) {
        status = read_trace(list, &s);
    }
    if (status == SIM_OK && list->count > 0) {
        qsort(list->item, list->count, sizeof *list->item, by_thing_and_time);
    }
    return status;
}

enum sim_status compose_outages_check(const struct compose_system *m, struct model_error *error)
{
    struct spells list = {0};
    const enum sim_status status = read_spells(&list, m, error);
    free(list.item);
    return status;
}

bool compose_outages_are_listed(const struct nimblenet_config *c)
{
    return c->outage.events.count > 0 || c->outage.trace.word == NULL;
}

const char *compose_outages_key(const struct nimblenet_config *c)
{
    return c->outage.nodes.mtbf_ns > 0      ? "outage.nodes.mtbf"
           : c->outage.links.mtbf_ns > 0    ? "outage.links.mtbf"
           : c->outage.registry.mtbf_ns > 0 ? "outage.registry.mtbf"
           : c->outage.pauses.mtbf_ns > 0   ? "outage.pauses.mtbf"
           : c->outage.events.count > 0     ? "outage.events"
           : c->outage.trace.word == NULL   ? "outage.trace"
                                            : NULL;
}

bool compose_outages_any(const struct nimblenet_config *c)
{
    return compose_outages_key(c) != NULL;
}

/* ---- streams, for what no list names ---- */

/* entity: of the stream; the number of a node, or both ends of a link. */
static struct outage_stream stream_of(const struct compose_system *m, uint32_t replication,
                                      const struct nimblenet_outage *o, enum purposes purpose,
                                      uint64_t entity)
{
    return (struct outage_stream){
        .mtbf_ns = o->mtbf_ns,
        .mttr_ns = o->mttr_ns,
        .until_ns = m->head->duration_ns,
        .seed = m->head->seed,
        .replication = replication,
        .entity = entity,
        .purpose = purpose,
    };
}

static struct outage_stream stream_of_node(const struct compose_system *m, uint32_t replication,
                                           uint32_t node)
{
    const struct nimblenet_config *c = m->config;
    return node >= registries_from(&m->mesh)
               ? stream_of(m, replication, &c->outage.registry, PURPOSES_REGISTRY_OUTAGE, node)
               : stream_of(m, replication, &c->outage.nodes, PURPOSES_NODE_OUTAGE, node);
}

/* Registries pause where a list says so. */
static struct outage_stream stream_of_pauses(const struct compose_system *m, uint32_t replication,
                                             uint32_t node)
{
    static const struct nimblenet_outage none = {0, 0};
    const bool is_node = node < registries_from(&m->mesh);
    return stream_of(m, replication, is_node ? &m->config->outage.pauses : &none,
                     PURPOSES_NODE_PAUSE, node);
}

/* The direction that has the times is that from the lower end. */
static struct outage_stream stream_of_link(const struct compose_system *m, uint32_t replication,
                                           uint32_t from, uint32_t to)
{
    static const struct nimblenet_outage none = {0, 0};
    return stream_of(m, replication, from < to ? &m->config->outage.links : &none,
                     PURPOSES_LINK_OUTAGE, (uint64_t)from << 32 | to);
}

/* The listed spells of the next thing, if it has any, else its stream. */
static enum sim_status add_thing(struct outage_plan *p, const struct spells *list, size_t *next,
                                 const struct outage_stream *stream)
{
    const size_t first = *next;
    while (*next < list->count && list->item[*next].thing == p->things) {
        ++*next;
    }
    return *next > first ? outage_plan_list(p, &list->item[first], *next - first)
                         : outage_plan_draw(p, stream);
}

static enum sim_status add_all(struct outage_plan *p, const struct spells *list,
                               const struct compose_system *m, uint32_t replication)
{
    const struct mesh *mesh = &m->mesh;
    enum sim_status status = SIM_OK;
    size_t next = 0;
    for (uint32_t i = 0; i < mesh->node_count && status == SIM_OK; i++) {
        const struct outage_stream stream = stream_of_node(m, replication, i);
        status = add_thing(p, list, &next, &stream);
    }
    for (uint32_t i = 0; i < mesh->node_count && status == SIM_OK; i++) {
        for (uint32_t l = mesh->first[i]; l < mesh->first[i + 1] && status == SIM_OK; l++) {
            const struct outage_stream stream = stream_of_link(m, replication, i, mesh->link[l].to);
            status = add_thing(p, list, &next, &stream);
        }
    }
    for (uint32_t i = 0; i < mesh->node_count && status == SIM_OK; i++) {
        const struct outage_stream stream = stream_of_pauses(m, replication, i);
        status = add_thing(p, list, &next, &stream);
    }
    return status;
}

enum sim_status compose_outages(struct outage_plan *p, const struct compose_system *m,
                                uint32_t replication, struct model_error *error)
{
    outage_plan_init(p);
    if (!compose_outages_any(m->config)) {
        return SIM_OK;
    }
    struct spells list = {0};
    enum sim_status status = read_spells(&list, m, error);
    if (status == SIM_OK) {
        status = add_all(p, &list, m, replication);
        if (status != SIM_OK) {
            (void)compose_fail(error, status, "outage", "no memory left for all outages");
        }
    }
    free(list.item);
    if (status != SIM_OK) {
        outage_plan_deinit(p);
    }
    return status;
}
