/* The table of paper.h as text, Markdown and tab-separated values. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "analysis/statistics/bands.h"
#include "sim/results/paper.h"
#include "sim/terminal/artefact.h"

enum { CELL_BYTES = 64 };

/* A row as people read it. */
struct cells {
    char ours[CELL_BYTES], interval[CELL_BYTES], band[CELL_BYTES];
    char beside[CELL_BYTES + 16]; /* with what separates it; "" where no result is beside */
    const char *whose;            /* the band's: "paper", "ours", "-" */
    char note[8];                 /* "[3]", or "" */
    const char *outside;          /* whether the paper's own number is */
};

static void write_value(char cell[CELL_BYTES], const struct paper_quantity *q, double value)
{
    if (isnan(value)) {
        (void)snprintf(cell, CELL_BYTES, "none");
    } else {
        (void)snprintf(cell, CELL_BYTES, "%.*f%s%s", q->decimals, value, q->unit != NULL ? " " : "",
                       q->unit != NULL ? q->unit : "");
    }
}

/* "Any at all" is a billionth, which nobody wants to read. */
static double shown(double end)
{
    return fabs(end) < 1e-8 ? 0 : end;
}

static void write_range(char cell[CELL_BYTES], double low, double high)
{
    if (isnan(low)) {
        (void)snprintf(cell, CELL_BYTES, "-");
    } else if (isinf(high)) {
        (void)snprintf(cell, CELL_BYTES, "above %g", shown(low));
    } else if (low < high) {
        (void)snprintf(cell, CELL_BYTES, "%g to %g", shown(low), shown(high));
    } else {
        (void)snprintf(cell, CELL_BYTES, "%g", low);
    }
}

/* The band; or where there is none, what the paper says. */
static void write_band(char cell[CELL_BYTES], const struct paper_quantity *q)
{
    if (isnan(q->low) && q->is_said) {
        write_range(cell, q->says_low, q->says_high);
    } else {
        write_range(cell, q->low, q->high);
    }
}

/* A value and half its interval: "4.65 (4.31 to 4.99)" would take too much room. */
static void write_beside(char *cell, size_t bytes, const struct paper_row *row)
{
    char value[CELL_BYTES] = "-";
    char around[32] = "";
    if (row->is_beside) {
        write_value(value, row->quantity, row->beside);
    }
    const struct stats_estimate *e = &row->beside_estimate;
    if (row->is_beside && e->has_interval && e->half_width > 0) {
        (void)snprintf(around, sizeof around, " ± %.*f", row->quantity->decimals, e->half_width);
    }
    (void)snprintf(cell, bytes, "%.40s%.30s", value, around);
}

/* notes counts those that came before, and this one. */
static struct cells cells_of(const struct paper_table *table, const struct paper_row *row,
                             unsigned *notes)
{
    struct cells c = {.ours = "-", .interval = "-", .note = ""};
    const struct paper_quantity *q = row->quantity;
    if (row->verdict != PAPER_NOT_RUN) {
        write_value(c.ours, q, row->value);
    }
    if (table->beside != NULL) {
        write_beside(c.beside, sizeof c.beside, row);
    }
    write_band(c.band, q);
    c.whose = paper_band_word(q);
    if (row->estimate.has_interval && row->estimate.half_width > 0) {
        (void)snprintf(c.interval, CELL_BYTES, "%.*f to %.*f", q->decimals, row->estimate.low,
                       q->decimals, row->estimate.high);
    }
    c.outside = paper_stated_outside(q) ? " (the paper's is outside)" : "";
    if (q->note != NULL) {
        (void)snprintf(c.note, sizeof c.note, "[%u]", ++*notes);
    }
    return c;
}

static void print_notes(const struct paper_table *table, const char *before, FILE *to)
{
    unsigned notes = 0;
    for (size_t i = 0; i < table->count; i++) {
        const char *note = table->row[i].quantity->note;
        if (note != NULL) {
            (void)fprintf(to, "%s[%u] %s\n", before, ++notes, note);
        }
    }
}

