#include "sim/testbed/experiment.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/study/provenance.h"
#include "sim/terminal/exit.h"
#include "sim/terminal/interrupt.h"
#include "sim/terminal/message.h"
#include "sim/terminal/output.h"

/* ---- what a part says of the host ---- */

static void add_fact(struct experiment_part *p, const char *name, const char *value)
{
    size_t at = 0;
    while (at < p->facts && strcmp(p->fact[at].name, name) != 0) {
        at++;
    }
    if (at == EXPERIMENT_FACTS_MAX) {
        return;
    }
    p->facts += at == p->facts;
    (void)snprintf(p->fact[at].name, sizeof p->fact[at].name, "%s", name);
    (void)snprintf(p->fact[at].value, sizeof p->fact[at].value, "%s", value);
}

static void on_fact(void *context, const char *name, const char *value)
{
    add_fact(context, name, value);
}

/* A point that is kept here. Without memory it is lost, as a picture's is. */
static void on_point(void *context, const char *curve, const char *series, double x, double value)
{
    struct experiment_part *p = context;
    if (p->points == p->points_room) {
        const size_t room = 2 * p->points_room + 64;
        struct result_trial_point *larger = realloc(p->point, room * sizeof *larger);
        if (larger == NULL) {
            message_warning("no memory for points of %s", curve);
            return;
        }
        p->point = larger;
        p->points_room = room;
    }
    struct result_trial_point *point = &p->point[p->points++];
    (void)snprintf(point->curve, sizeof point->curve, "%s", curve);
    (void)snprintf(point->series, sizeof point->series, "%s", series);
    point->x = x;
    point->value = value;
}

static bool add_set(struct option_list *sets, const char *text)
{
    if (sets->count == sets->capacity) {
        const size_t capacity = 2 * sets->capacity + 16;
        const char **larger = realloc(sets->item, capacity * sizeof *larger);
        if (larger == NULL) {
            return false;
        }
        sets->item = larger;
        sets->capacity = capacity;
    }
    sets->item[sets->count++] = text;
    return true;
}

/* A setting that is kept here. Without memory it is lost, and the scenario's own value holds. */
static void on_set(void *context, const char *key_value)
{
    struct experiment *x = ((struct experiment_part *)context)->whole;
    char **larger = realloc(x->text, (x->texts + 1) * sizeof *larger);
    char *copy = strdup(key_value);
    if (larger != NULL) {
        x->text = larger;
    }
    if (larger == NULL || copy == NULL || !add_set(&x->sets, copy)) {
        message_warning("no memory for %s", key_value);
        free(copy);
        return;
    }
    x->text[x->texts++] = copy;
}

static bool on_interrupted(void *context)
{
    (void)context;
    return interrupt_requested();
}

static void tell_machine(struct experiment_part *p)
{
    struct trial_machine end;
    char text[64];
    trial_machine_look(&end);
    add_fact(p, "clock source", end.clock_source);
    add_fact(p, "kernel", end.kernel);
    add_fact(p, "priority", end.priority);
    (void)snprintf(text, sizeof text, "%" PRIu32 " of %" PRIu32, end.allowed, end.cores);
    add_fact(p, "processors that may be used", text);
    (void)snprintf(text, sizeof text, "%.2f before, %.2f behind", p->begin.load, end.load);
    add_fact(p, "load", text);
    (void)snprintf(text, sizeof text, "%.1f %%", 100 * trial_machine_busy(&p->begin, &end));
    add_fact(p, "processors' time used, by everybody", text);
    (void)snprintf(text, sizeof text, "%.2f %%", 100 * trial_machine_stolen(&p->begin, &end));
    add_fact(p, "processors' time stolen by other machines", text);
}

/* ---- opening ---- */

