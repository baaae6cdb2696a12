/*
 * Any words, a line each, as what is typed behind exec. It ends with a code of its own,
 * within the time that it may take.
 */
#include <fcntl.h>

#include "sim/cli/verbs.h"
#include "sim/terminal/exit.h"
#include "tests/fuzz/good_tasklets.h"
#include "tests/fuzz/place.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { WORDS_MAX = 24, BYTES_MAX = 2000 };

/* NOLINTNEXTLINE(readability-non-const-parameter): libFuzzer says so */
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    char name[80];
    place_make();
    for (size_t i = 0; i < GOOD_TASKLETS; i++) {
        (void)snprintf(name, sizeof name, "%.60s.wasm", good_tasklet[i].name);
        place_write(name, good_tasklet[i].binary.bytes, good_tasklet[i].binary.length);
    }
    return 0;
}

/* Names are taken for files of the folder. */
static int call_there(int count, char **word)
{
    const int here = open(".", O_RDONLY | O_DIRECTORY);
    ASSERT(here >= 0 && chdir(place_folder) == 0);
    const int code = cmd_exec(count, word);
    ASSERT(fchdir(here) == 0 && close(here) == 0);
    return code;
}

static bool is_known(int code)
{
    static const int known[] = {EXIT_OK,       EXIT_CHECK_FAILED,  EXIT_USAGE, EXIT_BAD_DATA,
                                EXIT_NO_INPUT, EXIT_CANNOT_CREATE, EXIT_IO};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (code == known[i]) {
            return true;
        }
    }
    return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char text[BYTES_MAX + 1];
    char verb[] = "exec";
    char *word[WORDS_MAX + 2] = {verb};
    char *rest = NULL;
    int count = 1;
    size = size < BYTES_MAX ? size : BYTES_MAX;
    memcpy(text, data, size);
    text[size] = '\0';
    for (char *at = text; *at != '\0'; at++) {
        *at = *at == '/' ? '_' : *at; /* nobody writes elsewhere */
    }
    for (char *w = strtok_r(text, "\n", &rest); w != NULL && count <= WORDS_MAX;
         w = strtok_r(NULL, "\n", &rest)) {
        word[count++] = w;
    }
    ASSERT(is_known(call_there(count, word)));
    return 0;
}
