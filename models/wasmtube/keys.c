/* The keys of a scenario of this mesh, and the words that `variants:` may hold. */
#include "models/wasmtube/config.h"

#define AT(field) offsetof(struct wasmtube_config, field)
#define QUANTITY(p, k, f, v, low, high, m, s)                                                      \
    {                                                                                              \
        .path = (p), .kind = (k), .offset = AT(f), .value = (v), .least = (low), .most = (high),   \
        .meaning = (m), .source = (s)                                                              \
    }
#define CHOICE(p, f, w, v, m, s)                                                                   \
    {                                                                                              \
        .path = (p), .kind = KEY_CHOICE, .offset = AT(f), .words = (w), .value = (v),              \
        .meaning = (m), .source = (s)                                                              \
    }

static const char *const links[] = {"grid", NULL};
static const char *const methods[] = {"flood", "poll", "firmware", NULL};
static const char *const fetches[] = {"call", "at-once", NULL};
static const char *const pushes[] = {"sequential", "pipelined", "flood", NULL};
static const char *const sources[] = {"nearest", "registry", NULL};

const struct scenario_key wasmtube_keys[WASMTUBE_KEYS] = {
    QUANTITY("nodes.columns", KEY_COUNT, columns, "4", "1", "1024",
             "nodes in a row; numbered row by row from 1", "as in factory.yaml"),
    QUANTITY("nodes.rows", KEY_COUNT, rows, "3", "1", "1024", "rows of nodes",
             "as in factory.yaml"),
    QUANTITY("nodes.energy.idle", KEY_POWER, energy.idle_w, "0 W", "0 W", "100000 W",
             "of a node that is on, whatever it does",
             "the paper speaks of no energy: none is counted"),
    QUANTITY("nodes.energy.compute", KEY_POWER, energy.compute_w, "0 W", "0 W", "100000 W",
             "that a swap or a reboot adds to it",
             "the paper speaks of no energy: none is counted"),

    {.path = "mesh.links",
     .kind = KEY_FILE,
     .offset = AT(links),
     .value = "grid",
     .words = links,
     .file_key = "graphml",
     .meaning = "each node to its four neighbours, or the graph of a GraphML file",
     .source = "as in factory.yaml"},
    QUANTITY("mesh.hop_delay", KEY_TIME, hop_delay_ns, "100 ms", "0 s", "1 h",
             "a message takes it at every hop, beside its bits' time", "assumed"),
    {.path = "mesh.bandwidth",
     .kind = KEY_RATE,
     .offset = AT(bandwidth_bps),
     .value = "250 kbit/s",
     .least = "1 bit/s",
     .most = "1000000 Mbit/s",
     .word = "unlimited",
     .meaning = "of a link, each way; one message after another",
     .source = "assumed"},
    {.path = "mesh.mtbf",
     .kind = KEY_TIME,
     .offset = AT(mtbf_ns),
     .value = "none",
     .least = "1 ms",
     .most = "8760 h",
     .word = "none",
     .meaning = "mean time that a link is up, exponential; none: links never fail. A link that is "
                "down holds its messages, and one that fails under a message sends it anew",
     .source = "the paper is silent: its device reads its own disk"},
    QUANTITY("mesh.mttr", KEY_TIME, mttr_ns, "20 s", "1 ms", "8760 h",
             "mean time that it is down, exponential", "assumed"),

    QUANTITY("mesh.energy.send", KEY_BIT_ENERGY, energy.sent_bit_j, "0 uJ/bit", "0 uJ/bit",
             "1000 uJ/bit", "that a node spends on a bit that it sends",
             "the paper speaks of no energy: none is counted"),
    QUANTITY("mesh.energy.receive", KEY_BIT_ENERGY, energy.received_bit_j, "0 uJ/bit", "0 uJ/bit",
             "1000 uJ/bit", "and on one that it receives",
             "the paper speaks of no energy: none is counted"),

    QUANTITY("registry.attached_to", KEY_COUNT, attached_to, "1", "1", "1024",
             "the node, counted from 1, that the publisher is linked to", "as in factory.yaml"),

    QUANTITY("calls.interval", KEY_TIME_DIST, interval, "{exponential: 10 s}", "1 us", "8760 h",
             "from one call of the tasklet to the next, at each node", "assumed"),

    CHOICE("update.method", method, methods, "flood",
           "flood: a word of the new version goes to all, and nodes fetch it; poll: they ask for "
           "the word; firmware: a whole image is pushed, and they reboot",
           "this project's; the others are what it is held against"),
    QUANTITY("update.at", KEY_TIME, at_ns, "100 s", "0 s", "8760 h",
             "when the new version is published", "assumed"),
    QUANTITY("update.size", KEY_SIZE, size_bytes, "300 B", "0 B", "1024 MiB",
             "the tasklet's binary", "assumed: a tasklet of the workload"),
    QUANTITY("update.header", KEY_SIZE, header_bytes, "64 B", "1 B", "1 MiB",
             "of every message; a word or a question is nothing else", "assumed"),
    QUANTITY("update.swap_time", KEY_TIME, swap_ns, "1.4 s", "0 s", "24 h",
             "from the binary's arrival to the new version's first answer; calls wait",
             "the paper, section V: about 1.4 s"),
    QUANTITY("update.poll", KEY_TIME, poll_ns, "60 s", "1 ms", "8760 h",
             "by method: poll, from one question to the next; the phase is uniform", "assumed"),
    QUANTITY("update.firmware", KEY_SIZE, firmware_bytes, "500 kB", "0 B", "1024 MiB",
             "by method: firmware, the whole image", "assumed"),
    QUANTITY("update.reboot", KEY_TIME, reboot_ns, "10 s", "0 s", "24 h",
             "by method: firmware, from the image's arrival to the first answer; calls are lost",
             "the paper, section V: more than 10 s"),
    CHOICE("update.fetch", fetch, fetches, "call",
           "a node that knows fetches at its next call, or at-once", "the paper is silent"),
    CHOICE("update.push", push, pushes, "sequential",
           "images go one node after another; pipelined: one behind the other on the links; "
           "flood: each node hands the first copy on",
           "the paper is silent"),
    CHOICE("update.source", source, sources, "nearest",
           "whom a node asks: the first direct neighbour that holds the binary, else the "
           "registry; or always the registry",
           "the paper is silent"),
};

#define SETTINGS(...) ((const struct scenario_setting[]){__VA_ARGS__, {NULL, NULL}})
#define METHOD(word)                                                                               \
    {                                                                                              \
        "update.method", word                                                                      \
    }
const struct scenario_preset wasmtube_presets[WASMTUBE_PRESETS] = {
    {"flood", "a word to all, code from whoever has it", SETTINGS(METHOD("flood"))},
    {"poll", "each node asks for the word", SETTINGS(METHOD("poll"))},
    {"firmware", "a whole image to each node, and a reboot", SETTINGS(METHOD("firmware"))},
};
