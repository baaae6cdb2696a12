/* Tables of what a platform costs: how they are read, what is wrong with them, sums by hand. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "runtime-replay/platforms/platform.h"

/* At 1 MHz a cycle is a microsecond, and a thousandth of one a nanosecond. */
static const char round_table[] = "# nimblesim platform 1\n"
                                  "# made by hand\n"
                                  "\n"
                                  "clock\tfrequency\t1000000\tHz\n"
                                  "op\tnop\t10.0\tcycles\n"
                                  "op\tmul\t2.125\tcycles\n"
                                  "load\tfixed\t1000\tcycles\n"
                                  "load\tbyte\t3.5\tcycles\n"
                                  "load\timport\t100\tcycles\n"
                                  "load\tfunction\t-20\tcycles\n"
                                  "start\tfixed\t700\tcycles\n"
                                  "stop\tfixed\t30\tcycles\n"
                                  "suspend\tfixed\t-50\tcycles\n"
                                  "suspend\tbyte\t1\tcycles\n"
                                  "resume\tfixed\t60\tcycles\n"
                                  "resume\tbyte\t0.25\tcycles\n"
                                  "memory\tsmallest_pool\t4000\tbytes\n";

static struct platform round_platform(void)
{
    struct platform p;
    struct tsv_error error;
    cr_assert_eq(platform_parse(&p, "round", round_table, &error), SIM_OK, "%s", error.text);
    return p;
}

Test(platform, instructions_cost_what_their_classes_cost)
{
    const struct platform p = round_platform();
    static const char *const name[] = {"nop", "mul", "div"};
    static const uint64_t count[] = {3, 5, 0};
    struct tsv_error error;
    int64_t sum = 0;
    cr_assert_eq(platform_add_work(&p, name, count, 3, &sum, &error), SIM_OK, "%s", error.text);
    cr_assert_eq(sum, 3 * 10000 + 5 * 2125, "a class that does not occur may be missing");
    sim_time ns = 0;
    cr_assert_eq(platform_ns(&p, sum, &ns, &error), SIM_OK);
    cr_assert_eq(ns, 40625, "40.625 cycles at 1 MHz");
}

Test(platform, loading_costs_by_what_is_in_a_module)
{
    const struct platform p = round_platform();
    const struct platform_module module = {.bytes = 200, .imports = 3, .functions = 2};
    struct tsv_error error;
    int64_t sum = 5;
    cr_assert_eq(platform_add_load(&p, &module, &sum, &error), SIM_OK);
    cr_assert_eq(sum, 5 + 1000000 + 200 * 3500 + 3 * 100000 - 2 * 20000);
    cr_assert_eq(platform_add_start(&p, 0, &sum, &error), SIM_OK);
    cr_assert_eq(platform_add_stop(&p, &sum, &error), SIM_OK);
    cr_assert_eq(sum, 5 + 1000000 + 700000 + 300000 - 40000 + 700000 + 30000);
}

Test(platform, a_fitted_cost_below_zero_is_none)
{
    const struct platform p = round_platform();
    struct tsv_error error;
    int64_t sum = 9;
    cr_assert_eq(platform_add_suspend(&p, &(struct platform_state){.bytes = 40}, &sum, &error),
                 SIM_OK);
    cr_assert_eq(sum, 9, "40 bytes at 1 cycle, less 50");
    cr_assert_eq(platform_add_suspend(&p, &(struct platform_state){.bytes = 400}, &sum, &error),
                 SIM_OK);
    cr_assert_eq(sum, 9 + 350000);
    cr_assert_eq(platform_add_resume(&p, &(struct platform_state){.bytes = 400}, &sum, &error),
                 SIM_OK);
    cr_assert_eq(sum, 9 + 350000 + 160000);
}

