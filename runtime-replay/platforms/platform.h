/*
 * platform.h - what running Wasm costs on a given machine: a table of data, and its sums.
 *
 * A table has the columns group, name, value and unit: cycles of a Wasm instruction by its
 * class, of loading by size, of starting and ending an instance, of saving and restoring a
 * state. How it was made stands in its comments. A cost is summed up in
 * thousandths of a cycle with integers and rounded to nanoseconds once, half up, so that it
 * is the same on every host.
 *
 * Tables in runtime-replay/platforms/ are built into the program and found by name.
 *
 * Units: millicycles are thousandths of a clock cycle; bytes; nanoseconds.
 * Ownership: struct platform holds everything itself.
 * Errors: SIM_ERR_INVALID, SIM_ERR_NOTFOUND, SIM_ERR_IO or SIM_ERR_NOMEM with a text for
 *   the user in *error. Sums are unchanged on failure.
 */
#ifndef RUNTIME_REPLAY_PLATFORMS_PLATFORM_H
#define RUNTIME_REPLAY_PLATFORMS_PLATFORM_H

#include "runtime-replay/platforms/tsv.h"

/* A table that the program carries; the list ends with a NULL name. */
struct platform_table {
    const char *name, *text;
};
extern const struct platform_table platform_shipped[];

/* The rows that a table may have, in the order of the list in platform.c. */
enum platform_item {
    PLATFORM_FREQUENCY,
    PLATFORM_OP_FIRST,
    PLATFORM_OP_COUNT = 32,
    PLATFORM_LOAD_FIXED = PLATFORM_OP_FIRST + PLATFORM_OP_COUNT,
    PLATFORM_LOAD_BYTE,
    PLATFORM_LOAD_IMPORT,
    PLATFORM_LOAD_FUNCTION,
    PLATFORM_START_FIXED,
    PLATFORM_START_PAGE,
    PLATFORM_STOP_FIXED,
    PLATFORM_SUSPEND_FIXED,
    PLATFORM_SUSPEND_BYTE,
    PLATFORM_SUSPEND_PAGE,
    PLATFORM_SUSPEND_MEMORY_BYTE,
    PLATFORM_RESUME_FIXED,
    PLATFORM_RESUME_BYTE,
    PLATFORM_RESUME_PAGE,
    PLATFORM_RESUME_MEMORY_BYTE,
    PLATFORM_MEMORY_MODULE_FIXED,
    PLATFORM_MEMORY_MODULE_BYTE,
    PLATFORM_MEMORY_INSTANCE_FIXED,
    PLATFORM_MEMORY_SMALLEST_POOL,
    PLATFORM_FIRMWARE_TEXT,
    PLATFORM_ITEMS,
};

struct platform {
    char name[128]; /* as it was asked for */
    uint64_t hash;  /* FNV-1a-64 of the table's bytes */
    bool has[PLATFORM_ITEMS];
    int64_t value[PLATFORM_ITEMS]; /* in thousandths; of the clock whole hertz */
};

/* Reads a shipped table by its name. SIM_ERR_NOTFOUND says which there are. */
SIM_MUST_CHECK enum sim_status platform_find(struct platform *p, const char *name,
                                             struct tsv_error *error);
SIM_MUST_CHECK enum sim_status platform_load(struct platform *p, const char *path,
                                             struct tsv_error *error);
/* The same from memory; name stands for the file in messages. */
SIM_MUST_CHECK enum sim_status platform_parse(struct platform *p, const char *name,
                                              const char *text, struct tsv_error *error);

/* Adds an item so many times. SIM_ERR_INVALID where the table lacks it or the sum is too large. */
SIM_MUST_CHECK enum sim_status platform_add(const struct platform *p, enum platform_item item,
                                            uint64_t times, int64_t *millicycles,
                                            struct tsv_error *error);

/*
 * Adds instructions by their classes: count[i] of the class that the tables spell class_name[i].
 * A class that does not occur may be missing in the table.
 */
SIM_MUST_CHECK enum sim_status platform_add_work(const struct platform *p,
                                                 const char *const *class_name,
                                                 const uint64_t *count, uint32_t classes,
                                                 int64_t *millicycles, struct tsv_error *error);

/*
 * What loading a module takes, by what is in it. All bytes are charged, those of custom sections
 * too, though a runtime skips these: in a generated tasklet they stand for the code of a real one
 * of that size.
 */
struct platform_module {
    uint32_t bytes, imports, functions;
    uint32_t pages; /* of linear memory that it starts with */
};
/* False where the bytes are no module. */
SIM_MUST_CHECK bool platform_module_read(struct platform_module *m, const uint8_t *bytes,
                                         size_t length);
SIM_MUST_CHECK enum sim_status platform_add_load(const struct platform *p,
                                                 const struct platform_module *module,
                                                 int64_t *millicycles, struct tsv_error *error);

/*
 * To make an instance of a loaded module with so many pages of memory, and to end it together with
 * its module.
 */
SIM_MUST_CHECK enum sim_status platform_add_start(const struct platform *p, uint32_t pages,
                                                  int64_t *millicycles, struct tsv_error *error);
SIM_MUST_CHECK enum sim_status platform_add_stop(const struct platform *p, int64_t *millicycles,
                                                 struct tsv_error *error);

/*
 * To save or restore a state, beyond load, start and stop. A byte of memory is copied, one of a
 * frame put together; and each page of the memory is gone through, whatever of it is alive. Rows
 * for memory are needed only where there is some.
 */
struct platform_state {
    uint64_t bytes;        /* in all */
    uint64_t memory_bytes; /* of them the memory's */
    uint32_t pages;
};
SIM_MUST_CHECK enum sim_status platform_add_suspend(const struct platform *p,
                                                    const struct platform_state *state,
                                                    int64_t *millicycles, struct tsv_error *error);
SIM_MUST_CHECK enum sim_status platform_add_resume(const struct platform *p,
                                                   const struct platform_state *state,
                                                   int64_t *millicycles, struct tsv_error *error);

/* Nanoseconds of a sum that is not negative, rounded half up. */
SIM_MUST_CHECK enum sim_status platform_ns(const struct platform *p, int64_t millicycles,
                                           sim_time *ns, struct tsv_error *error);

#endif
