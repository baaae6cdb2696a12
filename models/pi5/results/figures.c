#include "models/pi5/results/figures.h"

#include <stdio.h>

#include "sim/terminal/artefact.h"

/* A line each, columns joined by tabs. */
#define TAB " || char(9) || "
#define S(column) "printf('%.6f', " column " / 1e9)"
#define RUN(column) "JOIN run USING (run_id) WHERE point_id = 0 AND replication = ? AND " column
#define ARMS "variant IN ('base', 'all')"

static const struct figure {
    const char *name, *about, *columns, *select;
    bool is_of_one; /* the select asks for a replication */
} figures[] = {
    {"pi5-arms.tsv", "mean completion of each arm, in s; 1: the policy is on",
     "arm\tpin\tmemory\tsort\tmean_s",
     "SELECT variant" TAB "(variant = 'all' OR variant LIKE '%pin%')" TAB
     "(variant = 'all' OR variant LIKE '%memory%')" TAB
     "(variant = 'all' OR variant LIKE '%sort%')" TAB "printf('%.6f', avg(value)) FROM metric"
     " JOIN run USING (run_id) WHERE point_id = 0 AND name = 'response_mean_s'"
     " GROUP BY variant ORDER BY min(run_id)",
     false},
    {"pi5-gantt.tsv", "who ran where and when, times in s; alone: in the sequential phase",
     "arm\tcore\tstart_s\tend_s\tclass\tphase",
     "SELECT variant" TAB "core" TAB S("start_ns") TAB S("end_ns") TAB
     "class" TAB
     "phase FROM task " RUN(ARMS) " AND end_ns IS NOT NULL ORDER BY run_id, start_ns, task_id",
     true},
    {"pi5-memory.tsv", "memory in use from then on, in MB, the orchestrator's own included",
     "arm\tt_s\tused_MB\tsequential",
     "SELECT variant" TAB S("t_ns") TAB
     "printf('%.3f', used_bytes / 1e6)" TAB
     "sequential FROM memory_use " RUN(ARMS) " ORDER BY run_id, step",
     true},
};

static enum sim_status store_figure(const struct figure *figure, struct store *store,
                                    uint32_t replication, int64_t cap_bytes, const char *folder,
                                    struct store_error *error)
{
    struct artefact a = {.to = NULL};
    enum sim_status status =
        artefact_open(&a, folder, figure->name, error->text, sizeof error->text);
    if (status != SIM_OK) {
        return status;
    }
    struct query *q = NULL;
    status = query_open(&q, store, figure->select, error);
    if (status == SIM_OK) {
        if (figure->is_of_one) {
            query_bind_int(q, replication);
        }
        (void)fprintf(a.to, "# %s; cap %.10g MB\n%s\n", figure->about, (double)cap_bytes / 1e6,
                      figure->columns);
        while (query_next(q)) {
            (void)fprintf(a.to, "%s\n", query_text(q, 0));
        }
        status = query_close(q, error);
    }
    return artefact_close(&a, status, error->text, sizeof error->text);
}

enum sim_status pi5_store_figures(struct store *store, uint32_t replication, int64_t cap_bytes,
                                  const char *folder, struct store_error *error)
{
    enum sim_status status = SIM_OK;
    for (size_t i = 0; i < sizeof figures / sizeof *figures && status == SIM_OK; i++) {
        status = store_figure(&figures[i], store, replication, cap_bytes, folder, error);
    }
    return status;
}
