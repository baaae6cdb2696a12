/*
 * The playback on a small trace: which binaries travel, what is refused, which calls are executed
 * where and in which order, and that threads change nothing.
 */
#include <string.h>

#include <criterion/criterion.h>

#include "runtime-replay/execution/playback.h"
#include "sim/engine/digest.h"
#include "taskgen/module_emit.h"
#include "tests/support/runtime.h"

/* Two chains, of which the first calls algorithm 2 and the second algorithms 2 and 3. */
enum { CHAINS = 2, TASKLETS = 4, NODES = 3, REGISTRY = 2, CALLS_MAX = 64, ACQUIRED_MAX = 256 };

struct stage {
    struct taskset taskset;
    struct module_set set;
    struct playback_binary binary[TASKLETS];
    struct playback_call call[CALLS_MAX];
    struct playback_acquisition acquired[ACQUIRED_MAX];
    struct playback_run run;
    char error[PLAYBACK_ERROR_MAX];
};

/* work: instructions of algorithm 3. */
static void make_tasklets(struct stage *s, sim_time work)
{
    static const uint32_t callee[] = {2, 2, 3};
    static const uint32_t need[] = {2, 2, 3};
    const sim_time segment[] = {400, 300, 200, 200, 200, 5000, work};
    struct taskset *t = &s->taskset;
    *t = (struct taskset){
        .tasklet = calloc(TASKLETS, sizeof *t->tasklet),
        .call = malloc(sizeof callee),
        .segment_ns = malloc(sizeof segment),
        .need = malloc(sizeof need),
        .count = TASKLETS,
        .chains = CHAINS,
        .call_count = 3,
        .need_count = 3,
        .need_max = 2,
        .depth = 2,
    };
    memcpy(t->call, callee, sizeof callee);
    memcpy(t->segment_ns, segment, sizeof segment);
    memcpy(t->need, need, sizeof need);
    for (uint32_t i = 0; i < TASKLETS; i++) {
        const uint32_t calls = i < CHAINS ? i + 1 : 0;
        const uint32_t first = i == 0 ? 0 : i == 1 ? 1 : 3;
        t->tasklet[i] = (struct taskset_tasklet){.size_bytes = 300,
                                                 .first_call = first,
                                                 .call_count = calls,
                                                 .first_need = first,
                                                 .need_count = calls,
                                                 .depth = i < CHAINS ? 2 : 1};
        for (uint32_t k = 0; k <= calls; k++) {
            t->tasklet[i].own_ns += segment[first + i + k];
        }
    }
    cr_assert_eq(module_emit(&s->set, t, 1), SIM_OK, "%s", s->set.error);
}

static void begin_with(struct stage *s, sim_time work)
{
    *s = (struct stage){.error = ""};
    make_tasklets(s, work);
    for (uint32_t i = 0; i < TASKLETS; i++) {
        const struct module_binary *made = &s->set.binary[i];
        s->binary[i] = (struct playback_binary){
            .code = {made->bytes, made->length},
            .hash = digest_bytes(DIGEST_START, made->bytes, made->length),
            .need = &s->taskset.need[s->taskset.tasklet[i].first_need],
            .need_count = s->taskset.tasklet[i].need_count,
        };
        module_tasklet_name(&s->taskset, i, s->binary[i].name);
    }
    s->run = (struct playback_run){
        .name = "nimble, replication 1",
        .binary = s->binary,
        .binary_count = TASKLETS,
        .node_count = NODES,
        .registry = REGISTRY,
        .call = s->call,
        .acquisition = s->acquired,
    };
}

static void begin(struct stage *s)
{
    begin_with(s, 9000);
}

static void end(struct stage *s)
{
    module_set_deinit(&s->set);
    taskset_deinit(&s->taskset);
}

static void acquire(struct stage *s, uint32_t call, uint32_t node, uint32_t tasklet,
                    uint32_t source)
{
    cr_assert_lt(s->run.acquisition_count, ACQUIRED_MAX);
    s->acquired[s->run.acquisition_count++] =
        (struct playback_acquisition){call, node, tasklet, source};
}

/* A call of a chain that gets all it needs from one place. */
static void add_call(struct stage *s, uint32_t node, uint32_t chain, uint32_t source)
{
    const uint32_t call = s->run.call_count++;
    cr_assert_lt(call, CALLS_MAX);
    const struct playback_binary *binary = &s->binary[chain];
    s->call[call] = (struct playback_call){
        .call_id = 100 + call,
        .node = node,
        .chain = chain,
        .argument = 7 * call,
        .wanted = true,
        .instructions = s->set.binary[chain].instructions,
    };
    acquire(s, call, node, chain, source);
    for (uint32_t i = 0; i < binary->need_count; i++) {
        acquire(s, call, node, binary->need[i], source);
        s->call[call].instructions += s->set.binary[binary->need[i]].instructions;
    }
}

