/* Where a scenario's text is from: a file, memory, the command line. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "scenarios/language/excerpt.h"
#include "scenarios/language/scenario_read.h"

enum { FILE_BYTES_MAX = 1 << 20 };

static void file_deinit(struct scenario_file *f)
{
    free(f->word);
    free(f->path);
    free(f->written);
}

void scenario_deinit(struct scenario *s)
{
    free(s->name);
    free(s->precision.of);
    free(s->nodes.eviction);
    free(s->mesh.graphml);
    free(s->mesh.graphml_written);
    file_deinit(&s->platform.table);
    file_deinit(&s->platform.calibration);
    free(s->path);
    free(s->text);
    *s = (struct scenario){0};
}

/* The folder of a path with its slash, or "". NULL if there is no memory. */
static char *folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');

    return strndup(path, slash != NULL ? (size_t)(slash - path) + 1 : 0);
}

static enum sim_status read_file_text(struct reader *r, const char *name, const char *text,
                                      size_t length)
{
    struct place origin = {name, 1, 1};
    size_t format = key_find("format");
    struct doc_node *root;
    enum sim_status status;

    if (length > FILE_BYTES_MAX) {
        errors_add(r->errors, origin, NULL, "larger than 1 MiB; this is no scenario");
        return SIM_ERR_INVALID;
    }
    status = doc_parse(&root, origin, text, length, r->errors);
    if (status != SIM_OK) {
        return status;
    }
    reader_read(r, root);
    if (root->kind == DOC_MAP && r->key[format].state == KEY_DEFAULT) {
        errors_add(r->errors, origin, "format", "missing; write \"format: %d\"",
                   (int)SCENARIO_FORMAT);
    }
    doc_free(root);
    return SIM_OK;
}

/*
 * Wraps value into one map a component of path, so that an override is read like the part of a
 * file that it stands for: {robots: {trigger: value}}. Takes value over; NULL if out of memory.
 */
static struct doc_node *wrap(struct doc_node *value, const char *path, size_t length,
                             struct place at)
{
    while (value != NULL && length > 0) {
        size_t start = length;
        struct place here = at;
        struct doc_node *map;

        while (start > 0 && path[start - 1] != '.') {
            start--;
        }
        here.column += (uint32_t)start;
        map = doc_node_create(DOC_MAP, here, "", 0);
        value->key = doc_node_create(DOC_SCALAR, here, path + start, length - start);
        if (map == NULL || value->key == NULL) {
            doc_free(map);
            doc_free(value);
            return NULL;
        }
        map->child = value;
        value = map;
        length = start > 0 ? start - 1 : 0;
    }
    return value;
}

/* Words joined by single dots, and not longer than any key could be. */
static bool is_path(const char *path, size_t length)
{
    if (length == 0 || length > 100 || path[0] == '.' || path[length - 1] == '.') {
        return false;
    }
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)path[i];

        if (c <= ' ' || c >= 0x7F || (c == '.' && path[i + 1] == '.')) {
            return false;
        }
    }
    return true;
}

static enum sim_status read_override(struct reader *r, const char *text, uint32_t number)
{
    struct place at = {"--set", number, 1};
    const char *equals = strchr(text, '=');
    size_t length = equals != NULL ? (size_t)(equals - text) : 0;
    struct place value_at = {"--set", number, (uint32_t)length + 2};
    struct doc_node *root;
    enum sim_status status;
    char seen[EXCERPT_MAX];

    if (equals == NULL || !is_path(text, length)) {
        excerpt(seen, text);
        errors_add(r->errors, at, NULL, "expected key.path=value, found \"%s\"", seen);
        return SIM_OK;
    }
    if (equals[1 + strspn(equals + 1, " ")] == '\0') {
        errors_add(r->errors, value_at, NULL, "no value behind the =");
        return SIM_OK;
    }
    status = doc_parse(&root, value_at, equals + 1, strlen(equals + 1), r->errors);
    if (status == SIM_ERR_INVALID) {
        return SIM_OK; /* reported; the overrides behind it are looked at all the same */
    }
    root = wrap(status == SIM_OK ? root : NULL, text, length, at);
    if (root == NULL) {
        return SIM_ERR_NOMEM;
    }
    reader_read(r, root);
    doc_free(root);
    return SIM_OK;
}

