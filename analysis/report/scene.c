#include "analysis/report/scene.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/report/chart.h"
#include "analysis/report/html.h"
#include "analysis/report/scene_pack.h"
#include "models/story.h"

static const char *const kinds[] = {"place", "link",  "item",    "work",
                                    "pulse", "level", "holding", "span"};
enum { STANDING = 3, KINDS = sizeof kinds / sizeof kinds[0] }; /* the first few only stand */

struct writer {
    FILE *to;
    struct store *store;
    const struct report_data *data;
    const struct scene_maps *maps;
    struct views views;
    struct store_error *error;
    uint32_t replication;
    bool has_happenings; /* rows, and not only things that stand */
};

/* ---- which runs ---- */

static const struct report_run *run_of(const struct report_data *data, uint32_t variant,
                                       uint32_t replication)
{
    for (size_t i = 0; i < data->run_count; i++) {
        const struct report_run *run = &data->run[i];
        if (run->is_complete && run->variant == variant && run->replication == replication) {
            return run;
        }
    }
    return NULL;
}

static bool is_whole(const struct report_data *data, uint32_t replication)
{
    for (uint32_t v = 0; v < data->variant_count; v++) {
        if (run_of(data, v, replication) == NULL) {
            return false;
        }
    }
    return true;
}

uint32_t scene_replication(const struct report_data *data)
{
    uint32_t first = 0;
    uint32_t whole = UINT32_MAX;
    for (size_t i = 0; i < data->run_count; i++) {
        const struct report_run *run = &data->run[i];
        first = first == 0 && run->is_complete ? run->replication : first;
        if (run->replication < whole && is_whole(data, run->replication)) {
            whole = run->replication;
        }
    }
    return whole != UINT32_MAX ? whole : first;
}

/* ---- tracks ---- */

#define GRAIN_M 0.05
#define STEP_LEAST_S 2

/* Differences of differences: what moves evenly takes one byte a point. */
static void put_axis(struct scene_pack *pack, const int64_t *at, size_t points, size_t axis)
{
    scene_pack_restart(pack);
    scene_pack_add(pack, at[axis]);
    scene_pack_restart(pack);
    for (size_t i = 1; i < points; i++) {
        scene_pack_add(pack, at[2 * i + axis] - at[2 * (i - 1) + axis]);
    }
}

static bool put_mover(struct scene_pack *pack, const struct scene_maps *maps, const void *map,
                      uint32_t mover, sim_time step_ns, int64_t *at, size_t points)
{
    void *followed = maps->places->follow(map, mover);
    if (followed == NULL) {
        return false;
    }
    for (size_t i = 0; i < points; i++) {
        const sim_time wanted = (sim_time)i * step_ns;
        const sim_time now = wanted < maps->duration_ns ? wanted : maps->duration_ns;
        const struct model_place p = maps->places->at(followed, now);
        at[2 * i] = llround(p.x_m / GRAIN_M);
        at[2 * i + 1] = llround(p.y_m / GRAIN_M);
    }
    maps->places->leave(followed);
    put_axis(pack, at, points, 0);
    put_axis(pack, at, points, 1);
    return true;
}

static enum sim_status put_tracks(struct writer *w, FILE *to, const void *map)
{
    const struct scene_maps *maps = w->maps;
    const uint32_t all = maps->places->movers(map);
    const uint32_t movers = all < SCENE_MOVERS_MAX ? all : SCENE_MOVERS_MAX;
    int64_t step_s = STEP_LEAST_S;
    size_t points = 0;
    do {
        points = (size_t)((maps->duration_ns + step_s * SIM_S - 1) / (step_s * SIM_S)) + 1;
        step_s *= 2;
    } while (points * movers > SCENE_POINTS_MAX && points > 2);
    step_s /= 2;
    int64_t *at = calloc(2 * points, sizeof *at);
    if (at == NULL) {
        return SIM_ERR_NOMEM;
    }
    (void)fprintf(to,
                  "{\"step\":%" PRId64 ",\"points\":%zu,\"movers\":%" PRIu32 ",\"all\":%" PRIu32
                  ",\"grain\":%g,\"data\":",
                  step_s, points, movers, all, GRAIN_M);
    struct scene_pack pack;
    scene_pack_begin(&pack, to);
    bool is_fine = true;
    for (uint32_t m = 0; m < movers && is_fine; m++) {
        is_fine = put_mover(&pack, maps, map, m, step_s * SIM_S, at, points);
    }
    scene_pack_end(&pack);
    (void)fputs("}", to);
    free(at);
    return is_fine ? SIM_OK : SIM_ERR_NOMEM;
}

