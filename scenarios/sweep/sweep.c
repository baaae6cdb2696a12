/* A sweep: its conditions, and the points that its axes make. */
#include "scenarios/sweep/sweep.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void sweep_deinit(struct sweep *w)
{
    for (size_t a = 0; a < w->axis_count; a++) {
        for (size_t v = 0; v < w->axis[a].count; v++) {
            free(w->axis[a].value[v].text);
            free(w->axis[a].value[v].word);
        }
        free(w->axis[a].value);
    }
    free(w->where);
    free(w->combination);
    free(w->hash);
    for (size_t i = 0; i < w->notes.count; i++) {
        free(w->notes.line[i]);
    }
    free(w->notes.line);
    *w = (struct sweep){0};
}

const char *sweep_axis_unit(const struct sweep_axis *axis)
{
    enum quantity_dim dim = QUANTITY_NUMBER;

    if (!key_is_quantity(axis->key->kind, &dim)) {
        (void)key_is_dist(axis->key->kind, &dim);
    }
    return quantity_base_unit(dim);
}

/* ---- the conditions ---- */

/* Where the text of a scalar begins: behind its quote, if it has one. */
static struct place text_place(const struct scenario *base, const struct doc_node *node)
{
    struct place at = node->at;
    const char *line = base->text;

    for (uint32_t i = 1; i < at.line && line != NULL; i++) {
        line = strchr(line, '\n');
        line = line != NULL ? line + 1 : NULL;
    }
    if (line != NULL && strlen(line) >= at.column) {
        char first = line[at.column - 1];
        at.column += first == '"' || first == '\'' ? 1 : 0;
    }
    return at;
}

/* An axis may give it one; else it is what the base scenario has. */
static bool has_value(const void *context, const struct scenario_key *key)
{
    const struct sweep *w = context;
    for (size_t a = 0; a < w->axis_count; a++) {
        if (w->axis[a].key == key) {
            return true;
        }
    }
    const struct where_value value = where_value_of(w->base, key);
    return value.word != NULL || !isnan(value.number);
}

static enum sim_status read_condition(struct sweep *w, const struct doc_node *node,
                                      struct scenario_errors *errors)
{
    if (node->kind != DOC_SCALAR || node->tagged) {
        errors_add(errors, node->at, "where", "expected a condition, as in \"seed < 10\"");
        return SIM_ERR_INVALID;
    }
    struct where *grown = realloc(w->where, (w->where_count + 1) * sizeof(*grown));
    if (grown == NULL) {
        return SIM_ERR_NOMEM;
    }
    w->where = grown;
    return where_parse(&grown[w->where_count++], w->base->schema, node->text,
                       text_place(w->base, node), has_value, w, errors);
}

static enum sim_status read_conditions(struct sweep *w, const struct doc_node *node,
                                       struct scenario_errors *errors)
{
    enum sim_status result = SIM_OK;

    if (node->kind != DOC_LIST) {
        return read_condition(w, node, errors);
    }
    for (const struct doc_node *child = node->child; child != NULL; child = child->next) {
        enum sim_status status = read_condition(w, child, errors);
        result = status != SIM_OK ? status : result;
    }
    return result;
}

/* ---- the points ---- */

struct candidate {
    const struct sweep *w;
    size_t combination;
};

static const struct sweep_value *value_of(const struct sweep *w, size_t combination, size_t axis)
{
    for (size_t a = w->axis_count; a-- > axis + 1;) {
        combination /= w->axis[a].count;
    }
    return &w->axis[axis].value[combination % w->axis[axis].count];
}

const struct sweep_value *sweep_value_at(const struct sweep *w, size_t point, size_t axis)
{
    ASSERT(point < w->point_count && axis < w->axis_count);
    return value_of(w, w->combination[point], axis);
}

/* A key's value at a combination: the axis's, or else the base scenario's. */
static struct where_value look_up(const void *context, const struct scenario_key *key)
{
    const struct candidate *c = context;

    for (size_t a = 0; a < c->w->axis_count; a++) {
        if (c->w->axis[a].key == key) {
            const struct sweep_value *value = value_of(c->w, c->combination, a);
            return (struct where_value){.number = value->number, .word = value->word};
        }
    }
    return where_value_of(c->w->base, key);
}

static bool is_wanted(const struct sweep *w, size_t combination)
{
    const struct candidate c = {.w = w, .combination = combination};

    for (size_t i = 0; i < w->where_count; i++) {
        if (!where_holds(&w->where[i], look_up, &c)) {
            return false;
        }
    }
    return true;
}

static enum sim_status make_points(struct sweep *w, struct place at, struct scenario_errors *errors)
{
    size_t combinations = 1;

    for (size_t a = 0; a < w->axis_count; a++) {
        combinations *= w->axis[a].count; /* 10^4 x 10^6 at most */
        if (combinations > SWEEP_POINTS_MAX) {
            errors_add(errors, at, "sweep", "more than %d combinations", (int)SWEEP_POINTS_MAX);
            return SIM_ERR_INVALID;
        }
    }
    w->combination = calloc(combinations, sizeof(*w->combination));
    if (w->combination == NULL) {
        return SIM_ERR_NOMEM;
    }
    for (size_t c = 0; c < combinations; c++) {
        if (is_wanted(w, c)) {
            w->combination[w->point_count++] = (uint32_t)c;
        }
    }
    if (w->point_count == 0) {
        errors_add(errors, at, "sweep", "where leaves none of %zu combinations", combinations);
        return SIM_ERR_INVALID;
    }
    return SIM_OK;
}

/* ---- the whole ---- */

bool sweep_is_in(const struct scenario *s)
{
    struct scenario_errors errors = {0};
    struct doc_node *root;
    struct place origin = {errors_place_name(s->path), 1, 1};
    bool found = false;

    if (strstr(s->text, "sweep") != NULL &&
        doc_parse(&root, origin, s->text, s->text_length, &errors) == SIM_OK) {
        found = doc_find(root, "sweep") != NULL;
        doc_free(root);
    }
    scenario_errors_deinit(&errors);
    return found;
}

static enum sim_status read_root(struct sweep *w, const struct doc_node *root,
                                 struct scenario_errors *errors)
{
    const struct doc_node *sweep = doc_find(root, "sweep");
    const struct doc_node *where = doc_find(root, "where");

    if (sweep == NULL) {
        errors_add(errors, root->at, "sweep",
                   "missing; write the axes, as in sweep: {seed: [1, 2]}");
        return SIM_ERR_INVALID;
    }
    enum sim_status status = sweep_read_axes(w, sweep, errors);
    if (where != NULL && status != SIM_ERR_NOMEM) {
        enum sim_status read = read_conditions(w, where, errors);
        status = read != SIM_OK ? read : status;
    }
    return status == SIM_OK ? make_points(w, sweep->key->at, errors) : status;
}

enum sim_status sweep_read(struct sweep *w, const struct scenario *base,
                           const struct scenario_override *overrides, size_t override_count,
                           struct scenario_errors *errors)
{
    struct place origin = {errors_place_name(base->path), 1, 1};
    struct doc_node *root;

    *w = (struct sweep){.base = base, .overrides = overrides, .override_count = override_count};
    enum sim_status status = doc_parse(&root, origin, base->text, base->text_length, errors);
    if (status != SIM_OK) {
        return status;
    }
    status = read_root(w, root, errors);
    doc_free(root);
    if (status != SIM_OK) {
        sweep_deinit(w);
    }
    return status;
}
