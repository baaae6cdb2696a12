/* What the paper leaves open, and how else it can be read. */
#include "models/nimblenet/model.h"

/*
 * In the order of the scenarios' keys. Where the paper gives no number, the readings stand on both
 * sides of the default where both make sense, so that the ledger shows which way it pulls.
 */
const struct model_reading nimblenet_readings[NIMBLENET_READINGS] = {
    {"seed",
     "a control, not a reading: what the change of seed does is chance, and so may be what is no "
     "larger",
     {{.value = "2"}, {.value = "3"}}},

    {"nodes.cache",
     "Table 1 gives 32768 B, section 5.4 keeps the binaries on a RAM disk of 50 kB",
     {{.value = "50 kB"}}},
    {"nodes.eviction",
     "section 4.3 takes simple LFU and does not say whether a count outlives its entry; LRU it "
     "calls sufficient in many cases",
     {{.value = "lru"}, {.value = "lfu-history"}}},
    {"nodes.executors",
     "section 5.2 represents the number of executors and does not give it; the testbed of section "
     "5.4 runs tasklets on one core",
     {{.value = "1"}, {.value = "2"}, {.value = "4"}}},
    {"nodes.calls_max", "no limit is given to the calls that a node takes on", {{.value = "8"}}},
    {"nodes.contact",
     "which node a robot calls where several are within reach is not said; the discs of the "
     "paper's grid only touch",
     {{.value = "random"}}},

    {"mesh.hop_delay",
     "no latency is given; at 100 ms a hop no answer to the local search of Algorithm 1 can be "
     "back within its 100 ms",
     {{.value = "10 ms"}, {.value = "50 ms"}, {.value = "150 ms"}}},
    {"mesh.hop_delay_on",
     "whether the delay is one of links or of forwarding nodes is not said",
     {{.value = "forwarded"}}},
    {"mesh.bandwidth",
     "section 5.2 lets networking go on in parallel and gives no rate",
     {{.value = "250 kbit/s"}, {.value = "1 Mbit/s"}}},
    {"mesh.loss", "section 6.2 loses nothing in the simulation; a testbed may", {{.value = "1 %"}}},
    {"mesh.mtu",
     "fragmentation is not mentioned; a monolithic binary exceeds one packet of most links",
     {{.value = "576 B"}, {.value = "1500 B"}}},

    {"registry.attached_to",
     "section 5.2 says node 1, and which place that is only figure 1 shows",
     {{.value = "2"}, {.value = "6"}}},

    {"robots.movement",
     "section 5.2 names continuous noise functions and not what they steer, position or heading",
     {{.value = "uniform"}}},
    {"robots.noise.octaves",
     "section 5.2 gives no parameter of its noise",
     {{.value = "1"}, {.value = "3"}}},
    {"robots.noise.feature",
     "section 5.2 gives no parameter of its noise; the greatest speed of Table 1 bounds it from "
     "below",
     {{.value = "400 s"}, {.value = "536 s"}}},
    {"robots.noise.amplitude",
     "section 5.2 gives no parameter of its noise; section 6.1 reports how many calls were out of "
     "contact",
     {{.value = "1.6"}, {.value = "2"}}},

    {"taskset.heap",
     "section 4.2 saves a suspended tasklet's heap with its state, and gives neither a size nor a "
     "time; an emulated board of the testbed's takes 336 ns a byte, to save it or to restore it",
     {{.value = "1 KiB", .with = "execution.heap_time=336 ns"},
      {.value = "{uniform: [0 B, 4 KiB]}", .with = "execution.heap_time=336 ns"},
      {.value = "4 KiB", .with = "execution.heap_time=336 ns"}}},

    {"protocol.local.timeout",
     "Algorithm 1 says 100 ms, and not whether it covers the way there, the way back or both",
     {{.value = "200 ms"}}},
    {"protocol.request_timeout",
     "how long a node waits for one that was asked directly is not said",
     {{.value = "1500 ms"}}},
    {"protocol.message_overhead",
     "no message has a size in the paper",
     {{.value = "44 B"}, {.value = "176 B"}, {.value = "real"}}},
    {"protocol.lower_layer_header",
     "the layers below are not named; 48 B are IPv6 and UDP",
     {{.value = "48 B", .with = "protocol.message_overhead=real"}}},
    {"protocol.accounting",
     "section 4.1 broadcasts; whether that is one transmission or one a neighbour is not said",
     {{.value = "broadcast"}}},
    {"protocol.flood_back",
     "whether a flood returns to where it came from is not said",
     {{.value = "true"}}},
    {"protocol.holder_forwards",
     "whether a node that answers a search still forwards it is not said",
     {{.value = "false"}}},
    {"protocol.registry_answers",
     "section 4.1 calls the registry directly; that it keeps silent in a search is our reading",
     {{.value = "true"}}},
    {"protocol.first_answer_wins",
     "section 4.1 has no need to wait for a timeout; Algorithm 1 picks among what was gathered",
     {{.value = "false"}}},
    {"protocol.deadline_tie",
     "whether an answer exactly at the timeout counts is not said, and with equal hops it happens",
     {{.value = "reject"}}},
    {"protocol.metadata_exchange",
     "Algorithm 1 fetches metadata before the binary; whether in messages of their own is open",
     {{.value = "false"}}},
    {"protocol.fallback_exchange",
     "Algorithm 1 gathers from the fallback first; whether that costs a round trip is open",
     {{.value = "false"}}},
    {"protocol.coalesce",
     "what two calls do that want the same tasklet at once is not said",
     {{.value = "true"}}},
    {"protocol.no_room",
     "Algorithm 1 goes on to the next attempt; whether it waits for a release first is open",
     {{.value = "wait"}}},
    {"protocol.preload",
     "section 4.1 calls it possible and does not say whether the evaluation did it",
     {{.value = "sequential"}, {.value = "parallel"}}},

    {"execution.load_time",
     "section 6.4 reports about 30 ms in all and does not divide them",
     {{.value = "0 s"}, {.value = "10 ms"}}},
    {"execution.resume_time",
     "section 6.4 reports about 30 ms in all and does not divide them",
     {{.value = "0 s"}, {.value = "2 ms"}}},
    {"execution.heap_time",
     "section 6.4 reports about 30 ms in all; what of them is saving a heap depends on its size, "
     "which no section gives",
     {{.value = "100 ns", .with = "taskset.heap=4 KiB"},
      {.value = "1 us", .with = "taskset.heap=4 KiB"}}},
    {"execution.order",
     "section 3.3 lets tasklets yield to the scheduler and leaves scheduling out of scope",
     {{.value = "yield"}, {.value = "yield", .with = "nodes.executors=1"}}},
};

