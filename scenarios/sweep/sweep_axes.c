/* The axes of a sweep: which keys, and which values of each. */
#include <stdlib.h>
#include <string.h>

#include "scenarios/sweep/sweep.h"
#include "sim/engine/text.h"
#include "sim/engine/text_memory.h"

bool sweep_add_value(struct sweep_axis *axis, const char *text, struct place at)
{
    size_t size = (axis->count + 1) * sizeof(*axis->value);
    struct sweep_value *grown = realloc(axis->value, size);

    if (grown == NULL) {
        return false;
    }
    axis->value = grown;
    grown[axis->count] = (struct sweep_value){
        .text = strdup(text),
        .word = strdup(text),
        .number = where_value_of_text(axis->key, text).number,
        .at = at,
    };
    return grown[axis->count++].word != NULL && axis->value[axis->count - 1].text != NULL;
}

/* A scalar as YAML in flow style: bare where nothing in it has a meaning of its own. */
static void write_scalar(const char *text, FILE *to)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "._/+-% ";
    bool quoted = text[0] == '\0' || text[0] == ' ' || text[0] == '-' || text[0] == '%' ||
                  text[strspn(text, plain)] != '\0';

    if (quoted) {
        text_quote(text, NULL, to);
    } else {
        fputs(text, to);
    }
}

/* Is there something in the tree that is not read anywhere in a scenario? */
static bool has_foreign(const struct doc_node *node)
{
    if (doc_is_alias(node) || node->tagged) {
        return true;
    }
    for (const struct doc_node *child = node->child; child != NULL; child = child->next) {
        if (has_foreign(child)) {
            return true;
        }
    }
    return false;
}

/* True where a number can be spelt canonically, which out then is. */
static bool spell(char out[QUANTITY_TEXT_MAX], const struct scenario_key *key, const char *text)
{
    enum quantity_dim dim = QUANTITY_NUMBER;
    int64_t whole = 0;
    double real = 0;

    if (!key_is_quantity(key->kind, &dim) && !key_is_dist(key->kind, &dim)) {
        return false;
    }
    if (quantity_is_whole(dim) && quantity_parse_whole(text, dim, &whole) == QUANTITY_OK) {
        quantity_format_whole(out, dim, whole);
        return true;
    }
    if (!quantity_is_whole(dim) && quantity_parse_real(text, dim, &real) == QUANTITY_OK) {
        quantity_format_real(out, dim, real);
        return true;
    }
    return false;
}

/* key NULL: as it is written. */
static void write_node(const struct scenario_key *key, const struct doc_node *node, FILE *to)
{
    char canonical[QUANTITY_TEXT_MAX];

    if (node->kind == DOC_SCALAR) {
        bool spelt = key != NULL && spell(canonical, key, node->text);
        write_scalar(spelt ? canonical : node->text, to);
        return;
    }
    fputs(node->kind == DOC_MAP ? "{" : "[", to);
    for (const struct doc_node *child = node->child; child != NULL; child = child->next) {
        if (child->key != NULL) {
            write_node(NULL, child->key, to);
            fputs(": ", to);
        }
        /* The items of a list are values of the key; what is in a map is not. */
        write_node(child->key == NULL && key != NULL && key->many != KEY_ONE ? key : NULL, child,
                   to);
        fputs(child->next != NULL ? ", " : "", to);
    }
    fputs(node->kind == DOC_MAP ? "}" : "]", to);
}

/* The value's text; a number in its canonical spelling, so that equal values have equal texts. */
static char *text_of(const struct scenario_key *key, const struct doc_node *node)
{
    struct text_memory m;
    FILE *to = text_memory_open(&m);

    if (to != NULL) {
        write_node(key, node, to);
    }
    return text_memory_close(&m, to);
}

static enum sim_status read_list(struct sweep_axis *axis, const struct doc_node *list,
                                 struct scenario_errors *errors)
{
    const char *path = axis->key->path;

    if (list->child == NULL) {
        errors_add(errors, list->at, path, "an axis without values");
        return SIM_ERR_INVALID;
    }
    for (const struct doc_node *node = list->child; node != NULL; node = node->next) {
        if (has_foreign(node)) {
            errors_add(errors, node->at, path,
                       "tags, and aliases that stand for nothing, are not read");
            return SIM_ERR_INVALID;
        }
        if (axis->count == SWEEP_VALUES_MAX) {
            errors_add(errors, node->at, path, "more than %d values", (int)SWEEP_VALUES_MAX);
            return SIM_ERR_INVALID;
        }
        char *text = text_of(axis->key, node);
        if (text == NULL || !sweep_add_value(axis, text, node->at)) {
            free(text);
            return SIM_ERR_NOMEM;
        }
        free(text);
        for (size_t i = 0; i + 1 < axis->count; i++) {
            if (strcmp(axis->value[i].text, axis->value[axis->count - 1].text) == 0) {
                errors_add(errors, node->at, path, "%s is listed twice", axis->value[i].text);
                return SIM_ERR_INVALID;
            }
        }
    }
    return SIM_OK;
}

/* ---- the axes ---- */

static const struct scenario_key *key_of(const struct scenario_schema *schema,
                                         const struct doc_node *name,
                                         struct scenario_errors *errors)
{
    if (name->kind != DOC_SCALAR) {
        errors_add(errors, name->at, "sweep", "an axis is named by a key, as in seed");
        return NULL;
    }
    size_t index = key_find(schema, name->text);
    if (index == key_count(schema) && key_is_section(schema, name->text)) {
        errors_add(errors, name->at, "sweep", "%s is a section; write the key in full, as in %s",
                   name->text, schema->key_count > 0 ? schema->key[0].path : "seed");
        return NULL;
    }
    if (index == key_count(schema)) {
        errors_suggest(errors, name->at, name->text, key_nearest(schema, name->text),
                       "unknown key");
        return NULL;
    }
    const struct scenario_key *key = key_at(schema, index);
    if (key->kind == KEY_FORMAT || key->kind == KEY_MODEL || key->kind == KEY_BASE) {
        errors_add(errors, name->at, name->text, "cannot be an axis");
        return NULL;
    }
    return key;
}

