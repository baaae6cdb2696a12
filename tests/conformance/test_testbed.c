/*
 * The testbed's access point and daemons against the simulator: the same digest, totals and
 * accounts of every node, whatever the scenario. The daemons are this very program, started once
 * more; so what is tried is their own code, over real sockets.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "models/nimblenet/compose_work.h"
#include "models/nimblenet/real/grant.h"
#include "models/nimblenet/real/noded.h"
#include "models/nimblenet/real/release.h"
#include "models/nimblenet/real/remote.h"
#include "models/nimblenet/real/remote_state.h"
#include "models/nimblenet/world/world_state.h"
#include "runtime-replay/processes/process.h"
#include "sim/engine/digest.h"
#include "tests/support/random_scenario.h"
#include "tests/support/runtime.h"
#include "tests/support/trial.h"

/* ---- daemons, and what takes itself for one ---- */

/* Makes up a frame, and the action that it belongs to. */
static bool send_made_up(const struct process_line *line, struct pack *answer, uint32_t number,
                         uint16_t port)
{
    const struct node_action action = {.kind = NODE_SEND};
    const struct grant_frame f = {.envelope = {.number = number, .port = port},
                                  .message = {.kind = WIRE_GET, .destination = 1}};
    unsigned char frame[256];
    struct pack packed = {.bytes = frame, .room = sizeof frame};
    grant_put_frame(&packed, &f);
    grant_put_action(answer, &action);
    return process_line_send(line, frame, packed.length) == SIM_OK;
}

/* Says what it is told to, whatever it is granted. */
static int lie(const char *how)
{
    static unsigned char order[PROCESS_ORDER_MAX];
    struct process_line line;
    size_t length = 0;
    cr_assert(process_line_inherit(&line));
    while (process_line_take_order(&line, order, sizeof order, -1, &length) == SIM_OK) {
        struct grant g;
        if (strcmp(how, "leave") == 0) {
            return 3;
        }
        if (grant_decode(order, length, &g) != SIM_OK || g.kind == GRANT_SETUP) {
            continue;
        }
        for (volatile uint64_t turns = 0; strcmp(how, "brood") == 0;) {
            turns++;
        }
        struct grant_answer a = {.kind = GRANT_DONE, .number = g.number};
        const bool repeats = strcmp(how, "repeat") == 0 && g.kind == GRANT_STEP;
        a.count = repeats ? 2 : 1;
        unsigned char bytes[256];
        struct pack p = {.bytes = bytes, .room = sizeof bytes};
        if (strcmp(how, "stutter") == 0) {
            a.number++;
        }
        grant_put_answer(&p, &a);
        if (strcmp(how, "want") == 0) { /* that a call is over which nobody has made */
            const struct node_action end = {.kind = NODE_ANSWER, .answer = {.call_id = 77}};
            grant_put_action(&p, &end);
        } else if (repeats && g.event.kind == NODE_CALL) { /* its answer */
            const struct node_action end = {
                .kind = NODE_ANSWER,
                .answer = {g.event.call_id, POOL_NONE, g.event.tasklet, NODE_REFUSED, 0, 0, 0}};
            grant_put_action(&p, &end);
            grant_put_action(&p, &end);
        } else if (strcmp(how, "send") == 0) { /* over a port that it has not */
            if (!send_made_up(&line, &p, 0, 999)) {
                return 1;
            }
        } else if (strcmp(how, "skip") == 0) { /* as if others had gone before */
            if (!send_made_up(&line, &p, 1000000, 0)) {
                return 1;
            }
        } else if (strcmp(how, "babble") == 0) {
            memset(bytes, 0xa5, sizeof bytes);
        }
        if (process_line_order(&line, bytes, p.length) != SIM_OK) {
            return 1;
        }
    }
    return 0;
}

/* Before the test library looks at the command line. */
__attribute__((constructor)) static void be_a_daemon(int argc, char **argv)
{
    const char *how = getenv("LYING_DAEMON");
    if (argc > 1 && strcmp(argv[1], MODEL_REAL_WORD) == 0) {
        _exit(how != NULL ? lie(how) : noded_main());
    }
}

/* ---- the same run twice ---- */

/* What a run comes to. */
struct outcome {
    uint64_t digest, messages;
    sim_time last; /* event: figures are of that moment */
    struct world_totals totals;
    struct world_account *account;
    uint32_t nodes;
};

