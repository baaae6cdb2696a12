# C that is made of other files. Included by the Makefile.

LEDGERS   = $(sort $(wildcard models/*/results/ledger.tsv))
VIEWS     = $(sort $(wildcard models/*/views.sql))
PLATFORMS = $(sort $(wildcard runtime-replay/platforms/*.tsv))
GENERATED = version schema_sql views_sql platforms $(LEDGERS:models/%/results/ledger.tsv=ledger_%) \
            $(VIEWS:models/%/views.sql=views_%) $(REPORT_PARTS)

# Which sources and which compiler made this program, for the provenance of every run.
$(BUILD)/gen/version.c: FORCE
	@mkdir -p $(@D)
	@.ci/version '$(CC)' '$(strip $(CFLAGS))' > $@.new
	@$(keep_if_equal)

as_bytes = mkdir -p $(@D) && .ci/bytes $(1) $< > $@

$(BUILD)/gen/schema_sql.c $(BUILD)/gen/views_sql.c: $(BUILD)/gen/%_sql.c: analysis/store/%.sql
	@$(call as_bytes,analysis_$*_sql)

# What each reading of a paper changes, as it was measured last: NAME_ledger_tsv of models/NAME.
$(LEDGERS:models/%/results/ledger.tsv=$(BUILD)/gen/ledger_%.c): \
    $(BUILD)/gen/ledger_%.c: models/%/results/ledger.tsv
	@$(call as_bytes,$*_ledger_tsv)

# Views over a model's tables: NAME_views of models/NAME.
$(VIEWS:models/%/views.sql=$(BUILD)/gen/views_%.c): $(BUILD)/gen/views_%.c: models/%/views.sql
	@$(call as_bytes,$*_views)

# The tables of platforms, each under the name of its file.
$(BUILD)/gen/platforms.c: $(PLATFORMS) $(BUILD)/platforms runtime-replay/platforms/table.sh
	@mkdir -p $(@D)
	@runtime-replay/platforms/table.sh $(PLATFORMS) > $@

# A mark that changes when a table comes or goes.
$(BUILD)/platforms: FORCE
	@mkdir -p $(@D)
	@echo '$(PLATFORMS)' > $@.new
	@$(keep_if_equal)

$(BUILD)/gen/%.o: $(BUILD)/gen/%.c $(BUILD)/flags
	@$(COMPILE) -c -o $@ $<
