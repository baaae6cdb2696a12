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
#include "tests/faults/spoil.h"

static struct rng rng;

static uint32_t below(void *context, uint32_t n)
{
    (void)context;
    return (uint32_t)rng_below(&rng, n);
}

static struct spoil_choice by_seed = {.below = below};

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

static sqlite3 *open_database(const char *path)
{
    sqlite3 *db = spoil_open(path);
    if (db == NULL) {
        give_up(path);
    }
    return db;
}

static void mutate(const char *from, const char *to, uint64_t seed)
{
    size_t length;
    unsigned char *bytes = read_file(from, &length);
    const enum spoil_kind kind = (enum spoil_kind)(seed % SPOIL_KINDS);
    rng_init(&rng, seed, 0, 0, RNG_TEST);
    length = spoil_bytes(&by_seed, kind, bytes, length);
    write_file(to, bytes, length);
    free(bytes);
    if (kind == SPOIL_ROWS) {
        sqlite3 *db = open_database(to);
        spoil_rows(&by_seed, db);
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
