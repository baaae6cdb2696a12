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

/* The settings that rows beside those of the paper's own scenario are about, each of a shipped one.
 */
static bool fits(const void *config, const char *when)
{
    const struct nimblenet_config *c = config;
    const bool is_free = c->protocol.overhead_bytes == 0 && !c->protocol.overhead_real;
    const bool is_paid = c->protocol.overhead_bytes == 88 && !c->protocol.overhead_real;
    const struct {
        const char *when;
        bool fits;
    } all[] = {
        {"no reuse", c->taskset.algorithms == 1000 && is_paid},
        {"no reuse, free messages", c->taskset.algorithms == 1000 && is_free},
        {"reuse, free messages", c->taskset.algorithms == 50 && is_free},
        {"much reuse", c->taskset.algorithms == 10 && is_paid},
        {"slow links", c->mesh.bandwidth_bps > 0 && c->mesh.hop_delay_ns < 10 * SIM_MS},
        {"contended", c->nodes.executors == 1},
        {"small cache", c->robots.count == 1},
    };
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        if (strcmp(all[i].when, when) == 0) {
            return all[i].fits;
        }
    }
    return false;
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
    .fits = fits,
    .open_query = twins_open,
    .given = given,
    .store_figures = store_figures,
};
