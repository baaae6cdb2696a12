#define _GNU_SOURCE
#include "tests/faults/snapshot.h"

#include <dirent.h>
#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/engine/digest.h"

_Noreturn static void give_up(const char *what)
{
    (void)fprintf(stderr, "faults: %s: %s\n", what, strerror(errno));
    exit(70);
}

static void must(bool holds, const char *what)
{
    if (!holds) {
        give_up(what);
    }
}

static FILE *open_file(const char *path, const char *mode)
{
    FILE *file = fopen(path, mode);
    if (file == NULL) {
        give_up(path);
    }
    return file;
}

static uint64_t add(uint64_t print, const void *bytes, size_t length)
{
    return digest_fnv(print, bytes, length);
}

static DIR *open_folder(const char *folder)
{
    DIR *entries = opendir(folder);
    if (entries == NULL) {
        give_up(folder);
    }
    return entries;
}

/* ---- results ---- */

/* Columns of the hour and the machine. */
static bool is_volatile(const char *table, const char *column)
{
    const size_t length = strlen(column);
    return strcmp(column, "wall_s") == 0 || strstr(column, "_unix_ns") != NULL ||
           (length > 8 && strcmp(column + length - 8, "_host_ns") == 0) ||
           (strcmp(table, "invocation") == 0 && strcmp(column, "arguments") == 0);
}

static uint64_t add_value(uint64_t print, sqlite3_stmt *rows, int column)
{
    const int type = sqlite3_column_type(rows, column);
    const void *bytes = sqlite3_column_blob(rows, column);
    const int length = sqlite3_column_bytes(rows, column);
    print = add(print, &type, sizeof type);
    print = add(print, &length, sizeof length);
    return length > 0 ? add(print, bytes, (size_t)length) : print;
}

/* Rows in any order: their prints are added up. */
static bool add_table(sqlite3 *db, const char *table, uint64_t *print)
{
    sqlite3_stmt *rows = NULL;
    char *sql = sqlite3_mprintf("SELECT * FROM \"%w\"", table);
    int code = sqlite3_prepare_v2(db, sql, -1, &rows, NULL);
    uint64_t sum = 0;
    sqlite3_free(sql);
    while (code == SQLITE_OK && sqlite3_step(rows) == SQLITE_ROW) {
        uint64_t row = DIGEST_FNV_START;
        for (int i = 0; i < sqlite3_column_count(rows); i++) {
            if (!is_volatile(table, sqlite3_column_name(rows, i))) {
                row = add_value(row, rows, i);
            }
        }
        sum += row;
    }
    *print = add(add(*print, table, strlen(table)), &sum, sizeof sum);
    return sqlite3_finalize(rows) == SQLITE_OK && code == SQLITE_OK;
}

static bool add_tables(sqlite3 *db, uint64_t *print)
{
    sqlite3_stmt *tables = NULL;
    bool good = sqlite3_prepare_v2(db,
                                   "SELECT name FROM sqlite_schema WHERE type = 'table' "
                                   "ORDER BY name",
                                   -1, &tables, NULL) == SQLITE_OK;
    while (good && sqlite3_step(tables) == SQLITE_ROW) {
        good = add_table(db, (const char *)sqlite3_column_text(tables, 0), print);
    }
    return sqlite3_finalize(tables) == SQLITE_OK && good;
}

static bool says_complete(sqlite3 *db)
{
    sqlite3_stmt *row = NULL;
    const bool says = sqlite3_prepare_v2(db, "SELECT 1 FROM invocation WHERE state = 'complete'",
                                         -1, &row, NULL) == SQLITE_OK &&
                      sqlite3_step(row) == SQLITE_ROW;
    (void)sqlite3_finalize(row);
    return says;
}

static void look_at_result(struct snapshot_file *file, const char *path)
{
    sqlite3 *db = NULL;
    file->print = DIGEST_FNV_START;
    file->is_damaged = sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK ||
                       !add_tables(db, &file->print);
    file->says_unfinished = !says_complete(db);
    (void)sqlite3_close(db);
}

/* ---- other files ---- */

