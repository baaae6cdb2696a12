#include "models/nimblenet/real/grant.h"

#include "sim/engine/digest.h"

/* ---- statistics ---- */

/* The counts in struct node_stats, one after the other: it holds nothing else. */
enum { STATS_WORDS = sizeof(struct node_stats) / sizeof(uint64_t) };
_Static_assert(sizeof(struct node_stats) == STATS_WORDS * sizeof(uint64_t), "counts alone");

static void put_stats(struct pack *p, const struct node_stats *stats)
{
    uint64_t word[STATS_WORDS];
    memcpy(word, stats, sizeof word);
    for (size_t i = 0; i < STATS_WORDS; i++) {
        pack_u64(p, word[i]);
    }
}

static void take_stats(struct unpack *u, struct node_stats *stats)
{
    uint64_t word[STATS_WORDS] = {0};
    for (size_t i = 0; i < STATS_WORDS; i++) {
        word[i] = unpack_u64(u);
    }
    memcpy(stats, word, sizeof word);
}

/* ---- grants ---- */

static void put_event(struct pack *p, const struct node_event *e)
{
    pack_u8(p, (uint8_t)e->kind);
    pack_u16(p, e->port);
    pack_u32(p, e->slot);
    pack_u32(p, e->tasklet);
    pack_u64(p, e->call_id);
}

void grant_encode(struct pack *p, const struct grant *g)
{
    pack_u8(p, GRANT_VERSION);
    pack_u8(p, (uint8_t)g->kind);
    pack_u16(p, 0);
    pack_u64(p, g->number);
    switch (g->kind) {
    case GRANT_SETUP:
        pack_u64(p, g->setup_bytes);
        pack_bytes(p, g->piece, g->piece_bytes);
        break;
    case GRANT_STEP:
        pack_time(p, g->now);
        put_event(p, &g->event);
        pack_u32(p, g->argument);
        break;
    case GRANT_WORD:
        pack_u32(p, g->slot);
        break;
    case GRANT_RESTART:
    case GRANT_LOOK:
        pack_time(p, g->now);
        break;
    case GRANT_BOOT:
        pack_time(p, g->now);
        pack_u32(p, g->past.epoch);
        put_stats(p, &g->past.stats);
        pack_u64(p, g->past.flood_forgotten);
        pack_u64(p, g->past.cache_high_bytes);
        break;
    case GRANT_GO_ON:
    case GRANT_END:
        break;
    }
}

static bool take_event(struct unpack *u, struct node_event *e)
{
    const uint8_t kind = unpack_u8(u);
    *e = (struct node_event){.kind = (enum node_event_kind)kind};
    e->port = unpack_u16(u);
    e->slot = unpack_u32(u);
    e->tasklet = unpack_u32(u);
    e->call_id = unpack_u64(u);
    return kind <= NODE_UPDATE;
}

static bool take_body(struct unpack *u, struct grant *g)
{
    switch (g->kind) {
    case GRANT_SETUP:
        g->setup_bytes = unpack_u64(u);
        g->piece_bytes = unpack_left(u);
        g->piece = unpack_bytes(u, g->piece_bytes);
        return g->piece_bytes > 0 && g->piece_bytes <= g->setup_bytes;
    case GRANT_STEP:
        g->now = unpack_time(u);
        if (!take_event(u, &g->event)) {
            return false;
        }
        g->argument = unpack_u32(u);
        return g->now >= 0;
    case GRANT_WORD:
        g->slot = unpack_u32(u);
        return true;
    case GRANT_RESTART:
    case GRANT_LOOK:
        g->now = unpack_time(u);
        return g->now >= 0;
    case GRANT_BOOT:
        g->now = unpack_time(u);
        g->past.epoch = unpack_u32(u);
        take_stats(u, &g->past.stats);
        g->past.flood_forgotten = unpack_u64(u);
        g->past.cache_high_bytes = unpack_u64(u);
        return g->now >= 0;
    case GRANT_GO_ON:
    case GRANT_END:
        return true;
    }
    return false;
}

enum sim_status grant_decode(const unsigned char *bytes, size_t length, struct grant *g)
{
    struct unpack u = {.bytes = bytes, .length = length};
    const uint8_t version = unpack_u8(&u);
    const uint8_t kind = unpack_u8(&u);
    const uint16_t nothing = unpack_u16(&u);
    struct grant read = {.kind = (enum grant_kind)kind, .number = unpack_u64(&u)};
    if (version != GRANT_VERSION || nothing != 0 || kind < GRANT_SETUP || kind > GRANT_BOOT ||
        !take_body(&u, &read) || !unpack_is_whole(&u)) {
        return SIM_ERR_INVALID;
    }
    *g = read;
    return SIM_OK;
}

