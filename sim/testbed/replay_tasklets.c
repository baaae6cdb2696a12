/* The tasklets of a result's run, made again: drawn, compared with the stored ones, emitted. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "sim/engine/digest.h"
#include "sim/study/load.h"
#include "sim/terminal/exit.h"
#include "sim/terminal/message.h"
#include "sim/testbed/replay.h"

/* Tasklets call none before themselves: this ends. */
uint64_t replay_work_of(const struct replay_run *run, uint32_t tasklet)
{
    const struct taskset *t = &run->taskset;
    uint64_t work = run->set.binary[tasklet].instructions;
    for (uint32_t c = 0; c < t->tasklet[tasklet].call_count; c++) {
        work += replay_work_of(run, t->call[t->tasklet[tasklet].first_call + c]);
    }
    return work;
}

uint64_t replay_sub_calls_of(const struct taskset *t, uint32_t tasklet)
{
    uint64_t calls = t->tasklet[tasklet].call_count;
    for (uint32_t c = 0; c < t->tasklet[tasklet].call_count; c++) {
        calls += replay_sub_calls_of(t, t->call[t->tasklet[tasklet].first_call + c]);
    }
    return calls;
}

static int name_binaries(struct replay_run *run, const struct taskset *parts)
{
    const struct taskset *t = &run->taskset;
    run->binary = calloc((size_t)t->count + 1, sizeof *run->binary);
    if (run->binary == NULL) {
        message_error("%s", sim_status_text(SIM_ERR_NOMEM));
        return EXIT_INTERNAL;
    }
    run->binaries = DIGEST_START;
    for (uint32_t i = 0; i < t->count; i++) {
        const struct module_binary *made = &run->set.binary[i];
        struct playback_binary *binary = &run->binary[i];
        *binary = (struct playback_binary){
            .code = {made->bytes, made->length},
            .hash = digest_bytes(DIGEST_START, made->bytes, made->length),
            .need = &t->need[t->tasklet[i].first_need],
            .need_count = t->tasklet[i].need_count,
        };
        _Static_assert(sizeof binary->name >= MODULE_TASKLET_NAME_MAX, "a name fits");
        module_tasklet_name(parts, i, binary->name);
        run->binaries = digest_word(run->binaries, binary->hash);
    }
    run->binaries = digest_finish(run->binaries);
    return EXIT_OK;
}

static int emit(const struct replay_plan *p, struct replay_run *run, uint32_t form,
                const struct taskset *parts)
{
    const enum sim_status status = p->forms.of->emit(&run->set, p->scenario.config, form, parts);
    if (status == SIM_OK) {
        ASSERT(run->set.count == run->taskset.count);
        return name_binaries(run, parts);
    }
    message_error("%s: %s", run->name, run->set.error);
    return load_exit_code(status);
}

int replay_make_tasklets(const struct replay_plan *p, struct replay_run *run)
{
    const uint32_t variant = scenario_variant_find(&p->scenario, run->row->variant);
    if (variant == p->scenario.variant_count) {
        message_error("%s: run %" PRId64 " is of the variant %s, which its scenario does not name",
                      p->source.path, run->row->run_id, run->row->variant);
        return EXIT_BAD_DATA;
    }
    const uint32_t form = forms_of_variant(&p->forms, variant);
    const uint32_t replication = run->row->replication;
    struct model_error error = {.key = NULL};
    struct taskset parts = {0};
    enum sim_status status =
        p->forms.of->draw(&run->taskset, &p->forms.head, p->scenario.variant[variant].config, form,
                          replication, false, &error);
    if (status == SIM_OK) {
        status = p->forms.of->draw(&parts, &p->forms.head, p->scenario.variant[variant].config, 0,
                                   replication, false, &error);
    }
    if (status != SIM_OK) {
        message_error("%s", error.text);
        return load_exit_code(status);
    }
    int code = replay_check_taskset(p, run);
    if (code == EXIT_OK) {
        code = emit(p, run, form, &parts);
    }
    taskset_deinit(&parts);
    return code;
}
