/*
 * tube.h - a sandbox with the tasklet that a host application calls and exchanges: the mean and the
 * median of whole numbers, as the paper's once-a-minute statistics of a sensor.
 *
 * Arguments are one byte string in the tasklet's memory, at the offset that the paper's own program
 * uses; the answer is written over them. Both are JSON, or little-endian words.
 *
 * Ownership: a tube owns its host and its instance; modules that were built belong to the caller.
 * Threads: a tube belongs to one thread at a time.
 */
#ifndef MODELS_WASMTUBE_REAL_TUBE_H
#define MODELS_WASMTUBE_REAL_TUBE_H

#include "runtime-replay/wasm/wasm_host.h"

enum { TUBE_OFFSET = 42, TUBE_INTEGERS = 60, TUBE_INTEGERS_MAX = 64, TUBE_ARGUMENT_MAX = 1024 };
/* What is done with the argument: parsed and nothing more, or worked with. As tube.wat has them. */
enum tube_mode { TUBE_NOOP_JSON, TUBE_JSON, TUBE_NOOP_BINARY, TUBE_BINARY };

struct tube {
    struct wasm_host *host;
    struct wasm_instance *w;
};

struct tube_argument {
    uint32_t length;
    char bytes[TUBE_ARGUMENT_MAX];
};

struct tube_answer {
    int32_t mean, median, version;
};

extern const uint8_t tube_module[];
extern const size_t tube_module_bytes;

/* A module of about so many bytes, by a data segment of no use, that answers with a version.
 * SIM_ERR_NOMEM. The caller frees *binary. */
SIM_MUST_CHECK enum sim_status tube_build(size_t bytes, int32_t version, uint8_t **binary,
                                          size_t *length);

/* Errors as wasm_instance_create() has them; then nothing is open. */
SIM_MUST_CHECK enum sim_status tube_open(struct tube *t, const uint8_t *binary, size_t length,
                                         struct wasm_error *error);
/* Bytes of the host that are still held behind the instance: 0, unless somebody leaks. */
size_t tube_close(struct tube *t);

void tube_encode(struct tube_argument *a, enum tube_mode mode, const int32_t *integer,
                 uint32_t count);
/* Writes the argument, calls, reads the answer. False: the call failed. */
SIM_MUST_CHECK bool tube_call(struct tube *t, enum tube_mode mode, const struct tube_argument *a,
                              struct tube_answer *answer);
/* The same in C. */
struct tube_answer tube_native(const int32_t *integer, uint32_t count);

#endif
