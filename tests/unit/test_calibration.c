/* Tables of calibrate: written and read back, and what is wrong with a bad one. */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "runtime-replay/platforms/calibration.h"

#define HEAD "# nimblesim calibration 1\n"

static const sim_time segments[] = {100, 0, 300};
static const struct calibration_row rows[] = {
    {"nimble", 2, 7, UINT64_C(0xfedcba9876543210), 150, 99, 5, 6, 8, 420, 9000, 3, 0, 0},
    {"nimble", 1, 7, 1, 1, UINT64_MAX, 0, 0, 0, 0, 0, 1, 0, 0},
    {"monolithic", 2, 7, 2, 9, 8, 7, 6, 5, 4, 3, 2, 0, 0},
};
enum { ROWS = sizeof rows / sizeof rows[0] };

static char *written(void)
{
    char *text = NULL;
    size_t length = 0;
    FILE *to = open_memstream(&text, &length);
    cr_assert_not_null(to);
    const struct calibration_head head = {
        .program = "1.0 (abc)", .scenario = "factory", .platform = "pico_w", .mode = "suspended"};
    calibration_write_head(&head, to);
    for (int i = 0; i < ROWS; i++) {
        calibration_write_row(&rows[i], segments, to);
    }
    cr_assert_eq(fclose(to), 0);
    return text;
}

Test(calibration, what_is_written_is_read_back)
{
    char *text = written();
    struct calibration c;
    struct tsv_error error;
    cr_assert_eq(calibration_parse(&c, "t.tsv", text, &error), SIM_OK, "%s", error.text);
    cr_assert_eq(c.count, ROWS);
    for (int i = 0; i < ROWS; i++) {
        const struct calibration_row *w = &rows[i];
        const struct calibration_row *r =
            calibration_find(&c, w->variant, w->replication, w->tasklet);
        cr_assert_not_null(r);
        cr_assert(r->hash == w->hash && r->size_bytes == w->size_bytes);
        cr_assert(r->instructions == w->instructions && r->load_ns == w->load_ns);
        cr_assert(r->suspend_ns == w->suspend_ns && r->resume_ns == w->resume_ns);
        cr_assert(r->state_bytes == w->state_bytes && r->memory_bytes == w->memory_bytes);
        cr_assert_eq(r->segments, w->segments);
        cr_assert_eq(memcmp(calibration_segments(&c, r), segments, w->segments * sizeof(sim_time)),
                     0);
    }
    calibration_deinit(&c);
    free(text);
}

Test(calibration, what_is_not_there_is_not_found)
{
    char *text = written();
    struct calibration c;
    struct tsv_error error;
    cr_assert_eq(calibration_parse(&c, "t.tsv", text, &error), SIM_OK);
    cr_assert_null(calibration_find(&c, "nimble", 1, 6));
    cr_assert_null(calibration_find(&c, "nimble", 1, 8));
    cr_assert_null(calibration_find(&c, "nimble", 3, 7));
    cr_assert_null(calibration_find(&c, "monolithic", 1, 7));
    cr_assert_null(calibration_find(&c, "zebra", 1, 7));
    calibration_deinit(&c);
    free(text);
}

Test(calibration, many_rows_are_found_in_whatever_order_they_stand)
{
    enum { MANY = 3000 };
    char *text = NULL;
    size_t length = 0;
    FILE *to = open_memstream(&text, &length);
    (void)fputs(HEAD, to);
    for (uint32_t i = 0; i < MANY; i++) {
        const uint32_t shuffled = i * 1117 % MANY;
        const struct calibration_row row = {
            "nimble", 1 + shuffled % 3, shuffled / 3, shuffled, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0};
        const sim_time time = shuffled;
        calibration_write_row(&row, &time, to);
    }
    cr_assert_eq(fclose(to), 0);
    struct calibration c;
    struct tsv_error error;
    cr_assert_eq(calibration_parse(&c, "t.tsv", text, &error), SIM_OK, "%s", error.text);
    for (uint32_t i = 0; i < MANY; i++) {
        const struct calibration_row *r = calibration_find(&c, "nimble", 1 + i % 3, i / 3);
        cr_assert(r != NULL && r->hash == i && calibration_segments(&c, r)[0] == (sim_time)i);
    }
    calibration_deinit(&c);
    free(text);
}

