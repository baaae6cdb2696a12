#include "analysis/report/swept_choice.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- which there are, in which order ---- */

const char *swept_variant(const struct swept_data *data, const struct swept_figure *figure,
                          uint32_t k)
{
    return data->result.variant[data->column[figure->column + k].a];
}

struct chooser {
    struct swept_data *data;
    struct report_reader *reader;
    const struct contrasts *contrasts; /* which rows there are */
};

static const char *contrast_title(const struct chooser *chooser, const struct model_contrast *of)
{
    char text[CONTRASTS_TEXT_BYTES];
    size_t length =
        (size_t)snprintf(text, sizeof text, "%.80s", of->label + strspn(of->label, " "));
    for (size_t i = 0; i < chooser->contrasts->rows && of->a == NULL; i++) {
        const struct contrasts_row *row = &chooser->contrasts->row[i];
        if (row->of == of) {
            (void)snprintf(text + length, sizeof text - length, ", against %.64s",
                           chooser->data->result.variant[row->b]);
        }
    }
    text[0] = (char)toupper((unsigned char)text[0]);
    return report_copy(chooser->reader, text);
}

/* Lower comes first. */
static int contrast_rank(const struct model *m, const struct model_contrast *of)
{
    for (size_t i = 0; i < m->headlines; i++) {
        if (strcmp(m->headline[i].contrast, of->name) == 0) {
            return 1;
        }
    }
    return 5;
}

static int measure_rank(const struct model_measure *of)
{
    if (strcmp(of->name, "response_mean_s") == 0) {
        return 2;
    }
    if (of->is_bad_above_zero) {
        return 3;
    }
    return strcmp(of->name, "answered_share") == 0 ? 4 : 6;
}

/* Columns of one contrast: a row each. Returns how many there are. */
static uint32_t contrast_columns(const struct chooser *chooser, size_t contrast)
{
    uint32_t count = 0;
    for (size_t i = 0; i < chooser->contrasts->rows; i++) {
        count += chooser->contrasts->row[i].of == &chooser->contrasts->model->contrast[contrast];
    }
    return count;
}

static void add_contrast(const struct chooser *chooser, size_t contrast)
{
    struct swept_data *data = chooser->data;
    const struct model_contrast *of = &data->result.model->contrast[contrast];
    struct swept_figure *figure = &data->figure[data->figure_count++];
    *figure = (struct swept_figure){
        .name = of->name,
        .title = contrast_title(chooser, of),
        .label = of->label + strspn(of->label, " "),
        .unit = of->unit,
        .neutral = of->neutral,
        .is_variants = of->a == NULL,
        .column = data->column_count,
        .columns = contrast_columns(chooser, contrast),
    };
    for (size_t i = 0; i < chooser->contrasts->rows; i++) {
        const struct contrasts_row *row = &chooser->contrasts->row[i];
        if (row->of == of) {
            data->column[data->column_count++] = (struct swept_column){row->a, row->b};
        }
    }
}

static void add_measure(const struct chooser *chooser, size_t measure)
{
    struct swept_data *data = chooser->data;
    const struct model_measure *of = &data->result.model->measure[measure];
    char title[REPORT_TITLE_BYTES];
    report_measure_title(data->result.model, measure, title);
    data->figure[data->figure_count++] = (struct swept_figure){
        .name = of->name,
        .title = report_copy(chooser->reader, title),
        .label = of->label + strspn(of->label, " "),
        .unit = of->unit,
        .neutral = (double)NAN,
        .is_variants = true,
        .is_hidden_at_zero = of->is_hidden_at_zero || of->is_bad_above_zero,
        .is_measure = true,
        .column = data->column_count,
        .columns = data->result.variant_count,
    };
    for (uint32_t v = 0; v < data->result.variant_count; v++) {
        data->column[data->column_count++] = (struct swept_column){v, v};
    }
}

static bool has_room(struct swept_data *data, uint32_t columns)
{
    const size_t all = (size_t)data->column_count + columns + data->result.variant_count;
    const bool fits = data->row_count * all <= SWEPT_VALUES_MAX;
    data->figures_left_out += !fits;
    return fits;
}

