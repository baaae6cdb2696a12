#include "sim/tasklets/binaries.h"

#include "models/nimblenet/compose.h"
#include "sim/study/load.h"
#include "sim/terminal/exit.h"
#include "sim/terminal/message.h"

static const char *const column[BINARIES_COLUMNS] = {
    "variant",     "tasklet",      "name", "file",  "size_bytes",
    "drawn_bytes", "instructions", "hash", "calls",
};
const struct tsv_kind binaries_index = {"binaries", 1, column, BINARIES_COLUMNS};

static enum sim_status emit(struct binaries *b, enum scenario_variant variant)
{
    struct binaries_variant *v = &b->variant[b->count];
    v->variant = variant;
    const enum sim_status status = compose_binaries(&v->set, b->scenario, variant, &b->nimble);
    if (status == SIM_OK) {
        b->count++;
    } else {
        message_error("%s: %s, replication %u: %s", b->scenario->path,
                      compose_variant_name(variant), b->replication, v->set.error);
        if (status == SIM_ERR_INVALID) {
            message_hint("an instruction's time is platform.instruction_time");
        }
    }
    return status;
}

int binaries_make(struct binaries *b, const struct scenario *s,
                  const enum scenario_variant *variants, uint32_t count, uint32_t replication)
{
    ASSERT(count <= BINARIES_VARIANTS);
    *b = (struct binaries){.scenario = s, .replication = replication};
    struct compose_error error = {{0}};
    enum sim_status status = compose_taskset(&b->nimble, s, SCENARIO_NIMBLE, replication, &error);
    if (status != SIM_OK) {
        message_error("%s", error.text);
        return load_exit_code(status);
    }
    for (uint32_t v = 0; v < count && status == SIM_OK; v++) {
        status = emit(b, variants[v]);
    }
    if (status != SIM_OK) {
        binaries_discard(b);
    }
    return status == SIM_OK ? EXIT_OK : load_exit_code(status);
}

void binaries_discard(struct binaries *b)
{
    for (uint32_t v = 0; v < b->count; v++) {
        module_set_deinit(&b->variant[v].set);
    }
    taskset_deinit(&b->nimble);
    b->count = 0;
}

void binaries_file_name(const struct binaries *b, uint32_t variant, uint32_t index,
                        char name[BINARIES_NAME_MAX])
{
    const bool is_chain = index < b->nimble.chains;
    (void)snprintf(name, BINARIES_NAME_MAX, "%s/%s-%u.wasm",
                   compose_variant_name(b->variant[variant].variant),
                   is_chain ? "chain" : "algorithm", is_chain ? index : index - b->nimble.chains);
}

sim_time binaries_drawn_ns(const struct binaries *b, uint32_t variant, uint32_t index)
{
    const struct taskset_tasklet *k = &b->nimble.tasklet[index];
    return b->variant[variant].variant == SCENARIO_NIMBLE ? k->own_ns : k->total_ns;
}
