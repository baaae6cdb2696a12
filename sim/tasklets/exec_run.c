/* A job of exec from its module to what is printed: its arguments, the run, and how that ended. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "sim/tasklets/exec.h"
#include "sim/terminal/exit.h"
#include "sim/terminal/message.h"

/* ---- values ---- */

int exec_read_values(const struct exec_job *job, const char *what, const char *type_text,
                     const struct exec_value_types *types, uint32_t cell[WASM_CELLS_MAX],
                     uint32_t *cells)
{
    *cells = 0;
    if (job->given_count != types->count) {
        message_error("%s: %s is %s: it has %" PRIu32 " value%s, and %zu %s given", job->path, what,
                      type_text, types->count, types->count == 1 ? "" : "s", job->given_count,
                      job->given_count == 1 ? "was" : "were");
        return EXIT_USAGE;
    }
    for (uint32_t i = 0; i < types->count; i++) {
        if (!exec_value_read(job->given[i], types->type[i], &cell[*cells])) {
            message_error("%s: %s is %s: '%s' is no %s", job->path, what, type_text, job->given[i],
                          exec_value_type_name(types->type[i]));
            return EXIT_USAGE;
        }
        *cells += exec_value_cells(types->type[i]);
    }
    return EXIT_OK;
}

/* ---- how it ended ---- */

static int end_code(enum execute_end end)
{
    switch (end) {
    case EXECUTE_RETURNED:
        return EXIT_OK;
    case EXECUTE_BAD_MODULE:
        return EXIT_BAD_DATA;
    case EXECUTE_NO_TASKLET:
        return EXIT_NO_INPUT;
    case EXECUTE_TRAPPED:
    case EXECUTE_OUT_OF_BUDGET:
    case EXECUTE_OUT_OF_MEMORY:
    case EXECUTE_TOO_DEEP:
    case EXECUTE_TOO_LATE:
        break;
    }
    return EXIT_CHECK_FAILED;
}

static void hint_at_end(const struct exec_job *job, enum execute_end end, const char *why)
{
    switch (end) {
    case EXECUTE_NO_TASKLET:
        if (!job->files.is_index) {
            message_hint("--tasklets names what it imports: the folder that 'taskgen --wasm' "
                         "wrote, or one of NAME.wasm");
        }
        break;
    case EXECUTE_OUT_OF_BUDGET:
        message_hint("--budget N lets it execute more instructions, --sub-calls N call more");
        break;
    case EXECUTE_OUT_OF_MEMORY:
        message_hint("--memory SIZE gives it more");
        break;
    case EXECUTE_TOO_DEEP:
        message_hint("--depth N lets more tasklets call each other; or they do so for ever");
        break;
    case EXECUTE_TOO_LATE:
        message_hint("--timeout TIME lets it go on for longer");
        break;
    case EXECUTE_TRAPPED:
        if (strstr(why, "operand stack overflow") != NULL) {
            message_hint("--stack SIZE gives it more");
        }
        break;
    case EXECUTE_RETURNED:
    case EXECUTE_BAD_MODULE:
        break;
    }
}

/* The executor names the tasklet: "tasklet 'NAME': what is wrong". A person knows the file. */
static int tell_end(const struct exec_job *job, const struct execution *run)
{
    if (run->end == EXECUTE_RETURNED) {
        return EXIT_OK;
    }
    if (run->end == EXECUTE_NO_TASKLET && job->files.code != EXIT_OK) {
        return job->files.code; /* it was there, and why it cannot be used was told */
    }
    static const char prefix[] = "tasklet '";
    const char *text = run->error;
    char name[WASM_IMPORT_MAX] = "";
    const char *end = strstr(text, "': ");
    if (strncmp(text, prefix, sizeof prefix - 1) == 0 && end != NULL) {
        text += sizeof prefix - 1;
        (void)snprintf(name, sizeof name, "%.*s", (int)(end - text), text);
        text = end + 3;
    }
    message_error("%s: %s", tasklet_files_path(&job->files, name), text);
    hint_at_end(job, run->end, text);
    return end_code(run->end);
}

/* ---- running ---- */

int exec_open(const struct exec_job *job, struct exec_instance *i)
{
    const struct wasm_host_limits limits = {job->limits.memory_bytes, job->limits.stack_bytes};
    struct wasm_error error = {{0}};
    *i = (struct exec_instance){.host = NULL};
    enum sim_status status = wasm_host_create(&i->host, &limits);
    if (status != SIM_OK) {
        message_error("%s", sim_status_text(status));
        return EXIT_INTERNAL;
    }
    status = wasm_instance_create(&i->w, i->host, job->files.module.bytes, job->files.module.length,
                                  &error);
    if (status == SIM_OK) {
        return EXIT_OK;
    }
    const bool is_full = status == SIM_ERR_FULL;
    message_error("%s: %s", job->path, error.text);
    hint_at_end(job, is_full ? EXECUTE_OUT_OF_MEMORY : EXECUTE_BAD_MODULE, error.text);
    wasm_host_destroy(i->host);
    return is_full ? EXIT_CHECK_FAILED : EXIT_BAD_DATA;
}

void exec_close(struct exec_instance *i)
{
    wasm_instance_destroy(i->w);
    wasm_host_destroy(i->host);
}

/* The entry's type tells how arguments are to be read. */
static int learn_type(struct exec_job *job)
{
    struct exec_instance i;
    const int code = exec_open(job, &i);
    if (code == EXIT_OK) {
        job->type = *wasm_instance_entry(i.w);
        exec_value_split(job->type.text, &job->parameters, &job->results);
        exec_close(&i);
    }
    return code;
}

static int run_whole(struct exec_job *job, struct exec_outcome *out)
{
    uint32_t cell[WASM_CELLS_MAX] = {0};
    uint32_t cells;
    const int code =
        exec_read_values(job, "the entry", job->type.text, &job->parameters, cell, &cells);
    if (code != EXIT_OK) {
        return code;
    }
    struct execute_runner *e = NULL;
    const struct execute_source source = tasklet_files_source(&job->files);
    if (execute_create(&e, &job->limits, &source) != SIM_OK) {
        message_error("%s", sim_status_text(SIM_ERR_NOMEM));
        return EXIT_INTERNAL;
    }
    (void)execute_run(e, TASKLET_FILES_MODULE, cell, cells, job->mode, &out->run);
    execute_destroy(e);
    return EXIT_OK;
}

int exec_run(struct exec_job *job)
{
    struct exec_outcome out = {.run = {.end = EXECUTE_RETURNED}};
    int code = learn_type(job);
    if (code == EXIT_OK) {
        code = job->save != NULL     ? exec_to_sub_call(job, &out)
               : job->resume != NULL ? exec_to_end(job, &out)
                                     : run_whole(job, &out);
    }
    if (code != EXIT_OK) {
        return code;
    }
    const int ended = tell_end(job, &out.run);
    if (ended != EXIT_OK && ended != EXIT_CHECK_FAILED) {
        return ended;
    }
    code = exec_print(job, &out);
    const bool has_missed = job->save != NULL && !out.is_saved; /* it made no sub-call to save at */
    return code != EXIT_OK ? code : has_missed ? EXIT_CHECK_FAILED : ended;
}
