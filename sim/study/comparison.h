/*
 * comparison.h - what splitting saves: the nimble runs against their monolithic
 * twins, replication by replication.
 *
 * Both variants of a replication see the same robots and calls, so every figure is
 * taken within a replication first and averaged afterwards (common random
 * numbers). The break-even and the response gain follow figures 9 and 10 of the paper.
 */
#ifndef SIM_STUDY_COMPARISON_H
#define SIM_STUDY_COMPARISON_H

#include "analysis/statistics/stats.h"
#include "sim/study/study.h"

#define COMPARISON_LEVEL 0.95
#define COMPARISON_WINDOW_BINS 10u /* 100 s */

enum comparison_figure {
    COMPARISON_GATEWAY_RATIO,     /* bytes sent by the gateway, monolithic / nimble */
    COMPARISON_TRAFFIC_RATIO,     /* bytes sent and received, monolithic / nimble */
    COMPARISON_BREAK_EVEN,        /* s: from then on nimble has moved fewer bytes */
    COMPARISON_EXECUTION_EXTRA,   /* s: execution, nimble - monolithic */
    COMPARISON_ACQUISITION_RATIO, /* time, nimble / monolithic */
    COMPARISON_RESPONSE_GAIN,     /* s: mean response, monolithic - nimble */
    COMPARISON_NEIGHBOUR_SHARE,   /* of nimble's acquisitions over the network */
    COMPARISON_GLOBAL_SHARE,
    COMPARISON_REGISTRY_SHARE,
    COMPARISON_FIGURES,
};

struct comparison {
    struct stats_estimate figure[COMPARISON_FIGURES];
    /* The mean response over a 100 s window, all replications together. */
    double faster_from_s; /* nimble's is lower from here; NaN: never */
    double faster_share;  /* of the windows from there on in which it is */
};

/* The JSON key and the words for people. */
struct comparison_info {
    const char *name, *unit, *label;
};
const struct comparison_info *comparison_info(enum comparison_figure figure);

/*
 * A figure in the k-th replication asked for, k from 0; NaN where it has none. The study is
 * complete and has both variants.
 */
double comparison_value(const struct study *s, enum comparison_figure figure, uint32_t k);

/* False where the study has not both variants complete. SIM_ERR_NOMEM counts as that. */
bool comparison_make(struct comparison *c, const struct study *s);

#endif
