#include "sim/study/study_work.h"

#include <stdlib.h>

/* A variant's, or that of those like it, in one replication. */
struct study_work {
    void *work;
    uint32_t takers; /* so far; where all have given, it is over */
    uint32_t givers;
};

/* The first variant that this one is like. */
static uint32_t model_variant(const struct study *s, uint32_t variant)
{
    uint32_t first = 0;
    while (first < variant && !s->model->alike(s->system[first], s->system[variant])) {
        first++;
    }
    return first;
}

bool study_work_init(struct study *s)
{
    const uint32_t variants = s->scenario->variant_count;
    if (s->model->draw == NULL) {
        return true;
    }
    s->alike = calloc(variants, sizeof *s->alike);
    s->work = calloc((size_t)variants * s->rounds_most, sizeof *s->work);
    if (s->alike == NULL || s->work == NULL) {
        return false;
    }
    for (uint32_t v = 0; v < variants; v++) {
        s->alike[v].first = model_variant(s, v);
        s->alike[s->alike[v].first].count++;
    }
    return true;
}

void study_work_deinit(struct study *s)
{
    const size_t count = (size_t)s->scenario->variant_count * s->rounds_most;
    for (size_t i = 0; s->work != NULL && i < count; i++) {
        if (s->work[i].work != NULL) {
            s->model->discard(s->work[i].work); /* of a replication that was broken off */
        }
    }
    free(s->work);
    free(s->alike);
    s->work = NULL;
    s->alike = NULL;
}

/* NULL where nobody shares. */
static struct study_work *work_of(const struct study *s, const struct study_run *run)
{
    if (s->model->draw == NULL || s->alike[s->alike[run->variant].first].count < 2) {
        return NULL;
    }
    const uint32_t k = s->options.only_replication > 0 ? 0 : run->replication - 1;
    return &s->work[(size_t)s->alike[run->variant].first * s->rounds_most + k];
}

const void *study_work_take(struct study *s, const struct study_run *run)
{
    struct study_work *w = work_of(s, run);
    if (w == NULL) {
        return NULL;
    }
    pthread_mutex_lock(&s->works);
    if (w->takers++ == 0 &&
        s->model->draw(&w->work, s->system[run->variant], run->replication) != SIM_OK) {
        w->work = NULL; /* each finds it for itself, or fails for itself */
    }
    pthread_mutex_unlock(&s->works);
    return w->work;
}

void study_work_give(struct study *s, const struct study_run *run)
{
    struct study_work *w = work_of(s, run);
    if (w == NULL) {
        return;
    }
    pthread_mutex_lock(&s->works);
    if (++w->givers == s->alike[s->alike[run->variant].first].count && w->work != NULL) {
        s->model->discard(w->work);
        w->work = NULL;
    }
    pthread_mutex_unlock(&s->works);
}
