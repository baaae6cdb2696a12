#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "sim/results/compare.h"
#include "sim/terminal/amount.h"

#define LABEL_WIDTH 36
#define CELL_WIDTH 14
#define DIFFERENCE_WIDTH 34

/* ---- verdicts ---- */

/* A metric's words in the table of its model; NULL for one that is not there. */
static const struct model_measure *measure_of(const struct compare_part *part, const char *name)
{
    const size_t m = part->model != NULL ? model_measure_find(part->model, name) : 0;
    return part->model != NULL && m < part->model->measures ? &part->model->measure[m] : NULL;
}

static const char *label_of(const struct compare_part *part, const char *name)
{
    const struct model_measure *m = measure_of(part, name);
    return m == NULL ? name : m->label;
}

bool compare_is_significant(const struct contrast_difference *d)
{
    return d->has_interval && (d->low > 0 || d->high < 0);
}

bool compare_survives_holm(const struct contrast_difference *d)
{
    return compare_is_significant(d) && (d->is_constant || d->p_holm < 1 - CONTRAST_LEVEL);
}

static struct amount_scale scale_of(const struct contrast_metric *m)
{
    const struct contrast_difference *d = &m->difference;
    return amount_scale_difference(m->unit, d->mean, d->has_interval ? (d->high - d->low) / 2 : 0);
}

static const char *sample_of(const struct contrast *c)
{
    return c->pairing == CONTRAST_PAIRED ? "replications" : "runs";
}

static void write_difference(char *text, size_t bytes, const struct compare_part *part,
                             const struct contrast_metric *m)
{
    const struct contrast_difference *d = &m->difference;
    const struct model_measure *phrase = measure_of(part, m->name);
    const bool is_lower = d->mean < 0;
    char amount[AMOUNT_BYTES];
    amount_write(amount, scale_of(m), fabs(d->mean));
    if (phrase != NULL && phrase->verb != NULL) { /* "lru ANSWERS 0.63 s FASTER" */
        (void)snprintf(text, bytes, "%s %s %s %s", part->a.label, phrase->verb, amount,
                       is_lower ? phrase->lower : phrase->higher);
    } else {
        const char *label = label_of(part, m->name);
        (void)snprintf(text, bytes, "%s: %s %s %s", label + strspn(label, " "), part->a.label,
                       amount, is_lower ? "lower" : "higher");
    }
}

/* What follows a difference: its interval, and whether to believe it. */
static void write_trust(char *text, size_t bytes, const struct contrast_metric *m)
{
    const struct contrast_difference *d = &m->difference;
    if (!d->has_interval) {
        (void)snprintf(text, bytes, "; one pair gives no interval");
    } else if (d->is_constant) {
        (void)snprintf(text, bytes, ", the same every time");
    } else {
        char low[AMOUNT_BYTES];
        char high[AMOUNT_BYTES];
        amount_write_bare(low, scale_of(m), d->mean < 0 ? -d->high : d->low);
        amount_write_bare(high, scale_of(m), d->mean < 0 ? -d->low : d->high);
        (void)snprintf(text, bytes, " (95 %%: %s to %s), significant%s", low, high,
                       compare_survives_holm(d) ? "" : ", but only if looked at alone");
    }
}

void compare_verdict(char *text, size_t bytes, const struct compare_part *part,
                     const struct contrast_metric *metric)
{
    const struct contrast_difference *d = &metric->difference;
    if (isnan(d->mean)) {
        (void)snprintf(text, bytes, "not measured on both sides");
    } else if (!d->has_interval ? !(d->mean < 0 || d->mean > 0)
                                : d->is_constant && !compare_is_significant(d)) {
        (void)snprintf(text, bytes, "equal");
    } else if (d->has_interval && !compare_is_significant(d)) {
        (void)snprintf(text, bytes, "no difference that %" PRIu64 " %s can show", d->n,
                       sample_of(&part->contrast));
    } else {
        write_difference(text, bytes, part, metric);
        const size_t length = strlen(text);
        write_trust(text + length, bytes - length, metric);
    }
}

size_t compare_pairs_alike(const struct contrast *c, size_t *same_digest)
{
    size_t alike = 0;
    *same_digest = 0;
    for (size_t i = 0; i < c->pair_count; i++) {
        alike += c->pair[i].same_work;
        *same_digest += c->pair[i].same_digest;
    }
    return alike;
}

/* ---- the table ---- */

