/*
 * output.h - an output file that appears whole or not at all.
 *
 * What is written goes to a file beside it, which output_commit() moves into
 * place; output_abandon() leaves no trace. Without a path it is standard output;
 * a path that is a device or a pipe is written directly.
 *
 * Ownership: the caller owns struct output; after output_open() exactly one of
 *   output_commit() and output_abandon() must follow.
 * Errors: told on stderr; what is returned is the exit code.
 */
#ifndef SIM_TERMINAL_OUTPUT_H
#define SIM_TERMINAL_OUTPUT_H

#include <stdio.h>

#include "sim/engine/base.h"

struct output {
    FILE *stream;
    const char *path; /* NULL: standard output */
    char *temporary;  /* NULL: written directly */
};

/* What a verb writes, and how each of it begins: an earlier one is known by that. */
struct output_kind {
    const char *name;          /* "a capture" */
    const char *const *begins; /* NULL behind the last; no longer than OUTPUT_BEGIN_MAX */
};
enum { OUTPUT_BEGIN_MAX = 32 };

/* path must outlive the output. An existing file is refused unless replace is set; and then, too,
 * if it is neither empty nor of this kind. */
SIM_MUST_CHECK int output_open(struct output *o, const char *path, bool replace,
                               const struct output_kind *kind);
SIM_MUST_CHECK int output_commit(struct output *o);
void output_abandon(struct output *o);

/* Results are databases; what is written here never is one. False also where there is no file. */
bool output_is_database(const char *path);

/* Ends what was printed on standard output. is_written: false where printing it has failed. */
SIM_MUST_CHECK int output_end_standard(bool is_written);

#endif
