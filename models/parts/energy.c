#include "models/parts/energy.h"

static double seconds(sim_time ns)
{
    return (double)ns / (double)SIM_S;
}

struct energy energy_of(const struct energy_rates *rates, const struct energy_use *use)
{
    ASSERT(use->busy_ns >= 0 && use->idle_ns >= 0);
    return (struct energy){
        .compute_j = seconds(use->busy_ns) * rates->compute_w,
        .idle_j = seconds(use->idle_ns) * rates->idle_w,
        .sent_j = 8 * (double)use->sent_bytes * rates->sent_bit_j,
        .received_j = 8 * (double)use->received_bytes * rates->received_bit_j,
    };
}

void energy_add(struct energy *sum, const struct energy *part)
{
    sum->compute_j += part->compute_j;
    sum->idle_j += part->idle_j;
    sum->sent_j += part->sent_j;
    sum->received_j += part->received_j;
}

double energy_total(const struct energy *e)
{
    return e->compute_j + e->idle_j + e->sent_j + e->received_j;
}

double energy_of_link(const struct energy_rates *rates, int64_t sent_bytes, int64_t lost_bytes)
{
    ASSERT(lost_bytes <= sent_bytes);
    return 8 * (double)sent_bytes * rates->sent_bit_j +
           8 * (double)(sent_bytes - lost_bytes) * rates->received_bit_j;
}

bool energy_is_near(double a, double b)
{
    const double apart = a - b, large = a > b ? a : b;
    return apart <= 1e-9 * large && apart >= -1e-9 * large;
}

static size_t bin_of(const struct energy_bins *b, sim_time at)
{
    const size_t bin = (size_t)(at / b->bin_ns);
    return bin < b->bins ? bin : b->bins - 1;
}

void energy_spend(const struct energy_bins *b, sim_time from, sim_time until, double joules)
{
    ASSERT(b->bins > 0 && 0 <= from && from <= until);
    const size_t first = bin_of(b, from), last = bin_of(b, until);
    if (first == last) {
        b->bin_j[first] += joules;
        return;
    }
    const double watts = joules / (double)(until - from); /* a nanosecond */
    double rest = joules;
    for (size_t i = first; i < last; i++) {
        const sim_time begin = (sim_time)i * b->bin_ns;
        const double part = watts * (double)(begin + b->bin_ns - (i == first ? from : begin));
        b->bin_j[i] += part;
        rest -= part;
    }
    b->bin_j[last] += rest > 0 ? rest : 0;
}

int64_t energy_nj(double joules)
{
    const double nj = joules * 1e9 + 0.5;
    return nj < 0x1p62 ? (int64_t)nj : INT64_C(1) << 62;
}
