/*
 * Power fails while a result is written. A VFS below SQLite keeps what was written since the last
 * sync; at each sync it makes images of what a disk may then hold: of the writes that were not
 * synced each may be there, missing, torn within, and they may have come in another order. Every
 * image opens and says what it is, or is refused with a reason; what it says to be stored is.
 */
#include <criterion/criterion.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "analysis/store/query.h"
#include "sim/engine/rng.h"
#include "tests/support/result.h"

enum { WRITES_MAX = 4096, FILES_MAX = 8, IMAGES_A_SYNC = 6, SECTOR = 512, RUNS = 6, ROWS = 300 };

struct pending {
    sqlite3_int64 at;
    int length;
    unsigned char *bytes;
};

/* A file as the disk has it for sure, and what is under way to it. */
struct disk_file {
    char name[64]; /* "" : free */
    unsigned char *bytes;
    size_t length;
    struct pending write[WRITES_MAX];
    size_t writes;
};

struct power_file {
    sqlite3_file base;
    struct disk_file *disk;
    sqlite3_file *real; /* behind this struct */
};

static sqlite3_vfs *below;
static struct disk_file disk[FILES_MAX];
static struct rng chance;
static unsigned images;
static sqlite3_int64 runs_before[10000]; /* of an image: how many runs were complete by then */
static sqlite3_int64 runs_complete;

/* ---- what the disk holds ---- */

static void put(unsigned char **bytes, size_t *length, sqlite3_int64 at, const void *from, size_t n)
{
    const size_t end = (size_t)at + n;
    if (end > *length) {
        *bytes = realloc(*bytes, end);
        cr_assert_not_null(*bytes);
        memset(*bytes + *length, 0, end - *length);
        *length = end;
    }
    memcpy(*bytes + at, from, n);
}

static void settle(struct disk_file *d)
{
    for (size_t i = 0; i < d->writes; i++) {
        put(&d->bytes, &d->length, d->write[i].at, d->write[i].bytes, (size_t)d->write[i].length);
        free(d->write[i].bytes);
    }
    d->writes = 0;
}

/* What is left of one write: all, nothing, or some of its sectors. */
static void put_some(unsigned char **bytes, size_t *length, const struct pending *p)
{
    const uint64_t fate = rng_below(&chance, 3);
    for (int from = 0; from < p->length; from += SECTOR) {
        const int n = p->length - from < SECTOR ? p->length - from : SECTOR;
        if (fate == 0 || (fate == 1 && rng_below(&chance, 2) == 0)) {
            put(bytes, length, p->at + from, p->bytes + from, (size_t)n);
        }
    }
}

static void write_image(const struct disk_file *d, unsigned image)
{
    char path[128];
    unsigned char *bytes = malloc(d->length + 1);
    size_t length = d->length;
    cr_assert_not_null(bytes);
    memcpy(bytes, d->bytes != NULL ? d->bytes : (const unsigned char *)"", length);
    const size_t first = d->writes > 0 ? (size_t)rng_below(&chance, d->writes) : 0;
    for (size_t i = 0; i < d->writes; i++) { /* in another order */
        put_some(&bytes, &length, &d->write[(first + i) % d->writes]);
    }
    const char *suffix = strstr(d->name, "-journal") != NULL ? "-journal" : "";
    (void)snprintf(path, sizeof path, "image-%u.db%s", image, suffix);
    FILE *to = fopen(path, "wb");
    cr_assert_not_null(to);
    cr_assert_eq(fwrite(bytes, 1, length, to), length);
    (void)fclose(to);
    free(bytes);
}

static void power_fails(void)
{
    for (int i = 0; i < IMAGES_A_SYNC; i++) {
        cr_assert_lt(images, sizeof runs_before / sizeof runs_before[0]);
        runs_before[images] = runs_complete;
        for (size_t f = 0; f < FILES_MAX; f++) {
            if (disk[f].name[0] != '\0') {
                write_image(&disk[f], images);
            }
        }
        images++;
    }
}

/* ---- the VFS ---- */

static struct power_file *of(sqlite3_file *file)
{
    return (struct power_file *)(void *)file;
}

static int power_close(sqlite3_file *file)
{
    return of(file)->real->pMethods->xClose(of(file)->real);
}

