/* The variants: names and settings, each made a config of its own. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "scenarios/language/excerpt.h"
#include "scenarios/language/scenario_read.h"
#include "sim/engine/text.h"
#include "sim/engine/text_memory.h"

/* A variant as it is written. */
struct spec {
    const char *name;
    struct place at;
    const struct doc_node *settings;      /* a map, or NULL: none of its own */
    const struct scenario_preset *preset; /* the model's word of that name, or NULL */
    bool is_open;                         /* being applied: who comes here again goes in a circle */
};

struct specs {
    struct reader *r;
    size_t key; /* the index of "variants" */
    struct spec *item;
    size_t count;
};

static const struct scenario_preset *find_preset(const struct reader *r, const char *name)
{
    for (size_t i = 0; i < r->schema->preset_count; i++) {
        if (strcmp(r->schema->preset[i].name, name) == 0) {
            return &r->schema->preset[i];
        }
    }
    return NULL;
}

static struct spec *find_spec(const struct specs *specs, const char *name)
{
    for (size_t i = 0; i < specs->count; i++) {
        if (strcmp(specs->item[i].name, name) == 0) {
            return &specs->item[i];
        }
    }
    return NULL;
}

/* The model's word or the user's name that is nearest to what was written; or "". */
static const char *nearest_name(const struct specs *specs, const char *written)
{
    const char *best = "";
    size_t shortest = SIZE_MAX;
    size_t distance;

    for (size_t i = 0; i < specs->r->schema->preset_count + specs->count; i++) {
        const size_t presets = specs->r->schema->preset_count;
        const char *name =
            i < presets ? specs->r->schema->preset[i].name : specs->item[i - presets].name;

        if (text_is_near(written, name, &distance) && distance > 0 && distance < shortest) {
            shortest = distance;
            best = name;
        }
    }
    return best;
}

/* ---- what is written ---- */

/* Names stand in tables, on command lines and in file names. */
static bool is_name(const char *name)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "-_+.";

    return strlen(name) <= VARIANT_NAME_MAX && *name != '\0' && strchr("-+.", *name) == NULL &&
           name[strspn(name, plain)] == '\0';
}

/* There is room for as many as are written. */
static void add_spec(struct specs *specs, const struct doc_node *name,
                     const struct doc_node *settings)
{
    if (find_spec(specs, name->text) != NULL) {
        reader_fail(specs->r, specs->key, name->at, "\"%s\" is listed twice", name->text);
        return;
    }
    specs->item[specs->count++] = (struct spec){
        .name = name->text,
        .at = name->at,
        .settings = settings,
        .preset = find_preset(specs->r, name->text),
    };
}

/* "nimble or monolithic": what a word may be. */
static void list_presets(const struct reader *r, char out[QUANTITY_MESSAGE_MAX])
{
    size_t used = 0;

    out[0] = '\0';
    for (size_t i = 0; i < r->schema->preset_count && used < QUANTITY_MESSAGE_MAX; i++) {
        const char *glue = i == 0 ? "" : i + 1 == r->schema->preset_count ? " or " : ", ";
        used += (size_t)snprintf(out + used, QUANTITY_MESSAGE_MAX - used, "%s%s", glue,
                                 r->schema->preset[i].name);
    }
    if (r->schema->preset_count == 0) {
        snprintf(out, QUANTITY_MESSAGE_MAX, "a map {NAME: {KEY: VALUE}}: %s has no words for it",
                 r->schema->name);
    }
}

static void add_word(struct specs *specs, const struct doc_node *word)
{
    char words[QUANTITY_MESSAGE_MAX];
    char seen[EXCERPT_MAX];

    list_presets(specs->r, words);
    if (!reader_is_text(specs->r, specs->key, word, words)) {
        return;
    }
    if (find_preset(specs->r, word->text) == NULL) {
        excerpt(seen, word->text);
        reader_fail_near(specs->r, specs->key, word->at, nearest_name(specs, word->text),
                         "expected %s, found \"%s\"", words, seen);
        return;
    }
    add_spec(specs, word, NULL);
}

