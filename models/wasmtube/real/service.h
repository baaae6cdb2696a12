/*
 * service.h - a tasklet that answers while new versions of it arrive as a file.
 *
 * Somebody calls at full speed, in a thread of its own. A new version is written beside the file
 * and renamed; that is seen (inotify), read, made a sandbox of, and exchanged for the old one under
 * the lock that calls take. `mailbox`: calls wait for all of that, as in the paper's program;
 * `prepared`: for the exchange alone. What does not validate is refused, and the service goes on.
 *
 * Ownership: the service owns its folder, which it takes away in the end.
 * Threads: all functions by one thread; the calls have another, between begin and end.
 */
#ifndef MODELS_WASMTUBE_REAL_SERVICE_H
#define MODELS_WASMTUBE_REAL_SERVICE_H

#include <pthread.h>
#include <stdatomic.h>

#include "models/wasmtube/real/tube.h"

enum { SERVICE_FOLDER_MAX = 256, SERVICE_PATH_MAX = 512 };

/* Of one exchange, on the host's clock. */
struct service_times {
    int64_t event_ns, read_ns, built_ns, exchanged_ns, gone_ns;
};

struct service_count {
    uint64_t calls, failed;
    uint64_t wrong; /* the old version's answer to a call that began behind the exchange */
    int64_t gap_ns; /* the longest between two answers */
};

struct service {
    char folder[SERVICE_FOLDER_MAX];
    int watch; /* -1: none */
    struct tube tube;
    size_t bytes; /* of a module */
    int32_t version;
    uint64_t swaps, refused;
    size_t held_bytes; /* by sandboxes that are gone */
    pthread_mutex_t lock;
    pthread_t caller;
    atomic_bool is_wanted, is_over; /* the lock, by the exchange; the calls */
    atomic_int active;              /* the version that answers */
    atomic_ullong answered;
    struct service_count count; /* of the caller, until it has ended */
};

/* A whole file; the caller frees *bytes, also of what could not be read. */
SIM_MUST_CHECK bool service_read(const char *path, uint8_t **bytes, size_t *length);
SIM_MUST_CHECK bool service_write(const char *path, const uint8_t *bytes, size_t length);

/* With version 1. SIM_ERR_NOTFOUND: no folder can be watched here; SIM_ERR_IO, SIM_ERR_NOMEM. */
SIM_MUST_CHECK enum sim_status service_open(struct service *s, size_t bytes, const char **why);
void service_close(struct service *s);

/* Calls begin, and end: then *count is filled in. */
SIM_MUST_CHECK enum sim_status service_begin(struct service *s);
void service_end(struct service *s, struct service_count *count);

/* The next version arrives and is taken up. SIM_ERR_IO: it was not. */
SIM_MUST_CHECK enum sim_status service_swap(struct service *s, bool is_prepared,
                                            struct service_times *times);
/* Half a module arrives: true if it was refused and calls were answered behind that. */
bool service_survives_bad_file(struct service *s);
/* Two versions arrive at once: true if the last one answers. */
bool service_ends_at_the_last(struct service *s, bool is_prepared);

#endif
