#include "models/wasmtube/real/service.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime-replay/host_clock.h"
#if defined(__has_include) && __has_include(<sys/inotify.h>)
#include <sys/inotify.h>
#define HAS_WATCH 1
#endif

enum { PATIENCE_MS = 10000, AFTER_CALLS = 3, BYTES_MAX = 1 << 26 };

static const char *const name = "tasklet.wasm";

/* ---- the folder ---- */

static void path_of(const struct service *s, const char *file, char path[SERVICE_PATH_MAX])
{
    (void)snprintf(path, SERVICE_PATH_MAX, "%s/%s", s->folder, file);
}

bool service_write(const char *path, const uint8_t *bytes, size_t length)
{
    FILE *file = fopen(path, "wb");
    if (file == NULL) {
        return false;
    }
    const bool is_written = fwrite(bytes, 1, length, file) == length;
    return fclose(file) == 0 && is_written;
}

bool service_read(const char *path, uint8_t **bytes, size_t *length)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return false;
    }
    bool is_read = false;
    if (fseek(file, 0, SEEK_END) == 0) {
        const long size = ftell(file);
        *bytes = size > 0 && size <= BYTES_MAX ? malloc((size_t)size) : NULL;
        if (*bytes != NULL) {
            rewind(file);
            *length = fread(*bytes, 1, (size_t)size, file);
            is_read = *length == (size_t)size;
        }
    }
    (void)fclose(file);
    return is_read;
}

/* So much of a module of a version, by rename: nobody sees half of a whole one. */
static bool publish(const struct service *s, int32_t version, bool is_whole)
{
    char next[SERVICE_PATH_MAX];
    char path[SERVICE_PATH_MAX];
    uint8_t *binary = NULL;
    size_t length = 0;
    if (tube_build(s->bytes, version, &binary, &length) != SIM_OK) {
        return false;
    }
    path_of(s, "next", next);
    path_of(s, name, path);
    const bool is_out =
        service_write(next, binary, is_whole ? length : length / 2) && rename(next, path) == 0;
    free(binary);
    return is_out;
}

#ifdef HAS_WATCH
/* The folder, not the file: a watch on that one dies with it. */
static int open_watch(const char *folder)
{
    const int watch = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    if (watch >= 0 && inotify_add_watch(watch, folder, IN_CLOSE_WRITE | IN_MOVED_TO) < 0) {
        (void)close(watch);
        return -1;
    }
    return watch;
}

/* Takes what has been told so far: whether any of it is of the tasklet's file. */
static bool take_events(int watch)
{
    _Alignas(struct inotify_event) char bytes[4096];
    bool is_ours = false;
    ssize_t length;
    while ((length = read(watch, bytes, sizeof bytes)) > 0) {
        for (ssize_t at = 0; at < length;) {
            const struct inotify_event *event = (const void *)(bytes + at);
            is_ours = is_ours || (event->len > 0 && strcmp(event->name, name) == 0);
            at += (ssize_t)(sizeof *event + event->len);
        }
    }
    return is_ours;
}
#else
static int open_watch(const char *folder)
{
    (void)folder;
    return -1;
}

static bool take_events(int watch)
{
    (void)watch;
    return false;
}
#endif

/* Until the file has come anew. Events of other files, such as one on its way, are passed over. */
static bool wait_for_file(const struct service *s)
{
    const int64_t until = host_clock_ns() + PATIENCE_MS * (int64_t)1000000;
    while (host_clock_ns() < until) {
        struct pollfd line = {.fd = s->watch, .events = POLLIN};
        if (poll(&line, 1, PATIENCE_MS) > 0 && take_events(s->watch)) {
            return true;
        }
    }
    return false;
}

/* ---- opening ---- */

enum sim_status service_open(struct service *s, size_t bytes, const char **why)
{
    const char *where = getenv("TMPDIR");
    *s = (struct service){.watch = -1, .bytes = bytes, .version = 1};
    (void)snprintf(s->folder, sizeof s->folder, "%.160s/nimblesim-tube-%ld-%zu",
                   where != NULL && where[0] != '\0' ? where : "/tmp", (long)getpid(), bytes);
    *why = "no folder for the tasklet's file can be made";
    if (mkdir(s->folder, S_IRWXU) != 0) {
        s->folder[0] = '\0';
        return SIM_ERR_IO;
    }
    *why = "no folder can be watched here";
    s->watch = open_watch(s->folder);
    if (s->watch < 0) {
        service_close(s);
        return SIM_ERR_NOTFOUND;
    }
    uint8_t *binary = NULL;
    size_t length = 0;
    static struct wasm_error error;
    enum sim_status status = tube_build(bytes, 1, &binary, &length);
    status = status == SIM_OK ? tube_open(&s->tube, binary, length, &error) : status;
    free(binary);
    *why = error.text;
    if (status != SIM_OK) {
        service_close(s);
        return status;
    }
    atomic_store(&s->active, 1);
    return SIM_OK;
}

void service_close(struct service *s)
{
    char path[SERVICE_PATH_MAX];
    (void)tube_close(&s->tube);
    if (s->watch >= 0) {
        (void)close(s->watch);
    }
    if (s->folder[0] != '\0') {
        path_of(s, name, path);
        (void)unlink(path);
        path_of(s, "next", path);
        (void)unlink(path);
        (void)rmdir(s->folder);
    }
    s->folder[0] = '\0';
    s->watch = -1;
}

