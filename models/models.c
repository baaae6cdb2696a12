/* The list of all models: a new one is a line here. The first is what a scenario without `model:`
 * is about. */
#include <math.h>
#include <string.h>

#include "models/choreography/config.h"
#include "models/mm1/config.h"
#include "models/model.h"
#include "models/nimblenet/model.h"
#include "models/pi5/config.h"
#include "models/qos/model.h"
#include "models/wasmtube/config.h"

const struct model *const models[] = {
    &nimblenet_model, &qos_model, &pi5_model, &choreography_model,
    &wasmtube_model,  &mm1_model, NULL,
};

const struct model *model_find(const char *name)
{
    for (size_t i = 0; models[i] != NULL; i++) {
        if (strcmp(models[i]->schema.name, name) == 0) {
            return models[i];
        }
    }
    return NULL;
}

const struct model *model_of_schema(const struct scenario_schema *schema)
{
    size_t i = 0;
    while (models[i] != NULL && &models[i]->schema != schema) {
        i++;
    }
    ASSERT(models[i] != NULL);
    return models[i];
}

size_t model_measure_find(const struct model *m, const char *name)
{
    size_t i = 0;
    while (i < m->measures && strcmp(m->measure[i].name, name) != 0) {
        i++;
    }
    return i;
}

size_t model_series_find(const struct model *m, const char *name)
{
    size_t i = 0;
    while (i < m->series_count && strcmp(m->series[i].name, name) != 0) {
        i++;
    }
    return i;
}

size_t model_table_find(const struct model *m, const char *name)
{
    size_t i = 0;
    while (i < m->tables && strcmp(m->table[i].name, name) != 0) {
        i++;
    }
    return i;
}

size_t model_contrast_find(const struct model *m, const char *name)
{
    size_t i = 0;
    while (i < m->contrasts && strcmp(m->contrast[i].name, name) != 0) {
        i++;
    }
    return i;
}

size_t model_distribution_find(const struct model *m, const char *name)
{
    size_t i = 0;
    while (i < m->distributions && strcmp(m->distribution[i].name, name) != 0) {
        i++;
    }
    return i;
}

double model_measure_of(const struct model *m, const struct model_result *r, const char *name)
{
    const size_t i = model_measure_find(m, name);
    return i < m->measures ? r->measure[i] : (double)NAN;
}
