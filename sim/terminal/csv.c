#include "sim/terminal/csv.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static void before_field(struct csv *c)
{
    if (c->has_fields) {
        (void)fputc(',', c->to);
    }
    c->has_fields = true;
}

void csv_text(struct csv *c, const char *text)
{
    before_field(c);
    if (text == NULL) {
        return;
    }
    if (text[0] != '\0' && strpbrk(text, ",\"\r\n") == NULL) {
        (void)fputs(text, c->to);
        return;
    }
    (void)fputc('"', c->to);
    for (; *text != '\0'; text++) {
        if (*text == '"') {
            (void)fputc('"', c->to);
        }
        (void)fputc(*text, c->to);
    }
    (void)fputc('"', c->to);
}

void csv_int(struct csv *c, int64_t value)
{
    before_field(c);
    (void)fprintf(c->to, "%" PRId64, value);
}

void csv_real(struct csv *c, double value)
{
    before_field(c);
    if (!isfinite(value)) {
        return;
    }
    char text[32];
    for (int digits = 15; digits <= 17; digits++) {
        (void)snprintf(text, sizeof text, "%.*g", digits, value);
        const double back = strtod(text, NULL);
        if (back >= value && back <= value) {
            break;
        }
    }
    (void)fputs(text, c->to);
}

void csv_missing(struct csv *c)
{
    before_field(c);
}

void csv_end_row(struct csv *c)
{
    (void)fputs("\r\n", c->to);
    c->has_fields = false;
}
