#include "tests/support/wasm_machine.h"

#include <stdlib.h>
#include <string.h>

/* ---- reading ---- */

struct reader {
    const uint8_t *at, *end;
    const char *error;
};

static void wrong(struct reader *r, const char *what)
{
    r->error = r->error != NULL ? r->error : what;
    r->at = r->end;
}

static uint8_t byte(struct reader *r)
{
    if (r->at == r->end) {
        wrong(r, "ends too early");
        return 0;
    }
    return *r->at++;
}

static uint32_t number(struct reader *r)
{
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 35; shift += 7) {
        const uint8_t b = byte(r);
        value |= (uint64_t)(b & 0x7f) << shift;
        if ((b & 0x80) == 0) {
            if (value > UINT32_MAX) {
                wrong(r, "a number is too large");
            }
            return (uint32_t)value;
        }
    }
    wrong(r, "a number is too long");
    return 0;
}

static int32_t signed_number(struct reader *r)
{
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 35; shift += 7) {
        const uint8_t b = byte(r);
        value |= (uint64_t)(b & 0x7f) << shift;
        if ((b & 0x80) == 0) {
            if ((b & 0x40) != 0) {
                value |= ~UINT64_C(0) << (shift + 7);
            }
            return (int32_t)(uint32_t)value;
        }
    }
    wrong(r, "a number is too long");
    return 0;
}

static void expect(struct reader *r, uint8_t what, const char *otherwise)
{
    if (byte(r) != what) {
        wrong(r, otherwise);
    }
}

/* A part of known length; the reader goes on behind it. */
static struct reader part(struct reader *r)
{
    const uint32_t length = number(r);
    if (length > (size_t)(r->end - r->at)) {
        wrong(r, "a part is longer than the whole");
        return (struct reader){.at = r->end, .end = r->end};
    }
    const struct reader inner = {.at = r->at, .end = r->at + length};
    r->at += length;
    return inner;
}

static void name(struct reader *r, char *to, size_t room)
{
    const struct reader text = part(r);
    const size_t length = (size_t)(text.end - text.at);
    if (length >= room) {
        wrong(r, "a name is too long");
        return;
    }
    memcpy(to, text.at, length);
    to[length] = '\0';
}

static uint32_t values(struct reader *r)
{
    const uint32_t count = number(r);
    for (uint32_t i = 0; i < count && r->error == NULL; i++) {
        expect(r, 0x7f, "a value that is no i32");
    }
    return count;
}

static void read_types(struct reader *r, struct machine_module *m)
{
    m->types = number(r);
    if (m->types > MACHINE_TYPES) {
        wrong(r, "too many types");
        return;
    }
    for (uint32_t i = 0; i < m->types; i++) {
        expect(r, 0x60, "a type that is no function");
        m->type[i].parameters = values(r);
        m->type[i].results = values(r);
    }
}

static struct machine_function *new_function(struct reader *r, struct machine_module *m)
{
    if (m->functions == MACHINE_FUNCTIONS) {
        wrong(r, "too many functions");
        return &m->function[0];
    }
    return &m->function[m->functions++];
}

static void read_type_number(struct reader *r, const struct machine_module *m,
                             struct machine_function *f)
{
    f->type = number(r);
    if (f->type >= m->types) {
        wrong(r, "a type that there is not");
    }
}

static void read_imports(struct reader *r, struct machine_module *m)
{
    m->imports = number(r);
    for (uint32_t i = 0; i < m->imports && r->error == NULL; i++) {
        char module[2];
        struct machine_function *f = new_function(r, m);
        name(r, module, sizeof module);
        name(r, f->import, sizeof f->import);
        expect(r, 0, "an import that is no function");
        read_type_number(r, m, f);
    }
}

static void read_function_types(struct reader *r, struct machine_module *m)
{
    const uint32_t count = number(r);
    for (uint32_t i = 0; i < count && r->error == NULL; i++) {
        read_type_number(r, m, new_function(r, m));
    }
}

static void read_memory(struct reader *r, struct machine_module *m)
{
    if (number(r) != 1) {
        wrong(r, "not just one memory");
    }
    expect(r, 0, "a memory with a limit");
    m->pages = number(r);
    if (m->pages == 0 || m->pages > 1024) {
        wrong(r, "a memory that no test can have");
    }
}

