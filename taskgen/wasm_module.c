#include "taskgen/wasm_module.h"

#include <stdlib.h>
#include <string.h>

#include "sim/engine/digest.h"

/* Types, by their number: of tasklets, which is also that of a block, and of work functions. */
enum { TYPE_TASKLET = 0, TYPE_WORK = 1 };

/* The type section is the first, and its content shorter than 128 bytes. */
enum { TYPE_LENGTH_AT = 9 };

/* ---- what the caller puts ---- */

uint32_t wasm_module_import(struct wasm_module *m, const char *name)
{
    ASSERT(m->work_count == 0);
    wasm_put_name(&m->import, WASM_MODULE_NAME);
    wasm_put_name(&m->import, name);
    wasm_put_byte(&m->import, WASM_KIND_FUNCTION);
    wasm_put_unsigned(&m->import, TYPE_TASKLET);
    return m->import_count++;
}

static bool is_equal(const struct wasm_work *a, const struct wasm_work *b)
{
    return a->op == b->op && a->factor == b->factor && a->round == b->round &&
           a->before == b->before;
}

uint32_t wasm_module_work(struct wasm_module *m, const struct wasm_work *work)
{
    for (uint32_t i = 0; i < m->work_count; i++) {
        if (is_equal(&m->work[i], work)) {
            return m->import_count + i;
        }
    }
    if (m->work_count == m->work_capacity) {
        const uint32_t capacity = 2 * m->work_capacity + 8;
        struct wasm_work *grown = realloc(m->work, capacity * sizeof *grown);
        if (grown == NULL) {
            m->binary.is_lost = true;
            return m->import_count;
        }
        m->work = grown;
        m->work_capacity = capacity;
    }
    m->work[m->work_count] = *work;
    return m->import_count + m->work_count++;
}

/* ---- sections ---- */

static void put_section(struct wasm_module *m, enum wasm_section id)
{
    wasm_put_section(&m->binary, id, &m->section);
    wasm_code_empty(&m->section);
}

static void put_types(struct wasm_module *m)
{
    static const uint8_t tasklet[] = {WASM_TYPE_FUNCTION, 1, WASM_TYPE_I32, 1, WASM_TYPE_I32};
    static const uint8_t work[] = {WASM_TYPE_FUNCTION, 2, WASM_TYPE_I32,
                                   WASM_TYPE_I32,      1, WASM_TYPE_I32};
    const bool works = m->work_count > 0;
    wasm_put_unsigned(&m->section, works ? 2 : 1);
    wasm_put_bytes(&m->section, tasklet, sizeof tasklet);
    wasm_put_bytes(&m->section, work, works ? sizeof work : 0);
    put_section(m, WASM_SECTION_TYPE);
}

static void put_imports(struct wasm_module *m)
{
    if (m->import_count > 0) {
        wasm_put_unsigned(&m->section, m->import_count);
        wasm_put_bytes(&m->section, m->import.bytes, m->import.length);
        put_section(m, WASM_SECTION_IMPORT);
    }
}

static void put_function_types(struct wasm_module *m)
{
    wasm_put_unsigned(&m->section, m->work_count + 1);
    wasm_put_copies(&m->section, TYPE_WORK, m->work_count);
    wasm_put_unsigned(&m->section, TYPE_TASKLET);
    put_section(m, WASM_SECTION_FUNCTION);
}

static void put_export(struct wasm_module *m)
{
    wasm_put_unsigned(&m->section, 1);
    wasm_put_name(&m->section, WASM_ENTRY_NAME);
    wasm_put_byte(&m->section, WASM_KIND_FUNCTION);
    wasm_put_unsigned(&m->section, m->import_count + m->work_count);
    put_section(m, WASM_SECTION_EXPORT);
}

/*
 * x stays on the stack, so that the loop is a block from one value to one. The count is a local.
 * A round: x = x op factor; count = count - 1; again unless it is 0.
 */
