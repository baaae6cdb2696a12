/*
 * scenario.h - one scenario: every key a user may write, with its default.
 *
 * scenario_load() reads YAML into struct scenario through the one table in
 * scenario_keys.c, which is also the source of the defaults, the reference page and
 * the JSON Schema. Keys that the paper leaves open are here because they must
 * never be constants in the code; the table cites where each default is from.
 *
 * Units: *_ns nanoseconds, *_m metres, *_mps metres a second, *_bps bits a
 *   second, *_bytes bytes. Zero says "unlimited" where a comment allows it.
 * Ownership: scenario_load() fills a struct that the caller owns and ends with
 *   scenario_deinit(); strings inside belong to the scenario.
 * Errors: all mistakes of a file are collected, each as
 *   "file:line:column: key.path: what is wrong; did you mean ...?".
 */
#ifndef SCENARIOS_LANGUAGE_SCENARIO_H
#define SCENARIOS_LANGUAGE_SCENARIO_H

#include <stdio.h>

#include "sim/engine/dist.h"

enum scenario_variant { SCENARIO_NIMBLE, SCENARIO_MONOLITHIC };
enum scenario_contact { SCENARIO_CONTACT_NEAREST, SCENARIO_CONTACT_RANDOM };
enum scenario_links { SCENARIO_LINKS_GRID, SCENARIO_LINKS_GRAPHML };
enum scenario_hop_delay_on { SCENARIO_HOP_EVERY, SCENARIO_HOP_FORWARDED };
enum scenario_movement { SCENARIO_MOVE_NOISE, SCENARIO_MOVE_UNIFORM };
enum scenario_accounting { SCENARIO_ACCOUNT_LINK, SCENARIO_ACCOUNT_BROADCAST };
enum scenario_tie { SCENARIO_TIE_ACCEPT, SCENARIO_TIE_REJECT };
enum scenario_no_room { SCENARIO_ROOM_RETRY, SCENARIO_ROOM_WAIT };
enum scenario_preload {
    SCENARIO_PRELOAD_NONE,
    SCENARIO_PRELOAD_SEQUENTIAL,
    SCENARIO_PRELOAD_PARALLEL
};
enum scenario_sizes { SCENARIO_SIZES_DRAWN, SCENARIO_SIZES_REAL };
enum scenario_order { SCENARIO_ORDER_FIFO, SCENARIO_ORDER_YIELD };
enum scenario_record { SCENARIO_RECORD_SUMMARY, SCENARIO_RECORD_CALLS, SCENARIO_RECORD_EVENTS };

/* A file that a key names, or a word that stands for one or for none. */
struct scenario_file {
    char *word;    /* such as "none"; NULL: a file */
    char *path;    /* already resolved against the scenario's folder; NULL with a word */
    char *written; /* the same as it stands in the file, for scenario_print() */
    bool is_hashed;
    uint64_t hash; /* FNV-1a-64 of its bytes, as written beside it or as found when loading */
    struct {       /* where it was written; line 0: the default */
        bool overridden;
        uint32_t line, column;
    } at;
};

struct scenario {
    char *name;
    sim_time duration_ns;
    uint64_t seed;
    uint32_t replications; /* as many, unless a precision is asked for */
    struct {
        double half_width; /* of the interval, as a part of the mean; 0: not asked for */
        char *of;          /* a metric's name; whoever has metrics checks that there is one */
        struct {           /* where it was written; line 0: the default */
            bool overridden;
            uint32_t line, column;
        } of_at;
        uint32_t least, most; /* replications */
        double level;         /* of the interval */
    } precision;
    enum scenario_variant variants[2];
    uint32_t variant_count;

