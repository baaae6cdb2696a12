/*
 * paper.h - what a paper says of its evaluation of a model, number by number, each with the band in
 * which a result agrees.
 *
 * Two things are held against a value, and they are not the same. The band: where the paper gives a
 * number and no spread it is ours, wide enough for chance, too narrow for another protocol; a value
 * outside of it is a change of the program, and decides the exit code. And what the paper says, as
 * a range: a value whose interval keeps clear of that is earlier, more, below, whatever the row
 * calls it. Such a miss stands in the headline: it is a finding, not a mistake. Bands are for the
 * paper's scenario; another scenario misses many.
 *
 * A value comes from where that number has its home: a measure, a contrast, a crossover, what the
 * scenario alone decides, or else a query.
 */
#ifndef MODELS_PAPER_H
#define MODELS_PAPER_H

#include "analysis/store/query.h"
#include "models/model.h"

/* How the values of the replications become the one that is judged. */
enum paper_fold {
    PAPER_MEAN,      /* one value a replication: their mean, with an interval */
    PAPER_LEAST,     /* of all values of all replications */
    PAPER_GREATEST,  /* the same */
    PAPER_MEDIAN,    /* the same */
    PAPER_DEVIATION, /* the same: standard deviation */
    PAPER_RATIO, /* of a select with two values, a sum and what it is divided by: a mean over all
                  * things of all replications, with an interval over these */
};

/* How a value came to be what it is: only an outcome can speak for or against a model. */
enum paper_kind {
    PAPER_OUTCOME, /* came out */
    PAPER_FITTED,  /* a default was chosen so that it comes out: it agrees by construction */
    PAPER_INPUT,   /* the scenario says so */
    PAPER_ECHO,    /* drawn from what the scenario says: it speaks of the generator */
};

/* Of measure and so on exactly one is set. */
struct paper_quantity {
    const char *key;    /* for programs: stays as it is */
    const char *source; /* table or section of the paper */
    const char *name;
    const char *paper; /* as printed, with its unit */
    const char *unit;  /* of ours and the band; NULL for a number */
    int decimals;
    enum paper_fold fold;
    enum paper_kind kind;
    double low, high; /* the band, both ends in it; low NaN: there is none */
    bool is_papers;   /* the band is the paper's words; else it is ours */
    bool is_said;     /* the paper's words come to a range, in the same unit: */
    double says_low, says_high;
    const char *less, *more; /* verdicts left and right of it: "earlier"; NULL: "below", "above" */
    bool is_incomparable;    /* the paper's words are about something else: the note says what */
    double stated;           /* the paper's number in that unit, where it can be held against */
    bool is_stated;          /* the band: a row whose stated number lies outside says so */
    const char *when;        /* which settings it is about, for fits(); NULL: any */
    double scale;          /* of a measure, contrast or crossover: 1e3 tells seconds in ms; 0: 1 */
    const char *measure;   /* of one variant */
    const char *variant;   /* of a measure; of a select that asks for it and the point of a sweep
                            * with two question marks. A result without it is passed over */
    const char *contrast;  /* of two runs of a replication */
    const char *crossover; /* of all replications together: its name or its share_name */
    bool is_given;         /* by the scenario alone */
    const char *select;    /* (replication, value), in any order, from tables of open_query() */
    const char *note;      /* NULL: nothing to say */
};

/* How a table beside the quantities is drawn. */
enum paper_picture {
    PAPER_NOT_DRAWN,
    PAPER_BARS,  /* a group a row, a bar a column */
    PAPER_LINES, /* rows are numbers, a line a column */
    PAPER_HEAT,  /* a cell a value */
};

/* A table beside the quantities: a select of (row, column, value), rows and columns in the order in
 * which they come first. One without rows is left out. */
struct paper_block {
    const char *key, *title, *unit;
    int decimals;
    const char *select; /* over a whole result; a merged sweep is one */
    enum paper_picture picture;
    const char *rows, *columns; /* what they are: the axes of the picture */
};

/* What a paper says and nothing here can say again. */
struct paper_gap {
    const char *what, *why;
};

struct model_paper {
    const char *title; /* "the NimbleNet paper" */
    const struct paper_gap *gap;
    size_t gaps;
    const struct paper_quantity *quantity;
    size_t quantities;
    const struct paper_block *block;
    size_t blocks;
    const char
        *reading; /* what to know before the numbers are believed, under the table; or NULL */

    /* Settings, for fits(): a result that has them stands in a column beside ours, under this
     * word, and has the figures' other halves. NULL: there are none. */
    const char *beside;

    /* Has a variant with this config the settings that `when` speaks of? NULL: none speaks. */
    bool (*fits)(const void *config, const char *when);

    /* How many replications can be judged. SIM_ERR_INVALID with a text: what the result lacks.
     * NULL: all, and rows whose variant is not there are not run. */
    enum sim_status (*check)(uint32_t *replications, struct store *store,
                             struct store_error *error);
    /* Opens a query whose FROM may also name tables of the model's own making. NULL: there are
     * none. */
    enum sim_status (*open_query)(struct query **q, struct store *store, const char *select,
                                  struct store_error *error);
    /* What the scenario decides, by the quantity's key; NaN for a key that is not given. */
    double (*given)(const void *system, const char *key);
    /* Stores what the paper's figures show, as tab-separated files, in a folder that is there.
     * config: of any variant that was run, replication: the first that was. */
    enum sim_status (*store_figures)(struct store *store, const struct model_head *head,
                                     const void *config, uint32_t replication, const char *folder,
                                     struct store_error *error);
};

#endif