static void print_bands(const struct paper_table *table, FILE *to)
{
    size_t rows = 0;
    size_t agree = 0;
    size_t missed = 0;
    size_t noted = 0;
    size_t not_run = 0;
    for (size_t i = 0; i < table->count; i++) {
        const struct paper_row *row = &table->row[i];
        const bool is_run = row->verdict != PAPER_NOT_RUN;
        const bool has_band = !isnan(row->quantity->low);
        if (!has_band && row->quantity->is_said) {
            continue; /* the headline's */
        }
        rows++;
        not_run += !is_run;
        noted += is_run && !has_band;
        missed += row->verdict == PAPER_MISSED;
        agree += is_run && has_band && row->verdict != PAPER_MISSED;
    }
    (void)fprintf(to, "bands: %zu of %zu agree, %zu missed, %zu noted", agree, rows, missed, noted);
    if (not_run > 0) {
        (void)fprintf(to, ", %zu not run", not_run);
    }
}

static void print_headline(const struct paper_table *table, FILE *to)
{
    const struct paper_headline h = paper_headline(table);
    (void)fprintf(to, "of %zu outcomes that the paper prints: %zu agree, %zu missed, %zu fitted",
                  h.outcomes, h.agree, h.missed, h.fitted);
    if (h.not_run > 0) {
        (void)fprintf(to, "; %zu not run", h.not_run);
    }
}

/* Which ones, so that nobody has to look for them. */
static void print_missed(const struct paper_table *table, const char *before, FILE *to)
{
    const char *mark = "missed: ";
    for (size_t i = 0; i < table->count; i++) {
        const struct paper_row *row = &table->row[i];
        if (paper_is_missed(row)) {
            const char *name = row->quantity->name + strspn(row->quantity->name, " ");
            const bool outside = paper_stated_outside(row->quantity);
            (void)fprintf(to, "%s%s (%s)", mark == NULL ? "; " : mark, name,
                          outside && row->verdict == PAPER_AGREES ? "the paper's is outside"
                                                                  : paper_word(row));
            mark = NULL;
        }
    }
    (void)fputs(mark == NULL ? before : "", to);
}

/* The first result; the others are told of by their number. */
static void print_origin(const struct paper_table *table, FILE *to)
{
    size_t others = 0;
    for (const struct paper_result *r = table->result; r != NULL; r = r->next) {
        others += r != table->result;
    }
    (void)fprintf(to, "%s, seed %" PRIu64 ", n = %" PRIu32 " replication%s", table->scenario->name,
                  table->scenario->seed, table->replications, table->replications == 1 ? "" : "s");
    if (others > 0) {
        (void)fprintf(to, ", and %zu more result%s", others, others == 1 ? "" : "s");
    }
}

/* Bytes that a terminal shows nothing of. */
static int count_wide(const char *text)
{
    int count = 0;
    for (const char *c = text; *c != '\0'; c++) {
        count += ((unsigned char)*c & 0xC0) == 0x80;
    }
    return count;
}

void paper_print_text(const struct paper_table *table, FILE *to)
{
    static const char layout[] = "%-12s %-46s %-23s %12s  %-18s%*s %-14s %-6s %s%s%s%s\n";
    const int beside = table->beside != NULL ? 22 : 0;
    print_origin(table, to);
    (void)fputs("\n\n", to);
    (void)fprintf(to, layout, "", "", "paper", "ours", "95 % interval", beside,
                  beside > 0 ? table->model->paper->beside : "", "band", "whose", "verdict", "", "",
                  "");
    unsigned notes = 0;
    const char *source = "";
    for (size_t i = 0; i < table->count; i++) {
        const struct paper_quantity *q = table->row[i].quantity;
        const struct cells c = cells_of(table, &table->row[i], &notes);
        (void)fprintf(to, layout, strcmp(q->source, source) == 0 ? "" : q->source, q->name,
                      q->paper, c.ours, c.interval, beside + count_wide(c.beside), c.beside, c.band,
                      c.whose, paper_word(&table->row[i]), c.outside, c.note[0] != '\0' ? " " : "",
                      c.note);
        source = q->source;
    }
    (void)fputc('\n', to);
    if (table->beside != NULL) {
        (void)fprintf(to, "%s\n", table->how);
    }
    print_notes(table, "", to);
    (void)fputc('\n', to);
    print_headline(table, to);
    (void)fputc('\n', to);
    print_missed(table, "\n", to);
    print_bands(table, to);
    (void)fputc('\n', to);
}

