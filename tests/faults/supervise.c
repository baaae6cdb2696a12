#define _GNU_SOURCE
#include "tests/faults/supervise.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/faults/inject.h"

enum {
    TIMEOUT_MS = 180000, /* a loaded machine may take its time */
    ORPHANS_MS = 60000,  /* that workers may take to notice */
    SHORT_MAX = 1 << 16,
};

/* The program while it runs. */
struct child {
    const struct supervise_request *request;
    struct inject *shared;
    pid_t pid;
    int process;  /* its descriptor */
    int listener; /* -1: no system call is held */
    int map;      /* the shared memory's */
    int64_t begun_ms;
    bool has_ended;
};

static const char *const words[FAULT_KINDS] = {
    [FAULT_NONE] = "none",     [FAULT_MALLOC] = "malloc", [FAULT_WRITE] = "write",
    [FAULT_SHORT] = "short",   [FAULT_READ] = "read",     [FAULT_SYNC] = "sync",
    [FAULT_OPEN] = "open",     [FAULT_RENAME] = "rename", [FAULT_MMAP] = "mmap",
    [FAULT_SPAWN] = "process", [FAULT_KILL] = "kill",     [FAULT_KILL_CALLER] = "kill-worker",
};

const char *fault_kind_word(enum fault_kind kind)
{
    return words[kind];
}

static void must(bool holds, const char *what)
{
    if (!holds) {
        (void)fprintf(stderr, "faults: %s: %s\n", what, strerror(errno));
        exit(70);
    }
}

