/* The names of things in binaries and tables. */
#include <string.h>

#include "taskgen/module_emit.h"

const char *const module_class_name[MODULE_CLASS_COUNT] = {
    [MODULE_NOP] = "nop",
    [MODULE_CONST] = "const",
    [MODULE_CONST_WIDE] = "const_wide",
    [MODULE_LOCAL_GET] = "local_get",
    [MODULE_LOCAL_SET] = "local_set",
    [MODULE_LOCAL_TEE] = "local_tee",
    [MODULE_ALU] = "alu",
    [MODULE_MUL] = "mul",
    [MODULE_BLOCK] = "block",
    [MODULE_END] = "end",
    [MODULE_BRANCH] = "branch",
    [MODULE_BRANCH_NOT] = "branch_not",
    [MODULE_CALL] = "call",
    [MODULE_RETURN] = "return",
    [MODULE_CALL_NATIVE] = "call_native",
    [MODULE_GLOBAL_GET] = "global_get",
    [MODULE_GLOBAL_SET] = "global_set",
    [MODULE_LOAD] = "load",
    [MODULE_STORE] = "store",
};

/* Numerals without a zero: A .. _, AA, BA .. __, AAA ..., the least digit first. */
static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
enum { LETTERS = sizeof letters - 1 };

void module_tasklet_name(const struct taskset *nimble, uint32_t index,
                         char name[MODULE_TASKLET_NAME_MAX])
{
    ASSERT(index < nimble->count);
    const uint32_t algorithms = nimble->count - nimble->chains;
    uint32_t number = index < nimble->chains ? algorithms + index : index - nimble->chains;
    int length = 0;
    do {
        name[length++] = letters[number % LETTERS];
        number = number / LETTERS;
    } while (number-- > 0);
    name[length] = '\0';
}

bool module_tasklet_find(const struct taskset *nimble, const char *name, uint32_t *index)
{
    const size_t length = strlen(name);
    if (length == 0 || length >= MODULE_TASKLET_NAME_MAX) {
        return false;
    }
    uint64_t number = 0;
    for (size_t i = length; i-- > 0;) {
        const char *letter = strchr(letters, name[i]);
        if (letter == NULL) {
            return false;
        }
        number = number * LETTERS + (uint64_t)(letter - letters) + 1;
    }
    number--;
    if (number >= nimble->count) {
        return false;
    }
    const uint32_t algorithms = nimble->count - nimble->chains;
    *index = (uint32_t)(number < algorithms ? number + nimble->chains : number - algorithms);
    return true;
}
