/*
 * ledger_file.h - a measured ledger as text: written for gnuplot, read back by explain.
 *
 * Lines of tab-separated fields, a block a figure, blocks parted by two empty
 * lines (gnuplot's index), rows by rank: the largest effect first. Comments
 * begin with '#' and say what was measured: "# replications: 6". Nothing in it
 * depends on commit, machine or clock. Numbers are in the figures' own units, in as
 * many digits as read back the same double; NaN says that there is none.
 *
 * `make ledger` measures that of a model, and its table carries it as ledger_tsv.
 */
#ifndef SIM_LEDGER_LEDGER_FILE_H
#define SIM_LEDGER_LEDGER_FILE_H

#include "sim/ledger/ledger.h"

/* Writes a ledger that has been run. False: no memory, and nothing is written. */
SIM_MUST_CHECK bool ledger_file_write(const struct ledger *l, FILE *to);

enum { LEDGER_LINE_MAX = 512 };

/* One row; its texts point into the struct itself. */
struct ledger_line {
    char text[LEDGER_LINE_MAX];
    const char *figure, *key, *sets, *verdict;
    double base, value, difference, half_width;
    uint64_t n;
};

/*
 * Reads the next row at *cursor, which begins as the text itself. False at the end. A line that is
 * none of ours is skipped.
 */
bool ledger_file_next(const char **cursor, struct ledger_line *line);

/* The value of the comment "# NAME: VALUE", cut to size; "" if there is none. */
void ledger_file_comment(const char *text, const char *name, char *value, size_t size);

#endif
