SHELL := bash
.SHELLFLAGS := -eo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

##@ First steps
.PHONY: help
help: ## Show this list
	@awk 'BEGIN { FS = ":.*## " } \
	  /^##@/ { printf "\n%s\n", substr($$0, 5) } \
	  /^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: run
run: ## Install, start everything on http://localhost:8080, answer predictions
	@npm start

.PHONY: test
test: ## Install, then lint, types and all tests that need nothing but Node
	@npm test

##@ Development
.PHONY: install
install: ## Install exactly what the lock file says, Node 24 included
	@npm run --silent install:exact

.PHONY: dev
dev: install ## As run, and start again when a file changes
	@npm run dev

.PHONY: lint
lint: install ## Formatting, lint and types
	@npm run lint

.PHONY: format
format: install ## Write the formatting
	@npm run format

.PHONY: migration
migration: install ## Write a migration from db/schema.ts
	@npm run migration

.PHONY: docs
docs: install ## Write the generated parts of README and docs, and the README's answers
	@npm run --silent docs
	@npm run --silent readme

.PHONY: bench
bench: install ## Load each function with wrk, beside a bare server
	@npm run bench

##@ Models
.PHONY: train
train: ## Make every shipped model again, some 25 minutes (own Python environment; WHAT=iris for one)
	@training/run train $(WHAT)

.PHONY: train-test
train-test: ## Tests of the training code
	@training/run test

##@ House
.PHONY: clean
clean: ## Remove what was installed or written, the local prediction log too
	rm -rf node_modules coverage .inlet training/.venv
