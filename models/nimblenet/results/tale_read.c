#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "models/nimblenet/results/tale.h"

/* ---- the taskset ---- */

static enum sim_status no_memory(struct store_error *error)
{
    (void)snprintf(error->text, sizeof error->text, "no memory left to read calls");
    return SIM_ERR_NOMEM;
}

static enum sim_status allocate(struct program *p, struct store *store, int64_t run_id,
                                struct store_error *error)
{
    int64_t tasklets = 0;
    int64_t calls = 0;
    enum sim_status status =
        query_one_int(store, "SELECT coalesce(max(tasklet) + 1, 0) FROM tasklet WHERE run_id = ?",
                      run_id, &tasklets, error);
    if (status == SIM_OK) {
        status = query_one_int(store, "SELECT count(*) FROM tasklet_call WHERE run_id = ?", run_id,
                               &calls, error);
    }
    if (status != SIM_OK) {
        return status;
    }
    p->tasklet = calloc((size_t)tasklets + 1, sizeof *p->tasklet);
    p->call = calloc((size_t)calls + 1, sizeof *p->call);
    if (p->tasklet == NULL || p->call == NULL) {
        return no_memory(error);
    }
    p->count = (uint32_t)tasklets;
    p->call_count = (uint32_t)calls;
    return SIM_OK;
}

/* A row of a file from elsewhere may name what is not there. */
static bool has_tasklet(const struct program *p, int64_t tasklet, struct store_error *error)
{
    const bool has = tasklet >= 0 && tasklet < (int64_t)p->count;
    if (!has) {
        (void)snprintf(error->text, sizeof error->text,
                       "the result is damaged: it has no tasklet %lld", (long long)tasklet);
    }
    return has;
}

/* What was wrong with a row is told before what ending the question may say. */
static enum sim_status end_query(struct query *q, bool is_sound, struct store_error *error)
{
    struct store_error ignored;
    const enum sim_status status = query_close(q, is_sound ? error : &ignored);
    return is_sound ? status : SIM_ERR_INVALID;
}

static const char with_costs[] = "SELECT tasklet, name, size_bytes, time_ns, load_ns, suspend_ns, "
                                 "resume_ns FROM tasklet WHERE run_id = ?";
static const char without_costs[] = "SELECT tasklet, name, size_bytes, time_ns, NULL, NULL, NULL "
                                    "FROM tasklet WHERE run_id = ?";

static enum sim_status read_tasklets(struct program *p, struct store *store, int64_t run_id,
                                     struct store_error *error)
{
    struct query *q = NULL;
    int64_t has_costs = 0;
    enum sim_status status = query_one_int(
        store,
        "SELECT count(*) FROM pragma_table_info('tasklet') WHERE name = 'load_ns' AND cid > ?", 0,
        &has_costs, error);
    if (status == SIM_OK) {
        status = query_open(&q, store, has_costs != 0 ? with_costs : without_costs, error);
    }
    if (status != SIM_OK) {
        return status;
    }
    query_bind_int(q, run_id);
    bool is_sound = true;
    while (query_next(q)) {
        const int64_t index = query_int(q, 0);
        is_sound = has_tasklet(p, index, error);
        if (!is_sound) {
            break;
        }
        struct program_tasklet *t = &p->tasklet[index];
        query_copy_text(q, 1, t->name, sizeof t->name);
        t->size_bytes = query_int(q, 2);
        t->own_ns = query_int(q, 3);
        t->load_ns = query_int(q, 4);
        t->suspend_ns = query_int(q, 5);
        t->resume_ns = query_int(q, 6);
    }
    return end_query(q, is_sound, error);
}

static enum sim_status read_calls(struct program *p, struct store *store, int64_t run_id,
                                  struct store_error *error)
{
    struct query *q = NULL;
    const enum sim_status status = query_open(&q, store,
                                              "SELECT tasklet, callee, after_ns FROM tasklet_call "
                                              "WHERE run_id = ? ORDER BY tasklet, position",
                                              error);
    if (status != SIM_OK) {
        return status;
    }
    query_bind_int(q, run_id);
    uint32_t i = 0;
    bool is_sound = true;
    while (query_next(q) && i < p->call_count) {
        const int64_t index = query_int(q, 0);
        is_sound = has_tasklet(p, index, error) && has_tasklet(p, query_int(q, 1), error);
        if (!is_sound) {
            break;
        }
        struct program_tasklet *t = &p->tasklet[index];
        if (t->call_count++ == 0) {
            t->first_call = i;
        }
        p->call[i++] = (struct program_call){(uint32_t)query_int(q, 1), query_int(q, 2)};
    }
    return end_query(q, is_sound, error);
}

