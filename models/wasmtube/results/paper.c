/*
 * The paper updates one device and prints two numbers of it, which are inputs here. The rows are
 * about our mesh; their bands were set before the model was written.
 */
#include "models/wasmtube/results/paper.h"

#define ROW(k, v, n, m, low_, high_)                                                               \
    .key = (k), .source = (v), .name = (n), .paper = "-", .variant = (v), .measure = (m),          \
    .when = WASMTUBE_DEFAULTS, .low = (low_), .high = (high_)

const struct paper_quantity wasmtube_quantities[WASMTUBE_PAPER_QUANTITIES] = {
    {ROW("flood_stale", "flood", "stale answers", "stale", 0, 1), .decimals = 2},
    {ROW("flood_lost", "flood", "lost calls", "lost", 0, 0)},
    {ROW("flood_delayed", "flood", "calls that wait", "delayed", 13, 15.5), .decimals = 1},
    {ROW("flood_delay", "flood", "their mean delay", "delay_mean_s", 1.55, 1.85), .unit = "s",
     .decimals = 2, .note = "the paper's 1.4 s of swap and our network"},
    {ROW("flood_bytes", "flood", "bytes times hops", "update_bytes", 10, 14), .unit = "kB",
     .scale = 1e-3, .decimals = 1},
    {ROW("flood_updated", "flood", "all updated after", "updated_s", 26, 36), .unit = "s",
     .decimals = 1, .note = "the last node waits for its next call, not for the network"},
    {ROW("poll_stale", "poll", "stale answers", "stale", 29, 43), .decimals = 1},
    {ROW("poll_lost", "poll", "lost calls", "lost", 0, 0)},
    {ROW("poll_delayed", "poll", "calls that wait", "delayed", 13, 15.5), .decimals = 1},
    {ROW("poll_delay", "poll", "mean delay of calls that wait", "delay_mean_s", 1.5, 1.8),
     .unit = "s", .decimals = 2},
    {ROW("poll_bytes", "poll", "bytes times hops", "update_bytes", 112, 138), .unit = "kB",
     .scale = 1e-3, .decimals = 1},
    {ROW("poll_updated", "poll", "all updated after", "updated_s", 66, 79), .unit = "s",
     .decimals = 1},
    {ROW("firmware_stale", "firmware", "stale answers", "stale", 310, 420), .decimals = 1,
     .note = "slow because it is pushed node after node"},
    {ROW("firmware_lost", "firmware", "lost calls", "lost", 10, 15.5), .decimals = 1,
     .note = "12 expected: nodes * rate * reboot"},
    {ROW("firmware_delayed", "firmware", "calls that wait", "delayed", 0, 0)},
    {ROW("firmware_bytes", "firmware", "bytes times hops", "update_bytes", 20.5, 21.5),
     .unit = "MB", .scale = 1e-6, .decimals = 2},
    {ROW("firmware_updated", "firmware", "all updated after", "updated_s", 670, 700), .unit = "s",
     .decimals = 1},
};

const struct paper_block wasmtube_blocks[WASMTUBE_PAPER_BLOCKS] = {
    {"ways", "Three ways to update: means over the replications", "", 2,
     "SELECT variant, name, avg(value) FROM run JOIN metric USING (run_id) WHERE point_id = 0"
     " AND name IN ('stale', 'lost', 'delayed', 'delay_mean_s', 'update_bytes', 'updated_s')"
     " GROUP BY variant, name ORDER BY min(run_id), name",
     PAPER_NOT_DRAWN, NULL, NULL},
    {"spread",
     "How many nodes run the new version, so long after 100 s, when the default update comes",
     "nodes", 1,
     "WITH s(after) AS (VALUES (2), (5), (10), (20), (30), (60), (120), (240), (480), (720))"
     " SELECT after, variant, (SELECT count(*) * 1.0 FROM node_update u JOIN run x USING (run_id)"
     " WHERE x.variant = v.variant AND x.point_id = 0 AND u.active_ns <= 100000000000"
     " + after * 1000000000) / v.runs FROM s, (SELECT variant, count(*) AS runs, min(run_id) AS"
     " first FROM run WHERE point_id = 0 AND EXISTS (SELECT 1 FROM node_update) GROUP BY variant) v"
     " ORDER BY after, first",
     PAPER_LINES, "seconds after 100 s", "way"},
};

const char wasmtube_honest_reading[] =
    "How far these numbers carry\n"
    "\n"
    "- The paper measures calls into Wasm (Table II), image recognition on three machines (Table "
    "IV), and\n"
    "  the time of one swap and one reboot. All of these are measurements of real machines: a "
    "simulation\n"
    "  reproduces none of them. The swap's 1.4 s and the reboot's 10 s are inputs here.\n"
    "- No device of the paper updates another. How a version spreads over a mesh is our question; "
    "size,\n"
    "  header, delay, bandwidth, the image's 500 kB and the rate of calls are assumed.\n"
    "- The firmware arm is slow because it is pushed node after node; only its lost calls and its "
    "bytes\n"
    "  are robust. update.push says how much the order of the push decides.\n"
    "- The flood's last node waits for its next call, not for the network.\n"
    "- A node finds out for nothing which neighbour holds the binary, nodes forward while they "
    "reboot, and\n"
    "  no message is lost.";