static int fail(const struct experiment_part *p, enum sim_status status, const char *text)
{
    if (interrupt_requested()) {
        message_error("interrupted");
        return EXIT_INTERRUPTED;
    }
    message_error("%s, part %s: %s", p->whole->request->run->path, p->of->name,
                  text[0] != '\0' ? text : sim_status_text(status));
    return status == SIM_ERR_IO ? EXIT_IO : EXIT_INTERNAL;
}

/* "variants=[k8s, qos]": those of the arms, each once. */
static void set_variants(struct experiment_part *p)
{
    char text[512] = "variants=[";
    size_t used = strlen(text);
    size_t named = 0;
    for (size_t i = 0; i < p->of->arms; i++) {
        const char *variant = p->of->arm[i].variant;
        bool is_new = variant != NULL;
        for (size_t j = 0; is_new && j < i; j++) {
            is_new = p->of->arm[j].variant == NULL || strcmp(p->of->arm[j].variant, variant) != 0;
        }
        if (is_new) {
            used += (size_t)snprintf(text + used, sizeof text - used, "%s%s",
                                     named++ > 0 ? ", " : "", variant);
            ASSERT(used + 2 < sizeof text);
        }
    }
    if (named > 0) {
        (void)snprintf(text + used, sizeof text - used, "]");
        on_set(p, text);
    }
}

static bool has_variants(const struct experiment_part *p)
{
    return p->of->arm[p->of->baseline].variant != NULL;
}

static int open_part(struct experiment_part *p, uint64_t seed)
{
    const struct experiment_request *wish = p->whole->request;
    const struct model_trial_request request = {
        .seed = seed,
        .is_small = wish->is_small,
        .context = p,
        .fact = on_fact,
        .point = on_point,
        .set = on_set,
        .is_interrupted = on_interrupted,
    };
    char text[MODEL_TRIAL_TEXT_MAX] = "";
    trial_machine_look(&p->begin);
    set_variants(p);
    const enum sim_status status = p->of->open(&p->bench, &request, text);
    if (status != SIM_OK) {
        p->bench = NULL;
        return fail(p, status, text);
    }
    const uint32_t most = wish->is_small ? p->of->small_blocks : p->of->blocks;
    p->plan = (struct trial_plan){
        .arm = p->of->arm,
        .arms = p->of->arms,
        .baseline = p->of->baseline,
        .again = p->of->again,
        .metric = p->of->metric,
        .metrics = p->of->metrics,
        .seed = seed,
        .blocks = wish->blocks > 0 ? (uint32_t)wish->blocks : most,
        .looks = wish->blocks > 0 || wish->is_small ? 1 : 3,
        .budget_ns = (int64_t)(wish->minutes * 60 / p->whole->parts) * SIM_S,
    };
    p->has_trial = trial_init(&p->trial, &p->plan) == SIM_OK;
    return p->has_trial ? EXIT_OK : fail(p, SIM_ERR_NOMEM, "");
}

static int choose_parts(struct experiment *x)
{
    const struct model_real *real = x->model->real;
    const char *wanted = x->request->part;
    for (size_t i = 0; i < real->trials; i++) {
        if (wanted == NULL || strcmp(real->trial[i].name, wanted) == 0) {
            ASSERT(x->parts < EXPERIMENT_PARTS_MAX);
            x->part[x->parts++] = (struct experiment_part){.whole = x, .of = &real->trial[i]};
        }
    }
    if (x->parts > 0) {
        return EXIT_OK;
    }
    message_error("--part: the model %s has no part '%s'", x->model->schema.name, wanted);
    for (size_t i = 0; i < real->trials; i++) {
        message_hint("%s: %s", real->trial[i].name, real->trial[i].about);
    }
    return EXIT_USAGE;
}

/* ---- the simulation of the same ---- */

