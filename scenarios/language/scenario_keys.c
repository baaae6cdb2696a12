#include "scenarios/language/scenario_keys.h"

#include <string.h>

#include "sim/engine/text.h"

#define AT(field) offsetof(struct scenario, field)
#define QUANTITY(p, k, f, v, low, high, m, s)                                                      \
    {                                                                                              \
        .path = (p), .kind = (k), .offset = AT(f), .value = (v), .least = (low), .most = (high),   \
        .meaning = (m), .source = (s)                                                              \
    }

static const char *const records[] = {"summary", "calls", "events", NULL};

/* What every scenario has. A schema may have a default of its own where schema_default() says so.
 */
static const struct scenario_key head[] = {
    {.path = "format",
     .kind = KEY_FORMAT,
     .meaning = "the format of this file; must be written",
     .source = "-"},
    {.path = "model", .kind = KEY_MODEL, .meaning = "what is simulated", .source = "the first"},
    {.path = "base",
     .kind = KEY_BASE,
     .meaning = "another scenario that this one starts from: what is not written here is as there",
     .source = "none: the defaults"},
    {.path = "name",
     .kind = KEY_TEXT,
     .offset = AT(name),
     .meaning = "the scenario's name in reports",
     .source = "a label"},
    QUANTITY("duration", KEY_TIME, duration_ns, "3600 s", "1 ns", "8760 h", "simulated time",
             "the model's"),
    QUANTITY("bin", KEY_TIME, bin_ns, "10 s", "1 us", "8760 h",
             "what happens over time is summed in bins of this length", "the model's"),
    QUANTITY("seed", KEY_COUNT64, seed, "1", "0", "9223372036854775807",
             "names the random numbers of the first replication", "any number does"),
    QUANTITY("replications", KEY_COUNT, replications, "6", "1", "100000",
             "independent repetitions, each with a seed of its own; or a map of the keys below",
             "the model's"),
    QUANTITY("replications.precision", KEY_PROBABILITY, precision.half_width, "0", "0", "1",
             "repeat until the half width of each variant's t interval is at most this part of the "
             "mean; must be above 0 where the map is written",
             "not asked for: the number is fixed"),
    {.path = "replications.of",
     .kind = KEY_TEXT,
     .offset = AT(precision.of),
     .value = "response_mean_s",
     .meaning = "the metric whose precision is asked for, by its name in `run --json`",
     .source = "the model's"},
    QUANTITY("replications.min", KEY_COUNT, precision.least, "5", "2", "100000",
             "replications before the first look at the precision, and between two looks",
             "our choice: fewer make the first interval a matter of luck"),
    QUANTITY("replications.max", KEY_COUNT, precision.most, "200", "2", "100000",
             "stop there, whatever the precision", "our choice"),
    QUANTITY("replications.level", KEY_PROBABILITY, precision.level, "95 %", "0.5", "0.9999",
             "confidence level of that interval", "that of the printed table"),
    {.path = "variants",
     .kind = KEY_VARIANTS,
     .meaning =
         "what is run on the same work: words of the model, or a map of names, each with the "
         "keys that it sets; `like: NAME` starts from another",
     .source = "the model's"},
    {.path = "baseline",
     .kind = KEY_BASELINE,
     .meaning = "the variant that the others are compared with",
     .source = "the first"},
    {.path = "record",
     .kind = KEY_CHOICE,
     .offset = AT(record),
     .value = "summary",
     .words = records,
     .meaning = "how much of each run the database holds",
     .source = "a choice of storage"},
};
enum { HEAD_COUNT = sizeof(head) / sizeof(head[0]) };

size_t key_head_count(void)
{
    return HEAD_COUNT;
}

size_t key_count(const struct scenario_schema *schema)
{
    return HEAD_COUNT + schema->key_count;
}

const struct scenario_key *key_at(const struct scenario_schema *schema, size_t index)
{
    ASSERT(index < key_count(schema));
    return index < HEAD_COUNT ? &head[index] : &schema->key[index - HEAD_COUNT];
}

size_t key_find(const struct scenario_schema *schema, const char *path)
{
    size_t i = 0;

    while (i < key_count(schema) && strcmp(key_at(schema, i)->path, path) != 0) {
        i++;
    }
    return i;
}