static int power_read(sqlite3_file *file, void *to, int n, sqlite3_int64 at)
{
    return of(file)->real->pMethods->xRead(of(file)->real, to, n, at);
}

static int power_write(sqlite3_file *file, const void *from, int n, sqlite3_int64 at)
{
    struct disk_file *d = of(file)->disk;
    cr_assert_lt(d->writes, WRITES_MAX);
    struct pending *p = &d->write[d->writes++];
    *p = (struct pending){.at = at, .length = n, .bytes = malloc((size_t)n)};
    cr_assert_not_null(p->bytes);
    memcpy(p->bytes, from, (size_t)n);
    return of(file)->real->pMethods->xWrite(of(file)->real, from, n, at);
}

static int power_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    struct disk_file *d = of(file)->disk;
    settle(d);
    d->length = (size_t)size < d->length ? (size_t)size : d->length;
    return of(file)->real->pMethods->xTruncate(of(file)->real, size);
}

static int power_sync(sqlite3_file *file, int flags)
{
    power_fails(); /* before it takes effect */
    settle(of(file)->disk);
    return of(file)->real->pMethods->xSync(of(file)->real, flags);
}

static int power_size(sqlite3_file *file, sqlite3_int64 *size)
{
    return of(file)->real->pMethods->xFileSize(of(file)->real, size);
}

static int power_lock(sqlite3_file *file, int kind)
{
    return of(file)->real->pMethods->xLock(of(file)->real, kind);
}

static int power_unlock(sqlite3_file *file, int kind)
{
    return of(file)->real->pMethods->xUnlock(of(file)->real, kind);
}

static int power_reserved(sqlite3_file *file, int *out)
{
    return of(file)->real->pMethods->xCheckReservedLock(of(file)->real, out);
}

static int power_control(sqlite3_file *file, int op, void *argument)
{
    return of(file)->real->pMethods->xFileControl(of(file)->real, op, argument);
}

static int power_sector(sqlite3_file *file)
{
    (void)file;
    return SECTOR;
}

static int power_traits(sqlite3_file *file)
{
    (void)file;
    return 0; /* a disk that promises nothing */
}

static const sqlite3_io_methods methods = {
    .iVersion = 1,
    .xClose = power_close,
    .xRead = power_read,
    .xWrite = power_write,
    .xTruncate = power_truncate,
    .xSync = power_sync,
    .xFileSize = power_size,
    .xLock = power_lock,
    .xUnlock = power_unlock,
    .xCheckReservedLock = power_reserved,
    .xFileControl = power_control,
    .xSectorSize = power_sector,
    .xDeviceCharacteristics = power_traits,
};

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

static void forget(struct disk_file *d)
{
    settle(d);
    free(d->bytes);
    *d = (struct disk_file){.name = ""};
}

/* What was there when it was opened is on the disk: it was synced, or another program's. */
static struct disk_file *find_disk(const char *path)
{
    const char *name = path != NULL ? base_name(path) : "none";
    struct disk_file *found = NULL;
    for (size_t i = 0; i < FILES_MAX; i++) {
        if (strcmp(disk[i].name, name) == 0) {
            return &disk[i];
        }
        found = found == NULL && disk[i].name[0] == '\0' ? &disk[i] : found;
    }
    cr_assert_not_null(found);
    (void)snprintf(found->name, sizeof found->name, "%s", name);
    FILE *from = path != NULL ? fopen(path, "rb") : NULL;
    for (int c; from != NULL && (c = fgetc(from)) != EOF;) {
        const unsigned char byte = (unsigned char)c;
        put(&found->bytes, &found->length, (sqlite3_int64)found->length, &byte, 1);
    }
    if (from != NULL) {
        (void)fclose(from);
    }
    return found;
}

static int power_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *file, int flags, int *out)
{
    (void)vfs;
    struct power_file *p = of(file);
    p->real = (sqlite3_file *)(void *)(p + 1);
    p->disk = find_disk(path);
    const int code = below->xOpen(below, path, p->real, flags, out);
    p->base.pMethods = code == SQLITE_OK ? &methods : NULL;
    return code;
}

static int power_delete(sqlite3_vfs *vfs, const char *path, int sync)
{
    (void)vfs;
    for (size_t i = 0; i < FILES_MAX; i++) {
        if (strcmp(disk[i].name, base_name(path)) == 0) {
            power_fails(); /* before it is gone */
            forget(&disk[i]);
        }
    }
    return below->xDelete(below, path, sync);
}