static void put_work(struct wasm_code *to, const struct wasm_work *work)
{
    enum { X = 0, COUNT = 1 };
    wasm_put_unsigned(to, 0); /* no locals of its own */
    wasm_put_op(to, WASM_OP_LOCAL_GET, X);
    wasm_put_copies(to, WASM_OP_NOP, work->before);
    wasm_put_op(to, WASM_OP_LOOP, TYPE_TASKLET);
    wasm_put_copies(to, WASM_OP_NOP, (size_t)work->round - WASM_ROUND_LEAST);
    wasm_put_const(to, work->factor);
    wasm_put_byte(to, work->op);
    wasm_put_op(to, WASM_OP_LOCAL_GET, COUNT);
    wasm_put_const(to, -1);
    wasm_put_byte(to, WASM_OP_I32_ADD);
    wasm_put_op(to, WASM_OP_LOCAL_TEE, COUNT);
    wasm_put_op(to, WASM_OP_BR_IF, 0);
    wasm_put_byte(to, WASM_OP_END);
    wasm_put_byte(to, WASM_OP_END);
}

static void put_code(struct wasm_module *m)
{
    wasm_put_unsigned(&m->section, m->work_count + 1);
    for (uint32_t i = 0; i < m->work_count; i++) {
        wasm_code_empty(&m->function);
        put_work(&m->function, &m->work[i]);
        wasm_put_sized(&m->section, &m->function);
    }
    wasm_code_empty(&m->function);
    wasm_put_unsigned(&m->function, 0);
    wasm_put_bytes(&m->function, m->entry.bytes, m->entry.length);
    wasm_put_byte(&m->function, WASM_OP_END);
    m->function.is_lost = m->function.is_lost || m->entry.is_lost || m->import.is_lost;
    wasm_put_sized(&m->section, &m->function);
    put_section(m, WASM_SECTION_CODE);
}

enum sim_status wasm_module_assemble(struct wasm_module *m)
{
    static const uint8_t head[] = {0, 'a', 's', 'm', 1, 0, 0, 0};
    wasm_code_empty(&m->binary);
    wasm_put_bytes(&m->binary, head, sizeof head);
    put_types(m);
    put_imports(m);
    put_function_types(m);
    put_export(m);
    put_code(m);
    return m->binary.is_lost || m->binary.length > UINT32_MAX ? SIM_ERR_NOMEM : SIM_OK;
}

/* ---- to the drawn length ---- */

enum { CUSTOM_LEAST = 3 };

/* A custom section without a name, of exactly so many bytes, filled with zeros. */
static void pad_by_section(uint8_t *to, uint32_t bytes)
{
    uint32_t length = 1;
    while (wasm_unsigned_length(bytes - 1 - length) > length) {
        length++;
    }
    memset(to, 0, bytes);
    to[0] = WASM_SECTION_CUSTOM;
    wasm_spell_unsigned(to + 1, bytes - 1 - length, length);
}

/* more is 0 to 2: that many bytes more than needed for the first section's length. */
static void copy_longer(uint8_t *to, const struct wasm_code *from, uint32_t more)
{
    const size_t rest_at = TYPE_LENGTH_AT + 1;
    memcpy(to, from->bytes, TYPE_LENGTH_AT);
    wasm_spell_unsigned(to + TYPE_LENGTH_AT, from->bytes[TYPE_LENGTH_AT], 1 + more);
    memcpy(to + rest_at + more, from->bytes + rest_at, from->length - rest_at);
}

enum sim_status wasm_module_finish(const struct wasm_module *m, uint32_t drawn_bytes,
                                   struct wasm_binary *out)
{
    const uint32_t least = (uint32_t)m->binary.length;
    const uint32_t length = drawn_bytes > least ? drawn_bytes : least;
    uint8_t *bytes = malloc(length);
    if (bytes == NULL) {
        return SIM_ERR_NOMEM;
    }
    if (length - least >= CUSTOM_LEAST) {
        copy_longer(bytes, &m->binary, 0);
        pad_by_section(bytes + least, length - least);
    } else {
        copy_longer(bytes, &m->binary, length - least);
    }
    out->bytes = bytes;
    out->length = length;
    out->drawn_bytes = drawn_bytes;
    out->hash = digest_finish(digest_bytes(DIGEST_START, bytes, length));
    return SIM_OK;
}

/* ---- storage ---- */

void wasm_module_empty(struct wasm_module *m)
{
    wasm_code_empty(&m->entry);
    wasm_code_empty(&m->import);
    wasm_code_empty(&m->binary);
    m->import_count = 0;
    m->work_count = 0;
}

void wasm_module_deinit(struct wasm_module *m)
{
    wasm_code_deinit(&m->entry);
    wasm_code_deinit(&m->import);
    wasm_code_deinit(&m->binary);
    wasm_code_deinit(&m->section);
    wasm_code_deinit(&m->function);
    free(m->work);
    *m = (struct wasm_module){0};
}
