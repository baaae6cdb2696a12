/* The keys of a scenario of this system, and the words that `variants:` may hold. */
#include "models/nimblenet/config.h"
#include "models/nimblenet/world/policies.h"

#define AT(field) offsetof(struct nimblenet_config, field)
#define QUANTITY_OR(p, k, f, w, flag, v, low, high, m, s)                                          \
    {                                                                                              \
        .path = (p), .kind = (k), .offset = AT(f), .word = (w), .word_flag = (flag), .value = (v), \
        .least = (low), .most = (high), .meaning = (m), .source = (s)                              \
    }
#define QUANTITY(p, k, f, v, low, high, m, s)                                                      \
    QUANTITY_OR(p, k, f, NULL, KEY_NO_FLAG, v, low, high, m, s)
#define EACH_NODE(p, k, f, w, v, low, high, m, s)                                                  \
    {                                                                                              \
        .path = (p), .kind = (k), .offset = AT(f), .many = KEY_REPEATS, .word = (w), .value = (v), \
        .least = (low), .most = (high), .meaning = (m), .source = (s)                              \
    }
#define CHOICE(p, k, f, w, v, m, s)                                                                \
    {                                                                                              \
        .path = (p), .kind = (k), .offset = AT(f), .words = (w), .value = (v), .meaning = (m),     \
        .source = (s)                                                                              \
    }
#define SWITCH(p, f, v, m, s)                                                                      \
    {                                                                                              \
        .path = (p), .kind = KEY_BOOL, .offset = AT(f), .value = (v), .meaning = (m),              \
        .source = (s)                                                                              \
    }

#define OUTAGE(p, which, thing, more)                                                              \
    QUANTITY_OR(p ".mtbf", KEY_TIME, outage.which.mtbf_ns, "never", KEY_NO_FLAG, "never", "1 s",   \
                "876000 h",                                                                        \
                "mean time from when " thing " works until it fails, exponential" more,            \
                "the paper's nodes never fail"),                                                   \
        QUANTITY(p ".mttr", KEY_TIME, outage.which.mttr_ns, "60 s", "1 ms", "8760 h",              \
                 "mean time until it works again, exponential",                                    \
                 "ours: a board's watchdog and its start")

/* In the order of the core's own list, whose names these are. */
static const char *const contacts[] = {"nearest", "random", NULL};
static const char *const links[] = {"grid", NULL};
static const char *const hop_delays[] = {"every", "forwarded", NULL};
static const char *const movements[] = {"noise", "uniform", NULL};
static const char *const forms[] = {"nimble", "monolithic", NULL};
static const char *const accountings[] = {"link", "broadcast", NULL};
static const char *const ties[] = {"accept", "reject", NULL};
static const char *const no_rooms[] = {"retry", "wait", NULL};
static const char *const preloads[] = {"none", "sequential", "parallel", NULL};
static const char *const notices[] = {"flood", "none", NULL};
static const char *const swaps[] = {"idle", "hot", NULL};
static const char *const orders[] = {"fifo", "yield", NULL};
static const char *const sizes[] = {"drawn", "real", NULL};
static const char *const no_files[] = {"none", NULL};

/*
 * The bounds are what the program can hold or what keeps a slip of the finger from asking for a
 * year of computing; they claim nothing about factories.
 */
