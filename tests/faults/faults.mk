# Faults: the k-th allocation, write, fsync, open ... fails, in every verb. See faults.c.
FAULTS         = $(BUILD)/tests/faults/faults
FAULTS_LIBRARY = $(BUILD)/tests/faults/inject.so
HOSTILE_MAKER  = $(BUILD)/tests/faults/hostile
FAULTS_OBJECTS = $(patsubst %.c,$(BUILD)/obj/%.o, \
                 $(filter-out %/inject.c %/hostile.c %/spoil.c,$(wildcard tests/faults/*.c)))

SPOIL          = $(BUILD)/obj/tests/faults/spoil.o

FAULTS_TOOLS   = $(FAULTS) $(FAULTS_LIBRARY) $(HOSTILE_MAKER)

# A sanitizer brings an allocator of its own; the library takes the C library's.
$(FAULTS_LIBRARY): tests/faults/inject.c tests/faults/inject.h $(BUILD)/flags
	@echo "  LINK    $@"
	@mkdir -p $(@D)
	@$(CC) -I. -std=c17 $(OPT) $(WARNINGS) -fno-builtin -fPIC -shared -o $@ $<

$(FAULTS): $(FAULTS_OBJECTS) $(LIBRARY) $(RUNTIME_LIBRARY)
	@echo "  LINK    $@"
	@mkdir -p $(@D)
	@$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(HOSTILE_MAKER): $(BUILD)/obj/tests/faults/hostile.o $(SPOIL) $(LIBRARY) $(RUNTIME_LIBRARY)
	@echo "  LINK    $@"
	@mkdir -p $(@D)
	@$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

# So many a verb and kind, spread over all there are; all: every single one.
FAULTS_MOST = 120
# So many processes of testbeds, and of experiments, are killed, each at a moment of its own.
FAULTS_KILLS = 200
.PHONY: faults faults-built
faults: ## every fault at every step: memory, writes, kills, races; half an hour and more
	@$(DEPS) build test
	@$(MAKE) faults-built

faults-built: $(PROGRAM) $(FAULTS_TOOLS) $(TASKLETS)
	@BUILD='$(BUILD)' FAULTS_MOST='$(FAULTS_MOST)' RACES=100 HOSTILE=1000 KILLS='$(FAULTS_KILLS)' \
	    TEST_TIMEOUT=7200 \
	    tests/support/run-tests.sh \
	    $(sort $(wildcard tests/faults/*.sh))

.PHONY: mistakes
mistakes: ## plant each mistake of tests/faults/mistakes, and see whether a test notices
	@$(DEPS) build test
	@tests/support/run-mistakes.sh
