/* What is done to texts: numbers read back, quotes are read back, slips of a hand are forgiven. */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "sim/engine/text.h"

/* What a writer wrote; lives until the next call. */
static char written[512];

static const char *quoted(const char *text, const char *also)
{
    FILE *to = fmemopen(written, sizeof written, "w");
    text_quote(text, also, to);
    cr_assert_eq(fclose(to), 0);
    return written;
}

static const char *shell_word(const char *word)
{
    FILE *to = fmemopen(written, sizeof written, "w");
    text_shell(word, to);
    cr_assert_eq(fclose(to), 0);
    return written;
}

/* ---- numbers ---- */

Test(text, a_double_takes_the_fewest_digits_that_read_back)
{
    char text[TEXT_NUMBER_MAX];
    cr_expect_str_eq(text_double(text, 0.1), "0.1");
    cr_expect_str_eq(text_double(text, 1.0 / 3), "0.3333333333333333");
    cr_expect_str_eq(text_double(text, 0.1 + 0.2), "0.30000000000000004");
    cr_expect_str_eq(text_double(text, 1e22), "1e+22");
    cr_expect_str_eq(text_double(text, -2.5), "-2.5");
    cr_expect_str_eq(text_double(text, 0), "0");
    cr_expect_str_eq(text_double(text, DBL_TRUE_MIN), "5e-324");
    cr_expect_str_eq(text_double(text, DBL_MAX), "1.7976931348623157e+308");
}

Test(text, a_float_takes_fewer_digits_than_the_double_that_it_is)
{
    char text[TEXT_NUMBER_MAX];
    cr_expect_str_eq(text_float(text, 0.1F), "0.1");
    cr_expect_str_eq(text_float(text, 16777217.0F), "16777216");
    cr_expect_str_eq(text_float(text, 1.0F / 3), "0.33333334");
    cr_expect_str_eq(text_float(text, FLT_TRUE_MIN), "1e-45");
}

Test(text, what_is_no_number_is_written_as_strtod_reads_it)
{
    char text[TEXT_NUMBER_MAX];
    cr_expect_str_eq(text_double(text, INFINITY), "inf");
    cr_expect_str_eq(text_double(text, -INFINITY), "-inf");
    cr_expect(isnan(strtod(text_double(text, (double)NAN), NULL)));
    cr_expect(isnan(strtof(text_float(text, NAN), NULL)));
}

Test(text, any_double_reads_back_as_itself)
{
    uint64_t bits = 1;
    for (int i = 0; i < 20000; i++) {
        bits = bits * 6364136223846793005U + 1442695040888963407U;
        double value;
        memcpy(&value, &bits, sizeof value);
        if (!isfinite(value)) {
            continue;
        }
        char text[TEXT_NUMBER_MAX];
        const double back = strtod(text_double(text, value), NULL);
        cr_assert_arr_eq(&back, &value, sizeof value, "%s is not %a", text, value);
    }
}

/* ---- UTF-8 ---- */

Test(text, a_character_has_one_to_four_bytes)
{
    cr_expect_eq(text_character("a"), 1);
    cr_expect_eq(text_character(""), 1);
    cr_expect_eq(text_character("\u00b1"), 2);
    cr_expect_eq(text_character("\u2588"), 3);
    cr_expect_eq(text_character("\U0001F41D"), 4);
}

Test(text, bytes_that_are_no_character_are_told)
{
    static const char *const bad[] = {
        "\x80",
        "\xC1\x81",
        "\xC3",
        "\xE0\x9F\x80",
        "\xED\xA0\x80",
        "\xF0\x8F\x80\x80",
        "\xF4\x90\x80\x80",
        "\xF5\x80\x80\x80",
        "\xE2\x96",
        "\xFF",
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        cr_expect_eq(text_character(bad[i]), 0, "row %zu", i);
    }
}

Test(text, columns_are_characters_not_bytes)
{
    cr_expect_eq(text_columns(""), 0);
    cr_expect_eq(text_columns("1.0 \u00b1 2"), 7);
}

Test(text, a_cut_never_parts_a_character)
{
    cr_expect_eq(text_cut("abc", 3), 3);
    cr_expect_eq(text_cut("abc", 2), 2);
    cr_expect_eq(text_cut("ab\u00b1", 3), 2);
    cr_expect_eq(text_cut("ab\u00b1", 4), 4);
    cr_expect_eq(text_cut("\u2588\u2588", 5), 3);
    cr_expect_eq(text_cut("\u2588", 2), 0);
    cr_expect_eq(text_cut("", 0), 0);
}