static bool tells_of_the_host(const char *line)
{
    static const char *const words[] = {"wall_s",      "host_ns",        "_unix_ns",
                                        "\"loading\"", "\"suspending\"", "\"resuming\"",
                                        "\"running\""};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strstr(line, words[i]) != NULL) {
            return true;
        }
    }
    return false;
}

uint64_t snapshot_print_of(const char *path)
{
    FILE *from = open_file(path, "rb");
    char *line = NULL;
    size_t size = 0;
    uint64_t print = DIGEST_FNV_START;
    for (ssize_t n; (n = getline(&line, &size, from)) >= 0;) {
        if (!tells_of_the_host(line)) {
            print = add(print, line, (size_t)n);
        }
    }
    free(line);
    (void)fclose(from);
    return print;
}

static bool is_database(const char *path)
{
    char begin[16] = "";
    FILE *from = open_file(path, "rb");
    const bool is = fread(begin, 1, sizeof begin, from) == sizeof begin &&
                    memcmp(begin, "SQLite format 3", sizeof begin) == 0;
    (void)fclose(from);
    return is;
}

static void add_folder(struct snapshot *s, const char *folder, const char *below)
{
    DIR *entries = open_folder(folder);
    for (const struct dirent *entry; (entry = readdir(entries)) != NULL;) {
        char path[1024];
        char name[SNAPSHOT_NAME_MAX * 2];
        struct stat about;
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) {
            continue;
        }
        (void)snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        (void)snprintf(name, sizeof name, "%s%s", below, entry->d_name);
        must(lstat(path, &about) == 0, path);
        if (S_ISDIR(about.st_mode)) {
            const size_t length = strlen(name);
            (void)snprintf(name + length, sizeof name - length, "/");
            add_folder(s, path, name);
            continue;
        }
        must(s->count < SNAPSHOT_FILES_MAX, "too many files");
        struct snapshot_file *file = &s->file[s->count++];
        *file = (struct snapshot_file){.print = 0};
        (void)snprintf(file->name, sizeof file->name, "%.*s", SNAPSHOT_NAME_MAX - 1, name);
        if (is_database(path)) {
            look_at_result(file, path);
        } else {
            file->print = snapshot_print_of(path);
        }
    }
    (void)closedir(entries);
}

void snapshot_take(struct snapshot *s, const char *folder)
{
    s->count = 0;
    add_folder(s, folder, ""); /* opens each result, and so rolls back from a journal beside it */
    s->count = 0;
    add_folder(s, folder, "");
}

const struct snapshot_file *snapshot_find(const struct snapshot *s, const char *name)
{
    for (size_t i = 0; i < s->count; i++) {
        if (strcmp(s->file[i].name, name) == 0) {
            return &s->file[i];
        }
    }
    return NULL;
}

/* ---- folders ---- */

static void copy_file(const char *from, const char *to)
{
    char bytes[1 << 16];
    FILE *in = open_file(from, "rb");
    FILE *out = open_file(to, "wb");
    for (size_t n; (n = fread(bytes, 1, sizeof bytes, in)) > 0;) {
        must(fwrite(bytes, 1, n, out) == n, to);
    }
    (void)fclose(in);
    must(fclose(out) == 0, to);
}

/* Calls act for each entry; folders come before what is in them, or behind it. */
static void walk(const char *folder, const char *other, bool removes)
{
    DIR *entries = open_folder(folder);
    for (const struct dirent *entry; (entry = readdir(entries)) != NULL;) {
        char path[1024];
        char twin[1024];
        struct stat about;
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) {
            continue;
        }
        (void)snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        (void)snprintf(twin, sizeof twin, "%s/%s", other, entry->d_name);
        must(lstat(path, &about) == 0, path);
        if (S_ISDIR(about.st_mode)) {
            removes ? folder_remove(path) : folder_copy(path, twin);
        } else if (removes) {
            must(unlink(path) == 0, path);
        } else {
            copy_file(path, twin);
        }
    }
    (void)closedir(entries);
}

void folder_remove(const char *folder)
{
    if (access(folder, F_OK) == 0) {
        walk(folder, "", true);
        must(rmdir(folder) == 0, folder);
    }
}

void folder_copy(const char *from, const char *to)
{
    must(mkdir(to, 0777) == 0, to);
    walk(from, to, false);
}