const struct scenario_key nimblenet_keys[] = {
    QUANTITY("floor.width", KEY_LENGTH, floor.width_m, "80 m", "1 mm", "1000 km",
             "extent of the floor along the columns", "section 1.1"),
    QUANTITY("floor.height", KEY_LENGTH, floor.height_m, "60 m", "1 mm", "1000 km",
             "extent of the floor along the rows", "section 1.1"),

    QUANTITY("nodes.columns", KEY_COUNT, nodes.columns, "4", "1", NIMBLENET_NODES_MAX_TEXT,
             "nodes in a row; numbered row by row from 1, the corner at half a spacing",
             "figure 1"),
    QUANTITY("nodes.rows", KEY_COUNT, nodes.rows, "3", "1", NIMBLENET_NODES_MAX_TEXT,
             "rows of nodes", "figure 1"),
    QUANTITY("nodes.spacing", KEY_LENGTH, nodes.spacing_m, "20 m", "1 mm", "1000 km",
             "distance from a node to the next in its row and in its column", "section 5.2"),
    QUANTITY("nodes.contact_radius", KEY_LENGTH, nodes.contact_radius_m, "10 m", "0 m", "1000 km",
             "a robot this near or nearer reaches the node", "section 5.2"),
    EACH_NODE("nodes.cache", KEY_SIZE, nodes.cache_bytes, NULL, "32768 B", "1 B", "1024 MiB",
              "room for tasklet binaries in each node",
              "Table 1; section 5.4 speaks of a 50 kB RAM disk"),
    CHOICE(
        "nodes.eviction", KEY_POLICY, nodes.eviction, policies_names, "lfu",
        "which unreserved tasklet makes room: lfu, least frequently used while cached; lru, least "
        "recently used; lfu-history, counts outlive eviction; lfu-aging, old counts fade; arc, "
        "recency against frequency by what was missed too early; gdsf, fewest uses per byte; "
        "neighbour, what a direct neighbour holds first; belady, what is used again last: a bound "
        "that knows the future",
        "section 4.3: simple LFU; that counts end with the entry is our reading; the others: "
        "Arlitt 2000, Megiddo and Modha 2003, Cherkasova 1998, ours, Belady 1966"),
    EACH_NODE("nodes.executors", KEY_COUNT, nodes.executors, "unlimited", "unlimited", "1",
              "100000", "tasklets that a node runs at once",
              "the paper is silent; one executor cannot finish the calls that section 6.1 reports"),
    QUANTITY("nodes.calls_max", KEY_COUNT, nodes.calls_max, "1024", "1", "1000000",
             "calls that a node holds at once; more are refused and counted",
             "the paper is silent; far above what its load reaches"),
    CHOICE("nodes.contact", KEY_CHOICE, nodes.contact, contacts, "nearest",
           "the node that a robot calls where several are within reach",
           "section 6.1: an arbitrary node; in the paper's grid the discs do not overlap"),
    QUANTITY(
        "nodes.frame_time", KEY_TIME, nodes.frame_time_ns, "0 s", "0 s", "1 h",
        "that a node's core 0 takes for a frame that has come, one after the other: forwarding "
        "it or answering it is included",
        "section 5.2: networking goes on in parallel in simulation; section 5.4: on core 0"),
    QUANTITY_OR("nodes.receive_queue", KEY_COUNT, nodes.receive_queue, "unlimited", KEY_NO_FLAG,
                "unlimited", "1", "1000000",
                "frames that a node can hold, the one that it handles included; what comes on top "
                "is dropped, and sent again where there are mesh.retries",
                "section 6.2: bursts are dropped on the testbed, never in simulation"),

    QUANTITY(
        "nodes.falsehood", KEY_PROBABILITY, nodes.falsehood, "0", "0", "1",
        "probability that what a node, not a registry, answers about a tasklet or hands out of "
        "it is not true: its hash, its size or its bytes, each as often",
        "the paper has no node that is not sound and honest"),
    QUANTITY("nodes.energy.idle", KEY_POWER, energy.idle_w, "0 W", "0 W", "100000 W",
             "of a node that is on, whatever it does",
             "the paper speaks of no energy: none is counted"),
    QUANTITY("nodes.energy.compute", KEY_POWER, energy.compute_w, "0 W", "0 W", "100000 W",
             "that a running tasklet adds to it", "the paper speaks of no energy: none is counted"),

    {.path = "mesh.links",
     .kind = KEY_FILE,
     .offset = AT(mesh.links),
     .value = "grid",
     .words = links,
     .file_key = "graphml",
     .meaning =
         "each node to its four neighbours, or the graph of a GraphML file; a relative path starts "
         "at the scenario's folder",
     .source = "figure 1"},
    QUANTITY("mesh.hop_delay", KEY_TIME_DIST, mesh.hop_delay_ns, "100 ms", "1 ns", "1 h",
             "one way over one link; a distribution is drawn for each message, so that one may "
             "overtake another",
             "the paper is silent; reproduces sections 6.3 and 6.4"),
    CHOICE("mesh.hop_delay_on", KEY_CHOICE, mesh.hop_delay_on, hop_delays, "every",
           "whether a message's first hop takes the hop delay too",
           "the paper is silent; the plain reading"),
    QUANTITY_OR("mesh.bandwidth", KEY_RATE, mesh.bandwidth_bps, "unlimited", KEY_NO_FLAG,
                "unlimited", "1 bit/s", "1000000 Mbit/s",
                "of a link, each way; a message takes its bits' time",
                "section 5.2: networking goes on in parallel; no rate is given"),
    QUANTITY("mesh.loss", KEY_PROBABILITY, mesh.loss, "0", "0", "1",
             "probability that a transmission over a link is lost",
             "section 6.2: no packet drop in simulation"),
    QUANTITY(
        "mesh.corruption", KEY_PROBABILITY, mesh.corruption, "0", "0", "1",
        "probability that a transmission which is not lost comes with other bits, and is thrown "
        "away by its receiver; counted as lost, and sent again where there are mesh.retries",
        "section 6.2: none in simulation"),
    QUANTITY("mesh.duplication", KEY_PROBABILITY, mesh.duplication, "0", "0", "1",
             "probability that a link sends a message twice", "section 6.2: none in simulation"),
    QUANTITY("mesh.reordering", KEY_PROBABILITY, mesh.reordering, "0", "0", "1",
             "probability that a transmission is held back for mesh.reordering_time, so that later "
             "ones overtake it",
             "section 6.2: none in simulation"),
    QUANTITY("mesh.reordering_time", KEY_TIME, mesh.reordering_time_ns, "200 ms", "1 ns", "1 h",
             "that a transmission is held back; without effect where mesh.reordering is 0",
             "two hops at the default hop delay"),
    QUANTITY("mesh.retries", KEY_COUNT, mesh.retries, "0", "0", "255",
             "how often a link sends a message again that was lost or found no room; a flood under "
             "accounting: broadcast is nobody's to acknowledge",
             "section 6.2: no packet drop in simulation, retransmission on the testbed"),
    QUANTITY("mesh.ack_time", KEY_TIME, mesh.ack_time_ns, "100 ms", "1 ns", "1 h",
             "from when a message should have come until it is sent again for want of an "
             "acknowledgement; without effect where mesh.retries is 0",
             "section 6.2 gives no time; an acknowledgement's way at the default hop delay"),
    QUANTITY("mesh.ack_size", KEY_SIZE, mesh.ack_bytes, "14 B", "0 B", "1 MiB",
             "of an acknowledgement on the wire; without effect where mesh.retries is 0",
             "an ACK frame of IEEE 802.11, with its check sequence"),
    QUANTITY_OR("mesh.mtu", KEY_SIZE, mesh.mtu_bytes, "unlimited", KEY_NO_FLAG, "unlimited", "1 B",
                "16 MiB", "largest packet with its overhead; larger messages are split",
                "the paper is silent; no fragmentation"),
    QUANTITY_OR("mesh.housekeeping.interval", KEY_TIME_DIST, mesh.housekeeping.interval_ns, "never",
                KEY_NO_FLAG, "never", "1 us", "8760 h",
                "from one housekeeping message of a node to all its neighbours to the next: ARP, "
                "DHCP, NTP, routing",
                "section 6.2: none in simulation"),
    QUANTITY(
        "mesh.housekeeping.size", KEY_SIZE, mesh.housekeeping.size_bytes, "60 B", "0 B", "1 MiB",
        "of a housekeeping message on the wire",
        "section 6.2 gives no size; the least frame of IEEE 802.3, its check sequence left out"),
    QUANTITY("mesh.energy.send", KEY_BIT_ENERGY, energy.sent_bit_j, "0 uJ/bit", "0 uJ/bit",
             "1000 uJ/bit", "that a node spends on a bit that it sends",
             "the paper speaks of no energy: none is counted"),
    QUANTITY("mesh.energy.receive", KEY_BIT_ENERGY, energy.received_bit_j, "0 uJ/bit", "0 uJ/bit",
             "1000 uJ/bit", "and on one that it receives",
             "the paper speaks of no energy: none is counted"),

    {.path = "registry.attached_to",
     .kind = KEY_COUNT,
     .offset = AT(registry.attached_to),
     .many = KEY_PLACES,
     .value = "1",
     .least = "1",
     .most = NIMBLENET_NODES_MAX_TEXT,
     .meaning = "the node, counted from 1, that the registry is linked to; of several, one a node, "
                "each node asks the nearest by hops",
     .source = "section 5.2"},

    QUANTITY("robots.count", KEY_COUNT, robots.count, "20", "1", "1000000", "robots on the floor",
             "Table 1"),
    QUANTITY("robots.speed_max", KEY_SPEED, robots.speed_max_mps, "1 m/s", "0 m/s", "1000 m/s",
             "a robot is never faster", "Table 1"),
    CHOICE(
        "robots.movement", KEY_CHOICE, robots.movement, movements, "noise",
        "position from continuous noise, or heading and speed from noise, reflected at the walls",
        "section 5.2: continuous noise functions"),
    QUANTITY("robots.noise.octaves", KEY_COUNT, robots.noise.octaves, "2", "1", "8",
             "layers of noise, each half as strong and twice as fast as the one before",
             "fitted: not in the paper"),
    QUANTITY("robots.noise.feature", KEY_TIME, robots.noise.feature_ns, "268 s", "1 ms", "8760 h",
             "time between the first layer's lattice points; grows with the floor at equal speed",
             "fitted: not in the paper"),
    QUANTITY("robots.noise.amplitude", KEY_NUMBER, robots.noise.amplitude, "1.8", "0", "100",
             "in halves of the floor, per axis; positions are clipped to the floor",
             "fitted to 23 % out of contact, section 6.1"),
    QUANTITY("robots.chains", KEY_COUNT, robots.chains, "20", "1", "1000000",
             "chains drawn for each robot out of all", "Table 1"),
    QUANTITY("robots.trigger", KEY_TIME_DIST, robots.trigger_ns, "{uniform: [9 s, 11 s]}", "0 s",
             "8760 h", "time from one call of a robot to its next", "Table 1"),

    QUANTITY("taskset.chains", KEY_COUNT, taskset.chains, "200", "1", "1000000", "distinct chains",
             "Table 1"),
    QUANTITY("taskset.chain_time", KEY_TIME_DIST, taskset.chain_time_ns,
             "{uniform: [0.1 s, 0.5 s]}", "0 s", "24 h",
             "a chain's own time, without its algorithms", "Table 1"),
    QUANTITY("taskset.chain_size", KEY_SIZE_DIST, taskset.chain_size_bytes,
             "{uniform: [100 B, 500 B]}", "1 B", "1024 MiB",
             "a chain's own binary, without its algorithms", "Table 1"),
    QUANTITY("taskset.algorithms", KEY_COUNT, taskset.algorithms, "50", "1", "1000000",
             "distinct algorithms", "Table 1"),
    QUANTITY("taskset.algorithm_time", KEY_TIME_DIST, taskset.algorithm_time_ns,
             "{uniform: [0.01 s, 2 s]}", "0 s", "24 h", "an algorithm's time", "Table 1"),
    QUANTITY("taskset.algorithm_size", KEY_SIZE_DIST, taskset.algorithm_size_bytes,
             "{uniform: [100 B, 500 B]}", "1 B", "1024 MiB", "an algorithm's binary", "Table 1"),
    QUANTITY("taskset.algorithms_per_chain", KEY_COUNT_DIST, taskset.algorithms_per_chain,
             "{uniform: [3, 7]}", "0", "1000", "distinct algorithms that a chain calls", "Table 1"),
    QUANTITY("taskset.algorithm_calls", KEY_COUNT_DIST, taskset.algorithm_calls, "0", "0", "1000",
             "sub-calls of an algorithm: nesting deeper than two",
             "section 5.3: chains and algorithms only"),
    QUANTITY("taskset.heap", KEY_SIZE_DIST, taskset.heap_bytes, "0 B", "0 B", "16 MiB",
             "memory that a tasklet fills at its start, keeps alive across its sub-calls and reads "
             "again at its end; in words of 4 B. It is part of the state that a suspension saves",
             "section 4.2 names the heap as part of the state, and prints no size"),
    CHOICE("taskset.form", KEY_CHOICE, taskset.form, forms, "nimble",
           "chains that share algorithms, or chains with their algorithms inlined; what the "
           "variants set",
           "section 5.3 compares both"),
    CHOICE("taskset.sizes", KEY_CHOICE, taskset.sizes, sizes, "drawn",
           "a binary's size as drawn, or what the real binaries of `taskgen --wasm` take: some are "
           "drawn smaller than any binary with their calls can be",
           "Table 1 draws all sizes alike, whatever a tasklet calls"),

    QUANTITY("protocol.attempts", KEY_COUNT, protocol.attempts, "5", "1", "1000",
             "attempts to acquire a tasklet before its call fails", "Algorithm 1"),
    QUANTITY("protocol.local.ttl", KEY_COUNT, protocol.local.ttl, "1", "0", "255",
             "hops of the local search; 0 leaves it out", "Algorithm 1"),
    QUANTITY("protocol.local.timeout", KEY_TIME, protocol.local.timeout_ns, "100 ms", "0 s", "1 h",
             "wait for answers to the local search", "Algorithm 1"),
    QUANTITY("protocol.global.ttl", KEY_COUNT, protocol.global.ttl, "255", "0", "255",
             "hops of the global search; 0 leaves it out", "Algorithm 1"),
    QUANTITY("protocol.global.timeout", KEY_TIME, protocol.global.timeout_ns, "500 ms", "0 s",
             "1 h", "wait for answers to the global search", "Algorithm 1"),
    QUANTITY_OR(
        "protocol.request_timeout", KEY_TIME, protocol.request_timeout_ns, "automatic", KEY_NO_FLAG,
        "automatic", "1 ns", "1 h",
        "an unanswered request to one node costs the attempt after this; automatic: 5 s, or "
        "2 x longest way x (hop delay + largest message / bandwidth) x (1 + mesh.retries) where "
        "that is more",
        "the paper is silent; above the longest round trip, so that no answer on its way is "
        "taken for lost"),
    QUANTITY_OR(
        "protocol.message_overhead", KEY_SIZE, protocol.overhead_bytes, "real",
        AT(protocol.overhead_real), "88 B", "0 B", "1 MiB",
        "every message on the wire, data carries its binary on top; real charges the codec's own "
        "length plus lower_layer_header",
        "fitted: not in the paper"),
    QUANTITY("protocol.lower_layer_header", KEY_SIZE, protocol.lower_header_bytes, "28 B", "0 B",
             "1 MiB", "added to the codec's length with message_overhead: real",
             "the paper is silent; IPv4 (20 B, RFC 791) and UDP (8 B, RFC 768)"),
    CHOICE("protocol.accounting", KEY_CHOICE, protocol.accounting, accountings, "link",
           "a flood is one transmission a neighbour, or one a node",
           "the paper is silent; figure 7 emulates links"),
    SWITCH("protocol.flood_back", protocol.flood_back, "false",
           "a flood also returns to the neighbour it came from", "the paper is silent"),
    SWITCH("protocol.holder_forwards", protocol.holder_forwards, "true",
           "a node that answers a search still forwards it", "the paper is silent"),
    SWITCH("protocol.registry_answers", protocol.registry_answers, "false",
           "the registry answers searches too, not only direct requests",
           "section 4.1: the registry is asked by a direct call"),
    SWITCH("protocol.first_answer_wins", protocol.first_answer_wins, "true",
           "else the search waits for its timeout and takes the fastest",
           "section 4.1: no need to wait for a timeout"),
    CHOICE("protocol.deadline_tie", KEY_CHOICE, protocol.deadline_tie, ties, "accept",
           "an answer that arrives exactly at the timeout", "the paper is silent"),
    SWITCH("protocol.metadata_exchange", protocol.metadata_exchange, "true",
           "size and hash travel before the binary, in messages of their own", "Algorithm 1"),
    SWITCH("protocol.fallback_exchange", protocol.fallback_exchange, "true",
           "the registry is asked and answers before metadata and binary",
           "Algorithm 1: gather_fallback"),
    SWITCH("protocol.coalesce", protocol.coalesce, "false",
           "calls of a node that want the same tasklet share one acquisition",
           "the paper is silent"),
    CHOICE("protocol.no_room", KEY_CHOICE, protocol.no_room, no_rooms, "retry",
           "where nothing can be evicted: the attempt is lost, or waits for a release",
           "Algorithm 1"),
    CHOICE("protocol.preload", KEY_CHOICE, protocol.preload, preloads, "none",
           "fetch a chain's sub-tasklets together with it", "section 4.1 names it an option"),

    QUANTITY("execution.load_time", KEY_TIME, execution.load_time_ns, "5 ms", "0 s", "1 h",
             "start of a tasklet on an executor; without effect under platform.calibration",
             "fitted to the 30 ms of section 6.4: not in the paper"),
    QUANTITY("execution.resume_time", KEY_TIME, execution.resume_time_ns, "1 ms", "0 s", "1 h",
             "return to the caller after a sub-tasklet; without effect under platform.calibration",
             "fitted to the 30 ms of section 6.4: not in the paper"),
    QUANTITY(
        "execution.heap_time", KEY_TIME, execution.heap_time_ns, "0 ns", "0 s", "1 ms",
        "for each byte of a caller's heap (taskset.heap), when a sub-call saves it and again "
        "when it is restored; without effect under platform.calibration",
        "section 4.2 names the heap and gives no time; an emulated Pico W takes 328 ns and 343 ns"),
    CHOICE("execution.order", KEY_CHOICE, execution.order, orders, "fifo",
           "of the executor queue; yield lets others run at sub-calls", "the paper is silent"),
    {.path = "updates.at",
     .kind = KEY_TIME,
     .offset = AT(updates.at),
     .many = KEY_EACH,
     .value = "[]",
     .least = "1 ns",
     .most = "8760 h",
     .meaning = "when the registry has a new version of an algorithm; monolithic: of every chain "
                "that holds it",
     .source = "section 1.2 speaks of transparent partial updates and evaluates none"},
    {.path = "updates.algorithm",
     .kind = KEY_COUNT,
     .offset = AT(updates.algorithm),
     .many = KEY_EACH,
     .value = "[1]",
     .least = "1",
     .most = "1000000",
     .meaning = "which one, from 1, at each of these times; a short list begins again",
     .source = "section 1.2 says no more"},
    CHOICE("updates.notice", KEY_CHOICE, updates.notice, notices, "flood",
           "the registry floods that there is a new version, and a node that has heard it fetches "
           "at its next call; none: old copies serve until they are evicted",
           "section 1.2 says no more"),
    CHOICE("updates.swap", KEY_CHOICE, updates.swap, swaps, "idle",
           "when a node that knows of a newer version gives up a copy that calls use: once none "
           "does, and until then it serves others too; hot: at the next call, which gets the newer "
           "one, while those that run end on the old one",
           "section 1.2 says no more"),

    OUTAGE("outage.nodes", nodes, "a node",
           "; its calls fail, and it comes back with an empty cache"),
    OUTAGE("outage.links", links, "a link", "; what enters it meanwhile is lost"),
    OUTAGE("outage.registry", registry, "a registry", ""),
    QUANTITY_OR("outage.pauses.mtbf", KEY_TIME, outage.pauses.mtbf_ns, "never", KEY_NO_FLAG,
                "never", "1 s", "876000 h",
                "mean time from when a node works until it pauses, exponential: its core 0 stands "
                "still, and what comes meanwhile waits for it, frames in nodes.receive_queue; "
                "nothing is lost but for want of room",
                "the paper's nodes never pause"),
    QUANTITY("outage.pauses.mttr", KEY_TIME, outage.pauses.mttr_ns, "1 s", "1 ms", "8760 h",
             "mean time until it goes on, exponential",
             "ours: a flash sector's erasure, many times"),
    {.path = "outage.events",
     .kind = KEY_TEXT,
     .offset = AT(outage.events),
     .many = KEY_EACH,
     .value = "[]",
     .meaning =
         "outages one by one, such as node 5 from 100 s to 160 s, link 3-4 from 0 s to 60 s, pause "
         "of node 5 from 3 s to 4 s or registry from 300 s, which is then for good; what they name "
         "fails, or pauses, at these times alone",
     .source = "the paper's nodes never fail"},
    {.path = "outage.trace",
     .kind = KEY_FILE,
     .offset = AT(outage.trace),
     .value = "none",
     .words = no_files,
     .meaning = "a file of such outages, a line each; empty lines and those that begin with # are "
                "passed over",
     .source = "the paper's nodes never fail"},
    QUANTITY("platform.instruction_time", KEY_TIME, platform.instruction_time_ns, "276 ns", "1 ns",
             "1 s",
             "time of a Wasm instruction: how many a real binary executes for its drawn time",
             "36.7 cycles at 133 MHz: the loop that tasklets work in, on an emulated Pico W"),
    {.path = "platform.table",
     .kind = KEY_FILE,
     .offset = AT(platform.table),
     .value = "pico_w",
     .meaning = "what instructions, loading and sub-calls cost on the nodes' machine: the name of "
                "a shipped table, or a file of one's own; `calibrate` and `replay` count with it",
     .source = "section 5.4: Raspberry Pi Pico W"},
    {.path = "platform.calibration",
     .kind = KEY_FILE,
     .offset = AT(platform.calibration),
     .value = "none",
     .words = no_files,
     .meaning = "a table of `calibrate`: its times are taken instead of the drawn ones, and "
                "execution.load_time, resume_time and heap_time are then without effect",
     .source = "none: the paper's are drawn"},
};
_Static_assert(sizeof(nimblenet_keys) / sizeof(nimblenet_keys[0]) == NIMBLENET_KEYS,
               "config.h says how many there are");

static const struct scenario_setting nimble[] = {{"taskset.form", "nimble"}, {NULL, NULL}};
static const struct scenario_setting monolithic[] = {{"taskset.form", "monolithic"}, {NULL, NULL}};
const struct scenario_preset nimblenet_presets[NIMBLENET_PRESETS] = {
    {"nimble", "chains that share algorithms", nimble},
    {"monolithic", "chains with their algorithms inlined", monolithic},
};
