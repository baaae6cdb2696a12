/*
 * csv.h - writes rows of comma-separated values (RFC 4180).
 *
 * A line ends with CR LF. A text is quoted where it holds a comma, a quote or a
 * line end; an empty text is written "" and a missing value as nothing, so that they
 * can be told apart. A double is written in the fewest digits that read back as
 * the same double.
 *
 * Ownership: the caller owns struct csv and the stream. Errors: see ferror().
 */
#ifndef SIM_TERMINAL_CSV_H
#define SIM_TERMINAL_CSV_H

#include <stdio.h>

#include "sim/engine/base.h"

struct csv {
    FILE *to;
    bool has_fields; /* a comma is due before the next */
};

void csv_text(struct csv *c, const char *text); /* NULL is a missing value */
void csv_int(struct csv *c, int64_t value);
void csv_real(struct csv *c, double value); /* NaN and infinities are missing values */
void csv_missing(struct csv *c);
void csv_end_row(struct csv *c);

#endif
