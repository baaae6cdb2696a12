# What a report carries inside: its style, its script and the chart library. Included by the
# Makefile.

REPORT_PARTS = report_css report_js report_scene_css report_scene_js report_uplot_css report_uplot_js
CHARTS       = $(BUILD)/gen/charts

$(BUILD)/gen/report_css.c: analysis/report/report.css
	@$(call as_bytes,report_css)

$(BUILD)/gen/report_js.c: $(BUILD)/gen/report.js
	@$(call as_bytes,report_js)

$(BUILD)/gen/report.js: analysis/report/report_tables.js analysis/report/report.js
	@mkdir -p $(@D)
	@cat $^ > $@

# The floor, in the order in which its parts need each other.
SCENE = $(addprefix analysis/report/scene_,read.js draw.js lanes.js pick.js tell.js) analysis/report/scene.js

$(BUILD)/gen/report_scene_css.c: analysis/report/scene.css
	@$(call as_bytes,report_scene_css)

$(BUILD)/gen/report_scene_js.c: $(BUILD)/gen/scene.js
	@$(call as_bytes,report_scene_js)

$(BUILD)/gen/scene.js: $(SCENE)
	@mkdir -p $(@D)
	@cat $(SCENE) > $@

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
