/*
 * sweep.h - many scenarios in one file: axes, constraints, and the points that they leave.
 *
 *     sweep:
 *       nodes.cache: {from: 8 KiB, to: 64 KiB, step: x2}   # or step: 4 KiB
 *       nodes.eviction: [lfu, lru]
 *       robots.count: [10, 20, 40]
 *     where:
 *       - robots.count * 2 <= taskset.chains                # see where.h
 *
 * A point is the scenario of the file with one value of each axis in its place. Points are
 * numbered from 0 in the order of the file, the last axis fastest, without those that a condition
 * leaves out. A point's scenario has the file's seed: all points see the same random numbers as
 * far as they draw the same things.
 *
 * Where a key takes a list, a value may be one: nodes.capacity: [[2, 1, 1], [3, 2, 2]]. An axis on
 * a key that all variants set is refused; one on a key that some set leaves a note.
 *
 * Whoever loads such a file with scenario_load() gets the scenario without the sweep.
 *
 * Ownership: the caller owns struct sweep and ends it with sweep_deinit(); the base scenario and
 *   the overrides must outlive it. Texts in it are the sweep's.
 * Errors: as in scenario.h, at the place of the axis, the value or the condition.
 */
#ifndef SCENARIOS_SWEEP_SWEEP_H
#define SCENARIOS_SWEEP_SWEEP_H

#include "scenarios/language/doc.h"
#include "scenarios/language/scenario_keys.h"
#include "scenarios/sweep/where.h"

enum {
    SWEEP_AXES_MAX = 12,
    SWEEP_VALUES_MAX = 10000,
    SWEEP_POINTS_MAX = 1000000,
};

struct sweep_value {
    char *text;    /* as behind --set KEY= */
    char *word;    /* what a condition sees where it is no number */
    double number; /* in the key's base unit; NaN where it has none */
    struct place at;
};

struct sweep_axis {
    const struct scenario_key *key;
    struct place at;
    struct sweep_value *value;
    size_t count;
};

struct sweep {
    const struct scenario *base;
    const struct scenario_override *overrides;
    size_t override_count;
    struct sweep_axis axis[SWEEP_AXES_MAX];
    size_t axis_count;
    struct where *where;
    size_t where_count;
    uint32_t *combination; /* of each point */
    char (*hash)[65];      /* scenario_hash() of each point; NULL before sweep_resolve() */
    size_t point_count;
    struct scenario_notes notes; /* which variants an axis does not reach */
};

/*
 * Reads the sweep of the file that base was loaded from, with the same overrides.
 * SIM_ERR_INVALID with the mistakes in *errors, or SIM_ERR_NOMEM; *w then needs no deinit.
 */
SIM_MUST_CHECK enum sim_status sweep_read(struct sweep *w, const struct scenario *base,
                                          const struct scenario_override *overrides,
                                          size_t override_count, struct scenario_errors *errors);
void sweep_deinit(struct sweep *w);

/* True if the text has a key "sweep" at all. Malformed texts have none. */
bool sweep_is_in(const struct scenario *s);

/* Which value of an axis a point has. */
const struct sweep_value *sweep_value_at(const struct sweep *w, size_t point, size_t axis);

/* Loads a point's scenario. Mistakes are reported where the file has the value. */
SIM_MUST_CHECK enum sim_status sweep_load_point(struct scenario *s, const struct sweep *w,
                                                size_t point, struct scenario_errors *errors);

/* Loads every point once: finds what is wrong with any of them, and fills in w->hash. */
SIM_MUST_CHECK enum sim_status sweep_resolve(struct sweep *w, struct scenario_errors *errors);

/* The base unit in which an axis's numbers are, as quantity_base_unit() has it. */
const char *sweep_axis_unit(const struct sweep_axis *axis);

/* ---- shared by the files behind this header ---- */

/* Appends a value to an axis; text is copied. False if there is no memory. */
bool sweep_add_value(struct sweep_axis *axis, const char *text, struct place at);

/* Reads the map of axes. SIM_ERR_INVALID or SIM_ERR_NOMEM. */
enum sim_status sweep_read_axes(struct sweep *w, const struct doc_node *map,
                                struct scenario_errors *errors);

/* Reads {from, to, step} into the axis. SIM_ERR_INVALID or SIM_ERR_NOMEM. */
enum sim_status sweep_read_range(struct sweep_axis *axis, const struct doc_node *map,
                                 struct scenario_errors *errors);

#endif
