#include "tests/support/schema.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "models/nimblenet/config.h"

static const char *const measures[] = {"response_mean_s", "execution_mean_s", "tx_bytes", NULL};
const struct scenario_schema schema_nimblenet = NIMBLENET_SCHEMA(measures);

#define AT(field) offsetof(struct schema_toy_config, field)
static const struct scenario_key toy_keys[] = {
    {.path = "nodes.capacity",
     .kind = KEY_COUNT,
     .offset = AT(capacity),
     .value = "1",
     .least = "1",
     .most = "9",
     .many = KEY_REPEATS,
     .meaning = "what a node holds",
     .source = "a test"},
    {.path = "nodes.names",
     .kind = KEY_TEXT,
     .offset = AT(names),
     .value = "[]",
     .many = KEY_EACH,
     .meaning = "what they are called",
     .source = "a test"},
    {.path = "nodes.delay",
     .kind = KEY_TIME_DIST,
     .offset = AT(delay_ns),
     .value = "1 s",
     .least = "0 s",
     .most = "1 h",
     .many = KEY_REPEATS,
     .meaning = "how long",
     .source = "a test"},
    {.path = "tables",
     .kind = KEY_FILE,
     .offset = AT(tables),
     .value = "[]",
     .many = KEY_EACH,
     .words = (const char *const[]){"none", NULL},
     .meaning = "files",
     .source = "a test"},
    {.path = "sleep",
     .kind = KEY_TIME,
     .offset = AT(sleep_ns),
     .value = "none",
     .least = "1 ns",
     .most = "1 h",
     .word = "none",
     .meaning = "when it sleeps",
     .source = "a test"},
    {.path = "power",
     .kind = KEY_POWER,
     .offset = AT(power_w),
     .value = "2 W",
     .least = "0 W",
     .meaning = "what it draws",
     .source = "a test"},
    {.path = "energy",
     .kind = KEY_BIT_ENERGY,
     .offset = AT(per_bit_j),
     .value = "0.1 uJ/bit",
     .least = "0 J/bit",
     .meaning = "what a bit takes",
     .source = "a test"},
    {.path = "share",
     .kind = KEY_SHARE,
     .offset = AT(share),
     .value = "120 %",
     .least = "0",
     .meaning = "what part",
     .source = "a test"},
};

static void check_toy(const void *config, struct key_conflicts *conflicts)
{
    const struct schema_toy_config *c = config;
    const char *const *keys = KEYS("power", "sleep");

    if (key_conflicts_are_sound(conflicts, keys) && c->power_w > 10 && c->sleep_ns > 0) {
        key_conflicts_add(conflicts, keys, "draws too much to sleep");
    }
}

const struct scenario_schema schema_toy = {
    .name = "toy",
    .summary = "a test's",
    .config_bytes = sizeof(struct schema_toy_config),
    .key = toy_keys,
    .key_count = sizeof(toy_keys) / sizeof(toy_keys[0]),
    .check = check_toy,
};

static void sha256(const void *bytes, size_t length, char hex[65])
{
    unsigned char hash[crypto_hash_sha256_BYTES];

    (void)crypto_hash_sha256(hash, bytes, length);
    (void)sodium_bin2hex(hex, 65, hash, sizeof(hash));
}

static const struct scenario_schema *const schemas[] = {&schema_nimblenet, &schema_toy, NULL};
const struct scenario_registry schema_registry = {.schema = schemas, .sha256 = sha256};

const char *schema_line(const struct scenario_errors *errors, size_t index)
{
    static char line[4096];
    FILE *memory;

    line[0] = '\0';
    if (index < errors->count && (memory = fmemopen(line, sizeof(line), "w")) != NULL) {
        scenario_mistake_print(&errors->mistake[index], memory);
        (void)fclose(memory);
    }
    return line;
}

char *schema_printed(const struct scenario *s)
{
    char *text = NULL;
    size_t length = 0;
    FILE *memory = open_memstream(&text, &length);

    if (memory == NULL || !scenario_print(s, memory)) {
        abort();
    }
    (void)fclose(memory);
    return text;
}
