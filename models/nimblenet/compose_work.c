#include "models/nimblenet/compose_work.h"

#include <stdlib.h>

#include "models/nimblenet/real/release.h"
#include "runtime-replay/processes/process.h"
#include "runtime-replay/wasm/wasm_host.h"
#include "sim/engine/digest.h"

/* A tasklet's instructions with all that it calls; nothing calls itself. */
static uint64_t work_of(const struct module_set *set, const struct taskset *t, uint32_t tasklet)
{
    const struct taskset_tasklet *of = &t->tasklet[tasklet];
    uint64_t work = set->binary[tasklet].instructions;
    for (uint32_t c = 0; c < of->call_count; c++) {
        work += work_of(set, t, t->call[of->first_call + c]);
    }
    return work;
}

static enum sim_status name_binaries(struct compose_work *w, const struct taskset *t,
                                     const struct taskset *nimble, struct model_error *error)
{
    const size_t room = PROCESS_FRAME_MAX - 64 - RELEASE_MOST;
    w->outfit.binary = calloc((size_t)t->count + 1, sizeof *w->outfit.binary);
    if (w->outfit.binary == NULL) {
        return compose_fail(error, SIM_ERR_NOMEM, NULL, "no memory for binaries");
    }
    for (uint32_t i = 0; i < t->count; i++) {
        const struct module_binary *made = &w->set.binary[i];
        struct outfit_binary *b = &w->outfit.binary[i];
        if (made->length > room) {
            return compose_fail(error, SIM_ERR_INVALID, "taskset.chain_size",
                                "a binary of %u B; a testbed's datagram carries at most %zu",
                                made->length, room);
        }
        _Static_assert(sizeof b->name >= MODULE_TASKLET_NAME_MAX, "a name fits");
        module_tasklet_name(nimble, i, b->name);
        b->bytes = made->bytes;
        b->length = made->length;
        b->digest = digest_bytes(DIGEST_START, made->bytes, made->length);
        b->instructions = work_of(&w->set, t, i);
        w->outfit.instructions =
            b->instructions > w->outfit.instructions ? b->instructions : w->outfit.instructions;
    }
    return SIM_OK;
}

/* The taskset in parts, whatever the form, of which all binaries are made. */
static enum sim_status draw_parts(struct taskset *nimble, const struct compose_system *m,
                                  uint32_t replication, struct model_error *error)
{
    struct nimblenet_config as_parts = *m->config;
    as_parts.taskset.form = NIMBLENET_FORM_NIMBLE;
    as_parts.taskset.sizes = NIMBLENET_SIZES_DRAWN;
    return compose_taskset(nimble, m->head, &as_parts, replication, error);
}

static enum sim_status emit(struct compose_work *w, const struct compose_system *m,
                            const struct taskset *nimble, struct model_error *error)
{
    const enum sim_status status =
        compose_binaries(&w->set, m->config, m->config->taskset.form, nimble);
    return status == SIM_OK ? status : compose_fail(error, status, "taskset", "%s", w->set.error);
}

enum sim_status compose_work_emit(struct compose_work *w, const struct compose_system *m,
                                  uint32_t replication, struct model_error *error)
{
    struct taskset nimble;
    *w = (struct compose_work){.outfit.instructions = 0};
    enum sim_status status = draw_parts(&nimble, m, replication, error);
    if (status == SIM_OK) {
        status = emit(w, m, &nimble, error);
        taskset_deinit(&nimble);
    }
    return status;
}

enum sim_status compose_work_init(struct compose_work *w, const struct compose_system *m,
                                  const struct compose_plan *p, uint32_t replication,
                                  struct model_error *error)
{
    struct taskset nimble;
    *w = (struct compose_work){.outfit.instructions = 0};
    if (!wasm_host_is_available()) {
        return compose_fail(error, SIM_ERR_INVALID, NULL,
                            "this program was built without the Wasm runtime; --no-exec runs a "
                            "testbed without it");
    }
    enum sim_status status = draw_parts(&nimble, m, replication, error);
    if (status != SIM_OK) {
        return status;
    }
    status = emit(w, m, &nimble, error);
    if (status == SIM_OK) {
        status = name_binaries(w, &p->taskset, &nimble, error);
    }
    taskset_deinit(&nimble);
    if (status != SIM_OK) {
        compose_work_deinit(w);
    }
    return status;
}

void compose_work_deinit(struct compose_work *w)
{
    free(w->outfit.binary);
    module_set_deinit(&w->set);
    *w = (struct compose_work){.outfit.instructions = 0};
}
