#include "runtime-replay/platforms/tsv.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/engine/digest.h"

/* ---- errors ---- */

enum sim_status tsv_fail(struct tsv *t, const char *format, ...)
{
    va_list list;
    const int head =
        snprintf(t->error->text, sizeof t->error->text, "%s:%" PRIu32 ": ", t->name, t->line);
    if (head >= 0 && (size_t)head < sizeof t->error->text) {
        va_start(list, format);
        (void)vsnprintf(t->error->text + head, sizeof t->error->text - (size_t)head, format, list);
        va_end(list);
    }
    return SIM_ERR_INVALID;
}

static enum sim_status refuse_file(struct tsv *t, int error)
{
    (void)snprintf(t->error->text, sizeof t->error->text, "%s: cannot be read: %s", t->name,
                   strerror(error));
    return error == ENOMEM                       ? SIM_ERR_NOMEM
           : error == ENOENT || error == ENOTDIR ? SIM_ERR_NOTFOUND
                                                 : SIM_ERR_IO;
}

/* ---- opening ---- */

static enum sim_status read_file(struct tsv *t, int file)
{
    struct stat about;
    if (fstat(file, &about) != 0) {
        return refuse_file(t, errno);
    }
    if (!S_ISREG(about.st_mode) || about.st_size > TSV_BYTES_MAX) {
        (void)snprintf(t->error->text, sizeof t->error->text, "%s: %s", t->name,
                       S_ISREG(about.st_mode) ? "larger than 256 MiB; this is no table"
                                              : "not a regular file");
        return SIM_ERR_INVALID;
    }
    const size_t size = (size_t)about.st_size;
    t->text = malloc(size + 1);
    if (t->text == NULL) {
        return refuse_file(t, ENOMEM);
    }
    while (t->length < size) {
        const ssize_t got = read(file, t->text + t->length, size - t->length);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return refuse_file(t, errno);
        }
        if (got == 0) { /* it has become shorter meanwhile */
            break;
        }
        t->length += (size_t)got;
    }
    t->text[t->length] = '\0';
    return SIM_OK;
}

/* The first line says what the file is. */
static enum sim_status read_head(struct tsv *t, const struct tsv_kind *kind)
{
    char head[64];
    (void)snprintf(head, sizeof head, "# nimblesim %s ", kind->kind);
    const size_t length = strlen(head);
    t->line = 1;
    if (memchr(t->text, '\0', t->length) != NULL) {
        return tsv_fail(t, "no %s table: it holds a NUL byte", kind->kind);
    }
    if (strncmp(t->text, head, length) != 0) {
        return tsv_fail(t, "no %s table: the first line of one is \"%s%u\"", kind->kind, head,
                        kind->format);
    }
    char *end;
    const unsigned long format = strtoul(t->text + length, &end, 10);
    end += *end == '\r';
    if ((*end != '\n' && *end != '\0') || format != kind->format) {
        return tsv_fail(t, "a %s table of a format that is not known; known is %u", kind->kind,
                        kind->format);
    }
    t->next = end + (*end == '\n');
    return SIM_OK;
}

static enum sim_status begin(struct tsv *t, const struct tsv_kind *kind)
{
    ASSERT(kind->columns > 0 && kind->columns <= TSV_COLUMNS_MAX);
    t->column = kind->column;
    t->columns = kind->columns;
    t->hash = digest_fnv(DIGEST_FNV_START, t->text, t->length);
    return read_head(t, kind);
}

enum sim_status tsv_open(struct tsv *t, const char *path, const struct tsv_kind *kind,
                         struct tsv_error *error)
{
    *t = (struct tsv){.name = path, .error = error};
    const int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a pipe must not hang us */
    if (file < 0) {
        return refuse_file(t, errno);
    }
    enum sim_status status = read_file(t, file);
    (void)close(file);
    if (status == SIM_OK) {
        status = begin(t, kind);
    }
    if (status != SIM_OK) {
        tsv_close(t);
    }
    return status;
}

enum sim_status tsv_open_text(struct tsv *t, const char *name, const char *text,
                              const struct tsv_kind *kind, struct tsv_error *error)
{
    return tsv_open_bytes(t, name, text, strlen(text), kind, error);
}

enum sim_status tsv_open_bytes(struct tsv *t, const char *name, const void *bytes, size_t length,
                               const struct tsv_kind *kind, struct tsv_error *error)
{
    *t = (struct tsv){.name = name, .error = error, .length = length};
    t->text = malloc(length + 1);
    if (t->text == NULL) {
        return refuse_file(t, ENOMEM);
    }
    if (length > 0) {
        memcpy(t->text, bytes, length);
    }
    t->text[length] = '\0';
    const enum sim_status status = begin(t, kind);
    if (status != SIM_OK) {
        tsv_close(t);
    }
    return status;
}

