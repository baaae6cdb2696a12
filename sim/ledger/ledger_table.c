/*
 * The ledger for people: a row a reading and a column a figure, then a tornado a figure.
 * Numbers stand left and the overrides right, so that long ones break no column.
 */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/engine/text.h"
#include "sim/ledger/ledger.h"

#define CELL_WIDTH 20
#define CELL_BYTES 64
#define BAR_WIDTH 20 /* on each side of the axis */

/* ---- cells ---- */

/* Right-aligned. */
static void print_right(const char *text, int width, FILE *to)
{
    const int columns = text_columns(text);
    (void)fprintf(to, "%*s%s", columns < width ? width - columns : 0, "", text);
}

static void write_estimate(char cell[CELL_BYTES], const struct stats_estimate *e,
                           const struct model_headline *style, bool is_signed)
{
    if (e->n == 0) {
        (void)snprintf(cell, CELL_BYTES, "never");
        return;
    }
    const int length = snprintf(cell, CELL_BYTES, is_signed ? "%+.*f" : "%.*f", style->decimals,
                                e->mean * style->scale);
    if (e->has_interval && length > 0 && length < CELL_BYTES) {
        (void)snprintf(cell + length, CELL_BYTES - (size_t)length, " ± %.*f", style->decimals,
                       e->half_width * style->scale);
    }
}

static void print_effect(const struct ledger_effect *effect, const struct model_headline *style,
                         FILE *to)
{
    char cell[CELL_BYTES] = "";
    if (effect->verdict == LEDGER_UNDEFINED && effect->value.n > 0) {
        char value[CELL_BYTES];
        write_estimate(value, &effect->value, style, false);
        (void)snprintf(cell, sizeof cell, "now %.*s", CELL_BYTES - 5, value);
    } else if (effect->verdict != LEDGER_SAME) {
        write_estimate(cell, &effect->difference, style, true);
    }
    print_right(cell, CELL_WIDTH - 3, to);
    (void)fprintf(to, " %-2s", ledger_verdict_mark(effect->verdict));
}

/* A reading by its command; what has a name of its own by that, and below the table by its keys. */
static void print_name(const struct ledger_row *row, FILE *to)
{
    if (row->own_name != NULL) {
        (void)fputs(row->own_name, to);
    } else {
        ledger_print_sets(row, to);
    }
}

/* ---- the table ---- */

static void print_heads(const struct ledger *l, FILE *to)
{
    for (size_t f = 0; f < l->figures; f++) {
        const struct model_headline *style = l->figure[f].style;
        const char *variant = strchr(l->figure[f].name, '.'); /* of several of one contrast */
        char head[CELL_BYTES];
        (void)snprintf(head, sizeof head, "%.16s%s%s%s%s", variant != NULL ? variant + 1 : "",
                       variant != NULL ? ": " : "", style->head, style->unit[0] != '\0' ? ", " : "",
                       style->unit);
        print_right(head, CELL_WIDTH - 3, to);
        (void)fputs("   ", to);
    }
    (void)fputs(" ROW\n", to);
}

static void print_base(const struct ledger *l, FILE *to)
{
    for (size_t f = 0; f < l->figures; f++) {
        char cell[CELL_BYTES];
        write_estimate(cell, &l->base.effect[f].value, l->figure[f].style, false);
        print_right(cell, CELL_WIDTH - 3, to);
        (void)fputs("   ", to);
    }
    (void)fputs(" as it stands\n", to);
}

static void print_row(const struct ledger *l, const struct ledger_row *row, FILE *to)
{
    for (size_t f = 0; f < l->figures; f++) {
        print_effect(&row->effect[f], l->figure[f].style, to);
    }
    (void)fputc(' ', to);
    print_name(row, to);
    (void)fputc('\n', to);
}

static void print_head(const struct ledger *l, FILE *to)
{
    const bool is_way = l->request->towards != NULL;
    const size_t rows = l->effects / (l->figures > 0 ? l->figures : 1);
    (void)fprintf(to,
                  "%s: %zu %s%s, %s, %" PRIu32 " replication%s of %g s, seed %" PRIu64
                  "\nrepeat a row with: ",
                  l->scenario.name, rows, is_way ? "row" : "reading", rows == 1 ? "" : "s",
                  is_way ? "towards another scenario" : "one at a time", l->replications,
                  l->replications == 1 ? "" : "s", (double)l->scenario.duration_ns / (double)SIM_S,
                  l->scenario.seed);
    ledger_print_command(l, NULL, to);
    (void)fputs(" ROW\n\n", to);
}

static void print_legend(const struct ledger *l, FILE *to)
{
    (void)fprintf(to,
                  "\nchange from the scenario as it stands, paired by replication, ± half a 95 %% "
                  "interval\n"
                  "  *   the interval excludes 0\n"
                  "  **  so does the one that allows for all %zu effects judged here\n"
                  "  =   equal to the last bit in every replication\n"
                  "  !   nothing to subtract: in no replication both have the figure\n"
                  "  ~   nodes do not keep up, see below\n",
                  l->effects);
}

/* ---- what the figures do not show ---- */

