#include "models/nimblenet/track.h"

#include <inttypes.h>
#include <math.h>

#include "models/nimblenet/results/printed.h"
#include "sim/terminal/artefact.h"

/* Other versions of the movement differ by metres, other compilers by nothing. */
#define TOLERANCE_M 1e-6

struct track {
    struct trajectory trajectory;
    const struct robot_spec *robots;
    sim_time next; /* the second that is to be written next */
    sim_time end;
    FILE *seconds, *calls;
};

static void write_point(FILE *to, sim_time at, struct floor_point p, const char *node)
{
    (void)fprintf(to, "%.10g\t%.3f\t%.3f%s\n", (double)at / (double)SIM_S, p.x_m, p.y_m, node);
}

/* Writes every second up to and with until: times must not fall. */
static void follow(struct track *t, sim_time until)
{
    for (; t->next <= until && t->next <= t->end; t->next += SIM_S) {
        write_point(t->seconds, t->next,
                    trajectory_at(&t->trajectory, &t->robots->trajectory, t->next), "");
    }
}

static bool is_near(struct floor_point a, struct floor_point b)
{
    return fabs(a.x_m - b.x_m) < TOLERANCE_M && fabs(a.y_m - b.y_m) < TOLERANCE_M;
}

static enum sim_status pass_calls(struct track *t, struct query *calls, struct store_error *error)
{
    while (query_next(calls)) {
        const sim_time at = query_int(calls, 0);
        const struct floor_point stored = {query_real(calls, 1), query_real(calls, 2)};
        follow(t, at);
        if (!is_near(trajectory_at(&t->trajectory, &t->robots->trajectory, at), stored)) {
            (void)snprintf(error->text, sizeof error->text,
                           "robot %d was elsewhere at %g s than this nimblesim has it: the result "
                           "is from another version, run the scenario again",
                           TRACK_ROBOT, (double)at / (double)SIM_S);
            return SIM_ERR_INVALID;
        }
        if (at <= t->end) {
            char node[32];
            (void)snprintf(node, sizeof node, "\t%" PRId64,
                           query_int(calls, 3) == STORE_MISSING ? 0 : query_int(calls, 3));
            write_point(t->calls, at, stored, node);
        }
    }
    follow(t, t->end);
    return SIM_OK;
}

static enum sim_status write_track(struct track *t, struct store *store, struct store_error *error)
{
    (void)fprintf(t->seconds,
                  "# Figure 5: robot %d each second of the first %g s, first replication\n"
                  "# t in s, x and y in m\n"
                  "t_s\tx_m\ty_m\n",
                  TRACK_ROBOT, (double)t->end / (double)SIM_S);
    (void)fprintf(t->calls,
                  "# Figure 5: the calls of robot %d in the first %g s, first replication\n"
                  "# t in s, x and y in m; node 0: out of contact\n"
                  "t_s\tx_m\ty_m\tnode\n",
                  TRACK_ROBOT, (double)t->end / (double)SIM_S);
    struct query *calls = NULL;
    enum sim_status status = printed_open_calls(&calls, store, TRACK_ROBOT, error);
    if (status != SIM_OK) {
        return status;
    }
    status = pass_calls(t, calls, error);
    struct store_error later;
    const enum sim_status closed = query_close(calls, status == SIM_OK ? error : &later);
    return status == SIM_OK ? closed : status;
}

enum sim_status nimblenet_store_track(struct store *store, const struct robot_spec *robots,
                                      sim_time duration_ns, const char *folder,
                                      struct store_error *error)
{
    struct track t = {
        .robots = robots,
        .end = duration_ns < TRACK_NS ? duration_ns : TRACK_NS,
    };
    trajectory_init(&t.trajectory, &robots->trajectory, robots->seed, robots->replication,
                    TRACK_ROBOT - 1);
    struct artefact seconds = {.to = NULL};
    struct artefact calls = {.to = NULL};
    enum sim_status status =
        artefact_open(&seconds, folder, "figure5-track.tsv", error->text, sizeof error->text);
    if (status != SIM_OK) {
        return status;
    }
    status = artefact_open(&calls, folder, "figure5-calls.tsv", error->text, sizeof error->text);
    if (status != SIM_OK) {
        return artefact_close(&seconds, status, error->text, sizeof error->text);
    }
    t.seconds = seconds.to;
    t.calls = calls.to;
    status = write_track(&t, store, error);
    status = artefact_close(&calls, status, error->text, sizeof error->text);
    return artefact_close(&seconds, status, error->text, sizeof error->text);
}