static void add_entry(struct specs *specs, const struct doc_node *value)
{
    const struct doc_node *key = value->key;
    char seen[EXCERPT_MAX];

    if (strncmp(key->text, "x-", 2) == 0) {
        return;
    }
    excerpt(seen, key->text);
    if (!is_name(key->text)) {
        reader_fail(specs->r, specs->key, key->at,
                    "\"%s\" is no name: letters, digits, - _ + and . alone, at most %d", seen,
                    (int)VARIANT_NAME_MAX);
        return;
    }
    bool empty = value->kind == DOC_SCALAR && *value->text == '\0';
    if (value->kind != DOC_MAP && !empty) {
        reader_fail(specs->r, specs->key, value->at,
                    "expected the settings of %s as a map, such as {%s}", seen,
                    specs->r->schema->key_count > 0 ? specs->r->schema->key[0].path : "KEY: VALUE");
        return;
    }
    add_spec(specs, key, empty ? NULL : value);
}

static size_t count_children(const struct doc_node *node)
{
    size_t count = 0;

    for (const struct doc_node *v = node->child; v != NULL; v = v->next) {
        count++;
    }
    return count;
}

static void read_specs(struct specs *specs, const struct doc_node *node)
{
    const size_t count = count_children(node);

    if (node->kind != DOC_LIST && node->kind != DOC_MAP) {
        add_word(specs, node);
    } else if (count == 0) {
        reader_fail(specs->r, specs->key, node->at, "the %s is empty; name at least one variant",
                    node->kind == DOC_LIST ? "list" : "map");
    } else if (count > VARIANTS_MAX) {
        reader_fail(specs->r, specs->key, node->at, "more than %d variants", (int)VARIANTS_MAX);
    } else {
        for (const struct doc_node *v = node->child; v != NULL; v = v->next) {
            (node->kind == DOC_MAP ? add_entry : add_word)(specs, v);
        }
    }
}

/* ---- what it sets ---- */

static void apply_preset(struct reader *r, const struct scenario_preset *preset, struct place at)
{
    for (const struct scenario_setting *s = preset->setting; s != NULL && s->path != NULL; s++) {
        reader_read_setting(r, s->path, s->value, at);
    }
}

static const struct doc_node *find_like(const struct spec *spec)
{
    const struct doc_node *v = spec->settings != NULL ? spec->settings->child : NULL;

    while (v != NULL && (v->key->kind != DOC_SCALAR || strcmp(v->key->text, "like") != 0)) {
        v = v->next;
    }
    return v;
}

static void apply(struct specs *specs, struct spec *spec, unsigned depth);

static void apply_like(struct specs *specs, const struct spec *spec, const struct doc_node *like,
                       unsigned depth)
{
    enum { DEPTH_MAX = 64 };
    struct reader *r = specs->r;
    struct spec *other;
    char seen[EXCERPT_MAX];

    ASSERT(spec != NULL);
    if (!reader_is_text(r, specs->key, like, "the name of a variant")) {
        return;
    }
    excerpt(seen, like->text);
    other = find_spec(specs, like->text);
    if (other == spec && spec->preset != NULL) {
        apply_preset(r, spec->preset, like->at);
    } else if (other != NULL && (other->is_open || depth == DEPTH_MAX)) {
        reader_fail(r, specs->key, like->at, "%s is like %s, which goes in a circle", spec->name,
                    seen);
    } else if (other != NULL) {
        apply(specs, other, depth + 1);
    } else if (find_preset(r, like->text) != NULL) {
        apply_preset(r, find_preset(r, like->text), like->at);
    } else {
        reader_fail_near(r, specs->key, like->at, nearest_name(specs, like->text),
                         "no variant is called \"%s\"", seen);
    }
}

