/*
 * progress.h - how far a long job is, on stderr.
 *
 * On a terminal: one line with bar, percent, events a second and time to go,
 * redrawn at most ten times a second and wiped at the end. Elsewhere (a log, a
 * pipe): whole lines after 1, 2, 5, 10, 30 and then every 60 seconds. A job of
 * less than a second shows nothing. Calls are cheap enough for once every few
 * thousand events: one reading of the clock.
 *
 * Units: done and total in whatever the job counts (simulated seconds, runs),
 *   as long as both are the same; wall time in nanoseconds.
 * Ownership: the caller owns struct progress; label must outlive it.
 * Threads: call from the main thread only.
 */
#ifndef SIM_TERMINAL_PROGRESS_H
#define SIM_TERMINAL_PROGRESS_H

#include <stdio.h>

#include "sim/engine/base.h"

enum progress_style { PROGRESS_BAR, PROGRESS_LINES, PROGRESS_SILENT };

/* Wall time in nanoseconds from any fixed origin. */
typedef int64_t progress_clock(void);

struct progress {
    FILE *to;
    const char *label;
    double total;
    enum progress_style style;
    bool coloured;
    bool drawn; /* a bar stands on the current line */
    progress_clock *clock;
    int64_t start_ns, next_ns;
    unsigned interval; /* index into the growing intervals of plain lines */
};

/* Starts a job on stderr, as a bar or as lines, whichever suits what stderr is. */
void progress_begin(struct progress *p, const char *label, double total);

/* The same on any stream, in a given style and with a given clock: for tests. */
void progress_begin_on(struct progress *p, const char *label, double total, FILE *to,
                       enum progress_style style, progress_clock *clock);

/* Says that done of total is reached and how many events that took; 0 events shows no rate. */
void progress_update(struct progress *p, double done, uint64_t events);

/* Ends the job: wipes the bar. May be called twice. */
void progress_finish(struct progress *p);

#endif
