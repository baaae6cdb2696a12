#include "models/choreography/real/outages.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/choreography/real/mind.h"
#include "models/choreography/real/word.h"
#include "models/real.h"
#include "runtime-replay/crew.h"
#include "runtime-replay/host_clock.h"

enum { MISSED, RESPONSE, FALLBACKS, FOREIGN };
enum { DOMAINS = 2, DEVICES = 4, NODES = 8, RELAY = NODES, LINKS = 4, PATIENCE_S = 20 };
_Static_assert((int)NODES < (int)CREW_MAX, "a worker a node, and the relay");

const struct trial_arm outages_arm[OUTAGES_ARMS] = {
    {"central", "central"}, {"central-again", "central"}, {"greedy", "greedy"}};

const struct trial_metric outages_metric[OUTAGES_METRICS] = {
    [MISSED] = {"missed_share", "", "deadlines missed", TRIAL_MEAN, "missed_share", NULL},
    [RESPONSE] = {"response", "s", "response", TRIAL_MEDIAN, "response_mean_s", NULL},
    [FALLBACKS] = {"fallbacks", "", "tasks that fell back", TRIAL_MEAN, "fallbacks", NULL},
    [FOREIGN] = {"foreign", "", "tasks elsewhere", TRIAL_MEAN, "placed_foreign", NULL},
};

/* A cloud has 31 % of a processor, at 24 times a device's speed. */
static const double unit_share = 0.31 / 24;
static const double speed[CHOREO_TIERS] = {1, 6, 24};

struct bench {
    struct crew crew;
    struct model_trial_request kept;
    uint32_t n, run;
    int64_t slice_ns; /* processor time */
    uint32_t answer[WORD_SEEDS];
    uint64_t answers, tasks, dropped, migrations;
};

/* Devices of both domains, then each domain's edge and cloud, as the world has them. */
static enum choreo_tier tier_of(uint32_t node)
{
    return node < DEVICES ? CHOREO_DEVICE : (node - DEVICES) % 2 == 0 ? CHOREO_EDGE : CHOREO_CLOUD;
}

/* ---- words ---- */

static void order(struct bench *b, uint32_t worker, const struct word *word)
{
    (void)!process_line_order(&b->crew.worker[worker].line, word, sizeof *word);
}

static void send(struct bench *b, uint32_t worker, const struct word *word)
{
    (void)!process_line_send(&b->crew.worker[worker].line, word, sizeof *word);
}

static enum sim_status hear(struct bench *b, int64_t until_ns, uint32_t *worker, struct word *word,
                            char text[CREW_TEXT_MAX])
{
    const enum sim_status status = crew_hear(&b->crew, until_ns, worker, word, sizeof *word, text);
    if (status == SIM_OK && word->kind == WORD_FAILED) {
        (void)snprintf(text, CREW_TEXT_MAX, "the Wasm runtime of worker %" PRIu32 " failed",
                       *worker + 1);
        return SIM_ERR_INVALID;
    }
    return status;
}

/* One word of that kind from every worker; others are dropped. */
static enum sim_status gather(struct bench *b, enum word_kind kind, struct word all[NODES + 1],
                              char text[CREW_TEXT_MAX])
{
    const int64_t until = host_clock_ns() + PATIENCE_S * SIM_S;
    uint32_t left = NODES + 1;
    while (left > 0 && host_clock_ns() < until && !b->kept.is_interrupted(b->kept.context)) {
        uint32_t worker = 0;
        struct word word;
        const enum sim_status status = hear(b, host_clock_ns() + SIM_S / 10, &worker, &word, text);
        if (status != SIM_OK && status != SIM_ERR_NOTFOUND) {
            return status;
        }
        if (status == SIM_OK && word.kind == (uint32_t)kind) {
            all[worker] = word;
            left--;
        }
    }
    if (left > 0) {
        (void)snprintf(text, CREW_TEXT_MAX, "%" PRIu32 " workers did not answer within %d s", left,
                       PATIENCE_S);
    }
    return left > 0 ? SIM_ERR_IO : SIM_OK;
}

/* ---- the beginning ---- */

