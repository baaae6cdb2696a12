#include "models/nimblenet/compose_price.h"

#include <stdlib.h>
#include <string.h>

#include "runtime-replay/platforms/platform_cost.h"

static const char key[] = "platform.table";

/* From the file as the scenario has read it: a stored scenario's is not there any more. */
static enum sim_status parse(struct platform *p, const struct scenario_file *file,
                             struct tsv_error *why)
{
    char *text = file->bytes != NULL ? malloc(file->length + 1) : NULL;
    if (text == NULL) {
        (void)snprintf(why->text, sizeof why->text, "cannot be read");
        return file->bytes == NULL ? SIM_ERR_NOTFOUND : SIM_ERR_NOMEM;
    }
    memcpy(text, file->bytes, file->length);
    text[file->length] = '\0';
    const enum sim_status status = platform_parse(p, file->written, text, why);
    free(text);
    return status;
}

static enum sim_status read_platform(struct platform *p, const struct scenario_file *file,
                                     struct model_error *error)
{
    struct tsv_error why = {{0}};
    enum sim_status status =
        file->word != NULL ? platform_find(p, file->word, &why) : parse(p, file, &why);
    if (status == SIM_OK) {
        status = platform_cost_check(p, EXECUTE_SUSPENDED, &why);
    }
    return status == SIM_OK ? SIM_OK : compose_fail(error, status, key, "%.340s", why.text);
}

/* A tasklet alone, with what its calls cost itself. */
static enum sim_status price_one(const struct platform *p, const struct module_binary *b,
                                 uint32_t calls, sim_time *price, struct model_error *error)
{
    const struct platform_tasklet tasklet = {
        .bytes = b->bytes,
        .length = b->length,
        .class_name = module_class_name,
        .class_count = b->class_count,
        .classes = MODULE_CLASS_COUNT,
    };
    struct tsv_error why = {{0}};
    struct platform_cost cost;
    const enum sim_status status = platform_cost_make(&cost, p, EXECUTE_SUSPENDED, &tasklet,
                                                      (struct platform_state){.bytes = 0}, &why);
    if (status != SIM_OK) {
        return compose_fail(error, status, key, "%.340s", why.text);
    }
    *price = platform_cost_of_run(&cost, calls);
    return SIM_OK;
}

static enum sim_status price_all(struct compose_price *p, const struct module_set *set,
                                 const struct taskset *t, sim_time *own, struct model_error *error)
{
    enum sim_status status = SIM_OK;
    for (uint32_t i = 0; i < t->count && status == SIM_OK; i++) {
        status = price_one(&p->platform, &set->binary[i], t->tasklet[i].call_count, &own[i], error);
    }
    for (uint32_t i = 0; i < t->chains && status == SIM_OK; i++) {
        p->chain[i] = taskset_sum(t, own, i);
    }
    return status;
}

enum sim_status compose_price_init(struct compose_price *p, const struct nimblenet_config *c,
                                   const struct module_set *set, const struct taskset *t,
                                   struct model_error *error)
{
    *p = (struct compose_price){.chain = NULL};
    enum sim_status status = read_platform(&p->platform, &c->platform.table, error);
    if (status != SIM_OK) {
        return status;
    }
    sim_time *own = calloc((size_t)t->count + 1, sizeof *own);
    p->chain = calloc((size_t)t->chains + 1, sizeof *p->chain);
    status = own == NULL || p->chain == NULL
                 ? compose_fail(error, SIM_ERR_NOMEM, NULL, "no memory left for prices")
                 : price_all(p, set, t, own, error);
    free(own);
    if (status != SIM_OK) {
        compose_price_deinit(p);
    }
    return status;
}

void compose_price_deinit(struct compose_price *p)
{
    free(p->chain);
    p->chain = NULL;
}

sim_time compose_price_ns(const struct compose_price *p, uint32_t chain, uint64_t state_bytes,
                          uint64_t memory_bytes)
{
    struct tsv_error why;
    sim_time saved_ns = 0;
    return platform_cost_saved(&p->platform, state_bytes, memory_bytes, &saved_ns, &why) == SIM_OK
               ? p->chain[chain] + saved_ns
               : STORE_MISSING;
}
