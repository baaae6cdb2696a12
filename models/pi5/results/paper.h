/*
 * paper.h - what is held against the paper's one number, and what to know before it is believed.
 */
#ifndef MODELS_PI5_RESULTS_PAPER_H
#define MODELS_PI5_RESULTS_PAPER_H

#include "models/paper.h"

enum { PI5_PAPER_QUANTITIES = 32, PI5_PAPER_BLOCKS = 2 };
extern const struct paper_quantity pi5_quantities[PI5_PAPER_QUANTITIES];
extern const struct paper_block pi5_blocks[PI5_PAPER_BLOCKS];
extern const char pi5_honest_reading[];

/* The settings that a row is about; all else is as the keys' defaults have it. The last three are
 * at 1400 MB: predictor.time: class; that and tasks.order: class; os.migrations: 20. */
#define PI5_MILD "600 MB"
#define PI5_NO_CAP "1400 MB"
#define PI5_TIGHT "300 MB"
#define PI5_CLASS_SHUFFLE "by class"
#define PI5_CLASS_CLASS "class order"
#define PI5_MANY_MIGRATIONS "20 moves/s"

#endif
