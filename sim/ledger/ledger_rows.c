/* The ledger's rows: which readings there are around a scenario, and what they measure. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "scenarios/language/scenario_keys.h"
#include "sim/engine/text_memory.h"
#include "sim/ledger/ledger_rows.h"
#include "sim/study/load.h"
#include "sim/terminal/exit.h"
#include "sim/terminal/message.h"

static int no_memory(void)
{
    message_error("%s", sim_status_text(SIM_ERR_NOMEM));
    return EXIT_INTERNAL;
}

/* ---- overrides ---- */

char *ledger_make_set(const char *key, const char *value)
{
    const size_t bytes = strlen(key) + strlen(value) + 2;
    char *set = malloc(bytes);
    if (set != NULL) {
        (void)snprintf(set, bytes, "%s=%s", key, value);
    }
    return set;
}

/* What holds for every row. Seed and replications come first: a later --set may say otherwise. */
static bool list_common(struct ledger *l)
{
    const struct ledger_request *request = l->request;
    char number[sizeof "18446744073709551615"];
    l->common = calloc(request->sets->count + 3, sizeof *l->common);
    if (l->common == NULL) {
        return false;
    }
    if (request->seed != UINT64_MAX) {
        (void)snprintf(number, sizeof number, "%" PRIu64, request->seed);
        l->common[l->common_count++] = ledger_make_set("seed", number);
    }
    if (request->replications > 0) {
        (void)snprintf(number, sizeof number, "%" PRIu64, request->replications);
        l->common[l->common_count++] = ledger_make_set("replications", number);
    }
    for (size_t i = 0; i < request->sets->count; i++) {
        l->common[l->common_count++] = strdup(request->sets->item[i]);
    }
    for (size_t i = 0; i < l->common_count; i++) {
        if (l->common[i] == NULL) {
            return false;
        }
    }
    return true;
}

bool ledger_fix_replications(struct ledger *l)
{
    char number[sizeof "4294967295"];
    (void)snprintf(number, sizeof number, "%" PRIu32, l->replications);
    char *set = ledger_make_set("replications", number);
    if (set != NULL) {
        l->common[l->common_count++] = set; /* list_common() left room for it */
    }
    return set != NULL;
}

/* The common overrides, then a row's. The texts stay theirs; SIM_ERR_NOMEM, or SIM_OK. */
static enum sim_status gather_sets(const struct ledger *l, const struct ledger_row *row,
                                   struct option_list *sets)
{
    *sets = (struct option_list){
        .item = calloc(l->common_count + LEDGER_SETS_MAX + 1, sizeof *sets->item)};
    if (sets->item == NULL) {
        return SIM_ERR_NOMEM;
    }
    for (size_t i = 0; i < l->common_count; i++) {
        sets->item[sets->count++] = l->common[i];
    }
    for (size_t i = 0; row != NULL && row->set[i] != NULL; i++) {
        sets->item[sets->count++] = row->set[i];
    }
    return SIM_OK;
}

static enum sim_status load_row(const struct ledger *l, const struct ledger_row *row,
                                struct scenario *s, struct scenario_errors *errors)
{
    struct option_list sets;
    enum sim_status status = gather_sets(l, row, &sets);
    if (status == SIM_OK) {
        const struct load_changes changes = {.sets = &sets, .seed = UINT64_MAX};
        status = load_scenario_quietly(s, l->request->path, &changes, errors);
        option_list_deinit(&sets);
    }
    return status;
}

int ledger_load_row(const struct ledger *l, const struct ledger_row *row, struct scenario *s)
{
    struct scenario_errors errors = {0};
    const enum sim_status status = load_row(l, row, s, &errors);
    if (status != SIM_OK) { /* it could be loaded before: the file has changed under us */
        message_error("%s: %s", l->request->path, sim_status_text(status));
        scenario_errors_print(&errors, stderr);
    }
    scenario_errors_deinit(&errors);
    return load_exit_code(status);
}

/* ---- which rows ---- */

void ledger_row_deinit(struct ledger_row *row)
{
    for (size_t i = 0; row->set[i] != NULL; i++) {
        free(row->set[i]);
    }
    free(row->own_name);
    free(row->refusal);
    free(row->sample);
    free(row->effect);
    free(row->unanswered);
}

static bool push_row(struct ledger *l, const struct ledger_row *row)
{
    if (l->row_count == l->row_capacity) {
        const size_t capacity = l->row_capacity > 0 ? 2 * l->row_capacity : 64;
        struct ledger_row *grown = realloc(l->row, capacity * sizeof *grown);
        if (grown == NULL) {
            return false;
        }
        l->row = grown;
        l->row_capacity = capacity;
    }
    l->row[l->row_count++] = *row;
    return true;
}

/* Do two scenarios mean the same? */
static enum sim_status is_same(const struct scenario *a, const struct scenario *b, bool *same)
{
    char first[65];
    char second[65];
    const bool known = scenario_hash(a, first) == SIM_OK && scenario_hash(b, second) == SIM_OK;
    *same = known && strcmp(first, second) == 0;
    return known ? SIM_OK : SIM_ERR_NOMEM;
}

/* The first mistake, as it would be printed. NULL without memory. */
static char *print_mistake(const struct scenario_errors *errors)
{
    const struct scenario_errors first = {.mistake = errors->mistake, .count = 1};
    struct text_memory m;
    FILE *to = text_memory_open(&m);
    if (to != NULL) {
        scenario_errors_print(&first, to);
    }
    char *text = text_memory_close(&m, to);
    if (text != NULL) {
        text[strcspn(text, "\n")] = '\0';
    }
    return text;
}