/* The same table with prices for memory. */
static struct platform paged_platform(void)
{
    char text[sizeof round_table + 256];
    struct platform p;
    struct tsv_error error;
    (void)snprintf(text, sizeof text, "%s%s", round_table,
                   "start\tpage\t52000\tcycles\n"
                   "suspend\tpage\t-10\tcycles\n"
                   "suspend\tmemory_byte\t2\tcycles\n"
                   "resume\tpage\t40000\tcycles\n"
                   "resume\tmemory_byte\t0.5\tcycles\n");
    cr_assert_eq(platform_parse(&p, "paged", text, &error), SIM_OK, "%s", error.text);
    return p;
}

Test(platform, a_memory_costs_by_its_pages_and_by_what_is_alive)
{
    const struct platform p = paged_platform();
    const struct platform_state state = {.bytes = 500, .memory_bytes = 400, .pages = 2};
    struct tsv_error error;
    int64_t sum = 0;
    cr_assert_eq(platform_add_start(&p, 2, &sum, &error), SIM_OK, "%s", error.text);
    cr_assert_eq(sum, 700000 + 2 * 52000000);
    sum = 0;
    cr_assert_eq(platform_add_suspend(&p, &state, &sum, &error), SIM_OK);
    cr_assert_eq(sum, -50000 + 100 * 1000 - 2 * 10000 + 400 * 2000);
    sum = 0;
    cr_assert_eq(platform_add_resume(&p, &state, &sum, &error), SIM_OK);
    cr_assert_eq(sum, 60000 + 100 * 250 + 2 * 40000000 + 400 * 500);
}

Test(platform, prices_for_memory_are_needed_only_where_there_is_some)
{
    const struct platform p = round_platform();
    const struct platform_state with = {.bytes = 500, .memory_bytes = 400, .pages = 1};
    const struct platform_state without = {.bytes = 500};
    struct tsv_error error;
    int64_t sum = 0;
    cr_assert_eq(platform_add_suspend(&p, &without, &sum, &error), SIM_OK);
    cr_assert_eq(platform_add_suspend(&p, &with, &sum, &error), SIM_ERR_INVALID);
    cr_assert_str_eq(error.text, "platform round: the table has no row \"suspend page\"");
    cr_assert_eq(platform_add_start(&p, 1, &sum, &error), SIM_ERR_INVALID);
    cr_assert_str_eq(error.text, "platform round: the table has no row \"start page\"");
}

Test(platform, the_pages_of_a_module_are_read)
{
    static const uint8_t bytes[] = {0, 'a', 's', 'm', 1, 0, 0, 0, 5, 4, 1, 0, 0x80, 0x01, 0, 1, 0};
    static const uint8_t none[] = {0, 'a', 's', 'm', 1, 0, 0, 0, 5, 1, 0};
    static const uint8_t cut[] = {0, 'a', 's', 'm', 1, 0, 0, 0, 5, 2, 1, 0};
    struct platform_module module;
    cr_assert(platform_module_read(&module, bytes, sizeof bytes));
    cr_assert_eq(module.pages, 128);
    cr_assert(platform_module_read(&module, none, sizeof none));
    cr_assert_eq(module.pages, 0);
    cr_assert_not(platform_module_read(&module, cut, sizeof cut));
}

Test(platform, nanoseconds_are_rounded_half_up_once)
{
    struct platform p = round_platform();
    struct tsv_error error;
    p.value[PLATFORM_FREQUENCY] = 133000000;
    static const struct {
        int64_t millicycles;
        sim_time ns;
    } want[] = {
        {0, 0},
        {66, 0},                   /* 0.4962 */
        {67, 1},                   /* 0.5038 */
        {1000, 8},                 /* 7.52 */
        {133000000, 1000000},      /* a thousandth of a second */
        {133000000 + 67, 1000001}, /* the rest is rounded, not the parts */
        {INT64_C(133000000000000000), INT64_C(1000000000000000)},
    };
    for (size_t i = 0; i < sizeof want / sizeof want[0]; i++) {
        sim_time ns = -1;
        cr_assert_eq(platform_ns(&p, want[i].millicycles, &ns, &error), SIM_OK);
        cr_assert_eq(ns, want[i].ns, "%lld thousandths", (long long)want[i].millicycles);
    }
}

