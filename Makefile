# nimblesim: build, test, check. GNU make 4.3 or later; `make help` lists the targets.
#
# On a fresh Debian 12 machine the only thing to install by hand is make itself (and git, to get
# the sources): `make demo` and `make test` call `make deps`, which fetches the rest.
#
# Flavours live side by side, each in its own folder:
#     make CC=clang OPT=-O0 BUILD=build-x      another compiler, another optimisation
#     make SAN=address,undefined test          sanitizers, in build-address-undefined/
#     make WASM=none BUILD=build-none          a simulator without the Wasm runtime
#     make GRAPH=none BUILD=build-grids        one that knows grids alone, without igraph
#     make wasm                                all of it as one WASI module (sim/host/wasm.mk)

# ---------------------------------------------------------------- what the user may set

CC      = gcc
AR      = ar
OPT     = -O2 -g
NPM     = npm
SAN     =
# The Wasm runtime, or none; and a source tree of it, where 'make deps' shall not fetch one.
WASM     = wamr
WAMR_DIR = .deps/wamr
# The library of graphs, or none: then there are grids alone.
GRAPH    = igraph
# How processes are started, or none: then there is no testbed.
PROCESSES = fork
PREFIX  = /usr/local
DESTDIR =
# Seconds of fuzzing in all, shared by the fuzzers.
T       = 60
# Jobs at once, here and in the tests; -j on the command line wins for make itself.
JOBS   := $(shell nproc 2>/dev/null || echo 1)

comma := ,
empty :=
space := $(empty) $(empty)
BUILD  = build$(if $(SAN),-$(subst $(comma),-,$(SAN)))

ifeq ($(MAKELEVEL),0)
MAKEFLAGS += -j$(JOBS)
endif
MAKEFLAGS += --no-builtin-rules --no-print-directory
.DELETE_ON_ERROR:
.SUFFIXES:
.DEFAULT_GOAL := all
SHELL := /bin/bash

object  = $(patsubst %.c,$(BUILD)/obj/%.o,$(1))
program = $(patsubst %.c,$(BUILD)/%,$(1))

# ---------------------------------------------------------------- flags

LIBRARIES      = $(filter-out none,$(GRAPH)) gsl yaml-0.1 sqlite3 libsodium
TEST_LIBRARIES = criterion

# The libraries' headers are system headers: their warnings are not ours.
isystem = $(patsubst -I%,-isystem %,$(shell pkg-config --cflags $(1) 2>/dev/null))

CPPFLAGS = -D_POSIX_C_SOURCE=200809L -I. $(LIBRARY_CFLAGS)
WARNINGS = -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wundef \
           -Wvla -Wwrite-strings -Wformat=2 -Wcast-qual
CONVERSION_WARNINGS = -Wconversion -Wsign-conversion -Wdouble-promotion
# Criterion's macros convert and shadow as they like.
TEST_WARNINGS = -Wall -Wextra
# A digest must not depend on the compiler's taste for fused multiply-add.
CFLAGS   = -std=c17 $(OPT) -ffp-contract=off -pthread $(SANITIZE)
SANITIZE = $(if $(SAN),-fsanitize=$(SAN) -fno-omit-frame-pointer -fno-sanitize-recover=all)
LDFLAGS  = -pthread -Wl,--as-needed
LDLIBS   = $(LIBRARY_LIBS) -lpthread -lm

# Of these a handful of functions is called. Where there is an archive, that is linked: one shared
# library more makes every start look up every other library's symbols in it first.
ARCHIVES = gsl gslcblas yaml sodium
archived = $(if $(filter /%,$(shell $(CC) -print-file-name=lib$(1).a)),-l:lib$(1).a,-l$(1))
linked   = $(foreach l,$(1),$(if $(filter $(ARCHIVES:%=-l%),$(l)),$(call archived,$(l:-l%=%)),$(l)))

