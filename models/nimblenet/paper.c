/* What the paper is held against: the table's numbers, what the scenario decides of them, figures.
 */
#include <math.h>
#include <string.h>

#include "models/nimblenet/model.h"
#include "models/nimblenet/results/printed.h"
#include "models/nimblenet/results/twins.h"
#include "models/nimblenet/track.h"

static double given(const void *system, const char *key)
{
    const struct compose_system *s = system;
    const struct nimblenet_config *c = s->config;
    const struct {
        const char *key;
        double value;
    } values[] = {
        {"width", c->floor.width_m},
        {"height", c->floor.height_m},
        {"radius", c->nodes.contact_radius_m},
        {"spacing", c->nodes.spacing_m},
        {"mean_hops", s->mesh.mean_hops},
        {"hop_delay", (double)c->mesh.hop_delay_ns / (double)SIM_MS},
    };
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        if (strcmp(values[i].key, key) == 0) {
            return values[i].value;
        }
    }
    return (double)NAN;
}

static enum sim_status store_figures(struct store *store, const struct model_head *head,
                                     const void *config, uint32_t replication, const char *folder,
                                     struct store_error *error)
{
    const struct robot_spec robots = compose_robots(head, config, replication);
    const enum sim_status status = printed_store_figures(store, folder, error);
    return status == SIM_OK
               ? nimblenet_store_track(store, &robots, head->duration_ns, folder, error)
               : status;
}

const struct model_paper nimblenet_paper = {
    .title = "the NimbleNet paper",
    .quantity = printed_quantities,
    .quantities = PRINTED_QUANTITIES,
    .check = twins_check,
    .open_query = twins_open,
    .given = given,
    .store_figures = store_figures,
};
