#include "analysis/report/format.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

struct format_scale format_scale_of(const char *unit, double size)
{
    static const struct format_scale bytes[] = {
        {1e12, 3, "TB"}, {1e9, 3, "GB"}, {1e6, 3, "MB"}, {1e3, 2, "kB"}, {1, 0, "B"},
    };
    size = fabs(size);
    if (strcmp(unit, "B") == 0) {
        size_t i = 0;
        while (bytes[i].divisor > 1 && size < bytes[i].divisor) {
            i++;
        }
        return bytes[i];
    }
    if (strcmp(unit, "nJ") == 0) {
        return size < 1e8 ? (struct format_scale){1e6, 3, "mJ"}
                          : (struct format_scale){1e9, 3, "J"};
    }
    if (strcmp(unit, "s") == 0 && size < 0.1) {
        return (struct format_scale){1e-3, 2, "ms"};
    }
    if (strcmp(unit, "s") == 0) {
        return (struct format_scale){1, size < 100 ? 3 : 0, "s"};
    }
    return (struct format_scale){1, size < 10 ? 3 : 1, unit};
}

static const char *gap(const struct format_scale *s)
{
    return s->unit[0] == '\0' ? "" : "\u00a0";
}

void format_value(char text[FORMAT_BYTES], double value, const char *unit)
{
    if (isnan(value)) {
        (void)snprintf(text, FORMAT_BYTES, "\u2013");
        return;
    }
    const bool is_nothing = !(value < 0 || value > 0); /* 0 s, not 0.00 ms */
    const struct format_scale s =
        is_nothing ? (struct format_scale){1, 0, unit} : format_scale_of(unit, value);
    const bool is_count = unit[0] == '\0' && floor(value) >= value;
    (void)snprintf(text, FORMAT_BYTES, "%.*f%s%.8s", is_count ? 0 : s.decimals, value / s.divisor,
                   gap(&s), s.unit);
}

void format_estimate(char text[FORMAT_BYTES], const struct stats_estimate *e, const char *unit)
{
    /* The same in every replication: nothing to be unsure about. */
    const bool is_fixed = !(e->half_width > 0);
    if (isnan(e->mean) || !e->has_interval || is_fixed) {
        format_value(text, e->mean, unit);
        return;
    }
    const struct format_scale s = format_scale_of(unit, e->mean);
    (void)snprintf(text, FORMAT_BYTES, "%.*f\u00a0\u00b1\u00a0%.*f%s%.8s", s.decimals,
                   e->mean / s.divisor, s.decimals, e->half_width / s.divisor, gap(&s), s.unit);
}
