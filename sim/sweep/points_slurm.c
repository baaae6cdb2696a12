/*
 * A sweep on a cluster: a job array whose tasks run a part of the points each, and a job behind it
 * that runs what they left and merges. Slurm schedules; we only write two scripts.
 *
 * A task that is started again, after a requeue or the loss of its node, finds its points that are
 * done and runs the others: the sweep's folder, which all nodes must see, is the only state.
 */
#include <errno.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sim/engine/text.h"
#include "sim/sweep/points.h"
#include "sim/terminal/exit.h"
#include "sim/terminal/message.h"
#include "sim/terminal/output.h"

extern char **environ; /* POSIX has it in no header */

enum { TASKS_DEFAULT = 100, ANSWER_MAX = 64 };

struct cluster {
    const struct points_job *job;
    char program[POINTS_PATH_MAX];
    char here[POINTS_PATH_MAX];
    char *command; /* of the whole sweep */
    size_t tasks, points_a_task;
};

/* ---- the scripts ---- */

/* A path between double quotes, as sbatch reads it: in single ones a backslash is no letter. */
static void write_option(const char *text, FILE *to)
{
    (void)fputc('"', to);
    for (; *text != '\0'; text++) {
        if (strchr("\"\\$`", *text) != NULL) {
            (void)fputc('\\', to);
        }
        (void)fputc(*text, to);
    }
    (void)fputc('"', to);
}

static void write_head(const struct cluster *c, const char *role, const char *log, FILE *to)
{
    const struct points_request *request = c->job->request;
    const uint64_t jobs = request->jobs > 0 ? request->jobs : 1;
    (void)fprintf(to, "#!/bin/bash\n#SBATCH --job-name=nimblesim-%s\n", role);
    (void)fputs("#SBATCH --requeue\n#SBATCH --open-mode=append\n#SBATCH --chdir=", to);
    write_option(c->here, to);
    (void)fputs("\n#SBATCH --output=", to);
    char path[POINTS_PATH_MAX];
    (void)snprintf(path, sizeof path, "%s/slurm/%s", c->job->folder, log);
    write_option(path, to);
    (void)fprintf(to, "\n#SBATCH --ntasks=1\n#SBATCH --cpus-per-task=%llu\n",
                  (unsigned long long)jobs);
    for (size_t i = 0; i < request->sbatch.count; i++) {
        (void)fprintf(to, "#SBATCH %s\n", request->sbatch.item[i]);
    }
}

static void write_program(const struct cluster *c, FILE *to)
{
    (void)fputs("nimblesim() { ", to);
    text_shell(c->program, to);
    (void)fputs(" \"$@\"; }\n", to);
}

static void write_array(const struct cluster *c, FILE *to)
{
    write_head(c, "sweep", "task-%a.log", to);
    (void)fprintf(to, "#SBATCH --array=0-%zu\n", c->tasks - 1);
    (void)fputs("# A part of the points; those that are there already are kept.\n", to);
    write_program(c, to);
    (void)fprintf(to, "first=$((SLURM_ARRAY_TASK_ID * %zu + 1))\n", c->points_a_task);
    (void)fprintf(to,
                  "%s --quiet --jobs \"${SLURM_CPUS_PER_TASK:-1}\" "
                  "--points \"$first-$((first + %zu))\"\n",
                  c->command, c->points_a_task - 1);
}

static void write_collect(const struct cluster *c, FILE *to)
{
    write_head(c, "collect", "collect.log", to);
    (void)fputs("# Whatever tasks left undone, then all points in one file.\n", to);
    write_program(c, to);
    (void)fprintf(to, "%s --quiet --jobs \"${SLURM_CPUS_PER_TASK:-1}\" &&\n    nimblesim merge ",
                  c->command);
    text_shell(c->job->folder, to);
    (void)fputs(" --force --out ", to);
    char path[POINTS_PATH_MAX];
    (void)snprintf(path, sizeof path, "%s/all.db", c->job->folder);
    text_shell(path, to);
    (void)fputc('\n', to);
}

/* ---- submitting ---- */

static int cannot(const char *what, const char *path, int code)
{
    message_error("cannot %s %s: %s", what, path, strerror(errno));
    return code;
}

static int write_script(const struct cluster *c, const char *name, char path[POINTS_PATH_MAX],
                        void (*write)(const struct cluster *c, FILE *to))
{
    (void)snprintf(path, POINTS_PATH_MAX, "%s/slurm/%s", c->job->folder, name);
    FILE *to = fopen(path, "w");
    if (to == NULL) {
        return cannot("create", path, EXIT_CANNOT_CREATE);
    }
    write(c, to);
    const bool failed = ferror(to) != 0;
    return fclose(to) == 0 && !failed ? EXIT_OK : cannot("write", path, EXIT_IO);
}

