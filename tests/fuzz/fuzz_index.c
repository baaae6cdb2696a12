/*
 * Any bytes as the index of a folder of binaries. Either it is refused, or each file that it names
 * lies below its folder, and a tasklet is found by its name or is not there.
 */
#include "sim/tasklets/tasklet_files.h"
#include "sim/terminal/exit.h"
#include "tests/fuzz/place.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const uint8_t module[] = {0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00};

/* NOLINTNEXTLINE(readability-non-const-parameter): libFuzzer says so */
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    place_make();
    place_write("module.wasm", module, sizeof module);
    return 0;
}

static void check_file(const struct tasklet_file *file)
{
    const size_t length = strlen(place_folder);
    ASSERT(strncmp(file->path, place_folder, length) == 0 && file->path[length] == '/');
    const char *below = &file->path[length];
    ASSERT(strstr(below, "/../") == NULL && file->is_declared && file->bytes == NULL);
    const size_t end = strlen(below);
    ASSERT(end < 3 || strcmp(&below[end - 3], "/..") != 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const names[] = {"a", "module", "double", "chain-0"};
    struct tasklet_files files;
    char path[PLACE_PATH_MAX];
    char index[PLACE_PATH_MAX];
    place_write("index.tsv", data, size);
    place_path(path, "module.wasm");
    place_path(index, "index.tsv");
    const int code = tasklet_files_open(&files, path, size % 2 == 0 ? index : place_folder);
    ASSERT(code == EXIT_OK || code == EXIT_BAD_DATA);
    for (size_t i = 0; code == EXIT_OK && i < files.count; i++) {
        check_file(&files.file[i]);
    }
    const struct execute_source source = tasklet_files_source(&files);
    for (size_t i = 0; code == EXIT_OK && i < sizeof names / sizeof names[0]; i++) {
        struct execute_binary binary;
        if (source.find(source.context, names[i], &binary)) {
            ASSERT(binary.length == sizeof module &&
                   memcmp(binary.bytes, module, sizeof module) == 0);
        }
    }
    tasklet_files_close(&files);
    return 0;
}
