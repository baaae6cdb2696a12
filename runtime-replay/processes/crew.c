#define _GNU_SOURCE /* sched_setaffinity(), sched_getcpu(), ppoll() */
#include "runtime-replay/processes/crew.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "runtime-replay/host_clock.h"

/* ---- the starter's side ---- */

enum sim_status crew_start(struct crew *c, uint32_t count, const char *const *argument,
                           char text[CREW_TEXT_MAX])
{
    ASSERT(count <= CREW_MAX);
    *c = (struct crew){0};
    if (!process_is_available()) {
        (void)snprintf(text, CREW_TEXT_MAX, "this program was built without processes");
        return SIM_ERR_NOTFOUND;
    }
    for (; c->count < count; c->count++) {
        char why[PROCESS_TEXT_MAX] = "";
        const enum sim_status status =
            process_start(&c->worker[c->count], &c->group, argument, why);
        if (status != SIM_OK) {
            (void)snprintf(text, CREW_TEXT_MAX, "%s", why);
            crew_end(c);
            return status;
        }
    }
    return SIM_OK;
}

static void worker_cgroup(const struct crew *c, uint32_t worker, char path[512])
{
    (void)snprintf(path, 512, "%s/nimblesim-%ld-%" PRIu32, c->cgroup, (long)getpid(), worker + 1);
}

void crew_end(struct crew *c)
{
    process_end_all(c->worker, c->count, &c->group);
    for (uint32_t i = 0; i < c->count; i++) {
        if (c->is_limited[i]) {
            char path[512];
            worker_cgroup(c, i, path);
            (void)rmdir(path);
        }
    }
    *c = (struct crew){0};
}

static enum sim_status name_who_ended(struct crew *c, uint32_t worker, char text[CREW_TEXT_MAX])
{
    char how[PROCESS_TEXT_MAX] = "has closed its line";
    (void)process_is_soon_over(&c->worker[worker], how);
    (void)snprintf(text, CREW_TEXT_MAX, "worker %" PRIu32 " %s", worker + 1, how);
    return SIM_ERR_IO;
}

static struct timespec time_left(int64_t until_ns)
{
    const int64_t left = until_ns - host_clock_ns();
    return (struct timespec){.tv_sec = left > 0 ? (time_t)(left / SIM_S) : 0,
                             .tv_nsec = left > 0 ? (long)(left % SIM_S) : 0};
}

static enum sim_status take(const struct process_line *line, bool is_order, void *word,
                            size_t bytes)
{
    size_t length = 0;
    const enum sim_status status = is_order ? process_line_take_order(line, word, bytes, 0, &length)
                                            : process_line_receive(line, word, bytes, 0, &length);
    return status == SIM_OK && length != bytes ? SIM_ERR_INVALID : status;
}

enum sim_status crew_hear(struct crew *c, int64_t until_ns, uint32_t *worker, void *word,
                          size_t bytes, char text[CREW_TEXT_MAX])
{
    struct pollfd all[2 * CREW_MAX];
    for (uint32_t i = 0; i < c->count; i++) {
        all[(size_t)2 * i] = (struct pollfd){.fd = c->worker[i].line.orders, .events = POLLIN};
        all[(size_t)2 * i + 1] = (struct pollfd){.fd = c->worker[i].line.frames, .events = POLLIN};
    }
    const struct timespec left = time_left(until_ns);
    const int count = ppoll(all, 2 * (nfds_t)c->count, &left, NULL);
    if (count <= 0) {
        return SIM_ERR_NOTFOUND; /* a signal ends the wait as well: the caller looks for it */
    }
    for (uint32_t i = 0; i < c->count; i++) {
        if ((all[(size_t)2 * i].revents & (POLLHUP | POLLERR | POLLNVAL)) != 0) {
            return name_who_ended(c, i, text);
        }
    }
    for (uint32_t i = 0; i < 2 * c->count; i++) {
        if (all[i].revents != 0) {
            *worker = i / 2;
            /* Of a worker that has ended meanwhile the next call tells. */
            return take(&c->worker[i / 2].line, i % 2 == 0, word, bytes) == SIM_OK
                       ? SIM_OK
                       : SIM_ERR_NOTFOUND;
        }
    }
    return SIM_ERR_NOTFOUND;
}