/* A slice is as small as half a millisecond, so that a device's is well below a deadline. */
static enum sim_status know_answers(struct bench *b, char text[CREW_TEXT_MAX])
{
    struct kernel k;
    struct wasm_error error = {""};
    enum sim_status status = kernel_fit(WORD_WORK, SIM_MS / 2, &b->n, &error);
    status = status == SIM_OK ? kernel_time(WORD_WORK, b->n, &b->slice_ns, &error) : status;
    if (status == SIM_OK) {
        status = kernel_load(&k, WORD_WORK, WORD_MEMORY_BYTES, &error);
        for (uint32_t i = 0; i < WORD_SEEDS && status == SIM_OK; i++) {
            status = kernel_run(&k, i, b->n, 0, &b->answer[i], &error);
        }
        kernel_unload(&k);
    }
    if (status != SIM_OK) {
        (void)snprintf(text, CREW_TEXT_MAX, "%s",
                       status == SIM_ERR_NOTFOUND
                           ? "this program was built without the Wasm runtime"
                           : error.text);
    }
    return status;
}

static enum sim_status set_up(struct bench *b, char text[CREW_TEXT_MAX])
{
    struct word is_set[NODES + 1];
    char hash[KERNEL_HASH_BYTES];
    uint32_t pinned = 0;
    for (uint32_t i = 0; i < NODES; i++) {
        const struct word word = {
            .kind = WORD_WORKER,
            .node = i,
            .number = b->n,
            .value = (int64_t)(unit_share * speed[tier_of(i)] * 1e6),
        };
        order(b, i, &word);
    }
    const struct word relay = {.kind = WORD_RELAY};
    order(b, RELAY, &relay);
    const enum sim_status status = gather(b, WORD_IS_SET, is_set, text);
    kernel_hash(WORD_WORK, hash);
    for (uint32_t i = 0; i < NODES && status == SIM_OK; i++) {
        if (memcmp(is_set[i].hash, hash, sizeof hash) != 0) {
            (void)snprintf(text, CREW_TEXT_MAX, "worker %" PRIu32 " has another module", i + 1);
            return SIM_ERR_INVALID;
        }
        pinned += is_set[i].number;
    }
    model_trial_tell(&b->kept, "pinned", "%s",
                     pinned == NODES ? "all, as the kernel says" : "not all");
    model_trial_tell(&b->kept, "module", "%s(%" PRIu32 "), SHA-256 %s", kernel_word[WORD_WORK],
                     b->n, hash);
    model_trial_tell(&b->kept, "module in workers", "the same in all %d", NODES);
    return status;
}

static void set_keys(const struct bench *b)
{
    static const char *const always[] = {
        "domains=2",           "tiers.device.count=2", "tiers.edge.count=1",
        "tiers.cloud.count=1", "tiers.edge.cores=1",   "tiers.cloud.cores=1",
        "load.rate=1",         "load.hot_period=10 s", NULL};
    static const char *const whole[] = {"links.mtbf=12 s", "links.mttr=2 s", "duration=30 s", NULL};
    /* So short a run would hardly see a link fail. */
    static const char *const small[] = {"links.mtbf=1 s", "links.mttr=500 ms",
                                        "policy.controller_timeout=300 ms", "duration=1500 ms",
                                        NULL};
    for (const char *const *key = always; *key != NULL; key++) {
        b->kept.set(b->kept.context, *key);
    }
    for (const char *const *key = b->kept.is_small ? small : whole; *key != NULL; key++) {
        b->kept.set(b->kept.context, *key);
    }
}

enum sim_status outages_open(void **bench, const struct model_trial_request *request,
                             char text[MODEL_TRIAL_TEXT_MAX])
{
    static const char *const argument[] = {"nimblesim", MODEL_REAL_WORD, "choreography", NULL};
    struct bench *b = calloc(1, sizeof *b);
    if (b == NULL) {
        return SIM_ERR_NOMEM;
    }
    b->kept = *request;
    enum sim_status status = know_answers(b, text);
    status = status == SIM_OK ? crew_start(&b->crew, NODES + 1, argument, text) : status;
    if (status != SIM_OK) {
        free(b);
        return status;
    }
    status = set_up(b, text);
    if (status != SIM_OK) {
        outages_close(b);
        return status;
    }
    set_keys(b);
    model_trial_tell(&b->kept, "limit",
                     "%.2f, %.2f and %.2f %% of a processor by a duty cycle of each worker's own",
                     100 * unit_share, 600 * unit_share, 2400 * unit_share);
    model_trial_tell(&b->kept, "a second of work",
                     "%.2f ms of a processor: scaled to a device's share", 1e3 * unit_share);
    *bench = b;
    return SIM_OK;
}