static int load(struct experiment *x)
{
    const struct load_changes *given = x->request->changes;
    for (size_t i = 0; i < given->sets->count; i++) {
        if (!add_set(&x->sets, given->sets->item[i])) {
            return EXIT_INTERNAL;
        }
    }
    struct load_changes changes = *given;
    changes.sets = &x->sets;
    const int code = load_scenario(&x->scenario, x->request->run->path, &changes);
    x->has_scenario = code == EXIT_OK;
    for (size_t p = 0; code == EXIT_OK && p < x->parts; p++) {
        for (size_t i = 0; i < x->part[p].of->arms; i++) {
            const char *variant = x->part[p].of->arm[i].variant;
            if (variant != NULL &&
                scenario_variant_find(&x->scenario, variant) == x->scenario.variant_count) {
                message_error("%s: an arm needs the variant %s", x->request->run->path, variant);
                return EXIT_BAD_DATA;
            }
        }
    }
    return code;
}

static int prepare_study(struct experiment *x)
{
    const struct run_request *run = x->request->run;
    const struct study_options options = {
        .threads = (uint32_t)run->threads,
        .label = run->quiet ? NULL : "simulated",
    };
    const enum sim_status status = study_init(&x->study, &x->scenario, &options);
    x->has_study = status == SIM_OK;
    if (status != SIM_OK) {
        study_print_error(&x->study);
    }
    return load_exit_code(status);
}

static int simulate(struct experiment *x)
{
    x->study.options.store = x->store;
    const enum sim_status status = study_run(&x->study);
    if (status != SIM_OK) {
        message_error("%s", x->study.error);
        return status == SIM_ERR_IO ? EXIT_IO : EXIT_INTERNAL;
    }
    if (!study_is_complete(&x->study)) {
        message_error("interrupted");
        return EXIT_INTERRUPTED;
    }
    if (!study_books_balance(&x->study)) {
        message_error("books of a simulated run do not balance");
        return EXIT_CHECK_FAILED;
    }
    return EXIT_OK;
}

/* ---- the arms ---- */

static enum sim_status run_arm(void *context, size_t arm, uint32_t block, double *value,
                               char text[TRIAL_TEXT_MAX])
{
    struct experiment_part *p = context;
    const char *variant = p->of->arm[arm].variant;
    const void *system = NULL;
    if (variant != NULL) {
        const uint32_t v = scenario_variant_find(&p->whole->scenario, variant);
        system = p->whole->study.system[v];
    }
    _Static_assert((int)TRIAL_TEXT_MAX == (int)MODEL_TRIAL_TEXT_MAX, "one text");
    return p->of->run(p->bench, arm, system, block, value, text);
}

static enum sim_status keep_block(void *context, uint32_t block, const double *value,
                                  const size_t *place)
{
    const struct experiment_part *p = context;
    if (p->whole->store == NULL) {
        return SIM_OK;
    }
    struct result_trial_value row[TRIAL_ARMS_MAX * TRIAL_METRICS_MAX];
    const size_t count = p->plan.arms * p->plan.metrics;
    for (size_t i = 0; i < count; i++) {
        const size_t arm = i / p->plan.metrics;
        row[i] = (struct result_trial_value){
            .arm = p->plan.arm[arm].name,
            .metric = p->plan.metric[i % p->plan.metrics].name,
            .place = (uint32_t)place[arm],
            .value = value[i],
        };
    }
    return store_trial_block(p->whole->store, p->of->name, block, row, count);
}

static void show(void *context, double done, double total)
{
    struct experiment_part *p = context;
    (void)total;
    progress_update(&p->progress, done, 0);
}

static enum sim_status find_all(struct experiment_part *p)
{
    enum sim_status status = SIM_OK;
    for (size_t i = 0; i < p->plan.arms * p->plan.metrics && status == SIM_OK; i++) {
        const size_t arm = i / p->plan.metrics;
        const size_t metric = i % p->plan.metrics;
        struct experiment_finding *f = &p->finding[arm][metric];
        status = trial_find(&p->trial, arm, metric, &f->measured);
        experiment_simulated(p->whole, p, arm, metric, f);
    }
    return status;
}