/* ---- answers ---- */

void grant_put_answer(struct pack *p, const struct grant_answer *a)
{
    pack_u8(p, GRANT_VERSION);
    pack_u8(p, (uint8_t)a->kind);
    pack_u8(p, (uint8_t)a->status);
    pack_u8(p, 0);
    pack_u64(p, a->number);
    pack_u32(p, a->frames);
    pack_time(p, a->timeout);
    pack_u32(p, a->count);
}

enum sim_status grant_take_answer(struct unpack *u, struct grant_answer *a)
{
    const uint8_t version = unpack_u8(u);
    const uint8_t kind = unpack_u8(u);
    const uint8_t status = unpack_u8(u);
    const uint8_t nothing = unpack_u8(u);
    *a = (struct grant_answer){.kind = (enum grant_answer_kind)kind,
                               .status = (enum grant_status)status};
    a->number = unpack_u64(u);
    a->frames = unpack_u32(u);
    a->timeout = unpack_time(u);
    a->count = unpack_u32(u);
    const bool is_known = version == GRANT_VERSION && kind >= GRANT_DONE && kind <= GRANT_SPOKEN &&
                          status <= GRANT_SPOILT && nothing == 0;
    return is_known && !u->ran_out && a->timeout >= 0 ? SIM_OK : SIM_ERR_INVALID;
}

static void put_acquisition(struct pack *p, const struct node_acquisition *q)
{
    pack_u64(p, q->call_id);
    pack_u32(p, q->tasklet);
    pack_u8(p, (uint8_t)q->served);
    pack_u32(p, q->source);
    pack_u32(p, q->attempts);
    pack_u32(p, q->evicted);
    pack_u8(p, q->too_large);
    pack_time(p, q->asked);
    pack_time(p, q->timed_out_ns);
    for (int i = 0; i < NODE_STAGES; i++) {
        pack_time(p, q->spent_ns[i]);
    }
}

void grant_put_action(struct pack *p, const struct node_action *a)
{
    pack_u8(p, (uint8_t)a->kind);
    switch (a->kind) {
    case NODE_SEND:
    case NODE_FLOOD:
        break; /* the next frame says all */
    case NODE_RUN:
    case NODE_RESUME:
        pack_u64(p, a->run.call_id);
        pack_u32(p, a->run.slot);
        pack_u32(p, a->run.level);
        pack_u32(p, a->run.tasklet);
        pack_u32(p, a->run.version);
        break;
    case NODE_RETIRED:
    case NODE_DROPPED:
        pack_u32(p, a->binary.tasklet);
        pack_u32(p, a->binary.version);
        break;
    case NODE_STORED:
    case NODE_EVICTED:
    case NODE_WANTED:
    case NODE_ATTEMPT_LOST:
        pack_u32(p, a->binary.tasklet);
        break;
    case NODE_ACQUIRED:
    case NODE_NOT_ACQUIRED:
        put_acquisition(p, a->acquired);
        break;
    case NODE_ANSWER:
        pack_u64(p, a->answer.call_id);
        pack_u32(p, a->answer.slot);
        pack_u32(p, a->answer.chain);
        pack_u8(p, (uint8_t)a->answer.outcome);
        pack_time(p, a->answer.response_ns);
        pack_time(p, a->answer.acquisition_ns);
        pack_time(p, a->answer.queueing_ns);
        break;
    }
}

static bool take_run(struct unpack *u, const struct grant_bounds *b, struct node_action *a)
{
    a->run.call_id = unpack_u64(u);
    a->run.slot = unpack_u32(u);
    a->run.level = unpack_u32(u);
    a->run.tasklet = unpack_u32(u);
    a->run.version = unpack_u32(u);
    return a->run.slot < b->calls_max && a->run.level < b->depth && a->run.tasklet < b->tasklets;
}

