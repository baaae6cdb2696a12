/*
 * Any bytes as a scenario file of any model, and, behind a line that begins with "%%", as an
 * override. Either it is refused with a message, or print, parse and print again give the same
 * text.
 */
#include <stdlib.h>
#include <string.h>

#include "scenarios/sweep/sweep.h"
#include "sim/study/load.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char *print(const struct scenario *s, size_t *length)
{
    char *text = NULL;
    FILE *memory = open_memstream(&text, length);

    ASSERT(memory != NULL);
    ASSERT(scenario_print(s, memory));
    fclose(memory);
    return text;
}

static void check_fixpoint(const struct scenario *s)
{
    struct scenario again;
    struct scenario_errors errors = {0};
    size_t length, length_again;
    char *text = print(s, &length);
    enum sim_status status =
        scenario_parse(&again, load_registry(), "fuzz.yaml", text, length, NULL, 0, &errors);

    scenario_errors_print(&errors, stderr);
    ASSERT(status == SIM_OK);
    char *text_again = print(&again, &length_again);
    ASSERT(length == length_again && memcmp(text, text_again, length) == 0);
    char hash[65], hash_again[65];
    ASSERT(scenario_hash(s, hash) == SIM_OK && scenario_hash(&again, hash_again) == SIM_OK);
    ASSERT(strcmp(hash, hash_again) == 0);
    free(text);
    free(text_again);
    scenario_deinit(&again);
}

/* A file's axes, if it has some, make points, or leave a message. */
static void check_sweep(const struct scenario *s)
{
    struct sweep sweep;
    struct scenario_errors errors = {0};
    const enum sim_status status = sweep_read(&sweep, s, NULL, 0, &errors);

    ASSERT((status == SIM_OK) == (errors.count == 0));
    if (status == SIM_OK) {
        struct scenario point;
        ASSERT(sweep.point_count > 0);
        if (sweep_load_point(&point, &sweep, sweep.point_count - 1, &errors) == SIM_OK) {
            scenario_deinit(&point);
        }
        sweep_deinit(&sweep);
    }
    scenario_errors_deinit(&errors);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = calloc(size + 1, 1);
    struct scenario s;
    struct scenario_errors errors = {0};
    struct scenario_override override = {NULL};

    ASSERT(text != NULL);
    memcpy(text, data, size);
    char *mark = strstr(text, "\n%%");
    if (mark != NULL) {
        override.text = mark + 3;
        size = (size_t)(mark - text);
    }
    enum sim_status status = scenario_parse(&s, load_registry(), "fuzz.yaml", text, size, &override,
                                            override.text != NULL ? 1 : 0, &errors);
    ASSERT((status == SIM_OK) == (errors.count == 0));
    if (status == SIM_OK) {
        check_fixpoint(&s);
        check_sweep(&s);
        scenario_deinit(&s);
    }
    scenario_errors_deinit(&errors);
    free(text);
    return 0;
}