static struct playback_spec spec_of(const struct stage *s, uint32_t jobs)
{
    return (struct playback_spec){.run = &s->run,
                                  .run_count = 1,
                                  .jobs = jobs,
                                  .mode = EXECUTE_SUSPENDED,
                                  .limits = execute_limits_default()};
}

static void assert_refused(struct stage *s, const char *wanted)
{
    const struct playback_spec spec = spec_of(s, 1);
    struct playback *p = NULL;
    cr_assert_eq(playback_create(&p, &spec, s->error), SIM_ERR_INVALID);
    cr_assert_str_eq(s->error, wanted);
}

/* ---- which binaries are where ---- */

Test(playback, a_cache_cannot_have_what_never_came)
{
    struct stage s;
    begin(&s);
    add_call(&s, 0, 0, REGISTRY);
    add_call(&s, 1, 0, 1);
    assert_refused(&s, "nimble, replication 1: call 101 finds tasklet 0 in the cache of node 2, "
                       "which never got it");
    end(&s);
}

Test(playback, a_node_cannot_send_what_it_does_not_have)
{
    struct stage s;
    begin(&s);
    add_call(&s, 0, 0, REGISTRY);
    add_call(&s, 1, 1, 0);
    assert_refused(&s, "nimble, replication 1: call 101: node 2 gets tasklet 1 from node 1, which "
                       "does not have it");
    end(&s);
}

Test(playback, order_of_ends_counts)
{
    struct stage s;
    begin(&s);
    acquire(&s, PLAYBACK_NO_CALL, 1, 3, 0);
    add_call(&s, 0, 1, REGISTRY);
    assert_refused(&s, "nimble, replication 1: a call that did not complete: node 2 gets tasklet 3 "
                       "from node 1, which does not have it");
    end(&s);
}

Test(playback, a_call_needs_all_that_its_chain_calls)
{
    struct stage s;
    begin(&s);
    add_call(&s, 0, 0, REGISTRY);
    add_call(&s, 0, 1, REGISTRY);
    s.run.acquisition_count--; /* algorithm 3 */
    assert_refused(&s, "nimble, replication 1: call 101 of chain 1 on node 1 needs tasklet 3, "
                       "which the node did not get for it");
    end(&s);
}

Test(playback, what_another_call_got_does_not_help)
{
    struct stage s;
    begin(&s);
    add_call(&s, 0, 1, REGISTRY);
    add_call(&s, 0, 0, REGISTRY);
    s.acquired[4].call = 0;
    assert_refused(&s, "nimble, replication 1: call 101 of chain 0 on node 1 needs tasklet 2, "
                       "which the node did not get for it");
    end(&s);
}

Test(playback, a_binary_with_another_hash_is_refused)
{
    struct stage s;
    begin(&s);
    add_call(&s, 0, 0, REGISTRY);
    s.binary[2].hash++;
    assert_refused(&s, "nimble, replication 1: call 100: tasklet 2, as node 1 got it from node 3, "
                       "has another hash than it should");
    end(&s);
}

Test(playback, binaries_travel_from_node_to_node)
{
    struct stage s;
    begin(&s);
    add_call(&s, 0, 1, REGISTRY);
    add_call(&s, 1, 1, 0);
    add_call(&s, 1, 1, 1);
    add_call(&s, 0, 1, 1); /* again, as after an eviction */
    const struct playback_spec spec = spec_of(&s, 1);
    struct playback *p = NULL;
    cr_assert_eq(playback_create(&p, &spec, s.error), SIM_OK, "%s", s.error);
    playback_destroy(p);
    end(&s);
}

/* ---- execution ---- */

struct log {
    struct playback_done done[CALLS_MAX];
    size_t count;
    size_t fail_after, stop_after; /* executions; 0: never */
    uint64_t instructions;
};

static enum sim_status on_done(void *context, const struct playback_done *done, size_t count)
{
    struct log *log = context;
    memcpy(&log->done[log->count], done, count * sizeof *done);
    log->count += count;
    return log->fail_after > 0 && log->count >= log->fail_after ? SIM_ERR_IO : SIM_OK;
}

static bool on_look(void *context, uint64_t instructions)
{
    struct log *log = context;
    log->instructions = instructions;
    return log->stop_after == 0 || log->count < log->stop_after;
}

