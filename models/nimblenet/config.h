/*
 * config.h - what a scenario says of this system: a field a key of keys.c.
 *
 * Units: *_ns nanoseconds, *_m metres, *_mps metres a second, *_bps bits a second, *_bytes bytes.
 *   Zero says "unlimited" where a comment allows it.
 * Ownership: the scenario's, as schema.h says.
 */
#ifndef MODELS_NIMBLENET_CONFIG_H
#define MODELS_NIMBLENET_CONFIG_H

#include "models/parts/energy.h"
#include "scenarios/language/scenario.h"

/* As many nodes as a world can number. */
enum { NIMBLENET_NODES_MAX = 60000 };
#define NIMBLENET_NODES_MAX_TEXT "60000"

enum nimblenet_contact { NIMBLENET_CONTACT_NEAREST, NIMBLENET_CONTACT_RANDOM };
enum nimblenet_hop_delay_on { NIMBLENET_HOP_EVERY, NIMBLENET_HOP_FORWARDED };
enum nimblenet_movement { NIMBLENET_MOVE_NOISE, NIMBLENET_MOVE_UNIFORM };
enum nimblenet_form { NIMBLENET_FORM_NIMBLE, NIMBLENET_FORM_MONOLITHIC };
enum nimblenet_sizes { NIMBLENET_SIZES_DRAWN, NIMBLENET_SIZES_REAL };
enum nimblenet_accounting { NIMBLENET_ACCOUNT_LINK, NIMBLENET_ACCOUNT_BROADCAST };
enum nimblenet_tie { NIMBLENET_TIE_ACCEPT, NIMBLENET_TIE_REJECT };
enum nimblenet_no_room { NIMBLENET_ROOM_RETRY, NIMBLENET_ROOM_WAIT };
enum nimblenet_preload {
    NIMBLENET_PRELOAD_NONE,
    NIMBLENET_PRELOAD_SEQUENTIAL,
    NIMBLENET_PRELOAD_PARALLEL
};
enum nimblenet_notice { NIMBLENET_NOTICE_FLOOD, NIMBLENET_NOTICE_NONE };
enum nimblenet_swap { NIMBLENET_SWAP_IDLE, NIMBLENET_SWAP_HOT };
enum nimblenet_order { NIMBLENET_ORDER_FIFO, NIMBLENET_ORDER_YIELD };

struct nimblenet_search {
    uint32_t ttl; /* 0: this search is left out */
    sim_time timeout_ns;
};

/* How something fails and comes back: both are means of exponential times. */
struct nimblenet_outage {
    sim_time mtbf_ns, mttr_ns; /* mtbf_ns 0: it never fails */
};

