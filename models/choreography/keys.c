/* The keys of a scenario of the continuum. The paper prints no value: all are assumed. */
#include "models/choreography/config.h"

#define AT(f) offsetof(struct choreo_config, f)
#define QUANTITY(p, k, f, v, low, high, m)                                                         \
    {                                                                                              \
        .path = (p), .kind = (k), .offset = AT(f), .value = (v), .least = (low), .most = (high),   \
        .meaning = (m), .source = "assumed"                                                        \
    }
#define CHOICE(p, f, w, v, m)                                                                      \
    {                                                                                              \
        .path = (p), .kind = KEY_CHOICE, .offset = AT(f), .words = (w), .value = (v),              \
        .meaning = (m), .source = "assumed"                                                        \
    }
#define SWITCH(p, f, v, m)                                                                         \
    {                                                                                              \
        .path = (p), .kind = KEY_BOOL, .offset = AT(f), .value = (v), .meaning = (m),              \
        .source = "assumed"                                                                        \
    }
#define TIER(name, t, count_, cores_, speed_, power_)                                              \
    QUANTITY("tiers." name ".count", KEY_COUNT, spec.tier[t].count, count_, "1", "1000",           \
             "nodes a domain"),                                                                    \
        QUANTITY("tiers." name ".cores", KEY_COUNT, spec.tier[t].cores, cores_, "1", "64",         \
                 "cores a node, a task each"),                                                     \
        QUANTITY("tiers." name ".speed", KEY_NUMBER, spec.tier[t].speed, speed_, "0.001",          \
                 "100000", "a core's, as a multiple of what `work` is said for"),                  \
        QUANTITY("tiers." name ".power", KEY_POWER, spec.tier[t].power_w, power_, "0 W",           \
                 "100000 W", "of a core that computes"),                                           \
        QUANTITY("tiers." name ".idle", KEY_POWER, spec.tier[t].idle_w, "0 W", "0 W", "100000 W",  \
                 "of a core that does not")
#define LINK(name, f, delay_, rate_, energy_)                                                      \
    QUANTITY("links." name ".delay", KEY_TIME, spec.f.delay_ns, delay_, "1 us", "1 h", "one way"), \
        QUANTITY("links." name ".bandwidth", KEY_RATE, spec.f.rate_bps, rate_, "1 bit/s",          \
                 "1000000 Mbit/s", "of a task's data on their way to its node"),                   \
        QUANTITY("links." name ".energy", KEY_BIT_ENERGY, spec.f.bit_j, energy_, "0 uJ/bit",       \
                 "1000 uJ/bit", "of a bit of a task's data on one such link")
#define CLASS(name, i, share_, work_, deadline_, data_)                                            \
    QUANTITY("load." name ".share", KEY_SHARE, spec.class[i].share, share_, NULL, "1000000",       \
             "weight of this class among the tasks"),                                              \
        QUANTITY("load." name ".work", KEY_TIME, spec.class[i].work_ns, work_, "1 us", "24 h",     \
                 "median at speed 1; lognormal, sigma 0.25"),                                      \
        QUANTITY("load." name ".deadline", KEY_TIME, spec.class[i].deadline_ns, deadline_, "1 us", \
                 "24 h", "from the task's arrival to its answer"),                                 \
        QUANTITY("load." name ".data", KEY_SIZE, spec.class[i].data_bytes, data_, "0 B",           \
                 "1000 GB", "that go where the task runs")

static const char *const placements[] = {"random", "local", "greedy", "bandit", "central", NULL};
static const char *const states[] = {"exact", "gossip", NULL};
static const char *const fallbacks[] = {"edge", "local", NULL};
static const char *const in_flights[] = {"kept", "lost", NULL};
static const char *const feedbacks[] = {"deadline", "answer", NULL};

