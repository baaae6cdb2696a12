#include "runtime-replay/platforms/platform.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { COLUMN_GROUP, COLUMN_NAME, COLUMN_VALUE, COLUMN_UNIT, COLUMNS };
static const char *const column[COLUMNS] = {"group", "name", "value", "unit"};
static const struct tsv_kind kind = {"platform", 1, column, COLUMNS};

static const struct {
    const char *group, *name, *unit;
} item_info[PLATFORM_ITEMS] = {
    {"clock", "frequency", "Hz"},
    {"op", "nop", "cycles"},
    {"op", "const", "cycles"},
    {"op", "const_wide", "cycles"},
    {"op", "local_get", "cycles"},
    {"op", "local_set", "cycles"},
    {"op", "local_tee", "cycles"},
    {"op", "global_get", "cycles"},
    {"op", "global_set", "cycles"},
    {"op", "drop", "cycles"},
    {"op", "select", "cycles"},
    {"op", "alu", "cycles"},
    {"op", "mul", "cycles"},
    {"op", "div", "cycles"},
    {"op", "alu64", "cycles"},
    {"op", "mul64", "cycles"},
    {"op", "div64", "cycles"},
    {"op", "f32", "cycles"},
    {"op", "f32_div", "cycles"},
    {"op", "f64", "cycles"},
    {"op", "f64_div", "cycles"},
    {"op", "convert", "cycles"},
    {"op", "load", "cycles"},
    {"op", "store", "cycles"},
    {"op", "memory", "cycles"},
    {"op", "block", "cycles"},
    {"op", "end", "cycles"},
    {"op", "branch", "cycles"},
    {"op", "branch_not", "cycles"},
    {"op", "if", "cycles"},
    {"op", "call", "cycles"},
    {"op", "return", "cycles"},
    {"op", "call_native", "cycles"},
    {"load", "fixed", "cycles"},
    {"load", "byte", "cycles"},
    {"load", "import", "cycles"},
    {"load", "function", "cycles"},
    {"start", "fixed", "cycles"},
    {"start", "page", "cycles"},
    {"stop", "fixed", "cycles"},
    {"suspend", "fixed", "cycles"},
    {"suspend", "byte", "cycles"},
    {"suspend", "page", "cycles"},
    {"suspend", "memory_byte", "cycles"},
    {"resume", "fixed", "cycles"},
    {"resume", "byte", "cycles"},
    {"resume", "page", "cycles"},
    {"resume", "memory_byte", "cycles"},
    {"memory", "module_fixed", "bytes"},
    {"memory", "module_byte", "bytes"},
    {"memory", "instance_fixed", "bytes"},
    {"memory", "smallest_pool", "bytes"},
    {"firmware", "text", "bytes"},
};

static const uint64_t frequency_max = UINT64_C(10000000000); /* Hz */
static const int64_t value_max = INT64_C(1000000000000);     /* thousandths: a billion cycles */

/* ---- reading ---- */

static bool is_group(const char *group)
{
    for (int i = 0; i < PLATFORM_ITEMS; i++) {
        if (strcmp(item_info[i].group, group) == 0) {
            return true;
        }
    }
    return false;
}

static int find_item(const char *group, const char *name)
{
    int i = 0;
    while (i < PLATFORM_ITEMS &&
           (strcmp(item_info[i].group, group) != 0 || strcmp(item_info[i].name, name) != 0)) {
        i++;
    }
    return i;
}

/*
 * What is fitted may be below 0, such as the share of an import in the cost of loading; but no cost
 * falls with every further byte.
 */
static bool may_be_negative(const char *group, const char *name)
{
    return strcmp(name, "byte") != 0 && strcmp(name, "memory_byte") != 0 &&
           strcmp(group, "op") != 0 && strcmp(group, "memory") != 0 &&
           strcmp(group, "firmware") != 0;
}

