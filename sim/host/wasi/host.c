/*
 * What a WASI host lacks, in POSIX's words: one thread, no processes, no signals, no locks. Nothing
 * else of the program knows that there is such a host. Only linked into the module of `make wasm`.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- threads ---- */

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *),
                   void *argument)
{
    (void)attributes;
    *thread = NULL;
    (void)run(argument);
    return 0;
}

int pthread_join(pthread_t thread, void **result)
{
    (void)thread;
    if (result != NULL) {
        *result = NULL;
    }
    return 0;
}

int pthread_once(pthread_once_t *once, void (*run)(void))
{
    if (*once == 0) {
        *once = 1;
        run();
    }
    return 0;
}

int pthread_mutex_init(pthread_mutex_t *mutex, const pthread_mutexattr_t *attributes)
{
    (void)mutex;
    (void)attributes;
    return 0;
}

int pthread_mutex_destroy(pthread_mutex_t *mutex)
{
    (void)mutex;
    return 0;
}

int pthread_mutex_lock(pthread_mutex_t *mutex)
{
    (void)mutex;
    return 0;
}

int pthread_mutex_unlock(pthread_mutex_t *mutex)
{
    (void)mutex;
    return 0;
}

int pthread_cond_init(pthread_cond_t *condition, const pthread_condattr_t *attributes)
{
    (void)condition;
    (void)attributes;
    return 0;
}

int pthread_cond_destroy(pthread_cond_t *condition)
{
    (void)condition;
    return 0;
}

int pthread_cond_signal(pthread_cond_t *condition)
{
    (void)condition;
    return 0;
}

int pthread_cond_broadcast(pthread_cond_t *condition)
{
    (void)condition;
    return 0;
}

/* Who waits without end waits for another thread: nobody does, where there are no processes. */
int pthread_cond_wait(pthread_cond_t *condition, pthread_mutex_t *mutex)
{
    (void)condition;
    (void)mutex;
    abort();
}

int pthread_cond_timedwait(pthread_cond_t *condition, pthread_mutex_t *mutex,
                           const struct timespec *until)
{
    (void)condition;
    (void)mutex;
    (void)until;
    return ETIMEDOUT;
}

/* ---- signals ---- */

int sigemptyset(sigset_t *set)
{
    set->bits = 0;
    return 0;
}

int sigaction(int number, const struct sigaction *action, struct sigaction *before)
{
    (void)number;
    (void)action;
    if (before != NULL) {
        *before = (struct sigaction){.sa_handler = SIG_IGN};
    }
    return 0;
}

int kill(pid_t pid, int number)
{
    (void)pid;
    (void)number;
    errno = ENOSYS;
    return -1;
}

/* ---- processes ---- */

static int refuse(void)
{
    errno = ENOSYS;
    return -1;
}

pid_t fork(void)
{
    return refuse();
}

int pipe(int fd[2])
{
    (void)fd;
    return refuse();
}

pid_t waitpid(pid_t pid, int *status, int options)
{
    (void)pid;
    (void)status;
    (void)options;
    errno = ECHILD;
    return -1;
}

int posix_spawn_file_actions_init(posix_spawn_file_actions_t *actions)
{
    (void)actions;
    return ENOSYS;
}

int posix_spawn_file_actions_destroy(posix_spawn_file_actions_t *actions)
{
    (void)actions;
    return 0;
}

int posix_spawn_file_actions_adddup2(posix_spawn_file_actions_t *actions, int from, int to)
{
    (void)actions;
    (void)from;
    (void)to;
    return ENOSYS;
}

int posix_spawn_file_actions_addclose(posix_spawn_file_actions_t *actions, int fd)
{
    (void)actions;
    (void)fd;
    return ENOSYS;
}

int posix_spawnp(pid_t *pid, const char *file, const posix_spawn_file_actions_t *actions,
                 const posix_spawnattr_t *attributes, char *const argument[],
                 char *const environment[])
{
    (void)pid;
    (void)file;
    (void)actions;
    (void)attributes;
    (void)argument;
    (void)environment;
    return ENOSYS;
}

/* ---- memory ---- */

void *mmap(void *wanted, size_t bytes, int access, int flags, int fd, off_t offset)
{
    (void)wanted;
    (void)access;
    (void)offset;
    void *base = fd < 0 && (flags & MAP_ANONYMOUS) != 0 ? calloc(1, bytes) : NULL;
    if (base == NULL) {
        errno = ENOMEM;
    }
    return base != NULL ? base : MAP_FAILED;
}

int munmap(void *base, size_t bytes)
{
    (void)bytes;
    free(base);
    return 0;
}

/* ---- where we are: a module starts in the root ---- */

__attribute__((constructor)) static void enter_folder(void)
{
    const char *folder = getenv("PWD");
    if (folder != NULL) {
        (void)chdir(folder);
    }
}

/* ---- files: nobody else is there to lock them against ---- */

int flock(int fd, int operation)
{
    (void)fd;
    (void)operation;
    return 0;
}

#undef fcntl
int wasi_fcntl(int fd, int command, ...)
{
    va_list list;
    va_start(list, command);
    int result = 0;
    if (command == F_GETLK) {
        va_arg(list, struct flock *)->l_type = F_UNLCK;
    } else if (command != F_SETLK && command != F_SETLKW) {
        result = fcntl(fd, command, va_arg(list, int));
    }
    va_end(list);
    return result;
}

uid_t geteuid(void)
{
    return 1;
}

mode_t umask(mode_t mask)
{
    (void)mask;
    return 022;
}

/* The one process that there is counts. */
int mkstemp(char *name)
{
    static unsigned count;
    char *end = strstr(name, "XXXXXX");
    if (end == NULL) {
        errno = EINVAL;
        return -1;
    }
    int fd = -1;
    do {
        unsigned rest = count++;
        for (unsigned i = 0; i < 6; i++, rest /= 10) {
            end[i] = (char)('0' + rest % 10);
        }
        fd = open(name, O_RDWR | O_CREAT | O_EXCL, 0600);
    } while (fd < 0 && errno == EEXIST);
    return fd;
}

int fchmod(int fd, mode_t mode)
{
    (void)fd;
    (void)mode;
    return 0;
}

int fchown(int fd, uid_t owner, gid_t group)
{
    (void)fd;
    (void)owner;
    (void)group;
    return 0;
}
