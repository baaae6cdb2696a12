/*
 * floor.h - the factory floor: where the nodes stand, and which one a robot reaches.
 *
 * Units: metres, the origin in a corner. Nodes are numbered from 0 in the order
 *   given; the registry stands nowhere and is not on the floor.
 * Ownership: the caller owns struct floor_plan and ends it with floor_deinit().
 * Threads: read-only once made; may be shared.
 */
#ifndef MODELS_PARTS_FLOOR_H
#define MODELS_PARTS_FLOOR_H

#include "sim/engine/rng.h"

#define FLOOR_NOBODY UINT32_MAX

struct floor_point {
    double x_m, y_m;
};

struct floor_plan {
    double width_m, height_m;
    double radius_m; /* contact at this distance or nearer */
    struct floor_point *node;
    uint32_t node_count;

    /* The spatial index: cells of a radius's width; cell c holds member[first[c] .. first[c + 1]).
     */
    double cell_m;
    uint32_t cells_x, cells_y;
    uint32_t *first;
    uint32_t *member;
};

enum floor_choice { FLOOR_NEAREST, FLOOR_RANDOM };

/* Copies the nodes' positions. SIM_ERR_NOMEM. */
SIM_MUST_CHECK enum sim_status floor_init(struct floor_plan *f, double width_m, double height_m,
                                          double radius_m, const struct floor_point *node,
                                          uint32_t node_count);
void floor_deinit(struct floor_plan *f);

/*
 * The node in contact with a robot at p, or FLOOR_NOBODY. Where discs overlap: the nearest, the
 * lower number among equals; or any of them with equal chance, drawn from r. O(nodes in nine
 * cells).
 */
uint32_t floor_contact(const struct floor_plan *f, struct floor_point p, enum floor_choice choice,
                       struct rng *r);

#endif
