#include <inttypes.h>
#include <stdlib.h>

#include "analysis/statistics/stats.h"
#include "sim/tasklets/binaries.h"
#include "sim/terminal/histogram.h"

/* ---- what is worth knowing of a variant's binaries ---- */

struct account {
    uint64_t bytes, drawn_bytes, instructions;
    struct stats_stream raised_bytes; /* of those that were */
    struct stats_stream size, drawn_size, work_s, drawn_work_s;
    struct histogram size_bytes, work_ns;
};

static void account_deinit(struct account *a)
{
    histogram_deinit(&a->size_bytes);
    histogram_deinit(&a->work_ns);
}

static void add_binary(struct account *a, const struct module_binary *binary)
{
    a->bytes += binary->length;
    a->drawn_bytes += binary->drawn_bytes;
    a->instructions += binary->instructions;
    if (binary->length > binary->drawn_bytes) {
        stats_add(&a->raised_bytes, binary->length - binary->drawn_bytes);
    }
}

/* The four samples of a variant, one behind the other. */
struct samples {
    int64_t *size, *drawn_size, *work_ns, *drawn_work_ns;
};

static int64_t *take_samples(struct samples *s, const struct binaries *b, uint32_t v)
{
    const struct module_set *set = &b->form[v].set;
    const sim_time instruction_ns = b->forms.setting.instruction_ns;
    int64_t *all = calloc((size_t)set->count * 4, sizeof *all);
    if (all == NULL) {
        return NULL;
    }
    *s = (struct samples){all, all + set->count, all + (size_t)2 * set->count,
                          all + (size_t)3 * set->count};
    for (uint32_t i = 0; i < set->count; i++) {
        s->size[i] = set->binary[i].length;
        s->drawn_size[i] = set->binary[i].drawn_bytes;
        s->work_ns[i] = (int64_t)set->binary[i].instructions * instruction_ns;
        s->drawn_work_ns[i] = binaries_drawn_ns(b, v, i);
    }
    return all;
}

static void add_samples(struct account *a, const struct samples *s, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        stats_add(&a->size, (double)s->size[i]);
        stats_add(&a->drawn_size, (double)s->drawn_size[i]);
        stats_add(&a->work_s, (double)s->work_ns[i] / (double)SIM_S);
        stats_add(&a->drawn_work_s, (double)s->drawn_work_ns[i] / (double)SIM_S);
    }
}

static enum sim_status account_init(struct account *a, const struct binaries *b, uint32_t v)
{
    const struct module_set *set = &b->form[v].set;
    struct samples s = {0};
    *a = (struct account){0};
    int64_t *all = take_samples(&s, b, v);
    if (all == NULL) {
        return SIM_ERR_NOMEM;
    }
    for (uint32_t i = 0; i < set->count; i++) {
        add_binary(a, &set->binary[i]);
    }
    add_samples(a, &s, set->count);
    enum sim_status status = histogram_init(&a->size_bytes, s.drawn_size, s.size, set->count);
    if (status == SIM_OK) {
        status = histogram_init(&a->work_ns, s.drawn_work_ns, s.work_ns, set->count);
    }
    free(all);
    if (status != SIM_OK) {
        account_deinit(a);
    }
    return status;
}

/* ---- for people ---- */

static void print_raised(const struct stats_stream *raised, uint64_t count, FILE *to)
{
    if (raised->n == 0) {
        (void)fprintf(to, "none of %" PRIu64 " is longer than drawn\n", count);
        return;
    }
    (void)fprintf(to,
                  "%" PRIu64 " of %" PRIu64 " (%.1f %%) had to be longer than drawn, by %.1f B in "
                  "the mean and %.0f B at most\n",
                  raised->n, count, 100.0 * (double)raised->n / (double)count, stats_mean(raised),
                  raised->greatest);
}

static void print_line(const char *label, int decimals, const struct stats_stream *s, FILE *to)
{
    (void)fprintf(to, "  %-20s %12.*f %12.*f %12.*f\n", label, decimals > 0 ? decimals : 1,
                  stats_mean(s), decimals, s->least, decimals, s->greatest);
}

static void print_account(const struct account *a, const char *variant, uint32_t count, FILE *to)
{
    (void)fprintf(to,
                  "\n%s: %" PRIu32 " binaries, %" PRIu64 " B (drawn: %" PRIu64 " B), %" PRIu64
                  " instructions\n  ",
                  variant, count, a->bytes, a->drawn_bytes, a->instructions);
    print_raised(&a->raised_bytes, count, to);
    (void)fprintf(to, "\n  %-20s %12s %12s %12s\n", "", "mean", "least", "greatest");
    print_line("size, drawn (B)", 0, &a->drawn_size, to);
    print_line("size, real (B)", 0, &a->size, to);
    print_line("work, drawn (s)", 6, &a->drawn_work_s, to);
    print_line("work, real (s)", 6, &a->work_s, to);
    (void)fputc('\n', to);
    histogram_print(&a->size_bytes, "size (B)", 1, "drawn", "real", to);
    (void)fputc('\n', to);
    histogram_print(&a->work_ns, "work (s)", SIM_S, "drawn", "real", to);
}

