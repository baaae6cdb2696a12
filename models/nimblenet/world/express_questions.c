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
        kept <= UINT32_MAX / 2 ? memory_reserve(2 * kept * sizeof *larger) : NULL;
    if (larger == NULL) {
        return false;
    }
    const uint32_t mask = 2 * x->question_mask + 1;
    for (uint64_t i = x->question_count - kept; i < x->question_count; i++) {
        larger[i & mask] = *question_at(x, i);
    }
    memory_release(x->question, kept * sizeof *x->question);
    x->question = larger;
    x->question_mask = mask;
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
    *question_at(x, x->question_count) = *q;
    x->last_question[node] = ++x->question_count;
}

void express_send(struct world *w, uint32_t node, sim_time now, const struct wire_message *m)
{
    struct express *x = w->express;
    const uint32_t asked = m->destination;
    ASSERT(m->origin == node && asked < x->nodes && asked != node);
    const struct express_way *there = express_way(w, node, asked);
    const struct express_way *back = express_way(w, asked, node);
    if (SIM_UNLIKELY(there == NULL || back == NULL)) {
        engine_overflow(&w->engine);
        return;
    }
    there = express_way(w, node, asked); /* that one may have grown the other's memory */
    struct express_clock clock = *express_clock_at(w, now);
    express_account_way(w, there, &clock, m->kind, traffic_bytes(&w->spec.traffic, m), 1);
    const sim_time due = now + there->takes_ns;
    if (!express_set_clock(&clock, w, due)) {
        return; /* it does not come before the end */
    }
    const struct wire_message answer = node_answer(&w->node[asked].core, m);
    express_account_way(w, back, &clock, answer.kind, traffic_bytes(&w->spec.traffic, &answer), 1);
    const uint64_t number = express_number(w, node, m->kind);
    const uint64_t reply = express_foretell(w, asked, answer.kind, due, there->last, number);
    const struct ev_slot *slot = express_arrive(w, back, due + back->takes_ns, reply, &answer);
    if (SIM_LIKELY(slot != NULL)) {
        remember(w, asked,
                 &(struct express_question){
                     .answer = ev_name(&w->engine.queue, slot),
                     .number = number,
                     .before = x->last_question[asked],
                     .asked = now,
                     .due = due,
                     .tasklet = m->tasklet,
                     .from = there->last,
                 });
    }
}

/* ---- what is answered changes ---- */

static void change(struct world *w, const struct express_question *q)
{
    struct ev_slot *slot = &w->engine.queue.slot[(uint32_t)q->answer];
    ASSERT(ev_name(&w->engine.queue, slot) == q->answer);
    struct wire_message before;
    memcpy(&before, slot->payload, sizeof before);
    const uint32_t node = before.origin;
    const struct wire_message question = {
        .kind = (uint8_t)(before.kind - 1),
        .origin = before.destination,
        .tasklet = before.tasklet,
        .request = before.request,
        .context = before.context,
        .epoch = before.epoch,
    };
    const struct wire_message after = node_answer(&w->node[node].core, &question);
    const uint64_t bytes_before = traffic_bytes(&w->spec.traffic, &before);
    const uint64_t bytes = traffic_bytes(&w->spec.traffic, &after);
    if (bytes != bytes_before) {
        const struct express_way *back = express_way(w, node, before.destination);
        const struct express_clock clock = express_start_clock(w, q->due);
        express_account_way(w, back, &clock, before.kind, bytes_before, UINT64_MAX);
        express_account_way(w, back, &clock, after.kind, bytes, 1);
    }
    memcpy(slot->payload, &after, sizeof after);
}

/* Whether that many were asked, and no younger one has taken the place of the last of them. */
static bool is_remembered(const struct express *x, uint64_t ordinals)
{
    return ordinals > 0 && x->question_count - ordinals <= x->question_mask;
}

void express_answer_anew(struct world *w, uint32_t node, sim_time now, uint32_t tasklet)
{
    const struct express *x = w->express;
    const sim_time longest = (sim_time)x->diameter * w->spec.traffic.hop_delay_ns;
    for (uint64_t i = x->last_question[node]; is_remembered(x, i);) {
        const struct express_question *q = question_at(x, i - 1);
        if (q->asked < now - longest) {
            return; /* it has come, and so have all that were asked before */
        }
        if (q->tasklet == tasklet && express_is_to_come(w, node, now, q->due, q->from, q->number)) {
            change(w, q);
        }
        i = q->before;
    }
}
