/* wait.h - there is never a child to wait for. */
#ifndef SIM_HOST_WASI_SYS_WAIT_H
#define SIM_HOST_WASI_SYS_WAIT_H

#include <sys/types.h>

#define WNOHANG 1
#define WIFEXITED(status) (((status)&0x7f) == 0)
#define WEXITSTATUS(status) ((status) >> 8 & 0xff)
#define WIFSIGNALED(status) (((status)&0x7f) != 0)
#define WTERMSIG(status) ((status)&0x7f)

pid_t waitpid(pid_t pid, int *status, int options);

#endif
