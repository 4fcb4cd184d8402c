# `make help` says what there is. Everything that is made goes to build/ and out/; nothing outside the folder changes but
# for the packages that `make setup` installs.
.PHONY: help setup demo test check bench document format format-check install site clean lib
.DEFAULT_GOAL := help

TIER ?= test
LIB := $(CURDIR)/build/lib
WITH_LIB := R_LIBS="$(LIB)$${R_LIBS:+:$$R_LIBS}"
SOURCES := $(shell find R src inst data man -type f ! -name '*.o' ! -name '*.so' 2>/dev/null) DESCRIPTION NAMESPACE

help: ## list the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

setup: ## install what is missing: make setup TIER=demo, test, site or bench
	@Rscript tools/setup.R $(TIER)

demo: ## the main job on state_capital: tables on the screen, pictures in out/
	@Rscript tools/setup.R demo
	@$(MAKE) --no-print-directory lib
	@$(WITH_LIB) Rscript inst/examples/demo.R out

test: ## everything there is to test, or with ROOM=iv one room of it; ends with 'N passed, N failed'
	@Rscript tools/setup.R test
	@$(WITH_LIB) bash tools/test.sh $(ROOM)

check: ## R CMD check --as-cran; fails on an error, a warning or a note that is not explained
	@Rscript tools/setup.R test
	@$(MAKE) --no-print-directory lib
	@sh tools/check.sh

bench: ## speed against named peers, one process a script
	@Rscript tools/setup.R bench
	@$(MAKE) --no-print-directory lib
	@$(WITH_LIB) sh tools/bench.sh

document: ## write RcppExports, NAMESPACE, man/ and the README's output again
	@Rscript tools/setup.R test
	@Rscript -e 'Rcpp::compileAttributes()'
	@$(MAKE) --no-print-directory lib
	@$(WITH_LIB) Rscript -e 'roxygen2::roxygenise(load_code = roxygen2::load_installed)' >build/document.log 2>&1 || \
	  { cat build/document.log; exit 1; }
	@grep -E '^Writing|^x |^!|✖' build/document.log || echo "help pages: nothing to write"
	@$(MAKE) --no-print-directory lib
	@$(WITH_LIB) Rscript tools/readme.R

format: ## lay the C++ code out by .clang-format, and the R code
	@clang-format -i $$(find inst/include src tests/cpp -name '*.hpp' -o -name '*.cpp' | grep -v RcppExports)
	@[ ! -e tools/layout.R ] || Rscript tools/layout.R

format-check: ## say which C++ files `make format` would change
	@mkdir -p build
	@sh tools/format-check.sh

install: ## install the package into R's own library
	@Rscript tools/setup.R demo
	@MAKEFLAGS=-j2 R CMD INSTALL --preclean --clean .
	@Rscript tools/vignettes.R

site: ## the package's web pages, in docs/
	@Rscript tools/setup.R site
	@$(MAKE) --no-print-directory lib
	@$(WITH_LIB) Rscript -e 'options(pkgdown.internet = FALSE); pkgdown::build_site(preview = FALSE, install = FALSE, new_process = FALSE)'
	@rm -f docs/reference/Rplot*.png  # of the devices that pkgdown opens for examples and does not use

clean: ## remove everything that was made
	@rm -rf build out docs src/*.o src/*.so *.tar.gz *.Rcheck

# The private library that demo, test, bench and site use: the package goes in again when one of its files changes.
lib: build/lib/ccdpanel/DESCRIPTION
	@:

build/lib/ccdpanel/DESCRIPTION: $(SOURCES)
	@echo "Installing the package into build/lib (the first time, compiling takes minutes)"
	@sh tools/install.sh
