#include "taskgen/module_draft.h"

#include <stdlib.h>
#include <string.h>

#include "sim/engine/digest.h"

/* Types, by their number: of tasklets, which is also that of a block, and of work functions. */
enum { TYPE_TASKLET = 0, TYPE_WORK = 1 };

/* The type section is the first, and its content shorter than 128 bytes. */
enum { TYPE_LENGTH_AT = 9 };

/* ---- what the caller puts ---- */

uint32_t module_draft_import(struct module_draft *m, const char *name)
{
    ASSERT(m->work_count == 0 && m->heaps == 0);
    module_put_name(&m->import, MODULE_NAME);
    module_put_name(&m->import, name);
    module_put_byte(&m->import, MODULE_KIND_FUNCTION);
    module_put_unsigned(&m->import, TYPE_TASKLET);
    return m->import_count++;
}

void module_draft_heaps(struct module_draft *m, uint32_t heaps)
{
    ASSERT(m->work_count == 0 && m->heap_count == 0);
    m->heaps = heaps;
}

uint32_t module_draft_heap(struct module_draft *m, uint32_t bytes, int8_t factor)
{
    ASSERT(m->heap_count < m->heaps && bytes > 0 && bytes % MODULE_HEAP_WORD == 0);
    const uint32_t number = m->heap_count;
    if (number == m->heap_capacity) {
        const uint32_t capacity = 2 * m->heap_capacity + 8;
        struct module_heap *grown = realloc(m->heap, capacity * sizeof *grown);
        if (grown == NULL) {
            m->binary.is_lost = true;
            return m->import_count;
        }
        m->heap = grown;
        m->heap_capacity = capacity;
    }
    m->heap[number] =
        (struct module_heap){.bytes = bytes, .at = m->heap_end, .global = number, .factor = factor};
    m->heap_count++;
    m->heap_end += bytes;
    return m->import_count + number;
}

static bool is_equal(const struct module_work *a, const struct module_work *b)
{
    return a->op == b->op && a->factor == b->factor && a->round == b->round &&
           a->before == b->before;
}

uint32_t module_draft_work(struct module_draft *m, const struct module_work *work)
{
    for (uint32_t i = 0; i < m->work_count; i++) {
        if (is_equal(&m->work[i], work)) {
            return m->import_count + m->heaps + i;
        }
    }
    if (m->work_count == m->work_capacity) {
        const uint32_t capacity = 2 * m->work_capacity + 8;
        struct module_work *grown = realloc(m->work, capacity * sizeof *grown);
        if (grown == NULL) {
            m->binary.is_lost = true;
            return m->import_count;
        }
        m->work = grown;
        m->work_capacity = capacity;
    }
    m->work[m->work_count] = *work;
    return m->import_count + m->heaps + m->work_count++;
}

/* ---- sections ---- */

static void put_section(struct module_draft *m, enum module_section id)
{
    module_put_section(&m->binary, id, &m->section);
    module_code_empty(&m->section);
}

static void put_types(struct module_draft *m)
{
    static const uint8_t tasklet[] = {MODULE_TYPE_FUNCTION, 1, MODULE_TYPE_I32, 1, MODULE_TYPE_I32};
    static const uint8_t work[] = {MODULE_TYPE_FUNCTION, 2, MODULE_TYPE_I32,
                                   MODULE_TYPE_I32,      1, MODULE_TYPE_I32};
    const bool works = m->work_count + m->heap_count > 0; /* stirring is of the same type */
    module_put_unsigned(&m->section, works ? 2 : 1);
    module_put_bytes(&m->section, tasklet, sizeof tasklet);
    module_put_bytes(&m->section, work, works ? sizeof work : 0);
    put_section(m, MODULE_SECTION_TYPE);
}

static void put_imports(struct module_draft *m)
{
    if (m->import_count > 0) {
        module_put_unsigned(&m->section, m->import_count);
        module_put_bytes(&m->section, m->import.bytes, m->import.length);
        put_section(m, MODULE_SECTION_IMPORT);
    }
}

static void put_function_types(struct module_draft *m)
{
    const uint32_t others = m->heap_count + m->work_count;
    module_put_unsigned(&m->section, others + 1);
    module_put_copies(&m->section, TYPE_WORK, others);
    module_put_unsigned(&m->section, TYPE_TASKLET);
    put_section(m, MODULE_SECTION_FUNCTION);
}

/* One memory for all heaps, and a global each. */
static void put_memory(struct module_draft *m)
{
    enum { NO_MAXIMUM = 0 };
    if (m->heap_count == 0) {
        return;
    }
    module_put_unsigned(&m->section, 1);
    module_put_byte(&m->section, NO_MAXIMUM);
    module_put_unsigned(&m->section, (m->heap_end + MODULE_PAGE_BYTES - 1) / MODULE_PAGE_BYTES);
    put_section(m, MODULE_SECTION_MEMORY);
    module_put_unsigned(&m->section, m->heap_count);
    for (uint32_t i = 0; i < m->heap_count; i++) {
        module_heap_put_global(&m->section, &m->heap[i]);
    }
    put_section(m, MODULE_SECTION_GLOBAL);
}

