/* The index.tsv of 'taskgen --wasm': which tasklet is which file, and what the file must be. */
#include <string.h>

#include "sim/study/load.h"
#include "sim/tasklets/binaries.h"
#include "sim/tasklets/tasklet_files.h"
#include "sim/terminal/exit.h"
#include "sim/terminal/message.h"

/* Is it the form of separate parts, form 0, of any model? */
static bool is_of_parts(const char *form)
{
    for (size_t i = 0; models[i] != NULL; i++) {
        const struct model_tasklets *of = models[i]->tasklets;
        if (of != NULL && strcmp(of->form[0], form) == 0) {
            return true;
        }
    }
    return false;
}

/* An index speaks of its own folder. */
static bool leads_out(const char *file)
{
    for (const char *part = file;; part += strcspn(part, "/") + 1) {
        if (part[strcspn(part, "/")] == '\0') {
            return strcmp(part, "..") == 0;
        }
        if (strncmp(part, "../", 3) == 0) {
            return true;
        }
    }
}

/* The twins import nothing: only tasklets of separate parts are called by name. */
static enum sim_status read_row(struct tasklet_files *files, struct tsv *t)
{
    uint64_t size = 0;
    uint64_t hash = 0;
    enum sim_status status = tsv_whole(t, BINARIES_COLUMN_SIZE, 0, SIZE_MAX, &size);
    if (status == SIM_OK) {
        status = tsv_hash(t, BINARIES_COLUMN_HASH, &hash);
    }
    if (status != SIM_OK) {
        return status;
    }
    if (leads_out(t->field[BINARIES_COLUMN_FILE])) {
        return tsv_fail(t, "%s: '%s' lies outside of the folder", t->column[BINARIES_COLUMN_FILE],
                        t->field[BINARIES_COLUMN_FILE]);
    }
    const bool is_callable = is_of_parts(t->field[BINARIES_COLUMN_VARIANT]);
    struct tasklet_file *added = tasklet_files_add(
        files, is_callable ? t->field[BINARIES_COLUMN_NAME] : "", t->field[BINARIES_COLUMN_FILE]);
    if (added == NULL) {
        (void)tsv_fail(t, "no memory for so many tasklets");
        return SIM_ERR_NOMEM;
    }
    added->is_declared = true;
    added->size = size;
    added->hash = hash;
    return SIM_OK;
}

static enum sim_status read_rows(struct tasklet_files *files, struct tsv *t)
{
    const size_t before = files->count;
    enum sim_status status = SIM_OK;
    while (status == SIM_OK) {
        status = tsv_next(t);
        if (status == SIM_OK) {
            status = read_row(files, t);
        }
    }
    if (status == SIM_ERR_NOTFOUND) {
        status = files->count > before ? SIM_OK : tsv_fail(t, "the table ends without a row");
    }
    return status;
}

int tasklet_index_read(struct tasklet_files *files, const char *path)
{
    struct tsv t;
    struct tsv_error error;
    enum sim_status status = tsv_open(&t, path, &binaries_index, &error);
    if (status == SIM_OK) {
        status = read_rows(files, &t);
        tsv_close(&t);
    }
    if (status != SIM_OK) {
        message_error("%s", error.text);
    }
    return load_exit_code(status);
}
