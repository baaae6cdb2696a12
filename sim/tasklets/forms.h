/*
 * forms.h - a scenario's tasklets as its model makes them, in whatever forms it packs them.
 *
 * Ownership: the scenario must outlive it.
 */
#ifndef SIM_TASKLETS_FORMS_H
#define SIM_TASKLETS_FORMS_H

#include "models/tasklets.h"

enum { FORMS_MAX = 4 };

struct forms {
    const struct scenario *scenario;
    const struct model_tasklets *of;
    struct model_head head;
    struct tasklets_setting setting; /* of what all variants start from */
    uint32_t count;
};

/* EXIT_OK; or says that the model has no tasklets, and EXIT_BAD_DATA. */
SIM_MUST_CHECK int forms_init(struct forms *f, const struct scenario *s);

const char *forms_name(const struct forms *f, uint32_t form);

/* The form of that name; f->count if there is none. */
uint32_t forms_find(const struct forms *f, const char *name);

/* The form that a variant of the scenario runs. */
uint32_t forms_of_variant(const struct forms *f, uint32_t variant);

/* The tasklets of a form in a replication: see model_tasklets.draw(). */
SIM_MUST_CHECK enum sim_status forms_draw(const struct forms *f, struct taskset *t, uint32_t form,
                                          uint32_t replication, bool as_drawn,
                                          struct model_error *error);

/* Writes a text for the user and gives status back. */
enum sim_status forms_fail(struct model_error *error, enum sim_status status, const char *format,
                           ...) SIM_PRINTF(3, 4);

#endif
