/* DIR/manifest.tsv: what the points are, for people, for merge, and for who comes later. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/engine/beside.h"
#include "sim/engine/digest.h"
#include "sim/engine/text_memory.h"
#include "sim/study/provenance.h"
#include "sim/sweep/points.h"
#include "sim/terminal/exit.h"
#include "sim/terminal/message.h"

static const char magic[] = "# nimblesim sweep 2\n";
static const char end_word[] = "end\t";

char *points_command_all(const struct points_job *job)
{
    const struct sweep *w = &job->sweep;
    const size_t most = 4 + 2 * w->override_count;
    char **word = calloc(most, sizeof *word);
    char verb[] = "sweep";
    char set[] = "--set";
    char out[] = "--out";
    size_t n = 0;
    if (word == NULL) {
        return NULL;
    }
    word[n++] = verb;
    word[n++] = job->base.path;
    for (size_t i = 0; i < w->override_count; i++) {
        word[n++] = set;
        memcpy(&word[n++], &w->overrides[i].text, sizeof *word); /* only read */
    }
    word[n++] = out;
    word[n++] = job->folder;
    char *command = provenance_command((int)n, word);
    free(word);
    return command;
}

/* Finds a torn or edited file. */
static uint64_t sum_of(const char *text, size_t length)
{
    return digest_fnv(DIGEST_FNV_START, text, length);
}

static void write_points(const struct sweep *w, FILE *to)
{
    for (size_t a = 0; a < w->axis_count; a++) {
        (void)fprintf(to, "axis\t%s\t%s\n", w->axis[a].key->path, sweep_axis_unit(&w->axis[a]));
    }
    (void)fprintf(to, "points\t%zu\n", w->point_count);
    for (size_t i = 0; i < w->point_count; i++) {
        (void)fprintf(to, "%zu\t%s", i + 1, w->hash[i]);
        for (size_t a = 0; a < w->axis_count; a++) {
            (void)fprintf(to, "\t%s", sweep_value_at(w, i, a)->text);
        }
        (void)fputc('\n', to);
    }
}

/* The whole manifest. free() it; NULL: no memory. Inlined, gcc 12 fears for the stream's text. */
SIM_COLD static char *render(const struct points_job *job)
{
    struct text_memory m;
    FILE *to = text_memory_open(&m);
    char *command = points_command_all(job);
    if (to != NULL && command != NULL) {
        (void)fprintf(to, "%scommand\t%s\n", magic, command);
        write_points(&job->sweep, to);
        if (fflush(to) == 0) {
            (void)fprintf(to, "%s%016" PRIx64 "\n", end_word, sum_of(m.text, m.length));
        }
    }
    char *text = text_memory_close(&m, to);
    if (command == NULL) {
        free(text);
        text = NULL;
    }
    free(command);
    return text;
}

static void name_file(char path[POINTS_PATH_MAX], const char *folder)
{
    (void)snprintf(path, POINTS_PATH_MAX, "%s/manifest.tsv", folder);
}

/* The file's text, NULL where there is none; then *found says whether there is a file. */
static char *read_text(const char *path, bool *found)
{
    FILE *from = fopen(path, "r");
    char *text = NULL;
    size_t size = 0;
    *found = from != NULL;
    if (from == NULL) {
        return NULL;
    }
    if (getdelim(&text, &size, '\0', from) < 0) {
        free(text);
        text = strdup("");
    }
    (void)fclose(from);
    return text;
}

/* Is the text a manifest, and whole? */
static bool is_sound(const char *text)
{
    const char *end = NULL;
    if (strncmp(text, magic, sizeof magic - 1) != 0) {
        return false;
    }
    for (const char *line = text; line != NULL && *line != '\0'; line = strchr(line, '\n')) {
        line += *line == '\n' ? 1 : 0;
        if (strncmp(line, end_word, sizeof end_word - 1) == 0) {
            end = line;
        }
    }
    return end != NULL &&
           strtoull(end + sizeof end_word - 1, NULL, 16) == sum_of(text, (size_t)(end - text));
}

static const char *points_part(const char *text)
{
    const char *axis = strstr(text, "\naxis\t");
    return axis != NULL ? axis : "";
}

static const char *end_part(const char *text)
{
    const char *end = strstr(text, "\nend\t");
    return end != NULL ? end : text + strlen(text);
}

/* The same axes and points, whatever the command was. */
static bool is_same_plan(const char *a, const char *b)
{
    const char *x = points_part(a);
    const char *y = points_part(b);
    const size_t length = (size_t)(end_part(a) - x);
    return x[0] != '\0' && y[0] != '\0' && length == (size_t)(end_part(b) - y) &&
           strncmp(x, y, length) == 0;
}

static int fail_io(const char *doing, const char *path, int code)
{
    message_error("cannot %s %s: %s", doing, path, strerror(errno));
    return code;
}

static bool put_text(FILE *to, const char *text)
{
    const bool written = fputs(text, to) >= 0 && fflush(to) == 0 && fsync(fileno(to)) == 0;
    return fclose(to) == 0 && written;
}

