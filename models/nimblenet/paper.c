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
        {"hop_delay", (double)c->mesh.hop_delay_ns.low / (double)SIM_MS},
        {"attempts", c->protocol.attempts},
        {"local_hops", c->protocol.local.ttl},
        {"local_timeout", (double)c->protocol.local.timeout_ns / (double)SIM_MS},
        {"global_hops", c->protocol.global.ttl},
        {"global_timeout", (double)c->protocol.global.timeout_ns / (double)SIM_MS},
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
        {"slow links", c->mesh.bandwidth_bps > 0 && c->mesh.hop_delay_ns.low < 10 * SIM_MS},
        {"contended", *(const uint32_t *)c->nodes.executors.item == 1},
        {"testbed", c->mesh.retries > 0 && c->nodes.receive_queue > 0 && c->mesh.loss > 0},
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

/* Of a sweep over both axes; without one there are no rows. */
#define AXIS(of, path)                                                                             \
    " JOIN point_axis AS " of " ON " of ".point_id = n.point_id JOIN axis AS " of "x ON " of       \
    "x.axis = " of ".axis AND " of "x.key = '" path "'"
static const struct paper_block blocks[] = {
    {"reuse", "All traffic, nimble / monolithic: below 1 sharing pays", "", 2,
     "SELECT printf('%g B a message', o.number),"
     " printf('%g algorithms', a.number), avg(x.value / y.value)"
     " FROM run AS n JOIN run AS m ON m.point_id = n.point_id AND m.replication = n.replication"
     " AND m.variant = 'monolithic'" AXIS("o", "protocol.message_overhead") AXIS(
         "a",
         "taskset.algorithms") " JOIN metric AS x ON x.run_id = n.run_id AND x.name = 'tx_bytes'"
                               " JOIN metric AS y ON y.run_id = m.run_id AND y.name = 'tx_bytes'"
                               " WHERE n.variant = 'nimble' GROUP BY o.number, a.number ORDER BY "
                               "o.number, a.number",
     PAPER_HEAT, "message overhead", "algorithms that 200 chains share"},
    {"reuse-gateway", "What node 1 sends, monolithic / nimble: the paper's factor is 4", "", 2,
     "SELECT printf('%g B a message', o.number),"
     " printf('%g algorithms', a.number), avg(y.value / x.value)"
     " FROM run AS n JOIN run AS m ON m.point_id = n.point_id AND m.replication = n.replication"
     " AND m.variant = 'monolithic'" AXIS("o", "protocol.message_overhead")
         AXIS("a", "taskset.algorithms") " JOIN metric AS x ON x.run_id = n.run_id AND x.name = "
                                         "'gateway_tx_bytes'"
                                         " JOIN metric AS y ON y.run_id = m.run_id AND y.name = "
                                         "'gateway_tx_bytes'"
                                         " WHERE n.variant = 'nimble' GROUP BY o.number, a.number "
                                         "ORDER BY o.number, a.number",
     PAPER_HEAT, "message overhead", "algorithms that 200 chains share"},
};

static const struct paper_gap gaps[] = {
    {"how the testbed's access point carried each hop",
     "the paper describes neither its host nor its delays: factory-testbed has what boards of the "
     "testbed's class were measured to have, and what is assumed says so"},
    {"\"the data received in both cases is equivalent\"",
     "where nothing is lost all bytes that are sent are received, so it contradicts figure 9; it "
     "may compare simulation with testbed. Both sums are printed"},
    {"the points of figures 4 to 10",
     "the paper's text gives a few of them in words; only those are held against ours"},
};

const struct model_paper nimblenet_paper = {
    .title = "the NimbleNet paper",
    .gap = gaps,
    .gaps = sizeof gaps / sizeof *gaps,
    .quantity = printed_quantities,
    .quantities = PRINTED_QUANTITIES,
    .block = blocks,
    .blocks = sizeof blocks / sizeof *blocks,
    .reading =
        "How far these numbers carry\n"
        "\n"
        "- Three values are fitted, not read: the bytes around a message, how far robots move, and "
        "what it\n"
        "  takes to load and to resume. What was fitted to a number agrees with it by "
        "construction.\n"
        "- The paper is silent on the delay of a hop and the rate of links. The choice that "
        "matters most is\n"
        "  whether an answer to the local search can be back in time: at 100 ms a hop it never is, "
        "at 50 ms\n"
        "  neighbours serve two thirds of what the small tasklets fetch.\n"
        "- One executor a node cannot finish the calls that the paper reports, so executors are "
        "unlimited and\n"
        "  response is acquisition and execution."
        "\n\n"
        "What the paper has and this model has not, and what it would change\n\n"
        "- A shared medium: the testbed's access point carries every hop. Who sends less would "
        "wait\n"
        "  less, so nimble would gain once it is ahead and lose before; break-even would move "
        "little.\n"
        "- Kinds of executors and native sub-tasklets (section 4.2): some chains could run at "
        "some\n"
        "  nodes only. Fewer nodes would share a tasklet: fewer hits nearby, more from the "
        "registry.\n"
        "- A workload that depends on the place (section 4): here all robots draw from all "
        "chains.\n"
        "  Neighbours that want the same would find it next door: nimble would gain, and so would\n"
        "  whole chains, which now are rarely called twice at a node.\n"
        "- The answer's way back to the robot: a response ends at the node. A robot that has left\n"
        "  would not hear it; no traffic between nodes changes.\n"
        "- Offloading and in-network computing (section 4.4): a call runs where it comes in. The\n"
        "  middle nodes' load would spread, at the price of states on the network.\n"
        "- Names, versions and private registries (section 4.1): a tasklet is a number, and all "
        "may\n"
        "  have it. Neither bytes nor times would change much.",
    .check = twins_check,
    .beside = "testbed",
    .fits = fits,
    .open_query = twins_open,
    .given = given,
    .store_figures = store_figures,
};
