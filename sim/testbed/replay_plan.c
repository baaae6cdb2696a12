/* What a stored result asks to be executed. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "sim/engine/digest.h"
#include "sim/tasklets/tasklet_cost.h"
#include "sim/terminal/exit.h"
#include "sim/terminal/message.h"
#include "sim/testbed/replay.h"

uint32_t replay_argument(uint32_t replication, int64_t call_id)
{
    return execute_argument(replication, call_id);
}

bool replay_is_chosen(uint32_t sample_ppm, uint64_t seed, uint32_t replication, int64_t call_id)
{
    uint64_t digest = digest_word(DIGEST_START, seed);
    digest = digest_word(digest_word(digest, replication), (uint64_t)call_id);
    return digest_finish(digest) % REPLAY_ALL_PPM < sample_ppm;
}

static int no_memory(void)
{
    message_error("%s", sim_status_text(SIM_ERR_NOMEM));
    return EXIT_INTERNAL;
}

/* ---- calls ---- */

static int name_calls(const struct replay_plan *p, struct replay_run *run)
{
    const struct trace *t = &run->trace;
    run->call = calloc((size_t)t->call_count + 1, sizeof *run->call);
    run->acquisition = calloc((size_t)t->acquisition_count + 1, sizeof *run->acquisition);
    uint64_t *work = calloc((size_t)run->taskset.chains + 1, sizeof *work);
    if (run->call == NULL || run->acquisition == NULL || work == NULL) {
        free(work);
        return no_memory();
    }
    for (uint32_t i = 0; i < run->taskset.chains; i++) {
        work[i] = replay_work_of(run, i);
    }
    for (uint32_t i = 0; i < t->call_count; i++) {
        const struct trace_call *from = &t->call[i];
        const uint32_t replication = run->row->replication;
        const bool is_chosen = replay_is_chosen(p->request->sample_ppm, (uint64_t)run->row->seed,
                                                replication, from->call_id);
        run->chosen += is_chosen;
        run->call[i] = (struct playback_call){
            .call_id = from->call_id,
            .node = from->node,
            .chain = from->chain,
            .argument = replay_argument(replication, from->call_id),
            .wanted = is_chosen,
            .instructions = work[from->chain],
        };
    }
    for (uint32_t i = 0; i < t->acquisition_count; i++) {
        const struct trace_acquisition *from = &t->acquisition[i];
        run->acquisition[i] = (struct playback_acquisition){
            .call = from->call == TRACE_NO_CALL ? PLAYBACK_NO_CALL : from->call,
            .node = from->node,
            .tasklet = from->tasklet,
            .source = from->source,
        };
    }
    free(work);
    return EXIT_OK;
}

static void raise_limits(struct replay_plan *p, const struct replay_run *run)
{
    for (uint32_t i = 0; i < run->taskset.chains; i++) {
        uint64_t work = replay_work_of(run, i);
        if (p->request->mode == EXECUTE_REEXECUTED) {
            work *= replay_sub_calls_of(&run->taskset, i) + 1;
        }
        p->limits.instructions = work > p->limits.instructions ? work : p->limits.instructions;
    }
    p->limits.depth = run->taskset.depth > p->limits.depth ? run->taskset.depth : p->limits.depth;
}

static int plan_run(struct replay_plan *p, uint32_t index)
{
    struct replay_run *run = &p->run[index];
    struct store_error error = {{0}};
    (void)snprintf(run->name, sizeof run->name, "%s, replication %" PRIu32, run->row->variant,
                   run->row->replication);
    const enum sim_status status =
        p->forms.of->read_trace(&run->trace, p->source.store, run->row, &error);
    if (status != SIM_OK) {
        return archive_failed(&p->source, status, &error);
    }
    int code = replay_make_tasklets(p, run);
    if (code == EXIT_OK) {
        code = replay_cost_run(p, run);
    }
    if (code == EXIT_OK) {
        code = name_calls(p, run);
    }
    if (code != EXIT_OK) {
        return code;
    }
    raise_limits(p, run);
    p->playback[index] = (struct playback_run){
        .name = run->name,
        .binary = run->binary,
        .binary_count = run->taskset.count,
        .node_count = run->trace.node_count,
        .registry = run->trace.registry,
        .call = run->call,
        .call_count = run->trace.call_count,
        .acquisition = run->acquisition,
        .acquisition_count = run->trace.acquisition_count,
    };
    p->expected[index] = (struct result_replay){
        .run_id = run->row->run_id,
        .mode = execute_mode_name(p->request->mode),
        .sample_ppm = p->request->sample_ppm,
        .calls = run->chosen,
        .binaries = run->binaries,
        .platform = p->is_priced ? p->platform_name : NULL,
    };
    return EXIT_OK;
}

