/* The page itself: what is printed, what is ours, where it is from, what it is worth. */
#include <math.h>
#include <string.h>

#include "analysis/report/html.h"
#include "analysis/report/report.h"
#include "sim/results/paper_page.h"

enum { TEXT_BYTES = 96 };

/* ---- where a default is from ---- */

enum paper_origin paper_origin_of(const char *source)
{
    static const struct {
        const char *word;
        enum paper_origin origin;
    } words[] = {
        {"fitted", PAPER_ORIGIN_FITTED},  {"assumed", PAPER_ORIGIN_ASSUMED},
        {"silent", PAPER_ORIGIN_SILENT},  {"public", PAPER_ORIGIN_PUBLIC},
        {"the paper", PAPER_ORIGIN_READ}, {"[paper]", PAPER_ORIGIN_READ},
        {"section", PAPER_ORIGIN_READ},   {"Table", PAPER_ORIGIN_READ},
        {"figure", PAPER_ORIGIN_READ},    {"Algorithm", PAPER_ORIGIN_READ},
    };
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strstr(source, words[i].word) != NULL) {
            return words[i].origin;
        }
    }
    return PAPER_ORIGIN_ASSUMED;
}

static const char *const origin_words[PAPER_ORIGINS] = {
    [PAPER_ORIGIN_READ] = "Read in the paper",
    [PAPER_ORIGIN_PUBLIC] = "Read in its authors\u2019 public files",
    [PAPER_ORIGIN_FITTED] = "Fitted, so that a number comes out",
    [PAPER_ORIGIN_SILENT] = "The paper is silent: our reading",
    [PAPER_ORIGIN_ASSUMED] = "Assumed, by us",
};

static void put_key(FILE *to, const struct scenario_key *key)
{
    html_put(to, "<tr><td><code>%</code></td><td>%</td><td>%</td><td>%</td></tr>\n", key->path,
             key->meaning, key->value != NULL ? key->value : "\u2013", key->source);
}

static void put_origin(FILE *to, const struct model *m, enum paper_origin origin)
{
    char count[TEXT_BYTES];
    size_t keys = 0;
    for (size_t i = 0; i < m->schema.key_count; i++) {
        keys += paper_origin_of(m->schema.key[i].source) == origin;
    }
    if (keys == 0) {
        return;
    }
    (void)snprintf(count, sizeof count, "%zu key%s", keys, keys == 1 ? "" : "s");
    html_put(to,
             "<details class=\"card more\"><summary>%: <strong>%</strong></summary>\n"
             "<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"%\">"
             "<table class=\"keys\"><thead><tr><th scope=\"col\">key</th><th scope=\"col\">what it "
             "means</th><th scope=\"col\">default</th><th scope=\"col\">from</th></tr></thead>"
             "<tbody>\n",
             origin_words[origin], count, origin_words[origin]);
    for (size_t i = 0; i < m->schema.key_count; i++) {
        if (paper_origin_of(m->schema.key[i].source) == origin) {
            put_key(to, &m->schema.key[i]);
        }
    }
    html_put(to, "</tbody></table></div></details>\n");
}

static void put_origins(FILE *to, const struct model *m)
{
    html_put(to, "<h3 id=\"%-origins\">What is read, fitted and assumed</h3>\n", m->schema.name);
    for (int origin = 0; origin < PAPER_ORIGINS; origin++) {
        put_origin(to, m, (enum paper_origin)origin);
    }
}

/* ---- the rows ---- */

static bool is_printed(const struct paper_quantity *q)
{
    return strcmp(q->paper, "-") != 0;
}

/* Only an outcome can be praised for agreeing. */
static const char *verdict_class(const struct paper_row *row)
{
    switch (row->verdict) {
    case PAPER_AGREES:
        return row->quantity->kind == PAPER_OUTCOME ? "agrees" : "noted";
    case PAPER_MISSED:
    case PAPER_LESS:
    case PAPER_MORE:
        return "missed";
    case PAPER_NOTED:
        return "noted";
    case PAPER_NOT_RUN:
        break;
    }
    return "not-run";
}

