/*
 * compare.h - what the compare verb found, for people and for programs. Internal to the verb.
 */
#ifndef SIM_RESULTS_COMPARE_H
#define SIM_RESULTS_COMPARE_H

#include <stdio.h>

#include "analysis/report/contrast.h"
#include "analysis/report/diverge.h"
#include "analysis/report/executed.h"
#include "models/model.h"
#include "sim/terminal/json.h"
#include "sim/terminal/options.h"

struct compare_side {
    const char *file;
    const char *variant;
    char label[64]; /* tells the sides apart: a variant, or a file's name */
};

enum { COMPARE_TIMES_MAX = 8, COMPARE_TIME_BYTES = 32 };

/* Work that both sides have ended, each piece against its twin. */
struct compare_calls {
    uint64_t twins; /* in all pairs of replications; 0: none, or no record of them */
    size_t times;
    struct compare_time {
        char name[COMPARE_TIME_BYTES];         /* the column: "took_ns", "execution_ns" */
        struct contrast_difference difference; /* in seconds, of the pairs' means */
    } time[COMPARE_TIMES_MAX];
};

/* What the time that b took longer went into, over the work that both have ended: integers. */
struct compare_causes {
    uint64_t twins;                   /* 0: none, or nobody tells what their time went into */
    int64_t took_ns;                  /* by b more than by a, all twins together */
    int64_t row_ns[MODEL_CAUSES_MAX]; /* the model's */
    int64_t rest_ns;                  /* they all add up to took_ns */
};

/* One variant of a result against one of the same or another. */
struct compare_part {
    const struct model *model; /* whose words are used; NULL: this program does not know it */
    struct compare_side a, b;
    struct contrast contrast;
    struct compare_calls calls;
    struct compare_causes causes;
    /* Of the first pair that shares its calls and has other digests. */
    const struct contrast_pair *parted; /* NULL: there is none */
    struct divergence divergence;
};

enum { COMPARE_VALUE_BYTES = 96 };

/* A scenario key that the two results were not run with alike. */
struct compare_change {
    char key[96];
    char a[COMPARE_VALUE_BYTES], b[COMPARE_VALUE_BYTES]; /* "" where a side does not know it */
};

/* What a file that is a replay executed for real. */
struct compare_executed {
    const char *file;
    struct executed_variant *variant;
    size_t variant_count;
    struct executions_pairs pairs;
};

struct compare_result {
    struct compare_part *part;
    size_t count;
    struct compare_change *change; /* in the order of the scenario's keys */
    size_t change_count;
    struct compare_executed executed[2]; /* of the files that are replays */
    size_t executed_count;
};

/* Notes the keys whose values differ in two scenarios as scenario_print() writes them. */
SIM_MUST_CHECK enum sim_status compare_keys(struct compare_result *r, const char *a, const char *b);

/* Is a difference shown, with and without the correction for looking at many metrics? */
bool compare_is_significant(const struct contrast_difference *d);
bool compare_survives_holm(const struct contrast_difference *d);

/* How many pairs have equal calls, and how many of these equal digests. */
size_t compare_pairs_alike(const struct contrast *c, size_t *same_digest);

/*
 * The verdict on a metric in words, without a full stop:
 * "nimble answers 0.63 s faster (95 %: 0.59 to 0.66), significant".
 */
void compare_verdict(char *text, size_t bytes, const struct compare_part *part,
                     const struct contrast_metric *metric);

/* The results that two sides are of; they may be one. */
struct compare_stores {
    struct store *a, *b;
};

SIM_MUST_CHECK enum sim_status compare_calls_read(struct compare_calls *c,
                                                  const struct compare_stores *from,
                                                  const struct contrast *contrast,
                                                  struct store_error *error);
SIM_MUST_CHECK enum sim_status compare_causes_read(struct compare_part *part,
                                                   const struct compare_stores *from,
                                                   struct store_error *error);
void compare_causes_print(const struct compare_part *part, FILE *to);
void compare_causes_json(const struct compare_part *part, struct json *j);

void compare_calls_print(const struct compare_part *part, FILE *to);
void compare_calls_json(const struct compare_part *part, struct json *j);

/* Notes what a file executed, if it is a replay. */
SIM_MUST_CHECK enum sim_status compare_executed_read(struct compare_result *r, struct store *store,
                                                     const char *file, struct store_error *error);
void compare_executed_deinit(struct compare_result *r);
void compare_executed_print(const struct compare_result *r, FILE *to);
void compare_executed_json(const struct compare_result *r, struct json *j);

void compare_print_text(const struct compare_result *r, FILE *to);

/* False if the stream failed. */
SIM_MUST_CHECK bool compare_print_json(const struct compare_result *r, FILE *to);

/* ---- the verb's work ---- */

/* What the user asks for. */
struct compare_request {
    const char *variants; /* "A,B"; NULL: what both have, or the variants of one */
    bool json;
};

/* Compares one or two files and prints it. Exit code. */
SIM_MUST_CHECK int compare_results(const struct compare_request *request,
                                   const struct option_operands *files);

#endif
