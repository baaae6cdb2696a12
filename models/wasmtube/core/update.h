/*
 * update.h - what one node decides while its code is exchanged; sans I/O.
 *
 * A node runs the old version, hears of a new one, fetches it at its next call or at once, and
 * swaps; or it is pushed a whole image and reboots. Whoever feeds it sends, waits and counts.
 */
#ifndef MODELS_WASMTUBE_CORE_UPDATE_H
#define MODELS_WASMTUBE_CORE_UPDATE_H

#include "sim/engine/base.h"

enum wasmtube_phase {
    WASMTUBE_OLD,
    WASMTUBE_TOLD,
    WASMTUBE_FETCHING,
    WASMTUBE_SWAPPING,
    WASMTUBE_REBOOTING,
    WASMTUBE_NEW
};

enum wasmtube_fetch { WASMTUBE_FETCH_CALL, WASMTUBE_FETCH_AT_ONCE };

struct wasmtube_node {
    enum wasmtube_phase phase;
    enum wasmtube_fetch fetch;
};

/* What becomes of a call. */
enum wasmtube_answer {
    WASMTUBE_BY_OLD,
    WASMTUBE_BY_NEW,
    WASMTUBE_WAITS,
    WASMTUBE_WAITS_AND_FETCHES, /* the first one behind the news: the node asks for the binary */
    WASMTUBE_IS_LOST
};
enum wasmtube_answer wasmtube_on_call(struct wasmtube_node *n);

/* There is a new version. True: ask for its binary now. Later news change nothing. */
bool wasmtube_on_news(struct wasmtube_node *n);

/* The binary is there. True: the swap begins. */
bool wasmtube_on_binary(struct wasmtube_node *n);

/* An image is there. True: the reboot begins; a second copy changes nothing. */
bool wasmtube_on_image(struct wasmtube_node *n);

/* Swap or reboot are over: it runs the new version. */
void wasmtube_on_ready(struct wasmtube_node *n);

/* It can hand the binary on. */
bool wasmtube_holds(const struct wasmtube_node *n);

/* Whom to ask: the first of the neighbours that holds the binary, else the registry. */
uint32_t wasmtube_source(const uint32_t *neighbour, const bool *holds, uint32_t count,
                         uint32_t registry);

#endif
