#include "models/nimblenet/real/noded.h"

#include <stdlib.h>

#include "models/nimblenet/core/version.h"
#include "models/nimblenet/real/grant.h"
#include "models/nimblenet/real/outfit.h"
#include "models/nimblenet/real/release.h"
#include "models/nimblenet/real/worker.h"
#include "runtime-replay/processes/process.h"
#include "sim/engine/digest.h"

enum { EXIT_WELL = 0, EXIT_BY_HAND = 2, EXIT_BAD_ORDERS = 65, EXIT_BROKEN = 70 };

/* Frames that are sent before the access point is asked to take them: fewer than its socket holds.
 */
enum { FRAMES_AT_ONCE = 32, FRAME_WAIT_MS = 1000 };
/* A setup is longer than an order, but not without end. */
#define SETUP_MOST ((uint64_t)1 << 30)

struct noded {
    struct process_line line;
    struct outfit outfit;
    struct node node;
    void *memory;
    /* Where tasklets are really run, at every node but the registry. */
    struct hold hold;
    struct worker *worker;
    uint32_t *argument;      /* of each call, as it is named in its grant */
    uint64_t *metered;       /* in a slot, of the call that is there, so far */
    sim_time now;            /* of the latest event */
    struct grant_frame came; /* the frame that is being handled */
    bool has_frame, has_booted;
    uint64_t undecodable;
    uint32_t frames_in, frames_out; /* numbers of the next ones */
    /* The answer as it grows. */
    struct pack answer;
    struct grant_answer head;
    bool is_broken; /* the line: nothing more can be said */
    unsigned char order[PROCESS_ORDER_MAX], answered[PROCESS_ORDER_MAX];
    unsigned char frame[PROCESS_FRAME_MAX], sent[PROCESS_FRAME_MAX];
};

/* ---- answers ---- */

static void begin_answer(struct noded *d, uint64_t number)
{
    d->answer = (struct pack){.bytes = d->answered, .room = sizeof d->answered};
    d->head = (struct grant_answer){.kind = GRANT_DONE, .number = number};
    d->answer.length = GRANT_ANSWER_BYTES;
}

static void say(struct noded *d, enum grant_answer_kind kind)
{
    struct pack head = {.bytes = d->answered, .room = GRANT_ANSWER_BYTES};
    d->head.kind = kind;
    d->head.timeout = node_next_timeout(&d->node);
    grant_put_answer(&head, &d->head);
    ASSERT(!head.overflowed && !d->answer.overflowed);
    d->is_broken |= process_line_order(&d->line, d->answered, d->answer.length) != SIM_OK;
}

/* Says what there is so far, and waits to be told to go on. */
static void say_part(struct noded *d)
{
    struct grant further = {.kind = GRANT_END};
    size_t length = 0;
    say(d, GRANT_PART);
    if (process_line_take_order(&d->line, d->order, sizeof d->order, -1, &length) != SIM_OK ||
        grant_decode(d->order, length, &further) != SIM_OK || further.kind != GRANT_GO_ON) {
        d->is_broken = true;
    }
    begin_answer(d, d->head.number);
}

/* ---- what the core wants ---- */

/* A binary that nobody runs: bytes that its version's hash decides. */
static unsigned char filling(uint64_t hash, size_t at)
{
    return (unsigned char)(hash >> (8 * (at % 8)));
}

static void fill(unsigned char *bytes, size_t length, uint64_t hash)
{
    for (size_t i = 0; i < length; i++) {
        bytes[i] = filling(hash, i);
    }
}

static bool is_filled(const unsigned char *bytes, size_t length, uint64_t hash)
{
    bool is_same = true;
    for (size_t i = 0; i < length && is_same; i++) {
        is_same = bytes[i] == filling(hash, i);
    }
    return is_same;
}

/* The registry has the first version's bytes, and signs what it hands out as what it is. */
static size_t sign(const struct outfit_binary *b, uint32_t version, unsigned char *room)
{
    memcpy(room, b->bytes, b->length);
    release_sign(room + b->length, version);
    return b->length + release_extra(version);
}

