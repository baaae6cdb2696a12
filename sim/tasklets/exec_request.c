/* What a user asks exec for, made a job. */
#include <inttypes.h>

#include "scenarios/language/quantity.h"
#include "sim/tasklets/exec.h"
#include "sim/tasklets/runtime.h"
#include "sim/terminal/exit.h"
#include "sim/terminal/message.h"

static int read_size(const char *option, const char *text, int64_t least, int64_t most,
                     int64_t *value)
{
    const enum quantity_problem problem = quantity_parse_whole(text, QUANTITY_SIZE, value);
    if (problem != QUANTITY_OK) {
        char what[QUANTITY_MESSAGE_MAX];
        quantity_explain(what, text, QUANTITY_SIZE, problem);
        message_error("--%s: %s", option, what);
        return EXIT_USAGE;
    }
    if (*value < least || *value > most) {
        message_error("--%s must lie between %" PRId64 " B and %" PRId64 " B", option, least, most);
        return EXIT_USAGE;
    }
    return EXIT_OK;
}

static int read_timeout(struct exec_job *job, const char *text)
{
    int64_t ns = job->limits.host_ns;
    const enum quantity_problem problem =
        text != NULL ? quantity_parse_whole(text, QUANTITY_TIME, &ns) : QUANTITY_OK;
    if (problem != QUANTITY_OK) {
        char what[QUANTITY_MESSAGE_MAX];
        quantity_explain(what, text, QUANTITY_TIME, problem);
        message_error("--timeout: %s", what);
        return EXIT_USAGE;
    }
    if (ns <= 0 || ns > EXEC_TIMEOUT_MAX_S * SIM_S) {
        message_error("--timeout must lie between 1 ns and %d s", EXEC_TIMEOUT_MAX_S);
        return EXIT_USAGE;
    }
    job->limits.host_ns = ns;
    return EXIT_OK;
}

static int read_request(struct exec_job *job, const struct exec_request *request)
{
    int64_t size = 0;
    if (request->mode != NULL && runtime_read_mode(request->mode, &job->mode) != EXIT_OK) {
        return EXIT_USAGE;
    }
    if (request->memory != NULL) {
        if (read_size("memory", request->memory, 0, INT64_MAX, &size) != EXIT_OK) {
            return EXIT_USAGE;
        }
        job->limits.memory_bytes = (size_t)size;
    }
    if (request->stack != NULL) {
        if (read_size("stack", request->stack, 1, 1 << 30, &size) != EXIT_OK) {
            return EXIT_USAGE;
        }
        job->limits.stack_bytes = (uint32_t)size;
    }
    return read_timeout(job, request->timeout);
}

static int open_and_run(struct exec_job *job, const char *tasklets)
{
    if (!runtime_is_there()) {
        return EXIT_INTERNAL;
    }
    int code = tasklet_files_open(&job->files, job->path, tasklets);
    if (code == EXIT_OK) {
        code = exec_run(job);
    }
    tasklet_files_close(&job->files);
    return code;
}

/* A resumed tasklet has had its arguments, and gets a result instead. */
static int choose_given(struct exec_job *job, const struct option_operands *operands,
                        const struct option_list *results)
{
    if (job->resume == NULL && results->count > 0) {
        message_error("--result goes with --resume: it is what a sub-call has returned");
        return EXIT_USAGE;
    }
    if (job->resume != NULL && operands->count > 1) {
        message_error("with --resume there are no arguments: the state has them");
        message_hint("--result VALUE is what the sub-call has returned");
        return EXIT_USAGE;
    }
    if (job->resume != NULL && job->mode != EXECUTE_SUSPENDED) {
        message_error("--resume goes on in the mode suspended");
        return EXIT_USAGE;
    }
    job->given = job->resume != NULL ? results->item : (const char *const *)&operands->item[1];
    job->given_count = job->resume != NULL ? results->count : operands->count - 1;
    return EXIT_OK;
}

int exec_as_asked(struct exec_request *request, const struct option_operands *operands)
{
    struct exec_job *job = &request->job;
    job->path = operands->item[0];
    job->limits.depth = (uint32_t)request->depth;
    int code = read_request(job, request);
    code = code == EXIT_OK ? choose_given(job, operands, &request->results) : code;
    return code == EXIT_OK ? open_and_run(job, request->tasklets) : code;
}
