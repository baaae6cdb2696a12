#include "models/nimblenet/core/deadline.h"

#include "models/nimblenet/core/fetch.h"

static bool is_earlier(const struct fetch *a, const struct fetch *b)
{
    return a->deadline < b->deadline || (a->deadline == b->deadline && fetch_is_younger(b, a));
}

static void put(struct node *n, uint32_t place, uint32_t index)
{
    n->due[place] = index;
    fetch_at(n, index)->place = place + 1;
}

/* Lets the fetch rise from the hole to where it belongs. */
static void rise(struct node *n, uint32_t hole, uint32_t index)
{
    while (hole > 0) {
        const uint32_t parent = (hole - 1) / 2;
        if (!is_earlier(fetch_at(n, index), fetch_at(n, n->due[parent]))) {
            break;
        }
        put(n, hole, n->due[parent]);
        hole = parent;
    }
    put(n, hole, index);
}

static void sink(struct node *n, uint32_t hole, uint32_t index)
{
    for (;;) {
        uint32_t child = 2 * hole + 1;
        if (child >= n->due_count) {
            break;
        }
        if (child + 1 < n->due_count &&
            is_earlier(fetch_at(n, n->due[child + 1]), fetch_at(n, n->due[child]))) {
            child++;
        }
        if (!is_earlier(fetch_at(n, n->due[child]), fetch_at(n, index))) {
            break;
        }
        put(n, hole, n->due[child]);
        hole = child;
    }
    rise(n, hole, index);
}

void deadline_set(struct node *n, uint32_t index, sim_time deadline)
{
    struct fetch *f = fetch_at(n, index);
    f->deadline = deadline;
    if (deadline != SIM_TIME_NEVER) {
        if (f->place == 0) {
            rise(n, n->due_count++, index);
        } else {
            sink(n, f->place - 1, index);
        }
    } else if (f->place != 0) {
        const uint32_t hole = f->place - 1;
        const uint32_t last = n->due[--n->due_count];
        f->place = 0;
        if (last != index) {
            sink(n, hole, last);
        }
    }
}
