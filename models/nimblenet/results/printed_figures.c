#include "models/nimblenet/results/printed.h"

#include <inttypes.h>

#include "analysis/statistics/bands.h"
#include "models/nimblenet/results/twins.h"
#include "sim/terminal/artefact.h"

struct figure {
    const char *name;
    const char *about; /* the lines on top, without their "# " */
    unsigned keys;     /* 0: rows as they are; else a key, folded over the replications */
    const char *select;
};

#define FOLDED "n replications: mean, and its 95 % interval (Student's t) from _low to _high"
#define FIRST "(SELECT min(replication) FROM twin)"
#define SPLIT(column)                                                                              \
    "a." column "_s AS nimble_" column "_s, b." column "_s AS monolithic_" column "_s"

static const struct figure figures[] = {
    {.name = "figure4.tsv",
     .about = "Figure 4: the nimble taskset of the first replication, chains by response time\n"
              "own: the chain's own share; algorithms: of the algorithms that it calls\n"
              "time in s, size in B, n = 1 taskset",
     .select = "SELECT row_number() OVER (ORDER BY own_ns + below_ns, chain) AS rank,"
               " chain, callees AS algorithms, own_ns / 1e9 AS own_s,"
               " below_ns / 1e9 AS algorithms_s, own_bytes AS own_B,"
               " below_bytes AS algorithms_B FROM chain WHERE replication = " FIRST " ORDER BY 1"},
    {.name = "figure5-nodes.tsv",
     .about = "Figure 5: the nodes on the floor\n"
              "x and y in m",
     .select = "SELECT node, x_m, y_m, role FROM twin JOIN node ON run_id = nimble_run"
               " WHERE replication = " FIRST " AND x_m IS NOT NULL ORDER BY node"},
    {.name = "figure8.tsv",
     .about = "Figure 8: network traffic of each node over the whole run, in B\n"
              "tx: sent, rx: received\n" FOLDED,
     .keys = 1,
     .select = "SELECT node, a.tx_bytes AS nimble_tx_B, a.rx_bytes AS nimble_rx_B,"
               " b.tx_bytes AS monolithic_tx_B, b.rx_bytes AS monolithic_rx_B"
               " FROM twin JOIN v_node_traffic AS a ON a.run_id = nimble_run"
               " JOIN v_node_traffic AS b USING (node) WHERE b.run_id = monolithic_run"
               " ORDER BY node, replication"},
    {.name = "figure9.tsv",
     .about =
         "Figure 9: total network load, bytes sent plus received by all nodes since the start\n"
         "t in s, load in B\n" FOLDED,
     .keys = 1,
     .select = "SELECT t_ns / 1e9 AS t_s, nimble AS nimble_B, monolithic AS monolithic_B,"
               " nimble - monolithic AS difference_B FROM load ORDER BY t_ns, replication"},
    {.name = "figure10.tsv",
     .about = "Figure 10: mean response time of the calls completed in the last 100 s, and its\n"
              "parts: queueing, acquisition and execution\n"
              "all in s; nothing completed: NaN\n" FOLDED,
     .keys = 1,
     .select = "SELECT a.t_s AS t_s, " SPLIT("response") ", " SPLIT("queueing") ", " SPLIT(
         "acquisition") ", " SPLIT("execution") " FROM twin"
                                                " JOIN v_response_split AS a ON a.run_id = "
                                                "nimble_run"
                                                " JOIN v_response_split AS b ON b.run_id = "
                                                "monolithic_run"
                                                " AND b.t_s = a.t_s ORDER BY a.t_s, replication"},
};

static void write_about(const char *about, FILE *to)
{
    (void)fputs("# ", to);
    for (const char *c = about; *c != '\0'; c++) {
        (void)fputc(*c, to);
        if (*c == '\n') {
            (void)fputs("# ", to);
        }
    }
    (void)fputc('\n', to);
}

enum { COLUMNS_MAX = 2 * BANDS_VALUES_MAX };

/* Rows of one key are replications. */
static void write_bands(struct query *q, unsigned keys, FILE *to)
{
    const unsigned columns = query_columns(q);
    const char *name[COLUMNS_MAX];
    double cell[COLUMNS_MAX];
    ASSERT(columns <= COLUMNS_MAX);
    for (unsigned c = 0; c < columns; c++) {
        name[c] = query_name(q, c);
    }
    struct bands bands;
    bands_begin(&bands, keys, name, columns, to);
    while (query_next(q)) {
        for (unsigned c = 0; c < columns; c++) {
            cell[c] = query_real(q, c);
        }
        bands_row(&bands, cell);
    }
    bands_end(&bands);
}

static void write_cell(const struct query *q, unsigned column, FILE *to)
{
    switch (query_type(q, column)) {
    case QUERY_INTEGER:
        (void)fprintf(to, "%" PRId64, query_int(q, column));
        break;
    case QUERY_TEXT:
        (void)fputs(query_text(q, column), to);
        break;
    case QUERY_REAL:
    case QUERY_NULL:
        bands_write_number(query_real(q, column), to);
        break;
    }
}

/* As they are, under their columns' names. */
static void write_rows(struct query *q, FILE *to)
{
    const unsigned columns = query_columns(q);
    for (unsigned c = 0; c < columns; c++) {
        (void)fprintf(to, "%s%s", c > 0 ? "\t" : "", query_name(q, c));
    }
    (void)fputc('\n', to);
    while (query_next(q)) {
        for (unsigned c = 0; c < columns; c++) {
            (void)fputs(c > 0 ? "\t" : "", to);
            write_cell(q, c, to);
        }
        (void)fputc('\n', to);
    }
}

static enum sim_status store_figure(const struct figure *figure, struct store *store,
                                    const char *folder, struct store_error *error)
{
    struct artefact a = {.to = NULL};
    enum sim_status status =
        artefact_open(&a, folder, figure->name, error->text, sizeof error->text);
    if (status != SIM_OK) {
        return status;
    }
    struct query *q = NULL;
    status = twins_open(&q, store, figure->select, error);
    if (status == SIM_OK) {
        write_about(figure->about, a.to);
        if (figure->keys > 0) {
            write_bands(q, figure->keys, a.to);
        } else {
            write_rows(q, a.to);
        }
        status = query_close(q, error);
    }
    return artefact_close(&a, status, error->text, sizeof error->text);
}

enum sim_status printed_store_figures(struct store *store, const char *folder,
                                      struct store_error *error)
{
    enum sim_status status = SIM_OK;
    for (size_t i = 0; i < sizeof figures / sizeof figures[0] && status == SIM_OK; i++) {
        status = store_figure(&figures[i], store, folder, error);
    }
    return status;
}

enum sim_status printed_open_calls(struct query **calls, struct store *store, int64_t robot,
                                   struct store_error *error)
{
    const enum sim_status status =
        twins_open(calls, store,
                   "SELECT t_ns, x_m, y_m, node FROM twin JOIN call ON run_id = nimble_run"
                   " WHERE replication = " FIRST " AND robot = ? ORDER BY t_ns, call_id",
                   error);
    if (status == SIM_OK) {
        query_bind_int(*calls, robot);
    }
    return status;
}