/* ---- a run ---- */

enum state { WAITS, CONNECTS, IS_PLACED };

struct job {
    struct choreo_task *task;
    enum state state;
    int64_t alarm;                                 /* SIM_TIME_NEVER: none */
    uint32_t attempt, node, tried, step, given_up; /* given up: attempts, a bit each */
};

struct play {
    struct bench *bench;
    struct choreo_world *world;
    const struct choreo_policy *policy;
    struct outage link[LINKS];
    struct job *job;
    uint32_t jobs, next;
    int64_t begun;
    sim_time heard[DOMAINS][NODES]; /* backlogs as last told */
    sim_time booked[NODES];         /* until when, by what has been placed */
    sim_time outstanding[NODES];    /* placed, and not known to be done */
    sim_time backed_off[DEVICES][CHOREO_TARGETS];
    uint64_t fallbacks, foreign;
};

static sim_time now_of(const struct play *p)
{
    return host_clock_ns() - p->begun;
}

static uint32_t domain_of(const struct play *p, uint32_t node)
{
    return p->world->node[node].domain;
}

static uint32_t slices_of(const struct bench *b, const struct choreo_task *task)
{
    const double slices = (double)task->work_ns * unit_share / (double)b->slice_ns;
    return slices < 1 ? 1 : (uint32_t)(slices + 0.5);
}

static uint32_t expected(const struct bench *b, uint32_t task, uint32_t slices)
{
    uint32_t digest = 0;
    for (uint32_t i = 0; i < slices; i++) {
        digest = word_fold(digest, b->answer[word_slice_seed(task, i)]);
    }
    return digest;
}

/* Through the network. */
static void relay(struct play *p, struct word *word, uint32_t links, sim_time delay)
{
    word->links = links;
    word->more = delay;
    word->run = p->bench->run;
    send(p->bench, RELAY, word);
}

static void place(struct play *p, uint32_t id, uint32_t node)
{
    struct job *j = &p->job[id];
    const struct choreo_spec *s = p->world->spec;
    const enum choreo_target target = mind_target(p->world, j->task->device, node);
    const sim_time now = now_of(p), run = mind_run(p->world, j->task, node);
    const sim_time data = mind_transfer(s, j->task, target);
    const sim_time ready = now + mind_delay(s, target) + data;
    struct word word = {
        .kind = WORD_TASK,
        .run = p->bench->run,
        .task = id,
        .attempt = j->attempt,
        .node = node,
        .number = slices_of(p->bench, j->task),
        .value = data,
    };
    j->node = node;
    j->task->target = target;
    j->state = target == CHOREO_OWN_DEVICE ? IS_PLACED : CONNECTS;
    j->alarm = target == CHOREO_OWN_DEVICE ? SIM_TIME_NEVER : now + s->connect_ns;
    p->booked[node] = (p->booked[node] > ready ? p->booked[node] : ready) + run;
    p->outstanding[node] += run;
    if (target == CHOREO_OWN_DEVICE) {
        send(p->bench, node, &word);
    } else {
        relay(p, &word, mind_links(p->world, j->task->device, node), ready - now);
    }
}

/* What was placed there is done, or never came. */
static void settle(struct play *p, uint32_t id, uint32_t node)
{
    const sim_time now = now_of(p);
    p->outstanding[node] -= mind_run(p->world, p->job[id].task, node);
    p->booked[node] = now + p->outstanding[node];
}

/* Own edges in order, then own clouds, then the own device. */
static void retreat(struct play *p, uint32_t id)
{
    struct job *j = &p->job[id];
    const struct choreo_world *w = p->world;
    const uint32_t device = j->task->device;
    settle(p, id, j->node);
    j->given_up |= UINT32_C(1) << j->attempt++;
    p->bench->dropped++;
    if (j->step == 0) {
        p->backed_off[device][j->task->target] = now_of(p) + w->spec->backoff_ns;
        j->tried = j->node;
        j->step = w->devices;
        p->fallbacks += !j->task->has_fallen_back;
        j->task->has_fallen_back = true;
    }
    while (j->step < w->nodes &&
           (domain_of(p, j->step) != domain_of(p, device) || j->step == j->tried)) {
        j->step++;
    }
    place(p, id, j->step < w->nodes ? j->step++ : device);
}

