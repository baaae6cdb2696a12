/* The kernels of experiments: the bytes are those of their text, and the answers those of C. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime-replay/trials/kernel.h"
#include "tests/support/runtime.h"
#include "tests/support/tasklets.h"

enum { ROOM = 8 << 20 };

static uint32_t next(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return (uint32_t)((int32_t)*seed >> 12);
}

static uint32_t fold(const uint32_t *word, size_t count)
{
    uint32_t sum = 0;
    for (size_t i = 0; i < count; i++) {
        sum = sum * 31 + word[i];
    }
    return sum;
}

/* ---- the same works in C ---- */

static uint32_t matrix(uint32_t seed, uint32_t n)
{
    static uint32_t in[2][64 * 64], out[64 * 64];
    for (uint32_t i = 0; i < 2 * n * n; i++) {
        in[i / (n * n)][i % (n * n)] = next(&seed);
    }
    for (uint32_t i = 0; i < n * n; i++) {
        out[i] = 0;
        for (uint32_t k = 0; k < n; k++) {
            out[i] += in[0][i / n * n + k] * in[1][k * n + i % n];
        }
    }
    return fold(out, (size_t)n * n);
}

static uint32_t convolution(uint32_t seed, uint32_t n)
{
    static uint32_t in[64 * 64], out[64 * 64];
    static const uint32_t weight[3] = {1, 2, 1};
    for (uint32_t i = 0; i < n * n; i++) {
        in[i] = next(&seed);
    }
    const uint32_t count = n * n - 2 * n - 2;
    for (uint32_t i = 0; i < count; i++) {
        out[i] = 0;
        for (uint32_t k = 0; k < 9; k++) {
            out[i] += weight[k / 3] * weight[k % 3] * in[i + k / 3 * n + k % 3];
        }
    }
    return fold(out, count);
}

static uint32_t fib(uint32_t seed, uint32_t n)
{
    uint32_t a = 0;
    uint32_t b = 1;
    for (uint32_t i = 0; i < n; i++) {
        const uint32_t sum = a + b;
        a = b;
        b = sum;
    }
    return a + seed;
}

static uint32_t transpose(uint32_t seed, uint32_t n)
{
    static uint32_t out[64 * 64];
    for (uint32_t i = 0; i < n * n; i++) {
        out[i % n * n + i / n] = next(&seed);
    }
    return fold(out, (size_t)n * n);
}

static int by_value(const void *a, const void *b)
{
    const int32_t x = *(const int32_t *)a;
    const int32_t y = *(const int32_t *)b;
    return (x > y) - (x < y);
}

static uint32_t statistics(uint32_t seed, uint32_t n)
{
    int32_t value[4096];
    int64_t sum = 0;
    for (uint32_t i = 0; i < n; i++) {
        value[i] = (int32_t)next(&seed);
        sum += value[i];
    }
    qsort(value, n, sizeof *value, by_value);
    return (uint32_t)(int32_t)(sum / (int64_t)n) * 31 ^ (uint32_t)value[n / 2];
}

typedef uint32_t native_fn(uint32_t seed, uint32_t n);
static native_fn *const native[KERNELS] = {matrix, convolution, fib, transpose, statistics};

/* ---- */

Test(kernel, its_answer_is_the_one_of_the_same_work_in_c)
{
    for (int work = 0; work < KERNELS; work++) {
        struct kernel k;
        struct wasm_error error;
        cr_assert_eq(kernel_load(&k, work, ROOM, &error), SIM_OK, "%s", error.text);
        for (uint32_t n = work == KERNEL_CONVOLUTION ? 3 : 1; n <= 20; n++) {
            for (uint32_t seed = 0; seed < 5; seed++) {
                uint32_t answer = 0;
                cr_assert_eq(kernel_run(&k, seed, n, 0, &answer, &error), SIM_OK);
                cr_assert_eq(answer, native[work](seed, n), "%s(%u, %u)", kernel_word[work], seed,
                             n);
            }
        }
        kernel_unload(&k);
    }
}

Test(kernel, memory_that_is_touched_is_held_and_changes_no_answer)
{
    for (int work = 0; work < KERNELS; work++) {
        struct kernel k;
        struct wasm_error error;
        uint32_t answer = 0;
        cr_assert_eq(kernel_load(&k, work, ROOM, &error), SIM_OK);
        cr_assert_eq(kernel_run(&k, 7, 12, 3 << 20, &answer, &error), SIM_OK, "%s", error.text);
        cr_assert_eq(answer, native[work](7, 12));
        cr_assert_geq(wasm_host_peak_bytes(k.host), (size_t)3 << 20);
        cr_assert_eq(kernel_run(&k, 8, 12, 3 << 20, &answer, &error), SIM_OK);
        cr_assert_eq(answer, native[work](8, 12));
        kernel_unload(&k);
    }
}

Test(kernel, more_memory_than_there_is_ends_it_in_a_text)
{
    struct kernel k;
    struct wasm_error error = {""};
    uint32_t answer = 0;
    cr_assert_eq(kernel_load(&k, KERNEL_TRANSPOSE, 1 << 20, &error), SIM_OK);
    cr_assert_eq(kernel_run(&k, 1, 4, 4 << 20, &answer, &error), SIM_ERR_INVALID);
    cr_assert_gt(strlen(error.text), 0);
    kernel_unload(&k);
}

Test(kernel, a_size_is_found_for_a_time)
{
    for (int work = 0; work < KERNELS; work++) {
        uint32_t n = 0;
        struct wasm_error error;
        cr_assert_eq(kernel_fit(work, 200000, &n, &error), SIM_OK);
        cr_assert(n > 4 && n < 4000, "%s: %u", kernel_word[work], n);
    }
}

/* Whoever changes a text has to make the bytes again. */
Test(kernel, the_bytes_are_those_of_the_text)
{
    for (int work = 0; work < KERNELS; work++) {
        char name[32];
        (void)snprintf(name, sizeof name, "bench-kernel-%s", kernel_word[work]);
        const struct execute_binary file = tasklets_binary(name);
        cr_assert_eq(file.length, kernel_module[work].length, "%s: make it again", name);
        cr_assert_arr_eq(file.bytes, kernel_module[work].bytes, file.length, "%s", name);
    }
}

Test(kernel, one_hash_names_it)
{
    char hash[2][KERNEL_HASH_BYTES];
    kernel_hash(KERNEL_FIB, hash[0]);
    kernel_hash(KERNEL_MATRIX, hash[1]);
    cr_assert_eq(strlen(hash[0]), 64);
    cr_assert_str_neq(hash[0], hash[1]);
}
