/* A whole sweep as it was asked for: planned, run here, or submitted. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "sim/sweep/points.h"
#include "sim/terminal/artefact.h"
#include "sim/terminal/exit.h"
#include "sim/terminal/interrupt.h"
#include "sim/terminal/message.h"
#include "sim/terminal/output.h"
#include "sim/terminal/processors.h"

static int print_plan(struct points_job *job)
{
    size_t measured = 0;
    points_find_kept(job);
    struct points_estimate *estimate = points_estimate(job, &measured);
    if (estimate == NULL) {
        message_error("%s", sim_status_text(SIM_ERR_NOMEM));
        return EXIT_INTERNAL;
    }
    const bool printed = job->request->json ? points_print_json(job, estimate, stdout)
                                            : points_print_plan(job, estimate, measured, stdout);
    const int refused = points_tell_refused(job, estimate);
    points_estimate_free(estimate, job);
    const int ended = output_end_standard(printed);
    return ended == EXIT_OK ? refused : ended;
}

/* What killed workers left: files that never got their name. Only when nobody can be at work. */
static void sweep_away(const struct points_job *job)
{
    char path[POINTS_PATH_MAX + 256];
    (void)snprintf(path, sizeof path, "%s/points", job->folder);
    DIR *folder = opendir(path);
    if (folder == NULL) {
        return;
    }
    for (const struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        if (strstr(entry->d_name, ".db.new-") != NULL) {
            (void)snprintf(path, sizeof path, "%s/points/%s", job->folder, entry->d_name);
            (void)unlink(path);
        }
    }
    (void)closedir(folder);
}

static int tell(const struct points_job *job, bool complete)
{
    size_t count[POINTS_FAILED + 1] = {0};
    for (size_t i = job->first; i <= job->last; i++) {
        count[job->point[i].state]++;
    }
    bool written = true;
    if (job->request->json) {
        written = points_print_json(job, NULL, stdout);
    } else if (!job->request->quiet) {
        (void)printf("%s: %zu points: %zu run, %zu there already, %zu failed, %zu to do\n",
                     job->folder, job->last - job->first + 1, count[POINTS_DONE],
                     count[POINTS_KEPT], count[POINTS_FAILED], count[POINTS_WAITING]);
    }
    const int code = output_end_standard(written);
    if (code != EXIT_OK) {
        return code;
    }
    if (!complete && !interrupt_requested()) {
        message_error("no process is left to run the points that wait: the machine is short of "
                      "memory, processes or descriptors");
        message_hint("the same command goes on where this one stopped");
        return EXIT_INTERNAL;
    }
    if (!complete) {
        message_error("interrupted: the same command goes on where this one stopped");
        return EXIT_INTERRUPTED;
    }
    if (count[POINTS_FAILED] > 0) {
        return EXIT_CHECK_FAILED;
    }
    if (!job->is_part) {
        sweep_away(job);
        if (!job->request->quiet) {
            message_hint("nimblesim merge %s --out ALL.db puts the points into one file",
                         job->folder);
        }
    }
    return EXIT_OK;
}

/*
 * Takes a lock, which the workers of a sweep that was killed have until they have ended, too. Gives
 * false where somebody else still has it after that. A file system without locks grants all.
 */
static bool lock_patiently(int fd, int kind)
{
    static const struct timespec pause = {.tv_nsec = 20000000};
    for (int left = 150; flock(fd, kind | LOCK_NB) != 0; left--) {
        if (errno != EWOULDBLOCK) {
            return true;
        }
        if (left == 0 || interrupt_requested()) {
            return false;
        }
        (void)nanosleep(&pause, NULL);
    }
    return true;
}

/*
 * One whole sweep at a time works in a folder, or many parts of one. The lock ends with the last
 * process that has it; -1 in *lock where the folder cannot be opened.
 */
static int lock_folder(const struct points_job *job, int *lock)
{
    char why[256];
    *lock = artefact_make_folder(job->folder, why, sizeof why) == SIM_OK
                ? open(job->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
                : -1; /* points_folder_prepare() says what is wrong */
    const int kind = job->is_part ? LOCK_SH : LOCK_EX;
    if (*lock < 0 || lock_patiently(*lock, kind)) {
        return EXIT_OK;
    }
    (void)close(*lock);
    *lock = -1;
    message_error("%s: another sweep is at work in it at this moment", job->folder);
    message_hint("wait for its end, or name another folder with --out");
    return EXIT_CANNOT_CREATE;
}

static int wait_for_disk(const char *path)
{
    const int file = open(path, O_RDONLY | O_CLOEXEC);
    const bool is_there = file >= 0 && fsync(file) == 0;
    if (!is_there) {
        message_error("%s: cannot be written: %s", path, strerror(errno));
    }
    if (file >= 0) {
        (void)close(file);
    }
    return is_there ? EXIT_OK : EXIT_IO;
}

/*
 * Points do not wait for the disk one by one; a sweep that has said that they are done has waited
 * for all.
 */
static int settle(const struct points_job *job)
{
    int code = EXIT_OK;
    for (size_t i = job->first; i <= job->last && code == EXIT_OK; i++) {
        if (job->point[i].state == POINTS_DONE) {
            char path[POINTS_PATH_MAX];
            points_path_of(path, job->folder, job->sweep.hash[i]);
            code = wait_for_disk(path);
        }
    }
    return code;
}

static int run_locked(struct points_job *job)
{
    int code = points_folder_prepare(job);
    if (code != EXIT_OK) {
        return code;
    }
    points_find_kept(job);
    const bool complete = points_run(job);
    code = settle(job);
    return code == EXIT_OK ? tell(job, complete) : code;
}

static int run_here(struct points_job *job)
{
    int lock;
    int code = lock_folder(job, &lock);
    if (code == EXIT_OK) {
        code = run_locked(job);
    }
    if (lock >= 0) {
        (void)close(lock);
    }
    return code;
}

static int sweep_as_asked(const struct points_request *request)
{
    struct points_job job;
    int code = points_job_init(&job, request);
    if (code != EXIT_OK) {
        return code;
    }
    if (strcmp(request->launcher, "slurm") == 0) {
        code = points_submit(&job);
    } else {
        code = request->dry_run ? print_plan(&job) : run_here(&job);
    }
    points_job_deinit(&job);
    return code;
}

static int check_request(const struct points_request *request)
{
    if (strcmp(request->launcher, "local") != 0 && strcmp(request->launcher, "slurm") != 0) {
        message_error("--launcher: '%s' is neither local nor slurm", request->launcher);
        return EXIT_USAGE;
    }
    if (request->points != NULL && request->point > 0) {
        message_error("--point and --points exclude each other");
        return EXIT_USAGE;
    }
    return EXIT_OK;
}

int points_sweep(struct points_request *request)
{
    const int code = check_request(request);
    if (request->jobs == 0 && strcmp(request->launcher, "local") == 0) {
        request->jobs = processors_online();
    }
    return code == EXIT_OK ? sweep_as_asked(request) : code;
}
