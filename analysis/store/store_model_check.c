/* Names come from models, which we trust; but a slip should be told, not become SQL. */
#include <string.h>

#include "analysis/store/store_model.h"

enum { NAME_MAX_BYTES = 60 };

static bool is_identifier(const char *name)
{
    const size_t length = name != NULL ? strnlen(name, NAME_MAX_BYTES + 1) : 0;
    return length > 0 && length <= NAME_MAX_BYTES && name[0] >= 'a' && name[0] <= 'z' &&
           strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") == length;
}

static bool is_among(const char *name, const char *const *list)
{
    for (; *list != NULL; list++) {
        if (strcmp(name, *list) == 0) {
            return true;
        }
    }
    return false;
}

static bool ends_with_ns(const char *name)
{
    const size_t length = strlen(name);
    return length > 3 && strcmp(name + length - 3, "_ns") == 0;
}

/* Comments end with their line. */
static bool is_line(const char *text)
{
    return text != NULL && strpbrk(text, "\r\n") == NULL;
}

static bool are_words(const char *const *words)
{
    for (; words != NULL && *words != NULL; words++) {
        if (!is_line(*words)) {
            return false;
        }
    }
    return true;
}

static const char *trouble_with_column(const struct store_column *column)
{
    static const char *const taken[] = {"run_id", "variant", "replication", "seed", NULL};
    if (!is_identifier(column->name)) {
        return "is no identifier";
    }
    if (is_among(column->name, taken)) {
        return "has a name that every table has anyway";
    }
    if (ends_with_ns(column->name) != (column->type == STORE_TIME)) {
        return "is a time if and only if its name ends with _ns";
    }
    if (column->is_key && column->may_miss) {
        return "is a key and may be missing";
    }
    if (!is_line(column->about) || !are_words(column->words)) {
        return "has a text that is missing, or no single line";
    }
    return column->words != NULL && column->type != STORE_TEXT ? "has words and is no text" : NULL;
}

static enum sim_status check_columns(const struct store_model *model,
                                     const struct store_table *table, struct store_error *error)
{
    for (size_t i = 0; i < table->columns; i++) {
        const struct store_column *column = &table->column[i];
        const char *trouble = trouble_with_column(column);
        for (size_t k = 0; k < i && trouble == NULL; k++) {
            trouble = strcmp(table->column[k].name, column->name) == 0 ? "is there twice" : NULL;
        }
        if (trouble != NULL) {
            store_error_set(error, "model %s: column %s of table %s %s", model->name,
                            column->name != NULL ? column->name : "(none)", table->name, trouble);
            return SIM_ERR_INVALID;
        }
    }
    return SIM_OK;
}

static const char *trouble_with_table(const struct store_table *table)
{
    static const char *const taken[] = {"invocation",
                                        "library",
                                        "input_file",
                                        "model_table",
                                        "model_column",
                                        "model_series",
                                        "run",
                                        "axis",
                                        "point",
                                        "point_axis",
                                        "metric",
                                        "distribution",
                                        "warning",
                                        "replay",
                                        "execution",
                                        "bin",
                                        "main",
                                        "temp",
                                        "source",
                                        "distribution_unit",
                                        NULL};
    if (!is_identifier(table->name) || strncmp(table->name, "sqlite_", 7) == 0 ||
        strncmp(table->name, "v_", 2) == 0) {
        return "has no name that a table can have";
    }
    if (is_among(table->name, taken)) {
        return "has the name of a table that every database has";
    }
    if (table->columns == 0 || table->columns > STORE_COLUMNS_MAX) {
        return "has no columns, or too many";
    }
    return is_line(table->about) ? NULL : "has an about that is missing, or no single line";
}

static enum sim_status check_table(const struct store_model *model, size_t index,
                                   struct store_error *error)
{
    const struct store_table *table = &model->table[index];
    const char *trouble = trouble_with_table(table);
    for (size_t k = 0; k < index && trouble == NULL; k++) {
        trouble = strcmp(model->table[k].name, table->name) == 0 ? "is there twice" : NULL;
    }
    if (trouble != NULL) {
        store_error_set(error, "model %s: table %s %s", model->name,
                        table->name != NULL ? table->name : "(none)", trouble);
        return SIM_ERR_INVALID;
    }
    return check_columns(model, table, error);
}

static enum sim_status check_series(const struct store_model *model, size_t index,
                                    struct store_error *error)
{
    static const char *const taken[] = {"run_id", "t_ns", "variant", "replication", "seed", NULL};
    const struct store_series_column *series = &model->series[index];
    bool sound = is_identifier(series->name) && !is_among(series->name, taken) &&
                 series->unit != NULL && is_line(series->about) &&
                 ends_with_ns(series->name) == (strcmp(series->unit, "ns") == 0);
    for (size_t k = 0; k < index && sound; k++) {
        sound = strcmp(model->series[k].name, series->name) != 0;
    }
    if (!sound) {
        store_error_set(error, "model %s: series %s has no name, unit or about that fit it",
                        model->name, series->name != NULL ? series->name : "(none)");
    }
    return sound ? SIM_OK : SIM_ERR_INVALID;
}

enum sim_status store_model_check(const struct store_model *model, struct store_error *error)
{
    if (!is_identifier(model->name)) {
        store_error_set(error, "a model has no name, or none that is an identifier");
        return SIM_ERR_INVALID;
    }
    enum sim_status status = SIM_OK;
    for (size_t i = 0; i < model->tables && status == SIM_OK; i++) {
        status = check_table(model, i, error);
    }
    for (size_t i = 0; i < model->series_count && status == SIM_OK; i++) {
        status = check_series(model, i, error);
    }
    return status;
}
