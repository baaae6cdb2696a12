#include "analysis/store/store_trial.h"

#include <stdio.h>

#include "analysis/store/query_rows.h"
#include "analysis/store/store_sql.h"

/* What only the database of an experiment has. */
static const char trial_sql[] =
    "-- An experiment on the host that `invocation` names, in its own time.\n"
    "CREATE TABLE IF NOT EXISTS trial (\n"
    "    part TEXT PRIMARY KEY,\n"
    "    about TEXT NOT NULL,\n"
    "    baseline TEXT NOT NULL, -- the arm that others are held against\n"
    "    again TEXT NOT NULL,    -- the same under another name: what the host does to itself\n"
    "    seed INTEGER NOT NULL,\n"
    "    blocks_most INTEGER NOT NULL CHECK (blocks_most >= 1),\n"
    "    looks INTEGER NOT NULL CHECK (looks >= 1), -- after which it might stop\n"
    "    level REAL NOT NULL,                       -- of each interval; of all looks: 95 %\n"
    "    blocks INTEGER NOT NULL,                   -- whole ones, when it ended\n"
    "    ended TEXT NOT NULL                        -- 'running': it was killed\n"
    ") STRICT, WITHOUT ROWID;\n"
    "CREATE TABLE IF NOT EXISTS trial_fact (\n"
    "    part TEXT NOT NULL REFERENCES trial,\n"
    "    name TEXT NOT NULL,\n"
    "    value TEXT NOT NULL,\n"
    "    PRIMARY KEY (part, name)\n"
    ") STRICT, WITHOUT ROWID;\n"
    "-- What was measured beside the blocks: points of curves, of which an x may have several.\n"
    "CREATE TABLE IF NOT EXISTS trial_point (\n"
    "    part TEXT NOT NULL REFERENCES trial,\n"
    "    curve TEXT NOT NULL,\n"
    "    series TEXT NOT NULL,\n"
    "    number INTEGER NOT NULL, -- from 0, in the order in which they came\n"
    "    x REAL NOT NULL,\n"
    "    value REAL NOT NULL,\n"
    "    PRIMARY KEY (part, curve, number)\n"
    ") STRICT, WITHOUT ROWID;\n"
    "-- Whole blocks alone.\n"
    "CREATE TABLE IF NOT EXISTS trial_value (\n"
    "    part TEXT NOT NULL REFERENCES trial,\n"
    "    block INTEGER NOT NULL CHECK (block >= 0),\n"
    "    arm TEXT NOT NULL,\n"
    "    metric TEXT NOT NULL,\n"
    "    place INTEGER NOT NULL CHECK (place >= 0), -- of the arm in its block's order\n"
    "    value REAL,                                -- NULL: there is none\n"
    "    PRIMARY KEY (part, block, arm, metric)\n"
    ") STRICT, WITHOUT ROWID;\n"
    "CREATE TABLE IF NOT EXISTS trial_finding (\n"
    "    part TEXT NOT NULL REFERENCES trial,\n"
    "    arm TEXT NOT NULL,\n"
    "    metric TEXT NOT NULL,\n"
    "    unit TEXT NOT NULL,\n"
    "    label TEXT NOT NULL,\n"
    "    pairs INTEGER NOT NULL CHECK (pairs >= 0), -- blocks in which it and the baseline have "
    "one\n"
    "    value REAL,      -- measured\n"
    "    baseline REAL,   -- measured, of that arm\n"
    "    difference REAL, -- of the pairs\n"
    "    low REAL,\n"
    "    high REAL,\n"
    "    verdict TEXT NOT NULL CHECK (verdict IN ('lower', 'higher', 'not resolved')),\n"
    "    variant TEXT, -- what is simulated of it; NULL: nothing\n"
    "    measure TEXT, -- of the variant's runs; NULL: nothing stands beside it\n"
    "    simulated REAL,\n"
    "    simulated_difference REAL,\n"
    "    number INTEGER NOT NULL, -- of the metric: what the experiment is about comes first\n"
    "    PRIMARY KEY (part, arm, metric)\n"
    ") STRICT, WITHOUT ROWID;\n"
    "CREATE VIEW IF NOT EXISTS v_trial (part, arm, metric, unit, simulated, measured,\n"
    "    simulated_difference, difference, low, high, verdict, baseline, pairs) AS\n"
    "SELECT f.part, f.arm, f.metric, f.unit, f.simulated, f.value, f.simulated_difference,\n"
    "       f.difference, f.low, f.high, f.verdict, t.baseline, f.pairs\n"
    "FROM trial_finding AS f JOIN trial AS t USING (part);\n";

