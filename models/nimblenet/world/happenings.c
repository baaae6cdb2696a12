#include "models/nimblenet/world/happenings.h"

static uint64_t size_of(const struct catalogue *c, uint32_t tasklet)
{
    return c->tasklet[tasklet].size_bytes;
}

static void note_acquisition(struct happenings *h, sim_time at, const struct node_action *a)
{
    const struct node_acquisition *q = a->acquired;
    if (a->kind == NODE_ACQUIRED) {
        happenings_note(h, at, HAPPENING_ACQUIRED, q->served, q->tasklet, q->source);
    } else {
        happenings_note(h, at, HAPPENING_NOT_ACQUIRED, 0, q->tasklet, 0);
    }
}

void happenings_act(struct happenings *h, sim_time at, const struct catalogue *catalogue,
                    const struct node_action *a)
{
    switch (a->kind) {
    case NODE_SEND:
    case NODE_FLOOD:
        break;
    case NODE_RUN:
    case NODE_RESUME:
        happenings_note(h, at, a->kind == NODE_RUN ? HAPPENING_STARTED : HAPPENING_RESUMED, 0,
                        a->run.tasklet, 0);
        break;
    case NODE_STORED:
    case NODE_EVICTED:
        happenings_note(h, at, a->kind == NODE_STORED ? HAPPENING_STORED : HAPPENING_EVICTED, 0,
                        a->binary.tasklet, size_of(catalogue, a->binary.tasklet));
        break;
    case NODE_WANTED:
    case NODE_ATTEMPT_LOST:
        happenings_note(h, at, a->kind == NODE_WANTED ? HAPPENING_WANTED : HAPPENING_ATTEMPT_LOST,
                        0, a->binary.tasklet, 0);
        break;
    case NODE_ACQUIRED:
    case NODE_NOT_ACQUIRED:
        note_acquisition(h, at, a);
        break;
    case NODE_ANSWER:
        happenings_note(h, at, HAPPENING_ANSWERED, a->answer.outcome, a->answer.chain,
                        (uint64_t)a->answer.response_ns);
        break;
    }
}

uint64_t happenings_fold(uint64_t digest, const struct happenings *h)
{
    digest = digest_word(digest, h->digest);
    /* Kinds that came later count where there are any, so that older records hold. */
    for (uint32_t kind = 0; kind < WIRE_KINDS; kind++) {
        if (kind > WIRE_DATA && (h->sent[kind] | h->received[kind] | h->lost[kind]) == 0) {
            continue;
        }
        digest = digest_three(digest, h->sent[kind], h->received[kind], h->lost[kind]);
    }
    return digest;
}