static void write_number(char text[TEXT_BYTES], const struct paper_quantity *q, double value)
{
    (void)snprintf(text, TEXT_BYTES, "%.*f%s%.40s", q->decimals, value,
                   q->unit != NULL ? "\u00a0" : "", q->unit != NULL ? q->unit : "");
}

static void write_ours(char text[TEXT_BYTES], const struct paper_row *row)
{
    if (row->verdict == PAPER_NOT_RUN || isnan(row->value)) {
        (void)snprintf(text, TEXT_BYTES, "%s", row->verdict == PAPER_NOT_RUN ? "\u2013" : "none");
        return;
    }
    write_number(text, row->quantity, row->value);
}

static void write_interval(char text[TEXT_BYTES], const struct paper_row *row)
{
    const int decimals = row->quantity->decimals;
    text[0] = '\0';
    if (row->estimate.has_interval && row->estimate.half_width > 0) {
        (void)snprintf(text, TEXT_BYTES, "%.*f to %.*f", decimals, row->estimate.low, decimals,
                       row->estimate.high);
    }
}

/* Of the result beside, half its interval with it. */
static void write_beside(char text[TEXT_BYTES], const struct paper_row *row)
{
    text[0] = '\0';
    if (!row->is_beside || isnan(row->beside)) {
        (void)snprintf(text, TEXT_BYTES, "%s", row->is_beside ? "none" : "");
        return;
    }
    write_number(text, row->quantity, row->beside);
    const struct stats_estimate *e = &row->beside_estimate;
    if (e->has_interval && e->half_width > 0) {
        const size_t used = strlen(text);
        (void)snprintf(text + used, TEXT_BYTES - used, " \u00b1 %.*f", row->quantity->decimals,
                       e->half_width);
    }
}

static void write_range(char text[TEXT_BYTES], double low, double high)
{
    const double least = fabs(low) < 1e-8 ? 0 : low; /* "any at all" is a billionth */
    if (isinf(high)) {
        (void)snprintf(text, TEXT_BYTES, "above %g", least);
    } else {
        (void)snprintf(text, TEXT_BYTES, low < high ? "%g to %g" : "%g", least, high);
    }
}

/* The band; or where there is none, what the paper says. With whose it is, where it is not ours. */
static void write_band(char text[TEXT_BYTES], const struct paper_quantity *q)
{
    text[0] = '\0';
    if (!isnan(q->low)) {
        write_range(text, q->low, q->high);
    } else if (q->is_said) {
        write_range(text, q->says_low, q->says_high);
    }
    if (text[0] != '\0' && strcmp(paper_band_word(q), "paper") == 0) {
        const size_t used = strlen(text);
        (void)snprintf(text + used, TEXT_BYTES - used, " (the\u00a0paper\u2019s)");
    }
}

static void put_cell(FILE *to, const char *is, const char *text)
{
    html_put(to, "<td role=\"cell\" class=\"number\" data-is=\"%\">%</td>", is,
             text[0] != '\0' ? text : "\u2013");
}

/* beside: what the column of the result beside is called; NULL: there is none. */
static void put_numbers(FILE *to, const struct paper_row *row, bool has_paper, const char *beside)
{
    char text[TEXT_BYTES];
    if (has_paper) {
        put_cell(to, "paper", is_printed(row->quantity) ? row->quantity->paper : "");
    }
    write_ours(text, row);
    html_put(to, "<td role=\"cell\" class=\"number\" data-is=\"ours\"><strong>%</strong></td>",
             text);
    write_interval(text, row);
    put_cell(to, "95 %", text);
    if (beside != NULL) {
        write_beside(text, row);
        put_cell(to, beside, text);
    }
    write_band(text, row->quantity);
    put_cell(to, "band", text);
}

/* What stands over the column beside; NULL: there is none. */
static const char *beside_of(const struct paper_table *table)
{
    return table->beside != NULL ? table->model->paper->beside : NULL;
}