const struct scenario_key choreo_keys[CHOREO_KEYS] = {
    QUANTITY("domains", KEY_COUNT, spec.domains, "3", "1", "32", "owners, each with all tiers"),
    TIER("device", CHOREO_DEVICE, "6", "1", "1", "2 W"),
    TIER("edge", CHOREO_EDGE, "2", "2", "6", "12 W"),
    TIER("cloud", CHOREO_CLOUD, "1", "4", "24", "60 W"),
    LINK("lan", lan, "4 ms", "20 Mbit/s", "0.1 uJ/bit"),
    LINK("wan", wan, "40 ms", "8 Mbit/s", "0.25 uJ/bit"),
    QUANTITY("links.foreign.delay", KEY_TIME, spec.foreign_ns, "60 ms", "1 us", "1 h",
             "one way to another domain; data go at the WAN's rate, over both domains' WAN"),
    {.path = "links.mtbf",
     .kind = KEY_TIME,
     .offset = AT(spec.mtbf_ns),
     .value = "120 s",
     .least = "1 ms",
     .most = "8760 h",
     .word = "none",
     .meaning = "mean time that a link is up, exponential; none: links never fail",
     .source = "assumed"},
    QUANTITY("links.mttr", KEY_TIME, spec.mttr_ns, "20 s", "1 ms", "8760 h",
             "mean time that it is down, exponential"),
    SWITCH("links.queueing", spec.queueing, "false", "a link carries one transfer at a time"),
    CHOICE("links.in_flight", spec.in_flight, in_flights, "kept",
           "a task whose link fails before its answer: kept, it goes on; lost, it fails"),
    QUANTITY("load.rate", KEY_NUMBER, spec.rate, "0.25", "0", "1000",
             "tasks a second and device, Poisson"),
    QUANTITY("load.hot_factor", KEY_NUMBER, spec.hot, "3", "0", "1000",
             "times the rate in the hot domain; domains are it in turn"),
    QUANTITY("load.cold_factor", KEY_NUMBER, spec.cold, "0.6", "0", "1000",
             "times the rate in all others"),
    QUANTITY("load.hot_period", KEY_TIME, spec.hot_period_ns, "600 s", "1 s", "8760 h",
             "how long a domain is hot"),
    CLASS("small", 0, "60 %", "0.4 s", "1 s", "20 kB"),
    CLASS("medium", 1, "30 %", "3 s", "2 s", "300 kB"),
    CLASS("large", 2, "10 %", "20 s", "6 s", "900 kB"),
    CHOICE("policy.placement", spec.placement, placements, "greedy",
           "who decides where a task runs, and how"),
    QUANTITY("policy.gossip", KEY_TIME, spec.gossip_ns, "2 s", "1 ms", "24 h",
             "edges and clouds say their backlog at every multiple"),
    QUANTITY("policy.gossip_size", KEY_SIZE, spec.gossip_bytes, "48 B", "0 B", "1 MB",
             "of a state message"),
    SWITCH("policy.gossip_needs_link", spec.gossip_needs_link, "false",
           "a state message does not pass a link that is down"),
    QUANTITY("policy.foreign_fee", KEY_NUMBER, spec.fee, "0.3", "0", "1000000",
             "of a task in another's domain, where a missed deadline costs 10"),
    {.path = "policy.refuse",
     .kind = KEY_COUNT,
     .offset = AT(refuse),
     .many = KEY_EACH,
     .value = "[]",
     .least = "1",
     .most = "32",
     .meaning = "domains, from 1, that take no foreign tasks",
     .source = "assumed"},
    QUANTITY("policy.explore", KEY_PROBABILITY, spec.explore, "5 %", NULL, NULL,
             "share of the bandit's choices that are uniform"),
    CHOICE("policy.feedback", spec.feedback, feedbacks, "deadline",
           "when the bandit knows of a miss: as the deadline passes, or with the late answer"),
    QUANTITY("policy.controller", KEY_COUNT, controller, "1", "1", "32",
             "the domain, from 1, in whose cloud the controller is"),
    CHOICE("policy.controller_state", spec.controller_state, states, "exact",
           "which queues the controller knows; links it knows as they are"),
    QUANTITY("policy.controller_timeout", KEY_TIME, spec.controller_timeout_ns, "1 s", "1 ms",
             "1 h", "so long a device waits for a controller that it cannot reach"),
    CHOICE("policy.controller_fallback", spec.fallback, fallbacks, "edge",
           "then: edge, its own edge by the last snapshot; local, itself"),
    QUANTITY("policy.request_size", KEY_SIZE, spec.request_bytes, "400 B", "0 B", "1 MB",
             "of a request to the controller and its answer"),
    QUANTITY("policy.connect_timeout", KEY_TIME, spec.connect_ns, "250 ms", "0 s", "1 h",
             "until a device sees that a target is down"),
    QUANTITY("policy.backoff", KEY_TIME, spec.backoff_ns, "5 s", "0 s", "24 h",
             "so long a device thinks a target that was down worse by 20"),
};

#define PLACED(word) ((const struct scenario_setting[]){{"policy.placement", (word)}, {NULL, NULL}})
const struct scenario_preset choreo_presets[CHOREO_PRESETS] = {
    {"random", "any target, each as likely", PLACED("random")},
    {"local", "every device by itself", PLACED("local")},
    {"greedy", "each device by the gossiped queues", PLACED("greedy")},
    {"bandit", "each device learns from what its choices came to", PLACED("bandit")},
    {"central", "one controller that knows everything", PLACED("central")},
};
