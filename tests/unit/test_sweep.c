/* Axes, constraints, points: what a file makes, and what is wrong with it. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "models/nimblenet/config.h"
#include "scenarios/sweep/sweep.h"
#include "tests/support/schema.h"

/* A sweep of a text, with what it needs to live. */
struct trial {
    struct scenario base;
    struct sweep sweep;
    struct scenario_errors errors;
    enum sim_status status;
};

static void read_text(struct trial *t, const char *sweep, const struct scenario_override *overrides,
                      size_t count)
{
    char text[4096];
    (void)snprintf(text, sizeof text, "format: 1\n%s\n", sweep);
    *t = (struct trial){0};
    cr_assert_eq(scenario_parse(&t->base, &schema_registry, "a.yaml", text, strlen(text), overrides,
                                count, &t->errors),
                 SIM_OK, "%s", schema_line(&t->errors, 0));
    t->status = sweep_read(&t->sweep, &t->base, overrides, count, &t->errors);
    if (t->status == SIM_OK) {
        t->status = sweep_resolve(&t->sweep, &t->errors);
    }
}

static void end(struct trial *t)
{
    sweep_deinit(&t->sweep);
    scenario_deinit(&t->base);
    scenario_errors_deinit(&t->errors);
}

/* The points as "a b; c d". */
static const char *points_of(const struct trial *t)
{
    static char text[8192];
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 0; i < t->sweep.point_count; i++) {
        for (size_t a = 0; a < t->sweep.axis_count; a++) {
            used += (size_t)snprintf(text + used, sizeof text - used, "%s%s",
                                     a > 0 ? " " : (i > 0 ? "; " : ""),
                                     sweep_value_at(&t->sweep, i, a)->text);
        }
    }
    return text;
}

static void assert_points(const char *sweep, const char *expected)
{
    struct trial t;
    read_text(&t, sweep, NULL, 0);
    cr_assert_eq(t.status, SIM_OK, "%s: %s", sweep, schema_line(&t.errors, 0));
    cr_expect_str_eq(points_of(&t), expected);
    end(&t);
}

static void assert_refused(const char *sweep, const char *expected)
{
    struct trial t;
    read_text(&t, sweep, NULL, 0);
    cr_assert_eq(t.status, SIM_ERR_INVALID, "%s", sweep);
    cr_assert_gt(t.errors.count, 0);
    cr_expect_not_null(strstr(schema_line(&t.errors, 0), expected), "%s\n  not: %s",
                       schema_line(&t.errors, 0), expected);
    end(&t);
}

/* ---- axes ---- */

Test(sweep, the_last_axis_is_the_fastest)
{
    assert_points("sweep: {nodes.eviction: [lru, lfu], robots.count: [3, 1]}",
                  "lru 3; lru 1; lfu 3; lfu 1");
}

Test(sweep, ranges_multiply_and_add)
{
    assert_points("sweep: {nodes.cache: {from: 8 KiB, to: 64 KiB, step: x2}}",
                  "8 KiB; 16 KiB; 32 KiB; 64 KiB");
    assert_points("sweep: {nodes.cache: {from: 8 KiB, to: 19 KiB, step: 4 KiB}}",
                  "8 KiB; 12 KiB; 16 KiB");
    assert_points("sweep: {robots.count: {from: 4, to: 10, step: x1.5}}", "4; 6; 9");
    assert_points("sweep: {mesh.loss: {from: 0.1, to: 0.5, step: 0.1}}", "0.1; 0.2; 0.3; 0.4; 0.5");
    assert_points("sweep: {mesh.hop_delay: {from: 100 ms, to: 0.3 s, step: 100 ms}}",
                  "100 ms; 200 ms; 300 ms");
    assert_points("sweep: {taskset.algorithm_size: {from: 100 B, to: 200 B, step: 100 B}}",
                  "100 B; 200 B");
}

Test(sweep, a_range_that_is_one_value)
{
    assert_points("sweep: {robots.count: {from: 4, to: 4, step: 1}}", "4");
}

Test(sweep, values_are_spelt_alike)
{
    assert_points("sweep: {nodes.cache: [8192 B, 0.5 MiB], mesh.bandwidth: [unlimited]}",
                  "8 KiB unlimited; 512 KiB unlimited");
}

