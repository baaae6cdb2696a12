/* What drivers have in common. */
#include "models/nimblenet/world/driver.h"

sim_time driver_run_as_told(void *context, uint32_t node, struct cpu *cost, uint32_t slot,
                            uint32_t level, uint32_t tasklet)
{
    (void)context;
    (void)node;
    return cpu_run(cost, slot, level, tasklet);
}

sim_time driver_resume_as_told(void *context, uint32_t node, struct cpu *cost, uint32_t slot,
                               uint32_t level)
{
    (void)context;
    (void)node;
    return cpu_resume(cost, slot, level);
}
