/* The points of a sweep, for people and for programs. */
#include <inttypes.h>
#include <stdlib.h>

#include "sim/engine/text.h"
#include "sim/sweep/points.h"
#include "sim/terminal/amount.h"
#include "sim/terminal/exit.h"
#include "sim/terminal/json.h"

static const char *state_word(enum points_state state)
{
    switch (state) {
    case POINTS_OUTSIDE:
        return "not asked for";
    case POINTS_WAITING:
        return "to do";
    case POINTS_KEPT:
        return "there";
    case POINTS_DONE:
        return "done";
    case POINTS_FAILED:
        return "failed";
    }
    return "";
}

/* ---- text ---- */

static int axis_width(const struct sweep_axis *axis)
{
    int width = text_columns(axis->key->path);
    for (size_t v = 0; v < axis->count; v++) {
        const int columns = text_columns(axis->value[v].text);
        width = columns > width ? columns : width;
    }
    return width;
}

static void print_cell(const char *text, int width, FILE *to)
{
    (void)fprintf(to, "  %s%*s", text, width - text_columns(text), "");
}

static void print_amount(const char *unit, double value, int width, FILE *to)
{
    char text[AMOUNT_BYTES];
    amount_write(text, amount_scale(unit, value), value);
    (void)fprintf(to, "  %*s%s", width - text_columns(text), "", text);
}

/* Events, in thousands, millions, ... */
static void print_events(double value, int width, FILE *to)
{
    static const char *const unit[] = {"", " k", " M", " G", " T"};
    size_t power = 0;
    while (value >= 999.5 && power < 4) {
        value /= 1000;
        power++;
    }
    char text[32];
    (void)snprintf(text, sizeof text, "%.*f%s", power > 0 && value < 99.5 ? 1 : 0, value,
                   unit[power]);
    (void)fprintf(to, "  %*s", width, text);
}

static void print_sum(const struct points_job *job, const struct points_estimate *estimate,
                      size_t measured, FILE *to)
{
    struct points_estimate all = {0};
    size_t waiting = 0;
    for (size_t i = job->first; i <= job->last; i++) {
        if (job->point[i].state == POINTS_WAITING) {
            waiting++;
            all.events += estimate[i].events;
            all.seconds += estimate[i].seconds;
            all.bytes = estimate[i].bytes > all.bytes ? estimate[i].bytes : all.bytes;
        }
    }
    char text[AMOUNT_BYTES];
    const double jobs = (double)job->request->jobs;
    (void)fprintf(to, "\n%zu to do:", waiting);
    print_events(all.events, 0, to);
    amount_write(text, amount_scale("s", all.seconds), all.seconds);
    (void)fprintf(to, " events, %s of processor time,", text);
    amount_write(text, amount_scale("s", all.seconds / jobs), all.seconds / jobs);
    (void)fprintf(to, " about %s on %.0f processors,", text, jobs);
    amount_write(text, amount_scale("B", all.bytes), all.bytes);
    (void)fprintf(to, " up to %s each\n", text);
    (void)fprintf(
        to,
        "expected from a trial of %zu points, of a part of those that take long; the others are "
        "taken like\nthe nearest of these, in proportion to the calls that they trigger\n",
        measured);
}

bool points_print_plan(const struct points_job *job, const struct points_estimate *estimate,
                       size_t measured, FILE *to)
{
    const struct sweep *w = &job->sweep;
    (void)fprintf(to, "%s: %zu points on %zu %s, %" PRIu32 " variant%s each, in %s\n\n",
                  job->base.name, w->point_count, w->axis_count,
                  w->axis_count == 1 ? "axis" : "axes", job->base.variant_count,
                  job->base.variant_count == 1 ? "" : "s", job->folder);
    (void)fputs(" point  hash            ", to);
    for (size_t a = 0; a < w->axis_count; a++) {
        print_cell(w->axis[a].key->path, axis_width(&w->axis[a]), to);
    }
    (void)fputs("   events        time      memory  state\n", to);
    for (size_t i = job->first; i <= job->last; i++) {
        (void)fprintf(to, "%6zu  %.16s", i + 1, w->hash[i]);
        for (size_t a = 0; a < w->axis_count; a++) {
            print_cell(sweep_value_at(w, i, a)->text, axis_width(&w->axis[a]), to);
        }
        print_events(estimate[i].events, 7, to);
        print_amount("s", estimate[i].seconds, 10, to);
        print_amount("B", estimate[i].bytes, 10, to);
        (void)fprintf(to, "  %s\n", state_word(job->point[i].state));
    }
    print_sum(job, estimate, measured, to);
    return fflush(to) == 0 && ferror(to) == 0;
}