Test(sweep, distributions_and_maps_are_values_too)
{
    assert_points("sweep: {robots.trigger: [10 s, {uniform: [9 s, 11 s]}], variants: [[nimble]]}",
                  "10 s [nimble]; {uniform: [9 s, 11 s]} [nimble]");
}

Test(sweep, an_axis_of_the_user_is_not_read)
{
    assert_points("sweep: {x-note: [1, 2], robots.count: [3]}", "3");
}

Test(sweep, a_point_is_the_scenario_with_its_values)
{
    struct trial t;
    struct scenario point;
    struct scenario alone;
    struct scenario_errors errors = {0};
    const struct scenario_override set[] = {{"duration=60 s"}};
    const struct scenario_override same[] = {{"duration=60 s"}, {"nodes.cache=16 KiB"}};
    read_text(&t, "sweep: {nodes.cache: [8 KiB, 16 KiB]}", set, 1);
    cr_assert_eq(t.status, SIM_OK);
    cr_assert_eq(sweep_load_point(&point, &t.sweep, 1, &errors), SIM_OK);
    cr_expect_eq(FIRST_OF(int64_t, SCHEMA_CONFIG(&point, 0)->nodes.cache_bytes), 16384);
    cr_expect_eq(point.duration_ns, 60 * SIM_S);
    cr_expect_eq(point.seed, t.base.seed);
    char hash[65];
    char hash_alone[65];
    cr_assert_eq(scenario_hash(&point, hash), SIM_OK);
    cr_expect_str_eq(t.sweep.hash[1], hash);
    cr_expect_str_neq(t.sweep.hash[0], t.sweep.hash[1]);
    /* The axes are no part of what a point is. */
    cr_assert_eq(
        scenario_parse(&alone, &schema_registry, "b.yaml", "format: 1", 9, same, 2, &errors),
        SIM_OK);
    cr_assert_eq(scenario_hash(&alone, hash_alone), SIM_OK);
    cr_expect_str_eq(hash_alone, hash);
    cr_expect_not(sweep_is_in(&alone));
    cr_expect(sweep_is_in(&t.base));
    scenario_deinit(&alone);
    scenario_deinit(&point);
    end(&t);
}

Test(sweep, units_of_axes)
{
    struct trial t;
    read_text(&t,
              "sweep: {nodes.cache: [8 KiB], mesh.hop_delay: [1 ms], robots.count: [2], "
              "floor.width: [80 m], nodes.eviction: [lru]}",
              NULL, 0);
    cr_assert_eq(t.status, SIM_OK);
    cr_expect_str_eq(sweep_axis_unit(&t.sweep.axis[0]), "B");
    cr_expect_str_eq(sweep_axis_unit(&t.sweep.axis[1]), "ns");
    cr_expect_str_eq(sweep_axis_unit(&t.sweep.axis[2]), "");
    cr_expect_str_eq(sweep_axis_unit(&t.sweep.axis[3]), "m");
    cr_expect_float_eq(t.sweep.axis[0].value[0].number, 8192, 0);
    cr_expect_float_eq(t.sweep.axis[1].value[0].number, 1e6, 0);
    cr_expect(isnan(t.sweep.axis[4].value[0].number));
    end(&t);
}

Test(sweep, mistakes_are_told_where_they_are)
{
    assert_refused("name: a", "a.yaml:1:1: sweep: missing");
    assert_refused("sweep: [1]", "a.yaml:2:8: sweep: expected a map of axes");
    assert_refused("sweep: {}", "a.yaml:2:8: sweep: expected a map of axes");
    assert_refused("sweep: {nodes.cach: [1 B]}",
                   "a.yaml:2:9: nodes.cach: unknown key; did you mean nodes.cache?");
    assert_refused("sweep: {cache: [1 B]}", "did you mean nodes.cache?");
    assert_refused("sweep: {nodes: [1]}", "nodes is a section");
    assert_refused("sweep: {format: [1]}", "cannot be an axis");
    assert_refused("sweep: {robots.count: 3}", "a.yaml:2:23: robots.count: expected a list");
    assert_refused("sweep: {robots.count: []}", "an axis without values");
    assert_refused("sweep: {robots.count: [3, 4, 3]}",
                   "a.yaml:2:30: robots.count: 3 is listed twice");
    assert_refused("sweep: {nodes.cache: [8 KiB, 8192 B]}", "8 KiB is listed twice");
    assert_refused("sweep:\n  robots.count: [1]\n  robots.count: [2]",
                   "a.yaml:4:3: robots.count: written twice");
    assert_refused("sweep: {robots.count: [*a]}", "aliases");
}

