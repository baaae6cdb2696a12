#include "sim/cli/cmd.h"
#include "sim/cli/sweep.h"
int sweep_submit(struct sweep_job *job)
{
    (void)job;
    return EXIT_INTERNAL;
}
