/*
 * Measures, series and distributions of the replications, added up one run after the other. Of the
 * series every stride-th bin is a point, so that a run of a month takes no more memory than one of
 * an hour: values are cumulative or sliding, so a point that is left out hides nothing but itself.
 */
#include "analysis/report/report_read.h"

#include <math.h>
#include <string.h>

const double report_quantile[REPORT_QUANTILES] = {0.5, 0.95, 0.99};

/* ---- which there are ---- */

static bool is_count_of_another(const struct model *m, const struct model_series *s)
{
    for (size_t i = 0; i < m->series_count; i++) {
        if (m->series[i].count != NULL && strcmp(m->series[i].count, s->name) == 0) {
            return true;
        }
    }
    return false;
}

static enum report_track_kind kind_of(const struct model_series *s)
{
    if (s->count != NULL) {
        return REPORT_WINDOW;
    }
    return strcmp(s->unit, "B") == 0 ? REPORT_CUMULATED : REPORT_SUM;
}

static const char *unit_of(const char *unit)
{
    return strcmp(unit, "ns") == 0 ? "s" : unit;
}

static double divisor_of(const char *unit)
{
    return strcmp(unit, "ns") == 0 ? (double)SIM_S : 1;
}

static void choose_tracks(struct report_reader *reader)
{
    struct report_data *data = reader->data;
    const struct model *m = data->model;
    data->track = report_allocate(reader, m->series_count, sizeof *data->track);
    for (size_t i = 0; i < m->series_count && data->track != NULL; i++) {
        if (!is_count_of_another(m, &m->series[i])) {
            data->track[data->track_count++] = (struct report_track){
                .of = &m->series[i],
                .kind = kind_of(&m->series[i]),
                .unit = unit_of(m->series[i].unit),
            };
        }
    }
}

void report_sums_begin(struct report_reader *reader, struct report_sums *sums)
{
    struct report_data *data = reader->data;
    const struct model *m = data->model;
    *sums = (struct report_sums){0};
    choose_tracks(reader);
    data->measure_count = m->measures;
    data->measure = report_allocate(reader, m->measures, sizeof *data->measure);
    sums->measure =
        report_allocate(reader, data->variant_count * m->measures, sizeof *sums->measure);
    sums->histogram = report_allocate(reader, data->variant_count * m->distributions * BINS_COUNT,
                                      sizeof *sums->histogram);
}

/* ---- one run ---- */

/* The first run that has bins says how wide they are and how many points there will be. */
static void measure_bins(struct report_reader *reader, struct report_sums *sums,
                         const struct model_result *r)
{
    struct report_data *data = reader->data;
    data->bin_s = (double)r->bin_ns / (double)SIM_S;
    data->duration_s = (double)r->bins * data->bin_s;
    data->stride = (uint32_t)((r->bins + REPORT_POINTS_MAX - 1) / REPORT_POINTS_MAX);
    data->point_count = r->bins / data->stride;
    data->t_s = report_allocate(reader, data->point_count, sizeof *data->t_s);
    for (size_t i = 0; i < data->point_count && data->t_s != NULL; i++) {
        data->t_s[i] = (double)((i + 1) * data->stride) * data->bin_s;
    }
    sums->track = report_allocate(
        reader, data->variant_count * data->track_count * data->point_count, sizeof *sums->track);
}

/*
 * What a track shows at the end of bin i; sum has all of its series up to there. Sums are exact up
 * to 2^53 and cannot overflow: the bins come from a file, which may say anything.
 */
static double value_at(const struct report_track *t, const struct model *m,
                       const struct model_result *r, size_t i, double sum)
{
    const size_t width = m->series_count;
    const size_t series = (size_t)(t->of - m->series);
    if (t->kind == REPORT_CUMULATED) {
        return sum;
    }
    if (t->kind == REPORT_SUM) {
        return (double)r->bin[i * width + series] / divisor_of(t->of->unit);
    }
    const size_t count = model_series_find(m, t->of->count);
    double total = 0;
    double n = 0;
    if (i + 1 < REPORT_WINDOW_BINS) {
        return (double)NAN;
    }
    for (size_t b = i + 1 - REPORT_WINDOW_BINS; b <= i; b++) {
        total += (double)r->bin[b * width + series];
        n += (double)r->bin[b * width + count];
    }
    return n > 0 ? total / n / divisor_of(t->of->unit) : (double)NAN;
}

