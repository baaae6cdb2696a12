/* Quantities: exact where they are whole, nearest where they are real, clear where refused. */
#include <criterion/criterion.h>

#include "scenarios/language/quantity.h"

static int64_t whole(const char *text, enum quantity_dim dim)
{
    int64_t value = -77;
    enum quantity_problem problem = quantity_parse_whole(text, dim, &value);

    cr_assert_eq(problem, QUANTITY_OK, "\"%s\" was refused (%d)", text, (int)problem);
    return value;
}

static double real(const char *text, enum quantity_dim dim)
{
    double value = -77;
    enum quantity_problem problem = quantity_parse_real(text, dim, &value);

    cr_assert_eq(problem, QUANTITY_OK, "\"%s\" was refused (%d)", text, (int)problem);
    return value;
}

static void refuses(const char *text, enum quantity_dim dim, enum quantity_problem expected)
{
    int64_t value = -77;
    enum quantity_problem problem = quantity_parse_whole(text, dim, &value);

    cr_assert_eq(problem, expected, "\"%s\": problem %d instead of %d", text, (int)problem,
                 (int)expected);
    cr_assert_eq(value, -77, "\"%s\": the output was touched", text);
}

static void explains(const char *text, enum quantity_dim dim, const char *expected)
{
    char message[QUANTITY_MESSAGE_MAX];
    int64_t value;

    quantity_explain(message, text, dim, quantity_parse_whole(text, dim, &value));
    cr_assert_str_eq(message, expected);
}

Test(quantity, times_are_exact_in_every_unit)
{
    cr_assert_eq(whole("0.1 s", QUANTITY_TIME), 100000000);
    cr_assert_eq(whole("7 ns", QUANTITY_TIME), 7);
    cr_assert_eq(whole("2.5us", QUANTITY_TIME), 2500);
    cr_assert_eq(whole("100 ms", QUANTITY_TIME), 100000000);
    cr_assert_eq(whole("0.5 min", QUANTITY_TIME), 30000000000);
    cr_assert_eq(whole("1.000000000000000000000000 h", QUANTITY_TIME), 3600000000000);
    cr_assert_eq(whole("0.000000001 s", QUANTITY_TIME), 1);
}

Test(quantity, sizes_and_rates_know_decimal_and_binary_prefixes)
{
    cr_assert_eq(whole("32 KiB", QUANTITY_SIZE), 32768);
    cr_assert_eq(whole("50 kB", QUANTITY_SIZE), 50000);
    cr_assert_eq(whole("0.5 KiB", QUANTITY_SIZE), 512);
    cr_assert_eq(whole("1.5 MiB", QUANTITY_SIZE), 1572864);
    cr_assert_eq(whole("2 MB", QUANTITY_SIZE), 2000000);
    cr_assert_eq(whole("4.65 GB", QUANTITY_SIZE), 4650000000);
    cr_assert_eq(whole("2 GiB", QUANTITY_SIZE), 2147483648);
    cr_assert_eq(whole("250 kbit/s", QUANTITY_RATE), 250000);
    cr_assert_eq(whole("0.25 Mbit/s", QUANTITY_RATE), 250000);
}

Test(quantity, exponents_and_signs_are_read)
{
    cr_assert_eq(whole("1e3 ms", QUANTITY_TIME), 1000000000);
    cr_assert_eq(whole("25E-1 s", QUANTITY_TIME), 2500000000);
    cr_assert_eq(whole("-5 ms", QUANTITY_TIME), -5000000);
    cr_assert_eq(whole("0e99999 s", QUANTITY_TIME), 0);
}

Test(quantity, the_largest_time_is_read_and_one_more_nanosecond_is_too_large)
{
    cr_assert_eq(whole("9223372036854775807 ns", QUANTITY_TIME), INT64_MAX);
    refuses("9223372036854775808 ns", QUANTITY_TIME, QUANTITY_TOO_LARGE);
    refuses("9223372037 s", QUANTITY_TIME, QUANTITY_TOO_LARGE);
    refuses("1e400 s", QUANTITY_TIME, QUANTITY_TOO_LARGE);
}

Test(quantity, a_fraction_of_a_nanosecond_or_byte_is_refused_not_rounded)
{
    refuses("0.1 ns", QUANTITY_TIME, QUANTITY_NOT_WHOLE);
    refuses("1e-400 s", QUANTITY_TIME, QUANTITY_NOT_WHOLE);
    refuses("0.3 KiB", QUANTITY_SIZE, QUANTITY_NOT_WHOLE);
    refuses("1.5", QUANTITY_COUNT, QUANTITY_NOT_WHOLE);
}

Test(quantity, what_is_no_number_is_refused)
{
    refuses("", QUANTITY_TIME, QUANTITY_NOT_A_NUMBER);
    refuses("ms", QUANTITY_TIME, QUANTITY_NOT_A_NUMBER);
    refuses(".5 s", QUANTITY_TIME, QUANTITY_NOT_A_NUMBER);
    refuses("5. s", QUANTITY_TIME, QUANTITY_NOT_A_NUMBER);
    refuses("+5 s", QUANTITY_TIME, QUANTITY_NOT_A_NUMBER);
    refuses("1e s", QUANTITY_TIME, QUANTITY_NOT_A_NUMBER);
    refuses("nan s", QUANTITY_TIME, QUANTITY_NOT_A_NUMBER);
    refuses("123456789012345678901 ns", QUANTITY_TIME, QUANTITY_TOO_MANY_DIGITS);
}

