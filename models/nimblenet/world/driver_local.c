/* The driver that keeps every core in the world itself. */
#include "models/nimblenet/world/driver.h"
#include "models/nimblenet/world/world_state.h"

static enum sim_status restart(void *context, uint32_t node, sim_time now,
                               const struct node_sink *out)
{
    struct world_node *n = &((struct world *)context)->node[node];
    node_restart(&n->core, now, out);
    return SIM_OK;
}

/* The figures are the node's own; only its areas lag behind. */
static enum sim_status look(void *context, uint32_t node, sim_time now, struct node *core)
{
    (void)context;
    (void)node;
    node_settle(core, now);
    return SIM_OK;
}

static const char *audit(void *context, uint32_t node)
{
    return node_audit(&((struct world *)context)->node[node].core);
}

struct driver driver_local(struct world *w)
{
    return (struct driver){
        .context = w,
        .restart = restart,
        .run = driver_run_as_told,
        .resume = driver_resume_as_told,
        .look = look,
        .audit = audit,
    };
}
