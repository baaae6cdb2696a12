/* Is a scenario fit to run, and what does it say in full? */
#include "sim/study/validate.h"

#include <inttypes.h>
#include <stdlib.h>

#include "scenarios/sweep/sweep.h"
#include "sim/study/study.h"
#include "sim/terminal/exit.h"
#include "sim/terminal/json.h"
#include "sim/terminal/message.h"
#include "sim/terminal/output.h"

/* What is known of a scenario that is fit to run. */
struct validated {
    double events;   /* to expect of all its runs, as far as its model knows */
    char about[160]; /* "12 nodes, 20 robots" */
    char hash[65];
    struct warned *warning; /* of what is fit to run, and will suffer */
    size_t warnings;
    bool out_of_memory;
    const char
        *obstacle; /* the key that keeps the runs from short cuts, in some variant; or NULL */
    double times;  /* the events that costs */
};

struct warned {
    char text[320];
};

static void note_warning(void *context, const char *variant, const char *text)
{
    struct validated *v = context;
    struct warned *larger = realloc(v->warning, (v->warnings + 1) * sizeof *larger);
    if (larger == NULL) {
        v->out_of_memory = true;
        return;
    }
    v->warning = larger;
    (void)snprintf(v->warning[v->warnings++].text, sizeof larger->text, "%s: %s", variant, text);
}

static void tell_warnings(const struct validated *v)
{
    for (size_t i = 0; i < v->warnings; i++) {
        message_warning("%s", v->warning[i].text);
    }
}

static void print_line(const char *path, const struct scenario *s, const struct validated *v)
{
    char replications[32];
    if (s->precision.half_width > 0) {
        (void)snprintf(replications, sizeof replications, "%" PRIu32 " to %" PRIu32,
                       s->precision.least, s->precision.most);
    } else {
        (void)snprintf(replications, sizeof replications, "%" PRIu32, s->replications);
    }
    (void)printf("%s: ok: %s, %s%s%" PRIu32 " x %s runs, about %.3g events, hash %s\n", path,
                 s->name, v->about, v->about[0] != '\0' ? ", " : "", s->variant_count, replications,
                 v->events, v->hash);
    if (v->obstacle != NULL) {
        (void)printf("%s: note: %s takes the full path, about %.2g times the events\n", path,
                     v->obstacle, v->times);
    }
}

static void write_json(struct json *j, const char *path, const struct scenario *s,
                       const struct validated *v, const struct scenario_errors *errors)
{
    json_object_open(j);
    json_field_string(j, "scenario", path);
    json_field_bool(j, "ok", s != NULL);
    if (s != NULL) {
        json_field_string(j, "name", s->name);
        json_field_string(j, "model", s->schema->name);
        json_field_string(j, "about", v->about);
        json_field_double(j, "events", v->events);
        json_field_string(j, "hash", v->hash);
        if (v->obstacle != NULL) {
            json_field_string(j, "full_path_for", v->obstacle);
            json_field_double(j, "full_path_times", v->times);
        }
    }
    json_key(j, "warnings");
    json_array_open(j);
    for (size_t i = 0; i < v->warnings; i++) {
        json_string(j, v->warning[i].text);
    }
    json_array_close(j);
    load_put_errors(j, errors);
    json_object_close(j);
}

/* The axes of a file that has some, at every point. */
static enum sim_status check_sweep(const struct scenario *s, const struct load_changes *changes,
                                   struct scenario_errors *errors)
{
    struct load_overrides overrides;
    struct sweep sweep;
    enum sim_status status = load_overrides_init(&overrides, changes);
    if (status != SIM_OK) {
        return status;
    }
    status = sweep_read(&sweep, s, overrides.item, overrides.count, errors);
    if (status == SIM_OK) {
        status = sweep_resolve(&sweep, errors);
        sweep_deinit(&sweep);
    }
    load_overrides_deinit(&overrides);
    return status;
}

/* Opens every variant, and begins and ends its first replication: what `run` would refuse. */
static enum sim_status check_model(const struct scenario *s, struct validated *v,
                                   struct scenario_errors *errors)
{
    const struct study_options options = {
        .threads = 1, .forewarn = note_warning, .forewarn_context = v};
    struct study study;
    enum sim_status status = study_init(&study, s, &options);
    if (status != SIM_OK) {
        study_tell_mistake(&study, errors);
        if (study.key == NULL) {
            message_error("%s", study.error);
        }
        return status;
    }
    const double replications = s->precision.half_width > 0 ? s->precision.least : s->replications;
    for (uint32_t i = 0; i < s->variant_count; i++) {
        v->events += replications * (double)study_estimate(&study, i);
        if (study.model->obstacle != NULL && v->obstacle == NULL) {
            v->obstacle = study.model->obstacle(study.system[i], &v->times);
        }
    }
    study.model->describe(study.system[0], v->about, sizeof v->about);
    study_deinit(&study);
    return v->out_of_memory ? SIM_ERR_NOMEM : scenario_hash(s, v->hash);
}

/* Loads one file and shows what came of it. Data go to stdout, mistakes to stderr or into j. */
static int validate_file(const char *path, const struct load_changes *changes,
                         enum validate_form form, struct json *j)
{
    struct scenario s;
    struct validated v = {.events = 0};
    struct scenario_errors errors = {0};
    enum sim_status status = load_scenario_quietly(&s, path, changes, &errors);
    if (status == SIM_OK) {
        status = check_model(&s, &v, &errors);
        if (status == SIM_OK && sweep_is_in(&s)) {
            status = check_sweep(&s, changes, &errors);
        }
        if (status != SIM_OK) {
            scenario_deinit(&s);
        }
    }
    bool printed = true;
    switch (form) {
    case VALIDATE_JSON:
        write_json(j, path, status == SIM_OK ? &s : NULL, &v, &errors);
        break;
    case VALIDATE_LINES:
        if (status == SIM_OK) {
            print_line(path, &s, &v);
            load_tell_notes(&s);
            tell_warnings(&v);
        }
        break;
    case VALIDATE_YAML:
        printed = status != SIM_OK || scenario_print(&s, stdout);
        break;
    }
    if (form != VALIDATE_JSON) {
        load_tell_errors(path, printed ? status : SIM_ERR_NOMEM, &errors);
    }
    if (status == SIM_OK) {
        scenario_deinit(&s);
    }
    free(v.warning);
    scenario_errors_deinit(&errors);
    return load_exit_code(printed ? status : SIM_ERR_NOMEM);
}

int validate_files(const struct option_operands *files, const struct load_changes *changes,
                   enum validate_form form)
{
    struct json j;
    bool written = true;
    int code = EXIT_OK;

    if (form == VALIDATE_JSON) {
        json_begin(&j, stdout);
        json_object_open(&j);
        json_key(&j, "files");
        json_array_open(&j);
    }
    for (size_t i = 0; i < files->count; i++) {
        if (form == VALIDATE_YAML && files->count > 1) {
            printf("--- # %s\n", files->item[i]);
        }
        int found = validate_file(files->item[i], changes, form, &j);
        code = code == EXIT_OK ? found : code;
    }
    if (form == VALIDATE_JSON) {
        json_array_close(&j);
        json_object_close(&j);
        written = json_end(&j);
    }
    const int ended = output_end_standard(written);
    return ended == EXIT_OK ? code : ended;
}
