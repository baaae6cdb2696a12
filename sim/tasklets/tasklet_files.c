#include "sim/tasklets/tasklet_files.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "sim/engine/digest.h"
#include "sim/terminal/exit.h"
#include "sim/terminal/message.h"

enum { MODULE_BYTES_MAX = 1 << 24 };

static int no_memory(void)
{
    message_error("%s", sim_status_text(SIM_ERR_NOMEM));
    return EXIT_INTERNAL;
}

/* ---- reading ---- */

static int cannot_read(const char *path)
{
    const int error = errno;
    message_error("%s: cannot be read: %s", path, strerror(error));
    return error == ENOENT || error == ENOTDIR ? EXIT_NO_INPUT : EXIT_IO;
}

static int read_stream(FILE *file, const char *path, size_t size, uint8_t **bytes, size_t *length)
{
    *bytes = malloc(size + 1); /* an empty file has a block, too */
    if (*bytes == NULL) {
        return no_memory();
    }
    *length = fread(*bytes, 1, size, file);
    (*bytes)[*length] = '\0';
    if (ferror(file) != 0) {
        free(*bytes);
        *bytes = NULL;
        return cannot_read(path);
    }
    return EXIT_OK;
}

int tasklet_files_read(const char *path, size_t most, uint8_t **bytes, size_t *length)
{
    struct stat about;
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return cannot_read(path);
    }
    int code = EXIT_BAD_DATA;
    if (fstat(fileno(file), &about) != 0 || !S_ISREG(about.st_mode)) {
        message_error("%s: not a regular file", path);
    } else if (about.st_size > (off_t)most) {
        message_error("%s: %jd bytes; no more than %zu are read", path, (intmax_t)about.st_size,
                      most);
    } else {
        code = read_stream(file, path, (size_t)about.st_size, bytes, length);
    }
    (void)fclose(file);
    return code;
}

/* The bytes of f, as they were declared; read once. */
static int load_file(struct tasklet_file *f)
{
    if (f->bytes != NULL) {
        return EXIT_OK;
    }
    const int code = tasklet_files_read(f->path, MODULE_BYTES_MAX, &f->bytes, &f->length);
    if (code != EXIT_OK || !f->is_declared) {
        return code;
    }
    const uint64_t hash = digest_finish(digest_bytes(DIGEST_START, f->bytes, f->length));
    if (f->length == f->size && hash == f->hash) {
        return EXIT_OK;
    }
    if (f->length != f->size) {
        message_error("%s: has %zu bytes, but its index declares %" PRIu64, f->path, f->length,
                      f->size);
    } else {
        message_error("%s: has the hash %016" PRIx64 ", but its index declares %016" PRIx64,
                      f->path, hash, f->hash);
    }
    free(f->bytes);
    f->bytes = NULL;
    return EXIT_BAD_DATA;
}

/* ---- what there is ---- */

struct tasklet_file *tasklet_files_add(struct tasklet_files *t, const char *name, const char *file)
{
    if (t->count == t->capacity) {
        const size_t capacity = t->capacity == 0 ? 16 : 2 * t->capacity;
        struct tasklet_file *grown = realloc(t->file, capacity * sizeof *grown);
        if (grown == NULL) {
            return NULL;
        }
        t->file = grown;
        t->capacity = capacity;
    }
    const size_t room = strlen(t->folder) + strlen(file) + sizeof "/";
    struct tasklet_file f = {.name = strdup(name), .path = malloc(room)};
    if (f.name == NULL || f.path == NULL) {
        free(f.name);
        free(f.path);
        return NULL;
    }
    (void)snprintf(f.path, room, "%s/%s", t->folder, file);
    t->file[t->count] = f;
    return &t->file[t->count++];
}

/* Names come from modules: nobody shall be led to another folder by one. */
static bool is_harmless(const char *name)
{
    return name[0] != '\0' && name[0] != '.' && strchr(name, '/') == NULL;
}

