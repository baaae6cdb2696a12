/*
 * rows.h - the words that rows may hold, shared by who describes the tables and who fills them.
 */
#ifndef MODELS_NIMBLENET_ROWS_H
#define MODELS_NIMBLENET_ROWS_H

/* NULL behind the last of each. */
extern const char *const rows_kinds[];    /* chain, algorithm */
extern const char *const rows_roles[];    /* by enum rows_role */
extern const char *const rows_statuses[]; /* by enum world_call_status */
extern const char *const rows_served[];   /* by enum node_served; "failed", "too_large" behind */
extern const char *const rows_changes[];  /* evicted, stored */

enum rows_role { ROWS_NODE, ROWS_GATEWAY, ROWS_REGISTRY };

#endif