# Expanded once, and only when a recipe needs them.
LIBRARY_CFLAGS = $(eval LIBRARY_CFLAGS := $$(call isystem,$(LIBRARIES)))$(LIBRARY_CFLAGS)
LIBRARY_LIBS   = $(eval LIBRARY_LIBS := $$(call linked,$$(shell pkg-config --libs $(LIBRARIES))))$(LIBRARY_LIBS)
TEST_CFLAGS    = $(eval TEST_CFLAGS := $$(call isystem,$(TEST_LIBRARIES)))$(TEST_CFLAGS)
TEST_LIBS      = $(eval TEST_LIBS := $$(shell pkg-config --libs $(TEST_LIBRARIES)))$(TEST_LIBS)

COMPILE      = $(CC) $(CPPFLAGS) $(CFLAGS) $(WARNINGS) $(CONVERSION_WARNINGS) -MMD -MP
COMPILE_TEST = $(CC) $(CPPFLAGS) $(TEST_CFLAGS) $(CFLAGS) $(TEST_WARNINGS) -MMD -MP

# ---------------------------------------------------------------- sources, a room at a time

include runtime-replay/wamr/build.mk

# Every folder with C in it is a room; the firmware for the Pico W is built apart.
ROOMS   := $(filter-out runtime-replay/pico sim/host/%,$(sort $(patsubst %/,%,$(dir \
           $(shell find sim models scenarios taskgen analysis runtime-replay -name '*.[ch]')))))