void tsv_close(struct tsv *t)
{
    free(t->text);
    t->text = NULL;
}

/* ---- rows ---- */

/* Cuts a line into its columns. */
static enum sim_status split(struct tsv *t, char *at)
{
    uint32_t count = 0;
    for (bool more = true; more; count++) {
        char *tab = strchr(at, '\t');
        more = tab != NULL;
        if (count < t->columns) {
            t->field[count] = at;
        }
        if (more) {
            *tab = '\0';
            at = tab + 1;
        }
    }
    if (count != t->columns) {
        return tsv_fail(t,
                        "%" PRIu32 " columns with a tab between them, but %" PRIu32 " belong here",
                        count, t->columns);
    }
    return SIM_OK;
}

enum sim_status tsv_next(struct tsv *t)
{
    while (*t->next != '\0') {
        char *line = t->next;
        char *end = line + strcspn(line, "\n");
        t->next = end + (*end == '\n');
        *end = '\0';
        t->line++;
        if (end > line && end[-1] == '\r') {
            end[-1] = '\0';
        }
        if (*line != '\0' && *line != '#') {
            return split(t, line);
        }
    }
    return SIM_ERR_NOTFOUND;
}

/* ---- numbers ---- */

enum { DECIMAL = 10 };

enum sim_status tsv_whole_text(struct tsv *t, uint32_t column, const char *text, uint64_t least,
                               uint64_t most, uint64_t *value)
{
    uint64_t sum = 0;
    const char *at = text;
    for (; *at >= '0' && *at <= '9'; at++) {
        const uint64_t digit = (uint64_t)(*at - '0');
        if (sum > (UINT64_MAX - digit) / DECIMAL) {
            break;
        }
        sum = sum * DECIMAL + digit;
    }
    if (at == text || *at != '\0' || sum < least || sum > most) {
        return tsv_fail(t, "%s: \"%.40s\" is no whole number from %" PRIu64 " to %" PRIu64,
                        t->column[column], text, least, most);
    }
    *value = sum;
    return SIM_OK;
}

enum sim_status tsv_whole(struct tsv *t, uint32_t column, uint64_t least, uint64_t most,
                          uint64_t *value)
{
    return tsv_whole_text(t, column, t->field[column], least, most, value);
}

/* Reads the digits of a decimal as thousandths. Gives what stands behind them; NULL: no number. */
static const char *read_decimal(const char *at, int64_t *value)
{
    const int64_t most = INT64_MAX / 10000;
    int places = 0;
    *value = 0;
    if (*at < '0' || *at > '9') {
        return NULL;
    }
    for (; *at >= '0' && *at <= '9' && *value < most; at++) {
        *value = *value * DECIMAL + (*at - '0');
    }
    if (*at == '.') {
        for (at++; *at >= '0' && *at <= '9' && places < 3 && *value < most; at++, places++) {
            *value = *value * DECIMAL + (*at - '0');
        }
        if (places == 0) {
            return NULL;
        }
    }
    for (; places < 3; places++) {
        if (*value >= most) {
            return NULL;
        }
        *value *= DECIMAL;
    }
    return at;
}

enum sim_status tsv_thousandths(struct tsv *t, uint32_t column, int64_t least, int64_t most,
                                int64_t *value)
{
    const char *text = t->field[column];
    const bool is_negative = *text == '-';
    int64_t sum;
    const char *end = read_decimal(text + is_negative, &sum);
    sum = is_negative ? -sum : sum;
    if (end == NULL || *end != '\0' || sum < least || sum > most) {
        return tsv_fail(t,
                        "%s: \"%.40s\" is no number from %" PRId64 " to %" PRId64
                        " with at most three decimals",
                        t->column[column], text, least / 1000, most / 1000);
    }
    *value = sum;
    return SIM_OK;
}

enum sim_status tsv_hash(struct tsv *t, uint32_t column, uint64_t *value)
{
    const char *text = t->field[column];
    if (strlen(text) != 16 || text[strspn(text, "0123456789abcdef")] != '\0') {
        return tsv_fail(t, "%s: \"%.40s\" is not 16 hexadecimal digits", t->column[column], text);
    }
    *value = strtoull(text, NULL, 16);
    return SIM_OK;
}
