/*
 * What is not true of what a node says of a tasklet or hands out of it: its hash, its size or the
 * binary itself. Whether, hangs on the message alone, so that its maker and its receiver agree, in
 * whatever process they are. A hash or a size that nobody knows, the receiver's core sees; that a
 * binary is not the one named, its border does, which computes the hash anew.
 */
#include "models/nimblenet/world/world_state.h"

enum rumour { TRUE_WORD, FALSE_HASH, FALSE_SIZE, FALSE_BINARY };
enum { FALSE_KINDS = 3 };

static bool may_be_false(const struct world *w, const struct wire_message *m)
{
    return w->spec.traffic.falsehood > 0 && m->origin < w->spec.setup->registry &&
           m->status == WIRE_HERE && (m->kind == WIRE_META_TELL || m->kind == WIRE_DATA);
}

static enum rumour rumour_of(const struct world *w, const struct wire_message *m)
{
    uint64_t word[4];
    if (!may_be_false(w, m)) {
        return TRUE_WORD;
    }
    radio_draw(w, PURPOSES_FALSEHOOD, m->tasklet, 0, 0, m, word);
    if ((double)(word[0] >> 11) * 0x1p-53 >= w->spec.traffic.falsehood) {
        return TRUE_WORD;
    }
    const enum rumour which = (enum rumour)(1 + word[1] % FALSE_KINDS);
    return which == FALSE_BINARY && m->kind != WIRE_DATA ? FALSE_HASH : which;
}

struct wire_message rumour_told(struct world *w, uint32_t node, const struct wire_message *m)
{
    struct wire_message told = *m;
    const enum rumour rumour = m->origin == node ? rumour_of(w, m) : TRUE_WORD;
    w->node[node].traffic.false_told += rumour != TRUE_WORD;
    if (rumour == FALSE_HASH || (rumour == FALSE_SIZE && m->size < 2)) {
        told.hash ^= UINT64_C(1) << 17;
    } else if (rumour == FALSE_SIZE) {
        told.size--;
    }
    return told;
}

bool rumour_is_false(const struct world *w, const struct wire_message *m)
{
    return rumour_of(w, m) == FALSE_BINARY;
}
