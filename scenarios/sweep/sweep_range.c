/* {from, to, step}: an axis whose values are made, not listed. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "scenarios/language/excerpt.h"
#include "scenarios/sweep/sweep.h"

/* Whole numbers up to here are exact as doubles, and far above all bounds of keys but one. */
#define EXACT_MAX 9007199254740992.0

struct range {
    struct sweep_axis *axis;
    enum quantity_dim dim;
    struct scenario_errors *errors;
    const struct doc_node *from, *to, *step;
    double first, last;
    double by; /* what is added; with is_factor, multiplied by */
    bool is_factor;
};

static bool refuse(const struct range *r, const struct doc_node *node, const char *why)
{
    errors_add(r->errors, node->at, r->axis->key->path, "%s", why);
    return false;
}

/* Finds the three keys, and nothing else. */
static bool find_parts(struct range *r, const struct doc_node *map)
{
    static const char usage[] = "an axis is a list of values, or {from: ..., to: ..., step: ...}";

    for (const struct doc_node *value = map->child; value != NULL; value = value->next) {
        const struct doc_node **part = NULL;
        const char *name = value->key->kind == DOC_SCALAR ? value->key->text : "";
        if (strcmp(name, "from") == 0) {
            part = &r->from;
        } else if (strcmp(name, "to") == 0) {
            part = &r->to;
        } else if (strcmp(name, "step") == 0) {
            part = &r->step;
        }
        if (part == NULL || *part != NULL) {
            return refuse(r, value->key, usage);
        }
        if (value->kind != DOC_SCALAR || value->tagged) {
            return refuse(r, value, "expected a single value");
        }
        *part = value;
    }
    if (r->from == NULL || r->to == NULL || r->step == NULL) {
        return refuse(r, map, usage);
    }
    return true;
}

static bool read_quantity(const struct range *r, const struct doc_node *node, double *value)
{
    char message[QUANTITY_MESSAGE_MAX];
    int64_t whole = 0;
    enum quantity_problem problem;

    if (quantity_is_whole(r->dim)) {
        problem = quantity_parse_whole(node->text, r->dim, &whole);
        *value = (double)whole;
    } else {
        problem = quantity_parse_real(node->text, r->dim, value);
    }
    if (problem == QUANTITY_OK && fabs(*value) <= EXACT_MAX) {
        return true;
    }
    if (problem == QUANTITY_OK) {
        return refuse(r, node, "too large to be counted up");
    }
    quantity_explain(message, node->text, r->dim, problem);
    return refuse(r, node, message);
}

/* "x2" multiplies, everything else is added. */
static bool read_step(struct range *r)
{
    const char *text = r->step->text;

    r->is_factor = text[0] == 'x' || text[0] == '*';
    if (!r->is_factor) {
        return read_quantity(r, r->step, &r->by) &&
               (r->by > 0 || refuse(r, r->step, "a step must be above 0"));
    }
    if (quantity_parse_real(text + 1 + strspn(text + 1, " "), QUANTITY_NUMBER, &r->by) !=
            QUANTITY_OK ||
        r->by <= 1) {
        return refuse(r, r->step, "a factor is a number above 1, as in x2");
    }
    return r->first > 0 || refuse(r, r->from, "what is multiplied must start above 0");
}

/*
 * The n-th value. A real one is rounded to twelve digits: sums and products of decimals should
 * show as decimals.
 */
static double nth(const struct range *r, unsigned n)
{
    char text[32];
    double value = r->is_factor ? r->first * pow(r->by, n) : r->first + n * r->by;

    if (!quantity_is_whole(r->dim) || fabs(value) > EXACT_MAX) {
        (void)snprintf(text, sizeof(text), "%.12g", value);
        return strtod(text, NULL);
    }
    return fabs(value - round(value)) < 1e-6 ? round(value) : value;
}

static enum sim_status add_values(const struct range *r)
{
    char text[QUANTITY_TEXT_MAX];
    unsigned n = 0;

    double value = r->first;

    while (value <= r->last) {
        if (n == SWEEP_VALUES_MAX) {
            (void)refuse(r, r->step, "so small a step makes too many values");
            return SIM_ERR_INVALID;
        }
        if (!quantity_is_whole(r->dim)) {
            quantity_format_real(text, r->dim, value);
        } else if (value < round(value) || value > round(value)) {
            errors_add(r->errors, r->step->at, r->axis->key->path,
                       "%s times %s is not whole at the %u. value; list the values", r->from->text,
                       r->step->text, n + 1);
            return SIM_ERR_INVALID;
        } else {
            quantity_format_whole(text, r->dim, (int64_t)value);
        }
        if (!sweep_add_value(r->axis, text, r->from->at)) {
            return SIM_ERR_NOMEM;
        }
        value = nth(r, ++n);
    }
    return SIM_OK;
}

enum sim_status sweep_read_range(struct sweep_axis *axis, const struct doc_node *map,
                                 struct scenario_errors *errors)
{
    struct range r = {.axis = axis, .errors = errors};

    if (!key_is_quantity(axis->key->kind, &r.dim) && !key_is_dist(axis->key->kind, &r.dim)) {
        (void)refuse(&r, map, "is no number to be counted up; list the values");
        return SIM_ERR_INVALID;
    }
    if (!find_parts(&r, map) || !read_quantity(&r, r.from, &r.first) ||
        !read_quantity(&r, r.to, &r.last) || !read_step(&r)) {
        return SIM_ERR_INVALID;
    }
    if (r.first > r.last) {
        (void)refuse(&r, r.to, "is below from");
        return SIM_ERR_INVALID;
    }
    return add_values(&r);
}