struct nimblenet_config {
    struct {
        double width_m, height_m;
    } floor;
    struct {
        uint32_t columns, rows;
        double spacing_m;
        double contact_radius_m;
        struct scenario_list cache_bytes; /* int64_t, a node each; they repeat */
        char *eviction;                   /* a policy's name */
        struct scenario_list executors;   /* uint32_t, likewise; 0: unlimited */
        uint32_t calls_max; /* calls a node holds at once; more are refused and counted */
        enum nimblenet_contact contact; /* which node, where discs overlap */
        sim_time frame_time_ns;         /* to handle a frame, one after the other; 0: none */
        uint32_t receive_queue;         /* frames that it holds meanwhile; 0: unlimited */
        double falsehood;               /* probability that a word or a binary of its is not true */
    } nodes;
    struct {
        struct scenario_file links; /* the word is "grid"; a GraphML file otherwise */
        struct dist hop_delay_ns;
        enum nimblenet_hop_delay_on hop_delay_on; /* forwarded: a message's first hop is free */
        int64_t bandwidth_bps;                    /* 0: unlimited */
        double loss; /* probability that a transmission over a link is lost */
        double corruption, duplication, reordering; /* other faults of one */
        sim_time reordering_time_ns;                /* that it is held back */
        uint32_t retries;                           /* of a transmission that was */
        sim_time ack_time_ns;                       /* waited before each of them */
        int64_t ack_bytes;
        int64_t mtu_bytes; /* largest packet with its overhead; 0: no fragmentation */
        struct {
            struct dist interval_ns; /* constant 0: there is none */
            int64_t size_bytes;      /* on the wire */
        } housekeeping;
    } mesh;
    struct energy_rates energy; /* of nodes: idle is the base, whatever they do */
    struct {
        struct scenario_list
            attached_to; /* node numbers, from 1; one a registry, or at every so many */
    } registry;
    struct {
        uint32_t count;
        double speed_max_mps;
        enum nimblenet_movement movement;
        struct {
            uint32_t octaves;
            sim_time feature_ns;
            double amplitude; /* in halves of the floor's extent, per axis */
        } noise;
        uint32_t chains;
        struct dist trigger_ns;
    } robots;
    struct {
        uint32_t chains;
        struct dist chain_time_ns;
        struct dist chain_size_bytes;
        uint32_t algorithms;
        struct dist algorithm_time_ns;
        struct dist algorithm_size_bytes;
        struct dist algorithms_per_chain;
        struct dist algorithm_calls; /* sub-calls of an algorithm; default 0 */
        struct dist heap_bytes;      /* alive in a tasklet; default 0 */
        enum nimblenet_form form;
        enum nimblenet_sizes sizes;
    } taskset;
    struct {
        uint32_t attempts;
        struct nimblenet_search local, global;
        sim_time request_timeout_ns; /* an unanswered request costs the attempt after this; 0: as
                                        long as compose.c says */
        bool overhead_real;          /* message_overhead: real */
        int64_t overhead_bytes;      /* added to every message unless overhead_real */
        int64_t lower_header_bytes;  /* added to the codec's own length if overhead_real */
        enum nimblenet_accounting accounting;
        bool flood_back;
        bool holder_forwards;
        bool registry_answers;
        bool first_answer_wins;
        enum nimblenet_tie deadline_tie;
        bool metadata_exchange;
        bool fallback_exchange;
        bool coalesce;
        enum nimblenet_no_room no_room;
        enum nimblenet_preload preload;
    } protocol;
    struct {
        sim_time load_time_ns;
        sim_time resume_time_ns;
        sim_time heap_time_ns; /* a byte of a caller's heap, saved or restored */
        enum nimblenet_order order;
    } execution;
    struct {
        struct scenario_list at;        /* of sim_time */
        struct scenario_list algorithm; /* of uint32_t, from 1; begins again */
        enum nimblenet_notice notice;
        enum nimblenet_swap swap;
    } updates;
    struct {
        struct nimblenet_outage nodes, links, registry, pauses;
        struct scenario_list events; /* texts: "node 5 from 100 s to 160 s" */
        struct scenario_file trace;  /* the word is "none" */
    } outage;
    struct {
        sim_time instruction_time_ns;     /* of a Wasm instruction; above 0 */
        struct scenario_file table;       /* the word is the name of a shipped one */
        struct scenario_file calibration; /* the word is "none" */
    } platform;
};

enum { NIMBLENET_KEYS = 93, NIMBLENET_PRESETS = 2 };
extern const struct scenario_key nimblenet_keys[];
extern const struct scenario_preset nimblenet_presets[NIMBLENET_PRESETS];

/* Of the nodes. */
int64_t nimblenet_largest_cache(const struct nimblenet_config *c);

/* What only several keys together can get wrong. */
void nimblenet_check(const void *config, struct key_conflicts *conflicts);

/* The schema as an initialiser; measure_names as in struct scenario_schema. */
#define NIMBLENET_SCHEMA(measure_names)                                                            \
    {                                                                                              \
        .name = "nimblenet",                                                                       \
        .summary = "chains of small tasklets that nodes of a mesh fetch, cache and run for "       \
                   "passing robots",                                                               \
        .config_bytes = sizeof(struct nimblenet_config), .key = nimblenet_keys,                    \
        .key_count = NIMBLENET_KEYS, .check = nimblenet_check, .preset = nimblenet_presets,        \
        .preset_count = NIMBLENET_PRESETS, .variants = "[nimble, monolithic]", .label = "factory", \
        .bin = "10 s", .duration = "3600 s", .replications = "6",                                  \
        .precision_of = "response_mean_s", .measure = (measure_names)                              \
    }

#endif
