#include "sim/terminal/interrupt.h"

#include <signal.h>

static volatile sig_atomic_t requested;

static void note(int signal_number)
{
    (void)signal_number;
    requested = 1;
}

void interrupt_watch(void)
{
    struct sigaction action = {.sa_handler = note};
    action.sa_flags = (int)SA_RESETHAND; /* the second signal ends the program at once */
    (void)sigemptyset(&action.sa_mask);
    (void)sigaction(SIGINT, &action, NULL);
    (void)sigaction(SIGTERM, &action, NULL);
}

bool interrupt_requested(void)
{
    return requested != 0;
}
