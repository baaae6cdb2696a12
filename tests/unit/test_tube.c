/* The tasklet that a host application calls and exchanges, in the embedded runtime. */
#include "models/wasmtube/real/tube.h"

#include <criterion/criterion.h>
#include <stdlib.h>

#include "tests/support/runtime.h"

TestSuite(tube, .init = need_runtime);

static void opened(struct tube *t, size_t bytes, int32_t version)
{
    uint8_t *binary = NULL;
    size_t length = 0;
    struct wasm_error error;
    cr_assert_eq(tube_build(bytes, version, &binary, &length), SIM_OK);
    cr_assert(length >= bytes && length < bytes + 4096, "%zu bytes", length);
    cr_assert_eq(tube_open(t, binary, length, &error), SIM_OK, "%s", error.text);
    free(binary);
}

Test(tube, answers_both_ways_as_C_does_with_a_version)
{
    static const int32_t integer[] = {7, -3, 0, 2147483647, -2147483647, 5, 5, -12};
    struct tube t;
    opened(&t, 2000, 77);
    for (uint32_t count = 0; count <= 8; count++) {
        const struct tube_answer wanted = tube_native(integer, count);
        for (enum tube_mode mode = TUBE_JSON; mode <= TUBE_BINARY; mode += 2) {
            struct tube_argument a;
            struct tube_answer got;
            tube_encode(&a, mode, integer, count);
            cr_assert(tube_call(&t, mode, &a, &got));
            cr_expect_eq(got.mean, wanted.mean);
            cr_expect_eq(got.median, wanted.median);
            cr_expect_eq(got.version, 77);
        }
    }
    cr_expect_eq(tube_close(&t), 0);
}

Test(tube, takes_the_element_at_half_and_cuts_the_mean_off)
{
    static const int32_t integer[] = {4, -1, -1, -1};
    const struct tube_answer got = tube_native(integer, 3);
    cr_expect_eq(got.mean, 0);
    cr_expect_eq(got.median, -1);
    cr_expect_eq(tube_native(integer + 1, 2).median, -1);
    cr_expect_eq(tube_native(integer, 2).median, 4);
}

Test(tube, a_noop_parses_and_answers_what_it_always_does)
{
    static const int32_t integer[] = {7, 9};
    struct tube t;
    opened(&t, 2000, 1);
    struct tube_argument a;
    struct tube_answer got = {9, 9, 9};
    tube_encode(&a, TUBE_NOOP_JSON, integer, 2);
    cr_assert(tube_call(&t, TUBE_NOOP_JSON, &a, &got));
    cr_expect(got.mean == 0 && got.median == 0 && got.version == 1);
    cr_expect_eq(tube_close(&t), 0);
}

Test(tube, is_built_in_sizes_up_to_megabytes)
{
    static const int32_t integer[] = {1, 2, 3};
    struct tube t;
    opened(&t, 2000000, 3);
    struct tube_argument a;
    struct tube_answer got;
    tube_encode(&a, TUBE_JSON, integer, 3);
    cr_assert(tube_call(&t, TUBE_JSON, &a, &got));
    cr_expect(got.mean == 2 && got.version == 3);
    cr_expect_eq(tube_close(&t), 0);
}

Test(tube, refuses_half_a_file)
{
    uint8_t *binary = NULL;
    size_t length = 0;
    struct tube t;
    struct wasm_error error = {""};
    cr_assert_eq(tube_build(2000, 1, &binary, &length), SIM_OK);
    cr_expect_eq(tube_open(&t, binary, length / 2, &error), SIM_ERR_INVALID);
    cr_expect_neq(error.text[0], '\0');
    cr_expect_eq(tube_close(&t), 0); /* of one that is not open: nothing */
    free(binary);
}

Test(tube, holds_nothing_after_ten_thousand_exchanges)
{
    uint8_t *binary = NULL;
    size_t length = 0;
    size_t held = 0;
    struct wasm_error error;
    cr_assert_eq(tube_build(2000, 1, &binary, &length), SIM_OK);
    for (int i = 0; i < 10000; i++) {
        struct tube t;
        cr_assert_eq(tube_open(&t, binary, length, &error), SIM_OK, "%s", error.text);
        held += tube_close(&t);
    }
    cr_expect_eq(held, 0, "%zu bytes", held);
    free(binary);
}
