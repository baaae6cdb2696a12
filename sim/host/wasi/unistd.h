/* unistd.h - processes that cannot be: fork() and pipe() say ENOSYS; files that nobody owns. */
#ifndef SIM_HOST_WASI_UNISTD_H
#define SIM_HOST_WASI_UNISTD_H

#include_next <unistd.h>

pid_t fork(void);
int pipe(int fd[2]);
uid_t geteuid(void);
int fchown(int fd, uid_t owner, gid_t group);

#endif
