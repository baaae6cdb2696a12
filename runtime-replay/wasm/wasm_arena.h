/*
 * wasm_arena.h - counts and caps what the Wasm runtime allocates for one host.
 *
 * The runtime has one allocator for the whole process. Ours charges each block to
 * the arena that the calling thread is working for, refuses what would pass the
 * arena's limit, and remembers the most that was held at once. Blocks themselves
 * come from malloc(), so that sanitizers see every one.
 *
 * Threads: an arena belongs to the thread that entered it last. A block may be freed
 *   from anywhere; it is charged to the arena that it came from.
 */
#ifndef RUNTIME_REPLAY_WASM_WASM_ARENA_H
#define RUNTIME_REPLAY_WASM_WASM_ARENA_H

#include "sim/engine/base.h"

struct wasm_arena {
    size_t limit_bytes;
    size_t held_bytes;
    size_t peak_bytes;
    bool refused; /* a block, since this was last cleared */
};

/* Makes a (NULL: none, without a limit) this thread's arena; returns the one before. */
struct wasm_arena *wasm_arena_enter(struct wasm_arena *a);

/* Zeroed memory, or NULL where the arena or the machine has none left. */
void *wasm_arena_alloc(size_t bytes);
/* As realloc(); new bytes are zero. A block that is refused stays as it was. */
void *wasm_arena_realloc(void *block, size_t bytes);
void wasm_arena_free(void *block);
/* What no arena could ever hold: NULL, and remembered as refused. */
void *wasm_arena_refuse(void);

#endif
