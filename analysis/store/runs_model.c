/* The description of a model's tables, read back. */
#include <stdlib.h>
#include <string.h>

#include "analysis/store/query_rows.h"
#include "analysis/store/runs.h"
#include "analysis/store/store_model.h"
#include "analysis/store/store_views.h"

struct runs_model {
    struct store_model model; /* its parts lie in memory of the same lifetime */
    char **text;              /* all texts, each allocated for itself */
    size_t text_count;
    const char ***words; /* and all lists of words */
    size_t words_count;
    enum sim_status status; /* SIM_ERR_NOMEM once memory was out */
};

/* ---- memory ---- */

/* Room for one more pointer at *list, doubled at powers of two; false without memory. */
static bool make_room(void **list, size_t count)
{
    if ((count & (count - 1)) != 0) {
        return true;
    }
    void *larger = realloc(*list, (count == 0 ? 1 : 2 * count) * sizeof(void *));
    if (larger != NULL) {
        *list = larger;
    }
    return larger != NULL;
}

/* A copy that lives as long as m; "" for NULL and where memory is out, which m->status tells. */
static const char *keep(struct runs_model *m, const char *text)
{
    void *list = m->text;
    char *copy = text != NULL ? strdup(text) : strdup("");
    if (copy == NULL || !make_room(&list, m->text_count)) {
        free(copy);
        m->status = SIM_ERR_NOMEM;
        return "";
    }
    m->text = list;
    m->text[m->text_count++] = copy;
    return copy;
}

/* A list of the lines of a text. NULL where any word will do. */
static const char *const *keep_words(struct runs_model *m, const char *lines)
{
    if (lines == NULL) {
        return NULL;
    }
    size_t count = 0;
    for (const char *c = lines; *c != '\0'; c++) {
        count += *c == '\n';
    }
    void *list = m->words;
    const char **words = calloc(count + 1, sizeof *words);
    if (words == NULL || !make_room(&list, m->words_count)) {
        free(words);
        m->status = SIM_ERR_NOMEM;
        return NULL;
    }
    m->words = list;
    m->words[m->words_count++] = words;
    for (size_t i = 0; i < count; i++) {
        char *word = strndup(lines, strcspn(lines, "\n"));
        words[i] = keep(m, word);
        free(word);
        lines = strchr(lines, '\n') + 1;
    }
    return words;
}

void runs_model_destroy(struct runs_model *m)
{
    if (m == NULL) {
        return;
    }
    for (size_t i = 0; i < m->model.tables; i++) {
        free((void *)(uintptr_t)m->model.table[i].column);
    }
    free((void *)(uintptr_t)m->model.table);
    free((void *)(uintptr_t)m->model.series);
    for (size_t i = 0; i < m->text_count; i++) {
        free(m->text[i]);
    }
    for (size_t i = 0; i < m->words_count; i++) {
        free((void *)(uintptr_t)m->words[i]);
    }
    free(m->text);
    free((void *)(uintptr_t)m->words);
    free(m);
}

const struct store_model *runs_model_shape(const struct runs_model *model)
{
    return &model->model;
}

/* ---- reading ---- */

/* A description has no text that is missing; a damaged one may. */
static const char *text_of(const struct query *q, unsigned column)
{
    const char *text = query_text(q, column);
    return text != NULL ? text : "";
}

static enum store_type type_of(const char *word)
{
    return strcmp(word, "real") == 0   ? STORE_REAL
           : strcmp(word, "text") == 0 ? STORE_TEXT
           : strcmp(word, "time") == 0 ? STORE_TIME
                                       : STORE_INTEGER;
}

static void read_column(struct runs_model *m, const struct query *q, struct store_column *column)
{
    *column = (struct store_column){
        .name = keep(m, text_of(q, 0)),
        .about = keep(m, text_of(q, 1)),
        .type = type_of(text_of(q, 2)),
        .words = keep_words(m, query_text(q, 3)),
        .is_key = query_int(q, 4) == 1,
        .may_miss = query_int(q, 5) == 1,
        .is_signed = query_int(q, 6) == 1,
    };
}

