#include "models/wasmtube/real/tube.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PAGE = 65536, LEB = 5, STACK_BYTES = 8192, SPARE_BYTES = 4194304 };
enum { SECTION_MEMORY = 5, SECTION_DATA = 11 };

/* ---- modules of a size ---- */

/* Always five bytes: that is allowed, and the room is known beforehand. */
static uint8_t *put_leb(uint8_t *to, uint32_t value)
{
    for (int i = 0; i < LEB; i++) {
        *to++ = (uint8_t)((value & 127) | (i < LEB - 1 ? 128 : 0));
        value >>= 7;
    }
    return to;
}

static uint32_t read_leb(const uint8_t **from)
{
    uint32_t value = 0;
    for (int shift = 0;; shift += 7) {
        const uint8_t byte = *(*from)++;
        value |= (uint32_t)(byte & 127) << shift;
        if (byte < 128) {
            return value;
        }
    }
}

static uint8_t *put_memory(uint8_t *to, size_t padding)
{
    *to++ = SECTION_MEMORY;
    to = put_leb(to, 2 + LEB);
    *to++ = 1; /* of them */
    *to++ = 0; /* with no limit */
    return put_leb(to, 1 + (uint32_t)((padding + PAGE - 1) / PAGE));
}

/* The segments as they were, with another version, and behind the first page one of no use. */
static uint8_t *put_data(uint8_t *to, const uint8_t *content, uint32_t length, int32_t version,
                         size_t padding)
{
    static const uint8_t first[] = {2, 0, 0x41, 8, 0x0b, 4}; /* two; the first: 4 bytes at 8 */
    ASSERT(length > sizeof first + 4 && memcmp(content, first, sizeof first) == 0);
    *to++ = SECTION_DATA;
    to = put_leb(to, (uint32_t)(length + 3 + 2 * LEB + padding));
    memcpy(to, content, length);
    to[0] = 3;
    memcpy(to + sizeof first, &version, sizeof version);
    to += length;
    *to++ = 0;
    *to++ = 0x41; /* i32.const, whose number has a sign: one byte more than it needs */
    to = put_leb(to, PAGE);
    *to++ = 0x0b;
    to = put_leb(to, (uint32_t)padding);
    for (size_t i = 0; i < padding; i++) {
        *to++ = (uint8_t)(i * 251 + (size_t)version);
    }
    return to;
}

enum sim_status tube_build(size_t bytes, int32_t version, uint8_t **binary, size_t *length)
{
    const size_t padding = bytes > tube_module_bytes ? bytes - tube_module_bytes : 1;
    uint8_t *to = malloc(tube_module_bytes + padding + 64);
    if (to == NULL) {
        return SIM_ERR_NOMEM;
    }
    *binary = to;
    const uint8_t *from = tube_module + 8;
    memcpy(to, tube_module, 8);
    to += 8;
    while (from < tube_module + tube_module_bytes) {
        const uint8_t *section = from;
        const uint8_t id = *from++;
        const uint32_t content = read_leb(&from);
        if (id == SECTION_MEMORY) {
            to = put_memory(to, padding);
        } else if (id == SECTION_DATA) {
            to = put_data(to, from, content, version, padding);
        } else {
            memcpy(to, section, (size_t)(from - section) + content);
            to += (size_t)(from - section) + content;
        }
        from += content;
    }
    *length = (size_t)(to - *binary);
    return SIM_OK;
}

/* ---- a sandbox ---- */

enum sim_status tube_open(struct tube *t, const uint8_t *binary, size_t length,
                          struct wasm_error *error)
{
    const struct wasm_host_limits limits = {.memory_bytes = 8 * length + SPARE_BYTES,
                                            .stack_bytes = STACK_BYTES};
    *t = (struct tube){0};
    enum sim_status status = wasm_host_create(&t->host, &limits);
    if (status != SIM_OK) {
        (void)snprintf(error->text, sizeof error->text, "%s", sim_status_text(status));
        return status;
    }
    status = wasm_instance_create(&t->w, t->host, binary, length, error);
    if (status == SIM_OK &&
        strcmp(wasm_instance_entry(t->w)->text, "(i32, i32, i32) -> (i32)") != 0) {
        (void)snprintf(error->text, sizeof error->text, "its entry has another type");
        wasm_instance_destroy(t->w);
        status = SIM_ERR_INVALID;
    }
    if (status != SIM_OK) {
        wasm_host_destroy(t->host);
        *t = (struct tube){0};
    }
    return status;
}

