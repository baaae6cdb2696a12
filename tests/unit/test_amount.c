/* Numbers with units: one scale for what stands together, no more digits than are known. */
#include <math.h>

#include <criterion/criterion.h>

#include "sim/terminal/amount.h"

static const char *written(struct amount_scale scale, double value)
{
    static char text[AMOUNT_BYTES];
    amount_write(text, scale, value);
    return text;
}

Test(amount, the_size_chooses_the_unit)
{
    cr_assert_str_eq(written(amount_scale("B", 999), 999), "999 B");
    cr_assert_str_eq(written(amount_scale("B", 12345), 12345), "12.35 kB");
    cr_assert_str_eq(written(amount_scale("B", 1.5e6), 1.5e6), "1.500 MB");
    cr_assert_str_eq(written(amount_scale("s", 0.0299), 0.0299), "29.90 ms");
    cr_assert_str_eq(written(amount_scale("s", 5.8), 5.8), "5.800 s");
    cr_assert_str_eq(written(amount_scale("", 7199.833), 7199.833), "7199.8");
    cr_assert_str_eq(written(amount_scale("", 0.4764), 0.4764), "0.476");
}

Test(amount, a_difference_has_two_digits_of_what_is_uncertain)
{
    cr_assert_str_eq(written(amount_scale_difference("s", -0.62641, 0.0352), -0.62641), "-0.626 s");
    cr_assert_str_eq(written(amount_scale_difference("B", -17.0091e6, 1.02e6), -17.0091e6),
                     "-17.0 MB");
    cr_assert_str_eq(written(amount_scale_difference("", 33954.2, 4233), 33954.2), "33954");
}

Test(amount, a_difference_of_nothing_takes_the_unit_of_its_interval)
{
    cr_assert_str_eq(written(amount_scale_difference("s", 0, 1.7), 0), "0.0 s");
}

Test(amount, nothing_is_minus_zero_and_nan_is_a_dash)
{
    cr_assert_str_eq(written(amount_scale("s", 1), -0.0001), "0.000 s");
    cr_assert_str_eq(written(amount_scale("B", 1), (double)NAN), "-");
}
