# The Wasm runtime, from its source in WAMR_DIR, and the firmware that is measured with it.
# Included by the Makefile.

# The sources that call the runtime, and the one that stands in for them where there is none.
WITH_RUNTIME    := $(addprefix runtime-replay/wasm/wasm_,host.c check.c instance.c run.c \
                   frames_save.c frames_restore.c sound.c walk.c)
WITHOUT_RUNTIME := runtime-replay/wasm/wasm_none.c

ifeq ($(filter wamr none,$(WASM)),)
$(error WASM=$(WASM): it is wamr, or none for a simulator without the Wasm runtime)
endif

ifneq ($(WASM),none)
# A build folder of its own, one for a compiler and sanitizer. Of the sanitizers it gets those that
# all objects of a program must agree on: its undefined behaviour is not ours to mend.
RUNTIME_SAN     := $(filter address thread fuzzer-no-link,$(subst $(comma), ,$(SAN)))
RUNTIME         := $(subst $(space),,build-wamr-$(notdir $(CC))$(RUNTIME_SAN:%=-%))
RUNTIME_LIBRARY := $(RUNTIME)/libwamr.a
# Flavours that are built side by side may share it.
locked           = flock $(RUNTIME)/lock

# A mark that changes with whatever the folder hangs on, its own place included: CMake writes that
# into its cache, and refuses to work in a copy.
$(RUNTIME)/source: FORCE
	@mkdir -p $(@D)
	@test -e $(WAMR_DIR)/core/iwasm/include/wasm_export.h || { \
	    echo "The source of the Wasm runtime is missing in $(WAMR_DIR): run 'make deps' first," >&2; \
	    echo "name a copy of your own with WAMR_DIR=, or build without it: 'make WASM=none'." >&2; \
	    exit 1; }
	@$(locked) sh -c "echo '$(abspath $(WAMR_DIR)) $(abspath $(RUNTIME)) $(CC) $(RUNTIME_SAN)' \
	    > $@.new; $(keep_if_equal)"

$(RUNTIME)/flags: runtime-replay/wamr/CMakeLists.txt $(RUNTIME)/source
	@echo "  CMAKE   $(RUNTIME)"
	@$(locked) runtime-replay/wamr/configure.sh $(<D) $(RUNTIME) $(abspath $(WAMR_DIR)) $(CC) \
	    '$(RUNTIME_SAN:%=-fsanitize=%)'

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

# The table is data and in git: what an emulated board counts is the same everywhere.
.PHONY: calibrate-pico calibrate-pico-built
calibrate-pico: ## count what the runtime costs on an emulated Pico W: its platform table
	@$(DEPS) build pico
	@$(MAKE) calibrate-pico-built

# The scenario's own time for an instruction comes from this table: another is set here, so that
# neither hangs on the other.
calibrate-pico-built: $(PROGRAM)
	@rm -rf $(BUILD)/pico/tasklets $(BUILD)/pico/heaps && mkdir -p $(BUILD)/pico
	@$(PROGRAM) taskgen scenarios/factory.yaml --set 'platform.instruction_time=300 ns' \
	    --wasm $(BUILD)/pico/tasklets >/dev/null
	@$(PROGRAM) taskgen scenarios/factory.yaml --set 'platform.instruction_time=300 ns' \
	    --set 'taskset.heap={uniform: [1 B, 8 KiB]}' --wasm $(BUILD)/pico/heaps >/dev/null
	@$(MAKE) -C runtime-replay/pico BUILD=$(abspath $(BUILD))/pico WAMR_DIR=$(abspath $(WAMR_DIR)) \
	    TASKLETS=$(abspath $(BUILD))/pico/tasklets/nimble HEAPS=$(abspath $(BUILD))/pico/heaps/nimble \
	    NPM=$(NPM) table
