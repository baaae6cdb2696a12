/* spawn.h - no process can be started from a WASI module: every call says ENOSYS. */
#ifndef SIM_HOST_WASI_SPAWN_H
#define SIM_HOST_WASI_SPAWN_H

#include <sys/types.h>

typedef struct {
    int none;
} posix_spawn_file_actions_t;
typedef struct {
    int none;
} posix_spawnattr_t;

int posix_spawn_file_actions_init(posix_spawn_file_actions_t *actions);
int posix_spawn_file_actions_destroy(posix_spawn_file_actions_t *actions);
int posix_spawn_file_actions_adddup2(posix_spawn_file_actions_t *actions, int from, int to);
int posix_spawn_file_actions_addclose(posix_spawn_file_actions_t *actions, int fd);
int posix_spawnp(pid_t *pid, const char *file, const posix_spawn_file_actions_t *actions,
                 const posix_spawnattr_t *attributes, char *const argument[],
                 char *const environment[]);

#endif