/* One round adds what has this rank; rank 0 is what the caller asked for by name. */
static void add_of_rank(const struct chooser *chooser, int rank, const char *lead)
{
    struct swept_data *data = chooser->data;
    const struct model *m = data->result.model;
    for (size_t i = 0; i < m->contrasts; i++) {
        const bool leads = lead != NULL && strcmp(lead, m->contrast[i].name) == 0;
        const uint32_t columns = contrast_columns(chooser, i);
        if ((leads ? 0 : contrast_rank(m, &m->contrast[i])) == rank && columns > 0 &&
            has_room(data, columns)) {
            add_contrast(chooser, i);
            data->figure[data->figure_count - 1].leads = leads;
        }
    }
    for (size_t i = 0; i < m->measures; i++) {
        const bool leads = lead != NULL && strcmp(lead, m->measure[i].name) == 0;
        const bool is_told = leads || !m->measure[i].is_hidden;
        if ((leads ? 0 : measure_rank(&m->measure[i])) == rank && is_told &&
            has_room(data, data->result.variant_count)) {
            add_measure(chooser, i);
            data->figure[data->figure_count - 1].leads = leads;
        }
    }
}

void swept_choose(struct swept_data *data, struct report_reader *r,
                  const struct contrasts *contrasts, const char *lead)
{
    const struct chooser chooser = {data, r, contrasts};
    const struct model *m = data->result.model;
    const size_t variants = data->result.variant_count;
    data->figure = report_allocate(r, m->contrasts + m->measures, sizeof *data->figure);
    data->column =
        report_allocate(r, (m->contrasts + m->measures + 1) * (variants + 1), sizeof *data->column);
    for (int rank = 0; rank <= 6 && r->status == SIM_OK; rank++) {
        add_of_rank(&chooser, rank, lead);
        if (rank == 0 && lead != NULL && data->figure_count == 0) {
            report_refuse(
                r, "there is no measure or contrast of these variants that is called %.64s", lead);
        }
    }
    data->bad_column = data->column_count;
    for (uint32_t v = 0; v < variants && r->status == SIM_OK; v++) {
        data->column[data->column_count++] = (struct swept_column){v, v};
    }
    if (data->figure_count == 0) {
        report_refuse(r, "the model has no number to report");
    }
}

/* ---- what is worth showing ---- */

static bool has_value(const struct swept_data *data, const struct swept_figure *figure)
{
    for (size_t i = 0; i < data->row_count; i++) {
        for (uint32_t c = 0; c < figure->columns; c++) {
            const double value = data->value[i * data->column_count + figure->column + c];
            if (!isnan(value) && (!figure->is_hidden_at_zero || value < 0 || value > 0)) {
                return true;
            }
        }
    }
    return false;
}

/* Says that two variants do not differ; never of NaN. */
static bool is_nothing(const struct swept_figure *figure, double value)
{
    return (value <= 0 && value >= 0) || (value <= figure->neutral && value >= figure->neutral);
}

/*
 * A measure that is the same in all variants and points of a replication shows nothing: as how much
 * was asked, if no axis changes that. So does a contrast that is nothing everywhere.
 */
static bool is_flat(const struct swept_data *data, const struct swept_figure *figure)
{
    if (figure->leads || data->row_count < 2) {
        return false;
    }
    for (size_t i = 0; i < data->row_count; i++) {
        size_t first = 0;
        while (data->row[first].replication != data->row[i].replication) {
            first++;
        }
        const double wanted = data->value[first * data->column_count + figure->column];
        for (uint32_t c = 0; c < figure->columns; c++) {
            const double value = data->value[i * data->column_count + figure->column + c];
            if (value < wanted || value > wanted || isnan(value) != isnan(wanted) ||
                (!figure->is_measure && !is_nothing(figure, value))) {
                return false;
            }
        }
    }
    return true;
}

/* A figure without a value anywhere is none, nor is a zero that only says that all went well. */
void swept_drop_empty(struct swept_data *data)
{
    size_t kept = 0;
    for (size_t f = 0; f < data->figure_count; f++) {
        const bool is_known = has_value(data, &data->figure[f]);
        const bool is_useless =
            is_known && data->point_count > 1 && is_flat(data, &data->figure[f]);
        data->figures_flat += is_useless;
        if ((is_known && !is_useless) || (kept == 0 && f + 1 == data->figure_count)) {
            data->figure[kept++] = data->figure[f]; /* at least one stays to lead */
        }
    }
    data->figure_count = kept;
}
