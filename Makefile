# nimblesim: build, test, check. GNU make 4.3 or later; `make help` lists the targets.
#
# On a fresh Debian 12 machine the only thing to install by hand is make itself (and git, to get
# the sources): `make demo` and `make test` call `make deps`, which fetches the rest.
#
# Flavours live side by side, each in its own folder:
#     make CC=clang OPT=-O0 BUILD=build-x      another compiler, another optimisation
#     make SAN=address,undefined test          sanitizers, in build-address-undefined/
#     make WASM=none BUILD=build-none          a simulator without the Wasm runtime

# ---------------------------------------------------------------- what the user may set

CC      = gcc
OPT     = -O2 -g
NPM     = npm
SAN     =
# The Wasm runtime, or none; and a source tree of it, where 'make deps' shall not fetch one.
WASM     = wamr
WAMR_DIR = .deps/wamr
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
SHELL := /bin/bash

# ---------------------------------------------------------------- sources, a room at a time

# Every folder with C in it is a room; the firmware for the Pico W is built apart.
ROOMS   := $(filter-out runtime-replay/pico,$(sort $(patsubst %/,%,$(dir \
           $(shell find sim models scenarios taskgen analysis runtime-replay -name '*.[ch]')))))
# The sources that call the Wasm runtime, and the one that stands in for them where there is none.
WITH_RUNTIME    := $(addprefix runtime-replay/wasm_,host.c check.c instance.c run.c \
                   frames_save.c frames_restore.c sound.c walk.c)
