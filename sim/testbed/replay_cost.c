/* What the executed work takes on the scenario's platform. */
#include <inttypes.h>
#include <stdlib.h>

#include "sim/study/load.h"
#include "sim/tasklets/tasklet_cost.h"
#include "sim/terminal/exit.h"
#include "sim/terminal/message.h"
#include "sim/testbed/replay.h"

/*
 * A call's price has two parts. What its tasklets cost follows from the chain, since each is loaded
 * once, and once more for each resume. The bytes that were saved and restored were measured.
 * Re-execution repeats parts of tasklets whose classes nobody counted: it has no price.
 */

static int told(const char *run, enum sim_status status, const struct tsv_error *error)
{
    message_error("%s%s%s", run, run[0] != '\0' ? ": " : "", error->text);
    return load_exit_code(status);
}

int replay_cost_init(struct replay_plan *p)
{
    if (p->request->mode == EXECUTE_REEXECUTED) {
        return EXIT_OK;
    }
    struct tsv_error error = {{0}};
    enum sim_status status = tasklet_cost_platform(&p->platform, &p->forms, NULL, &error);
    if (status == SIM_OK) {
        status = platform_cost_check(&p->platform, p->request->mode, &error);
    }
    if (status != SIM_OK) {
        return told("", status, &error);
    }
    p->is_priced = true;
    (void)snprintf(p->platform_name, sizeof p->platform_name, "%.60s %016" PRIx64, p->platform.name,
                   p->platform.hash);
    return EXIT_OK;
}

/* ---- tasklets ---- */

/* A tasklet alone, with what its calls cost itself, but for the bytes that they save. */
static enum sim_status price_one(const struct replay_plan *p, const struct replay_run *run,
                                 uint32_t tasklet, sim_time *price, struct tsv_error *error)
{
    struct platform_cost cost;
    const enum sim_status status =
        tasklet_cost_make(&cost, &p->platform, p->request->mode, &run->set.binary[tasklet],
                          (struct platform_state){.bytes = 0}, error);
    if (status == SIM_OK) {
        *price = platform_cost_of_run(&cost, run->taskset.tasklet[tasklet].call_count);
    }
    return status;
}

int replay_cost_run(const struct replay_plan *p, struct replay_run *run)
{
    if (!p->is_priced) {
        return EXIT_OK;
    }
    const struct taskset *t = &run->taskset;
    sim_time *own = calloc((size_t)t->count + 1, sizeof *own);
    run->price = calloc((size_t)t->chains + 1, sizeof *run->price);
    struct tsv_error error = {{0}};
    enum sim_status status = own == NULL || run->price == NULL ? SIM_ERR_NOMEM : SIM_OK;
    for (uint32_t i = 0; i < t->count && status == SIM_OK; i++) {
        status = price_one(p, run, i, &own[i], &error);
    }
    for (uint32_t i = 0; i < t->chains && status == SIM_OK; i++) {
        run->price[i] = taskset_sum(t, own, i);
    }
    free(own);
    if (status == SIM_ERR_NOMEM) {
        (void)snprintf(error.text, sizeof error.text, "no memory left for prices");
    }
    return status == SIM_OK ? EXIT_OK : told(run->name, status, &error);
}

/* ---- calls ---- */

sim_time replay_cost_ns(const struct replay_plan *p, const struct replay_run *run, uint32_t chain,
                        const struct execution *e)
{
    struct tsv_error error;
    sim_time saved_ns = 0;
    if (!p->is_priced) {
        return RESULT_NONE;
    }
    return platform_cost_saved(&p->platform, e->state_bytes, e->state_memory_bytes, &saved_ns,
                               &error) == SIM_OK
               ? run->price[chain] + saved_ns
               : RESULT_NONE;
}
