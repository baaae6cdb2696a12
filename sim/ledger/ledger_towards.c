/*
 * The rows between two scenarios: each mechanism in which the other one departs, alone; all of
 * them; and all but each.
 */
#include <stdlib.h>
#include <string.h>

#include "scenarios/language/scenario_keys.h"
#include "sim/engine/text_memory.h"
#include "sim/ledger/ledger_rows.h"
#include "sim/study/load.h"
#include "sim/terminal/exit.h"
#include "sim/terminal/message.h"

/* Keys of one mechanism, as the other scenario has them. */
struct part {
    const char *name, *why;
    char *set[LEDGER_SETS_MAX + 1];
};

struct parts {
    struct part item[LEDGER_SETS_MAX];
    size_t count, sets;
};

static void parts_deinit(struct parts *p)
{
    for (size_t i = 0; i < p->count; i++) {
        for (size_t k = 0; p->item[i].set[k] != NULL; k++) {
            free(p->item[i].set[k]);
        }
    }
}

/* ---- where they differ ---- */

static char *value_of(const struct scenario *s, const struct scenario_key *key)
{
    struct text_memory m;
    FILE *to = text_memory_open(&m);
    const bool printed = to != NULL && key_print_value(s, s->variant[0].config, key, to);
    char *text = text_memory_close(&m, to);
    if (!printed) {
        free(text);
        return NULL;
    }
    return text;
}

/* A key of no mechanism is one of its own. */
static struct part *part_of(struct parts *p, const struct model *m, const struct scenario_key *key)
{
    const char *name = key->path;
    const char *why = key->meaning;
    for (size_t i = 0; i < m->mechanisms; i++) {
        for (size_t k = 0; m->mechanism[i].key[k] != NULL; k++) {
            if (strcmp(m->mechanism[i].key[k], key->path) == 0) {
                name = m->mechanism[i].name;
                why = m->mechanism[i].why;
            }
        }
    }
    size_t i = 0;
    while (i < p->count && strcmp(p->item[i].name, name) != 0) {
        i++;
    }
    if (i == p->count) {
        p->item[p->count++] = (struct part){.name = name, .why = why};
    }
    return &p->item[i];
}

static enum sim_status note_key(struct parts *p, const struct model *m,
                                const struct scenario_key *key, const char *value)
{
    if (p->sets == LEDGER_SETS_MAX) {
        return SIM_ERR_FULL;
    }
    struct part *part = part_of(p, m, key);
    char *set = ledger_make_set(key->path, value);
    if (set == NULL) {
        return SIM_ERR_NOMEM;
    }
    size_t last = 0;
    while (part->set[last] != NULL) {
        last++;
    }
    part->set[last] = set;
    p->sets++;
    return SIM_OK;
}

static enum sim_status find_parts(struct parts *p, const struct ledger *l,
                                  const struct scenario *other)
{
    const struct scenario_schema *schema = &l->model->schema;
    enum sim_status status = SIM_OK;
    for (size_t i = key_head_count(); i < key_count(schema) && status == SIM_OK; i++) {
        const struct scenario_key *key = key_at(schema, i);
        if (key_field_const(other, other->variant[0].config, key) == NULL) {
            continue;
        }
        char *here = value_of(&l->scenario, key);
        char *there = value_of(other, key);
        if (here == NULL || there == NULL) {
            status = SIM_ERR_NOMEM;
        } else if (strcmp(here, there) != 0) {
            status = note_key(p, l->model, key, there);
        }
        free(here);
        free(there);
    }
    return status;
}

/* ---- rows ---- */

static bool add_sets(struct ledger_row *row, const struct part *part)
{
    size_t last = 0;
    while (row->set[last] != NULL) {
        last++;
    }
    for (size_t k = 0; part->set[k] != NULL; k++) {
        row->set[last] = strdup(part->set[k]);
        if (row->set[last++] == NULL) {
            return false;
        }
    }
    return true;
}

/* The parts from first to end but one of them; but: p->count for none. */
static int add_row(struct ledger *l, const struct parts *p, size_t first, size_t end, size_t but,
                   const char *words, const char *name)
{
    struct ledger_row row = {.why = but < p->count     ? p->item[but].why
                                    : first + 1 == end ? p->item[first].why
                                                       : "all in which the other scenario departs"};
    const size_t bytes = strlen(words) + strlen(name) + 1;
    row.own_name = malloc(bytes);
    bool made = row.own_name != NULL;
    if (made) {
        (void)snprintf(row.own_name, bytes, "%s%s", words, name);
        row.name = row.own_name;
    }
    for (size_t i = first; i < end && made; i++) {
        made = i == but || add_sets(&row, &p->item[i]);
    }
    if (!made) {
        ledger_row_deinit(&row);
        message_error("%s", sim_status_text(SIM_ERR_NOMEM));
        return EXIT_INTERNAL;
    }
    return ledger_add_row(l, &row);
}

static int add_rows(struct ledger *l, const struct parts *p)
{
    int code = EXIT_OK;
    for (size_t i = 0; i < p->count && code == EXIT_OK; i++) {
        code = add_row(l, p, i, i + 1, p->count, "", p->item[i].name);
    }
    if (code == EXIT_OK && p->count > 1) {
        code = add_row(l, p, 0, p->count, p->count, "all together", "");
    }
    for (size_t i = 0; i < p->count && p->count > 2 && code == EXIT_OK; i++) {
        code = add_row(l, p, 0, p->count, i, "all but ", p->item[i].name);
    }
    return code;
}

/* ---- both scenarios ---- */

static bool are_of_a_kind(const struct scenario *a, const struct scenario *b)
{
    bool alike = a->schema == b->schema && a->variant_count == b->variant_count;
    for (uint32_t v = 0; alike && v < a->variant_count; v++) {
        alike = strcmp(a->variant[v].name, b->variant[v].name) == 0;
    }
    return alike && a->duration_ns == b->duration_ns;
}

static int list_rows(struct ledger *l, const struct scenario *other)
{
    const char *path = l->request->towards;
    if (!are_of_a_kind(&l->scenario, other)) {
        message_error("%s: model, variants and duration are not those of %s", path,
                      l->request->path);
        return EXIT_BAD_DATA;
    }
    struct parts parts = {.count = 0};
    const enum sim_status status = find_parts(&parts, l, other);
    int code = EXIT_OK;
    if (status == SIM_ERR_FULL) {
        message_error("%s: differs from %s in more than %d keys", path, l->request->path,
                      LEDGER_SETS_MAX);
        code = EXIT_BAD_DATA;
    } else if (status != SIM_OK) {
        message_error("%s", sim_status_text(status));
        code = EXIT_INTERNAL;
    } else if (parts.count == 0) {
        message_error("%s: means the same as %s", path, l->request->path);
        code = EXIT_BAD_DATA;
    } else {
        code = add_rows(l, &parts);
    }
    parts_deinit(&parts);
    return code;
}

int ledger_list_towards(struct ledger *l)
{
    struct scenario other;
    const int code = ledger_load_with(l, l->request->towards, &other);
    if (code != EXIT_OK) {
        return code;
    }
    const int listed = list_rows(l, &other);
    scenario_deinit(&other);
    return listed;
}
