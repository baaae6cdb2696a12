/* The worker processes of a sweep: handing out points, hearing of them, replacing who died. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#include "analysis/store/store.h"
#include "sim/study/study_store.h"
#include "sim/sweep/points.h"
#include "sim/terminal/exit.h"
#include "sim/terminal/interrupt.h"
#include "sim/terminal/message.h"
#include "sim/terminal/progress.h"

enum { WORKERS_MAX = 256, NOTHING = -1 };

struct worker {
    pid_t pid;  /* 0: not there */
    int to;     /* it reads points from here */
    int from;   /* and answers here */
    long point; /* that it works at; NOTHING: none */
};

struct pool {
    struct points_job *job;
    const struct store_shape *shape;
    struct worker worker[WORKERS_MAX];
    size_t worker_count;
    size_t next;          /* the first point that may be waiting */
    size_t wanted, ended; /* points */
    size_t failures_shown;
    uint64_t events;
    struct progress progress;
};

/* ---- the worker ---- */

static bool read_all(int fd, void *data, size_t bytes)
{
    char *to = data;
    while (bytes > 0) {
        const ssize_t n = read(fd, to, bytes);
        if (n <= 0 && !(n < 0 && errno == EINTR)) {
            return false;
        }
        if (n > 0) {
            to += n;
            bytes -= (size_t)n;
        }
    }
    return true;
}

static bool write_all(int fd, const void *data, size_t bytes)
{
    const char *from = data;
    while (bytes > 0) {
        const ssize_t n = write(fd, from, bytes);
        if (n < 0 && errno != EINTR) {
            return false;
        }
        if (n > 0) {
            from += n;
            bytes -= (size_t)n;
        }
    }
    return true;
}

/* Ends when there are no more points, or nobody who hands them out. */
_Noreturn static void work(const struct pool *pool, int from, int to)
{
    uint32_t point;
#ifdef __linux__
    (void)prctl(PR_SET_PDEATHSIG, SIGTERM); /* without: the point that is begun would be ended */
#endif
    while (!interrupt_requested() && read_all(from, &point, sizeof point)) {
        struct points_reply reply;
        points_run_one(&reply, pool->job, point, pool->shape);
        if (!write_all(to, &reply, sizeof reply)) {
            break;
        }
    }
    _exit(EXIT_OK);
}

/* ---- one worker, from outside ---- */

static void close_ends(struct worker *w)
{
    (void)close(w->to);
    (void)close(w->from);
}

static bool start_worker(struct pool *pool, struct worker *w)
{
    int points[2];
    int replies[2];
    if (pipe(points) != 0) {
        return false;
    }
    if (pipe(replies) != 0) {
        (void)close(points[0]);
        (void)close(points[1]);
        return false;
    }
    const pid_t pid = fork();
    if (pid == 0) {
        for (size_t i = 0; i < pool->worker_count; i++) {
            if (pool->worker[i].pid > 0) {
                close_ends(&pool->worker[i]); /* a sister's end must close with the parent */
            }
        }
        (void)close(points[1]);
        (void)close(replies[0]);
        work(pool, points[0], replies[1]);
    }
    (void)close(points[0]);
    (void)close(replies[1]);
    *w = (struct worker){.pid = pid, .to = points[1], .from = replies[0], .point = NOTHING};
    if (pid < 0) {
        close_ends(w);
        *w = (struct worker){.pid = 0};
        return false;
    }
    return true;
}

/* Takes leave of a worker that has ended or is asked to. Gives how it ended. */
static int end_worker(struct worker *w)
{
    int status = 0;
    close_ends(w);
    while (waitpid(w->pid, &status, 0) < 0 && errno == EINTR) {
    }
    w->pid = 0;
    return status;
}

/* Hands the next point that is waiting to a worker. False if there is none. */
static bool hand_out(struct pool *pool, struct worker *w)
{
    struct points_job *job = pool->job;
    while (pool->next <= job->last && job->point[pool->next].state != POINTS_WAITING) {
        pool->next++;
    }
    if (pool->next > job->last) {
        return false;
    }
    const uint32_t point = (uint32_t)pool->next++;
    w->point = (long)point;
    if (!write_all(w->to, &point, sizeof point)) {
        /* It would wait for ever. That it has ended, as when it was dead before, shows when it is
         * listened to. */
        (void)kill(w->pid, SIGKILL);
    }
    return true;
}

/* ---- what they say ---- */

/* A sweep in which all points fail needs no thousand messages. */
enum { FAILURES_SHOWN = 10 };

static void tell_failure(struct pool *pool, size_t point, const char *why)
{
    char name[256];
    if (pool->failures_shown++ >= FAILURES_SHOWN) {
        return;
    }
    points_name_of(name, sizeof name, pool->job, point);
    char *command = points_command_of(pool->job, point);
    message_error("point %zu (%s): %s", point + 1, name, why);
    message_hint("alone: %s", command != NULL ? command : "");
    free(command);
}

static void note_failure(struct pool *pool, size_t index, int code, const char *why)
{
    struct points_entry *point = &pool->job->point[index];
    point->state = POINTS_FAILED;
    point->code = code;
    point->why = strdup(why);
    pool->ended++;
    tell_failure(pool, index, why);
}

