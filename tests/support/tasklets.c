#include "tests/support/tasklets.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { KEPT_MAX = 96, LENGTH_MAX = 1 << 16 };

static struct {
    char name[64];
    struct execute_binary binary;
} kept[KEPT_MAX];
static size_t kept_count;

static bool read_file(const char *name, struct execute_binary *out)
{
    const char *folder = getenv("TASKLETS");
    char path[512];
    (void)snprintf(path, sizeof path, "%s/%s.wasm",
                   folder == NULL ? "build/tests/tasklets" : folder, name);
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return false;
    }
    uint8_t *bytes = malloc(LENGTH_MAX);
    ASSERT(bytes != NULL);
    const size_t length = fread(bytes, 1, LENGTH_MAX, file);
    (void)fclose(file);
    uint8_t *fitting = realloc(bytes, length);
    *out = (struct execute_binary){fitting != NULL ? fitting : bytes, length};
    return true;
}

static bool find(void *context, const char *name, struct execute_binary *out)
{
    (void)context;
    for (size_t i = 0; i < kept_count; i++) {
        if (strcmp(kept[i].name, name) == 0) {
            *out = kept[i].binary;
            return true;
        }
    }
    ASSERT(kept_count < KEPT_MAX);
    if (!read_file(name, out)) {
        return false;
    }
    (void)snprintf(kept[kept_count].name, sizeof kept[kept_count].name, "%s", name);
    kept[kept_count++].binary = *out;
    return true;
}

struct execute_source tasklets_source(void)
{
    return (struct execute_source){.find = find};
}

struct execute_binary tasklets_binary(const char *name)
{
    struct execute_binary binary = {0};
    ASSERT(find(NULL, name, &binary));
    return binary;
}
