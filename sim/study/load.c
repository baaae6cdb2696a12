#include "sim/study/load.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "runtime-replay/platform.h"
#include "scenarios/language/errors.h"
#include "sim/engine/text.h"
#include "sim/study/metrics.h"
#include "sim/terminal/exit.h"
#include "sim/terminal/message.h"

struct option_spec load_option_seed(uint64_t *seed)
{
    return (struct option_spec){
        .name = "seed",
        .metavar = "N",
        .number = seed,
        .most = INT64_MAX,
        .help = "use this seed instead of the scenario's",
    };
}

struct option_spec load_option_set(struct option_list *sets, const char *help)
{
    return (struct option_spec){.name = "set", .metavar = "KEY=VALUE", .list = sets, .help = help};
}

int load_exit_code(enum sim_status status)
{
    switch (status) {
    case SIM_OK:
        return EXIT_OK;
    case SIM_ERR_INVALID:
        return EXIT_BAD_DATA;
    case SIM_ERR_NOTFOUND:
        return EXIT_NO_INPUT;
    case SIM_ERR_IO:
        return EXIT_IO;
    case SIM_ERR_FULL:
    case SIM_ERR_NOMEM:
        break;
    }
    return EXIT_INTERNAL;
}

/* The metric whose name a slip of the finger may have made this one; NULL if there is none. */
static const char *nearest_metric(const char *written)
{
    const char *name[METRIC_COUNT];
    for (int m = 0; m < METRIC_COUNT; m++) {
        name[m] = metric_info((enum metric)m)->name;
    }
    return text_nearest(written, name, METRIC_COUNT);
}

/* What the room of scenarios cannot judge: it knows no metrics. */
static enum sim_status check_metric(struct scenario *s, struct scenario_errors *errors)
{
    const char *of = s->precision.of;
    if (!(s->precision.half_width > 0) || metric_find(of) != METRIC_COUNT) {
        return SIM_OK;
    }
    const struct place at = {
        .file = s->precision.of_at.overridden ? "--set" : s->path,
        .line = s->precision.of_at.line,
        .column = s->precision.of_at.column,
    };
    const char *nearest = nearest_metric(of);
    errors_add(errors, at, "replications.of", "no metric is called \"%s\"%s%s%s", of,
               nearest != NULL ? "; did you mean " : "", nearest != NULL ? nearest : "",
               nearest != NULL ? "?" : "");
    scenario_deinit(s);
    return SIM_ERR_INVALID;
}

/* The shipped platform whose name a slip of the finger may have made this one; NULL: none. */
static const char *nearest_platform(const char *written)
{
    enum { MOST = 64 };
    const char *name[MOST];
    size_t count = 0;
    while (count < MOST && platform_shipped[count].name != NULL) {
        name[count] = platform_shipped[count].name;
        count++;
    }
    return text_nearest(written, name, count);
}

/* Nor does it know the platforms. What is in a file shows when the file is needed. */
static enum sim_status check_platform(struct scenario *s, struct scenario_errors *errors)
{
    const struct scenario_file *table = &s->platform.table;
    for (size_t i = 0; table->word != NULL; i++) {
        if (platform_shipped[i].name == NULL) {
            const struct place at = {
                .file = table->at.overridden ? "--set" : s->path,
                .line = table->at.line,
                .column = table->at.column,
            };
            const char *nearest = nearest_platform(table->word);
            errors_add(errors, at, "platform.table",
                       "no platform is called \"%s\"; the path of a file has a dot or a slash"
                       "%s%s%s",
                       table->word, nearest != NULL ? "; did you mean " : "",
                       nearest != NULL ? nearest : "", nearest != NULL ? "?" : "");
            scenario_deinit(s);
            return SIM_ERR_INVALID;
        }
        if (strcmp(platform_shipped[i].name, table->word) == 0) {
            break;
        }
    }
    return SIM_OK;
}

enum sim_status load_scenario_quietly(struct scenario *s, const char *path,
                                      const struct option_list *sets, const uint64_t *seed,
                                      struct scenario_errors *errors)
{
    struct scenario_override *override = calloc(sets->count + 1, sizeof *override);
    if (override == NULL) {
        return SIM_ERR_NOMEM;
    }
    size_t count = 0;
    for (; count < sets->count; count++) {
        override[count].text = sets->item[count];
    }
    char seed_text[sizeof "seed=18446744073709551615"];
    if (seed != NULL) {
        (void)snprintf(seed_text, sizeof seed_text, "seed=%" PRIu64, *seed);
        override[count++].text = seed_text;
    }
    enum sim_status status = scenario_load(s, path, override, count, errors);
    free(override);
    if (status == SIM_OK) {
        status = check_metric(s, errors);
    }
    return status == SIM_OK ? check_platform(s, errors) : status;
}

int load_scenario(struct scenario *s, const char *path, const struct option_list *sets,
                  const uint64_t *seed)
{
    struct scenario_errors errors = {0};
    const enum sim_status status = load_scenario_quietly(s, path, sets, seed, &errors);
    if (status == SIM_ERR_NOMEM) {
        message_error("%s: %s", path, sim_status_text(status));
    }
    scenario_errors_print(&errors, stderr);
    scenario_errors_deinit(&errors);
    return load_exit_code(status);
}
