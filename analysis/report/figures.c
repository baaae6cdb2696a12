#include "analysis/report/figures.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/report/format.h"

/* ---- memory ---- */

/* Two axes and three arrays a variant in each chart, at the most points that one has. */
static size_t numbers_needed(const struct report_data *data)
{
    const size_t points =
        data->point_count + REPORT_SHARES + REPORT_NODES_MAX; /* more than any of them */
    return FIGURES_MAX * points * (1 + 3 * (size_t)data->variant_count);
}

static double *take(struct figures *f, size_t n)
{
    ASSERT(n <= f->capacity - f->used);
    double *numbers = f->numbers + f->used;
    f->used += n;
    return numbers;
}

/* A text of the chart that is being made; cut off where it does not fit. */
SIM_PRINTF(2, 3) static const char *say(struct figures *f, const char *format, ...)
{
    char *text = f->texts[f->count] + f->text_used[f->count];
    const size_t room = sizeof f->texts[0] - f->text_used[f->count];
    va_list arguments;
    va_start(arguments, format);
    const int length = vsnprintf(text, room, format, arguments);
    va_end(arguments);
    ASSERT(length >= 0 && (size_t)length < room);
    f->text_used[f->count] += (size_t)length + 1;
    return text;
}

/* ---- series ---- */

/* Splits estimates that lie stride bytes apart into scaled arrays. */
static struct chart_series series_of(struct figures *f, const struct report_data *data,
                                     uint32_t variant, const struct stats_estimate *first,
                                     size_t stride, size_t n, double divisor)
{
    double *mean = take(f, n);
    double *low = take(f, n);
    double *high = take(f, n);
    bool has_interval = false;
    for (size_t i = 0; i < n; i++) {
        const struct stats_estimate *e =
            (const struct stats_estimate *)(const void *)((const char *)first + i * stride);
        mean[i] = e->mean / divisor;
        low[i] = e->low / divisor;
        high[i] = e->high / divisor;
        has_interval = has_interval || e->has_interval;
    }
    return (struct chart_series){
        .name = data->variant[variant],
        .colour = variant,
        .mean = mean,
        .low = has_interval ? low : NULL,
        .high = has_interval ? high : NULL,
    };
}

static double greatest(const struct stats_estimate *first, size_t stride, size_t n)
{
    double most = 0;
    for (size_t i = 0; i < n; i++) {
        const struct stats_estimate *e =
            (const struct stats_estimate *)(const void *)((const char *)first + i * stride);
        most = fmax(most, e->mean);
    }
    return most;
}

static const char *band_words(struct figures *f, const struct report_data *data, const char *what)
{
    return data->replications > 1 ? say(f, "%s: 95 %% interval of the mean over %u replications.",
                                        what, data->replications)
                                  : "One replication: no interval.";
}

/* ---- over time ---- */

static const struct track_figure {
    const char *id, *title, *y_label, *unit, *caption;
    bool from_zero, is_wide;
} track_figures[REPORT_TRACKS] = {
    [REPORT_LOAD] = {"load", "Total network load", "bytes moved", "B",
                     "Bytes sent plus received by all nodes but the registry, since the start.",
                     true, true},
    [REPORT_RESPONSE] = {"response", "Response time", "mean response", "s",
                         "From trigger to answer: mean of the calls completed in the last 100 s.",
                         false, true},
    [REPORT_ACQUISITION] = {"acquisition", "Response time: acquisition", "mean acquisition", "s",
                            "Searching and fetching tasklets; mean over the last 100 s.", false,
                            false},
    [REPORT_EXECUTION] = {"execution", "Response time: execution", "mean execution", "s",
                          "Running, loading and resuming tasklets; mean over the last 100 s.",
                          false, false},
    [REPORT_QUEUEING] = {"queueing", "Response time: queueing", "mean queueing", "s",
                         "Waiting for an executor; mean over the last 100 s.", true, false},
};

static double track_greatest(const struct report_data *data, int track)
{
    double most = 0;
    for (uint32_t v = 0; v < data->variant_count; v++) {
        most = fmax(most, greatest(data->track[v][track], sizeof(struct stats_estimate),
                                   data->point_count));
    }
    return most;
}

