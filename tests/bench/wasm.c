/*
 * Real tasklets: what the interpreter takes for an instruction in one long loop, which is the least
 * that any run of them can take, and what loading and the three ways to make a sub-call add.
 */
#include <string.h>

#include "runtime-replay/wasm/wasm_host.h"
#include "tests/bench/bench.h"
#include "tests/support/tasklets.h"

enum { REPETITIONS = 9, ROUNDS = 2000000, SHORT_ROUNDS = 2000, CALLS = 500 };

static struct execute_runner *make_executor(void)
{
    struct execute_runner *e = NULL;
    const struct execute_limits limits = execute_limits_default();
    const struct execute_source source = tasklets_source();
    ASSERT(execute_create(&e, &limits, &source) == SIM_OK);
    return e;
}

static double run(struct execute_runner *e, const char *name, uint32_t x, uint32_t rounds,
                  enum execute_mode mode, struct execution *out)
{
    const uint32_t argument[2] = {x, rounds};
    const double start = bench_clock_s();
    ASSERT(execute_run(e, name, argument, rounds > 0 ? 2 : 1, mode, out));
    return bench_clock_s() - start;
}

/* Nanoseconds an instruction: one run of many rounds, or many runs of few. */
static double instruction_ns(struct execute_runner *e, uint32_t runs, uint32_t rounds)
{
    double value[REPETITIONS];
    for (int r = 0; r < REPETITIONS; r++) {
        double seconds = 0;
        uint64_t instructions = 0;
        for (uint32_t i = 0; i < runs; i++) {
            struct execution out;
            seconds += run(e, "loop", i, rounds, EXECUTE_NESTED, &out);
            instructions += out.instructions;
        }
        value[r] = 1e9 * seconds / (double)instructions;
    }
    return bench_median(value, REPETITIONS);
}

static double load_us(struct execute_runner *e)
{
    double value[REPETITIONS];
    for (int r = 0; r < REPETITIONS; r++) {
        double seconds = 0;
        for (uint32_t i = 0; i < CALLS; i++) {
            struct execution out;
            seconds += run(e, "double", i, 0, EXECUTE_NESTED, &out);
        }
        value[r] = 1e6 * seconds / CALLS;
    }
    return bench_median(value, REPETITIONS);
}

/* Microseconds that a sub-call adds to a chain, its own and the sub-tasklet's code included. */
static double sub_call_us(struct execute_runner *e, enum execute_mode mode)
{
    double value[REPETITIONS];
    for (int r = 0; r < REPETITIONS; r++) {
        double seconds = 0;
        uint64_t calls = 0;
        for (uint32_t i = 0; i < CALLS; i++) {
            struct execution out;
            seconds += run(e, "chain", i, 0, mode, &out);
            seconds -= run(e, "chain.inlined", i, 0, mode, &out);
            calls += 18;
        }
        value[r] = 1e6 * seconds / (double)calls;
    }
    return bench_median(value, REPETITIONS);
}

int main(void)
{
    if (!wasm_host_is_available()) {
        puts("built without the Wasm runtime");
        return 0;
    }
    struct execute_runner *e = make_executor();
    const double bare = instruction_ns(e, 1, ROUNDS);
    const double runs = instruction_ns(e, CALLS, SHORT_ROUNDS);
    const double load = load_us(e);
    const double nested = sub_call_us(e, EXECUTE_NESTED);
    const double suspended = sub_call_us(e, EXECUTE_SUSPENDED);
    const double again = sub_call_us(e, EXECUTE_REEXECUTED);
    execute_destroy(e);

    printf("an instruction in one loop          %8.2f ns\n", bare);
    printf("  in runs of 18,000, loading each   %8.2f ns  %.2f of it\n", runs, runs / bare);
    printf("load, run, drop a tasklet of 6      %8.2f us\n", load);
    printf("a sub-call, nested                  %8.2f us  %.2f loads\n", nested, nested / load);
    printf("  suspended and resumed             %8.2f us  %.2f loads\n", suspended,
           suspended / load);
    printf("  re-executed, 18 to a chain        %8.2f us  %.2f loads\n", again, again / load);
    bench_line("wasm_runs_ratio", runs / bare, "ratio");
    bench_line("wasm_instruction", bare, "ns");
    bench_line("wasm_load", load, "us");
    bench_line("wasm_sub_call_nested", nested, "us");
    bench_line("wasm_sub_call_suspended", suspended, "us");
    return 0;
}