void paper_print_markdown(const struct paper_table *table, FILE *to)
{
    (void)fputs("# The paper's numbers and ours\n\n", to);
    print_origin(table, to);
    (void)fputs(": ", to);
    print_headline(table, to);
    (void)fputs(".\n\n", to);
    print_missed(table, ".\n\n", to);
    print_bands(table, to);
    const bool has_beside = table->beside != NULL;
    const char *word = has_beside ? table->model->paper->beside : "";
    (void)fprintf(to, ".\n\n%s%s", table->how, has_beside ? ".\n\n" : "");
    (void)fprintf(to,
                  "| source | quantity | paper | ours | 95 %% interval |%s%s%s band | whose | "
                  "verdict |\n|---|---|---|---|---|---|---|---|%s\n",
                  has_beside ? " " : "", word, has_beside ? " |" : "", has_beside ? "---|" : "");
    unsigned notes = 0;
    for (size_t i = 0; i < table->count; i++) {
        const struct paper_quantity *q = table->row[i].quantity;
        const struct cells c = cells_of(table, &table->row[i], &notes);
        (void)fprintf(to, "| %s | %s | %s | %s | %s |%s%s%s %s | %s | %s%s%s%s |\n", q->source,
                      q->name, q->paper, c.ours, c.interval, has_beside ? " " : "", c.beside,
                      has_beside ? " |" : "", c.band, c.whose, paper_word(&table->row[i]),
                      c.outside, c.note[0] != '\0' ? " " : "", c.note);
    }
    (void)fputc('\n', to);
    print_notes(table, "- ", to);
}

static void print_number(double value, FILE *to)
{
    bands_write_number(value, to);
    (void)fputc('\t', to);
}

static void put_beside(const struct paper_row *row, FILE *to)
{
    const double value[] = {row->beside, row->beside_estimate.low, row->beside_estimate.high};
    for (size_t i = 0; i < sizeof value / sizeof value[0]; i++) {
        (void)fputc('\t', to);
        bands_write_number(row->is_beside ? value[i] : (double)NAN, to);
    }
}

void paper_print_tsv(const struct paper_table *table, FILE *to)
{
    (void)fputs("# The paper's numbers and ours: ", to);
    print_origin(table, to);
    if (table->beside != NULL) {
        (void)fprintf(to, "\n# beside: %s", table->how);
    }
    (void)fprintf(to,
                  "\n"
                  "# interval_*: 95 %%, Student's t over n replications; NaN where there is none\n"
                  "key\tsource\tquantity\tpaper\tours\tinterval_low\tinterval_high\tn\tband_low\t"
                  "band_high\tband_of\tsays_low\tsays_high\tunit\tkind\tverdict\tnote%s\n",
                  table->beside != NULL ? "\tbeside\tbeside_low\tbeside_high" : "");
    for (size_t i = 0; i < table->count; i++) {
        const struct paper_row *row = &table->row[i];
        const struct paper_quantity *q = row->quantity;
        (void)fprintf(to, "%s\t%s\t%s\t%s\t", q->key, q->source, q->name, q->paper);
        print_number(row->value, to);
        print_number(row->estimate.low, to);
        print_number(row->estimate.high, to);
        (void)fprintf(to, "%" PRIu64 "\t", row->estimate.n);
        print_number(q->low, to);
        print_number(q->high, to);
        (void)fprintf(to, "%s\t", paper_band_word(q));
        print_number(q->is_said ? q->says_low : (double)NAN, to);
        print_number(q->is_said ? q->says_high : (double)NAN, to);
        (void)fprintf(to, "%s\t%s\t%s\t%s", q->unit != NULL ? q->unit : "",
                      paper_kind_word(q->kind), paper_word(row), q->note != NULL ? q->note : "");
        if (table->beside != NULL) {
            put_beside(row, to);
        }
        (void)fputc('\n', to);
    }
}

static enum sim_status store_as(const struct paper_table *table,
                                void (*print)(const struct paper_table *, FILE *),
                                const char *folder, const char *name, struct store_error *error)
{
    struct artefact a = {.to = NULL};
    const enum sim_status status = artefact_open(&a, folder, name, error->text, sizeof error->text);
    if (status != SIM_OK) {
        return status;
    }
    print(table, a.to);
    return artefact_close(&a, SIM_OK, error->text, sizeof error->text);
}

enum sim_status paper_store_table(const struct paper_table *table, const char *folder,
                                  struct store_error *error)
{
    const enum sim_status status = store_as(table, paper_print_tsv, folder, "table.tsv", error);
    return status == SIM_OK ? store_as(table, paper_print_markdown, folder, "table.md", error)
                            : status;
}