/* text NULL: no file, a scenario of defaults and overrides. */
static enum sim_status build(struct scenario *s, const char *name, const char *text, size_t length,
                             const struct scenario_override *overrides, size_t override_count,
                             struct scenario_errors *errors)
{
    struct reader r = {.s = s, .errors = errors};
    size_t errors_before = errors->count;
    char *folder = folder_of(name);
    enum sim_status status = folder != NULL ? SIM_OK : SIM_ERR_NOMEM;

    *s = (struct scenario){0};
    r.folder = folder;
    if (status == SIM_OK) {
        reader_set_defaults(&r);
    }
    if (status == SIM_OK && text != NULL) {
        status = read_file_text(&r, name, text, length);
    }
    r.folder = NULL;
    r.overriding = true;
    for (size_t i = 0; i < override_count && status == SIM_OK; i++) {
        status = read_override(&r, overrides[i].text, (uint32_t)i + 1);
    }
    if (status == SIM_OK && !r.nomem) {
        scenario_check(&r);
        s->path = strdup(name);
        s->text = calloc(length + 1, 1);
        if (s->path != NULL && s->text != NULL && text != NULL) {
            memcpy(s->text, text, length);
            s->text_length = length;
        }
    }
    free(folder);
    if (status == SIM_OK && (r.nomem || s->path == NULL || s->text == NULL)) {
        status = SIM_ERR_NOMEM;
    }
    if (status == SIM_OK && errors->count > errors_before) {
        status = SIM_ERR_INVALID;
    }
    if (status != SIM_OK) {
        scenario_deinit(s);
    }
    return status;
}

enum sim_status scenario_parse(struct scenario *s, const char *name, const char *text,
                               size_t length, const struct scenario_override *overrides,
                               size_t override_count, struct scenario_errors *errors)
{
    ASSERT(text != NULL);
    return build(s, name, text, length, overrides, override_count, errors);
}

enum sim_status scenario_default(struct scenario *s)
{
    struct scenario_errors errors = {0};
    enum sim_status status = build(s, "(default)", NULL, 0, NULL, 0, &errors);

    ASSERT(errors.count == 0);
    return status;
}

/* Reads at most one byte more than a scenario may have; pipes are welcome. */
static enum sim_status read_all(int file, char *text, size_t *length)
{
    *length = 0;
    while (*length <= FILE_BYTES_MAX) {
        ssize_t got = read(file, text + *length, FILE_BYTES_MAX + 1 - *length);

        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return SIM_ERR_IO;
        }
        if (got == 0) {
            break;
        }
        *length += (size_t)got;
    }
    return SIM_OK;
}

static enum sim_status refuse_file(struct scenario_errors *errors, const char *path, int error)
{
    struct place at = {path, 1, 1};

    if (error == EISDIR) {
        errors_add(errors, at, NULL, "a folder, not a scenario file");
        return SIM_ERR_INVALID;
    }
    errors_add(errors, at, NULL, "cannot be read: %s", strerror(error));
    return error == ENOENT || error == ENOTDIR ? SIM_ERR_NOTFOUND : SIM_ERR_IO;
}

enum sim_status scenario_load(struct scenario *s, const char *path,
                              const struct scenario_override *overrides, size_t override_count,
                              struct scenario_errors *errors)
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    char *text = NULL;
    size_t length = 0;
    enum sim_status status;

    if (file < 0) {
        return refuse_file(errors, path, errno);
    }
    text = malloc(FILE_BYTES_MAX + 1);
    if (text == NULL) {
        status = SIM_ERR_NOMEM;
        goto out;
    }
    status = read_all(file, text, &length);
    if (status != SIM_OK) {
        status = refuse_file(errors, path, errno);
        goto out;
    }
    status = build(s, path, text, length, overrides, override_count, errors);
out:
    free(text);
    close(file);
    return status;
}
