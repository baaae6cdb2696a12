/*
 * The folder of binaries. Its index is written first: a folder that was left half written is
 * known for ours, and the next --force can clear it.
 */
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/tasklets/binaries.h"
#include "sim/terminal/exit.h"
#include "sim/terminal/message.h"

enum { PATH_BYTES = 4096 };

static const char magic[] = "# nimblesim binaries 1\n";
static const char index_name[] = "index.tsv";

struct target {
    const struct forms *forms;
    const char *folder;
    bool is_new;                 /* the folder was not there before */
    bool has_index;              /* of ours, written now */
    uint32_t created[FORMS_MAX]; /* the first so many binaries */
};

static void path_of(char path[PATH_BYTES], const struct target *t, const char *name)
{
    (void)snprintf(path, PATH_BYTES, "%s/%s", t->folder, name);
}

/* ---- what is there already ---- */

/* A kill may have left an index without a byte, which is nobody's work. */
static void drop_empty_index(const struct target *t)
{
    char path[PATH_BYTES];
    struct stat there;
    path_of(path, t, index_name);
    if (lstat(path, &there) == 0 && S_ISREG(there.st_mode) && there.st_size == 0) {
        (void)unlink(path);
    }
}

static bool is_empty(DIR *folder)
{
    const struct dirent *entry;
    while ((entry = readdir(folder)) != NULL) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) {
            return false;
        }
    }
    return true;
}

/* The folder's index, behind its first line, if it has one of ours. */
static FILE *open_index(const struct target *t)
{
    char path[PATH_BYTES];
    char first[sizeof magic];
    path_of(path, t, index_name);
    FILE *from = fopen(path, "r");
    if (from != NULL && (fgets(first, sizeof first, from) == NULL || strcmp(first, magic) != 0)) {
        (void)fclose(from);
        from = NULL;
    }
    return from;
}

/* Could we have written a file of this name? */
static bool is_file_name(const struct target *t, const char *name)
{
    static const char *const kinds[] = {"chain-", "algorithm-"};
    const char *slash = strchr(name, '/');
    if (slash == NULL) {
        return false;
    }
    bool is_form = false;
    for (uint32_t f = 0; f < t->forms->count; f++) {
        const char *form = forms_name(t->forms, f);
        is_form = is_form ||
                  (strncmp(name, form, (size_t)(slash - name)) == 0 && form[slash - name] == '\0');
    }
    for (size_t i = 0; is_form && i < sizeof kinds / sizeof kinds[0]; i++) {
        const size_t length = strlen(kinds[i]);
        if (strncmp(slash + 1, kinds[i], length) == 0) {
            const char *number = slash + 1 + length;
            const size_t digits = strspn(number, "0123456789");
            return digits > 0 && strcmp(number + digits, ".wasm") == 0;
        }
    }
    return false;
}

/* The file column of an index's line, or NULL. The line is cut. */
static char *file_of(const struct target *t, char *line)
{
    char *column = line;
    for (int tabs = 0; tabs < BINARIES_COLUMN_FILE && column != NULL; tabs++) {
        column = strchr(column, '\t');
        column = column != NULL ? column + 1 : NULL;
    }
    if (column != NULL) {
        column[strcspn(column, "\t\n")] = '\0';
    }
    return column != NULL && is_file_name(t, column) ? column : NULL;
}

static void remove_folders(const struct target *t)
{
    char path[PATH_BYTES];
    for (uint32_t f = 0; f < t->forms->count; f++) {
        path_of(path, t, forms_name(t->forms, f));
        (void)rmdir(path);
    }
}

/* Removes what an index lists, and the index itself. Folders that are not empty stay. */
static int remove_listed(const struct target *t, FILE *index)
{
    char path[PATH_BYTES];
    char *line = NULL;
    size_t size = 0;
    bool good = true;
    while (good && getline(&line, &size, index) >= 0) {
        const char *file = line[0] != '#' ? file_of(t, line) : NULL;
        if (file != NULL) {
            path_of(path, t, file);
            good = unlink(path) == 0 || errno == ENOENT;
        }
    }
    free(line);
    if (good) {
        path_of(path, t, index_name);
        good = unlink(path) == 0;
    }
    if (!good) {
        message_error("%s: cannot be replaced: %s", path, strerror(errno));
        return EXIT_CANNOT_CREATE;
    }
    remove_folders(t);
    return EXIT_OK;
}

static int clear_earlier(const struct target *t, bool replace)
{
    FILE *index = open_index(t);
    if (index == NULL) {
        message_error("%s is not empty, and what it holds is not ours", t->folder);
        message_hint("name a new folder, or an empty one");
        return EXIT_CANNOT_CREATE;
    }
    int code = EXIT_CANNOT_CREATE;
    if (replace) {
        code = remove_listed(t, index);
    } else {
        message_error("%s holds binaries already", t->folder);
        message_hint("--force replaces them; other files are never touched");
    }
    (void)fclose(index);
    return code;
}

static int make_folder(const char *path, bool *is_new)
{
    *is_new = mkdir(path, 0777) == 0;
    if (*is_new || errno == EEXIST) {
        return EXIT_OK;
    }
    message_error("%s: cannot be created: %s", path, strerror(errno));
    return EXIT_CANNOT_CREATE;
}

static int prepare(struct target *t, bool replace)
{
    if (strlen(t->folder) > PATH_BYTES - BINARIES_NAME_MAX - 2) {
        message_error("the folder's name is too long");
        return EXIT_CANNOT_CREATE;
    }
    int code = make_folder(t->folder, &t->is_new);
    if (code != EXIT_OK || t->is_new) {
        return code;
    }
    drop_empty_index(t);
    DIR *folder = opendir(t->folder);
    if (folder == NULL) {
        message_error("%s: cannot be read as a folder: %s", t->folder, strerror(errno));
        return EXIT_CANNOT_CREATE;
    }
    const bool empty = is_empty(folder);
    (void)closedir(folder);
    return empty ? EXIT_OK : clear_earlier(t, replace);
}