static void mark_break_even(struct figures *f, const struct report_data *data, struct chart *chart)
{
    const struct stats_estimate *e = &data->comparison[REPORT_BREAK_EVEN];
    if (data->has_comparison && !isnan(e->mean)) {
        char text[FORMAT_BYTES];
        format_estimate(text, e, "s");
        chart->mark = (struct chart_mark){
            .at = e->mean,
            .low = e->low,
            .high = e->high,
            .text = say(f, "break-even %s", text),
        };
    }
}

static void add_track(struct figures *f, const struct report_data *data, enum report_track track)
{
    const struct track_figure *t = &track_figures[track];
    const double most = track_greatest(data, (int)track);
    const struct format_scale scale = format_scale_of(t->unit, most);
    const char *thinned =
        data->stride > 1 ? say(f, " Every %g s is drawn.", data->bin_s * data->stride) : "";
    struct chart chart = {
        .kind = CHART_LINES,
        .id = t->id,
        .title = t->title,
        .caption = say(f, "%s %s%s", t->caption, band_words(f, data, "Band"), thinned),
        .x_label = "simulated time (s)",
        .y_label = say(f, "%s (%s)", t->y_label, scale.unit),
        .x_unit = "s",
        .unit = scale.unit,
        .decimals = 3,
        .from_zero = t->from_zero,
        .is_wide = t->is_wide,
        .n = data->point_count,
        .x = data->t_s,
        .count = data->variant_count,
    };
    for (uint32_t v = 0; v < data->variant_count; v++) {
        chart.series[v] = series_of(f, data, v, data->track[v][track],
                                    sizeof(struct stats_estimate), chart.n, scale.divisor);
    }
    if (track == REPORT_LOAD) {
        mark_break_even(f, data, &chart);
    }
    f->chart[f->count++] = chart;
}

/* ---- by node ---- */

static const struct node_figure {
    enum report_node_figure figure;
    const char *id, *title, *y_label, *unit, *caption;
} node_figures[] = {
    {REPORT_TX_BYTES, "sent", "Traffic sent, by node", "sent", "B",
     "Bytes that each node sent, forwarded ones included."},
    {REPORT_RX_BYTES, "received", "Traffic received, by node", "received", "B",
     "Bytes that each node received."},
    {REPORT_EVICTIONS, "evictions", "Evictions, by node", "evictions", "",
     "Tasklets that had to leave a node's cache for others."},
    {REPORT_BUSY, "busy", "Executors kept busy, by node", "executors", "",
     "Mean number of executors at work; above a node's number of them calls pile up."},
};

static double traffic_of(const struct report_data *data, const struct report_node *node)
{
    double bytes = 0;
    for (uint32_t v = 0; v < data->variant_count; v++) {
        bytes += fmax(0, node->of[v][REPORT_TX_BYTES].mean);
        bytes += fmax(0, node->of[v][REPORT_RX_BYTES].mean);
    }
    return bytes;
}

/* Copies the nodes that are among those with the most traffic; the first of equals. */
static void choose_nodes(struct figures *f, const struct report_data *data)
{
    for (size_t i = 0; i < data->node_count; i++) {
        const double own = traffic_of(data, &data->node[i]);
        size_t busier = 0;
        for (size_t k = 0; k < data->node_count; k++) {
            const double other = traffic_of(data, &data->node[k]);
            busier += other > own || (k < i && !(other < own));
        }
        if (busier < FIGURES_BARS_MAX) {
            f->node[f->node_count++] = data->node[i];
        }
    }
}

static double node_greatest(const struct figures *f, const struct report_data *data,
                            enum report_node_figure figure)
{
    double most = 0;
    for (uint32_t v = 0; v < data->variant_count; v++) {
        most = fmax(most, greatest(&f->node[0].of[v][figure], sizeof f->node[0], f->node_count));
    }
    return most;
}

