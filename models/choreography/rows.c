/* The rows of a run, and the cells of each. */
#include <math.h>

#include "models/choreography/config.h"

static const char *const classes[] = {"small", "medium", "large", NULL};
static const char *const targets[] = {"own device",   "own edge",      "own cloud",
                                      "foreign edge", "foreign cloud", NULL};
static const char *const outcomes[] = {"undecided", "pending", "in time", "late",
                                       "lost",      "overdue", NULL};
static const char *const tiers[] = {"device", "edge", "cloud", NULL};
static const char *const links[] = {"lan", "wan", NULL};

static const struct store_column task_columns[] = {
    STORE_KEY("task_id", "from 0, in order of arrival"),
    STORE_COLUMN("t_ns", STORE_TIME, "it comes"),
    STORE_COLUMN("device", STORE_INTEGER, "from 1"),
    STORE_WORD("class", classes, ""),
    STORE_COLUMN("work_ns", STORE_TIME, "at speed 1"),
    STORE_COLUMN("deadline_ns", STORE_TIME, "after it came"),
    STORE_MAYBE("placed_ns", STORE_TIME, "its data begin to go"),
    STORE_MAYBE("ended_ns", STORE_TIME, "answered, or lost"),
    STORE_MAYBE_WORD("target", targets, "where it went"),
    STORE_MAYBE("node", STORE_INTEGER, "from 1"),
    STORE_COLUMN("connects", STORE_INTEGER, "targets found down"),
    STORE_COLUMN("fallback", STORE_INTEGER,
                 "1: elsewhere than decided, or the controller was silent"),
    STORE_MAYBE("energy_j", STORE_REAL, "compute and bits"),
    STORE_WORD("outcome", outcomes, "overdue: no answer yet, and its deadline is past"),
};
static const struct store_column decision_columns[] = {
    STORE_KEY("task_id", ""),
    STORE_COLUMN("device", STORE_INTEGER, "from 1"),
    STORE_WORD("class", classes, ""),
    STORE_MAYBE("own_device", STORE_REAL, "estimated cost; none: not there, or cut off"),
    STORE_MAYBE("own_edge", STORE_REAL, ""),
    STORE_MAYBE("own_cloud", STORE_REAL, ""),
    STORE_MAYBE("foreign_edge", STORE_REAL, ""),
    STORE_MAYBE("foreign_cloud", STORE_REAL, ""),
    STORE_WORD("choice", targets, ""),
    STORE_COLUMN("explored", STORE_INTEGER, "1: chosen to learn"),
    STORE_WORD("outcome", outcomes, ""),
};
static const struct store_column node_columns[] = {
    STORE_KEY("node", "from 1; devices first"),
    STORE_COLUMN("domain", STORE_INTEGER, "from 1"),
    STORE_WORD("tier", tiers, ""),
    STORE_COLUMN("tasks", STORE_INTEGER, "placed here"),
    STORE_COLUMN("busy_ns", STORE_TIME, "booked on its cores"),
    STORE_COLUMN("compute_j", STORE_REAL, ""),
    STORE_COLUMN("idle_j", STORE_REAL, ""),
};
static const struct store_column link_columns[] = {
    STORE_KEY("link", "from 1"),
    STORE_COLUMN("domain", STORE_INTEGER, "from 1"),
    STORE_WORD("kind", links, ""),
    STORE_COLUMN("outages", STORE_INTEGER, ""),
    STORE_COLUMN("down_ns", STORE_TIME, ""),
    STORE_COLUMN("bytes", STORE_INTEGER, "of tasks' data"),
    STORE_COLUMN("energy_j", STORE_REAL, "of their bits"),
};
static const struct store_column outage_columns[] = {
    STORE_KEY("link", "from 1"),
    STORE_KEY("number", "from 1"),
    STORE_COLUMN("t_ns", STORE_TIME, "it fails"),
    STORE_COLUMN("until_ns", STORE_TIME, "it is back, or the run ends"),
};

const struct store_table choreo_tables[CHOREO_TABLES] = {
    [CHOREO_TASK] = STORE_TABLE("task", "every task and what came of it", 1, task_columns),
    [CHOREO_DECISION] = STORE_TABLE("decision", "what its decider thought", 1, decision_columns),
    [CHOREO_NODE] = STORE_TABLE("node", "every node", 0, node_columns),
    [CHOREO_LINK] = STORE_TABLE("link", "every link", 0, link_columns),
    [CHOREO_OUTAGE] = STORE_TABLE("outage", "every outage of a link", 0, outage_columns),
};

