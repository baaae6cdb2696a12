#include "tests/support/trial.h"

#include <criterion/criterion.h>
#include <string.h>

#include "tests/support/schema.h"

static void parse(struct trial *t, const char *name, const char *text)
{
    struct scenario_errors errors = {0};
    const enum sim_status status =
        scenario_parse(&t->scenario, &schema_registry, name, text, strlen(text), NULL, 0, &errors);
    cr_assert_eq(status, SIM_OK, "%s\n%s", schema_line(&errors, 0), text);
    scenario_errors_deinit(&errors);
}

struct model_head trial_head(const struct scenario *s)
{
    return (struct model_head){
        .name = s->name,
        .duration_ns = s->duration_ns,
        .bin_ns = s->bin_ns,
        .seed = s->seed,
        .replications = s->replications,
        .record = (unsigned)s->record,
    };
}

const struct nimblenet_config *trial_config(const struct scenario *s, const char *variant)
{
    const uint32_t i = scenario_variant_find(s, variant);
    cr_assert_lt(i, s->variant_count, "there is no variant %s", variant);
    return s->variant[i].config;
}

void trial_prepare(struct trial *t, const char *name, const char *text, const char *variant,
                   uint32_t replication)
{
    static bool library_is_ready;
    if (!library_is_ready) {
        mesh_library_init();
        library_is_ready = true;
    }
    struct model_error error = {.key = NULL};
    parse(t, name, text);
    t->head = trial_head(&t->scenario);
    t->config = trial_config(&t->scenario, variant);
    cr_assert_eq(compose_system_init(&t->system, &t->head, t->config, &error), SIM_OK, "%s\n%s",
                 error.text, text);
    cr_assert_eq(compose_plan_init(&t->plan, &t->system, replication, &error), SIM_OK, "%s\n%s",
                 error.text, text);
}

void trial_begin(struct trial *t)
{
    cr_assert_eq(world_create(&t->world, &t->plan.world), SIM_OK);
}

void trial_open(struct trial *t, const char *name, const char *text, const char *variant,
                uint32_t replication, const struct world_observer *observer)
{
    trial_prepare(t, name, text, variant, replication);
    if (observer != NULL) {
        t->plan.world.observer = *observer;
    }
    trial_begin(t);
}

void trial_run(struct trial *t)
{
    bool done = false;
    while (!done) {
        cr_assert_eq(world_run(t->world, UINT64_MAX, &done), SIM_OK);
    }
    world_close(t->world);
}

void trial_close(struct trial *t)
{
    world_destroy(t->world);
    compose_plan_deinit(&t->plan);
    compose_system_deinit(&t->system);
    scenario_deinit(&t->scenario);
}

void trial_run_checked(struct trial *t, struct checker *c, const char *name, const char *text)
{
    char wrong[256];
    trial_open(t, name, text, "nimble", 1, NULL);
    checker_init(c, t->world);
    t->world->spec.observer = checker_observer(c);
    t->world->links_are_plain = false;
    trial_run(t);
    cr_expect(checker_finish(c), "%s", c->wrong);
    cr_expect(world_audit(t->world, wrong, sizeof wrong), "%s", wrong);
}

void trial_close_checked(struct trial *t, struct checker *c)
{
    checker_deinit(c);
    trial_close(t);
}
