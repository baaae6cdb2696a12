/* Two results, or two variants of one, compared as they were asked for. */
#include <stdlib.h>
#include <string.h>

#include "analysis/report/measured.h"
#include "sim/results/compare.h"
#include "sim/study/archive.h"
#include "sim/study/load.h"
#include "sim/terminal/exit.h"
#include "sim/terminal/message.h"
#include "sim/terminal/output.h"

#define LABEL_MAX 12 /* what fits over a column */

/* What is compared: two archives; both the same where one file was given. */
struct sides {
    struct archive archive[2];
    const struct archive *a, *b;
    char variant[2][sizeof((struct runs_row *)0)->variant]; /* "" where none was named */
    bool json;
};

/* ---- who is compared with whom ---- */

static bool has_variant(const struct archive *a, const char *variant)
{
    for (size_t i = 0; i < a->runs.count; i++) {
        if (strcmp(a->runs.row[i].variant, variant) == 0) {
            return true;
        }
    }
    return false;
}

/* The next variant of an archive behind the given one (NULL: the first), in the order of the runs.
 */
static const char *next_variant(const struct archive *a, const char *variant)
{
    bool passed = variant == NULL;
    for (size_t i = 0; i < a->runs.count; i++) {
        const char *here = a->runs.row[i].variant;
        const bool is_new = i == 0 || strcmp(a->runs.row[i - 1].variant, here) != 0;
        if (passed && is_new) {
            return here;
        }
        passed = passed || (is_new && strcmp(here, variant) == 0);
    }
    return NULL;
}

static int split_variants(struct sides *sides, const char *text)
{
    const char *comma = strchr(text, ',');
    const size_t first = comma != NULL ? (size_t)(comma - text) : strlen(text);
    const char *second = comma != NULL ? comma + 1 : text;
    const size_t bytes = sizeof sides->variant[0];
    if (first == 0 || first >= bytes || second[0] == '\0' || strlen(second) >= bytes) {
        message_error("--variants: '%s' is not A,B", text);
        return EXIT_USAGE;
    }
    memcpy(sides->variant[0], text, first);
    (void)snprintf(sides->variant[1], bytes, "%s", second);
    return EXIT_OK;
}

static int check_variant(const struct archive *a, const char *variant)
{
    if (has_variant(a, variant)) {
        return EXIT_OK;
    }
    const char *first = next_variant(a, NULL);
    const char *second = first != NULL ? next_variant(a, first) : NULL;
    message_error("%s has no variant %s; it has %s%s%s", a->path, variant,
                  first != NULL ? first : "none", second != NULL ? " and " : "",
                  second != NULL ? second : "");
    return EXIT_BAD_DATA;
}

/* A file's name without its folder and ".db". */
static void write_label(char *label, size_t bytes, const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash != NULL ? slash + 1 : path;
    const size_t length = strlen(name);
    const bool has_end = length > 3 && strcmp(name + length - 3, ".db") == 0;
    (void)snprintf(label, bytes, "%.*s", (int)(has_end ? length - 3 : length), name);
}

static void name_sides(struct compare_part *part, const struct sides *sides, const char *variant_a,
                       const char *variant_b)
{
    part->a = (struct compare_side){.file = sides->a->path, .variant = variant_a};
    part->b = (struct compare_side){.file = sides->b->path, .variant = variant_b};
    const size_t bytes = sizeof part->a.label;
    if (sides->a == sides->b || strcmp(variant_a, variant_b) != 0) {
        (void)snprintf(part->a.label, bytes, "%s", variant_a);
        (void)snprintf(part->b.label, bytes, "%s", variant_b);
    } else {
        write_label(part->a.label, bytes, sides->a->path);
        write_label(part->b.label, bytes, sides->b->path);
    }
    if (strcmp(part->a.label, part->b.label) == 0 || strlen(part->a.label) > LABEL_MAX ||
        strlen(part->b.label) > LABEL_MAX) {
        (void)snprintf(part->a.label, bytes, "A");
        (void)snprintf(part->b.label, bytes, "B");
    }
}

/* ---- the comparison ---- */

static enum sim_status find_divergence(struct compare_part *part, const struct sides *sides,
                                       struct store_error *error)
{
    for (size_t i = 0; i < part->contrast.pair_count; i++) {
        const struct contrast_pair *pair = &part->contrast.pair[i];
        if (pair->same_work && !pair->same_digest) {
            part->parted = pair;
            return diverge_find(&part->divergence, sides->a->store, pair->a->run_id,
                                sides->b->store, pair->b->run_id, error);
        }
    }
    return SIM_OK;
}

static int add_part(struct compare_result *r, const struct sides *sides, const char *variant_a,
                    const char *variant_b)
{
    struct compare_part *larger = realloc(r->part, (r->count + 1) * sizeof *larger);
    if (larger == NULL) {
        message_error("%s", sim_status_text(SIM_ERR_NOMEM));
        return EXIT_INTERNAL;
    }
    r->part = larger;
    struct compare_part *part = &r->part[r->count];
    *part = (struct compare_part){.model = model_find(sides->a->runs.model)};
    name_sides(part, sides, variant_a, variant_b);
    const struct contrast_side a = {sides->a->store, &sides->a->runs, variant_a};
    const struct contrast_side b = {sides->b->store, &sides->b->runs, variant_b};
    struct store_error error = {{0}};
    enum sim_status status = contrast_make(&part->contrast, &a, &b, &error);
    if (status != SIM_OK) {
        return archive_failed(sides->a, status, &error);
    }
    r->count++;
    const struct compare_stores from = {sides->a->store, sides->b->store};
    status = compare_calls_read(&part->calls, &from, &part->contrast, &error);
    if (status == SIM_OK) {
        status = compare_causes_read(part, &from, &error);
    }
    if (status == SIM_OK) {
        status = find_divergence(part, sides, &error);
    }
    return status == SIM_OK ? EXIT_OK : archive_failed(sides->a, status, &error);
}

