/*
 * What calibrate makes of tasklets that ran: costs that can be worked out from the platform's
 * functions, and tasklets that do something else than they were made for.
 */
#include <criterion/criterion.h>
#include <criterion/redirect.h>
#include <stdio.h>
#include <string.h>

#include "runtime-replay/wasm/wasm_host.h"
#include "sim/tasklets/calibrate.h"
#include "sim/tasklets/tasklet_cost.h"
#include "tests/support/runtime.h"

/* A microsecond a cycle, and costs that tell each other apart. */
static const char table[] = "# nimblesim platform 1\n"
                            "clock\tfrequency\t1000000\tHz\n"
                            "load\tfixed\t1000\tcycles\n"
                            "load\tbyte\t2\tcycles\n"
                            "load\timport\t30\tcycles\n"
                            "load\tfunction\t7\tcycles\n"
                            "start\tfixed\t500\tcycles\n"
                            "stop\tfixed\t60\tcycles\n"
                            "suspend\tfixed\t100\tcycles\n"
                            "suspend\tbyte\t1\tcycles\n"
                            "resume\tfixed\t200\tcycles\n"
                            "resume\tbyte\t3\tcycles\n"
                            "start\tpage\t10000\tcycles\n"
                            "suspend\tpage\t20000\tcycles\n"
                            "suspend\tmemory_byte\t5\tcycles\n"
                            "resume\tpage\t30000\tcycles\n"
                            "resume\tmemory_byte\t11\tcycles\n";

struct made {
    struct scenario scenario;
    struct calibrate_job job;
    struct calibrate_batch batch;
    struct calibrate_result result;
};

static void make_with(struct made *m, enum execute_mode mode, const char *heap)
{
    char yaml[512];
    static const char form[] = "format: 1\n"
                               "robots: {chains: 5}\n"
                               "taskset:\n"
                               "  chains: 6\n"
                               "  chain_time: {uniform: [1 ms, 3 ms]}\n"
                               "  algorithms: 5\n"
                               "  algorithm_time: {uniform: [1 ms, 4 ms]}\n"
                               "  algorithms_per_chain: {uniform: [1, 3]}\n"
                               "  algorithm_calls: {uniform: [0, 1]}\n"
                               "  heap: %s\n";
    struct scenario_errors errors = {0};
    struct tsv_error why;
    struct model_error error;
    char text[sizeof table + MODULE_CLASS_COUNT * 32];
    *m = (struct made){.job = {.mode = mode, .threads = 2}};
    const int yaml_length = snprintf(yaml, sizeof yaml, form, heap);
    cr_assert_eq(scenario_parse(&m->scenario, load_registry(), "t.yaml", yaml, (size_t)yaml_length,
                                NULL, 0, &errors),
                 SIM_OK);
    int length = snprintf(text, sizeof text, "%s", table);
    for (int c = 0; c < MODULE_CLASS_COUNT; c++) {
        length += snprintf(text + length, sizeof text - (size_t)length, "op\t%s\t1\tcycles\n",
                           module_class_name[c]);
    }
    cr_assert_eq(platform_parse(&m->job.platform, "test", text, &why), SIM_OK, "%s", why.text);
    cr_assert_eq(forms_init(&m->job.forms, &m->scenario), 0);
    cr_assert_eq(platform_cost_check(&m->job.platform, mode, &why), SIM_OK, "%s", why.text);
    cr_assert_eq(calibrate_batch_init(&m->batch, &m->job, 1, &error), SIM_OK, "%s", error.text);
}

static void make(struct made *m, enum execute_mode mode)
{
    make_with(m, mode, "0 B");
}

static uint32_t run(struct made *m)
{
    struct model_error error;
    uint32_t done = 0;
    uint32_t wrong = 0;
    cr_assert_eq(calibrate_batch_run(&m->batch, NULL, &done, &wrong, &error), SIM_OK, "%s",
                 error.text);
    cr_assert_eq(done, 6 + 5 + 6);
    return wrong;
}

static void unmake(struct made *m)
{
    calibrate_result_deinit(&m->result);
    calibrate_batch_deinit(&m->batch);
    scenario_deinit(&m->scenario);
}

Test(calibrate, tasklets_are_run_where_the_runtime_is)
{
    struct made m;
    struct model_error error;
    uint32_t done = 0;
    uint32_t wrong = 0;
    make(&m, EXECUTE_NESTED);
    cr_assert_eq(calibrate_batch_run(&m.batch, NULL, &done, &wrong, &error),
                 wasm_host_is_available() ? SIM_OK : SIM_ERR_NOTFOUND);
    cr_assert_eq(done > 0, wasm_host_is_available());
    unmake(&m);
}

