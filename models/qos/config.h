/*
 * config.h - what a scenario of this system says, key by key; keys.c tells each key's name, bounds
 * and source.
 *
 * Units: those of the names. Lists of nodes.* have one item a node and begin again where they are
 * shorter than the nodes.
 */
#ifndef MODELS_QOS_CONFIG_H
#define MODELS_QOS_CONFIG_H

#include "models/model.h"

/* In the order of keys.c's words. */
enum qos_rule { QOS_RULE_ALGORITHM1, QOS_RULE_NONE, QOS_RULE_HARNESS };
enum qos_place { QOS_PLACE_UNIFORM, QOS_PLACE_EVEN };
enum qos_method { QOS_WASM, QOS_STANDALONE, QOS_DOCKER, QOS_METHODS };

#define QOS_NODES_MAX 10000
#define QOS_NODES_MAX_TEXT "10000"

struct qos_config {
    struct {
        uint32_t count;
        struct scenario_list service_ns, service_cv, capacity, knee, network_ns, leftover;
        struct scenario_list memory_bytes, image_rate_bps; /* capacity, image_rate: 0 unlimited */
        struct scenario_list idle_w, compute_w, send_bit_j, receive_bit_j;
    } nodes;
    struct {
        double linear, thrash, most;
        struct scenario_list table; /* as measured; empty: by the law */
        double hiccup;
        struct dist hiccup_time_ns;
    } sharing;
    struct {
        struct scenario_list arrivals_ns;
        struct dist jitter_ns;
        uint32_t frames;
        int64_t timeout_ns, think_ns;
        double think_cv;
        double frame_rate; /* a second; 0: unlimited */
        int64_t frame_bytes, answer_bytes;
    } clients;
    struct {
        unsigned rule, place;
        int64_t inference_threshold_ns, network_threshold_ns; /* 0: unlimited */
        double ping_sigma;
        int64_t probe_timeout_ns;
        double probe_work; /* in inferences */
        uint32_t ports;
        int64_t lifetime_ns;
        bool serial;
    } admission;
    struct {
        unsigned method;
        /* 0, or where 0 is possible the flag: that of the method */
        int64_t memory_bytes, image_bytes, cold_start_ns;
        bool cold_start_is_methods, slowdown_is_methods;
        double cold_start_cv, slowdown;
    } pods;
    struct {
        struct scenario_list schedulable; /* nodes, from 1 */
        struct scenario_list listeners;   /* texts "node:port" */
        int64_t ready_wait_ns;
    } harness;
};

/* What Table 3 and figures 3 and 4 say of a deployment method. */
struct qos_method_facts {
    const char *name;
    int64_t memory_bytes, image_bytes, cold_start_ns;
    double processor; /* average use, as printed */
    double slowdown;  /* of a frame, against the fastest method */
};
extern const struct qos_method_facts qos_method[QOS_METHODS];

#define QOS_KEYS 47
extern const struct scenario_key qos_keys[QOS_KEYS];
#define QOS_PRESETS 7
extern const struct scenario_preset qos_presets[QOS_PRESETS];
void qos_check(const void *config, struct key_conflicts *conflicts);

/* "2:11" as node and port, both from 1; false where it is none. */
bool qos_listener(const char *text, uint32_t *node, uint32_t *port);

#endif
