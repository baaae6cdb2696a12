#include <criterion/criterion.h>
#include <criterion/redirect.h>
#include <stdlib.h>
#include <string.h>

#include "sim/terminal/options.h"

/* A command with one option of each kind. */
struct fixture {
    bool json;
    const char *out;
    uint64_t threads;
    uint64_t seed;
    struct option_list sets;
    struct option_operands operands;
};

static const struct option_spec specs[] = {
    {.name = "json", OPTION_FLAG(struct fixture, json), .help = "print one JSON object"},
    {.name = "out",
     .letter = 'o',
     .metavar = "FILE",
     OPTION_TEXT(struct fixture, out),
     .help = "write here"},
    {.name = "threads",
     .letter = 'j',
     .metavar = "N",
     OPTION_NUMBER(struct fixture, threads),
     .least = 1,
     .most = 256,
     .help = "use N threads"},
    {.name = "seed", .metavar = "N", OPTION_NUMBER(struct fixture, seed), .help = "begin from N"},
    {.name = "set",
     .metavar = "KEY=VALUE",
     OPTION_LIST(struct fixture, sets),
     .help = "override a key"},
};

static const struct option_command command = {
    .verb = "run",
    .operands = "SCENARIO.yaml",
    .summary = "Runs a scenario.",
    .example = "nimblesim run a.yaml --seed 7\nnimblesim run a.yaml --json",
    .notes = "Exit codes: 0 ok.",
    .specs = specs,
    .spec_count = sizeof specs / sizeof specs[0],
    .operands_least = 1,
    .operands_most = 1,
};

static enum option_end parse(struct fixture *f, const char *line)
{
    static char words[256];
    static char *argv[16];
    int argc = 0;
    snprintf(words, sizeof words, "run %s", line);
    for (char *word = strtok(words, " "); word != NULL; word = strtok(NULL, " ")) {
        argv[argc++] = word;
    }
    argv[argc] = NULL;
    return options_parse(&command, argc, argv, f, &f->operands);
}

/* The line must be refused with exit code 2 and this message. */
static void expect_refused(const char *line, const char *message)
{
    struct fixture f = {0};
    cr_expect_eq(parse(&f, line), OPTIONS_MISUSED);
    fflush(stderr);
    char text[1024];
    FILE *got = cr_get_redirected_stderr();
    text[fread(text, 1, sizeof text - 1, got)] = '\0';
    cr_expect_not_null(strstr(text, message), "%s gave: %s", line, text);
    option_list_deinit(&f.sets);
}

Test(cli_options, reads_every_kind_in_any_order)
{
    struct fixture f = {0};
    cr_assert_eq(parse(&f, "--json -o x.db a.yaml -j8 --seed=18446744073709551615"),
                 OPTIONS_CONTINUE);
    cr_expect(f.json);
    cr_expect_str_eq(f.out, "x.db");
    cr_expect_eq(f.threads, 8);
    cr_expect_eq(f.seed, UINT64_MAX);
    cr_expect_eq(f.operands.count, 1);
    cr_expect_str_eq(f.operands.item[0], "a.yaml");
}

Test(cli_options, leaves_the_defaults_of_what_is_not_given)
{
    struct fixture f = {.threads = 3, .out = "default"};
    cr_assert_eq(parse(&f, "a.yaml"), OPTIONS_CONTINUE);
    cr_expect_not(f.json);
    cr_expect_eq(f.threads, 3);
    cr_expect_str_eq(f.out, "default");
    cr_expect_eq(f.sets.count, 0);
}

Test(cli_options, collects_what_is_repeated)
{
    struct fixture f = {0};
    cr_assert_eq(parse(&f, "--set a=1 a.yaml --set=b=2 --set c=3 --set d --set e --set f --set g "),
                 OPTIONS_CONTINUE);
    cr_assert_eq(f.sets.count, 7);
    cr_expect_str_eq(f.sets.item[0], "a=1");
    cr_expect_str_eq(f.sets.item[1], "b=2");
    cr_expect_str_eq(f.sets.item[6], "g");
    option_list_deinit(&f.sets);
}

Test(cli_options, ends_the_options_at_two_dashes)
{
    struct fixture f = {0};
    cr_assert_eq(parse(&f, "-- --json"), OPTIONS_CONTINUE);
    cr_expect_not(f.json);
    cr_expect_str_eq(f.operands.item[0], "--json");
}