static sim_time segments_of(const struct calibrate_result *r, const struct calibrate_tasklet *k)
{
    sim_time sum = 0;
    for (uint32_t s = 0; s < k->row.segments; s++) {
        sum += r->segment_ns[k->row.first_segment + s];
    }
    return sum;
}

static uint32_t distinct_calls(const struct taskset *t, uint32_t i)
{
    uint32_t distinct = 0;
    for (uint32_t c = 0; c < t->tasklet[i].call_count; c++) {
        bool seen = false;
        for (uint32_t d = 0; d < c; d++) {
            seen = seen ||
                   t->call[t->tasklet[i].first_call + c] == t->call[t->tasklet[i].first_call + d];
        }
        distinct += !seen;
    }
    return distinct;
}

Test(calibrate, a_row_is_what_the_platforms_table_gives_for_one_tasklet_alone)
{
    need_runtime();
    struct made m;
    struct model_error error;
    make(&m, EXECUTE_SUSPENDED);
    cr_assert_eq(run(&m), 0);
    cr_assert_eq(calibrate_count(&m.result, &m.batch, &error), SIM_OK, "%s", error.text);
    cr_assert_eq(m.result.count, 17);
    bool nests = false;
    for (size_t n = 0; n < m.result.count; n++) {
        const struct calibrate_tasklet *k = &m.result.row[n];
        const uint32_t v = k->kind == CALIBRATE_TWIN;
        const struct taskset *t = &m.batch.taskset[v];
        const struct module_binary *binary = &m.batch.set[v].binary[k->row.tasklet];
        struct platform_module module;
        cr_assert(platform_module_read(&module, binary->bytes, binary->length));
        cr_assert_eq(module.imports, distinct_calls(t, k->row.tasklet));
        cr_assert_eq(k->row.hash, t->tasklet[k->row.tasklet].hash);
        cr_assert_eq(k->row.size_bytes, binary->length);
        cr_assert_eq(k->row.instructions, binary->instructions);
        const sim_time load =
            1000 + 2 * binary->length + 30 * module.imports + 7 * module.functions + 500;
        cr_assert_eq(k->row.load_ns, (load + 60) * SIM_US);
        cr_assert_eq(segments_of(&m.result, k), (sim_time)binary->instructions * SIM_US,
                     "every class costs one cycle");
        const uint32_t calls = t->tasklet[k->row.tasklet].call_count;
        cr_assert_eq(k->row.segments, calls + 1);
        if (calls == 0) {
            cr_assert(k->row.suspend_ns == 0 && k->row.resume_ns == 0 && k->row.state_bytes == 0);
            continue;
        }
        nests = nests || k->kind == CALIBRATE_ALGORITHM;
        const sim_time state = (sim_time)k->row.state_bytes;
        cr_assert(state > 0 && state < 1000, "bytes of a frame or two");
        cr_assert_eq(k->row.suspend_ns, (100 + state + 60) * SIM_US);
        cr_assert_eq(k->row.resume_ns, (load + 200 + 3 * state) * SIM_US);
    }
    cr_assert(nests, "some algorithm calls another, so that states lie above each other");
    unmake(&m);
}

/* A heap is charged by its pages and bytes, whatever else the state holds; a kept module is not
 * loaded again. */