Test(quantity, a_missing_a_foreign_and_an_unknown_unit_are_told_apart)
{
    refuses("5", QUANTITY_TIME, QUANTITY_NO_UNIT);
    refuses("5 m", QUANTITY_TIME, QUANTITY_OTHER_UNIT);
    refuses("5 fortnights", QUANTITY_TIME, QUANTITY_UNKNOWN_UNIT);
    refuses("5 s s", QUANTITY_TIME, QUANTITY_UNKNOWN_UNIT);
    refuses("5 s", QUANTITY_COUNT, QUANTITY_OTHER_UNIT);
}

Test(quantity, messages_say_what_would_do)
{
    explains("5", QUANTITY_TIME,
             "\"5\" has no unit; a time is in ns, us, ms, s, min or h, such as 100 ms");
    explains("5 m", QUANTITY_TIME,
             "\"m\" is a unit of length; a time is in ns, us, ms, s, min or h");
    explains("5 TB", QUANTITY_SIZE,
             "unknown unit \"TB\"; a size is in B, kB, KiB, MB, MiB, GB or GiB");
    explains("5 s", QUANTITY_COUNT, "\"s\" is no part of a count, which is written like 12");
    explains("soon", QUANTITY_TIME, "expected a time such as 100 ms, found \"soon\"");
    explains("0.1 ns", QUANTITY_TIME, "\"0.1 ns\" is not a whole number of nanoseconds");
    explains("2.5", QUANTITY_COUNT, "\"2.5\" is not a whole number");
}

Test(quantity, a_long_text_is_cut_in_its_message)
{
    explains("abcdefghijabcdefghijabcdefghijabcdefghijabcdefghij", QUANTITY_COUNT,
             "expected a count such as 12, found "
             "\"abcdefghijabcdefghijabcdefghijabcdefghijabcd...\"");
}

Test(quantity, lengths_are_the_nearest_double_whatever_the_prefix)
{
    cr_assert_eq(real("20.5 cm", QUANTITY_LENGTH), 0.205);
    cr_assert_eq(real("205 mm", QUANTITY_LENGTH), 0.205);
    cr_assert_eq(real("0.205 m", QUANTITY_LENGTH), 0.205);
    cr_assert_eq(real("1.1 km", QUANTITY_LENGTH), 1100.0);
    cr_assert_eq(real("-3 m", QUANTITY_LENGTH), -3.0);
}

Test(quantity, speeds_and_probabilities_convert)
{
    cr_assert_eq(real("3.6 km/h", QUANTITY_SPEED), 1.0);
    cr_assert_eq(real("0.5 m/s", QUANTITY_SPEED), 0.5);
    cr_assert_eq(real("5 %", QUANTITY_PROBABILITY), 0.05);
    cr_assert_eq(real("0.05", QUANTITY_PROBABILITY), 0.05);
}

Test(quantity, whole_values_print_in_the_largest_unit_that_fits_exactly)
{
    static const struct {
        enum quantity_dim dim;
        int64_t value;
        const char *text;
    } cases[] = {
        {QUANTITY_TIME, 3600 * SIM_S, "3600 s"},
        {QUANTITY_TIME, 1500 * SIM_MS, "1500 ms"},
        {QUANTITY_TIME, 0, "0 s"},
        {QUANTITY_TIME, INT64_MAX, "9223372036854775807 ns"},
        {QUANTITY_SIZE, 32768, "32 KiB"},
        {QUANTITY_SIZE, 88, "88 B"},
        {QUANTITY_SIZE, 0, "0 B"},
        {QUANTITY_RATE, 250000, "250 kbit/s"},
        {QUANTITY_COUNT, 42, "42"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char text[QUANTITY_TEXT_MAX];

        quantity_format_whole(text, cases[i].dim, cases[i].value);
        cr_assert_str_eq(text, cases[i].text);
        cr_assert_eq(whole(text, cases[i].dim), cases[i].value);
    }
}

Test(quantity, real_values_print_in_the_fewest_digits_that_read_back)
{
    static const double values[] = {0.0, 0.1, 1.0 / 3.0, 1e-9, 123456.789, 5e-324, 1e300};
    char text[QUANTITY_TEXT_MAX];

    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        quantity_format_real(text, QUANTITY_LENGTH, values[i]);
        cr_assert_eq(real(text, QUANTITY_LENGTH), values[i], "%s", text);
    }
    quantity_format_real(text, QUANTITY_LENGTH, 0.1);
    cr_assert_str_eq(text, "0.1 m");
    quantity_format_real(text, QUANTITY_PROBABILITY, -0.0);
    cr_assert_str_eq(text, "0");
}
