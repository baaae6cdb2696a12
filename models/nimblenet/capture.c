#include "models/nimblenet/capture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- in a handler ---- */

#define FIRST_NOTES ((size_t)1024)

static bool grow(struct nimblenet_capture *c)
{
    const size_t capacity = c->capacity > 0 ? 2 * c->capacity : FIRST_NOTES;
    struct nimblenet_capture_note *larger = realloc(c->note, capacity * sizeof *larger);
    if (larger == NULL) {
        return false;
    }
    c->note = larger;
    c->capacity = capacity;
    return true;
}

void nimblenet_capture_note(struct nimblenet_capture *c, const struct world_frame *frame)
{
    if (c->notes == c->capacity && !grow(c)) {
        c->out_of_memory = true;
        return;
    }
    struct nimblenet_capture_note *note = &c->note[c->notes++];
    note->frame = *frame;
    note->message = *frame->message;
}

/* ---- between two slices ---- */

static enum model_frame_fate fate_of(enum world_event_kind kind)
{
    return kind == WORLD_EV_LOST         ? MODEL_FRAME_LOST
           : kind == WORLD_EV_RECEIVED   ? MODEL_FRAME_CAME
           : kind == WORLD_EV_OVERFLOWED ? MODEL_FRAME_OVERFLOWED
                                         : MODEL_FRAME_SENT;
}

static const unsigned char *binary_of(const struct nimblenet_capture *c,
                                      const struct wire_message *m)
{
    if (c->remote != NULL) {
        return remote_binary(c->remote, m);
    }
    ASSERT(m->tasklet < c->set->count && c->set->binary[m->tasklet].length >= m->size);
    return c->set->binary[m->tasklet].bytes;
}

/* A copy of the frame's body, which may then be changed. NULL: there is no memory for it. */
static unsigned char *alter(struct nimblenet_capture *c, const struct model_frame *f)
{
    ASSERT(f->body != NULL && f->body_bytes > 0);
    if (f->body_bytes > c->altered_room) {
        unsigned char *larger = realloc(c->altered, f->body_bytes);
        if (larger == NULL) {
            c->out_of_memory = true;
            return NULL;
        }
        c->altered = larger;
        c->altered_room = f->body_bytes;
    }
    memcpy(c->altered, f->body, f->body_bytes);
    return c->altered;
}

static void flip(unsigned char *byte, uint32_t bit)
{
    *byte = (unsigned char)(*byte ^ 1U << bit);
}

/* What a node's memory and a link have made of the bytes. A daemon's binary is false already, in
 * the same way: real/remote_hear.c. */
static void change(struct nimblenet_capture *c, const struct world_frame *frame,
                   unsigned char header[WIRE_HEADER_BYTES], struct model_frame *f)
{
    const bool is_false = frame->has_false_binary && c->remote == NULL;
    const size_t at = frame->spoilt_bit / 8;
    const bool is_spoilt_behind = frame->is_spoilt && at >= f->head_bytes;
    if (frame->is_spoilt && !is_spoilt_behind) {
        flip(&header[at], frame->spoilt_bit % 8);
    }
    unsigned char *body = is_false || is_spoilt_behind ? alter(c, f) : NULL;
    if (body == NULL) {
        return;
    }
    if (is_false) {
        flip(body, 0);
    }
    if (is_spoilt_behind) {
        ASSERT(at - f->head_bytes < f->body_bytes);
        flip(&body[at - f->head_bytes], frame->spoilt_bit % 8);
    }
    f->body = body;
}

static const char *words_about(const struct world_frame *frame)
{
    const bool is_second = (frame->attempt & WORLD_SECOND_COPY) != 0;
    if (frame->is_spoilt) {
        return is_second ? "a second copy of it, which comes with another bit"
                         : "comes with another bit";
    }
    return is_second ? "a second copy of it" : NULL;
}

/* Housekeeping is the radio's: no core makes or reads it, so its bytes are a number only. */
static void tell(struct nimblenet_capture *c, const struct nimblenet_capture_note *note)
{
    unsigned char header[WIRE_HEADER_BYTES];
    const struct wire_message *m = &note->message;
    struct model_frame f = {
        .at = note->frame.at,
        .link = note->frame.link,
        .fate = fate_of(note->frame.kind),
        .attempt = note->frame.attempt & ~WORLD_SECOND_COPY,
        .about = words_about(&note->frame),
    };
    if (m->kind == TRAFFIC_CHATTER) {
        f.bytes = note->frame.bytes;
        f.about = "housekeeping, of which no bytes are known";
    } else {
        wire_encode(m, header);
        f.head = header;
        f.head_bytes = sizeof header;
        f.body_bytes = wire_payload_length(m);
        f.body = f.body_bytes > 0 ? binary_of(c, m) : NULL;
        f.bytes = f.head_bytes + f.body_bytes;
        change(c, &note->frame, header, &f);
    }
    c->listener->frame(c->listener->context, &f);
}

enum sim_status nimblenet_capture_tell(struct nimblenet_capture *c)
{
    for (size_t i = 0; i < c->notes; i++) {
        tell(c, &c->note[i]);
    }
    c->notes = 0;
    return c->out_of_memory ? SIM_ERR_NOMEM : SIM_OK;
}

void nimblenet_capture_deinit(struct nimblenet_capture *c)
{
    free(c->note);
    free(c->altered);
    *c = (struct nimblenet_capture){.listener = NULL};
}

/* ---- links ---- */

static uint32_t count_links(const void *system)
{
    const struct mesh *mesh = &((const struct compose_system *)system)->mesh;
    return mesh->first[mesh->node_count];
}

/* Whose port it is: the last node whose links begin there or before. */
static uint32_t owner_of(const struct mesh *mesh, uint32_t link)
{
    uint32_t low = 0;
    uint32_t high = mesh->node_count;
    while (high - low > 1) {
        const uint32_t middle = low + (high - low) / 2;
        *(mesh->first[middle] <= link ? &low : &high) = middle;
    }
    return low;
}

/* Nodes count from 1 here, as in all rows; on the wire from 0. */
static void name_link(const void *system, uint32_t link, char *text, size_t bytes)
{
    const struct mesh *mesh = &((const struct compose_system *)system)->mesh;
    ASSERT(link < count_links(system));
    (void)snprintf(text, bytes, "node %u > node %u", owner_of(mesh, link) + 1,
                   mesh->link[link].to + 1);
}

const struct model_capture nimblenet_capture_table = {
    .links = count_links,
    .name_link = name_link,
};
