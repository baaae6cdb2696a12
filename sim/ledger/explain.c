#include "sim/ledger/explain.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "scenarios/language/scenario_takes.h"
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

static char *takes_text(const struct scenario_key *key)
{
    char *text = NULL;
    size_t length = 0;
    FILE *memory = open_memstream(&text, &length);
    if (memory != NULL) {
        key_write_takes(key, "", memory);
        (void)fclose(memory);
    }
    return text;
}

/* ---- measured effects ---- */

static bool find_figure(const char *name, enum ledger_figure *figure)
{
    for (int f = 0; f < LEDGER_FIGURES; f++) {
        *figure = (enum ledger_figure)f;
        if (strcmp(comparison_info(ledger_figure(*figure))->name, name) == 0) {
            return true;
        }
    }
    return false;
}

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

static void print_number(const struct ledger_style *style, double value, bool is_signed, FILE *to)
{
    if (isnan(value)) {
        (void)fprintf(to, "%9s", "never");
    } else if (is_signed) {
        (void)fprintf(to, "%+9.*f", style->decimals, value * style->scale);
    } else {
        (void)fprintf(to, "%9.*f", style->decimals, value * style->scale);
    }
}

static void print_effect(const struct ledger_line *line, FILE *to)
{
    enum ledger_figure figure = LEDGER_GATEWAY_RATIO;
    if (!find_figure(line->figure, &figure)) {
        return;
    }
    const struct ledger_style *style = ledger_style(figure);
    (void)fprintf(to, "      %-16s %-2s", style->head, style->unit);
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
static void print_reading(const char *ledger, const struct ledger_line *row, FILE *to)
{
    struct ledger_line line;
    bool changes = false;
    (void)fprintf(to, "\n    %s\n", row->sets);
    for (const char *cursor = ledger; ledger_file_next(&cursor, &line);) {
        if (strcmp(line.sets, row->sets) == 0 && !is_same(&line)) {
            print_effect(&line, to);
            changes = true;
        }
    }
    if (!changes) {
        (void)fputs("      changes nothing, to the last bit\n", to);
    }
}

/* Calls take() with each row of the key: those of the file's first block. Returns how many. */
typedef void take_row(const char *ledger, const struct ledger_line *row, void *context);
static size_t each_reading(const char *ledger, const char *path, take_row *take, void *context)
{
    char first[LEDGER_LINE_MAX] = "";
    struct ledger_line line;
    size_t count = 0;
    for (const char *cursor = ledger; ledger_file_next(&cursor, &line);) {
        if (first[0] == '\0') {
            (void)snprintf(first, sizeof first, "%s", line.figure);
        }
        if (strcmp(line.figure, first) == 0 && strcmp(line.key, path) == 0) {
            take(ledger, &line, context);
            count++;
        }
    }
    return count;
}

static void take_for_text(const char *ledger, const struct ledger_line *row, void *context)
{
    print_reading(ledger, row, context);
}

static void print_measured(const struct scenario_key *key, const char *ledger, FILE *to)
{
    char scenario[64];
    char replications[32];
    ledger_file_comment(ledger, "scenario", scenario, sizeof scenario);
    ledger_file_comment(ledger, "replications", replications, sizeof replications);
    (void)fprintf(to, "\n  other readings, measured on %s with %s replications\n", scenario,
                  replications);
    if (each_reading(ledger, key->path, take_for_text, to) == 0) {
        (void)fputs("\n    none yet: run nimblesim ledger\n", to);
    }
    (void)fputs("\n  each figure from the default to the reading, and the paired change with half "
                "its 95 % interval:\n"
                "  ** clear among all of the ledger, * excludes 0, ~ nodes do not keep up\n",
                to);
}

/* ---- one key ---- */

void explain_key(const struct scenario_key *key, const char *ledger, FILE *to)
{
    const struct open_key *open = open_key_find(key->path);
    char *takes = takes_text(key);
    (void)fprintf(to, "%s\n", key->path);
    print_labelled("means", key->meaning, to);
    print_labelled("takes", takes != NULL ? takes : "?", to);
    print_labelled("default", key->value != NULL ? key->value : "none: must be written", to);
    print_labelled("source", key->source, to);
    free(takes);
    if (open != NULL) {
        print_labelled("left open", open->why, to);
        print_measured(key, ledger, to);
    }
}

/* ---- JSON ---- */

static void put_reading(const char *ledger, const struct ledger_line *row, void *context)
{
    struct json *j = context;
    struct ledger_line line;
    json_object_open(j);
    json_field_string(j, "row", row->sets);
    json_key(j, "figures");
    json_object_open(j);
    for (const char *cursor = ledger; ledger_file_next(&cursor, &line);) {
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

void explain_key_json(const struct scenario_key *key, const char *ledger, struct json *j)
{
    const struct open_key *open = open_key_find(key->path);
    char *takes = takes_text(key);
    json_object_open(j);
    json_field_string(j, "key", key->path);
    json_field_string(j, "meaning", key->meaning);
    json_field_string(j, "takes", takes);
    json_field_string(j, "default", key->value);
    json_field_string(j, "source", key->source);
    json_field_string(j, "left_open", open != NULL ? open->why : NULL);
    json_key(j, "readings");
    json_array_open(j);
    if (open != NULL) {
        (void)each_reading(ledger, key->path, put_reading, j);
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

void explain_list(const char *section, FILE *to)
{
    const char *last = NULL; /* the key before, for the gap between sections */
    for (size_t i = 0; i < scenario_key_count; i++) {
        const struct scenario_key *key = &scenario_keys[i];
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
                      open_key_find(key->path) != NULL ? '*' : ' ',
                      key->value != NULL ? key->value : "-", key->meaning);
    }
}
