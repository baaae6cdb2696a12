#include "tests/support/tasksets.h"

#include <criterion/criterion.h>

struct taskset_spec tasksets_papers(uint64_t replication)
{
    return (struct taskset_spec){
        .seed = 1,
        .replication = replication,
        .purpose = 1,
        .chains = 200,
        .chain_time_ns = uniform(100 * SIM_MS, 500 * SIM_MS),
        .chain_size_bytes = uniform(100, 500),
        .algorithms = 50,
        .algorithm_time_ns = uniform(10 * SIM_MS, 2 * SIM_S),
        .algorithm_size_bytes = uniform(100, 500),
        .algorithms_per_chain = uniform(3, 7),
        .algorithm_calls = constant(0),
        .heap_bytes = constant(0),
    };
}

struct taskset tasksets_draw(const struct taskset_spec *spec)
{
    struct taskset t;
    cr_assert_eq(taskset_draw(&t, spec), SIM_OK);
    return t;
}
