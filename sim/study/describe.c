#include "sim/study/describe.h"

#include "models/model.h"
#include "sim/study/load.h"
#include "sim/terminal/exit.h"
#include "sim/terminal/message.h"
#include "sim/terminal/output.h"

int describe_schema(void)
{
    return output_end_standard(scenario_print_schema(load_registry(), stdout));
}

int describe_keys(const char *name)
{
    const struct model *model = name != NULL ? model_find(name) : models[0];
    if (model == NULL) {
        message_error("--model: there is no model '%s'", name);
        return EXIT_USAGE;
    }
    scenario_print_reference(load_registry(), &model->schema, stdout);
    return output_end_standard(true);
}