static void add_track(const struct report_data *data, struct report_sums *sums, uint32_t variant,
                      size_t track, const struct model_result *r)
{
    const struct report_track *t = &data->track[track];
    const struct model *m = data->model;
    const size_t series = (size_t)(t->of - m->series);
    struct stats_stream *point =
        &sums->track[(variant * data->track_count + track) * data->point_count];
    double sum = 0;
    for (size_t i = 0; i < r->bins; i++) {
        sum += (double)r->bin[i * m->series_count + series];
        const size_t at = (i + 1) / data->stride - 1;
        if ((i + 1) % data->stride == 0 && at < data->point_count) {
            stats_add(&point[at], value_at(t, m, r, i, sum));
        }
    }
}

void report_sums_add(struct report_reader *reader, struct report_sums *sums, uint32_t variant,
                     const struct model_result *result)
{
    struct report_data *data = reader->data;
    const struct model *m = data->model;
    for (size_t i = 0; i < m->measures; i++) {
        stats_add(&sums->measure[variant * m->measures + i], result->measure[i]);
    }
    const size_t bins = m->distributions * BINS_COUNT;
    for (size_t i = 0; i < bins; i++) {
        sums->histogram[variant * bins + i] += result->histogram[i];
    }
    if (sums->track == NULL && result->bins > 0 && result->bin_ns > 0) {
        measure_bins(reader, sums, result);
    }
    for (size_t t = 0; t < data->track_count && sums->track != NULL; t++) {
        add_track(data, sums, variant, t, result);
    }
}

/* ---- all of them ---- */

static bool is_shown(const struct report_data *data, const struct report_measure *m)
{
    bool is_known = false;
    bool is_zero = true;
    for (uint32_t v = 0; v < data->variant_count; v++) {
        is_known = is_known || m->at[v].n > 0;
        is_zero = is_zero && !(m->at[v].mean < 0 || m->at[v].mean > 0);
    }
    return is_known && !m->of->is_hidden && !(m->of->is_hidden_at_zero && is_zero);
}

static void finish_measures(struct report_reader *reader, const struct report_sums *sums)
{
    struct report_data *data = reader->data;
    for (size_t i = 0; i < data->measure_count && reader->status == SIM_OK; i++) {
        struct report_measure *m = &data->measure[i];
        m->of = &data->model->measure[i];
        m->at = report_allocate(reader, data->variant_count, sizeof *m->at);
        for (uint32_t v = 0; v < data->variant_count && m->at != NULL; v++) {
            m->at[v] =
                stats_stream_estimate(&sums->measure[v * data->measure_count + i], REPORT_LEVEL);
        }
        m->is_shown = m->at != NULL && is_shown(data, m);
    }
}

/* What every call is counted in: "calls" by the contract's name. */
static void find_bad_shares(struct report_reader *reader)
{
    struct report_data *data = reader->data;
    data->bad_share = report_allocate(reader, data->variant_count, sizeof *data->bad_share);
    const struct report_measure *calls = report_find_measure(data, "calls");
    for (uint32_t v = 0; v < data->variant_count && reader->status == SIM_OK; v++) {
        data->bad_share[v] = (double)NAN;
        for (size_t i = 0; i < data->measure_count && calls != NULL; i++) {
            const struct report_measure *m = &data->measure[i];
            if (m->of->is_bad_above_zero && calls->at[v].mean > 0) {
                data->bad_share[v] = fmax(data->bad_share[v], m->at[v].mean / calls->at[v].mean);
            }
        }
    }
}

/* Calls that ended without an answer: the response never comes. */
static uint64_t never_answered(const struct report_sums *sums, const struct report_data *data,
                               uint32_t variant)
{
    static const char *const name[] = {"failed", "refused"};
    double count = 0;
    for (size_t i = 0; i < sizeof name / sizeof name[0]; i++) {
        const size_t measure = model_measure_find(data->model, name[i]);
        if (measure < data->model->measures) {
            const struct stats_stream *s = &sums->measure[variant * data->measure_count + measure];
            count += s->n > 0 ? s->mean * (double)s->n : 0;
        }
    }
    return (uint64_t)llround(count);
}

