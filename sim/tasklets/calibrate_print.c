/* What calibrate prints: a block a kind of tasklets, and what running in parts costs in all. */
#include <inttypes.h>
#include <math.h>

#include "sim/tasklets/calibrate.h"
#include "sim/terminal/json.h"

static const char *kind_name(enum calibrate_kind kind)
{
    switch (kind) {
    case CALIBRATE_CHAIN:
        return "chain";
    case CALIBRATE_ALGORITHM:
        return "algorithm";
    case CALIBRATE_TWIN:
        return "inlined chain";
    case CALIBRATE_KINDS:
        break;
    }
    return "unknown";
}

/* ---- for people ---- */

struct line {
    const char *label;
    int decimals; /* of the mean; those of least and greatest are of whole numbers none */
    bool is_whole;
    const struct stats_stream *values;
};

static void print_line(const struct line *l, FILE *to)
{
    if (l->values->n > 0) {
        const int ends = l->is_whole ? 0 : l->decimals;
        (void)fprintf(to, "  %-38s %13.*f %13.*f %13.*f\n", l->label, ends, l->values->least,
                      l->decimals, stats_mean(l->values), ends, l->values->greatest);
    }
}

static void print_lines(const struct line *line, size_t lines, FILE *to)
{
    for (size_t i = 0; i < lines; i++) {
        print_line(&line[i], to);
    }
}

static void print_kind(const struct calibrate_sums *s, enum calibrate_kind kind, FILE *to)
{
    static const char *const heading[CALIBRATE_KINDS] = {
        "chains in parts, each by itself", "algorithms, each by itself", "inlined chains"};
    const struct stats_stream none = {0};
    const struct line line[] = {
        {"size (B)", 1, true, &s->size},
        {"instructions", 0, true, &s->instructions},
        {"platform: its own work (ms)", 3, false, &s->own_ms},
        {"platform: load, start and end (us)", 1, false, &s->load_us},
        {"platform: suspend at a sub-call (us)", 1, false, &s->suspend_us},
        {"platform: resume behind it (us)", 1, false, &s->resume_us},
        {"saved state (B)", 1, true, &s->state},
        {"  of it linear memory (B)", 1, true,
         s->state_memory.greatest > 0 ? &s->state_memory : &none},
        {"most memory, callees included (B)", 0, true, &s->memory},
        {"this host: load (us)", 1, false, &s->load_host_us},
        {"this host: suspend (us)", 1, false, &s->suspend_host_us},
        {"this host: resume (us)", 1, false, &s->resume_host_us},
    };
    if (s->size.n == 0) {
        return;
    }
    (void)fprintf(to, "\n  %-38s %13s %13s %13s\n", heading[kind], "least", "mean", "greatest");
    print_lines(line, sizeof line / sizeof line[0], to);
}

static void print_needs(const struct calibrate_result *r, const struct calibrate_job *job, FILE *to)
{
    struct calibrate_needs n;
    if (!calibrate_needs(&n, r, job)) {
        return;
    }
    (void)fprintf(to,
                  "  What %.0f ms need: %.1f ms %s, %.3f ms in each of a chain's %.2f sub-calls "
                  "(%.0f thousand\n  cycles).",
                  n.paper_ms, fabs(n.missing_ms), n.missing_ms < 0 ? "less" : "more",
                  fabs(n.call_ms), n.calls, fabs(n.kilocycles));
    if (!n.has_memory) {
        (void)fputs(" This platform's table has no prices for a heap.\n", to);
    } else if (n.heap_bytes < 0) {
        (void)fputs(" No heap takes so little: a page alone is more.\n", to);
    } else {
        (void)fprintf(to,
                      " A heap that takes as much: `taskset.heap: %.0f B`, for every sub-call "
                      "%.3f ms a\n  page and %.3f us a byte.\n",
                      n.heap_bytes, n.page_ms, n.byte_us);
    }
}

