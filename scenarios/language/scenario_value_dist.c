/* Values that are distributions. */
#include <string.h>

#include "scenarios/language/excerpt.h"
#include "scenarios/language/scenario_read.h"

#define SIGMA_MAX 10.0 /* e^10 is 22026 times the median: nobody means more */

/* The two parts of a list of two; false with a message otherwise. */
static bool read_pair(struct reader *r, size_t index, const struct doc_node *list,
                      const char *expected, const struct doc_node **first,
                      const struct doc_node **second)
{
    *first = list->kind == DOC_LIST ? list->child : NULL;
    *second = *first != NULL ? (*first)->next : NULL;
    if (*second == NULL || (*second)->next != NULL) {
        reader_fail(r, index, list->at, "expected %s", expected);
        return false;
    }
    return true;
}

/* {uniform: [least, greatest]}; the ends may be equal, which is then a constant. */
static bool read_uniform(struct reader *r, size_t index, const struct doc_node *ends,
                         enum quantity_dim dim, struct dist *dist)
{
    const struct doc_node *low;
    const struct doc_node *high;

    if (!read_pair(r, index, ends, "two ends such as {uniform: [least, greatest]}", &low, &high) ||
        !reader_read_whole(r, index, low, dim, &dist->low) ||
        !reader_read_whole(r, index, high, dim, &dist->high)) {
        return false;
    }
    if (dist->low > dist->high) {
        reader_fail(r, index, low->at, "the least, %s, is above the greatest, %s", low->text,
                    high->text);
        return false;
    }
    dist->kind = dist->low == dist->high ? DIST_CONSTANT : DIST_UNIFORM;
    return true;
}

static bool read_exponential(struct reader *r, size_t index, const struct doc_node *mean,
                             enum quantity_dim dim, struct dist *dist)
{
    if (!reader_read_whole(r, index, mean, dim, &dist->low)) {
        return false;
    }
    dist->high = dist->low;
    dist->kind = DIST_EXPONENTIAL;
    return true;
}

/* {normal: [mean, sd]}; sd 0 is a constant. */
static bool read_normal(struct reader *r, size_t index, const struct doc_node *parts,
                        enum quantity_dim dim, struct dist *dist)
{
    const struct doc_node *mean;
    const struct doc_node *sd;
    char message[QUANTITY_MESSAGE_MAX];
    int64_t spread = 0;

    if (!read_pair(r, index, parts, "a mean and a standard deviation, {normal: [mean, sd]}", &mean,
                   &sd) ||
        !reader_read_whole(r, index, mean, dim, &dist->low) ||
        !reader_is_text(r, index, sd, quantity_noun(dim))) {
        return false;
    }
    enum quantity_problem problem = quantity_parse_whole(sd->text, dim, &spread);
    if (problem != QUANTITY_OK) {
        quantity_explain(message, sd->text, dim, problem);
        reader_fail(r, index, sd->at, "%s", message);
        return false;
    }
    if (spread < 0 || dist->low < 0) {
        reader_fail(r, index, spread < 0 ? sd->at : mean->at, "%s is below 0",
                    spread < 0 ? sd->text : mean->text);
        return false;
    }
    dist->high = dist->low;
    dist->spread = (double)spread;
    dist->kind = spread == 0 ? DIST_CONSTANT : DIST_NORMAL;
    return true;
}

/* {lognormal: [median, sigma]}; sigma 0 is a constant. */
static bool read_lognormal(struct reader *r, size_t index, const struct doc_node *parts,
                           enum quantity_dim dim, struct dist *dist)
{
    const struct doc_node *median;
    const struct doc_node *sigma;
    char seen[EXCERPT_MAX];

    if (!read_pair(r, index, parts,
                   "a median and a sigma, {lognormal: [median, sigma]}: the standard deviation of "
                   "the logarithm",
                   &median, &sigma) ||
        !reader_read_whole(r, index, median, dim, &dist->low) ||
        !reader_is_text(r, index, sigma, "a number")) {
        return false;
    }
    if (quantity_parse_real(sigma->text, QUANTITY_NUMBER, &dist->spread) != QUANTITY_OK ||
        dist->spread < 0 || dist->spread > SIGMA_MAX) {
        excerpt(seen, sigma->text);
        reader_fail(r, index, sigma->at, "expected a sigma from 0 to 10, found \"%s\"", seen);
        return false;
    }
    dist->high = dist->low;
    dist->kind = dist->spread > 0 ? DIST_LOGNORMAL : DIST_CONSTANT;
    return true;
}

