/*
 * What the model's tables say of each node, server or whatever else has a key of its own: tables
 * that have the same key column are joined. Of many entities those with the most of the first
 * number.
 */
#include "analysis/report/report_read.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- which there are ---- */

/* The column that alone is the key of a table that every run leaves; NULL: there is none. */
static const struct store_column *entity_key(const struct store_table *table)
{
    const struct store_column *key = NULL;
    for (size_t i = 0; i < table->columns; i++) {
        if (table->column[i].is_key && key != NULL) {
            return NULL;
        }
        key = table->column[i].is_key ? &table->column[i] : key;
    }
    const bool is_entity = table->least_record == 0 && key != NULL && key->type != STORE_TIME &&
                           key->type != STORE_REAL && strcmp(key->name, "seq") != 0;
    return is_entity ? key : NULL;
}

static bool has_key(const struct store_table *table, const char *key)
{
    const struct store_column *own = entity_key(table);
    return own != NULL && strcmp(own->name, key) == 0;
}

static bool is_place(const struct store_column *c)
{
    return strcmp(c->name, "x_m") == 0 || strcmp(c->name, "y_m") == 0;
}

/* A number that names something, an entity of some kind or what is counted "from 1" as those are:
 * its mean says nothing. */
static bool is_reference(const struct store_model *shape, const struct store_column *column)
{
    if (column->type == STORE_INTEGER && strncmp(column->about, "from 1", 6) == 0) {
        return true;
    }
    for (size_t t = 0; t < shape->tables && column->type == STORE_INTEGER; t++) {
        if (has_key(&shape->table[t], column->name)) {
            return true;
        }
    }
    return false;
}

/* ---- columns ---- */

static bool ends_with(const char *name, const char *end, size_t *stem)
{
    const size_t length = strlen(name);
    const size_t tail = strlen(end);
    *stem = length;
    if (length <= tail || strcmp(name + length - tail, end) != 0) {
        return false;
    }
    *stem = length - tail;
    return true;
}

/* The name up to its unit, in words: tx_bytes is "sent", rx_messages "messages received"; sent_j
 * would be "sent" too. */
static const char *label_of(struct report_reader *reader, const char *name, size_t stem,
                            const char *unit)
{
    const bool is_sent = strncmp(name, "tx_", 3) == 0;
    const bool is_received = strncmp(name, "rx_", 3) == 0;
    const bool is_energy = strcmp(unit, "J") == 0 && strncmp(name, "energy", 6) != 0;
    const char *begin = is_sent || is_received ? name + 3 : name;
    const int length = name + stem > begin ? (int)(name + stem - begin) : 0; /* of tx_bytes: none */
    const char *end = is_sent ? "sent" : is_received ? "received" : "";
    const size_t bytes = stem + sizeof "energy  received";
    char *label = report_allocate(reader, bytes, 1);
    if (label == NULL) {
        return "";
    }
    (void)snprintf(label, bytes, "%s%.*s%s%s", is_energy ? "energy " : "", length, begin,
                   length > 0 && end[0] != '\0' ? " " : "", end);
    for (char *c = label; *c != '\0'; c++) {
        *c = *c == '_' ? ' ' : *c;
    }
    return label;
}

/* "cache_high_bytes" is "cache high" in bytes; what is busy_ns, a mean number at work. */
static void name_column(struct report_reader *reader, struct report_column *column)
{
    static const struct {
        const char *end, *unit;
        double divisor;
    } units[] = {
        {"_bytes", "B", 1}, {"_ns", "s", (double)SIM_S}, {"_s", "s", 1}, {"_m", "m", 1},
        {"_j", "J", 1},     {"_bps", "bit/s", 1},
    };
    size_t stem = strlen(column->name);
    column->unit = "";
    column->divisor = 1;
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (ends_with(column->name, units[i].end, &stem)) {
            column->unit = units[i].unit;
            column->divisor = units[i].divisor;
            break;
        }
    }
    size_t rest = 0;
    const bool is_busy =
        strcmp(column->name, "busy_ns") == 0 || ends_with(column->name, "_busy_ns", &rest);
    if (is_busy && reader->data->duration_s > 0) {
        column->unit = "";
        column->divisor = (double)SIM_S * reader->data->duration_s;
    }
    column->label = label_of(reader, column->name, stem, column->unit);
}

/* A column that two tables have is one. */
static void add_column(struct report_reader *reader, struct report_entities *e,
                       const struct store_column *from)
{
    for (size_t i = 0; i < e->columns; i++) {
        if (strcmp(e->column[i].name, from->name) == 0) {
            return;
        }
    }
    struct report_column column = {
        .name = report_copy(reader, from->name),
        .about = report_copy(reader, from->about),
        .kind = from->type == STORE_TEXT ? REPORT_WORD : REPORT_NUMBER,
    };
    column.index = column.kind == REPORT_WORD ? e->words++ : e->numbers++;
    name_column(reader, &column);
    e->column[e->columns++] = column;
}