/* Runs a program and takes the first line that it prints. False if it failed, which is told. */
static bool ask_program(char *const *argv, char answer[ANSWER_MAX])
{
    int ends[2];
    pid_t pid = 0;
    posix_spawn_file_actions_t actions;
    if (pipe(ends) != 0) {
        message_error("no pipe: %s", strerror(errno));
        return false;
    }
    (void)posix_spawn_file_actions_init(&actions);
    (void)posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    (void)posix_spawn_file_actions_addclose(&actions, ends[0]);
    const int code = posix_spawnp(&pid, argv[0], &actions, NULL, argv, environ);
    (void)posix_spawn_file_actions_destroy(&actions);
    (void)close(ends[1]);
    FILE *from = fdopen(ends[0], "r");
    answer[0] = '\0';
    if (from != NULL) {
        (void)!fgets(answer, ANSWER_MAX, from);
        (void)fclose(from);
    }
    if (code != 0) {
        message_error("%s cannot be started: %s", argv[0], strerror(code));
        return false;
    }
    int status = 0;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        message_error("%s failed", argv[0]);
        return false;
    }
    return true;
}

/* Submits a script, behind another job unless that is NULL. The job's number goes to id. */
static bool submit(char *script, const char *behind, char id[ANSWER_MAX])
{
    char sbatch[] = "sbatch";
    char parsable[] = "--parsable";
    char dependency[ANSWER_MAX + sizeof "--dependency=afterany:"] = "";
    char *argv[5] = {sbatch, parsable, NULL, NULL, NULL};
    size_t n = 2;
    if (behind != NULL) {
        (void)snprintf(dependency, sizeof dependency, "--dependency=afterany:%s", behind);
        argv[n++] = dependency;
    }
    argv[n] = script;
    if (!ask_program(argv, id)) {
        return false;
    }
    id[strspn(id, "0123456789")] = '\0'; /* a cluster's name may follow */
    if (id[0] == '\0') {
        message_error("sbatch did not tell the job's number");
        return false;
    }
    return true;
}

static int submit_both(const struct cluster *c)
{
    char array[POINTS_PATH_MAX];
    char collect[POINTS_PATH_MAX];
    char folder[POINTS_PATH_MAX];
    char first[ANSWER_MAX];
    char second[ANSWER_MAX];
    (void)snprintf(folder, sizeof folder, "%s/slurm", c->job->folder);
    if (mkdir(folder, 0777) != 0 && errno != EEXIST) {
        return cannot("create the folder", folder, EXIT_CANNOT_CREATE);
    }
    int code = write_script(c, "array.sh", array, write_array);
    if (code == EXIT_OK) {
        code = write_script(c, "collect.sh", collect, write_collect);
    }
    if (code != EXIT_OK) {
        return code;
    }
    if (!submit(array, NULL, first)) {
        return EXIT_IO;
    }
    if (!submit(collect, first, second)) {
        message_hint("job %s runs the points all the same", first);
        return EXIT_IO;
    }
    (void)printf("job %s: %zu tasks of up to %zu points\njob %s: collects them into %s/all.db\n",
                 first, c->tasks, c->points_a_task, second, c->job->folder);
    return output_end_standard(true);
}

static bool find_places(struct cluster *c)
{
    const ssize_t length = readlink("/proc/self/exe", c->program, sizeof c->program - 1);
    if (length <= 0 || getcwd(c->here, sizeof c->here) == NULL) {
        message_error("the program does not find itself: %s", strerror(errno));
        return false;
    }
    c->program[length] = '\0';
    return true;
}

int points_submit(struct points_job *job)
{
    const size_t points = job->sweep.point_count;
    struct cluster c = {.job = job};
    if (job->is_part) {
        message_error("--launcher slurm takes no --points: it makes its own parts");
        return EXIT_USAGE;
    }
    const size_t wanted = job->request->tasks > 0 ? job->request->tasks : TASKS_DEFAULT;
    c.points_a_task = (points + wanted - 1) / wanted;
    c.tasks = (points + c.points_a_task - 1) / c.points_a_task;
    c.command = points_command_all(job);
    int code = c.command != NULL && find_places(&c) ? EXIT_OK : EXIT_INTERNAL;
    if (code == EXIT_OK && job->request->dry_run) {
        (void)fputs("# array.sh\n", stdout);
        write_array(&c, stdout);
        (void)fputs("\n# collect.sh, when array.sh has ended\n", stdout);
        write_collect(&c, stdout);
        code = output_end_standard(true);
    } else if (code == EXIT_OK) {
        code = points_folder_prepare(job);
        code = code == EXIT_OK ? submit_both(&c) : code;
    }
    free(c.command);
    return code;
}
