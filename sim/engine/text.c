#include "sim/engine/text.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- numbers ---- */

/* As many digits always survive the way to text and back; below the normal numbers not even one. */
static int digits_at_least(bool is_normal, int digits)
{
    return is_normal ? digits : 1;
}

const char *text_double(char out[TEXT_NUMBER_MAX], double value)
{
    const bool is_normal = !(fabs(value) < DBL_MIN);
    for (int digits = digits_at_least(is_normal, DBL_DIG); digits <= DBL_DECIMAL_DIG; digits++) {
        (void)snprintf(out, TEXT_NUMBER_MAX, "%.*g", digits, value);
        const double back = strtod(out, NULL);
        if (back >= value && back <= value) {
            break;
        }
    }
    return out;
}

const char *text_float(char out[TEXT_NUMBER_MAX], float value)
{
    const bool is_normal = !(fabsf(value) < FLT_MIN);
    for (int digits = digits_at_least(is_normal, FLT_DIG); digits <= FLT_DECIMAL_DIG; digits++) {
        (void)snprintf(out, TEXT_NUMBER_MAX, "%.*g", digits, (double)value);
        const float back = strtof(out, NULL);
        if (back >= value && back <= value) {
            break;
        }
    }
    return out;
}

/* ---- UTF-8 ---- */

static bool continues(char c)
{
    return ((unsigned char)c & 0xC0) == 0x80;
}

size_t text_character(const char *s)
{
    const unsigned char first = (unsigned char)s[0];
    if (first < 0x80) {
        return 1;
    }
    if (first < 0xC2 || first > 0xF4) {
        return 0;
    }
    const size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    for (size_t i = 1; i < length; i++) {
        if (!continues(s[i])) { /* the NUL at the end stops here as well */
            return 0;
        }
    }
    const unsigned char second = (unsigned char)s[1];
    const bool overlong = (first == 0xE0 && second < 0xA0) || (first == 0xF0 && second < 0x90);
    const bool surrogate = first == 0xED && second > 0x9F;
    const bool too_large = first == 0xF4 && second > 0x8F;
    return overlong || surrogate || too_large ? 0 : length;
}

int text_columns(const char *text)
{
    int columns = 0;
    for (; *text != '\0'; text++) {
        columns += !continues(*text);
    }
    return columns;
}

size_t text_cut(const char *text, size_t bytes)
{
    const size_t length = strnlen(text, bytes + 1);
    if (length <= bytes) {
        return length;
    }
    size_t kept = bytes;
    while (kept > 0 && continues(text[kept])) {
        kept--;
    }
    return kept;
}

/* ---- quotes ---- */

static void quote_ascii(char c, const char *also, FILE *to)
{
    static const char plain[] = "\"\\\n\r\t";
    static const char letter[] = "\"\\nrt";
    const char *escaped = strchr(plain, c);
    if (escaped != NULL) {
        (void)fputc('\\', to);
        (void)fputc(letter[escaped - plain], to);
    } else if ((unsigned char)c < 0x20 || c == 0x7F || (also != NULL && strchr(also, c) != NULL)) {
        (void)fprintf(to, "\\u%04x", (unsigned)c);
    } else {
        (void)fputc(c, to);
    }
}

void text_quote(const char *text, const char *also, FILE *to)
{
    (void)fputc('"', to);
    while (*text != '\0') {
        const size_t length = text_character(text);
        if (length == 0) {
            (void)fputs("\\ufffd", to);
        } else if (length == 1) {
            quote_ascii(*text, also, to);
        } else {
            (void)fwrite(text, 1, length, to);
        }
        text += length > 0 ? length : 1;
    }
    (void)fputc('"', to);
}

void text_shell(const char *word, FILE *to)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "._-/=+,:%@";
    if (word[0] != '\0' && word[strspn(word, plain)] == '\0') {
        (void)fputs(word, to);
        return;
    }
    (void)fputc('\'', to);
    for (; *word != '\0'; word++) {
        if (*word == '\'') {
            (void)fputs("'\\''", to);
        } else {
            (void)fputc(*word, to);
        }
    }
    (void)fputc('\'', to);
}

/* ---- did you mean ...? ---- */

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static size_t longer(const char *a, const char *b)
{
    const size_t length_a = strlen(a);
    const size_t length_b = strlen(b);
    return length_a > length_b ? length_a : length_b;
}

size_t text_distance(const char *a, const char *b)
{
    if (longer(a, b) > TEXT_WORD_MAX) {
        return longer(a, b);
    }
    size_t rows[3][TEXT_WORD_MAX + 1] = {0};
    size_t *before = rows[0]; /* the row of a's beginning two letters shorter: for the swaps */
    size_t *last = rows[1];
    size_t *row = rows[2];
    const size_t count = strlen(b);
    for (size_t j = 0; j <= count; j++) {
        last[j] = j;
    }
    for (size_t i = 1; a[i - 1] != '\0'; i++) {
        row[0] = i;
        for (size_t j = 1; j <= count; j++) {
            const size_t replaced = last[j - 1] + (a[i - 1] != b[j - 1]);
            row[j] = least(replaced, least(last[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                row[j] = least(row[j], before[j - 2] + 1);
            }
        }
        size_t *spare = before;
        before = last;
        last = row;
        row = spare;
    }
    return last[count];
}

bool text_is_near(const char *written, const char *known, size_t *distance)
{
    const size_t length = strlen(written);
    const size_t most = length < 4 ? 1 : length < 8 ? 2 : 3;
    const size_t apart = text_distance(written, known);
    if (distance != NULL) {
        *distance = apart;
    }
    return apart <= most && (apart == 0 || apart < longer(written, known));
}

const char *text_nearest(const char *written, const char *const *names, size_t count)
{
    const char *nearest = NULL;
    size_t shortest = SIZE_MAX;
    for (size_t i = 0; i < count; i++) {
        size_t distance = 0;
        if (names[i] != NULL && text_is_near(written, names[i], &distance) && distance < shortest) {
            nearest = names[i];
            shortest = distance;
        }
    }
    return nearest;
}
