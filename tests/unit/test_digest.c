#include <criterion/criterion.h>

#include "sim/engine/digest.h"

Test(digest, the_order_of_words_matters)
{
    const uint64_t ab = digest_word(digest_word(DIGEST_START, 1), 2);
    const uint64_t ba = digest_word(digest_word(DIGEST_START, 2), 1);
    cr_assert_neq(ab, ba);
    cr_assert_neq(digest_three(DIGEST_START, 1, 2, 3), digest_three(DIGEST_START, 2, 1, 3));
    cr_assert_neq(digest_three(DIGEST_START, 1, 2, 3), digest_three(DIGEST_START, 1, 3, 2));
}

Test(digest, each_bit_of_each_word_matters)
{
    const uint64_t plain = digest_finish(digest_three(DIGEST_START, 0, 0, 0));
    for (int bit = 0; bit < 64; bit++) {
        const uint64_t one = UINT64_C(1) << bit;
        cr_assert_neq(digest_finish(digest_three(DIGEST_START, one, 0, 0)), plain, "bit %d", bit);
        cr_assert_neq(digest_finish(digest_three(DIGEST_START, 0, one, 0)), plain, "bit %d", bit);
        cr_assert_neq(digest_finish(digest_three(DIGEST_START, 0, 0, one)), plain, "bit %d", bit);
        cr_assert_neq(digest_finish(digest_three(one, 0, 0, 0)),
                      digest_finish(digest_three(0, 0, 0, 0)), "bit %d", bit);
    }
}

Test(digest, an_early_difference_is_never_forgotten)
{
    uint64_t one = digest_word(DIGEST_START, 1);
    uint64_t other = digest_word(DIGEST_START, 2);
    for (uint64_t i = 0; i < 100000; i++) {
        one = digest_word(one, i);
        other = digest_word(other, i);
        cr_assert_neq(one, other);
    }
}

Test(digest, the_length_of_a_byte_string_is_part_of_it)
{
    const unsigned char zeros[24] = {0};
    for (size_t a = 0; a < sizeof zeros; a++) {
        for (size_t b = a + 1; b <= sizeof zeros; b++) {
            cr_assert_neq(digest_bytes(DIGEST_START, zeros, a),
                          digest_bytes(DIGEST_START, zeros, b));
        }
    }
}

/* Digests are compared across machines and versions: a change of these is a change of format. */
Test(digest, the_values_are_those_of_every_other_machine)
{
    cr_assert_eq(digest_finish(DIGEST_START), UINT64_C(0xe220a8397b1dcdaf));
    cr_assert_eq(digest_finish(digest_word(DIGEST_START, 42)), UINT64_C(0xf93aa6e31b69d381));
    cr_assert_eq(digest_finish(digest_three(DIGEST_START, 1, 2, 3)), UINT64_C(0x7f0e86b0c5c8106c));
    cr_assert_eq(digest_finish(digest_bytes(DIGEST_START, "nimblesim", 9)),
                 UINT64_C(0x3071a9bf04c828fb));
}

/* The published values of FNV-1a-64. */
Test(digest, fnv_is_the_one_that_others_know)
{
    cr_assert_eq(digest_fnv(DIGEST_FNV_START, "", 0), UINT64_C(0xcbf29ce484222325));
    cr_assert_eq(digest_fnv(DIGEST_FNV_START, "foobar", 6), UINT64_C(0x85944171f73967e8));
    cr_assert_eq(digest_fnv(digest_fnv(DIGEST_FNV_START, "foo", 3), "bar", 3),
                 UINT64_C(0x85944171f73967e8));
}
