/*
 * story.h - one piece of work from its beginning to its end, step by step: what `why` tells and
 * what the Perfetto export draws, in words and numbers that need no knowledge of the model.
 *
 * Steps that count follow each other without a gap: their durations add up to total_ns. Those that
 * do not lie within another one.
 *
 * Units: nanoseconds of simulated time. Levels: 0 is the work itself, 1 what it calls.
 * Ownership: a teller belongs to the caller and ends with close(); a story is the teller's, valid
 *   until the next one is told.
 * Errors: those of query.h; SIM_ERR_NOTFOUND for work that is not there, SIM_ERR_INVALID where the
 *   run was not recorded finely enough.
 */
#ifndef MODELS_STORY_H
#define MODELS_STORY_H

#include "analysis/store/query.h"
#include "models/model.h"

enum story_type { STORY_INTEGER, STORY_TIME, STORY_TEXT, STORY_BOOL };

/* A fact for programs: a key of `--json`, an argument in Perfetto. */
struct story_field {
    const char *key;
    const char *group; /* an object of that key that holds it: "stages_ns"; NULL: none */
    enum story_type type;
    int64_t number;   /* STORE_MISSING: null */
    const char *text; /* of STORY_TEXT */
};

enum { STORY_FIELDS_MAX = 16, STORY_WORDS_BYTES = 192 };

struct story_step {
    const char *kind;  /* "acquire", "queue", "run": for programs */
    const char *label; /* "wait for an executor": of its slice */
    const char *group; /* of slices: "acquisition", "run" */
    uint32_t level;
    int64_t subject;  /* the tasklet; STORE_MISSING: none */
    const char *name; /* the subject's, "" for none */
    sim_time start_ns, duration_ns;
    bool counts;
    bool enters;  /* what comes until a lower level goes on belongs to the subject */
    bool is_open; /* had not ended, or cannot be told apart: no slice is drawn */
    char words[STORY_WORDS_BYTES];  /* one line for people, without newline */
    char detail[STORY_WORDS_BYTES]; /* a second one; "": none */
    struct story_field field[STORY_FIELDS_MAX];
    size_t fields;
    struct {              /* another place had a part in it */
        int64_t place;    /* STORE_MISSING: none had */
        sim_time at;      /* when, as near as is known */
        const char *verb; /* "sends": place sends name */
    } helper;
};

struct story {
    int64_t id, place; /* place: STORE_MISSING where it never came to one */
    sim_time t_ns;     /* begins */
    sim_time end_ns;   /* as far as is known */
    sim_time total_ns; /* of the steps that count */
    bool is_exact;     /* false: steps contradict the rest, so some are not split up */
    const char *name;  /* "chain 17" */
    char
        words[2 * STORY_WORDS_BYTES]; /* "robot 3 at (...) calls chain 17 after 10 s from node 4" */
    char sum[STORY_WORDS_BYTES];      /* behind the total: what it is made of; "": nothing */
    struct story_field field[STORY_FIELDS_MAX];
    size_t fields;
    struct story_step *step;
    size_t count;
};

struct model_story {
    const char *work;  /* "call" */
    const char *about; /* what is told of it: "who had its binary, and how long it ran" */

    /* The stories of one run, whose variant has this config. */
    enum sim_status (*open)(void **teller, struct store *store, int64_t run_id,
                            const struct model_head *head, const void *config,
                            struct store_error *error);
    void (*close)(void *teller);

    enum sim_status (*tell)(void *teller, int64_t id, const struct story **story,
                            struct store_error *error);
    /* The numbers of at most four next to one that is not there, rising. */
    enum sim_status (*nearest)(void *teller, int64_t id, int64_t near[4], size_t *count,
                               struct store_error *error);
    /* All that came to a place, in order of time; *story is NULL behind the last. */
    enum sim_status (*next)(void *teller, const struct story **story, struct store_error *error);

    /* What was sent and heard meanwhile, with `record: events`: t_ns, kind, peer, bytes. *q is NULL
     * for a step that had no part in that. */
    enum sim_status (*messages)(struct query **q, void *teller, const struct story *story,
                                size_t step, struct store_error *error);
    /* (number, name) of every place, rising. */
    enum sim_status (*places)(struct query **q, void *teller, struct store_error *error);
};

#endif
