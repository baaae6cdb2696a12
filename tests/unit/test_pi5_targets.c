/*
 * The node and its batch against what is claimed of them: 30 replications, eight arms, bands on the
 * gains. The bands were set before the model was written; nothing was tuned to them.
 */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>

#include "tests/support/drive.h"
#include "tests/support/pi5.h"

enum { REPLICATIONS = 30, ARMS = 8 };
enum { PIN = 1, MEMORY = 2, SORT = 4, ALL = 7 }; /* an arm: its policies */

typedef void setting_fn(struct pi5_config *c);

struct means {
    double response_s, start_failures, makespan_s;
    double gain[ARMS]; /* the mean of the replications' gains */
    double failures[ARMS];
};

static double response(const struct pi5_config *c, uint32_t replication, double *failures)
{
    const struct model_head head = pi5_head();
    struct model_result r;
    drive_model(&pi5_model, &head, c, replication, 0, NULL, &r);
    cr_assert_str_eq(r.books, "");
    cr_assert_eq(pi5_value(&r, "completed"), pi5_value(&r, "calls"));
    *failures += pi5_value(&r, "start_failures") / REPLICATIONS;
    const double mean_s = pi5_value(&r, "response_mean_s");
    drive_forget(&r);
    return mean_s;
}

static struct means measured(setting_fn *set)
{
    struct means m = {0};
    for (uint32_t i = 1; i <= REPLICATIONS; i++) {
        double base_s = 0;
        for (int arm = 0; arm < ARMS; arm++) {
            struct pi5_config c = pi5_config_default(arm & PIN, arm & MEMORY, arm & SORT);
            if (set != NULL) {
                set(&c);
            }
            const double mean_s = response(&c, i, &m.failures[arm]);
            base_s = arm == 0 ? mean_s : base_s;
            m.gain[arm] += (1 - mean_s / base_s) / REPLICATIONS;
        }
        m.response_s += base_s / REPLICATIONS;
    }
    return m;
}

static void expect(const char *what, double value, double low, double high)
{
    if (getenv("SHOW") != NULL) {
        printf("%-40s %9.4f   [%g, %g]\n", what, value, low, high);
    }
    cr_expect(value >= low && value <= high, "%s: %.4f is not in [%g, %g]", what, value, low, high);
}

Test(pi5_targets, a_mild_cap)
{
    const struct means m = measured(NULL);
    expect("base response, s", m.response_s, 15.5, 17);
    expect("gain of pin", m.gain[PIN], 0.003, 0.022);
    expect("gain of memory", m.gain[MEMORY], 0.04, 0.07);
    expect("gain of pin+memory", m.gain[PIN | MEMORY], 0.055, 0.085);
    expect("gain of sort", m.gain[SORT], 0.26, 0.33);
    expect("gain of memory+sort", m.gain[MEMORY | SORT], 0.37, 0.43);
    expect("gain of all", m.gain[ALL], 0.38, 0.44);
    expect("failed starts of base", m.failures[0], 10, 15);
    expect("failed starts of memory", m.failures[MEMORY], 0, 2.5);
}

static void no_cap(struct pi5_config *c)
{
    c->node.memory_bytes = INT64_C(1400000000);
}

Test(pi5_targets, no_cap)
{
    const struct means m = measured(no_cap);
    expect("1400 MB: gain of memory", m.gain[MEMORY], 0, 0);
    expect("1400 MB: gain of pin", m.gain[PIN], 0.015, 0.017);
    expect("1400 MB: gain of all", m.gain[ALL], 0.38, 0.42);
}

static void tight_cap(struct pi5_config *c)
{
    c->node.memory_bytes = INT64_C(300000000);
}

Test(pi5_targets, a_tight_cap)
{
    const struct means m = measured(tight_cap);
    expect("300 MB: gain of memory", m.gain[MEMORY], 0.28, 0.37);
    expect("300 MB: gain of all", m.gain[ALL], 0.39, 0.46);
}

static void class_predictor(struct pi5_config *c)
{
    no_cap(c);
    c->predictor.time = PI5_PREDICT_CLASS;
}

static void class_predictor_and_order(struct pi5_config *c)
{
    class_predictor(c);
    c->tasks.order = PI5_ORDER_CLASS;
}

Test(pi5_targets, the_authors_predictor)
{
    const struct means shuffled = measured(class_predictor);
    expect("class, 1400 MB, shuffle: gain of sort", shuffled.gain[SORT], 0.065, 0.13);
    const struct means ordered = measured(class_predictor_and_order);
    expect("class, 1400 MB, class order: gain of sort", ordered.gain[SORT], 0.075, 0.10);
    expect("class, 1400 MB, class order: gain of all", ordered.gain[ALL], 0.09, 0.115);
}

static void many_migrations(struct pi5_config *c)
{
    no_cap(c);
    c->os.migrations = 20;
}

Test(pi5_targets, many_migrations)
{
    const struct means m = measured(many_migrations);
    expect("20 migrations, 1400 MB: gain of pin", m.gain[PIN], 0.072, 0.076);
}