static bool take_acquisition(struct unpack *u, const struct grant_bounds *b,
                             struct node_acquisition *q)
{
    q->call_id = unpack_u64(u);
    q->tasklet = unpack_u32(u);
    const uint8_t served = unpack_u8(u);
    q->served = (enum node_served)served;
    q->source = unpack_u32(u);
    q->attempts = unpack_u32(u);
    q->evicted = unpack_u32(u);
    const uint8_t too_large = unpack_u8(u);
    q->too_large = too_large == 1;
    q->asked = unpack_time(u);
    q->timed_out_ns = unpack_time(u);
    bool is_past = q->asked >= 0 && q->timed_out_ns >= 0;
    for (int i = 0; i < NODE_STAGES; i++) {
        q->spent_ns[i] = unpack_time(u);
        is_past &= q->spent_ns[i] >= 0;
    }
    const bool from_somebody = q->source < b->nodes || q->source == UINT32_MAX;
    return is_past && q->tasklet < b->tasklets && served < NODE_SERVED_KINDS && from_somebody &&
           too_large <= 1;
}

static bool take_call_end(struct unpack *u, const struct grant_bounds *b, struct node_action *a)
{
    a->answer.call_id = unpack_u64(u);
    a->answer.slot = unpack_u32(u);
    a->answer.chain = unpack_u32(u);
    const uint8_t outcome = unpack_u8(u);
    a->answer.outcome = (enum node_outcome)outcome;
    a->answer.response_ns = unpack_time(u);
    a->answer.acquisition_ns = unpack_time(u);
    a->answer.queueing_ns = unpack_time(u);
    const bool has_slot = a->answer.slot < b->calls_max || a->answer.slot == POOL_NONE;
    return has_slot && a->answer.chain < b->tasklets && outcome <= NODE_WENT_DOWN &&
           a->answer.response_ns >= 0 && a->answer.acquisition_ns >= 0 &&
           a->answer.queueing_ns >= 0;
}

enum sim_status grant_take_action(struct unpack *u, const struct grant_bounds *b,
                                  struct node_action *a, struct node_acquisition *acquired)
{
    const uint8_t kind = unpack_u8(u);
    bool is_sound = kind <= NODE_ANSWER;
    *a = (struct node_action){.kind = (enum node_action_kind)kind};
    switch (is_sound ? a->kind : NODE_SEND) {
    case NODE_SEND:
    case NODE_FLOOD:
        break;
    case NODE_RUN:
    case NODE_RESUME:
        is_sound = take_run(u, b, a);
        break;
    case NODE_RETIRED:
    case NODE_DROPPED:
        a->binary.tasklet = unpack_u32(u);
        a->binary.version = unpack_u32(u);
        is_sound = a->binary.tasklet < b->tasklets;
        break;
    case NODE_STORED:
    case NODE_EVICTED:
    case NODE_WANTED:
    case NODE_ATTEMPT_LOST:
        a->binary.tasklet = unpack_u32(u);
        is_sound = a->binary.tasklet < b->tasklets;
        break;
    case NODE_ACQUIRED:
    case NODE_NOT_ACQUIRED:
        a->acquired = acquired;
        is_sound = take_acquisition(u, b, acquired);
        break;
    case NODE_ANSWER:
        is_sound = take_call_end(u, b, a);
        break;
    }
    return is_sound && !u->ran_out ? SIM_OK : SIM_ERR_INVALID;
}

/* ---- figures ---- */

void grant_put_figures(struct pack *p, const struct grant_figures *f)
{
    put_stats(p, &f->stats);
    pack_u64(p, f->cache_bytes);
    pack_u64(p, f->cache_high_bytes);
    pack_u64(p, f->flood_forgotten);
    pack_time(p, f->stalled_since);
    pack_u32(p, f->calls_in_use);
    pack_u32(p, f->calls_fresh);
    pack_u32(p, f->calls_running);
    pack_u32(p, f->fetches_fresh);
    pack_u32(p, f->queued);
    pack_u32(p, f->held);
    pack_u64(p, f->undecodable);
    pack_bytes(p, f->books, sizeof f->books);
}

enum sim_status grant_take_figures(struct unpack *u, struct grant_figures *f)
{
    struct grant_figures read = {.undecodable = 0};
    take_stats(u, &read.stats);
    read.cache_bytes = unpack_u64(u);
    read.cache_high_bytes = unpack_u64(u);
    read.flood_forgotten = unpack_u64(u);
    read.stalled_since = unpack_time(u);
    read.calls_in_use = unpack_u32(u);
    read.calls_fresh = unpack_u32(u);
    read.calls_running = unpack_u32(u);
    read.fetches_fresh = unpack_u32(u);
    read.queued = unpack_u32(u);
    read.held = unpack_u32(u);
    read.undecodable = unpack_u64(u);
    const unsigned char *books = unpack_bytes(u, sizeof read.books);
    if (books == NULL || books[sizeof read.books - 1] != '\0') {
        return SIM_ERR_INVALID;
    }
    memcpy(read.books, books, sizeof read.books);
    *f = read;
    return SIM_OK;
}