Test(platform, a_half_goes_up)
{
    struct platform p = round_platform();
    struct tsv_error error;
    sim_time ns = 0;
    p.value[PLATFORM_FREQUENCY] = 2000000;
    cr_assert_eq(platform_ns(&p, 1, &ns, &error), SIM_OK);
    cr_assert_eq(ns, 1, "half a nanosecond");
}

Test(platform, sums_that_overflow_are_refused_and_change_nothing)
{
    struct platform p = round_platform();
    struct tsv_error error;
    int64_t sum = 7;
    cr_assert_eq(platform_add(&p, PLATFORM_LOAD_FIXED, UINT64_MAX, &sum, &error), SIM_ERR_INVALID);
    cr_assert_not_null(strstr(error.text, "more cycles than can be counted"), "%s", error.text);
    cr_assert_eq(sum, 7);
    sum = INT64_MAX - 10;
    cr_assert_eq(platform_add(&p, PLATFORM_LOAD_BYTE, 1, &sum, &error), SIM_ERR_INVALID);
    cr_assert_eq(sum, INT64_MAX - 10);
    sim_time ns = 3;
    p.value[PLATFORM_FREQUENCY] = 1;
    cr_assert_eq(platform_ns(&p, INT64_MAX, &ns, &error), SIM_ERR_INVALID);
    cr_assert_eq(ns, 3);
}

Test(platform, what_a_table_lacks_is_named_when_it_is_needed)
{
    const struct platform p = round_platform();
    static const char *const name[] = {"nop", "div", "warp"};
    static const uint64_t division[] = {1, 1, 0};
    static const uint64_t unknown[] = {1, 0, 1};
    struct tsv_error error;
    int64_t sum = 0;
    cr_assert_eq(platform_add_work(&p, name, division, 3, &sum, &error), SIM_ERR_INVALID);
    cr_assert_str_eq(error.text, "platform round: the table has no row \"op div\"");
    cr_assert_eq(platform_add_work(&p, name, unknown, 3, &sum, &error), SIM_ERR_INVALID);
    cr_assert_not_null(strstr(error.text, "no table knows a class"), "%s", error.text);
    cr_assert_eq(sum, 0);
}

static void expect_refusal(const char *text, const char *want)
{
    struct platform p;
    struct tsv_error error = {{0}};
    cr_expect_eq(platform_parse(&p, "t.tsv", text, &error), SIM_ERR_INVALID, "%s", text);
    cr_expect_str_eq(error.text, want);
}

#define HEAD "# nimblesim platform 1\n"

Test(platform, mistakes_are_told_with_their_line)
{
    expect_refusal("",
                   "t.tsv:1: no platform table: the first line of one is \"# nimblesim platform "
                   "1\"");
    expect_refusal("# nimblesim calibration 1\n",
                   "t.tsv:1: no platform table: the first line of one is \"# nimblesim platform "
                   "1\"");
    expect_refusal("# nimblesim platform 2\n",
                   "t.tsv:1: a platform table of a format that is not known; known is 1");
    expect_refusal(HEAD, "t.tsv:1: the table ends without a row \"clock frequency\"");
    expect_refusal(HEAD "op\tnop\t1\n",
                   "t.tsv:2: 3 columns with a tab between them, but 4 belong here");
    expect_refusal(HEAD "#\n\nop\tnop\t1\tcycles\tx\n",
                   "t.tsv:4: 5 columns with a tab between them, but 4 belong here");
    expect_refusal(HEAD "opp\tnop\t1\tcycles\n", "t.tsv:2: group: \"opp\" is not known");
    expect_refusal(HEAD "op\tnoop\t1\tcycles\n", "t.tsv:2: name: the group op has no \"noop\"");
    expect_refusal(HEAD "op\tnop\t1\tcycles\nop\tnop\t1\tcycles\n",
                   "t.tsv:3: op nop is there twice");
    expect_refusal(HEAD "op\tnop\t1\tns\n", "t.tsv:2: unit: op nop is in cycles, not in \"ns\"");
    expect_refusal(HEAD "clock\tfrequency\t133.5\tHz\n",
                   "t.tsv:2: value: \"133.5\" is no whole number from 1 to 10000000000");
    expect_refusal(HEAD "clock\tfrequency\t0\tHz\n",
                   "t.tsv:2: value: \"0\" is no whole number from 1 to 10000000000");
}

