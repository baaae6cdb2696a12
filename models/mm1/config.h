/* config.h - what a scenario says of a single queue. */
#ifndef MODELS_MM1_CONFIG_H
#define MODELS_MM1_CONFIG_H

#include "models/model.h"

struct mm1_config {
    struct dist arrivals, service; /* ns: from one call to the next; of a call */
    sim_time warm_up_ns;           /* calls that come before are served and not counted */
};

extern const struct model mm1_model;

#endif
