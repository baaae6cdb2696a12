/* The tasklets of a config for taskgen, calibrate, exec and replay. */
#include <stdlib.h>

#include "models/nimblenet/model.h"
#include "models/nimblenet/results/trace.h"

enum { RECORD_MOST = 2 };

static void read_setting(const void *config, struct tasklets_setting *s)
{
    const struct nimblenet_config *c = config;
    *s = (struct tasklets_setting){
        .form = c->taskset.form,
        .chains = c->taskset.chains,
        .tasklets = c->taskset.chains + c->taskset.algorithms,
        .instruction_ns = c->platform.instruction_time_ns,
        .load_ns = c->execution.load_time_ns,
        .resume_ns = c->execution.resume_time_ns,
        .heap_ns = c->execution.heap_time_ns,
        .platform = &c->platform.table,
        .calibration = &c->platform.calibration,
    };
}

static bool is_whole(uint32_t form)
{
    return form == NIMBLENET_FORM_MONOLITHIC;
}

static enum sim_status draw(struct taskset *t, const struct model_head *head, const void *config,
                            uint32_t form, uint32_t replication, bool as_drawn,
                            struct model_error *error)
{
    struct nimblenet_config c = *(const struct nimblenet_config *)config;
    c.taskset.form = (enum nimblenet_form)form;
    if (as_drawn) {
        c.taskset.sizes = NIMBLENET_SIZES_DRAWN;
    }
    return compose_taskset(t, head, &c, replication, error);
}

static enum sim_status emit(struct module_set *set, const void *config, uint32_t form,
                            const struct taskset *parts)
{
    return compose_binaries(set, config, (enum nimblenet_form)form, parts);
}

/* Of a taskset that is not run, at whatever record: these rows are all there is. */
static enum sim_status tell(const struct taskset *t, const struct model_listener *to)
{
    struct nimblenet_rows rows = {.listener = to, .record = RECORD_MOST};
    const enum sim_status status = nimblenet_tell_tasklets(&rows, t, NULL);
    free(rows.name);
    return status;
}

static const char *const plain[] = {"taskset.sizes=drawn", "platform.calibration=none", NULL};

const struct model_tasklets nimblenet_tasklets = {
    .form = compose_forms,
    .setting = read_setting,
    .plain = plain,
    .is_whole = is_whole,
    .draw = draw,
    .emit = emit,
    .tell = tell,
    .read_trace = trace_read,
    .drop_trace = trace_deinit,
};
