/* The rows that a run leaves: enough to draw who ran where and when, and the memory under its cap.
 */
#include "models/pi5/config.h"

static const char *const phases[] = {"queue", "alone", "pending", NULL};

static const struct store_column task_columns[] = {
    {.name = "task_id", .about = "", .type = STORE_INTEGER, .is_key = true},
    {.name = "class", .about = "", .type = STORE_TEXT, .words = pi5_class_names},
    {.name = "submitted", .about = "place in the order of submission", .type = STORE_INTEGER},
    {.name = "place", .about = "place in the queue", .type = STORE_INTEGER},
    {.name = "time_ns", .about = "needed, on a core of its own", .type = STORE_TIME},
    {.name = "memory_bytes", .about = "needed", .type = STORE_INTEGER},
    {.name = "predicted_time", .about = "ns, or the class's rank", .type = STORE_INTEGER},
    {.name = "predicted_bytes", .about = "", .type = STORE_INTEGER},
    {.name = "core", .about = "of the worker, from 1", .type = STORE_INTEGER, .may_miss = true},
    {.name = "start_ns", .about = "", .type = STORE_TIME, .may_miss = true},
    {.name = "end_ns", .about = "", .type = STORE_TIME, .may_miss = true},
    {.name = "overtaken", .about = "times passed over for want of memory", .type = STORE_INTEGER},
    {.name = "phase",
     .about = "alone: in the sequential phase; pending: had not started",
     .type = STORE_TEXT,
     .words = phases},
    {.name = "failed_ns", .about = "its start failed", .type = STORE_TIME, .may_miss = true},
    {.name = "failed_core", .about = "there", .type = STORE_INTEGER, .may_miss = true},
    {.name = "beside_bytes",
     .about = "memory in use then",
     .type = STORE_INTEGER,
     .may_miss = true},
};

static const struct store_column memory_columns[] = {
    {.name = "step", .about = "", .type = STORE_INTEGER, .is_key = true},
    {.name = "t_ns", .about = "from then on", .type = STORE_TIME},
    {.name = "used_bytes", .about = "the orchestrator's own included", .type = STORE_INTEGER},
    {.name = "cap_bytes", .about = "what it must stay under", .type = STORE_INTEGER},
    {.name = "running", .about = "tasks", .type = STORE_INTEGER},
    {.name = "sequential", .about = "1: tasks run alone, unchecked", .type = STORE_INTEGER},
};

static const struct store_column node_columns[] = {
    {.name = "node", .about = "1: there is but one", .type = STORE_INTEGER, .is_key = true},
    {.name = "busy_ns", .about = "summed over its cores", .type = STORE_TIME},
    {.name = "on_ns", .about = "until the last task had ended, or the run", .type = STORE_TIME},
    {.name = "compute_j", .about = "cores that compute", .type = STORE_REAL},
    {.name = "idle_j", .about = "being on", .type = STORE_REAL},
};

#define COLUMNS(array) array, sizeof(array) / sizeof *(array)
const struct store_table pi5_tables[PI5_TABLES] = {
    [PI5_TABLE_TASK] = {"task", "every task of the batch", 1, COLUMNS(task_columns)},
    [PI5_TABLE_MEMORY] = {"memory_use", "memory in use, a row a change", 1,
                          COLUMNS(memory_columns)},
    [PI5_TABLE_NODE] = {"node", "the node, and what it spent", 0, COLUMNS(node_columns)},
};

static int64_t time_or_missing(sim_time t)
{
    return t != SIM_TIME_NEVER ? t : STORE_MISSING;
}

static const char *phase_of(const struct pi5_outcome *o)
{
    return o->phase == PI5_WAITING           ? phases[2]
           : o->decision.action == PI5_ALONE ? phases[1]
                                             : phases[0];
}

static void tell_task(const struct pi5_world *w, const struct model_listener *listener,
                      uint32_t place)
{
    const struct pi5_place *p = &w->scheduler.queue.place[place];
    const struct pi5_task *task = &w->batch->task[p->task];
    const struct pi5_request *request = &w->batch->request[p->task];
    const struct pi5_outcome *o = &w->outcome[p->task];
    const bool has_failed = o->failed_ns != SIM_TIME_NEVER;
    const union store_cell cell[] = {
        {.integer = p->task},
        {.text = pi5_class_names[task->kind]},
        {.integer = task->submitted},
        {.integer = place},
        {.integer = task->time_ns},
        {.integer = task->memory_bytes},
        {.integer = request->predicted_time},
        {.integer = request->predicted_bytes},
        {.integer = o->phase != PI5_WAITING ? o->decision.worker + INT64_C(1) : STORE_MISSING},
        {.integer = time_or_missing(o->start_ns)},
        {.integer = time_or_missing(o->end_ns)},
        {.integer = p->overtaken},
        {.text = phase_of(o)},
        {.integer = time_or_missing(o->failed_ns)},
        {.integer = has_failed ? o->failed_at + INT64_C(1) : STORE_MISSING},
        {.integer = has_failed ? o->beside_bytes : STORE_MISSING},
    };
    listener->row(listener->context, PI5_TABLE_TASK, cell);
}

void pi5_tell_tasks(const struct pi5_world *w, const struct model_listener *listener)
{
    for (uint32_t i = 0; i < w->batch->count; i++) {
        tell_task(w, listener, i);
    }
}

void pi5_tell_memory(const struct model_listener *listener, int64_t index,
                     const struct pi5_memory_use *use)
{
    const union store_cell cell[] = {{.integer = index},           {.integer = use->since},
                                     {.integer = use->used_bytes}, {.integer = use->cap_bytes},
                                     {.integer = use->running},    {.integer = use->is_sequential}};
    listener->row(listener->context, PI5_TABLE_MEMORY, cell);
}

void pi5_tell_node(const struct pi5_world *w, const struct model_listener *listener)
{
    const struct energy e = pi5_energy(w);
    const union store_cell cell[] = {{.integer = 1},
                                     {.integer = w->server.core_ns},
                                     {.integer = w->server.now},
                                     {.real = e.compute_j},
                                     {.real = e.idle_j}};
    listener->row(listener->context, PI5_TABLE_NODE, cell);
}
