/*
 * snapshot.h - what lies in a folder, so that two can be held against each other.
 *
 * A result counts as what it says: its tables' rows, without the columns that tell of the machine
 * and the hour (schema.sql names them). Every other file counts by its bytes, but for lines with
 * a time of this host in them.
 */
#ifndef TESTS_FAULTS_SNAPSHOT_H
#define TESTS_FAULTS_SNAPSHOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SNAPSHOT_FILES_MAX = 128, SNAPSHOT_NAME_MAX = 128 };

struct snapshot_file {
    char name[SNAPSHOT_NAME_MAX]; /* from the folder on */
    uint64_t print;
    bool says_unfinished; /* a result that says itself that it is not complete */
    bool is_damaged;      /* a result that cannot be read to its end */
};

struct snapshot {
    struct snapshot_file file[SNAPSHOT_FILES_MAX];
    size_t count;
};

void snapshot_take(struct snapshot *s, const char *folder);
const struct snapshot_file *snapshot_find(const struct snapshot *s, const char *name);

/* Of one file's text, as a snapshot counts it. */
uint64_t snapshot_print_of(const char *path);

/* Folders of the harness's own: emptied and filled anew before each try. */
void folder_remove(const char *folder);
void folder_copy(const char *from, const char *to);

#endif
