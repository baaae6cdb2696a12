/*
 * energy.h - what computing, waiting and sending cost: power times time, and joules times bits.
 *
 * Where waiting is counted beside computing (a core does one or the other) or beneath it (a board
 * draws its base all the time) is the caller's: idle_ns says for how long.
 *
 * Units: watts, joules, joules a bit; nanoseconds and bytes as everywhere. Sums are doubles and
 *   reach no digest.
 * Threads: pure functions.
 */
#ifndef MODELS_PARTS_ENERGY_H
#define MODELS_PARTS_ENERGY_H

#include "sim/engine/base.h"

struct energy_rates {
    double compute_w, idle_w;
    double sent_bit_j, received_bit_j;
};

/* What somebody did until now: of an account. */
struct energy_use {
    sim_time busy_ns, idle_ns;
    int64_t sent_bytes, received_bytes;
};

struct energy {
    double compute_j, idle_j, sent_j, received_j;
};

struct energy energy_of(const struct energy_rates *rates, const struct energy_use *use);
void energy_add(struct energy *sum, const struct energy *part);
double energy_total(const struct energy *e);

/* Of bytes that went over one link: what the sender paid, and the receiver for what arrived. */
double energy_of_link(const struct energy_rates *rates, int64_t sent_bytes, int64_t lost_bytes);

/*
 * Energy over time: bin_j has `bins` sums of joules, of bin_ns each. What was spent evenly from
 * `from` to `until`, or at that moment where they are one, is added to the bins that it lies in,
 * to the last where it lies behind them.
 */
struct energy_bins {
    double *bin_j;
    size_t bins;
    sim_time bin_ns;
};
void energy_spend(const struct energy_bins *b, sim_time from, sim_time until, double joules);

/* As a model's series tells it, in nanojoules. */
int64_t energy_nj(double joules);

/* Are both the same, but for what adding in another order changes? */
bool energy_is_near(double a, double b);

#endif