WITHOUT_RUNTIME := runtime-replay/wasm_none.c
SOURCES := $(filter-out $(if $(filter none,$(WASM)),$(WITH_RUNTIME),$(WITHOUT_RUNTIME)), \
           $(sort $(foreach room,$(ROOMS),$(wildcard $(room)/*.c))))
HEADERS := $(sort $(foreach room,$(ROOMS),$(wildcard $(room)/*.h)))
TESTS   := $(sort $(wildcard $(patsubst %,tests/%/*.c,unit property conformance golden)))
BENCHES := $(sort $(wildcard tests/bench/*.c))
FUZZERS := $(filter-out $(if $(filter none,$(WASM)),tests/fuzz/fuzz_wasm.c tests/fuzz/fuzz_state.c), \
           $(sort $(wildcard tests/fuzz/fuzz_*.c)))
SUPPORT := $(sort $(wildcard tests/support/*.c))
SCHEMA  := $(wildcard analysis/store/schema.sql)

# Hand-written tasklets, and their twins with the sub-tasklets' code inside; hostile ones;
# and those that bench-call carries as bytes.
WAT      := $(sort $(wildcard tests/tasklets/*.wat))
HOSTILE  := $(sort $(wildcard tests/hostile/*.wat))
MEASURED := $(sort $(wildcard runtime-replay/bench/*.wat))
TASKLETS  = $(WAT:%.wat=$(BUILD)/%.wasm) \
            $(HOSTILE:tests/hostile/%.wat=$(BUILD)/tests/tasklets/%.wasm) \
            $(MEASURED:runtime-replay/bench/%.wat=$(BUILD)/tests/tasklets/bench-%.wasm) \
            $(patsubst %.wat,$(BUILD)/%.inlined.wasm,$(filter-out %/deeper.wat,$(WAT)))

PROGRAM       = $(BUILD)/nimblesim
LIBRARY       = $(BUILD)/libnimblesim.a
object        = $(patsubst %.c,$(BUILD)/obj/%.o,$(1))
program       = $(patsubst %.c,$(BUILD)/%,$(1))
GENERATED     = $(BUILD)/gen/version.o $(BUILD)/gen/ledger_tsv.o $(BUILD)/gen/platforms.o \
                $(if $(SCHEMA),$(BUILD)/gen/schema_sql.o) \
                $(REPORT_PARTS:%=$(BUILD)/gen/%.o)
REPORT_PARTS  = report_css report_js report_uplot_css report_uplot_js
LIB_OBJECTS   = $(call object,$(filter-out sim/cli/main.c,$(SOURCES))) $(GENERATED)
TEST_PROGRAMS = $(call program,$(TESTS))
DEPS          = WAMR_DIR='$(WAMR_DIR)' .ci/deps $(if $(RUNTIME),runtime)

# The Wasm runtime's own build folder. Of the sanitizers it gets those that all objects of a
# program must agree on: its undefined behaviour is not ours to mend.
ifeq ($(filter wamr none,$(WASM)),)
$(error WASM=$(WASM): it is wamr, or none for a simulator without the Wasm runtime)
endif
ifneq ($(WASM),none)
RUNTIME_SAN     := $(filter address thread fuzzer-no-link,$(subst $(comma), ,$(SAN)))
RUNTIME         := $(subst $(space),,build-wamr-$(notdir $(CC))$(RUNTIME_SAN:%=-%))
RUNTIME_LIBRARY := $(RUNTIME)/libwamr.a
locked           = flock $(RUNTIME)/lock
endif

# ---------------------------------------------------------------- flags

LIBRARIES      = igraph gsl yaml-0.1 sqlite3 libsodium
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

# Expanded once, and only when a recipe needs them.
LIBRARY_CFLAGS = $(eval LIBRARY_CFLAGS := $$(call isystem,$(LIBRARIES)))$(LIBRARY_CFLAGS)
LIBRARY_LIBS   = $(eval LIBRARY_LIBS := $$(shell pkg-config --libs $(LIBRARIES)))$(LIBRARY_LIBS)
TEST_CFLAGS    = $(eval TEST_CFLAGS := $$(call isystem,$(TEST_LIBRARIES)))$(TEST_CFLAGS)
TEST_LIBS      = $(eval TEST_LIBS := $$(shell pkg-config --libs $(TEST_LIBRARIES)))$(TEST_LIBS)

COMPILE      = $(CC) $(CPPFLAGS) $(CFLAGS) $(WARNINGS) $(CONVERSION_WARNINGS) -MMD -MP
COMPILE_TEST = $(CC) $(CPPFLAGS) $(TEST_CFLAGS) $(CFLAGS) $(TEST_WARNINGS) -MMD -MP

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
	@ar rcs $@ $(LIB_OBJECTS)

$(BUILD)/obj/tests/%.o: tests/%.c $(BUILD)/flags
	@echo "  CC      $<"
	@mkdir -p $(@D)
	@$(COMPILE_TEST) -c -o $@ $<

$(BUILD)/obj/%.o: %.c $(BUILD)/flags
	@echo "  CC      $<"
	@mkdir -p $(@D)
	@$(COMPILE) -c -o $@ $<

$(BUILD)/gen/%.o: $(BUILD)/gen/%.c $(BUILD)/flags
	@$(COMPILE) -c -o $@ $<

# Two marks that change when a flag or the compiler does, and when the set of sources does.
keep_if_equal = { cmp -s $@.new $@ && rm $@.new || mv $@.new $@; }

$(BUILD)/flags: FORCE
	@mkdir -p $(@D)
	@pkg-config --exists $(LIBRARIES) || \
	    { echo "A library is missing ($(LIBRARIES)): run 'make deps' first." >&2; exit 1; }
	@{ $(CC) --version; echo '$(COMPILE) $(TEST_WARNINGS) $(LDFLAGS) $(LDLIBS)'; } > $@.new
	@$(keep_if_equal)

$(BUILD)/sources: FORCE
	@mkdir -p $(@D)
	@echo '$(SOURCES)' > $@.new
	@$(keep_if_equal)

# Which sources and which compiler made this program, for the provenance of every run.
$(BUILD)/gen/version.c: FORCE
	@mkdir -p $(@D)
	@.ci/version '$(CC)' '$(strip $(CFLAGS))' > $@.new
	@$(keep_if_equal)

# As bytes: a string literal of that length is more than C17 promises to take.
as_bytes = mkdir -p $(@D) && { echo 'extern const char $(1)[];'; \
           echo 'const char $(1)[] = {'; \
           od -An -v -td1 $< | sed 's/[0-9][0-9]*/&,/g'; \
           echo '0};'; } > $@

$(BUILD)/gen/schema_sql.c: analysis/store/schema.sql
	@$(call as_bytes,analysis_schema_sql)

# What each reading changes, as it was measured last: nimblesim explain tells it.
$(BUILD)/gen/ledger_tsv.c: models/nimblenet/results/ledger.tsv
	@$(call as_bytes,ledger_file_shipped)

# The tables of platforms, each under the name of its file.
PLATFORMS = $(sort $(wildcard runtime-replay/platforms/*.tsv))
$(BUILD)/gen/platforms.c: $(PLATFORMS) $(BUILD)/platforms
	@mkdir -p $(@D)
	@{ echo '#include "runtime-replay/platform.h"'; \
	for table in $(PLATFORMS); do \
	    echo "static const char $$(basename $$table .tsv)[] = {"; \
	    od -An -v -td1 $$table | sed 's/[0-9][0-9]*/&,/g'; \
	    echo '0};'; \
	done; \
	echo 'const struct platform_table platform_shipped[] = {'; \
	for table in $(PLATFORMS); do \
	    name=$$(basename $$table .tsv); \
	    echo "{\"$$name\", $$name},"; \
	done; \
	echo '{0, 0}};'; } > $@

# A mark that changes when a table comes or goes.
$(BUILD)/platforms: FORCE
	@mkdir -p $(@D)
	@echo '$(PLATFORMS)' > $@.new
	@$(keep_if_equal)

# The Wasm runtime, built once a compiler and sanitizer. The lock: flavours that are built side by
# side may share it.
ifneq ($(WASM),none)
$(RUNTIME)/source: FORCE
	@mkdir -p $(@D)
	@test -e $(WAMR_DIR)/core/iwasm/include/wasm_export.h || { \
	    echo "The source of the Wasm runtime is missing in $(WAMR_DIR): run 'make deps' first," >&2; \
	    echo "name a copy of your own with WAMR_DIR=, or build without it: 'make WASM=none'." >&2; \
	    exit 1; }
	@$(locked) sh -c "echo '$(abspath $(WAMR_DIR)) $(CC) $(RUNTIME_SAN)' > $@.new; $(keep_if_equal)"

$(RUNTIME)/flags: runtime-replay/wamr/CMakeLists.txt $(RUNTIME)/source
	@echo "  CMAKE   $(RUNTIME)"
	@$(locked) cmake -S $(<D) -B $(RUNTIME) -DWAMR_ROOT_DIR=$(abspath $(WAMR_DIR)) \
	    -DCMAKE_BUILD_TYPE=Release -DCMAKE_C_COMPILER=$(CC) \
	    -DCMAKE_C_FLAGS='$(RUNTIME_SAN:%=-fsanitize=%)' >$(RUNTIME)/configure.log 2>&1 || \
	    { cat $(RUNTIME)/configure.log >&2; exit 1; }

$(RUNTIME)/libwamr.a: $(RUNTIME)/flags
	@echo "  WAMR    $@"
	@$(locked) cmake --build $(RUNTIME) -j $(JOBS) >$(RUNTIME)/build.log 2>&1 || \
	    { cat $(RUNTIME)/build.log >&2; exit 1; }
	@touch $@

# Who looks into the runtime needs its definitions.
$(call object,$(WITH_RUNTIME)): $(RUNTIME)/flags
$(call object,$(WITH_RUNTIME)) $(WITH_RUNTIME:%.c=$(BUILD)/tidy/%.ok): \
    private CPPFLAGS += $$(cat $(RUNTIME)/flags)
# The interpreter packs its frames to four bytes.
$(call object,$(WITH_RUNTIME)): private CFLAGS += $(if $(SAN),-fno-sanitize=alignment)
endif

# What a report carries inside. The chart library comes from npm, in the version that the lock file
# pins; where npm is absent, cannot fetch it or is not wanted (NPM=none), reports go without it.
CHARTS = $(BUILD)/gen/charts

$(BUILD)/gen/report_css.c: analysis/report/report.css
	@$(call as_bytes,report_css)

$(BUILD)/gen/report_js.c: analysis/report/report.js
	@$(call as_bytes,report_js)

$(BUILD)/gen/report_uplot_css.c $(BUILD)/gen/report_uplot_js.c: \
    $(BUILD)/gen/report_uplot_%.c: $(CHARTS)/uplot.%
	@$(call as_bytes,report_uplot_$*)

$(CHARTS)/uplot.css $(CHARTS)/uplot.js &: analysis/report/package.json \
    analysis/report/package-lock.json $(BUILD)/npm
	@rm -rf $(@D) && mkdir -p $(@D) && cp $(filter %.json,$^) $(@D)
	@cd $(@D) && if command -v $(NPM) >npm.log && timeout 120 $(NPM) ci --ignore-scripts --no-audit \
	    --no-fund --prefer-offline --fetch-retries=1 >npm.log 2>&1; then \
	    cp node_modules/uplot/dist/uPlot.min.css uplot.css && \
	    { echo '/*!'; cat node_modules/uplot/LICENSE; echo '*/'; \
	      cat node_modules/uplot/dist/uPlot.iife.min.js; } > uplot.js; \
	else \
	    echo "  NOTE    no chart library (see $(@D)/npm.log): reports show still figures"; \
	    : > uplot.css; : > uplot.js; \
	fi

# A mark that changes when npm comes or goes.
$(BUILD)/npm: FORCE
	@mkdir -p $(@D)
	@{ command -v $(NPM) || echo none; } > $@.new
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

# The program holds the ledger that it measures: the next make builds it in.
.PHONY: ledger ledger-built
ledger: ## measure what each reading of the paper changes: models/nimblenet/results/ledger.tsv, charts
	@$(DEPS) build figures
	@$(MAKE) ledger-built

ledger-built: $(PROGRAM)
	@mkdir -p results analysis/figures/gallery
	$(PROGRAM) ledger scenarios/factory.yaml --tsv > $(BUILD)/ledger.tsv
	@cmp -s $(BUILD)/ledger.tsv models/nimblenet/results/ledger.tsv || cp $(BUILD)/ledger.tsv models/nimblenet/results/ledger.tsv
	@for format in svg png; do \
	    LC_ALL=C.UTF-8 gnuplot -e "scripts = 'analysis/figures'; folder = 'models/nimblenet/results'" \
	        -e "format = '$$format'; picture = 'results/ledger.$$format'" \
	        analysis/figures/ledger.gp || exit; \
	done
	@cp results/ledger.png analysis/figures/gallery/
	@echo "models/nimblenet/results/ledger.tsv; results/: ledger.svg, ledger.png; the latter also in the gallery"

# A missed band is told at the end: the figures are most welcome when something is off.
.PHONY: paper paper-built
paper: ## redraw the paper's figures and hold its numbers beside ours, in results/paper/
	@$(DEPS) build figures
	@$(MAKE) paper-built

PAPER   = results/paper
GALLERY = analysis/figures/gallery
paper-built: $(PROGRAM)
	@mkdir -p $(PAPER)
	$(PROGRAM) run scenarios/factory.yaml --set record=calls --out $(PAPER)/factory.db --force --quiet
	@code=0; \
	$(PROGRAM) paper $(PAPER)/factory.db --out $(PAPER) || code=$$?; \
	[ $$code -le 1 ] || exit $$code; \
	{ analysis/figures/draw.sh $(PAPER) $(GALLERY) && cp $(PAPER)/table.md $(GALLERY); } || exit; \
	echo "$(PAPER)/: figures as SVG and PNG, their data, the table; $(GALLERY)/: the PNGs"; \
	exit $$code

# ---------------------------------------------------------------- test

.PHONY: test test-built asan tests golden-update golden-built ci
test: ## install what is missing, build, run all tests; the last line is the sum
	@$(DEPS) build test
	@$(MAKE) test-built

tests: $(PROGRAM) $(TEST_PROGRAMS) $(TASKLETS) # build without running

test-built: $(PROGRAM) $(TEST_PROGRAMS) $(TASKLETS)
	@BUILD='$(BUILD)' tests/support/run-tests.sh $(TEST_PROGRAMS) $(sort $(wildcard tests/cli/*.sh))

SAMPLE = 5 %
.PHONY: replay replay-built
replay: ## execute a sample of the factory's calls for real, and compare: SAMPLE='5 %'
	@$(DEPS) build
	@$(MAKE) replay-built

replay-built: $(PROGRAM)
	@mkdir -p results
	$(PROGRAM) run scenarios/factory.yaml --replication 1 --set record=calls \
	    --out results/replication-1.db --force --quiet
	$(PROGRAM) replay results/replication-1.db --sample '$(SAMPLE)' --force

.PHONY: test-slurm test-slurm-built
test-slurm: ## sweep on a real Slurm of four virtual nodes, where the machine allows it
	@$(DEPS) build test slurm || echo "going on without what could not be installed" >&2
	@$(MAKE) test-slurm-built

test-slurm-built: $(PROGRAM)
	@NIMBLESIM=$(PROGRAM) LC_ALL=C.UTF-8 tests/slurm/test_slurm.sh | tee $(BUILD)/test-slurm.log
	@! grep -q '^not ok' $(BUILD)/test-slurm.log && grep -q '^1\.\.' $(BUILD)/test-slurm.log

asan: ## the tests again under AddressSanitizer and UBSan
	@$(MAKE) SAN=address,undefined test

# The test library itself cannot run under ThreadSanitizer: what threads share is tried from outside.
.PHONY: tsan tsan-built
tsan: ## what runs on several threads, under ThreadSanitizer
	@$(DEPS) build test
	@$(MAKE) SAN=thread tsan-built

tsan-built: $(PROGRAM)
	@BUILD='$(BUILD)' tests/support/run-tests.sh tests/cli/test_threads.sh

# The recorded digests must come out of every flavour of the program.
.PHONY: matrix
matrix: ## check the digests under gcc and clang, -O0 and -O3
	@$(DEPS) build test lint
	@for cc in gcc clang; do for opt in -O0 -O3; do \
	    echo "== $$cc $$opt"; \
	    $(MAKE) CC=$$cc OPT=$$opt BUILD=build-matrix-$$cc$$opt >/dev/null && \
	    NIMBLESIM=build-matrix-$$cc$$opt/nimblesim tests/cli/test_digests.sh || exit; \
	done; done

ci: ## what the continuous integration runs: tests, sanitizer tests, lint
	@.ci/run

golden-update: ## rewrite the golden traces from what the program does now; review the diff
	@$(DEPS) build test
	@$(MAKE) golden-built

golden-built: $(PROGRAM) $(filter $(BUILD)/tests/golden/%,$(TEST_PROGRAMS))
	@for program in $(filter-out $(PROGRAM),$^); do GOLDEN_UPDATE=1 $$program || exit; done
	@GOLDEN_UPDATE=1 NIMBLESIM=$(PROGRAM) tests/cli/test_digests.sh
	@git status --short tests/golden

# Assembled by Debian's wabt.
$(BUILD)/tests/tasklets/%.inlined.wasm: tests/tasklets/%.wat tests/tasklets/inline.awk $(WAT)
	@mkdir -p $(@D)
	@awk -f tests/tasklets/inline.awk $< > $(@:.wasm=.wat)
	@wat2wasm -o $@ $(@:.wasm=.wat)
$(BUILD)/tests/tasklets/%.wasm: tests/tasklets/%.wat
	@mkdir -p $(@D)
	@wat2wasm -o $@ $<
$(BUILD)/tests/tasklets/%.wasm: tests/hostile/%.wat
	@mkdir -p $(@D)
	@wat2wasm -o $@ $<
$(BUILD)/tests/tasklets/bench-%.wasm: runtime-replay/bench/%.wat
	@mkdir -p $(@D)
	@wat2wasm -o $@ $<

# Each file in a test room is one program; what they share is in tests/support.
SUPPORT_OBJECTS = $(call object,$(SUPPORT))
.SECONDARY: $(call object,$(TESTS) $(BENCHES) $(FUZZERS) $(SUPPORT))

$(TEST_PROGRAMS): $(BUILD)/%: $(BUILD)/obj/%.o $(SUPPORT_OBJECTS) $(LIBRARY) $(RUNTIME_LIBRARY)
	@echo "  LINK    $@"
	@mkdir -p $(@D)
	@$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(TEST_LIBS) $(LDLIBS)

# ---------------------------------------------------------------- measure

.PHONY: bench coverage coverage-built
bench: $(call program,$(BENCHES)) $(TASKLETS) ## run the benchmarks, and compare with the last record
	@TASKLETS='$(BUILD)/tests/tasklets' tests/bench/record.sh $(filter-out %.wasm,$^)

$(call program,$(BENCHES)): $(BUILD)/%: $(BUILD)/obj/%.o $(call object,tests/support/tasklets.c) \
    $(LIBRARY) $(RUNTIME_LIBRARY)
	@echo "  LINK    $@"
	@mkdir -p $(@D)
	@$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

coverage: ## which lines and branches the tests reach, file by file
	@$(DEPS) build test coverage
	@$(MAKE) BUILD=build-coverage OPT='-O0 -g --coverage -fprofile-update=atomic' coverage-built

# Old counts would be added to the new ones.
coverage-built: $(PROGRAM) $(TEST_PROGRAMS) $(TASKLETS)
	@find $(BUILD) -name '*.gcda' -delete
	@BUILD='$(BUILD)' tests/support/run-tests.sh $(TEST_PROGRAMS) $(sort $(wildcard tests/cli/*.sh))
	@gcovr --root . --object-directory $(BUILD) --exclude 'tests/' --exclude '$(BUILD)/' $(BUILD)
	@gcovr --root . --object-directory $(BUILD) --exclude 'tests/' --exclude '$(BUILD)/' \
	    --branches $(BUILD)

# The table is data and in git: what an emulated board counts is the same everywhere.
.PHONY: calibrate-pico calibrate-pico-built
calibrate-pico: ## count what the runtime costs on an emulated Pico W: its platform table
	@$(DEPS) build pico
	@$(MAKE) calibrate-pico-built

# The scenario's own time for an instruction comes from this table: another is set here, so that
# neither hangs on the other.
calibrate-pico-built: $(PROGRAM)
	@rm -rf $(BUILD)/pico/tasklets && mkdir -p $(BUILD)/pico
	@$(PROGRAM) taskgen scenarios/factory.yaml --set 'platform.instruction_time=300 ns' \
	    --wasm $(BUILD)/pico/tasklets >/dev/null
	@$(MAKE) -C runtime-replay/pico BUILD=$(abspath $(BUILD))/pico WAMR_DIR=$(abspath $(WAMR_DIR)) \
	    TASKLETS=$(abspath $(BUILD))/pico/tasklets/nimble NPM=$(NPM) table

# ---------------------------------------------------------------- fuzz

.PHONY: fuzz fuzz-built
fuzz: ## fuzz the decoders and the loader for T=60 seconds in all
	@$(DEPS) build fuzz
	@$(MAKE) CC=clang BUILD=build-fuzz SAN=fuzzer-no-link,address,undefined OPT='-O1 -g' fuzz-built

fuzz-built: $(call program,$(FUZZERS))
	@BUILD='$(BUILD)' tests/support/run-fuzz.sh $(T) $^

$(call program,$(FUZZERS)): $(BUILD)/%: $(BUILD)/obj/%.o $(LIBRARY) $(RUNTIME_LIBRARY)
	@echo "  LINK    $@"
	@mkdir -p $(@D)
	@$(CC) $(CFLAGS) -fsanitize=fuzzer $(LDFLAGS) -o $@ $^ $(LDLIBS)

# ---------------------------------------------------------------- lint

.PHONY: lint lint-layout lint-arrows lint-stack lint-shell lint-cppcheck lint-gcc lint-clang lint-tidy format
lint: ## layout, warnings as errors, clang-tidy, cppcheck, and the arrows between the rooms
	@$(DEPS) build test lint
	@$(MAKE) --keep-going --output-sync=target lint-layout lint-arrows lint-stack lint-shell lint-gcc \
	    lint-clang lint-cppcheck && echo "lint: clean"

# Everything that is ours to lay out.
OWN = $(SOURCES) $(HEADERS) $(sort $(wildcard tests/*/*.c tests/*/*.h runtime-replay/pico/*.[ch]))

format: ## lay out the sources with clang-format
	@.ci/deps lint
	@clang-format -i $(OWN)

lint-layout:
	@clang-format --dry-run -Werror $(OWN)

lint-shell:
	@shellcheck .ci/deps .ci/run .ci/version $(wildcard tests/*/*.sh analysis/figures/*.sh)

# gcc with its analyzer, clang with clang-tidy. Each in a folder of its own, where objects and
# marks stay: a second lint only looks at what changed. Of gcc's analyzer we leave out the leaks:
# it takes what a struct of the caller owns for lost. LeakSanitizer sees the true ones. Tests may
# crash where memory is out, so they are not analysed.
lint-gcc:
	@$(MAKE) CC=gcc SAN= BUILD=build-lint-gcc \
	    OPT='-O1 -g -Werror -fanalyzer -Wno-analyzer-malloc-leak' \
	    TEST_WARNINGS='$(TEST_WARNINGS) -fno-analyzer' lint-objects

lint-clang:
	@$(MAKE) CC=clang SAN= BUILD=build-lint-clang OPT='-O1 -g -Werror' lint-objects lint-tidy

# The arrows are read from the includes and from what the core's objects import. The objects are
# those of a plain build: an instrumented one imports more.
lint-arrows:
	@$(MAKE) CC=gcc SAN= BUILD=build-lint-plain OPT='-O2 -g' lint-core
	@tests/support/check-arrows.sh build-lint-plain/obj

# The call graph that gcc writes beside each object, with the stack of every function. A compiler
# cache would keep the object and lose the graph.
lint-stack:
	@CCACHE_DISABLE=1 $(MAKE) CC=gcc SAN= BUILD=build-lint-stack OPT='-O2 -g -fcallgraph-info=su' \
	    lint-core
	@tests/support/check-stack.sh build-lint-stack/obj

.PHONY: lint-objects lint-core
lint-objects: $(LIB_OBJECTS) $(call object,sim/cli/main.c $(TESTS) $(BENCHES) $(FUZZERS) $(SUPPORT))
lint-core: $(call object,$(filter models/parts/flood.c $(foreach m,$(wildcard models/*/core),$(m)/%),$(SOURCES)) sim/engine/pool.c)

# A mark hangs on the object, which is made anew when the source or a header of it changes.
lint-tidy: $(patsubst %.c,$(BUILD)/tidy/%.ok,$(SOURCES))
$(BUILD)/tidy/%.ok: $(BUILD)/obj/%.o .clang-tidy
	@echo "  TIDY    $*.c"
	@mkdir -p $(@D)
	@clang-tidy --quiet --warnings-as-errors='*' $*.c -- $(CPPFLAGS) -std=c17 2>$@.log || \
	    { cat $@.log; exit 1; }
	@touch $@

# Two variables may begin with the same value.
lint-cppcheck:
	@mkdir -p build-lint-cppcheck
	@cppcheck --quiet --std=c11 --enable=warning,portability,performance --inline-suppr \
	    --error-exitcode=1 --suppress=missingIncludeSystem \
	    --suppress=duplicateAssignExpression --cppcheck-build-dir=build-lint-cppcheck \
	    -j $(JOBS) -D_POSIX_C_SOURCE=200809L -D__GNUC__=12 -I. $(SOURCES)

# ---------------------------------------------------------------- house

.PHONY: deps install uninstall clean help
deps: ## install what is missing: Debian packages, the source of the Wasm runtime
	@$(DEPS) build test lint fuzz coverage figures

DATA = $(DESTDIR)$(PREFIX)/share/nimblesim
DOC  = $(DESTDIR)$(PREFIX)/share/doc/nimblesim
install: $(PROGRAM) ## install the program and the scenarios under PREFIX=/usr/local (and DESTDIR=)
	install -d $(DESTDIR)$(PREFIX)/bin $(DATA)/scenarios $(DOC)
	install -m 755 $(PROGRAM) $(DESTDIR)$(PREFIX)/bin/nimblesim
	install -m 644 $(wildcard scenarios/*.yaml) $(DATA)/scenarios
	install -m 644 $(wildcard LICENSE README.md) $(DOC)

uninstall: ## remove what install put there
	rm -f $(DESTDIR)$(PREFIX)/bin/nimblesim
	rm -rf $(DATA) $(DOC)

clean: ## remove every build folder; results stay
	rm -rf build build-*/

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' Makefile

-include $(patsubst %.o,%.d,$(LIB_OBJECTS) \
    $(call object,sim/cli/main.c $(TESTS) $(BENCHES) $(FUZZERS) $(SUPPORT)))
