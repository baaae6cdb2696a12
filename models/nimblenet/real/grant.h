/*
 * grant.h - what the access point and a node's daemon say to each other over the daemon's orders,
 * and the envelope of the frames that travel beside them.
 *
 * The access point is the clock. It grants a daemon one thing to do at a time; the daemon does it,
 * and answers with what its core wants done, in order. Of messages the answer says only
 * that there is one: its bytes are the next frame on the daemon's datagram socket. What does not
 * fit into one answer comes in parts; behind each but the last the daemon waits for GRANT_GO_ON.
 *
 *   every order:  u8 version, u8 kind, u16 0, u64 number of the grant
 *   setup         u64 bytes in all, then these (outfit.h), in as many orders as it takes
 *   step          i64 now, u8 enum node_event_kind, u16 port, u32 slot, u32 tasklet, u64 call, u32
 *                 the argument that a call hands to its chain
 *   word          u32 slot
 *   restart, look i64 now
 *   boot          i64 now, u32 epoch, the statistics so far
 *   every answer: u8 version, u8 kind, u8 status, u8 0, u64 number, u32 frames, i64 timeout, u32
 *                 count, then so many actions; a look's answer: the figures instead; a
 *                 word's: that word
 *                 where executions are metered a run or resume is followed by u64 instructions, as
 *                 many as it takes until its next word
 *   frame         u32 number, u16 port, u8 1 for a flood, u8 0, u32 check of all that follows: the
 *                 message as wire.h has it, and what of its binary is longer than the message says
 *
 * Numbers are little-endian. A frame's number is that of its daemon's line and direction, from 0.
 * port: where it leaves or, to a daemon, comes in; of a flood the port that is left out.
 *
 * Errors: every decoder returns SIM_ERR_INVALID for what no encoder writes, whatever its bytes.
 */
#ifndef MODELS_NIMBLENET_REAL_GRANT_H
#define MODELS_NIMBLENET_REAL_GRANT_H

#include "models/nimblenet/core/node.h"
#include "runtime-replay/processes/pack.h"

#define GRANT_VERSION 2u /* 1 knew no versions of what is run */

/* ---- what a daemon may do ---- */

enum grant_kind {
    GRANT_SETUP = 1,
    GRANT_STEP = 2, /* the event; a frame's message lies on the datagram socket */
    GRANT_RESTART =
        3,           /* lose all that is held; but for a registry's, the daemon's end comes next */
    GRANT_LOOK = 4,  /* say how things stand */
    GRANT_GO_ON = 5, /* with the rest of the answer */
    GRANT_END = 6,
    GRANT_WORD = 7, /* what the executor's tasklet of slot wants now */
    GRANT_BOOT = 8, /* not for the first time: what outlasts a node's memory */
};

/* Of a node that has failed, on its way into its next life: the number of that, and its books. */
struct grant_past {
    uint32_t epoch;
    struct node_stats stats;
    uint64_t flood_forgotten, cache_high_bytes;
};

struct grant {
    enum grant_kind kind;
    uint64_t number;
    sim_time now;               /* step, restart, look, boot */
    struct node_event event;    /* step; without its frame */
    uint32_t argument;          /* step, of a call */
    uint32_t slot;              /* word */
    struct grant_past past;     /* boot */
    uint64_t setup_bytes;       /* in all */
    const unsigned char *piece; /* of the setup; points into what was decoded */
    size_t piece_bytes;
};

void grant_encode(struct pack *p, const struct grant *g);
SIM_MUST_CHECK enum sim_status grant_decode(const unsigned char *bytes, size_t length,
                                            struct grant *g);

/* ---- what it answers ---- */

enum grant_answer_kind {
    GRANT_DONE = 1,
    GRANT_PART = 2, /* more is to come */
    GRANT_FIGURES = 3,
    GRANT_SPOKEN = 4,
};

enum grant_status {
    GRANT_WELL = 0,
    GRANT_REFUSED = 1,  /* what no core may be asked, or its core refuses */
    GRANT_NO_FRAME = 2, /* the frame has not come; nothing was done */
    GRANT_SPOILT = 3,   /* it is no message, or its binary another one than it names; the same */
};

struct grant_answer {
    enum grant_answer_kind kind;
    enum grant_status status;
    uint64_t number;
    uint32_t frames;  /* sent since the last answer */
    sim_time timeout; /* of the core, from now on */
    uint32_t count;   /* of actions, or of figures' copies */
};

enum { GRANT_ANSWER_BYTES = 28 }; /* before its actions */

/* The head of an answer: written again once its counts are known. */
void grant_put_answer(struct pack *p, const struct grant_answer *a);
SIM_MUST_CHECK enum sim_status grant_take_answer(struct unpack *u, struct grant_answer *a);

/* An action, without its message. */
void grant_put_action(struct pack *p, const struct node_action *a);

/* What an action may name. */
struct grant_bounds {
    uint32_t tasklets, nodes, calls_max, depth;
};

/* *acquired takes what an action of an acquisition points to. */
SIM_MUST_CHECK enum sim_status grant_take_action(struct unpack *u, const struct grant_bounds *b,
                                                 struct node_action *a,
                                                 struct node_acquisition *acquired);

enum { GRANT_ACTION_MAX = 160 }; /* no action is longer */

/* ---- how things stand at a node ---- */

enum { GRANT_BOOKS_MAX = 128 };

/* What the access point reads of a core that it does not keep. */
struct grant_figures {
    struct node_stats stats;
    uint64_t cache_bytes, cache_high_bytes, flood_forgotten;
    sim_time stalled_since;
    uint32_t calls_in_use, calls_fresh, calls_running, fetches_fresh, queued, held;
    uint64_t undecodable;        /* frames that were no message */
    char books[GRANT_BOOKS_MAX]; /* node_audit(); "": they balance */
};

void grant_put_figures(struct pack *p, const struct grant_figures *f);
SIM_MUST_CHECK enum sim_status grant_take_figures(struct unpack *u, struct grant_figures *f);

/* ---- what a tasklet that is really run wants ---- */

/* The counts are its call's so far. */
struct grant_word {
    enum node_event_kind kind; /* one of NODE_EXEC_ */
    uint32_t callee;           /* UINT32_MAX: none, or one that nobody knows */
    uint32_t result;           /* of who has finished */
    uint32_t version;          /* that the binary says which was run last */
    uint32_t loads, sub_calls, suspensions;
    uint64_t instructions, state_bytes;
    uint64_t state_memory_bytes; /* of these, linear memory */
};

void grant_put_word(struct pack *p, const struct grant_word *w);
SIM_MUST_CHECK enum sim_status grant_take_word(struct unpack *u, struct grant_word *w);

/* ---- frames ---- */

struct grant_envelope {
    uint32_t number;
    uint16_t port;
    bool is_flood;
};
enum { GRANT_ENVELOPE_BYTES = 12 };

struct grant_frame {
    struct grant_envelope envelope;
    struct wire_message message;
    const unsigned char *binary; /* NULL: none */
    size_t binary_bytes;         /* at least what the message says */
};

/* What an envelope says of the bytes behind it. */
uint32_t grant_check(const unsigned char *bytes, size_t length);

void grant_put_frame(struct pack *p, const struct grant_frame *f);
/* Of a whole datagram. */
SIM_MUST_CHECK enum sim_status grant_take_frame(const unsigned char *bytes, size_t length,
                                                struct grant_frame *f);

#endif
