/*
 * Where robots go: on the floor, without jumps, no faster than they may, never all at one place,
 * and the same however often somebody looks.
 */
#include <criterion/criterion.h>
#include <gsl/gsl_statistics.h>
#include <math.h>

#include "models/parts/trajectory.h"
#include "tests/support/chance.h"

/* The paper's floor and speed; octaves, feature and amplitude as the shipped scenarios have them.
 */
static const struct trajectory_spec by_position = {
    .purpose = 6,
    .kind = TRAJECTORY_BY_POSITION,
    .width_m = 80,
    .height_m = 60,
    .speed_max_mps = 1,
    .octaves = 2,
    .feature_s = 268,
    .amplitude = 1.8,
};

static struct trajectory_spec by_heading(void)
{
    struct trajectory_spec spec = by_position;
    spec.kind = TRAJECTORY_BY_HEADING;
    return spec;
}

/* As fast a noise as a scenario may ask for: the greatest speed is in force much of the time. */
static struct trajectory_spec hurried(uint32_t octaves)
{
    struct trajectory_spec spec = by_position;
    spec.octaves = octaves;
    spec.feature_s = trajectory_feature_least_s(&spec);
    return spec;
}

static struct trajectory robot(const struct trajectory_spec *spec, uint64_t number)
{
    struct trajectory t;
    trajectory_init(&t, spec, 1, 1, number);
    return t;
}

static double distance(struct floor_point a, struct floor_point b)
{
    return hypot(a.x_m - b.x_m, a.y_m - b.y_m);
}

/* The greatest speed between samples step apart, over robots and time. */
static double greatest_speed(const struct trajectory_spec *spec, sim_time step, uint64_t robots,
                             sim_time until)
{
    double greatest = 0;
    for (uint64_t i = 0; i < robots; i++) {
        struct trajectory t = robot(spec, i);
        struct floor_point before = trajectory_at(&t, spec, 0);
        for (sim_time at = step; at <= until; at += step) {
            const struct floor_point p = trajectory_at(&t, spec, at);
            cr_assert(p.x_m >= 0 && p.x_m <= spec->width_m && p.y_m >= 0 && p.y_m <= spec->height_m,
                      "robot %u leaves the floor at %g s", (unsigned)i, (double)at / 1e9);
            greatest = fmax(greatest, distance(p, before) / ((double)step / 1e9));
            before = p;
        }
    }
    return greatest;
}

Test(trajectory, nobody_is_faster_than_the_greatest_speed)
{
    const struct trajectory_spec heading = by_heading();
    cr_expect_leq(greatest_speed(&by_position, 100 * SIM_MS, 50, 3600 * SIM_S), 1 + 1e-4);
    cr_expect_leq(greatest_speed(&heading, 100 * SIM_MS, 50, 3600 * SIM_S), 1 + 1e-9);
}

/*
 * Held back, a robot follows its course in chords of a second: over seconds it is never too fast,
 * within one it bends with the noise. The more octaves, the more of a bend fits into a second.
 */
Test(trajectory, the_limit_holds_where_the_noise_wants_more)
{
    static const struct {
        uint32_t octaves;
        double most_within_mps;
    } known[] = {{1, 1.025}, {2, 1.03}, {3, 1.05}, {4, 1.08}};
    for (size_t k = 0; k < sizeof known / sizeof known[0]; k++) {
        const struct trajectory_spec spec = hurried(known[k].octaves);
        const double by_second = greatest_speed(&spec, SIM_S, 20, 3600 * SIM_S);
        const double within = greatest_speed(&spec, 50 * SIM_MS, 20, 3600 * SIM_S);
        cr_expect_leq(by_second, 1.001, "%u octaves: %g m/s", known[k].octaves, by_second);
        cr_expect_gt(by_second, 0.999, "%u octaves: the limit is in force", known[k].octaves);
        cr_expect_leq(within, known[k].most_within_mps, "%u octaves: %g m/s", known[k].octaves,
                      within);
    }
}

Test(trajectory, places_do_not_depend_on_who_else_looks)
{
    const struct trajectory_spec specs[] = {by_position, by_heading(), hurried(2)};
    for (int k = 0; k < 3; k++) {
        for (uint64_t i = 0; i < 20; i++) {
            struct trajectory seldom = robot(&specs[k], i);
            struct trajectory often = robot(&specs[k], i);
            for (sim_time at = 0; at < 3600 * SIM_S; at += 9700 * SIM_MS) {
                for (int look = 0; look < 7; look++) {
                    (void)trajectory_at(&often, &specs[k], at + look * 1234 * SIM_MS);
                }
                const struct floor_point a = trajectory_at(&seldom, &specs[k], at + 9 * SIM_S);
                const struct floor_point b = trajectory_at(&often, &specs[k], at + 9 * SIM_S);
                cr_assert(distance(a, b) == 0, "kind %d robot %u at %g s: %g m apart", k,
                          (unsigned)i, (double)at / 1e9, distance(a, b));
            }
        }
    }
}

/* Where all robots are at one time: how far from the middle, and how far from each other. */
struct crowd {
    double spread_m, apart_m;
};

enum { CROWD = 10000 };