/* ---- a share by the kernel ---- */

static bool write_text(const char *folder, const char *name, const char *value)
{
    char path[640];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *to = fopen(path, "w");
    if (to == NULL) {
        return false;
    }
    const bool written = fputs(value, to) >= 0;
    return fclose(to) == 0 && written;
}

static bool first_line(const char *path, const char *begins, char *text, size_t bytes)
{
    char line[256];
    bool found = false;
    FILE *from = fopen(path, "r");
    while (from != NULL && !found && fgets(line, sizeof line, from) != NULL) {
        found = strncmp(line, begins, strlen(begins)) == 0;
    }
    if (from != NULL) {
        (void)fclose(from);
    }
    if (found) {
        line[strcspn(line, "\n")] = '\0';
        (void)snprintf(text, bytes, "%s", line + strlen(begins));
    }
    return found;
}

static bool find_cgroup(const char *root, char folder[256])
{
    char own[200];
    if (root != NULL) {
        (void)snprintf(folder, 256, "%s", root);
        return true;
    }
    if (!first_line("/proc/self/cgroup", "0::", own, sizeof own)) {
        return false;
    }
    (void)snprintf(folder, 256, "/sys/fs/cgroup%s", own);
    return true;
}

/* With the processor among what it hands on to the groups below it. */
static bool hands_on_processor(const char *folder)
{
    char path[320];
    char controllers[200];
    (void)snprintf(path, sizeof path, "%s/cgroup.subtree_control", folder);
    return first_line(path, "", controllers, sizeof controllers) &&
           strstr(controllers, "cpu") != NULL;
}

bool crew_limit(struct crew *c, uint32_t worker, double share, const char *root)
{
    char path[512];
    char value[64];
    char pid[32];
    ASSERT(worker < c->count && share > 0);
    if (!find_cgroup(root, c->cgroup) || !hands_on_processor(c->cgroup)) {
        return false;
    }
    worker_cgroup(c, worker, path);
    (void)snprintf(value, sizeof value, "%ld %d", (long)(share * CREW_PERIOD_US), CREW_PERIOD_US);
    (void)snprintf(pid, sizeof pid, "%" PRId32, c->worker[worker].pid);
    if (mkdir(path, 0755) != 0) {
        return false;
    }
    c->is_limited[worker] =
        write_text(path, "cpu.max", value) && write_text(path, "cgroup.procs", pid);
    if (!c->is_limited[worker]) {
        (void)rmdir(path);
    }
    return c->is_limited[worker];
}

int64_t crew_resident_bytes(const struct crew *c, uint32_t worker)
{
    char path[64];
    char line[128];
    int64_t pages[2] = {0};
    (void)snprintf(path, sizeof path, "/proc/%" PRId32 "/statm", c->worker[worker].pid);
    if (!first_line(path, "", line, sizeof line) ||
        sscanf(line, "%" SCNd64 " %" SCNd64, &pages[0], &pages[1]) != 2) {
        return 0;
    }
    return pages[1] * (int64_t)sysconf(_SC_PAGESIZE);
}

/* ---- in a worker ---- */

/* What this process could use before it was first pinned; NULL: nobody tells. */
static const cpu_set_t *usable(void)
{
    static cpu_set_t first;
    static bool is_known;
    if (!is_known) {
        CPU_ZERO(&first);
        is_known = sched_getaffinity(0, sizeof first, &first) == 0 && CPU_COUNT(&first) > 0;
    }
    return is_known ? &first : NULL;
}