static void print_overhead(const struct calibrate_overhead *o, const struct calibrate_job *job,
                           FILE *to)
{
    const struct line line[] = {
        {"loads beyond the one of the twin (ms)", 3, false, &o->load_ms},
        {"suspensions (ms)", 3, false, &o->suspend_ms},
        {"resumptions (ms)", 3, false, &o->resume_ms},
        {"work beyond the twin's (ms)", 3, false, &o->work_ms},
        {"overhead of execution in parts (ms)", 3, false, &o->total_ms},
        {"the scenario's constants give (ms)", 3, false, &o->drawn_ms},
    };
    if (o->total_ms.n == 0) {
        return;
    }
    (void)fprintf(to, "\n  %-38s %13s %13s %13s\n", "a chain in parts beyond its twin", "least",
                  "mean", "greatest");
    print_lines(line, sizeof line / sizeof line[0], to);
    (void)fprintf(to,
                  "\n  The paper reports about 30 ms of such an overhead (section 6.4); on "
                  "%s it is %.1f ms.\n",
                  job->platform.name, stats_mean(&o->total_ms));
}

void calibrate_print_table(const struct calibrate_result *r, const struct calibrate_job *job,
                           FILE *to)
{
    uint64_t executed = 0;
    int64_t run_host_ns = 0;
    for (int k = 0; k < CALIBRATE_KINDS; k++) {
        executed += r->sums[k].executed;
        run_host_ns += r->sums[k].run_host_ns;
    }
    (void)fprintf(to, "%s, seed %" PRIu64 ": %zu tasklets run, sub-calls %s, platform %s\n",
                  job->forms.scenario->name, job->forms.scenario->seed, r->count,
                  execute_mode_name(job->mode), job->platform.name);
    (void)fprintf(to,
                  "%" PRIu64
                  " instructions with all that they call, %.2f ns each on this host; all "
                  "counts exact, all results equal\n",
                  executed, (double)run_host_ns / (double)executed);
    for (int k = 0; k < CALIBRATE_KINDS; k++) {
        print_kind(&r->sums[k], (enum calibrate_kind)k, to);
    }
    print_overhead(&r->overhead, job, to);
    print_needs(r, job, to);
}

/* ---- for programs ---- */

static void put_stream(struct json *j, const char *key, const struct stats_stream *values)
{
    json_key(j, key);
    if (values->n == 0) {
        json_null(j);
        return;
    }
    json_object_open(j);
    json_field_double(j, "least", values->least);
    json_field_double(j, "mean", stats_mean(values));
    json_field_double(j, "greatest", values->greatest);
    json_object_close(j);
}

static void put_row(struct json *j, const struct calibrate_result *r,
                    const struct calibrate_tasklet *k)
{
    json_object_open(j);
    json_field_string(j, "variant", k->row.variant);
    json_field_uint(j, "replication", k->row.replication);
    json_field_uint(j, "tasklet", k->row.tasklet);
    json_field_string(j, "kind", kind_name(k->kind));
    json_field_digest(j, "hash", k->row.hash);
    json_field_uint(j, "size_bytes", k->row.size_bytes);
    json_field_uint(j, "instructions", k->row.instructions);
    json_field_uint(j, "result", k->result);
    json_field_int(j, "load_ns", k->row.load_ns);
    json_field_int(j, "suspend_ns", k->row.suspend_ns);
    json_field_int(j, "resume_ns", k->row.resume_ns);
    json_key(j, "segments_ns");
    json_array_open(j);
    for (uint32_t s = 0; s < k->row.segments; s++) {
        json_int(j, r->segment_ns[k->row.first_segment + s]);
    }
    json_array_close(j);
    json_field_uint(j, "state_bytes", k->row.state_bytes);
    json_field_uint(j, "state_memory_bytes", k->call_memory_bytes);
    json_field_uint(j, "memory_bytes", k->row.memory_bytes);
    json_field_uint(j, "loads", k->loads);
    json_field_uint(j, "suspensions", k->suspensions);
    json_field_int(j, "load_host_ns", k->load_host_ns);
    json_field_int(j, "suspend_host_ns", k->suspend_host_ns);
    json_field_int(j, "resume_host_ns", k->resume_host_ns);
    json_field_int(j, "run_host_ns", k->run_host_ns);
    json_object_close(j);
}

