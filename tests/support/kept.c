#include "tests/support/kept.h"

#include <stdlib.h>
#include <string.h>

static void *copy(const void *from, size_t bytes)
{
    void *to = malloc(bytes);
    ASSERT(to != NULL);
    return memcpy(to, from, bytes);
}

static void keep(void *context, const struct node_action *action)
{
    struct kept *k = context;
    if (k->count == k->capacity) {
        k->capacity = 2 * k->capacity + 16;
        k->item = realloc(k->item, k->capacity * sizeof *k->item);
        ASSERT(k->item != NULL);
    }
    struct node_action *a = &k->item[k->count++];
    *a = *action;
    if (a->kind == NODE_SEND || a->kind == NODE_FLOOD) {
        a->send.message = copy(a->send.message, sizeof *a->send.message);
    } else if (a->kind == NODE_ACQUIRED || a->kind == NODE_NOT_ACQUIRED) {
        a->acquired = copy(a->acquired, sizeof *a->acquired);
    }
}

struct node_sink kept_sink(struct kept *k)
{
    return (struct node_sink){.act = keep, .context = k};
}

void kept_clear(struct kept *k)
{
    for (uint32_t i = 0; i < k->count; i++) {
        struct node_action *a = &k->item[i];
        if (a->kind == NODE_SEND || a->kind == NODE_FLOOD) {
            free((void *)(uintptr_t)a->send.message);
        } else if (a->kind == NODE_ACQUIRED || a->kind == NODE_NOT_ACQUIRED) {
            free((void *)(uintptr_t)a->acquired);
        }
    }
    k->count = 0;
}

void kept_deinit(struct kept *k)
{
    kept_clear(k);
    free(k->item);
    *k = (struct kept){0};
}
