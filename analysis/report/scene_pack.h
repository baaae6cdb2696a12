/*
 * scene_pack.h - private to the floor: whole numbers as text, and views as columns of them.
 *
 * A number is its difference from the one before, folded to be positive (0, -1, 1, -2 are 0, 1, 2,
 * 3) and made larger by one: 0 is a missing one. Behind a difference of none stands how often it
 * comes again. All of them are written in bytes of seven bits, the lowest first, and these in
 * base 64.
 *
 * Errors: those of the stream, and as said.
 */
#ifndef ANALYSIS_REPORT_SCENE_PACK_H
#define ANALYSIS_REPORT_SCENE_PACK_H

#include <stdio.h>

#include "analysis/store/view.h"

struct scene_pack {
    FILE *to;
    uint32_t bits;
    unsigned held; /* bytes of bits */
    int64_t before;
    uint64_t repeats; /* of the number before that are not written yet */
};

void scene_pack_begin(struct scene_pack *p, FILE *to);
void scene_pack_add(struct scene_pack *p, int64_t value); /* STORE_MISSING: none */
void scene_pack_restart(struct scene_pack *p);            /* the next one's difference is from 0 */
void scene_pack_end(struct scene_pack *p);

/*
 * Writes the rows of a run as {"n": rows, "cut": s or null, "columns": [{"name", "scale", "words",
 * "data"}]}: at most most of them. A time is in milliseconds, a real number in thousandths; scale
 * says by what to divide. Texts are indexes of words. A column "seq" is left out. *rows is how many
 * were written.
 */
SIM_MUST_CHECK enum sim_status scene_pack_view(FILE *to, const struct view *view,
                                               struct store *store, int64_t run_id, size_t most,
                                               size_t *rows, struct store_error *error);

#endif
