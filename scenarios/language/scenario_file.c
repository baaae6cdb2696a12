/*
 * Values that are files, such as a table of measured times. What a file holds belongs to the
 * scenario as much as its name does, so its hash is noted when the scenario is loaded, and printed
 * beside the path: a printed scenario asks for that content again.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "scenarios/language/excerpt.h"
#include "scenarios/language/scenario_read.h"
#include "sim/engine/digest.h"

enum { HASH_DIGITS = 16, CHUNK_BYTES = 16384 };

/*
 * FNV-1a-64 of a file's bytes. False if it cannot be read: whoever needs the file will say so,
 * and whoever is about to make it must not be told.
 */
static bool hash_file(const char *path, uint64_t *hash)
{
    unsigned char chunk[CHUNK_BYTES];
    struct stat about;
    ssize_t got = -1;
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

    if (file < 0) {
        return false;
    }
    *hash = DIGEST_FNV_START;
    if (fstat(file, &about) == 0 && S_ISREG(about.st_mode)) {
        do {
            got = read(file, chunk, sizeof(chunk));
            *hash = got > 0 ? digest_fnv(*hash, chunk, (size_t)got) : *hash;
        } while (got > 0 || (got < 0 && errno == EINTR));
    }
    close(file);
    return got == 0;
}

static void replace(struct scenario_file *field, const struct scenario_file *file)
{
    free(field->word);
    free(field->path);
    free(field->written);
    *field = *file;
}

enum sim_status scenario_drop_calibration(struct scenario *s)
{
    struct scenario_file none = {.word = strdup("none")};

    if (none.word == NULL) {
        return SIM_ERR_NOMEM;
    }
    replace(&s->platform.calibration, &none);
    return SIM_OK;
}

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

/* The path, resolved; and its hash, unless that was written beside it. */
static void store_path(struct reader *r, size_t index, const struct doc_node *path,
                       const uint64_t *hash)
{
    struct scenario_file file = {.is_hashed = hash != NULL};

    if (!reader_check_path(r, index, path, "the path of a file") ||
        !reader_resolve(r, path->text, &file.path, &file.written)) {
        return;
    }
    if (hash != NULL) {
        file.hash = *hash;
    } else {
        file.is_hashed = hash_file(file.path, &file.hash);
    }
    replace(key_field(r->s, &scenario_keys[index]), &file);
}

static bool read_hash(struct reader *r, size_t index, const struct doc_node *node, uint64_t *hash)
{
    char seen[EXCERPT_MAX];

    if (!reader_is_text(r, index, node, "a hash")) {
        return false;
    }
    if (strlen(node->text) != HASH_DIGITS ||
        node->text[strspn(node->text, "0123456789abcdef")] != '\0') {
        excerpt(seen, node->text);
        reader_fail(r, index, node->at, "expected 16 hexadecimal digits, found \"%s\"", seen);
        return false;
    }
    *hash = strtoull(node->text, NULL, 16);
    return true;
}

/* {file: FILE} or {file: FILE, hash: HASH}. */
static void store_map(struct reader *r, size_t index, const struct doc_node *map)
{
    const struct doc_node *path = NULL;
    const struct doc_node *hash = NULL;
    uint64_t value = 0;

    for (const struct doc_node *v = map->child; v != NULL; v = v->next) {
        const struct doc_node **part = strcmp(v->key->text, "file") == 0   ? &path
                                       : strcmp(v->key->text, "hash") == 0 ? &hash
                                                                           : NULL;

        if (part == NULL || *part != NULL) {
            reader_fail(r, index, v->key->at, "expected {file: FILE} or {file: FILE, hash: HASH}");
            return;
        }
        *part = v;
    }
    if (path == NULL) {
        reader_fail(r, index, map->at, "expected {file: FILE} or {file: FILE, hash: HASH}");
    } else if (hash == NULL || read_hash(r, index, hash, &value)) {
        store_path(r, index, path, hash != NULL ? &value : NULL);
    }
}

void reader_store_file(struct reader *r, size_t index, const struct doc_node *node)
{
    const struct scenario_key *key = &scenario_keys[index];
    struct scenario_file file = {.word = NULL};
    struct scenario_file *field = key_field(r->s, key);

    if (node->kind == DOC_MAP) {
        store_map(r, index, node);
    } else if (node->kind == DOC_SCALAR && *node->text != '\0' && is_word(key, node->text)) {
        if (reader_check_path(r, index, node, "a name")) {
            reader_copy_text(r, &file.word, node->text);
            replace(field, &file);
        }
    } else {
        store_path(r, index, node, NULL);
    }
    field->at.overridden = r->overriding;
    field->at.line = node->at.line;
    field->at.column = node->at.column;
}
