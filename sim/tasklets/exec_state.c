/* A tasklet in parts: its state goes to a file at a sub-call, and on from there in any process. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime-replay/host_clock.h"
#include "runtime-replay/wasm/wasm_state.h"
#include "sim/engine/digest.h"
#include "sim/tasklets/exec.h"
#include "sim/terminal/exit.h"
#include "sim/terminal/message.h"
#include "sim/terminal/output.h"

enum { STATE_BYTES_MAX = 1 << 28 };

/* What a resumed tasklet needs. */
struct saved {
    uint8_t *bytes;
    size_t length;
    uint32_t import;
    uint32_t result[WASM_CELLS_MAX];
};

/* ---- reading a state ---- */

static int check_state(const struct exec_job *job, struct saved *s)
{
    struct state_reader reader;
    struct state_head head;
    if (state_open(&reader, s->bytes, s->length, &head) != SIM_OK) {
        message_error("%s: is no whole saved state of a tasklet", job->resume);
        return EXIT_BAD_DATA;
    }
    const struct tasklet_file *m = &job->files.module;
    if (head.binary_digest != digest_finish(digest_bytes(DIGEST_START, m->bytes, m->length))) {
        message_error("%s: was saved by another module than %s", job->resume, job->path);
        return EXIT_BAD_DATA;
    }
    s->import = head.import;
    return EXIT_OK;
}

/* The result of the sub-call that waits, as its import's type has it. */
static int read_result(const struct exec_job *job, const struct wasm_instance *w, struct saved *s)
{
    if (s->import >= wasm_instance_import_count(w)) {
        message_error("%s: waits for import %" PRIu32 ", which %s does not have", job->resume,
                      s->import, job->path);
        return EXIT_BAD_DATA;
    }
    struct wasm_type type;
    struct exec_value_types parameters;
    struct exec_value_types results;
    char what[WASM_IMPORT_MAX + 40];
    uint32_t cells;
    wasm_instance_import_type(w, s->import, &type);
    exec_value_split(type.text, &parameters, &results);
    (void)snprintf(what, sizeof what, "the result of '%s'",
                   wasm_instance_import_name(w, s->import));
    return exec_read_values(job, what, type.text, &results, s->result, &cells);
}

static int read_state(const struct exec_job *job, const struct wasm_instance *w, struct saved *s)
{
    int code = tasklet_files_read(job->resume, STATE_BYTES_MAX, &s->bytes, &s->length);
    code = code == EXIT_OK ? check_state(job, s) : code;
    return code == EXIT_OK ? read_result(job, w, s) : code;
}

/* ---- to the next sub-call ---- */

static enum wasm_answer note_call(void *context, struct wasm_instance *w, struct wasm_call *call)
{
    struct exec_outcome *out = context;
    out->import = call->import;
    (void)snprintf(out->callee, sizeof out->callee, "%s",
                   wasm_instance_import_name(w, call->import));
    wasm_instance_import_type(w, call->import, &out->callee_type);
    memcpy(out->callee_argument, call->argument, sizeof out->callee_argument);
    return WASM_SUSPENDED;
}

static enum execute_end as_end(enum wasm_end end)
{
    switch (end) {
    case WASM_RETURNED:
    case WASM_LEFT:
        return EXECUTE_RETURNED;
    case WASM_TRAPPED:
        return EXECUTE_TRAPPED;
    case WASM_OUT_OF_BUDGET:
    case WASM_OUT_OF_TOLL:
        return EXECUTE_OUT_OF_BUDGET;
    case WASM_TOO_LATE:
        return EXECUTE_TOO_LATE;
    case WASM_OUT_OF_MEMORY:
        return EXECUTE_OUT_OF_MEMORY;
    }
    return EXECUTE_TRAPPED;
}

static void note_end(const struct exec_job *job, const struct wasm_run *run, enum wasm_end end,
                     struct execution *out)
{
    out->end = as_end(end);
    out->instructions = job->limits.instructions - run->left;
    out->own_instructions = out->instructions;
    out->loads = 1;
    out->suspend_host_ns = run->save_host_ns;
    out->resume_host_ns = run->restore_host_ns;
    out->result_cells = job->type.result_cells;
    memcpy(out->result, run->result, sizeof out->result);
    (void)snprintf(out->error, sizeof out->error, "tasklet '': %.200s", run->error.text);
}

