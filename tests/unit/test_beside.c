/* Files under construction: named beside what they will be, and swept up when their maker is gone.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/engine/beside.h"
#include "sim/engine/text_memory.h"

static char folder[64];
static char path[80];

static void make_folder(void)
{
    (void)snprintf(folder, sizeof folder, "/tmp/test_beside.XXXXXX");
    cr_assert_not_null(mkdtemp(folder));
    (void)snprintf(path, sizeof path, "%s/result", folder);
}

static void remove_folder(void)
{
    cr_assert_eq(rmdir(folder), 0, "something is left in %s", folder);
}

TestSuite(beside, .init = make_folder, .fini = remove_folder);

static void put(const char *name)
{
    FILE *to = fopen(name, "w");
    cr_assert_not_null(to);
    (void)fclose(to);
}

Test(beside, what_a_killed_program_left_is_removed)
{
    char left[100];
    (void)snprintf(left, sizeof left, "%s.new-17.0", path);
    put(left);
    beside_sweep(path);
    cr_assert_neq(access(left, F_OK), 0);
}

Test(beside, what_is_being_written_stays)
{
    char *name = NULL;
    int file;
    cr_assert_eq(beside_create(path, &name, &file), SIM_OK);
    beside_sweep(path);
    cr_expect_eq(access(name, F_OK), 0);
    (void)close(file);
    beside_sweep(path);
    cr_expect_neq(access(name, F_OK), 0);
    free(name);
}

Test(beside, two_at_once_have_two_names)
{
    char *name[2] = {NULL, NULL};
    int file[2];
    for (int i = 0; i < 2; i++) {
        cr_assert_eq(beside_create(path, &name[i], &file[i]), SIM_OK);
    }
    cr_expect_str_neq(name[0], name[1]);
    for (int i = 0; i < 2; i++) {
        (void)close(file[i]);
        cr_expect_eq(unlink(name[i]), 0);
        free(name[i]);
    }
}

Test(beside, what_is_only_called_alike_stays)
{
    static const char *const alike[] = {".new-", ".new-17.0-journal", ".new-mine", ".newer",
                                        "2.new-17.0"};
    for (size_t i = 0; i < sizeof alike / sizeof alike[0]; i++) {
        char name[120];
        (void)snprintf(name, sizeof name, "%s%s", path, alike[i]);
        put(name);
        beside_sweep(path);
        cr_expect_eq(unlink(name), 0, "%s is gone", alike[i]);
    }
}

Test(beside, a_journal_goes_with_its_file)
{
    char left[100];
    char journal[120];
    (void)snprintf(left, sizeof left, "%s.new-17.0", path);
    (void)snprintf(journal, sizeof journal, "%s-journal", left);
    put(left);
    put(journal);
    beside_sweep(path);
    cr_expect_neq(access(left, F_OK), 0);
    cr_expect_neq(access(journal, F_OK), 0);
}

Test(text_memory, holds_what_was_written)
{
    struct text_memory m;
    FILE *to = text_memory_open(&m);
    cr_assert_not_null(to);
    for (int i = 0; i < 10000; i++) {
        (void)fprintf(to, "%d,", i);
    }
    cr_expect_eq(fflush(to), 0);
    cr_expect_eq(m.length, strlen(m.text));
    char *text = text_memory_close(&m, to);
    cr_assert_not_null(text);
    cr_expect_eq(strlen(text), (size_t)(10 * 2 + 90 * 3 + 900 * 4 + 9000 * 5));
    cr_expect_eq(strncmp(text, "0,1,2,", 6), 0);
    free(text);
}

Test(text_memory, of_nothing_is_an_empty_text)
{
    struct text_memory m;
    char *text = text_memory_close(&m, text_memory_open(&m));
    cr_assert_not_null(text);
    cr_expect_str_empty(text);
    free(text);
}