static void choose_columns(struct report_reader *reader, struct report_entities *e)
{
    const struct store_model *shape = reader->shape;
    e->column = report_allocate(reader, shape->tables * STORE_COLUMNS_MAX, sizeof *e->column);
    for (size_t t = 0; t < shape->tables && reader->status == SIM_OK; t++) {
        const struct store_table *table = &shape->table[t];
        const bool is_of_these = has_key(table, e->key);
        for (size_t c = 0; c < table->columns && is_of_these && reader->status == SIM_OK; c++) {
            e->has_place = e->has_place || is_place(&table->column[c]);
            if (!table->column[c].is_key && !is_place(&table->column[c]) &&
                !is_reference(shape, &table->column[c])) {
                add_column(reader, e, &table->column[c]);
            }
        }
    }
}

/* ---- which rows ---- */

/* The first number of the first table that has one; NULL: there are only words. */
static const struct store_column *leading_column(const struct store_table *table)
{
    for (size_t c = 0; c < table->columns; c++) {
        const struct store_column *column = &table->column[c];
        if (!column->is_key && column->type != STORE_TEXT && !is_place(column)) {
            return column;
        }
    }
    return NULL;
}

struct chosen {
    struct report_reader *reader;
    struct report_entities *entities;
    bool is_text;
};

static void take_key(void *context, const union store_cell *key)
{
    struct chosen *c = context;
    struct report_entity entity = {.x_m = (double)NAN, .y_m = (double)NAN};
    char number[32];
    (void)snprintf(number, sizeof number, "%" PRId64, c->is_text ? 0 : key->integer);
    entity.number = c->is_text ? (double)NAN : (double)key->integer;
    entity.name = report_copy(c->reader, c->is_text ? key->text : number);
    entity.word = report_allocate(c->reader, c->entities->words, sizeof *entity.word);
    entity.at = report_allocate(c->reader, c->entities->numbers * c->reader->data->variant_count,
                                sizeof *entity.at);
    for (size_t i = 0; i < c->entities->words && entity.word != NULL; i++) {
        entity.word[i] = "";
    }
    if (c->reader->status == SIM_OK) {
        c->entities->entity[c->entities->count++] = entity;
    }
}

static void choose_entities(struct report_reader *reader, struct report_entities *e)
{
    const struct store_model *shape = reader->shape;
    const struct store_table *table = NULL;
    for (size_t t = 0; t < shape->tables; t++) {
        const struct store_table *one = &shape->table[t];
        const bool is_better = table == NULL || leading_column(table) == NULL;
        if (has_key(one, e->key) && is_better && (table == NULL || leading_column(one) != NULL)) {
            table = one;
        }
    }
    ASSERT(table != NULL); /* the key is from one */
    const struct store_column *by = leading_column(table);
    struct chosen chosen = {reader, e, entity_key(table)->type == STORE_TEXT};
    e->entity = report_allocate(reader, REPORT_ENTITIES_MAX, sizeof *e->entity);
    if (reader->status == SIM_OK) {
        report_note(reader,
                    readout_keys(reader->store, table, e->key, by != NULL ? by->name : e->key,
                                 REPORT_ENTITIES_MAX, take_key, &chosen, &e->total, reader->error));
    }
}

/* ---- their numbers ---- */

struct filling {
    struct report_reader *reader;
    struct report_entities *entities;
    struct stats_stream *stream; /* entities x variants x numbers */
    const struct store_table *table;
    uint32_t variant;
    size_t next; /* rows and entities rise alike */
};

static int compare_key(const struct report_entity *e, const struct store_column *key,
                       const union store_cell *cell)
{
    if (key->type == STORE_TEXT) {
        return strcmp(e->name, cell->text);
    }
    return (e->number > (double)cell->integer) - (e->number < (double)cell->integer);
}

static double number_of(const struct store_column *column, const union store_cell *cell)
{
    if (column->type == STORE_REAL) {
        return cell->real;
    }
    return cell->integer == STORE_MISSING ? (double)NAN : (double)cell->integer;
}

static const struct report_column *find_column(const struct report_entities *e, const char *name)
{
    for (size_t i = 0; i < e->columns; i++) {
        if (strcmp(e->column[i].name, name) == 0) {
            return &e->column[i];
        }
    }
    return NULL;
}

static void fill_cell(const struct filling *f, struct report_entity *e, size_t place,
                      const struct store_column *column, const union store_cell *cell)
{
    if (is_place(column)) {
        *(column->name[0] == 'x' ? &e->x_m : &e->y_m) = number_of(column, cell);
        return;
    }
    const struct report_column *c = find_column(f->entities, column->name);
    if (c == NULL) {
        return;
    }
    if (c->kind == REPORT_WORD) {
        const char **word = &e->word[c->index];
        if (cell->text != NULL && (*word)[0] == '\0') {
            *word = report_copy(f->reader, cell->text);
        } else if (cell->text != NULL && strcmp(*word, cell->text) != 0) {
            *word = "varies";
        }
        return;
    }
    const struct report_data *data = f->reader->data;
    stats_add(
        &f->stream[(place * data->variant_count + f->variant) * f->entities->numbers + c->index],
        number_of(column, cell) / c->divisor);
}

