/* The rows behind the pictures that a model describes, as files beside the paper's table. */
#include "analysis/report/drawn.h"
#include "analysis/report/stored.h"
#include "sim/results/paper.h"
#include "sim/terminal/artefact.h"

static enum sim_status store_file(const struct drawn *d, const struct paper_result *result,
                                  const char *end, void (*write)(const struct drawn *, FILE *),
                                  const char *folder, struct store_error *error)
{
    char name[256];
    (void)snprintf(name, sizeof name, "chart-%.64s-%.120s%s.tsv", d->of.key, result->scenario.name,
                   end);
    for (char *c = name; *c != '\0'; c++) {
        *c = *c == '/' ? '_' : *c; /* a scenario's name may be any text */
    }
    struct artefact a = {.to = NULL};
    const enum sim_status status = artefact_open(&a, folder, name, error->text, sizeof error->text);
    if (status != SIM_OK) {
        return status;
    }
    write(d, a.to);
    return artefact_close(&a, SIM_OK, error->text, sizeof error->text);
}

static enum sim_status store_drawn(const struct drawn *d, const struct paper_result *result,
                                   const char *folder, struct store_error *error)
{
    if (d->is_table) {
        return SIM_OK; /* the paper's tables are stored as such */
    }
    enum sim_status status = store_file(d, result, "", drawn_write, folder, error);
    if (status == SIM_OK && d->steps > 0) {
        status = store_file(d, result, ".curve", drawn_write_curve, folder, error);
    }
    return status;
}

static enum sim_status store_of(const struct paper_result *r, const struct contrasts *contrasts,
                                const char *folder, struct store_error *error)
{
    struct drawn_all all;
    enum sim_status status = drawn_read(&all, r->archive.store, r->model, contrasts, error);
    if (status != SIM_OK) {
        return status;
    }
    for (size_t i = 0; i < all.count && status == SIM_OK; i++) {
        status = store_drawn(&all.item[i], r, folder, error);
    }
    drawn_deinit(&all);
    return status;
}

static enum sim_status store_one(const struct paper_result *r, const char *folder,
                                 struct store_error *error)
{
    if (r->archive.runs.points > 0) {
        return store_of(r, NULL, folder, error);
    }
    struct contrasts contrasts;
    enum sim_status status =
        stored_contrasts(&contrasts, r->archive.store, r->model, &r->archive.runs, error);
    if (status == SIM_OK) {
        status = store_of(r, &contrasts, folder, error);
        contrasts_deinit(&contrasts);
    }
    return status;
}

enum sim_status paper_store_charts(const struct paper_result *result, const char *folder,
                                   struct store_error *error)
{
    enum sim_status status = SIM_OK;
    for (const struct paper_result *r = result; r != NULL && status == SIM_OK; r = r->next) {
        if (!r->shares_archive) {
            status = store_one(r, folder, error);
        }
    }
    return status;
}
