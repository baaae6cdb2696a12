#include "models/parts/graphml.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/engine/memory.h"

/* ---- tags ---- */

struct span {
    const char *at;
    size_t length;
};

struct tag {
    struct span name;  /* without a prefix: "node" of <g:node> */
    struct span inner; /* what stands between name and ">" */
    uint32_t line;
    bool closes, is_empty; /* </node>, <node/> */
};

struct scan {
    const char *at, *end;
    uint32_t line;
};

static bool is(struct span s, const char *word)
{
    return s.length == strlen(word) && memcmp(s.at, word, s.length) == 0;
}

static void step(struct scan *s)
{
    s->line += *s->at == '\n';
    s->at++;
}

static bool starts_with(const struct scan *s, const char *word)
{
    const size_t length = strlen(word);
    return (size_t)(s->end - s->at) >= length && memcmp(s->at, word, length) == 0;
}

/* Goes behind the next word, or to the end. */
static void pass(struct scan *s, const char *word)
{
    while (s->at < s->end && !starts_with(s, word)) {
        step(s);
    }
    s->at = s->at < s->end ? s->at + strlen(word) : s->end;
}

/* To the ">" of a tag; those within quotes are text. */
static void pass_attributes(struct scan *s)
{
    char quote = '\0';
    while (s->at < s->end && (quote != '\0' || *s->at != '>')) {
        if (quote == '\0' && (*s->at == '"' || *s->at == '\'')) {
            quote = *s->at;
        } else if (*s->at == quote) {
            quote = '\0';
        }
        step(s);
    }
}

static bool ends_name(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '/' || c == '>' || c == '=';
}

static struct span read_name(const char **at, const char *end)
{
    struct span name = {*at, 0};
    while (*at < end && !ends_name(**at)) {
        (*at)++;
        if ((*at)[-1] == ':') {
            name.at = *at;
        }
    }
    name.length = (size_t)(*at - name.at);
    return name;
}

/* What has no name of ours: comments, instructions, text that looks like tags. */
static bool pass_other(struct scan *s)
{
    static const struct {
        const char *begins, *ends;
    } other[] = {{"<!--", "-->"}, {"<![CDATA[", "]]>"}, {"<?", "?>"}, {"<!", ">"}};
    for (size_t i = 0; i < sizeof other / sizeof other[0]; i++) {
        if (starts_with(s, other[i].begins)) {
            s->at += strlen(other[i].begins);
            pass(s, other[i].ends);
            return true;
        }
    }
    return false;
}

static bool next_tag(struct scan *s, struct tag *t)
{
    for (;;) {
        while (s->at < s->end && *s->at != '<') {
            step(s);
        }
        if (s->at == s->end) {
            return false;
        }
        if (!pass_other(s)) {
            break;
        }
    }
    s->at++;
    *t = (struct tag){.line = s->line, .closes = s->at < s->end && *s->at == '/'};
    s->at += t->closes;
    const char *inner = s->at;
    t->name = read_name(&inner, s->end);
    pass_attributes(s);
    t->inner = (struct span){inner, s->at > inner ? (size_t)(s->at - inner) : 0};
    t->is_empty = t->inner.length > 0 && t->inner.at[t->inner.length - 1] == '/';
    return true;
}

/* The value of a tag's attribute; at NULL where it has none of that name. */
static struct span attribute(const struct tag *t, const char *wanted)
{
    const char *at = t->inner.at;
    const char *end = at + t->inner.length;
    while (at < end) {
        while (at < end && ends_name(*at)) {
            at++;
        }
        const struct span name = read_name(&at, end);
        while (at < end && *at != '"' && *at != '\'') {
            at++;
        }
        if (at == end) {
            break;
        }
        const char quote = *at++;
        const char *value = at;
        while (at < end && *at != quote) {
            at++;
        }
        if (is(name, wanted)) {
            return (struct span){value, (size_t)(at - value)};
        }
        at += at < end;
    }
    return (struct span){NULL, 0};
}

/* ---- what the tags say ---- */

/* A node named somewhere: where it is declared, or at an end of an edge. */
struct mention {
    struct span id;
    uint32_t line, order;
    bool declares;
};

struct reading {
    struct graphml *graph;
    struct mention *mention;
    size_t count, capacity;
    struct mesh_error *error;
};

SIM_PRINTF(3, 4)
static enum sim_status refuse(struct reading *r, uint32_t line, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    (void)vsnprintf(r->error->text, sizeof r->error->text, format, list);
    va_end(list);
    r->error->line = line;
    return SIM_ERR_INVALID;
}

#define SHOWN(span) (int)((span).length < 60 ? (span).length : 60), (span).at

static enum sim_status no_memory(struct reading *r)
{
    (void)refuse(r, 0, "no memory left to read the graph");
    return SIM_ERR_NOMEM;
}

/* Ids that are spelt with references are left to the reader of the graph. */
static enum sim_status mention(struct reading *r, const struct tag *t, const char *attribute_name)
{
    const struct span id = attribute(t, attribute_name);
    if (id.at == NULL || memchr(id.at, '&', id.length) != NULL) {
        return SIM_OK;
    }
    if (r->count == r->capacity) {
        void *larger = memory_grow(r->mention, &r->capacity, r->count, 1, sizeof *r->mention);
        if (larger == NULL) {
            return no_memory(r);
        }
        r->mention = larger;
    }
    r->mention[r->count] = (struct mention){id, t->line, (uint32_t)r->count, is(t->name, "node")};
    r->count++;
    return SIM_OK;
}

