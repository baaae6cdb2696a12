/* `base: FILE`: the scenarios that a scenario starts from. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "scenarios/language/scenario_read.h"

enum { BASE_BYTES_MAX = 1 << 20 };

/* Relative paths start at the folder of the file that names them. NULL without memory. */
static char *join(const char *folder, const char *path)
{
    const size_t size = strlen(folder) + strlen(path) + 1;
    char *joined = malloc(size);

    if (joined != NULL) {
        snprintf(joined, size, "%s%s", path[0] == '/' ? "" : folder, path);
    }
    return joined;
}

/* "./a/../b.yaml" and "b.yaml" are one file; where it cannot be told, the text decides. */
static bool is_same_file(const char *a, const char *b)
{
    struct stat of_a;
    struct stat of_b;

    if (stat(a, &of_a) != 0 || stat(b, &of_b) != 0) {
        return strcmp(a, b) == 0;
    }
    return of_a.st_dev == of_b.st_dev && of_a.st_ino == of_b.st_ino;
}

static bool goes_in_a_circle(const struct scenario *s, const char *path)
{
    bool circle = is_same_file(s->path, path);

    for (uint32_t i = 0; i < s->base_count; i++) {
        circle = circle || is_same_file(s->base[i].path, path);
    }
    return circle;
}

/* Adds a base with its bytes. The path, which is resolved, is taken over. */
static enum sim_status add_base(struct scenario_reader_base *b, const struct doc_node *at,
                                char *path)
{
    struct scenario *s = b->s;
    const struct scenario_content *content = NULL;
    struct scenario_file *grown = realloc(s->base, (s->base_count + 1) * sizeof(*grown));
    enum content_problem problem = CONTENT_NOMEM;

    if (grown == NULL) {
        free(path);
        return SIM_ERR_NOMEM;
    }
    s->base = grown;
    grown[s->base_count] = (struct scenario_file){.path = path, .at = at->at};
    struct scenario_file *base = &grown[s->base_count++];
    base->written = strdup(at->text);
    if (base->written != NULL) {
        problem = scenario_content_read(s, b->registry, path, &content);
    }
    if (problem == CONTENT_NOMEM) {
        return SIM_ERR_NOMEM;
    }
    if (problem != CONTENT_OK || content->length > BASE_BYTES_MAX) {
        errors_add(b->errors, at->at, "base", "%s %s", path,
                   problem == CONTENT_NO_FILE       ? "cannot be read"
                   : problem == CONTENT_NOT_REGULAR ? "is no file"
                                                    : "is larger than 1 MiB; this is no scenario");
        return SIM_ERR_INVALID;
    }
    base->bytes = content->bytes;
    base->length = content->length;
    memcpy(base->hash, content->hash, sizeof(base->hash));
    return SIM_OK;
}

static enum sim_status read_base(struct scenario_reader_base *b, const struct doc_node *at,
                                 char *path, struct doc_node **next)
{
    enum sim_status status = add_base(b, at, path);

    if (status != SIM_OK) {
        return status;
    }
    const struct scenario_file *base = &b->s->base[b->s->base_count - 1];
    return doc_parse(next, (struct place){base->path, 1, 1}, base->bytes, base->length, b->errors);
}

/* The next base, if the document at root names one. */
static enum sim_status next_base(struct scenario_reader_base *b, const struct doc_node *root,
                                 const char *folder, struct doc_node **next)
{
    const struct doc_node *at = doc_find(root, "base");

    *next = NULL;
    if (at == NULL) {
        return SIM_OK;
    }
    if (at->kind != DOC_SCALAR || at->tagged || *at->text == '\0') {
        errors_add(b->errors, at->at, "base", "expected the path of a scenario");
        return SIM_ERR_INVALID;
    }
    char *path = join(folder, at->text);
    if (path == NULL) {
        return SIM_ERR_NOMEM;
    }
    if (b->s->base_count == BASES_MAX) {
        errors_add(b->errors, at->at, "base", "nested more than %d deep, at %s", (int)BASES_MAX,
                   path);
    } else if (goes_in_a_circle(b->s, path)) {
        errors_add(b->errors, at->at, "base", "%s starts from itself", path);
    } else {
        return read_base(b, at, path, next);
    }
    free(path);
    return SIM_ERR_INVALID;
}

char *scenario_folder(const char *path)
{
    const char *slash = strrchr(path, '/');

    return strndup(path, slash != NULL ? (size_t)(slash - path) + 1 : 0);
}

enum sim_status scenario_read_bases(struct scenario_reader_base *b, const struct doc_node *root)
{
    enum sim_status status = SIM_OK;
    const struct doc_node *here = root;
    const char *path = b->s->path;

    while (here != NULL && status == SIM_OK) {
        char *folder = scenario_folder(path);
        struct doc_node *next = NULL;

        status = folder != NULL ? next_base(b, here, folder, &next) : SIM_ERR_NOMEM;
        free(folder);
        if (status == SIM_OK && next != NULL) {
            path = b->s->base[b->s->base_count - 1].path;
            b->doc[b->s->base_count - 1] = next;
        }
        here = next;
    }
    return status;
}