    struct {
        double width_m, height_m;
    } floor;
    struct {
        uint32_t columns, rows;
        double spacing_m;
        double contact_radius_m;
        int64_t cache_bytes;
        char *eviction;     /* a policy's name */
        uint32_t executors; /* 0: unlimited */
        uint32_t calls_max; /* calls a node holds at once; more are refused and counted */
        enum scenario_contact contact; /* which node, where discs overlap */
    } nodes;
    struct {
        enum scenario_links links;
        char *graphml; /* path, already resolved against the scenario's folder; NULL for a grid */
        char *graphml_written; /* the same as it stands in the file, for scenario_print() */
        sim_time hop_delay_ns;
        enum scenario_hop_delay_on hop_delay_on; /* forwarded: a message's first hop is free */
        int64_t bandwidth_bps;                   /* 0: unlimited */
        double loss;       /* probability that a transmission over a link is lost */
        int64_t mtu_bytes; /* largest packet with its overhead; 0: no fragmentation */
    } mesh;
    struct {
        uint32_t attached_to; /* node number, from 1 */
    } registry;
    struct {
        uint32_t count;
        double speed_max_mps;
        enum scenario_movement movement;
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
        enum scenario_sizes sizes;
    } taskset;
    struct {
        uint32_t attempts;
        struct scenario_search {
            uint32_t ttl; /* 0: this search is left out */
            sim_time timeout_ns;
        } local, global;
        sim_time request_timeout_ns; /* an unanswered request costs the attempt after this */
        bool overhead_real;          /* message_overhead: real */
        int64_t overhead_bytes;      /* added to every message unless overhead_real */
        int64_t lower_header_bytes;  /* added to the codec's own length if overhead_real */
        enum scenario_accounting accounting;
        bool flood_back;
        bool holder_forwards;
        bool registry_answers;
        bool first_answer_wins;
        enum scenario_tie deadline_tie;
        bool metadata_exchange;
        bool fallback_exchange;
        bool coalesce;
        enum scenario_no_room no_room;
        enum scenario_preload preload;
    } protocol;
    struct {
        sim_time load_time_ns;
        sim_time resume_time_ns;
        enum scenario_order order;
    } execution;
    struct {
        sim_time instruction_time_ns;     /* of a Wasm instruction; above 0 */
        struct scenario_file table;       /* the word is the name of a shipped one */
        struct scenario_file calibration; /* the word is "none" */
    } platform;
    enum scenario_record record;

    /* Where it came from. */
    char *path; /* as the user wrote it */
    char *text; /* the file's bytes, NUL-terminated */
    size_t text_length;
};

/* The mistakes of a file or of --set, in the order found. Zero-initialise. */
struct scenario_errors {
    char **line; /* each without a newline */
    size_t count, capacity;
};
void scenario_errors_print(const struct scenario_errors *errors, FILE *to);
void scenario_errors_deinit(struct scenario_errors *errors);

/* A "key.path=value" given on the command line, applied after the file. */
struct scenario_override {
    const char *text;
};

/*
 * Loads path and applies the overrides in order (the value is YAML, so
 * "robots.trigger={uniform: [9 s, 11 s]}" works). SIM_OK; SIM_ERR_NOTFOUND or SIM_ERR_IO if the
 * file cannot be read; SIM_ERR_INVALID with every mistake that could be found
 * in *errors. On failure *s needs no deinit.
 */
SIM_MUST_CHECK enum sim_status scenario_load(struct scenario *s, const char *path,
                                             const struct scenario_override *overrides,
                                             size_t override_count, struct scenario_errors *errors);

/* The same from memory; name stands for the file in messages. text need not be NUL-terminated. */
SIM_MUST_CHECK enum sim_status scenario_parse(struct scenario *s, const char *name,
                                              const char *text, size_t length,
                                              const struct scenario_override *overrides,
                                              size_t override_count,
                                              struct scenario_errors *errors);

/* A scenario of defaults alone: Table 1 of the paper. */
SIM_MUST_CHECK enum sim_status scenario_default(struct scenario *s);
void scenario_deinit(struct scenario *s);

/*
 * Names no calibration any more: for those who want none of its times, whether or not its file is
 * still there. SIM_ERR_NOMEM leaves s as it was.
 */
SIM_MUST_CHECK enum sim_status scenario_drop_calibration(struct scenario *s);

/*
 * Writes every key with its value in force as canonical YAML (all keys, fixed order, smallest exact
 * unit spelling), so that two scenarios that mean the same print the same. Loading it gives the
 * same scenario again.
 */
void scenario_print(const struct scenario *s, FILE *to);

/* FNV-1a-64 of what scenario_print() writes: names the resolved scenario in the provenance. */
uint64_t scenario_hash(const struct scenario *s);

/* The version of the library that reads the YAML. */
const char *scenario_library_version(void);

/* The table as a JSON Schema (draft 2020-12), and as a Markdown reference page. */
void scenario_print_schema(FILE *to);
void scenario_print_reference(FILE *to);

#endif