static void take_row(void *context, const union store_cell *cells)
{
    struct filling *f = context;
    const struct store_column *key = entity_key(f->table);
    const union store_cell *own = &cells[key - f->table->column];
    while (f->next < f->entities->count &&
           compare_key(&f->entities->entity[f->next], key, own) < 0) {
        f->next++;
    }
    if (f->next == f->entities->count || f->reader->status != SIM_OK ||
        compare_key(&f->entities->entity[f->next], key, own) != 0) {
        return;
    }
    for (size_t c = 0; c < f->table->columns; c++) {
        if (!f->table->column[c].is_key) {
            fill_cell(f, &f->entities->entity[f->next], f->next, &f->table->column[c], &cells[c]);
        }
    }
}

static void read_rows(struct report_reader *reader, struct filling *f)
{
    const struct report_data *data = reader->data;
    for (size_t i = 0; i < data->run_count; i++) {
        const struct report_run *run = &data->run[i];
        for (size_t t = 0; t < reader->shape->tables && run->is_complete; t++) {
            f->table = &reader->shape->table[t];
            f->variant = run->variant;
            f->next = 0;
            if (has_key(f->table, f->entities->key) && reader->status == SIM_OK) {
                report_note(reader, readout_rows(reader->store, f->table, run->run_id, take_row, f,
                                                 reader->error));
            }
        }
        report_advance(reader, 1);
    }
}

/* What a column holds, taken together. */
struct extent {
    double most;
    double alike, all; /* over the entities: the least of the variants, the most of them */
    bool are_counts;
};

static void take_entity(struct extent *x, const struct report_entities *e,
                        const struct report_entity *entity, uint32_t variants, size_t column)
{
    double least = (double)INFINITY;
    double most = 0;
    for (uint32_t v = 0; v < variants; v++) {
        const double mean = entity->at[v * e->numbers + column].mean;
        x->are_counts = x->are_counts && !(floor(mean) < mean);
        least = fmin(least, isnan(mean) ? 0 : fabs(mean));
        most = fmax(most, isnan(mean) ? 0 : fabs(mean));
    }
    x->most = fmax(x->most, most);
    x->alike += least;
    x->all += most;
}

/* Whole numbers are written as such. */
static void describe_column(const struct report_entities *e, uint32_t variants,
                            struct report_column *column)
{
    struct extent x = {.are_counts = column->unit[0] == '\0'};
    for (size_t i = 0; i < e->count; i++) {
        take_entity(&x, e, &e->entity[i], variants, column->index);
    }
    column->is_nothing = !(x.most > 0);
    column->differs = x.all > 0 ? 1 - x.alike / x.all : 0;
    column->scale = format_scale_of(column->unit, x.most);
    column->scale.decimals = x.are_counts ? 0 : column->scale.decimals;
}

static void read_entities(struct report_reader *reader, struct report_entities *e)
{
    const uint32_t variants = reader->data->variant_count;
    choose_columns(reader, e);
    choose_entities(reader, e);
    struct filling f = {.reader = reader, .entities = e};
    f.stream = report_allocate(reader, e->count * variants * e->numbers, sizeof *f.stream);
    if (reader->status != SIM_OK) {
        return;
    }
    read_rows(reader, &f);
    for (size_t i = 0; i < e->count; i++) {
        const size_t width = variants * e->numbers;
        for (size_t k = 0; k < width; k++) {
            e->entity[i].at[k] = stats_stream_estimate(&f.stream[i * width + k], REPORT_LEVEL);
        }
    }
    for (size_t c = 0; c < e->columns; c++) {
        if (e->column[c].kind == REPORT_NUMBER) {
            describe_column(e, variants, &e->column[c]);
        }
    }
}

static bool is_known(const struct report_data *data, const char *key)
{
    for (size_t i = 0; i < data->entities_count; i++) {
        if (strcmp(data->entities[i].key, key) == 0) {
            return true;
        }
    }
    return false;
}

void report_read_entities(struct report_reader *reader)
{
    struct report_data *data = reader->data;
    const struct store_model *shape = reader->shape;
    data->entities = report_allocate(reader, shape->tables, sizeof *data->entities);
    for (size_t t = 0; t < shape->tables && reader->status == SIM_OK; t++) {
        const struct store_column *key = entity_key(&shape->table[t]);
        if (key == NULL || is_known(data, key->name)) {
            continue;
        }
        struct report_entities *e = &data->entities[data->entities_count];
        /* Anew: entities of another kind that had no row have left their columns here. */
        *e = (struct report_entities){.key = report_copy(reader, key->name)};
        read_entities(reader, e);
        data->entities_count += e->count > 0;
    }
}