/* The bytes behind a message: those that it came with, or of a binary that is held here. */
static void add_binary(struct noded *d, struct grant_frame *f, unsigned char *room)
{
    const size_t length = wire_payload_length(&f->message);
    const bool passes = d->has_frame && f->message.origin != d->node.self;
    const struct outfit_binary *all = d->outfit.work.binary;
    const uint32_t t = f->message.tasklet;
    uint32_t version = 0;
    f->binary = length > 0 ? room : NULL;
    if (length == 0) {
        return;
    }
    (void)version_of(&d->outfit.catalogue, t, f->message.hash, &version); /* its own word */
    if (passes) {
        f->binary = d->came.binary;
        f->binary_bytes = d->came.binary_bytes;
    } else if (all == NULL) {
        fill(room, length, f->message.hash);
        f->binary_bytes = length;
    } else if (all[t].bytes != NULL) {
        f->binary_bytes = sign(&all[t], version, room);
    } else {
        f->binary_bytes = hold_copy(&d->hold, t, version, room, PROCESS_FRAME_MAX);
        d->is_broken |= f->binary_bytes < length;
    }
}

static void send_frame(struct noded *d, const struct node_action *a)
{
    static unsigned char binary[PROCESS_FRAME_MAX];
    struct grant_frame f = {
        .envelope = {.number = d->frames_out++,
                     .port = a->send.port,
                     .is_flood = a->kind == NODE_FLOOD},
        .message = *a->send.message,
    };
    if (wire_payload_length(&f.message) <= sizeof binary) {
        add_binary(d, &f, binary);
    }
    if (!d->is_broken && f.binary_bytes >= wire_payload_length(&f.message)) {
        struct pack p = {.bytes = d->sent, .room = sizeof d->sent};
        grant_put_frame(&p, &f);
        d->is_broken |= p.overflowed || process_line_send(&d->line, d->sent, p.length) != SIM_OK;
    } else {
        d->is_broken = true; /* no datagram is so long: its maker had to refuse the run */
    }
    d->head.frames++;
}

/* The binary that has just come; it was looked at when it did. */
static bool store(struct noded *d, uint32_t tasklet, uint32_t version)
{
    return d->has_frame && d->came.message.tasklet == tasklet && d->came.binary != NULL &&
           hold_put(&d->hold, tasklet, version, d->came.binary, d->came.binary_bytes);
}

/* What the executor and the memory of binaries have to do. */
static bool execute(struct noded *d, const struct node_action *a)
{
    switch (a->kind) {
    case NODE_STORED:
        return store(d, a->binary.tasklet, a->binary.version);
    case NODE_EVICTED:
        hold_drop(&d->hold, a->binary.tasklet);
        return true;
    case NODE_DROPPED:
        hold_drop_version(&d->hold, a->binary.tasklet, a->binary.version);
        return true;
    case NODE_RUN:
        return a->run.level == 0 ? worker_call(d->worker, a->run.slot, a->run.tasklet,
                                               a->run.version, d->argument[a->run.call_id])
                                 : worker_sub_call(d->worker, a->run.slot, a->run.version);
    case NODE_RESUME:
        return worker_resume(d->worker, a->run.slot, a->run.version);
    case NODE_RETIRED: /* it stays in the hold, under its version */
    case NODE_SEND:
    case NODE_FLOOD:
    case NODE_WANTED:
    case NODE_ATTEMPT_LOST:
    case NODE_ACQUIRED:
    case NODE_NOT_ACQUIRED:
    case NODE_ANSWER:
        break;
    }
    return true;
}

/* What a run takes until its next word, which is waited for: the clock cannot go on without. */
static void put_metered(struct noded *d, const struct node_action *a)
{
    struct grant_word word;
    const bool is_run = a->kind == NODE_RUN || a->kind == NODE_RESUME;
    if (!d->outfit.work.is_metered || !is_run || d->worker == NULL || d->is_broken) {
        return;
    }
    uint64_t *before = &d->metered[a->run.slot];
    *before = a->kind == NODE_RUN && a->run.level == 0 ? 0 : *before;
    d->is_broken |= !worker_foresee(d->worker, a->run.slot, &word) || word.instructions < *before;
    if (!d->is_broken) {
        pack_u64(&d->answer, word.instructions - *before);
        *before = word.instructions;
    }
}

static void act(void *context, const struct node_action *a)
{
    struct noded *d = context;
    if (d->is_broken) {
        return;
    }
    if (d->answer.room - d->answer.length < GRANT_ACTION_MAX || d->head.frames == FRAMES_AT_ONCE) {
        say_part(d);
    }
    d->is_broken |= d->worker != NULL && !execute(d, a);
    if (a->kind == NODE_SEND || a->kind == NODE_FLOOD) {
        send_frame(d, a);
    }
    grant_put_action(&d->answer, a);
    put_metered(d, a);
    d->head.count++;
}