/* As wasm_state.c writes its first word. */
static const struct output_kind state_kind = {
    .name = "a saved state",
    .begins = (const char *const[]){"nwst", NULL},
};

static int save_state(const struct exec_job *job, struct wasm_instance *w, struct execution *out)
{
    struct output file;
    size_t bytes;
    uint8_t *state = wasm_instance_take_state(w, &bytes);
    int code = output_open(&file, job->save, job->force, &state_kind);
    if (code == EXIT_OK) {
        (void)fwrite(state, 1, bytes, file.stream); /* output_commit() tells */
        code = output_commit(&file);
    }
    wasm_host_free(state);
    out->sub_calls = 1;
    out->suspensions = 1;
    out->state_bytes = bytes;
    return code;
}

static int go_on(struct exec_job *job, struct wasm_instance *w, struct saved *s,
                 struct exec_outcome *out, enum wasm_end *end)
{
    struct wasm_toll toll = {.left = job->limits.toll,
                             .until_host_ns = host_clock_ns() + job->limits.host_ns};
    struct wasm_run run = {
        .left = job->limits.instructions, .call = note_call, .context = out, .toll = &toll};
    if (job->resume != NULL) {
        const int code = read_state(job, w, s);
        if (code != EXIT_OK) {
            return code;
        }
        enum sim_status status = wasm_instance_check_state(w, s->bytes, s->length, &run.error);
        if (status == SIM_OK) {
            status = wasm_instance_resume(w, s->bytes, s->length, s->result, &run, end);
        }
        if (status != SIM_OK) {
            message_error("%s: %s", job->resume, run.error.text);
            return status == SIM_ERR_FULL ? EXIT_CHECK_FAILED : EXIT_BAD_DATA;
        }
    } else {
        uint32_t cells;
        const int code =
            exec_read_values(job, "the entry", job->type.text, &job->parameters, s->result, &cells);
        if (code != EXIT_OK) {
            return code;
        }
        *end = wasm_instance_run(w, s->result, &run);
    }
    note_end(job, &run, *end, &out->run);
    return EXIT_OK;
}

static int run_part(struct exec_job *job, struct wasm_instance *w, struct exec_outcome *out)
{
    struct saved s = {0};
    enum wasm_end end;
    const int64_t start = host_clock_ns();
    int code = go_on(job, w, &s, out, &end);
    free(s.bytes);
    out->run.run_host_ns =
        host_clock_ns() - start - out->run.suspend_host_ns - out->run.resume_host_ns;
    if (code == EXIT_OK && end == WASM_LEFT) {
        out->is_saved = true;
        code = save_state(job, w, &out->run);
    }
    if (code == EXIT_OK && end == WASM_RETURNED) {
        message_warning("%s: returned without a sub-call: %s was not written", job->path,
                        job->save);
    }
    return code;
}

int exec_to_sub_call(struct exec_job *job, struct exec_outcome *out)
{
    struct exec_instance i;
    const int64_t start = host_clock_ns();
    int code = exec_open(job, &i);
    if (code == EXIT_OK) {
        out->run.load_host_ns = host_clock_ns() - start;
        code = run_part(job, i.w, out);
        out->run.peak_bytes = wasm_host_peak_bytes(i.host);
        exec_close(&i);
    }
    return code;
}

/* ---- to the end ---- */

/* An instance for a moment: the import's type tells how the result is to be read. */
static int prepare(const struct exec_job *job, struct saved *s)
{
    struct exec_instance i;
    int code = exec_open(job, &i);
    if (code == EXIT_OK) {
        code = read_state(job, i.w, s);
        exec_close(&i);
    }
    return code;
}

int exec_to_end(struct exec_job *job, struct exec_outcome *out)
{
    struct saved s = {0};
    struct execute_runner *e = NULL;
    const struct execute_source source = tasklet_files_source(&job->files);
    int code = prepare(job, &s);
    if (code == EXIT_OK && execute_create(&e, &job->limits, &source) != SIM_OK) {
        message_error("%s", sim_status_text(SIM_ERR_NOMEM));
        code = EXIT_INTERNAL;
    }
    if (code == EXIT_OK) {
        (void)execute_resume(e, TASKLET_FILES_MODULE, s.bytes, s.length, s.result, &out->run);
    }
    execute_destroy(e);
    free(s.bytes);
    return code;
}
