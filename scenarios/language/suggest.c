#include "scenarios/language/suggest.h"

#include <string.h>

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

size_t suggest_distance(const char *a, const char *b)
{
    size_t length_a = strlen(a);
    size_t length_b = strlen(b);
    size_t rows[3][SUGGEST_WORD_MAX + 1];
    size_t *before = rows[0]; /* the row for a's prefix two letters shorter */
    size_t *last = rows[1];
    size_t *now = rows[2];

    if (length_a > SUGGEST_WORD_MAX || length_b > SUGGEST_WORD_MAX) {
        return length_a > length_b ? length_a : length_b;
    }
    memset(rows, 0, sizeof(rows));
    for (size_t j = 0; j <= length_b; j++) {
        last[j] = j;
    }
    for (size_t i = 1; i <= length_a; i++) {
        size_t *spare = before;

        now[0] = i;
        for (size_t j = 1; j <= length_b; j++) {
            size_t replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);

            now[j] = least(replaced, least(last[j], now[j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                now[j] = least(now[j], before[j - 2] + 1);
            }
        }
        before = last;
        last = now;
        now = spare;
    }
    return last[length_b];
}

bool suggest_is_near(const char *written, const char *known, size_t *distance)
{
    size_t length = strlen(written);

    *distance = suggest_distance(written, known);
    return *distance <= (length < 4 ? 1 : length < 8 ? 2 : 3);
}
