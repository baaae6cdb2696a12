/*
 * places.h - where a model's moving things are at any time: for exports of tracks.
 *
 * Units: metres from a corner of the floor, nanoseconds since the start of the run.
 * Ownership: what open() made ends with close(), what follow() made with leave(); the map outlives
 *   whoever is followed on it.
 * Errors: SIM_ERR_INVALID or SIM_ERR_NOMEM with a text.
 */
#ifndef MODELS_PLACES_H
#define MODELS_PLACES_H

#include "models/model.h"

struct model_place {
    double x_m, y_m;
};

struct model_places {
    const char *mover; /* "robot" */
    /* A replication, counted from 1, as it moves: no file that decides nothing of it is read. */
    enum sim_status (*open)(void **map, const struct model_head *head, const void *config,
                            uint32_t replication, struct model_error *error);
    void (*close)(void *map);
    struct model_place (*extent)(const void *map); /* the corner opposite of (0, 0) */
    uint32_t (*movers)(const void *map);

    /* NULL: no memory. Movers count from 0. */
    void *(*follow)(const void *map, uint32_t mover);
    /* Times must not fall. */
    struct model_place (*at)(void *followed, sim_time now);
    void (*leave)(void *followed);
};

#endif
