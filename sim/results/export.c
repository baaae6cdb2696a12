/* The export verb's work: what there is to be written, and writing it. */
#include "sim/results/export.h"

#include <stdlib.h>
#include <string.h>

#include "scenarios/language/quantity.h"
#include "sim/engine/text.h"
#include "sim/terminal/exit.h"
#include "sim/terminal/interrupt.h"
#include "sim/terminal/json.h"
#include "sim/terminal/message.h"
#include "sim/terminal/output.h"

struct exporting {
    const struct export_request *request;
    struct archive archive;
    struct views views;
};

/* For a progress that is never shown. */
static int64_t no_clock(void)
{
    return 0;
}

void export_progress(const struct export_job *job, struct progress *p, double total)
{
    if (job->label != NULL) {
        progress_begin(p, job->label, total);
    } else {
        progress_begin_on(p, "", total, stderr, PROGRESS_SILENT, no_clock);
    }
}

/* ---- what there is ---- */

/* What is not made of one view's rows. */
static const struct special {
    const char *name, *summary;
    int (*write)(const struct export_job *job);
    const char *needs; /* the least `record:` */
} specials[] = {
    {"perfetto", "a run's calls for ui.perfetto.dev or chrome://tracing (JSON)", export_perfetto,
     "calls"},
    {"bonnmotion", "the robots' tracks of a replication as BonnMotion .movements, with .params",
     export_bonnmotion, NULL},
};
#define SPECIALS (sizeof specials / sizeof specials[0])

static const struct special *find_special(const char *name)
{
    for (size_t i = 0; i < SPECIALS; i++) {
        if (strcmp(specials[i].name, name) == 0) {
            return &specials[i];
        }
    }
    return NULL;
}

static int unknown_export(const struct views *views, const char *what)
{
    const size_t count = views->count + SPECIALS;
    const char *nearest = NULL;
    const char **name = calloc(count, sizeof(const char *));
    message_error("there is no export '%s'", what);
    if (name != NULL) {
        for (size_t i = 0; i < count; i++) {
            name[i] = i < views->count ? views->view[i].name : specials[i - views->count].name;
        }
        nearest = text_nearest(what, name, count);
    }
    if (nearest != NULL) {
        message_hint("did you mean '%s'?", nearest);
    } else {
        message_hint("without a name, all of them are listed");
    }
    free(name);
    return EXIT_USAGE;
}

/* The least `record:` that fills a view, as it is written; NULL: any does. */
static const char *needs_of(const struct view *view)
{
    static const char *const word[] = {NULL, "calls", "events"};
    return word[view->least_record < 3 ? view->least_record : 2];
}

/* Names of a view's columns, as "a, b, c". */
static int print_view(const struct archive *a, const struct view *view)
{
    struct query *q = NULL;
    struct store_error error;
    enum sim_status status = view_open(&q, view, a->store, 0, &error);
    if (status != SIM_OK) {
        return archive_failed(a, status, &error);
    }
    (void)printf("%-18s %s%s%s\n%19s", view->name, view->summary,
                 needs_of(view) != NULL ? "; needs record: " : "",
                 needs_of(view) != NULL ? needs_of(view) : "", "");
    for (unsigned i = 0; i < query_columns(q); i++) {
        (void)printf("%s%s", i == 0 ? "" : ", ", query_name(q, i));
    }
    (void)putchar('\n');
    status = query_close(q, &error);
    return status == SIM_OK ? EXIT_OK : archive_failed(a, status, &error);
}

static int list_all(const struct archive *a, const struct views *views)
{
    int code = EXIT_OK;
    for (size_t i = 0; i < views->count && code == EXIT_OK; i++) {
        code = print_view(a, &views->view[i]);
    }
    for (size_t i = 0; i < SPECIALS && code == EXIT_OK; i++) {
        (void)printf("%-18s %s%s%s\n", specials[i].name, specials[i].summary,
                     specials[i].needs != NULL ? "; needs record: " : "",
                     specials[i].needs != NULL ? specials[i].needs : "");
    }
    return code;
}

static void json_entry(struct json *j, const char *name, const char *summary, const char *needs)
{
    json_object_open(j);
    json_field_string(j, "name", name);
    json_field_string(j, "summary", summary);
    json_field_string(j, "needs", needs);
    json_object_close(j);
}

static int list_json(const struct views *views)
{
    struct json j;
    json_begin(&j, stdout);
    json_object_open(&j);
    json_key(&j, "exports");
    json_array_open(&j);
    for (size_t i = 0; i < views->count; i++) {
        json_entry(&j, views->view[i].name, views->view[i].summary, needs_of(&views->view[i]));
    }
    for (size_t i = 0; i < SPECIALS; i++) {
        json_entry(&j, specials[i].name, specials[i].summary, specials[i].needs);
    }
    json_array_close(&j);
    json_object_close(&j);
    return json_end(&j) ? EXIT_OK : EXIT_IO;
}

/* ---- is it there? ---- */

/* Recording calls or events always leaves some rows: none says that they were not recorded. */
static int check_recorded(const struct archive *a, const char *needs)
{
    if (needs == NULL) {
        return EXIT_OK;
    }
    struct scenario scenario;
    int code = archive_scenario(a, &scenario);
    if (code != EXIT_OK) {
        return code;
    }
    const bool events = strcmp(needs, "events") == 0;
    if (scenario.record < (events ? SCENARIO_RECORD_EVENTS : SCENARIO_RECORD_CALLS)) {
        message_error("%s has no %s recorded", a->path, needs);
        message_hint("run the scenario with --set record=%s", needs);
        code = EXIT_BAD_DATA;
    }
    scenario_deinit(&scenario);
    return code;
}

