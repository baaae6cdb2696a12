/* Where a scenario is from: bases, standard input, files that belong to it; mistakes as data. */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "models/nimblenet/config.h"
#include "tests/support/schema.h"

static char folder[64];

static void make_folder(void)
{
    (void)snprintf(folder, sizeof(folder), "/tmp/nimblesim-sources-XXXXXX");
    cr_assert_not_null(mkdtemp(folder));
}

static void remove_folder(void)
{
    char command[128];

    (void)snprintf(command, sizeof(command), "rm -r %s", folder);
    cr_assert_eq(system(command), 0);
}

TestSuite(sources, .init = make_folder, .fini = remove_folder);

/* The path of a file in the folder, good until four more were asked for. */
static const char *in_folder(const char *name)
{
    static char path[4][256];
    static unsigned next;
    char *here = path[next++ % 4];

    (void)snprintf(here, sizeof(path[0]), "%s/%s", folder, name);
    return here;
}

static void write_file(const char *name, const char *text)
{
    FILE *file = fopen(in_folder(name), "w");

    cr_assert_not_null(file);
    cr_assert_geq(fputs(text, file), 0);
    cr_assert_eq(fclose(file), 0);
}

static struct scenario loaded(const char *path)
{
    struct scenario s;
    struct scenario_errors errors = {0};

    cr_assert_eq(scenario_load(&s, &schema_registry, path, NULL, 0, &errors), SIM_OK, "%s",
                 schema_line(&errors, 0));
    return s;
}

/* expected: the only line, without the folder that it begins with. */
static void refused(const char *path, const char *expected)
{
    struct scenario s;
    struct scenario_errors errors = {0};
    const size_t length = strlen(folder) + 1;

    cr_assert_eq(scenario_load(&s, &schema_registry, path, NULL, 0, &errors), SIM_ERR_INVALID);
    cr_assert_eq(errors.count, 1, "%s", schema_line(&errors, 1));
    cr_assert_eq(strncmp(schema_line(&errors, 0), folder, length - 1), 0);
    cr_assert_str_eq(schema_line(&errors, 0) + length, expected);
    scenario_errors_deinit(&errors);
}

/* ---- bases ---- */

Test(sources, a_scenario_starts_from_its_base)
{
    write_file("base.yaml", "format: 1\nname: plant\nseed: 7\nnodes: {cache: 64 KiB, rows: 5}\n"
                            "variants: {lru: {nodes.eviction: lru}, plain: {}}\n"
                            "sweep: {seed: [1, 2]}\n");
    write_file("top.yaml", "format: 1\nbase: base.yaml\nseed: 9\nnodes: {rows: 6}\n");
    struct scenario s = loaded(in_folder("top.yaml"));

    cr_assert_str_eq(s.name, "plant");
    cr_assert_eq(s.seed, 9);
    cr_assert_eq(SCHEMA_CONFIG(&s, 0)->nodes.rows, 6);
    cr_assert_eq(FIRST_OF(int64_t, SCHEMA_CONFIG(&s, 0)->nodes.cache_bytes), 65536);
    cr_assert_eq(s.variant_count, 2);
    cr_assert_eq(s.base_count, 1);
    cr_assert_str_eq(s.base[0].path, in_folder("base.yaml"));
    cr_assert_eq(strlen(s.base[0].hash), 64);
    scenario_deinit(&s);
}

Test(sources, what_a_base_brought_is_printed_and_the_base_is_not)
{
    write_file("base.yaml", "format: 1\nseed: 7\n");
    write_file("top.yaml", "format: 1\nbase: base.yaml\n");
    write_file("alone.yaml", "format: 1\nseed: 7\n");
    struct scenario top = loaded(in_folder("top.yaml"));
    struct scenario alone = loaded(in_folder("alone.yaml"));
    char *a = schema_printed(&top);
    char *b = schema_printed(&alone);

    cr_assert_str_eq(a, b);
    free(a);
    free(b);
    scenario_deinit(&top);
    scenario_deinit(&alone);
}

Test(sources, a_base_may_be_of_another_folder_and_names_the_model)
{
    cr_assert_eq(mkdir(in_folder("deep"), 0700), 0);
    write_file("deep/table.tsv", "abc");
    write_file("deep/base.yaml", "format: 1\nmodel: toy\ntables: [table.tsv]\n");
    write_file("top.yaml", "format: 1\nbase: deep/base.yaml\n");
    struct scenario s = loaded(in_folder("top.yaml"));
    const struct scenario_file *table = SCHEMA_TOY(&s, 0)->tables.item;

    cr_assert_eq(s.schema, &schema_toy);
    cr_assert_str_eq(table->path, in_folder("deep/table.tsv"));
    cr_assert_eq(table->length, 3);
    scenario_deinit(&s);
}