/* ---- files ---- */

/* A file that is there already is somebody else's. */
static FILE *create(const struct target *t, const char *name, char path[PATH_BYTES])
{
    path_of(path, t, name);
    FILE *to = fopen(path, "wbx");
    if (to == NULL) {
        message_error("%s: cannot be created: %s", path, strerror(errno));
    }
    return to;
}

static int finish(FILE *to, const char *path)
{
    bool good = fflush(to) == 0 && !ferror(to);
    const int why = errno;
    good = fclose(to) == 0 && good;
    if (!good) {
        message_error("%s: cannot be written: %s", path, strerror(why != 0 ? why : errno));
    }
    return good ? EXIT_OK : EXIT_IO;
}

static void print_calls(const struct binaries *b, uint32_t form, uint32_t index, FILE *to)
{
    const struct taskset_tasklet *k = &b->parts.tasklet[index];
    const bool calls = !b->forms.of->is_whole(b->form[form].form) && k->call_count > 0;
    (void)fputs(calls ? "" : "-", to);
    for (uint32_t c = 0; calls && c < k->call_count; c++) {
        (void)fprintf(to, "%s%" PRIu32, c > 0 ? " " : "", b->parts.call[k->first_call + c]);
    }
    (void)fputc('\n', to);
}

static void print_index(const struct binaries *b, const char *hash, FILE *to)
{
    const struct scenario *s = b->forms.scenario;
    (void)fprintf(to,
                  "%s# scenario %s, hash %s, seed %" PRIu64 ", replication %" PRIu32 ", %" PRId64
                  " ns an instruction\n"
                  "# calls: the tasklets' numbers, in the order of their calls\n#",
                  magic, s->name, hash, s->seed, b->replication, b->forms.setting.instruction_ns);
    for (int c = 0; c < BINARIES_COLUMNS; c++) {
        (void)fprintf(to, "%s%s", c == 0 ? " " : "\t", binaries_index.column[c]);
    }
    (void)fputc('\n', to);
    for (uint32_t v = 0; v < b->count; v++) {
        for (uint32_t i = 0; i < b->form[v].set.count; i++) {
            const struct module_binary *binary = &b->form[v].set.binary[i];
            char name[MODULE_TASKLET_NAME_MAX];
            char file[BINARIES_NAME_MAX];
            module_tasklet_name(&b->parts, i, name);
            binaries_file_name(b, v, i, file);
            (void)fprintf(to,
                          "%s\t%" PRIu32 "\t%s\t%s\t%" PRIu32 "\t%" PRIu32 "\t%" PRIu64
                          "\t%016" PRIx64 "\t",
                          forms_name(&b->forms, b->form[v].form), i, name, file, binary->length,
                          binary->drawn_bytes, binary->instructions, binary->hash);
            print_calls(b, v, i, to);
        }
    }
}

static int write_index(const struct binaries *b, struct target *t)
{
    char path[PATH_BYTES];
    char hash[65] = "";
    const enum sim_status status = scenario_hash(b->forms.scenario, hash);
    if (status != SIM_OK) {
        message_error("%s", sim_status_text(status));
        return EXIT_INTERNAL;
    }
    FILE *to = create(t, index_name, path);
    if (to == NULL) {
        return EXIT_CANNOT_CREATE;
    }
    t->has_index = true;
    errno = 0;
    print_index(b, hash, to);
    return finish(to, path);
}

static int write_binary(const struct binaries *b, struct target *t, uint32_t v, uint32_t i)
{
    const struct module_binary *binary = &b->form[v].set.binary[i];
    char name[BINARIES_NAME_MAX];
    char path[PATH_BYTES];
    binaries_file_name(b, v, i, name);
    FILE *to = create(t, name, path);
    if (to == NULL) {
        return EXIT_CANNOT_CREATE;
    }
    t->created[v]++;
    errno = 0;
    (void)fwrite(binary->bytes, 1, binary->length, to);
    return finish(to, path);
}

static int write_variant(const struct binaries *b, struct target *t, uint32_t v)
{
    char path[PATH_BYTES];
    bool is_new = false;
    path_of(path, t, forms_name(&b->forms, b->form[v].form));
    int code = make_folder(path, &is_new);
    for (uint32_t i = 0; i < b->form[v].set.count && code == EXIT_OK; i++) {
        code = write_binary(b, t, v, i);
    }
    return code;
}

/* After a failure: what was created here, and nothing else. */
static void clean_up(const struct binaries *b, const struct target *t)
{
    char path[PATH_BYTES];
    for (uint32_t v = 0; v < b->count; v++) {
        for (uint32_t i = 0; i < t->created[v]; i++) {
            char name[BINARIES_NAME_MAX];
            binaries_file_name(b, v, i, name);
            path_of(path, t, name);
            (void)unlink(path);
        }
    }
    if (t->has_index) {
        path_of(path, t, index_name);
        (void)unlink(path);
    }
    remove_folders(t);
    if (t->is_new) {
        (void)rmdir(t->folder);
    }
}

int binaries_write(const struct binaries *b, const char *folder, bool replace)
{
    struct target t = {.forms = &b->forms, .folder = folder};
    int code = prepare(&t, replace);
    if (code != EXIT_OK) {
        return code;
    }
    code = write_index(b, &t);
    for (uint32_t v = 0; v < b->count && code == EXIT_OK; v++) {
        code = write_variant(b, &t, v);
    }
    if (code != EXIT_OK) {
        clean_up(b, &t);
    }
    return code;
}
