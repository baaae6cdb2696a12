/*
 * Questions to one node, and their answers. Being asked changes nothing at a node, so a question is
 * no event: when it is asked, its answer is arranged as what the node would say now. Until it has
 * come there, what the node would say may change: then the answer does.
 */
#include <string.h>

#include "models/nimblenet/world/express_state.h"
#include "sim/engine/memory.h"

static struct express_question *question_at(const struct express *x, uint64_t ordinal)
{
    return &x->question[ordinal & x->question_mask];
}

/* Where the place of the next one is still that of one under way, twice as many are remembered. */
static SIM_COLD bool remember_more(struct express *x)
{
    const uint64_t kept = (uint64_t)x->question_mask + 1;
    struct express_question *larger =
        kept <= UINT32_MAX / 2
            ? memory_double_ring(x->question, kept, x->question_count, sizeof *larger)
            : NULL;
    if (larger == NULL) {
        return false;
    }
    x->question = larger;
    x->question_mask = 2 * x->question_mask + 1;
    return true;
}

static void remember(struct world *w, uint32_t node, const struct express_question *q)
{
    struct express *x = w->express;
    const bool is_full =
        x->question_count > x->question_mask && question_at(x, x->question_count)->due >= q->asked;
    if (SIM_UNLIKELY(is_full && !remember_more(x))) {
        engine_overflow(&w->engine);
        return;
    }
    struct express_question *kept = question_at(x, x->question_count);
    *kept = *q;
    struct express_asked *asked = &x->asked[node];
    kept->before = asked->last;
    asked->last = ++x->question_count;
    asked->due = q->due > asked->due ? q->due : asked->due;
}

/* The answer to a question that is due then, arranged and remembered. */
static void arrange_answer(struct world *w, const struct express_way *there,
                           const struct express_way *back, sim_time due,
                           const struct wire_message *m)
{
    const uint32_t node = m->origin;
    const uint32_t asked = m->destination;
    const struct wire_message answer = node_answer(&w->node[asked].core, m);
    const uint64_t bytes = traffic_bytes(&w->spec.traffic, &answer);
    struct express_clock clock = w->express->now;
    (void)express_set_clock(&clock, w, due);
    const sim_time comes = express_account_way(w, back, &clock, &answer, bytes, 1);
    const uint64_t number = express_number(w, node, m->kind, 0);
    const uint64_t reply = express_foretell(w, asked, due, there->last, number);
    struct express_question question = {
        .number = number,
        .asked = w->engine.now,
        .due = due,
        .bytes = bytes,
        .origin = node,
        .tasklet = m->tasklet,
        .request = m->request,
        .context = m->context,
        .epoch = m->epoch,
        .from = there->last,
        .kind = m->kind,
    };
    if (comes != SIM_TIME_NEVER) {
        const struct ev_slot *slot = express_arrive(w, back, comes, reply, &answer);
        question.answer = slot != NULL ? ev_name(&w->engine.queue, slot) : EV_NONE;
    }
    remember(w, asked, &question);
}

void express_send(struct world *w, uint32_t node, sim_time now, const struct wire_message *m)
{
    const uint32_t asked = m->destination;
    ASSERT(m->origin == node && asked < w->express->nodes && asked != node);
    (void)express_way(w, asked, node); /* so that asking for it again moves nothing */
    const struct express_way *there = express_way(w, node, asked);
    const struct express_way *back = express_way(w, asked, node);
    if (SIM_UNLIKELY(there == NULL || back == NULL)) {
        engine_overflow(&w->engine);
        return;
    }
    const sim_time due = express_account_way(w, there, express_clock_at(w, now), m,
                                             traffic_bytes(&w->spec.traffic, m), 1);
    if (due <= w->spec.duration_ns) {
        arrange_answer(w, there, back, due, m);
    }
}

/* ---- what is answered changes ---- */

static void change(struct world *w, uint32_t node, struct express_question *q)
{
    const struct wire_message question = {
        .kind = q->kind,
        .origin = q->origin,
        .tasklet = q->tasklet,
        .request = q->request,
        .context = q->context,
        .epoch = q->epoch,
    };
    const struct wire_message answer = node_answer(&w->node[node].core, &question);
    const uint64_t bytes = traffic_bytes(&w->spec.traffic, &answer);
    if (bytes != q->bytes) {
        const struct express_way *back = express_way(w, node, q->origin);
        const struct express_clock clock = express_start_clock(w, q->due);
        (void)express_account_way(w, back, &clock, &answer, q->bytes, UINT64_MAX);
        (void)express_account_way(w, back, &clock, &answer, bytes, 1);
        q->bytes = bytes;
    }
    if (q->answer != EV_NONE) {
        struct ev_slot *slot = &w->engine.queue.slot[(uint32_t)q->answer];
        ASSERT(ev_name(&w->engine.queue, slot) == q->answer);
        memcpy(slot->payload, &answer, sizeof answer);
    }
}

/* Whether that many were asked, and no younger one has taken the place of the last of them. */
static bool is_remembered(const struct express *x, uint64_t ordinals)
{
    return ordinals > 0 && x->question_count - ordinals <= x->question_mask;
}

void express_answer_anew(struct world *w, uint32_t node, sim_time now, uint32_t tasklet)
{
    const struct express *x = w->express;
    const sim_time longest = (sim_time)x->diameter * x->longest_hop_ns;
    if (x->asked[node].due < now) {
        return; /* nothing is on its way */
    }
    for (uint64_t i = x->asked[node].last; is_remembered(x, i);) {
        struct express_question *q = question_at(x, i - 1);
        if (q->asked < now - longest) {
            return; /* it has come, and so have all that were asked before */
        }
        if (q->tasklet == tasklet && express_is_to_come(w, node, now, q->due, q->from, q->number)) {
            change(w, node, q);
        }
        i = q->before;
    }
}
