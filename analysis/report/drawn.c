#include "analysis/report/drawn.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/paper.h"

/* ---- words and points ---- */

static enum sim_status no_memory(struct store_error *error)
{
    (void)snprintf(error->text, sizeof error->text, "no memory left for the pictures");
    return SIM_ERR_NOMEM;
}

/* One more of size bytes behind count; false without memory. */
static bool make_room(void **array, size_t count, size_t *room, size_t size)
{
    if (count < *room) {
        return true;
    }
    const size_t wanted = *room == 0 ? 16 : 2 * *room;
    void *wider = realloc(*array, wanted * size);
    if (wider == NULL) {
        return false;
    }
    *array = wider;
    *room = wanted;
    return true;
}

static void words_deinit(struct drawn_words *w)
{
    for (size_t i = 0; i < w->count; i++) {
        free(w->word[i]);
    }
    free(w->word);
}

/* The place of a word, which is new or not; SIZE_MAX without memory. */
static size_t place_of(struct drawn_words *w, const char *word)
{
    word = word != NULL ? word : "";
    for (size_t i = w->count; i > 0; i--) { /* rows come in order: it is most often the last */
        if (strcmp(w->word[i - 1], word) == 0) {
            return i - 1;
        }
    }
    void *array = w->word;
    const bool has_room = make_room(&array, w->count, &w->room, sizeof(char *));
    w->word = array;
    char *copy = has_room ? strdup(word) : NULL;
    if (copy == NULL) {
        return SIZE_MAX;
    }
    w->word[w->count] = copy;
    return w->count++;
}

static bool is_there(const struct drawn_point *p, size_t panel, size_t x, size_t series)
{
    return p->panel == panel && p->x == x && p->series == series;
}

const struct drawn_point *drawn_find(const struct drawn *d, size_t panel, size_t x, size_t series)
{
    for (size_t i = 0; i < d->points; i++) {
        if (is_there(&d->point[i], panel, x, series)) {
            return &d->point[i];
        }
    }
    return NULL;
}

/* What a row says, in words. */
struct row {
    const char *panel, *x, *series;
    double low, high; /* of a span */
};

/* A new point behind the others; NULL without memory. */
static struct drawn_point *push_point(struct drawn *d, const struct row *row)
{
    void *array = d->point;
    const bool has_room = make_room(&array, d->points, &d->points_room, sizeof *d->point);
    d->point = array;
    const struct drawn_point point = {
        .panel = place_of(&d->panel, row->panel),
        .x = place_of(&d->x, row->x),
        .series = place_of(&d->series, row->series),
        .value = (double)NAN,
        .low = row->low,
        .high = row->high,
    };
    if (!has_room || point.panel == SIZE_MAX || point.x == SIZE_MAX || point.series == SIZE_MAX) {
        return NULL;
    }
    d->point[d->points] = point;
    return &d->point[d->points++];
}

/* The point of a row, looked for from behind the last one that was found: replications follow each
 * other in the same order. */
static struct drawn_point *point_of(struct drawn *d, const struct row *row, size_t *last)
{
    const size_t panel = place_of(&d->panel, row->panel);
    const size_t x = place_of(&d->x, row->x);
    const size_t series = place_of(&d->series, row->series);
    for (size_t i = 0; i < d->points; i++) {
        const size_t k = (*last + 1 + i) % d->points;
        if (is_there(&d->point[k], panel, x, series)) {
            *last = k;
            return &d->point[k];
        }
    }
    *last = d->points;
    return push_point(d, row);
}

/* ---- from a select ---- */

static bool take_span(struct drawn *d, const struct query *q)
{
    const struct row row = {query_text(q, 0), query_text(q, 1), query_text(q, 2), query_real(q, 3),
                            query_real(q, 4)};
    const bool is_whole = !isnan(row.low) && !isnan(row.high);
    return !is_whole || push_point(d, &row) != NULL;
}

static bool take_value(struct drawn *d, const struct query *q, size_t *last)
{
    const bool is_measured = query_columns(q) == 5;
    const unsigned x = is_measured ? 2 : 0;
    const struct row row = {is_measured ? query_text(q, 1) : "", query_text(q, x),
                            query_text(q, x + 1), (double)NAN, (double)NAN};
    struct drawn_point *point = point_of(d, &row, last);
    if (point != NULL && !isnan(query_real(q, x + 2))) {
        stats_add(&point->seen, query_real(q, x + 2));
    }
    return point != NULL;
}

