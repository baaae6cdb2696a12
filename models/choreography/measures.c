/* What a run comes to, and what two are compared by. */
#include <math.h>
#include <stdlib.h>

#include "models/choreography/config.h"

#define MEASURE(n, u, l)                                                                           \
    {                                                                                              \
        .name = (n), .unit = (u), .label = (l)                                                     \
    }
#define AT_ZERO(n, u, l)                                                                           \
    {                                                                                              \
        .name = (n), .unit = (u), .label = (l), .is_hidden_at_zero = true                          \
    }
const struct model_measure choreo_measures[CHOREO_MEASURES] = {
    [CHOREO_M_CALLS] = MEASURE("calls", "", "tasks"),
    [CHOREO_M_COMPLETED] = MEASURE("completed", "", "answered, late ones too"),
    [CHOREO_M_FAILED] = AT_ZERO("failed", "", "lost with a link"),
    [CHOREO_M_PENDING] = AT_ZERO("pending", "", "not done when the run ended"),
    [CHOREO_M_ANSWERED] = MEASURE("answered_share", "", "answered"),
    [CHOREO_M_MISSED] = MEASURE("deadline_missed", "", "deadlines that passed without an answer"),
    [CHOREO_M_MISSED_SHARE] = {.name = "missed_share",
                               .unit = "",
                               .label = "deadlines missed, of all tasks",
                               .verb = "misses",
                               .lower = "less",
                               .higher = "more"},
    [CHOREO_M_MEAN] = MEASURE("response_mean_s", "s", "mean response"),
    [CHOREO_M_P50] = MEASURE("response_p50_s", "s", "half respond within"),
    [CHOREO_M_P95] = MEASURE("response_p95_s", "s", "95 % respond within"),
    [CHOREO_M_P99] = MEASURE("response_p99_s", "s", "99 % respond within"),
    [CHOREO_M_ENERGY] = MEASURE("energy_j", "J", "energy of tasks, compute and bits"),
    [CHOREO_M_ENERGY_CALL] = MEASURE("energy_per_call_j", "J", "  a task"),
    [CHOREO_M_COMPUTE] = MEASURE("compute_j", "J", "  of it computing"),
    [CHOREO_M_BITS] = MEASURE("bits_j", "J", "  of it bits on links"),
    [CHOREO_M_IDLE] = AT_ZERO("idle_j", "J", "energy of idle cores"),
    [CHOREO_M_DATA] = MEASURE("data_bytes", "B", "tasks' data sent"),
    [CHOREO_M_CONTROL] = MEASURE("control_bytes", "B", "state messages and requests"),
    [CHOREO_M_LOCAL] = MEASURE("placed_local", "", "run on their own device"),
    [CHOREO_M_EDGE] = MEASURE("placed_edge", "", "on an own edge"),
    [CHOREO_M_CLOUD] = MEASURE("placed_cloud", "", "in the own cloud"),
    [CHOREO_M_FOREIGN] = MEASURE("placed_foreign", "", "in another's domain"),
    [CHOREO_M_UNDECIDED] = AT_ZERO("undecided", "", "not placed when the run ended"),
    [CHOREO_M_CONNECT_FAILED] = AT_ZERO("connect_failed", "", "targets found down"),
    [CHOREO_M_REFUSED_FOREIGN] = AT_ZERO("refused_foreign", "", "whom all other domains refuse"),
    [CHOREO_M_FALLBACKS] = AT_ZERO("fallbacks", "", "run elsewhere than decided"),
    [CHOREO_M_LINK_DOWN] = AT_ZERO("link_down_share", "", "time that a link is down"),
};

const struct model_series choreo_series[CHOREO_SERIES] = {
    {"response_ns", "ns", "mean response", "completed", NULL},
    {"completed", "", "answered tasks", NULL, NULL},
    {"bytes", "B", "tasks' data", NULL, NULL},
    {"missed", "", "deadlines missed", NULL, NULL},
    {"energy", "nJ", "energy of the tasks that are placed", NULL, NULL},
};
const struct model_distribution choreo_distributions[1] = {{"response", "ns", "response"}};

static double misses(const struct model_result *a, const struct model_result *b)
{
    return a->measure[CHOREO_M_MISSED_SHARE] - b->measure[CHOREO_M_MISSED_SHARE];
}

static double response(const struct model_result *a, const struct model_result *b)
{
    return a->measure[CHOREO_M_MEAN] - b->measure[CHOREO_M_MEAN];
}

static double energy(const struct model_result *a, const struct model_result *b)
{
    return a->measure[CHOREO_M_ENERGY_CALL] / b->measure[CHOREO_M_ENERGY_CALL];
}

static double control(const struct model_result *a, const struct model_result *b)
{
    return a->measure[CHOREO_M_CONTROL] / b->measure[CHOREO_M_CONTROL];
}

const struct model_contrast choreo_contrasts[CHOREO_CONTRASTS] = {
    {"missed_difference", "", "share of deadlines missed", NULL, NULL, 0, misses},
    {"response_difference", "s", "mean response", NULL, NULL, 0, response},
    {"energy_ratio", "", "energy a task", NULL, NULL, 1, energy},
    {"control_ratio", "", "control bytes", NULL, NULL, 1, control},
};
const struct model_headline choreo_headlines[1] = {{"missed_difference", "misses", "%", 100, 2}};