/* Takes one up in its place among those that are there, so that their order says nothing. */
static void take_value(struct dist *dist, int64_t value)
{
    uint32_t at = dist->values++;
    while (at > 0 && dist->value[at - 1] > value) {
        dist->value[at] = dist->value[at - 1];
        at--;
    }
    dist->value[at] = value;
}

/* {empirical: [value, ...]}, each as likely; all the same are a constant. */
static bool read_empirical(struct reader *r, size_t index, const struct doc_node *values,
                           enum quantity_dim dim, struct dist *dist)
{
    if (values->kind != DOC_LIST || values->child == NULL) {
        reader_fail(r, index, values->at, "expected measured values, {empirical: [value, ...]}");
        return false;
    }
    for (const struct doc_node *one = values->child; one != NULL; one = one->next) {
        int64_t value;
        if (dist->values == DIST_VALUES_MAX) {
            reader_fail(r, index, one->at, "more than %d values; of so many give the quantiles",
                        DIST_VALUES_MAX);
            return false;
        }
        if (!reader_read_whole(r, index, one, dim, &value)) {
            return false;
        }
        take_value(dist, value);
    }
    dist->low = dist->value[0];
    dist->high = dist->value[dist->values - 1];
    dist->kind = dist->low == dist->high ? DIST_CONSTANT : DIST_EMPIRICAL;
    return true;
}

typedef bool dist_reader(struct reader *r, size_t index, const struct doc_node *parts,
                         enum quantity_dim dim, struct dist *dist);

static bool read_named(struct reader *r, size_t index, const struct doc_node *node,
                       enum quantity_dim dim, struct dist *dist)
{
    static const char *const names[] = {"uniform",   "exponential", "normal",
                                        "lognormal", "empirical",   NULL};
    static dist_reader *const readers[] = {read_uniform, read_exponential, read_normal,
                                           read_lognormal, read_empirical};
    const struct doc_node *of = node->child;
    size_t which = 0;
    char seen[EXCERPT_MAX];

    if (of == NULL || of->next != NULL) {
        reader_fail(r, index, node->at, "expected one distribution such as {uniform: [a, b]}");
        return false;
    }
    while (names[which] != NULL && strcmp(of->key->text, names[which]) != 0) {
        which++;
    }
    if (names[which] == NULL) {
        excerpt(seen, of->key->text);
        reader_fail_near(r, index, of->key->at, reader_nearest(of->key->text, names),
                         "unknown distribution \"%s\"; expected uniform, exponential, normal, "
                         "lognormal or empirical",
                         seen);
        return false;
    }
    if (dim == QUANTITY_COUNT && readers[which] != read_uniform) {
        reader_fail(r, index, of->key->at, "a count is a constant or {uniform: [a, b]}");
        return false;
    }
    return readers[which](r, index, of, dim, dist);
}

bool reader_store_dist(struct reader *r, size_t index, const struct doc_node *node, void *value,
                       enum quantity_dim dim)
{
    const struct scenario_key *key = key_at(r->schema, index);
    struct dist dist = {.kind = DIST_CONSTANT};

    if (key->word != NULL && node->kind == DOC_SCALAR && strcmp(node->text, key->word) == 0) {
        memcpy(value, &dist, sizeof(dist));
        return true;
    }
    if (node->kind == DOC_MAP) {
        if (!read_named(r, index, node, dim, &dist)) {
            return false;
        }
    } else if (reader_read_whole(r, index, node, dim, &dist.low)) {
        dist.high = dist.low;
    } else {
        return false;
    }
    /* Whatever reads only one of the fields finds nothing of another kind's. */
    dist.values = dist.kind == DIST_EMPIRICAL ? dist.values : 0;
    dist.spread = dist.kind == DIST_NORMAL || dist.kind == DIST_LOGNORMAL ? dist.spread : 0;
    memcpy(value, &dist, sizeof(dist));
    return true;
}