static struct outcome outcome_of(const struct world *w, const char *text)
{
    struct outcome o = {.digest = world_digest(w),
                        .last = world_now(w),
                        .totals = *world_totals(w),
                        .nodes = w->spec.setup->node_count};
    char books[256] = "";
    cr_expect(world_audit(w, books, sizeof books), "%s\n%s", books, text);
    o.account = calloc(o.nodes, sizeof *o.account);
    for (uint32_t i = 0; i < o.nodes; i++) {
        o.account[i] = world_account(w, i);
        o.messages += o.account[i].rx_messages;
    }
    return o;
}

static struct outcome simulate(const char *text, const char *variant)
{
    struct trial t;
    trial_prepare(&t, "testbed.yaml", text, variant, 1);
    t.plan.world.full_path_for = "the test"; /* as the testbed has it */
    trial_begin(&t);
    trial_run(&t);
    const struct outcome o = outcome_of(t.world, text);
    trial_close(&t);
    return o;
}

/* A testbed, whose trial is prepared. */
struct testbed {
    struct trial trial;
    struct remote *remote;
    struct driver driver;
};

static void testbed_start(struct testbed *b, const struct model_real_request *request,
                          const struct outfit_work *work, const struct remote_listener *listener)
{
    struct world_spec *spec = &b->trial.plan.world;
    cr_assert_eq(remote_create(&b->remote, spec, request, work, listener), SIM_OK);
    b->driver = remote_driver(b->remote);
    spec->driver = &b->driver;
    spec->full_path_for = "testbed";
    trial_begin(&b->trial);
    remote_attend(b->remote, b->trial.world);
    cr_assert_eq(remote_start(b->remote), SIM_OK, "%s", remote_complaint(b->remote));
}

static void testbed_begin(struct testbed *b, const char *text, const char *variant)
{
    static const struct model_real_request request = {.is_interrupted = NULL};
    static const struct outfit_work nothing = {.binary = NULL};
    static const struct remote_listener nobody = {.executed = NULL};
    trial_prepare(&b->trial, "testbed.yaml", text, variant, 1);
    testbed_start(b, &request, &nothing, &nobody);
}

static void testbed_run(struct testbed *b, const char *text)
{
    bool done = false;
    while (!done) {
        cr_assert_eq(world_run(b->trial.world, UINT64_MAX, &done), SIM_OK, "%s\n%s",
                     remote_complaint(b->remote), text);
    }
    world_close(b->trial.world);
}

static void testbed_end(struct testbed *b)
{
    remote_destroy(b->remote);
    trial_close(&b->trial);
}

static struct outcome run_daemons(const char *text, const char *variant)
{
    struct testbed b;
    testbed_begin(&b, text, variant);
    testbed_run(&b, text);
    const struct outcome o = outcome_of(b.trial.world, text);
    testbed_end(&b);
    return o;
}

/* All but the room behind the first field, which nothing fills. */
static bool is_same_account(const struct world_account *a, const struct world_account *b)
{
    const size_t first = offsetof(struct world_account, tx_bytes);
    return a->node == b->node &&
           memcmp((const char *)a + first, (const char *)b + first, sizeof *a - first) == 0;
}

/* Returns how many messages the daemons have received. */
static uint64_t expect_equal(const char *text, const char *variant)
{
    const struct outcome here = simulate(text, variant);
    const struct outcome there = run_daemons(text, variant);
    cr_expect_eq(here.digest, there.digest, "%s\n%s", variant, text);
    cr_expect_eq(here.last, there.last, "%s", text);
    cr_expect_eq(memcmp(&here.totals, &there.totals, sizeof here.totals), 0, "%s", text);
    for (uint32_t i = 0; i < here.nodes; i++) {
        cr_expect(is_same_account(&here.account[i], &there.account[i]), "node %u of\n%s", i + 1,
                  text);
    }
    free(here.account);
    free(there.account);
    return there.messages;
}

static const char factory[] = "format: 1\n"
                              "duration: 200 s\n"
                              "nodes: {cache: 6000 B}\n"
                              "taskset: {chains: 40, algorithms: 30}\n";

Test(testbed, the_factory_as_nimble_and_as_monolithic_tasklets)
{
    cr_expect_gt(expect_equal(factory, "nimble"), 5000);
    cr_expect_gt(expect_equal(factory, "monolithic"), 3000);
}

Test(testbed, every_eviction_policy)
{
    for (size_t i = 0; policies_names[i] != NULL; i++) {
        char text[512];
        (void)snprintf(text, sizeof text,
                       "format: 1\n"
                       "duration: 60 s\n"
                       "nodes: {cache: 3000 B, eviction: %s}\n"
                       "taskset: {chains: 40, algorithms: 30}\n",
                       policies_names[i]);
        cr_expect_gt(expect_equal(text, "nimble"), 500);
    }
}

