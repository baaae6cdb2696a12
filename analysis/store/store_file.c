#include "analysis/store/store_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/engine/beside.h"

/* Where SQLite's file format keeps what tells databases apart. */
enum {
    HEADER_BYTES = 100,
    HEADER_USER_VERSION = 60,
    HEADER_APPLICATION_ID = 68,
};
static const char header_magic[16] = "SQLite format 3";

static enum sim_status fail_io(struct store_error *error, const char *doing, const char *path)
{
    const char *why = strerror(errno);
    (void)snprintf(error->text, sizeof error->text, "cannot %s %s: %s", doing, path, why);
    return SIM_ERR_IO;
}

static uint32_t big_endian_u32(const unsigned char *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 |
           (uint32_t)bytes[3];
}

static struct store_file classify(const unsigned char *header, size_t length)
{
    struct store_file file = {.kind = STORE_FILE_FOREIGN};
    if (length == 0) {
        file.kind = STORE_FILE_EMPTY;
    } else if (length == HEADER_BYTES && memcmp(header, header_magic, sizeof header_magic) == 0) {
        file.kind = STORE_FILE_DATABASE;
        if (big_endian_u32(header + HEADER_APPLICATION_ID) == STORE_APPLICATION_ID) {
            file.kind = STORE_FILE_OURS;
            file.schema_version = big_endian_u32(header + HEADER_USER_VERSION);
        }
    }
    return file;
}

enum sim_status store_file_inspect(const char *path, struct store_file *file,
                                   struct store_error *error)
{
    *file = (struct store_file){.kind = STORE_FILE_ABSENT};
    struct stat about;
    if (stat(path, &about) != 0) {
        /* ENOTDIR: some parent is a file. Creating will fail and say so. */
        return errno == ENOENT || errno == ENOTDIR ? SIM_OK : fail_io(error, "look at", path);
    }
    if (!S_ISREG(about.st_mode)) {
        file->kind = STORE_FILE_SPECIAL;
        return SIM_OK;
    }
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return fail_io(error, "read", path);
    }
    unsigned char header[HEADER_BYTES];
    ssize_t length = read(fd, header, sizeof header);
    enum sim_status status = length < 0 ? fail_io(error, "read", path) : SIM_OK;
    (void)close(fd);
    if (status == SIM_OK) {
        *file = classify(header, (size_t)length);
    }
    return status;
}

enum sim_status store_file_reserve(const char *path, char **temporary, int *lock,
                                   struct store_error *error)
{
    const enum sim_status status = beside_create(path, temporary, lock);
    if (status == SIM_ERR_NOMEM) {
        (void)snprintf(error->text, sizeof error->text, "no memory left");
    }
    return status == SIM_ERR_IO ? fail_io(error, "create", path) : status;
}

/*
 * A journal that a killed program left beside an older file of this name would
 * be played back into the new one and destroy it.
 */
static enum sim_status drop_journals(const char *path, struct store_error *error)
{
    static const char *const suffixes[] = {"-journal", "-wal", "-shm"};
    const size_t size = strlen(path) + sizeof "-journal";
    char *name = malloc(size);
    if (name == NULL) {
        (void)snprintf(error->text, sizeof error->text, "no memory left");
        return SIM_ERR_NOMEM;
    }
    enum sim_status status = SIM_OK;
    for (size_t i = 0; status == SIM_OK && i < sizeof suffixes / sizeof suffixes[0]; i++) {
        (void)snprintf(name, size, "%s%s", path, suffixes[i]);
        if (unlink(name) != 0 && errno != ENOENT) {
            status = fail_io(error, "remove", name);
        }
    }
    free(name);
    return status;
}

void store_file_abandon(const char *temporary)
{
    struct store_error ignored;
    (void)drop_journals(temporary, &ignored);
    (void)unlink(temporary);
}

int store_file_lock(const char *path)
{
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) != 0) {
        const int code = errno;
        (void)close(fd);
        errno = code;
        return -1;
    }
    return fd;
}

static bool is_still(int fd, const char *path)
{
    struct stat locked;
    struct stat there;
    return fstat(fd, &locked) == 0 && stat(path, &there) == 0 && locked.st_dev == there.st_dev &&
           locked.st_ino == there.st_ino;
}

/*
 * Holds what is at path while it is replaced, so that nobody's work is taken away under them.
 * *lock is -1 where there is nothing, or no lock to be had on this file system.
 */
static enum sim_status hold(const char *path, int *lock, struct store_error *error)
{
    for (;;) {
        *lock = store_file_lock(path);
        if (*lock < 0 && errno == EWOULDBLOCK) {
            (void)snprintf(error->text, sizeof error->text,
                           "%s: another process writes into it at this moment", path);
            return SIM_ERR_INVALID;
        }
        if (*lock < 0 || is_still(*lock, path)) {
            return SIM_OK;
        }
        (void)close(*lock); /* somebody replaced it between our look and our lock */
    }
}

static enum sim_status replace_held(const char *temporary, const char *path,
                                    struct store_error *error)
{
    int lock;
    enum sim_status status = hold(path, &lock, error);
    if (status != SIM_OK) {
        return status;
    }
    status = drop_journals(path, error);
    if (status == SIM_OK && rename(temporary, path) != 0) {
        status = fail_io(error, "create", path);
    }
    if (lock >= 0) {
        (void)close(lock);
    }
    return status;
}

enum sim_status store_file_publish(const char *temporary, const char *path, bool replace,
                                   struct store_error *error)
{
    /* Unlike rename(), link() never replaces. Some file systems have no links: go on there. */
    if (link(temporary, path) == 0) {
        (void)unlink(temporary);
        return drop_journals(path, error);
    }
    if (errno == EEXIST && !replace) {
        (void)snprintf(error->text, sizeof error->text, "%s exists already", path);
        return SIM_ERR_INVALID;
    }
    return replace_held(temporary, path, error);
}
