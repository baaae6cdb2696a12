/*
 * model.h - what a model is: one system of nodes, work and messages, as the program sees it.
 *
 * The program knows no model. It reads a scenario whose `model:` names one, and from then on asks
 * the table below: which keys there are, what a run is, which numbers it ends with, which rows it
 * leaves, which of these a paper prints. A new system is a folder models/NAME/ and a line in
 * models.c.
 *
 * A variant is no argument of anything: it is the config that the scenario's keys and the variant's
 * settings make together. Where two variants' work has the same digest, replications are pairs.
 *
 * Order of calls, for each variant's config:
 *     open()  { begin() { advance() } end() }  close()
 * What stands in braces happens once a replication, on several threads at once; what open()
 * made is read only. Between two advance() the program looks at the clock, the user and the disk; a
 * model does none of that.
 *
 * Determinism: a run depends on (config, files that the config names, replication) alone.
 * Ownership: the model owns what its pointers stand for; the program ends every open() that gave
 *   SIM_OK with close() and every such begin() with end(). Tables are constant and outlive the
 *   program's use.
 * Errors: SIM_ERR_INVALID with the key and a text where the config asks for the impossible: open()
 *   finds all that no draw decides, begin() the rest; `validate` opens every variant, and begins
 *   and ends its first replication. Books that do not balance are a text in the result.
 * Threads: a run belongs to one thread at a time.
 */
#ifndef MODELS_MODEL_H
#define MODELS_MODEL_H

#include "analysis/store/table.h"
#include "scenarios/language/schema.h"
#include "sim/engine/bins.h"
#include "sim/engine/engine.h"

struct model_frame; /* models/capture.h */
struct model_result;

struct model_error {
    const char *key; /* "nodes.cache"; NULL: the scenario as a whole */
    char text[512];
};

/* What every scenario has, whatever its model. */
struct model_head {
    const char *name;
    sim_time duration_ns, bin_ns;
    uint64_t seed;
    uint32_t replications;                 /* the most that there can be */
    uint32_t only;                         /* this replication will run alone; 0: all of them */
    unsigned record;                       /* 0 summary, 1 calls, 2 events */
    bool full_path;                        /* no short cut is taken: what any is tested against */
    const struct model_real_request *real; /* nodes are processes; NULL: simulated. models/real.h */
    bool captures;                         /* frames are asked for: each hop is an event */
};

/* ---- words: what the tables of numbers are made of ---- */

/* A number that every run ends with. The table's order is that of every page and listing. */
struct model_measure {
    const char *name, *unit, *label;   /* "tx_bytes", "B", "bytes sent" */
    const char *verb, *lower, *higher; /* "sends", "less", "more"; NULL: compare says its label */
    bool is_hidden_at_zero;            /* a zero only says that nothing went wrong */
    bool is_hidden;                    /* told elsewhere, as the warm-up: no line of the table */
    bool is_bad_above_zero;            /* a warning, a headline, a mark in the sweep: "failed" */
};

/*
 * A number of two runs of one replication: comparison, ledger, report and sweep all take it from
 * here. One whose named variants are not both there has no row.
 */
struct model_contrast {
    const char *name, *unit, *label;
    const char *a, *b; /* the variants; NULL: a is each other one, b the scenario's baseline */
    double neutral;    /* where neither is better; NaN: no such place */
    double (*value)(const struct model_result *a, const struct model_result *b); /* NaN: none */
};

/* Where one variant's mean over a sliding window first lies below another's, all replications
 * together, and in how many of the windows from there on. */
struct model_crossover {
    const char *name, *share_name, *label; /* "faster_from_s", "faster_share" */
    const char *series;                    /* one with a count */
    const char *below, *above;             /* variants */
    uint32_t window_bins;
};

/* A number of several variants: a main effect, an interaction of a factorial. */
struct model_effect {
    const char *name, *label, *measure;
    const struct model_term {
        const char *variant;
        double weight;
    } * term;
    size_t terms;
};

/*
 * A sum a bin of the scenario's `bin`. A mean where count names the series to divide by. The store
 * keeps all of them as the columns of one table `bin`. Those that model-free readers know by name:
 * "bytes" (v_load), "response_ns" and its count "completed" (v_response).
 */
