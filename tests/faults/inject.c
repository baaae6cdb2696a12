/* Preloaded into the program under test: allocations that fail, and the filter of system calls. */
#define _GNU_SOURCE
#include "tests/faults/inject.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The C library's own, which its malloc() is another name of. */
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *old, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

void *malloc(size_t size);
void *calloc(size_t count, size_t size);
void *realloc(void *old, size_t size);
void *aligned_alloc(size_t alignment, size_t size);
int posix_memalign(void **memory, size_t alignment, size_t size);

static struct inject *shared; /* NULL until the program starts */

static bool is_refused(void)
{
    if (shared == NULL || shared->first == 0) {
        return false;
    }
    const uint64_t n = atomic_fetch_add(&shared->allocations, 1) + 1;
    if (n < shared->first || n > shared->last) {
        return false;
    }
    errno = ENOMEM;
    return true;
}

void *malloc(size_t size)
{
    return is_refused() ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    return is_refused() ? NULL : __libc_calloc(count, size);
}

void *realloc(void *old, size_t size)
{
    return is_refused() ? NULL : __libc_realloc(old, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    return is_refused() ? NULL : __libc_memalign(alignment, size);
}

int posix_memalign(void **memory, size_t alignment, size_t size)
{
    void *got = is_refused() ? NULL : __libc_memalign(alignment, size);
    if (got == NULL) {
        return ENOMEM;
    }
    *memory = got;
    return 0;
}

/* Asks the supervisor at each of the calls, lets all others pass. */
static int install_filter(void)
{
    struct sock_filter code[INJECT_CALLS_MAX + 3];
    unsigned short n = 0;
    const unsigned calls = shared->call_count;
    code[n++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
                                             (unsigned)offsetof(struct seccomp_data, nr));
    for (unsigned i = 0; i < calls; i++) {
        code[n++] = (struct sock_filter)BPF_JUMP(
            BPF_JMP | BPF_JEQ | BPF_K, (unsigned)shared->call[i], (unsigned char)(calls - i), 0);
    }
    code[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    code[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF);
    const struct sock_fprog program = {.len = n, .filter = code};
    (void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER,
                        &program);
}

static void send_descriptor(int fd)
{
    char byte = 0;
    union {
        char bytes[CMSG_SPACE(sizeof(int))];
        struct cmsghdr aligned;
    } control = {{0}};
    struct iovec data = {.iov_base = &byte, .iov_len = 1};
    struct msghdr message = {.msg_iov = &data,
                             .msg_iovlen = 1,
                             .msg_control = control.bytes,
                             .msg_controllen = sizeof control.bytes};
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof fd);
    memcpy(CMSG_DATA(header), &fd, sizeof fd);
    (void)sendmsg(INJECT_SOCKET, &message, 0);
}

static void *map_of(int fd)
{
    return mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
}

/* In a process that the program has started anew: its allocations count, too. */
static void begin_again(void)
{
    const char *path = getenv(INJECT_AGAIN);
    const int fd = path != NULL ? open(path, O_RDWR | O_CLOEXEC) : -1;
    void *map = fd >= 0 ? map_of(fd) : MAP_FAILED;
    (void)close(fd);
    if (map != MAP_FAILED) {
        shared = map;
    }
}

__attribute__((constructor)) static void begin(void)
{
    void *map = map_of(INJECT_MAP);
    if (map == MAP_FAILED) {
        begin_again();
        return;
    }
    (void)close(INJECT_MAP);
    shared = map;
    if (shared->call_count > 0) {
        const int listener = install_filter();
        if (listener >= 0) {
            send_descriptor(listener);
            (void)close(listener);
        }
    }
    (void)close(INJECT_SOCKET);
}