static struct mind mind_of(struct play *p, uint32_t id, const sim_time *backlog)
{
    const struct choreo_task *task = p->job[id].task;
    const sim_time now = now_of(p), booked = p->booked[task->device];
    return (struct mind){
        .world = p->world,
        .task = task,
        .backlog = backlog,
        .own_backlog_ns = booked > now ? booked - now : 0,
        .now = now,
        .backed_off = p->backed_off[task->device],
    };
}

static uint32_t links_to_controller(const struct play *p, uint32_t device)
{
    return mind_wan(p->world, domain_of(p, device)) |
           mind_wan(p->world, p->world->spec->controller);
}

static sim_time delay_to_controller(const struct play *p, uint32_t device)
{
    const struct choreo_spec *s = p->world->spec;
    return s->lan.delay_ns + s->wan.delay_ns +
           (domain_of(p, device) == s->controller ? 0 : s->foreign_ns);
}

static void on_arrival(struct play *p, uint32_t id)
{
    struct job *j = &p->job[id];
    const uint32_t device = j->task->device;
    if (p->policy->asks_controller) {
        struct word ask = {.kind = WORD_ASK, .task = id};
        j->alarm = now_of(p) + p->world->spec->controller_timeout_ns;
        relay(p, &ask, links_to_controller(p, device), delay_to_controller(p, device));
        return;
    }
    uint32_t node = 0;
    const struct mind m = mind_of(p, id, p->heard[domain_of(p, device)]);
    (void)mind_decide(&m, p->policy, &node);
    place(p, id, node);
}

/* The controller has been asked: it knows what has been placed everywhere, and links. */
static void on_ask(struct play *p, uint32_t id)
{
    sim_time exact[NODES];
    const uint32_t device = p->job[id].task->device;
    struct mind m = mind_of(p, id, exact);
    m.backed_off = NULL;
    m.answer_ns = delay_to_controller(p, device);
    for (uint32_t i = 0; i < NODES; i++) {
        exact[i] = p->booked[i] > m.now ? p->booked[i] - m.now : 0;
    }
    for (uint32_t i = 0; i < LINKS; i++) {
        m.down |= outage_is_down(&p->link[i], m.now) ? UINT32_C(1) << i : 0;
    }
    struct word advice = {.kind = WORD_ADVICE, .task = id};
    (void)mind_decide(&m, p->policy, &advice.node);
    relay(p, &advice, 0, m.answer_ns);
}

static void on_alarm(struct play *p, uint32_t id)
{
    struct job *j = &p->job[id];
    j->alarm = SIM_TIME_NEVER;
    if (j->state == CONNECTS) {
        retreat(p, id);
    } else if (j->state == WAITS) {
        uint32_t node = 0;
        const struct mind m = mind_of(p, id, p->heard[domain_of(p, j->task->device)]);
        (void)mind_nearest(&m, &node);
        p->fallbacks++;
        j->task->has_fallen_back = true;
        place(p, id, node);
    }
}

static void on_state(struct play *p, const struct word *word)
{
    const double slice_ns = (double)p->bench->slice_ns / (unit_share * speed[tier_of(word->node)]);
    p->heard[word->task][word->node] = (sim_time)(word->number * slice_ns);
}

/* Of a task, from the network. */
static void on_word(struct play *p, struct word *word)
{
    struct job *j = &p->job[word->task];
    const bool is_last = word->attempt == j->attempt;
    switch (word->kind) {
    case WORD_TASK:
    case WORD_HELLO:
        send(p->bench, word->node, word);
        break;
    case WORD_HEARD:
        if (is_last && j->state == CONNECTS) {
            j->state = IS_PLACED;
            j->alarm = SIM_TIME_NEVER;
        }
        break;
    case WORD_ANSWER:
        if (j->task->phase != CHOREO_COMPLETED) {
            j->task->phase = CHOREO_COMPLETED;
            j->task->end_ns = now_of(p);
            j->state = IS_PLACED;
            j->alarm = SIM_TIME_NEVER;
            p->foreign += mind_target(p->world, j->task->device, word->node) >= CHOREO_FOREIGN_EDGE;
        }
        break;
    case WORD_ASK:
        on_ask(p, word->task);
        break;
    case WORD_ADVICE:
        if (j->state == WAITS && !j->task->has_fallen_back) {
            place(p, word->task, word->node);
        }
        break;
    default:
        break;
    }
}