/* ---- JSON ---- */

static void print_axes(struct json *j, const struct sweep *w)
{
    json_key(j, "axes");
    json_array_open(j);
    for (size_t a = 0; a < w->axis_count; a++) {
        json_object_open(j);
        json_field_string(j, "key", w->axis[a].key->path);
        json_field_string(j, "unit", sweep_axis_unit(&w->axis[a]));
        json_field_uint(j, "values", w->axis[a].count);
        json_object_close(j);
    }
    json_array_close(j);
}

static void print_values(struct json *j, const struct sweep *w, size_t point)
{
    json_key(j, "values");
    json_object_open(j);
    for (size_t a = 0; a < w->axis_count; a++) {
        json_field_string(j, w->axis[a].key->path, sweep_value_at(w, point, a)->text);
    }
    json_object_close(j);
}

static void print_outcome(struct json *j, const struct points_entry *p)
{
    if (p->state == POINTS_DONE) {
        json_field_digest(j, "digest", p->digest);
        json_field_uint(j, "events", p->events);
        json_field_double(j, "wall_s", p->wall_s);
    } else if (p->state == POINTS_FAILED) {
        json_field_int(j, "exit_code", p->code);
        json_field_string(j, "why", p->why);
    }
}

static void print_point(struct json *j, const struct points_job *job,
                        const struct points_estimate *estimate, size_t i)
{
    char path[POINTS_PATH_MAX];
    char *command = points_command_of(job, i);
    points_path_of(path, job->folder, job->sweep.hash[i]);
    json_object_open(j);
    json_field_uint(j, "point", i + 1);
    json_field_string(j, "hash", job->sweep.hash[i]);
    print_values(j, &job->sweep, i);
    json_field_string(j, "state", state_word(job->point[i].state));
    print_outcome(j, &job->point[i]);
    if (estimate != NULL) {
        json_field_double(j, "expected_events", estimate[i].events);
        json_field_double(j, "expected_s", estimate[i].seconds);
        json_field_double(j, "expected_bytes", estimate[i].bytes);
    }
    json_field_string(j, "file", path);
    json_field_string(j, "command", command);
    json_object_close(j);
    free(command);
}

bool points_print_json(const struct points_job *job, const struct points_estimate *estimate,
                       FILE *to)
{
    struct json j;
    size_t count[POINTS_FAILED + 1] = {0};
    for (size_t i = job->first; i <= job->last; i++) {
        count[job->point[i].state]++;
    }
    json_begin(&j, to);
    json_object_open(&j);
    json_field_string(&j, "scenario", job->base.name);
    json_field_int(&j, "format", SCENARIO_FORMAT);
    json_field_string(&j, "folder", job->folder);
    json_field_uint(&j, "points", job->sweep.point_count);
    json_field_uint(&j, "done", count[POINTS_DONE]);
    json_field_uint(&j, "kept", count[POINTS_KEPT]);
    json_field_uint(&j, "failed", count[POINTS_FAILED]);
    json_field_uint(&j, "waiting", count[POINTS_WAITING]);
    print_axes(&j, &job->sweep);
    json_key(&j, "point");
    json_array_open(&j);
    for (size_t i = job->first; i <= job->last; i++) {
        print_point(&j, job, estimate, i);
    }
    json_array_close(&j);
    json_object_close(&j);
    return json_end(&j);
}
