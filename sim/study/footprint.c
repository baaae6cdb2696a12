/* What do a scenario's entities keep in memory? */
#include "sim/study/footprint.h"

#include <stdio.h>
#include <string.h>

#include "sim/study/study.h"
#include "sim/terminal/exit.h"
#include "sim/terminal/message.h"
#include "sim/terminal/output.h"

struct listed {
    struct model_part part[MODEL_PARTS_MAX];
    size_t parts;
};

/* Begins the variant's first run, and ends it at once. */
static enum sim_status list_parts(const struct study *s, uint32_t variant, struct listed *l)
{
    static const struct model_listener deaf = {.row = NULL};
    struct model_error error = {.key = NULL};
    void *run = NULL;
    const enum sim_status status =
        s->model->begin(&run, s->system[variant], NULL, 1, &deaf, &error);
    if (status != SIM_OK) {
        return status;
    }
    l->parts = s->model->memory(run, l->part);
    return s->model->end(run, NULL);
}

static size_t sum_of(const struct listed *l, const char *entity)
{
    size_t sum = 0;
    for (size_t i = 0; i < l->parts; i++) {
        sum += strcmp(l->part[i].entity, entity) == 0 ? l->part[i].bytes : 0;
    }
    return sum;
}

static bool is_first_of_its_kind(const struct listed *l, size_t i)
{
    return i == 0 || strcmp(l->part[i].entity, l->part[i - 1].entity) != 0;
}

static void print_parts(const char *variant, const struct listed *l)
{
    (void)printf("%s: bytes reserved for each; a run pays for those that it touches\n", variant);
    for (size_t i = 0; i < l->parts; i++) {
        const struct model_part *p = &l->part[i];
        if (is_first_of_its_kind(l, i)) {
            (void)printf("  %-26s %12zu\n", p->entity, sum_of(l, p->entity));
        }
        (void)printf("    %-24s %12zu\n", p->name, p->bytes);
    }
}

static void put_parts(struct json *j, const char *variant, const struct listed *l)
{
    json_object_open(j);
    json_field_string(j, "variant", variant);
    json_key(j, "parts");
    json_array_open(j);
    for (size_t i = 0; i < l->parts; i++) {
        json_object_open(j);
        json_field_string(j, "entity", l->part[i].entity);
        json_field_string(j, "part", l->part[i].name);
        json_field_uint(j, "bytes", l->part[i].bytes);
        json_object_close(j);
    }
    json_array_close(j);
    json_object_close(j);
}

static int tell(const struct study *s, struct json *j)
{
    for (uint32_t v = 0; v < s->scenario->variant_count; v++) {
        struct listed l = {.parts = 0};
        const enum sim_status status = list_parts(s, v, &l);
        if (status != SIM_OK) {
            message_error("%s", sim_status_text(status));
            return load_exit_code(status);
        }
        if (j != NULL) {
            put_parts(j, s->scenario->variant[v].name, &l);
        } else {
            print_parts(s->scenario->variant[v].name, &l);
        }
    }
    return EXIT_OK;
}

static int tell_as_json(const struct study *s)
{
    struct json j;
    json_begin(&j, stdout);
    json_object_open(&j);
    json_field_string(&j, "scenario", s->scenario->name);
    json_key(&j, "variants");
    json_array_open(&j);
    const int code = tell(s, &j);
    json_array_close(&j);
    json_object_close(&j);
    const int ended = output_end_standard(json_end(&j));
    return ended == EXIT_OK ? code : ended;
}

static int tell_as_lines(const struct study *s)
{
    const int code = tell(s, NULL);
    const int ended = output_end_standard(true);
    return ended == EXIT_OK ? code : ended;
}

int footprint_explain(const char *path, const struct load_changes *changes, bool json)
{
    struct scenario scenario;
    int code = load_scenario(&scenario, path, changes);
    if (code != EXIT_OK) {
        return code;
    }
    const struct study_options options = {.threads = 1};
    struct study study;
    const enum sim_status status = study_init(&study, &scenario, &options);
    if (status != SIM_OK) {
        study_print_error(&study);
        code = load_exit_code(status);
    } else {
        if (study.model->memory == NULL) {
            message_error("the model %s does not say what it keeps", study.model->schema.name);
            code = EXIT_CHECK_FAILED;
        } else {
            code = json ? tell_as_json(&study) : tell_as_lines(&study);
        }
        study_deinit(&study);
    }
    scenario_deinit(&scenario);
    return code;
}