/* ---- what it is granted ---- */

/* The bytes behind a message are those of that version of its tasklet. */
static bool is_version(const struct noded *d, const struct grant_frame *f, uint32_t version)
{
    const struct catalogue *c = &d->outfit.catalogue;
    const uint32_t t = f->message.tasklet;
    if (d->outfit.work.binary == NULL) {
        return f->binary_bytes == c->tasklet[t].size_bytes &&
               is_filled(f->binary, f->binary_bytes, version_hash(c, t, version));
    }
    const struct outfit_binary *b = &d->outfit.work.binary[t];
    return f->binary_bytes == b->length + release_extra(version) &&
           release_of(f->binary, f->binary_bytes) == version &&
           digest_bytes(DIGEST_START, f->binary, b->length) == b->digest;
}

/* A binary for this node is the one that it is said to be. Of one whose hash is of no version, the
 * core knows that it is a lie; here it is any of its tasklet's. */
static bool is_true(const struct noded *d, const struct grant_frame *f)
{
    const struct catalogue *c = &d->outfit.catalogue;
    const uint32_t t = f->message.tasklet;
    uint32_t version = 0;
    if (f->binary == NULL || f->message.destination != d->node.self) {
        return true;
    }
    if (t >= c->count) {
        return false;
    }
    if (version_of(c, t, f->message.hash, &version)) {
        return is_version(d, f, version);
    }
    const uint32_t last = c->updates != NULL ? c->updates[t] : 0;
    while (version < last && !is_version(d, f, version)) {
        version++;
    }
    return is_version(d, f, version);
}

static enum grant_status take_frame(struct noded *d)
{
    size_t length = 0;
    for (;;) {
        const enum sim_status status =
            process_line_receive(&d->line, d->frame, sizeof d->frame, FRAME_WAIT_MS, &length);
        if (status == SIM_ERR_NOTFOUND) {
            return GRANT_NO_FRAME;
        }
        if (status == SIM_ERR_IO) {
            d->is_broken = true;
            return GRANT_NO_FRAME;
        }
        struct unpack number = {.bytes = d->frame, .length = length};
        const bool is_due = unpack_u32(&number) == d->frames_in && !number.ran_out;
        if (status == SIM_OK && is_due) {
            break; /* what is older was sent twice */
        }
    }
    d->frames_in++;
    d->has_frame = grant_take_frame(d->frame, length, &d->came) == SIM_OK && is_true(d, &d->came);
    d->undecodable += !d->has_frame;
    return d->has_frame ? GRANT_WELL : GRANT_SPOILT;
}

/* Whether a core may be asked that at all. */
static bool may_step(const struct noded *d, const struct grant *g)
{
    const struct node *n = &d->node;
    if (g->now < d->now || (g->event.kind == NODE_CALL && d->worker != NULL &&
                            g->event.call_id > d->outfit.setup.calls_max)) {
        return false;
    }
    if (g->event.kind == NODE_UPDATE) {
        const uint32_t t = g->event.tasklet;
        return node_is_registry(n) && n->newest != NULL && t < d->outfit.catalogue.count &&
               n->newest[t] < d->outfit.catalogue.updates[t];
    }
    return true;
}

static void step(struct noded *d, const struct grant *g)
{
    const struct node_sink sink = {act, d};
    struct node_event event = g->event;
    d->has_frame = false;
    if (!may_step(d, g)) {
        d->head.status = GRANT_REFUSED;
        return;
    }
    if (event.kind == NODE_FRAME) {
        d->head.status = take_frame(d);
        if (!d->has_frame) {
            return;
        }
        event.frame = &d->came.message;
    }
    if (event.kind == NODE_CALL && d->worker != NULL) {
        d->argument[event.call_id] = g->argument;
    }
    d->now = g->now;
    const enum sim_status status = node_step(&d->node, g->now, &event, &sink);
    d->head.status = status == SIM_OK ? GRANT_WELL : GRANT_REFUSED;
}

static void restart(struct noded *d, const struct grant *g)
{
    const struct node_sink sink = {act, d};
    if (g->now < d->now) {
        d->head.status = GRANT_REFUSED;
        return;
    }
    d->now = g->now;
    d->has_frame = false;
    if (d->worker != NULL) {
        worker_forget(d->worker);
        hold_drop_all(&d->hold);
    }
    node_restart(&d->node, g->now, &sink);
}

