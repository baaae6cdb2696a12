/*
 * Golden traces: small scenarios and the story that each must tell. A *.trace begins with lines
 * of "#" that say what to look for; they are written by hand and kept. GOLDEN_UPDATE=1 writes
 * the rest anew: review the difference.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/chronicle.h"
#include "tests/support/trial.h"

#define FOLDER "tests/golden/"

static char *read_all(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        cr_assert_eq(errno, ENOENT, "%s: %s", path, strerror(errno));
        return NULL;
    }
    cr_assert_eq(fseek(file, 0, SEEK_END), 0);
    const long length = ftell(file);
    rewind(file);
    char *text = calloc((size_t)length + 1, 1);
    cr_assert_not_null(text);
    cr_assert_eq(fread(text, 1, (size_t)length, file), (size_t)length);
    (void)fclose(file);
    return text;
}

static void write_head(const struct trial *t, FILE *to)
{
    const struct taskset *set = &t->plan.taskset;
    for (uint32_t i = 0; i < set->count; i++) {
        (void)fprintf(to, "%s %u: %u B", i < set->chains ? "chain" : "algorithm", i,
                      set->tasklet[i].size_bytes);
        for (uint32_t k = 0; k < set->tasklet[i].call_count; k++) {
            (void)fprintf(to, "%s %u", k == 0 ? ", calls" : ",",
                          set->call[set->tasklet[i].first_call + k]);
        }
        (void)fputc('\n', to);
    }
    (void)fputc('\n', to);
}

/* The tasklets, and then what happens. */
static char *tell(const char *name)
{
    char path[128];
    (void)snprintf(path, sizeof path, FOLDER "%s.yaml", name);
    char *yaml = read_all(path);
    cr_assert_not_null(yaml, "%s is missing; run from the root of the sources", path);
    char *text = NULL;
    size_t length = 0;
    struct chronicle story = {.to = open_memstream(&text, &length)};
    cr_assert_not_null(story.to);
    const struct world_observer observer = chronicle_observer(&story);
    struct trial t;
    trial_open(&t, path, yaml, "nimble", 1, &observer);
    story.world = t.world;
    story.chains = t.plan.taskset.chains;
    write_head(&t, story.to);
    trial_run(&t);
    char wrong[256] = "";
    cr_assert(world_audit(t.world, wrong, sizeof wrong), "%s", wrong);
    trial_close(&t);
    (void)fclose(story.to);
    free(yaml);
    return text;
}

/* Behind the lines of "#" and the empty one that ends them. */
static const char *story_of(const char *trace)
{
    while (*trace == '#') {
        const char *end = strchr(trace, '\n');
        trace = end != NULL ? end + 1 : trace + strlen(trace);
    }
    return *trace == '\n' ? trace + 1 : trace;
}

static void update(const char *path, const char *old, const char *told)
{
    FILE *file = fopen(path, "wb");
    cr_assert_not_null(file, "%s: %s", path, strerror(errno));
    if (old != NULL) {
        (void)fwrite(old, 1, (size_t)(story_of(old) - old), file);
    }
    cr_assert(fputs(told, file) >= 0);
    cr_assert_eq(fclose(file), 0);
}

/* The first line that differs says more than two whole texts. */
static void expect_equal(const char *path, const char *expected, const char *told)
{
    size_t line = 1;
    size_t start = 0;
    for (size_t i = 0; expected[i] == told[i] && told[i] != '\0'; i++) {
        if (told[i] == '\n') {
            line++;
            start = i + 1;
        }
    }
    if (strcmp(expected, told) != 0) {
        cr_assert_fail("%s, story line %zu\n  expected  %.*s\n  told      %.*s\n"
                       "make golden-update rewrites; review the difference",
                       path, line, (int)strcspn(expected + start, "\n"), expected + start,
                       (int)strcspn(told + start, "\n"), told + start);
    }
}

static void is_told_as_recorded(const char *name)
{
    char path[128];
    (void)snprintf(path, sizeof path, FOLDER "%s.trace", name);
    char *told = tell(name);
    char *old = read_all(path);
    if (getenv("GOLDEN_UPDATE") != NULL) {
        update(path, old, told);
    } else {
        cr_assert_not_null(old, "%s is missing", path);
        expect_equal(path, story_of(old), told);
    }
    free(old);
    free(told);
}

Test(golden, served_by_a_neighbour)
{
    is_told_as_recorded("served-by-a-neighbour");
}

Test(golden, global_search_with_eviction)
{
    is_told_as_recorded("global-search-with-eviction");
}

Test(golden, registry_fallback_after_a_timeout)
{
    is_told_as_recorded("registry-fallback-after-a-timeout");
}

Test(golden, two_robots_one_fetch)
{
    is_told_as_recorded("two-robots-one-fetch");
}

Test(golden, a_lost_message_costs_an_attempt)
{
    is_told_as_recorded("a-lost-message-costs-an-attempt");
}

Test(golden, an_update_is_fetched_in_part)
{
    is_told_as_recorded("an-update-is-fetched-in-part");
}
