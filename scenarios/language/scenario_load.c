/* Where a scenario's text is from: a file, memory, the command line. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "scenarios/language/excerpt.h"
#include "scenarios/language/scenario_read.h"

enum { SCENARIO_BYTES_MAX = 1 << 20 };

/* ---- the end ---- */

static void free_contents(struct scenario_content *content)
{
    while (content != NULL) {
        struct scenario_content *next = content->next;

        free(content->path);
        free(content->bytes);
        free(content);
        content = next;
    }
}

static void free_notes(struct scenario_notes *notes)
{
    for (size_t i = 0; notes != NULL && i < notes->count; i++) {
        free(notes->line[i]);
    }
    free(notes != NULL ? notes->line : NULL);
    free(notes);
}

void scenario_deinit(struct scenario *s)
{
    for (uint32_t i = 0; i < s->variant_count; i++) {
        free(s->variant[i].name);
        free(s->variant[i].set);
        free(s->variant[i].sets);
        config_destroy(s->schema, s->variant[i].config);
    }
    for (uint32_t i = 0; i < s->base_count; i++) {
        config_clear_value(KEY_FILE, &s->base[i]);
    }
    if (s->schema != NULL) {
        config_destroy(s->schema, s->config);
    }
    free(s->variant);
    free(s->base);
    free(s->place);
    free(s->name);
    free(s->precision.of);
    free(s->path);
    free(s->text);
    free_notes(s->notes);
    free_contents(s->contents);
    *s = (struct scenario){0};
}

/* ---- overrides ---- */

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

/* An override as a document; NULL with SIM_OK where it is none, which is reported. */
static enum sim_status parse_override(struct doc_node **root, const char *text, uint32_t number,
                                      struct scenario_errors *errors)
{
    struct place at = {"--set", number, 1};
    const char *equals = strchr(text, '=');
    size_t length = equals != NULL ? (size_t)(equals - text) : 0;
    struct place value_at = {"--set", number, (uint32_t)length + 2};
    enum sim_status status;
    char seen[EXCERPT_MAX];

    *root = NULL;
    if (equals == NULL || !is_path(text, length)) {
        excerpt(seen, text);
        errors_add(errors, at, NULL, "expected key.path=value, found \"%s\"", seen);
        return SIM_OK;
    }
    if (equals[1 + strspn(equals + 1, " ")] == '\0') {
        errors_add(errors, value_at, NULL, "no value behind the =");
        return SIM_OK;
    }
    status = doc_parse(root, value_at, equals + 1, strlen(equals + 1), errors);
    if (status == SIM_ERR_INVALID) {
        return SIM_OK; /* reported; the overrides behind it are looked at all the same */
    }
    *root = wrap(status == SIM_OK ? *root : NULL, text, length, at);
    return *root != NULL ? SIM_OK : SIM_ERR_NOMEM;
}

/* ---- a load ---- */

/* The documents that a scenario is made of, in the order in which they are read. */
struct sources {
    struct scenario *s;
    struct scenario_errors *errors;
    struct doc_node *base[BASES_MAX]; /* the nearest first: read from the end */
    struct doc_node *file;            /* NULL: none */
    struct doc_node **override;       /* NULL where one could not be read */
    size_t override_count;
};

static void free_sources(struct sources *from)
{
    for (size_t i = 0; i < BASES_MAX; i++) {
        doc_free(from->base[i]);
    }
    for (size_t i = 0; i < from->override_count && from->override != NULL; i++) {
        doc_free(from->override[i]);
    }
    doc_free(from->file);
    free(from->override);
}

static enum sim_status parse_file(struct sources *from)
{
    struct place origin = {errors_place_name(from->s->path), 1, 1};

    if (from->s->text_length > SCENARIO_BYTES_MAX) {
        errors_add(from->errors, origin, NULL, "larger than 1 MiB; this is no scenario");
        return SIM_ERR_INVALID;
    }
    enum sim_status status =
        doc_parse(&from->file, origin, from->s->text, from->s->text_length, from->errors);
    if (status != SIM_OK) {
        return status;
    }
    struct scenario_reader_base bases = {
        .s = from->s, .registry = from->s->registry, .errors = from->errors};
    status = scenario_read_bases(&bases, from->file);
    memcpy(from->base, bases.doc, sizeof(from->base));
    return status;
}

