#include <criterion/criterion.h>
#include <criterion/redirect.h>
#include <stdarg.h>
#include <stdlib.h>

#include "sim/terminal/message.h"
#include "tests/support/screen.h"

static void write_message(FILE *to, enum message_kind kind, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    message_write(to, kind, format, arguments);
    va_end(arguments);
}

Test(cli_message, begins_with_the_program_and_aligns_the_texts, .init = cr_redirect_stderr)
{
    message_error("no node %d", 7);
    message_warning("odd");
    message_note("by the way");
    message_hint("try this");
    fflush(stderr);
    cr_assert_stderr_eq_str("nimblesim: error:   no node 7\n"
                            "nimblesim: warning: odd\n"
                            "nimblesim: note:    by the way\n"
                            "nimblesim: hint:    try this\n");
}

Test(cli_message, indents_further_lines_to_the_text, .init = cr_redirect_stderr)
{
    message_error("first\nsecond\n");
    fflush(stderr);
    cr_assert_stderr_eq_str("nimblesim: error:   first\n"
                            "                    second\n");
}

Test(cli_message, wipes_the_line_and_colours_the_label_on_a_terminal)
{
    struct screen s;
    screen_open(&s, 80);
    write_message(s.stream, MESSAGE_ERROR, "bad");
    cr_expect_str_eq(screen_text(&s), "\r\x1b[Knimblesim: \x1b[1;31merror:  \x1b[0m bad\r\n");
    screen_close(&s);
}

Test(cli_message, honours_no_color)
{
    struct screen s;
    screen_open(&s, 80);
    setenv("NO_COLOR", "1", 1);
    cr_expect_not(message_has_colour(s.stream));
    write_message(s.stream, MESSAGE_NOTE, "plain");
    cr_expect_str_eq(screen_text(&s), "\r\x1b[Knimblesim: note:    plain\r\n");

    setenv("NO_COLOR", "", 1); /* empty counts as unset */
    cr_expect(message_has_colour(s.stream));
    screen_close(&s);
}

Test(cli_message, takes_a_dumb_terminal_for_none)
{
    struct screen s;
    screen_open(&s, 80);
    setenv("TERM", "dumb", 1);
    cr_expect_not(message_is_terminal(s.stream));
    write_message(s.stream, MESSAGE_HINT, "plain");
    cr_expect_str_eq(screen_text(&s), "nimblesim: hint:    plain\r\n");
    screen_close(&s);
}

Test(cli_message, cuts_a_message_that_never_ends, .init = cr_redirect_stderr)
{
    message_error("%09999d", 1);
    fflush(stderr);
    char text[8192];
    FILE *got = cr_get_redirected_stderr();
    size_t length = fread(text, 1, sizeof text, got);
    cr_expect_eq(length, 20 + 4095 + 1);
}