static void put_row(FILE *to, const struct paper_table *table, const struct paper_row *row,
                    bool has_paper)
{
    const struct paper_quantity *q = row->quantity;
    html_put(to,
             "<tr role=\"row\" id=\"%-row-%\"><td role=\"cell\" class=\"source\">%</td>"
             "<td role=\"cell\" class=\"name\">%",
             table->model->schema.name, q->key, q->source, q->name + strspn(q->name, " "));
    if (q->note != NULL) {
        html_put(to, "<span class=\"note\">%</span>", q->note);
    }
    html_put(to, "</td>");
    put_numbers(to, row, has_paper, beside_of(table));
    /* What an input is, is its kind and needs no verdict. */
    const bool is_said_twice = strcmp(paper_word(row), paper_kind_word(q->kind)) == 0;
    html_put(to, "<td role=\"cell\" class=\"brief kind\" data-is=\"kind\">%</td>",
             paper_kind_word(q->kind));
    html_put(to, "<td role=\"cell\" class=\"brief verdict %\">%%</td></tr>\n", verdict_class(row),
             is_said_twice ? "" : paper_word(row),
             paper_stated_outside(q) ? " (the paper\u2019s own is outside)" : "");
}

/* A paper without a number of its own has no column of them. */
static bool has_printed(const struct paper_table *table)
{
    for (size_t i = 0; i < table->count; i++) {
        if (is_printed(table->row[i].quantity)) {
            return true;
        }
    }
    return false;
}

static void put_rows(FILE *to, const struct paper_table *table)
{
    const bool has_paper = has_printed(table);
    const char *const heads[] = {"where", "quantity",      has_paper ? "paper" : NULL,
                                 "ours",  "95 % interval", beside_of(table),
                                 "band",  "kind",          "verdict"};
    html_put(to,
             "<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"Numbers of %\">\n"
             "<table class=\"paper\" role=\"table\"><thead><tr role=\"row\">",
             table->model->paper->title);
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++) {
        if (heads[i] != NULL) {
            const bool is_number = i >= 2 && i <= 6;
            html_put(to, "<th role=\"columnheader\" scope=\"col\" class=\"%\">%</th>",
                     is_number ? "number" : "", heads[i]);
        }
    }
    html_put(to, "</tr></thead><tbody>\n");
    for (size_t i = 0; i < table->count; i++) {
        put_row(to, table, &table->row[i], has_paper);
    }
    html_put(to, "</tbody></table></div>\n<p class=\"prose note-line\">");
    if (table->beside != NULL) {
        html_put(to, "Beside stands the %. ", table->how);
    }
    html_put(to, "Kinds: an outcome came out; what is fitted agrees by construction; an input the "
                 "scenario says; an echo is drawn from what it says.</p>\n");
}

/* ---- sums ---- */

/* Of the bands alone, whosever they are. */
struct bands {
    size_t rows, agree, missed, not_run;
};

static void count_bands(struct bands *b, const struct paper_table *table)
{
    for (size_t i = 0; i < table->count; i++) {
        const struct paper_row *row = &table->row[i];
        const bool is_run = row->verdict != PAPER_NOT_RUN;
        const bool has_band = !isnan(row->quantity->low);
        b->rows++;
        b->not_run += !is_run;
        b->missed += row->verdict == PAPER_MISSED;
        b->agree += is_run && has_band && row->verdict != PAPER_MISSED;
    }
}

static void put_bands(FILE *to, const struct bands *b)
{
    char text[TEXT_BYTES];
    const int used =
        snprintf(text, sizeof text, "Bands: %zu of %zu rows agree, %zu missed, %zu have none",
                 b->agree, b->rows, b->missed, b->rows - b->agree - b->missed - b->not_run);
    if (b->not_run > 0) {
        (void)snprintf(text + used, sizeof text - (size_t)used, ", %zu not run", b->not_run);
    }
    html_put(to, "%.", text);
}

/* What the paper prints and nobody put in: agreement there is worth something. */
static void put_headline(FILE *to, const struct paper_table *table)
{
    char text[2 * TEXT_BYTES];
    const struct paper_headline h = paper_headline(table);
    if (h.outcomes == 0) {
        return;
    }
    (void)snprintf(text, sizeof text,
                   "Of %zu outcomes that the paper prints %zu agree, %zu are missed, %zu fitted",
                   h.outcomes, h.agree, h.missed, h.fitted);
    html_put(to, "<strong>%.</strong> ", text);
}

