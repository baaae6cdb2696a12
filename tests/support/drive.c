#include "tests/support/drive.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

static void prepare(const struct model *m, const struct model_head *head,
                    struct model_result *result)
{
    *result = (struct model_result){
        .measure = malloc(m->measures * sizeof *result->measure),
        .bins = (size_t)((head->duration_ns - 1) / head->bin_ns) + 1,
        .bin_ns = head->bin_ns,
        .histogram = calloc(m->distributions + 1, BINS_COUNT * sizeof *result->histogram),
    };
    result->bin = calloc(result->bins * (m->series_count + 1), sizeof *result->bin);
    cr_assert(result->measure != NULL && result->bin != NULL && result->histogram != NULL);
    for (size_t i = 0; i < m->measures; i++) {
        result->measure[i] = (double)NAN;
    }
}

/* Of work that was drawn before, or NULL. */
static void drive(const struct model *m, const struct model_head *head, const void *config,
                  const void *work, uint32_t replication, uint64_t events,
                  const struct model_listener *listener, struct model_result *result)
{
    static const struct model_listener deaf = {.row = NULL};
    struct model_error error = {.text = ""};
    void *system;
    void *run;
    cr_assert_eq(m->open(&system, head, config, &error), SIM_OK, "%s: %s",
                 error.key != NULL ? error.key : "", error.text);
    const enum sim_status begun =
        m->begin(&run, system, work, replication, listener != NULL ? listener : &deaf, &error);
    cr_assert_eq(begun, SIM_OK, "%s: %s", error.key != NULL ? error.key : "", error.text);
    sim_time now;
    for (bool done = false; !done;) {
        cr_assert_eq(m->advance(run, events > 0 ? events : UINT64_MAX, &now, &done), SIM_OK);
    }
    prepare(m, head, result);
    cr_assert_eq(m->end(run, result), SIM_OK);
    m->close(system);
}

void drive_model(const struct model *m, const struct model_head *head, const void *config,
                 uint32_t replication, uint64_t events, const struct model_listener *listener,
                 struct model_result *result)
{
    drive(m, head, config, NULL, replication, events, listener, result);
}

void drive_drawn(const struct model *m, const struct model_head *head, const void *config,
                 const void *work, struct model_result *result)
{
    drive(m, head, config, work, 1, 0, NULL, result);
}

void drive_forget(struct model_result *result)
{
    free(result->measure);
    free(result->bin);
    free(result->histogram);
    free(result->outcome);
}

void drive_expect_energy_over_time(const struct model *m, const struct model_result *result)
{
    const size_t series = model_series_find(m, "energy");
    const double wanted = model_measure_of(m, result, "energy_j");
    double sum = 0;
    cr_assert_lt(series, m->series_count);
    for (size_t i = 0; i < result->bins; i++) {
        const int64_t nj = result->bin[i * m->series_count + series];
        cr_assert_geq(nj, 0);
        sum += (double)nj / 1e9;
    }
    cr_assert(fabs(sum - wanted) <= 1e-9 * wanted + 1e-9 * (double)result->bins,
              "%.12g J in bins, not %.12g J", sum, wanted);
}
