#include "tests/support/pi5.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

static struct dist constant(int64_t value)
{
    return (struct dist){.kind = DIST_CONSTANT, .low = value, .high = value};
}

static struct dist uniform(int64_t low, int64_t high)
{
    return (struct dist){.kind = DIST_UNIFORM, .low = low, .high = high};
}

enum { MB = 1000000, US = 1000 };

static int64_t times[] = {
    215 * SIM_MS, 31480 * SIM_MS, 217 * SIM_MS,  3030 * SIM_MS,  217 * SIM_MS,
    230 * SIM_MS, 214 * SIM_MS,   235 * SIM_MS,  217 * SIM_MS,   220 * SIM_MS,
    274 * SIM_MS, 19500 * SIM_MS, 220 * SIM_MS,  218 * SIM_MS,   220 * SIM_MS,
    218 * SIM_MS, 12130 * SIM_MS, 252 * SIM_MS,  217 * SIM_MS,   216 * SIM_MS,
    235 * SIM_MS, 216 * SIM_MS,   1956 * SIM_MS, 81860 * SIM_MS, 235 * SIM_MS};

/* Of char *, as the loader makes it. */
static char names[PI5_CLASSES][12] = {"transpose",  "matmul", "fib_opt",
                                      "squeezenet", "resnet", "fib"};
static char *class_order[PI5_CLASSES] = {names[0], names[1], names[2],
                                         names[3], names[4], names[5]};

static void fill_tasks(struct pi5_config *c)
{
    struct pi5_class_config *k = c->tasks.kind;
    for (int kind = 0; kind < PI5_CLASSES; kind++) {
        k[kind].count = 25;
    }
    k[PI5_FIB_OPT].time_ns = uniform(217 * SIM_MS, 245 * SIM_MS);
    k[PI5_FIB_OPT].memory_bytes = constant(25400000);
    k[PI5_FIB_OPT].memory_shared_bytes = constant(24 * MB);
    k[PI5_RESNET].time_ns = uniform(1195 * SIM_MS, 1395 * SIM_MS);
    k[PI5_RESNET].memory_bytes = uniform(206 * MB, 234 * MB);
    k[PI5_RESNET].memory_shared_bytes = uniform(36 * MB, 56 * MB);
    k[PI5_SQUEEZENET].time_ns = uniform(738 * SIM_MS, 920 * SIM_MS);
    k[PI5_SQUEEZENET].memory_bytes = uniform(86 * MB, 99 * MB);
    k[PI5_SQUEEZENET].memory_shared_bytes = uniform(37 * MB, 55 * MB);
    k[PI5_MATMUL].time_ns = uniform(179 * SIM_MS, 379 * SIM_MS);
    k[PI5_MATMUL].memory_bytes = k[PI5_MATMUL].memory_shared_bytes = uniform(27 * MB, 132 * MB);
    k[PI5_MATMUL].time_per_MB_ns = 19500 * US;
    k[PI5_MATMUL].from_bytes = 27 * MB;
    k[PI5_TRANSPOSE].time_ns = constant(250 * SIM_MS);
    k[PI5_TRANSPOSE].memory_bytes = k[PI5_TRANSPOSE].memory_shared_bytes =
        uniform(28 * MB, 87 * MB);
    k[PI5_TRANSPOSE].time_per_MB_ns = 2400 * US;
    k[PI5_TRANSPOSE].from_bytes = 28 * MB;
    k[PI5_FIB].memory_bytes = constant(25100000);
    k[PI5_FIB].memory_shared_bytes = constant(24 * MB);
}

struct pi5_config pi5_config_default(bool pin, bool memory, bool sort)
{
    struct pi5_config c = {
        .policy = {.pin = pin, .memory = memory, .sort = sort},
        .node = {.cores = 4, .per_core = 1, .memory_bytes = 600 * MB, .base_bytes = 60 * MB},
        .os = {.migrations = 4, .warm_ns = 4 * SIM_MS, .fail_ns = 500 * SIM_MS, .thrash = 3},
        .tasks = {.time_max_ns = 3 * SIM_S,
                  .times = {.item = times, .count = sizeof times / sizeof *times}},
        .predictor = {.time_cv = 0.25,
                      .memory_bias = 1.1,
                      .memory_cv = 0.1,
                      .class_order = {.item = class_order, .count = PI5_CLASSES}},
    };
    fill_tasks(&c);
    return c;
}

struct model_head pi5_head(void)
{
    return (struct model_head){
        .name = "pi5", .duration_ns = 3600 * SIM_S, .bin_ns = SIM_S, .seed = 1};
}

double pi5_value(const struct model_result *result, const char *name)
{
    for (size_t i = 0; i < PI5_MEASURES; i++) {
        if (strcmp(pi5_measures[i].name, name) == 0) {
            return result->measure[i];
        }
    }
    cr_assert_fail("no measure %s", name);
    return (double)NAN;
}