enum sim_status program_read(struct program *p, struct store *store, int64_t run_id,
                             struct store_error *error)
{
    *p = (struct program){0};
    enum sim_status status = allocate(p, store, run_id, error);
    if (status == SIM_OK) {
        status = read_tasklets(p, store, run_id, error);
    }
    if (status == SIM_OK) {
        status = read_calls(p, store, run_id, error);
    }
    if (status != SIM_OK) {
        program_deinit(p);
    }
    return status;
}

void program_assume(struct program *p, sim_time load_ns, sim_time resume_ns)
{
    for (uint32_t i = 0; i < p->count; i++) {
        struct program_tasklet *t = &p->tasklet[i];
        if (t->load_ns == STORE_MISSING) {
            t->load_ns = load_ns;
            t->suspend_ns = 0;
            t->resume_ns = resume_ns;
        }
    }
}

void program_deinit(struct program *p)
{
    free(p->tasklet);
    free(p->call);
    *p = (struct program){0};
}

const char *program_name(const struct program *p, int64_t tasklet)
{
    return tasklet >= 0 && tasklet < (int64_t)p->count ? p->tasklet[tasklet].name : "";
}

/* ---- calls ---- */

const char *tale_stage_name(int stage)
{
    static const char *const name[TALE_STAGES] = {
        "local search", "global search", "registry", "metadata", "room", "transfer", "shared"};
    ASSERT(stage >= 0 && stage < TALE_STAGES);
    return name[stage];
}

/*
 * Every call once without acquisition, which sorts first, and once with each of
 * its acquisitions. CROSS JOIN keeps the order of the loops: a call is found by its key, an
 * acquisition by its call is not.
 */
#define CALL_COLUMNS                                                                               \
    "SELECT c.call_id, c.t_ns, c.robot, c.node, c.chain, c.status, c.response_ns, c.queueing_ns, " \
    "c.acquisition_ns, c.execution_ns, c.x_m, c.y_m, "
#define ROWS(which)                                                                                \
    CALL_COLUMNS "NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, "  \
                 "NULL, NULL FROM call AS c WHERE c.run_id = ?1 AND " which                        \
                 " UNION ALL " CALL_COLUMNS                                                        \
                 "a.tasklet, a.t_ns, a.done_ns, a.served, a.source, a.attempts, a.evicted, "       \
                 "a.local_search_ns, a.global_search_ns, a.registry_ns, a.metadata_ns, "           \
                 "a.room_ns, a.transfer_ns, a.follow_ns, a.seq "                                   \
                 "FROM acquisition AS a CROSS JOIN call AS c USING (run_id, call_id) "             \
                 "WHERE a.run_id = ?1 AND " which " ORDER BY 2, 1, 14, 27"

enum {
    COLUMN_CALL = 0,
    COLUMN_TASKLET = 12,
    COLUMN_STAGES = 19,
};

static void read_head(struct tale_call *c, const struct query *q)
{
    c->call_id = query_int(q, 0);
    c->t_ns = query_int(q, 1);
    c->robot = query_int(q, 2);
    c->node = query_int(q, 3);
    c->chain = query_int(q, 4);
    query_copy_text(q, 5, c->status, sizeof c->status);
    c->response_ns = query_int(q, 6);
    c->queueing_ns = query_int(q, 7);
    c->acquisition_ns = query_int(q, 8);
    c->execution_ns = query_int(q, 9);
    c->x_m = query_real(q, 10);
    c->y_m = query_real(q, 11);
    c->acquisition_count = 0;
}

static bool read_acquisition(struct tale_call *c, const struct query *q)
{
    if (query_type(q, COLUMN_TASKLET) == QUERY_NULL) {
        return true; /* a call without any */
    }
    if (c->acquisition_count == c->acquisition_capacity) {
        const size_t capacity = c->acquisition_capacity == 0 ? 16 : 2 * c->acquisition_capacity;
        struct tale_acquisition *larger = realloc(c->acquisition, capacity * sizeof *larger);
        if (larger == NULL) {
            return false;
        }
        c->acquisition = larger;
        c->acquisition_capacity = capacity;
    }
    struct tale_acquisition *a = &c->acquisition[c->acquisition_count++];
    *a = (struct tale_acquisition){
        .tasklet = query_int(q, COLUMN_TASKLET),
        .t_ns = query_int(q, 13),
        .done_ns = query_int(q, 14),
        .source = query_int(q, 16),
        .attempts = query_int(q, 17),
        .evicted = query_int(q, 18),
    };
    query_copy_text(q, 15, a->served, sizeof a->served);
    for (unsigned i = 0; i < TALE_STAGES; i++) {
        a->stage_ns[i] = query_int(q, COLUMN_STAGES + i);
    }
    return true;
}

void tale_call_deinit(struct tale_call *c)
{
    free(c->acquisition);
    *c = (struct tale_call){0};
}

