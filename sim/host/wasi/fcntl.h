/* fcntl.h - locks that are always to be had: nobody else is there. */
#ifndef SIM_HOST_WASI_FCNTL_H
#define SIM_HOST_WASI_FCNTL_H

#include_next <fcntl.h>

#define F_RDLCK 0
#define F_WRLCK 1
#define F_UNLCK 2
#define F_GETLK 5
#define F_SETLK 6
#define F_SETLKW 7

int wasi_fcntl(int fd, int command, ...);
#define fcntl wasi_fcntl

#endif