static enum sim_status read_row(struct platform *p, struct tsv *t)
{
    const char *group = t->field[COLUMN_GROUP];
    const char *name = t->field[COLUMN_NAME];
    const int i = find_item(group, name);
    if (i == PLATFORM_ITEMS) {
        return is_group(group) ? tsv_fail(t, "name: the group %s has no \"%.40s\"", group, name)
                               : tsv_fail(t, "group: \"%.40s\" is not known", group);
    }
    if (p->has[i]) {
        return tsv_fail(t, "%s %s is there twice", group, name);
    }
    if (strcmp(t->field[COLUMN_UNIT], item_info[i].unit) != 0) {
        return tsv_fail(t, "unit: %s %s is in %s, not in \"%.40s\"", group, name, item_info[i].unit,
                        t->field[COLUMN_UNIT]);
    }
    p->has[i] = true;
    if (i == PLATFORM_FREQUENCY) {
        uint64_t hertz = 0;
        const enum sim_status status = tsv_whole(t, COLUMN_VALUE, 1, frequency_max, &hertz);
        p->value[i] = (int64_t)hertz;
        return status;
    }
    return tsv_thousandths(t, COLUMN_VALUE, may_be_negative(group, name) ? -value_max : 0,
                           value_max, &p->value[i]);
}

/* Reads all rows and closes the table. */
static enum sim_status read_rows(struct platform *p, struct tsv *t)
{
    enum sim_status status = SIM_OK;
    *p = (struct platform){.hash = t->hash};
    (void)snprintf(p->name, sizeof p->name, "%s", t->name);
    while (status == SIM_OK) {
        status = tsv_next(t);
        if (status == SIM_OK) {
            status = read_row(p, t);
        }
    }
    status = status == SIM_ERR_NOTFOUND ? SIM_OK : status;
    if (status == SIM_OK && !p->has[PLATFORM_FREQUENCY]) {
        status = tsv_fail(t, "the table ends without a row \"clock frequency\"");
    }
    tsv_close(t);
    return status;
}

enum sim_status platform_load(struct platform *p, const char *path, struct tsv_error *error)
{
    struct tsv t;
    const enum sim_status status = tsv_open(&t, path, &kind, error);
    return status == SIM_OK ? read_rows(p, &t) : status;
}

enum sim_status platform_parse(struct platform *p, const char *name, const char *text,
                               struct tsv_error *error)
{
    struct tsv t;
    const enum sim_status status = tsv_open_text(&t, name, text, &kind, error);
    return status == SIM_OK ? read_rows(p, &t) : status;
}

enum sim_status platform_find(struct platform *p, const char *name, struct tsv_error *error)
{
    const struct platform_table *table = platform_shipped;
    while (table->name != NULL && strcmp(table->name, name) != 0) {
        table++;
    }
    if (table->name != NULL) {
        return platform_parse(p, name, table->text, error);
    }
    int used = snprintf(error->text, sizeof error->text,
                        "no platform is called \"%.60s\"; shipped are", name);
    for (table = platform_shipped; table->name != NULL && used >= 0; table++) {
        const size_t at = (size_t)used < sizeof error->text ? (size_t)used : sizeof error->text;
        used += snprintf(error->text + at, sizeof error->text - at, " %s", table->name);
    }
    return SIM_ERR_NOTFOUND;
}

/* ---- sums ---- */

static enum sim_status fail(const struct platform *p, struct tsv_error *error, const char *what,
                            enum platform_item item)
{
    (void)snprintf(error->text, sizeof error->text, "platform %s: %s \"%s %s\"", p->name, what,
                   item_info[item].group, item_info[item].name);
    return SIM_ERR_INVALID;
}

/* True if a * b + *sum fits; both at least 0 but for a. */
static bool add_product(int64_t a, uint64_t b, int64_t *sum)
{
    int64_t product;
    return !__builtin_mul_overflow(a, b, &product) && !__builtin_add_overflow(*sum, product, sum);
}

enum sim_status platform_add(const struct platform *p, enum platform_item item, uint64_t times,
                             int64_t *millicycles, struct tsv_error *error)
{
    ASSERT(item > PLATFORM_FREQUENCY && item < PLATFORM_ITEMS);
    if (!p->has[item]) {
        return fail(p, error, "the table has no row", item);
    }
    int64_t sum = *millicycles;
    if (!add_product(p->value[item], times, &sum)) {
        return fail(p, error, "more cycles than can be counted, at", item);
    }
    *millicycles = sum;
    return SIM_OK;
}

enum sim_status platform_add_work(const struct platform *p, const char *const *class_name,
                                  const uint64_t *count, uint32_t classes, int64_t *millicycles,
                                  struct tsv_error *error)
{
    int64_t sum = *millicycles;
    for (uint32_t c = 0; c < classes; c++) {
        if (count[c] == 0) {
            continue;
        }
        const int item = find_item("op", class_name[c]);
        if (item == PLATFORM_ITEMS) {
            (void)snprintf(error->text, sizeof error->text,
                           "platform %s: no table knows a class of instructions \"%.40s\"", p->name,
                           class_name[c]);
            return SIM_ERR_INVALID;
        }
        const enum sim_status status =
            platform_add(p, (enum platform_item)item, count[c], &sum, error);
        if (status != SIM_OK) {
            return status;
        }
    }
    *millicycles = sum;
    return SIM_OK;
}