Test(testbed, nodes_that_fail_and_new_versions)
{
    (void)expect_equal("format: 1\n"
                       "duration: 200 s\n"
                       "outage: {nodes: {mtbf: 60 s, mttr: 10 s}}\n"
                       "updates: {at: [50 s, 100 s], algorithm: [1, 2]}\n"
                       "taskset: {chains: 20, algorithms: 10}\n",
                       "nimble");
}

/* Six changes of three algorithms within 15 s, at nodes that are never without calls. */
static const char busy_with_changes[] =
    "format: 1\n"
    "duration: 30 s\n"
    "taskset: {chains: 20, algorithms: 8}\n"
    "robots: {trigger: {uniform: [300 ms, 900 ms]}}\n"
    "updates: {at: [10 s, 14 s, 18 s, 18500 ms, 22 s, 25 s], algorithm: [1, 2, 3], swap: hot}\n";

static uint64_t count_retired(const struct outcome *o)
{
    uint64_t retired = 0;
    for (uint32_t i = 0; i < o->nodes; i++) {
        retired += o->account[i].retired;
    }
    return retired;
}

static uint64_t count_older(const struct outcome *o)
{
    uint64_t older = 0;
    for (uint32_t i = 0; i < o->nodes; i++) {
        older += o->account[i].older;
    }
    return older;
}

Test(testbed, new_versions_are_taken_up_while_calls_run_and_no_call_is_lost)
{
    (void)expect_equal(busy_with_changes, "nimble");
    struct outcome o = run_daemons(busy_with_changes, "nimble");
    cr_expect_gt(count_retired(&o), 10);
    cr_expect_gt(o.totals.completed, 500);
    cr_expect_eq(o.totals.failed, 0);
    free(o.account);
    (void)expect_equal(busy_with_changes, "monolithic");
    o = run_daemons(busy_with_changes, "monolithic");
    cr_expect_gt(count_retired(&o), 50);
    cr_expect_gt(count_older(&o), 5, "offers of versions that have become old");
    free(o.account);
}

Test(testbed, new_versions_among_faults_of_every_kind)
{
    char text[1024];
    (void)snprintf(text, sizeof text, "%s%s", busy_with_changes,
                   "mesh: {corruption: 0.1, duplication: 0.2, reordering: 0.2, loss: 0.05, "
                   "retries: 1}\n"
                   "nodes: {cache: 6000 B, falsehood: 0.3}\n"
                   "outage: {nodes: {mtbf: 20 s, mttr: 4 s}, registry: {mtbf: 20 s, mttr: 1 s}}\n");
    cr_expect_gt(expect_equal(text, "nimble"), 500);
    cr_expect_gt(expect_equal(text, "monolithic"), 500);
}

/* Each alone, then all of them beside nodes that fail, queues that overflow and new versions. */
Test(testbed, faults_of_every_kind)
{
    static const char *const fault[] = {
        "mesh: {corruption: 0.1, retries: 2, ack_time: 10 ms}\n",
        "mesh: {duplication: 0.2, hop_delay: {uniform: [5 ms, 60 ms]}}\n",
        "mesh: {reordering: 0.2, reordering_time: 90 ms}\n",
        "nodes: {cache: 6000 B, falsehood: 0.5}\n",
        "outage: {pauses: {mtbf: 10 s, mttr: 2 s}}\n",
        "outage: {pauses: {mtbf: 10 s, mttr: 2 s}}\n"
        "nodes: {cache: 6000 B, receive_queue: 2, executors: 1, calls_max: 4}\n",
        "mesh: {corruption: 0.1, duplication: 0.2, reordering: 0.2, loss: 0.05, retries: 1}\n"
        "nodes: {cache: 6000 B, falsehood: 0.3, frame_time: 2 ms, receive_queue: 3}\n"
        "outage: {nodes: {mtbf: 60 s, mttr: 10 s}, registry: {mtbf: 60 s, mttr: 2 s},\n"
        "  pauses: {mtbf: 20 s, mttr: 1 s}}\n"
        "updates: {at: [50 s, 100 s], algorithm: [1, 2]}\n",
    };
    for (size_t i = 0; i < sizeof fault / sizeof fault[0]; i++) {
        char text[1024];
        (void)snprintf(text, sizeof text,
                       "format: 1\n"
                       "duration: 150 s\n"
                       "taskset: {chains: 40, algorithms: 30}\n"
                       "%s",
                       fault[i]);
        cr_expect_gt(expect_equal(text, "nimble"), 1000);
    }
}

static bool is_gone(int32_t pid)
{
    return kill((pid_t)pid, 0) != 0 && errno == ESRCH;
}

