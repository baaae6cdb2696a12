/* Are the tasklets that this program makes of a scenario those that a result was run with? */
#include <inttypes.h>

#include "sim/terminal/exit.h"
#include "sim/terminal/message.h"
#include "sim/testbed/replay.h"

static int differs(const struct replay_plan *p, const struct replay_run *run, uint32_t tasklet,
                   const char *what, int64_t there, int64_t here)
{
    message_error("%s: %s: tasklet %" PRIu32 " has %s %" PRId64 " there, and %" PRId64
                  " if made again from the scenario",
                  p->source.path, run->name, tasklet, what, there, here);
    message_hint("another version of the program made the result: replay it with that one, or "
                 "run the scenario again");
    return EXIT_BAD_DATA;
}

/* A calibrated run has measured times in the place of those that are drawn again. */
static bool is_calibrated(const struct replay_plan *p)
{
    return p->forms.setting.calibration->path != NULL;
}

static int check_calls(const struct replay_plan *p, const struct replay_run *run, uint32_t tasklet)
{
    const struct taskset *t = &run->taskset;
    const struct trace_tasklet *there = &run->trace.tasklet[tasklet];
    const struct taskset_tasklet *here = &t->tasklet[tasklet];
    if (there->step_count != here->call_count) {
        return differs(p, run, tasklet, "so many calls:", there->step_count, here->call_count);
    }
    sim_time after_ns = 0;
    for (uint32_t c = 0; c < here->call_count; c++) {
        const struct trace_step *step = &run->trace.step[there->first_step + c];
        const uint32_t callee = t->call[here->first_call + c];
        after_ns += t->segment_ns[taskset_first_segment(t, tasklet) + c];
        if (step->callee != callee) {
            return differs(p, run, tasklet, "a call of tasklet", step->callee, callee);
        }
        if (step->after_ns != after_ns && !is_calibrated(p)) {
            return differs(p, run, tasklet, "a call after so many ns:", step->after_ns, after_ns);
        }
    }
    return EXIT_OK;
}

int replay_check_taskset(const struct replay_plan *p, const struct replay_run *run)
{
    const struct taskset *t = &run->taskset;
    if (run->trace.tasklet_count != t->count) {
        message_error("%s: %s: has %" PRIu32 " tasklets; made again from the scenario there are "
                      "%" PRIu32,
                      p->source.path, run->name, run->trace.tasklet_count, t->count);
        message_hint("the taskset is incomplete, or another version of the program made it: run "
                     "the scenario again with --set record=calls");
        return EXIT_BAD_DATA;
    }
    int code = EXIT_OK;
    for (uint32_t i = 0; i < t->count && code == EXIT_OK; i++) {
        const struct trace_tasklet *there = &run->trace.tasklet[i];
        if (there->is_chain != (i < t->chains)) {
            code =
                differs(p, run, i, "this to be a chain (1) or an algorithm (0):", there->is_chain,
                        i < t->chains);
        } else if (there->size_bytes != (int64_t)t->tasklet[i].size_bytes) {
            code =
                differs(p, run, i, "so many bytes:", there->size_bytes, t->tasklet[i].size_bytes);
        } else if (there->time_ns != t->tasklet[i].own_ns && !is_calibrated(p)) {
            code =
                differs(p, run, i, "to run for so many ns:", there->time_ns, t->tasklet[i].own_ns);
        } else {
            code = check_calls(p, run, i);
        }
    }
    return code;
}
