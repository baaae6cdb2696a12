/*
 * json.h - writes one JSON document to a stream, two spaces a level.
 *
 *     struct json j;
 *     json_begin(&j, stdout);
 *     json_object_open(&j);
 *     json_field_string(&j, "scenario", name);
 *     json_key(&j, "runs");
 *     json_array_open(&j);
 *     ...
 *     json_array_close(&j);
 *     json_object_close(&j);
 *     if (!json_end(&j)) { the stream failed }
 *
 * Strings are UTF-8; bytes that are not become U+FFFD. A double is written in the
 * fewest digits that read back as the same double, NaN and infinities as null.
 * Integers are exact, but many readers hold them as doubles: write a 64-bit
 * digest as a string.
 *
 * Ownership: the caller owns struct json and the stream.
 * Errors: a key in an array, a value without its key in an object, an unclosed
 *   level are bugs and stop the program. A stream that fails is told by json_end().
 * Threads: one writer a thread.
 */
#ifndef SIM_TERMINAL_JSON_H
#define SIM_TERMINAL_JSON_H

#include <stdio.h>

#include "sim/engine/base.h"

enum { JSON_DEPTH_MAX = 32 };

struct json {
    FILE *to;
    unsigned depth;
    unsigned lines;                 /* levels up to this one have a line an item */
    bool in_object[JSON_DEPTH_MAX]; /* else in an array */
    bool has_items[JSON_DEPTH_MAX]; /* a comma is due before the next */
    bool keyed;                     /* a key waits for its value */
    bool done;                      /* the document's one value is complete */
    bool has_failed;                /* see json_fail() */
};

void json_begin(struct json *j, FILE *to);

/* From here on, what lies deeper than depth levels stays on its parent's line: for long rows. */
void json_lines(struct json *j, unsigned depth);

/* Ends the document with a newline and flushes. False if the stream failed at any moment. */
SIM_MUST_CHECK bool json_end(struct json *j);

/* What shall be written cannot be had: the document is ended, but json_end() says that it is bad.
 */
void json_fail(struct json *j);

void json_object_open(struct json *j);
void json_object_close(struct json *j);
void json_array_open(struct json *j);
void json_array_close(struct json *j);

/* The name of an object's next value. */
void json_key(struct json *j, const char *key);

void json_string(struct json *j, const char *text); /* NULL is written as null */
void json_int(struct json *j, int64_t value);
void json_uint(struct json *j, uint64_t value);
void json_double(struct json *j, double value);
void json_bool(struct json *j, bool value);
void json_null(struct json *j);

/* A key and its value in one call. */
void json_field_string(struct json *j, const char *key, const char *text);
void json_field_int(struct json *j, const char *key, int64_t value);
void json_field_uint(struct json *j, const char *key, uint64_t value);
void json_field_double(struct json *j, const char *key, double value);
void json_field_bool(struct json *j, const char *key, bool value);

/* A digest or hash, as the string of its 16 hexadecimal digits. */
void json_field_digest(struct json *j, const char *key, uint64_t digest);

#endif
