#include "sim/study/archive.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "sim/study/load.h"
#include "sim/terminal/exit.h"
#include "sim/terminal/message.h"

int archive_failed(const struct archive *a, enum sim_status status, const struct store_error *error)
{
    if (strncmp(error->text, a->path, strlen(a->path)) == 0) {
        message_error("%s", error->text);
    } else {
        message_error("%s: %s", a->path, error->text);
    }
    return load_exit_code(status);
}

int archive_open(struct archive *a, const char *path)
{
    *a = (struct archive){.path = path};
    struct store_error error = {{0}};
    enum sim_status status = store_open_readonly(&a->store, path, false, &error);
    if (status == SIM_OK) {
        status = runs_read(&a->runs, a->store, &error);
        if (status != SIM_OK) {
            store_destroy(a->store);
            a->store = NULL;
        }
    }
    return status == SIM_OK ? EXIT_OK : archive_failed(a, status, &error);
}

void archive_close(struct archive *a)
{
    runs_deinit(&a->runs);
    store_destroy(a->store);
    a->store = NULL;
}

int archive_check_single(const struct archive *a)
{
    if (a->runs.points == 0) {
        return EXIT_OK;
    }
    message_error("%s is a sweep of %" PRId64
                  " points: replications of many scenarios cannot be paired",
                  a->path, a->runs.points);
    message_hint("take two files of its folder points/, or SQL on v_point_metric");
    return EXIT_BAD_DATA;
}

int archive_choose(const struct archive *a, const struct runs_choice *choice,
                   const struct runs_row **run)
{
    struct store_error error;
    const enum sim_status status = runs_choose(&a->runs, choice, run, &error);
    return status == SIM_OK ? EXIT_OK : archive_failed(a, status, &error);
}

static enum sim_status parse_stored(const struct archive *a, const char *text,
                                    const struct runs_inputs *inputs, struct scenario *s)
{
    struct scenario_kept *kept = calloc(inputs->count + 1, sizeof *kept);
    if (kept == NULL) {
        message_error("%s: no memory left", a->path);
        return SIM_ERR_NOMEM;
    }
    for (size_t i = 0; i < inputs->count; i++) {
        const struct runs_input *input = &inputs->input[i];
        kept[i] = (struct scenario_kept){input->hash, input->bytes, input->length};
    }
    struct scenario_errors errors = {0};
    const enum sim_status status = scenario_parse_kept(s, load_registry(), a->runs.scenario, text,
                                                       kept, inputs->count, &errors);
    free(kept);
    if (status != SIM_OK) {
        message_error("%s: its scenario cannot be read any more", a->path);
        scenario_errors_print(&errors, stderr);
    }
    scenario_errors_deinit(&errors);
    return status;
}

int archive_scenario_of(const struct archive *a, const char *text, struct scenario *s)
{
    struct runs_inputs inputs;
    struct store_error error;
    enum sim_status status = runs_inputs(&inputs, a->store, &error);
    if (status != SIM_OK) {
        return archive_failed(a, status, &error);
    }
    status = parse_stored(a, text, &inputs, s);
    runs_inputs_deinit(&inputs);
    return load_exit_code(status);
}

int archive_scenario(const struct archive *a, struct scenario *s)
{
    char *text = NULL;
    struct store_error error;
    const enum sim_status status = runs_scenario(&text, a->store, &error);
    if (status != SIM_OK) {
        return archive_failed(a, status, &error);
    }
    const int code = archive_scenario_of(a, text, s);
    free(text);
    return code;
}

struct model_head archive_head(const struct scenario *s)
{
    return (struct model_head){
        .name = s->name,
        .duration_ns = s->duration_ns,
        .bin_ns = s->bin_ns,
        .seed = s->seed,
        .replications = s->precision.half_width > 0 ? s->precision.most : s->replications,
        .record = (unsigned)s->record,
    };
}

int archive_story(const struct archive *a, const struct runs_row *run, struct scenario *scenario,
                  const struct model_story **of, void **teller)
{
    int code = archive_scenario(a, scenario);
    if (code != EXIT_OK) {
        return code;
    }
    const struct model *model = model_of_schema(scenario->schema);
    const uint32_t variant = scenario_variant_find(scenario, run->variant);
    *of = model->story;
    if (model->story == NULL || variant == scenario->variant_count) {
        message_error("%s: the model %s tells no stories of its work", a->path, model->schema.name);
        code = EXIT_BAD_DATA;
    } else {
        const struct model_head head = archive_head(scenario);
        struct store_error error = {{0}};
        const enum sim_status status = model->story->open(
            teller, a->store, run->run_id, &head, scenario->variant[variant].config, &error);
        if (status == SIM_ERR_INVALID) {
            message_error("%s has no %ss recorded", a->path, model->story->work);
            message_hint("run the scenario with --set record=calls, or record=events for the "
                         "messages too");
            code = EXIT_BAD_DATA;
        } else if (status != SIM_OK) {
            code = archive_failed(a, status, &error);
        }
    }
    if (code != EXIT_OK) {
        scenario_deinit(scenario);
    }
    return code;
}