/* ---- what it is worth ---- */

static void put_gaps(FILE *to, const struct model *m)
{
    const struct model_paper *paper = m->paper;
    if (paper->gaps == 0) {
        return;
    }
    html_put(to,
             "<h3 id=\"%-gaps\">What cannot be reproduced, and why</h3>\n<dl class=\"prose\">\n",
             m->schema.name);
    for (size_t i = 0; i < paper->gaps; i++) {
        html_put(to, "<dt>%</dt><dd>%</dd>\n", paper->gap[i].what, paper->gap[i].why);
    }
    html_put(to, "</dl>\n");
}

static void put_silences(FILE *to, const struct model *m)
{
    if (m->readings == 0) {
        return;
    }
    html_put(to,
             "<details class=\"card more\" id=\"%-silences\"><summary>What the paper leaves open, "
             "and how else it can be read</summary>\n<div class=\"scroll\" tabindex=\"0\" "
             "role=\"group\" aria-label=\"Silences\"><table class=\"keys\"><thead><tr>"
             "<th scope=\"col\">key</th><th scope=\"col\">what the paper says</th>"
             "<th scope=\"col\">other readings</th></tr></thead><tbody>\n",
             m->schema.name);
    for (size_t i = 0; i < m->readings; i++) {
        const struct model_reading *r = &m->reading[i];
        html_put(to, "<tr><td><code>%</code></td><td>%</td><td>", r->path, r->why);
        for (size_t v = 0; v < sizeof r->value / sizeof r->value[0] && r->value[v].value != NULL;
             v++) {
            html_put(to, v > 0 ? ", <code>%</code>" : "<code>%</code>", r->value[v].value);
        }
        html_put(to, "</td></tr>\n");
    }
    html_put(to, "</tbody></table></div></details>\n");
}

/* A text as terminals show it, as a page does: "- " begins a point, what is indented goes on. */
static void put_told(FILE *to, const char *text)
{
    bool is_list = false;
    const char *line = strchr(text, '\n'); /* the first one is its title */
    while (line != NULL && *line != '\0') {
        line += strspn(line, "\n");
        const size_t length = strcspn(line, "\n");
        const bool is_point = strncmp(line, "- ", 2) == 0;
        const size_t indent = is_point ? 2 : strspn(line, " ");
        char part[512];
        (void)snprintf(part, sizeof part, "%.*s", (int)(length > indent ? length - indent : 0),
                       line + indent);
        if (is_point) {
            html_put(to, is_list ? "</li>\n<li>" : "<ul class=\"prose\">\n<li>");
        }
        html_put(to, is_point ? "%" : is_list ? " %" : "<p>%</p>\n", part);
        is_list = is_list || is_point;
        line += length;
    }
    html_put(to, is_list ? "</li>\n</ul>\n" : "");
}

static void put_reading(FILE *to, const struct model *m)
{
    if (m->paper->reading != NULL) {
        html_put(to, "<h3 id=\"%-reading\">The honest reading</h3>\n", m->schema.name);
        put_told(to, m->paper->reading);
    }
}

/* ---- pictures and results ---- */

static enum sim_status put_pictures(FILE *to, const struct paper_tab *tab)
{
    enum sim_status status = SIM_OK;
    for (size_t i = 0; i < tab->pictures_count && status == SIM_OK; i++) {
        const struct paper_pictures *p = &tab->pictures[i];
        const struct runs *runs = &p->of->archive.runs;
        char anchor[128];
        if (p->drawn.count == 0) {
            continue;
        }
        (void)snprintf(anchor, sizeof anchor, "%.40s-%zu-", tab->model->schema.name, i + 1);
        const struct report_pictures pictures = {
            .drawn = &p->drawn,
            .variant = runs->variant,
            .variants = (uint32_t)runs->variant_count,
            .replications = tab->table.replications,
            .anchor = anchor,
        };
        html_put(to,
                 "<h3 id=\"%pictures\">Pictures of <code>%</code></h3>\n<div class=\"figures\">\n",
                 anchor, p->of->scenario.name);
        status = report_put_pictures(to, &pictures);
        html_put(to, "</div>\n");
    }
    return status;
}

