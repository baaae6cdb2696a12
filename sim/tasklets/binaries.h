/*
 * binaries.h - the real Wasm binaries of a scenario's replication: made, written, reported.
 *
 * Tasklets have the numbers and names that they have in the database; a file is named
 * after its tasklet, in a folder a form: FORM/chain-0.wasm, FORM/algorithm-0.wasm.
 * The folder's index.tsv lists all of them.
 *
 * Ownership: the caller owns struct binaries and ends it with binaries_discard(); the
 *   scenario must outlive it.
 * Errors: told on stderr; what is returned is the exit code.
 */
#ifndef SIM_TASKLETS_BINARIES_H
#define SIM_TASKLETS_BINARIES_H

#include <stdio.h>

#include "runtime-replay/platforms/tsv.h"
#include "sim/tasklets/forms.h"
#include "sim/terminal/json.h"
#include "taskgen/module_emit.h"

struct binaries_form {
    uint32_t form;
    struct module_set set;
};

struct binaries {
    struct forms forms;
    uint32_t replication;
    struct taskset parts; /* of form 0, of which all are made */
    struct binaries_form form[FORMS_MAX];
    uint32_t count; /* forms */
};

SIM_MUST_CHECK int binaries_make(struct binaries *b, const struct forms *forms,
                                 const uint32_t *form, uint32_t count, uint32_t replication);
void binaries_discard(struct binaries *b);

/*
 * Writes them into a new folder or an empty one. Where replace is set, they take the place of
 * earlier ones, file by file as the earlier index lists them; other files are never touched.
 */
SIM_MUST_CHECK int binaries_write(const struct binaries *b, const char *folder, bool replace);

/* How many, how large, how much work, and what had to be raised; drawn beside real. */
SIM_MUST_CHECK enum sim_status binaries_print(const struct binaries *b, const char *folder,
                                              FILE *to);

/* The same as one object, and a row a binary. */
SIM_MUST_CHECK enum sim_status binaries_put_json(const struct binaries *b, const char *folder,
                                                 struct json *j);

/* The columns of index.tsv; its rows are form by form, tasklet by tasklet. */
enum binaries_column {
    BINARIES_COLUMN_VARIANT,
    BINARIES_COLUMN_TASKLET,
    BINARIES_COLUMN_NAME, /* by which others import it */
    BINARIES_COLUMN_FILE, /* below the folder */
    BINARIES_COLUMN_SIZE,
    BINARIES_COLUMN_DRAWN,
    BINARIES_COLUMN_INSTRUCTIONS,
    BINARIES_COLUMN_HASH,
    BINARIES_COLUMN_CALLS, /* tasklets, in the order of their calls; "-": none */
    BINARIES_COLUMNS,
};
extern const struct tsv_kind binaries_index;

/* The name of a tasklet's file below the folder. */
enum { BINARIES_NAME_MAX = 48 };
void binaries_file_name(const struct binaries *b, uint32_t form, uint32_t index,
                        char name[BINARIES_NAME_MAX]);

/* The time that was drawn for a binary's work: with all that it calls, where it is a twin. */
sim_time binaries_drawn_ns(const struct binaries *b, uint32_t form, uint32_t index);

#endif
