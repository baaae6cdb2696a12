#include "tests/support/trial.h"

#include <criterion/criterion.h>
#include <string.h>

static void parse(struct trial *t, const char *name, const char *text)
{
    struct scenario_errors errors = {0};
    const enum sim_status status =
        scenario_parse(&t->scenario, name, text, strlen(text), NULL, 0, &errors);
    cr_assert_eq(status, SIM_OK, "%s\n%s", errors.count > 0 ? errors.line[0] : "no message", text);
    scenario_errors_deinit(&errors);
}

void trial_open(struct trial *t, const char *name, const char *text, enum scenario_variant variant,
                uint32_t replication, const struct world_observer *observer)
{
    static bool library_is_ready;
    if (!library_is_ready) {
        mesh_library_init();
        library_is_ready = true;
    }
    struct compose_error error = {{0}};
    parse(t, name, text);
    cr_assert_eq(compose_model_init(&t->model, &t->scenario, &error), SIM_OK, "%s\n%s", error.text,
                 text);
    cr_assert_eq(compose_plan_init(&t->plan, &t->model, variant, replication, &error), SIM_OK,
                 "%s\n%s", error.text, text);
    if (observer != NULL) {
        t->plan.world.observer = *observer;
    }
    cr_assert_eq(world_create(&t->world, &t->plan.world), SIM_OK);
}

void trial_run(struct trial *t)
{
    bool done = false;
    while (!done) {
        cr_assert_eq(world_run(&t->world, UINT64_MAX, &done), SIM_OK);
    }
    world_close(&t->world);
}

void trial_close(struct trial *t)
{
    world_destroy(&t->world);
    compose_plan_deinit(&t->plan);
    compose_model_deinit(&t->model);
    scenario_deinit(&t->scenario);
}
