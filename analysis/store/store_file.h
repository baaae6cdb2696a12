/*
 * store_file.h - private to the store: what lies at a path, and how to put a
 * database there without ever harming what is not ours.
 *
 * SQLite itself is not asked here: it would happily open, repair or extend
 * whatever it is given. The first hundred bytes say enough.
 *
 * Errors: each failure says why in *error.
 */
#ifndef ANALYSIS_STORE_STORE_FILE_H
#define ANALYSIS_STORE_STORE_FILE_H

#include "analysis/store/store.h"

enum store_file_kind {
    STORE_FILE_ABSENT,
    STORE_FILE_EMPTY,    /* a regular file of no bytes */
    STORE_FILE_OURS,     /* a nimblesim database, of whatever schema version */
    STORE_FILE_DATABASE, /* somebody else's SQLite database */
    STORE_FILE_FOREIGN,  /* a regular file of another kind */
    STORE_FILE_SPECIAL,  /* a folder, a device, a socket */
};

struct store_file {
    enum store_file_kind kind;
    uint32_t schema_version; /* of STORE_FILE_OURS */
};

/* Looks at path. SIM_ERR_IO if it is there but cannot be read. */
SIM_MUST_CHECK enum sim_status store_file_inspect(const char *path, struct store_file *file,
                                                  struct store_error *error);

/*
 * A name beside path for a database under construction, which is created empty, and its writer's
 * lock, which goes with the file to its last name. free() the one; close() the other when SQLite
 * has closed the file.
 */
SIM_MUST_CHECK enum sim_status store_file_reserve(const char *path, char **temporary, int *lock,
                                                  struct store_error *error);

/* Takes away what store_file_reserve() has made, with the journal that SQLite may have put beside.
 */
void store_file_abandon(const char *temporary);

/*
 * Locks path's file for one writer; SQLite's own locks, which end with each transaction, do not see
 * it. close() it when SQLite has closed the file. -1: errno is EWOULDBLOCK if another process has
 * the lock, else there is nothing to lock, or no way to.
 */
int store_file_lock(const char *path);

/*
 * Moves temporary to path in one step, so that path shows the old file or the
 * new one and nothing between. Unless replace is set, a file that has appeared
 * there meanwhile wins (on file systems that know links) and SIM_ERR_INVALID is
 * returned; so it is if another process writes into what is there. On failure temporary stays.
 */
SIM_MUST_CHECK enum sim_status store_file_publish(const char *temporary, const char *path,
                                                  bool replace, struct store_error *error);

#endif
