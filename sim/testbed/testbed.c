#include "sim/testbed/testbed.h"

#include "sim/terminal/exit.h"
#include "sim/terminal/interrupt.h"
#include "sim/terminal/message.h"

int testbed_tell(const struct run_request *request, const struct load_changes *changes,
                 bool executes)
{
    const struct model_real_request real = {.executes = executes,
                                            .is_interrupted = interrupt_requested};
    struct run_request with_processes = *request;
    with_processes.real = &real;
    return run_tell(&with_processes, changes);
}

int testbed_serve(const char *name)
{
    const struct model *model = name != NULL ? model_find(name) : NULL;
    const int code = model != NULL && model->real != NULL ? model->real->serve() : EXIT_USAGE;
    if (code == EXIT_USAGE) {
        message_error("this is a node's process, which nimblesim testbed starts by itself");
    }
    return code;
}
