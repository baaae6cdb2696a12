#include <criterion/criterion.h>
#include <float.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "sim/terminal/json.h"

/* A document in memory. */
struct page {
    struct json json;
    FILE *stream;
    char *text;
    size_t length;
};

static struct json *page_open(struct page *p)
{
    p->stream = open_memstream(&p->text, &p->length);
    cr_assert_not_null(p->stream);
    json_begin(&p->json, p->stream);
    return &p->json;
}

static void page_expect(struct page *p, const char *expected)
{
    cr_expect(json_end(&p->json));
    fclose(p->stream);
    cr_expect_str_eq(p->text, expected);
    free(p->text);
}

Test(cli_json, nests_objects_and_arrays_with_two_spaces_a_level)
{
    struct page p;
    struct json *j = page_open(&p);
    json_object_open(j);
    json_field_string(j, "scenario", "factory");
    json_key(j, "runs");
    json_array_open(j);
    json_object_open(j);
    json_field_uint(j, "seed", 7);
    json_field_bool(j, "complete", true);
    json_object_close(j);
    json_null(j);
    json_array_close(j);
    json_object_close(j);
    page_expect(&p, "{\n"
                    "  \"scenario\": \"factory\",\n"
                    "  \"runs\": [\n"
                    "    {\n"
                    "      \"seed\": 7,\n"
                    "      \"complete\": true\n"
                    "    },\n"
                    "    null\n"
                    "  ]\n"
                    "}\n");
}

Test(cli_json, writes_empty_levels_on_one_line)
{
    struct page p;
    struct json *j = page_open(&p);
    json_array_open(j);
    json_object_open(j);
    json_object_close(j);
    json_array_open(j);
    json_array_close(j);
    json_array_close(j);
    page_expect(&p, "[\n  {},\n  []\n]\n");
}

Test(cli_json, escapes_what_a_string_must_not_hold)
{
    struct page p;
    json_string(page_open(&p), "a\"b\\c\n\t\r\x01\x7f/");
    page_expect(&p, "\"a\\\"b\\\\c\\n\\t\\r\\u0001\\u007f/\"\n");
}

Test(cli_json, keeps_utf8_and_replaces_bytes_that_are_none)
{
    struct page p;
    struct json *j = page_open(&p);
    json_array_open(j);
    json_string(j, "\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80");
    json_string(j, "\xff");         /* never begins a sequence */
    json_string(j, "\xc3");         /* cut at the end */
    json_string(j, "\xc0\xaf");     /* overlong */
    json_string(j, "\xed\xa0\x80"); /* a surrogate */
    json_array_close(j);
    page_expect(&p, "[\n"
                    "  \"\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80\",\n"
                    "  \"\\ufffd\",\n"
                    "  \"\\ufffd\",\n"
                    "  \"\\ufffd\\ufffd\",\n"
                    "  \"\\ufffd\\ufffd\\ufffd\"\n"
                    "]\n");
}

Test(cli_json, writes_a_null_string_as_null)
{
    struct page p;
    json_string(page_open(&p), NULL);
    page_expect(&p, "null\n");
}

Test(cli_json, writes_integers_to_their_limits)
{
    struct page p;
    struct json *j = page_open(&p);
    json_array_open(j);
    json_int(j, INT64_MIN);
    json_int(j, INT64_MAX);
    json_uint(j, UINT64_MAX);
    json_array_close(j);
    page_expect(&p,
                "[\n  -9223372036854775808,\n  9223372036854775807,\n  18446744073709551615\n]\n");
}

Test(cli_json, writes_doubles_in_the_fewest_digits_that_come_back)
{
    struct page p;
    struct json *j = page_open(&p);
    json_array_open(j);
    json_double(j, 0.1);
    json_double(j, 3600);
    json_double(j, 0.1 + 0.2);
    json_double(j, 1.0 / 3);
    json_double(j, 1e300);
    json_array_close(j);
    page_expect(&p, "[\n  0.1,\n  3600,\n  0.30000000000000004,\n  0.3333333333333333,\n"
                    "  1e+300\n]\n");
}

