/*
 * Who reaches whom on the floor: the spatial index against looking at every node, the rules
 * where discs overlap, and the share of a floor that its discs cover.
 */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

#include "models/parts/floor.h"
#include "tests/support/chance.h"

static struct rng stream(uint64_t entity)
{
    struct rng r;
    rng_init(&r, 1, 0, entity, RNG_TEST);
    return r;
}

static struct floor_point random_point(struct rng *r, double width_m, double height_m)
{
    const double x_m = rng_unit(r) * width_m;
    return (struct floor_point){x_m, rng_unit(r) * height_m};
}

/* What floor_contact() promises, node by node; *equals counts those that are as near. */
static uint32_t nearest_of_all(const struct floor_plan *f, struct floor_point p, uint32_t *in_reach)
{
    uint32_t nearest = FLOOR_NOBODY;
    double least = INFINITY;
    *in_reach = 0;
    for (uint32_t i = 0; i < f->node_count; i++) {
        const double dx = f->node[i].x_m - p.x_m;
        const double dy = f->node[i].y_m - p.y_m;
        const double distance2 = dx * dx + dy * dy;
        *in_reach += distance2 <= f->radius_m * f->radius_m;
        if (distance2 <= f->radius_m * f->radius_m && distance2 < least) {
            least = distance2;
            nearest = i;
        }
    }
    return nearest;
}

static void expect_index_to_be_right(const struct floor_plan *f, struct floor_point p,
                                     struct rng *r)
{
    uint32_t in_reach;
    const uint32_t want = nearest_of_all(f, p, &in_reach);
    cr_assert_eq(floor_contact(f, p, FLOOR_NEAREST, NULL), want,
                 "at (%.17g, %.17g) with radius %.17g", p.x_m, p.y_m, f->radius_m);
    const uint32_t any = floor_contact(f, p, FLOOR_RANDOM, r);
    cr_assert_eq(any == FLOOR_NOBODY, in_reach == 0);
    if (any != FLOOR_NOBODY) {
        cr_assert_leq(hypot(f->node[any].x_m - p.x_m, f->node[any].y_m - p.y_m),
                      f->radius_m * (1 + 1e-12));
    }
}

/* count nodes anywhere on the floor, and points anywhere: near ones and far ones. */
static void compare_with_brute_force(double width_m, double height_m, double radius_m,
                                     uint32_t count, uint32_t points)
{
    struct rng r = stream(count);
    struct floor_point *node = calloc(count, sizeof *node);
    for (uint32_t i = 0; i < count; i++) {
        node[i] = random_point(&r, width_m, height_m);
    }
    struct floor_plan f;
    cr_assert_eq(floor_init(&f, width_m, height_m, radius_m, node, count), SIM_OK);
    cr_assert_leq((uint64_t)f.cells_x * f.cells_y, 4 * (uint64_t)count + 64);
    for (uint32_t i = 0; i < points; i++) {
        struct floor_point p = random_point(&r, width_m, height_m);
        if (i % 2 == 1) { /* close to a node, so that there is something to find */
            const struct floor_point n = node[rng_below(&r, count)];
            p.x_m = fmin(fmax(n.x_m + (2 * rng_unit(&r) - 1) * radius_m, 0), width_m);
            p.y_m = fmin(fmax(n.y_m + (2 * rng_unit(&r) - 1) * radius_m, 0), height_m);
        }
        expect_index_to_be_right(&f, p, &r);
    }
    floor_deinit(&f);
    free(node);
}

Test(floor, the_index_finds_whom_looking_at_every_node_finds)
{
    compare_with_brute_force(80, 60, 10, 12, 20000);
    compare_with_brute_force(1000, 700, 9.7, 3000, 4000); /* most discs overlap others */
    compare_with_brute_force(300, 300, 60, 500, 4000);    /* a robot is in dozens of them */
}

Test(floor, a_radius_wider_than_the_floor_reaches_everyone)
{
    compare_with_brute_force(80, 60, 1000, 40, 2000);
    compare_with_brute_force(3, 2, 1e6, 1, 100);
}

Test(floor, a_tiny_radius_on_a_wide_floor_costs_few_cells)
{
    compare_with_brute_force(1e6, 1e6, 1e-3, 2000, 2000);
    compare_with_brute_force(1e5, 0.01, 1e-9, 100, 2000);
}

/*
 * Places on the borders of the index's cells and an ulp beside them, and nodes a radius away,
 * where a rounded division might put one of the two a cell too far.
 */
