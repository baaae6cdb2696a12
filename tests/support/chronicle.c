#include "tests/support/chronicle.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

/* ---- names ---- */

struct name {
    char text[32];
};

static struct name node_name(const struct chronicle *s, uint32_t node)
{
    struct name n;
    if (node >= s->world->spec.setup->registry) {
        (void)snprintf(n.text, sizeof n.text, "registry");
    } else {
        (void)snprintf(n.text, sizeof n.text, "node %u", node + 1);
    }
    return n;
}

static struct name tasklet_name(const struct chronicle *s, uint32_t tasklet)
{
    struct name n;
    const bool is_chain = tasklet < s->chains;
    (void)snprintf(n.text, sizeof n.text, "%s %u", is_chain ? "chain" : "algorithm", tasklet);
    return n;
}

/* Calls are numbered robot by robot: call_id = trigger * robots + robot. */
static struct name robot_name(const struct chronicle *s, uint64_t call_id)
{
    struct name n;
    const uint32_t robots = s->world->spec.robots.count;
    (void)snprintf(n.text, sizeof n.text, "robot %" PRIu64, call_id % robots + 1);
    return n;
}

/* ---- lines ---- */

/* Nanoseconds in groups of three, so that a hop of 40 ms can be seen. */
static void tell_head(struct chronicle *s, const struct world_event *e)
{
    char who[80];
    const sim_time ns = e->at % SIM_S;
    if (e->kind == WORLD_EV_SENT || e->kind == WORLD_EV_LOST) {
        (void)snprintf(who, sizeof who, "%s -> %s", node_name(s, e->node).text,
                       node_name(s, e->peer).text);
    } else {
        (void)snprintf(who, sizeof who, "%s", node_name(s, e->node).text);
    }
    (void)fprintf(s->to, "%4" PRId64 ".%03" PRId64 " %03" PRId64 " %03" PRId64 " s  %-20s ",
                  e->at / SIM_S, ns / SIM_MS, ns / SIM_US % 1000, ns % 1000, who);
}

SIM_PRINTF(3, 4)
static void tell(struct chronicle *s, const struct world_event *e, const char *format, ...)
{
    tell_head(s, e);
    va_list list;
    va_start(list, format);
    (void)vfprintf(s->to, format, list);
    va_end(list);
    (void)fputc('\n', s->to);
}

static void tell_message(struct chronicle *s, const struct world_event *e)
{
    char hops[16] = "";
    if (e->detail == WIRE_QUERY) {
        (void)snprintf(hops, sizeof hops, " (ttl %u)", e->ttl);
    }
    tell(s, e, "%s %s%s, %" PRIu64 " B%s", wire_kind_name((uint8_t)e->detail),
         tasklet_name(s, e->tasklet).text, hops, e->bytes,
         e->kind == WORLD_EV_LOST ? ": lost on the link" : "");
}

static void tell_acquired(struct chronicle *s, const struct world_event *e)
{
    static const char *const from[] = {
        [NODE_SERVED_LOCAL] = "its own cache",
        [NODE_SERVED_NEIGHBOUR] = "by the local search",
        [NODE_SERVED_GLOBAL] = "by the global search",
        [NODE_SERVED_REGISTRY] = "as the fallback",
    };
    if (e->detail == NODE_SERVED_LOCAL) {
        tell(s, e, "has %s in %s", tasklet_name(s, e->tasklet).text, from[e->detail]);
    } else {
        tell(s, e, "has %s from %s, %s", tasklet_name(s, e->tasklet).text,
             node_name(s, e->peer).text, from[e->detail]);
    }
}

static void tell_event(struct chronicle *s, const struct world_event *e)
{
    static const char *const outcome[] = {
        [NODE_COMPLETED] = "completed",
        [NODE_FAILED] = "failed",
        [NODE_REFUSED] = "refused",
        [NODE_TRAPPED] = "trapped",
        [NODE_WENT_DOWN] = "lost with the node",
    };
    switch (e->kind) {
    case WORLD_EV_CALL:
        tell(s, e, "%s calls %s", robot_name(s, e->call_id).text, tasklet_name(s, e->tasklet).text);
        break;
    case WORLD_EV_SENT:
    case WORLD_EV_LOST:
        tell_message(s, e);
        break;
    case WORLD_EV_TIMEOUT:
        tell(s, e, "has waited long enough");
        break;
    case WORLD_EV_EVICTED:
        tell(s, e, "evicts %s", tasklet_name(s, e->tasklet).text);
        break;
    case WORLD_EV_RETIRED:
        tell(s, e, "retires %s", tasklet_name(s, e->tasklet).text);
        break;
    case WORLD_EV_DROPPED:
        tell(s, e, "drops %s", tasklet_name(s, e->tasklet).text);
        break;
    case WORLD_EV_STORED:
        tell(s, e, "stores %s", tasklet_name(s, e->tasklet).text);
        break;
    case WORLD_EV_ACQUIRED:
        tell_acquired(s, e);
        break;
    case WORLD_EV_NOT_ACQUIRED:
        tell(s, e, "gives %s up", tasklet_name(s, e->tasklet).text);
        break;
    case WORLD_EV_RUN:
        tell(s, e, "runs %s for %s", tasklet_name(s, e->tasklet).text,
             robot_name(s, e->call_id).text);
        break;
    case WORLD_EV_RESUMED:
        tell(s, e, "goes on with %s for %s", tasklet_name(s, e->tasklet).text,
             robot_name(s, e->call_id).text);
        break;
    case WORLD_EV_SUBCALL:
        tell(s, e, "needs %s for %s", tasklet_name(s, e->tasklet).text,
             robot_name(s, e->call_id).text);
        break;
    case WORLD_EV_ANSWERED:
        tell(s, e, "answers %s: %s", robot_name(s, e->call_id).text, outcome[e->detail]);
        break;
    case WORLD_EV_UPDATED:
        tell(s, e, "has a new version of %s", tasklet_name(s, e->tasklet).text);
        break;
    case WORLD_EV_FAILED:
        tell(s, e, "fails");
        break;
    case WORLD_EV_RESTARTED:
        tell(s, e, "is back");
        break;
    case WORLD_EV_PAUSED:
        tell(s, e, "pauses");
        break;
    case WORLD_EV_WENT_ON:
        tell(s, e, "goes on");
        break;
    case WORLD_EV_OVERFLOWED:
        tell(s, e, "has no room for a message");
        break;
    case WORLD_EV_RECEIVED:
    case WORLD_EV_RETURNED: /* followed by what goes on, or by the answer */
        break;
    }
}

static void observe(void *context, const struct world_event *e)
{
    struct chronicle *s = context;
    if (e->kind == WORLD_EV_RECEIVED || e->kind == WORLD_EV_RETURNED) {
        s->wakes = false;
        return;
    }
    if (s->wakes && s->wake.at == e->at && s->wake.node == e->node && e->kind != WORLD_EV_CALL) {
        tell_event(s, &s->wake);
    }
    s->wakes = e->kind == WORLD_EV_TIMEOUT;
    s->wake = *e;
    if (!s->wakes) {
        tell_event(s, e);
    }
}

struct world_observer chronicle_observer(struct chronicle *s)
{
    return (struct world_observer){.context = s, .event = observe};
}
