/* A model's config as memory. */
#include "scenarios/language/scenario_config.h"

#include <stdlib.h>
#include <string.h>

size_t key_value_bytes(enum key_kind kind)
{
    switch (kind) {
    case KEY_TIME:
    case KEY_SIZE:
    case KEY_RATE:
        return sizeof(int64_t);
    case KEY_LENGTH:
    case KEY_SPEED:
    case KEY_POWER:
    case KEY_BIT_ENERGY:
    case KEY_PROBABILITY:
    case KEY_SHARE:
    case KEY_NUMBER:
        return sizeof(double);
    case KEY_COUNT:
        return sizeof(uint32_t);
    case KEY_COUNT64:
        return sizeof(uint64_t);
    case KEY_BOOL:
        return sizeof(bool);
    case KEY_CHOICE:
        return sizeof(unsigned);
    case KEY_POLICY:
    case KEY_TEXT:
        return sizeof(char *);
    case KEY_FILE:
        return sizeof(struct scenario_file);
    case KEY_TIME_DIST:
    case KEY_SIZE_DIST:
    case KEY_COUNT_DIST:
        return sizeof(struct dist);
    case KEY_FORMAT:
    case KEY_MODEL:
    case KEY_BASE:
    case KEY_VARIANTS:
    case KEY_BASELINE:
        break;
    }
    return 0;
}

void *key_field(struct scenario *s, void *config, const struct scenario_key *key)
{
    if (key_value_bytes(key->kind) == 0) {
        return NULL;
    }
    return (char *)(key_is_head(key) ? (void *)s : config) + key->offset;
}

const void *key_field_const(const struct scenario *s, const void *config,
                            const struct scenario_key *key)
{
    if (key_value_bytes(key->kind) == 0) {
        return NULL;
    }
    return (const char *)(key_is_head(key) ? (const void *)s : config) + key->offset;
}

uint32_t key_values(const struct scenario_key *key, const void *field)
{
    return key->many == KEY_ONE ? 1 : ((const struct scenario_list *)field)->count;
}

const void *key_value(const struct scenario_key *key, const void *field, uint32_t index)
{
    const struct scenario_list *list = field;

    ASSERT(index < key_values(key, field));
    return key->many == KEY_ONE ? field
                                : (const char *)list->item + index * key_value_bytes(key->kind);
}

static bool copy_text(char **to, const char *from)
{
    *to = from != NULL ? strdup(from) : NULL;
    return *to != NULL || from == NULL;
}

static bool copy_file(struct scenario_file *to, const struct scenario_file *from)
{
    *to = *from;
    bool word = copy_text(&to->word, from->word);
    bool path = copy_text(&to->path, from->path);
    bool written = copy_text(&to->written, from->written);
    return word && path && written;
}

bool config_copy_value(enum key_kind kind, void *to, const void *from)
{
    if (kind == KEY_POLICY || kind == KEY_TEXT) {
        return copy_text(to, *(char *const *)from);
    }
    if (kind == KEY_FILE) {
        return copy_file(to, from);
    }
    memcpy(to, from, key_value_bytes(kind));
    return true;
}

void config_clear_value(enum key_kind kind, void *value)
{
    if (kind == KEY_POLICY || kind == KEY_TEXT) {
        free(*(char **)value);
    } else if (kind == KEY_FILE) {
        struct scenario_file *file = value;

        free(file->word);
        free(file->path);
        free(file->written);
    }
    memset(value, 0, key_value_bytes(kind));
}

void config_clear_field(const struct scenario_key *key, void *field)
{
    struct scenario_list *list = field;

    if (key->many == KEY_ONE) {
        config_clear_value(key->kind, field);
        return;
    }
    for (uint32_t i = 0; i < list->count; i++) {
        config_clear_value(key->kind, (char *)list->item + i * key_value_bytes(key->kind));
    }
    free(list->item);
    *list = (struct scenario_list){0};
}

static bool copy_list(const struct scenario_key *key, struct scenario_list *to,
                      const struct scenario_list *from)
{
    const size_t bytes = key_value_bytes(key->kind);
    bool copied = true;

    ASSERT(bytes > 0);
    *to = (struct scenario_list){.item = calloc((size_t)from->count + 1, bytes)};
    if (to->item == NULL) {
        return false;
    }
    to->count = from->count;
    to->every = from->every;
    for (uint32_t i = 0; i < from->count; i++) {
        copied = config_copy_value(key->kind, (char *)to->item + i * bytes,
                                   (const char *)from->item + i * bytes) &&
                 copied;
    }
    return copied;
}

void *config_create(const struct scenario_schema *schema)
{
    return calloc(1, schema->config_bytes);
}

void *config_copy(const struct scenario_schema *schema, const void *config)
{
    char *copy = config_create(schema);
    bool copied = true;

    if (copy == NULL) {
        return NULL;
    }
    memcpy(copy, config, schema->config_bytes);
    /* All fields, so that after a failure none is left that belongs to the other config. */
    for (size_t i = 0; i < schema->key_count; i++) {
        const struct scenario_key *key = &schema->key[i];
        const void *from = (const char *)config + key->offset;
        void *to = copy + key->offset;

        copied = (key->many == KEY_ONE ? config_copy_value(key->kind, to, from)
                                       : copy_list(key, to, from)) &&
                 copied;
    }
    if (!copied) {
        config_destroy(schema, copy);
        return NULL;
    }
    return copy;
}

void config_destroy(const struct scenario_schema *schema, void *config)
{
    for (size_t i = 0; config != NULL && i < schema->key_count; i++) {
        config_clear_field(&schema->key[i], (char *)config + schema->key[i].offset);
    }
    free(config);
}
