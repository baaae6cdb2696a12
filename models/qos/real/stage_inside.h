/*
 * stage_inside.h - what the stage's two files share.
 */
#ifndef MODELS_QOS_REAL_STAGE_INSIDE_H
#define MODELS_QOS_REAL_STAGE_INSIDE_H

#include "models/qos/real/stage.h"

/* An order, or a datagram, to a node. A node that is gone is told by the next wait. */
void stage_order(struct stage *s, uint32_t node, const struct talk *order);
void stage_send(struct stage *s, uint32_t node, const struct talk *frame);

/* What comes next from any node, until that moment: SIM_ERR_NOTFOUND. An answer's digest has been
 * compared. */
SIM_MUST_CHECK enum sim_status stage_hear(struct stage *s, int64_t until_ns, uint32_t *node,
                                          struct talk *word, char text[CREW_TEXT_MAX]);

/* Ends all pods but the probers, which are started again, and takes the nodes' accounts. */
SIM_MUST_CHECK enum sim_status stage_reset(struct stage *s, char text[CREW_TEXT_MAX]);

#endif