static uint64_t count_all(const struct binaries *b, struct stats_stream *raised)
{
    uint64_t count = 0;
    for (uint32_t v = 0; v < b->count; v++) {
        const struct module_set *set = &b->form[v].set;
        struct account a = {0};
        for (uint32_t i = 0; i < set->count; i++) {
            add_binary(&a, &set->binary[i]);
        }
        stats_merge(raised, &a.raised_bytes);
        count += set->count;
    }
    return count;
}

enum sim_status binaries_print(const struct binaries *b, const char *folder, FILE *to)
{
    struct stats_stream raised = {0};
    const uint64_t count = count_all(b, &raised);
    (void)fprintf(to,
                  "%s, seed %" PRIu64 ", replication %" PRIu32 ": %" PRIu64
                  " binaries in %s, of %" PRId64 " ns an instruction\n",
                  b->forms.scenario->name, b->forms.scenario->seed, b->replication, count, folder,
                  b->forms.setting.instruction_ns);
    print_raised(&raised, count, to);
    for (uint32_t v = 0; v < b->count; v++) {
        struct account a;
        const enum sim_status status = account_init(&a, b, v);
        if (status != SIM_OK) {
            return status;
        }
        print_account(&a, forms_name(&b->forms, b->form[v].form), b->form[v].set.count, to);
        account_deinit(&a);
    }
    return SIM_OK;
}

/* ---- for programs ---- */

static void put_raised(const struct stats_stream *raised, struct json *j)
{
    json_field_uint(j, "raised", raised->n);
    json_field_double(j, "raised_bytes_mean", raised->n > 0 ? stats_mean(raised) : 0);
    json_field_double(j, "raised_bytes_greatest", raised->n > 0 ? raised->greatest : 0);
}

static void put_line(const char *key, const struct stats_stream *s, struct json *j)
{
    json_key(j, key);
    json_object_open(j);
    json_field_double(j, "mean", stats_mean(s));
    json_field_double(j, "least", s->least);
    json_field_double(j, "greatest", s->greatest);
    json_object_close(j);
}

static void put_binary(const struct binaries *b, uint32_t v, uint32_t i, struct json *j)
{
    const struct module_binary *binary = &b->form[v].set.binary[i];
    char name[MODULE_TASKLET_NAME_MAX];
    char file[BINARIES_NAME_MAX];
    module_tasklet_name(&b->parts, i, name);
    binaries_file_name(b, v, i, file);
    json_object_open(j);
    json_field_uint(j, "tasklet", i);
    json_field_string(j, "name", name);
    json_field_string(j, "file", file);
    json_field_uint(j, "size_bytes", binary->length);
    json_field_uint(j, "drawn_bytes", binary->drawn_bytes);
    json_field_uint(j, "instructions", binary->instructions);
    json_key(j, "classes");
    json_object_open(j);
    for (int c = 0; c < MODULE_CLASS_COUNT; c++) {
        if (binary->class_count[c] > 0) {
            json_field_uint(j, module_class_name[c], binary->class_count[c]);
        }
    }
    json_object_close(j);
    json_field_digest(j, "hash", binary->hash);
    json_object_close(j);
}

static enum sim_status put_variant(const struct binaries *b, uint32_t v, struct json *j)
{
    const struct module_set *set = &b->form[v].set;
    struct account a;
    const enum sim_status status = account_init(&a, b, v);
    if (status != SIM_OK) {
        return status;
    }
    json_object_open(j);
    json_field_string(j, "variant", forms_name(&b->forms, b->form[v].form));
    json_field_uint(j, "count", set->count);
    json_field_uint(j, "size_bytes", a.bytes);
    json_field_uint(j, "drawn_bytes", a.drawn_bytes);
    json_field_uint(j, "instructions", a.instructions);
    put_raised(&a.raised_bytes, j);
    put_line("size_bytes_drawn", &a.drawn_size, j);
    put_line("size_bytes_real", &a.size, j);
    put_line("work_s_drawn", &a.drawn_work_s, j);
    put_line("work_s_real", &a.work_s, j);
    json_key(j, "size_histogram_bytes");
    histogram_put_json(&a.size_bytes, "drawn", "real", j);
    json_key(j, "work_histogram_ns");
    histogram_put_json(&a.work_ns, "drawn", "real", j);
    json_key(j, "binaries");
    json_array_open(j);
    for (uint32_t i = 0; i < set->count; i++) {
        put_binary(b, v, i, j);
    }
    json_array_close(j);
    json_object_close(j);
    account_deinit(&a);
    return SIM_OK;
}

enum sim_status binaries_put_json(const struct binaries *b, const char *folder, struct json *j)
{
    struct stats_stream raised = {0};
    const uint64_t count = count_all(b, &raised);
    json_object_open(j);
    json_field_string(j, "folder", folder);
    json_field_int(j, "instruction_ns", b->forms.setting.instruction_ns);
    json_field_uint(j, "count", count);
    put_raised(&raised, j);
    json_key(j, "variants");
    json_array_open(j);
    enum sim_status status = SIM_OK;
    for (uint32_t v = 0; v < b->count && status == SIM_OK; v++) {
        status = put_variant(b, v, j);
    }
    json_array_close(j);
    json_object_close(j);
    return status;
}
