/*
 * place.h - for fuzzers of what reads files or speaks to people: a folder of the process's own,
 * which the system's temporary folder holds until it ends, and silence.
 *
 * libFuzzer and the sanitizers write to descriptor 2 and are heard.
 */
#ifndef TESTS_FUZZ_PLACE_H
#define TESTS_FUZZ_PLACE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/engine/base.h"

enum { PLACE_PATH_MAX = 256 };

static char place_folder[PLACE_PATH_MAX - 160];

static inline void place_path(char path[PLACE_PATH_MAX], const char *name)
{
    (void)snprintf(path, PLACE_PATH_MAX, "%s/%s", place_folder, name);
}

static inline void place_remove(void)
{
    char command[PLACE_PATH_MAX + 16];
    (void)snprintf(command, sizeof command, "rm -rf '%s'", place_folder);
    (void)system(
        command); /* NOLINT(cert-env33-c,concurrency-mt-unsafe): a name of our own making */
}

/* Makes the folder, and sends what the program says to nobody. */
static inline void place_make(void)
{
    const char *parent = getenv("TMPDIR"); /* NOLINT(concurrency-mt-unsafe) */
    (void)snprintf(place_folder, sizeof place_folder, "%s/fuzz.XXXXXX",
                   access("/dev/shm", W_OK) == 0 ? "/dev/shm"
                   : parent != NULL              ? parent
                                                 : "/tmp");
    ASSERT(mkdtemp(place_folder) != NULL);
    ASSERT(atexit(place_remove) == 0);
    stdout = fopen("/dev/null", "w");
    stderr = fopen("/dev/null", "w");
    ASSERT(stdout != NULL && stderr != NULL);
}

static inline void place_write(const char *name, const void *bytes, size_t size)
{
    char path[PLACE_PATH_MAX];
    place_path(path, name);
    FILE *to = fopen(path, "wb");
    ASSERT(to != NULL);
    const size_t written = fwrite(bytes, 1, size, to);
    ASSERT(written == size && fclose(to) == 0);
}

#endif
