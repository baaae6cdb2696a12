/* What the ledger says of its numbers: significance, rank, and how a row is repeated. */
#include "sim/ledger/ledger.h"

#include <math.h>
#include <string.h>

#include "sim/engine/text.h"

const struct model_headline *ledger_style(const struct model *m, const char *name)
{
    const size_t length =
        strcspn(name, "."); /* a contrast with the baseline has a variant behind */
    for (size_t i = 0; i < m->headlines; i++) {
        if (strlen(m->headline[i].contrast) == length &&
            strncmp(m->headline[i].contrast, name, length) == 0) {
            return &m->headline[i];
        }
    }
    return NULL;
}

const char *ledger_variant(const char *name)
{
    const char *dot = strchr(name, '.');
    return dot != NULL ? dot + 1 : "";
}

/* ---- significance ---- */

static const struct {
    const char *name, *mark;
} verdicts[] = {
    [LEDGER_SAME] = {"same", "="},           [LEDGER_UNCLEAR] = {"unclear", ""},
    [LEDGER_CLEAR] = {"clear", "*"},         [LEDGER_CERTAIN] = {"certain", "**"},
    [LEDGER_UNDEFINED] = {"undefined", "!"}, [LEDGER_SATURATED] = {"saturated", "~"},
};

const char *ledger_verdict_name(enum ledger_verdict verdict)
{
    return verdicts[verdict].name;
}

const char *ledger_verdict_mark(enum ledger_verdict verdict)
{
    return verdicts[verdict].mark;
}

/* NaN twice is the same too: the figure is missing in both. */
static bool are_same(const double *a, const double *b, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const bool equal = a[i] <= b[i] && a[i] >= b[i];
        if (!equal && !(isnan(a[i]) && isnan(b[i]))) {
            return false;
        }
    }
    return true;
}

static bool excludes_zero(const struct stats_estimate *e)
{
    return e->has_interval && fabs(e->mean) > e->half_width;
}

struct ledger_effect ledger_judge(const double *base, const double *value, size_t n, size_t effects)
{
    ASSERT(effects > 0);
    struct ledger_effect effect = {
        .value = stats_mean_estimate(value, n, CONTRASTS_LEVEL),
        .difference = stats_paired_estimate(value, base, n, CONTRASTS_LEVEL),
        .verdict = LEDGER_UNCLEAR,
    };
    const double strict_level = 1 - (1 - CONTRASTS_LEVEL) / (double)effects;
    const struct stats_estimate strict = stats_paired_estimate(value, base, n, strict_level);
    if (are_same(base, value, n)) {
        effect.verdict = LEDGER_SAME;
    } else if (effect.difference.n == 0) {
        effect.verdict = LEDGER_UNDEFINED;
    } else if (excludes_zero(&strict)) {
        effect.verdict = LEDGER_CERTAIN;
    } else if (excludes_zero(&effect.difference)) {
        effect.verdict = LEDGER_CLEAR;
    }
    return effect;
}

/* ---- rank ---- */

/* Never NaN: a figure that is missing in both has no difference, yet is the same. */
static double weight(const struct ledger_effect *effect)
{
    switch (effect->verdict) {
    case LEDGER_SAME:
        return 0;
    case LEDGER_UNDEFINED:
        return (double)INFINITY;
    case LEDGER_SATURATED:
        return -1;
    case LEDGER_UNCLEAR:
    case LEDGER_CLEAR:
    case LEDGER_CERTAIN:
        break;
    }
    return fabs(effect->difference.mean);
}

/* By insertion: some fifty rows, and equals keep their order. */
size_t ledger_rank(const struct ledger *l, size_t figure, size_t *order)
{
    size_t count = 0;
    for (size_t r = 0; r < l->row_count; r++) {
        if (l->row[r].state != LEDGER_ROW_RUN) {
            continue;
        }
        const double w = weight(&l->row[r].effect[figure]);
        size_t at = count++;
        while (at > 0 && weight(&l->row[order[at - 1]].effect[figure]) < w) {
            order[at] = order[at - 1];
            at--;
        }
        order[at] = r;
    }
    return count;
}

/* ---- the command that repeats a row ---- */

static void print_set(const char *set, FILE *to)
{
    const char *value = strchr(set, '=');
    ASSERT(value != NULL); /* or the scenario had not been loaded with it */
    (void)fprintf(to, "--set %.*s", (int)(value + 1 - set), set);
    text_shell(value + 1, to);
}

void ledger_print_sets(const struct ledger_row *row, FILE *to)
{
    for (size_t i = 0; row->set[i] != NULL; i++) {
        (void)fputs(i > 0 ? " " : "", to);
        print_set(row->set[i], to);
    }
}

void ledger_print_command(const struct ledger *l, const struct ledger_row *row, FILE *to)
{
    (void)fputs("nimblesim run ", to);
    text_shell(l->request->path, to);
    for (size_t i = 0; i < l->common_count; i++) {
        (void)fputc(' ', to);
        print_set(l->common[i], to);
    }
    if (row != NULL) {
        (void)fputc(' ', to);
        ledger_print_sets(row, to);
    }
}
