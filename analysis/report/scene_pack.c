#include "analysis/report/scene_pack.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/report/html.h"

/* ---- numbers ---- */

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void scene_pack_begin(struct scene_pack *p, FILE *to)
{
    *p = (struct scene_pack){.to = to};
    (void)fputc('"', to);
}

static void put_three(struct scene_pack *p, unsigned characters)
{
    const uint32_t bits = p->bits << 8 * (3 - p->held);
    for (unsigned i = 0; i < characters; i++) {
        (void)fputc(digits[(bits >> (18 - 6 * i)) & 63], p->to);
    }
    p->bits = 0;
    p->held = 0;
}

static void put_byte(struct scene_pack *p, uint32_t byte)
{
    p->bits = p->bits << 8 | byte;
    p->held++;
    if (p->held == 3) {
        put_three(p, 4);
    }
}

static void put_number(struct scene_pack *p, uint64_t value)
{
    for (; value > 127; value >>= 7) {
        put_byte(p, 128 | (uint32_t)(value & 127));
    }
    put_byte(p, (uint32_t)value);
}

static void put_repeats(struct scene_pack *p)
{
    if (p->repeats > 0) {
        put_number(p, 1);
        put_number(p, p->repeats - 1);
        p->repeats = 0;
    }
}

void scene_pack_add(struct scene_pack *p, int64_t value)
{
    if (value == p->before) {
        p->repeats++;
        return;
    }
    put_repeats(p);
    if (value == STORE_MISSING) {
        put_number(p, 0);
        return;
    }
    const uint64_t change = (uint64_t)value - (uint64_t)p->before;
    put_number(p, (change << 1 ^ ((change >> 63) != 0 ? UINT64_MAX : 0)) + 1);
    p->before = value;
}

void scene_pack_restart(struct scene_pack *p)
{
    put_repeats(p);
    p->before = 0;
}

void scene_pack_end(struct scene_pack *p)
{
    put_repeats(p);
    if (p->held > 0) {
        put_three(p, p->held + 1);
    }
    (void)fputc('"', p->to);
}

/* ---- words ---- */

/* Each text once, with its number: open addressing over a power of two of slots. */
struct words {
    char **word;
    uint32_t *slot; /* a word's number, counted from 1 */
    size_t count, slots;
};

static size_t hash_of(const char *text)
{
    uint64_t hash = 14695981039346656037u;
    for (; *text != '\0'; text++) {
        hash = (hash ^ (unsigned char)*text) * 1099511628211u;
    }
    return (size_t)(hash ^ hash >> 32);
}

static size_t place_of(const struct words *w, const char *text)
{
    size_t at = hash_of(text) & (w->slots - 1);
    while (w->slot[at] != 0 && strcmp(w->word[w->slot[at] - 1], text) != 0) {
        at = (at + 1) & (w->slots - 1);
    }
    return at;
}

static bool grow(struct words *w)
{
    const size_t slots = w->slots > 0 ? 2 * w->slots : 64;
    uint32_t *slot = calloc(slots, sizeof *slot);
    char **word = realloc(w->word, slots / 2 * sizeof *word);
    w->word = word != NULL ? word : w->word;
    if (slot == NULL || word == NULL) {
        free(slot);
        return false;
    }
    free(w->slot);
    w->slot = slot;
    w->slots = slots;
    for (size_t i = 0; i < w->count; i++) {
        w->slot[place_of(w, w->word[i])] = (uint32_t)i + 1;
    }
    return true;
}

/* STORE_MISSING: no memory. */
static int64_t number_of(struct words *w, const char *text)
{
    if (w->count >= w->slots / 2 && !grow(w)) {
        return STORE_MISSING;
    }
    const size_t at = place_of(w, text);
    if (w->slot[at] == 0) {
        w->word[w->count] = strdup(text);
        if (w->word[w->count] == NULL) {
            return STORE_MISSING;
        }
        w->slot[at] = (uint32_t)++w->count;
    }
    return (int64_t)w->slot[at] - 1;
}

static void free_words(struct words *w)
{
    for (size_t i = 0; i < w->count; i++) {
        free(w->word[i]);
    }
    free(w->word);
    free(w->slot);
}

/* ---- columns ---- */

enum { OF_RUN = 4 }; /* run_id, variant, replication, seed in front of every row */

struct column {
    enum { WHOLE, TIME, REAL, TEXT } kind;
    struct words words;
};

struct table {
    struct column column[STORE_COLUMNS_MAX];
    size_t columns;
    int64_t *cell; /* rows x columns */
    size_t rows, capacity;
    bool is_cut, is_full;
};

static bool is_time(const char *name)
{
    const size_t length = strlen(name);
    return length > 3 && strcmp(name + length - 3, "_ns") == 0;
}

