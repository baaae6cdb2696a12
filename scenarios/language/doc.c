#include "scenarios/language/doc.h"

#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "scenarios/language/scenario.h"

#include "scenarios/language/excerpt.h"
#include "sim/engine/text.h"

/* A node that aliases may stand for. */
struct anchor {
    struct anchor *before;
    const struct doc_node *node;
    char name[];
};

struct parse {
    yaml_parser_t yaml;
    struct anchor *anchors; /* the newest first */
    size_t anchor_count, copies;
    struct place origin;
    const char *text;
    size_t length;
    size_t lines; /* ended ones, so that the last is line number lines, counted from 0 */
    struct scenario_errors *errors;
};

struct doc_node *doc_node_create(enum doc_kind kind, struct place at, const char *text,
                                 size_t length)
{
    struct doc_node *node = calloc(1, sizeof(*node) + length + 1);

    if (node != NULL) {
        node->kind = kind;
        node->at = at;
        node->text = (char *)(node + 1);
        memcpy(node->text, text, length);
    }
    return node;
}

void doc_free(struct doc_node *node)
{
    while (node != NULL) {
        struct doc_node *next = node->next;

        doc_free(node->key);
        doc_free(node->child);
        free(node);
        node = next;
    }
}

const struct doc_node *doc_find(const struct doc_node *map, const char *key)
{
    const struct doc_node *v = map->kind == DOC_MAP ? map->child : NULL;

    while (v != NULL && (v->key->kind != DOC_SCALAR || strcmp(v->key->text, key) != 0)) {
        v = v->next;
    }
    return v;
}

/* A zero-based line and column of the text as a place in the file. */
static struct place place_at(const struct parse *p, size_t line, size_t column)
{
    struct place at = p->origin;

    at.column = (uint32_t)(column + (line == 0 ? p->origin.column : 1));
    at.line += (uint32_t)line;
    return at;
}

static struct place place_of_offset(const struct parse *p, size_t offset)
{
    size_t line = 0;
    size_t column = 0;

    for (size_t i = 0; i < offset && i < p->length; i++) {
        unsigned char c = (unsigned char)p->text[i];

        if (c == '\n') {
            line++;
            column = 0;
        } else if ((c & 0xC0) != 0x80) {
            column++;
        }
    }
    return place_at(p, line, column);
}

/* libyaml sees the end of a text in a line of its own; we see it behind the last character. */
static struct place place_of_mark(const struct parse *p, yaml_mark_t mark)
{
    return mark.line <= p->lines ? place_at(p, mark.line, mark.column)
                                 : place_of_offset(p, p->length);
}

/* A binary file is told by its first byte that no text has, before YAML guesses at it. */
static enum sim_status check_text(struct parse *p)
{
    for (size_t i = 0; i < p->length;) {
        unsigned char c = (unsigned char)p->text[i];
        char here[5] = ""; /* ends with NUL, which p->text need not */
        size_t left = p->length - i;
        memcpy(here, p->text + i, left < 4 ? left : 4);
        size_t length = text_character(here);
        bool control = (c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7F;

        if (length == 0 || control) {
            errors_add(p->errors, place_of_offset(p, i), NULL,
                       control ? "not a text file: a control character (byte 0x%02X)"
                               : "not UTF-8: byte 0x%02X",
                       c);
            return SIM_ERR_INVALID;
        }
        p->lines += c == '\n' ? 1 : 0;
        i += length;
    }
    return SIM_OK;
}

static enum sim_status report_yaml(const struct parse *p)
{
    const yaml_parser_t *yaml = &p->yaml;
    char problem[EXCERPT_MAX * 2];

    snprintf(problem, sizeof(problem), "%s", yaml->problem != NULL ? yaml->problem : "unreadable");
    switch (yaml->error) {
    case YAML_MEMORY_ERROR:
        return SIM_ERR_NOMEM;
    case YAML_READER_ERROR:
        errors_add(p->errors, place_of_offset(p, yaml->problem_offset), NULL, "not YAML: %s",
                   problem);
        return SIM_ERR_INVALID;
    case YAML_NO_ERROR:
    case YAML_SCANNER_ERROR:
    case YAML_PARSER_ERROR:
    case YAML_COMPOSER_ERROR:
    case YAML_WRITER_ERROR:
    case YAML_EMITTER_ERROR:
        break;
    }
    if (yaml->context != NULL) {
        errors_add(p->errors, place_of_mark(p, yaml->problem_mark), NULL,
                   "not YAML: %s, %s that began in line %u", problem, yaml->context,
                   (unsigned)place_of_mark(p, yaml->context_mark).line);
    } else {
        errors_add(p->errors, place_of_mark(p, yaml->problem_mark), NULL, "not YAML: %s", problem);
    }
    return SIM_ERR_INVALID;
}

static enum sim_status next_event(struct parse *p, yaml_event_t *event)
{
    return yaml_parser_parse(&p->yaml, event) != 0 ? SIM_OK : report_yaml(p);
}

/* ---- anchors and aliases ---- */

/* Remembers that name stands for node. SIM_ERR_INVALID where there are too many. */
static enum sim_status add_anchor(struct parse *p, const char *name, const struct doc_node *node)
{
    size_t size = strlen(name) + 1;

