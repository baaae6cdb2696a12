#include "taskgen/module_heap.h"

/* An empty block's type, and a load's or store's alignment to four bytes. */
enum { NO_VALUE = 0x40, ALIGNED_TO_WORD = 2 };

/* Set in every word that is written: no byte of it is 0. */
enum { ALIVE = -64 };

/* Instructions around the words, the call and its number included, and of a word. */
enum { AROUND = 10, PER_WORD = 16 };

uint32_t module_heap_bytes(uint32_t drawn_bytes)
{
    const uint32_t most = UINT32_MAX - UINT32_MAX % MODULE_HEAP_WORD;
    return drawn_bytes > most - MODULE_HEAP_WORD
               ? most
               : (drawn_bytes + MODULE_HEAP_WORD - 1) / MODULE_HEAP_WORD * MODULE_HEAP_WORD;
}

uint64_t module_heap_instructions(uint32_t bytes)
{
    return bytes == 0 ? 0 : AROUND + (uint64_t)PER_WORD * (bytes / MODULE_HEAP_WORD);
}

void module_heap_classes(uint32_t bytes, uint64_t times, uint64_t class_count[MODULE_CLASS_COUNT])
{
    const uint64_t words = times * (bytes / MODULE_HEAP_WORD);
    if (bytes == 0) {
        return;
    }
    const bool is_wide = module_signed_length((int32_t)bytes) > 1;
    class_count[is_wide ? MODULE_CONST_WIDE : MODULE_CONST] += times;
    class_count[MODULE_CALL] += times;
    class_count[MODULE_BLOCK] += times;
    class_count[MODULE_END] += times;
    class_count[MODULE_LOCAL_GET] += times + 4 * words;
    class_count[MODULE_GLOBAL_GET] += 2 * times;
    class_count[MODULE_GLOBAL_SET] += times;
    class_count[MODULE_RETURN] += times;
    class_count[MODULE_CONST] += 3 * words;
    class_count[MODULE_ALU] += times + 3 * words;
    class_count[MODULE_MUL] += words;
    class_count[MODULE_LOCAL_TEE] += 2 * words;
    class_count[MODULE_LOAD] += words;
    class_count[MODULE_STORE] += words;
    class_count[MODULE_BRANCH] += words - times;
    class_count[MODULE_BRANCH_NOT] += times;
}

static void put_access(struct module_code *to, enum module_opcode op, uint32_t at)
{
    module_put_op(to, op, ALIGNED_TO_WORD);
    module_put_unsigned(to, at);
}

/* left = left - 4; x = (x + word[left]) factor; word[left] = x | ALIVE; again unless left is 0. */
static void put_word(struct module_code *to, const struct module_heap *heap)
{
    enum { X = 0, LEFT = 1 };
    module_put_op(to, MODULE_OP_LOCAL_GET, LEFT);
    module_put_const(to, -MODULE_HEAP_WORD);
    module_put_byte(to, MODULE_OP_I32_ADD);
    module_put_op(to, MODULE_OP_LOCAL_TEE, LEFT);
    module_put_op(to, MODULE_OP_LOCAL_GET, X);
    module_put_op(to, MODULE_OP_LOCAL_GET, LEFT);
    put_access(to, MODULE_OP_I32_LOAD, heap->at);
    module_put_byte(to, MODULE_OP_I32_ADD);
    module_put_const(to, heap->factor);
    module_put_byte(to, MODULE_OP_I32_MUL);
    module_put_op(to, MODULE_OP_LOCAL_TEE, X);
    module_put_const(to, ALIVE);
    module_put_byte(to, MODULE_OP_I32_OR);
    put_access(to, MODULE_OP_I32_STORE, heap->at);
    module_put_op(to, MODULE_OP_LOCAL_GET, LEFT);
    module_put_op(to, MODULE_OP_BR_IF, 0);
}

void module_heap_put_body(struct module_code *to, const struct module_heap *heap)
{
    enum { X = 0 };
    module_put_unsigned(to, 0); /* no locals of its own */
    module_put_byte(to, MODULE_OP_LOOP);
    module_put_byte(to, NO_VALUE);
    put_word(to, heap);
    module_put_byte(to, MODULE_OP_END);
    module_put_op(to, MODULE_OP_LOCAL_GET, X);
    module_put_op(to, MODULE_OP_GLOBAL_GET, heap->global);
    module_put_byte(to, MODULE_OP_I32_ADD);
    module_put_op(to, MODULE_OP_GLOBAL_SET, heap->global);
    module_put_op(to, MODULE_OP_GLOBAL_GET, heap->global);
    module_put_byte(to, MODULE_OP_END);
}

void module_heap_put_global(struct module_code *to, const struct module_heap *heap)
{
    enum { MUTABLE = 1 };
    module_put_byte(to, MODULE_TYPE_I32);
    module_put_byte(to, MUTABLE);
    module_put_const(to, heap->factor);
    module_put_byte(to, MODULE_OP_END);
}

void module_heap_put_call(struct module_code *to, uint32_t bytes, uint32_t function)
{
    module_put_const(to, (int32_t)bytes);
    module_put_op(to, MODULE_OP_CALL, function);
}