static const char *outcome_of(const struct choreo_world *w, const struct choreo_task *task)
{
    const bool is_missed = choreo_is_missed(w, task);
    switch (task->phase) {
    case CHOREO_UNDECIDED:
        return outcomes[is_missed ? 5 : 0];
    case CHOREO_PLACED:
        return outcomes[is_missed ? 5 : 1];
    case CHOREO_COMPLETED:
        return outcomes[is_missed ? 3 : 2];
    case CHOREO_LOST_TASK:
        break;
    }
    return outcomes[4];
}

static union store_cell whole(int64_t value)
{
    return (union store_cell){.integer = value};
}

static union store_cell word(const char *text)
{
    return (union store_cell){.text = text};
}

static union store_cell real(double value)
{
    return (union store_cell){.real = value};
}

static void tell_task(const struct choreo_world *w, const struct model_listener *listener,
                      size_t id)
{
    const struct choreo_task *task = &w->task[id];
    const bool is_placed = task->phase != CHOREO_UNDECIDED;
    const bool has_ended = task->phase >= CHOREO_COMPLETED;
    const union store_cell cell[] = {
        whole((int64_t)id),
        whole(task->at),
        whole(task->device + INT64_C(1)),
        word(classes[task->class]),
        whole(task->work_ns),
        whole(w->spec->class[task->class].deadline_ns),
        whole(is_placed ? task->placed_ns : STORE_MISSING),
        whole(has_ended ? task->end_ns : STORE_MISSING),
        word(is_placed ? targets[task->target] : NULL),
        whole(is_placed ? task->node + INT64_C(1) : STORE_MISSING),
        whole(task->connects),
        whole(task->has_fallen_back),
        real(is_placed ? task->energy_j : (double)NAN),
        word(outcome_of(w, task)),
    };
    listener->row(listener->context, CHOREO_TASK, cell);
}

static void tell_decision(const struct choreo_world *w, const struct model_listener *listener,
                          size_t id)
{
    const struct choreo_task *task = &w->task[id];
    union store_cell cell[sizeof decision_columns / sizeof *decision_columns] = {
        whole((int64_t)id), whole(task->device + INT64_C(1)), word(classes[task->class])};
    for (uint32_t t = 0; t < CHOREO_TARGETS; t++) {
        const double cost = task->answer.estimate[t];
        cell[3 + t] = real(cost > CHOREO_NO_ESTIMATE ? cost : (double)NAN);
    }
    cell[8] = word(targets[task->answer.target]);
    cell[9] = whole(task->answer.has_explored);
    cell[10] = word(outcome_of(w, task));
    listener->row(listener->context, CHOREO_DECISION, cell);
}

static void tell_node(const struct choreo_world *w, const struct model_listener *listener,
                      uint32_t i)
{
    const struct choreo_node *n = &w->node[i];
    const struct energy e = choreo_node_energy(w, i);
    const union store_cell cell[] = {
        whole(i + INT64_C(1)), whole(n->domain + INT64_C(1)),
        word(tiers[n->tier]),  whole((int64_t)n->tasks),
        whole(n->busy_ns),     real(e.compute_j),
        real(e.idle_j),
    };
    listener->row(listener->context, CHOREO_NODE, cell);
}

/* Its outages are drawn once more, so that a run need not remember them. */
static void tell_link(const struct choreo_world *w, const struct model_listener *listener,
                      uint32_t i)
{
    const uint32_t a_domain = w->spec->tier[CHOREO_EDGE].count + 1;
    struct outage o;
    int64_t count = 0;
    choreo_link_outages(w, i, &o);
    while (o.until < w->end_ns) {
        const sim_time from = o.until;
        if (outage_is_down(&o, from)) {
            const sim_time until = o.until < w->end_ns ? o.until : w->end_ns;
            const union store_cell cell[] = {whole(i + INT64_C(1)), whole(++count), whole(from),
                                             whole(until)};
            listener->row(listener->context, CHOREO_OUTAGE, cell);
        }
    }
    const union store_cell cell[] = {
        whole(i + INT64_C(1)),
        whole(i / a_domain + INT64_C(1)),
        word(links[i % a_domain == a_domain - 1]),
        whole(count),
        whole(outage_total(&o, w->end_ns)),
        whole(w->link_bytes[i]),
        real(choreo_link_j(w, i)),
    };
    listener->row(listener->context, CHOREO_LINK, cell);
}

void choreo_tell(const struct choreo_world *w, const struct model_listener *listener,
                 unsigned record)
{
    for (size_t i = 0; record >= 1 && i < w->count.calls; i++) {
        tell_task(w, listener, i);
        if (w->task[i].has_answer) {
            tell_decision(w, listener, i);
        }
    }
    for (uint32_t i = 0; i < w->nodes; i++) {
        tell_node(w, listener, i);
    }
    for (uint32_t i = 0; i < w->links; i++) {
        tell_link(w, listener, i);
    }
}