Test(sources, mistakes_of_a_base_are_told_in_the_base)
{
    write_file("base.yaml", "format: 1\nsead: 7\n");
    write_file("top.yaml", "format: 1\nbase: base.yaml\n");
    refused(in_folder("top.yaml"), "base.yaml:2:1: sead: unknown key; did you mean seed?");
    write_file("base.yaml", "seed: 7\n");
    refused(in_folder("top.yaml"), "base.yaml:1:1: format: missing; write \"format: 1\"");
}

Test(sources, bases_end_somewhere)
{
    char name[32];
    char text[64];
    char expected[256];

    write_file("a.yaml", "format: 1\nbase: b.yaml\n");
    write_file("b.yaml", "format: 1\nbase: ./a.yaml\n");
    (void)snprintf(expected, sizeof(expected), "b.yaml:2:7: base: %s/./a.yaml starts from itself",
                   folder);
    refused(in_folder("a.yaml"), expected);
    for (int i = 0; i < 10; i++) {
        (void)snprintf(name, sizeof(name), "%d.yaml", i);
        (void)snprintf(text, sizeof(text), "format: 1\nbase: %d.yaml\n", i + 1);
        write_file(name, text);
    }
    (void)snprintf(expected, sizeof(expected),
                   "8.yaml:2:7: base: nested more than 8 deep, at %s/9.yaml", folder);
    refused(in_folder("0.yaml"), expected);
    write_file("8.yaml", "format: 1\n");
    struct scenario s = loaded(in_folder("0.yaml"));
    cr_assert_eq(s.base_count, 8);
    scenario_deinit(&s);
    (void)snprintf(expected, sizeof(expected), "c.yaml:2:7: base: %s/none.yaml cannot be read",
                   folder);
    write_file("c.yaml", "format: 1\nbase: none.yaml\n");
    refused(in_folder("c.yaml"), expected);
}

Test(sources, a_base_is_no_value_of_set_or_of_a_variant)
{
    struct scenario s;
    struct scenario_errors errors = {0};
    const struct scenario_override set = {"base=a.yaml"};

    cr_assert_eq(scenario_parse(&s, &schema_registry, "t.yaml", "format: 1", 9, &set, 1, &errors),
                 SIM_ERR_INVALID);
    cr_assert_str_eq(schema_line(&errors, 0), "--set:1:6: base: is read from the file alone");
    scenario_errors_deinit(&errors);
}

/* ---- standard input ---- */

Test(sources, a_hyphen_is_standard_input)
{
    struct scenario s;
    struct scenario_errors errors = {0};

    write_file("in.yaml", "format: 1\nseed: 5\n");
    int file = open(in_folder("in.yaml"), O_RDONLY);
    cr_assert_geq(dup2(file, STDIN_FILENO), 0);
    close(file);
    s = loaded("-");
    cr_assert_eq(s.seed, 5);
    cr_assert_str_eq(s.path, "-");
    scenario_deinit(&s);
    write_file("in.yaml", "format: 1\nsead: 5\n");
    file = open(in_folder("in.yaml"), O_RDONLY);
    cr_assert_geq(dup2(file, STDIN_FILENO), 0);
    close(file);
    cr_assert_eq(scenario_load(&s, &schema_registry, "-", NULL, 0, &errors), SIM_ERR_INVALID);
    cr_assert_str_eq(schema_line(&errors, 0), "<stdin>:2:1: sead: unknown key; did you mean seed?");
    scenario_errors_deinit(&errors);
}

/* ---- mistakes as data ---- */

Test(sources, a_mistake_has_parts)
{
    struct scenario s;
    struct scenario_errors errors = {0};
    const char text[] = "format: 1\nnodes:\n  evicton: lru\n";

    cr_assert_eq(
        scenario_parse(&s, &schema_registry, "t.yaml", text, strlen(text), NULL, 0, &errors),
        SIM_ERR_INVALID);
    cr_assert_eq(errors.count, 1);
    const struct scenario_mistake *m = &errors.mistake[0];
    cr_assert_str_eq(m->file, "t.yaml");
    cr_assert_eq(m->line, 3);
    cr_assert_eq(m->column, 3);
    cr_assert_str_eq(m->key, "nodes.evicton");
    cr_assert_str_eq(m->message, "unknown key");
    cr_assert_str_eq(m->suggestion, "nodes.eviction");
    scenario_errors_deinit(&errors);
}

Test(sources, an_unknown_measure_is_a_mistake_of_the_scenario)
{
    struct scenario s;
    struct scenario_errors errors = {0};
    const char text[] = "format: 1\nreplications: {precision: 2 %, of: response_means}\n";

    cr_assert_eq(
        scenario_parse(&s, &schema_registry, "t.yaml", text, strlen(text), NULL, 0, &errors),
        SIM_ERR_INVALID);
    cr_assert_str_eq(schema_line(&errors, 0),
                     "t.yaml:2:36: replications.of: no metric is called \"response_means\"; did "
                     "you mean response_mean_s?");
    scenario_errors_deinit(&errors);
}

