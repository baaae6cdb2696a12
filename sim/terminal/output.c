#include "sim/terminal/output.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/engine/beside.h"
#include "sim/terminal/exit.h"
#include "sim/terminal/message.h"

static int cannot_create(const char *path)
{
    message_error("%s: cannot be created: %s", path, strerror(errno));
    return EXIT_CANNOT_CREATE;
}

static int open_beside(struct output *o)
{
    int file;
    beside_sweep(o->path);
    const enum sim_status status = beside_create(o->path, &o->temporary, &file);
    if (status == SIM_ERR_NOMEM) {
        message_error("%s", sim_status_text(status));
        return EXIT_INTERNAL;
    }
    if (status != SIM_OK) {
        return cannot_create(o->path);
    }
    o->stream = fdopen(file, "w");
    if (o->stream != NULL) {
        return EXIT_OK;
    }
    const int code = cannot_create(o->path);
    (void)close(file);
    (void)unlink(o->temporary);
    free(o->temporary);
    o->temporary = NULL;
    return code;
}

bool output_is_database(const char *path)
{
    static const char magic[] = "SQLite format 3";
    char begin[sizeof magic] = {0};
    FILE *file = fopen(path, "rb");
    const bool is_read = file != NULL && fread(begin, 1, sizeof begin, file) == sizeof begin;
    if (file != NULL) {
        (void)fclose(file);
    }
    return is_read && memcmp(begin, magic, sizeof magic) == 0;
}

/* Empty, or an earlier one of those that are written now; a file that cannot be read is none. */
static bool may_be_replaced(const char *path, const struct output_kind *kind)
{
    char begin[OUTPUT_BEGIN_MAX];
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return false;
    }
    const size_t bytes = fread(begin, 1, sizeof begin, file);
    bool may = bytes == 0 && ferror(file) == 0;
    (void)fclose(file);
    for (const char *const *one = kind->begins; !may && *one != NULL; one++) {
        const size_t length = strlen(*one);
        ASSERT(length <= sizeof begin);
        may = bytes >= length && memcmp(begin, *one, length) == 0;
    }
    return may;
}

int output_open(struct output *o, const char *path, bool replace, const struct output_kind *kind)
{
    *o = (struct output){.path = path};
    if (path == NULL) {
        o->stream = stdout;
        return EXIT_OK;
    }
    struct stat there;
    const bool exists = stat(path, &there) == 0;
    if (exists && S_ISDIR(there.st_mode)) {
        message_error("%s is a folder", path);
        return EXIT_CANNOT_CREATE;
    }
    if (exists && !S_ISREG(there.st_mode)) {
        o->stream = fopen(path, "w");
        return o->stream != NULL ? EXIT_OK : cannot_create(path);
    }
    if (exists && !replace) {
        message_error("%s exists already", path);
        message_hint("--force replaces it");
        return EXIT_CANNOT_CREATE;
    }
    if (exists && output_is_database(path)) {
        message_error("%s is a database: it is left alone, also with --force", path);
        return EXIT_CANNOT_CREATE;
    }
    if (exists && !may_be_replaced(path, kind)) {
        message_error("%s exists and is not %s: it is left alone", path, kind->name);
        return EXIT_CANNOT_CREATE;
    }
    return open_beside(o);
}

int output_end_standard(bool is_written)
{
    if (is_written && fflush(stdout) == 0 && !ferror(stdout)) {
        return EXIT_OK;
    }
    message_error("standard output cannot be written");
    return EXIT_IO;
}

int output_commit(struct output *o)
{
    if (o->path == NULL) {
        return output_end_standard(true);
    }
    bool good = fflush(o->stream) == 0 && !ferror(o->stream);
    if (o->temporary != NULL) {
        good = good && fsync(fileno(o->stream)) == 0; /* the name must not come before the data */
    }
    good = fclose(o->stream) == 0 && good;
    if (good && o->temporary != NULL) {
        good = rename(o->temporary, o->path) == 0;
    }
    if (!good) {
        message_error("%s: cannot be written: %s", o->path, strerror(errno));
        if (o->temporary != NULL) {
            (void)unlink(o->temporary);
        }
    }
    free(o->temporary);
    o->temporary = NULL;
    return good ? EXIT_OK : EXIT_IO;
}

void output_abandon(struct output *o)
{
    if (o->path == NULL) {
        (void)fflush(o->stream);
        return;
    }
    (void)fclose(o->stream);
    if (o->temporary != NULL) {
        (void)unlink(o->temporary);
    }
    free(o->temporary);
    o->temporary = NULL;
}
