/* Variants: whose settings they are, what wins, what --set reaches, what is refused. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "models/nimblenet/config.h"
#include "tests/support/schema.h"

enum { SETS_MAX = 4 };
#define SETS(...) ((const char *const[]){__VA_ARGS__, NULL})

struct trial {
    struct scenario s;
    struct scenario_errors errors;
    enum sim_status status;
};

static struct trial tried(const char *lines, const char *const *sets)
{
    struct trial t = {.status = SIM_OK};
    struct scenario_override overrides[SETS_MAX];
    size_t count = 0;
    char text[2048];

    for (; sets != NULL && sets[count] != NULL; count++) {
        overrides[count].text = sets[count];
    }
    (void)snprintf(text, sizeof(text), "format: 1\n%s\n", lines);
    t.status = scenario_parse(&t.s, &schema_registry, "t.yaml", text, strlen(text), overrides,
                              count, &t.errors);
    return t;
}

static struct scenario with(const char *lines, const char *const *sets)
{
    struct trial t = tried(lines, sets);

    cr_assert_eq(t.status, SIM_OK, "%s", schema_line(&t.errors, 0));
    return t.s;
}

static void refused(const char *lines, const char *const *sets, const char *const *expected)
{
    struct trial t = tried(lines, sets);
    size_t i = 0;

    cr_assert_eq(t.status, SIM_ERR_INVALID, "%s", lines);
    for (; expected[i] != NULL; i++) {
        cr_assert_str_eq(schema_line(&t.errors, i), expected[i]);
    }
    cr_assert_eq(t.errors.count, i, "one more: %s", schema_line(&t.errors, i));
    scenario_errors_deinit(&t.errors);
}

static const char *names_of(const struct scenario *s)
{
    static char text[1024];

    text[0] = '\0';
    for (uint32_t i = 0; i < s->variant_count; i++) {
        size_t used = strlen(text);
        (void)snprintf(text + used, sizeof(text) - used, "%s%s{%s}", i > 0 ? " " : "",
                       s->variant[i].name, s->variant[i].set);
    }
    return text;
}

Test(variants, a_map_makes_any_number_of_own_ones)
{
    struct scenario s = with("variants: {lru: {nodes.eviction: lru}, big: {like: monolithic, "
                             "nodes.cache: 64 KiB}, monolithic: {}, x-note: [1]}",
                             NULL);

    cr_assert_str_eq(names_of(&s), "lru{nodes.eviction: lru} "
                                   "big{nodes.cache: 64 KiB, taskset.form: monolithic} "
                                   "monolithic{taskset.form: monolithic}");
    cr_assert_str_eq(SCHEMA_CONFIG(&s, 0)->nodes.eviction, "lru");
    cr_assert_eq(FIRST_OF(int64_t, SCHEMA_CONFIG(&s, 0)->nodes.cache_bytes), 32768);
    cr_assert_eq(FIRST_OF(int64_t, SCHEMA_CONFIG(&s, 1)->nodes.cache_bytes), 65536);
    cr_assert_eq(SCHEMA_CONFIG(&s, 1)->taskset.form, NIMBLENET_FORM_MONOLITHIC);
    cr_assert_str_eq(SCHEMA_CONFIG(&s, 2)->nodes.eviction, "lfu");
    cr_assert_eq(scenario_variant_find(&s, "monolithic"), 2);
    cr_assert_eq(scenario_variant_find(&s, "nimble"), s.variant_count);
    scenario_deinit(&s);
}

Test(variants, settings_are_paths_sections_or_both)
{
    struct scenario s = with("variants:\n"
                             "  a:\n"
                             "    nodes: {cache: 1000 B, eviction: lru}\n"
                             "    protocol.local: {ttl: 0}\n"
                             "    protocol.global.ttl: 7\n"
                             "  b:\n",
                             NULL);

    cr_assert_eq(FIRST_OF(int64_t, SCHEMA_CONFIG(&s, 0)->nodes.cache_bytes), 1000);
    cr_assert_eq(SCHEMA_CONFIG(&s, 0)->protocol.local.ttl, 0);
    cr_assert_eq(SCHEMA_CONFIG(&s, 0)->protocol.global.ttl, 7);
    cr_assert_str_eq(s.variant[1].set, "");
    cr_assert_eq(SCHEMA_CONFIG(&s, 1)->protocol.global.ttl, 255);
    scenario_deinit(&s);
}

Test(variants, one_that_is_called_as_a_word_starts_from_it)
{
    struct scenario s = with("variants: {monolithic: {nodes.cache: 64 KiB}}", NULL);

    cr_assert_str_eq(names_of(&s), "monolithic{nodes.cache: 64 KiB, taskset.form: monolithic}");
    scenario_deinit(&s);
}

Test(variants, like_starts_from_another_and_may_be_followed)
{
    struct scenario s = with("variants: {c: {like: b, nodes.calls_max: 3}, b: {like: a, "
                             "nodes.cache: 2000 B}, a: {nodes: {cache: 1000 B, eviction: lru}}}",
                             NULL);

    cr_assert_eq(FIRST_OF(int64_t, SCHEMA_CONFIG(&s, 0)->nodes.cache_bytes), 2000);
    cr_assert_str_eq(SCHEMA_CONFIG(&s, 0)->nodes.eviction, "lru");
    cr_assert_eq(SCHEMA_CONFIG(&s, 0)->nodes.calls_max, 3);
    cr_assert_eq(SCHEMA_CONFIG(&s, 1)->nodes.calls_max, 1024);
    scenario_deinit(&s);
}

Test(variants, a_variant_wins_over_the_file_and_over_set)
{
    struct scenario s = with("nodes: {eviction: arc}\n"
                             "variants: {lru: {nodes.eviction: lru}, plain: {}}",
                             SETS("nodes.eviction=gdsf"));

    cr_assert_str_eq(SCHEMA_CONFIG(&s, 0)->nodes.eviction, "lru");
    cr_assert_str_eq(SCHEMA_CONFIG(&s, 1)->nodes.eviction, "gdsf");
    cr_assert_str_eq(((const struct nimblenet_config *)s.config)->nodes.eviction, "gdsf");
    cr_assert_not_null(s.notes);
    cr_assert_eq(s.notes->count, 1);
    cr_assert_str_eq(s.notes->line[0], "--set nodes.eviction does not reach lru, which sets it");
    scenario_deinit(&s);
    s = with("variants: {lru: {nodes.eviction: lru}, plain: {}}", SETS("nodes.cache=9 KiB"));
    cr_assert_null(s.notes);
    scenario_deinit(&s);
}

Test(variants, a_set_that_reaches_none_is_refused)
{
    refused("variants: {lru: {nodes.eviction: lru}, arc: {nodes.eviction: arc}}",
            SETS("seed=3", "nodes.eviction=gdsf"),
            SETS("--set:2:16: nodes.eviction: reaches no variant: lru and arc all set it"));
    refused("variants: nimble", SETS("taskset.form=nimble"),
            SETS("--set:1:14: taskset.form: reaches no variant: nimble sets it"));
}

Test(variants, set_may_replace_them)
{
    struct scenario s = with("variants: {lru: {nodes.eviction: lru}}", SETS("variants=[nimble]"));

    cr_assert_str_eq(names_of(&s), "nimble{taskset.form: nimble}");
    scenario_deinit(&s);
}

Test(variants, the_baseline_is_the_first_or_the_one_named)
{
    struct scenario s = with("variants: [nimble, monolithic]", NULL);

    cr_assert_eq(s.baseline, 0);
    scenario_deinit(&s);
    s = with("variants: {a: {}, b: {}}\nbaseline: b", NULL);
    cr_assert_eq(s.baseline, 1);
    scenario_deinit(&s);
    refused("variants: {lru: {}, arc: {}}\nbaseline: lro", NULL,
            SETS("t.yaml:3:11: baseline: no variant is called \"lro\"; did you mean lru?"));
}

Test(variants, a_model_without_words_has_one_of_its_own_name)
{
    struct scenario s = with("model: toy", NULL);

    cr_assert_str_eq(names_of(&s), "toy{}");
    scenario_deinit(&s);
    refused("model: toy\nvariants: [nimble]", NULL,
            SETS("t.yaml:3:12: variants: expected a map {NAME: {KEY: VALUE}}: toy has no words for "
                 "it, found \"nimble\""));
}

Test(variants, what_all_share_cannot_be_set)
{
    refused("variants: {a: {seed: 3, duration: 1 s, record: calls, bin: 1 s}}", NULL,
            SETS("t.yaml:2:16: seed: a variant cannot set it: it is the same for all",
                 "t.yaml:2:25: duration: a variant cannot set it: it is the same for all",
                 "t.yaml:2:40: record: a variant cannot set it: it is the same for all",
                 "t.yaml:2:55: bin: a variant cannot set it: it is the same for all"));
    refused("variants: {a: {replications: {min: 3}, variants: [nimble], model: toy, name: b}}",
            NULL,
            SETS("t.yaml:2:16: replications: a variant cannot set it: it is the same for all",
                 "t.yaml:2:40: variants: a variant cannot set it: it is the same for all",
                 "t.yaml:2:60: model: a variant cannot set it: it is the same for all",
                 "t.yaml:2:72: name: a variant cannot set it: it is the same for all"));
}

Test(variants, mistakes_are_told_where_they_stand)
{
    refused("variants: {a: {nodes.evicton: lru}}", NULL,
            SETS("t.yaml:2:16: nodes.evicton: unknown key; did you mean nodes.eviction?"));
    refused("variants: {a: {nodes.cache: 5}}", NULL,
            SETS("t.yaml:2:29: nodes.cache: \"5\" has no unit; a size is in B, kB, KiB, MB, MiB, "
                 "GB or GiB, "
                 "such as 32 KiB"));
    refused("variants: {a: {nodes.cache: 5 B, nodes: {cache: 6 B}}}", NULL,
            SETS("t.yaml:2:42: nodes.cache: written twice; the first is in line 2",
                 "t.yaml:2:29: nodes.cache: no chain fits into nodes.cache: the smallest has 100 "
                 "bytes, the cache 5"));
    refused("variants: {a: 3}", NULL,
            SETS("t.yaml:2:15: variants: expected the settings of a as a map, such as "
                 "{floor.width}"));
    refused(
        "variants: {a b: {}}", NULL,
        SETS("t.yaml:2:12: variants: \"a b\" is no name: letters, digits, - _ + and . alone, at "
             "most 64"));
    refused("variants: {a: {}, a: {}}", NULL, SETS("t.yaml:2:19: variants: \"a\" is listed twice"));
    refused("variants: {}", NULL,
            SETS("t.yaml:2:11: variants: the map is empty; name at least one variant"));
    refused("variants: {a: {sweep: {seed: [1]}}}", NULL,
            SETS("t.yaml:2:16: sweep: is read from the file alone"));
}

Test(variants, like_nobody_or_in_a_circle_is_refused)
{
    refused("variants: {a: {like: monolitic}}", NULL,
            SETS("t.yaml:2:22: variants: no variant is called \"monolitic\"; did you mean "
                 "monolithic?"));
    refused("variants: {a: {like: b}, b: {like: a}}", NULL,
            SETS("t.yaml:2:36: variants: b is like a, which goes in a circle",
                 "t.yaml:2:22: variants: a is like b, which goes in a circle"));
    refused("variants: {a: {like: a}}", NULL,
            SETS("t.yaml:2:22: variants: a is like a, which goes in a circle"));
}

Test(variants, each_is_checked_and_a_mistake_of_several_is_told_once)
{
    refused("taskset: {chains: 5}\nvariants: {a: {}, b: {nodes.eviction: lru}, c: {}}", NULL,
            SETS("t.yaml:2:19: taskset.chains: a robot draws 20 distinct chains, but "
                 "taskset.chains is 5"));
    refused("variants: {a: {}, b: {taskset.chains: 5}}", NULL,
            SETS("t.yaml:2:39: taskset.chains: a robot draws 20 distinct chains, but "
                 "taskset.chains is 5"));
    struct scenario s = with("taskset: {chains: 5}\nvariants: {a: {robots.chains: 5}}", NULL);
    scenario_deinit(&s);
}

Test(variants, what_prints_alike_means_the_same)
{
    static const char *const texts[] = {
        "variants: {lru: {nodes.eviction: lru}, big: {like: lru, nodes: {cache: 64 KiB}}}",
        "variants: {nimble: {like: big, nodes.cache: 1 KiB}, big: {taskset.form: monolithic}}",
        "variants: {pin+memory: {mesh.links: {graphml: a.xml}}, \"on\": {}}\nbaseline: on",
        "model: toy\nvariants: {a: {nodes: {capacity: [2, 1], names: [x, \"true\"]}}}",
    };

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct scenario s = with(texts[i], NULL);
        struct scenario again;
        struct scenario_errors errors = {0};
        char *text = schema_printed(&s);

        cr_assert_eq(scenario_parse(&again, &schema_registry, "t.yaml", text, strlen(text), NULL, 0,
                                    &errors),
                     SIM_OK, "%s", schema_line(&errors, 0));
        char *text_again = schema_printed(&again);
        cr_assert_str_eq(text_again, text);
        free(text);
        free(text_again);
        scenario_deinit(&s);
        scenario_deinit(&again);
    }
}
