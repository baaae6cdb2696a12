/* How long messages may be under way: what timeouts and the memory of floods are made of. */
#include "models/nimblenet/compose_outages.h"
#include "models/nimblenet/compose_parts.h"

/* The longest that a frame takes from one core to the next; SIM_TIME_NEVER where none can be told:
 * on links of finite bandwidth it waits for what is before it, and so it does in a queue. */
static sim_time hop_greatest(const struct compose_system *m)
{
    const struct nimblenet_config *c = m->config;
    const sim_time delay = dist_greatest(&c->mesh.hop_delay_ns);
    const sim_time held_back = c->mesh.reordering > 0 ? c->mesh.reordering_time_ns : 0;
    const bool pauses = c->outage.pauses.mtbf_ns > 0 || compose_outages_are_listed(c);
    const bool waits = pauses || (c->nodes.frame_time_ns > 0 && c->nodes.receive_queue == 0);
    if (m->mesh.traits != NULL || c->mesh.bandwidth_bps > 0 || waits ||
        delay > SIM_TIME_NEVER / 1024) {
        return SIM_TIME_NEVER;
    }
    /* Each key's most is an hour; a queue's a million: 2^62 ns are enough. */
    const sim_time tries = (sim_time)c->mesh.retries + 1;
    return tries * (delay + held_back) + (tries - 1) * c->mesh.ack_time_ns +
           c->nodes.frame_time_ns * c->nodes.receive_queue;
}

/* The longest that a copy of a query is under way; 0 where none can be told. */
sim_time compose_flood_life(const struct compose_system *m)
{
    const struct nimblenet_config *c = m->config;
    const uint32_t local = c->protocol.local.ttl;
    const uint32_t global = c->protocol.global.ttl;
    const sim_time hops = (sim_time)(local > global ? local : global) + 1;
    const sim_time hop = hop_greatest(m);
    return hop < SIM_TIME_NEVER / hops ? hops * hop : 0;
}

/* The longest message: the largest binary on its way. */
static uint64_t largest_bytes(const struct traffic_spec *traffic, const struct taskset *t)
{
    struct wire_message m = {.kind = WIRE_DATA, .status = WIRE_HERE};
    for (uint32_t i = 0; i < t->count; i++) {
        m.size = t->tasklet[i].size_bytes > m.size ? t->tasklet[i].size_bytes : m.size;
    }
    return traffic_bytes(traffic, &m);
}

/* What a hop's delay hardly passes: where it is unbounded four times its middle, since the hops of
 * a way add up. */
static double delay_to_expect(const struct dist *delay_ns)
{
    const int64_t greatest = dist_greatest(delay_ns);
    return greatest < INT64_MAX ? (double)greatest : 4 * (double)delay_ns->low;
}

/* A copy of so many bits over a link, which its file may say more of. */
static double try_to_expect(const struct nimblenet_config *c, const struct mesh_traits *link,
                            double bits)
{
    const bool has_delay = link != NULL && link->delay_s >= 0;
    const bool has_rate = link != NULL && link->bandwidth_bps >= 0;
    const double rate_bps = has_rate ? link->bandwidth_bps
                                     : (double)compose_traffic(c).bandwidth_bps; /* 0: unlimited */
    return (has_delay ? link->delay_s * 1e9 : delay_to_expect(&c->mesh.hop_delay_ns)) +
           (rate_bps > 0 ? bits * 1e9 / rate_bps : 0);
}

/* Over the slowest link. */
static double longest_try(const struct compose_system *m, double bits)
{
    double longest_ns = try_to_expect(m->config, NULL, bits);
    const uint32_t links = m->mesh.traits != NULL ? m->mesh.first[m->mesh.node_count] : 0;
    for (uint32_t l = 0; l < links; l++) {
        const double try_ns = try_to_expect(m->config, &m->mesh.traits[l], bits);
        longest_ns = try_ns > longest_ns ? try_ns : longest_ns;
    }
    return longest_ns;
}

/*
 * How long an answer may be under way, the longest way there and back: every hop takes its delay
 * and the time of the largest message, as often as a link may send it, the waits between and the
 * time that a core needs for a frame. What waits in a link or a queue for what was before it is not
 * foreseen.
 */
sim_time compose_longest_round(const struct compose_system *m, const struct taskset *t)
{
    const struct nimblenet_config *c = m->config;
    const struct traffic_spec traffic = compose_traffic(c);
    const double bits = (double)largest_bytes(&traffic, t) * 8;
    const double held_back_ns = c->mesh.reordering > 0 ? (double)c->mesh.reordering_time_ns : 0;
    const double hop_ns = (longest_try(m, bits) + held_back_ns) * (1.0 + c->mesh.retries) +
                          (double)c->mesh.retries * (double)c->mesh.ack_time_ns +
                          (double)c->nodes.frame_time_ns;
    const double round_ns = 2.0 * m->mesh.diameter_hops * hop_ns;
    const sim_time most_ns = SIM_TIME_NEVER / 4; /* far from where adding it could overflow */
    return round_ns < (double)most_ns ? (sim_time)round_ns : most_ns;
}

/* The scenario's own, or as long as any answer may take, and never under 5 s. */
sim_time compose_request_timeout(const struct nimblenet_config *c, sim_time round_ns)
{
    const sim_time least_ns = 5 * SIM_S;
    if (c->protocol.request_timeout_ns > 0) {
        return c->protocol.request_timeout_ns;
    }
    return round_ns > least_ns ? round_ns : least_ns;
}