/* A node that has failed is another process, which begins with nothing but its books. */
static void boot(struct noded *d, const struct grant *g)
{
    struct node *n = &d->node;
    if (d->has_booted || d->now > 0 || node_is_registry(n)) {
        d->head.status = GRANT_REFUSED;
        return;
    }
    d->has_booted = true;
    d->now = g->now;
    node_set_epoch(n, g->past.epoch);
    n->stats = g->past.stats;
    n->settled_at = g->now;
    n->flood.forgotten = g->past.flood_forgotten;
    n->cache.high_water_bytes = g->past.cache_high_bytes;
}

static struct grant_figures figures_of(const struct noded *d)
{
    const struct node *n = &d->node;
    struct grant_figures f = {
        .stats = n->stats,
        .cache_bytes = n->cache.used_bytes,
        .cache_high_bytes = n->cache.high_water_bytes,
        .flood_forgotten = n->flood.forgotten,
        .stalled_since = n->stalled_since,
        .calls_in_use = n->calls.in_use,
        .calls_fresh = n->calls.fresh,
        .calls_running = n->calls_running,
        .fetches_fresh = n->fetches.fresh,
        .queued = n->queue_count,
        .undecodable = d->undecodable,
    };
    const char *wrong = node_audit(n);
    if (wrong != NULL) {
        (void)strncat(f.books, wrong, sizeof f.books - 1);
    }
    return f;
}

/* What it holds follows the figures where there are versions to tell old copies by. */
static void put_held(struct noded *d)
{
    const struct cache *c = &d->node.cache;
    const uint32_t held = d->outfit.catalogue.updates != NULL ? c->count : 0;
    for (uint32_t i = 0; i < held; i++) {
        if (d->answer.room - d->answer.length < GRANT_ACTION_MAX) {
            say_part(d);
        }
        pack_u32(&d->answer, c->entry[i].tasklet);
        pack_u32(&d->answer, c->entry[i].version);
        d->head.count++;
    }
}

static void look(struct noded *d, const struct grant *g)
{
    if (g->now < d->now) {
        d->head.status = GRANT_REFUSED;
        return;
    }
    d->now = g->now;
    node_settle(&d->node, g->now);
    put_held(d);
    const struct grant_figures f = figures_of(d);
    if (d->answer.room - d->answer.length < sizeof f) {
        say_part(d);
    }
    grant_put_figures(&d->answer, &f);
}

/* Waits for the executor, which waits for nobody. False, and refused, where it runs nothing. */
static bool speak(struct noded *d, const struct grant *g)
{
    struct grant_word word;
    if (d->worker == NULL || !worker_word(d->worker, g->slot, &word)) {
        d->head.status = GRANT_REFUSED;
        return false;
    }
    grant_put_word(&d->answer, &word);
    return true;
}

/* ---- from the outfit to the end ---- */

/* Room for as many binaries as the cache has, each longer than it was drawn, in each version. */
static size_t hold_room(const struct outfit *o, size_t *longest)
{
    uint64_t drawn = 0;
    size_t longer = 0;
    *longest = 0;
    for (uint32_t i = 0; i < o->catalogue.count; i++) {
        const uint32_t size = o->tasklet[i].size_bytes;
        const uint32_t length = o->work.binary[i].length + RELEASE_MOST;
        const uint32_t versions = 1 + (o->catalogue.updates != NULL ? o->catalogue.updates[i] : 0);
        drawn += (uint64_t)versions * size;
        longer += (size_t)versions * (length > size ? length - size : 0);
        *longest = length > *longest ? length : *longest;
    }
    return (size_t)(drawn < o->setup.cache_bytes ? drawn : o->setup.cache_bytes) + longer;
}

static bool start_executor(struct noded *d)
{
    const struct outfit *o = &d->outfit;
    size_t longest;
    const size_t room = hold_room(o, &longest);
    const struct worker_spec spec = {
        .hold = &d->hold,
        .binary = o->work.binary,
        .tasklets = o->catalogue.count,
        .slots = o->setup.calls_max,
        .depth = o->catalogue.depth,
        .instructions = o->work.instructions,
        .binary_bytes = longest,
    };
    d->argument = calloc((size_t)o->setup.calls_max + 1, sizeof *d->argument);
    d->metered = calloc(o->setup.calls_max, sizeof *d->metered);
    return d->argument != NULL && d->metered != NULL &&
           hold_init(&d->hold, o->catalogue.count, o->catalogue.updates, room) == SIM_OK &&
           worker_start(&d->worker, &spec) == SIM_OK;
}