static void read_globals(struct reader *r, struct machine_module *m)
{
    m->globals = number(r);
    if (m->globals > MACHINE_GLOBALS) {
        wrong(r, "too many globals");
        m->globals = 0;
    }
    for (uint32_t i = 0; i < m->globals && r->error == NULL; i++) {
        expect(r, 0x7f, "a global that is no i32");
        expect(r, 1, "a global that stays as it is");
        expect(r, 0x41, "a global without a number");
        m->global[i] = (uint32_t)signed_number(r);
        expect(r, 0x0b, "a global without an end");
    }
}

static void read_export(struct reader *r, struct machine_module *m)
{
    char called[8];
    if (number(r) != 1) {
        wrong(r, "not just one export");
    }
    name(r, called, sizeof called);
    expect(r, 0, "an export that is no function");
    m->exported = number(r);
    if (m->exported < m->imports || m->exported >= m->functions) {
        wrong(r, "an export that there is not");
    }
}

static void read_code(struct reader *r, struct machine_module *m)
{
    if (number(r) != m->functions - m->imports) {
        wrong(r, "not as much code as functions");
    }
    for (uint32_t i = m->imports; i < m->functions && r->error == NULL; i++) {
        struct machine_function *f = &m->function[i];
        struct reader body = part(r);
        f->locals = m->type[f->type].parameters;
        const uint32_t groups = number(&body);
        for (uint32_t g = 0; g < groups && body.error == NULL; g++) {
            f->locals += number(&body);
            expect(&body, 0x7f, "a local that is no i32");
        }
        if (f->locals > 8 || body.error != NULL || body.at == body.end || body.end[-1] != 0x0b) {
            wrong(r, "a function that cannot be");
        }
        f->code = body.at;
        f->end = body.end;
    }
}

/* Sections come in the order of their numbers, custom ones anywhere. */
static void read_section(struct reader *r, struct machine_module *m, uint8_t *last)
{
    const uint8_t *from = r->at;
    const uint8_t id = byte(r);
    struct reader content = part(r);
    if (id == 0) {
        (void)part(&content);
        content.at = content.end;
        m->padding += (uint32_t)(r->at - from);
    } else if (id <= *last) {
        wrong(r, "a section out of order");
    } else {
        *last = id;
    }
    switch (id) {
    case 0:
        break;
    case 1:
        read_types(&content, m);
        break;
    case 2:
        read_imports(&content, m);
        break;
    case 3:
        read_function_types(&content, m);
        break;
    case 5:
        read_memory(&content, m);
        break;
    case 6:
        read_globals(&content, m);
        break;
    case 7:
        read_export(&content, m);
        break;
    case 10:
        read_code(&content, m);
        break;
    default:
        wrong(r, "a section that no tasklet needs");
    }
    if (content.error != NULL || content.at != content.end) {
        wrong(r, content.error != NULL ? content.error : "a section with a rest");
    }
}

const char *machine_read(struct machine_module *m, const uint8_t *bytes, size_t length)
{
    static const uint8_t head[] = {0, 'a', 's', 'm', 1, 0, 0, 0};
    *m = (struct machine_module){.exported = UINT32_MAX};
    if (length < sizeof head || memcmp(bytes, head, sizeof head) != 0) {
        return "no Wasm module";
    }
    m->function = calloc(MACHINE_FUNCTIONS, sizeof *m->function);
    if (m->function == NULL) {
        return "no memory";
    }
    struct reader r = {.at = bytes + sizeof head, .end = bytes + length};
    uint8_t last = 0;
    while (r.at < r.end) {
        read_section(&r, m, &last);
    }
    if (r.error == NULL && (last != 10 || m->exported == UINT32_MAX)) {
        r.error = "no code or no export";
    }
    if (r.error != NULL) {
        machine_forget(m);
    }
    return r.error;
}

void machine_forget(struct machine_module *m)
{
    free(m->function);
    m->function = NULL;
}

/* ---- running ---- */

enum { STACK = 16, LABELS = 4 };