static const char *short_verdict(const struct contrast_difference *d)
{
    if (d->is_constant) {
        return compare_is_significant(d) ? "every time" : "equal";
    }
    if (!d->has_interval) {
        return "";
    }
    if (!compare_is_significant(d)) {
        return "not shown";
    }
    return compare_survives_holm(d) ? "significant" : "significant alone";
}

static void print_metric(const struct compare_part *part, const struct contrast_metric *m, FILE *to)
{
    const struct contrast_difference *d = &m->difference;
    char text[2 * AMOUNT_BYTES + 8];
    char cell[AMOUNT_BYTES];
    const struct amount_scale means = amount_scale(m->unit, fmax(fabs(m->a.mean), fabs(m->b.mean)));
    amount_print_left(label_of(part, m->name), LABEL_WIDTH, to);
    amount_write(cell, means, m->a.mean);
    amount_print_right(cell, CELL_WIDTH, to);
    amount_write(cell, means, m->b.mean);
    amount_print_right(cell, CELL_WIDTH, to);
    const bool is_equal = d->is_constant && !compare_is_significant(d);
    amount_write(text, scale_of(m), is_equal ? (double)NAN : d->mean);
    if (d->has_interval && !d->is_constant) {
        char low[AMOUNT_BYTES];
        char high[AMOUNT_BYTES];
        amount_write_bare(low, scale_of(m), d->low);
        amount_write_bare(high, scale_of(m), d->high);
        const size_t length = strlen(text);
        (void)snprintf(text + length, sizeof text - length, " (%.20s to %.20s)", low, high);
    }
    (void)fputs("  ", to);
    const char *verdict = short_verdict(d);
    if (verdict[0] == '\0') {
        (void)fprintf(to, "%s\n", text);
        return;
    }
    amount_print_left(text, DIFFERENCE_WIDTH, to);
    (void)fprintf(to, "%s\n", verdict);
}

static bool is_worth_a_line(const struct contrast_metric *m)
{
    const bool nothing = !(m->a.mean > 0 || m->a.mean < 0) && !(m->b.mean > 0 || m->b.mean < 0);
    return !nothing || strcmp(m->name, "failed") == 0;
}

/* Calls visit with every metric, those of the program's table first and in its order. */
static void each_metric(const struct compare_part *part, FILE *to,
                        void (*visit)(const struct compare_part *, const struct contrast_metric *,
                                      FILE *))
{
    const struct contrast *c = &part->contrast;
    const size_t measures = part->model != NULL ? part->model->measures : 0;
    for (size_t order = 0; order <= measures; order++) {
        for (size_t i = 0; i < c->metric_count; i++) {
            const size_t place =
                part->model != NULL ? model_measure_find(part->model, c->metric[i].name) : 0;
            if (place == order) {
                visit(part, &c->metric[i], to);
            }
        }
    }
}

static void visit_row(const struct compare_part *part, const struct contrast_metric *m, FILE *to)
{
    if (is_worth_a_line(m)) {
        print_metric(part, m, to);
    }
}

static void visit_words(const struct compare_part *part, const struct contrast_metric *m, FILE *to)
{
    if (measure_of(part, m->name) != NULL && measure_of(part, m->name)->verb != NULL &&
        compare_is_significant(&m->difference)) {
        char text[256];
        compare_verdict(text, sizeof text, part, m);
        (void)fprintf(to, "  %s\n", text);
    }
}

static void print_table(const struct compare_part *part, FILE *to)
{
    char head[160];
    (void)snprintf(head, sizeof head, "%s - %s (95 %%)", part->a.label, part->b.label);
    (void)fprintf(to, "\n%*s", LABEL_WIDTH, "");
    amount_print_right(part->a.label, CELL_WIDTH, to);
    amount_print_right(part->b.label, CELL_WIDTH, to);
    (void)fprintf(to, "  %s\n", head);
    each_metric(part, to, visit_row);

    size_t tested = 0;
    size_t shown = 0;
    for (size_t i = 0; i < part->contrast.metric_count; i++) {
        const struct contrast_difference *d = &part->contrast.metric[i].difference;
        tested += d->has_interval && !d->is_constant;
        shown += compare_is_significant(d);
    }
    (void)fputs("\nin plain words\n", to);
    if (shown == 0) {
        (void)fprintf(to, "  no difference that %zu %s can show\n", part->contrast.a_count,
                      sample_of(&part->contrast));
    }
    each_metric(part, to, visit_words);
    if (tested > 0) {
        (void)fprintf(to,
                      "  (%zu metrics vary: \"significant\" holds after Holm's correction for that "
                      "many looks)\n",
                      tested);
    }
}

