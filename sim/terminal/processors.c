#include "sim/terminal/processors.h"

#include <unistd.h>

uint64_t processors_online(void)
{
    const long count = sysconf(_SC_NPROCESSORS_ONLN);
    return count < 1 ? 1 : count > PROCESSORS_MAX ? PROCESSORS_MAX : (uint64_t)count;
}
