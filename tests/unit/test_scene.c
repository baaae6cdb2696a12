/* The floor's data: what is packed comes out again, whatever it is. */
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "analysis/report/scene_pack.h"
#include "tests/support/result.h"

/* ---------------------------------------------------------------- packing, and back */

static char *pack(const int64_t *value, size_t count)
{
    char *text = NULL;
    size_t bytes = 0;
    FILE *to = open_memstream(&text, &bytes);
    struct scene_pack p;
    scene_pack_begin(&p, to);
    for (size_t i = 0; i < count; i++) {
        scene_pack_add(&p, value[i]);
    }
    scene_pack_end(&p);
    cr_assert_eq(fclose(to), 0);
    return text;
}

static size_t from_base64(const char *text, unsigned char *bytes)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    uint32_t bits = 0;
    unsigned held = 0;
    size_t count = 0;
    for (; *text != '"'; text++) {
        bits = bits << 6 | (uint32_t)(strchr(digits, *text) - digits);
        held += 6;
        if (held >= 8) {
            held -= 8;
            bytes[count++] = (unsigned char)(bits >> held);
        }
    }
    return count;
}

static uint64_t take_number(const unsigned char **at)
{
    uint64_t value = 0;
    unsigned shift = 0;
    for (; **at > 127; (*at)++, shift += 7) {
        value |= (uint64_t)(**at & 127) << shift;
    }
    return value | (uint64_t) * (*at)++ << shift;
}

/* As the page does it. */
static size_t unpack(const char *text, int64_t *value, size_t most)
{
    unsigned char bytes[4096];
    const size_t length = from_base64(text + 1, bytes);
    const unsigned char *at = bytes;
    int64_t before = 0;
    size_t count = 0;
    while (at < bytes + length) {
        const uint64_t folded = take_number(&at);
        uint64_t times = 1;
        if (folded == 1) {
            times += take_number(&at);
        } else if (folded > 1) {
            const uint64_t change = (folded - 1) >> 1 ^ (((folded - 1) & 1) != 0 ? UINT64_MAX : 0);
            before = (int64_t)((uint64_t)before + change);
        }
        for (; times > 0 && count < most; times--) {
            value[count++] = folded == 0 ? STORE_MISSING : before;
        }
    }
    return count;
}

static void expect_back(const int64_t *value, size_t count)
{
    int64_t back[64];
    char *text = pack(value, count);
    cr_assert_eq(unpack(text, back, 64), count, "%s", text);
    cr_expect_arr_eq(back, value, count * sizeof *value, "%s", text);
    free(text);
}

#define EXPECT_BACK(...)                                                                           \
    expect_back((const int64_t[]){__VA_ARGS__},                                                    \
                sizeof((const int64_t[]){__VA_ARGS__}) / sizeof(int64_t))

Test(scene_pack, numbers_come_back_as_they_were)
{
    EXPECT_BACK(1);
    EXPECT_BACK(5, 4, 4, 4, 4, -7, 1000000, INT64_C(9007199254740991), 0);
    EXPECT_BACK(0, 0, 0, 1, 1, 0, 0);
}

Test(scene_pack, a_missing_number_is_none_and_changes_no_other)
{
    EXPECT_BACK(STORE_MISSING);
    EXPECT_BACK(3, STORE_MISSING, STORE_MISSING, 3, 3, STORE_MISSING, 4);
}

Test(scene_pack, a_long_row_of_equal_numbers_takes_few_bytes)
{
    int64_t same[60];
    for (size_t i = 0; i < 60; i++) {
        same[i] = 12;
    }
    char *text = pack(same, 60);
    cr_expect_leq(strlen(text), 8, "%s", text);
    free(text);
    expect_back(same, 60);
}

Test(scene_pack, after_a_restart_a_number_is_told_from_nothing)
{
    char *text = NULL;
    size_t bytes = 0;
    FILE *to = open_memstream(&text, &bytes);
    struct scene_pack p;
    scene_pack_begin(&p, to);
    scene_pack_add(&p, 0);
    scene_pack_restart(&p);
    scene_pack_add(&p, 5);
    scene_pack_end(&p);
    cr_assert_eq(fclose(to), 0);
    char *plain = pack((const int64_t[]){0, 5}, 2);
    cr_expect_str_eq(text, plain);
    free(text);
    free(plain);
}

/* ---------------------------------------------------------------- views */

TestSuite(scene_view, .init = result_enter, .fini = result_leave);

static char *pack_view(const char *name, size_t most, size_t *rows)
{
    struct store *store = result_open("x.db");
    struct store_error error = {""};
    struct views views;
    cr_assert_eq(views_read(&views, store, &error), SIM_OK, "%s", error.text);
    const struct view *view = views_find(&views, name);
    cr_assert_not_null(view);
    char *text = NULL;
    size_t bytes = 0;
    FILE *to = open_memstream(&text, &bytes);
    cr_assert_eq(scene_pack_view(to, view, store, 1, most, rows, &error), SIM_OK, "%s", error.text);
    cr_assert_eq(fclose(to), 0);
    views_deinit(&views);
    store_destroy(store);
    return text;
}

static void write_nodes(void)
{
    struct store *store = result_create("x.db");
    result_begin(store, 1, "a", 1, 7);
    for (int64_t i = 1; i <= 3; i++) {
        const struct result_node node = {
            .node = i, .x_m = 1.5, .y_m = (double)i, .role = i == 1 ? RESULT_GATEWAY : RESULT_NODE};
        cr_assert_eq(result_nodes(store, 1, &node, 1), SIM_OK);
    }
    result_end(store, 1, "a", 1, 7, 1, 1, 2.0);
    result_finish(store);
}

Test(scene_view, a_view_is_columns_without_the_run)
{
    write_nodes();
    size_t rows = 0;
    char *text = pack_view("node", 100, &rows);
    cr_expect_eq(rows, 3);
    cr_expect_not_null(strstr(text, "{\"n\":3,\"cut\":null,"), "%s", text);
    cr_expect_null(strstr(text, "run_id"), "%s", text);
    cr_expect_not_null(strstr(text, "{\"name\":\"x_m\",\"scale\":1000,\"data\":"), "%s", text);
    cr_expect_not_null(strstr(text, "\"words\":[\"gateway\",\"node\"]"), "%s", text);
    free(text);
}

Test(scene_view, no_more_rows_than_wanted)
{
    write_nodes();
    size_t rows = 0;
    char *text = pack_view("node", 2, &rows);
    cr_expect_eq(rows, 2);
    cr_expect_not_null(strstr(text, "{\"n\":2,"), "%s", text);
    free(text);
}