/* ---- writing ---- */

/* Rows as CSV and as JSON, by the first column of each view; then what has a form of its own. */
static const struct output_kind exported = {
    .name = "an export",
    .begins =
        (const char *const[]){
            "run_id,",
            "replication,",
            "state,program_version,",
            "[]\n",
            "[\n  {\"run_id\": ",
            "[\n  {\"replication\": ",
            "[\n  {\"state\": ",
            "{\n  \"displayTimeUnit\": ",
            "0 ",
            "model=nimblesim\n",
            NULL,
        },
};

static int finish(struct output *output, int code)
{
    if (code == EXIT_OK) {
        return output_commit(output);
    }
    output_abandon(output);
    if (code == EXIT_INTERRUPTED && output->path != NULL) {
        message_error("interrupted: %s was not written", output->path);
    }
    return code;
}

/* BonnMotion's tools find NAME.movements and NAME.params by NAME. */
static int write_params(const struct export_request *request, const struct export_job *job)
{
    static const char end[] = ".movements";
    const size_t length = strlen(request->out);
    const size_t kept =
        length > sizeof end - 1 && strcmp(request->out + length - (sizeof end - 1), end) == 0
            ? length - (sizeof end - 1)
            : length;
    char *path = malloc(kept + sizeof ".params");
    if (path == NULL) {
        message_error("%s", sim_status_text(SIM_ERR_NOMEM));
        return EXIT_INTERNAL;
    }
    (void)snprintf(path, kept + sizeof ".params", "%.*s.params", (int)kept, request->out);
    struct output output;
    int code = output_open(&output, path, request->force, &exported);
    if (code == EXIT_OK) {
        struct export_job params = *job;
        params.to = output.stream;
        code = finish(&output, export_bonnmotion_params(&params));
    }
    free(path);
    return code;
}

static int write_export(const struct export_request *request, struct export_job *job,
                        const struct view *view, const struct special *special)
{
    struct output output;
    int code = output_open(&output, request->out, request->force, &exported);
    if (code != EXIT_OK) {
        return code;
    }
    interrupt_watch();
    job->to = output.stream;
    if (special == NULL) {
        return finish(&output, export_rows(job, view));
    }
    code = finish(&output, special->write(job));
    const bool has_params = special->write == export_bonnmotion && request->out != NULL;
    return code == EXIT_OK && has_params ? write_params(request, job) : code;
}

static int check_format(const struct export_request *request, const struct special *special,
                        bool *json)
{
    const char *format = request->format;
    *json = request->json || (format != NULL && strcmp(format, "json") == 0);
    if (format != NULL && strcmp(format, "json") != 0 && strcmp(format, "csv") != 0) {
        message_error("--format: '%s' is neither csv nor json", format);
        return EXIT_USAGE;
    }
    if (special != NULL && (format != NULL || request->json)) {
        message_error("%s has a format of its own: leave --format and --json out", special->name);
        return EXIT_USAGE;
    }
    return EXIT_OK;
}

static int check_step(const struct export_request *request, sim_time *step_ns)
{
    *step_ns = SIM_S;
    if (request->step == NULL) {
        return EXIT_OK;
    }
    const enum quantity_problem problem =
        quantity_parse_whole(request->step, QUANTITY_TIME, step_ns);
    if (problem != QUANTITY_OK) {
        char text[QUANTITY_MESSAGE_MAX];
        quantity_explain(text, request->step, QUANTITY_TIME, problem);
        message_error("--step: %s", text);
        return EXIT_USAGE;
    }
    if (*step_ns <= 0) {
        message_error("--step: must be more than 0 s");
        return EXIT_USAGE;
    }
    return EXIT_OK;
}

static int export_what(struct exporting *e)
{
    const struct export_request *request = e->request;
    const struct view *view = views_find(&e->views, request->what);
    const struct special *special = find_special(request->what);
    const struct runs_choice *choice = &request->choice;
    const bool chosen = choice->run_id > 0 || choice->variant != NULL || choice->replication > 0;
    if (view == NULL && special == NULL) {
        return unknown_export(&e->views, request->what);
    }
    if (chosen && view != NULL && !view->has_run) {
        message_error("%s does not tell runs apart: leave --run, --variant and --replication out",
                      view->name);
        return EXIT_USAGE;
    }
    struct export_job job = {
        .archive = &e->archive,
        .label = request->out != NULL ? request->what : NULL,
    };
    int code = check_format(request, special, &job.json);
    if (code == EXIT_OK) {
        code = check_step(request, &job.step_ns);
    }
    if (code == EXIT_OK) {
        code = check_recorded(&e->archive, view != NULL ? needs_of(view) : special->needs);
    }
    if (code == EXIT_OK && (special != NULL || chosen)) {
        code = archive_choose(&e->archive, choice, &job.run);
    }
    return code == EXIT_OK ? write_export(request, &job, view, special) : code;
}

static int list_what_there_is(const struct exporting *e)
{
    int code = e->request->json ? list_json(&e->views) : list_all(&e->archive, &e->views);
    return code == EXIT_OK ? output_end_standard(true) : code;
}

int export_result(const struct export_request *request)
{
    struct exporting e = {.request = request};
    struct store_error error;
    int code = archive_open(&e.archive, request->path);
    if (code != EXIT_OK) {
        return code;
    }
    const enum sim_status status = views_read(&e.views, e.archive.store, &error);
    if (status != SIM_OK) {
        code = archive_failed(&e.archive, status, &error);
    } else {
        code = request->what != NULL ? export_what(&e) : list_what_there_is(&e);
        views_deinit(&e.views);
    }
    archive_close(&e.archive);
    return code;
}
