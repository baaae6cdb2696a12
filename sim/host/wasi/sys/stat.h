/* stat.h - files have no modes to change. */
#ifndef SIM_HOST_WASI_SYS_STAT_H
#define SIM_HOST_WASI_SYS_STAT_H

#include_next <sys/stat.h>

int fchmod(int fd, mode_t mode);
mode_t umask(mode_t mask);

#endif