/* Settings into r->config: what it starts from, then its own. As deep as `like` goes. */
static void apply(struct specs *specs, struct spec *spec, unsigned depth)
{
    const struct doc_node *like = find_like(spec);

    spec->is_open = true;
    if (like != NULL) {
        apply_like(specs, spec, like, depth);
    } else if (spec->preset != NULL) {
        apply_preset(specs->r, spec->preset, spec->at);
    }
    if (spec->settings != NULL) {
        reader_read_settings(specs->r, spec->settings);
    }
    spec->is_open = false;
}

static bool preset_sets(const struct scenario_preset *preset, const char *path)
{
    const struct scenario_setting *s = preset != NULL ? preset->setting : NULL;

    while (s != NULL && s->path != NULL && strcmp(s->path, path) != 0) {
        s++;
    }
    return s != NULL && s->path != NULL;
}

/*
 * Which keys the variant sets, and to what. A variant that is called as a word of the model, but is
 * like another, has the word's keys too: as it prints, it starts from the word.
 */
static bool note_settings(struct specs *specs, const struct spec *spec, struct scenario_variant *v)
{
    struct reader *r = specs->r;
    struct text_memory text;
    FILE *memory = text_memory_open(&text);
    bool printed = memory != NULL;
    const char *glue = "";

    v->sets = calloc(r->schema->key_count + 1, sizeof(*v->sets));
    for (size_t i = 0; printed && v->sets != NULL && i < r->schema->key_count; i++) {
        const struct scenario_key *key = &r->schema->key[i];
        const struct reader_key *state = &r->key[key_head_count() + i];

        v->sets[i] = state->layer == LAYER_VARIANT || state->layer == LAYER_PRESET ||
                     preset_sets(spec->preset, key->path);
        if (v->sets[i]) {
            r->key[key_head_count() + i].variants++;
            fprintf(memory, "%s%s: ", glue, key->path);
            printed = key_print_value(r->s, v->config, key, memory);
            glue = ", ";
        }
    }
    v->set = text_memory_close(&text, memory);
    return printed && v->set != NULL && v->sets != NULL;
}

static void make_variant(struct specs *specs, struct spec *spec, struct scenario_variant *v)
{
    struct reader *r = specs->r;
    const size_t count = key_count(r->schema);
    struct reader_key *before = malloc(count * sizeof(*before));

    v->name = strdup(spec->name);
    v->config = config_copy(r->schema, r->s->config);
    if (v->name == NULL || v->config == NULL || before == NULL) {
        free(before);
        r->nomem = true;
        return;
    }
    memcpy(before, r->key, count * sizeof(*before));
    r->config = v->config;
    apply(specs, spec, 0);
    /* What is wrong with "variants" itself stays known. */
    before[specs->key].state = r->key[specs->key].state;
    if (!r->nomem) {
        scenario_check_config(r);
        for (size_t i = 0; i < count; i++) {
            r->key[i].variants = before[i].variants;
        }
        r->nomem = !note_settings(specs, spec, v);
        for (size_t i = 0; i < count; i++) {
            before[i].variants = r->key[i].variants;
        }
    }
    memcpy(r->key, before, count * sizeof(*before));
    free(before);
    r->config = r->s->config;
}

static void choose_baseline(struct reader *r)
{
    const size_t index = key_find(r->schema, "baseline");
    char seen[EXCERPT_MAX];

    r->s->baseline = 0;
    if (r->baseline == NULL || !reader_is_text(r, index, r->baseline, "the name of a variant")) {
        return;
    }
    r->s->baseline = scenario_variant_find(r->s, r->baseline->text);
    if (r->s->baseline == r->s->variant_count) {
        const char *name[VARIANTS_MAX];

        for (uint32_t i = 0; i < r->s->variant_count; i++) {
            name[i] = r->s->variant[i].name;
        }
        excerpt(seen, r->baseline->text);
        reader_fail_near(r, index, r->baseline->at,
                         text_nearest(r->baseline->text, name, r->s->variant_count),
                         "no variant is called \"%s\"", seen);
    }
}

