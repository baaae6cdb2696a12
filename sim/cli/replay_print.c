/* What a replay came to, for people and for programs. */
#include <inttypes.h>
#include <math.h>

#include "analysis/contrast.h"
#include "sim/cli/amount.h"
#include "sim/cli/json.h"
#include "sim/cli/replay.h"

#define LABEL_WIDTH 36
#define CELL_WIDTH 22

/* Nanoseconds that an instruction takes; NaN: not measured. */
static double bare_ns(const struct replay_summary *s, int64_t took_ns)
{
    const uint64_t instructions = s->reference.instructions;
    return instructions == 0 ? (double)NAN : (double)took_ns / (double)instructions;
}

static double ratio(const struct replay_summary *s, double seconds, int64_t reference_ns)
{
    const double bare_s = (double)s->instructions * bare_ns(s, reference_ns) * 1e-9;
    return bare_s > 0 ? seconds / bare_s : (double)NAN;
}

double replay_ratio(const struct replay_summary *s)
{
    return ratio(s, s->wall_s * (double)s->request->jobs, s->reference.wall_ns);
}

double replay_processor_ratio(const struct replay_summary *s)
{
    return ratio(s, s->processor_s, s->reference.processor_ns);
}

static int64_t host_ns(const struct executions_variant *v)
{
    return v->load_host_ns + v->run_host_ns + v->suspend_host_ns + v->resume_host_ns;
}

/* A part of a whole; NaN of nothing. */
static double share(double part, uint64_t whole)
{
    return whole == 0 ? (double)NAN : part / (double)whole;
}

/* ---- for people ---- */

/* What a line of the table shows of a variant. */
enum line {
    LINE_CALLS,
    LINE_INSTRUCTIONS,
    LINE_HOST,
    LINE_PER_INSTRUCTION,
    LINE_LOADS,
    LINE_LOAD,
    LINE_SUSPENSIONS,
    LINE_SUSPEND,
    LINE_RESUME,
    LINE_STATE,
    LINE_MEMORY,
    LINE_SIMULATED,
    LINE_EXECUTED,
    LINE_EXTRA,
    LINES,
};

static const char *const label[LINES] = {
    [LINE_CALLS] = "calls executed",
    [LINE_INSTRUCTIONS] = "instructions",
    [LINE_HOST] = "time on this host",
    [LINE_PER_INSTRUCTION] = "  an instruction",
    [LINE_LOADS] = "modules loaded",
    [LINE_LOAD] = "  each on this host",
    [LINE_SUSPENSIONS] = "suspensions",
    [LINE_SUSPEND] = "  suspending, each on this host",
    [LINE_RESUME] = "  resuming",
    [LINE_STATE] = "  state saved, mean",
    [LINE_MEMORY] = "memory held at once, at most",
    [LINE_SIMULATED] = "execution of a call, simulated",
    [LINE_EXECUTED] = "  executed, on the platform",
    [LINE_EXTRA] = "  executed - simulated",
};

static void write_amount(char cell[AMOUNT_BYTES], const char *unit, double value)
{
    amount_write(cell, amount_scale(unit, fabs(value)), value);
}

static void write_estimate(char cell[AMOUNT_BYTES], const struct stats_stream *stream)
{
    const struct stats_estimate e = stats_stream_estimate(stream, CONTRAST_LEVEL);
    const double half_width = e.has_interval ? e.half_width : 0;
    const struct amount_scale scale = amount_scale_difference("s", e.mean, half_width);
    char mean[AMOUNT_BYTES];
    char width[AMOUNT_BYTES];
    amount_write_bare(mean, scale, e.mean);
    amount_write(width, scale, half_width);
    (void)snprintf(cell, AMOUNT_BYTES, "%.15s \u00b1 %.20s", mean, width);
}

static void write_cell(char cell[AMOUNT_BYTES], const struct executions_variant *v, enum line line)
{
    switch (line) {
    case LINE_CALLS:
        (void)snprintf(cell, AMOUNT_BYTES, "%" PRIu64, v->calls);
        return;
    case LINE_INSTRUCTIONS:
        (void)snprintf(cell, AMOUNT_BYTES, "%" PRIu64, v->instructions);
        return;
    case LINE_HOST:
        write_amount(cell, "s", (double)host_ns(v) * 1e-9);
        return;
    case LINE_PER_INSTRUCTION:
        (void)snprintf(cell, AMOUNT_BYTES, "%.3f ns", share((double)host_ns(v), v->instructions));
        return;
    case LINE_LOADS:
        (void)snprintf(cell, AMOUNT_BYTES, "%" PRIu64, v->loads);
        return;
    case LINE_LOAD:
        (void)snprintf(cell, AMOUNT_BYTES, "%.1f us",
                       share((double)v->load_host_ns * 1e-3, v->loads));
        return;
    case LINE_SUSPENSIONS:
        (void)snprintf(cell, AMOUNT_BYTES, "%" PRIu64, v->suspensions);
        return;
    case LINE_SUSPEND:
        (void)snprintf(cell, AMOUNT_BYTES, "%.1f us",
                       share((double)v->suspend_host_ns * 1e-3, v->suspensions));
        return;
    case LINE_RESUME:
        (void)snprintf(cell, AMOUNT_BYTES, "%.1f us",
                       share((double)v->resume_host_ns * 1e-3, v->suspensions));
        return;
    case LINE_STATE:
        (void)snprintf(cell, AMOUNT_BYTES, "%.1f B", share((double)v->state_bytes, v->suspensions));
        return;
    case LINE_MEMORY:
        (void)snprintf(cell, AMOUNT_BYTES, "%" PRIu64 " B", v->memory_bytes_max);
        return;
    case LINE_SIMULATED:
        write_amount(cell, "s", stats_mean(&v->simulated_s));
        return;
    case LINE_EXECUTED:
        write_amount(cell, "s", stats_mean(&v->executed_s));
        return;
    case LINE_EXTRA:
        write_estimate(cell, &v->extra_s);
        return;
    case LINES:
        break;
    }
    cell[0] = '\0';
}

