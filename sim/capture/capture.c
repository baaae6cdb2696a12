#include "sim/capture/capture.h"

#include "sim/capture/pcapng.h"
#include "sim/terminal/exit.h"

static const struct output_kind capture = {
    .name = "a capture",
    .begins = (const char *const[]){PCAPNG_BEGIN, NULL},
};

int capture_open(struct capture *c, const char *path, bool replace)
{
    ASSERT(path != NULL);
    *c = (struct capture){.frames = 0};
    const int code = output_open(&c->output, path, replace, &capture);
    if (code == EXIT_OK) {
        pcapng_put_section(c->output.stream);
    }
    return code;
}

void capture_begin_run(struct capture *c, const struct model_capture *of, const void *system,
                       const char *title)
{
    c->first_link += c->links;
    c->links = of->links(system);
    for (uint32_t i = 0; i < c->links; i++) {
        char name[64];
        of->name_link(system, i, name, sizeof name);
        pcapng_put_interface(c->output.stream, name, title);
    }
}

static const char *fate_of(const struct model_frame *f)
{
    switch (f->fate) {
    case MODEL_FRAME_LOST:
        return "lost on the way";
    case MODEL_FRAME_OVERFLOWED:
        return "found no room in the queue";
    case MODEL_FRAME_SENT:
    case MODEL_FRAME_CAME:
        break;
    }
    return NULL;
}

static void comment(struct pcapng_packet *p, const char *text)
{
    ASSERT(p->comments < PCAPNG_COMMENTS_MAX);
    if (text != NULL) {
        p->comment[p->comments++] = text;
    }
}

void capture_put(struct capture *c, const struct model_frame *f)
{
    char again[32];
    ASSERT(f->link < c->links);
    const bool comes = f->fate == MODEL_FRAME_CAME || f->fate == MODEL_FRAME_OVERFLOWED;
    struct pcapng_packet p = {
        .interface = c->first_link + f->link,
        .at = f->at,
        .direction = comes ? PCAPNG_INBOUND : PCAPNG_OUTBOUND,
        .part = {f->head, f->body},
        .part_bytes = {f->head_bytes, f->body_bytes},
        .bytes = f->bytes,
    };
    comment(&p, f->about);
    comment(&p, fate_of(f));
    (void)snprintf(again, sizeof again, "sent again, attempt %u", f->attempt + 1);
    comment(&p, f->attempt > 0 ? again : NULL);
    pcapng_put_packet(c->output.stream, &p);
    c->frames++;
}

bool capture_is_sound(const struct capture *c)
{
    return ferror(c->output.stream) == 0;
}

int capture_close(struct capture *c, bool is_kept)
{
    if (is_kept) {
        return output_commit(&c->output);
    }
    output_abandon(&c->output);
    return EXIT_OK;
}
