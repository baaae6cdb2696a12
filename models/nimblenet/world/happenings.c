#include "models/nimblenet/world/happenings.h"

void happenings_act(struct happenings *h, sim_time at, const struct catalogue *catalogue,
                    const struct node_action *a)
{
    switch (a->kind) {
    case NODE_SEND:
    case NODE_FLOOD:
        break;
    case NODE_RUN:
    case NODE_RESUME:
        happenings_run(h, at, a);
        break;
    case NODE_STORED:
    case NODE_EVICTED:
        happenings_held(h, at, catalogue, a);
        break;
    case NODE_RETIRED:
    case NODE_DROPPED:
        happenings_retired(h, at, catalogue, a);
        break;
    case NODE_WANTED:
    case NODE_ATTEMPT_LOST:
        happenings_wanted(h, at, a);
        break;
    case NODE_ACQUIRED:
    case NODE_NOT_ACQUIRED:
        happenings_acquired(h, at, a);
        break;
    case NODE_ANSWER:
        happenings_answered(h, at, a);
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