static void put_export(struct module_draft *m)
{
    module_put_unsigned(&m->section, 1);
    module_put_name(&m->section, MODULE_ENTRY_NAME);
    module_put_byte(&m->section, MODULE_KIND_FUNCTION);
    module_put_unsigned(&m->section, m->import_count + m->heap_count + m->work_count);
    put_section(m, MODULE_SECTION_EXPORT);
}

/*
 * x stays on the stack, so that the loop is a block from one value to one. The count is a local.
 * A round: x = x op factor; count = count - 1; again unless it is 0.
 */
static void put_work(struct module_code *to, const struct module_work *work)
{
    enum { X = 0, COUNT = 1 };
    module_put_unsigned(to, 0); /* no locals of its own */
    module_put_op(to, MODULE_OP_LOCAL_GET, X);
    module_put_copies(to, MODULE_OP_NOP, work->before);
    module_put_op(to, MODULE_OP_LOOP, TYPE_TASKLET);
    module_put_copies(to, MODULE_OP_NOP, (size_t)work->round - MODULE_ROUND_LEAST);
    module_put_const(to, work->factor);
    module_put_byte(to, work->op);
    module_put_op(to, MODULE_OP_LOCAL_GET, COUNT);
    module_put_const(to, -1);
    module_put_byte(to, MODULE_OP_I32_ADD);
    module_put_op(to, MODULE_OP_LOCAL_TEE, COUNT);
    module_put_op(to, MODULE_OP_BR_IF, 0);
    module_put_byte(to, MODULE_OP_END);
    module_put_byte(to, MODULE_OP_END);
}

static void put_code(struct module_draft *m)
{
    module_put_unsigned(&m->section, m->heap_count + m->work_count + 1);
    for (uint32_t i = 0; i < m->heap_count; i++) {
        module_code_empty(&m->function);
        module_heap_put_body(&m->function, &m->heap[i]);
        module_put_sized(&m->section, &m->function);
    }
    for (uint32_t i = 0; i < m->work_count; i++) {
        module_code_empty(&m->function);
        put_work(&m->function, &m->work[i]);
        module_put_sized(&m->section, &m->function);
    }
    module_code_empty(&m->function);
    module_put_unsigned(&m->function, 0);
    module_put_bytes(&m->function, m->entry.bytes, m->entry.length);
    module_put_byte(&m->function, MODULE_OP_END);
    m->function.is_lost = m->function.is_lost || m->entry.is_lost || m->import.is_lost;
    module_put_sized(&m->section, &m->function);
    put_section(m, MODULE_SECTION_CODE);
}

enum sim_status module_draft_assemble(struct module_draft *m)
{
    static const uint8_t head[] = {0, 'a', 's', 'm', 1, 0, 0, 0};
    ASSERT(m->heap_count == m->heaps || m->binary.is_lost);
    module_code_empty(&m->binary);
    module_put_bytes(&m->binary, head, sizeof head);
    put_types(m);
    put_imports(m);
    put_function_types(m);
    put_memory(m);
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
    while (module_unsigned_length(bytes - 1 - length) > length) {
        length++;
    }
    memset(to, 0, bytes);
    to[0] = MODULE_SECTION_CUSTOM;
    module_spell_unsigned(to + 1, bytes - 1 - length, length);
}

/* more is 0 to 2: that many bytes more than needed for the first section's length. */
static void copy_longer(uint8_t *to, const struct module_code *from, uint32_t more)
{
    const size_t rest_at = TYPE_LENGTH_AT + 1;
    memcpy(to, from->bytes, TYPE_LENGTH_AT);
    module_spell_unsigned(to + TYPE_LENGTH_AT, from->bytes[TYPE_LENGTH_AT], 1 + more);
    memcpy(to + rest_at + more, from->bytes + rest_at, from->length - rest_at);
}

enum sim_status module_draft_finish(const struct module_draft *m, uint32_t drawn_bytes,
                                    struct module_binary *out)
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

void module_draft_empty(struct module_draft *m)
{
    module_code_empty(&m->entry);
    module_code_empty(&m->import);
    module_code_empty(&m->binary);
    m->import_count = 0;
    m->heap_count = 0;
    m->heaps = 0;
    m->heap_end = 0;
    m->work_count = 0;
}

void module_draft_deinit(struct module_draft *m)
{
    module_code_deinit(&m->entry);
    module_code_deinit(&m->import);
    module_code_deinit(&m->binary);
    module_code_deinit(&m->section);
    module_code_deinit(&m->function);
    free(m->heap);
    free(m->work);
    *m = (struct module_draft){0};
}
