/*
 * Values that are files, such as a table of measured times. What a file holds belongs to the
 * scenario as much as its name does, so it is read when the scenario is loaded, and its hash is
 * printed beside the path: a printed scenario asks for that content again.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "scenarios/language/excerpt.h"
#include "scenarios/language/scenario_read.h"

enum { HASH_DIGITS = 64, FILE_MIB_MAX = 64 };
#define FILE_BYTES_MAX ((size_t)FILE_MIB_MAX << 20)

/* ---- contents ---- */

/* Reads to the end; a file that grows meanwhile is read as far as FILE_BYTES_MAX. */
static enum content_problem read_bytes(int file, size_t size, void **bytes, size_t *length)
{
    size_t room = size + 1;
    char *text = malloc(room);

    *length = 0;
    while (text != NULL) {
        ssize_t got = read(file, text + *length, room - *length);

        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            free(text);
            return CONTENT_NO_FILE;
        }
        if (got == 0) {
            *bytes = text;
            return CONTENT_OK;
        }
        *length += (size_t)got;
        if (*length > FILE_BYTES_MAX) {
            free(text);
            return CONTENT_TOO_LARGE;
        }
        if (*length == room) {
            char *grown = realloc(text, room *= 2);
            if (grown == NULL) {
                free(text);
            }
            text = grown;
        }
    }
    return CONTENT_NOMEM;
}

static enum content_problem read_regular(const char *path, void **bytes, size_t *length)
{
    struct stat about;
    enum content_problem problem = CONTENT_NO_FILE;
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

    if (file < 0) {
        return CONTENT_NO_FILE;
    }
    if (fstat(file, &about) == 0) {
        problem = !S_ISREG(about.st_mode)                 ? CONTENT_NOT_REGULAR
                  : about.st_size > (off_t)FILE_BYTES_MAX ? CONTENT_TOO_LARGE
                                                          : CONTENT_OK;
    }
    if (problem == CONTENT_OK) {
        problem = read_bytes(file, (size_t)about.st_size, bytes, length);
    }
    close(file);
    return problem;
}

static const struct scenario_kept *find_kept(const struct scenario *s, const char *hash)
{
    for (size_t i = 0; i < s->kept_count; i++) {
        if (strcmp(s->kept[i].hash, hash) == 0) {
            return &s->kept[i];
        }
    }
    return NULL;
}

static enum content_problem add_content(struct scenario *s, const char *path, void *bytes,
                                        size_t length, struct scenario_content **added)
{
    struct scenario_content *content = calloc(1, sizeof(*content));

    if (content == NULL || (content->path = strdup(path)) == NULL) {
        free(content);
        free(bytes);
        return CONTENT_NOMEM;
    }
    content->bytes = bytes;
    content->length = length;
    content->next = s->contents;
    s->contents = content;
    *added = content;
    return CONTENT_OK;
}

/* A copy of what was kept: the scenario outlives who kept it. */
static enum content_problem take_kept(struct scenario *s, const char *path,
                                      const struct scenario_kept *kept,
                                      const struct scenario_content **found)
{
    struct scenario_content *content = NULL;
    void *bytes = malloc(kept->length + 1);

    if (bytes == NULL) {
        return CONTENT_NOMEM;
    }
    if (kept->length > 0) {
        memcpy(bytes, kept->bytes, kept->length);
    }
    enum content_problem problem = add_content(s, path, bytes, kept->length, &content);
    if (problem == CONTENT_OK) {
        memcpy(content->hash, kept->hash, sizeof(content->hash));
    }
    *found = content;
    return problem;
}

enum content_problem scenario_content_read(struct scenario *s,
                                           const struct scenario_registry *registry,
                                           const char *path, const struct scenario_content **found)
{
    struct scenario_content *content = s->contents;

    while (content != NULL && strcmp(content->path, path) != 0) {
        content = content->next;
    }
    *found = content;
    if (content != NULL) {
        return CONTENT_OK;
    }
    void *bytes = NULL;
    size_t length = 0;
    enum content_problem problem = read_regular(path, &bytes, &length);
    if (problem == CONTENT_OK) {
        problem = add_content(s, path, bytes, length, &content);
    }
    if (problem == CONTENT_OK) {
        registry->sha256(bytes, length, content->hash);
        *found = content;
    }
    return problem;
}

/* ---- one value ---- */

