/* The axes of a sweep: which keys, and which values of each. */
#include <stdlib.h>
#include <string.h>

#include "scenarios/language/suggest.h"
#include "scenarios/sweep/sweep.h"

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

    if (!quoted) {
        fputs(text, to);
        return;
    }
    fputc('"', to);
    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char)*text;
        if (c < 0x20 || c == 0x7F) {
            fprintf(to, "\\x%02X", c);
        } else {
            fprintf(to, c == '"' || c == '\\' ? "\\%c" : "%c", c);
        }
    }
    fputc('"', to);
}

static void write_node(const struct doc_node *node, FILE *to)
{
    if (node->kind == DOC_SCALAR) {
        write_scalar(node->text, to);
        return;
    }
    fputs(node->kind == DOC_MAP ? "{" : "[", to);
    for (const struct doc_node *child = node->child; child != NULL; child = child->next) {
        if (child->key != NULL) {
            write_node(child->key, to);
            fputs(": ", to);
        }
        write_node(child, to);
        fputs(child->next != NULL ? ", " : "", to);
    }
    fputs(node->kind == DOC_MAP ? "}" : "]", to);
}

/* Is there something in the tree that is not read anywhere in a scenario? */
static bool has_foreign(const struct doc_node *node)
{
    if (node->kind == DOC_ALIAS || node->tagged) {
        return true;
    }
    for (const struct doc_node *child = node->child; child != NULL; child = child->next) {
        if (has_foreign(child)) {
            return true;
        }
    }
    return false;
}

/* The value's text; a number in its canonical spelling, so that equal values have equal texts. */
static char *text_of(const struct scenario_key *key, const struct doc_node *node)
{
    enum quantity_dim dim = QUANTITY_NUMBER;
    char canonical[QUANTITY_TEXT_MAX];
    char *text = NULL;
    size_t length = 0;
    int64_t whole = 0;
    double real = 0;
    bool is_number = key_is_quantity(key->kind, &dim) || key_is_dist(key->kind, &dim);

    if (is_number && node->kind == DOC_SCALAR) {
        if (quantity_is_whole(dim) &&
            quantity_parse_whole(node->text, dim, &whole) == QUANTITY_OK) {
            quantity_format_whole(canonical, dim, whole);
            return strdup(canonical);
        }
        if (!quantity_is_whole(dim) && quantity_parse_real(node->text, dim, &real) == QUANTITY_OK) {
            quantity_format_real(canonical, dim, real);
            return strdup(canonical);
        }
    }
    FILE *to = open_memstream(&text, &length);
    if (to == NULL) {
        return NULL;
    }
    write_node(node, to);
    return fclose(to) == 0 ? text : NULL;
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
            errors_add(errors, node->at, path, "aliases and tags are not read");
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

/* A key that a slip of the finger, or a section left out, may have made this path. */
static void suggest_key(char out[QUANTITY_MESSAGE_MAX], const char *written)
{
    size_t best = SIZE_MAX;

    out[0] = '\0';
    for (size_t i = 0; i < scenario_key_count; i++) {
        const char *path = scenario_keys[i].path;
        const char *leaf = strrchr(path, '.');
        size_t distance = 0;
        bool near = (leaf != NULL && strcmp(leaf + 1, written) == 0) ||
                    suggest_is_near(written, path, &distance);
        if (near && distance < best) {
            best = distance;
            snprintf(out, QUANTITY_MESSAGE_MAX, "; did you mean %s?", path);
        }
    }
}

static const struct scenario_key *key_of(const struct doc_node *name,
                                         struct scenario_errors *errors)
{
    char suggestion[QUANTITY_MESSAGE_MAX];

    if (name->kind != DOC_SCALAR) {
        errors_add(errors, name->at, "sweep", "an axis is named by a key, as in nodes.cache");
        return NULL;
    }
    size_t index = key_find(name->text);
    if (index == scenario_key_count && key_is_section(name->text)) {
        errors_add(errors, name->at, "sweep", "%s is a section; write the key in full, as in %s",
                   name->text, "nodes.cache");
        return NULL;
    }
    if (index == scenario_key_count) {
        suggest_key(suggestion, name->text);
        errors_add(errors, name->at, name->text, "unknown key%s", suggestion);
        return NULL;
    }
    if (scenario_keys[index].kind == KEY_FORMAT) {
        errors_add(errors, name->at, name->text, "cannot be an axis");
        return NULL;
    }
    return &scenario_keys[index];
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
    const struct scenario_key *key = key_of(value->key, errors);

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
        errors_add(errors, map->at, "sweep",
                   "expected a map of axes, as in {nodes.cache: [8 KiB, 16 KiB]}");
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
    return result;
}