    if (p->anchor_count == DOC_ANCHORS_MAX) {
        errors_add(p->errors, node->at, NULL, "more than %d anchors (&...)", (int)DOC_ANCHORS_MAX);
        return SIM_ERR_INVALID;
    }
    struct anchor *anchor = malloc(sizeof(*anchor) + size);
    if (anchor == NULL) {
        return SIM_ERR_NOMEM;
    }
    *anchor = (struct anchor){.before = p->anchors, .node = node};
    memcpy(anchor->name, name, size);
    p->anchors = anchor;
    p->anchor_count++;
    return SIM_OK;
}

static void free_anchors(struct parse *p)
{
    while (p->anchors != NULL) {
        struct anchor *before = p->anchors->before;

        free(p->anchors);
        p->anchors = before;
    }
}

/* Counts the nodes below and including node, as far as DOC_COPIES_MAX. */
static size_t count_nodes(const struct doc_node *node)
{
    size_t count = node->key != NULL ? 2 : 1;

    for (const struct doc_node *c = node->child; c != NULL && count <= DOC_COPIES_MAX;
         c = c->next) {
        count += count_nodes(c);
    }
    return count;
}

/* A copy of a tree without its key and siblings; NULL without memory. */
static struct doc_node *copy_tree(const struct doc_node *from)
{
    struct doc_node *copy = doc_node_create(from->kind, from->at, from->text, strlen(from->text));
    struct doc_node **tail = copy != NULL ? &copy->child : NULL;

    if (copy == NULL) {
        return NULL;
    }
    copy->tagged = from->tagged;
    for (const struct doc_node *c = from->child; c != NULL; c = c->next) {
        *tail = copy_tree(c);
        if (*tail == NULL || (c->key != NULL && ((*tail)->key = copy_tree(c->key)) == NULL)) {
            doc_free(copy);
            return NULL;
        }
        tail = &(*tail)->next;
    }
    return copy;
}

/* What an alias stands for, or a node that says why it stands for nothing. NULL without memory. */
static struct doc_node *resolve_alias(struct parse *p, const char *name, struct place at)
{
    const struct anchor *anchor = p->anchors;
    enum doc_kind problem = DOC_ALIAS_UNKNOWN;

    while (anchor != NULL && strcmp(anchor->name, name) != 0) {
        anchor = anchor->before;
    }
    if (anchor != NULL && anchor->node->is_open) {
        problem = DOC_ALIAS_INSIDE;
    } else if (anchor != NULL) {
        p->copies += count_nodes(anchor->node);
        problem = DOC_ALIAS_BOMB;
        if (p->copies <= DOC_COPIES_MAX) {
            struct doc_node *copy = copy_tree(anchor->node);
            if (copy != NULL) {
                copy->at = at;
            }
            return copy;
        }
    }
    return doc_node_create(problem, at, name, strlen(name));
}

/* ---- nodes ---- */

/* The node that an event begins, and its anchor; NULL with *status set if there is none. */
static struct doc_node *node_of_event(struct parse *p, const yaml_event_t *event,
                                      enum sim_status *status)
{
    struct place at = place_of_mark(p, event->start_mark);
    struct doc_node *node = NULL;
    const yaml_char_t *anchor = NULL;

