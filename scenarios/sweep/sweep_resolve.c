/* From a point of a sweep to its scenario. */
#include <stdlib.h>
#include <string.h>

#include "scenarios/sweep/sweep.h"

/*
 * The loader numbers the overrides "--set:N". Those of an axis have a place in the file; tells it
 * instead.
 */
static void pass_on(const struct sweep *w, size_t point, const struct scenario_mistake *m,
                    struct scenario_errors *errors)
{
    const char *file = m->file != NULL ? m->file : "";
    struct place at = {file, m->line, m->column};

    if (strcmp(file, "--set") == 0 && m->line > w->override_count) {
        at = sweep_value_at(w, point, m->line - w->override_count - 1)->at;
        at.file = errors_place_name(w->base->path);
    }
    errors_suggest(errors, at, m->key, m->suggestion, "%s", m->message != NULL ? m->message : "");
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
        status =
            scenario_parse(s, w->base->registry, w->base->path, w->base->text, w->base->text_length,
                           all, w->override_count + w->axis_count, &found);
    }
    for (size_t i = 0; i < found.count; i++) {
        pass_on(w, point, &found.mistake[i], errors);
    }
    scenario_errors_deinit(&found);
    for (size_t a = 0; a < w->axis_count; a++) {
        free(text[a]);
    }
    free(all);
    return status;
}

struct named {
    const char *hash;
    size_t point;
};

static int by_hash(const void *a, const void *b)
{
    const struct named *x = a;
    const struct named *y = b;

    int order = strcmp(x->hash, y->hash);

    if (order != 0) {
        return order;
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
        if (strcmp(sorted[i - 1].hash, sorted[i].hash) == 0) {
            struct place at = w->axis[0].at;
            at.file = errors_place_name(w->base->path);
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
    char(*hash)[65] = calloc(w->point_count, sizeof(*hash));

    if (hash == NULL) {
        return SIM_ERR_NOMEM;
    }
    for (size_t i = 0; i < w->point_count && errors->count < ERRORS_MAX; i++) {
        struct scenario s;
        enum sim_status status = sweep_load_point(&s, w, i, errors);
        if (status == SIM_OK) {
            status = scenario_hash(&s, hash[i]);
            scenario_deinit(&s);
        }
        if (status == SIM_OK) {
            continue;
        }
        if (status == SIM_ERR_INVALID) {
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
