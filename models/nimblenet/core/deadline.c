#include "models/nimblenet/core/deadline.h"

#include <string.h>

#include "models/nimblenet/core/fetch.h"

/* A fetch that waits, on its way to a place in the heap. */
struct waiting {
    sim_time deadline;
    uint32_t fetch;
};

static struct waiting at_place(const struct node *n, uint32_t place)
{
    return (struct waiting){n->due[place].deadline, n->due[place].fetch};
}

static bool is_earlier(const struct node *n, struct waiting a, struct waiting b)
{
    return a.deadline < b.deadline ||
           (a.deadline == b.deadline &&
            fetch_is_younger(fetch_at(n, b.fetch), fetch_at(n, a.fetch)));
}

static void put(struct node *n, uint32_t place, struct waiting one)
{
    n->due[place].deadline = one.deadline;
    n->due[place].fetch = one.fetch;
    n->due[one.fetch].place = place + 1;
}

/* Lets one rise from the hole to where it belongs. */
static void rise(struct node *n, uint32_t hole, struct waiting one)
{
    while (hole > 0) {
        const struct waiting parent = at_place(n, (hole - 1) / 2);
        if (!is_earlier(n, one, parent)) {
            break;
        }
        put(n, hole, parent);
        hole = (hole - 1) / 2;
    }
    put(n, hole, one);
}

static void sink(struct node *n, uint32_t hole, struct waiting one)
{
    for (uint32_t child = 1 + 2 * hole; child < n->due_count; child = 1 + 2 * hole) {
        struct waiting least = at_place(n, child);
        if (child + 1 < n->due_count && is_earlier(n, at_place(n, child + 1), least)) {
            least = at_place(n, ++child);
        }
        if (!is_earlier(n, least, one)) {
            break;
        }
        put(n, hole, least);
        hole = child;
    }
    rise(n, hole, one);
}

void deadline_make_room(struct node *n, uint32_t index)
{
    if (SIM_UNLIKELY(index >= n->due_room)) {
        memcpy(n->due_all, n->due, n->due_room * sizeof *n->due);
        n->due = n->due_all;
        n->due_room = n->fetches.capacity;
    }
}

void deadline_set(struct node *n, uint32_t index, sim_time deadline)
{
    const uint32_t place = n->due[index].place;
    const struct waiting one = {deadline, index};
    if (deadline != SIM_TIME_NEVER) {
        if (place == 0) {
            rise(n, n->due_count++, one);
        } else {
            sink(n, place - 1, one);
        }
    } else if (place != 0) {
        const struct waiting last = at_place(n, --n->due_count);
        n->due[index].place = 0;
        if (last.fetch != index) {
            sink(n, place - 1, last);
        }
    }
}