/* Tracks of a variant; NULL: no memory. */
static char *tracks_of(struct writer *w, uint32_t variant)
{
    char *text = NULL;
    size_t bytes = 0;
    FILE *to = open_memstream(&text, &bytes);
    if (to == NULL) {
        return NULL;
    }
    const enum sim_status status = put_tracks(w, to, w->maps->map[variant]);
    if (fclose(to) != 0 || status != SIM_OK) {
        free(text);
        return NULL;
    }
    return text;
}

/* Variants whose things move alike share their tracks: "tracks" is a list, "track" an index. */
static enum sim_status put_all_tracks(struct writer *w, size_t *track)
{
    const uint32_t variants = w->data->variant_count;
    char **text = calloc(variants, sizeof *text);
    enum sim_status status = text != NULL ? SIM_OK : SIM_ERR_NOMEM;
    size_t count = 0;
    (void)fputs(",\n\"tracks\":[", w->to);
    for (uint32_t v = 0; v < variants && status == SIM_OK && w->maps->places != NULL; v++) {
        char *one = tracks_of(w, v);
        if (one == NULL) {
            status = SIM_ERR_NOMEM;
            break;
        }
        size_t same = 0;
        while (same < count && strcmp(text[same], one) != 0) {
            same++;
        }
        track[v] = same;
        if (same < count) {
            free(one);
            continue;
        }
        (void)fputs(count > 0 ? ",\n" : "", w->to);
        (void)fputs(one, w->to);
        text[count++] = one;
    }
    (void)fputs("]", w->to);
    for (size_t i = 0; i < count; i++) {
        free(text[i]);
    }
    free(text);
    return status;
}

/* ---- the runs ---- */

static enum sim_status put_views(struct writer *w, int64_t run_id)
{
    enum sim_status status = SIM_OK;
    bool is_first = true;
    for (size_t k = 0; k < KINDS && status == SIM_OK; k++) {
        char name[64];
        (void)snprintf(name, sizeof name, "v_floor_%s", kinds[k]);
        const struct view *view = views_find(&w->views, name);
        if (view == NULL || !view->has_run) {
            continue;
        }
        size_t rows = 0;
        (void)fprintf(w->to, "%s\n\"%s\":", is_first ? "" : ",", kinds[k]);
        status = scene_pack_view(w->to, view, w->store, run_id, SCENE_ROWS_MAX, &rows, w->error);
        w->has_happenings = w->has_happenings || (rows > 0 && k >= STANDING);
        is_first = false;
    }
    return status;
}

static enum sim_status put_runs(struct writer *w, const size_t *track)
{
    enum sim_status status = SIM_OK;
    bool is_first = true;
    (void)fputs(",\n\"variants\":[", w->to);
    for (uint32_t v = 0; v < w->data->variant_count && status == SIM_OK; v++) {
        const struct report_run *run = run_of(w->data, v, w->replication);
        if (run == NULL) {
            continue;
        }
        (void)fprintf(w->to, "%s{\"name\":", is_first ? "\n" : ",\n");
        html_json_string(w->to, w->data->variant[v]);
        (void)fprintf(w->to, ",\"index\":%" PRIu32 ",\"colour\":%u,\"track\":%zu,\"views\":{", v,
                      chart_colour(v), track[v]);
        status = put_views(w, run->run_id);
        (void)fputs("}}", w->to);
        is_first = false;
    }
    (void)fputs("]", w->to);
    return status;
}

/* ---- the load over time ---- */

static void put_numbers(FILE *to, const struct stats_estimate *at, size_t count)
{
    (void)fputs("[", to);
    for (size_t i = 0; i < count; i++) {
        (void)fputs(i > 0 ? "," : "", to);
        html_json_number(to, at[i].mean);
    }
    (void)fputs("]", to);
}

static void put_load(FILE *to, const struct report_data *data)
{
    if (data->track_count == 0 || data->point_count == 0) {
        (void)fputs(",\n\"load\":null", to);
        return;
    }
    const struct report_track *track = &data->track[0];
    (void)fputs(",\n\"load\":{\"label\":", to);
    html_json_string(to, track->of->label);
    (void)fputs(",\"unit\":", to);
    html_json_string(to, track->unit);
    (void)fprintf(to, ",\"grows\":%s,\"t\":[", track->kind == REPORT_CUMULATED ? "true" : "false");
    for (size_t i = 0; i < data->point_count; i++) {
        (void)fputs(i > 0 ? "," : "", to);
        html_json_number(to, data->t_s[i]);
    }
    (void)fputs("],\"by\":[", to);
    for (uint32_t v = 0; v < data->variant_count; v++) {
        (void)fputs(v > 0 ? ",\n" : "", to);
        put_numbers(to, &track->at[v * data->point_count], data->point_count);
    }
    (void)fputs("]}", to);
}