Test(calibrate, a_heap_is_priced_and_a_module_that_is_kept_is_not)
{
    need_runtime();
    struct made m;
    struct made kept;
    struct model_error error;
    make_with(&m, EXECUTE_SUSPENDED, "{uniform: [1 B, 99 B]}");
    make_with(&kept, EXECUTE_KEPT, "{uniform: [1 B, 99 B]}");
    cr_assert(run(&m) == 0 && run(&kept) == 0);
    cr_assert_eq(calibrate_count(&m.result, &m.batch, &error), SIM_OK, "%s", error.text);
    cr_assert_eq(calibrate_count(&kept.result, &kept.batch, &error), SIM_OK, "%s", error.text);
    for (size_t n = 0; n < m.result.count; n++) {
        const struct calibrate_tasklet *k = &m.result.row[n];
        const struct calibrate_tasklet *other = &kept.result.row[n];
        const uint32_t v = k->kind == CALIBRATE_TWIN;
        const struct module_binary *binary = &m.batch.set[v].binary[k->row.tasklet];
        const uint32_t drawn = m.batch.taskset[v].tasklet[k->row.tasklet].heap_bytes;
        struct platform_module module;
        cr_assert(platform_module_read(&module, binary->bytes, binary->length));
        cr_assert_eq(module.pages, 1);
        const sim_time start = 500 + 10000;
        const sim_time load =
            1000 + 2 * binary->length + 30 * module.imports + 7 * module.functions;
        cr_assert_eq(k->row.load_ns, (load + start + 60) * SIM_US);
        cr_assert_eq(other->row.load_ns, k->row.load_ns);
        cr_assert_eq(other->result, k->result);
        if (k->row.segments == 1) {
            continue;
        }
        const sim_time memory = (sim_time)k->call_memory_bytes;
        const sim_time rest = (sim_time)k->row.state_bytes - memory;
        cr_assert_eq(memory, (drawn + 3) / 4 * 4);
        cr_assert(rest >= 84 && rest < 200);
        cr_assert_eq(k->row.suspend_ns, (100 + rest + 20000 + 5 * memory + 60) * SIM_US);
        cr_assert_eq(k->row.resume_ns,
                     (load + start + 200 + 3 * rest + 30000 + 11 * memory) * SIM_US);
        cr_assert_eq(other->row.suspend_ns, k->row.suspend_ns);
        cr_assert_eq(other->row.resume_ns, k->row.resume_ns - load * SIM_US);
        cr_assert_eq(other->loads - 1, other->suspensions, "each callee once, the caller once");
    }
    unmake(&m);
    unmake(&kept);
}

/* 30 ms are few here: what lacks is worked out from the sums, and a heap that is there counts. */
Test(calibrate, what_the_papers_overhead_needs)
{
    need_runtime();
    struct made m;
    struct model_error error;
    struct calibrate_needs n;
    static const char *const heap[] = {"0 B", "100 B"};
    for (int h = 0; h < 2; h++) {
        make_with(&m, EXECUTE_SUSPENDED, heap[h]);
        cr_assert_eq(run(&m), 0);
        cr_assert_eq(calibrate_count(&m.result, &m.batch, &error), SIM_OK, "%s", error.text);
        cr_assert(calibrate_needs(&n, &m.result, &m.job));
        const double calls = stats_mean(&m.result.overhead.calls);
        cr_assert_float_eq(n.missing_ms, 30 - stats_mean(&m.result.overhead.total_ms), 1e-9);
        cr_assert_float_eq(n.call_ms, n.missing_ms / calls, 1e-9);
        cr_assert_float_eq(n.byte_us, 5 + 11, 1e-9);
        cr_assert_float_eq(n.page_ms, 20 + 30 + 2 * 10 + 0.007 + 4 * (0.001 + 0.003), 1e-9);
        cr_assert_float_eq(
            n.heap_bytes, h == 0 ? (n.call_ms - n.page_ms) / 0.016 : 100 + n.call_ms / 0.016, 1e-6);
        unmake(&m);
    }
    make(&m, EXECUTE_NESTED);
    cr_assert_eq(run(&m), 0);
    cr_assert_eq(calibrate_count(&m.result, &m.batch, &error), SIM_OK);
    cr_assert_not(calibrate_needs(&n, &m.result, &m.job), "nothing is saved");
    unmake(&m);
}

Test(calibrate, segments_are_cut_where_the_drawn_work_is)
{
    need_runtime();
    struct made m;
    struct model_error error;
    make(&m, EXECUTE_NESTED);
    cr_assert_eq(run(&m), 0);
    cr_assert_eq(calibrate_count(&m.result, &m.batch, &error), SIM_OK, "%s", error.text);
    const struct taskset *t = &m.batch.taskset[0];
    for (size_t n = 0; n < t->count; n++) {
        const struct calibrate_tasklet *k = &m.result.row[n];
        const double own = (double)segments_of(&m.result, k);
        cr_assert_eq(k->row.suspend_ns, 0);
        cr_assert_eq(k->row.resume_ns, 0);
        for (uint32_t s = 0; s < k->row.segments; s++) {
            const double drawn = (double)t->segment_ns[taskset_first_segment(t, (uint32_t)n) + s];
            const double cut = (double)m.result.segment_ns[k->row.first_segment + s];
            cr_assert_float_eq(cut, own * drawn / (double)t->tasklet[n].own_ns, 1.0);
        }
    }
    unmake(&m);
}