size_t tube_close(struct tube *t)
{
    size_t held = 0;
    if (t->host != NULL) {
        wasm_instance_destroy(t->w);
        held = wasm_host_held_bytes(t->host);
        wasm_host_destroy(t->host);
    }
    *t = (struct tube){0};
    return held;
}

/* ---- calls ---- */

void tube_encode(struct tube_argument *a, enum tube_mode mode, const int32_t *integer,
                 uint32_t count)
{
    ASSERT(count <= TUBE_INTEGERS_MAX);
    if (mode == TUBE_BINARY || mode == TUBE_NOOP_BINARY) {
        a->length = count * (uint32_t)sizeof *integer;
        memcpy(a->bytes, integer, a->length);
        return;
    }
    a->length = (uint32_t)snprintf(a->bytes, sizeof a->bytes, "[");
    for (uint32_t i = 0; i < count; i++) {
        a->length += (uint32_t)snprintf(a->bytes + a->length, sizeof a->bytes - a->length, "%s%d",
                                        i > 0 ? "," : "", integer[i]);
    }
    a->length += (uint32_t)snprintf(a->bytes + a->length, sizeof a->bytes - a->length, "]");
    ASSERT(a->length < sizeof a->bytes);
}

/* The number behind a key; *from goes on behind it. */
static bool take_number(const char **from, const char *key, int32_t *value)
{
    const size_t length = strlen(key);
    char *end = NULL;
    if (strncmp(*from, key, length) != 0) {
        return false;
    }
    *value = (int32_t)strtol(*from + length, &end, 10);
    *from = end;
    return true;
}

bool tube_call(struct tube *t, enum tube_mode mode, const struct tube_argument *a,
               struct tube_answer *answer)
{
    struct wasm_run run = {.left = UINT64_C(1) << 40};
    const uint32_t cell[3] = {(uint32_t)mode, TUBE_OFFSET, a->length};
    char bytes[128];
    if (!wasm_instance_write(t->w, TUBE_OFFSET, a->bytes, a->length) ||
        wasm_instance_run(t->w, cell, &run) != WASM_RETURNED || run.result[0] >= sizeof bytes ||
        !wasm_instance_read(t->w, TUBE_OFFSET, bytes, run.result[0])) {
        return false;
    }
    if (mode == TUBE_BINARY || mode == TUBE_NOOP_BINARY) {
        memcpy(answer, bytes, sizeof *answer);
        return run.result[0] == sizeof *answer;
    }
    bytes[run.result[0]] = '\0';
    const char *at = bytes;
    return take_number(&at, "{\"mean\":", &answer->mean) &&
           take_number(&at, ",\"median\":", &answer->median) &&
           take_number(&at, ",\"version\":", &answer->version) && strcmp(at, "}") == 0;
}

struct tube_answer tube_native(const int32_t *integer, uint32_t count)
{
    int32_t sorted[TUBE_INTEGERS_MAX];
    int64_t sum = 0;
    for (uint32_t at = 0; at < count; at++) {
        const int32_t value = integer[at];
        uint32_t hole = at;
        for (; hole > 0 && sorted[hole - 1] > value; hole--) {
            sorted[hole] = sorted[hole - 1];
        }
        sorted[hole] = value;
        sum += value;
    }
    return (struct tube_answer){
        .mean = count > 0 ? (int32_t)(sum / (int64_t)count) : 0,
        .median = count > 0 ? sorted[count / 2] : 0,
    };
}
