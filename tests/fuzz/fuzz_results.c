/*
 * A good result that any bytes have spoilt, byte by byte, page by page, row by row, or a file of
 * these bytes. Whoever reads results ends with a code of its own, and a page has no tag that a good
 * result's page has not.
 */
#include <fcntl.h>
#include <glob.h>

#include "sim/cli/verbs.h"
#include "sim/terminal/exit.h"
#include "tests/faults/spoil.h"
#include "tests/fuzz/place.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { WORDS_MAX = 12 };

static struct {
    unsigned char *bytes;
    size_t length;
} good;

static int call(int verb(int argc, char **argv), const char *const *words)
{
    char *argument[WORDS_MAX + 1] = {NULL};
    int count = 0;
    for (; words[count] != NULL; count++) {
        ASSERT(count < WORDS_MAX);
        argument[count] = strdup(words[count]);
        ASSERT(argument[count] != NULL);
    }
    const int code = verb(count, argument);
    for (int i = 0; i < count; i++) {
        free(argument[i]);
    }
    return code;
}

static unsigned char *read_file(const char *path, size_t *length)
{
    FILE *from = fopen(path, "rb");
    ASSERT(from != NULL && fseek(from, 0, SEEK_END) == 0);
    const long end = ftell(from);
    ASSERT(end >= 0);
    *length = (size_t)end;
    rewind(from);
    unsigned char *bytes = malloc(*length + 1);
    ASSERT(bytes != NULL);
    const size_t read = fread(bytes, 1, *length, from);
    ASSERT(read == *length);
    bytes[read] = '\0';
    (void)fclose(from);
    return bytes;
}

static size_t tags_in(const char *name)
{
    char path[PLACE_PATH_MAX];
    size_t length;
    size_t tags = 0;
    place_path(path, name);
    if (access(path, F_OK) != 0) {
        return 0;
    }
    unsigned char *page = read_file(path, &length);
    for (const char *at = (const char *)page; (at = strstr(at, "<script")) != NULL; at++) {
        tags++;
    }
    free(page);
    return tags;
}

static int report(const char *result, const char *page)
{
    return call(cmd_report, (const char *const[]){"report", result, "--out", page, "--force",
                                                  "--incomplete", NULL});
}

static size_t good_tags;

/* Of a sweep, so that merge takes it, too. */
static void make_point(char path[PLACE_PATH_MAX])
{
    static const char *const words[] = {
        "sweep",         "points.yaml", "--set", "record=calls", "--set",
        "duration=20 s", "--jobs",      "1",     "-q",           NULL};
    size_t length;
    unsigned char *text = read_file("scenarios/smoke.yaml", &length);
    const int here = open(".", O_RDONLY | O_DIRECTORY);
    place_write("points.yaml", text, length);
    free(text);
    ASSERT(here >= 0 && chdir(place_folder) == 0);
    FILE *scenario = fopen("points.yaml", "a");
    ASSERT(scenario != NULL && fputs("sweep: {nodes.spacing: [18 m]}\n", scenario) >= 0);
    ASSERT(fclose(scenario) == 0);
    ASSERT(call(cmd_sweep, words) == EXIT_OK);
    glob_t found;
    ASSERT(glob("*/points/*.db", 0, NULL, &found) == 0 && found.gl_pathc == 1);
    place_path(path, found.gl_pathv[0]);
    globfree(&found);
    ASSERT(fchdir(here) == 0 && close(here) == 0);
}

/* NOLINTNEXTLINE(readability-non-const-parameter): libFuzzer says so */
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    char path[PLACE_PATH_MAX];
    char page[PLACE_PATH_MAX];
    place_make();
    place_path(page, "page.html");
    make_point(path);
    good.bytes = read_file(path, &good.length);
    ASSERT(report(path, page) == EXIT_OK);
    good_tags = tags_in("page.html");
    ASSERT(good_tags > 0);
    return 0;
}

/* ---- an input ---- */

struct input {
    const uint8_t *at;
    size_t left;
};

static uint32_t take(void *context, uint32_t n)
{
    struct input *in = context;
    uint32_t value = 0;
    for (uint32_t most = n - 1; most > 0 && in->left > 0; most >>= 8) {
        value = value << 8 | *in->at++;
        in->left--;
    }
    return value % n;
}

static void make_bad(struct input *in, const char *path)
{
    const struct spoil_choice choice = {.below = take, .context = in};
    const uint32_t kind = take(in, SPOIL_KINDS + 1);
    if (kind == SPOIL_KINDS) {
        place_write("bad.db", in->at, in->left);
        return;
    }
    unsigned char *bytes = malloc(good.length);
    ASSERT(bytes != NULL);
    memcpy(bytes, good.bytes, good.length);
    const size_t length = spoil_bytes(&choice, (enum spoil_kind)kind, bytes, good.length);
    place_write("bad.db", bytes, length);
    free(bytes);
    if (kind == SPOIL_ROWS) {
        struct spoil_choice rows = choice;
        sqlite3 *db = spoil_open(path);
        ASSERT(db != NULL);
        spoil_rows(&rows, db);
        (void)sqlite3_close(db);
    }
}

static void expect_known(int code)
{
    ASSERT(code == EXIT_OK || code == EXIT_CHECK_FAILED || code == EXIT_USAGE ||
           code == EXIT_BAD_DATA || code == EXIT_NO_INPUT || code == EXIT_INTERNAL ||
           code == EXIT_IO);
}

static void read_it(uint32_t verb, const char *bad)
{
    char path[PLACE_PATH_MAX];
    switch (verb) {
    case 0:
        expect_known(call(cmd_why, (const char *const[]){"why", bad, "3", NULL}));
        break;
    case 1:
        expect_known(call(cmd_export, (const char *const[]){"export", bad, "call", NULL}));
        break;
    case 2:
        expect_known(call(cmd_compare, (const char *const[]){"compare", bad, "--json", NULL}));
        break;
    case 3:
        place_path(path, "merged.db");
        (void)unlink(path);
        expect_known(
            call(cmd_merge, (const char *const[]){"merge", bad, "--out", path, "-q", NULL}));
        break;
    default:
        place_path(path, "page.html");
        (void)unlink(path);
        expect_known(report(bad, path));
        ASSERT(tags_in("page.html") <= good_tags);
        break;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char bad[PLACE_PATH_MAX];
    struct input in = {data, size};
    const uint32_t verb = take(&in, 6);
    place_path(bad, "bad.db");
    make_bad(&in, bad);
    read_it(verb, bad);
    (void)unlink(bad);
    return 0;
}