struct label {
    const uint8_t *again; /* behind the loop's head */
    uint32_t height;      /* of the stack below its parameters */
    uint32_t parameters;
};

struct frame {
    struct reader code;
    uint32_t local[8];
    uint32_t stack[STACK];
    uint32_t depth;
    struct label label[LABELS];
    uint32_t labels;
};

static void push(struct frame *f, uint32_t value)
{
    if (f->depth == STACK) {
        wrong(&f->code, "the stack is full");
        return;
    }
    f->stack[f->depth++] = value;
}

static uint32_t pop(struct frame *f)
{
    if (f->depth == 0) {
        wrong(&f->code, "the stack is empty");
        return 0;
    }
    return f->stack[--f->depth];
}

static void enter_loop(struct frame *f, const struct machine_module *m)
{
    if (f->code.at < f->code.end && *f->code.at == 0x40 && f->labels < LABELS) {
        f->code.at++;
        f->label[f->labels++] = (struct label){f->code.at, f->depth, 0};
        return;
    }
    const uint32_t type = number(&f->code);
    if (f->labels == LABELS || type >= m->types || m->type[type].parameters > f->depth) {
        wrong(&f->code, "a loop that cannot be");
        return;
    }
    const uint32_t parameters = m->type[type].parameters;
    f->label[f->labels++] = (struct label){f->code.at, f->depth - parameters, parameters};
}

static void branch_back(struct frame *f, uint32_t outwards)
{
    if (outwards >= f->labels) {
        wrong(&f->code, "a branch out of all loops");
        return;
    }
    f->labels -= outwards;
    const struct label *l = &f->label[f->labels - 1];
    memmove(&f->stack[l->height], &f->stack[f->depth - l->parameters],
            l->parameters * sizeof f->stack[0]);
    f->depth = l->height + l->parameters;
    f->code.at = l->again;
}

static uint32_t *local(struct frame *f, const struct machine_function *function)
{
    const uint32_t index = number(&f->code);
    if (index >= function->locals) {
        wrong(&f->code, "a local that there is not");
        return &f->local[0];
    }
    return &f->local[index];
}

static uint32_t *global(struct machine *machine, const struct machine_module *m, struct frame *f)
{
    const uint32_t index = number(&f->code);
    if (index >= m->globals) {
        wrong(&f->code, "a global that there is not");
        return &machine->global[0];
    }
    return &machine->global[index];
}

/* The four bytes that an aligned access goes to; NULL where it may not. */
static uint8_t *word_at(struct machine *machine, const struct machine_module *m, struct frame *f,
                        uint32_t address)
{
    const uint32_t alignment = number(&f->code);
    const uint64_t at = (uint64_t)address + number(&f->code);
    if (alignment != 2 || at % 4 != 0) {
        wrong(&f->code, "a word that is not aligned");
        return NULL;
    }
    if (at + 4 > (uint64_t)m->pages * 65536) {
        wrong(&f->code, "beyond the memory");
        return NULL;
    }
    return &machine->memory[at];
}