/* ---- all of it ---- */

static const char *place_word(const struct report_data *data)
{
    for (size_t i = 0; i < data->entities_count; i++) {
        if (data->entities[i].has_place) {
            return data->entities[i].key;
        }
    }
    return "node";
}

static void put_head(struct writer *w, const char *database)
{
    const struct model *model = w->data->model;
    (void)fputs("{\"place\":", w->to);
    html_json_string(w->to, place_word(w->data));
    (void)fputs(",\"mover\":", w->to);
    html_json_string(w->to, w->maps->places != NULL ? w->maps->places->mover : "mover");
    (void)fputs(",\"work\":", w->to);
    html_json_string(w->to, model->story != NULL ? model->story->work : "work");
    (void)fprintf(w->to,
                  ",\"has_story\":%s,\"database\":", model->story != NULL ? "true" : "false");
    html_json_string(w->to, database);
    (void)fprintf(w->to, ",\"replication\":%" PRIu32 ",\"duration\":", w->replication);
    html_json_number(w->to, w->maps->duration_ns > 0 ? (double)w->maps->duration_ns / SIM_S
                                                     : w->data->duration_s);
    (void)fputs(",\"extent\":", w->to);
    if (w->maps->places != NULL) {
        const struct model_place extent = w->maps->places->extent(w->maps->map[0]);
        (void)fprintf(w->to, "[%.9g,%.9g]", extent.x_m, extent.y_m);
    } else {
        (void)fputs("null", w->to);
    }
}

static enum sim_status put_all(struct writer *w, const char *database)
{
    size_t *track = calloc(w->data->variant_count, sizeof *track);
    if (track == NULL) {
        return SIM_ERR_NOMEM;
    }
    put_head(w, database);
    put_load(w->to, w->data);
    enum sim_status status = put_all_tracks(w, track);
    if (status == SIM_OK) {
        status = put_runs(w, track);
    }
    (void)fputs("}\n", w->to);
    free(track);
    return status;
}

static bool has_floor(const struct views *views)
{
    return views_find(views, "v_floor_place") != NULL || views_find(views, "v_floor_span") != NULL;
}

static enum sim_status write(struct scene *s, struct writer *w, const char *database)
{
    w->to = open_memstream(&s->text, &s->bytes);
    if (w->to == NULL) {
        return SIM_ERR_NOMEM;
    }
    enum sim_status status = put_all(w, database);
    if (fclose(w->to) != 0 && status == SIM_OK) {
        status = SIM_ERR_NOMEM;
    }
    if (status != SIM_OK || (!w->has_happenings && w->maps->places == NULL)) {
        scene_deinit(s);
    }
    return status;
}

enum sim_status scene_init(struct scene *s, struct store *store, const struct report_data *data,
                           const struct scene_maps *maps, const char *database,
                           struct store_error *error)
{
    *s = (struct scene){.replication = scene_replication(data)};
    struct writer w = {
        .store = store,
        .data = data,
        .maps = maps,
        .error = error,
        .replication = s->replication,
    };
    error->text[0] = '\0';
    enum sim_status status = views_read(&w.views, store, error);
    if (status != SIM_OK) {
        return status;
    }
    s->has_places = views_find(&w.views, "v_floor_place") != NULL;
    if (s->replication > 0 && has_floor(&w.views)) {
        status = write(s, &w, database);
    }
    if (status == SIM_ERR_NOMEM && error->text[0] == '\0') {
        (void)strcpy(error->text, "no memory left for the floor");
    }
    views_deinit(&w.views);
    return status;
}

void scene_deinit(struct scene *s)
{
    free(s->text);
    s->text = NULL;
    s->bytes = 0;
}

void scene_put(FILE *to, const struct scene *s)
{
    if (s == NULL || s->text == NULL) {
        return;
    }
    char number[32];
    char size[32];
    (void)snprintf(number, sizeof number, "%" PRIu32, s->replication);
    (void)snprintf(size, sizeof size, "%.0f\u00a0kB", (double)s->bytes / 1000);
    html_put(
        to,
        "<section id=\"floor\">\n<h2>%</h2>\n<p class=\"lead\">Replication % as it "
        "went, all variants on one clock; % of this page.</p>\n<noscript><p class=\"note-line\">"
        "The floor moves by a script, and scripts are off.</p></noscript>\n"
        "<div class=\"card scene\" hidden></div>\n"
        "<script type=\"application/json\" id=\"floor-data\">",
        s->has_places ? "The floor" : "As it went", number, size);
    (void)fputs(s->text, to);
    (void)fputs("</script>\n</section>\n", to);
}