/* Of something that a variant does not do there is nothing to show. */
static bool is_shown(const struct executions_variant *v, enum line line)
{
    switch (line) {
    case LINE_SUSPEND:
    case LINE_RESUME:
    case LINE_STATE:
        return v->suspensions > 0;
    case LINE_EXECUTED:
    case LINE_EXTRA:
        return v->executed_s.n > 0;
    case LINE_CALLS:
    case LINE_INSTRUCTIONS:
    case LINE_HOST:
    case LINE_PER_INSTRUCTION:
    case LINE_LOADS:
    case LINE_LOAD:
    case LINE_SUSPENSIONS:
    case LINE_MEMORY:
    case LINE_SIMULATED:
    case LINES:
        break;
    }
    return true;
}

static void print_line(const struct replay_summary *s, enum line line, FILE *to)
{
    bool shown = false;
    for (size_t i = 0; i < s->variant_count; i++) {
        shown = shown || is_shown(&s->variant[i], line);
    }
    if (!shown) {
        return;
    }
    (void)fprintf(to, "%-*s", LABEL_WIDTH, label[line]);
    for (size_t i = 0; i < s->variant_count; i++) {
        char cell[AMOUNT_BYTES] = "-";
        if (is_shown(&s->variant[i], line)) {
            write_cell(cell, &s->variant[i], line);
        }
        amount_print_right(cell, CELL_WIDTH, to);
    }
    (void)fputc('\n', to);
}

static void print_pairs(const struct replay_summary *s, FILE *to)
{
    const struct executions_pairs *p = &s->pairs;
    if (p->compared == 0) {
        (void)fputs("\nno call was executed in two variants: there are no results to compare\n",
                    to);
        return;
    }
    (void)fprintf(to, "\n%" PRIu64 " of %" PRIu64 " calls gave the same result in both variants\n",
                  p->equal, p->compared);
}

static void print_time(const struct replay_summary *s, FILE *to)
{
    if (s->calls == 0) {
        (void)fputs("nothing was left to execute\n", to);
        return;
    }
    (void)fprintf(
        to,
        "%" PRIu64 " calls, %" PRIu64 " instructions executed in %.2f s on %" PRIu64 " thread%s",
        s->calls, s->instructions, s->wall_s, s->request->jobs, s->request->jobs == 1 ? "" : "s");
    if (isfinite(replay_ratio(s))) {
        (void)fprintf(to,
                      ": %.2f x the bare interpreter\n(%.3f ns an instruction in its loops; in "
                      "processor time %.2f x)",
                      replay_ratio(s), bare_ns(s, s->reference.wall_ns), replay_processor_ratio(s));
    }
    (void)fputc('\n', to);
}

void replay_print_text(const struct replay_summary *s, FILE *to)
{
    (void)fprintf(to, "%s: sub-calls %s, seed %" PRIu64 ", digest %016" PRIx64 "\n\n", s->out,
                  execute_mode_name(s->request->mode), s->seed, s->digest);
    (void)fprintf(to, "%-*s", LABEL_WIDTH, "");
    for (size_t i = 0; i < s->variant_count; i++) {
        amount_print_right(s->variant[i].variant, CELL_WIDTH, to);
    }
    (void)fputc('\n', to);
    for (enum line line = LINE_CALLS; line < LINES; line++) {
        print_line(s, line, to);
    }
    print_pairs(s, to);
    print_time(s, to);
}

/* ---- for programs ---- */

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

static void write_variant(struct json *j, const struct executions_variant *v)
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
    json_field_double(j, "state_bytes_mean", share((double)v->state_bytes, v->suspensions));
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
    json_field_double(&j, "bare_instruction_ns", bare_ns(s, s->reference.wall_ns));
    json_field_double(&j, "ratio_to_bare", replay_ratio(s));
    json_field_double(&j, "processor_ratio_to_bare", replay_processor_ratio(s));
    json_object_close(&j);
    json_object_close(&j);
    return json_end(&j);
}