static enum sim_status read_columns(struct runs_model *m, struct store *store,
                                    struct store_table *table, struct store_error *error)
{
    struct query *q = NULL;
    enum sim_status status =
        query_open(&q, store,
                   "SELECT name, about, type, words, is_key, may_miss, is_signed "
                   "FROM model_column WHERE table_name = ? ORDER BY position",
                   error);
    if (status != SIM_OK) {
        return status;
    }
    query_bind_text(q, table->name);
    struct query_rows rows = {.row_bytes = sizeof *table->column};
    while (m->status == SIM_OK && query_next(q)) {
        struct store_column *column = query_rows_add(&rows);
        if (column != NULL) {
            read_column(m, q, column);
        }
        m->status = column != NULL ? m->status : SIM_ERR_NOMEM;
    }
    status = query_rows_close(&rows, q, m->status == SIM_OK, error);
    table->column = rows.row;
    table->columns = rows.count;
    return status;
}

static enum sim_status read_tables(struct runs_model *m, struct store *store,
                                   struct store_error *error)
{
    struct query *q = NULL;
    enum sim_status status = query_open(
        &q, store, "SELECT name, about, least_record FROM model_table ORDER BY position", error);
    if (status != SIM_OK) {
        return status;
    }
    struct query_rows rows = {.row_bytes = sizeof *m->model.table};
    while (m->status == SIM_OK && query_next(q)) {
        struct store_table *table = query_rows_add(&rows);
        if (table != NULL) {
            *table = (struct store_table){.name = keep(m, text_of(q, 0)),
                                          .about = keep(m, text_of(q, 1)),
                                          .least_record = (unsigned)query_int(q, 2)};
        }
        m->status = table != NULL ? m->status : SIM_ERR_NOMEM;
    }
    status = query_rows_close(&rows, q, m->status == SIM_OK, error);
    struct store_table *table = rows.row;
    m->model.table = table;
    m->model.tables = rows.count;
    for (size_t i = 0; i < m->model.tables && status == SIM_OK; i++) {
        status = read_columns(m, store, &table[i], error);
    }
    return status;
}

static enum sim_status read_series(struct runs_model *m, struct store *store,
                                   struct store_error *error)
{
    struct query *q = NULL;
    enum sim_status status = query_open(
        &q, store, "SELECT name, unit, about FROM model_series ORDER BY position", error);
    if (status != SIM_OK) {
        return status;
    }
    struct query_rows rows = {.row_bytes = sizeof *m->model.series};
    while (m->status == SIM_OK && query_next(q)) {
        struct store_series_column *series = query_rows_add(&rows);
        if (series != NULL) {
            *series = (struct store_series_column){.name = keep(m, text_of(q, 0)),
                                                   .unit = keep(m, text_of(q, 1)),
                                                   .about = keep(m, text_of(q, 2))};
        }
        m->status = series != NULL ? m->status : SIM_ERR_NOMEM;
    }
    status = query_rows_close(&rows, q, m->status == SIM_OK, error);
    m->model.series = rows.row;
    m->model.series_count = rows.count;
    return status;
}

/* All views but those that views.sql makes, as statements. Made again from the description, they
 * come out the same. */
static enum sim_status read_views(struct runs_model *m, struct store *store,
                                  struct store_error *error)
{
    struct query *q = NULL;
    const enum sim_status status =
        query_open(&q, store,
                   "SELECT group_concat(sql || ';', char(10)) FROM sqlite_schema "
                   "WHERE type = 'view' AND name NOT IN " STORE_VIEWS_OWN,
                   error);
    if (status != SIM_OK) {
        return status;
    }
    if (query_next(q)) {
        m->model.views = keep(m, text_of(q, 0));
    }
    return query_close(q, error);
}

static enum sim_status read_all(struct runs_model *m, struct store *store,
                                struct store_error *error)
{
    char name[RUNS_NAME];
    enum sim_status status = runs_model_name(name, store, error);
    if (status == SIM_OK) {
        m->model.name = keep(m, name);
        status = read_tables(m, store, error);
    }
    if (status == SIM_OK) {
        status = read_series(m, store, error);
    }
    if (status == SIM_OK) {
        status = read_views(m, store, error);
    }
    if (status == SIM_OK && m->status != SIM_OK) {
        store_error_set(error, "no memory left for the tables of a result");
        status = m->status;
    }
    return status == SIM_OK ? store_model_check(&m->model, error) : status;
}

enum sim_status runs_model_read(struct runs_model **model, struct store *store,
                                struct store_error *error)
{
    struct runs_model *m = calloc(1, sizeof *m);
    if (m == NULL) {
        store_error_set(error, "no memory left for the tables of a result");
        return SIM_ERR_NOMEM;
    }
    const enum sim_status status = read_all(m, store, error);
    if (status != SIM_OK) {
        runs_model_destroy(m);
        return status;
    }
    *model = m;
    return SIM_OK;
}