static bool bind_to(const cpu_set_t *wanted)
{
    cpu_set_t got;
    CPU_ZERO(&got);
    return sched_setaffinity(0, sizeof *wanted, wanted) == 0 &&
           sched_getaffinity(0, sizeof got, &got) == 0 && CPU_EQUAL(&got, wanted);
}

bool crew_pin(uint32_t index, int *processor)
{
    const cpu_set_t *all = usable();
    cpu_set_t wanted;
    *processor = 0;
    if (all == NULL) {
        return false;
    }
    uint32_t left = index % (uint32_t)CPU_COUNT(all);
    while (!CPU_ISSET((size_t)*processor, all) || left-- > 0) {
        ++*processor;
    }
    CPU_ZERO(&wanted);
    CPU_SET((size_t)*processor, &wanted);
    return bind_to(&wanted);
}

bool crew_unpin(void)
{
    const cpu_set_t *all = usable();
    return all != NULL && bind_to(all);
}

int crew_processor(void)
{
    return sched_getcpu();
}

enum sim_status crew_line_hear(const struct process_line *line, int64_t until_ns, void *word,
                               size_t bytes, bool *is_order)
{
    struct pollfd both[2] = {{.fd = line->orders, .events = POLLIN},
                             {.fd = line->frames, .events = POLLIN}};
    const struct timespec left = time_left(until_ns);
    if (ppoll(both, 2, &left, NULL) <= 0) {
        return SIM_ERR_NOTFOUND;
    }
    if ((both[0].revents & (POLLHUP | POLLERR | POLLNVAL)) != 0) {
        return SIM_ERR_IO;
    }
    *is_order = both[0].revents != 0;
    const enum sim_status status = take(line, *is_order, word, bytes);
    if (status == SIM_OK || status == SIM_ERR_NOTFOUND) {
        return status;
    }
    return *is_order ? SIM_ERR_IO : SIM_ERR_NOTFOUND;
}

/* ---- a share by rests ---- */

void quota_init(struct quota *q, double share)
{
    ASSERT(share > 0 && share <= 1);
    *q = (struct quota){.share = share};
    const int code = pthread_mutex_init(&q->lock, NULL) | pthread_cond_init(&q->turn, NULL);
    ASSERT(code == 0);
    (void)prctl(PR_SET_TIMERSLACK, 1000UL, 0, 0, 0); /* a rest is no longer than it must be */
}

void quota_deinit(struct quota *q)
{
    (void)pthread_cond_destroy(&q->turn);
    (void)pthread_mutex_destroy(&q->lock);
}

void quota_take(struct quota *q, bool goes_on)
{
    (void)pthread_mutex_lock(&q->lock);
    const uint64_t ticket = q->next++;
    goes_on = goes_on || q->serving != ticket;
    while (q->serving != ticket) {
        (void)pthread_cond_wait(&q->turn, &q->lock);
    }
    (void)pthread_mutex_unlock(&q->lock);
    goes_on = goes_on && q->given_ns > 0;
    const int64_t now = host_clock_ns();
    const int64_t earliest = now - CREW_PERIOD_US * SIM_US;
    q->held_from_ns = goes_on ? q->given_ns : now;
    q->begun_ns = !goes_on ? now : q->due_ns > earliest ? q->due_ns : earliest;
}

/* What was slow because others had the processor counts as rest. */
void quota_give(struct quota *q, int64_t processor_ns)
{
    q->due_ns = q->begun_ns + (int64_t)((double)processor_ns / q->share);
    struct timespec left = time_left(q->due_ns);
    while (q->share < 1 && (left.tv_sec > 0 || left.tv_nsec > 0) && nanosleep(&left, NULL) != 0) {
        left = time_left(q->due_ns);
    }
    q->given_ns = host_clock_ns();
    q->worked_ns += processor_ns;
    q->held_ns += q->given_ns - q->held_from_ns;
    (void)pthread_mutex_lock(&q->lock);
    q->serving++;
    (void)pthread_cond_broadcast(&q->turn);
    (void)pthread_mutex_unlock(&q->lock);
}