Test(calibrate, reexecution_repeats_what_came_before_each_call)
{
    need_runtime();
    struct made nested;
    struct made again;
    struct model_error error;
    make(&nested, EXECUTE_NESTED);
    make(&again, EXECUTE_REEXECUTED);
    cr_assert(run(&nested) == 0 && run(&again) == 0);
    cr_assert_eq(calibrate_count(&nested.result, &nested.batch, &error), SIM_OK);
    cr_assert_eq(calibrate_count(&again.result, &again.batch, &error), SIM_OK);
    for (size_t n = 0; n < nested.result.count; n++) {
        const struct calibration_row *row = &again.result.row[n].row;
        const sim_time *once = &nested.result.segment_ns[row->first_segment];
        const sim_time *twice = &again.result.segment_ns[row->first_segment];
        sim_time sum = 0;
        for (uint32_t s = 0; s < row->segments; s++) {
            sum += once[s];
            cr_assert_eq(twice[s], sum);
        }
        cr_assert_eq(again.result.row[n].result, nested.result.row[n].result);
    }
    unmake(&nested);
    unmake(&again);
}

Test(calibrate, overhead_is_what_the_parts_of_a_chain_take_beyond_its_twin)
{
    need_runtime();
    struct made m;
    struct model_error error;
    make(&m, EXECUTE_NESTED);
    cr_assert_eq(run(&m), 0);
    cr_assert_eq(calibrate_count(&m.result, &m.batch, &error), SIM_OK);
    const struct calibrate_overhead *o = &m.result.overhead;
    cr_assert_eq(o->total_ms.n, 6);
    cr_assert_eq(stats_mean(&o->suspend_ms), 0);
    cr_assert_float_eq(stats_mean(&o->total_ms), stats_mean(&o->load_ms) + stats_mean(&o->work_ms),
                       1e-9);
    double loads = 0;
    const struct taskset *t = &m.batch.taskset[0];
    for (uint32_t i = 0; i < t->chains; i++) {
        loads -= (double)m.batch.tasklet[1][i].row.load_ns / 1e6 / t->chains;
        loads += (double)m.batch.tasklet[0][i].row.load_ns / 1e6 / t->chains;
        uint32_t pending[64];
        uint32_t count = 0;
        for (uint32_t c = 0; c < t->tasklet[i].call_count; c++) {
            pending[count++] = t->call[t->tasklet[i].first_call + c];
        }
        while (count > 0) {
            const uint32_t k = pending[--count];
            loads += (double)m.batch.tasklet[0][k].row.load_ns / 1e6 / t->chains;
            for (uint32_t c = 0; c < t->tasklet[k].call_count; c++) {
                pending[count++] = t->call[t->tasklet[k].first_call + c];
            }
        }
    }
    cr_assert_float_eq(stats_mean(&o->load_ms), loads, 1e-9);
    unmake(&m);
}

/* The constant that a tasklet multiplies by, one byte behind the first i32.const of its code. */
static void change_work(struct module_binary *binary)
{
    uint8_t *last = NULL;
    for (uint32_t i = 8; i + 2 < binary->length; i++) {
        if (binary->bytes[i] == 0x41 && binary->bytes[i + 2] == 0x6C) { /* i32.const K i32.mul */
            last = &binary->bytes[i + 1];
        }
    }
    cr_assert_not_null(last);
    *last ^= 2;
}

Test(calibrate, a_chain_that_returns_something_else_than_its_twin_is_wrong)
{
    need_runtime();
    struct made m;
    make(&m, EXECUTE_SUSPENDED);
    change_work(&m.batch.set[0].binary[2]);
    cr_redirect_stderr();
    cr_assert_eq(run(&m), 1);
    unmake(&m);
}

Test(calibrate, a_tasklet_that_executes_another_number_of_instructions_is_wrong)
{
    need_runtime();
    struct made m;
    make(&m, EXECUTE_SUSPENDED);
    m.batch.set[0].binary[7].instructions++;
    m.batch.set[1].binary[0].instructions--;
    cr_redirect_stderr();
    cr_assert_eq(run(&m), 2);
    unmake(&m);
}

Test(calibrate, a_tasklet_that_cannot_be_loaded_is_wrong_with_all_that_call_it)
{
    need_runtime();
    struct made m;
    make(&m, EXECUTE_SUSPENDED);
    m.batch.set[1].binary[3].bytes[0] = 1;
    cr_redirect_stderr();
    cr_assert_geq(run(&m), 1);
    unmake(&m);
}
