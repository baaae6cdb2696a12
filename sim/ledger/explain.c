#include "sim/ledger/explain.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "scenarios/language/scenario_keys.h"
#include "sim/engine/text_memory.h"
#include "sim/ledger/ledger_file.h"

#define LABEL_WIDTH 11
#define TEXT_WIDTH 84

/* ---- words ---- */

/* A label, and the text beside it, broken between words. */
static void print_labelled(const char *label, const char *text, FILE *to)
{
    (void)fprintf(to, "  %-*s", LABEL_WIDTH, label);
    size_t column = 0;
    while (*text != '\0') {
        const size_t length = strcspn(text, " ");
        if (column > 0 && column + 1 + length > TEXT_WIDTH) {
            (void)fprintf(to, "\n  %-*s", LABEL_WIDTH, "");
            column = 0;
        }
        (void)fprintf(to, "%s%.*s", column > 0 ? " " : "", (int)length, text);
        column += length + (column > 0);
        text += length;
        text += strspn(text, " ");
    }
    (void)fputc('\n', to);
}

static char *takes_text(const struct model *m, const struct scenario_key *key)
{
    struct text_memory text;
    FILE *memory = text_memory_open(&text);
    if (memory != NULL) {
        key_write_takes(&m->schema, key, "", memory);
    }
    return text_memory_close(&text, memory);
}

/* ---- measured effects ---- */

static bool is_same(const struct ledger_line *line)
{
    return strcmp(line->verdict, ledger_verdict_name(LEDGER_SAME)) == 0;
}

static const char *mark_of(const char *verdict)
{
    for (int v = 0; v <= LEDGER_SATURATED; v++) {
        if (strcmp(ledger_verdict_name((enum ledger_verdict)v), verdict) == 0) {
            return ledger_verdict_mark((enum ledger_verdict)v);
        }
    }
    return "";
}

static void print_number(const struct model_headline *style, double value, bool is_signed, FILE *to)
{
    if (isnan(value)) {
        (void)fprintf(to, "%9s", "never");
    } else if (is_signed) {
        (void)fprintf(to, "%+9.*f", style->decimals, value * style->scale);
    } else {
        (void)fprintf(to, "%9.*f", style->decimals, value * style->scale);
    }
}

static void print_effect(const struct model *m, const struct ledger_line *line, FILE *to)
{
    const struct model_headline *style = ledger_style(m, line->figure);
    if (style == NULL) {
        return;
    }
    const char *variant = ledger_variant(line->figure);
    const int width = variant[0] != '\0' ? 13 : 0; /* behind the head, where there are variants */
    (void)fprintf(to, "      %-16s %-*s%-2s", style->head, width, variant, style->unit);
    print_number(style, line->base, false, to);
    (void)fputs(" \u2192", to);
    print_number(style, line->value, false, to);
    if (line->n > 0) {
        print_number(style, line->difference, true, to);
    }
    if (line->n > 1) {
        (void)fprintf(to, " \u00b1 %.*f", style->decimals, line->half_width * style->scale);
    }
    const char *mark = mark_of(line->verdict);
    (void)fprintf(to, "%s%s\n", mark[0] != '\0' ? " " : "", mark);
}

/* The figures of one row that changed; the blocks of the file hold one each. */
static void print_reading(const struct model *m, const struct ledger_line *row, FILE *to)
{
    struct ledger_line line;
    bool changes = false;
    (void)fprintf(to, "\n    %s\n", row->sets);
    for (const char *cursor = m->ledger_tsv; ledger_file_next(&cursor, &line);) {
        if (strcmp(line.sets, row->sets) == 0 && !is_same(&line)) {
            print_effect(m, &line, to);
            changes = true;
        }
    }
    if (!changes) {
        (void)fputs("      changes nothing, to the last bit\n", to);
    }
}

/* Calls take() with each row of the key: those of the file's first block. Returns how many. */
typedef void take_row(const struct model *m, const struct ledger_line *row, void *context);
static size_t each_reading(const struct model *m, const char *path, take_row *take, void *context)
{
    char first[LEDGER_LINE_MAX] = "";
    struct ledger_line line;
    size_t count = 0;
    for (const char *cursor = m->ledger_tsv; ledger_file_next(&cursor, &line);) {
        if (first[0] == '\0') {
            (void)snprintf(first, sizeof first, "%s", line.figure);
        }
        if (strcmp(line.figure, first) == 0 && strcmp(line.key, path) == 0) {
            take(m, &line, context);
            count++;
        }
    }
    return count;
}

static void take_for_text(const struct model *m, const struct ledger_line *row, void *context)
{
    print_reading(m, row, context);
}

static void print_measured(const struct model *m, const struct scenario_key *key, FILE *to)
{
    char scenario[64];
    char replications[32];
    ledger_file_comment(m->ledger_tsv, "scenario", scenario, sizeof scenario);
    ledger_file_comment(m->ledger_tsv, "replications", replications, sizeof replications);
    (void)fprintf(to, "\n  other readings, measured on %s with %s replications\n", scenario,
                  replications);
    if (each_reading(m, key->path, take_for_text, to) == 0) {
        (void)fputs("\n    none yet: run nimblesim ledger\n", to);
    }
    (void)fputs("\n  each figure from the default to the reading, and the paired change with half "
                "its 95 % interval:\n"
                "  ** clear among all of the ledger, * excludes 0, ~ nodes do not keep up\n",
                to);
}

