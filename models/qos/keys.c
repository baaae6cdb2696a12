/* The keys of a scenario of this system, and the words that `variants:` may hold. Sources: [paper]
 * printed there; [public] read in the authors' repository, code or raw metrics; [fitted] chosen so
 * that public numbers come out; [assumed] by us. */
#include "models/qos/config.h"

#define AT(f) offsetof(struct qos_config, f)
#define QUANTITY(p, k, f, v, low, high, m, s)                                                      \
    {                                                                                              \
        .path = (p), .kind = (k), .offset = AT(f), .value = (v), .least = (low), .most = (high),   \
        .meaning = (m), .source = (s)                                                              \
    }
#define QUANTITY_OR(p, k, f, w, flag, v, low, high, m, s)                                          \
    {                                                                                              \
        .path = (p), .kind = (k), .offset = AT(f), .word = (w), .word_flag = (flag), .value = (v), \
        .least = (low), .most = (high), .meaning = (m), .source = (s)                              \
    }
/* One value a node. */
#define A_NODE(p, k, f, v, low, high, m, s)                                                        \
    {                                                                                              \
        .path = (p), .kind = (k), .offset = AT(f), .many = KEY_REPEATS, .value = (v),              \
        .least = (low), .most = (high), .meaning = (m), .source = (s)                              \
    }
#define A_NODE_OR(p, k, f, w, v, low, high, m, s)                                                  \
    {                                                                                              \
        .path = (p), .kind = (k), .offset = AT(f), .many = KEY_REPEATS, .word = (w), .value = (v), \
        .least = (low), .most = (high), .meaning = (m), .source = (s)                              \
    }
#define LIST(p, k, f, v, low, high, m, s)                                                          \
    {                                                                                              \
        .path = (p), .kind = (k), .offset = AT(f), .many = KEY_EACH, .value = (v), .least = (low), \
        .most = (high), .meaning = (m), .source = (s)                                              \
    }
#define CHOICE(p, f, w, v, m, s)                                                                   \
    {                                                                                              \
        .path = (p), .kind = KEY_CHOICE, .offset = AT(f), .words = (w), .value = (v),              \
        .meaning = (m), .source = (s)                                                              \
    }

static const char *const rules[] = {"algorithm1", "none", "harness", NULL};
static const char *const places[] = {"uniform", "even", NULL};
static const char *const methods[] = {"wasm", "standalone", "docker", NULL};

#define NO_ENERGY "[assumed] the paper speaks of no energy: none is counted"

