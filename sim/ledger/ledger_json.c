/* The ledger for programs. */
#include <stdlib.h>

#include "sim/engine/text_memory.h"
#include "sim/ledger/ledger.h"
#include "sim/terminal/json.h"

static void put_printed(struct json *j, const char *key, const struct ledger *l,
                        const struct ledger_row *row)
{
    struct text_memory m;
    FILE *memory = text_memory_open(&m);
    if (memory != NULL) {
        ledger_print_command(l, row, memory);
    }
    char *text = text_memory_close(&m, memory);
    if (text == NULL) {
        json_fail(j);
    }
    json_field_string(j, key, text);
    free(text);
}

static void put_value(struct json *j, const struct stats_estimate *e)
{
    json_field_double(j, "mean", e->mean);
    json_field_double(j, "low", e->low);
    json_field_double(j, "high", e->high);
    json_field_uint(j, "n", e->n);
}

static void put_effect(struct json *j, const struct ledger_figure *figure,
                       const struct ledger_effect *effect, bool is_base)
{
    json_key(j, figure->name);
    json_object_open(j);
    put_value(j, &effect->value);
    if (!is_base) {
        json_key(j, "difference");
        json_object_open(j);
        put_value(j, &effect->difference);
        json_field_double(j, "half_width", effect->difference.half_width);
        json_object_close(j);
        json_field_string(j, "verdict", ledger_verdict_name(effect->verdict));
    }
    json_object_close(j);
}

static void put_measured(struct json *j, const struct ledger *l, const struct ledger_row *row,
                         bool is_base)
{
    for (uint32_t v = 0; v < l->scenario.variant_count; v++) {
        char key[96];
        (void)snprintf(key, sizeof key, "%.64s_unanswered", l->scenario.variant[v].name);
        json_field_double(j, key, row->unanswered[v]);
    }
    json_key(j, "figures");
    json_object_open(j);
    for (size_t f = 0; f < l->figures; f++) {
        put_effect(j, &l->figure[f], &row->effect[f], is_base);
    }
    json_object_close(j);
}

static void put_row(struct json *j, const struct ledger *l, const struct ledger_row *row)
{
    json_object_open(j);
    json_field_string(j, "key", row->name);
    json_key(j, "set");
    json_array_open(j);
    for (size_t i = 0; row->set[i] != NULL; i++) {
        json_string(j, row->set[i]);
    }
    json_array_close(j);
    json_field_string(j, "why", row->why);
    put_printed(j, "command", l, row);
    if (row->state == LEDGER_ROW_RUN) {
        put_measured(j, l, row, false);
    } else {
        json_field_string(j, "refused", row->refusal);
    }
    json_object_close(j);
}

bool ledger_print_json(const struct ledger *l, FILE *to)
{
    char hash[65];
    if (scenario_hash(&l->scenario, hash) != SIM_OK) {
        return false;
    }
    struct json j;
    json_begin(&j, to);
    json_object_open(&j);
    json_field_string(&j, "scenario", l->scenario.name);
    json_field_int(&j, "format", 1);
    json_field_string(&j, "scenario_hash", hash);
    json_field_uint(&j, "seed", l->scenario.seed);
    json_field_uint(&j, "replications", l->replications);
    json_field_uint(&j, "effects", l->effects);
    json_key(&j, "as_it_stands");
    json_object_open(&j);
    put_printed(&j, "command", l, NULL);
    put_measured(&j, l, &l->base, true);
    json_object_close(&j);
    json_key(&j, "rows");
    json_array_open(&j);
    for (size_t r = 0; r < l->row_count; r++) {
        put_row(&j, l, &l->row[r]);
    }
    json_array_close(&j);
    json_object_close(&j);
    return json_end(&j);
}