/* Relative paths start where "variants" is written. NULL: here, or no memory. */
static char *folder_of_variants(struct reader *r)
{
    const char *file = r->variants != NULL ? r->variants->at.file : "--set";
    char *folder = NULL;

    if (strcmp(file, "--set") != 0) {
        folder = scenario_folder(file);
        r->nomem = r->nomem || folder == NULL;
    }
    return folder;
}

static void make_variants(struct specs *specs)
{
    struct reader *r = specs->r;
    char *folder = folder_of_variants(r);

    r->folder = folder;
    r->s->variant = calloc(specs->count, sizeof(*r->s->variant));
    r->nomem = r->nomem || r->s->variant == NULL;
    for (size_t i = 0; i < specs->count && !r->nomem; i++) {
        r->s->variant_count = (uint32_t)i + 1;
        make_variant(specs, &specs->item[i], &r->s->variant[i]);
    }
    r->folder = NULL;
    free(folder);
}

void reader_make_variants(struct reader *r)
{
    struct doc_node alone = {.text = (char *)(uintptr_t)r->schema->name, .at = {"(default)", 0, 1}};
    struct specs specs = {.r = r, .key = key_find(r->schema, "variants")};
    bool sound = r->key[specs.key].state != KEY_BAD;
    size_t most = sound && r->variants != NULL ? count_children(r->variants) : 0;

    struct spec *item = calloc(most + 1, sizeof(*item));
    if (item == NULL) {
        r->nomem = true;
        return;
    }
    specs.item = item;
    if (r->variants != NULL && sound) {
        read_specs(&specs, r->variants);
    } else if (sound) {
        add_spec(&specs, &alone, NULL);
    }
    if (specs.count == 0) {
        scenario_check_config(r); /* what else is wrong is told in the same go */
    } else {
        make_variants(&specs);
    }
    if (specs.count > 0 && !r->nomem && r->key[specs.key].state != KEY_BAD) {
        choose_baseline(r);
    }
    free(item);
}

/* ---- what --set reaches ---- */

/* False without memory. */
SIM_PRINTF(2, 3)
static bool add_note(struct scenario *s, const char *format, ...)
{
    char line[512];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(line, sizeof(line), format, arguments);
    va_end(arguments);
    if (s->notes == NULL && (s->notes = calloc(1, sizeof(*s->notes))) == NULL) {
        return false;
    }
    char **grown = realloc(s->notes->line, (s->notes->count + 1) * sizeof(*grown));
    if (grown == NULL) {
        return false;
    }
    s->notes->line = grown;
    grown[s->notes->count] = strdup(line);
    return grown[s->notes->count++] != NULL;
}

/* "lru and big", as far as there is room. */
static void list_setters(const struct scenario *s, size_t key, uint32_t count,
                         char out[QUANTITY_MESSAGE_MAX])
{
    uint32_t seen = 0;
    size_t used = 0;

    out[0] = '\0';
    for (uint32_t i = 0; i < s->variant_count && used < QUANTITY_MESSAGE_MAX; i++) {
        if (s->variant[i].sets[key]) {
            seen++;
            used += (size_t)snprintf(out + used, QUANTITY_MESSAGE_MAX - used, "%s%s",
                                     seen == 1       ? ""
                                     : seen == count ? " and "
                                                     : ", ",
                                     s->variant[i].name);
        }
    }
}

void reader_check_overrides(struct reader *r)
{
    char names[QUANTITY_MESSAGE_MAX];

    for (size_t i = key_head_count(); i < key_count(r->schema) && !r->nomem; i++) {
        const struct reader_key *key = &r->key[i];
        const char *path = key_at(r->schema, i)->path;

        if (key->override.line == 0 || key->variants == 0) {
            continue;
        }
        list_setters(r->s, i - key_head_count(), key->variants, names);
        if (key->variants == r->s->variant_count) {
            reader_fail(r, i, key->override, "reaches no variant: %s %s", names,
                        key->variants == 1 ? "sets it" : "all set it");
        } else {
            r->nomem = !add_note(r->s, "--set %s does not reach %s, which set%s it", path, names,
                                 key->variants == 1 ? "s" : "");
        }
    }
}
