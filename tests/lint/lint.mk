# What is checked without running it. Included by the Makefile.

.PHONY: lint lint-layout lint-rooms lint-cores lint-stack lint-shell lint-cppcheck lint-gcc \
        lint-clang lint-tidy format
lint: ## layout, warnings as errors, clang-tidy, cppcheck, and the rules of the rooms
	@$(DEPS) build test lint
	@$(MAKE) --keep-going --output-sync=target lint-layout lint-rooms lint-stack lint-shell \
	    lint-gcc lint-clang lint-cppcheck && echo "lint: clean"

# Everything that is ours to lay out.
OWN = $(SOURCES) $(HEADERS) $(sort $(wildcard tests/*/*.c tests/*/*.h runtime-replay/pico/*.[ch]))

format: ## lay out the sources with clang-format
	@.ci/deps lint
	@clang-format -i $(OWN)

lint-layout:
	@clang-format --dry-run -Werror $(OWN)

lint-shell:
	@shellcheck .ci/bytes .ci/deps .ci/run .ci/version \
	    $(wildcard tests/*/*.sh analysis/*/*.sh runtime-replay/*/*.sh sim/*/*.sh)

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

# The rules of tests/lint/rooms, which `make test` looks at as well.
lint-rooms: lint-cores
	@tests/lint/all.sh build-lint-plain/obj

# What the cores import is read from the objects of a plain build: an instrumented one imports more.
lint-cores:
	@$(MAKE) CC=gcc SAN= BUILD=build-lint-plain OPT='-O2 -g' lint-core-objects

# The call graph that gcc writes beside each object, with the stack of every function. A compiler
# cache would keep the object and lose the graph.
lint-stack:
	@CCACHE_DISABLE=1 $(MAKE) CC=gcc SAN= BUILD=build-lint-stack OPT='-O2 -g -fcallgraph-info=su' \
	    lint-core-objects
	@tests/lint/stack.sh build-lint-stack/obj

.PHONY: lint-objects lint-core-objects
lint-objects: $(LIB_OBJECTS) $(call object,sim/cli/main.c $(TEST_SOURCES))
ifneq ($(filter lint-core-objects,$(MAKECMDGOALS)),)
lint-core-objects: $(call object,$(sort $(shell for core in models/*/core; do \
    tests/lint/core-sources.sh $$core; done)))
endif

# The analyzer follows the paths through a function until it has seen so many places, those first
# where it has not been. What comes behind 50,000 are, as a rule, lines that it knows in another
# order, and they take three quarters of the time. TIDY_NODES=225000 is its own limit.
TIDY_NODES = 50000
TIDY_LIMIT = -Xclang -analyzer-config -Xclang max-nodes=$(TIDY_NODES)

# A mark hangs on the object, which is made anew when the source or a header of it changes.
lint-tidy: $(patsubst %.c,$(BUILD)/tidy/%.ok,$(SOURCES))
$(BUILD)/tidy/%.ok: $(BUILD)/obj/%.o .clang-tidy
	@echo "  TIDY    $*.c"
	@mkdir -p $(@D)
	@clang-tidy --quiet --warnings-as-errors='*' $*.c -- $(CPPFLAGS) -std=c17 $(TIDY_LIMIT) \
	    2>$@.log || { cat $@.log; exit 1; }
	@touch $@

# Two variables may begin with the same value.
lint-cppcheck:
	@mkdir -p build-lint-cppcheck
	@cppcheck --quiet --std=c11 --enable=warning,portability,performance --inline-suppr \
	    --error-exitcode=1 --suppress=missingIncludeSystem \
	    --suppress=duplicateAssignExpression --cppcheck-build-dir=build-lint-cppcheck \
	    -j $(JOBS) -D_POSIX_C_SOURCE=200809L -D__GNUC__=12 -I. $(SOURCES)