/* ---- writing ---- */

static enum sim_status make_tables(struct store *store)
{
    const int code = sqlite3_exec(store->db, trial_sql, NULL, NULL, NULL);
    if (code == SQLITE_OK) {
        return SIM_OK;
    }
    store->failure = sql_explain(store, code, &store->error);
    return store->failure;
}

enum sim_status store_trial_begin(struct store *store, const struct result_trial *trial)
{
    enum sim_status status = sql_begin(store);
    status = status == SIM_OK ? make_tables(store) : status;
    if (status == SIM_OK) {
        struct row row = row_of(store, SQL_TRIAL);
        row_text(&row, trial->part);
        row_text(&row, trial->about);
        row_text(&row, trial->baseline);
        row_text(&row, trial->again);
        row_u64(&row, trial->seed);
        row_int(&row, trial->blocks);
        row_int(&row, trial->looks);
        row_real(&row, trial->level);
        status = row_put(store, &row);
    }
    return sql_end(store, status);
}

enum sim_status store_trial_fact(struct store *store, const char *part, const char *name,
                                 const char *value)
{
    enum sim_status status = sql_begin(store);
    if (status == SIM_OK) {
        struct row row = row_of(store, SQL_TRIAL_FACT);
        row_text(&row, part);
        row_text(&row, name);
        row_text(&row, value);
        status = row_put(store, &row);
    }
    return sql_end(store, status);
}

static enum sim_status put_point(struct store *store, const char *part, size_t number,
                                 const struct result_trial_point *p)
{
    struct row row = row_of(store, SQL_TRIAL_POINT);
    row_text(&row, part);
    row_text(&row, p->curve);
    row_text(&row, p->series);
    row_int(&row, (int64_t)number);
    row_real(&row, p->x);
    row_real(&row, p->value);
    return row_put(store, &row);
}

enum sim_status store_trial_points(struct store *store, const char *part,
                                   const struct result_trial_point *points, size_t count)
{
    enum sim_status status = sql_begin(store);
    for (size_t i = 0; i < count && status == SIM_OK; i++) {
        status = put_point(store, part, i, &points[i]);
    }
    return sql_end(store, status);
}

static enum sim_status put_value(struct store *store, const char *part, uint32_t block,
                                 const struct result_trial_value *v)
{
    struct row row = row_of(store, SQL_TRIAL_VALUE);
    row_text(&row, part);
    row_int(&row, block);
    row_text(&row, v->arm);
    row_text(&row, v->metric);
    row_int(&row, v->place);
    row_real(&row, v->value);
    return row_put(store, &row);
}

enum sim_status store_trial_block(struct store *store, const char *part, uint32_t block,
                                  const struct result_trial_value *values, size_t count)
{
    enum sim_status status = sql_begin(store);
    for (size_t i = 0; i < count && status == SIM_OK; i++) {
        status = put_value(store, part, block, &values[i]);
    }
    return sql_end(store, status);
}

static enum sim_status put_finding(struct store *store, const char *part,
                                   const struct result_trial_finding *f)
{
    struct row row = row_of(store, SQL_TRIAL_FINDING);
    row_text(&row, part);
    row_text(&row, f->arm);
    row_text(&row, f->metric);
    row_text(&row, f->unit);
    row_text(&row, f->label);
    row_int(&row, f->pairs);
    row_real(&row, f->value);
    row_real(&row, f->baseline);
    row_real(&row, f->difference);
    row_real(&row, f->low);
    row_real(&row, f->high);
    row_text(&row, f->verdict);
    row_optional_text(&row, f->variant);
    row_optional_text(&row, f->measure);
    row_real(&row, f->simulated);
    row_real(&row, f->simulated_difference);
    row_int(&row, f->number);
    return row_put(store, &row);
}

