#include "sim/terminal/json.h"

#include <inttypes.h>
#include <math.h>

#include "sim/engine/text.h"

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
    return fflush(j->to) == 0 && !ferror(j->to) && !j->has_failed;
}

void json_fail(struct json *j)
{
    j->has_failed = true;
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
    text_quote(key, NULL, j->to);
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
    text_quote(text, NULL, j->to);
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
    char text[TEXT_NUMBER_MAX];
    before_value(j);
    fputs(text_double(text, value), j->to);
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