static struct tasklet_file *look_up(struct tasklet_files *t, const char *name)
{
    for (size_t i = 0; i < t->count; i++) {
        if (strcmp(t->file[i].name, name) == 0) {
            return &t->file[i];
        }
    }
    if (t->folder == NULL || t->is_index || !is_harmless(name)) {
        return NULL;
    }
    char file[80];
    (void)snprintf(file, sizeof file, "%.64s.wasm", name);
    struct tasklet_file *added = tasklet_files_add(t, name, file);
    if (added == NULL) {
        t->code = no_memory();
    }
    return added;
}

static bool exists(const char *path)
{
    struct stat about;
    return stat(path, &about) == 0;
}

static bool find(void *context, const char *name, struct execute_binary *out)
{
    struct tasklet_files *t = context;
    struct tasklet_file *f =
        strcmp(name, TASKLET_FILES_MODULE) == 0 ? &t->module : look_up(t, name);
    if (f == NULL || (f->bytes == NULL && !f->is_declared && !exists(f->path))) {
        return false;
    }
    const int code = load_file(f);
    if (code != EXIT_OK) {
        t->code = code;
        return false;
    }
    *out = (struct execute_binary){f->bytes, f->length};
    return true;
}

struct execute_source tasklet_files_source(struct tasklet_files *t)
{
    return (struct execute_source){.find = find, .context = t};
}

const char *tasklet_files_path(const struct tasklet_files *t, const char *name)
{
    if (strcmp(name, TASKLET_FILES_MODULE) == 0) {
        return t->module.path;
    }
    for (size_t i = 0; i < t->count; i++) {
        if (strcmp(t->file[i].name, name) == 0) {
            return t->file[i].path;
        }
    }
    return name;
}

/* ---- all of it ---- */

static bool is_folder(const char *path)
{
    struct stat about;
    return stat(path, &about) == 0 && S_ISDIR(about.st_mode);
}

/* A folder that has an index, as taskgen --wasm leaves one, is known by it. */
static int open_folder(struct tasklet_files *t)
{
    static const char name[] = "/index.tsv";
    const size_t room = strlen(t->folder) + sizeof name;
    char *index = malloc(room);
    if (index == NULL) {
        return no_memory();
    }
    (void)snprintf(index, room, "%s%s", t->folder, name);
    t->is_index = exists(index);
    const int code = t->is_index ? tasklet_index_read(t, index) : EXIT_OK;
    free(index);
    return code;
}

static int open_place(struct tasklet_files *t, const char *place)
{
    t->folder = strdup(place);
    if (t->folder == NULL) {
        return no_memory();
    }
    if (is_folder(place)) {
        return open_folder(t);
    }
    t->is_index = true;
    char *slash = strrchr(t->folder, '/');
    if (slash != NULL) {
        *slash = '\0';
    } else {
        free(t->folder);
        t->folder = strdup(".");
    }
    return t->folder == NULL ? no_memory() : tasklet_index_read(t, place);
}

/* The module may be one that the index declares. */
static void declare_module(struct tasklet_files *t)
{
    struct stat module;
    struct stat about;
    if (stat(t->module.path, &module) != 0) {
        return;
    }
    for (size_t i = 0; i < t->count; i++) {
        const struct tasklet_file *f = &t->file[i];
        if (f->is_declared && stat(f->path, &about) == 0 && about.st_ino == module.st_ino &&
            about.st_dev == module.st_dev) {
            t->module.is_declared = true;
            t->module.size = f->size;
            t->module.hash = f->hash;
        }
    }
}

int tasklet_files_open(struct tasklet_files *t, const char *module, const char *place)
{
    *t = (struct tasklet_files){.module.path = strdup(module)};
    if (t->module.path == NULL) {
        return no_memory();
    }
    const int code = place == NULL ? EXIT_OK : open_place(t, place);
    if (code != EXIT_OK) {
        return code;
    }
    declare_module(t);
    return load_file(&t->module);
}

static void free_file(struct tasklet_file *f)
{
    free(f->name);
    free(f->path);
    free(f->bytes);
}

void tasklet_files_close(struct tasklet_files *t)
{
    for (size_t i = 0; i < t->count; i++) {
        free_file(&t->file[i]);
    }
    free_file(&t->module);
    free(t->file);
    free(t->folder);
}
