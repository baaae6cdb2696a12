/*
 * interrupt.h - SIGINT and SIGTERM ask the program to end in good order.
 *
 * The first signal is noted, and whoever works looks for it; the second one
 * kills, as without us. What exceeds a limit on the size of files ends no program: the write fails,
 * and whoever wrote tells.
 */
#ifndef SIM_TERMINAL_INTERRUPT_H
#define SIM_TERMINAL_INTERRUPT_H

#include "sim/engine/base.h"

void interrupt_begin(void); /* of the program: its limits */
void interrupt_watch(void);
bool interrupt_requested(void);

#endif