static void put_results(FILE *to, const struct paper_tab *tab)
{
    html_put(to, "<h3 id=\"%-results\">Results</h3>\n<ul class=\"prose\">\n",
             tab->model->schema.name);
    for (size_t i = 0; i < tab->pictures_count; i++) {
        const struct paper_result *r = tab->pictures[i].of;
        char text[TEXT_BYTES];
        (void)snprintf(text, sizeof text, "%zu runs, seed %llu", r->archive.runs.count,
                       (unsigned long long)r->scenario.seed);
        html_put(to, "<li><code>%</code>, scenario %: %</li>\n", r->archive.path, r->scenario.name,
                 text);
    }
    html_put(to, "</ul>\n");
}

/* Of the model's results those that were also run for real. */
static void put_measured(FILE *to, const struct paper_tab *tab)
{
    for (size_t i = 0; i < tab->pictures_count; i++) {
        char anchor[TEXT_BYTES];
        (void)snprintf(anchor, sizeof anchor, "%.60s-measured-%zu", tab->model->schema.name, i + 1);
        measured_put(&tab->pictures[i].measured, anchor, 3, to);
    }
}

static enum sim_status put_tab(FILE *to, const struct paper_tab *tab)
{
    const struct model *m = tab->model;
    struct bands bands = {0};
    count_bands(&bands, &tab->table);
    html_put(to,
             "<section id=\"%\">\n<h2 class=\"first-up\">%</h2>\n<p class=\"lead first-up\">%. ",
             m->schema.name, m->paper->title, m->schema.summary);
    put_headline(to, &tab->table);
    put_bands(to, &bands);
    html_put(to, "</p>\n");
    put_rows(to, &tab->table);
    put_measured(to, tab);
    put_gaps(to, m);
    put_reading(to, m);
    put_origins(to, m);
    put_silences(to, m);
    const enum sim_status status = put_pictures(to, tab);
    put_results(to, tab);
    html_put(to, "</section>\n");
    return status;
}

/* ---- the whole ---- */

static void put_tab_link(FILE *to, const struct paper_tab *tab)
{
    const char *name = tab->model->schema.name;
    const struct paper_headline h = paper_headline(&tab->table);
    char text[TEXT_BYTES];
    struct bands b = {0};
    count_bands(&b, &tab->table);
    (void)snprintf(text, sizeof text, "%zu / %zu", h.outcomes > 0 ? h.agree : b.agree,
                   h.outcomes > 0 ? h.outcomes : b.rows);
    html_put(to, "<a id=\"tab-%\" href=\"#%\">% <span>%</span></a>", name, name, name, text);
}

static void put_header(FILE *to, const struct paper_tab *tab, size_t tabs)
{
    struct bands all = {0};
    char text[TEXT_BYTES];
    for (size_t i = 0; i < tabs; i++) {
        count_bands(&all, &tab[i].table);
    }
    (void)snprintf(text, sizeof text, "%zu paper%s, number by number", tabs, tabs == 1 ? "" : "s");
    html_put(
        to,
        "<header>\n<p class=\"kicker\">nimblesim paper</p>\n<h1>%</h1>\n<p class=\"lead\">Every "
        "number that a paper prints beside ours, how it came to be, the band in which they agree, "
        "and what that is worth. ",
        text);
    put_bands(to, &all);
    html_put(to, "</p>\n</header>\n<nav class=\"tabs\" aria-label=\"Papers\">");
    for (size_t i = 0; i < tabs; i++) {
        put_tab_link(to, &tab[i]);
    }
    html_put(to, "</nav>\n");
}

enum sim_status paper_put_page(FILE *to, const struct paper_tab *tab, size_t tabs)
{
    enum sim_status status = SIM_OK;
    report_open_page(to, "The papers\u2019 numbers and ours", "");
    put_header(to, tab, tabs);
    for (size_t i = 0; i < tabs && status == SIM_OK; i++) {
        status = put_tab(to, &tab[i]);
    }
    report_close_page(to);
    return status;
}