static sqlite3_vfs power;

static void install(void)
{
    result_enter();
    rng_init(&chance, 17, 0, 0, RNG_TEST);
    below = sqlite3_vfs_find(NULL);
    power = *below;
    power.zName = "power";
    power.szOsFile = (int)sizeof(struct power_file) + below->szOsFile;
    power.xOpen = power_open;
    power.xDelete = power_delete;
    cr_assert_eq(sqlite3_vfs_register(&power, 1), SQLITE_OK);
}

static void uninstall(void)
{
    for (size_t i = 0; i < FILES_MAX; i++) {
        forget(&disk[i]);
    }
    result_leave();
}

TestSuite(power_loss, .init = install, .fini = uninstall);

/* ---- what is written, and what is found ---- */

static void write_runs(void)
{
    struct store *store = result_create("a.db");
    /* Built beside under another name, which is no longer there. */
    for (size_t i = 0; i < FILES_MAX; i++) {
        if (strstr(disk[i].name, ".new-") != NULL) {
            forget(&disk[i]);
        }
    }
    images = 0;
    for (int64_t run = 1; run <= RUNS; run++) {
        result_begin(store, run, "a", (uint32_t)run, (uint64_t)run);
        static struct result_acquisition row[ROWS];
        for (int64_t seq = 0; seq < ROWS; seq++) {
            row[seq] = (struct result_acquisition){.seq = seq,
                                                   .call_id = seq,
                                                   .node = 1,
                                                   .tasklet = 2,
                                                   .t_ns = seq,
                                                   .done_ns = seq,
                                                   .source = 3,
                                                   .attempts = 1};
        }
        cr_assert_eq(result_acquisitions(store, run, row, ROWS), SIM_OK);
        result_end(store, run, "a", (uint32_t)run, (uint64_t)run, 7, 8, 0.5);
        runs_complete = run;
    }
    result_finish(store);
    power_fails(); /* the power may also fail when all is done */
}

static int64_t count(struct store *store, const char *sql)
{
    struct store_error error;
    struct query *q = NULL;
    cr_assert_eq(query_open(&q, store, sql, &error), SIM_OK, "%s", error.text);
    cr_assert(query_next(q));
    const int64_t value = query_int(q, 0);
    cr_assert_eq(query_close(q, &error), SIM_OK, "%s", error.text);
    return value;
}

static void check_image(unsigned image, unsigned *refused, unsigned *complete)
{
    char path[64];
    struct store *store = NULL;
    struct store_error error = {""};
    (void)snprintf(path, sizeof path, "image-%u.db", image);
    if (store_open_readonly(&store, path, true, &error) != SIM_OK) {
        cr_assert_str_not_empty(error.text);
        (*refused)++;
        return;
    }
    const int64_t runs = count(store, "SELECT count(*) FROM run WHERE state = 'complete'");
    cr_assert_geq(runs, runs_before[image], "image %u has lost a run that was stored", image);
    cr_assert_eq(count(store, "SELECT count(*) FROM run WHERE state = 'complete' AND "
                              "(digest <> '0000000000000007' OR (SELECT count(*) FROM acquisition "
                              "AS a WHERE a.run_id = run.run_id) <> 300)"),
                 0, "image %u says complete of what is not whole", image);
    cr_assert_eq(count(store, "SELECT count(*) FROM pragma_integrity_check "
                              "WHERE integrity_check <> 'ok'"),
                 0, "image %u is damaged and does not say so", image);
    if (store_state(store) == RESULT_COMPLETE) {
        cr_assert_eq(runs, RUNS);
        (*complete)++;
    }
    store_destroy(store);
}

Test(power_loss, leaves_a_result_that_says_what_it_is)
{
    unsigned refused = 0;
    unsigned complete = 0;
    write_runs();
    cr_assert_eq(sqlite3_vfs_unregister(&power), SQLITE_OK);
    cr_assert_gt(images, 100);
    for (unsigned i = 0; i < images; i++) {
        check_image(i, &refused, &complete);
    }
    cr_assert_geq(complete, IMAGES_A_SYNC);
    cr_assert_lt(complete, images / 2);
    cr_assert_eq(refused, 0, "%u of %u images cannot be read", refused, images);
}