Test(testbed, a_node_that_fails_is_a_process_killed_that_comes_back_as_another)
{
    static const char text[] = "format: 1\n"
                               "duration: 200 s\n"
                               "outage: {nodes: {mtbf: 60 s, mttr: 10 s}}\n"
                               "taskset: {chains: 20, algorithms: 10}\n";
    struct testbed b;
    testbed_begin(&b, text, "nimble");
    const struct process *process = b.remote->process;
    int32_t before[13];
    uint64_t outages = 0;
    for (uint32_t i = 0; i < 13; i++) {
        before[i] = process[i].pid;
    }
    testbed_run(&b, text);
    for (uint32_t i = 0; i < 12; i++) {
        const uint64_t failures = world_account(b.trial.world, i).outages;
        outages += failures;
        cr_expect_eq(before[i] != process[i].pid, failures > 0, "node %u", i + 1);
        cr_expect_eq(is_gone(before[i]), failures > 0, "node %u", i + 1);
        cr_expect(!is_gone(process[i].pid) || failures > 0);
    }
    cr_expect_gt(outages, 12);
    cr_expect_eq(before[12], process[12].pid, "the registry keeps what it serves");
    testbed_end(&b);
}

Test(testbed, several_registries_and_nodes_that_are_not_alike)
{
    (void)expect_equal("format: 1\n"
                       "duration: 120 s\n"
                       "registry: {attached_to: [1, 12]}\n"
                       "nodes: {cache: [3000 B, 6000 B], executors: [1, 2]}\n"
                       "updates: {at: [50 s], algorithm: [1]}\n"
                       "taskset: {chains: 20, algorithms: 10}\n",
                       "nimble");
}

Test(testbed, chains_that_preload_and_queues_that_overflow)
{
    (void)expect_equal("format: 1\n"
                       "duration: 120 s\n"
                       "protocol: {preload: parallel, no_room: wait}\n"
                       "nodes: {cache: 3000 B, frame_time: 2 ms, receive_queue: 1}\n"
                       "mesh: {loss: 0.1, retries: 2}\n"
                       "taskset: {chains: 20, algorithms: 10}\n",
                       "nimble");
}

/* A step with more frames than an answer may name: each needs its part. */
Test(testbed, answers_in_parts)
{
    (void)expect_equal("format: 1\n"
                       "duration: 15 s\n"
                       "nodes: {cache: 20000 B}\n"
                       "protocol: {preload: parallel}\n"
                       "taskset: {chains: 20, algorithms: 80, algorithms_per_chain: 64}\n",
                       "nimble");
}

/* ---- daemons that are none ---- */

static void expect_complaint(const char *how, const char *words)
{
    const struct model_real_request request = {.patience_ns = 100 * SIM_MS};
    const struct outfit_work nothing = {.binary = NULL};
    const struct remote_listener nobody = {.executed = NULL};
    struct trial t;
    struct remote *r;
    cr_assert_eq(setenv("LYING_DAEMON", how, 1), 0);
    trial_prepare(&t, "testbed.yaml", factory, "nimble", 1);
    cr_assert_eq(remote_create(&r, &t.plan.world, &request, &nothing, &nobody), SIM_OK);
    const struct driver driver = remote_driver(r);
    t.plan.world.driver = &driver;
    t.plan.world.full_path_for = "testbed";
    trial_begin(&t);
    remote_attend(r, t.world);
    enum sim_status status = remote_start(r);
    bool done = false;
    if (status == SIM_OK) {
        status = world_run(t.world, UINT64_MAX, &done);
    }
    cr_expect_eq(status, SIM_ERR_IO, "%s", how);
    cr_expect(!done);
    cr_expect_not_null(strstr(remote_complaint(r), words), "%s: %s", how, remote_complaint(r));
    remote_destroy(r);
    trial_close(&t);
    (void)unsetenv("LYING_DAEMON");
}

Test(testbed, daemons_that_lie_are_named_and_believed_nothing)
{
    expect_complaint("brood", "has computed for 0.1 s without an answer");
    expect_complaint("leave", "ended with exit code 3");
    expect_complaint("babble", "answers what no daemon would");
    expect_complaint("stutter", "answers what no daemon would");
    expect_complaint("want", "wants what no core would");
    expect_complaint("repeat", "wants what no core would");
    expect_complaint("send", "out of order or leads nowhere");
    expect_complaint("skip", "out of order or leads nowhere");
}