/* From a worker: what it says has yet to pass the network. */
static enum sim_status on_worker(struct play *p, uint32_t worker, struct word *word,
                                 char text[CREW_TEXT_MAX])
{
    struct bench *b = p->bench;
    const struct choreo_spec *s = p->world->spec;
    if (word->kind == WORD_STATE && worker >= DEVICES) {
        for (word->task = 0; word->task < DOMAINS; word->task++) {
            const uint32_t device = word->task * (DEVICES / DOMAINS);
            const uint32_t links = s->gossip_needs_link ? mind_links(p->world, device, worker) : 0;
            relay(p, word, links, mind_delay(s, mind_target(p->world, device, worker)));
        }
        return SIM_OK;
    }
    if ((word->kind != WORD_ANSWER && word->kind != WORD_HEARD) || word->task >= p->jobs) {
        return SIM_OK;
    }
    const struct job *j = &p->job[word->task];
    if (word->kind == WORD_ANSWER) {
        b->answers++;
        if (word->digest != expected(b, word->task, word->number)) {
            (void)snprintf(text, CREW_TEXT_MAX,
                           "worker %" PRIu32 " answered %08" PRIx32
                           " where the work comes to another",
                           worker + 1, word->digest);
            return SIM_ERR_INVALID;
        }
        if ((j->given_up >> word->attempt & 1) == 0) {
            settle(p, word->task, worker);
        }
    }
    relay(p, word, 0, mind_delay(s, mind_target(p->world, j->task->device, worker)));
    return SIM_OK;
}

/* All that is due; when the next thing is. */
static sim_time do_what_is_due(struct play *p)
{
    sim_time next = now_of(p) + SIM_S / 10;
    for (; p->next < p->jobs && p->job[p->next].task->at <= now_of(p); p->next++) {
        on_arrival(p, p->next);
    }
    if (p->next < p->jobs && p->job[p->next].task->at < next) {
        next = p->job[p->next].task->at;
    }
    for (uint32_t i = 0; i < p->next; i++) {
        if (p->job[i].alarm <= now_of(p)) {
            on_alarm(p, i);
        }
        next = p->job[i].alarm < next ? p->job[i].alarm : next;
    }
    return next;
}

static void begin(struct play *p)
{
    struct bench *b = p->bench;
    const sim_time end = p->world->end_ns;
    struct word word = {.kind = WORD_BEGIN};
    for (uint32_t i = 0; i < LINKS; i++) {
        struct outage o;
        choreo_link_outages(p->world, i, &o);
        for (sim_time at = 0; at < end; at = o.until) {
            if (outage_is_down(&o, at)) {
                const struct word spell = {
                    .kind = WORD_SPELL, .links = UINT32_C(1) << i, .value = at, .more = o.until};
                order(b, RELAY, &spell);
            }
        }
        choreo_link_outages(p->world, i, &p->link[i]);
    }
    p->begun = host_clock_ns() + SIM_S / 20;
    word.run = ++b->run;
    word.value = p->begun;
    for (word.node = 0; word.node <= RELAY; word.node++) {
        const bool tells = word.node >= DEVICES && word.node < NODES;
        word.more = tells ? p->world->spec->gossip_ns : 0;
        order(b, word.node, &word);
    }
}

static enum sim_status stop(struct bench *b, char text[CREW_TEXT_MAX])
{
    struct word stopped[NODES + 1];
    const struct word word = {.kind = WORD_STOP};
    for (uint32_t i = 0; i <= RELAY; i++) {
        order(b, i, &word);
    }
    const enum sim_status status = gather(b, WORD_STOPPED, stopped, text);
    for (uint32_t i = 0; i < NODES && status == SIM_OK; i++) {
        b->migrations += stopped[i].digest;
    }
    return status;
}

static enum sim_status act(struct play *p, char text[CREW_TEXT_MAX])
{
    struct bench *b = p->bench;
    enum sim_status status = SIM_OK;
    begin(p);
    while (status == SIM_OK && now_of(p) < p->world->end_ns) {
        uint32_t worker = 0;
        struct word word;
        const sim_time next = do_what_is_due(p);
        status = hear(b, p->begun + (next < p->world->end_ns ? next : p->world->end_ns), &worker,
                      &word, text);
        if (status == SIM_OK && word.run == b->run) {
            if (worker != RELAY) {
                status = on_worker(p, worker, &word, text);
            } else if (word.kind == WORD_STATE) {
                on_state(p, &word);
            } else {
                on_word(p, &word);
            }
        } else if (status == SIM_ERR_NOTFOUND) {
            status = SIM_OK;
        }
        if (b->kept.is_interrupted(b->kept.context)) {
            return SIM_ERR_IO;
        }
    }
    return status == SIM_OK ? stop(b, text) : status;
}

