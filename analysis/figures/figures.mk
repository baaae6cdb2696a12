# Figures of the papers, drawn anew. Included by the Makefile.

GALLERY = analysis/figures/gallery
PAPER   = results/paper

# The program holds the ledger that it measures: the next make builds it in.
.PHONY: ledger ledger-built
ledger: ## measure what each reading of a paper changes: models/NAME/results/ledger.tsv, charts
	@$(DEPS) build figures
	@$(MAKE) ledger-built

ledger-built: $(PROGRAM)
	@PROGRAM=$(PROGRAM) analysis/figures/ledger.sh scenarios/factory.yaml \
	    models/nimblenet/results $(GALLERY)
	$(PROGRAM) ledger scenarios/choreography.yaml --tsv --quiet \
	    >models/choreography/results/ledger.tsv
	$(PROGRAM) ledger scenarios/wasmtube-update.yaml --tsv --quiet \
	    >models/wasmtube/results/ledger.tsv

.PHONY: figures figures-built
figures: ## draw the pictures of the models' further scenarios, and the floor as a browser shows it
	@$(DEPS) build figures
	@$(MAKE) figures-built

figures-built: $(PROGRAM)
	@PROGRAM=$(PROGRAM) analysis/figures/pictures.sh $(PAPER) $(GALLERY)
	@PROGRAM=$(PROGRAM) analysis/figures/floor.sh $(GALLERY)/floor.png

# A missed band is told at the end: the figures are most welcome when something is off.
.PHONY: paper paper-built
paper: ## redraw the papers' figures and hold their numbers beside ours, in results/paper/
	@$(DEPS) build figures
	@$(MAKE) paper-built

paper-built: $(PROGRAM)
	@code=0; \
	PROGRAM=$(PROGRAM) analysis/figures/paper.sh scenarios/factory.yaml $(PAPER) $(GALLERY) \
	    models/nimblenet/results/paper-others.list || code=$$?; \
	PROGRAM=$(PROGRAM) analysis/figures/papers.sh $(PAPER) $(GALLERY) || code=$$?; \
	PROGRAM=$(PROGRAM) analysis/figures/pictures.sh $(PAPER) $(GALLERY) || code=$$?; \
	exit $$code