    if (event->type == YAML_SCALAR_EVENT) {
        const char *value = (const char *)event->data.scalar.value;
        size_t length = event->data.scalar.length;

        if (memchr(value, '\0', length) != NULL) {
            errors_add(p->errors, at, NULL, "a text with a NUL character");
            *status = SIM_ERR_INVALID;
            return NULL;
        }
        node = doc_node_create(DOC_SCALAR, at, value, length);
        anchor = event->data.scalar.anchor;
    } else if (event->type == YAML_ALIAS_EVENT) {
        node = resolve_alias(p, (const char *)event->data.alias.anchor, at);
    } else {
        bool map = event->type == YAML_MAPPING_START_EVENT;
        node = doc_node_create(map ? DOC_MAP : DOC_LIST, at, "", 0);
        anchor = map ? event->data.mapping_start.anchor : event->data.sequence_start.anchor;
    }
    if (node == NULL) {
        *status = SIM_ERR_NOMEM;
        return NULL;
    }
    node->is_open =
        event->type == YAML_MAPPING_START_EVENT || event->type == YAML_SEQUENCE_START_EVENT;
    node->tagged =
        node->tagged || (event->type == YAML_SCALAR_EVENT && event->data.scalar.tag != NULL) ||
        (event->type == YAML_MAPPING_START_EVENT && event->data.mapping_start.tag != NULL) ||
        (event->type == YAML_SEQUENCE_START_EVENT && event->data.sequence_start.tag != NULL);
    if (anchor != NULL) {
        *status = add_anchor(p, (const char *)anchor, node);
    }
    return node;
}

/*
 * Reads the children of parent up to the end of its list or map. Recursion is as deep as the
 * document is nested, which DOC_DEPTH_MAX limits.
 */
static enum sim_status read_children(struct parse *p, struct doc_node *parent, unsigned depth)
{
    struct doc_node **tail = &parent->child;
    struct doc_node *key = NULL;
    enum sim_status status = SIM_OK;

    while (status == SIM_OK) {
        yaml_event_t event;
        struct doc_node *node;
        bool ends;

        status = next_event(p, &event);
        if (status != SIM_OK) {
            break;
        }
        ends = event.type == YAML_MAPPING_END_EVENT || event.type == YAML_SEQUENCE_END_EVENT;
        node = ends ? NULL : node_of_event(p, &event, &status);
        yaml_event_delete(&event);
        if (node == NULL) {
            break;
        }
        /* Owned by the tree from here on, so that whatever fails next leaks nothing. */
        if (parent->kind == DOC_MAP && key == NULL) {
            key = node;
        } else {
            node->key = key;
            key = NULL;
            *tail = node;
            tail = &node->next;
        }
        if (status == SIM_OK && node->is_open) {
            if (depth == DOC_DEPTH_MAX) {
                errors_add(p->errors, node->at, NULL, "nested more than %d levels deep",
                           (int)DOC_DEPTH_MAX);
                status = SIM_ERR_INVALID;
            } else {
                status = read_children(p, node, depth + 1);
                node->is_open = false;
            }
        }
    }
    doc_free(key);
    return status;
}

/* Reads the one document's root, or NULL with SIM_OK where the text holds nothing. */
static enum sim_status read_root(struct parse *p, struct doc_node **root)
{
    for (;;) {
        yaml_event_t event;
        enum sim_status status = next_event(p, &event);
        yaml_event_type_t type = status == SIM_OK ? event.type : YAML_NO_EVENT;

        if (status != SIM_OK) {
            return status;
        }
        if (type == YAML_DOCUMENT_START_EVENT && *root != NULL) {
            errors_add(p->errors, place_of_mark(p, event.start_mark), NULL,
                       "a second YAML document begins; a file holds one scenario");
            status = SIM_ERR_INVALID;
        } else if (type == YAML_SCALAR_EVENT || type == YAML_ALIAS_EVENT ||
                   type == YAML_MAPPING_START_EVENT || type == YAML_SEQUENCE_START_EVENT) {
            *root = node_of_event(p, &event, &status);
        }
        yaml_event_delete(&event);
        if (status == SIM_OK &&
            (type == YAML_MAPPING_START_EVENT || type == YAML_SEQUENCE_START_EVENT)) {
            status = read_children(p, *root, 1);
            (*root)->is_open = false;
        }
        if (status != SIM_OK || type == YAML_STREAM_END_EVENT) {
            return status;
        }
    }
}

enum sim_status doc_parse(struct doc_node **root, struct place origin, const char *text,
                          size_t length, struct scenario_errors *errors)
{
    struct parse p = {.origin = origin, .text = text, .length = length, .errors = errors};
    enum sim_status status = check_text(&p);

    *root = NULL;
    if (status != SIM_OK) {
        return status;
    }
    if (yaml_parser_initialize(&p.yaml) == 0) {
        return SIM_ERR_NOMEM;
    }
    yaml_parser_set_input_string(&p.yaml, (const unsigned char *)text, length);
    status = read_root(&p, root);
    yaml_parser_delete(&p.yaml);
    free_anchors(&p);
    if (status == SIM_OK && *root == NULL) {
        errors_add(errors, origin, NULL, "nothing is in it");
        status = SIM_ERR_INVALID;
    }
    if (status != SIM_OK) {
        doc_free(*root);
        *root = NULL;
    }
    return status;
}

const char *scenario_library_version(void)
{
    return yaml_get_version_string();
}