/* ---- words ---- */

void grant_put_word(struct pack *p, const struct grant_word *w)
{
    pack_u8(p, (uint8_t)w->kind);
    pack_u32(p, w->callee);
    pack_u32(p, w->result);
    pack_u32(p, w->version);
    pack_u32(p, w->loads);
    pack_u32(p, w->sub_calls);
    pack_u32(p, w->suspensions);
    pack_u64(p, w->instructions);
    pack_u64(p, w->state_bytes);
    pack_u64(p, w->state_memory_bytes);
}

enum sim_status grant_take_word(struct unpack *u, struct grant_word *w)
{
    const uint8_t kind = unpack_u8(u);
    *w = (struct grant_word){.kind = (enum node_event_kind)kind};
    w->callee = unpack_u32(u);
    w->result = unpack_u32(u);
    w->version = unpack_u32(u);
    w->loads = unpack_u32(u);
    w->sub_calls = unpack_u32(u);
    w->suspensions = unpack_u32(u);
    w->instructions = unpack_u64(u);
    w->state_bytes = unpack_u64(u);
    w->state_memory_bytes = unpack_u64(u);
    const bool is_word =
        (kind == NODE_EXEC_CALLS || kind == NODE_EXEC_FINISHED || kind == NODE_EXEC_TRAPPED) &&
        w->state_memory_bytes <= w->state_bytes;
    return is_word && !u->ran_out ? SIM_OK : SIM_ERR_INVALID;
}

/* ---- frames ---- */

uint32_t grant_check(const unsigned char *bytes, size_t length)
{
    return (uint32_t)digest_bytes(DIGEST_START, bytes, length);
}

void grant_put_frame(struct pack *p, const struct grant_frame *f)
{
    unsigned char header[WIRE_HEADER_BYTES];
    ASSERT(f->binary_bytes >= wire_payload_length(&f->message));
    wire_encode(&f->message, header);
    pack_u32(p, f->envelope.number);
    pack_u16(p, f->envelope.port);
    pack_u8(p, f->envelope.is_flood);
    pack_u8(p, 0);
    struct pack check = {.bytes = p->bytes + p->length, .room = p->room - p->length};
    pack_u32(p, 0); /* known below */
    const size_t begun = p->length;
    pack_bytes(p, header, sizeof header);
    pack_bytes(p, f->binary, f->binary_bytes);
    if (!p->overflowed) {
        pack_u32(&check, grant_check(p->bytes + begun, p->length - begun));
    }
}

/* What lies behind the message is the rest of its binary, which may be longer than it was drawn. */
enum sim_status grant_take_frame(const unsigned char *bytes, size_t length, struct grant_frame *f)
{
    struct unpack u = {.bytes = bytes, .length = length};
    struct grant_frame read = {.envelope.number = unpack_u32(&u)};
    read.envelope.port = unpack_u16(&u);
    const uint8_t is_flood = unpack_u8(&u);
    const uint8_t nothing = unpack_u8(&u);
    const uint32_t check = unpack_u32(&u);
    read.envelope.is_flood = is_flood == 1;
    const size_t left = unpack_left(&u);
    if (is_flood > 1 || nothing != 0 || left < WIRE_HEADER_BYTES ||
        check != grant_check(bytes + u.at, left)) {
        return SIM_ERR_INVALID;
    }
    const unsigned char *message = bytes + u.at;
    const unsigned char *payload = NULL;
    struct unpack sized = {.bytes = message + WIRE_HEADER_BYTES - 4, .length = 4};
    const size_t payload_bytes = unpack_u32(&sized);
    if (payload_bytes > left - WIRE_HEADER_BYTES ||
        wire_decode(message, WIRE_HEADER_BYTES + payload_bytes, &read.message, &payload) !=
            SIM_OK) {
        return SIM_ERR_INVALID;
    }
    const size_t rest = left - WIRE_HEADER_BYTES - payload_bytes;
    if (payload == NULL && rest > 0) {
        return SIM_ERR_INVALID;
    }
    read.binary = payload;
    read.binary_bytes = payload_bytes + rest;
    *f = read;
    return SIM_OK;
}
