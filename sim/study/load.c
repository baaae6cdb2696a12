#include "sim/study/load.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analysis/store/sha256.h"
#include "models/model.h"
#include "sim/terminal/exit.h"
#include "sim/terminal/message.h"

/* ---- options ---- */

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

/* ---- what the language is told ---- */

enum { MODELS_MAX = 16 };

const struct scenario_registry *load_registry(void)
{
    static const struct scenario_schema *schema[MODELS_MAX + 1];
    static const struct scenario_registry registry = {.schema = schema, .sha256 = sha256_hex};
    /* The same each time: threads that come here together write the same. */
    for (size_t i = 0; models[i] != NULL; i++) {
        ASSERT(i < MODELS_MAX);
        schema[i] = &models[i]->schema;
    }
    return &registry;
}

/* ---- loading ---- */

enum sim_status load_overrides_init(struct load_overrides *o, const struct load_changes *changes)
{
    const size_t sets = changes->sets != NULL ? changes->sets->count : 0;
    *o = (struct load_overrides){.item = calloc(sets + 2, sizeof *o->item)};
    if (o->item == NULL) {
        return SIM_ERR_NOMEM;
    }
    for (; o->count < sets; o->count++) {
        o->item[o->count].text = changes->sets->item[o->count];
    }
    if (changes->seed != UINT64_MAX) {
        (void)snprintf(o->seed, sizeof o->seed, "seed=%" PRIu64, changes->seed);
        o->item[o->count++].text = o->seed;
    }
    if (changes->replications > 0) {
        (void)snprintf(o->replications, sizeof o->replications, "replications=%" PRIu64,
                       changes->replications);
        o->item[o->count++].text = o->replications;
    }
    return SIM_OK;
}

void load_overrides_deinit(struct load_overrides *o)
{
    free(o->item);
    *o = (struct load_overrides){0};
}

enum { PATH_BYTES = 4096 };

/* PREFIX/share/nimblesim/scenarios/NAME.yaml beside PREFIX/bin, where this program is. */
static bool name_installed(char path[PATH_BYTES], const char *name)
{
    char program[PATH_BYTES];
    const ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    if (length <= 0) {
        return false;
    }
    program[length] = '\0';
    for (int levels = 0; levels < 2; levels++) { /* the file's name, and bin */
        char *slash = strrchr(program, '/');
        if (slash == NULL) {
            return false;
        }
        *slash = '\0';
    }
    const size_t end = strlen(name);
    const bool has_end = end > 5 && strcmp(name + end - 5, ".yaml") == 0;
    const int written = snprintf(path, PATH_BYTES, "%s/share/nimblesim/scenarios/%s%s", program,
                                 name, has_end ? "" : ".yaml");
    return written > 0 && written < PATH_BYTES && access(path, R_OK) == 0;
}

enum sim_status load_scenario_quietly(struct scenario *s, const char *path,
                                      const struct load_changes *changes,
                                      struct scenario_errors *errors)
{
    struct load_overrides overrides;
    enum sim_status status = load_overrides_init(&overrides, changes);
    if (status != SIM_OK) {
        return status;
    }
    char installed[PATH_BYTES];
    const bool is_bare = strchr(path, '/') == NULL && strcmp(path, "-") != 0;
    if (is_bare && access(path, F_OK) != 0 && name_installed(installed, path)) {
        path = installed;
    }
    status = scenario_load(s, load_registry(), path, overrides.item, overrides.count, errors);
    load_overrides_deinit(&overrides);
    return status;
}

void load_tell_notes(const struct scenario *s)
{
    for (size_t i = 0; s->notes != NULL && i < s->notes->count; i++) {
        message_note("%s", s->notes->line[i]);
    }
}

void load_tell_errors(const char *path, enum sim_status status,
                      const struct scenario_errors *errors)
{
    if (status == SIM_ERR_NOMEM) {
        message_error("%s: %s", path, sim_status_text(status));
    }
    scenario_errors_print(errors, stderr);
}

int load_scenario(struct scenario *s, const char *path, const struct load_changes *changes)
{
    struct scenario_errors errors = {0};
    const enum sim_status status = load_scenario_quietly(s, path, changes, &errors);
    if (status == SIM_OK) {
        load_tell_notes(s);
    }
    load_tell_errors(path, status, &errors);
    scenario_errors_deinit(&errors);
    return load_exit_code(status);
}

void load_put_errors(struct json *j, const struct scenario_errors *errors)
{
    json_key(j, "errors");
    json_array_open(j);
    for (size_t i = 0; i < errors->count; i++) {
        const struct scenario_mistake *m = &errors->mistake[i];
        json_object_open(j);
        json_field_string(j, "file", m->file);
        json_field_uint(j, "line", m->line);
        json_field_uint(j, "column", m->column);
        json_field_string(j, "key", m->key);
        json_field_string(j, "message", m->message);
        json_field_string(j, "suggestion", m->suggestion[0] != '\0' ? m->suggestion : NULL);
        json_object_close(j);
    }
    json_array_close(j);
}
