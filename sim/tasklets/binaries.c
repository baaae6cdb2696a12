#include "sim/tasklets/binaries.h"

#include "sim/study/load.h"
#include "sim/terminal/exit.h"
#include "sim/terminal/message.h"

static const char *const column[BINARIES_COLUMNS] = {
    "variant",     "tasklet",      "name", "file",  "size_bytes",
    "drawn_bytes", "instructions", "hash", "calls",
};
const struct tsv_kind binaries_index = {"binaries", 1, column, BINARIES_COLUMNS};

static enum sim_status emit(struct binaries *b, uint32_t form)
{
    struct binaries_form *f = &b->form[b->count];
    const struct scenario *s = b->forms.scenario;
    f->form = form;
    const enum sim_status status = b->forms.of->emit(&f->set, s->config, form, &b->parts);
    if (status == SIM_OK) {
        b->count++;
    } else {
        message_error("%s: %s, replication %u: %s", s->path, forms_name(&b->forms, form),
                      b->replication, f->set.error);
        if (status == SIM_ERR_INVALID) {
            message_hint("an instruction's time is platform.instruction_time");
        }
    }
    return status;
}

int binaries_make(struct binaries *b, const struct forms *forms, const uint32_t *form,
                  uint32_t count, uint32_t replication)
{
    ASSERT(count <= FORMS_MAX);
    *b = (struct binaries){.forms = *forms, .replication = replication};
    struct model_error error = {.key = NULL};
    enum sim_status status = forms_draw(forms, &b->parts, 0, replication, false, &error);
    if (status != SIM_OK) {
        message_error("%s: %s", forms->scenario->path, error.text);
        return load_exit_code(status);
    }
    for (uint32_t i = 0; i < count && status == SIM_OK; i++) {
        status = emit(b, form[i]);
    }
    if (status != SIM_OK) {
        binaries_discard(b);
    }
    return status == SIM_OK ? EXIT_OK : load_exit_code(status);
}

void binaries_discard(struct binaries *b)
{
    for (uint32_t v = 0; v < b->count; v++) {
        module_set_deinit(&b->form[v].set);
    }
    taskset_deinit(&b->parts);
    b->count = 0;
}

void binaries_file_name(const struct binaries *b, uint32_t form, uint32_t index,
                        char name[BINARIES_NAME_MAX])
{
    const bool is_chain = index < b->parts.chains;
    (void)snprintf(name, BINARIES_NAME_MAX, "%s/%s-%u.wasm",
                   forms_name(&b->forms, b->form[form].form), is_chain ? "chain" : "algorithm",
                   is_chain ? index : index - b->parts.chains);
}

sim_time binaries_drawn_ns(const struct binaries *b, uint32_t form, uint32_t index)
{
    const struct taskset_tasklet *k = &b->parts.tasklet[index];
    return b->forms.of->is_whole(b->form[form].form) ? k->total_ns : k->own_ns;
}
