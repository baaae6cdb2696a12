/*
 * What the interpreter needs for nothing but instructions: the tasklets of the very calls that are
 * executed, each one loop or a few, run one after the other. Only the time inside them counts.
 */
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "runtime-replay/host_clock.h"
#include "sim/tasklets/tasklet_cost.h"
#include "sim/terminal/processors.h"
#include "sim/testbed/replay.h"

enum { LOOPS_MAX = 256 };

/* Tasklets that call no other, as often as calls that were taken at even distances run them. */
struct loops {
    const struct playback_binary *binary[LOOPS_MAX];
    size_t count;
};

struct runner {
    const struct loops *loops;
    size_t first; /* where it starts, so that threads do not march in step */
    double seconds;
    const struct playback_binary *now;
    uint64_t instructions; /* executed, and what they took */
    int64_t wall_ns, processor_ns;
};

static void add_leaf(struct loops *l, const struct replay_run *run, uint32_t tasklet)
{
    if (l->count < LOOPS_MAX && run->taskset.tasklet[tasklet].call_count == 0) {
        l->binary[l->count++] = &run->binary[tasklet];
    }
}

static void add_leaves(struct loops *l, const struct replay_run *run, uint32_t tasklet)
{
    const struct taskset_tasklet *t = &run->taskset.tasklet[tasklet];
    add_leaf(l, run, tasklet);
    for (uint32_t c = 0; c < t->call_count; c++) {
        add_leaves(l, run, run->taskset.call[t->first_call + c]);
    }
}

static void collect(struct loops *l, const struct replay_plan *p)
{
    enum { CALLS_A_RUN = 16 };
    *l = (struct loops){.count = 0};
    for (uint32_t r = 0; r < p->count; r++) {
        const struct replay_run *run = &p->run[r];
        const uint32_t calls = run->trace.call_count;
        const uint32_t stride = calls / CALLS_A_RUN + 1;
        for (uint32_t i = 0; i < calls; i += stride) {
            add_leaves(l, run, run->call[i].chain);
        }
    }
}

static bool find(void *context, const char *name, struct execute_binary *out)
{
    const struct runner *r = context;
    *out = r->now->code;
    return strcmp(name, r->now->name) == 0;
}

/* Loads do not count, but where they take most of the time, nobody waits for them without end. */
static void run_loops(struct runner *r, struct execute_runner *executor)
{
    enum { PATIENCE = 5 };
    const uint32_t argument = 1;
    const double enough_ns = r->seconds * 1e9;
    double spent_ns = 0;
    struct execution e;
    for (size_t i = r->first; (double)r->wall_ns < enough_ns && spent_ns < PATIENCE * enough_ns;
         i++) {
        r->now = r->loops->binary[i % r->loops->count];
        const int64_t start_ns = host_clock_thread_ns();
        if (!execute_run(executor, r->now->name, &argument, 1, EXECUTE_NESTED, &e)) {
            return;
        }
        const int64_t took_ns = host_clock_thread_ns() - start_ns;
        const int64_t whole_ns = e.load_host_ns + e.run_host_ns;
        r->instructions += e.instructions;
        r->wall_ns += e.run_host_ns;
        spent_ns += (double)whole_ns;
        /* The load's share goes; it is some microseconds of many milliseconds. */
        r->processor_ns +=
            whole_ns > 0 ? (int64_t)((double)took_ns * (double)e.run_host_ns / (double)whole_ns)
                         : 0;
    }
}

static void *run(void *context)
{
    struct runner *r = context;
    const struct execute_limits limits = tasklet_cost_limits();
    const struct execute_source source = {.find = find, .context = r};
    struct execute_runner *executor = NULL;
    if (execute_create(&executor, &limits, &source) == SIM_OK) {
        run_loops(r, executor);
        execute_destroy(executor);
    }
    return NULL;
}

void replay_reference_add(struct replay_reference *reference, const struct replay_plan *p,
                          double seconds)
{
    struct loops loops;
    pthread_t thread[PROCESSORS_MAX];
    struct runner runner[PROCESSORS_MAX];
    uint32_t started = 0;
    collect(&loops, p);
    while (loops.count > 0 && started < p->request->jobs && started < PROCESSORS_MAX) {
        runner[started] = (struct runner){
            .loops = &loops, .first = started * loops.count / p->request->jobs, .seconds = seconds};
        if (pthread_create(&thread[started], NULL, run, &runner[started]) != 0) {
            break;
        }
        started++;
    }
    for (uint32_t i = 0; i < started; i++) {
        (void)pthread_join(thread[i], NULL);
        reference->instructions += runner[i].instructions;
        reference->wall_ns += runner[i].wall_ns;
        reference->processor_ns += runner[i].processor_ns;
    }
}

/* ---- as a measure of what was executed ---- */

/* Nanoseconds that an instruction takes; NaN: not measured. */
static double bare_ns(const struct replay_summary *s, int64_t took_ns)
{
    const uint64_t instructions = s->reference.instructions;
    return instructions == 0 ? (double)NAN : (double)took_ns / (double)instructions;
}

static double ratio(const struct replay_summary *s, double seconds, int64_t reference_ns)
{
    const double bare_s = (double)s->instructions * bare_ns(s, reference_ns) * 1e-9;
    return bare_s > 0 ? seconds / bare_s : (double)NAN;
}

double replay_ratio(const struct replay_summary *s)
{
    return ratio(s, s->wall_s * (double)s->request->jobs, s->reference.wall_ns);
}

double replay_processor_ratio(const struct replay_summary *s)
{
    return ratio(s, s->processor_s, s->reference.processor_ns);
}

double replay_bare_ns(const struct replay_summary *s)
{
    return bare_ns(s, s->reference.wall_ns);
}
