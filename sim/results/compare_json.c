#include "sim/results/compare.h"
#include "sim/terminal/json.h"

static void write_side(struct json *j, const char *key, const struct compare_side *side,
                       size_t runs)
{
    json_key(j, key);
    json_object_open(j);
    json_field_string(j, "file", side->file);
    json_field_string(j, "variant", side->variant);
    json_field_uint(j, "runs", runs);
    json_object_close(j);
}

static void write_metric(struct json *j, const struct compare_part *part,
                         const struct contrast_metric *m)
{
    const struct contrast_difference *d = &m->difference;
    char words[256];
    compare_verdict(words, sizeof words, part, m);
    json_object_open(j);
    json_field_string(j, "name", m->name);
    json_field_string(j, "unit", m->unit);
    json_field_double(j, "a", m->a.mean);
    json_field_double(j, "b", m->b.mean);
    json_field_double(j, "difference", d->mean);
    json_field_double(j, "low", d->low);
    json_field_double(j, "high", d->high);
    json_field_uint(j, "n", d->n);
    json_field_double(j, "p", d->p);
    json_field_double(j, "p_holm", d->p_holm);
    json_field_bool(j, "significant", compare_is_significant(d));
    json_field_bool(j, "significant_after_holm", compare_survives_holm(d));
    json_field_string(j, "verdict", words);
    json_object_close(j);
}

static void write_lines(struct json *j, const char *key, const struct diverge_line *line,
                        size_t count)
{
    json_key(j, key);
    json_array_open(j);
    for (size_t i = 0; i < count && line[i].present; i++) {
        json_object_open(j);
        json_field_int(j, "t_ns", line[i].t_ns);
        json_field_string(j, "text", line[i].text);
        json_object_close(j);
    }
    json_array_close(j);
}

static const char *place_word(const struct divergence *d)
{
    switch (d->kind) {
    case DIVERGE_NOWHERE:
        return "not recorded finely enough";
    case DIVERGE_AT_ROW:
        return d->table;
    case DIVERGE_UNRECORDED:
        return "nothing recorded";
    }
    return "";
}

static void write_divergence(struct json *j, const struct compare_part *part)
{
    json_key(j, "divergence");
    if (part->parted == NULL) {
        json_null(j);
        return;
    }
    const struct divergence *d = &part->divergence;
    json_object_open(j);
    json_field_uint(j, "replication", part->parted->a->replication);
    json_field_string(j, "at", place_word(d));
    json_field_int(j, "equal_before", d->equal);
    write_lines(j, "before", d->before, d->before_count);
    write_lines(j, "a", d->a, DIVERGE_AFTER);
    write_lines(j, "b", d->b, DIVERGE_AFTER);
    json_object_close(j);
}

static const char *pairing_word(enum contrast_pairing pairing)
{
    switch (pairing) {
    case CONTRAST_PAIRED:
        return "paired";
    case CONTRAST_OTHER_WORK:
        return "welch: the work differs";
    case CONTRAST_NOTHING_SHARED:
        return "welch: no replication is on both sides";
    }
    return "";
}

static void write_part(struct json *j, const struct compare_part *part)
{
    const struct contrast *c = &part->contrast;
    size_t same = 0;
    (void)compare_pairs_alike(c, &same);
    json_object_open(j);
    write_side(j, "a", &part->a, c->a_count);
    write_side(j, "b", &part->b, c->b_count);
    json_field_string(j, "pairing", pairing_word(c->pairing));
    json_field_uint(j, "pairs", c->pair_count);
    json_field_uint(j, "identical_pairs", same);
    json_field_bool(j, "identical", same > 0 && same == c->a_count && same == c->b_count);
    json_key(j, "metrics");
    json_array_open(j);
    for (size_t i = 0; i < c->metric_count; i++) {
        write_metric(j, part, &c->metric[i]);
    }
    json_array_close(j);
    compare_calls_json(part, j);
    compare_causes_json(part, j);
    write_divergence(j, part);
    json_object_close(j);
}

bool compare_print_json(const struct compare_result *r, FILE *to)
{
    struct json j;
    json_begin(&j, to);
    json_object_open(&j);
    json_field_double(&j, "level", CONTRAST_LEVEL);
    json_key(&j, "scenario_changes");
    json_array_open(&j);
    for (size_t i = 0; i < r->change_count; i++) {
        json_object_open(&j);
        json_field_string(&j, "key", r->change[i].key);
        json_field_string(&j, "a", r->change[i].a);
        json_field_string(&j, "b", r->change[i].b);
        json_object_close(&j);
    }
    json_array_close(&j);
    json_key(&j, "comparisons");
    json_array_open(&j);
    for (size_t i = 0; i < r->count; i++) {
        write_part(&j, &r->part[i]);
    }
    json_array_close(&j);
    compare_executed_json(r, &j);
    json_object_close(&j);
    return json_end(&j);
}