static int64_t now_ms(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* ---- what is held ---- */

/* Calls that every machine has; those that only older ones know are added where they exist. */
static const int call_of_write[] = {SYS_write, SYS_pwrite64, SYS_writev};
static const int call_of_read[] = {SYS_read, SYS_pread64};
static const int call_of_sync[] = {SYS_fsync, SYS_fdatasync};
static const int call_of_map[] = {SYS_mmap, SYS_mremap};
#ifdef SYS_open
static const int call_of_open[] = {SYS_openat, SYS_open};
static const int call_of_rename[] = {SYS_renameat, SYS_renameat2, SYS_linkat, SYS_rename, SYS_link};
static const int call_of_spawn[] = {SYS_clone, SYS_clone3, SYS_fork, SYS_vfork};
static const int call_of_kill[] = {
    SYS_write, SYS_pwrite64, SYS_fsync,  SYS_fdatasync, SYS_openat, SYS_renameat,  SYS_rename,
    SYS_link,  SYS_linkat,   SYS_unlink, SYS_close,     SYS_flock,  SYS_ftruncate, SYS_mkdir};
#else
static const int call_of_open[] = {SYS_openat};
static const int call_of_rename[] = {SYS_renameat, SYS_renameat2, SYS_linkat};
static const int call_of_spawn[] = {SYS_clone, SYS_clone3};
static const int call_of_kill[] = {SYS_write,  SYS_pwrite64,  SYS_fsync,    SYS_fdatasync,
                                   SYS_openat, SYS_renameat2, SYS_linkat,   SYS_unlinkat,
                                   SYS_close,  SYS_flock,     SYS_ftruncate};
#endif

static const struct {
    const int *call;
    size_t count;
    int error;
} held[FAULT_KINDS] = {
#define HELD(list, code)                                                                           \
    {                                                                                              \
        list, sizeof(list) / sizeof(list)[0], code                                                 \
    }
    [FAULT_WRITE] = HELD(call_of_write, ENOSPC), [FAULT_SHORT] = HELD(call_of_write, 0),
    [FAULT_READ] = HELD(call_of_read, EIO),      [FAULT_SYNC] = HELD(call_of_sync, EIO),
    [FAULT_OPEN] = HELD(call_of_open, EMFILE),   [FAULT_RENAME] = HELD(call_of_rename, EIO),
    [FAULT_MMAP] = HELD(call_of_map, ENOMEM),    [FAULT_SPAWN] = HELD(call_of_spawn, EAGAIN),
    [FAULT_KILL] = HELD(call_of_kill, 0),        [FAULT_KILL_CALLER] = HELD(call_of_kill, 0),
#undef HELD
};

/* ---- the start ---- */

static int receive_descriptor(int from)
{
    char byte;
    union {
        char bytes[CMSG_SPACE(sizeof(int))];
        struct cmsghdr aligned;
    } control = {{0}};
    struct iovec data = {.iov_base = &byte, .iov_len = 1};
    struct msghdr message = {.msg_iov = &data,
                             .msg_iovlen = 1,
                             .msg_control = control.bytes,
                             .msg_controllen = sizeof control.bytes};
    if (recvmsg(from, &message, MSG_CMSG_CLOEXEC) <= 0) {
        return -1;
    }
    const struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    int fd = -1;
    if (header != NULL && header->cmsg_type == SCM_RIGHTS) {
        memcpy(&fd, CMSG_DATA(header), sizeof fd);
    }
    return fd;
}

_Noreturn static void become(const struct supervise_request *request, int map, int socket)
{
    char map_again[64];
    (void)snprintf(map_again, sizeof map_again, "/proc/%d/fd/%d", (int)getppid(), map);
    const int out = open(request->out, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    const int err = open(request->err, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    const int in = open("/dev/null", O_RDONLY);
    must(out >= 0 && err >= 0 && in >= 0 && chdir(request->folder) == 0, request->folder);
    (void)setpgid(0, 0);
    (void)dup2(map, INJECT_MAP); /* without close-on-exec, unlike the original */
    (void)dup2(socket, INJECT_SOCKET);
    (void)dup2(in, 0);
    (void)dup2(out, 1);
    (void)setenv("LD_PRELOAD", request->library, 1);
    (void)setenv(INJECT_AGAIN, map_again, 1);
    (void)dup2(err, 2);
    (void)close_range(3, INJECT_MAP - 1, 0);
    (void)execv(request->program, request->arguments);
    _exit(127);
}

static void start(struct child *c)
{
    const struct supervise_request *request = c->request;
    int ends[2];
    const int map = memfd_create("inject", MFD_CLOEXEC);
    must(map >= 0 && ftruncate(map, sizeof *c->shared) == 0, "memory to share");
    c->shared = mmap(NULL, sizeof *c->shared, PROT_READ | PROT_WRITE, MAP_SHARED, map, 0);
    must(c->shared != MAP_FAILED, "memory to share");
    must(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0, "a socket");
    if (request->kind == FAULT_MALLOC) {
        c->shared->first = request->first != 0 ? request->first : UINT64_MAX;
        c->shared->last = request->last;
    }
    c->shared->call_count = (uint32_t)held[request->kind].count;
    for (size_t i = 0; i < held[request->kind].count; i++) {
        c->shared->call[i] = held[request->kind].call[i];
    }
    c->begun_ms = now_ms();
    c->pid = fork();
    must(c->pid >= 0, "fork");
    if (c->pid == 0) {
        become(request, map, ends[1]);
    }
    c->process = (int)syscall(SYS_pidfd_open, c->pid, 0);
    must(c->process >= 0, "pidfd_open");
    c->map = map;
    (void)close(ends[1]);
    c->listener = c->shared->call_count > 0 ? receive_descriptor(ends[0]) : -1;
    must(c->listener >= 0 || c->shared->call_count == 0, "no system call can be held (seccomp)");
    (void)close(ends[0]);
}

/* ---- one call that is held ---- */

/* Does what the caller wanted, by half. Gives what the caller is told. */
static int64_t write_half(const struct seccomp_notif *call)
{
    static char bytes[SHORT_MAX];
    const size_t wanted = (size_t)call->data.args[2];
    const size_t half = wanted / 2 < SHORT_MAX ? wanted / 2 : SHORT_MAX;
    struct iovec here = {.iov_base = bytes, .iov_len = half};
    struct iovec there = {.iov_len = half};
    memcpy(&there.iov_base, &call->data.args[1], sizeof there.iov_base);
    const int process = (int)syscall(SYS_pidfd_open, (pid_t)call->pid, 0);
    const int fd =
        process >= 0 ? (int)syscall(SYS_pidfd_getfd, process, (int)call->data.args[0], 0) : -1;
    int64_t written = -1;
    if (fd >= 0 && process_vm_readv((pid_t)call->pid, &here, 1, &there, 1, 0) == (ssize_t)half) {
        written = call->data.nr == SYS_pwrite64 ? pwrite(fd, bytes, half, (off_t)call->data.args[3])
                                                : write(fd, bytes, half);
    }
    (void)close(fd);
    (void)close(process);
    return written;
}

static bool is_counted(enum fault_kind kind, const struct seccomp_notif *call)
{
    const bool writes = kind == FAULT_WRITE || kind == FAULT_SHORT;
    if (writes && call->data.args[0] == 2) {
        return false; /* standard error */
    }
    return kind != FAULT_SHORT || (call->data.nr != SYS_writev && call->data.args[2] > 1);
}

static void act(const struct child *c, const struct seccomp_notif *call,
                struct seccomp_notif_resp *answer)
{
    const enum fault_kind kind = c->request->kind;
    int64_t written;
    switch (kind) {
    case FAULT_KILL:
        (void)kill(c->pid, SIGKILL);
        return;
    case FAULT_KILL_CALLER:
        (void)kill((pid_t)call->pid, SIGKILL);
        return;
    case FAULT_SHORT:
        written = write_half(call);
        if (written > 0) {
            answer->flags = 0;
            answer->val = written;
        }
        return;
    case FAULT_NONE:
    case FAULT_MALLOC:
    case FAULT_WRITE:
    case FAULT_READ:
    case FAULT_SYNC:
    case FAULT_OPEN:
    case FAULT_RENAME:
    case FAULT_MMAP:
    case FAULT_SPAWN:
    case FAULT_KINDS:
        answer->flags = 0;
        answer->error = -held[kind].error;
        return;
    }
}

static void decide(const struct child *c, struct supervise_outcome *outcome)
{
    struct seccomp_notif call;
    memset(&call, 0, sizeof call);
    if (ioctl(c->listener, SECCOMP_IOCTL_NOTIF_RECV, &call) != 0) {
        return; /* the caller was killed meanwhile */
    }
    struct seccomp_notif_resp answer = {.id = call.id, .flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE};
    if (is_counted(c->request->kind, &call)) {
        const uint64_t n = ++outcome->seen;
        if (c->request->first != 0 && n >= c->request->first && n <= c->request->last) {
            act(c, &call, &answer);
        }
    }
    (void)ioctl(c->listener, SECCOMP_IOCTL_NOTIF_SEND, &answer);
}

/* ---- the end ---- */

static void look_for_end(struct child *c, struct supervise_outcome *outcome)
{
    if (!c->has_ended && waitpid(c->pid, &outcome->status, WNOHANG) == c->pid) {
        c->has_ended = true;
        c->begun_ms = now_ms(); /* the clock of the orphans starts */
    }
}

static bool is_late(const struct child *c)
{
    return now_ms() - c->begun_ms > (c->has_ended ? ORPHANS_MS : TIMEOUT_MS);
}

/* Until all processes have ended, which the filter's other end tells. */
static void attend(struct child *c, struct supervise_outcome *outcome)
{
    bool all_gone = false;
    while (!all_gone && !is_late(c)) {
        struct pollfd watched[] = {{.fd = c->listener, .events = POLLIN},
                                   {.fd = c->has_ended ? -1 : c->process, .events = POLLIN}};
        (void)poll(watched, 2, 50);
        if ((watched[0].revents & POLLIN) != 0) {
            decide(c, outcome);
        }
        all_gone = watched[0].revents != 0 && (watched[0].revents & POLLIN) == 0;
        look_for_end(c, outcome);
    }
    outcome->orphaned = c->has_ended && !all_gone;
}

static void wait_for_end(struct child *c, struct supervise_outcome *outcome)
{
    look_for_end(c, outcome);
    while (!c->has_ended && !is_late(c)) {
        struct pollfd watched = {.fd = c->process, .events = POLLIN};
        (void)poll(&watched, 1, 50);
        look_for_end(c, outcome);
    }
}

void supervise(const struct supervise_request *request, struct supervise_outcome *outcome)
{
    struct child c = {.request = request, .listener = -1};
    *outcome = (struct supervise_outcome){.status = 0};
    start(&c);
    if (c.listener >= 0) {
        attend(&c, outcome);
        (void)close(c.listener);
    }
    wait_for_end(&c, outcome);
    if (!c.has_ended || outcome->orphaned) {
        outcome->has_hung = !c.has_ended;
        (void)kill(-c.pid, SIGKILL);
        if (!c.has_ended) {
            (void)waitpid(c.pid, &outcome->status, 0);
        }
    }
    if (request->kind == FAULT_MALLOC) {
        outcome->seen = atomic_load(&c.shared->allocations);
    }
    (void)close(c.process);
    (void)close(c.map);
    (void)munmap(c.shared, sizeof *c.shared);
}
