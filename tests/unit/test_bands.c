/* Rows of replications as means with bands. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <criterion/criterion.h>

#include "analysis/statistics/bands.h"

Test(bands, leave_out_what_is_missing)
{
    static const char *const name[] = {"t", "a", "b"};
    static const double row[][3] = {
        {1, 3.0, (double)NAN}, {1, 4.0, 2.0}, {2, (double)NAN, (double)NAN}};
    char *text = NULL;
    size_t length = 0;
    FILE *to = open_memstream(&text, &length);
    struct bands b;
    bands_begin(&b, 1, name, 3, to);
    for (size_t i = 0; i < 3; i++) {
        bands_row(&b, row[i]);
    }
    bands_end(&b);
    bands_end(&b); /* once more writes nothing */
    cr_assert_eq(fclose(to), 0);
    cr_assert_str_eq(text, "t\tn\ta\ta_low\ta_high\tb\tb_low\tb_high\n"
                           "1\t2\t3.5\t-2.853102368\t9.853102368\t2\tNaN\tNaN\n"
                           "2\t0\tNaN\tNaN\tNaN\tNaN\tNaN\tNaN\n");
    free(text);
}

Test(bands, of_no_row_are_their_head)
{
    char *text = NULL;
    size_t length = 0;
    FILE *to = open_memstream(&text, &length);
    struct bands b;
    bands_begin(&b, 1, (const char *const[]){"t", "a"}, 2, to);
    bands_end(&b);
    cr_assert_eq(fclose(to), 0);
    cr_assert_str_eq(text, "t\tn\ta\ta_low\ta_high\n");
    free(text);
}
