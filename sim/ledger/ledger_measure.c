/* Runs the ledger's studies one after the other, and judges them when all are there. */
#include <stdlib.h>
#include <string.h>

#include "sim/ledger/ledger.h"
#include "sim/study/load.h"
#include "sim/terminal/exit.h"
#include "sim/terminal/interrupt.h"
#include "sim/terminal/message.h"
#include "sim/terminal/progress.h"

/* The share of a variant's calls, over all replications, that got no answer. */
static double unanswered(const struct study *s, uint32_t variant)
{
    double without = 0;
    double calls = 0;
    for (uint32_t k = 0; k < study_replications(s); k++) {
        const struct model_result *r = &study_find(s, variant, k)->result;
        without +=
            model_measure_of(s->model, r, "failed") + model_measure_of(s->model, r, "pending");
        calls += model_measure_of(s->model, r, "calls");
    }
    return calls > 0 ? without / calls
                     : 0; /* NaN, where the model counts no calls, is not above 0 */
}

/* The contrasts of the study that the model's conclusions rest on. */
static enum sim_status name_figures(struct ledger *l, const struct study *s)
{
    l->figure = calloc(s->contrasts.rows + 1, sizeof *l->figure);
    for (size_t h = 0; h < s->model->headlines && l->figure != NULL; h++) {
        for (size_t i = 0; i < s->contrasts.rows; i++) {
            const struct contrasts_row *row = &s->contrasts.row[i];
            if (strcmp(row->of->name, s->model->headline[h].contrast) == 0) {
                struct ledger_figure *figure = &l->figure[l->figures++];
                figure->style = &s->model->headline[h];
                figure->row = i;
                contrasts_name(&s->contrasts, row, figure->name);
                contrasts_label(&s->contrasts, row, figure->label);
            }
        }
    }
    return l->figure != NULL ? SIM_OK : SIM_ERR_NOMEM;
}

static enum sim_status sample(const struct ledger *l, struct ledger_row *row, const struct study *s)
{
    const uint32_t n = study_replications(s);
    const uint32_t variants = s->scenario->variant_count;
    row->sample = calloc((size_t)n * l->figures + 1, sizeof *row->sample);
    row->effect = calloc(l->figures + 1, sizeof *row->effect);
    row->unanswered = calloc(variants, sizeof *row->unanswered);
    if (row->sample == NULL || row->effect == NULL || row->unanswered == NULL) {
        return SIM_ERR_NOMEM;
    }
    for (size_t f = 0; f < l->figures; f++) {
        const struct contrasts_row *contrast = &s->contrasts.row[l->figure[f].row];
        memcpy(&row->sample[f * n], study_contrast_values(s, contrast), n * sizeof *row->sample);
    }
    for (uint32_t v = 0; v < variants; v++) {
        row->unanswered[v] = unanswered(s, v);
    }
    return SIM_OK;
}

/* A reading that cannot be run on this floor is worth a line of its own; the base must run. */
static int take_refusal(const struct ledger *l, struct ledger_row *row, enum sim_status status,
                        const char *text)
{
    if (row == &l->base || status != SIM_ERR_INVALID) {
        message_error("%s", text);
        return load_exit_code(status);
    }
    row->state = LEDGER_ROW_UNFIT;
    row->refusal = strdup(text);
    return row->refusal != NULL ? EXIT_OK : EXIT_INTERNAL;
}

static int take_result(struct ledger *l, struct ledger_row *row, const struct study *s)
{
    if (!study_is_complete(s)) {
        message_error("interrupted: not all readings have been measured");
        return EXIT_INTERRUPTED;
    }
    for (uint32_t i = 0; i < s->run_count; i++) {
        if (s->run[i].result.books[0] != '\0') {
            message_error("%s, %s, replication %u: the books do not balance: %s",
                          row == &l->base ? s->scenario->name : row->name,
                          s->scenario->variant[s->run[i].variant].name, s->run[i].replication,
                          s->run[i].result.books);
            return EXIT_CHECK_FAILED;
        }
    }
    bool kept = true;
    if (row == &l->base) {
        l->replications = study_replications(s);
        kept = s->scenario->precision.half_width <= 0 || ledger_fix_replications(l);
        kept = kept && name_figures(l, s) == SIM_OK;
    }
    ASSERT(study_replications(s) == l->replications); /* or there were no pairs */
    if (!kept || sample(l, row, s) != SIM_OK) {
        message_error("%s", sim_status_text(SIM_ERR_NOMEM));
        return EXIT_INTERNAL;
    }
    return EXIT_OK;
}

static int run_study(struct ledger *l, struct ledger_row *row, const struct scenario *scenario)
{
    const struct study_options options = {.threads = l->request->threads};
    struct study study;
    enum sim_status status = study_init(&study, scenario, &options);
    if (status != SIM_OK) {
        return take_refusal(l, row, status, study.error);
    }
    status = study_run(&study);
    int code =
        status != SIM_OK ? take_refusal(l, row, status, study.error) : take_result(l, row, &study);
    study_deinit(&study);
    return code;
}

static int measure(struct ledger *l, struct ledger_row *row)
{
    struct scenario scenario;
    const int code = ledger_load_row(l, row, &scenario);
    if (code != EXIT_OK) {
        return code;
    }
    const int result = run_study(l, row, &scenario);
    scenario_deinit(&scenario);
    return result;
}

static void judge_row(const struct ledger *l, struct ledger_row *row)
{
    const size_t n = l->replications;
    bool is_saturated = false;
    for (uint32_t v = 0; v < l->scenario.variant_count; v++) {
        is_saturated |= row->unanswered[v] > l->base.unanswered[v] + LEDGER_SATURATION;
    }
    for (size_t f = 0; f < l->figures; f++) {
        row->effect[f] = ledger_judge(&l->base.sample[f * n], &row->sample[f * n], n, l->effects);
        if (is_saturated) {
            row->effect[f].verdict = LEDGER_SATURATED;
        }
    }
}

static void judge(struct ledger *l)
{
    size_t measured = 0;
    for (size_t r = 0; r < l->row_count; r++) {
        measured += l->row[r].state == LEDGER_ROW_RUN;
    }
    l->effects = (measured > 0 ? measured : 1) * l->figures;
    judge_row(l, &l->base);
    for (size_t r = 0; r < l->row_count; r++) {
        if (l->row[r].state == LEDGER_ROW_RUN) {
            judge_row(l, &l->row[r]);
        }
    }
}

int ledger_run(struct ledger *l)
{
    struct progress progress;
    if (l->request->label != NULL) {
        progress_begin(&progress, l->request->label, (double)(l->row_count + 1));
    }
    interrupt_watch();
    int code = run_study(l, &l->base, &l->scenario);
    for (size_t r = 0; r < l->row_count && code == EXIT_OK; r++) {
        if (l->request->label != NULL) {
            progress_update(&progress, (double)(r + 1), 0);
        }
        if (l->row[r].state == LEDGER_ROW_RUN) {
            code = measure(l, &l->row[r]);
        }
    }
    if (l->request->label != NULL) {
        progress_finish(&progress);
    }
    if (code == EXIT_OK) {
        judge(l);
    }
    return code;
}
