/* mman.h - memory from the heap, zeroed; no files in it. */
#ifndef SIM_HOST_WASI_SYS_MMAN_H
#define SIM_HOST_WASI_SYS_MMAN_H

#include <sys/types.h>

#define PROT_READ 1
#define PROT_WRITE 2
#define MAP_SHARED 1
#define MAP_PRIVATE 2
#define MAP_ANONYMOUS 32
#define MAP_NORESERVE 0x4000
#define MAP_FAILED ((void *)-1)

void *mmap(void *wanted, size_t bytes, int access, int flags, int fd, off_t offset);
int munmap(void *base, size_t bytes);

#endif
