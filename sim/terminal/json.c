#include "sim/terminal/json.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

/* ---- structure ---- */

/* Puts the next item, of the given level, on a line of its own where that level has lines. */
static void new_line(struct json *j, unsigned level)
{
    if (level > j->lines) {
        return;
    }
    fprintf(j->to, "\n%*s", (int)(2 * j->depth), "");
}

/* What comes before any value: a comma and a new line in an array, nothing after a key. */
static void before_value(struct json *j)
{
    ASSERT(!j->done); /* a document is one value */
    if (j->depth == 0) {
        return;
    }
    if (j->in_object[j->depth - 1]) {
        ASSERT(j->keyed);
        j->keyed = false;
        return;
    }
    if (j->has_items[j->depth - 1]) {
        fputc(',', j->to);
    }
    j->has_items[j->depth - 1] = true;
    new_line(j, j->depth);
}

static void after_value(struct json *j)
{
    j->done = j->depth == 0;
}

static void level_open(struct json *j, bool is_object)
{
    before_value(j);
    ASSERT(j->depth < JSON_DEPTH_MAX);
    fputc(is_object ? '{' : '[', j->to);
    j->in_object[j->depth] = is_object;
    j->has_items[j->depth] = false;
    j->depth++;
}

static void level_close(struct json *j, bool is_object)
{
    ASSERT(j->depth > 0 && j->in_object[j->depth - 1] == is_object);
    ASSERT(!j->keyed);
    j->depth--;
    if (j->has_items[j->depth]) {
        new_line(j, j->depth + 1);
    }
    fputc(is_object ? '}' : ']', j->to);
    after_value(j);
}

void json_begin(struct json *j, FILE *to)
{
    *j = (struct json){.to = to, .lines = JSON_DEPTH_MAX};
}

void json_lines(struct json *j, unsigned depth)
{
    j->lines = depth;
}

bool json_end(struct json *j)
{
    ASSERT(j->done);
    fputc('\n', j->to);
    return fflush(j->to) == 0 && !ferror(j->to);
}

void json_object_open(struct json *j)
{
    level_open(j, true);
}

void json_object_close(struct json *j)
{
    level_close(j, true);
}

void json_array_open(struct json *j)
{
    level_open(j, false);
}

void json_array_close(struct json *j)
{
    level_close(j, false);
}

/* ---- strings ---- */

/* Length of the UTF-8 sequence at s, or 0 if there is none (RFC 3629, table 3-7 of Unicode). */
static size_t utf8_length(const unsigned char *s)
{
    if (s[0] < 0x80) {
        return 1;
    }
    size_t length = s[0] >= 0xF0 ? 4 : s[0] >= 0xE0 ? 3 : 2;
    if (s[0] < 0xC2 || s[0] > 0xF4) {
        return 0;
    }
    for (size_t i = 1; i < length; i++) {
        if ((s[i] & 0xC0) != 0x80) { /* the terminating NUL ends here as well */
            return 0;
        }
    }
    bool overlong = (s[0] == 0xE0 && s[1] < 0xA0) || (s[0] == 0xF0 && s[1] < 0x90);
    bool surrogate = s[0] == 0xED && s[1] > 0x9F;
    bool too_large = s[0] == 0xF4 && s[1] > 0x8F;
    return overlong || surrogate || too_large ? 0 : length;
}

static void write_ascii(FILE *to, unsigned char c)
{
    switch (c) {
    case '"':
        fputs("\\\"", to);
        break;
    case '\\':
        fputs("\\\\", to);
        break;
    case '\n':
        fputs("\\n", to);
        break;
    case '\r':
        fputs("\\r", to);
        break;
    case '\t':
        fputs("\\t", to);
        break;
    default:
        if (c < 0x20 || c == 0x7F) {
            fprintf(to, "\\u%04x", (unsigned)c);
        } else {
            fputc(c, to);
        }
    }
}

static void write_quoted(FILE *to, const char *text)
{
    fputc('"', to);
    for (const unsigned char *s = (const unsigned char *)text; *s != '\0';) {
        size_t length = utf8_length(s);
        if (length == 0) {
            fputs("\\ufffd", to);
            s++;
        } else if (length == 1) {
            write_ascii(to, *s++);
        } else {
            fwrite(s, 1, length, to);
            s += length;
        }
    }
    fputc('"', to);
}

/* ---- keys and values ---- */

void json_key(struct json *j, const char *key)
{
    ASSERT(j->depth > 0 && j->in_object[j->depth - 1]);
    ASSERT(!j->keyed);
    if (j->has_items[j->depth - 1]) {
        fputc(',', j->to);
    }
    j->has_items[j->depth - 1] = true;
    new_line(j, j->depth);
    write_quoted(j->to, key);
    fputs(": ", j->to);
    j->keyed = true;
}

void json_string(struct json *j, const char *text)
{
    if (text == NULL) {
        json_null(j);
        return;
    }
    before_value(j);
    write_quoted(j->to, text);
    after_value(j);
}

void json_int(struct json *j, int64_t value)
{
    before_value(j);
    fprintf(j->to, "%" PRId64, value);
    after_value(j);
}

void json_uint(struct json *j, uint64_t value)
{
    before_value(j);
    fprintf(j->to, "%" PRIu64, value);
    after_value(j);
}

void json_double(struct json *j, double value)
{
    if (!isfinite(value)) {
        json_null(j);
        return;
    }
    /* 15 digits always survive the way to text; 17 are always enough to come back. */
    char text[32];
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, value);
        if (strtod(text, NULL) == value) {
            break;
        }
    }
    before_value(j);
    fputs(text, j->to);
    after_value(j);
}

void json_bool(struct json *j, bool value)
{
    before_value(j);
    fputs(value ? "true" : "false", j->to);
    after_value(j);
}

void json_null(struct json *j)
{
    before_value(j);
    fputs("null", j->to);
    after_value(j);
}

void json_field_string(struct json *j, const char *key, const char *text)
{
    json_key(j, key);
    json_string(j, text);
}

void json_field_int(struct json *j, const char *key, int64_t value)
{
    json_key(j, key);
    json_int(j, value);
}

void json_field_uint(struct json *j, const char *key, uint64_t value)
{
    json_key(j, key);
    json_uint(j, value);
}

void json_field_double(struct json *j, const char *key, double value)
{
    json_key(j, key);
    json_double(j, value);
}

void json_field_bool(struct json *j, const char *key, bool value)
{
    json_key(j, key);
    json_bool(j, value);
}

void json_field_digest(struct json *j, const char *key, uint64_t digest)
{
    char text[17];
    (void)snprintf(text, sizeof text, "%016" PRIx64, digest);
    json_field_string(j, key, text);
}
