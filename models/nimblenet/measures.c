/* The numbers that every run ends with, and its series. Sums count every node but the registry;
 * times are means over completed calls, NaN where there are none. */
#include <math.h>

#include "models/nimblenet/model.h"

/* X(NAME, name, unit, label, and the rest of struct model_measure) */
#define QUIET .verb = NULL /* compare says its label */
#define MEASURES(X)                                                                                \
    X(TRIGGERS, "triggers", "", "calls triggered", QUIET)                                          \
    X(OUT_OF_CONTACT, "out_of_contact", "", "  out of contact", QUIET)                             \
    X(CALLS, "calls", "", "  reached a node", QUIET)                                               \
    X(COMPLETED, "completed", "", "  completed", .verb = "completes", .lower = "calls fewer",      \
      .higher = "calls more")                                                                      \
    X(FAILED, "failed", "", "  failed", .verb = "fails", .lower = "calls fewer",                   \
      .higher = "calls more", .is_bad_above_zero = true)                                           \
    X(REFUSED, "refused", "", "    of these refused by a full node", .is_hidden_at_zero = true,    \
      .is_bad_above_zero = true)                                                                   \
    X(TOO_LARGE, "failed_too_large", "", "    of these too large for the cache",                   \
      .is_hidden_at_zero = true, .is_bad_above_zero = true)                                        \
    X(FAILED_DOWN, "failed_down", "", "    of these at a node that was down",                      \
      .is_hidden_at_zero = true, .is_bad_above_zero = true)                                        \
    X(PENDING, "pending", "", "  pending at the end", QUIET)                                       \
    X(ANSWERED_SHARE, "answered_share", "", "answered, of those that ended", QUIET)                \
    X(RESPONSE_MEAN, "response_mean_s", "s", "mean response", .verb = "answers",                   \
      .lower = "faster", .higher = "slower")                                                       \
    X(QUEUEING_MEAN, "queueing_mean_s", "s", "  queueing", .verb = "waits for executors",          \
      .lower = "less", .higher = "longer", .is_hidden_at_zero = true)                              \
    X(ACQUISITION_MEAN, "acquisition_mean_s", "s", "  acquisition", .verb = "acquires tasklets",   \
      .lower = "faster", .higher = "slower")                                                       \
    X(EXECUTION_MEAN, "execution_mean_s", "s", "  execution", .verb = "executes",                  \
      .lower = "faster", .higher = "slower")                                                       \
    X(RESPONSE_P50, "response_p50_s", "s", "response of half of the calls, at most", QUIET)        \
    X(RESPONSE_P95, "response_p95_s", "s", "  of 95 %", QUIET)                                     \
    X(RESPONSE_P99, "response_p99_s", "s", "  of 99 %", QUIET)                                     \
    X(TX_BYTES, "tx_bytes", "B", "bytes sent", .verb = "sends", .lower = "less", .higher = "more") \
    X(RX_BYTES, "rx_bytes", "B", "bytes received", QUIET)                                          \
    X(LOST_BYTES, "lost_bytes", "B", "bytes lost on links", .is_hidden_at_zero = true)             \
    X(OVERFLOWED_BYTES, "overflowed_bytes", "B", "bytes dropped by full receive queues",           \
      .is_hidden_at_zero = true)                                                                   \
    X(CORRUPTED, "corrupted_messages", "", "  messages that came with other bits",                 \
      .is_hidden_at_zero = true)                                                                   \
    X(DUPLICATED, "duplicated_messages", "", "messages that links sent twice",                     \
      .is_hidden_at_zero = true)                                                                   \
    X(REORDERED, "reordered_messages", "", "messages that links held back",                        \
      .is_hidden_at_zero = true)                                                                   \
    X(FALSE_ANSWERS, "false_answers", "", "answers that were not true", .is_hidden_at_zero = true) \
    X(RESENT, "resent_messages", "", "messages that links sent again", .is_hidden_at_zero = true)  \
    X(HOUSEKEEPING, "housekeeping_bytes", "B", "bytes sent for housekeeping",                      \
      .is_hidden_at_zero = true)                                                                   \
    X(FRAME_WAIT, "frame_wait_mean_s", "s", "a frame's wait for core 0",                           \
      .is_hidden_at_zero = true)                                                                   \
    X(GATEWAY_TX_BYTES, "gateway_tx_bytes", "B", "bytes sent by the gateway", .verb = "sends",     \
      .lower = "less from the gateway", .higher = "more from the gateway")                         \
    X(GATEWAYS, "gateways", "", "  gateways, where there are several", .is_hidden_at_zero = true)  \
    X(BUSIEST_GATEWAY, "busiest_gateway_tx_bytes", "B", "  the busiest of them",                   \
      .is_hidden_at_zero = true)                                                                   \
    X(TX_VARIATION, "tx_bytes_cv", "", "variation of bytes sent over nodes", QUIET)                \
    X(TX_MESSAGES, "tx_messages", "", "messages sent", .verb = "sends", .lower = "messages fewer", \
      .higher = "messages more")                                                                   \
    X(SERVED_LOCAL, "served_local", "", "acquired from the own cache", QUIET)                      \
    X(SERVED_NEIGHBOUR, "served_neighbour", "", "  from a neighbour", QUIET)                       \
    X(SERVED_GLOBAL, "served_global", "", "  by global search", QUIET)                             \
    X(SERVED_REGISTRY, "served_registry", "", "  from the registry", QUIET)                        \
    X(HIT_RATIO, "hit_ratio", "", "  own cache, of all acquired", QUIET)                           \
    X(EVICTIONS, "evictions", "", "evictions", .verb = "evicts", .lower = "tasklets fewer",        \
      .higher = "tasklets more")                                                                   \
    X(ATTEMPTS_LOST, "attempts_lost", "", "acquisition attempts lost", QUIET)                      \
    X(NO_ROOM, "no_room", "", "  for want of room", .is_hidden_at_zero = true)                     \
    X(EXECUTOR_LOAD, "executor_load", "", "executors kept busy, a node", QUIET)                    \
    X(STALLED_NODES, "stalled_nodes", "", "nodes stalled at the end", .is_hidden_at_zero = true,   \
      .is_bad_above_zero = true)                                                                   \
    X(DOWN_SHARE, "node_down_share", "", "share of the time that nodes were down",                 \
      .is_hidden_at_zero = true)                                                                   \
    X(PAUSED_SHARE, "node_paused_share", "", "share of the time that nodes paused",                \
      .is_hidden_at_zero = true)                                                                   \
    X(SATURATED_NODES, "saturated_nodes", "", "nodes whose queue is not stationary",               \
      .is_hidden_at_zero = true, .is_bad_above_zero = true)                                        \
    X(WARMUP_RESPONSE, "warmup_response_s", "s", "warm-up of the response (MSER-5)",               \
      .is_hidden = true)                                                                           \
    X(WARMUP_LOAD, "warmup_load_s", "s", "warm-up of the load (MSER-5)", .is_hidden = true)        \
    X(CHAIN_SIZE, "chain_size_mean_bytes", "B", "mean chain with all that it calls", QUIET)        \
    X(CHAIN_TIME, "chain_time_mean_s", "s", "  its run time", QUIET)                               \
    X(STALE, "stale_answers", "", "answered by an older version than there was",                   \
      .is_hidden_at_zero = true)                                                                   \
    X(OLD_COPIES, "old_copies", "", "copies of older versions held at the end",                    \
      .is_hidden_at_zero = true)                                                                   \
    X(OUTDATED, "outdated", "", "copies dropped for a newer version", .is_hidden_at_zero = true)   \
    X(RETIRED, "retired", "", "  of them while calls ran on them", .is_hidden_at_zero = true)      \
    X(OLDER, "older_refused", "", "older versions refused", .is_hidden_at_zero = true)             \
    X(ENERGY, "energy_j", "J", "energy of the nodes", .verb = "spends", .lower = "less",           \
      .higher = "more", .is_hidden_at_zero = true)                                                 \
    X(ENERGY_CALL, "energy_per_call_j", "J", "  a completed call", .is_hidden_at_zero = true)      \
    X(COMPUTE_J, "compute_j", "J", "  of it computing", .is_hidden_at_zero = true)                 \
    X(IDLE_J, "idle_j", "J", "  of it being on", .is_hidden_at_zero = true)                        \
    X(SENT_J, "sent_j", "J", "  of it bits sent", .is_hidden_at_zero = true)                       \
    X(RECEIVED_J, "received_j", "J", "  of it bits received", .is_hidden_at_zero = true)

