#define _GNU_SOURCE /* fopencookie() */
#include "sim/engine/text_memory.h"

#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

static bool grow(struct text_memory *m, size_t wanted)
{
    size_t capacity = m->capacity;
    while (capacity < wanted) {
        capacity = capacity < 128 ? 128 : 2 * capacity;
    }
    char *larger = capacity == m->capacity ? m->text : realloc(m->text, capacity);
    if (larger == NULL) {
        m->has_failed = true;
        return false;
    }
    m->text = larger;
    m->capacity = capacity;
    return true;
}

static ssize_t append(void *cookie, const char *bytes, size_t count)
{
    struct text_memory *m = cookie;
    if (m->has_failed || !grow(m, m->length + count + 1)) {
        return 0; /* and the stream has an error */
    }
    memcpy(m->text + m->length, bytes, count);
    m->length += count;
    m->text[m->length] = '\0';
    return (ssize_t)count;
}

FILE *text_memory_open(struct text_memory *m)
{
    *m = (struct text_memory){.text = NULL};
    FILE *stream = fopencookie(m, "w", (cookie_io_functions_t){.write = append});
    m->has_failed = stream == NULL || !grow(m, 1);
    if (!m->has_failed) {
        m->text[0] = '\0';
    }
    return stream;
}

char *text_memory_close(struct text_memory *m, FILE *stream)
{
    const bool is_whole = stream != NULL && fclose(stream) == 0 && !m->has_failed;
    if (!is_whole) {
        free(m->text);
        m->text = NULL;
    }
    return m->text;
}
