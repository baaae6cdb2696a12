#include "sim/cli/runtime.h"

#include "runtime-replay/wasm_host.h"
#include "sim/cli/message.h"

bool runtime_is_there(void)
{
    if (wasm_host_is_available()) {
        return true;
    }
    message_error("this program was built without the Wasm runtime (make WASM=none)");
    message_hint("'make deps' brings its source, 'make' then builds it in");
    return false;
}