Test(platform, values_are_decimals_with_at_most_three_places)
{
    static const char *const bad[] = {
        "",       "x",   "1.",  "1.2345",     ".5",
        "1e3",    "+1",  "--1", "1 ",         "0x10",
        "-0.001", "nan", "1,5", "1000000001", "99999999999999999999999"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char text[128];
        char want[256];
        (void)snprintf(text, sizeof text, HEAD "op\tnop\t%s\tcycles\n", bad[i]);
        (void)snprintf(
            want, sizeof want,
            "t.tsv:2: value: \"%s\" is no number from 0 to 1000000000 with at most three "
            "decimals",
            bad[i]);
        expect_refusal(text, want);
    }
}

Test(platform, no_cost_falls_with_every_further_byte)
{
    expect_refusal(HEAD "load\tbyte\t-100000\tcycles\n",
                   "t.tsv:2: value: \"-100000\" is no number from 0 to 1000000000 with at most "
                   "three decimals");
}

Test(platform, lines_may_end_as_on_another_system)
{
    struct platform p;
    struct tsv_error error;
    static const char text[] = "# nimblesim platform 1\r\nclock\tfrequency\t5\tHz\r\nop\tif\t1\t"
                               "cycles";
    cr_assert_eq(platform_parse(&p, "t.tsv", text, &error), SIM_OK, "%s", error.text);
    cr_assert_eq(p.value[PLATFORM_FREQUENCY], 5);
}

Test(platform, an_unknown_name_is_told_with_those_that_are_shipped)
{
    struct platform p;
    struct tsv_error error;
    cr_assert_eq(platform_find(&p, "abacus", &error), SIM_ERR_NOTFOUND);
    cr_assert_not_null(strstr(error.text, "no platform is called \"abacus\"; shipped are"), "%s",
                       error.text);
}

Test(platform, every_shipped_table_is_sound)
{
    for (const struct platform_table *t = platform_shipped; t->name != NULL; t++) {
        struct platform p;
        struct tsv_error error;
        cr_assert_eq(platform_find(&p, t->name, &error), SIM_OK, "%s", error.text);
        cr_assert_str_eq(p.name, t->name);
    }
}

Test(platform, a_file_is_read_like_a_text)
{
    char path[] = "/tmp/nimblesim-platform-XXXXXX";
    const int fd = mkstemp(path);
    cr_assert_eq(write(fd, round_table, sizeof round_table - 1), (ssize_t)sizeof round_table - 1);
    (void)close(fd);
    struct platform p;
    struct tsv_error error;
    cr_assert_eq(platform_load(&p, path, &error), SIM_OK, "%s", error.text);
    cr_assert_eq(p.hash, round_platform().hash);
    cr_assert_eq(unlink(path), 0);
    cr_assert_eq(platform_load(&p, path, &error), SIM_ERR_NOTFOUND);
    cr_assert_not_null(strstr(error.text, "cannot be read: No such file"), "%s", error.text);
    cr_assert_eq(platform_load(&p, "/tmp", &error), SIM_ERR_INVALID);
    cr_assert_not_null(strstr(error.text, "not a regular file"), "%s", error.text);
}

Test(platform, the_machine_of_the_paper_is_shipped_whole)
{
    struct platform p;
    struct tsv_error error;
    cr_assert_eq(platform_find(&p, "pico_w", &error), SIM_OK, "%s", error.text);
    cr_assert_eq(p.value[PLATFORM_FREQUENCY], 133000000);
    for (int i = PLATFORM_OP_FIRST; i < PLATFORM_SUSPEND_FIXED; i++) {
        cr_assert(p.has[i] && p.value[i] != 0, "row %d", i);
    }
}
