/*
 * supervise.h - runs the program once and makes the k-th of something fail.
 *
 * Errors: what the supervisor itself cannot do (no seccomp, no memory) ends it with a message:
 *   a harness that goes on without is worse than none.
 */
#ifndef TESTS_FAULTS_SUPERVISE_H
#define TESTS_FAULTS_SUPERVISE_H

#include <stdbool.h>
#include <stdint.h>

enum fault_kind {
    FAULT_NONE,
    FAULT_MALLOC,      /* malloc and its family: NULL */
    FAULT_WRITE,       /* ENOSPC; but not on standard error, where the program has to complain */
    FAULT_SHORT,       /* a write that writes half */
    FAULT_READ,        /* EIO */
    FAULT_SYNC,        /* fsync, fdatasync: EIO */
    FAULT_OPEN,        /* EMFILE */
    FAULT_RENAME,      /* rename, link: EIO */
    FAULT_MMAP,        /* mmap, mremap: ENOMEM */
    FAULT_SPAWN,       /* a process or thread: EAGAIN */
    FAULT_KILL,        /* SIGKILL for the program at the k-th call that touches files */
    FAULT_KILL_CALLER, /* and for the process that made the call: a worker */
    FAULT_KINDS,
};

struct supervise_request {
    const char *program, *library;
    char *const *arguments; /* argv, with a NULL at the end */
    const char *folder;     /* where it runs */
    const char *out, *err;  /* files of its two streams */
    enum fault_kind kind;
    uint64_t first, last; /* which of the kind fail, counted from 1; first 0: none */
};

struct supervise_outcome {
    int status;    /* as of waitpid() */
    uint64_t seen; /* how many of the kind there were */
    bool has_hung; /* did not end in time, and was killed */
    bool orphaned; /* some process of it went on without the first */
};

const char *fault_kind_word(enum fault_kind kind);

void supervise(const struct supervise_request *request, struct supervise_outcome *outcome);

#endif
