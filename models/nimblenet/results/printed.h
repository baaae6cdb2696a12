/*
 * printed.h - the data behind the figures of the paper that a simulation can redraw.
 *
 * One tab-separated file each, for gnuplot and for people: lines with "#" say what it
 * shows, the units and n; then a line of column names; then the data.
 *
 *     figure4.tsv        the taskset of the first replication, chain by chain
 *     figure5-nodes.tsv  the nodes on the floor
 *     figure8.tsv        bytes sent and received, a node each
 *     figure9.tsv        total network load over time
 *     figure10.tsv       response time over a window of 100 s, and what it is made of
 *
 * Figure 5's track needs the robots themselves: printed_open_calls() gives what a track must agree
 * with.
 */
#ifndef MODELS_NIMBLENET_RESULTS_PRINTED_H
#define MODELS_NIMBLENET_RESULTS_PRINTED_H

#include "models/paper.h"

/* Stores all of them in folder, which must be there. The result must pass twins_check(). */
SIM_MUST_CHECK enum sim_status printed_store_figures(struct store *store, const char *folder,
                                                     struct store_error *error);

/* (t_ns, x_m, y_m, node; STORE_MISSING out of contact) of a robot's calls in the first replication.
 */
SIM_MUST_CHECK enum sim_status printed_open_calls(struct query **calls, struct store *store,
                                                  int64_t robot, struct store_error *error);

/* All numbers and sentences of the paper about the simulation, in its order; behind them those of
 * settings that only other scenarios have. */
enum { PRINTED_QUANTITIES = 83 };
extern const struct paper_quantity printed_quantities[PRINTED_QUANTITIES];

#endif