static enum sim_status parse_overrides(struct sources *from,
                                       const struct scenario_override *overrides, size_t count)
{
    enum sim_status status = SIM_OK;

    from->override = calloc(count + 1, sizeof(struct doc_node *));
    if (from->override == NULL) {
        return SIM_ERR_NOMEM;
    }
    from->override_count = count;
    for (size_t i = 0; i < count && status == SIM_OK; i++) {
        status =
            parse_override(&from->override[i], overrides[i].text, (uint32_t)i + 1, from->errors);
    }
    return status;
}

const struct scenario_schema *scenario_schema_find(const struct scenario_registry *registry,
                                                   const char *name)
{
    const struct scenario_schema *const *schema = registry->schema;

    while (*schema != NULL && strcmp((*schema)->name, name) != 0) {
        schema++;
    }
    return *schema;
}

/* "mm1, nimblenet", and the nearest of them. */
static void complain_model(struct sources *from, const struct doc_node *node)
{
    enum { NAMES_MAX = 64 };
    const char *name[NAMES_MAX + 1] = {NULL};
    char list[QUANTITY_MESSAGE_MAX] = "";
    char seen[EXCERPT_MAX];
    size_t used = 0;

    for (size_t i = 0; i < NAMES_MAX && from->s->registry->schema[i] != NULL; i++) {
        name[i] = from->s->registry->schema[i]->name;
        if (used < sizeof(list)) {
            used += (size_t)snprintf(list + used, sizeof(list) - used, "%s%s", i > 0 ? ", " : "",
                                     name[i]);
        }
    }
    excerpt(seen, node->text);
    errors_suggest(from->errors, node->at, "model", reader_nearest(node->text, name),
                   "no model is called \"%s\"; there are: %s", seen, list);
}

/* What the document says of the model, if it does. False if there is none of that name. */
static bool choose_schema(struct sources *from, const struct doc_node *doc)
{
    const struct doc_node *node = doc != NULL ? doc_find(doc, "model") : NULL;

    if (node == NULL) {
        return true;
    }
    const struct scenario_schema *found =
        node->kind == DOC_SCALAR ? scenario_schema_find(from->s->registry, node->text) : NULL;
    if (found == NULL) {
        complain_model(from, node);
        return false;
    }
    from->s->schema = found;
    return true;
}

static bool choose_schemas(struct sources *from)
{
    bool found = true;

    for (size_t i = BASES_MAX; i-- > 0;) {
        found = choose_schema(from, from->base[i]) && found;
    }
    found = choose_schema(from, from->file) && found;
    for (size_t i = 0; i < from->override_count; i++) {
        found = choose_schema(from, from->override[i]) && found;
    }
    return found;
}

static void read_document(struct reader *r, const struct doc_node *root, const char *path)
{
    char *folder = scenario_folder(path);

    if (folder == NULL) {
        r->nomem = true;
        return;
    }
    r->folder = folder;
    reader_read(r, root);
    r->folder = NULL;
    free(folder);
    if (root->kind == DOC_MAP && doc_find(root, "format") == NULL) {
        errors_add(r->errors, (struct place){errors_place_name(path), 1, 1}, "format",
                   "missing; write \"format: %d\"", (int)SCENARIO_FORMAT);
    }
}

/* Where each key's value is from, before variants have their say. */
static void keep_places(struct reader *r)
{
    const size_t count = key_count(r->schema);

    r->s->place = calloc(count, sizeof(*r->s->place));
    r->nomem = r->nomem || r->s->place == NULL;
    for (size_t i = 0; i < count && r->s->place != NULL; i++) {
        if (r->key[i].layer != LAYER_DEFAULT) {
            r->s->place[i] = r->key[i].at;
        }
    }
}

