/*
 * compose_price.h - what calls that were really executed take on the platform that the scenario
 * names, as a replay prices them.
 *
 * A call's price has two parts: what its tasklets cost follows from the chain, since each is loaded
 * once, and once more for each resume; the bytes that were saved and restored were measured.
 */
#ifndef MODELS_NIMBLENET_COMPOSE_PRICE_H
#define MODELS_NIMBLENET_COMPOSE_PRICE_H

#include "models/nimblenet/compose.h"
#include "runtime-replay/platforms/platform.h"

struct compose_price {
    struct platform platform;
    sim_time *chain; /* without the bytes; NULL: nobody asks for prices */
};

/* The platform's table must have what these binaries need. */
SIM_MUST_CHECK enum sim_status compose_price_init(struct compose_price *p,
                                                  const struct nimblenet_config *c,
                                                  const struct module_set *set,
                                                  const struct taskset *t,
                                                  struct model_error *error);
void compose_price_deinit(struct compose_price *p);

/* Of a call with all that it called; memory_bytes: of its states'. STORE_MISSING where no table
 * says. */
sim_time compose_price_ns(const struct compose_price *p, uint32_t chain, uint64_t state_bytes,
                          uint64_t memory_bytes);

#endif