/* A plain word is a name, and what has a dot or a slash is a path. */
static bool is_word(const struct scenario_key *key, const char *text)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";

    if (key->words == NULL) {
        return text[strspn(text, plain)] == '\0';
    }
    for (size_t i = 0; key->words[i] != NULL; i++) {
        if (strcmp(text, key->words[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* Takes over what was found at the path, and compares it with the hash that was asked for. */
static bool read_content(struct reader *r, size_t index, const struct doc_node *path,
                         const struct doc_node *hash, struct scenario_file *file)
{
    const struct scenario_content *content;
    const struct scenario_kept *kept = hash != NULL ? find_kept(r->s, hash->text) : NULL;
    enum content_problem problem =
        kept != NULL ? take_kept(r->s, file->path, kept, &content)
                     : scenario_content_read(r->s, r->registry, file->path, &content);

    if (hash != NULL) {
        memcpy(file->hash, hash->text, HASH_DIGITS + 1);
    }
    switch (problem) {
    case CONTENT_NOMEM:
        r->nomem = true;
        return false;
    case CONTENT_NOT_REGULAR:
        reader_fail(r, index, path->at, "%s is no file that holds data", file->path);
        return false;
    case CONTENT_TOO_LARGE:
        reader_fail(r, index, path->at, "%s is larger than %d MiB", file->path, (int)FILE_MIB_MAX);
        return false;
    case CONTENT_NO_FILE:
        return true; /* whoever needs the file will say so; whoever makes it must not be told */
    case CONTENT_OK:
        break;
    }
    if (hash != NULL && strcmp(hash->text, content->hash) != 0) {
        reader_fail(r, index, hash->at, "%s has changed: its hash is %s, not %s", file->path,
                    content->hash, hash->text);
        return false;
    }
    file->bytes = content->bytes;
    file->length = content->length;
    memcpy(file->hash, content->hash, sizeof(file->hash));
    return true;
}

/* The path, resolved, and what is there. */
static bool store_path(struct reader *r, size_t index, const struct doc_node *path,
                       const struct doc_node *hash, struct scenario_file *file)
{
    return reader_check_path(r, index, path, "the path of a file") &&
           reader_resolve(r, path->text, &file->path, &file->written) &&
           read_content(r, index, path, hash, file);
}

static bool check_hash(struct reader *r, size_t index, const struct doc_node *node)
{
    char seen[EXCERPT_MAX];

    if (!reader_is_text(r, index, node, "a hash")) {
        return false;
    }
    if (strlen(node->text) != HASH_DIGITS ||
        node->text[strspn(node->text, "0123456789abcdef")] != '\0') {
        excerpt(seen, node->text);
        reader_fail(r, index, node->at, "expected 64 hexadecimal digits, found \"%s\"", seen);
        return false;
    }
    return true;
}

static const char *file_key(const struct scenario_key *key)
{
    return key->file_key != NULL ? key->file_key : "file";
}

static bool refuse_map(struct reader *r, size_t index, struct place at)
{
    const struct scenario_key *key = key_at(r->schema, index);
    const char *name = file_key(key);

    if (key->file_key != NULL && key->words != NULL) {
        reader_fail(r, index, at, "expected %s or {%s: FILE}", key->words[0], name);
    } else {
        reader_fail(r, index, at, "expected {%s: FILE} or {%s: FILE, hash: HASH}", name, name);
    }
    return false;
}

/* {file: FILE} or {file: FILE, hash: HASH}. */
static bool store_map(struct reader *r, size_t index, const struct doc_node *map,
                      struct scenario_file *file)
{
    const char *name = file_key(key_at(r->schema, index));
    const struct doc_node *path = NULL;
    const struct doc_node *hash = NULL;

    for (const struct doc_node *v = map->child; v != NULL; v = v->next) {
        const struct doc_node **part = strcmp(v->key->text, name) == 0     ? &path
                                       : strcmp(v->key->text, "hash") == 0 ? &hash
                                                                           : NULL;

        if (part == NULL || *part != NULL) {
            return refuse_map(r, index, v->key->at);
        }
        *part = v;
    }
    if (path == NULL) {
        return refuse_map(r, index, map->at);
    }
    return (hash == NULL || check_hash(r, index, hash)) && store_path(r, index, path, hash, file);
}

bool reader_store_file(struct reader *r, size_t index, const struct doc_node *node, void *value)
{
    const struct scenario_key *key = key_at(r->schema, index);
    struct scenario_file *file = value;

    file->at = node->at;
    if (node->kind == DOC_MAP) {
        return store_map(r, index, node, file);
    }
    if (node->kind == DOC_SCALAR && *node->text != '\0' && is_word(key, node->text)) {
        if (!reader_check_path(r, index, node, "a name")) {
            return false;
        }
        file->word = reader_copy_text(r, node->text);
        return file->word != NULL;
    }
    if (key->file_key != NULL) {
        return refuse_map(r, index, node->at);
    }
    return store_path(r, index, node, NULL, file);
}
