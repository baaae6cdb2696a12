# The tests: programs, scripts, benchmarks, coverage and fuzzing. Included by the Makefile.

# ---------------------------------------------------------------- sources

TESTS   := $(sort $(wildcard $(patsubst %,tests/%/*.c,unit property conformance golden)))
BENCHES := $(sort $(wildcard tests/bench/*.c))
FUZZERS := $(filter-out $(if $(filter none,$(WASM)),tests/fuzz/fuzz_wasm.c tests/fuzz/fuzz_state.c), \
           $(sort $(wildcard tests/fuzz/fuzz_*.c)))
SUPPORT := $(sort $(wildcard tests/support/*.c))
TEST_SOURCES  = $(TESTS) $(BENCHES) $(FUZZERS) tests/fuzz/driver.c $(SUPPORT) \
                $(sort $(wildcard tests/faults/*.c))
TEST_PROGRAMS = $(call program,$(TESTS))
TIMED = $(call program,$(filter-out tests/bench/wasm.c,$(BENCHES))) # nobody runs these, but they build
APART         = $(BUILD)/tests/property/test_apart
# The longest first, so that it does not run alone at the end.
TEST_SCRIPTS  = $(wildcard tests/fuzz/*.sh) $(sort $(wildcard tests/cli/*.sh tests/faults/*.sh))
# The rules' own tests look at no program: a sanitizer adds nothing to them.
LINT_TESTS    = $(if $(SAN),,$(sort $(wildcard tests/lint/test_*.sh)))
DRIVEN        = $(FUZZERS:tests/fuzz/fuzz_%.c=$(BUILD)/tests/fuzz/driven_%)

# Hand-written tasklets, and their twins with the sub-tasklets' code inside; hostile ones;
# and those that bench-call carries as bytes.
WAT      := $(sort $(wildcard tests/tasklets/*.wat))
HOSTILE  := $(sort $(wildcard tests/hostile/*.wat))
MEASURED := $(sort $(wildcard runtime-replay/bench/*.wat))
TASKLETS  = $(WAT:%.wat=$(BUILD)/%.wasm) \
            $(HOSTILE:tests/hostile/%.wat=$(BUILD)/tests/tasklets/%.wasm) \
            $(MEASURED:runtime-replay/bench/%.wat=$(BUILD)/tests/tasklets/bench-%.wasm) \
            $(patsubst %.wat,$(BUILD)/%.inlined.wasm,$(filter-out %/deeper.wat,$(WAT)))

include tests/faults/faults.mk

# ---------------------------------------------------------------- run

.PHONY: test test-built asan tests golden-update golden-built ci
test: ## install what is missing, build, run all tests; the last line is the sum
	@$(DEPS) build test
	@$(MAKE) test-built

tests: $(PROGRAM) $(TEST_PROGRAMS) $(TIMED) $(TASKLETS) $(FAULTS_TOOLS) $(DRIVEN) # build without running

test-built: $(PROGRAM) $(TEST_PROGRAMS) $(TIMED) $(TASKLETS) $(FAULTS_TOOLS) $(DRIVEN) lint-cores
	@BUILD='$(BUILD)' LINT_OBJECTS=build-lint-plain/obj tests/support/run-tests.sh $(TEST_SCRIPTS) \
	    $(TEST_PROGRAMS) $(LINT_TESTS)

SAMPLE = 5 %
.PHONY: docs docs-built
docs: ## write the blocks of output in the pages anew, by the commands above them
	@$(DEPS) build
	@$(MAKE) docs-built

docs-built: $(PROGRAM)
	@BUILD='$(BUILD)' tests/support/docs.sh

.PHONY: replay replay-built
replay: ## execute a sample of the factory's calls for real, and compare: SAMPLE='5 %'
	@$(DEPS) build
	@$(MAKE) replay-built

replay-built: $(PROGRAM)
	@mkdir -p results
	$(PROGRAM) run scenarios/factory.yaml --replication 1 --set record=calls \
	    --out results/replication-1.db --force --quiet
	$(PROGRAM) replay results/replication-1.db --sample '$(SAMPLE)' --force

.PHONY: testbed testbed-built
testbed: ## the factory over 13 real processes in virtual time, beside its simulation
	@$(DEPS) build
	@$(MAKE) testbed-built

testbed-built: $(PROGRAM)
	@mkdir -p results
	$(PROGRAM) run scenarios/factory.yaml --replication 1 --set record=calls \
	    --out results/simulated.db --force --quiet
	$(PROGRAM) testbed scenarios/factory.yaml --replication 1 --set record=calls \
	    --out results/testbed.db --force
	$(PROGRAM) compare results/simulated.db results/testbed.db

CLANG_BUILD = build-clang
.PHONY: testbed-all
testbed-all: ## all that must hold of the testbed, as a table: about an hour
	@$(DEPS) build test lint
	@$(MAKE) $(PROGRAM) $(BUILD)/tests/conformance/test_testbed
	@$(MAKE) CC=clang BUILD=$(CLANG_BUILD) $(CLANG_BUILD)/nimblesim >/dev/null
	@BUILD='$(BUILD)' CLANG=$(CLANG_BUILD)/nimblesim tests/support/testbed-all.sh

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

# The recorded digests must come out of every flavour of the program. First what is fetched, one after
# the other; then the rows side by side: digests are one thread's work, and others are compiled
# beside it.
MATRIX_NATIVE = $(foreach cc,gcc clang,$(foreach opt,O0 O3,matrix-$(cc)-$(opt)))
MATRIX_WASI   = matrix-node matrix-wasmtime matrix-module
.PHONY: matrix matrix-wasi matrix-aarch64 $(MATRIX_NATIVE) $(MATRIX_WASI)
matrix: ## check the digests under gcc and clang, -O0 and -O3, as a WASI module, and on arm64
	@$(DEPS) build test lint
	@$(MAKE) build-matrix
	@timeout 900 $(MAKE) deps-wasm >build-matrix/wasm.log 2>&1 || :
	@tests/support/aarch64.sh .deps/aarch64 || rm -f .deps/aarch64/run
	@$(MAKE) --keep-going --output-sync=target matrix-aarch64 $(MATRIX_WASI) $(MATRIX_NATIVE)

build-matrix: # what the rows say
	@mkdir -p $@
$(MATRIX_NATIVE) matrix-wasi matrix-aarch64: | build-matrix

digests_hold = tests/cli/test_digests.sh | tee build-matrix/$@.log; \
               grep -q '^1\.\.' build-matrix/$@.log && ! grep -q '^not ok' build-matrix/$@.log
matrix_of    = $(word $(1),$(subst -, ,$@))
$(MATRIX_NATIVE):
	@$(MAKE) CC=$(call matrix_of,2) OPT=-$(call matrix_of,3) BUILD=build-$@ >/dev/null
	@echo "== $(call matrix_of,2) -$(call matrix_of,3)"; \
	NIMBLESIM=build-$@/nimblesim $(digests_hold)

# Told and not counted: what the module needs is not to be had everywhere.
matrix-wasi:
	@rm -f build-wasm/nimblesim.wasm
	@timeout 900 $(MAKE) wasm-built >>build-matrix/wasm.log 2>&1 || \
	    echo "not counted: no module could be built here (build-matrix/wasm.log)"
matrix-node matrix-wasmtime: matrix-wasi
	@test ! -e build-wasm/nimblesim.wasm || { echo "== WASI under $(call matrix_of,2)"; \
	    NIMBLESIM=sim/host/under-$(call matrix_of,2).sh $(digests_hold) || echo "not counted: see above"; }
matrix-module: matrix-wasi matrix-wasmtime matrix-gcc-O3 # not both at once: either may fetch wasmtime
	@test ! -e build-wasm/nimblesim.wasm || { touch build-wasm/nimblesim.wasm; \
	    BUILD=build-matrix-gcc-O3 tests/support/run-tests.sh tests/cli/test_wasm.sh || \
	    echo "not counted: see above"; }

matrix-aarch64:
	@echo "== arm64 under qemu-user"; \
	if test -x .deps/aarch64/run && timeout 900 $(MAKE) aarch64 >build-matrix/arm64.log 2>&1; then \
	    AARCH64_PROGRAM=build-aarch64/nimblesim DIGEST_THREADS=2 NIMBLESIM=.deps/aarch64/run \
	        timeout 900 $(digests_hold); \
	else echo "not counted: what runs on arm64 cannot be had here (see above, and build-matrix/arm64.log)"; fi

.PHONY: aarch64
AARCH64_ROOT = $(CURDIR)/.deps/aarch64/root
aarch64: # the program for arm64, by what tests/support/aarch64.sh has brought
	@PKG_CONFIG_SYSROOT_DIR='$(AARCH64_ROOT)' \
	    PKG_CONFIG_LIBDIR='$(AARCH64_ROOT)/usr/lib/aarch64-linux-gnu/pkgconfig' \
	    $(MAKE) CC='$(CURDIR)/.deps/aarch64/cc' AR=llvm-ar WASM=none BUILD=build-aarch64

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

$(filter-out $(APART),$(TEST_PROGRAMS)): $(BUILD)/%: $(BUILD)/obj/%.o $(SUPPORT_OBJECTS) $(LIBRARY) $(RUNTIME_LIBRARY)
	@echo "  LINK    $@"
	@mkdir -p $(@D)
	@$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(TEST_LIBS) $(LDLIBS)

# One program has a world of its own, in which each entity's state has its own pages.
APART_OBJECTS = $(patsubst %.c,$(BUILD)/apart/%.o,tests/property/test_apart.c \
                $(wildcard models/nimblenet/world/*.c))
.SECONDARY: $(APART_OBJECTS)
$(APART): $(APART_OBJECTS) $(SUPPORT_OBJECTS) $(LIBRARY) $(RUNTIME_LIBRARY)
	@echo "  LINK    $@"
	@mkdir -p $(@D)
	@$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(TEST_LIBS) $(LDLIBS)
$(BUILD)/apart/%.o: %.c $(BUILD)/flags
	@echo "  CC      $< (apart)"
	@mkdir -p $(@D)
	@$(COMPILE_TEST) -DWORLD_APART=4096u -c -o $@ $<
-include $(APART_OBJECTS:.o=.d)

# ---------------------------------------------------------------- measure

.PHONY: bench bench-update coverage coverage-built
bench: $(PROGRAM) $(call program,$(BENCHES)) $(TASKLETS) ## what runs cost, in instructions and in time, beside the records
	@tests/bench/instructions.sh bench $(PROGRAM)
	@TASKLETS='$(BUILD)/tests/tasklets' tests/bench/record.sh $(filter-out $(PROGRAM) %.wasm,$^)

bench-update: $(PROGRAM) ## count instructions anew and write them to tests/bench/record.tsv; say why in the commit
	@tests/bench/instructions.sh update $(PROGRAM)

.PHONY: bench-pages screenshots
bench-pages: $(PROGRAM) ## how soon pages are seen in browsers, and what a frame costs
	@PROGRAM=$(PROGRAM) tests/support/look.sh bench results/screenshots

screenshots: $(PROGRAM) ## pictures of all pages: narrow, wide, light, dark, in Chromium and Firefox
	@PROGRAM=$(PROGRAM) tests/support/look.sh screenshots results/screenshots

$(call program,$(BENCHES)): $(BUILD)/%: $(BUILD)/obj/%.o $(call object,tests/support/schema.c tests/support/tasklets.c) \
    $(LIBRARY) $(RUNTIME_LIBRARY)
	@echo "  LINK    $@"
	@mkdir -p $(@D)
	@$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

# Tests of random scenarios whose seed can be chosen.
SOAKED = $(call program,$(shell grep -l PROPERTY_COUNT tests/property/*.c))
.PHONY: soak soak-built
soak: ## random scenarios and fuzzers for T seconds, with seeds from the clock: T=28800 is a night
	@$(DEPS) build test
	@$(MAKE) soak-built

soak-built: $(PROGRAM) $(SOAKED) $(DRIVEN) $(TASKLETS)
	@BUILD='$(BUILD)' SOAK_SEED='$(SOAK_SEED)' tests/support/soak.sh $(T) $(SOAKED)

coverage: ## what tests and fuzzers reach, file by file, and the functions that nothing calls
	@$(DEPS) build test coverage
	@for goal in $(LEAVE) coverage-built; do \
	    $(MAKE) CC=clang BUILD=build-coverage OPT='-O0 -g -fprofile-instr-generate -fcoverage-mapping' \
	        LDFLAGS='$(LDFLAGS) $(LEAVE)' $$goal || exit; \
	done

LEAVE = build-coverage/obj/tests/coverage/leave.o
# A test that fails is told, and what it has reached counts.
coverage-built: $(PROGRAM) $(TEST_PROGRAMS) $(TASKLETS) $(FAULTS_TOOLS) $(DRIVEN)
	@rm -rf $(BUILD)/profile
	@PROFILES='$(CURDIR)/$(BUILD)/profile' BUILD='$(BUILD)' TEST_TIMEOUT=3600 \
	    tests/support/run-tests.sh $(TEST_SCRIPTS) $(TEST_PROGRAMS) || echo "going on with what was reached"
	@BUILD='$(BUILD)' tests/coverage/coverage.sh $(PROGRAM) $(TEST_PROGRAMS) $(DRIVEN)

# ---------------------------------------------------------------- fuzz

.PHONY: fuzz fuzz-built
fuzz: ## fuzz the decoders and the loader for T=60 seconds in all
	@$(DEPS) build fuzz
	@$(MAKE) CC=clang BUILD=build-fuzz SAN=fuzzer-no-link,address,undefined OPT='-O1 -g' fuzz-built

fuzz-built: $(call program,$(FUZZERS))
	@BUILD='$(BUILD)' tests/support/run-fuzz.sh $(T) $^

$(BUILD)/tests/fuzz/fuzz_results $(BUILD)/tests/fuzz/driven_results: $(SPOIL)
# Library and runtime need each other, whichever of them a fuzzer needs.
$(call program,$(FUZZERS)): $(BUILD)/%: $(BUILD)/obj/%.o $(LIBRARY) $(RUNTIME_LIBRARY)
	@echo "  LINK    $@"
	@mkdir -p $(@D)
	@$(CC) $(CFLAGS) -fsanitize=fuzzer $(LDFLAGS) -o $@ -Wl,--start-group $^ -Wl,--end-group $(LDLIBS)

# The same fuzzers where there is no libFuzzer.
FUZZ_DRIVER = $(BUILD)/obj/tests/fuzz/driver.o
$(DRIVEN): $(BUILD)/tests/fuzz/driven_%: $(BUILD)/obj/tests/fuzz/fuzz_%.o $(FUZZ_DRIVER) $(LIBRARY) \
    $(RUNTIME_LIBRARY)
	@echo "  LINK    $@"
	@mkdir -p $(@D)
	@$(CC) $(CFLAGS) $(LDFLAGS) -o $@ -Wl,--start-group $^ -Wl,--end-group $(LDLIBS)