int ledger_add_row(struct ledger *l, struct ledger_row *row)
{
    struct scenario s;
    struct scenario_errors errors = {0};
    enum sim_status status = load_row(l, row, &s, &errors);
    bool in_force = false;
    if (status == SIM_OK) {
        status = is_same(&s, &l->scenario, &in_force);
        scenario_deinit(&s);
    } else if (status == SIM_ERR_INVALID && errors.count > 0) {
        row->state = LEDGER_ROW_UNFIT;
        row->refusal = print_mistake(&errors);
        status = row->refusal != NULL ? SIM_OK : SIM_ERR_NOMEM;
    }
    scenario_errors_deinit(&errors);
    if (status == SIM_OK && !in_force) {
        status = push_row(l, row) ? SIM_OK : SIM_ERR_NOMEM;
    }
    if (status != SIM_OK || in_force) {
        ledger_row_deinit(row);
    }
    if (status != SIM_OK) {
        message_error("%s: %s", l->request->path, sim_status_text(status));
    }
    return load_exit_code(status);
}

static int add_reading(struct ledger *l, const struct model_reading *key,
                       const struct model_reading_value *reading)
{
    struct ledger_row row = {
        .name = key->path, .why = key->why, .set = {ledger_make_set(key->path, reading->value)}};
    row.set[1] = row.set[0] != NULL && reading->with != NULL ? strdup(reading->with) : NULL;
    if (row.set[0] == NULL || (reading->with != NULL && row.set[1] == NULL)) {
        ledger_row_deinit(&row);
        return no_memory();
    }
    return ledger_add_row(l, &row);
}

static bool is_asked_for(const struct ledger *l, const char *path)
{
    const struct option_list *keys = l->request->keys;
    for (size_t i = 0; i < keys->count; i++) {
        const size_t length = strlen(keys->item[i]);
        if (strncmp(path, keys->item[i], length) == 0 &&
            (path[length] == '\0' || path[length] == '.')) {
            return true;
        }
    }
    return keys->count == 0;
}

static int add_key(struct ledger *l, const struct model_reading *key)
{
    const struct scenario_schema *schema = &l->model->schema;
    const size_t index = key_find(schema, key->path);
    ASSERT(index < key_count(schema)); /* a unit test holds the two tables together */
    const struct model_reading_value plain = {.value = key_default(schema, key_at(schema, index))};
    int code = add_reading(l, key, &plain);
    for (size_t i = 0; key->value[i].value != NULL && code == EXIT_OK; i++) {
        code = add_reading(l, key, &key->value[i]);
    }
    return code;
}

/* A name that selects nothing is a slip of the finger, not an empty ledger. */
static int check_keys(const struct ledger *l)
{
    const struct option_list *keys = l->request->keys;
    for (size_t i = 0; i < keys->count; i++) {
        const size_t length = strlen(keys->item[i]);
        bool found = false;
        for (size_t k = 0; k < l->model->readings && !found; k++) {
            const char *path = l->model->reading[k].path;
            found = strncmp(path, keys->item[i], length) == 0 &&
                    (path[length] == '\0' || path[length] == '.');
        }
        if (!found) {
            message_error("the ledger of %s has no key '%s'", l->model->schema.name, keys->item[i]);
            message_hint("nimblesim explain lists the keys, those that the paper leaves open "
                         "marked with *");
            return EXIT_USAGE;
        }
    }
    return EXIT_OK;
}

int ledger_load_with(struct ledger *l, const char *path, struct scenario *s)
{
    struct option_list sets;
    if (gather_sets(l, NULL, &sets) != SIM_OK) {
        return no_memory();
    }
    const struct load_changes changes = {.sets = &sets, .seed = UINT64_MAX};
    const int code = load_scenario(s, path, &changes);
    option_list_deinit(&sets);
    return code;
}

static int load_base(struct ledger *l)
{
    return list_common(l) ? ledger_load_with(l, l->request->path, &l->scenario) : no_memory();
}

/* The ledger is about a model with readings, and about variants of it. */
static int check_base(struct ledger *l)
{
    l->model = model_of_schema(l->scenario.schema);
    if (l->model->readings == 0) {
        message_error("%s: the model %s follows no paper that leaves anything open",
                      l->request->path, l->model->schema.name);
        return EXIT_BAD_DATA;
    }
    if (l->scenario.variant_count < 2) {
        message_error("%s: the ledger compares the variants, and there is but one",
                      l->request->path);
        message_hint("--set variants='%s' asks for more", l->model->schema.variants);
        return EXIT_BAD_DATA;
    }
    return check_keys(l);
}

static void free_common(struct ledger *l)
{
    for (size_t i = 0; i < l->common_count; i++) {
        free(l->common[i]);
    }
    free(l->common);
}

static int list_readings(struct ledger *l)
{
    int code = EXIT_OK;
    for (size_t i = 0; code == EXIT_OK && i < l->model->readings; i++) {
        if (is_asked_for(l, l->model->reading[i].path)) {
            code = add_key(l, &l->model->reading[i]);
        }
    }
    return code;
}

int ledger_init(struct ledger *l, const struct ledger_request *request)
{
    *l = (struct ledger){.request = request};
    int code = load_base(l);
    if (code != EXIT_OK) {
        free_common(l);
        return code;
    }
    code = check_base(l);
    if (code == EXIT_OK) {
        code = request->towards != NULL ? ledger_list_towards(l) : list_readings(l);
    }
    if (code != EXIT_OK) {
        ledger_deinit(l);
    }
    return code;
}

void ledger_deinit(struct ledger *l)
{
    for (size_t i = 0; i < l->row_count; i++) {
        ledger_row_deinit(&l->row[i]);
    }
    ledger_row_deinit(&l->base);
    free(l->row);
    free(l->figure);
    free_common(l);
    scenario_deinit(&l->scenario);
}