static void put_kind(struct json *j, const struct calibrate_sums *s, enum calibrate_kind kind)
{
    json_object_open(j);
    json_field_string(j, "kind", kind_name(kind));
    json_field_uint(j, "tasklets", s->size.n);
    put_stream(j, "size_bytes", &s->size);
    put_stream(j, "instructions", &s->instructions);
    put_stream(j, "own_ms", &s->own_ms);
    put_stream(j, "load_us", &s->load_us);
    put_stream(j, "suspend_us", &s->suspend_us);
    put_stream(j, "resume_us", &s->resume_us);
    put_stream(j, "state_bytes", &s->state);
    put_stream(j, "state_memory_bytes", &s->state_memory);
    put_stream(j, "memory_bytes", &s->memory);
    put_stream(j, "load_host_us", &s->load_host_us);
    put_stream(j, "suspend_host_us", &s->suspend_host_us);
    put_stream(j, "resume_host_us", &s->resume_host_us);
    json_object_close(j);
}

static void put_needs(struct json *j, const struct calibrate_result *r,
                      const struct calibrate_job *job)
{
    struct calibrate_needs n;
    json_key(j, "needs");
    if (!calibrate_needs(&n, r, job)) {
        json_null(j);
        return;
    }
    json_object_open(j);
    json_field_double(j, "paper_ms", n.paper_ms);
    json_field_double(j, "missing_ms", n.missing_ms);
    json_field_double(j, "calls", n.calls);
    json_field_double(j, "call_ms", n.call_ms);
    json_field_double(j, "kilocycles", n.kilocycles);
    if (n.has_memory) {
        json_field_double(j, "page_ms", n.page_ms);
        json_field_double(j, "byte_us", n.byte_us);
        json_field_double(j, "heap_bytes", n.heap_bytes);
    }
    json_object_close(j);
}

static void put_overhead(struct json *j, const struct calibrate_overhead *o)
{
    json_key(j, "overhead");
    json_object_open(j);
    json_field_uint(j, "chains", o->total_ms.n);
    put_stream(j, "load_ms", &o->load_ms);
    put_stream(j, "suspend_ms", &o->suspend_ms);
    put_stream(j, "resume_ms", &o->resume_ms);
    put_stream(j, "work_ms", &o->work_ms);
    put_stream(j, "total_ms", &o->total_ms);
    put_stream(j, "constants_ms", &o->drawn_ms);
    json_object_close(j);
}

bool calibrate_print_json(const struct calibrate_result *r, const struct calibrate_job *job,
                          FILE *to)
{
    char hash[65];
    if (scenario_hash(job->forms.scenario, hash) != SIM_OK) {
        return false;
    }
    struct json j;
    json_begin(&j, to);
    json_lines(&j, 2); /* a tasklet a line */
    json_object_open(&j);
    json_field_string(&j, "scenario", job->forms.scenario->name);
    json_field_string(&j, "hash", hash);
    json_field_uint(&j, "seed", job->forms.scenario->seed);
    json_field_string(&j, "platform", job->platform.name);
    json_field_digest(&j, "platform_hash", job->platform.hash);
    json_field_string(&j, "mode", execute_mode_name(job->mode));
    json_key(&j, "kinds");
    json_array_open(&j);
    for (int k = 0; k < CALIBRATE_KINDS; k++) {
        put_kind(&j, &r->sums[k], (enum calibrate_kind)k);
    }
    json_array_close(&j);
    put_overhead(&j, &r->overhead);
    put_needs(&j, r, job);
    json_key(&j, "tasklets");
    json_array_open(&j);
    for (size_t i = 0; i < r->count; i++) {
        put_row(&j, r, &r->row[i]);
    }
    json_array_close(&j);
    json_object_close(&j);
    return json_end(&j);
}
