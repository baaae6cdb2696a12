#define _XOPEN_SOURCE 700 /* posix_openpt() and its kin */

#include "tests/support/screen.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

void screen_open(struct screen *s, unsigned short columns)
{
    s->master = posix_openpt(O_RDWR | O_NOCTTY);
    cr_assert_geq(s->master, 0);
    cr_assert_eq(grantpt(s->master), 0);
    cr_assert_eq(unlockpt(s->master), 0);
    int slave = open(ptsname(s->master), O_RDWR | O_NOCTTY);
    cr_assert_geq(slave, 0);
    struct winsize size = {.ws_col = columns, .ws_row = 24};
    cr_assert_eq(ioctl(slave, TIOCSWINSZ, &size), 0);
    cr_assert_eq(fcntl(s->master, F_SETFL, O_NONBLOCK), 0);
    s->stream = fdopen(slave, "w");
    cr_assert_not_null(s->stream);
    setenv("TERM", "xterm", 1);
    unsetenv("NO_COLOR");
}

const char *screen_text(struct screen *s)
{
    fflush(s->stream);
    size_t length = 0;
    ssize_t got;
    while ((got = read(s->master, s->text + length, sizeof s->text - 1 - length)) > 0) {
        length += (size_t)got;
    }
    s->text[length] = '\0';
    return s->text;
}

void screen_close(struct screen *s)
{
    fclose(s->stream);
    close(s->master);
}
