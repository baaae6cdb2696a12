/* nimblesim export: a result's rows, and traces for other tools. */
#include <stdlib.h>
#include <string.h>

#include "scenarios/language/quantity.h"
#include "sim/engine/text.h"
#include "sim/results/export.h"
#include "sim/terminal/exit.h"
#include "sim/terminal/interrupt.h"
#include "sim/terminal/json.h"
#include "sim/terminal/message.h"
#include "sim/terminal/options.h"
#include "sim/terminal/output.h"

struct export_request {
    const char *what, *out, *format, *step;
    bool force, json;
    struct runs_choice choice;
    struct archive archive;
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

static int unknown_export(const char *what)
{
    const size_t count = view_count() + SPECIALS;
    const char **name = calloc(count, sizeof(const char *));
    message_error("there is no export '%s'", what);
    for (size_t i = 0; i < count && name != NULL; i++) {
        name[i] = i < view_count() ? view_at(i)->name : specials[i - view_count()].name;
    }
    const char *nearest = name != NULL ? text_nearest(what, name, count) : NULL;
    if (nearest != NULL) {
        message_hint("did you mean '%s'?", nearest);
    } else {
        message_hint("without a name, all of them are listed");
    }
    free(name);
    return EXIT_USAGE;
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
                 view->needs != NULL ? "; needs record: " : "",
                 view->needs != NULL ? view->needs : "", "");
    for (unsigned i = 0; i < query_columns(q); i++) {
        (void)printf("%s%s", i == 0 ? "" : ", ", query_name(q, i));
    }
    (void)putchar('\n');
    status = query_close(q, &error);
    return status == SIM_OK ? EXIT_OK : archive_failed(a, status, &error);
}

static int list_all(const struct archive *a)
{
    int code = EXIT_OK;
    for (size_t i = 0; i < view_count() && code == EXIT_OK; i++) {
        code = print_view(a, view_at(i));
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

static int list_json(void)
{
    struct json j;
    json_begin(&j, stdout);
    json_object_open(&j);
    json_key(&j, "exports");
    json_array_open(&j);
    for (size_t i = 0; i < view_count(); i++) {
        json_entry(&j, view_at(i)->name, view_at(i)->summary, view_at(i)->needs);
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
    const bool events = strcmp(needs, "events") == 0;
    int64_t rows = 0;
    struct store_error error;
    const enum sim_status status =
        view_rows(&rows, view_find(events ? "event" : "tasklet"), a->store, 0, &error);
    if (status != SIM_OK) {
        return archive_failed(a, status, &error);
    }
    if (rows > 0) {
        return EXIT_OK;
    }
    message_error("%s has no %s recorded", a->path, needs);
    message_hint("run the scenario with --set record=%s", needs);
    return EXIT_BAD_DATA;
}

/* ---- writing ---- */

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
    int code = output_open(&output, path, request->force);
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
    int code = output_open(&output, request->out, request->force);
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

static int export_what(const struct export_request *request)
{
    const struct view *view = view_find(request->what);
    const struct special *special = find_special(request->what);
    const struct runs_choice *choice = &request->choice;
    const bool chosen = choice->run_id > 0 || choice->variant != NULL || choice->replication > 0;
    if (view == NULL && special == NULL) {
        return unknown_export(request->what);
    }
    if (chosen && view != NULL && !view->has_run) {
        message_error("%s does not tell runs apart: leave --run, --variant and --replication out",
                      view->name);
        return EXIT_USAGE;
    }
    struct export_job job = {
        .archive = &request->archive,
        .label = request->out != NULL ? request->what : NULL,
    };
    int code = check_format(request, special, &job.json);
    if (code == EXIT_OK) {
        code = check_step(request, &job.step_ns);
    }
    if (code == EXIT_OK) {
        code = check_recorded(&request->archive, view != NULL ? view->needs : special->needs);
    }
    if (code == EXIT_OK && (special != NULL || chosen)) {
        code = archive_choose(&request->archive, choice, &job.run);
    }
    return code == EXIT_OK ? write_export(request, &job, view, special) : code;
}

static int open_and_export(struct export_request *request, const struct option_operands *operands)
{
    int code = archive_open(&request->archive, operands->item[0]);
    if (code != EXIT_OK) {
        return code;
    }
    if (operands->count == 2) {
        request->what = operands->item[1];
        code = export_what(request);
    } else {
        code = request->json ? list_json() : list_all(&request->archive);
        if (code == EXIT_OK) {
            code = output_end_standard(true);
        }
    }
    archive_close(&request->archive);
    return code;
}

int cmd_export(int argc, char **argv)
{
    struct export_request r = {.json = false};
    const struct option_spec specs[] = {
        {.name = "format",
         .metavar = "csv|json",
         .text = &r.format,
         .help = "of rows; csv if not given"},
        {.name = "out",
         .letter = 'o',
         .metavar = "FILE",
         .text = &r.out,
         .help = "write to a file, which appears whole or not at all"},
        {.name = "force", .flag = &r.force, .help = "replace an existing file"},
        {.name = "run",
         .metavar = "N",
         .number = &r.choice.run_id,
         .least = 1,
         .most = INT64_MAX,
         .help = "only the run of this number"},
        {.name = "variant",
         .metavar = "NAME",
         .text = &r.choice.variant,
         .help = "only the (first) run of this variant"},
        {.name = "replication",
         .metavar = "K",
         .number = &r.choice.replication,
         .least = 1,
         .most = UINT32_MAX,
         .help = "only the (first) run of this replication"},
        {.name = "step",
         .metavar = "TIME",
         .text = &r.step,
         .help = "between two points of a track (default: 1 s)"},
        {.name = "json", .flag = &r.json, .help = "the same as --format json"},
    };
    const struct option_command command = {
        .verb = "export",
        .operands = "RESULT.db [WHAT]",
        .summary =
            "Writes the rows of a view or table of a result, the call trace for a testbed, or\n"
            "a trace for another tool. Without WHAT it lists what there is.",
        .example =
            "nimblesim export results/factory.db v_response --out response.csv\n"
            "nimblesim export results/factory.db trace --format json\n"
            "nimblesim export results/factory.db perfetto --variant nimble --out nimble.json\n"
            "nimblesim export results/factory.db bonnmotion --step '1 s' --out robots.movements",
        .notes = "CSV is RFC 4180: CR LF, a missing value is nothing, an empty text is \"\".\n"
                 "The columns of trace: replication, call_id, t_ns (of the trigger), robot, node\n"
                 "(missing: out of contact), chain, x_m, y_m; in order of replication and time.",
        .specs = specs,
        .spec_count = sizeof specs / sizeof specs[0],
        .operands_least = 1,
        .operands_most = 2,
    };
    struct option_operands operands;
    const enum option_end end = options_parse(&command, argc, argv, &operands);
    return end != OPTIONS_CONTINUE ? (int)end : open_and_export(&r, &operands);
}