static int64_t cell_of(struct table *t, size_t c, const struct query *q)
{
    struct column *column = &t->column[c];
    const unsigned at = (unsigned)c + OF_RUN;
    switch (query_type(q, at)) {
    case QUERY_NULL:
        return STORE_MISSING;
    case QUERY_TEXT: {
        column->kind = TEXT;
        const int64_t number = number_of(&column->words, query_text(q, at));
        t->is_full = t->is_full || number == STORE_MISSING;
        return number;
    }
    case QUERY_REAL:
        column->kind = REAL;
        return isfinite(query_real(q, at)) ? llround(query_real(q, at) * 1000) : STORE_MISSING;
    case QUERY_INTEGER:
        break;
    }
    const int64_t value = query_int(q, at);
    return column->kind == TIME ? value / SIM_MS : column->kind == REAL ? value * 1000 : value;
}

static bool has_room(struct table *t)
{
    if (t->rows < t->capacity) {
        return true;
    }
    ASSERT(t->columns > 0);
    const size_t capacity = t->capacity > 0 ? 2 * t->capacity : 256;
    int64_t *cell = realloc(t->cell, capacity * t->columns * sizeof *cell);
    if (cell == NULL) {
        return false;
    }
    t->cell = cell;
    t->capacity = capacity;
    return true;
}

static void read_rows(struct table *t, struct query *q, size_t most)
{
    const size_t columns = query_columns(q) - OF_RUN;
    t->columns = columns < STORE_COLUMNS_MAX ? columns : STORE_COLUMNS_MAX;
    for (size_t c = 0; c < t->columns; c++) {
        t->column[c].kind = is_time(query_name(q, (unsigned)c + OF_RUN)) ? TIME : WHOLE;
    }
    while (t->columns > 0 && !t->is_full && query_next(q)) {
        if (t->rows == most) {
            t->is_cut = true;
            return;
        }
        if (!has_room(t)) {
            t->is_full = true;
            return;
        }
        for (size_t c = 0; c < t->columns; c++) {
            t->cell[t->rows * t->columns + c] = cell_of(t, c, q);
        }
        t->rows++;
    }
}

static void put_column(FILE *to, const struct table *t, size_t c, const char *name)
{
    const struct column *column = &t->column[c];
    (void)fputs("{\"name\":", to);
    html_json_string(to, name);
    (void)fprintf(to, ",\"scale\":%d,", column->kind == TIME || column->kind == REAL ? 1000 : 1);
    if (column->kind == TEXT) {
        (void)fputs("\"words\":[", to);
        for (size_t i = 0; i < column->words.count; i++) {
            (void)fputs(i > 0 ? "," : "", to);
            html_json_string(to, column->words.word[i]);
        }
        (void)fputs("],", to);
    }
    struct scene_pack pack;
    (void)fputs("\"data\":", to);
    scene_pack_begin(&pack, to);
    for (size_t i = 0; i < t->rows; i++) {
        scene_pack_add(&pack, t->cell[i * t->columns + c]);
    }
    scene_pack_end(&pack);
    (void)fputs("}", to);
}

static void put_table(FILE *to, const struct table *t, const struct query *q)
{
    (void)fprintf(to, "{\"n\":%zu,\"cut\":", t->rows);
    if (t->is_cut && t->columns > 0 && t->column[0].kind == TIME) {
        html_json_number(to, (double)t->cell[(t->rows - 1) * t->columns] / 1000);
    } else {
        (void)fputs("null", to);
    }
    (void)fputs(",\"columns\":[", to);
    bool is_first = true;
    for (size_t c = 0; c < t->columns; c++) {
        const char *name = query_name(q, (unsigned)c + OF_RUN);
        if (strcmp(name, "seq") != 0) {
            (void)fputs(is_first ? "\n" : ",\n", to);
            put_column(to, t, c, name);
            is_first = false;
        }
    }
    (void)fputs("]}", to);
}

enum sim_status scene_pack_view(FILE *to, const struct view *view, struct store *store,
                                int64_t run_id, size_t most, size_t *rows,
                                struct store_error *error)
{
    ASSERT(view->has_run && most > 0);
    struct query *q = NULL;
    enum sim_status status = view_open(&q, view, store, run_id, error);
    if (status != SIM_OK) {
        return status;
    }
    struct table *t = calloc(1, sizeof *t);
    if (t != NULL) {
        read_rows(t, q, most);
        put_table(to, t, q);
        *rows = t->rows;
    }
    status = query_close(q, error);
    if (status == SIM_OK && (t == NULL || t->is_full)) {
        status = SIM_ERR_NOMEM;
        (void)strcpy(error->text, "no memory left for the floor");
    }
    if (t != NULL) {
        for (size_t c = 0; c < t->columns; c++) {
            free_words(&t->column[c].words);
        }
        free(t->cell);
        free(t);
    }
    return status;
}
