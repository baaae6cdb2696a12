#include "models/pi5/core/queue.h"

/* ---- order ---- */

static bool is_before(const struct pi5_request *request, const struct pi5_place *a,
                      const struct pi5_place *b)
{
    const int64_t x = request[a->task].predicted_time;
    const int64_t y = request[b->task].predicted_time;
    return x != y ? x < y : a->next < b->next; /* next: the place of submission, while sorting */
}

static void sift(const struct pi5_request *request, struct pi5_place *place, uint32_t at,
                 uint32_t count)
{
    const struct pi5_place moved = place[at];
    for (uint32_t child = 2 * at + 1; child < count; child = 2 * at + 1) {
        child += child + 1 < count && is_before(request, &place[child], &place[child + 1]);
        if (is_before(request, &place[child], &moved)) {
            break;
        }
        place[at] = place[child];
        at = child;
    }
    place[at] = moved;
}

/* A heap needs no memory; the order is total, so nothing is left to the algorithm. */
static void sort(const struct pi5_request *request, struct pi5_place *place, uint32_t count)
{
    for (uint32_t i = count / 2; i-- > 0;) {
        sift(request, place, i, count);
    }
    for (uint32_t end = count; end-- > 1;) {
        const struct pi5_place last = place[end];
        place[end] = place[0];
        place[0] = last;
        sift(request, place, 0, end);
    }
}

void pi5_queue_init(struct pi5_queue *q, const struct pi5_request *request, struct pi5_place *place,
                    uint32_t places, bool is_sorted)
{
    for (uint32_t i = 0; i < places; i++) {
        place[i].next = i;
    }
    if (is_sorted) {
        sort(request, place, places);
    }
    for (uint32_t i = 0; i < places; i++) {
        place[i].previous = i > 0 ? i - 1 : PI5_NONE;
        place[i].next = i + 1 < places ? i + 1 : PI5_NONE;
        place[i].overtaken = 0;
    }
    *q = (struct pi5_queue){
        .request = request,
        .place = place,
        .places = places,
        .half = (places + 1) / 2,
        .first = places > 0 ? 0 : PI5_NONE,
        .last = places > 0 ? places - 1 : PI5_NONE,
        .left = places,
    };
}

/* ---- who is next ---- */

uint32_t pi5_group(const struct pi5_queue *q, enum pi5_pairing pairing, uint32_t place)
{
    ASSERT(place < q->places);
    switch (pairing) {
    case PI5_PAIR_FIRST:
        return 0;
    case PI5_PAIR_HALVES:
        return place >= q->half;
    case PI5_PAIR_TYPE:
        return q->request[q->place[place].task].is_inference;
    }
    return 0;
}

/* The group of which the worker has fewer; PI5_NONE: any. An idle worker begins a pair with the
 * first half, or with whatever type comes first. */
static uint32_t wanted_group(const struct pi5_wish *wish)
{
    if (wish->in_group[0] != wish->in_group[1]) {
        return wish->pairing != PI5_PAIR_FIRST ? wish->in_group[0] > wish->in_group[1] : PI5_NONE;
    }
    return wish->pairing == PI5_PAIR_HALVES ? 0 : PI5_NONE;
}

static bool is_fit(const struct pi5_queue *q, const struct pi5_wish *wish, uint32_t place)
{
    const int64_t bytes = q->request[q->place[place].task].predicted_bytes;
    return !wish->by_memory || pi5_fits(wish->used_bytes, bytes, wish->cap_bytes);
}

uint32_t pi5_queue_pick(const struct pi5_queue *q, const struct pi5_wish *wish)
{
    const uint32_t wanted = wanted_group(wish);
    uint32_t other = PI5_NONE;
    for (uint32_t i = q->first; i != PI5_NONE; i = q->place[i].next) {
        if (!is_fit(q, wish, i)) {
            continue;
        }
        if (wanted == PI5_NONE || pi5_group(q, wish->pairing, i) == wanted) {
            return i;
        }
        other = other == PI5_NONE ? i : other;
    }
    return other;
}

void pi5_queue_take(struct pi5_queue *q, const struct pi5_wish *wish, uint32_t place)
{
    ASSERT(place < q->places && q->left > 0);
    for (uint32_t i = q->first; wish->by_memory && i != place; i = q->place[i].next) {
        q->place[i].overtaken += !is_fit(q, wish, i);
    }
    const struct pi5_place *p = &q->place[place];
    *(p->previous != PI5_NONE ? &q->place[p->previous].next : &q->first) = p->next;
    *(p->next != PI5_NONE ? &q->place[p->next].previous : &q->last) = p->previous;
    q->left--;
}