/* Shares at even distances up to where nearly all that was counted lies. */
static void tabulate(struct report_distribution *d, const uint64_t *const *histogram,
                     uint32_t variants, double divisor)
{
    double end = 0;
    for (uint32_t v = 0; v < variants; v++) {
        const double most = bins_quantile(histogram[v], 0, 0.999);
        end = isnan(most) ? end : fmax(end, most / divisor);
    }
    for (size_t i = 0; i < REPORT_SHARES; i++) {
        d->within[i] = end * (double)i / (REPORT_SHARES - 1);
    }
    for (uint32_t v = 0; v < variants; v++) {
        const double all = (double)d->count[v] + (double)d->missing[v];
        uint64_t seen = 0;
        uint32_t bin = 0;
        for (size_t i = 0; i < REPORT_SHARES; i++) {
            while (bin < BINS_COUNT &&
                   ((double)bins_low(bin) + (double)bins_high(bin)) / 2 / divisor <= d->within[i]) {
                seen += histogram[v][bin++];
            }
            d->share[(size_t)v * REPORT_SHARES + i] = all > 0 ? (double)seen / all : (double)NAN;
        }
    }
}

static void finish_distribution(struct report_reader *reader, const struct report_sums *sums,
                                size_t index)
{
    struct report_data *data = reader->data;
    const uint32_t variants = data->variant_count;
    struct report_distribution *d = &data->distribution[data->distribution_count];
    const uint64_t **histogram = report_allocate(reader, variants, sizeof *histogram);
    *d = (struct report_distribution){
        .of = &data->model->distribution[index],
        .unit = unit_of(data->model->distribution[index].unit),
        .count = report_allocate(reader, variants, sizeof *d->count),
        .missing = report_allocate(reader, variants, sizeof *d->missing),
        .share = report_allocate(reader, (size_t)variants * REPORT_SHARES, sizeof *d->share),
        .quantile =
            report_allocate(reader, (size_t)variants * REPORT_QUANTILES, sizeof *d->quantile),
    };
    if (reader->status != SIM_OK) {
        return;
    }
    const double divisor = divisor_of(d->of->unit);
    const bool is_response = strcmp(d->of->name, "response") == 0;
    uint64_t all = 0;
    for (uint32_t v = 0; v < variants; v++) {
        histogram[v] = &sums->histogram[(v * data->model->distributions + index) * BINS_COUNT];
        for (size_t i = 0; i < BINS_COUNT; i++) {
            d->count[v] += histogram[v][i];
        }
        d->missing[v] = is_response ? never_answered(sums, data, v) : 0;
        for (size_t q = 0; q < REPORT_QUANTILES; q++) {
            d->quantile[(size_t)v * REPORT_QUANTILES + q] =
                bins_quantile(histogram[v], d->missing[v], report_quantile[q]) / divisor;
        }
        all += d->count[v];
    }
    if (all > 0) {
        tabulate(d, histogram, variants, divisor);
        data->distribution_count++;
    }
}

void report_sums_finish(struct report_reader *reader, struct report_sums *sums)
{
    struct report_data *data = reader->data;
    if (reader->status != SIM_OK) {
        return;
    }
    finish_measures(reader, sums);
    find_bad_shares(reader);
    for (size_t t = 0; t < data->track_count && sums->track != NULL; t++) {
        struct report_track *track = &data->track[t];
        track->at =
            report_allocate(reader, data->variant_count * data->point_count, sizeof *track->at);
        for (size_t v = 0; v < data->variant_count && track->at != NULL; v++) {
            const struct stats_stream *from =
                &sums->track[(v * data->track_count + t) * data->point_count];
            for (size_t i = 0; i < data->point_count; i++) {
                track->at[v * data->point_count + i] =
                    stats_stream_estimate(&from[i], REPORT_LEVEL);
            }
        }
    }
    data->distribution =
        report_allocate(reader, data->model->distributions, sizeof *data->distribution);
    for (size_t i = 0; i < data->model->distributions && reader->status == SIM_OK; i++) {
        finish_distribution(reader, sums, i);
    }
}
