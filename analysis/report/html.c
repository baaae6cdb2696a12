#include "analysis/report/html.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>

#include "sim/engine/text.h"

static void put_ascii(FILE *to, char c)
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

void html_text(FILE *to, const char *text)
{
    while (*text != '\0') {
        const size_t length = text_character(text);
        if (length == 1) {
            put_ascii(to, *text);
        } else if (length == 0) {
            (void)fputs("\uFFFD", to);
        } else {
            (void)fwrite(text, 1, length, to);
        }
        text += length == 0 ? 1 : length;
    }
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

void html_csv(FILE *to, const char *text)
{
    if (strpbrk(text, ",\"\r\n") == NULL) {
        html_text(to, text);
        return;
    }
    html_text(to, "\"");
    while (*text != '\0') {
        char piece[8] = {0};
        const size_t length = text_character(text);
        memcpy(piece, text, length == 0 ? 1 : length);
        html_text(to, *text == '"' ? "\"\"" : piece);
        text += length == 0 ? 1 : length;
    }
    html_text(to, "\"");
}

void html_json_string(FILE *to, const char *text)
{
    text_quote(text, "<>&", to); /* "</script>" and "<!--" never appear */
}

void html_json_number(FILE *to, double value)
{
    if (isfinite(value)) {
        (void)fprintf(to, "%.7g", value);
    } else {
        (void)fputs("null", to);
    }
}
