#include "scenarios/language/excerpt.h"

#include <string.h>

void excerpt(char out[EXCERPT_MAX], const char *text)
{
    const size_t room = EXCERPT_MAX - sizeof("...");
    size_t length = strlen(text);
    size_t kept = length < room ? length : room;

    while (kept < length && kept > 0 && ((unsigned char)text[kept] & 0xC0) == 0x80) {
        kept--;
    }
    for (size_t i = 0; i < kept; i++) {
        unsigned char c = (unsigned char)text[i];
        out[i] = c < 0x20 || c == 0x7F ? '?' : text[i];
    }
    memcpy(out + kept, kept < length ? "..." : "", kept < length ? sizeof("...") : 1);
}