/* The keys of each mechanism; all together say nothing new. */
static void print_parts(const struct ledger *l, FILE *to)
{
    if (l->request->towards == NULL) {
        return;
    }
    (void)fprintf(to, "\nROW, towards %s\n", l->request->towards);
    for (size_t r = 0; r < l->row_count && strncmp(l->row[r].name, "all ", 4) != 0; r++) {
        (void)fprintf(to, "  %s: ", l->row[r].name);
        ledger_print_sets(&l->row[r], to);
        (void)fputc('\n', to);
    }
}

static void print_saturated(const struct ledger *l, FILE *to)
{
    bool first = true;
    for (size_t r = 0; r < l->row_count; r++) {
        const struct ledger_row *row = &l->row[r];
        if (row->state != LEDGER_ROW_RUN || row->effect[0].verdict != LEDGER_SATURATED) {
            continue;
        }
        if (first) {
            (void)fputs("\nnodes do not keep up: calls without an answer (", to);
            for (uint32_t v = 0; v < l->scenario.variant_count; v++) {
                (void)fprintf(to, "%s%s", v > 0 ? ", " : "", l->scenario.variant[v].name);
            }
            (void)fputs("); left out of the charts\n", to);
            first = false;
        }
        for (uint32_t v = 0; v < l->scenario.variant_count; v++) {
            (void)fprintf(to, "  %5.1f %%", 100 * row->unanswered[v]);
        }
        (void)fputs("  ", to);
        print_name(row, to);
        (void)fputc('\n', to);
    }
}

static void print_unfit(const struct ledger *l, FILE *to)
{
    for (size_t r = 0; r < l->row_count; r++) {
        if (l->row[r].state == LEDGER_ROW_UNFIT) {
            (void)fputs("\nnot measured: ", to);
            ledger_print_sets(&l->row[r], to);
            (void)fprintf(to, "\n  %s\n", l->row[r].refusal);
        }
    }
}

/* ---- tornado ---- */

static void print_bar(double change, double greatest, bool is_clear, FILE *to)
{
    int length = 0;
    if (greatest > 0) {
        length = (int)lround(fabs(change) / greatest * BAR_WIDTH);
    }
    (void)fprintf(to, "%*s", change < 0 ? BAR_WIDTH - length : BAR_WIDTH, "");
    for (int i = 0; i < length && change < 0; i++) {
        (void)fputs(is_clear ? "█" : "░", to);
    }
    (void)fputs("│", to);
    for (int i = 0; i < length && change > 0; i++) {
        (void)fputs(is_clear ? "█" : "░", to);
    }
    (void)fprintf(to, "%*s", change > 0 ? BAR_WIDTH - length : BAR_WIDTH, "");
}

/* How many of the first rows have something to show: the same and the saturated rank last. */
static size_t bars(const struct ledger *l, size_t figure, const size_t *order, size_t count)
{
    size_t shown = 0;
    while (shown < count && l->row[order[shown]].effect[figure].verdict != LEDGER_SAME &&
           l->row[order[shown]].effect[figure].verdict != LEDGER_SATURATED) {
        shown++;
    }
    return shown;
}

/* A figure that is undefined has no length; the first that is defined has the greatest. */
static double length_of(const struct ledger_effect *effect)
{
    return effect->difference.n > 0 ? effect->difference.mean : 0;
}

static void print_tornado(const struct ledger *l, size_t figure, const size_t *order, size_t count,
                          FILE *to)
{
    const struct model_headline *style = l->figure[figure].style;
    const bool is_never = l->base.effect[figure].value.n == 0;
    double greatest = 0;
    char cell[CELL_BYTES];
    write_estimate(cell, &l->base.effect[figure].value, style, false);
    (void)fprintf(to, "\n%s: %s%s%s as it stands\n", l->figure[figure].label, cell,
                  is_never || style->unit[0] == '\0' ? "" : " ", is_never ? "" : style->unit);
    for (size_t i = 0; i < count; i++) {
        const struct ledger_row *row = &l->row[order[i]];
        const struct ledger_effect *effect = &row->effect[figure];
        const bool is_clear = effect->verdict == LEDGER_CLEAR || effect->verdict == LEDGER_CERTAIN;
        greatest = fmax(greatest, fabs(length_of(effect)));
        print_bar(length_of(effect), greatest, is_clear, to);
        print_effect(effect, style, to);
        (void)fputc(' ', to);
        print_name(row, to);
        (void)fputc('\n', to);
    }
    if (count == 0) {
        (void)fputs("  no reading changes it\n", to);
    }
}

void ledger_print_table(const struct ledger *l, size_t top, FILE *to)
{
    print_head(l, to);
    print_heads(l, to);
    print_base(l, to);
    for (size_t r = 0; r < l->row_count; r++) {
        if (l->row[r].state == LEDGER_ROW_RUN) {
            print_row(l, &l->row[r], to);
        }
    }
    print_legend(l, to);
    print_parts(l, to);
    print_saturated(l, to);
    print_unfit(l, to);
    size_t *order = calloc(l->row_count + 1, sizeof *order);
    for (size_t f = 0; f < l->figures && top > 0 && order != NULL; f++) {
        const size_t shown = bars(l, f, order, ledger_rank(l, f, order));
        print_tornado(l, f, order, shown < top ? shown : top, to);
    }
    free(order);
}
