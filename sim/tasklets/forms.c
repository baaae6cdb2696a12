#include "sim/tasklets/forms.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "sim/study/archive.h"
#include "sim/terminal/exit.h"
#include "sim/terminal/message.h"

int forms_init(struct forms *f, const struct scenario *s)
{
    const struct model *model = model_of_schema(s->schema);
    *f = (struct forms){.scenario = s, .of = model->tasklets, .head = archive_head(s)};
    if (f->of == NULL) {
        message_error("%s: the model %s has no tasklets of its own", s->path, model->schema.name);
        return EXIT_BAD_DATA;
    }
    f->of->setting(s->config, &f->setting);
    while (f->of->form[f->count] != NULL) {
        f->count++;
    }
    ASSERT(f->count > 0 && f->count <= FORMS_MAX);
    return EXIT_OK;
}

const char *forms_name(const struct forms *f, uint32_t form)
{
    ASSERT(form < f->count);
    return f->of->form[form];
}

uint32_t forms_find(const struct forms *f, const char *name)
{
    uint32_t form = 0;
    while (form < f->count && strcmp(f->of->form[form], name) != 0) {
        form++;
    }
    return form;
}

uint32_t forms_of_variant(const struct forms *f, uint32_t variant)
{
    struct tasklets_setting setting;
    f->of->setting(f->scenario->variant[variant].config, &setting);
    return setting.form;
}

enum sim_status forms_draw(const struct forms *f, struct taskset *t, uint32_t form,
                           uint32_t replication, bool as_drawn, struct model_error *error)
{
    return f->of->draw(t, &f->head, f->scenario->config, form, replication, as_drawn, error);
}

enum sim_status forms_fail(struct model_error *error, enum sim_status status, const char *format,
                           ...)
{
    va_list list;
    va_start(list, format);
    (void)vsnprintf(error->text, sizeof error->text, format, list);
    va_end(list);
    return status;
}
