/*
 * scene.h - the floor of a report: what stands, moves and happens in one replication, as the data
 * that scene.js draws.
 *
 * A model says what its floor is by views, each of which it may leave out. Columns are known by
 * name; those of work that are not named here are told beside it as they are. Times end with _ns;
 * what has no took_ns has not ended.
 *     v_floor_place    place, x_m, y_m, role: what stands; without x_m beside whom it is linked to
 *     v_floor_link     place, peer, bytes: a direction a row
 *     v_floor_item     item, name, bytes: what the others name by number
 *     v_floor_work     t_ns, took_ns, work, mover, place, item, outcome: from a mover to a place
 *     v_floor_pulse    t_ns, took_ns, work, place, source, kind, item: from source to place over
 *                      links; without a source, around the place
 *     v_floor_level    t_ns, place, and what rises and falls there from then on: the first is drawn
 *                      as a ring; where nothing stands, curves below the lanes, those that end
 * alike
 *                      (_bytes) on one scale. place 0: of all together
 *     v_floor_holding  t_ns, seq, place, item, gain: 1 comes, -1 goes; seq only orders
 *     v_floor_span     t_ns, took_ns, lane, kind, name, work: a bar on a lane
 * Movers are those of the model's places, counted from 1; their tracks are computed, not stored.
 *
 * The data are columns of whole numbers: differences in base 128, in base 64. Equal data give an
 * equal text.
 *
 * Bounds: SCENE_ROWS_MAX rows of a view and run, the earliest; SCENE_MOVERS_MAX movers;
 *   SCENE_POINTS_MAX points of all tracks of a run: above it they are further apart.
 * Ownership: a scene ends with scene_deinit().
 * Errors: those of query.h and SIM_ERR_NOMEM, with a text.
 */
#ifndef ANALYSIS_REPORT_SCENE_H
#define ANALYSIS_REPORT_SCENE_H

#include "analysis/report/report_data.h"
#include "models/places.h"

enum { SCENE_ROWS_MAX = 250000, SCENE_MOVERS_MAX = 2000, SCENE_POINTS_MAX = 1000000 };

/* How things move, for each variant of the data. */
struct scene_maps {
    const struct model_places *places; /* NULL: nothing moves */
    void *const *map;                  /* by variant */
    sim_time duration_ns;
};

struct scene {
    char *text; /* JSON; NULL: the model has no floor, or nothing is recorded for it */
    size_t bytes;
    uint32_t replication;
    bool has_places; /* else there are lanes alone */
};

/* The replication that is shown: the first that all variants have complete; else that of the first
 * complete run. 0: none. */
uint32_t scene_replication(const struct report_data *data);

SIM_MUST_CHECK enum sim_status scene_init(struct scene *s, struct store *store,
                                          const struct report_data *data,
                                          const struct scene_maps *maps, const char *database,
                                          struct store_error *error);
void scene_deinit(struct scene *s);

/* The section with the data inside; nothing where there is no scene. */
void scene_put(FILE *to, const struct scene *s);

#endif
