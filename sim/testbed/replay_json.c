/* What a replay came to, for programs. */
#include <math.h>

#include "analysis/report/contrast.h"
#include "sim/terminal/json.h"
#include "sim/testbed/replay.h"

static void write_stream(struct json *j, const char *key, const struct stats_stream *stream)
{
    const struct stats_estimate e = stats_stream_estimate(stream, CONTRAST_LEVEL);
    json_key(j, key);
    json_object_open(j);
    json_field_uint(j, "n", e.n);
    json_field_double(j, "mean", e.mean);
    json_field_double(j, "low", e.low);
    json_field_double(j, "high", e.high);
    json_object_close(j);
}

static void write_variant(struct json *j, const struct executed_variant *v)
{
    json_object_open(j);
    json_field_string(j, "variant", v->variant);
    json_field_uint(j, "runs", v->runs);
    json_field_uint(j, "calls", v->calls);
    json_field_uint(j, "instructions", v->instructions);
    json_field_uint(j, "own_instructions", v->own_instructions);
    json_field_uint(j, "loads", v->loads);
    json_field_uint(j, "sub_calls", v->sub_calls);
    json_field_uint(j, "suspensions", v->suspensions);
    json_field_double(j, "state_bytes_mean",
                      v->suspensions > 0 ? (double)v->state_bytes / (double)v->suspensions
                                         : (double)NAN);
    json_field_uint(j, "memory_bytes_max", v->memory_bytes_max);
    write_stream(j, "simulated_s", &v->simulated_s);
    write_stream(j, "executed_s", &v->executed_s);
    write_stream(j, "extra_s", &v->extra_s);
    json_field_int(j, "load_host_ns", v->load_host_ns);
    json_field_int(j, "run_host_ns", v->run_host_ns);
    json_field_int(j, "suspend_host_ns", v->suspend_host_ns);
    json_field_int(j, "resume_host_ns", v->resume_host_ns);
    json_object_close(j);
}

static void write_pairs(struct json *j, const struct executions_pairs *p)
{
    json_key(j, "pairs");
    json_object_open(j);
    json_field_uint(j, "compared", p->compared);
    json_field_uint(j, "equal", p->equal);
    json_key(j, "mismatches");
    json_array_open(j);
    for (size_t i = 0; i < p->mismatch_count; i++) {
        const struct executions_mismatch *m = &p->mismatch[i];
        json_object_open(j);
        json_field_uint(j, "replication", m->replication);
        json_field_int(j, "call_id", m->call_id);
        json_field_uint(j, m->variant[0], m->result[0]);
        json_field_uint(j, m->variant[1], m->result[1]);
        json_object_close(j);
    }
    json_array_close(j);
    json_object_close(j);
}

bool replay_print_json(const struct replay_summary *s, FILE *to)
{
    struct json j;
    json_begin(&j, to);
    json_object_open(&j);
    json_field_string(&j, "out", s->out);
    json_field_string(&j, "mode", execute_mode_name(s->request->mode));
    json_field_double(&j, "sample", s->request->sample_ppm / (double)REPLAY_ALL_PPM);
    json_field_uint(&j, "seed", s->seed);
    json_field_digest(&j, "digest", s->digest);
    json_field_uint(&j, "calls_completed", s->completed);
    json_field_uint(&j, "calls_chosen", s->chosen);
    json_key(&j, "variants");
    json_array_open(&j);
    for (size_t i = 0; i < s->variant_count; i++) {
        write_variant(&j, &s->variant[i]);
    }
    json_array_close(&j);
    write_pairs(&j, &s->pairs);
    json_key(&j, "now");
    json_object_open(&j);
    json_field_uint(&j, "calls", s->calls);
    json_field_uint(&j, "instructions", s->instructions);
    json_field_uint(&j, "jobs", s->request->jobs);
    json_field_double(&j, "wall_s", s->wall_s);
    json_field_double(&j, "processor_s", s->processor_s);
    json_field_double(&j, "bare_instruction_ns", replay_bare_ns(s));
    json_field_double(&j, "ratio_to_bare", replay_ratio(s));
    json_field_double(&j, "processor_ratio_to_bare", replay_processor_ratio(s));
    json_object_close(&j);
    json_object_close(&j);
    return json_end(&j);
}
