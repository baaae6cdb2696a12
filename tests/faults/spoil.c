#include "tests/faults/spoil.h"

#include <stdio.h>
#include <string.h>

/* ---- bytes ---- */

static uint32_t below(const struct spoil_choice *choice, uint32_t n)
{
    return choice->below(choice->context, n);
}

static void flip(const struct spoil_choice *choice, unsigned char *bytes, size_t length,
                 uint32_t times)
{
    for (uint32_t i = 0; i < times; i++) {
        unsigned char *byte = &bytes[below(choice, (uint32_t)length)];
        *byte = below(choice, 2) == 0 ? (unsigned char)(*byte ^ 1u << below(choice, 8))
                                      : (unsigned char)below(choice, 256);
    }
}

/* One page in another's place, or the file cut off. Gives the new length. */
static size_t move_pages(const struct spoil_choice *choice, unsigned char *bytes, size_t length)
{
    enum { PAGE = 4096 };
    const size_t pages = length / PAGE;
    if (pages < 3 || below(choice, 3) == 0) {
        return below(choice, (uint32_t)length);
    }
    for (uint32_t i = 1 + below(choice, 3); i > 0; i--) {
        const size_t to = 1 + below(choice, (uint32_t)pages - 1);
        const size_t from = 1 + below(choice, (uint32_t)pages - 1);
        memcpy(&bytes[to * PAGE], &bytes[from * PAGE], to != from ? PAGE : 0);
    }
    return length;
}

size_t spoil_bytes(const struct spoil_choice *choice, enum spoil_kind kind, unsigned char *bytes,
                   size_t length)
{
    switch (kind) {
    case SPOIL_BYTES:
        flip(choice, bytes, length, 1 + below(choice, 20));
        break;
    case SPOIL_HEAD:
        flip(choice, bytes, length < 4096 ? length : 4096, 1 + below(choice, 8));
        break;
    case SPOIL_PAGES:
        return move_pages(choice, bytes, length);
    case SPOIL_ROWS:
        break;
    }
    return length;
}

/* ---- rows ---- */

static const char *const values[] = {
    "NULL",
    "0",
    "-1",
    "9223372036854775807",
    "-9223372036854775808",
    "1e308",
    "-1e308",
    "''",
    "'<script>alert(1)</script>'",
    "zeroblob(100000)",
    "printf('%.*c', 100000, 'x')",
    "char(27) || '[2J'",
    "'complete'",
    "'running'",
    "1 / 0",
    "9e999",
};
enum { VALUES = sizeof values / sizeof values[0] };

/* A name out of the schema, or a column of a table; "" if there is none. */
static void pick(const struct spoil_choice *choice, sqlite3 *db, const char *sql, const char *of,
                 char name[128])
{
    sqlite3_stmt *rows = NULL;
    uint32_t seen = 0;
    name[0] = '\0';
    if (sqlite3_prepare_v2(db, sql, -1, &rows, NULL) == SQLITE_OK) {
        (void)sqlite3_bind_text(rows, 1, of, -1, SQLITE_STATIC);
        while (sqlite3_step(rows) == SQLITE_ROW) {
            if (below(choice, ++seen) == 0) {
                (void)snprintf(name, 128, "%s", (const char *)sqlite3_column_text(rows, 0));
            }
        }
    }
    (void)sqlite3_finalize(rows);
}

static void spoil_one(const struct spoil_choice *choice, sqlite3 *db)
{
    char table[128];
    char column[128];
    pick(choice, db, "SELECT name FROM sqlite_schema WHERE type = 'table' AND ?1 IS NOT NULL", "",
         table);
    pick(choice, db, "SELECT name FROM pragma_table_info(?1)", table, column);
    char *sql = NULL;
    switch (below(choice, 8)) {
    case 0:
        sql = sqlite3_mprintf("DELETE FROM \"%w\"", table);
        break;
    case 1:
        sql = sqlite3_mprintf("DROP TABLE \"%w\"", table);
        break;
    case 2:
        sql = sqlite3_mprintf("ALTER TABLE \"%w\" DROP COLUMN \"%w\"", table, column);
        break;
    case 3:
        sql = sqlite3_mprintf("CREATE TRIGGER t AFTER UPDATE ON \"%w\" BEGIN DELETE FROM run; END",
                              table);
        break;
    default:
        sql = sqlite3_mprintf("UPDATE OR IGNORE \"%w\" SET \"%w\" = %s WHERE drawn(%u)", table,
                              column, values[below(choice, VALUES)], 1 + below(choice, 3));
        break;
    }
    (void)sqlite3_exec(db, sql, NULL, NULL, NULL); /* what cannot be spoilt is left */
    sqlite3_free(sql);
}

/* drawn(n) in SQL: true once in n rows, as chosen. */
static void draw(sqlite3_context *call, int count, sqlite3_value **value)
{
    (void)count;
    const struct spoil_choice *choice = sqlite3_user_data(call);
    sqlite3_result_int(call, below(choice, (uint32_t)sqlite3_value_int(value[0])) == 0);
}

void spoil_rows(struct spoil_choice *choice, sqlite3 *db)
{
    (void)sqlite3_create_function(db, "drawn", 1, SQLITE_UTF8, choice, draw, NULL, NULL);
    for (uint32_t i = 1 + below(choice, 4); i > 0; i--) {
        spoil_one(choice, db);
    }
}

sqlite3 *spoil_open(const char *path)
{
    sqlite3 *db = NULL;
    if (sqlite3_open(path, &db) == SQLITE_OK) {
        (void)sqlite3_exec(db,
                           "PRAGMA ignore_check_constraints = ON; PRAGMA foreign_keys = OFF;"
                           "PRAGMA synchronous = OFF; PRAGMA journal_mode = OFF",
                           NULL, NULL, NULL);
    }
    return db;
}