static enum sim_status store_findings(const struct experiment_part *p)
{
    struct result_trial_finding row[TRIAL_ARMS_MAX * TRIAL_METRICS_MAX];
    const size_t count = p->plan.arms * p->plan.metrics;
    enum sim_status status = SIM_OK;
    for (size_t i = 0; i < p->facts && status == SIM_OK; i++) {
        status = store_trial_fact(p->whole->store, p->of->name, p->fact[i].name, p->fact[i].value);
    }
    if (status == SIM_OK) {
        status = store_trial_points(p->whole->store, p->of->name, p->point, p->points);
    }
    for (size_t i = 0; i < count; i++) {
        const struct trial_arm *arm = &p->plan.arm[i / p->plan.metrics];
        const struct trial_metric *metric = &p->plan.metric[i % p->plan.metrics];
        const struct experiment_finding *f = &p->finding[i / p->plan.metrics][i % p->plan.metrics];
        row[i] = (struct result_trial_finding){
            .arm = arm->name,
            .metric = metric->name,
            .unit = metric->unit,
            .label = metric->label,
            .pairs = f->measured.pairs,
            .value = f->measured.value,
            .baseline = f->measured.baseline,
            .difference = f->measured.difference,
            .low = f->measured.low,
            .high = f->measured.high,
            .verdict = trial_verdict_word[f->measured.verdict],
            .variant = arm->variant,
            .measure = metric->measure,
            .simulated = f->simulated,
            .simulated_difference = f->simulated_difference,
            .number = (uint32_t)(i % p->plan.metrics),
        };
    }
    return status != SIM_OK ? status
                            : store_trial_end(p->whole->store, p->of->name, p->trial.blocks,
                                              trial_end_word[p->trial.end], row, count);
}

static enum sim_status store_begin(const struct experiment_part *p)
{
    const struct result_trial row = {
        .part = p->of->name,
        .about = p->of->about,
        .baseline = p->plan.arm[p->plan.baseline].name,
        .again = p->plan.arm[p->plan.again].name,
        .seed = p->plan.seed,
        .blocks = p->plan.blocks,
        .looks = p->plan.looks,
        .level = trial_level(&p->plan),
    };
    return store_trial_begin(p->whole->store, &row);
}

static int stored_badly(const struct experiment *x, enum sim_status status)
{
    message_error("%s", store_message(x->store));
    return status == SIM_ERR_IO ? EXIT_IO : EXIT_INTERNAL;
}

static int run_part(struct experiment_part *p)
{
    const struct experiment *x = p->whole;
    const struct trial_hands hands = {
        .context = p,
        .run = run_arm,
        .keep = keep_block,
        .progress = x->request->run->quiet ? NULL : show,
        .is_interrupted = on_interrupted,
    };
    enum sim_status status = x->store != NULL ? store_begin(p) : SIM_OK;
    if (status != SIM_OK) {
        return stored_badly(x, status);
    }
    char text[TRIAL_TEXT_MAX];
    progress_begin(&p->progress, p->of->name, (double)p->plan.blocks * (double)p->plan.arms);
    status = trial_run_blocks(&p->trial, &hands, text);
    progress_finish(&p->progress);
    const int code = status == SIM_OK ? EXIT_OK : fail(p, status, text);
    if (code == EXIT_OK && p->of->conclude != NULL) {
        p->of->conclude(p->bench);
    }
    tell_machine(p);
    if (find_all(p) != SIM_OK) {
        return fail(p, SIM_ERR_NOMEM, "");
    }
    status = x->store != NULL ? store_findings(p) : SIM_OK;
    if (status != SIM_OK) {
        return stored_badly(x, status);
    }
    return code == EXIT_OK && p->trial.end == TRIAL_INTERRUPTED ? EXIT_INTERRUPTED : code;
}

/* ---- all of it ---- */

