#include "sim/engine/base.h"

#include <stdio.h>
#include <stdlib.h>

const char *sim_status_text(enum sim_status status)
{
    switch (status) {
    case SIM_OK:
        return "ok";
    case SIM_ERR_FULL:
        return "a fixed limit was reached";
    case SIM_ERR_NOMEM:
        return "out of memory";
    case SIM_ERR_INVALID:
        return "invalid input";
    case SIM_ERR_IO:
        return "input or output failed";
    case SIM_ERR_NOTFOUND:
        return "not found";
    }
    return "unknown status";
}

_Noreturn void sim_assert_failed(const char *expression, const char *file, int line)
{
    (void)fprintf(stderr, "%s:%d: this must hold and does not: %s\n", file, line, expression);
    abort();
}