static void count(struct play *p, double *value)
{
    double missed = 0;
    double response_s = 0;
    double answered = 0;
    for (uint32_t i = 0; i < p->jobs; i++) {
        const struct choreo_task *task = p->job[i].task;
        missed += choreo_is_missed(p->world, task);
        if (task->phase == CHOREO_COMPLETED) {
            answered++;
            response_s += (double)(task->end_ns - task->at) * 1e-9;
        }
    }
    value[MISSED] = p->jobs > 0 ? missed / p->jobs : (double)NAN;
    value[RESPONSE] = answered > 0 ? response_s / answered : (double)NAN;
    value[FALLBACKS] = (double)p->fallbacks;
    value[FOREIGN] = (double)p->foreign;
    p->bench->tasks += p->jobs;
}

static bool can_be_played(const struct choreo_spec *s, char text[MODEL_TRIAL_TEXT_MAX])
{
    bool can = s->domains == DOMAINS && s->tier[CHOREO_DEVICE].count == DEVICES / DOMAINS &&
               s->tier[CHOREO_EDGE].count == 1 && s->tier[CHOREO_CLOUD].count == 1 &&
               !s->queueing && s->in_flight == CHOREO_KEPT &&
               s->controller_state == CHOREO_STATE_EXACT && !choreo_policies[s->placement]->learns;
    for (uint32_t t = 0; t < CHOREO_TIERS; t++) {
        can &=
            s->tier[t].cores == 1 && s->tier[t].speed >= speed[t] && s->tier[t].speed <= speed[t];
    }
    (void)snprintf(text, MODEL_TRIAL_TEXT_MAX,
                   "for real there are two domains of two devices, an edge and a cloud, a core "
                   "each at speeds 1, 6 and 24, and nothing is queued or lost on links");
    return can;
}

enum sim_status outages_run(void *bench, const struct choreo_spec *spec, sim_time duration_ns,
                            uint32_t block, double *value, char text[MODEL_TRIAL_TEXT_MAX])
{
    struct bench *b = bench;
    const struct choreo_observer nobody = {NULL, NULL};
    struct choreo_world world;
    bool done = false;
    if (!can_be_played(spec, text)) {
        return SIM_ERR_INVALID;
    }
    enum sim_status status =
        choreo_world_create(&world, spec, b->kept.seed, block + 1, duration_ns, &nobody);
    if (status != SIM_OK) {
        return status;
    }
    /* Simulated once, for its tasks: they come whoever decides. */
    status = choreo_world_run(&world, UINT64_MAX, &done);
    struct play *p = calloc(1, sizeof *p);
    struct job *job = calloc(world.count.calls + 1, sizeof *job);
    if (status == SIM_OK && p != NULL && job != NULL) {
        *p = (struct play){.bench = b, .world = &world, .job = job};
        p->policy = choreo_policies[spec->placement];
        p->jobs = (uint32_t)world.count.calls;
        for (uint32_t i = 0; i < p->jobs; i++) {
            job[i] = (struct job){.task = &world.task[i], .alarm = SIM_TIME_NEVER};
            job[i].task->phase = CHOREO_UNDECIDED;
            job[i].task->has_fallen_back = false;
        }
        status = act(p, text);
        if (status == SIM_OK) {
            count(p, value);
        }
    } else {
        status = status == SIM_OK ? SIM_ERR_NOMEM : status;
    }
    free(job);
    free(p);
    choreo_world_destroy(&world);
    return status;
}

void outages_conclude(void *bench)
{
    const struct bench *b = bench;
    model_trial_tell(&b->kept, "answers",
                     "%" PRIu64 " of %" PRIu64 " tasks, each the one that the work has", b->answers,
                     b->tasks);
    model_trial_tell(&b->kept, "connections", "%" PRIu64 " not made in time", b->dropped);
    model_trial_tell(&b->kept, "migrations", "%" PRIu64 " slices began on another processor",
                     b->migrations);
}

void outages_close(void *bench)
{
    struct bench *b = bench;
    crew_end(&b->crew);
    free(b);
}