Test(sweep, mistakes_in_ranges)
{
    assert_refused("sweep: {robots.count: {from: 1, to: 2}}", "{from: ..., to: ..., step: ...}");
    assert_refused("sweep: {robots.count: {from: 1, to: 2, by: 1}}", "a.yaml:2:40: ");
    assert_refused("sweep: {robots.count: {from: 3, to: 2, step: 1}}", "below from");
    assert_refused("sweep: {robots.count: {from: 1, to: 2, step: 0}}", "above 0");
    assert_refused("sweep: {robots.count: {from: 1, to: 2, step: x1}}", "a factor is");
    assert_refused("sweep: {robots.count: {from: 0, to: 2, step: x2}}", "must start above 0");
    assert_refused("sweep: {robots.count: {from: 1, to: 9, step: x1.5}}", "not whole at the 2.");
    assert_refused("sweep: {nodes.cache: {from: 1 KiB, to: 9, step: x2}}", "\"9\" has no unit");
    assert_refused("sweep: {nodes.eviction: {from: 1, to: 2, step: 1}}", "no number");
    assert_refused("sweep: {robots.count: {from: 1, to: 60000, step: 1}}", "too many values");
}

Test(sweep, every_value_is_checked_where_it_stands)
{
    assert_refused("sweep: {nodes.cache: [32 KiB, 7]}",
                   "a.yaml:2:31: nodes.cache: \"7\" has no unit");
    assert_refused("sweep: {nodes.eviction: [lfuu]}", "a.yaml:2:26: nodes.eviction: ");
    assert_refused("sweep: {robots.count: [1, 2], taskset.chains: [5, 200]}",
                   "a.yaml:2:48: taskset.chains: ");
}

Test(sweep, a_mistake_of_many_points_is_told_once)
{
    struct trial t;
    read_text(&t, "sweep: {nodes.cache: [32 KiB, 7], robots.count: [1, 2, 3]}", NULL, 0);
    cr_expect_eq(t.errors.count, 1);
    end(&t);
}

Test(sweep, an_axis_cannot_be_overridden)
{
    struct trial t;
    const struct scenario_override set[] = {{"robots.count=3"}};
    read_text(&t, "sweep: {robots.count: [1, 2]}", set, 1);
    cr_assert_eq(t.status, SIM_ERR_INVALID);
    cr_expect_not_null(strstr(schema_line(&t.errors, 0), "cannot be --set as well"));
    end(&t);
}

/* ---- constraints ---- */

#define AXES "sweep: {nodes.eviction: [lfu, lru], robots.count: [1, 2, 4]}\n"

Test(where, numbers)
{
    assert_points(AXES "where: [robots.count > 1]", "lfu 2; lfu 4; lru 2; lru 4");
    assert_points(AXES "where: robots.count * 2 <= 4 - 0", "lfu 1; lfu 2; lru 1; lru 2");
    assert_points(AXES "where: [robots.count != 2, nodes.eviction == lru]", "lru 1; lru 4");
    assert_points(AXES "where: (robots.count + 2) / 2 == 3", "lfu 4; lru 4");
    assert_points(AXES "where: robots.count * 50 >= taskset.chains", "lfu 4; lru 4");
}

Test(where, words_and_alternatives)
{
    assert_points(AXES "where: nodes.eviction == lru or robots.count < 2",
                  "lfu 1; lru 1; lru 2; lru 4");
    assert_points(AXES "where: nodes.eviction != lru", "lfu 1; lfu 2; lfu 4");
    assert_points(
        "sweep: {nodes.eviction: [lfu, lfu-history]}\nwhere: nodes.eviction == lfu-history",
        "lfu-history");
    assert_points("sweep: {protocol.coalesce: [true, false]}\nwhere: protocol.coalesce == true",
                  "true");
}