#define ROW(NAME, text, of, words, ...)                                                            \
    [NIMBLENET_##NAME] = {.name = (text), .unit = (of), .label = (words), __VA_ARGS__},
#define TEXT(NAME, text, ...) [NIMBLENET_##NAME] = (text),

const struct model_measure nimblenet_measures[NIMBLENET_MEASURES] = {MEASURES(ROW)};
const char *const nimblenet_measure_names[] = {MEASURES(TEXT)[NIMBLENET_MEASURES] = NULL};

const struct model_series nimblenet_series[NIMBLENET_SERIES] = {
    [NIMBLENET_BYTES] = {"bytes", "B", "load", NULL, "load"},
    [NIMBLENET_BIN_COMPLETED] = {"completed", "", "calls completed", NULL, NULL},
    [NIMBLENET_RESPONSE_NS] = {"response_ns", "ns", "response", "completed", "response"},
    [NIMBLENET_ACQUISITION_NS] = {"acquisition_ns", "ns", "acquisition", "completed", NULL},
    [NIMBLENET_EXECUTION_NS] = {"execution_ns", "ns", "execution", "completed", NULL},
    [NIMBLENET_QUEUEING_NS] = {"queueing_ns", "ns", "queueing", "completed", NULL},
    [NIMBLENET_ENERGY_NJ] = {"energy", "nJ", "energy of the nodes", NULL, NULL},
};

const struct model_distribution nimblenet_distributions[NIMBLENET_DISTRIBUTIONS] = {
    {"response", "ns", "response"},
};

static double divide(double a, double b)
{
    return b > 0 ? a / b : (double)NAN;
}

static double seconds_a_call(sim_time sum, uint64_t calls)
{
    return calls > 0 ? (double)sum / (double)SIM_S / (double)calls : (double)NAN;
}

static void collect_calls(const struct world_totals *t, double *value)
{
    const sim_time execution_ns = t->response_ns - t->queueing_ns - t->acquisition_ns;
    value[NIMBLENET_TRIGGERS] = (double)t->triggers;
    value[NIMBLENET_OUT_OF_CONTACT] = (double)t->out_of_contact;
    value[NIMBLENET_CALLS] = (double)t->calls;
    value[NIMBLENET_COMPLETED] = (double)t->completed;
    value[NIMBLENET_FAILED] = (double)t->failed;
    value[NIMBLENET_REFUSED] = (double)t->refused;
    value[NIMBLENET_FAILED_DOWN] = (double)t->failed_down;
    value[NIMBLENET_PENDING] = (double)t->pending;
    value[NIMBLENET_STALE] = (double)t->stale;
    /* What was refused is among what failed. */
    value[NIMBLENET_ANSWERED_SHARE] =
        divide((double)t->completed, (double)t->completed + (double)t->failed);
    value[NIMBLENET_RESPONSE_MEAN] = seconds_a_call(t->response_ns, t->completed);
    value[NIMBLENET_QUEUEING_MEAN] = seconds_a_call(t->queueing_ns, t->completed);
    value[NIMBLENET_ACQUISITION_MEAN] = seconds_a_call(t->acquisition_ns, t->completed);
    value[NIMBLENET_EXECUTION_MEAN] = seconds_a_call(execution_ns, t->completed);
}

/* bins_quantile() of all three in one pass, since there are thousands of bins. */
static void collect_quantiles(const uint64_t *responses, uint64_t completed, double *value)
{
    static const struct {
        double q;
        enum nimblenet_measure measure;
    } wanted[] = {{0.5, NIMBLENET_RESPONSE_P50},
                  {0.95, NIMBLENET_RESPONSE_P95},
                  {0.99, NIMBLENET_RESPONSE_P99}};
    enum { WANTED = sizeof wanted / sizeof wanted[0] };
    size_t found = 0;
    uint64_t seen = 0;
    for (uint32_t i = 0; i < BINS_COUNT && found < WANTED && completed > 0; i++) {
        if (responses[i] == 0) {
            continue;
        }
        seen += responses[i];
        while (found < WANTED && (double)seen >= ceil(wanted[found].q * (double)completed)) {
            value[wanted[found++].measure] =
                ((double)bins_low(i) + (double)bins_high(i)) / 2 / (double)SIM_S;
        }
    }
    for (; found < WANTED; found++) {
        value[wanted[found].measure] = (double)NAN;
    }
}

static void add_node(const struct world_account *a, double *value)
{
    value[NIMBLENET_TX_BYTES] += (double)a->tx_bytes;
    value[NIMBLENET_RX_BYTES] += (double)a->rx_bytes;
    value[NIMBLENET_LOST_BYTES] += (double)a->lost_bytes;
    value[NIMBLENET_OVERFLOWED_BYTES] += (double)a->overflowed_bytes;
    value[NIMBLENET_CORRUPTED] += (double)a->corrupted;
    value[NIMBLENET_DUPLICATED] += (double)a->duplicated;
    value[NIMBLENET_REORDERED] += (double)a->reordered;
    value[NIMBLENET_FALSE_ANSWERS] += (double)a->false_told;
    value[NIMBLENET_RESENT] += (double)a->resent;
    value[NIMBLENET_HOUSEKEEPING] += (double)a->chatter_bytes;
    value[NIMBLENET_TX_MESSAGES] += (double)a->tx_messages;
    value[NIMBLENET_SERVED_LOCAL] += (double)a->served[NODE_SERVED_LOCAL];
    value[NIMBLENET_SERVED_NEIGHBOUR] += (double)a->served[NODE_SERVED_NEIGHBOUR];
    value[NIMBLENET_SERVED_GLOBAL] += (double)a->served[NODE_SERVED_GLOBAL];
    value[NIMBLENET_SERVED_REGISTRY] += (double)a->served[NODE_SERVED_REGISTRY];
    value[NIMBLENET_EVICTIONS] += (double)a->evictions;
    value[NIMBLENET_ATTEMPTS_LOST] += (double)a->attempts_lost;
    value[NIMBLENET_NO_ROOM] += (double)a->no_room;
    value[NIMBLENET_TOO_LARGE] += (double)a->too_large;
    value[NIMBLENET_EXECUTOR_LOAD] += (double)a->busy_ns;
    value[NIMBLENET_OUTDATED] += (double)a->outdated;
    value[NIMBLENET_RETIRED] += (double)a->retired;
    value[NIMBLENET_OLDER] += (double)a->older;
    value[NIMBLENET_DOWN_SHARE] += (double)a->down_ns;
    value[NIMBLENET_PAUSED_SHARE] += (double)a->paused_ns;
    value[NIMBLENET_STALLED_NODES] += a->stalled_since != SIM_TIME_NEVER;
}

/* Standard deviation of the nodes' bytes sent over their mean: 0 is perfectly even. */
static double variation_of_tx(const struct world *w, uint32_t nodes, double sum)
{
    const double mean = sum / nodes;
    double squares = 0;
    for (uint32_t i = 0; i < nodes; i++) {
        const double off = (double)world_account(w, i).tx_bytes - mean;
        squares += off * off;
    }
    return mean > 0 ? sqrt(squares / nodes) / mean : (double)NAN;
}

static void collect_taskset(const struct taskset *t, double *value)
{
    for (uint32_t i = 0; i < t->chains; i++) {
        value[NIMBLENET_CHAIN_SIZE] += (double)t->tasklet[i].total_bytes / t->chains;
        value[NIMBLENET_CHAIN_TIME] += (double)t->tasklet[i].total_ns / (double)SIM_S / t->chains;
    }
}

struct energy nimblenet_energy(const struct energy_rates *rates, const struct world_account *a,
                               sim_time now)
{
    const struct energy_use use = {
        .busy_ns = a->busy_ns,
        .idle_ns = now,
        .sent_bytes = (int64_t)a->tx_bytes,
        .received_bytes = (int64_t)a->rx_bytes,
    };
    return energy_of(rates, &use);
}

static void collect_energy(const struct world *w, const struct compose_plan *p, double *value)
{
    const uint32_t nodes = p->setup.registry;
    struct energy sum = {0, 0, 0, 0};
    for (uint32_t i = 0; i < nodes; i++) {
        const struct world_account account = world_account(w, i);
        const struct energy e = nimblenet_energy(p->energy, &account, p->world.duration_ns);
        energy_add(&sum, &e);
    }
    value[NIMBLENET_ENERGY] = energy_total(&sum);
    value[NIMBLENET_ENERGY_CALL] = divide(energy_total(&sum), value[NIMBLENET_COMPLETED]);
    value[NIMBLENET_COMPUTE_J] = sum.compute_j;
    value[NIMBLENET_IDLE_J] = sum.idle_j;
    value[NIMBLENET_SENT_J] = sum.sent_j;
    value[NIMBLENET_RECEIVED_J] = sum.received_j;
}

/* The nodes that a registry is linked to. */
static void collect_gateways(const struct world *w, const struct compose_plan *p, double *value)
{
    const struct mesh *mesh = p->world.mesh;
    for (uint32_t i = p->setup.registry; i < p->setup.node_count; i++) {
        const uint32_t gateway = mesh->link[mesh->first[i]].to;
        const double sent = (double)world_account(w, gateway).tx_bytes;
        value[NIMBLENET_GATEWAY_TX_BYTES] += sent;
        if (mesh->registries > 1) {
            value[NIMBLENET_GATEWAYS] += 1;
            value[NIMBLENET_BUSIEST_GATEWAY] = fmax(value[NIMBLENET_BUSIEST_GATEWAY], sent);
        }
    }
}

void nimblenet_measure(const struct world *w, const struct compose_plan *p, double *value)
{
    const uint32_t nodes = p->setup.registry; /* behind them the registries */
    for (int m = 0; m < NIMBLENET_MEASURES; m++) {
        value[m] = 0;
    }
    collect_calls(world_totals(w), value);
    collect_quantiles(world_responses(w), world_totals(w)->completed, value);
    collect_taskset(&p->taskset, value);
    uint64_t frames = 0;
    sim_time waited_ns = 0;
    for (uint32_t i = 0; i < nodes; i++) {
        const struct world_account account = world_account(w, i);
        add_node(&account, value);
        value[NIMBLENET_OLD_COPIES] += world_old_copies(w, i, p->world.duration_ns);
        frames += account.frames;
        waited_ns += account.frames_waited_ns;
    }
    value[NIMBLENET_FRAME_WAIT] = frames > 0 ? seconds_a_call(waited_ns, frames) : 0;
    collect_gateways(w, p, value);
    value[NIMBLENET_TX_VARIATION] = variation_of_tx(w, nodes, value[NIMBLENET_TX_BYTES]);
    value[NIMBLENET_HIT_RATIO] =
        divide(value[NIMBLENET_SERVED_LOCAL],
               value[NIMBLENET_SERVED_LOCAL] + value[NIMBLENET_SERVED_NEIGHBOUR] +
                   value[NIMBLENET_SERVED_GLOBAL] + value[NIMBLENET_SERVED_REGISTRY]);
    value[NIMBLENET_EXECUTOR_LOAD] /= (double)p->world.duration_ns * nodes;
    collect_energy(w, p, value);
    value[NIMBLENET_DOWN_SHARE] /= (double)p->world.duration_ns * nodes;
    value[NIMBLENET_PAUSED_SHARE] /= (double)p->world.duration_ns * nodes;
}

/* Of all nodes but the registries, in a bin that begins then. */
static struct energy energy_in(const struct compose_plan *p, const struct world_bin *b,
                               sim_time from)
{
    const sim_time left = p->world.duration_ns - from;
    const sim_time width = p->world.bin_ns < left ? p->world.bin_ns : left;
    const struct energy_use use = {
        .busy_ns = b->busy_ns,
        .sent_bytes = (int64_t)(b->bytes - b->rx_bytes),
        .received_bytes = (int64_t)b->rx_bytes,
    };
    const struct energy_use of_one = {.idle_ns = width};
    struct energy e = energy_of(p->energy, &use);
    e.idle_j = p->setup.registry * energy_of(p->energy, &of_one).idle_j;
    return e;
}

void nimblenet_fill_bins(const struct world *w, const struct compose_plan *p, int64_t *bin)
{
    uint32_t count = 0;
    const struct world_bin *b = world_bins(w, &count);
    for (uint32_t i = 0; i < count; i++) {
        int64_t *row = &bin[(size_t)i * NIMBLENET_SERIES];
        row[NIMBLENET_BYTES] = (int64_t)b[i].bytes;
        row[NIMBLENET_BIN_COMPLETED] = (int64_t)b[i].completed;
        row[NIMBLENET_RESPONSE_NS] = b[i].response_ns;
        row[NIMBLENET_ACQUISITION_NS] = b[i].acquisition_ns;
        row[NIMBLENET_EXECUTION_NS] = b[i].response_ns - b[i].queueing_ns - b[i].acquisition_ns;
        row[NIMBLENET_QUEUEING_NS] = b[i].queueing_ns;
        const struct energy e = energy_in(p, &b[i], (sim_time)i * p->world.bin_ns);
        row[NIMBLENET_ENERGY_NJ] = energy_nj(energy_total(&e));
    }
}
