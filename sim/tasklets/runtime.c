#include "sim/tasklets/runtime.h"
#include "sim/engine/text.h"

#include "runtime-replay/wasm/wasm_host.h"
#include "sim/terminal/exit.h"
#include "sim/terminal/message.h"
#include "sim/terminal/options.h"

bool runtime_is_there(void)
{
    if (wasm_host_is_available()) {
        return true;
    }
    message_error("this program was built without the Wasm runtime (make WASM=none)");
    message_hint("'make deps' brings its source, 'make' then builds it in");
    return false;
}

int runtime_read_mode(const char *word, enum execute_mode *mode)
{
    if (execute_mode_find(word, mode)) {
        return EXIT_OK;
    }
    const char *names[EXECUTE_MODES];
    for (int m = EXECUTE_NESTED; m < EXECUTE_MODES; m++) {
        names[m] = execute_mode_name((enum execute_mode)m);
    }
    const char *nearest = text_nearest(word, names, EXECUTE_MODES);
    message_error("--mode is suspended, kept, nested or reexecuted, not '%s'%s%s%s", word,
                  nearest != NULL ? "; did you mean " : "", nearest != NULL ? nearest : "",
                  nearest != NULL ? "?" : "");
    return EXIT_USAGE;
}
