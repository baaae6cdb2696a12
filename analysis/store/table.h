/*
 * table.h - a table of rows that a run leaves, as its model describes it, and the cells of a row.
 *
 * Of a description the store makes `CREATE TABLE name (run_id, ...)`, STRICT and WITHOUT ROWID,
 * with its key columns behind run_id as primary key, and a view v_name for people: variant,
 * replication and seed in front, times in seconds (t_ns becomes t_s). Merging, exporting and
 * comparing read the columns from here.
 *
 * Names: a column's says its unit last (t_ns, size_bytes, x_m); one that ends with _ns has the type
 *   STORE_TIME. A missing cell is NULL in the database.
 */
#ifndef ANALYSIS_STORE_TABLE_H
#define ANALYSIS_STORE_TABLE_H

#include "sim/engine/base.h"

enum store_type { STORE_INTEGER, STORE_REAL, STORE_TEXT, STORE_TIME };

struct store_column {
    const char *name, *about; /* about: the comment in the schema; "" for none */
    enum store_type type;
    const char *const *words; /* all that a text may be, NULL-terminated; NULL: any */
    bool is_key, may_miss;
    bool is_signed; /* an integer or time that may be negative; else the schema refuses it */
};

struct store_table {
    const char *name, *about; /* "call", "stream", "decision" */
    unsigned least_record;    /* 0 summary, 1 calls, 2 events */
    const struct store_column *column;
    size_t columns;
};

/* Rows of these descriptions: of a column, whose words may be one of a list, and of a table. */
#define STORE_COLUMN(column_name, of_type, words_about)                                            \
    {                                                                                              \
        .name = (column_name), .type = (of_type), .about = (words_about)                           \
    }
#define STORE_MAYBE(column_name, of_type, words_about)                                             \
    {                                                                                              \
        .name = (column_name), .type = (of_type), .about = (words_about), .may_miss = true         \
    }
#define STORE_KEY(column_name, words_about)                                                        \
    {                                                                                              \
        .name = (column_name), .type = STORE_INTEGER, .about = (words_about), .is_key = true       \
    }
#define STORE_WORD(column_name, all_words, words_about)                                            \
    {                                                                                              \
        .name = (column_name), .type = STORE_TEXT, .about = (words_about), .words = (all_words)    \
    }
#define STORE_MAYBE_WORD(column_name, all_words, words_about)                                      \
    {                                                                                              \
        .name = (column_name), .type = STORE_TEXT, .about = (words_about), .words = (all_words),   \
        .may_miss = true                                                                           \
    }
#define STORE_TABLE(table_name, words_about, record, column_list)                                  \
    {                                                                                              \
        .name = (table_name), .about = (words_about), .least_record = (record),                    \
        .column = (column_list), .columns = sizeof(column_list) / sizeof(column_list)[0]           \
    }

/* Times are integers. A text must live until the call that takes it returns, or as long as who
 * takes it says. */
union store_cell {
    int64_t integer;  /* STORE_MISSING where there is none */
    double real;      /* NaN where there is none */
    const char *text; /* NULL where there is none */
};

#define STORE_MISSING INT64_MIN

enum { STORE_COLUMNS_MAX = 32 };

#endif
