/*
 * Makes hostile results of good ones, for test_hostile.sh.
 *
 *     hostile mutate FROM.db TO.db SEED      bytes, pages or rows that are wrong somehow
 *     hostile columns FROM.db                the columns of text, "table column" a line
 *     hostile inject FROM.db TO.db TABLE COLUMN    all of its texts are made to break out of a page
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/engine/rng.h"

static struct rng rng;

static uint32_t below(uint32_t n)
{
    return (uint32_t)rng_below(&rng, n);
}

_Noreturn static void give_up(const char *what)
{
    (void)fprintf(stderr, "hostile: %s\n", what);
    exit(70);
}

/* ---- bytes ---- */

static unsigned char *read_file(const char *path, size_t *length)
{
    FILE *from = fopen(path, "rb");
    if (from == NULL || fseek(from, 0, SEEK_END) != 0) {
        give_up(path);
    }
    const long end = ftell(from);
    *length = end > 0 ? (size_t)end : 0;
    rewind(from);
    unsigned char *bytes = malloc(*length + 1);
    if (bytes == NULL || fread(bytes, 1, *length, from) != *length) {
        give_up(path);
    }
    (void)fclose(from);
    return bytes;
}

static void write_file(const char *path, const unsigned char *bytes, size_t length)
{
    FILE *to = fopen(path, "wb");
    if (to == NULL || fwrite(bytes, 1, length, to) != length || fclose(to) != 0) {
        give_up(path);
    }
}

static void flip(unsigned char *bytes, size_t length, uint32_t times)
{
    for (uint32_t i = 0; i < times; i++) {
        unsigned char *byte = &bytes[rng_below(&rng, length)];
        *byte = below(2) == 0 ? (unsigned char)(*byte ^ 1u << below(8)) : (unsigned char)below(256);
    }
}

/* One page in another's place, or the file cut off. Gives the new length. */
static size_t move_pages(unsigned char *bytes, size_t length)
{
    enum { PAGE = 4096 };
    const size_t pages = length / PAGE;
    if (pages < 3 || below(3) == 0) {
        return (size_t)rng_below(&rng, length);
    }
    for (uint32_t i = 1 + below(3); i > 0; i--) {
        const size_t to = 1 + below((uint32_t)pages - 1);
        const size_t from = 1 + below((uint32_t)pages - 1);
        memcpy(&bytes[to * PAGE], &bytes[from * PAGE], to != from ? PAGE : 0);
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

static sqlite3 *open_database(const char *path)
{
    sqlite3 *db = NULL;
    if (sqlite3_open(path, &db) != SQLITE_OK) {
        give_up(path);
    }
    (void)sqlite3_exec(db,
                       "PRAGMA ignore_check_constraints = ON; PRAGMA foreign_keys = OFF;"
                       "PRAGMA synchronous = OFF",
                       NULL, NULL, NULL);
    return db;
}

/* A name out of the schema, or a column of a table; "" if there is none. */
static void pick(sqlite3 *db, const char *sql, const char *of, char name[128])
{
    sqlite3_stmt *rows = NULL;
    uint32_t seen = 0;
    name[0] = '\0';
    if (sqlite3_prepare_v2(db, sql, -1, &rows, NULL) == SQLITE_OK) {
        (void)sqlite3_bind_text(rows, 1, of, -1, SQLITE_STATIC);
        while (sqlite3_step(rows) == SQLITE_ROW) {
            if (below(++seen) == 0) {
                (void)snprintf(name, 128, "%s", (const char *)sqlite3_column_text(rows, 0));
            }
        }
    }
    (void)sqlite3_finalize(rows);
}

static void spoil_rows(sqlite3 *db)
{
    char table[128];
    char column[128];
    pick(db, "SELECT name FROM sqlite_schema WHERE type = 'table' AND ?1 IS NOT NULL", "", table);
    pick(db, "SELECT name FROM pragma_table_info(?1)", table, column);
    char *sql = NULL;
    switch (below(8)) {
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
        sql = sqlite3_mprintf("UPDATE OR IGNORE \"%w\" SET \"%w\" = %s WHERE random() %% %u = 0",
                              table, column, values[below(VALUES)], 1 + below(3));
        break;
    }
    (void)sqlite3_exec(db, sql, NULL, NULL, NULL); /* what cannot be spoilt is left */
    sqlite3_free(sql);
}

static void mutate(const char *from, const char *to, uint64_t seed)
{
    size_t length;
    unsigned char *bytes = read_file(from, &length);
    rng_init(&rng, seed, 0, 0, RNG_TEST);
    switch (seed % 4) {
    case 0:
        flip(bytes, length, 1 + below(20));
        break;
    case 1:
        flip(bytes, length < 4096 ? length : 4096, 1 + below(8));
        break;
    case 2:
        length = move_pages(bytes, length);
        break;
    default:
        break;
    }
    write_file(to, bytes, length);
    free(bytes);
    if (seed % 4 == 3) {
        sqlite3 *db = open_database(to);
        for (uint32_t i = 1 + below(4); i > 0; i--) {
            spoil_rows(db);
        }
        (void)sqlite3_close(db);
    }
}

/* ---- texts ---- */

static void print_columns(const char *path)
{
    sqlite3 *db = open_database(path);
    sqlite3_stmt *rows = NULL;
    (void)sqlite3_prepare_v2(db,
                             "SELECT t.name, c.name FROM sqlite_schema AS t, "
                             "pragma_table_info(t.name) AS c "
                             "WHERE t.type = 'table' AND c.type = 'TEXT' ORDER BY 1, 2",
                             -1, &rows, NULL);
    while (sqlite3_step(rows) == SQLITE_ROW) {
        (void)printf("%s %s\n", (const char *)sqlite3_column_text(rows, 0),
                     (const char *)sqlite3_column_text(rows, 1));
    }
    (void)sqlite3_finalize(rows);
    (void)sqlite3_close(db);
}

/* What is behind the text stays, so that what has to be found by it has some chance. */
static void inject(const char *from, const char *to, const char *table, const char *column)
{
    size_t length;
    unsigned char *bytes = read_file(from, &length);
    write_file(to, bytes, length);
    free(bytes);
    sqlite3 *db = open_database(to);
    char *sql = sqlite3_mprintf(
        "UPDATE OR IGNORE \"%w\" SET \"%w\" = \"%w\" || '</script><script>alert(1)</script>' || "
        "char(34, 39, 62) || '<img src=x onerror=alert(2)>' || char(1, 27, 8, 10) || "
        "'{\"a\": ' || char(127, 8232, 8238) || CAST(x'ff' AS TEXT) || '--><!--' || ']]>'",
        table, column, column);
    (void)sqlite3_exec(db, sql, NULL, NULL, NULL);
    sqlite3_free(sql);
    (void)sqlite3_close(db);
}

int main(int argc, char **argv)
{
    if (argc == 5 && strcmp(argv[1], "mutate") == 0) {
        mutate(argv[2], argv[3], strtoull(argv[4], NULL, 10));
    } else if (argc == 3 && strcmp(argv[1], "columns") == 0) {
        print_columns(argv[2]);
    } else if (argc == 6 && strcmp(argv[1], "inject") == 0) {
        inject(argv[2], argv[3], argv[4], argv[5]);
    } else {
        give_up("mutate FROM TO SEED, columns FROM, or inject FROM TO TABLE COLUMN");
    }
    return 0;
}
