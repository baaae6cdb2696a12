# What a report carries inside: its style, its script and the chart library. Included by the
# Makefile.

REPORT_PARTS = report_css report_js report_uplot_css report_uplot_js
CHARTS       = $(BUILD)/gen/charts

$(BUILD)/gen/report_css.c: analysis/report/report.css
	@$(call as_bytes,report_css)

$(BUILD)/gen/report_js.c: analysis/report/report.js
	@$(call as_bytes,report_js)

$(BUILD)/gen/report_uplot_css.c $(BUILD)/gen/report_uplot_js.c: \
    $(BUILD)/gen/report_uplot_%.c: $(CHARTS)/uplot.%
	@$(call as_bytes,report_uplot_$*)

$(CHARTS)/uplot.css $(CHARTS)/uplot.js &: analysis/report/package.json \
    analysis/report/package-lock.json analysis/report/charts.sh $(BUILD)/npm
	@analysis/report/charts.sh $(@D) $(NPM)

# A mark that changes when npm comes or goes.
$(BUILD)/npm: FORCE
	@mkdir -p $(@D)
	@{ command -v $(NPM) || echo none; } > $@.new
	@$(keep_if_equal)
