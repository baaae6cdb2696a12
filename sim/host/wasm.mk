# The whole program as one module of WebAssembly with WASI, for node, wasmtime and the browser.
# Included by the Makefile.
#
# It is built by Debian's clang, lld and wasi-libc. What a WASI host lacks stands in sim/host/wasi;
# libyaml, SQLite, one function of libsodium and a few of GSL are built from Debian's source
# packages. It has no igraph (grids alone) and no Wasm runtime.

WASM_DIR      = .deps/wasm
WASM_BUILD    = build-wasm
WASM_MODULE   = $(WASM_BUILD)/nimblesim.wasm
WASM_EMULATED = -D_WASI_EMULATED_SIGNAL -D_WASI_EMULATED_PROCESS_CLOCKS -D_WASI_EMULATED_GETPID
WASM_CC       = clang --target=wasm32-wasi
WASM_CFLAGS   = -std=c17 $(OPT_WASM) -ffp-contract=off
OPT_WASM      = -O2
# 256 MiB from the start: growing later has cost node's collector its life while it stored.
WASM_LDFLAGS  = -Wl,--initial-memory=268435456 -Wl,--max-memory=2147483648 -Wl,-z,stack-size=1048576 \
                -Wl,--strip-all -lwasi-emulated-signal -lwasi-emulated-process-clocks \
                -lwasi-emulated-getpid

.PHONY: deps-wasm wasm wasm-built playground
deps-wasm: ## fetch what `make wasm` needs: clang, lld, wasi-libc, sources of libraries
	@.ci/deps wasm
	@sim/host/fetch.sh $(WASM_DIR)

wasm: deps-wasm ## the program as one WASI module: build-wasm/nimblesim.wasm
	@$(MAKE) wasm-built

playground: wasm ## the program in a browser's tab, as one page: build-wasm/playground.html
	@node sim/host/playground/make.mjs $(WASM_MODULE) $(WASM_BUILD)/playground.html

wasm-built: $(WASM_BUILD)/libraries.a
	@$(MAKE) BUILD=$(WASM_BUILD) CC='$(WASM_CC)' AR=llvm-ar SAN= CONVERSION_WARNINGS= \
	    GRAPH=none WASM=none PROCESSES=none LIBRARIES= \
	    CFLAGS='$(WASM_CFLAGS)' LDFLAGS='' LDLIBS='$(WASM_LDFLAGS)' LIBRARY_LIBS= \
	    LIBRARY_CFLAGS='-isystem sim/host/wasi $(WASM_EMULATED) -isystem $(WASM_DIR)/include' \
	    $(WASM_MODULE)

$(WASM_MODULE): $(call object,sim/cli/main.c sim/host/wasi/host.c) $(LIBRARY) \
    $(WASM_BUILD)/libraries.a
	@echo "  LINK    $@"
	@$(CC) $(CFLAGS) -o $@ $^ $(LDLIBS)

# ---------------------------------------------------------------- the libraries

WASM_GSL     = $(addprefix gsl/, $(addprefix cdf/,tdist tdistinv gauss gaussinv beta betainv) \
               $(addprefix err/,error stream strerror message) \
               $(addprefix sys/,coerce expm1 fcmp fdiv hypot infnan invhyp ldfrexp log1p minmax \
                   pow_int prec) \
               $(addprefix specfunc/,beta beta_inc elementary erfc exp expint gamma gamma_inc log \
                   psi trig zeta) \
               sort/sort sort/sortvec $(addprefix histogram/,add get init maxval params reset) \
               $(addprefix randist/,chisq exponential gamma gauss tdist) \
               rng/rng $(addprefix statistics/,mean median quantiles variance) version)
WASM_YAML    = $(addprefix yaml/src/,api parser reader scanner)
WASM_SODIUM  = $(addprefix sodium/src/libsodium/,crypto_hash/sha256/cp/hash_sha256_cp sodium/codecs) \
               sodium/part
WASM_OBJECTS = $(patsubst %,$(WASM_BUILD)/lib/%.o,$(WASM_GSL) $(WASM_YAML) $(WASM_SODIUM) \
               sqlite/sqlite3)

$(WASM_BUILD)/libraries.a: $(WASM_OBJECTS)
	@rm -f $@
	@llvm-ar rcs $@ $^

# Theirs, with their warnings.
$(WASM_BUILD)/lib/%.o: $(WASM_DIR)/%.c sim/host/wasm.mk $(wildcard sim/host/wasi/*.h \
    sim/host/wasi/*/*.h)
	@echo "  CC      $<"
	@mkdir -p $(@D)
	@$(WASM_CC) -w $(OPT_WASM) -isystem sim/host/wasi $(WASM_EMULATED) $(WASM_DEFINES) -c -o $@ $<

$(WASM_GSL:%=$(WASM_BUILD)/lib/%.o): private WASM_DEFINES = \
    -DHAVE_CONFIG_H -I$(WASM_DIR)/include -I$(WASM_DIR)/gsl
$(WASM_YAML:%=$(WASM_BUILD)/lib/%.o): private WASM_DEFINES = -I$(WASM_DIR)/yaml/include \
    -DYAML_VERSION_MAJOR=0 -DYAML_VERSION_MINOR=2 -DYAML_VERSION_PATCH=5 \
    -DYAML_VERSION_STRING='"0.2.5"'
$(WASM_SODIUM:%=$(WASM_BUILD)/lib/%.o): private WASM_DEFINES = -DCONFIGURED=1 \
    -I$(WASM_DIR)/sodium/src/libsodium/include/sodium -I$(WASM_DIR)/sodium/src/libsodium/include
$(WASM_BUILD)/lib/sqlite/sqlite3.o: private WASM_DEFINES = -DSQLITE_THREADSAFE=0 \
    -DSQLITE_OMIT_LOAD_EXTENSION -DSQLITE_OMIT_WAL -DSQLITE_OMIT_SHARED_CACHE \
    -DSQLITE_ENABLE_LOCKING_STYLE=0 -DSQLITE_DISABLE_LFS -DSQLITE_MAX_MMAP_SIZE=0 -DSQLITE_ENABLE_COLUMN_METADATA
