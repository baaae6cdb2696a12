/* A run for real: deciders play here, their words pass the relay, tasks run in workers. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "models/choreography/real/mind.h"
#include "models/choreography/real/outages_inside.h"
#include "runtime-replay/host_clock.h"

enum { LINKS = 4 };
enum state { WAITS, CONNECTS, IS_PLACED };

struct job {
    struct choreo_task *task;
    enum state state;
    int64_t alarm;                                 /* SIM_TIME_NEVER: none */
    uint32_t attempt, node, tried, step, given_up; /* given up: attempts, a bit each */
};

struct play {
    struct outages *bench;
    struct choreo_world *world;
    const struct choreo_policy *policy;
    struct outage link[LINKS];
    struct job *job;
    uint32_t jobs, next;
    int64_t begun;
    sim_time heard[OUTAGES_DOMAINS][OUTAGES_NODES]; /* backlogs as last told */
    sim_time booked[OUTAGES_NODES];                 /* until when, by what has been placed */
    sim_time outstanding[OUTAGES_NODES];            /* placed, and not known to be done */
    sim_time backed_off[OUTAGES_DEVICES][CHOREO_TARGETS];
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

static uint32_t slices_of(const struct outages *b, const struct choreo_task *task)
{
    const double slices = (double)task->work_ns * outages_unit_share / (double)b->slice_ns;
    return slices < 1 ? 1 : (uint32_t)(slices + 0.5);
}

static uint32_t expected(const struct outages *b, uint32_t task, uint32_t slices)
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
    outages_send(p->bench, OUTAGES_RELAY, word);
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
        outages_send(p->bench, node, &word);
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
    sim_time exact[OUTAGES_NODES];
    const uint32_t device = p->job[id].task->device;
    const sim_time now = now_of(p);
    for (uint32_t i = 0; i < OUTAGES_NODES; i++) {
        exact[i] = p->booked[i] > now ? p->booked[i] - now : 0;
    }
    struct mind m = mind_of(p, id, exact);
    m.backed_off = NULL;
    m.answer_ns = delay_to_controller(p, device);
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
    const double slice_ns =
        (double)p->bench->slice_ns / (outages_unit_share * outages_speed[outages_tier(word->node)]);
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
        outages_send(p->bench, word->node, word);
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
    struct outages *b = p->bench;
    const struct choreo_spec *s = p->world->spec;
    if (word->kind == WORD_STATE && worker >= OUTAGES_DEVICES) {
        for (word->task = 0; word->task < OUTAGES_DOMAINS; word->task++) {
            const uint32_t device = word->task * (OUTAGES_DEVICES / OUTAGES_DOMAINS);
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
    struct outages *b = p->bench;
    const sim_time end = p->world->end_ns;
    struct word word = {.kind = WORD_BEGIN};
    for (uint32_t i = 0; i < LINKS; i++) {
        struct outage o;
        choreo_link_outages(p->world, i, &o);
        for (sim_time at = 0; at < end; at = o.until) {
            if (outage_is_down(&o, at)) {
                const struct word spell = {
                    .kind = WORD_SPELL, .links = UINT32_C(1) << i, .value = at, .more = o.until};
                outages_order(b, OUTAGES_RELAY, &spell);
            }
        }
        choreo_link_outages(p->world, i, &p->link[i]);
    }
    p->begun = host_clock_ns() + SIM_S / 20;
    word.run = ++b->run;
    word.value = p->begun;
    for (word.node = 0; word.node <= OUTAGES_RELAY; word.node++) {
        const bool tells = word.node >= OUTAGES_DEVICES && word.node < OUTAGES_NODES;
        word.more = tells ? p->world->spec->gossip_ns : 0;
        outages_order(b, word.node, &word);
    }
}

static enum sim_status stop(struct outages *b, char text[CREW_TEXT_MAX])
{
    struct word stopped[OUTAGES_NODES + 1];
    const struct word word = {.kind = WORD_STOP};
    for (uint32_t i = 0; i <= OUTAGES_RELAY; i++) {
        outages_order(b, i, &word);
    }
    const enum sim_status status = outages_gather(b, WORD_STOPPED, stopped, text);
    for (uint32_t i = 0; i < OUTAGES_NODES && status == SIM_OK; i++) {
        b->migrations += stopped[i].digest;
        b->slices[i] += stopped[i].number;
        b->held_ns[i] += stopped[i].value;
    }
    return status;
}

static enum sim_status act(struct play *p, char text[CREW_TEXT_MAX])
{
    struct outages *b = p->bench;
    enum sim_status status = SIM_OK;
    begin(p);
    while (status == SIM_OK && now_of(p) < p->world->end_ns) {
        uint32_t worker = 0;
        struct word word;
        const sim_time next = do_what_is_due(p);
        status = outages_hear(b, p->begun + (next < p->world->end_ns ? next : p->world->end_ns),
                              &worker, &word, text);
        if (status == SIM_OK && word.run == b->run) {
            if (worker != OUTAGES_RELAY) {
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
    value[OUTAGES_MISSED] = p->jobs > 0 ? missed / p->jobs : (double)NAN;
    value[OUTAGES_RESPONSE] = answered > 0 ? response_s / answered : (double)NAN;
    value[OUTAGES_FALLBACKS] = (double)p->fallbacks;
    value[OUTAGES_FOREIGN] = (double)p->foreign;
    p->bench->tasks += p->jobs;
}

/* Each of the world's tasks anew: the simulation only says when it comes, and what it is. */
static void take_tasks(struct play *p)
{
    for (uint32_t i = 0; i < p->jobs; i++) {
        p->job[i] = (struct job){.task = &p->world->task[i], .alarm = SIM_TIME_NEVER};
        p->job[i].task->phase = CHOREO_UNDECIDED;
        p->job[i].task->has_fallen_back = false;
    }
}

enum sim_status outages_play(struct outages *b, struct choreo_world *world, double *value,
                             char text[CREW_TEXT_MAX])
{
    struct play *p = calloc(1, sizeof *p);
    struct job *job = calloc(world->count.calls + 1, sizeof *job);
    enum sim_status status = SIM_ERR_NOMEM;
    if (p != NULL && job != NULL) {
        *p = (struct play){
            .bench = b,
            .world = world,
            .policy = choreo_policies[world->spec->placement],
            .job = job,
            .jobs = (uint32_t)world->count.calls,
        };
        take_tasks(p);
        status = act(p, text);
        if (status == SIM_OK) {
            count(p, value);
        }
    }
    free(job);
    free(p);
    return status;
}