static void add_nodes(struct figures *f, const struct report_data *data,
                      const struct node_figure *n)
{
    const double most = f->node_count > 0 ? node_greatest(f, data, n->figure) : 0;
    if (!(most > 0)) {
        return; /* nothing happened: the table says so */
    }
    const struct format_scale scale = format_scale_of(n->unit, most);
    const char *registry = "";
    for (size_t i = 0; i < f->node_count; i++) {
        ASSERT(f->node[i].role != NULL); /* at least "" */
        if (strcmp(f->node[i].role, "registry") == 0) {
            registry = say(f, " Node %lld is the registry.", (long long)f->node[i].node);
        }
    }
    const char *chosen = f->node_count < data->node_total ? say(f, " The %zu busiest of %zu nodes.",
                                                                f->node_count, data->node_total)
                                                          : "";
    double *numbers = take(f, f->node_count);
    for (size_t i = 0; i < f->node_count; i++) {
        numbers[i] = (double)f->node[i].node;
    }
    struct chart chart = {
        .kind = CHART_BARS,
        .id = n->id,
        .title = n->title,
        .caption =
            say(f, "%s%s %s%s", n->caption, registry, band_words(f, data, "Whisker"), chosen),
        .x_label = "node",
        .y_label = scale.unit[0] == '\0' ? n->y_label : say(f, "%s (%s)", n->y_label, scale.unit),
        .x_unit = "",
        .unit = scale.unit,
        .decimals = n->unit[0] == '\0' ? 2 : 3,
        .from_zero = true,
        .is_wide = f->node_count > FIGURES_BARS_HALF,
        .n = f->node_count,
        .x = numbers,
        .count = data->variant_count,
    };
    for (uint32_t v = 0; v < data->variant_count; v++) {
        chart.series[v] = series_of(f, data, v, &f->node[0].of[v][n->figure], sizeof f->node[0],
                                    chart.n, scale.divisor);
    }
    f->chart[f->count++] = chart;
}

/* ---- the distribution ---- */

static void add_distribution(struct figures *f, const struct report_data *data)
{
    const struct report_distribution *d = data->distribution;
    struct chart chart = {
        .kind = CHART_LINES,
        .id = "distribution",
        .title = "Response time: distribution",
        .caption = "Share of the completed calls of all replications that were answered within "
                   "this time.",
        .x_label = "response time (s)",
        .y_label = "calls answered (%)",
        .x_unit = "s",
        .unit = "%",
        .decimals = 1,
        .from_zero = true,
        .n = REPORT_SHARES,
        .x = d->within_s,
        .count = data->variant_count,
    };
    for (uint32_t v = 0; v < data->variant_count; v++) {
        double *share = take(f, REPORT_SHARES);
        for (size_t i = 0; i < REPORT_SHARES; i++) {
            share[i] = 100 * d->share[v][i];
        }
        chart.series[v] =
            (struct chart_series){.name = data->variant[v], .colour = v, .mean = share};
    }
    f->chart[f->count++] = chart;
}

/* Halves stand in pairs: an odd one takes the whole width rather than leave a hole. */
static void fill_last_row(struct figures *f)
{
    struct chart *last = NULL;
    size_t halves = 0;
    for (size_t i = 0; i < f->count; i++) {
        if (!f->chart[i].is_wide) {
            last = &f->chart[i];
            halves++;
        }
    }
    if (halves % 2 == 1) {
        last->is_wide = true;
    }
}

enum sim_status figures_init(struct figures *f, const struct report_data *data)
{
    memset(f, 0, sizeof *f);
    f->capacity = numbers_needed(data);
    f->numbers = calloc(f->capacity, sizeof *f->numbers);
    f->node = calloc(FIGURES_BARS_MAX, sizeof *f->node);
    if (f->numbers == NULL || f->node == NULL) {
        figures_deinit(f);
        return SIM_ERR_NOMEM;
    }
    choose_nodes(f, data);
    for (int track = 0; track < REPORT_TRACKS && data->point_count > 0; track++) {
        if (track != REPORT_QUEUEING || track_greatest(data, track) > 0) {
            add_track(f, data, (enum report_track)track);
        }
    }
    if (data->distribution != NULL) {
        add_distribution(f, data);
    }
    for (size_t i = 0; i < sizeof node_figures / sizeof node_figures[0]; i++) {
        add_nodes(f, data, &node_figures[i]);
    }
    fill_last_row(f);
    return SIM_OK;
}

void figures_deinit(struct figures *f)
{
    free(f->numbers);
    free(f->node);
    f->numbers = NULL;
    f->node = NULL;
}
