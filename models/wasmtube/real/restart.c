#include "models/wasmtube/real/restart.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/real.h"
#include "models/wasmtube/real/service.h"
#include "runtime-replay/host_clock.h"
#include "runtime-replay/process.h"

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

static bool start(struct process *p, struct process_group *group, const char *path, int32_t wanted)
{
    const char *const argument[] = {"nimblesim", MODEL_REAL_WORD, "wasmtube", NULL};
    char text[PROCESS_TEXT_MAX];
    int32_t version = 0;
    size_t length = 0;
    return process_start(p, group, argument, text) == SIM_OK &&
           process_line_order(&p->line, path, strlen(path)) == SIM_OK &&
           process_line_take_order(&p->line, &version, sizeof version, WAIT_MS, &length) ==
               SIM_OK &&
           version == wanted;
}

enum sim_status restart_run(const char *path, size_t bytes, uint32_t restarts, int64_t *gap_ns,
                            const char **why)
{
    struct process p = {0};
    struct process_group group = {0};
    enum sim_status status = SIM_OK;
    for (uint32_t i = 0; status == SIM_OK && i <= restarts; i++) {
        uint8_t *binary = NULL;
        size_t length = 0;
        const int32_t version = (int32_t)i + 1;
        *why = "a module could not be written";
        status = tube_build(bytes, version, &binary, &length);
        if (status == SIM_OK && !service_write(path, binary, length)) {
            status = SIM_ERR_IO;
        }
        free(binary);
        if (status != SIM_OK) {
            break;
        }
        const int64_t began = host_clock_ns();
        if (i > 0) {
            process_end_all(&p, 1, &group);
        }
        *why = "a process that was started again has not answered";
        status = start(&p, &group, path, version) ? SIM_OK : SIM_ERR_IO;
        const int64_t gap = host_clock_ns() - began;
        *gap_ns = i == 1 || (i > 1 && gap > *gap_ns) ? gap : *gap_ns;
    }
    process_end_all(&p, 1, &group);
    return status;
}
