/*
 * stationarity.h - can a mean response time stand for a queue's behaviour? Not if more work
 * comes than the servers can do, nor if the queue still grows when the run ends: then the mean
 * says how long the run was.
 *
 * The offered load is estimated from a run's second half: the servers held at a time, times the
 * calls that came for one over the calls that got one (a queue with less servers than it needs
 * holds all of them and lets calls wait). It is judged from STATIONARITY_ASKED_LEAST calls on.
 * Growth is judged by the trend of the mean queue over spans of that half, at a level
 * of significance that the caller divides by the number of queues it looks at, and has to
 * come to a call at least: less is no backlog, however sure.
 *
 * Units: loads in servers (erlangs), queues in calls, level a probability.
 * Errors: none. Threads: no state.
 */
#ifndef ANALYSIS_STATISTICS_STATIONARITY_H
#define ANALYSIS_STATISTICS_STATIONARITY_H

#include "sim/engine/base.h"

enum { STATIONARITY_ASKED_LEAST = 30 };

/* What one queue did over the second half of a run. */
struct stationarity_input {
    uint32_t servers;
    uint64_t asked, granted; /* calls that came for a server, and that got one */
    double busy;             /* servers held, mean over the half */
    const double *queue;     /* mean length in each of equal spans, in order */
    size_t spans;
};

enum stationarity_verdict {
    STATIONARITY_HOLDS,
    STATIONARITY_OVERLOADED, /* offered load at or above the servers */
    STATIONARITY_GROWING,    /* not that, but the queue grows significantly */
};

struct stationarity {
    enum stationarity_verdict verdict;
    double offered;      /* load; infinite where calls came and none got a server */
    double queue_before; /* mean over the first half of the spans: the run's third quarter */
    double queue_after;  /* and over the second: its last */
    double p;            /* of a trend like this one or stronger in a queue without one */
};

struct stationarity stationarity_judge(const struct stationarity_input *input, double level);

#endif