/* ---- the plan ---- */

static bool is_asked_for(const struct replay_request *request, const struct runs_row *row)
{
    return (request->variant == NULL || strcmp(request->variant, row->variant) == 0) &&
           (request->replication == 0 || request->replication == row->replication);
}

static int choose_runs(struct replay_plan *p)
{
    const struct runs *runs = &p->source.runs;
    p->run = calloc(runs->count + 1, sizeof *p->run);
    p->playback = calloc(runs->count + 1, sizeof *p->playback);
    p->expected = calloc(runs->count + 1, sizeof *p->expected);
    if (p->run == NULL || p->playback == NULL || p->expected == NULL) {
        return no_memory();
    }
    for (size_t i = 0; i < runs->count; i++) {
        if (is_asked_for(p->request, &runs->row[i])) {
            p->run[p->count++].row = &runs->row[i];
        }
    }
    if (p->count > 0) {
        return EXIT_OK;
    }
    const struct runs_choice choice = {.variant = p->request->variant,
                                       .replication = p->request->replication};
    const struct runs_row *none = NULL;
    const int code = archive_choose(&p->source, &choice, &none); /* says which there are */
    return code == EXIT_OK ? EXIT_INTERNAL : code;
}

static int check_recorded(const struct replay_plan *p)
{
    if (p->scenario.record != SCENARIO_RECORD_SUMMARY) {
        return EXIT_OK;
    }
    message_error("%s was run with record: summary: it holds no calls to execute", p->source.path);
    message_hint("nimblesim run %s --set record=calls --out FILE.db", p->source.runs.scenario);
    return EXIT_BAD_DATA;
}

static int read_source(struct replay_plan *p)
{
    int code = archive_check_single(&p->source);
    if (code == EXIT_OK) {
        code = archive_scenario(&p->source, &p->scenario);
    }
    if (code != EXIT_OK) {
        return code;
    }
    code = forms_init(&p->forms, &p->scenario);
    if (code == EXIT_OK) {
        code = check_recorded(p);
    }
    if (code == EXIT_OK) {
        code = choose_runs(p);
    }
    if (code == EXIT_OK) {
        code = replay_cost_init(p);
    }
    for (uint32_t i = 0; i < p->count && code == EXIT_OK; i++) {
        code = plan_run(p, i);
    }
    return code;
}

int replay_plan_init(struct replay_plan *p, const struct replay_request *request)
{
    *p = (struct replay_plan){.request = request, .limits = tasklet_cost_limits(), .lock = -1};
    p->limits.instructions = 0; /* raised to what the calls need, run by run */
    p->limits.depth = 0;
    int code = archive_open(&p->source, request->source);
    if (code != EXIT_OK) {
        return code;
    }
    code = read_source(p);
    if (code != EXIT_OK) {
        replay_plan_deinit(p);
    }
    return code;
}

void replay_plan_deinit(struct replay_plan *p)
{
    for (uint32_t i = 0; i < p->count; i++) {
        struct replay_run *run = &p->run[i];
        p->forms.of->drop_trace(&run->trace);
        taskset_deinit(&run->taskset);
        module_set_deinit(&run->set);
        free(run->binary);
        free(run->price);
        free(run->call);
        free(run->acquisition);
    }
    free(p->run);
    free(p->playback);
    free(p->expected);
    scenario_deinit(&p->scenario);
    archive_close(&p->source);
    replay_unlock(p);
    *p = (struct replay_plan){.lock = -1};
}

uint64_t replay_plan_work(const struct replay_plan *p, uint64_t *calls)
{
    uint64_t work = 0;
    *calls = 0;
    for (uint32_t r = 0; r < p->count; r++) {
        for (uint32_t i = 0; i < p->run[r].trace.call_count; i++) {
            const struct playback_call *call = &p->run[r].call[i];
            work += call->wanted ? call->instructions : 0;
            *calls += call->wanted;
        }
    }
    return work;
}