# What calls the Wasm runtime, or else what stands in for it: runtime-replay/wamr/build.mk knows.
SOURCES := $(filter-out $(if $(filter none,$(WASM)),$(WITH_RUNTIME),$(WITHOUT_RUNTIME)) \
           models/parts/mesh_graphml$(if $(filter none,$(GRAPH)),,_none).c \
           $(foreach f,processes/process processes/crew trials/trial_machine,runtime-replay/$f$(if $(filter none,$(PROCESSES)),,_none).c), \
           $(sort $(foreach room,$(ROOMS),$(wildcard $(room)/*.c))))
HEADERS := $(sort $(foreach room,$(ROOMS),$(wildcard $(room)/*.h)))

PROGRAM       = $(BUILD)/nimblesim
LIBRARY       = $(BUILD)/libnimblesim.a
LIB_OBJECTS   = $(call object,$(filter-out sim/cli/main.c,$(SOURCES))) \
                $(GENERATED:%=$(BUILD)/gen/%.o)
DEPS          = WAMR_DIR='$(WAMR_DIR)' .ci/deps $(if $(RUNTIME),runtime)

# What is not building the program itself stands beside what it is about.
include analysis/report/charts.mk .ci/generated.mk tests/tests.mk tests/lint/lint.mk \
        analysis/figures/figures.mk sim/host/wasm.mk

# ---------------------------------------------------------------- build

.PHONY: all
all: $(PROGRAM) ## build the program (default)

# main.o first: the library only gives what is asked for.
$(PROGRAM): $(call object,sim/cli/main.c) $(LIBRARY) $(RUNTIME_LIBRARY)
	@echo "  LINK    $@"
	@$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

# Made anew each time, also when a source went away, so that it leaves no member behind.
$(LIBRARY): $(LIB_OBJECTS) $(BUILD)/sources
	@echo "  AR      $@"
	@rm -f $@
	@$(AR) rcs $@ $(LIB_OBJECTS)

$(BUILD)/obj/tests/%.o: tests/%.c $(BUILD)/flags
	@echo "  CC      $<"
	@mkdir -p $(@D)
	@$(COMPILE_TEST) -c -o $@ $<

$(BUILD)/obj/%.o: %.c $(BUILD)/flags
	@echo "  CC      $<"
	@mkdir -p $(@D)
	@$(COMPILE) -c -o $@ $<

# Two marks that change when a flag or the compiler does, and when the set of sources does.
keep_if_equal = { cmp -s $@.new $@ && rm $@.new || mv $@.new $@; }

$(BUILD)/flags: FORCE
	@mkdir -p $(@D)
	@test -z '$(strip $(LIBRARIES))' || pkg-config --exists $(LIBRARIES) || \
	    { echo "A library is missing ($(LIBRARIES)): run 'make deps' first." >&2; exit 1; }
	@{ $(CC) --version; echo '$(COMPILE) $(TEST_WARNINGS) $(LDFLAGS) $(LDLIBS)'; } > $@.new
	@$(keep_if_equal)

$(BUILD)/sources: FORCE
	@mkdir -p $(@D)
	@echo '$(SOURCES)' > $@.new
	@$(keep_if_equal)

.PHONY: FORCE
FORCE:

# ---------------------------------------------------------------- run

.PHONY: demo demo-built run report
demo: ## install what is missing, build, run the factory scenario
	@$(DEPS) build
	@$(MAKE) demo-built

demo-built: $(PROGRAM)
	@mkdir -p results
	$(PROGRAM) run scenarios/factory.yaml --set record=calls --out results/factory.db --force

run: $(PROGRAM) ## run SCENARIO=scenarios/smoke.yaml, with ARGS='--seed 7' and the like
	@test -n '$(SCENARIO)' || \
	    { echo "usage: make run SCENARIO=scenarios/smoke.yaml [ARGS='--seed 7']" >&2; exit 2; }
	$(PROGRAM) run $(SCENARIO) $(ARGS)

# SCENARIO's points in results/NAME.sweep, and all of them in results/NAME.sweep.db; on a cluster
# in results/NAME.sweep/all.db. Goes on where it stopped.
LAUNCHER = local
sweep_dir = results/$(basename $(notdir $(SCENARIO))).sweep
.PHONY: sweep
sweep: $(PROGRAM) ## run SCENARIO=my-sweep.yaml at all points of its axes; JOBS=2 LAUNCHER=slurm ARGS=-n
	@test -n '$(SCENARIO)' || \
	    { echo "usage: make sweep SCENARIO=my-sweep.yaml [JOBS=2] [LAUNCHER=slurm]" >&2; exit 2; }
	@mkdir -p results
	$(PROGRAM) sweep $(SCENARIO) --out $(sweep_dir) --launcher $(LAUNCHER) \
	    $(if $(filter local,$(LAUNCHER)),--jobs $(JOBS)) $(ARGS)
	$(if $(filter local,$(LAUNCHER)),$(if $(ARGS),,$(PROGRAM) merge $(sweep_dir) \
	    --out $(sweep_dir).db --force))

RESULT = results/factory.db
report: $(PROGRAM) ## write a result as an HTML page: RESULT=results/factory.db
	$(PROGRAM) report $(RESULT)

# ---------------------------------------------------------------- house

.PHONY: deps install uninstall clean help
deps: ## install what is missing: Debian packages, the source of the Wasm runtime
	@$(DEPS) build test lint fuzz coverage figures

DATA = $(DESTDIR)$(PREFIX)/share/nimblesim
DOC  = $(DESTDIR)$(PREFIX)/share/doc/nimblesim
install: $(PROGRAM) ## install the program, the scenarios, the dissector under PREFIX=/usr/local (and DESTDIR=)
	install -d $(DESTDIR)$(PREFIX)/bin $(DATA)/scenarios $(DOC)
	install -m 755 $(PROGRAM) $(DESTDIR)$(PREFIX)/bin/nimblesim
	install -m 644 $(wildcard scenarios/*.yaml) $(DATA)/scenarios
	install -m 644 $(wildcard models/*/wire.lua) $(DATA)
	install -m 644 $(wildcard LICENSE README.md) $(DOC)

uninstall: ## remove what install put there
	rm -f $(DESTDIR)$(PREFIX)/bin/nimblesim
	rm -rf $(DATA) $(DOC)

clean: ## remove every build folder; results stay
	rm -rf build build-*/

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(MAKEFILES_OF_OURS)

MAKEFILES_OF_OURS := $(MAKEFILE_LIST)
-include $(patsubst %.o,%.d,$(LIB_OBJECTS) $(call object,sim/cli/main.c $(TEST_SOURCES)))