/* Bounds keep a slip of the finger from asking for a year of computing; they claim nothing. */
const struct scenario_key qos_keys[QOS_KEYS] = {
    QUANTITY("nodes.count", KEY_COUNT, nodes.count, "3", "1", QOS_NODES_MAX_TEXT,
             "nodes that infer; the orchestrator runs on the first",
             "[paper] Table 2: master, worker 1, worker 2"),
    A_NODE("nodes.service", KEY_TIME, nodes.service_ns, "[46 ms, 49 ms, 55 ms]", "1 us", "1 h",
           "one inference alone on the node: the median",
           "[assumed] from single streams of 52 to 58 ms in the public metrics"),
    A_NODE("nodes.service_cv", KEY_SHARE, nodes.service_cv, "8 %", "0", "10",
           "coefficient of variation of an inference, which is lognormal", "[assumed]"),
    A_NODE_OR("nodes.capacity", KEY_COUNT, nodes.capacity, "unlimited", "[2, 1, 1]", "1", "1000000",
              "pods that the orchestrator lets a node have", "[public]"),
    A_NODE("nodes.knee", KEY_NUMBER, nodes.knee, "[2, 2, 1]", "0.01", "1000000",
           "inferences at once from which on the node thrashes", "[fitted]"),
    A_NODE("nodes.network", KEY_TIME, nodes.network_ns, "[2 ms, 3 ms, 3 ms]", "1 us", "1 h",
           "one way between the node and anybody else", "[assumed]"),
    A_NODE(
        "nodes.leftover", KEY_COUNT, nodes.leftover, "[0, 0, 0]", "0", "1000000",
        "pods from before that count against the capacity and do nothing",
        "[public] in eight of ten repetitions both small nodes were full, though nobody ran there"),
    A_NODE("nodes.memory", KEY_SIZE, nodes.memory_bytes, "4 GB", "1 B", "1000000 GB",
           "room for pods; one that does not fit is not started",
           "[paper] Table 2: 4 GB, the smallest of its nodes"),
    A_NODE_OR("nodes.image_rate", KEY_RATE, nodes.image_rate_bps, "unlimited", "unlimited",
              "1 bit/s", "1000000 Mbit/s", "of the link over which a node fetches the image, once",
              "[assumed] the paper's images were in place"),
    A_NODE("nodes.energy.idle", KEY_POWER, nodes.idle_w, "0 W", "0 W", "100000 W",
           "of a node that is on, until nothing is left to do", NO_ENERGY),
    A_NODE("nodes.energy.compute", KEY_POWER, nodes.compute_w, "0 W", "0 W", "100000 W",
           "that it draws beyond that while it infers, however many at once", NO_ENERGY),
    A_NODE("nodes.energy.send", KEY_BIT_ENERGY, nodes.send_bit_j, "0 uJ/bit", "0 uJ/bit",
           "1000 uJ/bit", "that it spends on a bit of an answer", NO_ENERGY),
    A_NODE("nodes.energy.receive", KEY_BIT_ENERGY, nodes.receive_bit_j, "0 uJ/bit", "0 uJ/bit",
           "1000 uJ/bit", "and on one of a frame, or of an image that it fetches", NO_ENERGY),

    QUANTITY("sharing.linear", KEY_NUMBER, sharing.linear, "0.5", "0", "1000",
             "each further inference at once slows all by so much: phi(k) = (1 + linear (k - 1)) "
             "max(1, k / knee)^thrash",
             "[fitted] two streams on the master take 72 to 75 ms each in the public metrics"),
    QUANTITY("sharing.thrash", KEY_NUMBER, sharing.thrash, "8", "0", "64",
             "how steeply a node collapses beyond its knee; 0: it does not",
             "[fitted] the cliff that the paper's claim needs; its data do not show one"),
    QUANTITY("sharing.most", KEY_NUMBER, sharing.most, "400", "1", "1000000",
             "an inference is never slowed by more than this", "[assumed]"),
    LIST("sharing.table", KEY_NUMBER, sharing.table, "[]", "0.001", "1000000",
         "phi(1), phi(2), ... as measured, in place of the law; beyond, it grows as k does",
         "[assumed] none: the law"),
    QUANTITY("sharing.hiccup", KEY_PROBABILITY, sharing.hiccup, "0.1 %", "0", "1",
             "probability that an inference takes hiccup_time longer",
             "[fitted] two single misses in 26 streams"),
    {.path = "sharing.hiccup_time",
     .kind = KEY_TIME_DIST,
     .offset = AT(sharing.hiccup_time_ns),
     .value = "{exponential: 500 ms}",
     .least = "0 s",
     .most = "1 h",
     .meaning = "how much longer",
     .source = "[fitted]"},

    LIST("clients.arrivals", KEY_TIME, clients.arrivals_ns,
         "[0 s, 0 s, 0 s, 5 s, 10 s, 15 s, 15 s, 25 s, 25 s, 40 s]", "0 s", "8760 h",
         "when clients ask, one time a client",
         "[public]; [paper] section 5: three at 0 s, seven more between 5 and 40 s"),
    {.path = "clients.jitter",
     .kind = KEY_TIME_DIST,
     .offset = AT(clients.jitter_ns),
     .value = "{uniform: [0 ms, 200 ms]}",
     .least = "0 s",
     .most = "1 h",
     .meaning = "on top of each arrival",
     .source = "[assumed]"},
    QUANTITY("clients.frames", KEY_COUNT, clients.frames, "188", "1", "10000000",
             "frames that a client sends", "[paper] section 5.2"),
    QUANTITY("clients.timeout", KEY_TIME, clients.timeout_ns, "500 ms", "1 us", "1 h",
             "a frame without an answer for so long is missed, and the next one is sent; the node "
             "works the old one off all the same",
             "[public]"),
    QUANTITY("clients.think", KEY_TIME, clients.think_ns, "10 ms", "0 s", "1 h",
             "from the end of one frame to the next: the median", "[fitted]"),
    QUANTITY("clients.think_cv", KEY_SHARE, clients.think_cv, "15 %", "0", "10",
             "its coefficient of variation; it is lognormal", "[fitted]"),
    QUANTITY_OR("clients.frame_rate", KEY_NUMBER, clients.frame_rate, "unlimited", KEY_NO_FLAG,
                "30", "0.001", "1000000", "frames a second that a client sends at most",
                "[public]"),
    QUANTITY("clients.frame_size", KEY_SIZE, clients.frame_bytes, "0 B", "0 B", "100 MB",
             "of a frame, for the energy of its bits; nodes.network is all that it takes in time",
             "[assumed] none: the paper gives no size"),
    QUANTITY("clients.answer_size", KEY_SIZE, clients.answer_bytes, "0 B", "0 B", "100 MB",
             "of the answer to a frame, likewise", "[assumed] none: the paper gives no size"),

    CHOICE("admission.rule", admission.rule, rules, "algorithm1",
           "algorithm1: capacity and probes; none: everybody, at once; harness: everybody, but "
           "clients send to a node and port that they chose themselves, as the authors' baseline "
           "driver does",
           "[paper] Algorithm 1"),
    CHOICE(
        "admission.place", admission.place, places, "uniform",
        "where rule none places a pod: uniform, by chance; even, where fewest are",
        "its baseline allows everything and does not say where: k8s and k8s-even are the readings; "
        "[assumed]"),
    QUANTITY_OR("admission.inference_threshold", KEY_TIME, admission.inference_threshold_ns,
                "unlimited", KEY_NO_FLAG, "80 ms", "1 ns", "1 h",
                "a probe that takes longer makes its node ineligible", "[public]"),
    QUANTITY_OR("admission.network_threshold", KEY_TIME, admission.network_threshold_ns,
                "unlimited", KEY_NO_FLAG, "200 ms", "1 ns", "1 h",
                "a client drops nodes whose ping takes longer", "[public]"),
    QUANTITY("admission.ping_sigma", KEY_NUMBER, admission.ping_sigma, "0.3", "0", "3",
             "a ping is twice the network's time, lognormal with this sigma", "[assumed]"),
    QUANTITY("admission.probe_timeout", KEY_TIME, admission.probe_timeout_ns, "5 s", "1 us", "1 h",
             "a probe without an answer for so long makes its node ineligible; it stays there",
             "[public]"),
    QUANTITY("admission.probe_work", KEY_NUMBER, admission.probe_work, "1", "0", "100",
             "what a probe costs its node, in inferences; 0: it is told how fast the node is and "
             "costs nothing",
             "[paper] section 4: a real inference of sample data"),
    QUANTITY("admission.ports", KEY_COUNT, admission.ports, "20", "1", "65535",
             "numbers in a node's pool of ports", "[public]"),
    QUANTITY("admission.lifetime", KEY_TIME, admission.lifetime_ns, "45 s", "0 s", "8760 h",
             "a pod holds its place for so long after it was ready, and until its stream ends",
             "[public]"),
    {.path = "admission.serial",
     .kind = KEY_BOOL,
     .offset = AT(admission.serial),
     .value = "true",
     .meaning = "one request is decided at a time, and the lock is held until its pod is ready; "
                "of rule algorithm1 alone",
     .source = "[public]"},

    CHOICE("pods.method", pods.method, methods, "wasm",
           "how the service is deployed: memory, image and cold start are the method's unless set",
           "[paper] Table 3"),
    QUANTITY_OR("pods.memory", KEY_SIZE, pods.memory_bytes, "method", KEY_NO_FLAG, "method", "1 B",
                "1000000 GB", "of a pod", "[paper] Table 3: 295, 242 and 475 MB"),
    QUANTITY_OR("pods.image", KEY_SIZE, pods.image_bytes, "method", KEY_NO_FLAG, "method", "1 B",
                "1000000 GB", "of the image that a node fetches",
                "[paper] Table 3: 27 MB, 2 MB and 4.65 GB"),
    QUANTITY_OR("pods.cold_start", KEY_TIME, pods.cold_start_ns, "method",
                AT(pods.cold_start_is_methods), "method", "0 s", "1 h",
                "from the request for a pod to its readiness, image there: the median",
                "[paper] Table 3: 2.69 s, none and 2.62 s"),
    QUANTITY("pods.cold_start_cv", KEY_SHARE, pods.cold_start_cv, "15 %", "0", "10",
             "its coefficient of variation; it is lognormal", "[assumed]"),
    QUANTITY_OR("pods.slowdown", KEY_SHARE, pods.slowdown, "method", AT(pods.slowdown_is_methods),
                "method", "0", "100", "by how much longer an inference takes than nodes.service",
                "[paper] figures 3 and 4: standalone 5 to 6 %"),

    LIST("harness.schedulable", KEY_COUNT, harness.schedulable, "[1, 2, 3]", "1",
         QOS_NODES_MAX_TEXT, "nodes, from 1, on which rule harness finds its pods placed",
         "[assumed] all"),
    {.path = "harness.listeners",
     .kind = KEY_TEXT,
     .offset = AT(harness.listeners),
     .many = KEY_EACH,
     .value = "[]",
     .meaning = "pods from before that answer, each as \"node:port\", both from 1; of rule harness",
     .source = "[assumed] none"},
    QUANTITY("harness.ready_wait", KEY_TIME, harness.ready_wait_ns, "120 s", "1 ms", "8760 h",
             "so long a client waits for its pod, under rules harness and none", "[public]"),
};

