/* Opens a result, finds the work that is asked for, and has the model tell its story. */
#include "sim/results/why.h"

#include <string.h>

#include <inttypes.h>

#include "sim/study/load.h"
#include "sim/terminal/exit.h"
#include "sim/terminal/message.h"
#include "sim/terminal/output.h"

static int unknown_work(const struct why *w, int64_t id)
{
    message_error("%s: run %" PRId64 " has no %s %" PRId64, w->archive->path, w->run->run_id,
                  w->of->work, id);
    int64_t near[4];
    size_t count = 0;
    struct store_error error;
    const enum sim_status status = w->of->nearest(w->teller, id, near, &count, &error);
    if (status != SIM_OK) {
        return archive_failed(w->archive, status, &error);
    }
    char text[4 * 24] = "";
    size_t length = 0;
    for (size_t i = 0; i < count; i++) {
        length += (size_t)snprintf(text + length, sizeof text - length, "%s%" PRId64,
                                   i == 0 ? "" : ", ", near[i]);
    }
    if (count > 0) {
        message_hint("the nearest are %s", text);
    }
    return EXIT_NO_INPUT;
}

static int print(const struct why *w, bool json)
{
    struct store_error error;
    const enum sim_status status =
        json ? why_print_json(w, stdout, &error) : why_print_text(w, stdout, &error);
    if (status != SIM_OK) {
        return archive_failed(w->archive, status, &error);
    }
    return output_end_standard(true);
}

/* Of a replay also what the work did when it was executed. */
static enum sim_status read_execution(struct why *w, int64_t id, struct store_error *error)
{
    const enum sim_status status =
        executions_one(&w->executed, w->archive->store, w->run->run_id, id, error);
    w->is_executed = status == SIM_OK;
    return status == SIM_ERR_NOTFOUND ? SIM_OK : status;
}

static int tell(struct why *w, int64_t id, bool json)
{
    struct store_error error;
    enum sim_status status = w->of->tell(w->teller, id, &w->story, &error);
    if (status == SIM_ERR_NOTFOUND) {
        return unknown_work(w, id);
    }
    if (status == SIM_OK) {
        status = read_execution(w, id, &error);
    }
    return status == SIM_OK ? print(w, json) : archive_failed(w->archive, status, &error);
}

/* "  pi5           a task: its place in the queue, a start that failed, its core" */
void why_list_works(char *text, size_t bytes)
{
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 0; models[i] != NULL && used < bytes; i++) {
        const struct model *m = models[i];
        if (m->story != NULL) {
            const int written =
                snprintf(text + used, bytes - used, "%s  %-13s a%s %s: %s", used > 0 ? "\n" : "",
                         m->schema.name, strchr("aeiou", m->story->work[0]) != NULL ? "n" : "",
                         m->story->work, m->story->about);
            used += (size_t)written;
        }
    }
}

int why_tell(const char *path, int64_t id, const struct runs_choice *choice, bool json)
{
    struct archive archive;
    int code = archive_open(&archive, path);
    if (code != EXIT_OK) {
        return code;
    }
    struct why w = {.archive = &archive};
    struct scenario scenario;
    code = archive_choose(&archive, choice, &w.run);
    if (code == EXIT_OK) {
        code = archive_story(&archive, w.run, &scenario, &w.of, &w.teller);
        if (code == EXIT_OK) {
            code = tell(&w, id, json);
            w.of->close(w.teller);
            scenario_deinit(&scenario);
        }
    }
    archive_close(&archive);
    return code;
}