static enum sim_status read_select(struct drawn *d, struct store *store, struct store_error *error)
{
    struct query *q = NULL;
    enum sim_status status = query_open(&q, store, d->of.select, error);
    if (status != SIM_OK) {
        return status;
    }
    const bool is_spans = d->of.picture == MODEL_SPANS;
    ASSERT(query_columns(q) == 5 || (query_columns(q) == 3 && !is_spans));
    bool has_memory = true;
    size_t last = 0;
    while (has_memory && !d->is_cut && query_next(q)) {
        has_memory = is_spans ? take_span(d, q) : take_value(d, q, &last);
        d->is_cut = d->points >= DRAWN_POINTS_MAX;
    }
    status = query_close(q, error);
    return status == SIM_OK && !has_memory ? no_memory(error) : status;
}

static enum sim_status read_curve(struct drawn *d, struct store *store, struct store_error *error)
{
    struct query *q = NULL;
    enum sim_status status = query_open(&q, store, d->of.curve, error);
    bool has_memory = true;
    while (status == SIM_OK && has_memory && d->steps < DRAWN_POINTS_MAX && query_next(q)) {
        void *array = d->step;
        has_memory = make_room(&array, d->steps, &d->steps_room, sizeof *d->step);
        d->step = array;
        const struct drawn_step step = {place_of(&d->panel, query_text(q, 0)), query_real(q, 1),
                                        query_real(q, 2), query_real(q, 3)};
        has_memory = has_memory && step.panel != SIZE_MAX;
        if (has_memory) {
            d->step[d->steps++] = step;
        }
    }
    if (status == SIM_OK) {
        status = query_close(q, error);
    }
    return status == SIM_OK && !has_memory ? no_memory(error) : status;
}

/* ---- from the numbers of several runs ---- */

static bool take_stream(struct drawn *d, const char *x, const char *series,
                        const struct stats_stream *stream)
{
    const struct row row = {"", x, series, (double)NAN, (double)NAN};
    struct drawn_point *point = push_point(d, &row);
    if (point != NULL) {
        point->seen = *stream;
    }
    return point != NULL;
}

static bool read_contrasts(struct drawn *d, const struct contrasts *c)
{
    bool has_memory = true;
    for (size_t i = 0; i < c->rows && d->of.contrast != NULL && has_memory; i++) {
        const struct contrasts_row *row = &c->row[i];
        if (strcmp(row->of->name, d->of.contrast) == 0) {
            has_memory = take_stream(d, c->variant[row->a], row->of->label, &row->stream);
        }
    }
    for (size_t i = 0; i < c->effects && d->of.effect != NULL && has_memory; i++) {
        const struct contrasts_effect *e = &c->effect[i];
        if (strcmp(e->measure->name, d->of.effect) == 0) {
            has_memory = take_stream(d, e->of->label, e->measure->label, &e->stream);
        }
    }
    return has_memory;
}

/* ---- all of them ---- */

static void fold(struct drawn *d)
{
    if (d->of.picture == MODEL_SPANS) {
        return;
    }
    const double scale = d->of.scale > 0 ? d->of.scale : 1;
    for (size_t i = 0; i < d->points; i++) {
        struct drawn_point *p = &d->point[i];
        const struct stats_estimate e = stats_stream_estimate(&p->seen, CONTRASTS_LEVEL);
        p->value = e.mean * scale;
        p->low = e.has_interval ? e.low * scale : (double)NAN;
        p->high = e.has_interval ? e.high * scale : (double)NAN;
        d->has_interval = d->has_interval || e.has_interval;
    }
}

static void drop(struct drawn *d)
{
    words_deinit(&d->panel);
    words_deinit(&d->x);
    words_deinit(&d->series);
    free(d->point);
    free(d->step);
}

