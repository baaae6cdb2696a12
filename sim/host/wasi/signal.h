/* signal.h - signals that never come: what WASI's own emulation leaves out. */
#ifndef SIM_HOST_WASI_SIGNAL_H
#define SIM_HOST_WASI_SIGNAL_H

#include_next <signal.h>
#include <sys/types.h>

#define SA_RESETHAND 0x80000000

typedef struct {
    unsigned long bits;
} wasi_signals;
#define sigset_t wasi_signals

struct sigaction {
    void (*sa_handler)(int);
    wasi_signals sa_mask;
    int sa_flags;
};

int kill(pid_t pid, int number);
int sigemptyset(sigset_t *set);
int sigaction(int number, const struct sigaction *action, struct sigaction *before);

#endif
