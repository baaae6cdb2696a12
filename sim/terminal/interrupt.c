#include "sim/terminal/interrupt.h"

#include <signal.h>

static volatile sig_atomic_t requested;

static void note(int signal_number)
{
    (void)signal_number;
    requested = 1;
}

void interrupt_begin(void)
{
    (void)signal(SIGXFSZ, SIG_IGN);
}

void interrupt_watch(void)
{
    struct sigaction action = {.sa_handler = note};
    action.sa_flags = (int)SA_RESETHAND; /* the second signal ends the program at once */
    (void)sigemptyset(&action.sa_mask);
    (void)sigaction(SIGINT, &action, NULL);
    (void)sigaction(SIGTERM, &action, NULL);
    struct sigaction before;
    if (sigaction(SIGHUP, NULL, &before) == 0 && before.sa_handler != SIG_IGN) {
        (void)sigaction(SIGHUP, &action, NULL); /* but nohup's wish is kept */
    }
}

bool interrupt_requested(void)
{
    return requested != 0;
}
