#include "sim/ledger/ledger_file.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/engine/text.h"

/* ---- writing ---- */

static void print_number(double value, FILE *to)
{
    char text[TEXT_NUMBER_MAX];
    (void)fprintf(to, "\t%s", isfinite(value) ? text_double(text, value) : "NaN");
}

static void print_head(const struct ledger *l, const char *hash, FILE *to)
{
    (void)fprintf(to,
                  "# What each reading of the paper does to its headline numbers, one at a time.\n"
                  "# Written by: nimblesim ledger --tsv\n"
                  "# scenario: %s\n# hash: %s\n# seed: %" PRIu64 "\n# replications: %" PRIu32
                  "\n# effects: %zu\n# repeat: ",
                  l->scenario.name, hash, l->scenario.seed, l->replications, l->effects);
    ledger_print_command(l, NULL, to);
    (void)fputs(" ROW\n", to);
    for (size_t r = 0; r < l->row_count; r++) {
        if (l->row[r].state == LEDGER_ROW_UNFIT) {
            (void)fputs("# not measured: ", to);
            ledger_print_sets(&l->row[r], to);
            (void)fputc('\n', to);
        }
    }
    (void)fputs("# figure\trank\tkey\trow\tbase\tvalue\tdifference\thalf_width\tn\tverdict", to);
    for (uint32_t v = 0; v < l->scenario.variant_count; v++) {
        (void)fprintf(to, "\t%s_unanswered", l->scenario.variant[v].name);
    }
    (void)fputc('\n', to);
}

static void print_line(const struct ledger *l, size_t figure, size_t rank,
                       const struct ledger_row *row, FILE *to)
{
    const struct ledger_effect *effect = &row->effect[figure];
    (void)fprintf(to, "%s\t%zu\t%s\t", l->figure[figure].name, rank, row->name);
    ledger_print_sets(row, to);
    print_number(l->base.effect[figure].value.mean, to);
    print_number(effect->value.mean, to);
    print_number(effect->difference.mean, to);
    print_number(effect->difference.half_width, to);
    (void)fprintf(to, "\t%" PRIu64 "\t%s", effect->difference.n,
                  ledger_verdict_name(effect->verdict));
    for (uint32_t v = 0; v < l->scenario.variant_count; v++) {
        print_number(row->unanswered[v], to);
    }
    (void)fputc('\n', to);
}

bool ledger_file_write(const struct ledger *l, FILE *to)
{
    char hash[65] = "";
    size_t *order = calloc(l->row_count + 1, sizeof *order);
    if (order == NULL || scenario_hash(&l->scenario, hash) != SIM_OK) {
        free(order);
        return false;
    }
    print_head(l, hash, to);
    for (size_t f = 0; f < l->figures; f++) {
        (void)fputs(f > 0 ? "\n\n" : "", to);
        const size_t count = ledger_rank(l, f, order);
        for (size_t i = 0; i < count; i++) {
            print_line(l, f, i + 1, &l->row[order[i]], to);
        }
    }
    free(order);
    return true;
}

/* ---- reading ---- */

enum {
    FIELD_FIGURE,
    FIELD_RANK,
    FIELD_KEY,
    FIELD_SETS,
    FIELD_BASE,
    FIELD_VALUE,
    FIELD_DIFFERENCE,
    FIELD_HALF_WIDTH,
    FIELD_N,
    FIELD_VERDICT,
    FIELDS,
};

/* Splits line->text at its tabs. False where there are too few. */
static bool split(struct ledger_line *line)
{
    char *field[FIELDS];
    char *at = line->text;
    for (int i = 0; i < FIELDS; i++) {
        field[i] = at;
        char *tab = strchr(at, '\t');
        if (tab == NULL) {
            return false; /* what follows the verdict ends the last of them */
        }
        *tab = '\0';
        at = tab + 1;
    }
    line->figure = field[FIELD_FIGURE];
    line->key = field[FIELD_KEY];
    line->sets = field[FIELD_SETS];
    line->verdict = field[FIELD_VERDICT];
    line->base = strtod(field[FIELD_BASE], NULL);
    line->value = strtod(field[FIELD_VALUE], NULL);
    line->difference = strtod(field[FIELD_DIFFERENCE], NULL);
    line->half_width = strtod(field[FIELD_HALF_WIDTH], NULL);
    line->n = strtoull(field[FIELD_N], NULL, 10);
    return true;
}

bool ledger_file_next(const char **cursor, struct ledger_line *line)
{
    while (**cursor != '\0') {
        const char *start = *cursor;
        const size_t length = strcspn(start, "\n");
        *cursor = start + length + (start[length] == '\n');
        if (length == 0 || length >= sizeof line->text || start[0] == '#') {
            continue;
        }
        memcpy(line->text, start, length);
        line->text[length] = '\0';
        if (split(line)) {
            return true;
        }
    }
    return false;
}

void ledger_file_comment(const char *text, const char *name, char *value, size_t size)
{
    const size_t length = strlen(name);
    value[0] = '\0';
    for (const char *at = text; *at == '#'; at += strcspn(at, "\n"), at += *at == '\n') {
        if (strncmp(at, "# ", 2) == 0 && strncmp(at + 2, name, length) == 0 &&
            strncmp(at + 2 + length, ": ", 2) == 0) {
            const char *found = at + 2 + length + 2;
            (void)snprintf(value, size, "%.*s", (int)strcspn(found, "\n"), found);
            return;
        }
    }
}