static int work(struct experiment *x)
{
    bool is_simulated = x->store != NULL; /* what is kept has its runs: a page can be made of it */
    for (size_t i = 0; i < x->parts; i++) {
        is_simulated = is_simulated || has_variants(&x->part[i]);
    }
    int code = is_simulated ? simulate(x) : EXIT_OK;
    for (size_t i = 0; i < x->parts && code == EXIT_OK; i++) {
        code = run_part(&x->part[i]);
    }
    return code;
}

static int store_and_work(struct experiment *x)
{
    const struct run_request *run = x->request->run;
    struct provenance provenance;
    struct store_error error;
    if (provenance_init(&provenance, &x->scenario, run->argc, run->argv) != SIM_OK) {
        message_error("%s", sim_status_text(SIM_ERR_NOMEM));
        return EXIT_INTERNAL;
    }
    if (store_create(&x->store, run->out, run->force, &provenance.store.model, &provenance.row,
                     &error) != SIM_OK) {
        message_error("%s", error.text);
        provenance_deinit(&provenance);
        return EXIT_CANNOT_CREATE;
    }
    const int code = work(x);
    const enum result_state state = code == EXIT_OK            ? RESULT_COMPLETE
                                    : code == EXIT_INTERRUPTED ? RESULT_INTERRUPTED
                                                               : RESULT_FAILED;
    const enum sim_status status = store_finish(x->store, state);
    const int finished = status != SIM_OK && code == EXIT_OK ? stored_badly(x, status) : code;
    store_destroy(x->store);
    x->store = NULL;
    provenance_deinit(&provenance);
    return finished;
}

static int print(const struct experiment *x, int code)
{
    bool written = true;
    if (code != EXIT_OK && code != EXIT_INTERRUPTED) {
        return code;
    }
    if (x->request->run->json) {
        written = experiment_print_json(x, stdout);
    } else if (!x->request->run->quiet) {
        experiment_print_table(x, stdout);
    }
    const int ended = output_end_standard(written);
    return ended != EXIT_OK ? ended : code;
}

static void deinit(struct experiment *x)
{
    for (size_t i = 0; i < x->parts; i++) {
        if (x->part[i].bench != NULL) {
            x->part[i].of->close(x->part[i].bench);
        }
        free(x->part[i].point);
        if (x->part[i].has_trial) {
            trial_deinit(&x->part[i].trial);
        }
    }
    if (x->has_study) {
        study_deinit(&x->study);
    }
    if (x->has_scenario) {
        scenario_deinit(&x->scenario);
    }
    for (size_t i = 0; i < x->texts; i++) {
        free(x->text[i]);
    }
    free(x->text);
    option_list_deinit(&x->sets);
}

/* That the scenario is there and without mistakes is found before anything is measured. */
static int check_scenario(const struct experiment_request *request, uint64_t *seed)
{
    struct scenario scenario;
    const int code = load_scenario(&scenario, request->run->path, request->changes);
    if (code == EXIT_OK) {
        *seed = scenario.seed;
        scenario_deinit(&scenario);
    }
    return code;
}

int experiment_tell(const struct model *model, const struct experiment_request *request)
{
    struct experiment *x = calloc(1, sizeof *x);
    uint64_t seed = 0;
    if (x == NULL) {
        message_error("%s", sim_status_text(SIM_ERR_NOMEM));
        return EXIT_INTERNAL;
    }
    x->model = model;
    x->request = request;
    int code = check_scenario(request, &seed);
    code = code == EXIT_OK ? choose_parts(x) : code;
    for (size_t i = 0; i < x->parts && code == EXIT_OK; i++) {
        code = open_part(&x->part[i], seed);
    }
    code = code == EXIT_OK ? load(x) : code;
    code = code == EXIT_OK ? prepare_study(x) : code;
    if (code == EXIT_OK) {
        code = print(x, request->run->out != NULL ? store_and_work(x) : work(x));
    }
    deinit(x);
    free(x);
    return code;
}
