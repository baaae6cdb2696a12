#include "scenarios/language/excerpt.h"

#include <string.h>

#include "sim/engine/text.h"

void excerpt(char out[EXCERPT_MAX], const char *text)
{
    const size_t room = EXCERPT_MAX - sizeof("...");
    size_t length = strlen(text);
    size_t kept = text_cut(text, room);

    for (size_t i = 0; i < kept; i++) {
        unsigned char c = (unsigned char)text[i];
        out[i] = c < 0x20 || c == 0x7F ? '?' : text[i];
    }
    memcpy(out + kept, kept < length ? "..." : "", kept < length ? sizeof("...") : 1);
}
