#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/engine/memory.h"

enum { BYTES = 5 << 20 };

static size_t first_not_zero(const unsigned char *base, size_t bytes)
{
    size_t at = 0;
    while (at < bytes && base[at] == 0) {
        at++;
    }
    return at;
}

/* Stretches are kept when they are given back: whoever reserves one finds none of what was in it.
 */
Test(memory, what_was_given_back_comes_zeroed)
{
    for (size_t touched = 1; touched <= BYTES; touched = 3 * touched + 5000) {
        unsigned char *base = memory_reserve(BYTES);
        cr_assert_not_null(base);
        cr_assert_eq(first_not_zero(base, BYTES), BYTES, "%zu bytes touched before", touched);
        memset(base, 0xa5, touched);
        base[BYTES - touched] = 1;
        base[BYTES / 2] = 1;
        memory_release(base, BYTES);
    }
}

Test(memory, stretches_that_are_in_use_lie_apart)
{
    enum { MANY = 20 };
    unsigned char *base[MANY];
    for (unsigned round = 0; round < 3; round++) {
        for (unsigned char i = 0; i < MANY; i++) {
            base[i] = memory_reserve(10000);
            cr_assert_not_null(base[i]);
            cr_assert_eq(first_not_zero(base[i], 10000), 10000);
            memset(base[i], i + 1, 10000);
        }
        for (unsigned char i = 0; i < MANY; i++) {
            cr_assert_eq(base[i][0], i + 1);
            cr_assert_eq(base[i][9999], i + 1);
            memory_release(base[i], 10000);
        }
    }
}

Test(memory, nothing_may_be_reserved_and_given_back)
{
    void *nothing = memory_reserve(0);
    cr_assert_not_null(nothing);
    memory_release(nothing, 0);
    memory_release(NULL, 0);
    memory_release(NULL, 4096);
}

/* Many sizes, one after the other: few of them are kept. */
Test(memory, sizes_may_change)
{
    for (size_t bytes = 1; bytes < BYTES; bytes += bytes / 3 + 1) {
        unsigned char *base = memory_reserve(bytes);
        cr_assert_not_null(base);
        cr_assert_eq(first_not_zero(base, bytes), bytes);
        memset(base, 1, bytes);
        memory_release(base, bytes);
    }
}

/* Wherever in the ring its oldest item stands. */
Test(memory, a_ring_that_doubles_keeps_its_items_by_number)
{
    for (uint64_t count = 4; count < 12; count++) {
        uint32_t *ring = memory_reserve(4 * sizeof *ring);
        cr_assert_not_null(ring);
        for (uint64_t i = count - 4; i < count; i++) {
            ring[i % 4] = 100 + (uint32_t)i;
        }
        ring = memory_double_ring(ring, 4, count, sizeof *ring);
        cr_assert_not_null(ring);
        for (uint64_t i = count - 4; i < count; i++) {
            cr_expect_eq(ring[i % 8], 100 + i);
            cr_expect_eq(ring[(i + 4) % 8], 0);
        }
        memory_release(ring, 8 * sizeof *ring);
    }
}

Test(memory, what_a_run_that_differs_a_little_takes_over_comes_zeroed)
{
    for (size_t less = 0; less < BYTES / 2; less += 99999) {
        unsigned char *base = memory_reserve(BYTES - less);
        cr_assert_not_null(base);
        cr_assert_eq(first_not_zero(base, BYTES - less), BYTES - less, "%zu bytes less", less);
        memset(base, 0xa5, BYTES - less);
        memory_release(base, BYTES - less);
    }
}

Test(memory, what_is_doubled_begins_with_what_was_in_it)
{
    unsigned char *base = memory_reserve_unset(1);
    cr_assert_not_null(base);
    size_t bytes = 1;
    *base = 1;
    for (; bytes < BYTES; bytes *= 2) {
        base = memory_double(base, bytes);
        cr_assert_not_null(base);
        memset(base + bytes, (int)(bytes % 251), bytes);
    }
    for (size_t at = 1; at < bytes; at *= 2) {
        cr_assert(base[at] == at % 251 && base[2 * at - 1] == at % 251, "at %zu", at);
    }
    cr_assert_null(memory_double(base, SIZE_MAX / 2));
    memory_release(base, bytes);
}

Test(memory, an_array_grows_by_as_much_as_is_wanted)
{
    uint64_t *array = NULL;
    size_t capacity = 0;
    size_t count = 0;
    for (size_t more = 1; more < 1000; more += 37) {
        if (capacity - count < more) {
            array = memory_grow(array, &capacity, count, more, sizeof *array);
            cr_assert(array != NULL && capacity >= count + more);
        }
        for (size_t i = 0; i < more; i++, count++) {
            array[count] = count;
        }
    }
    for (size_t i = 0; i < count; i++) {
        cr_assert_eq(array[i], i);
    }
    const size_t before = capacity;
    cr_assert_null(memory_grow(array, &capacity, SIZE_MAX / 8, 1, sizeof *array));
    cr_assert_eq(capacity, before);
    free(array);
}
