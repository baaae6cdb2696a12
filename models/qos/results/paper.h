/*
 * paper.h - what the paper prints of its orchestrator, and what to know before it is believed.
 */
#ifndef MODELS_QOS_RESULTS_PAPER_H
#define MODELS_QOS_RESULTS_PAPER_H

#include "models/paper.h"

enum { QOS_PAPER_QUANTITIES = 35 };
extern const struct paper_quantity qos_quantities[QOS_PAPER_QUANTITIES];
enum { QOS_PAPER_BLOCKS = 5 };
extern const struct paper_block qos_blocks[QOS_PAPER_BLOCKS];
extern const char qos_honest_reading[];

#endif
