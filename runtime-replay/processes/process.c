#define _DEFAULT_SOURCE /* syscall(), for close_range() */
#include "runtime-replay/processes/process.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

bool process_is_available(void)
{
    return true;
}

static enum sim_status fail(char text[PROCESS_TEXT_MAX], const char *what)
{
    (void)snprintf(text, PROCESS_TEXT_MAX, "%s: %s", what, strerror(errno));
    return SIM_ERR_IO;
}

static void close_both(int fd[2])
{
    for (int i = 0; i < 2; i++) {
        if (fd[i] >= 0) {
            (void)close(fd[i]);
        }
    }
}

/* ---- lines ---- */

enum { FRAMES_BUFFER = 1 << 20 }; /* wished for; the kernel gives what it may */

/* A datagram socket of this host alone, at a port that the kernel chooses. */
static bool open_frames(int *fd, struct sockaddr_in *address)
{
    const int wish = FRAMES_BUFFER;
    socklen_t length = sizeof *address;
    *address = (struct sockaddr_in){.sin_family = AF_INET};
    address->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    *fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (*fd < 0 || bind(*fd, (const struct sockaddr *)address, sizeof *address) != 0 ||
        getsockname(*fd, (struct sockaddr *)address, &length) != 0) {
        return false;
    }
    (void)setsockopt(*fd, SOL_SOCKET, SO_RCVBUF, &wish, sizeof wish);
    (void)setsockopt(*fd, SOL_SOCKET, SO_SNDBUF, &wish, sizeof wish);
    return true;
}

static bool open_both_frames(int fd[2])
{
    struct sockaddr_in address[2];
    return open_frames(&fd[0], &address[0]) && open_frames(&fd[1], &address[1]) &&
           connect(fd[0], (const struct sockaddr *)&address[1], sizeof address[1]) == 0 &&
           connect(fd[1], (const struct sockaddr *)&address[0], sizeof address[0]) == 0;
}

static bool is_socket(int fd, int type)
{
    int found = -1;
    socklen_t length = sizeof found;
    return getsockopt(fd, SOL_SOCKET, SO_TYPE, &found, &length) == 0 && found == type;
}

bool process_line_inherit(struct process_line *line)
{
    *line = (struct process_line){PROCESS_ORDERS, PROCESS_FRAMES};
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    return is_socket(line->orders, SOCK_SEQPACKET) && is_socket(line->frames, SOCK_DGRAM);
}

static enum sim_status put(int fd, const void *bytes, size_t length)
{
    ssize_t sent;
    do {
        sent = send(fd, bytes, length, MSG_NOSIGNAL);
    } while (sent < 0 && errno == EINTR);
    return sent >= 0 && (size_t)sent == length ? SIM_OK : SIM_ERR_IO;
}

/* Waits for something to read. A signal ends no wait, but lets a short one be as long again. */
static enum sim_status wait_for(int fd, int wait_ms)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};
    int ready;
    do {
        ready = poll(&p, 1, wait_ms);
    } while (ready < 0 && errno == EINTR);
    return ready > 0 ? SIM_OK : ready == 0 ? SIM_ERR_NOTFOUND : SIM_ERR_IO;
}

static enum sim_status take(int fd, void *bytes, size_t room, int wait_ms, size_t *length)
{
    for (;;) {
        const ssize_t got = recv(fd, bytes, room, MSG_TRUNC | (wait_ms < 0 ? 0 : MSG_DONTWAIT));
        if (got > 0) {
            *length = (size_t)got;
            return *length <= room ? SIM_OK : SIM_ERR_FULL;
        }
        if (got == 0 || (errno != EINTR && errno != EAGAIN)) {
            return SIM_ERR_IO; /* a packet without a byte is none of ours */
        }
        const enum sim_status status = errno == EAGAIN ? wait_for(fd, wait_ms) : SIM_OK;
        if (status != SIM_OK) {
            return status;
        }
    }
}

enum sim_status process_line_order(const struct process_line *line, const void *bytes,
                                   size_t length)
{
    ASSERT(length > 0 && length <= PROCESS_ORDER_MAX);
    return put(line->orders, bytes, length);
}

enum sim_status process_line_take_order(const struct process_line *line, void *bytes, size_t room,
                                        int wait_ms, size_t *length)
{
    return take(line->orders, bytes, room, wait_ms, length);
}

enum sim_status process_line_send(const struct process_line *line, const void *bytes, size_t length)
{
    ASSERT(length > 0 && length <= PROCESS_FRAME_MAX);
    return put(line->frames, bytes, length);
}

enum sim_status process_line_receive(const struct process_line *line, void *bytes, size_t room,
                                     int wait_ms, size_t *length)
{
    return take(line->frames, bytes, room, wait_ms, length);
}

/* ---- processes ---- */

