#include "sim/cli/load.h"

#include <inttypes.h>
#include <stdlib.h>

#include "sim/cli/cmd.h"
#include "sim/cli/message.h"

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
    const enum sim_status status = scenario_load(s, path, override, count, errors);
    free(override);
    return status;
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
