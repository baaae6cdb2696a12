/* What the executed work takes on the scenario's platform. */
#include <inttypes.h>
#include <stdlib.h>

#include "sim/cli/cmd.h"
#include "sim/cli/load.h"
#include "sim/cli/message.h"
#include "sim/cli/replay.h"

/*
 * A call's price has two parts. Instructions, loads, starts and stops follow from the chain, since
 * a tasklet is loaded once, and once more for each resume. What is saved and restored was measured.
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
    const struct scenario_file *table = &p->scenario.platform.table;
    struct tsv_error error = {{0}};
    const enum sim_status status = table->path != NULL
                                       ? platform_load(&p->platform, table->path, &error)
                                       : platform_find(&p->platform, table->word, &error);
    if (status != SIM_OK) {
        return told("", status, &error);
    }
    p->is_priced = true;
    (void)snprintf(p->platform_name, sizeof p->platform_name, "%.60s %016" PRIx64, p->platform.name,
                   p->platform.hash);
    return EXIT_OK;
}

/* ---- tasklets ---- */

/* A tasklet's own price: its instructions, and each time that it is loaded. */
static enum sim_status price_one(const struct replay_plan *p, const struct replay_run *run,
                                 uint32_t tasklet, int64_t *price, struct tsv_error *error)
{
    const struct wasm_binary *binary = &run->set.binary[tasklet];
    struct platform_module module;
    const bool is_module = platform_module_read(&module, binary->bytes, binary->length);
    ASSERT(is_module); /* we have just made it */
    const uint32_t calls = run->taskset.tasklet[tasklet].call_count;
    const uint32_t loads = p->request->mode == EXECUTE_SUSPENDED ? calls + 1 : 1;
    enum sim_status status = platform_add_work(&p->platform, wasm_class_name, binary->class_count,
                                               WASM_CLASS_COUNT, price, error);
    for (uint32_t i = 0; i < loads && status == SIM_OK; i++) {
        status = platform_add_load(&p->platform, &module, price, error);
        if (status == SIM_OK) {
            status = platform_add_start(&p->platform, price, error);
        }
        if (status == SIM_OK) {
            status = platform_add_stop(&p->platform, price, error);
        }
    }
    return status;
}

/* With all that it calls. */
static int64_t price_with_calls(const struct replay_run *run, const int64_t *own, uint32_t tasklet)
{
    const struct taskset_tasklet *t = &run->taskset.tasklet[tasklet];
    int64_t price = own[tasklet];
    for (uint32_t c = 0; c < t->call_count; c++) {
        price += price_with_calls(run, own, run->taskset.call[t->first_call + c]);
    }
    return price;
}

int replay_cost_run(const struct replay_plan *p, struct replay_run *run)
{
    if (!p->is_priced) {
        return EXIT_OK;
    }
    const struct taskset *t = &run->taskset;
    int64_t *own = calloc((size_t)t->count + 1, sizeof *own);
    run->price = calloc((size_t)t->chains + 1, sizeof *run->price);
    struct tsv_error error = {{0}};
    enum sim_status status = own == NULL || run->price == NULL ? SIM_ERR_NOMEM : SIM_OK;
    for (uint32_t i = 0; i < t->count && status == SIM_OK; i++) {
        status = price_one(p, run, i, &own[i], &error);
    }
    for (uint32_t i = 0; i < t->chains && status == SIM_OK; i++) {
        run->price[i] = price_with_calls(run, own, i);
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
    static const struct {
        enum platform_item fixed, byte;
    } part[] = {{PLATFORM_SUSPEND_FIXED, PLATFORM_SUSPEND_BYTE},
                {PLATFORM_RESUME_FIXED, PLATFORM_RESUME_BYTE}};
    if (!p->is_priced) {
        return RESULT_NONE;
    }
    struct tsv_error error;
    int64_t price = run->price[chain];
    enum sim_status status = SIM_OK;
    for (size_t i = 0; i < sizeof part / sizeof part[0] && status == SIM_OK; i++) {
        status = platform_add(&p->platform, part[i].fixed, e->suspensions, &price, &error);
        if (status == SIM_OK) {
            status = platform_add(&p->platform, part[i].byte, e->state_bytes, &price, &error);
        }
    }
    sim_time ns = RESULT_NONE;
    if (status == SIM_OK) {
        status = platform_ns(&p->platform, price, &ns, &error);
    }
    return status == SIM_OK ? ns : RESULT_NONE;
}