static int write_text(const char *path, const char *text)
{
    char *temporary = NULL;
    int file;
    beside_sweep(path);
    const enum sim_status status = beside_create(path, &temporary, &file);
    if (status == SIM_ERR_NOMEM) {
        message_error("%s", sim_status_text(status));
        return EXIT_INTERNAL;
    }
    FILE *to = status == SIM_OK ? fdopen(file, "w") : NULL;
    if (to == NULL) {
        const int code = fail_io("create", path, EXIT_CANNOT_CREATE);
        if (status == SIM_OK) {
            (void)close(file);
            (void)unlink(temporary);
        }
        free(temporary);
        return code;
    }
    int code = EXIT_OK;
    if (!put_text(to, text) || rename(temporary, path) != 0) {
        code = fail_io("write", path, EXIT_IO);
        (void)unlink(temporary);
    }
    free(temporary);
    return code;
}

static int make_folder(const char *path)
{
    struct stat about;
    if (mkdir(path, 0777) == 0 ||
        (errno == EEXIST && stat(path, &about) == 0 && S_ISDIR(about.st_mode))) {
        return EXIT_OK;
    }
    return fail_io("create the folder", path, EXIT_CANNOT_CREATE);
}

static int check_or_write(const struct points_job *job, const char *path, const char *text)
{
    bool found = false;
    char *old = read_text(path, &found);
    int code = EXIT_OK;
    if (found && old == NULL) {
        message_error("%s", sim_status_text(SIM_ERR_NOMEM));
        code = EXIT_INTERNAL;
    } else if (found && old[0] != '\0' && strncmp(old, magic, sizeof magic - 1) != 0) {
        message_error("%s is not the manifest of a sweep: it is left alone", path);
        code = EXIT_CANNOT_CREATE;
    } else if (found && is_sound(old) && is_same_plan(old, text)) {
        code = EXIT_OK; /* a part may be running elsewhere: do not touch */
    } else if (found && is_sound(old) && job->is_part) {
        message_error("%s has other points than %s has now", job->folder, job->base.path);
        message_hint("a sweep of all points plans anew");
        code = EXIT_BAD_DATA;
    } else {
        code = write_text(path, text);
    }
    free(old);
    return code;
}

int points_folder_prepare(const struct points_job *job)
{
    char path[POINTS_PATH_MAX];
    int code = make_folder(job->folder);
    if (code != EXIT_OK) {
        return code;
    }
    (void)snprintf(path, sizeof path, "%s/points", job->folder);
    code = make_folder(path);
    if (code != EXIT_OK) {
        return code;
    }
    char *text = render(job);
    if (text == NULL) {
        message_error("%s", sim_status_text(SIM_ERR_NOMEM));
        return EXIT_INTERNAL;
    }
    name_file(path, job->folder);
    code = check_or_write(job, path, text);
    free(text);
    return code;
}

/* ---- for merge ---- */

void points_manifest_deinit(struct points_manifest *m)
{
    free(m->hash);
    free(m->command);
    *m = (struct points_manifest){0};
}

/* Takes the hash out of a point's line; it will name a file, and nothing else shall. */
static bool read_point(struct points_manifest *m, const char *line)
{
    const char *hash = line + strcspn(line, "\t");
    hash += *hash == '\t';
    const size_t length = strcspn(hash, "\t");
    const size_t bytes = sizeof m->hash[0];
    if (length != bytes - 1 || strspn(hash, "0123456789abcdef") < length) {
        return false;
    }
    memcpy(m->hash[m->count], hash, length);
    m->hash[m->count++][length] = '\0';
    return true;
}

static bool read_command(struct points_manifest *m, const char *text)
{
    free(m->command); /* the last one counts */
    m->command = strdup(text);
    return m->command != NULL;
}

/* Reads the lines of a sound text. */
static bool read_lines(struct points_manifest *m, char *text)
{
    size_t capacity = 0;
    bool is_good = true;
    char *rest = NULL;
    for (char *line = strtok_r(text, "\n", &rest); line != NULL && is_good;
         line = strtok_r(NULL, "\n", &rest)) {
        if (strncmp(line, "command\t", 8) == 0) {
            is_good = read_command(m, line + 8);
        } else if (strncmp(line, "points\t", 7) == 0 && m->hash == NULL) {
            capacity = strtoull(line + 7, NULL, 10);
            capacity = capacity <= SWEEP_POINTS_MAX ? capacity : 0;
            m->hash = calloc(capacity + 1, sizeof *m->hash);
        } else if (line[0] >= '1' && line[0] <= '9' && m->count < capacity && m->hash != NULL) {
            is_good = read_point(m, line);
        }
    }
    return is_good && m->hash != NULL && m->command != NULL && m->count == capacity && capacity > 0;
}

int points_manifest_read(struct points_manifest *m, const char *folder)
{
    char path[POINTS_PATH_MAX];
    bool found = false;
    *m = (struct points_manifest){0};
    name_file(path, folder);
    char *text = read_text(path, &found);
    if (!found) {
        message_error("%s is not the folder of a sweep: it has no manifest.tsv", folder);
        return EXIT_NO_INPUT;
    }
    if (text == NULL || !is_sound(text) || !read_lines(m, text)) {
        message_error("%s is damaged; a sweep into this folder writes it anew", path);
        free(text);
        points_manifest_deinit(m);
        return EXIT_BAD_DATA;
    }
    free(text);
    return EXIT_OK;
}
