#include "models/wasmtube/real/restart.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/real.h"
#include "models/wasmtube/real/layerd.h"
#include "models/wasmtube/real/service.h"
#include "runtime-replay/host_clock.h"
#include "runtime-replay/processes/process.h"

enum { WAIT_MS = 10000 };

static bool answer_once(const char *path, int32_t *version)
{
    uint8_t *binary = NULL;
    size_t length = 0;
    struct tube t = {0};
    struct wasm_error error;
    struct tube_argument a;
    struct tube_answer got = {0};
    static const int32_t integer[] = {1, 2, 3};
    tube_encode(&a, TUBE_BINARY, integer, 3);
    const bool is_answered = service_read(path, &binary, &length) &&
                             tube_open(&t, binary, length, &error) == SIM_OK &&
                             tube_call(&t, TUBE_BINARY, &a, &got) && got.mean == 2;
    free(binary);
    (void)tube_close(&t);
    *version = got.version;
    return is_answered;
}

int restart_serve(void)
{
    struct process_line line;
    char path[SERVICE_PATH_MAX];
    size_t length = 0;
    int32_t version = 0;
    if (!process_line_inherit(&line) ||
        process_line_take_order(&line, path, sizeof path - 1, WAIT_MS, &length) != SIM_OK) {
        return 1;
    }
    if (length == sizeof(struct layerd_word) && path[0] == LAYERD_BE) { /* no path begins so */
        struct layerd_word word;
        memcpy(&word, path, sizeof word);
        return layerd_serve(&line, &word);
    }
    path[length] = '\0';
    if (!answer_once(path, &version) ||
        process_line_order(&line, &version, sizeof version) != SIM_OK) {
        return 1;
    }
    /* Until its starter has had enough of it. */
    while (process_line_take_order(&line, path, sizeof path, WAIT_MS, &length) ==
           SIM_ERR_NOTFOUND) {
    }
    return 0;
}

/* Starts the process, which must say that it answers by that version; else text says how it failed.
 */
static enum sim_status start(struct process *p, struct process_group *group, const char *path,
                             int32_t wanted, char text[MODEL_TRIAL_TEXT_MAX])
{
    const char *const argument[] = {"nimblesim", MODEL_REAL_WORD, "wasmtube", NULL};
    char how[PROCESS_TEXT_MAX] = "";
    int32_t version = 0;
    size_t length = 0;
    enum sim_status status = process_start(p, group, argument, how);
    if (status == SIM_OK) {
        status = process_line_order(&p->line, path, strlen(path));
        (void)snprintf(how, sizeof how, "has not answered");
    }
    if (status == SIM_OK) {
        status = process_line_take_order(&p->line, &version, sizeof version, WAIT_MS, &length);
    }
    if (status == SIM_OK && version == wanted) {
        return SIM_OK;
    }
    (void)process_is_soon_over(p, how);
    (void)snprintf(text, MODEL_TRIAL_TEXT_MAX, "the process that is started again %s", how);
    return SIM_ERR_IO;
}

/* It is ended by nobody but us. */
static enum sim_status stop(struct process *p, struct process_group *group,
                            char text[MODEL_TRIAL_TEXT_MAX])
{
    char how[PROCESS_TEXT_MAX];
    const bool was_over = p->pid != 0 && process_is_over(p, how);
    if (was_over) {
        (void)snprintf(text, MODEL_TRIAL_TEXT_MAX, "the process that is started again %s", how);
    }
    process_end_all(p, 1, group);
    return was_over ? SIM_ERR_IO : SIM_OK;
}

static enum sim_status write_module(const char *path, size_t bytes, int32_t version,
                                    char text[MODEL_TRIAL_TEXT_MAX])
{
    uint8_t *binary = NULL;
    size_t length = 0;
    enum sim_status status = tube_build(bytes, version, &binary, &length);
    if (status == SIM_OK && !service_write(path, binary, length)) {
        status = SIM_ERR_IO;
    }
    free(binary);
    if (status != SIM_OK) {
        (void)snprintf(text, MODEL_TRIAL_TEXT_MAX, "a module could not be written");
    }
    return status;
}

enum sim_status restart_run(const char *path, size_t bytes, uint32_t restarts, int64_t *gap_ns,
                            char text[MODEL_TRIAL_TEXT_MAX])
{
    struct process p = {.line = {-1, -1}};
    struct process_group group = {0};
    enum sim_status status = SIM_OK;
    for (uint32_t i = 0; status == SIM_OK && i <= restarts; i++) {
        const int32_t version = (int32_t)i + 1;
        status = write_module(path, bytes, version, text);
        const int64_t began = host_clock_ns();
        status = status == SIM_OK && i > 0 ? stop(&p, &group, text) : status;
        status = status == SIM_OK ? start(&p, &group, path, version, text) : status;
        const int64_t gap = host_clock_ns() - began;
        *gap_ns = i == 1 || (i > 1 && gap > *gap_ns) ? gap : *gap_ns;
    }
    const enum sim_status stopped = stop(&p, &group, text);
    return status == SIM_OK ? stopped : status;
}