Test(cli_options, reads_a_second_command_line)
{
    struct fixture f = {0};
    cr_assert_eq(parse(&f, "a.yaml --json"), OPTIONS_CONTINUE);
    struct fixture g = {0};
    cr_assert_eq(parse(&g, "b.yaml -j 2"), OPTIONS_CONTINUE);
    cr_expect_not(g.json);
    cr_expect_eq(g.threads, 2);
}

Test(cli_options, suggests_the_nearest_name, .init = cr_redirect_stderr)
{
    expect_refused("--thraeds 4 a.yaml", "unknown option --thraeds; did you mean --threads?");
}

Test(cli_options, suggests_without_the_value, .init = cr_redirect_stderr)
{
    expect_refused("--sed=4 a.yaml", "unknown option --sed; did you mean --seed?");
}

Test(cli_options, suggests_nothing_far_fetched, .init = cr_redirect_stderr)
{
    expect_refused("--quantum a.yaml", "unknown option --quantum\n");
}

Test(cli_options, refuses_an_unknown_letter, .init = cr_redirect_stderr)
{
    expect_refused("-x a.yaml", "unknown option -x");
}

Test(cli_options, refuses_an_abbreviation_of_several, .init = cr_redirect_stderr)
{
    expect_refused("--se a.yaml", "--se may mean several options");
}

Test(cli_options, refuses_a_missing_value, .init = cr_redirect_stderr)
{
    expect_refused("a.yaml --out", "--out needs a value: --out FILE");
}

Test(cli_options, refuses_a_missing_value_of_a_letter, .init = cr_redirect_stderr)
{
    expect_refused("a.yaml -j", "--threads needs a value: --threads N");
}

Test(cli_options, refuses_a_value_for_a_flag, .init = cr_redirect_stderr)
{
    expect_refused("a.yaml --json=yes", "--json takes no value");
}

Test(cli_options, refuses_a_value_for_help, .init = cr_redirect_stderr)
{
    expect_refused("a.yaml --help=me", "--help takes no value");
}

Test(cli_options, refuses_a_number_out_of_range, .init = cr_redirect_stderr)
{
    expect_refused("a.yaml -j 257", "--threads: '257' is not a whole number from 1 to 256");
}

Test(cli_options, refuses_too_few_and_too_many_operands, .init = cr_redirect_stderr)
{
    struct fixture f = {0};
    cr_expect_eq(parse(&f, ""), OPTIONS_MISUSED);
    cr_expect_eq(parse(&f, "a.yaml b.yaml"), OPTIONS_MISUSED);
    fflush(stderr);
    cr_assert_stderr_eq_str("nimblesim: error:   missing: SCENARIO.yaml\n"
                            "nimblesim: hint:    nimblesim run --help shows all options\n"
                            "nimblesim: error:   what to do with 'b.yaml'?\n"
                            "nimblesim: hint:    nimblesim run --help shows all options\n");
}

Test(cli_options, helps_with_the_example_first, .init = cr_redirect_stdout)
{
    struct fixture f = {0};
    cr_expect_eq(parse(&f, "-h"), OPTIONS_HELPED);
    fflush(stdout);
    cr_assert_stdout_eq_str("Example:\n"
                            "  nimblesim run a.yaml --seed 7\n"
                            "  nimblesim run a.yaml --json\n"
                            "\n"
                            "Usage: nimblesim run SCENARIO.yaml [options]\n"
                            "\n"
                            "Runs a scenario.\n"
                            "\n"
                            "Options:\n"
                            "      --json           print one JSON object\n"
                            "  -o, --out FILE       write here\n"
                            "  -j, --threads N      use N threads\n"
                            "      --seed N         begin from N\n"
                            "      --set KEY=VALUE  override a key\n"
                            "  -h, --help           show this help\n"
                            "\n"
                            "Exit codes: 0 ok.\n");
}

Test(cli_options, reads_numbers_strictly)
{
    uint64_t value = 42;
    static const char *const wrong[] = {"",   " 1",  "+1",  "-1",
                                        "1 ", "0x1", "1.0", "18446744073709551616"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        cr_expect_not(options_read_number(wrong[i], 0, UINT64_MAX, &value), "'%s'", wrong[i]);
        cr_expect_eq(value, 42);
    }
    cr_expect_not(options_read_number("0", 1, 9, &value));
    cr_expect_not(options_read_number("10", 1, 9, &value));
    cr_expect(options_read_number("9", 1, 9, &value));
    cr_expect_eq(value, 9);
    cr_expect(options_read_number("007", 1, 9, &value));
    cr_expect_eq(value, 7);
}