/* Items of one cost, each so many times. */
struct part {
    enum platform_item item;
    uint64_t times;
};

/* A fitted cost of nothing much may come out below 0; it then costs nothing. */
static enum sim_status add_parts(const struct platform *p, const struct part *part, size_t parts,
                                 int64_t *millicycles, struct tsv_error *error)
{
    int64_t cost = 0;
    for (size_t i = 0; i < parts; i++) {
        if (part[i].times > 0) {
            const enum sim_status status =
                platform_add(p, part[i].item, part[i].times, &cost, error);
            if (status != SIM_OK) {
                return status;
            }
        }
    }
    if (cost > 0 && !add_product(1, (uint64_t)cost, millicycles)) {
        return fail(p, error, "more cycles than can be counted, at", part[0].item);
    }
    return SIM_OK;
}

enum sim_status platform_add_load(const struct platform *p, const struct platform_module *module,
                                  int64_t *millicycles, struct tsv_error *error)
{
    const struct part part[] = {
        {PLATFORM_LOAD_FIXED, 1},
        {PLATFORM_LOAD_BYTE, module->bytes},
        {PLATFORM_LOAD_IMPORT, module->imports},
        {PLATFORM_LOAD_FUNCTION, module->functions},
    };
    return add_parts(p, part, sizeof part / sizeof part[0], millicycles, error);
}

enum sim_status platform_add_start(const struct platform *p, uint32_t pages, int64_t *millicycles,
                                   struct tsv_error *error)
{
    const struct part part[] = {{PLATFORM_START_FIXED, 1}, {PLATFORM_START_PAGE, pages}};
    return add_parts(p, part, sizeof part / sizeof part[0], millicycles, error);
}

enum sim_status platform_add_stop(const struct platform *p, int64_t *millicycles,
                                  struct tsv_error *error)
{
    return add_parts(p, &(struct part){PLATFORM_STOP_FIXED, 1}, 1, millicycles, error);
}

enum sim_status platform_add_suspend(const struct platform *p, const struct platform_state *state,
                                     int64_t *millicycles, struct tsv_error *error)
{
    ASSERT(state->memory_bytes <= state->bytes);
    const struct part part[] = {
        {PLATFORM_SUSPEND_FIXED, 1},
        {PLATFORM_SUSPEND_BYTE, state->bytes - state->memory_bytes},
        {PLATFORM_SUSPEND_PAGE, state->pages},
        {PLATFORM_SUSPEND_MEMORY_BYTE, state->memory_bytes},
    };
    return add_parts(p, part, sizeof part / sizeof part[0], millicycles, error);
}

enum sim_status platform_add_resume(const struct platform *p, const struct platform_state *state,
                                    int64_t *millicycles, struct tsv_error *error)
{
    ASSERT(state->memory_bytes <= state->bytes);
    const struct part part[] = {
        {PLATFORM_RESUME_FIXED, 1},
        {PLATFORM_RESUME_BYTE, state->bytes - state->memory_bytes},
        {PLATFORM_RESUME_PAGE, state->pages},
        {PLATFORM_RESUME_MEMORY_BYTE, state->memory_bytes},
    };
    return add_parts(p, part, sizeof part / sizeof part[0], millicycles, error);
}

/* A thousandth of a cycle lasts a million / frequency nanoseconds. */
enum sim_status platform_ns(const struct platform *p, int64_t millicycles, sim_time *ns,
                            struct tsv_error *error)
{
    ASSERT(millicycles >= 0 && p->has[PLATFORM_FREQUENCY]);
    const int64_t million = 1000000;
    const int64_t hertz = p->value[PLATFORM_FREQUENCY];
    const int64_t rest = (millicycles % hertz) * million;
    sim_time sum = (rest + hertz / 2) / hertz;
    if (!add_product(million, (uint64_t)(millicycles / hertz), &sum)) {
        return fail(p, error, "more than 292 years, counted with", PLATFORM_FREQUENCY);
    }
    *ns = sum;
    return SIM_OK;
}