Test(cli_json, brings_every_double_back)
{
    static const double values[] = {DBL_MAX,           DBL_MIN, DBL_TRUE_MIN, -DBL_EPSILON,
                                    3.141592653589793, 1e22,    1e23,         0x1.fffffffffffffp-1,
                                    123456789.1,       -0.0};
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        struct page p;
        json_double(page_open(&p), values[i]);
        cr_expect(json_end(&p.json));
        fclose(p.stream);
        double back = strtod(p.text, NULL);
        cr_expect_arr_eq(&back, &values[i], sizeof back, "%s", p.text);
        free(p.text);
    }
}

Test(cli_json, writes_what_is_no_number_as_null)
{
    struct page p;
    struct json *j = page_open(&p);
    json_object_open(j);
    json_field_double(j, "nan", NAN);
    json_field_double(j, "inf", -INFINITY);
    json_object_close(j);
    page_expect(&p, "{\n  \"nan\": null,\n  \"inf\": null\n}\n");
}

Test(cli_json, tells_of_a_stream_that_failed)
{
    FILE *full = fopen("/dev/full", "w");
    cr_assert_not_null(full);
    struct json j;
    json_begin(&j, full);
    json_int(&j, 1);
    cr_expect_not(json_end(&j));
    fclose(full);
}

Test(cli_json, stops_at_a_value_without_its_key, .signal = SIGABRT)
{
    struct json j;
    json_begin(&j, stderr);
    json_object_open(&j);
    json_int(&j, 1);
}

Test(cli_json, stops_at_a_key_in_an_array, .signal = SIGABRT)
{
    struct json j;
    json_begin(&j, stderr);
    json_array_open(&j);
    json_key(&j, "a");
}

Test(cli_json, stops_at_the_wrong_bracket, .signal = SIGABRT)
{
    struct json j;
    json_begin(&j, stderr);
    json_array_open(&j);
    json_object_close(&j);
}

Test(cli_json, stops_at_an_unclosed_level, .signal = SIGABRT)
{
    struct json j;
    json_begin(&j, stderr);
    json_array_open(&j);
    (void)!json_end(&j);
}

Test(cli_json, keeps_what_lies_deeper_than_asked_on_one_line)
{
    struct page p;
    struct json *j = page_open(&p);
    json_lines(j, 1);
    json_array_open(j);
    json_object_open(j);
    json_field_int(j, "a", 1);
    json_key(j, "b");
    json_array_open(j);
    json_int(j, 2);
    json_int(j, 3);
    json_array_close(j);
    json_object_close(j);
    json_object_open(j);
    json_object_close(j);
    json_array_close(j);
    page_expect(&p, "[\n"
                    "  {\"a\": 1,\"b\": [2,3]},\n"
                    "  {}\n"
                    "]\n");
}

Test(cli_json, stops_at_a_key_without_its_value, .signal = SIGABRT)
{
    struct json j;
    json_begin(&j, stderr);
    json_object_open(&j);
    json_key(&j, "a");
    json_object_close(&j);
}

Test(cli_json, stops_at_a_second_value, .signal = SIGABRT)
{
    struct json j;
    json_begin(&j, stderr);
    json_int(&j, 1);
    json_int(&j, 2);
}

Test(cli_json, stops_when_nested_too_deep, .signal = SIGABRT)
{
    struct json j;
    json_begin(&j, stderr);
    for (int i = 0; i <= JSON_DEPTH_MAX; i++) {
        json_array_open(&j);
    }
}

Test(cli_json, writes_a_digest_as_a_string_of_sixteen_digits)
{
    struct page p;
    struct json *j = page_open(&p);
    json_object_open(j);
    json_field_digest(j, "digest", UINT64_C(0xab5));
    json_object_close(j);
    page_expect(&p, "{\n  \"digest\": \"0000000000000ab5\"\n}\n");
}
