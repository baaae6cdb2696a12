#include "models/trial.h"

#include <stdarg.h>
#include <stdio.h>

enum { LINE_BYTES = 512 };

void model_trial_tell(const struct model_trial_request *request, const char *name,
                      const char *format, ...)
{
    char text[LINE_BYTES];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    request->fact(request->context, name, text);
}

void model_trial_set(const struct model_trial_request *request, const char *format, ...)
{
    char text[LINE_BYTES];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    request->set(request->context, text);
}