/* Where nothing has been measured, the readings alone. */
static void print_readings(const struct model_reading *open, FILE *to)
{
    for (size_t i = 0; open->value[i].value != NULL; i++) {
        print_labelled(i == 0 ? "or read" : "", open->value[i].value, to);
    }
}

const struct model_reading *explain_reading(const struct model *m, const char *path)
{
    for (size_t i = 0; i < m->readings; i++) {
        if (strcmp(m->reading[i].path, path) == 0) {
            return &m->reading[i];
        }
    }
    return NULL;
}

/* ---- one key ---- */

static bool is_detour(const struct model *m, const char *path)
{
    size_t i = 0;
    while (m->detours != NULL && m->detours[i] != NULL && strcmp(m->detours[i], path) != 0) {
        i++;
    }
    return m->detours != NULL && m->detours[i] != NULL;
}

bool explain_key(const struct model *m, const struct scenario_key *key, FILE *to)
{
    const struct model_reading *open = explain_reading(m, key->path);
    const char *value = key_default(&m->schema, key);
    char *takes = takes_text(m, key);
    if (takes == NULL) {
        return false;
    }
    (void)fprintf(to, "%s\n", key->path);
    print_labelled("means", key->meaning, to);
    print_labelled("takes", takes, to);
    print_labelled("default", value != NULL ? value : "none: must be written", to);
    print_labelled("source", key->source, to);
    free(takes);
    if (is_detour(m, key->path)) {
        print_labelled("costs", "some of its values keep runs from short cuts: validate tells", to);
    }
    if (open != NULL) {
        print_labelled("left open", open->why, to);
        if (m->ledger_tsv != NULL) {
            print_measured(m, key, to);
        } else {
            print_readings(open, to);
        }
    }
    return true;
}

/* ---- JSON ---- */

static void put_reading(const struct model *m, const struct ledger_line *row, void *context)
{
    struct json *j = context;
    struct ledger_line line;
    json_object_open(j);
    json_field_string(j, "row", row->sets);
    json_key(j, "figures");
    json_object_open(j);
    for (const char *cursor = m->ledger_tsv; ledger_file_next(&cursor, &line);) {
        if (strcmp(line.sets, row->sets) != 0) {
            continue;
        }
        json_key(j, line.figure);
        json_object_open(j);
        json_field_double(j, "default", line.base);
        json_field_double(j, "mean", line.value);
        json_field_double(j, "difference", line.difference);
        json_field_double(j, "half_width", line.half_width);
        json_field_uint(j, "n", line.n);
        json_field_string(j, "verdict", line.verdict);
        json_object_close(j);
    }
    json_object_close(j);
    json_object_close(j);
}

void explain_key_json(const struct model *m, const struct scenario_key *key, struct json *j)
{
    const struct model_reading *open = explain_reading(m, key->path);
    char *takes = takes_text(m, key);
    json_object_open(j);
    json_field_string(j, "key", key->path);
    json_field_string(j, "meaning", key->meaning);
    if (takes == NULL) {
        json_fail(j);
    }
    json_field_string(j, "takes", takes);
    json_field_string(j, "default", key_default(&m->schema, key));
    json_field_string(j, "source", key->source);
    json_field_string(j, "left_open", open != NULL ? open->why : NULL);
    json_key(j, "readings");
    json_array_open(j);
    if (open != NULL && m->ledger_tsv != NULL) {
        (void)each_reading(m, key->path, put_reading, j);
    }
    json_array_close(j);
    json_object_close(j);
    free(takes);
}

/* ---- all keys ---- */

static bool is_under(const char *path, const char *section)
{
    const size_t length = section != NULL ? strlen(section) : 0;
    return section == NULL || (strncmp(path, section, length) == 0 && path[length] == '.');
}

void explain_list(const struct model *m, const char *section, FILE *to)
{
    const char *last = NULL; /* the key before, for the gap between sections */
    for (size_t i = 0; i < key_count(&m->schema); i++) {
        const struct scenario_key *key = key_at(&m->schema, i);
        if (!is_under(key->path, section)) {
            continue;
        }
        const size_t length = strcspn(key->path, ".");
        const bool nested = key->path[length] == '.';
        if (last != NULL && (nested || strchr(last, '.') != NULL) &&
            strncmp(last, key->path, length + 1) != 0) {
            (void)fputc('\n', to);
        }
        last = key->path;
        (void)fprintf(to, "%-28s %c %-26s %s\n", key->path,
                      explain_reading(m, key->path) != NULL ? '*' : ' ',
                      key_default(&m->schema, key) != NULL ? key_default(&m->schema, key) : "-",
                      key->meaning);
    }
}
