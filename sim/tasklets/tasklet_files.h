/*
 * tasklet_files.h - where the verb exec finds binaries: a module, and a place for what it imports.
 *
 * The place is a folder, where NAME.wasm is the tasklet that imports call NAME; or the
 * index.tsv of 'taskgen --wasm', or its folder: an index also declares each file's size
 * and hash. What it declares must be true of every file that is read, the module itself
 * included.
 * A name that could lead out of the folder is the name of no tasklet.
 *
 * Ownership: the bytes are the files' own until tasklet_files_close().
 * Errors: told on stderr as "FILE: what is wrong", but for a sub-tasklet that is just
 *   not there. What is returned is the exit code.
 */
#ifndef SIM_TASKLETS_TASKLET_FILES_H
#define SIM_TASKLETS_TASKLET_FILES_H

#include "runtime-replay/execution/execute.h"

struct tasklet_file {
    char *name; /* as imports call it */
    char *path;
    bool is_declared;
    uint64_t size, hash; /* as declared */
    uint8_t *bytes;      /* NULL until it is asked for */
    size_t length;
};

struct tasklet_files {
    char *folder; /* of the place; NULL where there is none */
    bool is_index;
    struct tasklet_file module;
    struct tasklet_file *file;
    size_t count, capacity;
    int code; /* what was told while a sub-tasklet was looked up; EXIT_OK: nothing */
};

/* place may be NULL. Ended by tasklet_files_close() in any case. */
SIM_MUST_CHECK int tasklet_files_open(struct tasklet_files *t, const char *module,
                                      const char *place);
void tasklet_files_close(struct tasklet_files *t);

/* For an executor: TASKLET_FILES_MODULE names the module itself, all else what it imports. */
#define TASKLET_FILES_MODULE ""
struct execute_source tasklet_files_source(struct tasklet_files *t);

/* The file of a tasklet, for a message; its name where there is none. */
const char *tasklet_files_path(const struct tasklet_files *t, const char *name);

/* A whole file of at most most bytes, in a block of malloc's. */
SIM_MUST_CHECK int tasklet_files_read(const char *path, size_t most, uint8_t **bytes,
                                      size_t *length);

/* ---- for tasklet_index.c ---- */

/* Appends a file of the folder; NULL where there is no memory. */
struct tasklet_file *tasklet_files_add(struct tasklet_files *t, const char *name, const char *file);
/* Appends what an index declares. */
SIM_MUST_CHECK int tasklet_index_read(struct tasklet_files *t, const char *path);

#endif
