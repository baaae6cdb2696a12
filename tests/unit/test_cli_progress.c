#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "sim/terminal/progress.h"
#include "tests/support/screen.h"

static int64_t now_ns;

static int64_t test_clock(void)
{
    return now_ns;
}

static void at(double seconds)
{
    now_ns = 5 * SIM_S + (int64_t)(seconds * 1e9);
}

/* A job of 100 units that makes a percent and 2000 events a second, reported 20 times a second. */
static char *lines_of(double seconds)
{
    char *text;
    size_t length;
    FILE *stream = open_memstream(&text, &length);
    struct progress p;
    at(0);
    progress_begin_on(&p, "nimble 1/6", 100, stream, PROGRESS_LINES, test_clock);
    for (int tick = 1; tick <= seconds * 20; tick++) {
        at(tick / 20.0);
        progress_update(&p, tick / 20.0, (uint64_t)tick * 100);
    }
    progress_finish(&p);
    fclose(stream);
    return text;
}

static size_t count_lines(const char *text)
{
    size_t count = 0;
    for (; *text != '\0'; text++) {
        count += *text == '\n';
    }
    return count;
}

Test(cli_progress, keeps_silent_about_short_jobs)
{
    char *text = lines_of(0.95);
    cr_expect_str_eq(text, "");
    free(text);
}

Test(cli_progress, writes_lines_at_growing_intervals)
{
    char *text = lines_of(10);
    cr_expect_str_eq(text, "nimble 1/6: 1 %  2.00k events/s  1:39 left\n"
                           "nimble 1/6: 2 %  2.00k events/s  1:38 left\n"
                           "nimble 1/6: 5 %  2.00k events/s  1:35 left\n"
                           "nimble 1/6: 10 %  2.00k events/s  1:30 left\n");
    free(text);
}

Test(cli_progress, ends_with_a_line_a_minute)
{
    char *text = lines_of(300); /* 1, 2, 5, 10, 30, 60, 120, 180, 240, 300 */
    cr_expect_eq(count_lines(text), 10);
    free(text);
}

Test(cli_progress, skips_the_moments_that_a_slow_caller_missed)
{
    char *text;
    size_t length;
    FILE *stream = open_memstream(&text, &length);
    struct progress p;
    at(0);
    progress_begin_on(&p, "x", 100, stream, PROGRESS_LINES, test_clock);
    at(40);
    progress_update(&p, 40, 0);
    at(41);
    progress_update(&p, 41, 0);
    at(60);
    progress_update(&p, 60, 0);
    fclose(stream);
    cr_expect_str_eq(text, "x: 40 %  1:00 left\nx: 60 %  40 s left\n");
    free(text);
}

Test(cli_progress, knows_no_end_where_there_is_no_total)
{
    char *text;
    size_t length;
    FILE *stream = open_memstream(&text, &length);
    struct progress p;
    at(0);
    progress_begin_on(&p, "x", 0, stream, PROGRESS_LINES, test_clock);
    at(1);
    progress_update(&p, 1, 0);
    at(2);
    progress_update(&p, 1, 5000000);
    fclose(stream);
    cr_expect_str_eq(text, "x: ...\nx: 2.50M events/s\n");
    free(text);
}

Test(cli_progress, draws_a_bar_after_a_second_and_wipes_it)
{
    struct screen s;
    screen_open(&s, 80);
    setenv("NO_COLOR", "1", 1);
    struct progress p;
    at(0);
    progress_begin_on(&p, "job", 100, s.stream, PROGRESS_BAR, test_clock);
    at(0.5);
    progress_update(&p, 25, 500);
    cr_expect_str_eq(screen_text(&s), "");
    at(1);
    progress_update(&p, 50, 1000);
    cr_expect_str_eq(
        screen_text(&s),
        "\r\x1b[Kjob  [###############...............]  50 %  1.00k events/s  1 s left");
    progress_finish(&p);
    cr_expect_str_eq(screen_text(&s), "\r\x1b[K");
    progress_finish(&p);
    progress_update(&p, 60, 1200);
    cr_expect_str_eq(screen_text(&s), "");
    screen_close(&s);
}

Test(cli_progress, redraws_ten_times_a_second_at_most)
{
    struct screen s;
    screen_open(&s, 80);
    struct progress p;
    at(0);
    progress_begin_on(&p, "job", 100, s.stream, PROGRESS_BAR, test_clock);
    for (int tick = 1; tick <= 2000; tick++) {
        at(tick / 1000.0);
        progress_update(&p, tick / 20.0, (uint64_t)tick);
    }
    size_t wiped = 0;
    for (const char *c = screen_text(&s); *c != '\0'; c++) {
        wiped += *c == '\r';
    }
    cr_expect_eq(wiped, 11); /* at 1.0, 1.1 to 2.0 seconds */
    progress_finish(&p);
    screen_close(&s);
}

Test(cli_progress, leaves_the_bar_out_and_cuts_the_line_where_the_terminal_is_narrow)
{
    struct screen s;
    screen_open(&s, 20);
    struct progress p;
    at(0);
    progress_begin_on(&p, "monolithic", 100, s.stream, PROGRESS_BAR, test_clock);
    at(1);
    progress_update(&p, 50, 1000);
    cr_expect_str_eq(screen_text(&s), "\r\x1b[Kmonolithic   50 %  ");
    progress_finish(&p);
    screen_close(&s);
}

Test(cli_progress, survives_nonsense)
{
    struct screen s;
    screen_open(&s, 80);
    struct progress p;
    at(0);
    progress_begin_on(&p, "x", 10, s.stream, PROGRESS_BAR, test_clock);
    at(1);
    progress_update(&p, -5, 1);
    cr_expect_not_null(strstr(screen_text(&s), "  0 %"));
    at(2);
    progress_update(&p, 1e300, UINT64_MAX);
    cr_expect_not_null(strstr(screen_text(&s), "100 %"));
    at(3);
    progress_update(&p, 1e-300, 1);
    cr_expect_not_null(strstr(screen_text(&s), "long left"));
    progress_finish(&p);
    screen_close(&s);
}
