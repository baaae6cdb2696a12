/* A ledger, measured and printed as it was asked for. */
#include "sim/ledger/ledger_file.h"
#include "sim/terminal/exit.h"
#include "sim/terminal/output.h"

static int print(const struct ledger *l, enum ledger_form form, size_t top)
{
    bool written = true;
    switch (form) {
    case LEDGER_AS_TABLE:
        ledger_print_table(l, top, stdout);
        break;
    case LEDGER_AS_TSV:
        written = ledger_file_write(l, stdout);
        break;
    case LEDGER_AS_JSON:
        written = ledger_print_json(l, stdout);
        break;
    }
    return output_end_standard(written);
}

/* Nothing is printed before all is measured: half a ledger ranks wrongly. */
int ledger_tell(const struct ledger_request *request, enum ledger_form form, size_t top)
{
    struct ledger ledger;
    int code = ledger_init(&ledger, request);
    if (code != EXIT_OK) {
        return code;
    }
    code = ledger_run(&ledger);
    if (code == EXIT_OK) {
        code = print(&ledger, form, top);
    }
    ledger_deinit(&ledger);
    return code;
}
