/*
 * Any text as a platform's table and as a calibration. Either it is refused with a line, or a
 * platform's sums are sums, and a calibration that is written out again is read as the same.
 */
#include <stdlib.h>
#include <string.h>

#include "runtime-replay/platforms/calibration.h"
#include "runtime-replay/platforms/platform.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect_line(enum sim_status status, const struct tsv_error *error)
{
    ASSERT(status == SIM_ERR_INVALID);
    ASSERT(strncmp(error->text, "fuzz.tsv:", 9) == 0);
}

static void try_platform(const char *text)
{
    struct platform p;
    struct tsv_error error = {{0}};
    const enum sim_status status = platform_parse(&p, "fuzz.tsv", text, &error);
    if (status != SIM_OK) {
        expect_line(status, &error);
        return;
    }
    const struct platform_module module = {300, 3, 2, 1};
    int64_t sum = 0;
    if (platform_add_load(&p, &module, &sum, &error) == SIM_OK) {
        ASSERT(sum >= 0);
        sim_time ns = -1;
        ASSERT(platform_ns(&p, sum, &ns, &error) != SIM_OK || ns >= 0);
    }
    for (int i = PLATFORM_OP_FIRST; i < PLATFORM_ITEMS; i++) {
        sum = 0;
        ASSERT((platform_add(&p, (enum platform_item)i, 3, &sum, &error) == SIM_OK) == p.has[i]);
        ASSERT(sum == 3 * p.value[i]);
    }
}

static char *write_out(const struct calibration *c)
{
    char *text = NULL;
    size_t length = 0;
    FILE *to = open_memstream(&text, &length);
    ASSERT(to != NULL);
    const struct calibration_head head = {
        .program = "fuzz", .scenario = "fuzz", .platform = "fuzz", .mode = "fuzz"};
    calibration_write_head(&head, to);
    for (size_t i = 0; i < c->count; i++) {
        calibration_write_row(&c->row[i], calibration_segments(c, &c->row[i]), to);
    }
    const int failed = fclose(to);
    ASSERT(failed == 0);
    return text;
}

static void try_calibration(const char *text)
{
    struct calibration c;
    struct calibration again;
    struct tsv_error error = {{0}};
    enum sim_status status = calibration_parse(&c, "fuzz.tsv", text, &error);
    if (status != SIM_OK) {
        expect_line(status, &error);
        return;
    }
    char *written = write_out(&c);
    status = calibration_parse(&again, "again.tsv", written, &error);
    ASSERT(status == SIM_OK && again.count == c.count);
    for (size_t i = 0; i < c.count; i++) {
        const struct calibration_row *a = &c.row[i];
        const struct calibration_row *b =
            calibration_find(&again, a->variant, a->replication, a->tasklet);
        ASSERT(b != NULL && a->hash == b->hash && a->segments == b->segments);
        ASSERT(a->instructions == b->instructions && a->resume_ns == b->resume_ns);
        ASSERT(memcmp(calibration_segments(&c, a), calibration_segments(&again, b),
                      a->segments * sizeof(sim_time)) == 0);
    }
    free(written);
    calibration_deinit(&again);
    calibration_deinit(&c);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);
    ASSERT(text != NULL);
    memcpy(text, data, size);
    text[size] = '\0';
    try_platform(text);
    try_calibration(text);
    free(text);
    return 0;
}