static bool equip(struct noded *d, const unsigned char *setup, size_t length)
{
    if (outfit_decode(&d->outfit, setup, length) != SIM_OK) {
        return false;
    }
    d->memory = calloc(1, node_memory_bytes(&d->outfit.setup));
    if (d->memory == NULL) {
        return false;
    }
    node_init(&d->node, &d->outfit.setup, d->outfit.self, d->outfit.next_port, d->memory);
    const bool executes = d->outfit.work.binary != NULL && !node_is_registry(&d->node);
    return !executes || start_executor(d);
}

/* The next order. False where there is none. */
static int next_order(struct noded *d, struct grant *g)
{
    size_t length = 0;
    if (process_line_take_order(&d->line, d->order, sizeof d->order, -1, &length) != SIM_OK) {
        return -1; /* the access point is gone */
    }
    return grant_decode(d->order, length, g) == SIM_OK ? EXIT_WELL : EXIT_BAD_ORDERS;
}

/* Gathers the pieces of the setup. */
static int be_equipped(struct noded *d)
{
    unsigned char *setup = NULL;
    size_t have = 0;
    uint64_t all = 0;
    struct grant g = {.kind = GRANT_SETUP};
    int code = EXIT_WELL;
    do {
        code = next_order(d, &g);
        all = have == 0 ? g.setup_bytes : all; /* the first piece says how much it will be */
        if (code == EXIT_WELL && (g.kind != GRANT_SETUP || g.setup_bytes != all ||
                                  all > SETUP_MOST || g.piece_bytes > all - have)) {
            code = EXIT_BAD_ORDERS;
        }
        if (code == EXIT_WELL && setup == NULL) {
            setup = malloc((size_t)all);
            code = setup != NULL ? EXIT_WELL : EXIT_BROKEN;
        }
        if (code == EXIT_WELL) {
            memcpy(setup + have, g.piece, g.piece_bytes);
            have += g.piece_bytes;
        }
    } while (code == EXIT_WELL && have < all);
    if (code == EXIT_WELL && !equip(d, setup, have)) {
        code = EXIT_BAD_ORDERS;
    }
    free(setup);
    return code;
}

static void do_as_granted(struct noded *d, const struct grant *g)
{
    enum grant_answer_kind kind = GRANT_DONE;
    begin_answer(d, g->number);
    switch (g->kind) {
    case GRANT_STEP:
        step(d, g);
        break;
    case GRANT_RESTART:
        restart(d, g);
        break;
    case GRANT_BOOT:
        boot(d, g);
        break;
    case GRANT_LOOK:
        look(d, g);
        kind = GRANT_FIGURES;
        break;
    case GRANT_WORD:
        kind = speak(d, g) ? GRANT_SPOKEN : GRANT_DONE;
        break;
    case GRANT_SETUP:
    case GRANT_GO_ON:
    case GRANT_END:
        d->head.status = GRANT_REFUSED;
        break;
    }
    say(d, kind);
}

static int serve(struct noded *d)
{
    int code = be_equipped(d);
    struct grant g = {.kind = GRANT_END};
    while (code == EXIT_WELL && !d->is_broken) {
        code = next_order(d, &g);
        if (code == EXIT_WELL && g.kind == GRANT_END) {
            return EXIT_WELL;
        }
        if (code == EXIT_WELL) {
            do_as_granted(d, &g);
        }
    }
    return d->is_broken ? EXIT_BROKEN : code < 0 ? EXIT_WELL : code;
}

int noded_main(void)
{
    struct process_line line;
    if (!process_line_inherit(&line)) {
        return EXIT_BY_HAND;
    }
    struct noded *d = calloc(1, sizeof *d);
    if (d == NULL) {
        return EXIT_BROKEN;
    }
    d->line = line;
    const int code = serve(d);
    worker_stop(d->worker);
    hold_deinit(&d->hold);
    free(d->argument);
    free(d->metered);
    free(d->memory);
    outfit_deinit(&d->outfit);
    free(d);
    return code;
}