static struct crowd crowd_at(struct trajectory *robots, const struct trajectory_spec *spec,
                             sim_time at)
{
    static double x[CROWD], y[CROWD];
    struct crowd c = {0};
    for (int i = 0; i < CROWD; i++) {
        const struct floor_point p = trajectory_at(&robots[i], spec, at);
        x[i] = p.x_m;
        y[i] = p.y_m;
        const struct floor_point before = {x[i > 0 ? i - 1 : 0], y[i > 0 ? i - 1 : 0]};
        c.apart_m += distance(p, before) / (CROWD - 1);
    }
    c.spread_m = hypot(gsl_stats_sd(x, 1, CROWD), gsl_stats_sd(y, 1, CROWD));
    return c;
}

/*
 * Gradient noise is zero on its lattice. Were the phases not random, everybody would stand in the
 * middle every feature length, here every eighth sample.
 */
Test(trajectory, robots_do_not_all_meet_at_multiples_of_the_feature_length)
{
    static struct trajectory robots[CROWD];
    for (uint64_t i = 0; i < CROWD; i++) {
        robots[i] = robot(&by_position, i);
    }
    const struct crowd first = crowd_at(robots, &by_position, 0);
    cr_expect_gt(first.apart_m, 20);
    for (int sample = 1; sample <= 64; sample++) {
        const sim_time at = (sim_time)(by_position.feature_s / 8 * sample * 1e9);
        const struct crowd c = crowd_at(robots, &by_position, at);
        cr_expect_float_eq(c.spread_m, first.spread_m, 0.05 * first.spread_m,
                           "spread %g m at %g s, %g m at first", c.spread_m, (double)at / 1e9,
                           first.spread_m);
        cr_expect_float_eq(c.apart_m, first.apart_m, 0.05 * first.apart_m,
                           "%g m apart at %g s, %g m at first", c.apart_m, (double)at / 1e9,
                           first.apart_m);
    }
}

Test(trajectory, the_two_axes_are_independent)
{
    enum { ROBOTS = 10000 };
    static double x[ROBOTS], y[ROBOTS];
    for (uint64_t i = 0; i < ROBOTS; i++) {
        struct trajectory t = robot(&by_position, i);
        const struct floor_point p = trajectory_at(&t, &by_position, 1000 * SIM_S);
        x[i] = p.x_m;
        y[i] = p.y_m;
    }
    cr_expect_lt(fabs(gsl_stats_correlation(x, 1, y, 1, ROBOTS) * sqrt(ROBOTS)), 3.29);
    cr_expect_lt(fabs(chance_mean_z(x, ROBOTS, 40)), 3.29);
    cr_expect_lt(fabs(chance_mean_z(y, ROBOTS, 30)), 3.29);
}

/* A random heading reflected at the walls keeps uniform places uniform. One place a robot. */
Test(trajectory, by_heading_places_are_uniform_at_any_time)
{
    enum { ROBOTS = 12000, COLUMNS = 8, ROWS = 6 };
    const struct trajectory_spec spec = by_heading();
    uint32_t count[2][COLUMNS * ROWS] = {{0}};
    for (uint64_t i = 0; i < ROBOTS; i++) {
        struct trajectory t = robot(&spec, i);
        for (int k = 0; k < 2; k++) {
            const struct floor_point p = trajectory_at(&t, &spec, k * 997 * SIM_S);
            const int column = p.x_m < 80 ? (int)(p.x_m / 10) : COLUMNS - 1;
            const int row = p.y_m < 60 ? (int)(p.y_m / 10) : ROWS - 1;
            count[k][row * COLUMNS + column]++;
        }
    }
    cr_expect_gt(chance_even(count[0], COLUMNS * ROWS), 0.001, "at the start");
    cr_expect_gt(chance_even(count[1], COLUMNS * ROWS), 0.001, "after a thousand seconds");
}

/* Robots are independent, their own samples are not: the interval is over robots. */
Test(trajectory, by_heading_robots_are_in_contact_pi_quarters_of_the_time)
{
    enum { ROBOTS = 400, SAMPLES = 360 };
    struct floor_point node[12];
    for (uint32_t i = 0; i < 12; i++) {
        node[i] = (struct floor_point){10 + 20 * (i % 4), 10 + 20 * (i / 4)};
    }
    struct floor_plan f;
    cr_assert_eq(floor_init(&f, 80, 60, 10, node, 12), SIM_OK);
    const struct trajectory_spec spec = by_heading();
    static double fraction[ROBOTS];
    for (uint64_t i = 0; i < ROBOTS; i++) {
        struct trajectory t = robot(&spec, i);
        for (int k = 0; k < SAMPLES; k++) {
            const struct floor_point p = trajectory_at(&t, &spec, k * 10 * SIM_S);
            fraction[i] += floor_contact(&f, p, FLOOR_NEAREST, NULL) != FLOOR_NOBODY;
        }
        fraction[i] /= SAMPLES;
    }
    floor_deinit(&f);
    const double mean = gsl_stats_mean(fraction, 1, ROBOTS);
    const double half = chance_half_width(fraction, ROBOTS, 0.99);
    cr_expect_float_eq(mean, 0.78539816339744831, half, "%g within %g", mean, half);
    cr_expect_lt(half, 0.01, "an interval that says something");
}

Test(trajectory, a_feature_that_outruns_the_greatest_speed_is_known_beforehand)
{
    const double least = trajectory_feature_least_s(&by_position);
    cr_expect_lt(least, by_position.feature_s);
    cr_expect_gt(least, by_position.feature_s / 4);
    const struct trajectory_spec heading = by_heading();
    cr_expect_eq(trajectory_feature_least_s(&heading), 0);
}