static void load(struct machine *machine, const struct machine_module *m, struct frame *f)
{
    const uint8_t *b = word_at(machine, m, f, pop(f));
    push(f, b == NULL ? 0
                      : (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 |
                            (uint32_t)b[3] << 24);
}

static void store(struct machine *machine, const struct machine_module *m, struct frame *f)
{
    const uint32_t value = pop(f);
    uint8_t *b = word_at(machine, m, f, pop(f));
    for (int i = 0; i < 4 && b != NULL; i++) {
        b[i] = (uint8_t)(value >> (8 * i));
    }
}

static uint32_t call(struct machine *machine, const struct machine_module *m, uint32_t index,
                     const uint32_t *argument);

static void call_from(struct machine *machine, const struct machine_module *m, struct frame *f)
{
    const uint32_t index = number(&f->code);
    if (index >= m->functions) {
        wrong(&f->code, "a function that there is not");
        return;
    }
    uint32_t argument[8] = {0};
    for (uint32_t i = m->type[m->function[index].type].parameters; i-- > 0;) {
        argument[i] = pop(f);
    }
    machine->class_count[index < m->imports ? MODULE_CALL_NATIVE : MODULE_CALL]++;
    push(f, call(machine, m, index, argument));
    if (machine->error != NULL) {
        wrong(&f->code, machine->error);
    }
}

static void arithmetic(struct machine *machine, struct frame *f, uint8_t op)
{
    const uint32_t b = pop(f);
    const uint32_t a = pop(f);
    machine->class_count[op == 0x6c ? MODULE_MUL : MODULE_ALU]++;
    switch (op) {
    case 0x6a:
        push(f, a + b);
        break;
    case 0x6b:
        push(f, a - b);
        break;
    case 0x6c:
        push(f, a * b);
        break;
    case 0x72:
        push(f, a | b);
        break;
    case 0x73:
        push(f, a ^ b);
        break;
    default:
        wrong(&f->code, "an instruction that no tasklet needs");
    }
}

/* False at the function's end. */
static bool step(struct machine *machine, const struct machine_module *m,
                 const struct machine_function *function, struct frame *f)
{
    uint64_t *count = machine->class_count;
    const uint8_t op = byte(&f->code);
    switch (op) {
    case 0x01:
        count[MODULE_NOP]++;
        break;
    case 0x03:
        count[MODULE_BLOCK]++;
        enter_loop(f, m);
        break;
    case 0x0b:
        count[f->labels > 0 ? MODULE_END : MODULE_RETURN]++;
        if (f->labels == 0) {
            return false;
        }
        f->labels--;
        break;
    case 0x0d: {
        const uint32_t outwards = number(&f->code);
        const bool taken = pop(f) != 0;
        count[taken ? MODULE_BRANCH : MODULE_BRANCH_NOT]++;
        if (taken) {
            branch_back(f, outwards);
        }
        break;
    }
    case 0x10:
        call_from(machine, m, f);
        break;
    case 0x20:
        count[MODULE_LOCAL_GET]++;
        push(f, *local(f, function));
        break;
    case 0x22:
        count[MODULE_LOCAL_TEE]++;
        *local(f, function) = pop(f);
        f->depth++;
        break;
    case 0x23:
        count[MODULE_GLOBAL_GET]++;
        push(f, *global(machine, m, f));
        break;
    case 0x24:
        count[MODULE_GLOBAL_SET]++;
        *global(machine, m, f) = pop(f);
        break;
    case 0x28:
        count[MODULE_LOAD]++;
        load(machine, m, f);
        break;
    case 0x36:
        count[MODULE_STORE]++;
        store(machine, m, f);
        break;
    case 0x41: {
        const uint8_t *from = f->code.at;
        push(f, (uint32_t)signed_number(&f->code));
        count[f->code.at - from > 1 ? MODULE_CONST_WIDE : MODULE_CONST]++;
        break;
    }
    default:
        arithmetic(machine, f, op);
    }
    return f->code.error == NULL;
}

static uint32_t call(struct machine *machine, const struct machine_module *m, uint32_t index,
                     const uint32_t *argument)
{
    const struct machine_function *function = &m->function[index];
    if (index < m->imports) {
        return machine->import(machine, function->import, argument[0]);
    }
    struct frame f = {.code = {.at = function->code, .end = function->end}};
    memcpy(f.local, argument, m->type[function->type].parameters * sizeof f.local[0]);
    while (step(machine, m, function, &f)) {
    }
    if (f.code.error == NULL && (f.code.at != function->end || f.depth != 1)) {
        f.code.error = "a function that does not end with one value at its end";
    }
    machine->error = machine->error != NULL ? machine->error : f.code.error;
    return f.depth > 0 ? f.stack[0] : 0;
}

uint32_t machine_run(struct machine *machine, const struct machine_module *m, uint32_t x)
{
    const uint32_t argument[8] = {x};
    machine->used = (size_t)m->pages * 65536;
    machine->memory = calloc(machine->used + 1, 1);
    if (machine->memory == NULL) {
        machine->error = "no memory";
        return 0;
    }
    memcpy(machine->global, m->global, sizeof machine->global);
    const uint32_t result = call(machine, m, m->exported, argument);
    while (machine->used > 0 && machine->memory[machine->used - 1] == 0) {
        machine->used--;
    }
    free(machine->memory);
    machine->memory = NULL;
    return result;
}
