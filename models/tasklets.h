/*
 * tasklets.h - a model's tasklets as taskgen, calibrate, exec and replay need them: drawn, made
 * into binaries, and played back.
 *
 * A model may run the same tasklets packed in more than one form: each tasklet a binary of its own,
 * or whatever one calls inlined into it. Forms are counted as their names are; form 0 is the one of
 * separate parts, of which every other is made.
 *
 * Units: nanoseconds, bytes.
 * Ownership: a taskset ends with taskset_deinit(), a set with module_set_deinit(), a trace with
 *   drop_trace(). head and config belong to the caller.
 * Errors: SIM_ERR_INVALID or SIM_ERR_NOMEM, with a text.
 * Threads: none of these keeps anything.
 */
#ifndef MODELS_TASKLETS_H
#define MODELS_TASKLETS_H

#include "analysis/store/runs.h"
#include "models/model.h"
#include "scenarios/language/scenario.h"
#include "taskgen/module_emit.h"
#include "taskgen/taskset.h"

/* What a config says of its tasklets. */
struct tasklets_setting {
    uint32_t form;
    uint32_t chains, tasklets;            /* of form 0; chains are the first of them */
    sim_time instruction_ns;              /* that an executed instruction stands for */
    sim_time load_ns, resume_ns;          /* of a start and a return, where nothing is calibrated */
    sim_time heap_ns;                     /* and of a heap's byte, saved or restored */
    const struct scenario_file *platform; /* whose costs are counted */
    const struct scenario_file
        *calibration; /* whose times runs take; a word: those that are drawn */
};

/* ---- what a stored run did, as numbers to play back ---- */

#define TRACE_NO_CALL UINT32_MAX

/* A call that completed. */
struct trace_call {
    int64_t call_id;
    sim_time t_ns; /* the trigger */
    uint32_t node, chain;
};

/* A tasklet came to a node, or was there already. */
struct trace_acquisition {
    uint32_t call; /* index into trace.call; TRACE_NO_CALL: of one that did not complete */
    uint32_t node, tasklet;
    uint32_t source; /* the node that sent it; the node itself: from its cache */
};

struct trace_tasklet {
    bool is_chain;
    int64_t size_bytes;
    sim_time time_ns;
    uint32_t first_step, step_count; /* into trace.step */
};

/* tasklet calls callee after it has run for after_ns. */
struct trace_step {
    uint32_t callee;
    sim_time after_ns;
};

struct trace {
    struct trace_call *call; /* in the order of triggers, then call_id */
    uint32_t call_count;
    struct trace_acquisition *acquisition; /* in the order in which they ended */
    uint32_t acquisition_count;
    struct trace_tasklet *tasklet;
    uint32_t tasklet_count;
    struct trace_step *step;
    uint32_t step_count;
    uint32_t node_count, registry; /* one of the nodes */
};

/* ---- the table ---- */

struct model_tasklets {
    /* NULL-terminated: of folders, and of a calibration's column `variant`. */
    const char *const *form;
    void (*setting)(const void *config, struct tasklets_setting *setting);
    /* Settings, NULL-terminated "KEY=VALUE", under which tasklets are as they were drawn, whatever
     * a scenario charges for them: what is measured must not hang on what was measured before. */
    const char *const *plain;
    /* Do a form's binaries hold all that they call? They are as many as form 0 has chains, then. */
    bool (*is_whole)(uint32_t form);

    /* The tasklets of a replication, counted from 1: as large as runs of the config charge them,
     * or, with as_drawn, as they were drawn. */
    enum sim_status (*draw)(struct taskset *t, const struct model_head *head, const void *config,
                            uint32_t form, uint32_t replication, bool as_drawn,
                            struct model_error *error);
    /* The binaries of a form, made of form 0's taskset. set->error says what failed. */
    enum sim_status (*emit)(struct module_set *set, const void *config, uint32_t form,
                            const struct taskset *parts);
    /* Tells the rows of the model's tables that a taskset fills, whoever takes them. SIM_ERR_NOMEM.
     */
    enum sim_status (*tell)(const struct taskset *t, const struct model_listener *to);

    /* Reads what a stored run did; `record: calls` or finer. Every number in it is checked against
     * those that it points to. */
    enum sim_status (*read_trace)(struct trace *t, struct store *store, const struct runs_row *run,
                                  struct store_error *error);
    void (*drop_trace)(struct trace *t);
};

#endif
