/* The tables beside the quantities: how often, which cell of a sweep; and the honest reading. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/results/paper.h"
#include "sim/terminal/artefact.h"

/* Words in the order in which they came. */
struct words {
    char **word;
    size_t count;
};

static void words_deinit(struct words *w)
{
    for (size_t i = 0; i < w->count; i++) {
        free(w->word[i]);
    }
    free(w->word);
}

/* Its place; SIZE_MAX without memory. */
static size_t words_place(struct words *w, const char *word)
{
    for (size_t i = 0; i < w->count; i++) {
        if (strcmp(w->word[i], word) == 0) {
            return i;
        }
    }
    char **wider = realloc(w->word, (w->count + 1) * sizeof *wider);
    if (wider == NULL) {
        return SIZE_MAX;
    }
    w->word = wider;
    w->word[w->count] = strdup(word);
    return w->word[w->count] == NULL ? SIZE_MAX : w->count++;
}

struct cell {
    size_t row, column;
    double value;
};

struct block {
    struct words rows, columns;
    struct cell *cell;
    size_t cells;
};

static void block_deinit(struct block *b)
{
    words_deinit(&b->rows);
    words_deinit(&b->columns);
    free(b->cell);
}

static bool block_add(struct block *b, const char *row, const char *column, double value)
{
    struct cell *wider = realloc(b->cell, (b->cells + 1) * sizeof *wider);
    if (wider == NULL) {
        return false;
    }
    b->cell = wider;
    const struct cell cell = {
        words_place(&b->rows, row != NULL ? row : ""),
        words_place(&b->columns, column != NULL ? column : ""),
        value,
    };
    b->cell[b->cells++] = cell;
    return cell.row != SIZE_MAX && cell.column != SIZE_MAX;
}

static enum sim_status block_read(struct block *b, const struct paper_block *of,
                                  struct store *store, struct store_error *error)
{
    struct query *q = NULL;
    enum sim_status status = query_open(&q, store, of->select, error);
    if (status != SIM_OK) {
        return status;
    }
    bool has_memory = true;
    while (has_memory && query_next(q)) {
        has_memory = block_add(b, query_text(q, 0), query_text(q, 1), query_real(q, 2));
    }
    status = query_close(q, error);
    if (status == SIM_OK && !has_memory) {
        (void)snprintf(error->text, sizeof error->text, "no memory for the table");
        status = SIM_ERR_NOMEM;
    }
    return status;
}

static double value_at(const struct block *b, size_t row, size_t column)
{
    for (size_t i = 0; i < b->cells; i++) {
        if (b->cell[i].row == row && b->cell[i].column == column) {
            return b->cell[i].value;
        }
    }
    return (double)NAN;
}

static void print_block(const struct block *b, const struct paper_block *of, const char *result,
                        FILE *to)
{
    (void)fprintf(to, "\n%s%s%s (%s)\n\n%-22s", of->title, of->unit[0] != '\0' ? ", " : "",
                  of->unit, result, "");
    for (size_t column = 0; column < b->columns.count; column++) {
        (void)fprintf(to, " %12s", b->columns.word[column]);
    }
    (void)fputc('\n', to);
    for (size_t row = 0; row < b->rows.count; row++) {
        (void)fprintf(to, "%-22s", b->rows.word[row]);
        for (size_t column = 0; column < b->columns.count; column++) {
            const double value = value_at(b, row, column);
            if (isnan(value)) {
                (void)fprintf(to, " %12s", "-");
            } else {
                (void)fprintf(to, " %12.*f", of->decimals, value);
            }
        }
        (void)fputc('\n', to);
    }
}

/* Reads every table of every result and has it taken, where it has rows. */
struct taker {
    enum sim_status (*take)(const struct taker *taker, const struct block *b,
                            const struct paper_block *of, const struct paper_result *result,
                            struct store_error *error);
    FILE *to;
    const char *folder;
};