/* Everything that the documents say, into the scenario. */
static void read_sources(struct reader *r, const struct sources *from)
{
    reader_set_defaults(r);
    r->layer = LAYER_FILE;
    for (size_t i = from->s->base_count; i-- > 0 && !r->nomem;) {
        read_document(r, from->base[i], r->s->base[i].path);
    }
    if (from->file != NULL && !r->nomem) {
        read_document(r, from->file, r->s->path);
    }
    for (size_t i = 0; i < from->override_count && !r->nomem; i++) {
        r->layer = LAYER_SET;
        if (from->override[i] != NULL) {
            reader_read(r, from->override[i]);
        }
    }
    if (!r->nomem) {
        keep_places(r);
    }
    if (!r->nomem) {
        scenario_check_head(r);
        reader_make_variants(r);
    }
}

static enum sim_status read_all_into(struct sources *from, size_t errors_before)
{
    struct scenario *s = from->s;
    struct reader r = {
        .s = s, .schema = s->schema, .registry = s->registry, .errors = from->errors};

    r.key = calloc(key_count(s->schema), sizeof(*r.key));
    s->config = config_create(s->schema);
    r.config = s->config;
    r.nomem = r.key == NULL || s->config == NULL;
    if (!r.nomem) {
        read_sources(&r, from);
    }
    if (!r.nomem && from->errors->count == errors_before) {
        reader_check_overrides(&r);
    }
    for (size_t i = 0; i < r.doc_count; i++) {
        doc_free(r.doc[i]);
    }
    free(r.doc);
    free(r.key);
    return r.nomem ? SIM_ERR_NOMEM : from->errors->count > errors_before ? SIM_ERR_INVALID : SIM_OK;
}

/* text NULL: no file, a scenario of defaults and overrides. s has its registry and schema. */
static enum sim_status build(struct scenario *s, const char *name, const char *text, size_t length,
                             const struct scenario_override *overrides, size_t override_count,
                             struct scenario_errors *errors)
{
    struct sources from = {.s = s, .errors = errors};
    const size_t errors_before = errors->count;
    enum sim_status status = SIM_OK;

    s->path = strdup(name);
    s->text = calloc(length + 1, 1);
    if (s->path == NULL || s->text == NULL) {
        status = SIM_ERR_NOMEM;
        goto out;
    }
    if (text != NULL) {
        memcpy(s->text, text, length);
        s->text_length = length;
        status = parse_file(&from);
    }
    if (status == SIM_OK) {
        status = parse_overrides(&from, overrides, override_count);
    }
    if (status == SIM_OK && !choose_schemas(&from)) {
        status = SIM_ERR_INVALID;
    }
    if (status == SIM_OK) {
        status = read_all_into(&from, errors_before);
    }
out:
    free_sources(&from);
    if (status != SIM_OK) {
        scenario_deinit(s);
    }
    return status;
}

enum sim_status scenario_parse(struct scenario *s, const struct scenario_registry *registry,
                               const char *name, const char *text, size_t length,
                               const struct scenario_override *overrides, size_t override_count,
                               struct scenario_errors *errors)
{
    ASSERT(text != NULL && registry->schema[0] != NULL);
    *s = (struct scenario){.registry = registry, .schema = registry->schema[0]};
    return build(s, name, text, length, overrides, override_count, errors);
}

enum sim_status scenario_parse_kept(struct scenario *s, const struct scenario_registry *registry,
                                    const char *name, const char *text,
                                    const struct scenario_kept *kept, size_t kept_count,
                                    struct scenario_errors *errors)
{
    ASSERT(text != NULL && registry->schema[0] != NULL);
    *s = (struct scenario){.registry = registry,
                           .schema = registry->schema[0],
                           .kept = kept,
                           .kept_count = kept_count};
    const enum sim_status status = build(s, name, text, strlen(text), NULL, 0, errors);
    s->kept = NULL; /* the caller's */
    s->kept_count = 0;
    return status;
}

enum sim_status scenario_default(struct scenario *s, const struct scenario_registry *registry,
                                 const struct scenario_schema *schema)
{
    struct scenario_errors errors = {0};

    *s = (struct scenario){.registry = registry, .schema = schema};
    enum sim_status status = build(s, "(default)", NULL, 0, NULL, 0, &errors);
    ASSERT(errors.count == 0);
    return status;
}

struct place scenario_place_of(const struct scenario *s, const char *path)
{
    const size_t index = key_find(s->schema, path);
    const struct place nowhere = {errors_place_name(s->path), 0, 0};

