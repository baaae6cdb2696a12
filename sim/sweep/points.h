/*
 * points.h - a sweep as the command line runs it: a folder, its manifest, points, workers.
 *
 *     DIR/manifest.tsv      what the points are, by number, hash and values
 *     DIR/points/HASH.db    a point that is done; there in full or not at all
 *
 * A point is named by the hash of its resolved scenario, and its file is the only mark that it is
 * done. So nothing needs to be mended after a kill, several machines can work in one folder, a
 * changed axis finds the points that it shares with the old one, and who comes too late finds
 * nothing left to do. A file that another build of the program made, or that is damaged, is made
 * anew.
 *
 * Points are run by worker processes, one point at a time each: a point that crashes takes no
 * other one along.
 *
 * Ownership: the caller owns struct points_job and ends it with points_job_deinit().
 * Errors: told on stderr; what is returned is the exit code.
 */
#ifndef SIM_SWEEP_POINTS_H
#define SIM_SWEEP_POINTS_H

#include "scenarios/sweep/sweep.h"
#include "sim/study/load.h"
#include "sim/terminal/options.h"

enum points_state {
    POINTS_OUTSIDE, /* not among the points asked for */
    POINTS_WAITING,
    POINTS_KEPT, /* was there already */
    POINTS_DONE,
    POINTS_FAILED,
};

struct points_entry {
    enum points_state state;
    int code; /* exit code that the point alone would have had */
    uint64_t events, digest;
    double wall_s;
    char *why; /* of a failed one */
};

/* What the user asks for. Texts are not owned. */
struct points_request {
    const char *path;
    const char *out; /* NULL: named after the file */
    const char *launcher;
    const char *points; /* "A-B"; NULL: all */
    struct option_list sets, sbatch;
    uint64_t replications; /* 0: the scenario's */
    uint64_t seed;         /* UINT64_MAX: the scenario's */
    uint64_t jobs;         /* processes; 0: as many as there are processors, or one on a cluster */
    uint64_t point, tasks; /* 0: not given */
    bool dry_run, json, quiet;
};

struct points_job {
    const struct points_request *request;
    struct scenario base;
    struct load_overrides overrides; /* of the command line, for every point */
    struct sweep sweep;
    struct points_entry *point;
    size_t first, last; /* the points asked for, from 0, both included */
    char *folder;
    bool is_part; /* --points or --point */
};

/* Plans, runs or submits what is asked for, and tells of it. Exit code. */
SIM_MUST_CHECK int points_sweep(struct points_request *request);

/* Reads the scenario and its sweep, and finds what is wrong with any point. */
SIM_MUST_CHECK int points_job_init(struct points_job *job, const struct points_request *request);
void points_job_deinit(struct points_job *job);

/* Makes the folder, and checks or writes its manifest. */
SIM_MUST_CHECK int points_folder_prepare(const struct points_job *job);

/* Looks which of the points asked for are there already. */
void points_find_kept(struct points_job *job);

/* The file of a point. */
enum { POINTS_PATH_MAX = 4096 };
void points_path_of(char path[POINTS_PATH_MAX], const char *folder, const char *hash);

/* The command that runs a point alone. free() it; NULL: no memory. */
char *points_command_of(const struct points_job *job, size_t point);

/* The command that runs all points. free() it; NULL: no memory. */
char *points_command_all(const struct points_job *job);

/* "nodes.cache=8 KiB, nodes.eviction=lfu", cut off where it does not fit. */
void points_name_of(char *text, size_t bytes, const struct points_job *job, size_t point);

/*
 * Runs what is waiting on request->jobs processes, with progress. False if it was interrupted; the
 * points then keep POINTS_WAITING.
 */
bool points_run(struct points_job *job);

/* ---- the worker's side ---- */

struct store_shape;

/* What a worker says of a point. Small enough for a pipe to take in one piece. */
struct points_reply {
    uint32_t point;
    int32_t code;
    uint64_t events, digest;
    double wall_s;
    char why[512];
};

/* Runs one point and stores it. EXIT_INTERRUPTED in code if it was asked to stop. */
void points_run_one(struct points_reply *reply, const struct points_job *job, size_t point,
                    const struct store_shape *shape);

/* ---- what is expected ---- */

struct points_estimate {
    double events, seconds; /* of processor time */
    double bytes;
    bool is_measured;
    char *refusal; /* NULL: the point can be run */
};

/*
 * Estimates the points asked for, one for each point of the sweep; free() it, NULL: no memory.
 * Up to nine points that lie evenly among them run one replication, for a part of their time where
 * that is long, at most three seconds in all; the others are taken like the nearest of these, in
 * proportion to the events that their model expects. Points that cannot be run have a refusal. Ends
 * with points_estimate_free().
 */
struct points_estimate *points_estimate(const struct points_job *job, size_t *measured);
void points_estimate_free(struct points_estimate *estimate, const struct points_job *job);

/* Tells which points cannot be run. EXIT_OK, or EXIT_BAD_DATA. */
SIM_MUST_CHECK int points_tell_refused(const struct points_job *job,
                                       const struct points_estimate *estimate);

/* ---- output ---- */

/* False if the stream failed. */
SIM_MUST_CHECK bool points_print_plan(const struct points_job *job,
                                      const struct points_estimate *estimate, size_t measured,
                                      FILE *to);
SIM_MUST_CHECK bool points_print_json(const struct points_job *job,
                                      const struct points_estimate *estimate, FILE *to);

/* ---- Slurm ---- */

/* Submits the sweep as a job array and a collecting job, or prints the scripts. */
SIM_MUST_CHECK int points_submit(struct points_job *job);

/* ---- merging ---- */

/* What the user asks for. Texts are not owned. */
struct points_merge {
    const char *out;
    bool force, partial, json, quiet;
    int argc;
    char **argv;
};

/* Merges one folder of a sweep, or files in any order, and tells of it. Exit code. */
SIM_MUST_CHECK int points_merge(const struct points_merge *request,
                                const struct option_operands *operands);

/* ---- the manifest, as merge reads it ---- */

struct points_manifest {
    char (*hash)[65]; /* in the order of the points */
    size_t count;
    char *command; /* that continues the sweep */
};

SIM_MUST_CHECK int points_manifest_read(struct points_manifest *m, const char *folder);
void points_manifest_deinit(struct points_manifest *m);

#endif