struct model_series {
    const char *name, *unit, *label; /* unit of the sum: "ns" is told in seconds */
    const char *count;               /* the name of another series, or NULL */
    const char *warmup;              /* word under which a warm-up is looked for, or NULL: none */
};

/* What is told as a distribution, in bins.h's bins. Stored at every level of record. The first
 * one's quantiles are response_p50_s and so on where it is called "response". */
struct model_distribution {
    const char *name, *unit, *label;
};

/*
 * Hears rows as they come to be, from inside begin(), advance() or end(); only takes notes. table
 * is an index into the model's tables. Cells are copied; their texts must live until the run's
 * end() is called, and those that end() itself tells must be constant. Rows of a table finer than
 * the scenario's record need not be told. row is NULL where nobody keeps rows.
 */
struct model_listener {
    void *context;
    void (*row)(void *context, size_t table, const union store_cell *cells);
    void (*warn)(void *context, sim_time at, const char *text);
    /* Hears what links carry, where head.captures; NULL: nobody does. From inside advance() or
     * end(), but from no event's handler: it may write. */
    void (*frame)(void *context, const struct model_frame *frame);
};

/* How one piece of work ended, for pairs of calls across variants. */
struct model_outcome {
    int64_t work_id, response_ns; /* response_ns: STORE_MISSING unless completed */
    int64_t execution_ns;         /* of it computing; 0 where a model does not tell them apart */
};

enum { MODEL_GAUGES_MAX = 16, MODEL_BOOKS_BYTES = 256 };

/*
 * What a run ends with. The program hands it over with measure (all NaN), bin (zero) and histogram
 * (zero) allocated by the model's tables; end() fills in all else. Where only stored numbers are
 * compared, work_digest, engine, outcomes and gauges are not there.
 */
struct model_result {
    uint64_t digest, work_digest;
    struct engine_report engine;
    double *measure; /* by the model's measures */
    int64_t *bin;    /* bins x series: bin[i * series_count + s] */
    size_t bins;     /* the bin that is cut short by the end is the last */
    sim_time bin_ns;
    uint64_t *histogram;           /* BINS_COUNT of each distribution, one after the other */
    struct model_outcome *outcome; /* by work_id, rising; allocated by end() with malloc */
    size_t outcomes;
    struct model_gauge {
        const char *name, *unit; /* "node_bytes", "B": memory an entity; "": a count of the run */
        uint64_t value;
    } gauge[MODEL_GAUGES_MAX];
    size_t gauges;
    char books[MODEL_BOOKS_BYTES]; /* "": they balance */
};

/* A contrast that conclusions rest on, as a ledger of readings writes it: value times scale, with
 * so many decimals, in unit. */
struct model_headline {
    const char *contrast, *head, *unit; /* "gateway_tx_ratio", "gateway ratio" */
    double scale;
    int decimals;
};

/* What a paper leaves open at a key, and how else it can be read. */
struct model_reading {
    const char *path; /* "nodes.cache" */
    const char *why;  /* what the paper says, and where it stops */
    struct model_reading_value {
        const char *value; /* of the key; NULL ends the row's readings */
        const char *with;  /* another KEY=VALUE, without which the value does nothing; or NULL */
    } value[4];
};

/* Keys that say one thing together, for the way from one scenario to another. */
struct model_mechanism {
    const char *name; /* "housekeeping" */
    const char *why;
    const char *const *key; /* NULL ends them */
};

/*
 * What the time of a piece of work went into, for a waterfall from one result to another: a column
 * of the model's view v_cause. That has rows of (run_id, work, item, nth, reach, took_ns, a column
 * a cause): one of each piece of work with item -1, and any number for its parts. What they do not
 * explain is the rest.
 */
struct model_cause {
    const char *column, *label; /* "queueing_ns", "queueing" */
    bool is_of_farther;         /* counts for parts that reach farther than their twins alone */
};
enum { MODEL_CAUSES_MAX = 16 };

/* What each entity of a kind keeps in memory: "node", "cache", 1024. */
struct model_part {
    const char *entity, *name;
    size_t bytes; /* reserved: the host pays for what of it a run touches */
};
enum { MODEL_PARTS_MAX = 16 };

/* ---- the table ---- */

