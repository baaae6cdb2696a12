#include "sim/terminal/amount.h"

#include <math.h>
#include <string.h>

#include "sim/engine/text.h"

struct amount_scale amount_scale(const char *unit, double size)
{
    const double s = fabs(size);
    if (strcmp(unit, "B") == 0) {
        if (s >= 1e6) {
            return (struct amount_scale){1e6, 3, " MB"};
        }
        return s >= 1e4 ? (struct amount_scale){1e3, 2, " kB"} : (struct amount_scale){1, 0, " B"};
    }
    if (strcmp(unit, "s") == 0) {
        return s < 0.1 ? (struct amount_scale){1e-3, 2, " ms"} : (struct amount_scale){1, 3, " s"};
    }
    return (struct amount_scale){1, s < 10 && floor(s) < s ? 3 : 1, ""};
}

struct amount_scale amount_scale_difference(const char *unit, double size, double half_width)
{
    struct amount_scale scale = amount_scale(unit, fmax(fabs(size), fabs(half_width)));
    if (half_width > 0) { /* two digits of what is uncertain, but not more than the scale has */
        const double digits = 1 - floor(log10(half_width / scale.divisor));
        scale.decimals = (int)fmax(0, fmin(digits, scale.decimals + 2));
    }
    return scale;
}

void amount_write_bare(char text[AMOUNT_BYTES], struct amount_scale scale, double value)
{
    if (isnan(value)) {
        (void)snprintf(text, AMOUNT_BYTES, "-");
        return;
    }
    (void)snprintf(text, AMOUNT_BYTES, "%.*f", scale.decimals, value / scale.divisor);
    if (text[0] == '-' && strspn(text + 1, "0.") == strlen(text + 1)) {
        memmove(text, text + 1, strlen(text)); /* nothing is -0.00 */
    }
}

void amount_write(char text[AMOUNT_BYTES], struct amount_scale scale, double value)
{
    amount_write_bare(text, scale, value);
    if (!isnan(value)) {
        const size_t length = strlen(text);
        (void)snprintf(text + length, AMOUNT_BYTES - length, "%s", scale.unit);
    }
}

void amount_print_right(const char *text, int width, FILE *to)
{
    const int columns = text_columns(text);
    (void)fprintf(to, "%*s%s", columns < width ? width - columns : 1, "", text);
}

void amount_print_left(const char *text, int width, FILE *to)
{
    const int columns = text_columns(text);
    (void)fprintf(to, "%s%*s", text, columns < width ? width - columns : 1, "");
}