static enum sim_status note_edge(struct reading *r, const struct tag *t)
{
    struct graphml *g = r->graph;
    if (g->edges == g->edges_room) {
        const uint32_t room = g->edges_room * 2 + 64;
        uint32_t *larger = realloc(g->edge_line, room * sizeof *larger);
        if (larger == NULL) {
            return no_memory(r);
        }
        g->edge_line = larger;
        g->edges_room = room;
    }
    g->edge_line[g->edges++] = t->line;
    const enum sim_status status = mention(r, t, "source");
    return status == SIM_OK ? mention(r, t, "target") : status;
}

static void note_key(struct graphml *g, const struct tag *t)
{
    const struct span domain = attribute(t, "for");
    struct span name = attribute(t, "attr.name");
    if (name.at == NULL) {
        name = attribute(t, "id");
    }
    const bool is_node = domain.at == NULL || is(domain, "node") || is(domain, "all");
    const bool is_edge = domain.at == NULL || is(domain, "edge") || is(domain, "all");
    if (name.at == NULL || (is_node && (is(name, "x") || is(name, "y"))) ||
        (is_edge && (is(name, "delay") || is(name, "bandwidth") || is(name, "loss")))) {
        return;
    }
    const size_t used = strlen(g->unread);
    (void)snprintf(g->unread + used, sizeof g->unread - used, "%s%.*s", used > 0 ? ", " : "",
                   SHOWN(name));
}

static enum sim_status look_at(struct reading *r, const struct tag *t)
{
    if (is(t->name, "graph") && is(attribute(t, "edgedefault"), "directed")) {
        return refuse(r, t->line,
                      "the graph is directed, and links carry both ways: say "
                      "edgedefault=\"undirected\"");
    }
    if (is(t->name, "edge") && is(attribute(t, "directed"), "true")) {
        return refuse(r, t->line, "a directed edge, and links carry both ways");
    }
    if (is(t->name, "key")) {
        note_key(r->graph, t);
    }
    if (is(t->name, "node")) {
        return mention(r, t, "id");
    }
    if (is(t->name, "edge")) {
        return note_edge(r, t);
    }
    return SIM_OK;
}

/* Up to the end of the first graph: a second one is not read. */
static enum sim_status read_tags(struct reading *r, const char *text, size_t length)
{
    struct scan scan = {text, text + length, 1};
    struct tag t;
    uint32_t graphs = 0;
    enum sim_status status = SIM_OK;
    while (status == SIM_OK && next_tag(&scan, &t)) {
        if (t.closes) {
            if (is(t.name, "graph")) {
                break;
            }
            continue;
        }
        if (is(t.name, "graph") && !t.is_empty && graphs++ > 0) {
            return refuse(r, t.line, "a graph within the graph, which would not be read");
        }
        status = look_at(r, &t);
    }
    return status;
}

/* ---- do all mentions agree? ---- */

/* By id, its declaration first, then in the order of the file. */
static int by_id(const void *a, const void *b)
{
    const struct mention *x = a;
    const struct mention *y = b;
    const size_t common = x->id.length < y->id.length ? x->id.length : y->id.length;
    const int order = common > 0 ? memcmp(x->id.at, y->id.at, common) : 0;
    if (order != 0 || x->id.length != y->id.length) {
        return order != 0 ? order : x->id.length < y->id.length ? -1 : 1;
    }
    if (x->declares != y->declares) {
        return x->declares ? -1 : 1;
    }
    return x->order < y->order ? -1 : x->order > y->order;
}

static int by_order(const void *a, const void *b)
{
    const struct mention *x = a;
    const struct mention *y = b;
    return x->order < y->order ? -1 : x->order > y->order;
}

static bool is_same(struct span a, struct span b)
{
    return a.length == b.length && memcmp(a.at, b.at, a.length) == 0;
}

/* Of each id the first mention stays, with the line of its declaration. */
static enum sim_status join(struct reading *r)
{
    size_t kept = 0;
    for (size_t i = 0; i < r->count; i++) {
        struct mention *m = &r->mention[i];
        struct mention *first = kept > 0 ? &r->mention[kept - 1] : NULL;
        if (first == NULL || !is_same(first->id, m->id)) {
            if (!m->declares) {
                return refuse(r, m->line, "an edge to node \"%.*s\", which is not declared",
                              SHOWN(m->id));
            }
            r->mention[kept++] = *m;
        } else if (m->declares) {
            return refuse(r, m->line, "node \"%.*s\" is there twice; first in line %u",
                          SHOWN(m->id), first->line);
        } else if (m->order < first->order) {
            first->order = m->order; /* an edge may come before its nodes */
        }
    }
    r->count = kept;
    return SIM_OK;
}

static enum sim_status keep_lines(struct reading *r)
{
    r->graph->line = calloc(r->count + 1, sizeof *r->graph->line);
    if (r->graph->line == NULL) {
        return no_memory(r);
    }
    for (size_t i = 0; i < r->count; i++) {
        r->graph->line[i] = r->mention[i].line;
    }
    r->graph->count = (uint32_t)r->count;
    return SIM_OK;
}

static void sort(struct reading *r, int (*compare)(const void *, const void *))
{
    if (r->count > 1) {
        qsort(r->mention, r->count, sizeof *r->mention, compare);
    }
}

enum sim_status graphml_check(struct graphml *g, const char *text, size_t length,
                              struct mesh_error *error)
{
    *g = (struct graphml){0};
    struct reading r = {.graph = g, .error = error};
    enum sim_status status = read_tags(&r, text, length);
    if (status == SIM_OK) {
        sort(&r, by_id);
        status = join(&r);
    }
    if (status == SIM_OK) {
        sort(&r, by_order);
        status = keep_lines(&r);
    }
    free(r.mention);
    if (status != SIM_OK) {
        graphml_deinit(g);
    }
    return status;
}

void graphml_deinit(struct graphml *g)
{
    free(g->line);
    free(g->edge_line);
    *g = (struct graphml){0};
}