static enum sim_status read_one(struct drawn_all *all, const struct drawn *kind,
                                struct store *store, const struct contrasts *contrasts,
                                struct store_error *error)
{
    struct drawn d = *kind;
    enum sim_status status = SIM_OK;
    if (d.of.select != NULL) {
        bool has_table = true;
        if (d.of.needs != NULL) {
            status = query_has(&has_table, store, d.of.needs, NULL, error);
        }
        status = status == SIM_OK && has_table ? read_select(&d, store, error) : status;
    } else if (contrasts != NULL && !read_contrasts(&d, contrasts)) {
        status = no_memory(error);
    }
    if (status == SIM_OK && d.points > 0 && d.of.curve != NULL) {
        status = read_curve(&d, store, error);
    }
    if (status == SIM_OK && d.points > 0) {
        fold(&d);
        all->item[all->count++] = d;
    } else {
        drop(&d);
    }
    return status;
}

/* A table beside the paper's quantities, as a chart. */
static bool as_chart(struct model_chart *chart, const struct paper_block *block)
{
    *chart = (struct model_chart){
        .key = block->key,
        .title = block->title,
        .unit = block->unit,
        .decimals = block->decimals,
        .across = block->rows,
        .series = block->columns,
        .select = block->select,
    };
    switch (block->picture) {
    case PAPER_BARS:
        chart->picture = MODEL_BARS;
        return true;
    case PAPER_LINES:
        chart->picture = MODEL_LINES;
        return true;
    case PAPER_HEAT:
        chart->picture = MODEL_HEAT;
        return true;
    case PAPER_NOT_DRAWN:
        break;
    }
    return false;
}

enum sim_status drawn_read(struct drawn_all *all, struct store *store, const struct model *model,
                           const struct contrasts *contrasts, struct store_error *error)
{
    const size_t blocks = model->paper != NULL ? model->paper->blocks : 0;
    *all = (struct drawn_all){calloc(model->charts + blocks + 1, sizeof *all->item), 0};
    enum sim_status status = all->item == NULL ? no_memory(error) : SIM_OK;
    for (size_t i = 0; i < model->charts && status == SIM_OK; i++) {
        const struct drawn kind = {.of = model->chart[i]};
        status = read_one(all, &kind, store, contrasts, error);
    }
    for (size_t i = 0; i < blocks && status == SIM_OK; i++) {
        struct drawn kind = {.is_table = true};
        if (as_chart(&kind.of, &model->paper->block[i])) {
            status = read_one(all, &kind, store, contrasts, error);
        }
    }
    if (status != SIM_OK) {
        drawn_deinit(all);
    }
    return status;
}

void drawn_deinit(struct drawn_all *all)
{
    for (size_t i = 0; i < all->count; i++) {
        drop(&all->item[i]);
    }
    free(all->item);
    *all = (struct drawn_all){NULL, 0};
}

/* ---- what a drawing asks ---- */

bool drawn_are_numbers(const struct drawn *d)
{
    for (size_t i = 0; i < d->x.count; i++) {
        char *end = NULL;
        const double x = strtod(d->x.word[i], &end);
        if (end == d->x.word[i] || *end != '\0' || !isfinite(x)) {
            return false;
        }
    }
    return d->x.count > 0;
}

double drawn_number(const struct drawn *d, size_t x)
{
    return strtod(d->x.word[x], NULL);
}

bool drawn_has_x(const struct drawn *d, size_t panel, size_t x)
{
    for (size_t i = 0; i < d->points; i++) {
        if (d->point[i].panel == panel && d->point[i].x == x) {
            return true;
        }
    }
    return false;
}

bool drawn_has_series(const struct drawn *d, size_t panel, size_t series)
{
    for (size_t i = 0; i < d->points; i++) {
        if (d->point[i].panel == panel && d->point[i].series == series) {
            return true;
        }
    }
    return false;
}

struct drawn_range drawn_range_of(const struct drawn *d)
{
    struct drawn_range r = {(double)INFINITY, -(double)INFINITY};
    for (size_t i = 0; i < d->points; i++) {
        const struct drawn_point *p = &d->point[i];
        r.least = fmin(r.least, fmin(p->value, p->low)); /* a NaN is passed over */
        r.most = fmax(r.most, fmax(p->value, p->high));
    }
    for (size_t i = 0; i < d->steps; i++) {
        r.most = fmax(r.most, d->step[i].at);
    }
    return r.most >= r.least ? r : (struct drawn_range){0, 0};
}