enum sim_status tale_read_call(struct tale_call *c, struct store *store, int64_t run_id,
                               int64_t call_id, struct store_error *error)
{
    struct query *q = NULL;
    enum sim_status status = query_open(&q, store, ROWS("c.call_id = ?2"), error);
    if (status != SIM_OK) {
        return status;
    }
    query_bind_int(q, run_id);
    query_bind_int(q, call_id);
    bool found = false;
    bool fits = true;
    while (fits && query_next(q)) {
        if (!found) {
            read_head(c, q);
        }
        found = true;
        fits = read_acquisition(c, q);
    }
    status = query_close(q, error);
    if (status == SIM_OK && !found) {
        (void)snprintf(error->text, sizeof error->text, "there is no call %" PRId64, call_id);
        status = SIM_ERR_NOTFOUND;
    }
    return status == SIM_OK && !fits ? no_memory(error) : status;
}

enum sim_status tale_nearest(int64_t near[4], size_t *count, struct store *store, int64_t run_id,
                             int64_t call_id, struct store_error *error)
{
    struct query *q = NULL;
    const enum sim_status status = query_open(
        &q, store,
        "SELECT * FROM (SELECT call_id FROM call WHERE run_id = ?1 AND call_id < ?2 "
        "ORDER BY call_id DESC LIMIT 2) "
        "UNION ALL SELECT * FROM (SELECT call_id FROM call WHERE run_id = ?1 AND call_id > ?2 "
        "ORDER BY call_id LIMIT 2) ORDER BY 1",
        error);
    if (status != SIM_OK) {
        return status;
    }
    query_bind_int(q, run_id);
    query_bind_int(q, call_id);
    *count = 0;
    while (*count < 4 && query_next(q)) {
        near[(*count)++] = query_int(q, 0);
    }
    return query_close(q, error);
}

/*
 * The first event of a run that is not before t_ns. Events are numbered in order of time, so it is
 * found by halving: the table has no index on time.
 */
static enum sim_status find_event(int64_t *seq, struct store *store, int64_t run_id, sim_time t_ns,
                                  struct store_error *error)
{
    int64_t low = 0;
    int64_t high = 0;
    enum sim_status status =
        query_one_int(store, "SELECT coalesce(max(seq) + 1, 0) FROM event WHERE run_id = ?", run_id,
                      &high, error);
    while (status == SIM_OK && low < high) {
        const int64_t middle = low + (high - low) / 2;
        struct query *q = NULL;
        status = query_open(&q, store,
                            "SELECT t_ns FROM event WHERE run_id = ? AND seq >= ? "
                            "ORDER BY seq LIMIT 1",
                            error);
        if (status != SIM_OK) {
            break;
        }
        query_bind_int(q, run_id);
        query_bind_int(q, middle);
        const bool is_before = query_next(q) && query_int(q, 0) < t_ns;
        low = is_before ? middle + 1 : low;
        high = is_before ? high : middle;
        status = query_close(q, error);
    }
    *seq = low;
    return status;
}

enum sim_status tale_messages(struct query **q, struct store *store, int64_t run_id, int64_t node,
                              const struct tale_acquisition *a, struct store_error *error)
{
    int64_t first = 0;
    int64_t end = 0;
    enum sim_status status = find_event(&first, store, run_id, a->t_ns, error);
    if (status == SIM_OK) {
        status = find_event(&end, store, run_id, a->done_ns + 1, error);
    }
    if (status == SIM_OK) {
        status = query_open(q, store,
                            "SELECT t_ns, kind, peer, bytes FROM event WHERE run_id = ? "
                            "AND seq >= ? AND seq < ? AND node = ? AND tasklet = ? "
                            "AND peer IS NOT NULL AND kind GLOB '*: *' "
                            "AND kind NOT GLOB 'acquired: *' ORDER BY seq",
                            error);
    }
    if (status == SIM_OK) {
        query_bind_int(*q, run_id);
        query_bind_int(*q, first);
        query_bind_int(*q, end);
        query_bind_int(*q, node);
        query_bind_int(*q, a->tasklet);
    }
    return status;
}

enum sim_status tale_reader_open(struct tale_reader *r, struct store *store, int64_t run_id,
                                 struct store_error *error)
{
    const enum sim_status status = query_open(&r->query, store, ROWS("c.node IS NOT NULL"), error);
    if (status == SIM_OK) {
        query_bind_int(r->query, run_id);
        r->has_row = query_next(r->query);
    }
    return status;
}

bool tale_reader_next(struct tale_reader *r, struct tale_call *c)
{
    if (!r->has_row) {
        return false;
    }
    read_head(c, r->query);
    while (r->has_row && query_int(r->query, COLUMN_CALL) == c->call_id) {
        if (!read_acquisition(c, r->query)) {
            r->out_of_memory = true;
            return false;
        }
        r->has_row = query_next(r->query);
    }
    return true;
}

enum sim_status tale_reader_close(struct tale_reader *r, struct store_error *error)
{
    const enum sim_status status = query_close(r->query, error);
    r->query = NULL;
    return status == SIM_OK && r->out_of_memory ? no_memory(error) : status;
}