/* ---- quotes ---- */

Test(text, a_quoted_string_escapes_what_json_cannot_hold)
{
    cr_expect_str_eq(quoted("plain", NULL), "\"plain\"");
    cr_expect_str_eq(quoted("a \"b\" \\ c\n\r\t", NULL), "\"a \\\"b\\\" \\\\ c\\n\\r\\t\"");
    cr_expect_str_eq(quoted("\x01\x7F", NULL), "\"\\u0001\\u007f\"");
    cr_expect_str_eq(quoted("caf\u00e9", NULL), "\"caf\u00e9\"");
}

Test(text, bytes_that_are_not_utf8_become_the_replacement_character)
{
    cr_expect_str_eq(quoted("a\xFFz", NULL), "\"a\\ufffdz\"");
    cr_expect_str_eq(quoted("\xE2\x96", NULL), "\"\\ufffd\\ufffd\"");
}

Test(text, other_characters_are_escaped_on_demand)
{
    cr_expect_str_eq(quoted("</script>", "<>&"), "\"\\u003c/script\\u003e\"");
    cr_expect_str_eq(quoted("</script>", NULL), "\"</script>\"");
}

Test(text, a_plain_word_needs_no_quotes_from_a_shell)
{
    cr_expect_str_eq(shell_word("scenarios/factory.yaml"), "scenarios/factory.yaml");
    cr_expect_str_eq(shell_word("nodes.cache=64"), "nodes.cache=64");
    cr_expect_str_eq(shell_word("64 KiB"), "'64 KiB'");
    cr_expect_str_eq(shell_word("$HOME"), "'$HOME'");
    cr_expect_str_eq(shell_word("~"), "'~'");
    cr_expect_str_eq(shell_word(""), "''");
    cr_expect_str_eq(shell_word("it's"), "'it'\\''s'");
}

/* ---- did you mean ...? ---- */

Test(text, the_distance_counts_what_a_hand_does_wrong)
{
    cr_expect_eq(text_distance("cache", "cache"), 0);
    cr_expect_eq(text_distance("cahce", "cache"), 1);
    cr_expect_eq(text_distance("cach", "cache"), 1);
    cr_expect_eq(text_distance("caache", "cache"), 1);
    cr_expect_eq(text_distance("kache", "cache"), 1);
    cr_expect_eq(text_distance("", "cache"), 5);
    cr_expect_eq(text_distance("loss", "rows"), 2);
}

Test(text, words_too_long_to_compare_are_far_apart)
{
    char a[TEXT_WORD_MAX + 2];
    memset(a, 'a', sizeof a);
    a[TEXT_WORD_MAX] = '\0';
    cr_expect_eq(text_distance(a, a + 1), 1);
    a[TEXT_WORD_MAX] = 'a';
    a[TEXT_WORD_MAX + 1] = '\0';
    cr_expect_eq(text_distance(a, "a"), TEXT_WORD_MAX + 1);
    cr_expect_not(text_is_near(a, "a", NULL));
}

Test(text, how_near_is_near_hangs_on_the_length_of_the_word)
{
    size_t distance = 0;
    cr_expect(text_is_near("rnu", "run", &distance));
    cr_expect_eq(distance, 1);
    cr_expect_not(text_is_near("rxy", "run", &distance));
    cr_expect_eq(distance, 2);
    cr_expect(text_is_near("caahe", "cache", NULL));
    cr_expect_not(text_is_near("xxxhe", "cache", NULL));
    cr_expect(text_is_near("valdaite", "validate", NULL));
    cr_expect(text_is_near("x", "x", NULL));
    cr_expect_not(text_is_near("x", "y", NULL), "nothing of the word is left");
    cr_expect_not(text_is_near("", "x", NULL));
}

Test(text, finds_the_nearest_of_some_names)
{
    static const char *const verbs[] = {"run", "validate", NULL, "schema"};
    cr_expect_str_eq(text_nearest("rnu", verbs, 4), "run");
    cr_expect_str_eq(text_nearest("valdiate", verbs, 4), "validate");
    cr_expect_str_eq(text_nearest("shema", verbs, 4), "schema");
    cr_expect_null(text_nearest("x", verbs, 4));
    cr_expect_null(text_nearest("", verbs, 4));
    cr_expect_null(text_nearest("replay", verbs, 4));
}