/* ---- which variants an axis reaches ---- */

/* False without memory. */
static bool add_note(struct scenario_notes *notes, const char *path, const char *names)
{
    const size_t size = strlen(path) + strlen(names) + sizeof("the axis  does not reach ");
    char **grown = realloc(notes->line, (notes->count + 1) * sizeof(*grown));

    if (grown == NULL) {
        return false;
    }
    notes->line = grown;
    grown[notes->count] = malloc(size);
    if (grown[notes->count] == NULL) {
        return false;
    }
    (void)snprintf(grown[notes->count++], size, "the axis %s does not reach %s", path, names);
    return true;
}

static bool is_axis(const struct sweep *w, enum key_kind kind)
{
    for (size_t a = 0; a < w->axis_count; a++) {
        if (w->axis[a].key->kind == kind) {
            return true;
        }
    }
    return false;
}

static enum sim_status check_reach(struct sweep *w, const struct sweep_axis *axis,
                                   struct scenario_errors *errors)
{
    const struct scenario *s = w->base;
    char names[QUANTITY_MESSAGE_MAX] = "";
    size_t used = 0;
    uint32_t setters = 0;

    for (uint32_t v = 0; v < s->variant_count; v++) {
        if (s->variant[v].sets[axis->key - s->schema->key]) {
            setters++;
            used += used >= sizeof(names)
                        ? 0
                        : (size_t)snprintf(names + used, sizeof(names) - used, "%s%s",
                                           used > 0 ? ", " : "", s->variant[v].name);
        }
    }
    if (setters == s->variant_count) {
        errors_add(errors, axis->at, axis->key->path, "reaches no variant: %s %s", names,
                   setters == 1 ? "sets it" : "all set it");
        return SIM_ERR_INVALID;
    }
    return setters == 0 || add_note(&w->notes, axis->key->path, names) ? SIM_OK : SIM_ERR_NOMEM;
}

/* Where the variants are an axis themselves, each point tells. */
static enum sim_status check_all_reach(struct sweep *w, struct scenario_errors *errors)
{
    enum sim_status result = SIM_OK;

    for (size_t a = 0; a < w->axis_count && !is_axis(w, KEY_VARIANTS); a++) {
        enum sim_status status =
            key_is_head(w->axis[a].key) ? SIM_OK : check_reach(w, &w->axis[a], errors);
        result = status != SIM_OK ? status : result;
    }
    return result;
}

/* An axis that is also given by --set would be two values for one key. */
static bool is_overridden(const struct sweep *w, const char *path)
{
    size_t length = strlen(path);

    for (size_t i = 0; i < w->override_count; i++) {
        const char *text = w->overrides[i].text;
        if (strncmp(text, path, length) == 0 && text[length] == '=') {
            return true;
        }
    }
    return false;
}

static enum sim_status read_axis(struct sweep *w, const struct doc_node *value,
                                 struct scenario_errors *errors)
{
    const struct scenario_key *key = key_of(w->base->schema, value->key, errors);

    if (key == NULL) {
        return SIM_ERR_INVALID;
    }
    for (size_t a = 0; a < w->axis_count; a++) {
        if (w->axis[a].key == key) {
            errors_add(errors, value->key->at, key->path, "written twice");
            return SIM_ERR_INVALID;
        }
    }
    if (w->axis_count == SWEEP_AXES_MAX) {
        errors_add(errors, value->key->at, key->path, "more than %d axes", (int)SWEEP_AXES_MAX);
        return SIM_ERR_INVALID;
    }
    if (is_overridden(w, key->path)) {
        errors_add(errors, value->key->at, key->path, "is an axis and cannot be --set as well");
        return SIM_ERR_INVALID;
    }
    struct sweep_axis *axis = &w->axis[w->axis_count++];
    *axis = (struct sweep_axis){.key = key, .at = value->key->at};
    if (value->kind == DOC_LIST && !value->tagged) {
        return read_list(axis, value, errors);
    }
    if (value->kind == DOC_MAP && !value->tagged) {
        return sweep_read_range(axis, value, errors);
    }
    errors_add(errors, value->at, key->path,
               "expected a list of values, or {from: ..., to: ..., step: ...}");
    return SIM_ERR_INVALID;
}

enum sim_status sweep_read_axes(struct sweep *w, const struct doc_node *map,
                                struct scenario_errors *errors)
{
    enum sim_status result = SIM_OK;

    if (map->kind != DOC_MAP || map->tagged || map->child == NULL) {
        errors_add(errors, map->at, "sweep", "expected a map of axes, as in {seed: [1, 2]}");
        return SIM_ERR_INVALID;
    }
    for (const struct doc_node *value = map->child; value != NULL; value = value->next) {
        bool is_own = value->key->kind == DOC_SCALAR && strncmp(value->key->text, "x-", 2) == 0;
        enum sim_status status = is_own ? SIM_OK : read_axis(w, value, errors);
        if (status == SIM_ERR_NOMEM) {
            return status;
        }
        result = status != SIM_OK ? status : result;
    }
    return result == SIM_OK ? check_all_reach(w, errors) : result;
}