/* Every binary is one instruction longer than what is declared of it. */
Test(testbed, a_tasklet_that_takes_more_than_it_declares_ends_the_run)
{
    static const struct model_real_request request = {.executes = true};
    static const struct remote_listener nobody = {.executed = NULL};
    struct compose_work w = {.outfit.instructions = 0};
    struct model_error error;
    struct testbed b;
    need_runtime();
    trial_prepare(&b.trial, "testbed.yaml", factory, "nimble", 1);
    cr_assert_eq(compose_work_init(&w, &b.trial.system, &b.trial.plan, 1, &error), SIM_OK);
    for (uint32_t i = 0; i < b.trial.plan.taskset.count; i++) {
        w.outfit.binary[i].instructions--;
    }
    testbed_start(&b, &request, &w.outfit, &nobody);
    bool done = false;
    cr_expect_eq(world_run(b.trial.world, UINT64_MAX, &done), SIM_ERR_IO);
    cr_expect(!done);
    cr_expect_not_null(strstr(remote_complaint(b.remote), "are declared"), "%s",
                       remote_complaint(b.remote));
    testbed_end(&b);
    compose_work_deinit(&w);
}

static void count_execution(void *context, const struct remote_execution *e)
{
    (void)e;
    ++*(uint64_t *)context;
}

/* The access point compares what each word says was run with what its core wants. */
Test(testbed, calls_go_on_with_the_version_that_they_began_with_while_others_run_the_next)
{
    static const struct model_real_request request = {.executes = true};
    uint64_t executed = 0;
    const struct remote_listener counts = {&executed, count_execution};
    struct compose_work w = {.outfit.instructions = 0};
    struct model_error error;
    struct testbed b;
    need_runtime();
    const struct outcome here = simulate(busy_with_changes, "nimble");
    trial_prepare(&b.trial, "testbed.yaml", busy_with_changes, "nimble", 1);
    cr_assert_eq(compose_work_init(&w, &b.trial.system, &b.trial.plan, 1, &error), SIM_OK);
    testbed_start(&b, &request, &w.outfit, &counts);
    testbed_run(&b, busy_with_changes);
    const struct outcome there = outcome_of(b.trial.world, busy_with_changes);
    cr_expect_eq(here.digest, there.digest);
    cr_expect_gt(count_retired(&there), 10);
    cr_expect_eq(there.totals.failed, 0);
    cr_expect_eq(executed, there.totals.completed);
    testbed_end(&b);
    compose_work_deinit(&w);
    free(here.account);
    free(there.account);
}

/* The registry's binaries say of themselves that they are version 1, in frames that say version 0.
 */
Test(testbed, a_binary_of_another_version_than_its_message_names_is_thrown_away)
{
    enum { LONGEST = 65536 };
    static const struct model_real_request request = {.executes = true};
    static const struct remote_listener nobody = {.executed = NULL};
    static unsigned char other[LONGEST];
    struct compose_work w = {.outfit.instructions = 0};
    struct model_error error;
    struct testbed b;
    need_runtime();
    trial_prepare(&b.trial, "testbed.yaml", factory, "nimble", 1);
    cr_assert_eq(compose_work_init(&w, &b.trial.system, &b.trial.plan, 1, &error), SIM_OK);
    size_t used = 0;
    for (uint32_t i = 0; i < b.trial.plan.taskset.count; i++) {
        struct outfit_binary *binary = &w.outfit.binary[i];
        cr_assert_leq(used + binary->length + RELEASE_MOST, LONGEST);
        memcpy(other + used, binary->bytes, binary->length);
        release_sign(other + used + binary->length, 1);
        binary->bytes = other + used;
        binary->length += RELEASE_MOST;
        binary->digest = digest_bytes(DIGEST_START, binary->bytes, binary->length);
        used += binary->length;
    }
    testbed_start(&b, &request, &w.outfit, &nobody);
    bool done = false;
    cr_expect_eq(world_run(b.trial.world, UINT64_MAX, &done), SIM_ERR_IO);
    cr_expect_not_null(strstr(remote_complaint(b.remote), "refuses what it is granted"), "%s",
                       remote_complaint(b.remote));
    testbed_end(&b);
    compose_work_deinit(&w);
}

/* SCENARIOS=300 tries as many. */
Test(testbed, random_scenarios)
{
    const char *asked = getenv("SCENARIOS");
    const uint64_t count = asked != NULL ? strtoull(asked, NULL, 10) : 20;
    uint64_t messages = 0;
    for (uint64_t seed = 1; seed <= count; seed++) {
        struct random_scenario r;
        (seed % 2 == 0 ? random_scenario_init_rough : random_scenario_init)(&r, seed);
        messages += expect_equal(r.text, "nimble");
        messages += r.has_monolithic ? expect_equal(r.text, "monolithic") : 0;
        random_scenario_deinit(&r);
    }
    cr_expect_gt(messages, 500 * count);
}
