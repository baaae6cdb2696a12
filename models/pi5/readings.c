/* What the paper, a project page of two paragraphs, leaves open. */
#include "models/pi5/config.h"

const struct model_reading pi5_readings[PI5_READINGS] = {
    {"node.memory",
     "the paper says \"artificial resource constraints\" and no number",
     {{"300 MB", NULL}, {"1000 MB", NULL}, {"1400 MB", NULL}}},
    {"node.pairing",
     "the public code runs one or two tasks a worker, and pairs them in several ways",
     {{"halves", "node.per_core=2"}, {"type", "node.per_core=2"}, {"first", "node.per_core=2"}}},
    {"os.migrations",
     "how often Linux moves a task is not said, nor what that costs",
     {{"0", NULL}, {"20", NULL}, {"20", "node.memory=1400 MB"}}},
    {"os.overcommit",
     "what happens to a task that does not fit is not said; the public code refuses it by a "
     "table, a cgroup would let it swap",
     {{"thrash", NULL}}},
    {"tasks.order",
     "in which order the batch is submitted is not said; all gains of sorting hang on it",
     {{"class", NULL}, {"reverse", NULL}}},
    {"tasks.memory_table",
     "which memory a task takes is not said; the public code has two tables, one of processes "
     "measured alone, and the one that the scheduler itself checks, with models loaded once",
     {{"shared", NULL}}},
    {"predictor.time",
     "how a task's time is predicted is not said; the public predictions are one value a class",
     {{"class", NULL}, {"class", "node.memory=1400 MB"}}},
};