/* ---- who calls ---- */

static void call_once(struct service *s, const struct tube_argument *a,
                      const struct tube_answer *wanted)
{
    struct tube_answer got = {0};
    const int before = atomic_load(&s->active);
    while (atomic_load(&s->is_wanted)) { /* whoever waits for the lock has it next */
        (void)sched_yield();
    }
    (void)pthread_mutex_lock(&s->lock);
    const bool is_answered = tube_call(&s->tube, TUBE_BINARY, a, &got);
    (void)pthread_mutex_unlock(&s->lock);
    s->count.calls++;
    s->count.failed += !is_answered || got.mean != wanted->mean || got.median != wanted->median;
    s->count.wrong += is_answered && got.version < before;
}

static void *call_on(void *context)
{
    struct service *s = context;
    static const int32_t integer[] = {3, 1, 4, 1, 5, 9, 2, 6};
    enum { COUNT = sizeof integer / sizeof integer[0] };
    const struct tube_answer wanted = tube_native(integer, COUNT);
    struct tube_argument a;
    tube_encode(&a, TUBE_BINARY, integer, COUNT);
    int64_t last = host_clock_ns();
    while (!atomic_load(&s->is_over)) {
        call_once(s, &a, &wanted);
        const int64_t now = host_clock_ns();
        s->count.gap_ns = now - last > s->count.gap_ns ? now - last : s->count.gap_ns;
        last = now;
        atomic_fetch_add(&s->answered, 1);
    }
    return NULL;
}

static void await_answers(const struct service *s, unsigned long long more)
{
    const unsigned long long from = atomic_load(&s->answered);
    while (atomic_load(&s->answered) < from + more) {
        (void)sched_yield();
    }
}

enum sim_status service_begin(struct service *s)
{
    s->count = (struct service_count){0};
    atomic_store(&s->is_over, false);
    if (pthread_mutex_init(&s->lock, NULL) != 0) {
        return SIM_ERR_NOMEM;
    }
    if (pthread_create(&s->caller, NULL, call_on, s) != 0) {
        (void)pthread_mutex_destroy(&s->lock);
        return SIM_ERR_NOMEM;
    }
    await_answers(s, AFTER_CALLS);
    return SIM_OK;
}

void service_end(struct service *s, struct service_count *count)
{
    atomic_store(&s->is_over, true);
    (void)pthread_join(s->caller, NULL);
    (void)pthread_mutex_destroy(&s->lock);
    *count = s->count;
}

/* ---- the exchange ---- */

static void take_lock(struct service *s)
{
    atomic_store(&s->is_wanted, true);
    (void)pthread_mutex_lock(&s->lock);
    atomic_store(&s->is_wanted, false);
}

/* What lies there, as a sandbox. False: it is none. */
static bool build(const struct service *s, struct tube *next, struct service_times *times)
{
    char path[SERVICE_PATH_MAX];
    uint8_t *binary = NULL;
    size_t length = 0;
    struct wasm_error error;
    path_of(s, name, path);
    bool is_built = service_read(path, &binary, &length);
    times->read_ns = host_clock_ns();
    is_built = is_built && tube_open(next, binary, length, &error) == SIM_OK;
    times->built_ns = host_clock_ns();
    free(binary);
    return is_built;
}

/* Takes up what has arrived. */
static bool take_up(struct service *s, bool is_prepared, struct service_times *times)
{
    struct tube next = {0};
    times->event_ns = host_clock_ns();
    if (!is_prepared) {
        take_lock(s);
    }
    const bool is_built = build(s, &next, times);
    if (is_prepared && is_built) {
        take_lock(s);
    }
    struct tube old = {0};
    if (is_built) {
        old = s->tube;
        s->tube = next;
    }
    if (is_built || !is_prepared) {
        (void)pthread_mutex_unlock(&s->lock);
    }
    times->exchanged_ns = host_clock_ns();
    if (is_built) {
        atomic_store(&s->active, s->version);
        s->swaps++;
    } else {
        s->refused++;
    }
    s->held_bytes += tube_close(&old);
    times->gone_ns = host_clock_ns();
    return is_built;
}

enum sim_status service_swap(struct service *s, bool is_prepared, struct service_times *times)
{
    s->version++;
    const bool is_fine =
        publish(s, s->version, true) && wait_for_file(s) && take_up(s, is_prepared, times);
    await_answers(s, AFTER_CALLS);
    return is_fine ? SIM_OK : SIM_ERR_IO;
}

bool service_survives_bad_file(struct service *s)
{
    struct service_times times;
    const uint64_t refused = s->refused;
    const bool is_refused = publish(s, s->version + 1, false) && wait_for_file(s) &&
                            !take_up(s, true, &times) && s->refused == refused + 1;
    await_answers(s, AFTER_CALLS);
    return is_refused && atomic_load(&s->active) == s->version;
}

bool service_ends_at_the_last(struct service *s, bool is_prepared)
{
    struct service_times times;
    s->version += 2;
    const bool is_fine = publish(s, s->version - 1, true) && publish(s, s->version, true) &&
                         wait_for_file(s) && take_up(s, is_prepared, &times) &&
                         !take_events(s->watch);
    await_answers(s, AFTER_CALLS);
    return is_fine;
}
