/*
 * Any text as a sweep's manifest; what torn files fail by, the sum at its end, is put right. Either
 * it is refused, or it names points by hashes that are hashes, and a command.
 */
#include <inttypes.h>

#include "sim/engine/digest.h"
#include "sim/sweep/points.h"
#include "sim/terminal/exit.h"
#include "tests/fuzz/place.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* NOLINTNEXTLINE(readability-non-const-parameter): libFuzzer says so */
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    place_make();
    return 0;
}

static void try_manifest(void)
{
    struct points_manifest m;
    const int code = points_manifest_read(&m, place_folder);
    ASSERT(code == EXIT_OK || code == EXIT_BAD_DATA);
    if (code != EXIT_OK) {
        ASSERT(m.hash == NULL && m.command == NULL);
        return;
    }
    ASSERT(m.count > 0 && m.count <= SWEEP_POINTS_MAX);
    for (size_t i = 0; i < m.count; i++) {
        ASSERT(strlen(m.hash[i]) == 64 && strspn(m.hash[i], "0123456789abcdef") == 64);
    }
    points_manifest_deinit(&m);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char end[32];
    char *text = malloc(size + sizeof end);
    ASSERT(text != NULL);
    memcpy(text, data, size);
    place_write("manifest.tsv", text, size);
    try_manifest();
    const uint64_t sum = digest_fnv(DIGEST_FNV_START, text, size);
    const int length = snprintf(end, sizeof end, "end\t%016" PRIx64 "\n", sum);
    memcpy(&text[size], end, (size_t)length);
    place_write("manifest.tsv", text, size + (size_t)length);
    try_manifest();
    free(text);
    return 0;
}