/* Every variant that both files have, with itself. */
static int compare_files(struct compare_result *r, const struct sides *sides)
{
    int code = EXIT_OK;
    const char *variant = next_variant(sides->a, NULL);
    for (; variant != NULL && code == EXIT_OK; variant = next_variant(sides->a, variant)) {
        if (has_variant(sides->b, variant)) {
            code = add_part(r, sides, variant, variant);
        }
    }
    if (code == EXIT_OK && r->count == 0) {
        message_error("%s and %s have no variant in common", sides->a->path, sides->b->path);
        message_hint("--variants A,B compares a variant of the first with one of the second");
        code = EXIT_BAD_DATA;
    }
    return code;
}

static int compare_variants(struct compare_result *r, const struct sides *sides)
{
    const char *a = sides->variant[0];
    const char *b = sides->variant[1];
    if (a[0] == '\0') {
        a = next_variant(sides->a, NULL);
        b = a != NULL ? next_variant(sides->a, a) : NULL;
    }
    if ((a == NULL || b == NULL) && r->executed_count > 0) {
        return EXIT_OK; /* what was executed is compared with what was simulated */
    }
    if (a == NULL || b == NULL) {
        message_error("%s has one variant only: nothing to compare it with", sides->a->path);
        message_hint("give a second result, or run a scenario with two variants");
        return EXIT_BAD_DATA;
    }
    int code = check_variant(sides->a, a);
    if (code == EXIT_OK) {
        code = check_variant(sides->b, b);
    }
    return code == EXIT_OK ? add_part(r, sides, a, b) : code;
}

static int compare_scenarios(struct compare_result *r, const struct sides *sides)
{
    char *text[2] = {NULL, NULL};
    struct store_error error;
    int code = EXIT_OK;
    enum sim_status status = runs_scenario(&text[0], sides->a->store, &error);
    if (status == SIM_OK) {
        status = runs_scenario(&text[1], sides->b->store, &error);
    }
    if (status != SIM_OK) {
        code = archive_failed(sides->a, status, &error);
    } else if (compare_keys(r, text[0], text[1]) != SIM_OK) {
        message_error("%s", sim_status_text(SIM_ERR_NOMEM));
        code = EXIT_INTERNAL;
    }
    free(text[0]);
    free(text[1]);
    return code;
}

static int compare_executed(struct compare_result *r, const struct sides *sides)
{
    struct store_error error = {{0}};
    enum sim_status status = compare_executed_read(r, sides->a->store, sides->a->path, &error);
    if (status != SIM_OK) {
        return archive_failed(sides->a, status, &error);
    }
    if (sides->a != sides->b) {
        status = compare_executed_read(r, sides->b->store, sides->b->path, &error);
    }
    return status == SIM_OK ? EXIT_OK : archive_failed(sides->b, status, &error);
}

/* What was measured beside what was simulated, of either side that was also run for real. */
static int compare_measured(const struct sides *sides)
{
    const struct archive *side[2] = {sides->a, sides->b};
    for (size_t i = 0; i < (sides->a == sides->b ? 1 : 2); i++) {
        struct measured m;
        struct store_error error = {{0}};
        const enum sim_status status = measured_read(&m, side[i]->store, &error);
        if (status != SIM_OK) {
            return archive_failed(side[i], status, &error);
        }
        if (m.rows > 0) {
            (void)printf("\n----\n\n%s\n", side[i]->path);
        }
        measured_print(&m, stdout);
        measured_deinit(&m);
    }
    return EXIT_OK;
}

static int compare(const struct sides *sides)
{
    const bool one_file = sides->a == sides->b;
    struct compare_result result = {.count = 0};
    const bool by_variant = one_file || sides->variant[0][0] != '\0';
    int code = compare_executed(&result, sides);
    if (code == EXIT_OK) {
        code = by_variant ? compare_variants(&result, sides) : compare_files(&result, sides);
    }
    if (code == EXIT_OK && !one_file) {
        code = compare_scenarios(&result, sides);
    }
    if (code == EXIT_OK) {
        bool written = true;
        if (sides->json) {
            written = compare_print_json(&result, stdout);
        } else {
            compare_print_text(&result, stdout);
            code = compare_measured(sides);
        }
        const int ended = output_end_standard(written);
        code = code == EXIT_OK ? ended : code;
    }
    for (size_t i = 0; i < result.count; i++) {
        contrast_deinit(&result.part[i].contrast);
    }
    compare_executed_deinit(&result);
    free(result.part);
    free(result.change);
    return code;
}

static int open_and_compare(struct sides *sides, const struct option_operands *files)
{
    int code = archive_open(&sides->archive[0], files->item[0]);
    if (code != EXIT_OK) {
        return code;
    }
    sides->a = sides->b = &sides->archive[0];
    if (files->count == 2) {
        code = archive_open(&sides->archive[1], files->item[1]);
        sides->b = &sides->archive[1];
    }
    if (code == EXIT_OK) {
        code = archive_check_single(sides->a);
        code = code == EXIT_OK ? archive_check_single(sides->b) : code;
        code = code == EXIT_OK ? compare(sides) : code;
        if (files->count == 2) {
            archive_close(&sides->archive[1]);
        }
    }
    archive_close(&sides->archive[0]);
    return code;
}

int compare_results(const struct compare_request *request, const struct option_operands *files)
{
    struct sides sides = {.json = request->json};
    const int code =
        request->variants != NULL ? split_variants(&sides, request->variants) : EXIT_OK;
    return code == EXIT_OK ? open_and_compare(&sides, files) : code;
}
