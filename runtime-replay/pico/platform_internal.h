/*
 * platform_internal.h - what WAMR wants to know of the machine below it.
 *
 * WAMR's own headers include this file by this very name. One core, one thread, no files, no
 * sockets: the types are there so that its declarations compile.
 */
#ifndef NIMBLESIM_PLATFORM_INTERNAL_H
#define NIMBLESIM_PLATFORM_INTERNAL_H

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef BH_PLATFORM_PICO
#define BH_PLATFORM_PICO
#endif

#define BH_APPLET_PRESERVED_STACK_SIZE 1024
#define BH_THREAD_DEFAULT_PRIORITY 0

typedef int korp_tid;
typedef int korp_thread;
typedef int korp_mutex;
typedef int korp_cond;
typedef int korp_rwlock;
typedef unsigned int korp_sem;

typedef int os_file_handle;
typedef void *os_dir_stream;
typedef int os_raw_file_handle;
typedef int os_poll_file_handle;
typedef unsigned int os_nfds_t;
typedef int os_timespec;

static inline os_file_handle os_get_invalid_handle(void)
{
    return -1;
}

/* The chip has no pages; linear memory is asked for in multiples of this. */
static inline int os_getpagesize(void)
{
    return 4;
}

#endif
