/* What an executed tasklet did: for a person, and as JSON. */
#include <inttypes.h>
#include <stdio.h>

#include "sim/tasklets/exec.h"
#include "sim/terminal/amount.h"
#include "sim/terminal/exit.h"
#include "sim/terminal/json.h"
#include "sim/terminal/output.h"

/* ---- for a person ---- */

static void print_ns(const char *what, int64_t ns)
{
    printf("  %-14s %.1f us\n", what, (double)ns / 1e3);
}

static void print_bytes(const char *what, double bytes, const char *more)
{
    char text[AMOUNT_BYTES];
    amount_write(text, amount_scale("B", bytes), bytes);
    printf("  %-14s %s%s\n", what, text, more);
}

static void print_pending(const struct exec_job *job, const struct exec_outcome *out)
{
    struct exec_value_types parameters;
    struct exec_value_types results;
    char values[EXEC_VALUES_TEXT_MAX];
    exec_value_split(out->callee_type.text, &parameters, &results);
    exec_value_list(values, &parameters, out->callee_argument);
    printf("  saved          %s, %" PRIu64 " B\n", job->save, out->run.state_bytes);
    printf("  waits for      %s %s\n", out->callee, out->callee_type.text);
    printf("  called with    %s\n", values);
}

static int print_text(const struct exec_job *job, const struct exec_outcome *out)
{
    const struct execution *r = &out->run;
    char values[EXEC_VALUES_TEXT_MAX];
    printf("%s %s, %s\n", job->path, job->type.text, execute_mode_name(job->mode));
    if (out->is_saved) {
        print_pending(job, out);
    } else if (r->end == EXECUTE_RETURNED) {
        exec_value_list(values, &job->results, r->result);
        printf("  result         %s\n", values);
    } else {
        printf("  ended          %s\n", execute_end_text(r->end));
    }
    printf("  instructions   %" PRIu64 ", %" PRIu64 " of them its own\n", r->instructions,
           r->own_instructions);
    printf("  sub-calls      %" PRIu32 "\n", r->sub_calls);
    printf("  loads          %" PRIu32 "\n", r->loads);
    printf("  suspensions    %" PRIu32, r->suspensions);
    if (r->suspensions > 0) {
        printf(", %.1f B of state in the mean", (double)r->state_bytes / r->suspensions);
    }
    (void)putchar('\n');
    print_bytes("peak memory", (double)r->peak_bytes, "");
    (void)puts("on this host");
    print_ns("loading", r->load_host_ns);
    print_ns("suspending", r->suspend_host_ns);
    print_ns("resuming", r->resume_host_ns);
    print_ns("running", r->run_host_ns);
    return output_end_standard(true);
}

/* ---- for a program ---- */

static void json_values(struct json *j, const char *key, const struct exec_value_types *types,
                        const uint32_t *cell)
{
    json_key(j, key);
    json_array_open(j);
    for (uint32_t i = 0; i < types->count; i++) {
        json_object_open(j);
        json_field_string(j, "type", exec_value_type_name(types->type[i]));
        json_key(j, "value");
        exec_value_json(j, types->type[i], cell);
        json_object_close(j);
        cell += exec_value_cells(types->type[i]);
    }
    json_array_close(j);
}

static void json_pending(struct json *j, const struct exec_job *job, const struct exec_outcome *out)
{
    struct exec_value_types parameters;
    struct exec_value_types results;
    exec_value_split(out->callee_type.text, &parameters, &results);
    json_key(j, "saved");
    json_object_open(j);
    json_field_string(j, "file", job->save);
    json_field_uint(j, "import", out->import);
    json_field_string(j, "name", out->callee);
    json_field_string(j, "type", out->callee_type.text);
    json_values(j, "arguments", &parameters, out->callee_argument);
    json_object_close(j);
}

static int print_json(const struct exec_job *job, const struct exec_outcome *out)
{
    const struct execution *r = &out->run;
    struct json j;
    json_begin(&j, stdout);
    json_object_open(&j);
    json_field_string(&j, "module", job->path);
    json_field_string(&j, "type", job->type.text);
    json_field_string(&j, "mode", execute_mode_name(job->mode));
    json_field_string(&j, "end", out->is_saved ? "saved" : execute_end_text(r->end));
    if (out->is_saved) {
        json_pending(&j, job, out);
    } else if (r->end == EXECUTE_RETURNED) {
        json_values(&j, "results", &job->results, r->result);
    } else {
        json_field_string(&j, "error", r->error);
    }
    json_field_uint(&j, "instructions", r->instructions);
    json_field_uint(&j, "own_instructions", r->own_instructions);
    json_field_uint(&j, "sub_calls", r->sub_calls);
    json_field_uint(&j, "loads", r->loads);
    json_field_uint(&j, "suspensions", r->suspensions);
    json_field_uint(&j, "state_bytes", r->state_bytes);
    json_field_uint(&j, "peak_bytes", r->peak_bytes);
    json_key(&j, "host_ns");
    json_object_open(&j);
    json_field_int(&j, "loading", r->load_host_ns);
    json_field_int(&j, "suspending", r->suspend_host_ns);
    json_field_int(&j, "resuming", r->resume_host_ns);
    json_field_int(&j, "running", r->run_host_ns);
    json_object_close(&j);
    json_object_close(&j);
    return output_end_standard(json_end(&j));
}

int exec_print(const struct exec_job *job, const struct exec_outcome *out)
{
    return job->json ? print_json(job, out) : print_text(job, out);
}