bool key_is_section(const struct scenario_schema *schema, const char *path)
{
    size_t length = strlen(path);

    for (size_t i = 0; i < key_count(schema); i++) {
        const char *known = key_at(schema, i)->path;

        if (strncmp(known, path, length) == 0 && known[length] == '.') {
            return true;
        }
    }
    return false;
}

bool key_is_head(const struct scenario_key *key)
{
    return key >= head && key < head + HEAD_COUNT;
}

/* The schema's own default of a key of the head, or NULL. */
static const char *schema_default(const struct scenario_schema *schema,
                                  const struct scenario_key *key)
{
    const struct {
        const char *path, *value;
    } own[] = {
        {"model", schema->name},
        {"name", schema->label != NULL ? schema->label : schema->name},
        {"duration", schema->duration},
        {"bin", schema->bin},
        {"replications", schema->replications},
        {"replications.of", schema->precision_of},
        {"variants", schema->variants},
    };

    for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++) {
        if (strcmp(key->path, own[i].path) == 0) {
            return own[i].value;
        }
    }
    return NULL;
}

const char *key_default(const struct scenario_schema *schema, const struct scenario_key *key)
{
    const char *own = key_is_head(key) ? schema_default(schema, key) : NULL;

    return own != NULL ? own : key->value;
}

bool key_applies(const struct scenario *s, const struct scenario_key *key)
{
    static const char path[] = "replications";
    const size_t length = sizeof(path) - 1;

    if (key->kind == KEY_BASE) {
        return false; /* what it brought is printed */
    }
    if (!key_is_head(key) || strncmp(key->path, path, length) != 0) {
        return true;
    }
    return (key->path[length] == '.') == (s->precision.half_width > 0);
}

const char *key_nearest(const struct scenario_schema *schema, const char *path)
{
    const char *found = "";
    size_t best = SIZE_MAX;

    for (size_t i = 0; i < key_count(schema); i++) {
        const char *known = key_at(schema, i)->path;
        const char *dot = strrchr(known, '.');
        size_t distance = 0;

        if ((dot == NULL || strcmp(dot + 1, path) != 0) && !text_is_near(path, known, &distance)) {
            continue;
        }
        if (distance < best) {
            best = distance;
            found = known;
        }
    }
    return found;
}

bool key_is_quantity(enum key_kind kind, enum quantity_dim *dim)
{
    switch (kind) {
    case KEY_TIME:
        *dim = QUANTITY_TIME;
        return true;
    case KEY_SIZE:
        *dim = QUANTITY_SIZE;
        return true;
    case KEY_RATE:
        *dim = QUANTITY_RATE;
        return true;
    case KEY_LENGTH:
        *dim = QUANTITY_LENGTH;
        return true;
    case KEY_SPEED:
        *dim = QUANTITY_SPEED;
        return true;
    case KEY_POWER:
        *dim = QUANTITY_POWER;
        return true;
    case KEY_BIT_ENERGY:
        *dim = QUANTITY_BIT_ENERGY;
        return true;
    case KEY_PROBABILITY:
        *dim = QUANTITY_PROBABILITY;
        return true;
    case KEY_SHARE:
        *dim = QUANTITY_SHARE;
        return true;
    case KEY_NUMBER:
        *dim = QUANTITY_NUMBER;
        return true;
    case KEY_COUNT:
    case KEY_COUNT64:
        *dim = QUANTITY_COUNT;
        return true;
    case KEY_FORMAT:
    case KEY_MODEL:
    case KEY_BASE:
    case KEY_VARIANTS:
    case KEY_BASELINE:
    case KEY_BOOL:
    case KEY_CHOICE:
    case KEY_POLICY:
    case KEY_TEXT:
    case KEY_FILE:
    case KEY_TIME_DIST:
    case KEY_SIZE_DIST:
    case KEY_COUNT_DIST:
        break;
    }
    return false;
}

bool key_is_dist(enum key_kind kind, enum quantity_dim *dim)
{
    if (kind == KEY_TIME_DIST) {
        *dim = QUANTITY_TIME;
    } else if (kind == KEY_SIZE_DIST) {
        *dim = QUANTITY_SIZE;
    } else if (kind == KEY_COUNT_DIST) {
        *dim = QUANTITY_COUNT;
    } else {
        return false;
    }
    return true;
}