/* What sections 5.4 and 6.2 name as the difference between simulation and testbed. */
#define KEYS_OF(...) ((const char *const[]){__VA_ARGS__, NULL})
const struct model_mechanism nimblenet_mechanisms[NIMBLENET_MECHANISMS] = {
    {"the RAM disk", "section 5.4: binaries lie on a RAM disk of 50 kB; Table 1 gives 32768 B",
     KEYS_OF("nodes.cache")},
    {"core 0 and its queue",
     "section 6.2: packets of a burst are dropped, for nodes forward little; section 5.4: core 0 "
     "does all of it",
     KEYS_OF("nodes.frame_time", "nodes.receive_queue")},
    {"uneven delays",
     "section 6.2: an answer from afar may come before that of a neighbour, which is the greatest "
     "of the differences",
     KEYS_OF("mesh.hop_delay", "mesh.hop_delay_on")},
    {"loss and sending again",
     "section 6.2: packets are dropped and must be sent again, which adds slightly to the traffic",
     KEYS_OF("mesh.loss", "mesh.retries", "mesh.ack_time", "mesh.ack_size")},
    {"housekeeping",
     "section 6.2: ARP, DHCP, NTP and routing, a relatively minor part of what is added",
     KEYS_OF("mesh.housekeeping.interval", "mesh.housekeeping.size")},
};

/* What section 6.2 has against the testbed's answers, then what an answer consists of. */
const struct model_cause nimblenet_causes[NIMBLENET_CAUSES] = {
    {.column = "housekeeping_ns", .label = "housekeeping"},
    {.column = "resent_ns", .label = "loss and sending again"},
    {.column = "handling_ns", .label = "core 0's time and queue"},
    {.column = "travel_ns", .label = "a farther node answered first", .is_of_farther = true},
    {.column = "timeout_ns", .label = "timeouts"},
    {.column = "queueing_ns", .label = "queueing"},
    {.column = "execution_ns", .label = "execution"},
};
