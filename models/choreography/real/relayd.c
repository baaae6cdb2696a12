#include "models/choreography/real/relayd.h"

#include <stdlib.h>

#include "models/choreography/real/word.h"
#include "runtime-replay/host_clock.h"
#include "runtime-replay/processes/crew.h"

enum { EXIT_WELL = 0, EXIT_BROKEN = 70 };
enum { HELD = 4096, SPELLS = 4096 };

struct relayd {
    const struct process_line *line;
    uint32_t run;
    int64_t begun_ns;
    struct held {
        int64_t due_ns;
        struct word word;
    } held[HELD]; /* in no order */
    uint32_t count;
    struct word spell[SPELLS];
    uint32_t spells;
};

static void hold(struct relayd *r, const struct word *word, int64_t due_ns)
{
    if (r->count < HELD) {
        r->held[r->count++] = (struct held){due_ns, *word};
    }
}

/* What is due goes on; when the next one is. */
static int64_t pass_on(struct relayd *r)
{
    const int64_t now = host_clock_ns();
    int64_t next = now + 60 * SIM_S;
    for (uint32_t i = 0; i < r->count;) {
        if (r->held[i].due_ns <= now) {
            (void)!process_line_send(r->line, &r->held[i].word, sizeof r->held[i].word);
            r->held[i] = r->held[--r->count];
        } else {
            next = r->held[i].due_ns < next ? r->held[i].due_ns : next;
            i++;
        }
    }
    return next;
}

static bool is_down(const struct relayd *r, uint32_t links, int64_t at)
{
    bool is_so = false;
    for (uint32_t i = 0; i < r->spells; i++) {
        const struct word *s = &r->spell[i];
        is_so |= (s->links & links) != 0 && at >= s->value && at < s->more;
    }
    return is_so;
}

/* A link's state as something is sent over it counts, as in the simulation. */
static void carry(struct relayd *r, const struct word *word)
{
    const int64_t now = host_clock_ns();
    if (word->run != r->run || is_down(r, word->links, now - r->begun_ns)) {
        return;
    }
    hold(r, word, now + word->more);
    if (word->kind == WORD_TASK) {
        struct word hello = *word;
        hello.kind = WORD_HELLO;
        hold(r, &hello, now + word->more - word->value);
    }
}

static bool obey(struct relayd *r, struct word *order)
{
    switch (order->kind) {
    case WORD_SPELL:
        if (r->spells == SPELLS) {
            return false;
        }
        r->spell[r->spells++] = *order;
        return true;
    case WORD_BEGIN:
        r->run = order->run;
        r->begun_ns = order->value;
        return true;
    case WORD_STOP:
        r->run = r->count = r->spells = 0;
        order->kind = WORD_STOPPED;
        order->digest = 0;
        return process_line_order(r->line, order, sizeof *order) == SIM_OK;
    default:
        return false;
    }
}

static bool serve_one(struct relayd *r)
{
    struct word word;
    bool is_order = false;
    const enum sim_status status =
        crew_line_hear(r->line, pass_on(r), &word, sizeof word, &is_order);
    if (status != SIM_OK) {
        return status == SIM_ERR_NOTFOUND;
    }
    if (is_order) {
        return obey(r, &word);
    }
    carry(r, &word);
    return true;
}

int relayd_serve(const struct process_line *line)
{
    struct relayd *r = calloc(1, sizeof *r);
    struct word is_set = {.kind = WORD_IS_SET, .number = 1};
    if (r == NULL) {
        return EXIT_BROKEN;
    }
    r->line = line;
    bool goes_on = process_line_order(line, &is_set, sizeof is_set) == SIM_OK;
    while (goes_on) {
        goes_on = serve_one(r);
    }
    free(r);
    return EXIT_WELL;
}
