#include "sim/terminal/csv.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "sim/engine/text.h"

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
    char text[TEXT_NUMBER_MAX];
    (void)fputs(text_double(text, value), c->to);
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