    return index < key_count(s->schema) && s->place[index].line > 0 ? s->place[index] : nowhere;
}

/* ---- files ---- */

/* Reads at most one byte more than a scenario may have; pipes are welcome. */
static enum sim_status read_all(int file, char *text, size_t *length)
{
    *length = 0;
    while (*length <= SCENARIO_BYTES_MAX) {
        ssize_t got = read(file, text + *length, SCENARIO_BYTES_MAX + 1 - *length);

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
    struct place at = {errors_place_name(path), 1, 1};

    if (error == EISDIR) {
        errors_add(errors, at, NULL, "a folder, not a scenario file");
        return SIM_ERR_INVALID;
    }
    errors_add(errors, at, NULL, "cannot be read: %s", strerror(error));
    return error == ENOENT || error == ENOTDIR ? SIM_ERR_NOTFOUND : SIM_ERR_IO;
}

enum sim_status scenario_load(struct scenario *s, const struct scenario_registry *registry,
                              const char *path, const struct scenario_override *overrides,
                              size_t override_count, struct scenario_errors *errors)
{
    const bool standard = strcmp(path, "-") == 0;
    int file = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    char *text = NULL;
    size_t length = 0;
    enum sim_status status;

    if (file < 0) {
        return refuse_file(errors, path, errno);
    }
    text = malloc(SCENARIO_BYTES_MAX + 1);
    if (text == NULL) {
        status = SIM_ERR_NOMEM;
        goto out;
    }
    status = read_all(file, text, &length);
    if (status != SIM_OK) {
        status = refuse_file(errors, path, errno);
        goto out;
    }
    status = scenario_parse(s, registry, path, text, length, overrides, override_count, errors);
out:
    free(text);
    if (!standard) {
        close(file);
    }
    return status;
}

/* ---- what is in a scenario ---- */

uint32_t scenario_variant_find(const struct scenario *s, const char *name)
{
    uint32_t i = 0;

    while (i < s->variant_count && strcmp(s->variant[i].name, name) != 0) {
        i++;
    }
    return i;
}

const void *scenario_field(const struct scenario *s, uint32_t variant, const char *path)
{
    const size_t index = key_find(s->schema, path);

    ASSERT(variant < s->variant_count);
    if (index == key_count(s->schema)) {
        return NULL;
    }
    return key_field_const(s, s->variant[variant].config, key_at(s->schema, index));
}

typedef void file_visitor(void *context, const char *key, const struct scenario_file *file);

/* All files that were read, some more than once: the bases, then those of each variant. */
static void each_file(const struct scenario *s, file_visitor *visit, void *context)
{
    for (uint32_t i = 0; i < s->base_count; i++) {
        visit(context, "base", &s->base[i]);
    }
    for (size_t v = 0; v < s->variant_count; v++) {
        for (size_t k = 0; k < s->schema->key_count; k++) {
            const struct scenario_key *key = &s->schema->key[k];
            const void *field = (const char *)s->variant[v].config + key->offset;

            for (uint32_t i = 0; key->kind == KEY_FILE && i < key_values(key, field); i++) {
                const struct scenario_file *file = key_value(key, field, i);
                if (file->bytes != NULL) {
                    visit(context, key->path, file);
                }
            }
        }
    }
}

struct search {
    const char *path;
    const struct scenario_file *found;
};

static void keep_first(void *context, const char *key, const struct scenario_file *file)
{
    struct search *search = context;

    (void)key;
    if (search->found == NULL && strcmp(file->path, search->path) == 0) {
        search->found = file;
    }
}

struct visit_once {
    const struct scenario *s;
    file_visitor *visit;
    void *context;
};

static void pass_first(void *context, const char *key, const struct scenario_file *file)
{
    const struct visit_once *once = context;
    struct search search = {.path = file->path};

    each_file(once->s, keep_first, &search);
    if (search.found == file) {
        once->visit(once->context, key, file);
    }
}

void scenario_visit_files(const struct scenario *s,
                          void (*visit)(void *context, const char *key,
                                        const struct scenario_file *file),
                          void *context)
{
    struct visit_once once = {.s = s, .visit = visit, .context = context};

    each_file(s, pass_first, &once);
}
