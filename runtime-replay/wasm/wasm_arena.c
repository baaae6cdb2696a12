#include "runtime-replay/wasm/wasm_arena.h"

#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

/* Before each block. */
struct block {
    alignas(max_align_t) struct wasm_arena *arena;
    size_t bytes;
};

static _Thread_local struct wasm_arena *current;

struct wasm_arena *wasm_arena_enter(struct wasm_arena *a)
{
    struct wasm_arena *before = current;
    current = a;
    return before;
}

static bool charge(struct wasm_arena *a, size_t bytes)
{
    if (a == NULL) {
        return true;
    }
    if (bytes > a->limit_bytes - a->held_bytes) {
        a->refused = true;
        return false;
    }
    a->held_bytes += bytes;
    a->peak_bytes = a->held_bytes > a->peak_bytes ? a->held_bytes : a->peak_bytes;
    return true;
}

static void discharge(struct wasm_arena *a, size_t bytes)
{
    if (a != NULL) {
        ASSERT(a->held_bytes >= bytes);
        a->held_bytes -= bytes;
    }
}

void *wasm_arena_alloc(size_t bytes)
{
    struct wasm_arena *a = current;
    if (bytes > SIZE_MAX / 2 || !charge(a, bytes)) {
        return NULL;
    }
    struct block *b = calloc(1, sizeof *b + bytes);
    if (b == NULL) {
        discharge(a, bytes);
        return NULL;
    }
    *b = (struct block){.arena = a, .bytes = bytes};
    return b + 1;
}

void *wasm_arena_refuse(void)
{
    if (current != NULL) {
        current->refused = true;
    }
    return NULL;
}

void *wasm_arena_realloc(void *block, size_t bytes)
{
    if (block == NULL) {
        return wasm_arena_alloc(bytes);
    }
    struct block *b = (struct block *)block - 1;
    const size_t before = b->bytes;
    struct wasm_arena *a = b->arena;
    if (bytes > SIZE_MAX / 2 || (bytes > before && !charge(a, bytes - before))) {
        return NULL;
    }
    struct block *moved = realloc(b, sizeof *b + bytes);
    if (moved == NULL) {
        discharge(a, bytes > before ? bytes - before : 0);
        return NULL;
    }
    discharge(a, bytes < before ? before - bytes : 0);
    moved->bytes = bytes;
    if (bytes > before) {
        memset((unsigned char *)(moved + 1) + before, 0, bytes - before);
    }
    return moved + 1;
}

void wasm_arena_free(void *block)
{
    if (block != NULL) {
        struct block *b = (struct block *)block - 1;
        discharge(b->arena, b->bytes);
        free(b);
    }
}