Test(where, units_are_carried_along)
{
    assert_points("sweep: {nodes.cache: [8 KiB, 16 KiB]}\nwhere: nodes.cache / 2 < 8 KiB", "8 KiB");
    assert_points("sweep: {mesh.bandwidth: [1 kbit/s, 1 Mbit/s, unlimited]}\n"
                  "where: nodes.cache / mesh.bandwidth < 10 s",
                  "1 Mbit/s; unlimited");
    assert_points("sweep: {mesh.hop_delay: [10 ms, 20 ms]}\n"
                  "where: 2 * mesh.hop_delay == 20 ms",
                  "10 ms");
    assert_points("sweep: {floor.width: [60 m, 90 m]}\nwhere: floor.width / 1 s > 60 m/s", "90 m");
}

Test(where, a_distribution_has_a_value_where_it_is_constant)
{
    assert_points("sweep: {mesh.hop_delay: [10 ms, 20 ms, {uniform: [1 ms, 9 ms]}]}\n"
                  "where: mesh.hop_delay < 20 ms",
                  "10 ms");
    assert_points("sweep: {mesh.hop_delay: [10 ms, {uniform: [1 ms, 9 ms]}]}\n"
                  "where: mesh.hop_delay != 10 ms",
                  "{uniform: [1 ms, 9 ms]}");
    assert_points("sweep: {robots.count: [1, 2]}\nwhere: mesh.hop_delay * robots.count > 100 ms",
                  "2");
}

Test(where, unlimited_is_more_than_any_number)
{
    assert_points("sweep: {nodes.executors: [1, 4, unlimited]}\nwhere: nodes.executors >= 4",
                  "4; unlimited");
    assert_points("sweep: {protocol.message_overhead: [10 B, real]}\n"
                  "where: protocol.message_overhead < 20 B",
                  "10 B");
}

Test(where, what_a_condition_excludes_need_not_be_sound)
{
    assert_points("sweep: {robots.chains: [10, 50], taskset.chains: [20, 100]}\n"
                  "where: robots.chains <= taskset.chains",
                  "10 20; 10 100; 50 100");
}

Test(where, mistakes_have_a_column)
{
    assert_refused(AXES "where: robots.count <", "a.yaml:3:22: where: expected a number");
    assert_refused(AXES "where: [robots.count 2]", "a.yaml:3:22: where: expected one of ==");
    assert_refused(AXES "where: robots.cuont > 2",
                   "a.yaml:3:8: where: robots.cuont: unknown key; did you mean robots.count?");
    assert_refused(AXES "where: \"robots.cuont > 2\"", "a.yaml:3:9: where: ");
    assert_refused(AXES "where: nodes.eviction == lro",
                   "a.yaml:3:23: where: nodes.eviction is never lro; did you mean");
    assert_refused(AXES "where: nodes.eviction < lru", "== and != alone");
    assert_refused(AXES "where: nodes.eviction + 1 > 2", "no arithmetic");
    assert_refused(AXES "where: robots.count > lru", "neither a key nor a value");
    assert_refused(AXES "where: nodes.cache > 100 ms", "different units");
    assert_refused(AXES "where: nodes.cache + 1 > 100 B", "different units");
    assert_refused(AXES "where: robots.trigger > 10 s", "cannot be compared");
    assert_refused(AXES "where: robots.count > 2 3", "\"3\" is not understood here");
    assert_refused(AXES "where: (robots.count > 2", "not closed");
    assert_refused(AXES "where: robots.count > 3 parsecs", "known unit");
    assert_refused(AXES "where: {a: b}", "expected a condition");
    assert_refused(AXES "where: robots.count > 9", "where leaves none of 6 combinations");
}

Test(where, long_and_deep_conditions_are_refused)
{
    char text[1024] = AXES "where: robots.count > 1";
    for (int i = 0; i < 40; i++) {
        (void)strcat(text, " + 1");
    }
    assert_refused(text, "too long");
    (void)snprintf(text, sizeof text, "%swhere: ", AXES);
    for (int i = 0; i < 40; i++) {
        (void)strcat(text, "(");
    }
    assert_refused(text, "expected a number");
}

