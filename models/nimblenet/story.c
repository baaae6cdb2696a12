/* One call told step by step: what the config adds to what is stored. */
#include "models/nimblenet/compose_outages.h"
#include "models/nimblenet/model.h"
#include "models/nimblenet/results/teller.h"

static enum sim_status open_teller(void **teller, struct store *store, int64_t run_id,
                                   const struct model_head *head, const void *config,
                                   struct store_error *error)
{
    const struct nimblenet_config *c = config;
    const struct teller_setting setting = {
        .end_ns = head->duration_ns,
        .load_ns = c->execution.load_time_ns,
        .resume_ns = c->execution.resume_time_ns,
        .preloads = c->protocol.preload != NIMBLENET_PRELOAD_NONE,
        .pauses = c->outage.pauses.mtbf_ns > 0 || compose_outages_are_listed(c),
    };
    return teller_open(teller, store, run_id, &setting, error);
}

const struct model_story nimblenet_story = {
    .work = "call",
    .about = "cache or search, who sent the binary, waiting, running",
    .open = open_teller,
    .close = teller_close,
    .tell = teller_tell,
    .nearest = teller_nearest,
    .next = teller_next,
    .messages = teller_messages,
    .places = teller_places,
};
