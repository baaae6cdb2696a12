/*
 * text_memory.h - a stream that writes into memory, and says when that ran out.
 *
 * glibc's open_memstream() does not: a write that finds no memory leaves no mark on the stream, and
 * what is read of it afterwards is shorter than what was written.
 *
 *     struct text_memory m;
 *     FILE *to = text_memory_open(&m);
 *     if (to != NULL) { ... }
 *     char *text = text_memory_close(&m, to);     NULL: no memory, now or before
 *
 * Ownership: what text_memory_close() gives is the caller's to free().
 */
#ifndef SIM_ENGINE_TEXT_MEMORY_H
#define SIM_ENGINE_TEXT_MEMORY_H

#include <stdio.h>

#include "sim/engine/base.h"

struct text_memory {
    char *text; /* with a NUL behind it, after fflush(); may move at each write */
    size_t length, capacity;
    bool has_failed;
};

/* NULL: no memory. */
FILE *text_memory_open(struct text_memory *m);

/* Closes the stream, which may be NULL. NULL where anything of the text is missing. */
char *text_memory_close(struct text_memory *m, FILE *stream);

#endif