static enum sim_status take_one(const struct taker *taker, const struct paper_block *of,
                                const struct paper_result *result, struct store_error *error)
{
    struct block b = {.cells = 0};
    enum sim_status status = block_read(&b, of, result->archive.store, error);
    if (status == SIM_OK && b.cells > 0) {
        status = taker->take(taker, &b, of, result, error);
    }
    block_deinit(&b);
    return status;
}

static enum sim_status take_all(const struct taker *taker, const struct paper_table *table,
                                struct store_error *error)
{
    const struct model_paper *paper = table->model->paper;
    enum sim_status status = SIM_OK;
    for (size_t i = 0; i < paper->blocks; i++) {
        for (const struct paper_result *r = table->result; r != NULL && status == SIM_OK;
             r = r->next) {
            if (!r->shares_archive) {
                status = take_one(taker, &paper->block[i], r, error);
            }
        }
    }
    return status;
}

static enum sim_status print_taken(const struct taker *taker, const struct block *b,
                                   const struct paper_block *of, const struct paper_result *result,
                                   struct store_error *error)
{
    (void)error;
    print_block(b, of, result->archive.path, taker->to);
    return SIM_OK;
}

enum sim_status paper_print_blocks(const struct paper_table *table, FILE *to,
                                   struct store_error *error)
{
    const struct taker printer = {.take = print_taken, .to = to};
    const enum sim_status status = take_all(&printer, table, error);
    if (table->model->paper->reading != NULL) {
        (void)fprintf(to, "\n%s\n", table->model->paper->reading);
    }
    return status;
}

/* ---- as files ---- */

static const char *picture_word(enum paper_picture picture)
{
    switch (picture) {
    case PAPER_BARS:
        return "bars";
    case PAPER_LINES:
        return "lines";
    case PAPER_HEAT:
        return "heat";
    case PAPER_NOT_DRAWN:
        break;
    }
    return "none";
}

static void write_block(const struct block *b, const struct paper_block *of, FILE *to)
{
    const char *rows = of->rows != NULL ? of->rows : "";
    (void)fprintf(to, "# picture: %s\n# title: %s\n# unit: %s\n# rows: %s\n# columns: %s\n%s",
                  picture_word(of->picture), of->title, of->unit, rows,
                  of->columns != NULL ? of->columns : "", rows);
    for (size_t column = 0; column < b->columns.count; column++) {
        (void)fprintf(to, "\t%s", b->columns.word[column]);
    }
    (void)fputc('\n', to);
    for (size_t row = 0; row < b->rows.count; row++) {
        (void)fputs(b->rows.word[row], to);
        for (size_t column = 0; column < b->columns.count; column++) {
            const double value = value_at(b, row, column);
            if (isnan(value)) {
                (void)fputs("\tNaN", to);
            } else {
                (void)fprintf(to, "\t%.*f", of->decimals + 2, value);
            }
        }
        (void)fputc('\n', to);
    }
}

static enum sim_status store_taken(const struct taker *taker, const struct block *b,
                                   const struct paper_block *of, const struct paper_result *result,
                                   struct store_error *error)
{
    char name[256];
    (void)snprintf(name, sizeof name, "block-%s-%s.tsv", of->key, result->scenario.name);
    for (char *c = name; *c != '\0'; c++) {
        *c = *c == '/' ? '_' : *c; /* a scenario's name may be any text */
    }
    struct artefact a = {.to = NULL};
    const enum sim_status status =
        artefact_open(&a, taker->folder, name, error->text, sizeof error->text);
    if (status != SIM_OK) {
        return status;
    }
    write_block(b, of, a.to);
    return artefact_close(&a, SIM_OK, error->text, sizeof error->text);
}

enum sim_status paper_store_blocks(const struct paper_table *table, const char *folder,
                                   struct store_error *error)
{
    const struct taker keeper = {.take = store_taken, .folder = folder};
    return take_all(&keeper, table, error);
}
