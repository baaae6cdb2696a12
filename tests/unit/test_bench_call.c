/* The modules that bench-call carries are those of its text files, and do what the C code does. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "runtime-replay/trials/bench_call.h"
#include "tests/support/runtime.h"
#include "tests/support/tasklets.h"

Test(bench_call, carries_what_its_text_files_say)
{
    static const char *const name[BENCH_WORKS] = {"bench-nothing", "bench-mean", "bench-median"};
    for (size_t w = 0; w < BENCH_WORKS; w++) {
        const struct execute_binary file = tasklets_binary(name[w]);
        cr_assert_eq(file.length, bench_module[w].length, "%s: make it again", name[w]);
        cr_assert_arr_eq(file.bytes, bench_module[w].bytes, file.length, "%s: make it again",
                         name[w]);
    }
}

Test(bench_call, works_in_c_are_what_they_are_called)
{
    int32_t integer[BENCH_INTEGERS];
    for (int32_t i = 0; i < BENCH_INTEGERS; i++) {
        integer[i] = (i * 37) % BENCH_INTEGERS * 10; /* 0, 10 .. 590, shuffled */
    }
    cr_assert_eq(bench_native(BENCH_MEAN, integer), 295);
    cr_assert_eq(bench_native(BENCH_MEDIAN, integer), 295);
    integer[0] = -100000;
    cr_assert_eq(bench_native(BENCH_MEAN, integer), (17700 - 100000) / 60);
    cr_assert_eq(bench_native(BENCH_MEDIAN, integer), 295);
    cr_assert_eq(bench_native(BENCH_NOTHING, integer), 0);
    for (size_t i = 0; i < BENCH_INTEGERS; i++) {
        integer[i] = INT32_MIN;
    }
    cr_assert_eq(bench_native(BENCH_MEAN, integer), INT32_MIN);
    cr_assert_eq(bench_native(BENCH_MEDIAN, integer), INT32_MIN);
}

Test(bench_call, each_way_gives_the_native_results)
{
    need_runtime();
    for (int work = 0; work < BENCH_WORKS; work++) {
        for (int way = 0; way < BENCH_WAYS; way++) {
            double sample_ns[20];
            struct wasm_error error;
            cr_assert_eq(bench_measure((enum bench_work)work, (enum bench_way)way,
                                       &bench_module[work], sample_ns, 20, &error),
                         SIM_OK, "%s", error.text);
            for (size_t i = 0; i < 20; i++) {
                cr_assert_geq(sample_ns[i], 0);
            }
        }
    }
    cr_assert_geq(bench_clock_ns(), 0);
}

Test(bench_call, another_result_than_the_native_one_is_told)
{
    need_runtime();
    double sample_ns[10];
    struct wasm_error error;
    for (int way = BENCH_LOADED; way <= BENCH_COLD; way++) {
        cr_assert_eq(bench_measure(BENCH_MEAN, (enum bench_way)way, &bench_module[BENCH_MEDIAN],
                                   sample_ns, 10, &error),
                     SIM_ERR_INVALID);
        cr_assert_str_eq(error.text, "its result is not the native one");
    }
}

Test(bench_call, writes_stay_within_an_instances_memory)
{
    need_runtime();
    const struct wasm_host_limits limits = {(size_t)1 << 20, 4096};
    struct wasm_host *host = NULL;
    struct wasm_instance *w = NULL;
    struct wasm_error error;
    const uint8_t bytes[8] = {1, 2, 3, 4, 5, 6, 7, 8};
    cr_assert_eq(wasm_host_create(&host, &limits), SIM_OK);
    cr_assert_eq(wasm_instance_create(&w, host, bench_module[BENCH_MEAN].bytes,
                                      bench_module[BENCH_MEAN].length, &error),
                 SIM_OK);
    cr_assert(wasm_instance_write(w, 0, bytes, 8));
    cr_assert(wasm_instance_write(w, 65528, bytes, 8));
    cr_assert(wasm_instance_write(w, 65536, bytes, 0));
    cr_assert_not(wasm_instance_write(w, 65529, bytes, 8));
    cr_assert_not(wasm_instance_write(w, UINT32_MAX, bytes, 8));
    cr_assert_not(wasm_instance_write(w, 0, bytes, UINT32_MAX));
    wasm_instance_destroy(w);

    cr_assert_eq(wasm_instance_create(&w, host, bench_module[BENCH_NOTHING].bytes,
                                      bench_module[BENCH_NOTHING].length, &error),
                 SIM_OK);
    cr_assert_not(wasm_instance_write(w, 0, bytes, 0), "it has no memory");
    wasm_instance_destroy(w);
    wasm_host_destroy(host);
}
