/* The rows of a picture as tab-separated text, for gnuplot and for whoever draws it anew. */
#include <math.h>

#include "analysis/report/drawn.h"

static const char *picture_word(enum model_picture picture)
{
    switch (picture) {
    case MODEL_BARS:
        return "bars";
    case MODEL_LINES:
        return "lines";
    case MODEL_HEAT:
        return "heat";
    case MODEL_SPANS:
        break;
    }
    return "spans";
}

static void put_said(FILE *to, const char *key, const char *text)
{
    if (text != NULL) {
        (void)fprintf(to, "# %s: %s\n", key, text);
    }
}

/* "# panel 2: all" and so on, for a script that goes by places. */
static void put_words(FILE *to, const char *key, const struct drawn_words *words)
{
    (void)fprintf(to, "# count of %s: %zu\n", key, words->count);
    for (size_t i = 0; i < words->count; i++) {
        (void)fprintf(to, "# %s %zu: %s\n", key, i + 1, words->word[i]);
    }
}

static void put_head(const struct drawn *d, FILE *to)
{
    const struct model_chart *c = &d->of;
    put_said(to, "picture", picture_word(c->picture));
    put_said(to, "title", c->title);
    put_said(to, "unit", c->unit);
    put_said(to, "about", c->about);
    put_said(to, "across", c->across);
    put_said(to, "of", c->series);
    put_said(to, "curve", c->curve_label);
    put_said(to, "level words", c->level_words);
    if (c->level_words != NULL) {
        (void)fprintf(to, "# level: %.10g\n", c->level);
    }
    put_said(to, "x is a", c->picture == MODEL_LINES && drawn_are_numbers(d) ? "number" : "word");
    put_words(to, "panel", &d->panel);
    put_words(to, "x", &d->x);
    put_words(to, "series", &d->series);
}

static void put_number(FILE *to, double value, const char *end)
{
    if (isnan(value)) {
        (void)fprintf(to, "NaN%s", end);
    } else {
        (void)fprintf(to, "%.9g%s", value, end);
    }
}

void drawn_write(const struct drawn *d, FILE *to)
{
    const bool is_spans = d->of.picture == MODEL_SPANS;
    put_head(d, to);
    (void)fprintf(to, "panel_no\tx_no\tseries_no\tpanel\t%s\n",
                  is_spans ? "lane\tkind\tfrom\tto" : "x\tseries\tvalue\tlow\thigh");
    for (size_t i = 0; i < d->points; i++) {
        const struct drawn_point *p = &d->point[i];
        (void)fprintf(to, "%zu\t%zu\t%zu\t%s\t%s\t%s\t", p->panel + 1, p->x + 1, p->series + 1,
                      d->panel.word[p->panel], d->x.word[p->x], d->series.word[p->series]);
        if (!is_spans) {
            put_number(to, p->value, "\t");
        }
        put_number(to, p->low, "\t");
        put_number(to, p->high, "\n");
    }
}

void drawn_write_curve(const struct drawn *d, FILE *to)
{
    (void)fputs("panel_no\tt\tvalue\tlimit\n", to);
    for (size_t i = 0; i < d->steps; i++) {
        const struct drawn_step *s = &d->step[i];
        (void)fprintf(to, "%zu\t", s->panel + 1);
        put_number(to, s->at, "\t");
        put_number(to, s->value, "\t");
        put_number(to, s->limit, "\n");
    }
}
