/* ioctl.h - a terminal whose size nobody knows. */
#ifndef SIM_HOST_WASI_SYS_IOCTL_H
#define SIM_HOST_WASI_SYS_IOCTL_H

#include_next <sys/ioctl.h>

#define TIOCGWINSZ 0x5413

struct winsize {
    unsigned short ws_row, ws_col, ws_xpixel, ws_ypixel;
};

#endif