enum sim_status store_trial_end(struct store *store, const char *part, uint32_t blocks,
                                const char *ended, const struct result_trial_finding *findings,
                                size_t count)
{
    enum sim_status status = sql_begin(store);
    if (status == SIM_OK) {
        struct row row = row_of(store, SQL_TRIAL_END);
        row_text(&row, part);
        row_int(&row, blocks);
        row_text(&row, ended);
        status = row_put(store, &row);
    }
    for (size_t i = 0; i < count && status == SIM_OK; i++) {
        status = put_finding(store, part, &findings[i]);
    }
    return sql_end(store, status);
}

/* ---- reading ---- */

enum sim_status trials_are_there(bool *there, struct store *store, struct store_error *error)
{
    return query_has(there, store, "trial_finding", NULL, error);
}

static void read_row(const struct query *q, void *row)
{
    struct trials_row *r = row;
    *r = (struct trials_row){
        .pairs = (uint32_t)query_int(q, 10),
        .blocks = (uint32_t)query_int(q, 11),
        .level = query_real(q, 12),
        .value = query_real(q, 13),
        .reference = query_real(q, 14),
        .difference = query_real(q, 15),
        .low = query_real(q, 16),
        .high = query_real(q, 17),
        .simulated = query_real(q, 18),
        .simulated_difference = query_real(q, 19),
        .is_again = query_int(q, 9) != 0,
    };
    query_copy_text(q, 0, r->part, sizeof r->part);
    query_copy_text(q, 1, r->about, sizeof r->about);
    query_copy_text(q, 2, r->baseline, sizeof r->baseline);
    query_copy_text(q, 3, r->arm, sizeof r->arm);
    query_copy_text(q, 4, r->metric, sizeof r->metric);
    query_copy_text(q, 5, r->unit, sizeof r->unit);
    query_copy_text(q, 6, r->label, sizeof r->label);
    query_copy_text(q, 7, r->verdict, sizeof r->verdict);
    query_copy_text(q, 8, r->variant, sizeof r->variant);
}

static void read_fact(const struct query *q, void *row)
{
    struct trials_fact *f = row;
    *f = (struct trials_fact){0};
    query_copy_text(q, 0, f->part, sizeof f->part);
    query_copy_text(q, 1, f->name, sizeof f->name);
    query_copy_text(q, 2, f->value, sizeof f->value);
}

/* None where the file has no such tables. */
static enum sim_status read_all(void **rows, size_t *count, struct store *store, const char *sql,
                                size_t row_bytes, query_row_fn *read, struct store_error *error)
{
    bool there = false;
    *rows = NULL;
    *count = 0;
    enum sim_status status = trials_are_there(&there, store, error);
    if (status != SIM_OK || !there) {
        return status;
    }
    struct query *q = NULL;
    status = query_open(&q, store, sql, error);
    if (status != SIM_OK) {
        return status;
    }
    struct query_rows all = {.row_bytes = row_bytes};
    status = query_rows_read(&all, q, read, error);
    if (status == SIM_OK) {
        *rows = all.row;
        *count = all.count;
    }
    return status;
}

enum sim_status trials_rows(struct trials_row **rows, size_t *count, struct store *store,
                            struct store_error *error)
{
    void *all = NULL;
    char sql[640];
    bool is_numbered; /* an older experiment's metrics are not */
    enum sim_status status = query_has(&is_numbered, store, "trial_finding", "number", error);
    (void)snprintf(sql, sizeof sql,
                   "SELECT f.part, t.about, t.baseline, f.arm, f.metric, f.unit, f.label, "
                   "f.verdict, f.variant, f.arm = t.again, f.pairs, t.blocks, t.level, f.value, "
                   "f.baseline, f.difference, f.low, f.high, f.simulated, f.simulated_difference "
                   "FROM trial_finding AS f JOIN trial AS t USING (part) "
                   "ORDER BY f.part, %s, f.arm <> t.baseline, f.arm <> t.again, f.arm",
                   is_numbered ? "f.number" : "f.metric");
    status = status == SIM_OK ? read_all(&all, count, store, sql, sizeof **rows, read_row, error)
                              : status;
    *rows = all;
    return status;
}

enum sim_status trials_facts(struct trials_fact **facts, size_t *count, struct store *store,
                             struct store_error *error)
{
    void *all = NULL;
    const enum sim_status status =
        read_all(&all, count, store, "SELECT part, name, value FROM trial_fact ORDER BY part, name",
                 sizeof **facts, read_fact, error);
    *facts = all;
    return status;
}
