/* From a point of a sweep to its scenario. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "scenarios/sweep/sweep.h"

/*
 * The loader numbers the overrides "--set:N". Those of an axis have a place in the file; tells it
 * instead.
 */
static void pass_on(const struct sweep *w, size_t point, const char *line,
                    struct scenario_errors *errors)
{
    unsigned number = 0;
    unsigned column = 0;
    int used = 0;
    struct place at = {w->base->path, 1, 1};

    if (sscanf(line, "--set:%u:%u: %n", &number, &column, &used) == 2 && used > 0 &&
        number > w->override_count) {
        at = sweep_value_at(w, point, number - w->override_count - 1)->at;
        at.file = w->base->path;
        errors_add(errors, at, "", "%s", line + used);
    } else if (used > 0) {
        at = (struct place){"--set", number, column};
        errors_add(errors, at, "", "%s", line + used);
    } else {
        char at_point[32];
        (void)snprintf(at_point, sizeof(at_point), "point %zu", point + 1);
        errors_add(errors, at, at_point, "%s", line);
    }
    /* One value is part of many points: tell its mistake once. */
    const char *last = errors->line[errors->count - 1];
    for (size_t i = 0; i + 1 < errors->count; i++) {
        if (last != NULL && errors->line[i] != NULL && strcmp(errors->line[i], last) == 0) {
            free(errors->line[--errors->count]);
            return;
        }
    }
}

enum sim_status sweep_load_point(struct scenario *s, const struct sweep *w, size_t point,
                                 struct scenario_errors *errors)
{
    struct scenario_override *all = calloc(w->override_count + w->axis_count, sizeof(*all));
    char *text[SWEEP_AXES_MAX] = {NULL};
    struct scenario_errors found = {0};
    enum sim_status status = SIM_OK;

    if (all == NULL) {
        return SIM_ERR_NOMEM;
    }
    for (size_t i = 0; i < w->override_count; i++) {
        all[i] = w->overrides[i];
    }
    for (size_t a = 0; a < w->axis_count && status == SIM_OK; a++) {
        const char *key = w->axis[a].key->path;
        const char *value = sweep_value_at(w, point, a)->text;
        const size_t size = strlen(key) + strlen(value) + sizeof("=");
        text[a] = malloc(size);
        if (text[a] == NULL) {
            status = SIM_ERR_NOMEM;
        } else {
            (void)snprintf(text[a], size, "%s=%s", key, value);
            all[w->override_count + a].text = text[a];
        }
    }
    if (status == SIM_OK) {
        status = scenario_parse(s, w->base->path, w->base->text, w->base->text_length, all,
                                w->override_count + w->axis_count, &found);
    }
    for (size_t i = 0; i < found.count; i++) {
        pass_on(w, point, found.line[i] != NULL ? found.line[i] : "", errors);
    }
    scenario_errors_deinit(&found);
    for (size_t a = 0; a < w->axis_count; a++) {
        free(text[a]);
    }
    free(all);
    return status;
}

struct named {
    uint64_t hash;
    size_t point;
};

static int by_hash(const void *a, const void *b)
{
    const struct named *x = a;
    const struct named *y = b;

    if (x->hash != y->hash) {
        return x->hash < y->hash ? -1 : 1;
    }
    return x->point < y->point ? -1 : 1;
}

/* Points are told apart by their hash: two of the same would be one. */
static enum sim_status check_distinct(const struct sweep *w, struct scenario_errors *errors)
{
    struct named *sorted = calloc(w->point_count, sizeof(*sorted));
    enum sim_status status = SIM_OK;

    if (sorted == NULL) {
        return SIM_ERR_NOMEM;
    }
    for (size_t i = 0; i < w->point_count; i++) {
        sorted[i] = (struct named){.hash = w->hash[i], .point = i};
    }
    qsort(sorted, w->point_count, sizeof(*sorted), by_hash);
    for (size_t i = 1; i < w->point_count && status == SIM_OK; i++) {
        if (sorted[i - 1].hash == sorted[i].hash) {
            struct place at = w->axis[0].at;
            at.file = w->base->path;
            errors_add(errors, at, "sweep", "points %zu and %zu are the same scenario",
                       sorted[i - 1].point + 1, sorted[i].point + 1);
            status = SIM_ERR_INVALID;
        }
    }
    free(sorted);
    return status;
}

enum sim_status sweep_resolve(struct sweep *w, struct scenario_errors *errors)
{
    enum sim_status result = SIM_OK;
    uint64_t *hash = calloc(w->point_count, sizeof(*hash));

    if (hash == NULL) {
        return SIM_ERR_NOMEM;
    }
    for (size_t i = 0; i < w->point_count && errors->count < ERRORS_MAX; i++) {
        struct scenario s;
        enum sim_status status = sweep_load_point(&s, w, i, errors);
        if (status == SIM_OK) {
            hash[i] = scenario_hash(&s);
            scenario_deinit(&s);
        } else if (status == SIM_ERR_INVALID) {
            result = status;
        } else {
            free(hash);
            return status;
        }
    }
    free(w->hash);
    w->hash = hash;
    return result == SIM_OK ? check_distinct(w, errors) : result;
}