static void expect_refusal(const char *text, const char *want)
{
    struct calibration c;
    struct tsv_error error = {{0}};
    cr_expect_eq(calibration_parse(&c, "t.tsv", text, &error), SIM_ERR_INVALID, "%s", text);
    cr_expect_not_null(strstr(error.text, want), "'%s' does not say '%s'", error.text, want);
}

#define HASH "\t0000000000000001"

Test(calibration, mistakes_are_told_with_their_line)
{
    expect_refusal("hello\n", "t.tsv:1: no calibration table");
    expect_refusal(HEAD, "t.tsv:1: the table ends without a row");
    expect_refusal(HEAD "nimble\t1\t0\n", "t.tsv:2: 3 columns");
    expect_refusal(HEAD "\t1\t0" HASH "\t1\t1\t0\t0\t0\t1\t0\t0\n",
                   "t.tsv:2: variant: \"\" is none");
    expect_refusal(HEAD "nimble\t0\t0" HASH "\t1\t1\t0\t0\t0\t1\t0\t0\n",
                   "t.tsv:2: replication: \"0\" is no whole number from 1 to 4294967295");
    expect_refusal(HEAD "nimble\t1\t-1" HASH "\t1\t1\t0\t0\t0\t1\t0\t0\n",
                   "t.tsv:2: tasklet: \"-1\" is no whole number");
    expect_refusal(HEAD "nimble\t1\t0\t123\t1\t1\t0\t0\t0\t1\t0\t0\n",
                   "t.tsv:2: hash: \"123\" is not 16 hexadecimal digits");
    expect_refusal(HEAD "nimble\t1\t0" HASH "\t0\t1\t0\t0\t0\t1\t0\t0\n", "t.tsv:2: size_bytes: ");
    expect_refusal(HEAD "nimble\t1\t0" HASH "\t1\t1.5\t0\t0\t0\t1\t0\t0\n",
                   "t.tsv:2: instructions: ");
    expect_refusal(HEAD "nimble\t1\t0" HASH "\t1\t1\t99999999999999999\t0\t0\t1\t0\t0\n",
                   "t.tsv:2: load_ns: ");
    expect_refusal(HEAD "nimble\t1\t0" HASH "\t1\t1\t0\tx\t0\t1\t0\t0\n", "t.tsv:2: suspend_ns: ");
    expect_refusal(HEAD "nimble\t1\t0" HASH "\t1\t1\t0\t0\t\t1\t0\t0\n", "t.tsv:2: resume_ns: ");
    expect_refusal(HEAD "nimble\t1\t0" HASH "\t1\t1\t0\t0\t0\t1,,2\t0\t0\n",
                   "t.tsv:2: segments_ns: \"\" is no whole number");
    expect_refusal(HEAD "nimble\t1\t0" HASH "\t1\t1\t0\t0\t0\t1\tx\t0\n", "t.tsv:2: state_bytes: ");
    expect_refusal(HEAD "nimble\t1\t0" HASH "\t1\t1\t0\t0\t0\t1\t0\ty\n",
                   "t.tsv:2: memory_bytes: ");
    static const char twice[] = HEAD "nimble\t1\t0" HASH "\t1\t1\t0\t0\t0\t1\t0\t0\n"
                                     "nimble\t1\t0" HASH "\t1\t1\t0\t0\t0\t1\t0\t0\n";
    expect_refusal(
        twice, "t.tsv:3: tasklet 0 of variant nimble, replication 1, is there already, in line 2");
}

Test(calibration, of_another_format_is_not_guessed_at)
{
    expect_refusal("# nimblesim calibration 10\n", "a format that is not known; known is 1");
    expect_refusal("# nimblesim calibration one\n", "a format that is not known; known is 1");
}