/* ---- where the runs part ---- */

static void print_line(const char *mark, const struct diverge_line *line, FILE *to)
{
    if (line->present && line->has_time) {
        (void)fprintf(to, "  %s %14.9f s  %s\n", mark, (double)line->t_ns / (double)SIM_S,
                      line->text);
    } else if (line->present) {
        (void)fprintf(to, "  %s %s\n", mark, line->text);
    }
}

static void print_divergence(const struct compare_part *part, FILE *to)
{
    const struct divergence *d = &part->divergence;
    switch (d->kind) {
    case DIVERGE_UNRECORDED:
        (void)fputs("the digests differ, but no trace was recorded; run with --set record=events "
                    "to see where\n",
                    to);
        return;
    case DIVERGE_NOWHERE:
        (void)fputs("the digests differ, but all that was recorded is equal; run with --set "
                    "record=events to see where\n",
                    to);
        return;
    case DIVERGE_AT_ROW:
        break;
    }
    (void)fprintf(to, "replication %" PRIu32 " parts after %" PRId64 " equal %s%s (A %s, B %s):\n",
                  part->parted->a->replication, d->equal, d->table, d->equal == 1 ? "" : "s",
                  part->a.label, part->b.label);
    for (size_t i = 0; i < d->before_count; i++) {
        print_line(" ", &d->before[i], to);
    }
    for (int i = 0; i < DIVERGE_AFTER; i++) {
        print_line("A", &d->a[i], to);
    }
    for (int i = 0; i < DIVERGE_AFTER; i++) {
        print_line("B", &d->b[i], to);
    }
    if (!d->a[0].present || !d->b[0].present) {
        (void)fprintf(to, "  %s has nothing more here\n", d->a[0].present ? "B" : "A");
    }
}

static void print_pairing(const struct compare_part *part, FILE *to)
{
    const struct contrast *c = &part->contrast;
    switch (c->pairing) {
    case CONTRAST_PAIRED:
        (void)fprintf(to, "%zu replication%s, paired: both sides had the same work", c->pair_count,
                      c->pair_count == 1 ? "" : "s");
        if (c->a_count != c->pair_count || c->b_count != c->pair_count) {
            (void)fprintf(to, " (of %zu and %zu)", c->a_count, c->b_count);
        }
        (void)fputc('\n', to);
        return;
    case CONTRAST_OTHER_WORK:
        (void)fprintf(to,
                      "%zu and %zu runs, not paired: the work differs, so the intervals are "
                      "Welch's\n",
                      c->a_count, c->b_count);
        return;
    case CONTRAST_NOTHING_SHARED:
        (void)fprintf(to,
                      "%zu and %zu runs, not paired: no replication is on both sides, so the "
                      "intervals are Welch's\n",
                      c->a_count, c->b_count);
        return;
    }
}

static void print_part(const struct compare_part *part, FILE *to)
{
    (void)fprintf(to, "A  %s: %s\nB  %s: %s\n", part->a.file, part->a.variant, part->b.file,
                  part->b.variant);
    print_pairing(part, to);
    size_t same = 0;
    const size_t alike = compare_pairs_alike(&part->contrast, &same);
    if (same > 0 && same == part->contrast.a_count && same == part->contrast.b_count) {
        (void)fprintf(to, "identical: the digests of all %zu runs are equal\n", same);
        return;
    }
    print_table(part, to);
    compare_calls_print(part, to);
    compare_causes_print(part, to);
    if (alike > 0) {
        (void)fprintf(to, "\ndigests: %zu of %zu pairs are identical\n", same,
                      part->contrast.pair_count);
    }
    if (part->parted != NULL) {
        print_divergence(part, to);
    }
}

void compare_print_text(const struct compare_result *r, FILE *to)
{
    if (r->change_count > 0) {
        (void)fputs("the scenarios differ (A | B)\n", to);
    }
    for (size_t i = 0; i < r->change_count; i++) {
        const struct compare_change *c = &r->change[i];
        (void)fprintf(to, "  %s: %s | %s\n", c->key, c->a, c->b);
    }
    if (r->change_count > 0) {
        (void)fputc('\n', to);
    }
    for (size_t i = 0; i < r->count; i++) {
        if (i > 0) {
            (void)fputs("\n----\n\n", to);
        }
        print_part(&r->part[i], to);
    }
    compare_executed_print(r, to);
}
