/* What a sweep is asked to do, and what of it is done already. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analysis/store/store.h"
#include "sim/study/load.h"
#include "sim/study/provenance.h"
#include "sim/study/version.h"
#include "sim/sweep/points.h"
#include "sim/terminal/exit.h"
#include "sim/terminal/message.h"

void points_job_deinit(struct points_job *job)
{
    for (size_t i = 0; job->point != NULL && i < job->sweep.point_count; i++) {
        free(job->point[i].why);
    }
    free(job->point);
    sweep_deinit(&job->sweep);
    scenario_deinit(&job->base);
    load_overrides_deinit(&job->overrides);
    free(job->folder);
    *job = (struct points_job){0};
}

static enum sim_status read_sweep(struct points_job *job)
{
    struct scenario_errors errors = {0};
    enum sim_status status =
        sweep_read(&job->sweep, &job->base, job->overrides.item, job->overrides.count, &errors);
    if (status == SIM_OK) {
        status = sweep_resolve(&job->sweep, &errors);
        if (status == SIM_ERR_INVALID) {
            scenario_errors_print(&errors, stderr);
            message_hint("where: leaves out combinations that cannot be");
        }
    } else {
        scenario_errors_print(&errors, stderr);
    }
    if (status == SIM_ERR_NOMEM) {
        message_error("%s", sim_status_text(status));
    }
    scenario_errors_deinit(&errors);
    return status;
}

/* "A-B", "A-" or "A", from 1. */
static bool read_range(const char *text, size_t count, size_t *first, size_t *last)
{
    char head[24];
    const char *dash = strchr(text, '-');
    const size_t length = dash != NULL ? (size_t)(dash - text) : strlen(text);
    uint64_t from = 0;
    uint64_t to = count;
    if (length >= sizeof head) {
        return false;
    }
    memcpy(head, text, length);
    head[length] = '\0';
    if (!options_read_number(head, 1, count, &from)) {
        return false;
    }
    if (dash == NULL) {
        to = from;
    } else if (dash[1] != '\0' && !options_read_number(dash + 1, from, UINT32_MAX, &to)) {
        return false;
    }
    *first = (size_t)from - 1;
    *last = (size_t)(to < count ? to : count) - 1; /* the last task of an array may ask for more */
    return true;
}

static int choose_points(struct points_job *job)
{
    const struct points_request *request = job->request;
    const size_t count = job->sweep.point_count;
    char one[24];
    const char *points = request->points;
    job->last = count - 1;
    job->is_part = request->point > 0 || points != NULL;
    if (request->point > 0) {
        (void)snprintf(one, sizeof one, "%" PRIu64, request->point);
        points = one;
    }
    if (points != NULL && !read_range(points, count, &job->first, &job->last)) {
        message_error("--points: '%s' is not a range within 1-%zu", points, count);
        return EXIT_USAGE;
    }
    for (size_t i = job->first; i <= job->last; i++) {
        job->point[i].state = POINTS_WAITING;
    }
    return EXIT_OK;
}

/* The folder that was named, or the file's name with ".sweep" for its ending, here. */
static char *folder_of(const struct points_request *request)
{
    if (request->out != NULL) {
        return strdup(request->out);
    }
    const char *slash = strrchr(request->path, '/');
    const char *name = slash != NULL ? slash + 1 : request->path;
    const char *dot = strrchr(name, '.');
    const size_t length = dot != NULL && dot != name ? (size_t)(dot - name) : strlen(name);
    char *folder = malloc(length + sizeof ".sweep");
    if (folder != NULL) {
        (void)snprintf(folder, length + sizeof ".sweep", "%.*s.sweep", (int)length, name);
    }
    return folder;
}

int points_job_init(struct points_job *job, const struct points_request *request)
{
    *job = (struct points_job){.request = request};
    const struct load_changes changes = {
        .sets = &request->sets, .seed = request->seed, .replications = request->replications};
    int code = load_scenario(&job->base, request->path, &changes);
    if (code != EXIT_OK) {
        return code;
    }
    job->folder = folder_of(request);
    enum sim_status status = load_overrides_init(&job->overrides, &changes);
    if (status == SIM_OK && job->folder == NULL) {
        status = SIM_ERR_NOMEM;
    }
    if (status == SIM_OK) {
        status = read_sweep(job);
    }
    if (status == SIM_OK) {
        job->point = calloc(job->sweep.point_count, sizeof *job->point);
        status = job->point != NULL ? SIM_OK : SIM_ERR_NOMEM;
    }
    code = status == SIM_OK ? choose_points(job) : load_exit_code(status);
    if (code != EXIT_OK) {
        points_job_deinit(job);
    }
    return code;
}

void points_path_of(char path[POINTS_PATH_MAX], const char *folder, const char *hash)
{
    (void)snprintf(path, POINTS_PATH_MAX, "%s/points/%s.db", folder, hash);
}

void points_find_kept(struct points_job *job)
{
    size_t stale = 0;
    struct store_error last = {{0}};
    for (size_t i = job->first; i <= job->last; i++) {
        char path[POINTS_PATH_MAX];
        points_path_of(path, job->folder, job->sweep.hash[i]);
        if (access(path, F_OK) != 0) {
            continue;
        }
        if (store_check(path, job->sweep.hash[i], version_commit, &last) == SIM_OK) {
            job->point[i].state = POINTS_KEPT;
        } else {
            stale++;
        }
    }
    if (stale > 0 && !job->request->dry_run) {
        message_note("%zu point%s will be made anew: %s", stale, stale == 1 ? "" : "s", last.text);
    }
}

char *points_command_of(const struct points_job *job, size_t point)
{
    enum { WORDS = 2 };
    const struct sweep *w = &job->sweep;
    const size_t count = WORDS + 2 * (w->override_count + w->axis_count);
    char **word = calloc(count, sizeof *word);
    char *text[SWEEP_AXES_MAX] = {NULL};
    char verb[] = "run";
    char set[] = "--set";
    char *command = NULL;
    bool complete = word != NULL;
    size_t n = 0;
    for (size_t a = 0; a < w->axis_count && complete; a++) {
        const char *key = w->axis[a].key->path;
        const char *value = sweep_value_at(w, point, a)->text;
        const size_t size = strlen(key) + strlen(value) + sizeof "=";
        text[a] = malloc(size);
        complete = text[a] != NULL;
        if (complete) {
            (void)snprintf(text[a], size, "%s=%s", key, value);
        }
    }
    if (complete) {
        word[n++] = verb;
        word[n++] = job->base.path;
        for (size_t i = 0; i < w->override_count; i++) {
            word[n++] = set;
            memcpy(&word[n++], &w->overrides[i].text, sizeof *word); /* only read */
        }
        for (size_t a = 0; a < w->axis_count; a++) {
            word[n++] = set;
            word[n++] = text[a];
        }
        command = provenance_command((int)n, word);
    }
    for (size_t a = 0; a < w->axis_count; a++) {
        free(text[a]);
    }
    free(word);
    return command;
}

void points_name_of(char *text, size_t bytes, const struct points_job *job, size_t point)
{
    size_t used = 0;
    text[0] = '\0';
    for (size_t a = 0; a < job->sweep.axis_count && used < bytes; a++) {
        const int length =
            snprintf(text + used, bytes - used, "%s%s=%s", a > 0 ? ", " : "",
                     job->sweep.axis[a].key->path, sweep_value_at(&job->sweep, point, a)->text);
        used += length > 0 ? (size_t)length : 0;
    }
}