/* As its deadline passed, or as it was lost. */
static sim_time missed_at(const struct choreo_world *w, const struct choreo_task *task)
{
    return task->phase == CHOREO_LOST_TASK ? task->end_ns
                                           : task->at + w->spec->class[task->class].deadline_ns;
}

/* Response times: into bins, histogram and outcomes; their sum in seconds. */
static double sum_up(const struct choreo_world *w, struct model_result *result)
{
    double sum_s = 0;
    for (size_t i = 0; i < w->count.calls; i++) {
        const struct choreo_task *task = &w->task[i];
        if (task->phase != CHOREO_UNDECIDED) {
            /* Booked for a moment behind the end, once its waiting was known. */
            const sim_time at = task->placed_ns < w->end_ns ? task->placed_ns : w->end_ns - 1;
            result->bin[at / result->bin_ns * CHOREO_SERIES + CHOREO_S_ENERGY] +=
                (int64_t)(task->energy_j * 1e9);
        }
        if (choreo_is_missed(w, task)) {
            result->bin[missed_at(w, task) / result->bin_ns * CHOREO_SERIES + CHOREO_S_MISSED]++;
        }
        if (task->phase != CHOREO_COMPLETED) {
            continue;
        }
        const sim_time took = task->end_ns - task->at;
        const struct choreo_class_spec *class = &w->spec->class[task->class];
        int64_t *bin = result->bin + task->end_ns / result->bin_ns * CHOREO_SERIES;
        bin[CHOREO_S_RESPONSE] += took;
        bin[CHOREO_S_COMPLETED]++;
        bin[CHOREO_S_BYTES] += task->target == CHOREO_OWN_DEVICE ? 0 : class->data_bytes;
        result->histogram[bins_index(took)]++;
        result->outcome[result->outcomes++] =
            (struct model_outcome){.work_id = (int64_t)i, .response_ns = took};
        sum_s += (double)took / 1e9;
    }
    return sum_s;
}

static void count_up(const struct choreo_counts *c, double *m)
{
    const double calls = (double)c->calls;
    m[CHOREO_M_CALLS] = calls;
    m[CHOREO_M_COMPLETED] = (double)c->completed;
    m[CHOREO_M_FAILED] = (double)c->lost;
    m[CHOREO_M_PENDING] = (double)(c->calls - c->completed - c->lost);
    m[CHOREO_M_ANSWERED] = (double)c->completed / (double)(c->completed + c->lost);
    m[CHOREO_M_MISSED] = (double)c->missed;
    m[CHOREO_M_MISSED_SHARE] = (double)c->missed / calls;
    m[CHOREO_M_COMPUTE] = c->compute_j;
    m[CHOREO_M_BITS] = c->bits_j;
    m[CHOREO_M_ENERGY] = c->compute_j + c->bits_j;
    m[CHOREO_M_ENERGY_CALL] = m[CHOREO_M_ENERGY] / calls;
    m[CHOREO_M_DATA] = (double)c->sent_bytes;
    m[CHOREO_M_CONTROL] = (double)c->control_bytes;
    m[CHOREO_M_LOCAL] = (double)c->by_target[CHOREO_OWN_DEVICE];
    m[CHOREO_M_EDGE] = (double)c->by_target[CHOREO_OWN_EDGE];
    m[CHOREO_M_CLOUD] = (double)c->by_target[CHOREO_OWN_CLOUD];
    m[CHOREO_M_FOREIGN] =
        (double)(c->by_target[CHOREO_FOREIGN_EDGE] + c->by_target[CHOREO_FOREIGN_CLOUD]);
    m[CHOREO_M_UNDECIDED] = (double)(c->calls - c->placed);
    m[CHOREO_M_CONNECT_FAILED] = (double)c->connect_failed;
    m[CHOREO_M_REFUSED_FOREIGN] = (double)c->refused_foreign;
    m[CHOREO_M_FALLBACKS] = (double)c->fallbacks;
}

enum sim_status choreo_measure(const struct choreo_world *w, struct model_result *result)
{
    result->outcomes = 0;
    result->outcome = malloc((w->count.calls + 1) * sizeof *result->outcome);
    if (result->outcome == NULL) {
        return SIM_ERR_NOMEM;
    }
    double *m = result->measure;
    count_up(&w->count, m);
    m[CHOREO_M_MEAN] = sum_up(w, result) / m[CHOREO_M_COMPLETED];
    m[CHOREO_M_P50] = bins_quantile(result->histogram, 0, 0.5) / 1e9;
    m[CHOREO_M_P95] = bins_quantile(result->histogram, 0, 0.95) / 1e9;
    m[CHOREO_M_P99] = bins_quantile(result->histogram, 0, 0.99) / 1e9;
    m[CHOREO_M_IDLE] = choreo_world_idle_j(w);
    m[CHOREO_M_LINK_DOWN] = w->link_down_share;
    return SIM_OK;
}