/* In the child, between fork() and exec(): only what a signal handler may call. */
static void become(const struct process_group *group, int orders, int frames,
                   const char *const *argument)
{
    const int nothing = open("/dev/null", O_RDWR);
    const int apart[2] = {fcntl(orders, F_DUPFD, PROCESS_FRAMES + 1),
                          fcntl(frames, F_DUPFD, PROCESS_FRAMES + 1)};
    (void)setpgid(0, (pid_t)group->id);
    if (nothing < 0 || dup2(nothing, STDIN_FILENO) < 0 || dup2(nothing, STDOUT_FILENO) < 0 ||
        dup2(apart[0], PROCESS_ORDERS) < 0 || dup2(apart[1], PROCESS_FRAMES) < 0) {
        _exit(127);
    }
    (void)syscall(SYS_close_range, PROCESS_FRAMES + 1U, ~0U, 0U);
    /* exec() changes none of the texts, whatever its type says. */
    union {
        const char *const *given;
        char *const *wanted;
    } texts = {argument};
    (void)execv("/proc/self/exe", texts.wanted);
    _exit(127);
}

static enum sim_status fork_off(struct process *p, struct process_group *group, int orders,
                                int frames, const char *const *argument)
{
    const pid_t starter = getpid();
    const pid_t pid = fork();
    if (pid == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() == starter) { /* else it is gone already */
            become(group, orders, frames, argument);
        }
        _exit(127);
    }
    if (pid < 0) {
        return SIM_ERR_IO;
    }
    if (group->id == 0) {
        group->id = (int32_t)pid;
    }
    (void)setpgid(pid, (pid_t)group->id); /* whoever of the two comes first */
    p->pid = (int32_t)pid;
    return SIM_OK;
}

enum sim_status process_start(struct process *p, struct process_group *group,
                              const char *const *argument, char text[PROCESS_TEXT_MAX])
{
    int orders[2] = {-1, -1};
    int frames[2] = {-1, -1};
    enum sim_status status = SIM_OK;
    *p = (struct process){.line = {-1, -1}};
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, orders) != 0 ||
        !open_both_frames(frames)) {
        status = fail(text, "no sockets for a process");
    } else if (fork_off(p, group, orders[1], frames[1], argument) != SIM_OK) {
        status = fail(text, "no further process");
    }
    if (status != SIM_OK) {
        close_both(orders);
        close_both(frames);
        return status;
    }
    (void)close(orders[1]);
    (void)close(frames[1]);
    p->line = (struct process_line){orders[0], frames[0]};
    return SIM_OK;
}

bool process_is_over(struct process *p, char text[PROCESS_TEXT_MAX])
{
    int how = 0;
    if (p->pid == 0 || waitpid((pid_t)p->pid, &how, WNOHANG) != (pid_t)p->pid) {
        return false;
    }
    p->pid = 0;
    if (WIFSIGNALED(how)) {
        (void)snprintf(text, PROCESS_TEXT_MAX, "was killed by signal %d", WTERMSIG(how));
    } else {
        (void)snprintf(text, PROCESS_TEXT_MAX, "ended with exit code %d", WEXITSTATUS(how));
    }
    return true;
}

bool process_is_soon_over(struct process *p, char text[PROCESS_TEXT_MAX])
{
    enum { TRIES = 200 };
    const struct timespec moment = {.tv_nsec = 5 * SIM_MS};
    for (int i = 0; i < TRIES; i++) {
        if (process_is_over(p, text)) {
            return true;
        }
        (void)nanosleep(&moment, NULL);
    }
    return false;
}

int64_t process_cpu_ns(const struct process *p)
{
    clockid_t clock;
    struct timespec spent;
    if (p->pid == 0 || clock_getcpuclockid((pid_t)p->pid, &clock) != 0 ||
        clock_gettime(clock, &spent) != 0) {
        return 0;
    }
    return (int64_t)spent.tv_sec * SIM_S + spent.tv_nsec;
}

/* Nothing that it had to say is heard any more. */
static void kill_off(struct process *p)
{
    int both[2] = {p->line.orders, p->line.frames};
    close_both(both);
    p->line = (struct process_line){-1, -1};
    if (p->pid > 0) {
        (void)kill((pid_t)p->pid, SIGKILL);
    }
}

static void wait_for_end(struct process *p)
{
    while (p->pid > 0 && waitpid((pid_t)p->pid, NULL, 0) < 0 && errno == EINTR) {
    }
    p->pid = 0;
}

void process_end(struct process *p)
{
    kill_off(p);
    wait_for_end(p);
}

void process_end_all(struct process *p, uint32_t count, struct process_group *group)
{
    for (uint32_t i = 0; i < count; i++) {
        kill_off(&p[i]);
    }
    for (uint32_t i = 0; i < count; i++) {
        wait_for_end(&p[i]);
    }
    group->id = 0;
}