static void note_reply(struct pool *pool, struct worker *w, struct points_reply *reply)
{
    ASSERT(w->point >= 0 && reply->point == (uint32_t)w->point);
    struct points_entry *point = &pool->job->point[reply->point];
    w->point = NOTHING;
    reply->why[sizeof reply->why - 1] = '\0';
    if (reply->code == EXIT_INTERRUPTED) {
        return; /* it waits on */
    }
    pool->events += reply->events;
    if (reply->code != EXIT_OK) {
        note_failure(pool, reply->point, reply->code, reply->why);
        return;
    }
    point->state = POINTS_DONE;
    point->events = reply->events;
    point->digest = reply->digest;
    point->wall_s = reply->wall_s;
    pool->ended++;
}

/* A worker that died took its point along: tell, and let another worker go on. */
static void note_death(struct pool *pool, struct worker *w)
{
    const long point = w->point;
    const int status = end_worker(w);
    if (point != NOTHING && !interrupt_requested()) {
        char why[80];
        if (WIFSIGNALED(status)) {
            (void)snprintf(why, sizeof why, "the process was ended by signal %d (%s)",
                           WTERMSIG(status), strsignal(WTERMSIG(status)));
        } else {
            (void)snprintf(why, sizeof why, "the process ended with exit code %d",
                           WEXITSTATUS(status));
        }
        note_failure(pool, (size_t)point, EXIT_INTERNAL, why);
    }
    if (!interrupt_requested() && start_worker(pool, w) && !hand_out(pool, w)) {
        (void)end_worker(w);
    }
}

static void listen_to(struct pool *pool, struct worker *w)
{
    struct points_reply reply;
    if (!read_all(w->from, &reply, sizeof reply)) {
        note_death(pool, w);
        return;
    }
    note_reply(pool, w, &reply);
    if (interrupt_requested() || !hand_out(pool, w)) {
        (void)end_worker(w);
    }
}

/* Waits a moment for whoever has something to say. False when no worker is left. */
static bool wait_once(struct pool *pool)
{
    struct pollfd watched[WORKERS_MAX];
    struct worker *who[WORKERS_MAX];
    nfds_t count = 0;
    for (size_t i = 0; i < pool->worker_count; i++) {
        if (pool->worker[i].pid > 0) {
            who[count] = &pool->worker[i];
            watched[count++] = (struct pollfd){.fd = pool->worker[i].from, .events = POLLIN};
        }
    }
    if (count == 0) {
        return false;
    }
    if (poll(watched, count, 100) <= 0) {
        return true; /* time to look at the clock, or a signal */
    }
    for (nfds_t i = 0; i < count; i++) {
        if (watched[i].revents != 0) {
            listen_to(pool, who[i]);
        }
    }
    return true;
}

/* ---- all of them ---- */

static void ask_to_stop(struct pool *pool)
{
    for (size_t i = 0; i < pool->worker_count; i++) {
        if (pool->worker[i].pid > 0) {
            (void)kill(pool->worker[i].pid, SIGTERM);
        }
    }
}

static void run_pool(struct pool *pool)
{
    bool told = false;
    while (wait_once(pool)) {
        if (!pool->job->request->quiet) {
            progress_update(&pool->progress, (double)pool->ended, pool->events);
        }
        if (interrupt_requested() && !told) {
            told = true;
            ask_to_stop(pool);
        }
    }
}

static size_t count_waiting(const struct points_job *job)
{
    size_t count = 0;
    for (size_t i = job->first; i <= job->last; i++) {
        count += job->point[i].state == POINTS_WAITING ? 1 : 0;
    }
    return count;
}

static void start_pool(struct pool *pool, size_t wanted)
{
    pool->worker_count = wanted;
    for (size_t i = 0; i < wanted; i++) {
        if (!start_worker(pool, &pool->worker[i])) {
            message_warning("only %zu of %zu processes could be started: %s", i, wanted,
                            strerror(errno));
            break;
        }
        (void)hand_out(pool, &pool->worker[i]);
    }
}

bool points_run(struct points_job *job)
{
    struct pool *pool = calloc(1, sizeof *pool);
    struct store_shape *shape = NULL;
    struct store_error error = {{0}};
    struct study_store_model model;
    study_store_model_init(&model, model_of_schema(job->base.schema));
    if (pool == NULL || store_shape_create(&shape, &model.model, &error) != SIM_OK) {
        message_error("%s", pool == NULL ? sim_status_text(SIM_ERR_NOMEM) : error.text);
        free(pool);
        return false;
    }
    pool->job = job;
    pool->shape = shape;
    pool->next = job->first;
    pool->wanted = count_waiting(job);
    interrupt_watch();
    (void)signal(SIGPIPE, SIG_IGN); /* writing to a worker that died is no reason to die */
    size_t workers = job->request->jobs < pool->wanted ? job->request->jobs : pool->wanted;
    (void)fflush(NULL); /* or every worker would write what is buffered now */
    start_pool(pool, workers);
    if (!job->request->quiet) {
        progress_begin(&pool->progress, "sweep", (double)pool->wanted);
    }
    run_pool(pool);
    if (!job->request->quiet) {
        progress_finish(&pool->progress);
    }
    if (pool->failures_shown > FAILURES_SHOWN) {
        message_note("%zu more points failed", pool->failures_shown - FAILURES_SHOWN);
    }
    const bool complete = pool->ended == pool->wanted;
    store_shape_destroy(shape);
    free(pool);
    return complete;
}