#define SET(...) ((const struct scenario_setting[]){__VA_ARGS__, {NULL, NULL}})

const struct scenario_preset qos_presets[QOS_PRESETS] = {
    {"k8s", "everybody is admitted, on a node drawn by chance",
     SET({"admission.rule", "none"}, {"admission.place", "uniform"})},
    {"k8s-even", "everybody is admitted, where fewest pods are",
     SET({"admission.rule", "none"}, {"admission.place", "even"})},
    {"qos", "Algorithm 1: capacities and probes", SET({"admission.rule", "algorithm1"})},
    {"cap-only", "capacities; probes without a threshold",
     SET({"admission.inference_threshold", "unlimited"})},
    {"probe-only", "probes with their threshold; no capacities",
     SET({"nodes.capacity", "unlimited"})},
    {"argmin-only", "neither: the fastest node",
     SET({"admission.inference_threshold", "unlimited"}, {"nodes.capacity", "unlimited"})},
    {"harness", "the authors' baseline driver as its code reads",
     SET({"admission.rule", "harness"})},
};

const struct qos_method_facts qos_method[QOS_METHODS] = {
    [QOS_WASM] = {"wasm", 295000000, 27000000, 2690 * SIM_MS, 0.3708, 0},
    [QOS_STANDALONE] = {"standalone", 242000000, 2000000, 0, 0.3762, 0.055},
    [QOS_DOCKER] = {"docker", 475000000, 4650000000, 2620 * SIM_MS, 0.378, 0},
};