static enum sim_status play(struct stage *s, uint32_t jobs, struct log *log)
{
    need_runtime();
    const struct playback_spec spec = spec_of(s, jobs);
    const struct playback_hooks hooks = {.context = log, .done = on_done, .look = on_look};
    struct playback *p = NULL;
    cr_assert_eq(playback_create(&p, &spec, s->error), SIM_OK, "%s", s->error);
    const enum sim_status status = playback_run(p, &hooks, s->error);
    playback_destroy(p);
    return status;
}

/* Forty calls on two nodes. */
static void add_calls(struct stage *s)
{
    for (uint32_t i = 0; i < 40; i++) {
        add_call(s, i % 3 == 0, i % CHAINS, REGISTRY);
    }
}

Test(playback, every_call_is_executed_in_the_order_of_its_node)
{
    struct stage s;
    struct log log = {.count = 0};
    begin(&s);
    add_calls(&s);
    cr_assert_eq(play(&s, 2, &log), SIM_OK, "%s", s.error);
    cr_assert_eq(log.count, s.run.call_count);
    uint32_t next[NODES] = {0};
    uint64_t instructions = 0;
    for (size_t i = 0; i < log.count; i++) {
        const struct playback_call *call = &s.call[log.done[i].call];
        cr_expect_geq(log.done[i].call, next[call->node]);
        next[call->node] = log.done[i].call + 1;
        cr_expect_eq(log.done[i].execution.instructions, call->instructions);
        cr_expect_eq(log.done[i].execution.sub_calls, call->chain + 1);
        instructions += call->instructions;
    }
    cr_expect_eq(log.instructions, instructions);
    end(&s);
}

Test(playback, threads_change_no_execution)
{
    struct stage s;
    struct log log[2] = {{.count = 0}, {.count = 0}};
    uint32_t result[2][CALLS_MAX];
    begin(&s);
    add_calls(&s);
    for (uint32_t k = 0; k < 2; k++) {
        cr_assert_eq(play(&s, k + 1, &log[k]), SIM_OK, "%s", s.error);
        for (size_t i = 0; i < log[k].count; i++) {
            result[k][log[k].done[i].call] = log[k].done[i].execution.result[0];
        }
    }
    cr_assert_eq(log[0].count, log[1].count);
    cr_assert_arr_eq(result[0], result[1], s.run.call_count * sizeof result[0][0]);
    cr_expect_neq(result[0][0], result[0][2], "the argument matters");
    end(&s);
}

Test(playback, only_wanted_calls_are_executed)
{
    struct stage s;
    struct log log = {.count = 0};
    begin(&s);
    add_calls(&s);
    for (uint32_t i = 0; i < s.run.call_count; i++) {
        s.call[i].wanted = i % 5 == 1;
    }
    cr_assert_eq(play(&s, 2, &log), SIM_OK, "%s", s.error);
    cr_assert_eq(log.count, 8);
    for (size_t i = 0; i < log.count; i++) {
        cr_expect_eq(log.done[i].call % 5, 1);
    }
    end(&s);
}

Test(playback, a_work_that_is_not_the_one_made_is_an_error)
{
    struct stage s;
    struct log log = {.count = 0};
    begin(&s);
    add_calls(&s);
    s.call[7].instructions++;
    cr_assert_eq(play(&s, 2, &log), SIM_ERR_INVALID);
    cr_expect(strstr(s.error, "call 107 of chain 1 on node 1 took ") != NULL, "%s", s.error);
    end(&s);
}

Test(playback, a_call_that_does_not_return_is_an_error)
{
    struct stage s;
    struct log log = {.count = 0};
    begin(&s);
    add_calls(&s);
    s.set.binary[3].bytes[0] ^= 1; /* no Wasm any more */
    s.binary[3].hash = digest_bytes(DIGEST_START, s.binary[3].code.bytes, s.binary[3].code.length);
    cr_assert_eq(play(&s, 1, &log), SIM_ERR_INVALID);
    cr_expect(strstr(s.error, "nimble, replication 1: call 101 of chain 1 on node 1 did not "
                              "return: ") == s.error,
              "%s", s.error);
    end(&s);
}

Test(playback, whoever_looks_can_stop_it)
{
    struct stage s;
    struct log log = {.stop_after = 1};
    begin_with(&s, 20000000); /* each second call takes much of what lies between two looks */
    add_calls(&s);
    cr_assert_eq(play(&s, 1, &log), SIM_OK);
    cr_expect_gt(log.count, 0);
    cr_expect_lt(log.count, s.run.call_count);
    end(&s);
}

Test(playback, a_failure_to_store_stops_it)
{
    struct stage s;
    struct log log = {.fail_after = 1};
    begin(&s);
    add_calls(&s);
    cr_assert_eq(play(&s, 1, &log), SIM_ERR_IO);
    cr_expect_str_empty(s.error);
    end(&s);
}
