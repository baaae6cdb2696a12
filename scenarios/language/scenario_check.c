/* What only several keys together can get wrong. */
#include <stdarg.h>
#include <string.h>

#include "scenarios/language/excerpt.h"
#include "scenarios/language/scenario_read.h"

enum { BINS_MAX = 10000000 };

struct key_conflicts {
    struct reader *r;
};

static size_t key_named(const struct reader *r, const char *path)
{
    size_t index = key_find(r->schema, path);

    ASSERT(index < key_count(r->schema));
    return index;
}

bool key_conflicts_are_sound(const struct key_conflicts *c, const char *const *keys)
{
    for (; *keys != NULL; keys++) {
        if (c->r->key[key_named(c->r, *keys)].state == KEY_BAD) {
            return false;
        }
    }
    return true;
}

/* How likely a mistake is to be mended where a key is written: the least is the likeliest. */
static unsigned rank(const struct reader_key *key)
{
    if (key->state != KEY_WRITTEN || key->at.line == 0) {
        return 4;
    }
    switch (key->layer) {
    case LAYER_SET: /* the file may well be sound without */
        return 0;
    case LAYER_VARIANT:
        return 1;
    case LAYER_FILE:
        return 2;
    case LAYER_PRESET: /* the word in "variants" */
        return 3;
    case LAYER_DEFAULT:
        break;
    }
    return 4;
}

/* The key at which a conflict is reported: of those that the user wrote, the likeliest. */
static size_t culprit(const struct reader *r, const char *const *keys)
{
    size_t found = key_named(r, *keys);

    for (; *keys != NULL; keys++) {
        size_t index = key_named(r, *keys);

        if (rank(&r->key[index]) < rank(&r->key[found])) {
            found = index;
        }
    }
    return found;
}

void key_conflicts_add(struct key_conflicts *c, const char *const *keys, const char *format, ...)
{
    size_t index = culprit(c->r, keys);
    struct place at = c->r->key[index].at;
    char what[512];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(what, sizeof(what), format, arguments);
    va_end(arguments);
    if (at.line == 0 || at.file == NULL) { /* nobody wrote any of them */
        at = (struct place){c->r->s->path, 1, 1};
    }
    errors_add(c->r->errors, at, key_at(c->r->schema, index)->path, "%s", what);
}

static void check_bins(struct reader *r)
{
    const struct scenario *s = r->s;
    const char *const *keys = KEYS("bin", "duration");
    struct key_conflicts conflicts = {.r = r};

    if (key_conflicts_are_sound(&conflicts, keys) && s->duration_ns / s->bin_ns >= BINS_MAX) {
        key_conflicts_add(&conflicts, keys, "makes more than %d bins of the run's duration",
                          (int)BINS_MAX);
    }
}

static void check_measure(struct reader *r)
{
    const size_t of = key_named(r, "replications.of");
    const char *const *name = r->schema->measure;
    char seen[EXCERPT_MAX];

    if (name == NULL || r->key[of].state != KEY_WRITTEN) {
        return;
    }
    while (*name != NULL) {
        if (strcmp(*name++, r->s->precision.of) == 0) {
            return;
        }
    }
    excerpt(seen, r->s->precision.of);
    reader_fail_near(r, of, r->key[of].at, reader_nearest(r->s->precision.of, r->schema->measure),
                     "no metric is called \"%s\"", seen);
}

static void check_precision(struct reader *r)
{
    const struct scenario *s = r->s;
    struct key_conflicts conflicts = {.r = r};
    const char *const *asked = KEYS("replications", "replications.precision");
    const char *const *bounds = KEYS("replications.min", "replications.max");

    if (!r->asks_precision) {
        return;
    }
    if (key_conflicts_are_sound(&conflicts, asked) && s->precision.half_width <= 0) {
        key_conflicts_add(&conflicts, asked,
                          "a map needs a precision above 0, such as {precision: 2 %%, max: 200}");
    }
    if (key_conflicts_are_sound(&conflicts, bounds) && s->precision.least > s->precision.most) {
        key_conflicts_add(&conflicts, bounds, "at least %u replications, but at most %u",
                          s->precision.least, s->precision.most);
    }
    check_measure(r);
}

void scenario_check_head(struct reader *r)
{
    check_precision(r);
    check_bins(r);
}

void scenario_check_config(struct reader *r)
{
    struct key_conflicts conflicts = {.r = r};

    if (r->schema->check != NULL && !r->nomem) {
        r->schema->check(r->config, &conflicts);
    }
}
