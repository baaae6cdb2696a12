/* Whether a loaded module is a tasklet, and what its functions' types are. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "runtime-replay/wasm/wasm_instance.h"

/* ---- types ---- */

static const char *type_name(uint8_t type)
{
    switch (type) {
    case VALUE_TYPE_I32:
        return "i32";
    case VALUE_TYPE_I64:
        return "i64";
    case VALUE_TYPE_F32:
        return "f32";
    case VALUE_TYPE_F64:
        return "f64";
    default: /* any byte may stand there */
        return "?";
    }
}

static size_t append_types(char *text, size_t at, const uint8_t *type, uint32_t count)
{
    for (uint32_t i = 0; i < count && at < WASM_TYPE_MAX; i++) {
        at += (size_t)snprintf(text + at, WASM_TYPE_MAX - at, "%s%s", i > 0 ? ", " : "",
                               type_name(type[i]));
    }
    return at;
}

void wasm_describe_type(const WASMFuncType *t, struct wasm_type *out)
{
    *out = (struct wasm_type){.argument_cells = t->param_cell_num, .result_cells = t->ret_cell_num};
    size_t at = (size_t)snprintf(out->text, WASM_TYPE_MAX, "(");
    at = append_types(out->text, at, t->types, t->param_count);
    if (at < WASM_TYPE_MAX) {
        at += (size_t)snprintf(out->text + at, WASM_TYPE_MAX - at, ") -> (");
    }
    at = append_types(out->text, at, t->types + t->param_count, t->result_count);
    if (at < WASM_TYPE_MAX) {
        (void)snprintf(out->text + at, WASM_TYPE_MAX - at, ")");
    }
}

/* ---- imports ---- */

/* A name is looked up and shown to people: it does not hold what a terminal might obey. */
static bool is_name(const char *name)
{
    size_t length = 0;
    for (; name[length] != '\0'; length++) {
        if (name[length] < ' ' || name[length] > '~') {
            return false;
        }
    }
    return length > 0 && length < WASM_IMPORT_MAX;
}

static enum sim_status check_import(const WASMFunctionImport *f, uint32_t import,
                                    struct wasm_error *error)
{
    if (!is_name(f->field_name)) {
        return wasm_host_fail(error, SIM_ERR_INVALID,
                              "import %" PRIu32
                              " has no name of 1 to %d printable ASCII characters",
                              import, WASM_IMPORT_MAX - 1);
    }
    struct wasm_type type;
    wasm_describe_type(f->func_type, &type);
    if (f->func_type->result_count <= 1 && type.argument_cells <= WASM_CELLS_MAX) {
        return SIM_OK;
    }
    return wasm_host_fail(
        error, SIM_ERR_INVALID,
        "imports '%s' as %.60s; a sub-tasklet takes at most %d cells of 32 bits and gives "
        "at most one result",
        f->field_name, type.text, WASM_CELLS_MAX);
}

/* The runtime only warns of an import that it does not know, and traps when it is called. */
static enum sim_status check_imports(const WASMModule *m, struct wasm_error *error)
{
    if (m->import_count != m->import_function_count) {
        return wasm_host_fail(
            error, SIM_ERR_INVALID,
            "imports a memory, table or global; a tasklet may import sub-tasklets only");
    }
    for (uint32_t i = 0; i < m->import_function_count; i++) {
        const enum sim_status status = check_import(&m->import_functions[i].u.function, i, error);
        if (status != SIM_OK) {
            return status;
        }
    }
    return SIM_OK;
}

/* ---- what runs ---- */

/* These would run before anybody could set a budget. */
static enum sim_status check_nothing_starts(const WASMModule *m, struct wasm_error *error)
{
    if (m->start_function != UINT32_MAX) {
        return wasm_host_fail(error, SIM_ERR_INVALID,
                              "has a start function; a tasklet runs when called");
    }
    for (uint32_t i = 0; i < m->export_count; i++) {
        if (strcmp(m->exports[i].name, "__post_instantiate") == 0) {
            return wasm_host_fail(
                error, SIM_ERR_INVALID,
                "exports '__post_instantiate', which the runtime would run unasked");
        }
    }
    return SIM_OK;
}

enum sim_status wasm_check_module(const WASMModule *m, struct wasm_error *error)
{
    const enum sim_status status = check_nothing_starts(m, error);
    return status == SIM_OK ? check_imports(m, error) : status;
}

enum sim_status wasm_find_entry(const WASMModule *m, const char **name, struct wasm_error *error)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < m->export_count; i++) {
        if (m->exports[i].kind != EXPORT_KIND_FUNC) {
            continue;
        }
        if (strcmp(m->exports[i].name, "run") == 0) {
            *name = m->exports[i].name;
            count = 1;
            break;
        }
        *name = m->exports[i].name;
        count++;
    }
    if (count == 1) {
        return SIM_OK;
    }
    return wasm_host_fail(
        error, SIM_ERR_INVALID,
        "exports %" PRIu32 " functions, none of them named 'run': which is its entry?", count);
}

enum sim_status wasm_check_entry(const WASMFunctionInstance *f, struct wasm_type *type,
                                 struct wasm_error *error)
{
    if (f->is_import_func) {
        return wasm_host_fail(error, SIM_ERR_INVALID,
                              "exports what it imports; a tasklet has code");
    }
    wasm_describe_type(f->u.func->func_type, type);
    if (type->argument_cells > WASM_CELLS_MAX || type->result_cells > WASM_CELLS_MAX) {
        return wasm_host_fail(error, SIM_ERR_INVALID,
                              "its entry is %s; at most %d cells of 32 bits each way can be passed",
                              type->text, WASM_CELLS_MAX);
    }
    return SIM_OK;
}