/* ---- variants and lists ---- */

Test(sweep, an_axis_that_reaches_no_variant_is_refused)
{
    assert_refused("variants: {a: {nodes.eviction: lru}, b: {nodes.eviction: arc}}\n"
                   "sweep: {robots.count: [1], nodes.eviction: [lfu, lru]}",
                   "a.yaml:3:28: nodes.eviction: reaches no variant: a, b all set it");
    assert_refused("sweep: {taskset.form: [nimble]}", "taskset.form: reaches no variant");
}

Test(sweep, an_axis_that_reaches_some_leaves_a_note)
{
    struct trial t;
    read_text(&t,
              "variants: {a: {nodes.eviction: lru}, b: {}}\nsweep: {nodes.eviction: [lfu, arc], "
              "robots.count: [1]}",
              NULL, 0);
    cr_assert_eq(t.status, SIM_OK);
    cr_assert_eq(t.sweep.notes.count, 1);
    cr_expect_str_eq(t.sweep.notes.line[0], "the axis nodes.eviction does not reach a");
    end(&t);
}

Test(sweep, variants_may_be_an_axis)
{
    assert_points("sweep: {variants: [nimble, {lru: {nodes.eviction: lru}}]}",
                  "nimble; {lru: {nodes.eviction: lru}}");
}

Test(sweep, a_value_may_be_a_list)
{
    assert_points("model: toy\nsweep: {nodes.capacity: [3, [2, 1, 1], [3, 2, 2]]}",
                  "3; [2, 1, 1]; [3, 2, 2]");
    assert_refused("model: toy\nsweep: {nodes.capacity: [1, [2, 12]]}",
                   "a.yaml:3:29: nodes.capacity: 12 is too large");
    assert_refused("model: toy\nsweep: {power: [[1 W, 2 W]]}", "expected a power, found a list");
    assert_refused("model: toy\nsweep: {nodes.capacity: [2, [2, 2]]}",
                   "points 1 and 2 are the same scenario");
}

Test(sweep, axes_belong_to_the_model)
{
    assert_points("model: toy\nsweep: {energy: {from: 1 nJ/bit, to: 3 nJ/bit, step: 1 nJ/bit}}",
                  "1e-09 J/bit; 2e-09 J/bit; 3e-09 J/bit");
    assert_refused("model: toy\nsweep: {nodes.cache: [1 B]}", "nodes.cache: unknown key");
    assert_refused("sweep: {model: [toy]}", "model: cannot be an axis");
    assert_refused("sweep: {base: [a.yaml]}", "base: cannot be an axis");
}

Test(where, a_word_may_stand_for_a_number)
{
    assert_points("sweep: {nodes.executors: [1, unlimited]}\nwhere: nodes.executors == unlimited",
                  "unlimited");
    assert_points("sweep: {nodes.executors: [1, unlimited]}\nwhere: nodes.executors != unlimited",
                  "1");
    assert_points("sweep: {seed: [1, 2]}\nwhere: mesh.bandwidth == unlimited", "1; 2");
    assert_points("model: toy\nsweep: {sleep: [none, 5 ms]}\nwhere: sleep == none", "none");
    assert_points("model: toy\nsweep: {sleep: [none, 5 ms]}\nwhere: sleep > 1 ms", "5 ms");
    assert_points("sweep: {seed: [1, 2]}\nwhere: platform.calibration == none", "1; 2");
    assert_refused("sweep: {nodes.executors: [1]}\nwhere: nodes.executors == none",
                   "none: neither a key nor a value of the other side");
    assert_refused("sweep: {nodes.executors: [1]}\nwhere: nodes.executors < unlimited",
                   "== and != alone");
    assert_refused("model: toy\nnodes: {capacity: [1, 2]}\nsweep: {seed: [1]}\n"
                   "where: nodes.capacity > 1",
                   "cannot be compared");
}

Test(where, watts_and_joules_a_bit_are_carried_along)
{
    assert_points("model: toy\nsweep: {power: [1 W, 3 W]}\nwhere: power * 1 s > energy * 2500000 B",
                  "3 W");
    assert_refused("model: toy\nsweep: {power: [1 W]}\nwhere: power > energy", "different units");
}