Test(sources, a_run_has_so_many_bins_and_no_more)
{
    struct scenario s;
    struct scenario_errors errors = {0};
    const char text[] = "format: 1\nbin: 1 us\n";

    cr_assert_eq(
        scenario_parse(&s, &schema_registry, "t.yaml", text, strlen(text), NULL, 0, &errors),
        SIM_ERR_INVALID);
    cr_assert_str_eq(schema_line(&errors, 0),
                     "t.yaml:2:6: bin: makes more than 10000000 bins of the run's duration");
    scenario_errors_deinit(&errors);
}

/* ---- files ---- */

static void count_file(void *context, const char *key, const struct scenario_file *file)
{
    char *seen = context;
    const char *slash = strrchr(file->path, '/');

    (void)sprintf(seen + strlen(seen), "%s=%s:%zu ", key, slash + 1, file->length);
}

Test(sources, every_file_is_visited_once)
{
    char seen[256] = "";

    write_file("a.tsv", "abc");
    write_file("b.tsv", "abcd");
    write_file("base.yaml", "format: 1\nmodel: toy\n");
    write_file("top.yaml", "format: 1\nbase: base.yaml\n"
                           "variants: {x: {tables: [a.tsv, none, a.tsv]}, y: {tables: [b.tsv, "
                           "a.tsv, no.tsv]}}\n");
    struct scenario s = loaded(in_folder("top.yaml"));

    scenario_visit_files(&s, count_file, seen);
    cr_assert_str_eq(seen, "base=base.yaml:21 tables=a.tsv:3 tables=b.tsv:4 ");
    scenario_deinit(&s);
}

Test(sources, what_is_no_file_or_too_large_is_refused_by_name)
{
    char expected[256];

    cr_assert_eq(mkdir(in_folder("d"), 0700), 0);
    write_file("t.yaml", "format: 1\nplatform: {calibration: ./d}\n");
    (void)snprintf(expected, sizeof(expected),
                   "t.yaml:2:25: platform.calibration: %s/./d is no file that holds data", folder);
    refused(in_folder("t.yaml"), expected);
    write_file("large", "");
    cr_assert_eq(truncate(in_folder("large"), (64 << 20) + 1), 0);
    write_file("t.yaml", "format: 1\nmesh: {links: {graphml: large}}\n");
    (void)snprintf(expected, sizeof(expected),
                   "t.yaml:2:25: mesh.links: %s/large is larger than 64 MiB", folder);
    refused(in_folder("t.yaml"), expected);
}

Test(sources, a_graph_belongs_to_the_scenario)
{
    write_file("mesh.xml", "abc");
    write_file("t.yaml", "format: 1\nmesh: {links: {graphml: mesh.xml}}\n");
    struct scenario s = loaded(in_folder("t.yaml"));
    char before[65];
    char after[65];

    cr_assert_eq(SCHEMA_CONFIG(&s, 0)->mesh.links.length, 3);
    cr_assert_eq(SCHEMA_CONFIG(&s, 0)->mesh.links.bytes, SCHEMA_CONFIG(&s, 1)->mesh.links.bytes,
                 "variants share what is read");
    cr_assert_eq(scenario_hash(&s, before), SIM_OK);
    scenario_deinit(&s);
    write_file("mesh.xml", "abd");
    s = loaded(in_folder("t.yaml"));
    cr_assert_eq(scenario_hash(&s, after), SIM_OK);
    cr_assert_str_neq(before, after);
    scenario_deinit(&s);
}

Test(sources, a_hash_beside_a_file_is_held_to)
{
    char expected[512];

    write_file("mesh.xml", "abc");
    write_file("t.yaml", "format: 1\nmesh: {links: {graphml: mesh.xml, hash: "
                         "0000000000000000000000000000000000000000000000000000000000000000}}\n");
    (void)snprintf(expected, sizeof(expected),
                   "t.yaml:2:41: mesh.links: %s/mesh.xml has changed: its hash is "
                   "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad, not "
                   "0000000000000000000000000000000000000000000000000000000000000000",
                   folder);
    refused(in_folder("t.yaml"), expected);
}

Test(sources, a_field_is_found_by_its_path)
{
    struct scenario s = loaded("scenarios/smoke.yaml");

    const struct scenario_list *caches = scenario_field(&s, 1, "nodes.cache");
    cr_assert_eq(FIRST_OF(int64_t, *caches), 5000);
    cr_assert_null(scenario_field(&s, 0, "nodes.cash"));
    scenario_deinit(&s);
}
