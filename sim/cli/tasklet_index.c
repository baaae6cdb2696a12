/* The index.tsv of 'taskgen --wasm': which tasklet is which file, and what the file must be. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/cli/cmd.h"
#include "sim/cli/message.h"
#include "sim/cli/options.h"
#include "sim/cli/tasklet_files.h"

enum { COLUMNS_MAX = 32, INDEX_BYTES_MAX = 1 << 28 };

enum column { COLUMN_VARIANT, COLUMN_NAME, COLUMN_FILE, COLUMN_SIZE, COLUMN_HASH, COLUMNS };
static const char *const column_name[COLUMNS] = {"variant", "name", "file", "size_bytes", "hash"};

struct index {
    struct tasklet_files *files;
    const char *path;
    unsigned line;
    size_t at[COLUMNS];
};

SIM_PRINTF(2, 3)
static int index_error(const struct index *x, const char *format, ...)
{
    char text[256];
    va_list list;
    va_start(list, format);
    (void)vsnprintf(text, sizeof text, format, list);
    va_end(list);
    message_error("%s:%u: %s", x->path, x->line, text);
    return EXIT_BAD_DATA;
}

/* Cuts a line at its tabs. */
static size_t split(char *line, char *field[COLUMNS_MAX])
{
    size_t count = 0;
    for (bool more = true; more && count < COLUMNS_MAX;) {
        field[count++] = line;
        char *tab = strchr(line, '\t');
        more = tab != NULL;
        if (more) {
            *tab = '\0';
            line = tab + 1;
        }
    }
    return count;
}

static int read_heading(struct index *x, char *const field[], size_t count)
{
    for (int c = 0; c < COLUMNS; c++) {
        size_t i = 0;
        while (i < count && strcmp(field[i], column_name[c]) != 0) {
            i++;
        }
        if (i == count) {
            return index_error(x, "has no column '%s'; this is no index of taskgen --wasm",
                               column_name[c]);
        }
        x->at[c] = i;
    }
    return EXIT_OK;
}

static bool read_hash(const char *text, uint64_t *hash)
{
    char *end;
    errno = 0;
    *hash = strtoull(text, &end, 16);
    return strspn(text, "0123456789abcdef") == 16 && *end == '\0' && errno == 0;
}

/* The twins import nothing: only nimble tasklets are called by name. */
static int read_row(struct index *x, char *const field[], size_t count)
{
    for (int c = 0; c < COLUMNS; c++) {
        if (x->at[c] >= count) {
            return index_error(x, "has %zu columns, and '%s' would be the %zuth", count,
                               column_name[c], x->at[c] + 1);
        }
    }
    struct tasklet_file f = {.is_declared = true};
    if (!options_read_number(field[x->at[COLUMN_SIZE]], 0, SIZE_MAX, &f.size)) {
        return index_error(x, "'%s' is no size in bytes", field[x->at[COLUMN_SIZE]]);
    }
    if (!read_hash(field[x->at[COLUMN_HASH]], &f.hash)) {
        return index_error(x, "'%s' is no hash of 16 hexadecimal digits",
                           field[x->at[COLUMN_HASH]]);
    }
    const bool is_callable = strcmp(field[x->at[COLUMN_VARIANT]], "nimble") == 0;
    struct tasklet_file *added = tasklet_files_add(
        x->files, is_callable ? field[x->at[COLUMN_NAME]] : "", field[x->at[COLUMN_FILE]]);
    if (added == NULL) {
        return tasklet_files_no_memory();
    }
    added->is_declared = true;
    added->size = f.size;
    added->hash = f.hash;
    return EXIT_OK;
}

/* Lines that begin with '#' are comments; the first other line names the columns. */
static int read_index(struct index *x, char *text)
{
    bool has_heading = false;
    int code = EXIT_OK;
    x->line = 0;
    for (char *line = text; line != NULL && code == EXIT_OK;) {
        char *next = strchr(line, '\n');
        if (next != NULL) {
            *next++ = '\0';
        }
        x->line++;
        if (line[0] != '\0' && line[0] != '#') {
            char *field[COLUMNS_MAX];
            const size_t count = split(line, field);
            code = has_heading ? read_row(x, field, count) : read_heading(x, field, count);
            has_heading = true;
        }
        line = next;
    }
    return code == EXIT_OK && !has_heading ? index_error(x, "is empty") : code;
}

int tasklet_index_read(struct tasklet_files *t, const char *path)
{
    struct index x = {.files = t, .path = path};
    uint8_t *bytes = NULL;
    size_t length;
    int code = tasklet_files_read(path, INDEX_BYTES_MAX, &bytes, &length);
    if (code == EXIT_OK) {
        x.line = 1;
        code = strlen((char *)bytes) < length
                   ? index_error(&x, "holds a zero byte; this is no index of taskgen --wasm")
                   : read_index(&x, (char *)bytes);
        free(bytes);
    }
    return code;
}
