#include "analysis/report/html.h"

#include <math.h>
#include <stdarg.h>

/* The bytes of the character at s; 0 if it is none of UTF-8 (RFC 3629). */
static size_t character_length(const unsigned char *s)
{
    if (s[0] < 0x80) {
        return 1;
    }
    const size_t length = s[0] >= 0xF0 ? 4 : s[0] >= 0xE0 ? 3 : 2;
    if (s[0] < 0xC2 || s[0] > 0xF4) {
        return 0;
    }
    for (size_t i = 1; i < length; i++) {
        if ((s[i] & 0xC0) != 0x80) { /* the terminating NUL ends here as well */
            return 0;
        }
    }
    const bool overlong = (s[0] == 0xE0 && s[1] < 0xA0) || (s[0] == 0xF0 && s[1] < 0x90);
    const bool surrogate = s[0] == 0xED && s[1] > 0x9F;
    const bool too_large = s[0] == 0xF4 && s[1] > 0x8F;
    return overlong || surrogate || too_large ? 0 : length;
}

typedef void put_ascii(FILE *to, unsigned char c);

static void put_characters(FILE *to, const char *text, put_ascii *put)
{
    for (const unsigned char *s = (const unsigned char *)text; *s != '\0';) {
        const size_t length = character_length(s);
        if (length == 1) {
            put(to, *s);
        } else if (length == 0) {
            (void)fputs("\uFFFD", to);
        } else {
            (void)fwrite(s, 1, length, to);
        }
        s += length == 0 ? 1 : length;
    }
}

static void put_html(FILE *to, unsigned char c)
{
    switch (c) {
    case '&':
        (void)fputs("&amp;", to);
        break;
    case '<':
        (void)fputs("&lt;", to);
        break;
    case '>':
        (void)fputs("&gt;", to);
        break;
    case '"':
        (void)fputs("&quot;", to);
        break;
    case '\'':
        (void)fputs("&#39;", to);
        break;
    default:
        if (c == 0x7F || (c < 0x20 && c != '\n' && c != '\t')) {
            (void)fputs("\uFFFD", to);
        } else {
            (void)fputc(c, to);
        }
    }
}

static void put_json(FILE *to, unsigned char c)
{
    if (c == '"' || c == '\\') {
        (void)fputc('\\', to);
        (void)fputc(c, to);
    } else if (c < 0x20 || c == 0x7F || c == '<' || c == '>' || c == '&') {
        (void)fprintf(to, "\\u%04x", (unsigned)c); /* "</script>" and "<!--" never appear */
    } else {
        (void)fputc(c, to);
    }
}

void html_text(FILE *to, const char *text)
{
    put_characters(to, text, put_html);
}

void html_put(FILE *to, const char *template, ...)
{
    va_list arguments;
    va_start(arguments, template);
    for (const char *c = template; *c != '\0'; c++) {
        if (*c == '%') {
            const char *text = va_arg(arguments, const char *);
            ASSERT(text != NULL);
            html_text(to, text);
        } else {
            (void)fputc(*c, to);
        }
    }
    va_end(arguments);
}

void html_json_string(FILE *to, const char *text)
{
    (void)fputc('"', to);
    put_characters(to, text, put_json);
    (void)fputc('"', to);
}

void html_json_number(FILE *to, double value)
{
    if (isfinite(value)) {
        (void)fprintf(to, "%.7g", value);
    } else {
        (void)fputs("null", to);
    }
}