Test(floor, no_contact_is_lost_to_rounding_at_the_borders_of_cells)
{
    static const double radius[] = {10, 0.1, 0.3, 1.0 / 3, 7.7, 1e-3 / 7};
    struct rng r = stream(77);
    for (size_t k = 0; k < sizeof radius / sizeof radius[0]; k++) {
        const double width = radius[k] * 40;
        for (uint32_t i = 1; i < 38; i++) {
            const double edge = i * radius[k];
            const double places[] = {edge, nextafter(edge, 0), nextafter(edge, INFINITY)};
            for (uint32_t m = 0; m < 9; m++) {
                const double x = places[m % 3];
                double away = x + radius[k];
                away = m / 3 == 0 ? away : nextafter(away, m / 3 == 1 ? 0 : INFINITY);
                /* Nodes enough that the cells are as narrow as the radius. */
                struct floor_point node[500];
                for (uint32_t n = 0; n < 500; n++) {
                    node[n] = (struct floor_point){away, radius[k]};
                }
                struct floor_plan f;
                cr_assert_eq(floor_init(&f, width, 2 * radius[k], radius[k], node, 500), SIM_OK);
                expect_index_to_be_right(&f, (struct floor_point){x, radius[k]}, &r);
                floor_deinit(&f);
            }
        }
    }
}

Test(floor, nodes_on_edges_and_in_corners_are_reached)
{
    static const struct floor_point node[] = {{0, 0}, {80, 0}, {0, 60}, {80, 60}, {40, 60}};
    struct floor_plan f;
    cr_assert_eq(floor_init(&f, 80, 60, 10, node, 5), SIM_OK);
    for (uint32_t i = 0; i < 5; i++) {
        cr_expect_eq(floor_contact(&f, node[i], FLOOR_NEAREST, NULL), i);
    }
    cr_expect_eq(floor_contact(&f, (struct floor_point){80, 50}, FLOOR_NEAREST, NULL), 3,
                 "at the radius exactly there is contact");
    cr_expect_eq(floor_contact(&f, (struct floor_point){80, nextafter(50, 0)}, FLOOR_NEAREST, NULL),
                 FLOOR_NOBODY);
    floor_deinit(&f);
}

Test(floor, among_equally_near_nodes_the_lowest_number_has_the_contact)
{
    /* In this order the index meets node 3 before node 1: they lie in different cells. */
    static const struct floor_point node[] = {{500, 500}, {60, 50}, {50, 60}, {40, 50}, {40, 50}};
    struct floor_plan f;
    cr_assert_eq(floor_init(&f, 600, 600, 15, node, 5), SIM_OK);
    cr_expect_eq(floor_contact(&f, (struct floor_point){50, 50}, FLOOR_NEAREST, NULL), 1);
    cr_expect_eq(floor_contact(&f, (struct floor_point){39, 50}, FLOOR_NEAREST, NULL), 3);
    floor_deinit(&f);
}

Test(floor, a_random_choice_is_even_among_those_in_reach)
{
    struct floor_point node[8];
    for (uint32_t i = 0; i < 8; i++) { /* seven around the place, one out of reach */
        node[i] = i == 4 ? (struct floor_point){90, 90}
                         : (struct floor_point){50 + 5 * cos(i), 50 + 5 * sin(i)};
    }
    struct floor_plan f;
    cr_assert_eq(floor_init(&f, 100, 100, 10, node, 8), SIM_OK);
    struct rng r = stream(5);
    uint32_t chosen[8] = {0};
    for (uint32_t i = 0; i < 70000; i++) {
        chosen[floor_contact(&f, (struct floor_point){50, 50}, FLOOR_RANDOM, &r)]++;
    }
    floor_deinit(&f);
    cr_expect_eq(chosen[4], 0);
    chosen[4] = chosen[7];
    cr_expect_gt(chance_even(chosen, 7), 0.001);
}

/* Twelve discs that touch but do not overlap: 12 pi 10^2 of 80 x 60 square metres. */
Test(floor, uniform_places_on_the_papers_grid_are_in_contact_pi_quarters_of_the_time)
{
    struct floor_point node[12];
    for (uint32_t i = 0; i < 12; i++) {
        node[i] = (struct floor_point){10 + 20 * (i % 4), 10 + 20 * (i / 4)};
    }
    struct floor_plan f;
    cr_assert_eq(floor_init(&f, 80, 60, 10, node, 12), SIM_OK);
    struct rng r = stream(6);
    const uint64_t places = 1000000;
    uint64_t in_contact = 0;
    uint32_t by_node[12] = {0};
    for (uint64_t i = 0; i < places; i++) {
        const uint32_t n = floor_contact(&f, random_point(&r, 80, 60), FLOOR_NEAREST, NULL);
        if (n != FLOOR_NOBODY) {
            in_contact++;
            by_node[n]++;
        }
    }
    floor_deinit(&f);
    const double quarter_pi = 0.78539816339744831;
    cr_expect_lt(fabs(chance_hits_z(in_contact, places, quarter_pi)), 2.576, "99 %% interval");
    cr_expect_gt(chance_even(by_node, 12), 0.001);
}
