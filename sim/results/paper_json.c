#include <math.h>

#include "sim/results/paper.h"
#include "sim/terminal/json.h"

/* JSON has no infinity. */
static double null_unless_finite(double value)
{
    return isfinite(value) ? value : (double)NAN;
}

static void write_row(struct json *j, const struct paper_row *row)
{
    const struct paper_quantity *q = row->quantity;
    json_object_open(j);
    json_field_string(j, "key", q->key);
    json_field_string(j, "source", q->source);
    json_field_string(j, "quantity", q->name);
    json_field_string(j, "unit", q->unit != NULL ? q->unit : "");
    json_field_string(j, "paper", q->paper);
    json_field_double(j, "ours", row->value);
    json_field_double(j, "interval_low", row->estimate.low);
    json_field_double(j, "interval_high", row->estimate.high);
    json_field_uint(j, "n", row->estimate.n);
    json_field_double(j, "band_low", q->low);
    json_field_double(j, "band_high", q->high);
    json_field_string(j, "band_of", paper_band_word(q));
    json_field_double(j, "says_low", q->is_said ? q->says_low : (double)NAN);
    json_field_double(j, "says_high", q->is_said ? null_unless_finite(q->says_high) : (double)NAN);
    json_field_string(j, "kind", paper_kind_word(q->kind));
    json_field_string(j, "verdict", paper_word(row));
    json_field_bool(j, "paper_is_outside", paper_stated_outside(q));
    json_field_string(j, "note", q->note);
    json_field_double(j, "beside", row->is_beside ? row->beside : (double)NAN);
    json_field_double(j, "beside_low", row->is_beside ? row->beside_estimate.low : (double)NAN);
    json_field_double(j, "beside_high", row->is_beside ? row->beside_estimate.high : (double)NAN);
    json_object_close(j);
}

static void write_headline(struct json *j, const struct paper_table *table)
{
    const struct paper_headline h = paper_headline(table);
    json_key(j, "headline");
    json_object_open(j);
    json_field_uint(j, "outcomes", h.outcomes);
    json_field_uint(j, "agree", h.agree);
    json_field_uint(j, "missed", h.missed);
    json_field_uint(j, "fitted", h.fitted);
    json_field_uint(j, "not_run", h.not_run);
    json_object_close(j);
}

bool paper_print_json(const struct paper_table *table, FILE *to)
{
    struct json j;
    json_begin(&j, to);
    json_object_open(&j);
    json_field_string(&j, "scenario", table->scenario->name);
    json_field_string(&j, "model", table->model->schema.name);
    json_field_uint(&j, "seed", table->scenario->seed);
    json_field_uint(&j, "replications", table->replications);
    json_field_uint(&j, "missed", paper_missed(table));
    json_field_string(&j, "beside", table->beside != NULL ? table->how : NULL);
    write_headline(&j, table);
    json_key(&j, "quantities");
    json_array_open(&j);
    for (size_t i = 0; i < table->count; i++) {
        write_row(&j, &table->row[i]);
    }
    json_array_close(&j);
    json_field_string(&j, "reading", table->model->paper->reading);
    json_object_close(&j);
    return json_end(&j);
}