struct model_capture;  /* models/capture.h */
struct model_chart;    /* models/chart.h */
struct model_paper;    /* models/paper.h */
struct model_places;   /* models/places.h */
struct model_real;     /* models/real.h */
struct model_story;    /* models/story.h */
struct model_tasklets; /* models/tasklets.h */

struct model {
    struct scenario_schema schema;
    const char *title; /* of the block of contrasts: "what splitting changes" */

    const struct model_measure *measure;
    const struct model_contrast *contrast;
    const struct model_crossover *crossover;
    const struct model_effect *effect;
    const struct model_series *series;
    const struct model_distribution *distribution;
    const struct store_table *table;
    size_t measures, contrasts, crossovers, effects, series_count, distributions, tables;
    const char *const *detours; /* keys that can keep runs from short cuts, then NULL; or NULL */
    const char *views;          /* SQL: views over the tables that no other model has; NULL: none */
    const struct model_chart *chart; /* pictures that only this model has */
    size_t charts;

    const struct model_reading *reading;
    size_t readings;
    const struct model_mechanism *mechanism;
    size_t mechanisms;
    const struct model_cause *cause;
    size_t causes;
    const char *ledger_tsv;                /* their measured effects, as shipped; NULL: none */
    const struct model_headline *headline; /* what a ledger judges */
    size_t headlines;
    const struct model_paper *paper; /* what a paper prints, and how it draws; NULL: no paper */

    enum sim_status (*open)(void **system, const struct model_head *head, const void *config,
                            struct model_error *error);
    void (*close)(void *system);
    uint64_t (*estimate)(const void *system); /* events to expect of a replication */
    /* One line for `validate`: "12 nodes, 20 robots". */
    void (*describe)(const void *system, char *text, size_t bytes);
    /*
     * What is asked of a replication, found once for all variants whose systems are alike() in
     * that: read only from then on, and discarded behind their runs. All three NULL: each run finds
     * it for itself, as it also does where *work is NULL, because it would be too large.
     */
    enum sim_status (*draw)(void **work, const void *system, uint32_t replication);
    bool (*alike)(const void *system, const void *other);
    void (*discard)(void *work);
    enum sim_status (*begin)(void **run, const void *system, const void *work, uint32_t replication,
                             const struct model_listener *listener, struct model_error *error);
    /* The key that keeps runs from short cuts, which change no result, and how many times the
     * events that costs; NULL: none does. NULL where there are no short cuts. */
    const char *(*obstacle)(const void *system, double *times);
    /* At most so many events more; *now is the simulated time reached. */
    enum sim_status (*advance)(void *run, uint64_t events, sim_time *now, bool *done);
    /* Frees the run. result NULL: nobody asks what it came to. SIM_ERR_NOMEM still frees it. */
    enum sim_status (*end)(void *run, struct model_result *result);
    /* What made advance() fail, of a run that has not ended; "": its status says all. NULL where
     * that is always so. */
    const char *(*complaint)(const void *run);

    /* Memory by part, of a run that has begun; returns how many. NULL: nobody has asked yet. */
    size_t (*memory)(const void *run, struct model_part part[MODEL_PARTS_MAX]);

    /* Each NULL where there is none: where things stand and move, for tracks; one piece of work
     * told in order, for `why` and the Perfetto export; binaries for taskgen, exec, calibrate,
     * replay; the real half, for testbed. */
    const struct model_places *places;
    const struct model_story *story;
    const struct model_tasklets *tasklets;
    const struct model_real *real;       /* nodes as processes */
    const struct model_capture *capture; /* messages as bytes; NULL: there are none */
};

/* All of them, NULL behind the last; and the one of that name, or NULL. models.c */
extern const struct model *const models[];
const struct model *model_find(const char *name);
/* Of a schema that stands in models. */
const struct model *model_of_schema(const struct scenario_schema *schema);

/* Indexes by name; the count where there is none. */
size_t model_measure_find(const struct model *m, const char *name);
size_t model_series_find(const struct model *m, const char *name);
size_t model_table_find(const struct model *m, const char *name);
size_t model_contrast_find(const struct model *m, const char *name);
size_t model_distribution_find(const struct model *m, const char *name);

/* The value of a measure by its name; NaN where the model has none. */
double model_measure_of(const struct model *m, const struct model_result *r, const char *name);

#endif
