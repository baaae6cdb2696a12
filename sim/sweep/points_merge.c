/* The points of a sweep as one database. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "analysis/store/merge.h"
#include "sim/study/load.h"
#include "sim/study/provenance.h"
#include "sim/sweep/points.h"
#include "sim/terminal/exit.h"
#include "sim/terminal/json.h"
#include "sim/terminal/message.h"
#include "sim/terminal/output.h"
#include "sim/terminal/progress.h"

/* The files to merge. Ends with list_deinit(). */
struct list {
    char **path;
    size_t count;
    enum merge_order order;
};

static void list_deinit(struct list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        free(list->path[i]);
    }
    free(list->path);
    *list = (struct list){0};
}

static bool list_init(struct list *list, size_t most, enum merge_order order)
{
    *list = (struct list){.path = calloc(most, sizeof *list->path), .order = order};
    return list->path != NULL;
}

static bool list_add(struct list *list, const char *path)
{
    list->path[list->count] = strdup(path);
    return list->path[list->count] != NULL && ++list->count > 0;
}

static int no_memory(void)
{
    message_error("%s", sim_status_text(SIM_ERR_NOMEM));
    return EXIT_INTERNAL;
}

static int list_manifest(struct list *list, const struct points_manifest *m, const char *folder,
                         bool partial)
{
    size_t missing = 0;
    size_t first = 0;
    if (!list_init(list, m->count, MERGE_AS_GIVEN)) {
        return no_memory();
    }
    for (size_t i = 0; i < m->count; i++) {
        char path[POINTS_PATH_MAX];
        points_path_of(path, folder, m->hash[i]);
        if (access(path, F_OK) != 0) {
            first = missing++ == 0 ? i + 1 : first;
        } else if (!list_add(list, path)) {
            return no_memory();
        }
    }
    if (missing > 0 && (!partial || list->count == 0)) {
        message_error("%zu of %zu points are missing in %s, the first is point %zu", missing,
                      m->count, folder, first);
        message_hint("run them: %s", m->command);
        if (list->count > 0) {
            message_hint("--partial merges those that are there");
        }
        return EXIT_BAD_DATA;
    }
    if (missing > 0) {
        message_warning("%zu of %zu points are missing in %s, the first is point %zu", missing,
                        m->count, folder, first);
    }
    return EXIT_OK;
}

static int list_folder(struct list *list, const char *folder, bool partial)
{
    struct points_manifest manifest;
    int code = points_manifest_read(&manifest, folder);
    if (code == EXIT_OK) {
        code = list_manifest(list, &manifest, folder, partial);
        points_manifest_deinit(&manifest);
    }
    return code;
}

static bool is_folder(const char *path)
{
    struct stat about;
    return stat(path, &about) == 0 && S_ISDIR(about.st_mode);
}

/* One folder of a sweep, or files in any order. */
static int list_operands(struct list *list, const struct option_operands *operands, bool partial)
{
    if (operands->count == 1 && is_folder(operands->item[0])) {
        return list_folder(list, operands->item[0], partial);
    }
    if (!list_init(list, operands->count, MERGE_BY_AXES)) {
        return no_memory();
    }
    for (size_t i = 0; i < operands->count; i++) {
        if (is_folder(operands->item[i])) {
            message_error("%s is a folder: merge one folder, or files", operands->item[i]);
            return EXIT_USAGE;
        }
        if (!list_add(list, operands->item[i])) {
            return no_memory();
        }
    }
    return EXIT_OK;
}

static void show(void *context, size_t done)
{
    progress_update(context, (double)done, 0);
}

static int merge_exit_code(enum sim_status status, const struct points_merge *request)
{
    if (status == SIM_ERR_INVALID && access(request->out, F_OK) == 0 && !request->force) {
        message_hint("--force replaces an earlier result; other files are never replaced");
    }
    return load_exit_code(status);
}

static int tell(const struct merge_counts *counts, const struct points_merge *request)
{
    bool written = true;
    if (request->json) {
        struct json j;
        json_begin(&j, stdout);
        json_object_open(&j);
        json_field_string(&j, "file", request->out);
        json_field_uint(&j, "points", counts->points);
        json_field_uint(&j, "runs", counts->runs);
        json_field_uint(&j, "versions", counts->versions);
        json_object_close(&j);
        written = json_end(&j);
    } else if (!request->quiet) {
        (void)printf("%s: %zu points, %zu runs\n", request->out, counts->points, counts->runs);
    }
    return output_end_standard(written);
}

static int merge_list(const struct list *list, const struct points_merge *request)
{
    struct provenance provenance;
    struct scenario none;
    if (scenario_default(&none, load_registry(), load_registry()->schema[0]) != SIM_OK) {
        return no_memory();
    }
    if (provenance_init(&provenance, &none, request->argc, request->argv) != SIM_OK) {
        scenario_deinit(&none);
        return no_memory();
    }
    struct progress progress;
    struct merge_counts counts = {0};
    struct store_error error = {{0}};
    progress_begin(&progress, "merge", (double)list->count);
    const char **path = calloc(list->count, sizeof *path);
    enum sim_status status = SIM_ERR_NOMEM;
    if (path != NULL) {
        memcpy(path, list->path, list->count * sizeof *path);
        status = merge_files(request->out, request->force, path, list->count, list->order,
                             &provenance.row, show, &progress, &counts, &error);
    }
    free(path);
    progress_finish(&progress);
    provenance_deinit(&provenance);
    scenario_deinit(&none);
    if (status != SIM_OK) {
        message_error("%s", error.text[0] != '\0' ? error.text : sim_status_text(status));
        return merge_exit_code(status, request);
    }
    if (counts.versions > 1) {
        message_warning("the points were made by %zu versions of the program", counts.versions);
    }
    return tell(&counts, request);
}

int points_merge(const struct points_merge *request, const struct option_operands *operands)
{
    struct list list = {0};
    int code = list_operands(&list, operands, request->partial);
    if (code == EXIT_OK) {
        code = merge_list(&list, request);
    }
    list_deinit(&list);
    return code;
}
