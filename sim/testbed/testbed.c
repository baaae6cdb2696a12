#include "sim/testbed/testbed.h"

#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>

#include "sim/study/archive.h"
#include "sim/terminal/exit.h"
#include "sim/terminal/interrupt.h"
#include "sim/terminal/message.h"
#include "sim/terminal/output.h"
#include "sim/testbed/experiment.h"

/* ---- a result's runs once more ---- */

/* Holds the runs against those that were stored: exit code. */
static int judge(void *context, const struct study *s)
{
    const struct archive *stored = context;
    uint32_t different = 0;
    for (uint32_t i = 0; i < s->run_count; i++) {
        const struct study_run *run = &s->run[i];
        const char *variant = s->scenario->variant[run->variant].name;
        const struct runs_row *row = runs_find(&stored->runs, variant, run->replication);
        char digest[17];
        (void)snprintf(digest, sizeof digest, "%016" PRIx64, run->result.digest);
        if (row != NULL && strcmp(row->digest, digest) != 0) {
            message_error("%s, replication %" PRIu32 " has the digest %s, but %s in %s", variant,
                          run->replication, digest, row->digest, stored->path);
            different++;
        }
    }
    if (different > 0) {
        return EXIT_CHECK_FAILED;
    }
    message_note("every run has the digest that %s has", stored->path);
    return EXIT_OK;
}

/* The one replication that a result has of several; 0: all, or more than one. */
static uint64_t only_replication(const struct runs *r, const struct scenario *s)
{
    for (size_t i = 1; i < r->count; i++) {
        if (r->row[i].replication != r->row[0].replication) {
            return 0;
        }
    }
    return r->count > 0 && s->replications > 1 ? r->row[0].replication : 0;
}

static bool is_same_file(const char *a, const char *b)
{
    struct stat x;
    struct stat y;
    return a != NULL && stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev &&
           x.st_ino == y.st_ino;
}

static int run_again(struct archive *a, const struct run_request *request)
{
    struct run_request again = *request;
    struct scenario scenario;
    int code = archive_check_single(a);
    if (code == EXIT_OK) {
        code = archive_scenario(a, &scenario);
    }
    if (code != EXIT_OK) {
        return code;
    }
    again.judge = judge;
    again.judge_context = a;
    if (again.replication == 0) {
        again.replication = only_replication(&a->runs, &scenario);
    }
    code = run_tell_scenario(&scenario, &again);
    scenario_deinit(&scenario);
    return code;
}

static int play_back(const struct run_request *request, const struct load_changes *changes)
{
    if (changes->sets->count > 0 || changes->seed != UINT64_MAX || changes->replications > 0) {
        message_error("%s is a result: --set, --seed and --replications would make it another one",
                      request->path);
        return EXIT_USAGE;
    }
    if (is_same_file(request->out, request->path)) {
        message_error("--out: %s is the result itself", request->out);
        return EXIT_USAGE;
    }
    struct archive archive;
    int code = archive_open(&archive, request->path);
    if (code == EXIT_OK) {
        code = run_again(&archive, request);
        archive_close(&archive);
    }
    return code;
}

/* ---- either ---- */

/* The model of a scenario; NULL where it has mistakes, which whoever loads it next tells. */
static const struct model *model_of_file(const char *path, const struct load_changes *changes)
{
    struct scenario scenario;
    struct scenario_errors errors = {0};
    const struct model *model = NULL;
    if (strcmp(path, "-") != 0 &&
        load_scenario_quietly(&scenario, path, changes, &errors) == SIM_OK) {
        model = model_of_schema(scenario.schema);
        scenario_deinit(&scenario);
    }
    scenario_errors_deinit(&errors);
    return model;
}

static bool asks_for_experiments(const struct testbed_wish *wish)
{
    return wish->blocks > 0 || wish->minutes > 0 || wish->part != NULL || wish->is_small;
}

int testbed_tell(const struct run_request *request, const struct load_changes *changes,
                 const struct testbed_wish *wish)
{
    const bool is_metered = wish->charge != NULL && strcmp(wish->charge, "metered") == 0;
    const struct model_real_request real = {.executes = wish->executes,
                                            .is_metered = is_metered,
                                            .is_interrupted = interrupt_requested};
    if (!is_metered && wish->charge != NULL && strcmp(wish->charge, "scenario") != 0) {
        message_error("--charge: %s is neither scenario nor metered", wish->charge);
        return EXIT_USAGE;
    }
    if (is_metered && !wish->executes) {
        message_error("--charge metered: nothing is executed with --no-exec");
        return EXIT_USAGE;
    }
    if (is_metered && output_is_database(request->path)) {
        message_error("%s is a result: --charge metered would make it another one", request->path);
        return EXIT_USAGE;
    }
    struct run_request with_processes = *request;
    with_processes.real = &real;
    if (output_is_database(request->path)) {
        return play_back(&with_processes, changes);
    }
    const struct model *model = model_of_file(request->path, changes);
    if (model != NULL && model->real != NULL && model->real->trials > 0) {
        const struct experiment_request experiment = {
            .run = request,
            .changes = changes,
            .blocks = wish->blocks,
            .minutes = wish->minutes,
            .part = wish->part,
            .is_small = wish->is_small,
        };
        return experiment_tell(model, &experiment);
    }
    if (model != NULL && asks_for_experiments(wish)) {
        message_error("the model %s has no experiments: --blocks, --minutes, --part and --small "
                      "are theirs",
                      model->schema.name);
        return EXIT_USAGE;
    }
    return run_tell(&with_processes, changes);
}

int testbed_serve(const char *name)
{
    const struct model *model = name != NULL ? model_find(name) : NULL;
    const int code = model != NULL && model->real != NULL ? model->real->serve() : EXIT_USAGE;
    if (code == EXIT_USAGE) {
        message_error("this is a node's process, which nimblesim testbed starts by itself");
    }
    return code;
}
