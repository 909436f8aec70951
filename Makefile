SHELL := bash
.SHELLFLAGS := -eo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

##@ First steps
.PHONY: help
help: ## Show this list
	@awk 'BEGIN { FS = ":.*## " } \
	  /^##@/ { printf "\n%s\n", substr($$0, 5) } \
	  /^[a-z0-9-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

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

.PHONY: dashboards
dashboards: install ## Draw the dashboards without Grafana, from PROMETHEUS=http://… or the one that make status asks
	@npm run --silent dashboards:draw -- $(PROMETHEUS)

##@ On Knative (needs docker, kind and kubectl)
.PHONY: cluster
cluster: ## A kind cluster with Knative, on http://localhost:8080 (HOST_PORT, CLUSTER)
	@platform/deploy/cluster up

.PHONY: cluster-down
cluster-down: ## Delete it, with everything in it
	@platform/deploy/cluster down

.PHONY: images
images: install ## Build every image and print what it weighs
	@npm run --silent images

.PHONY: deploy
deploy: install ## Build, load, apply, wait, and ask every model once
	@npm run --silent deploy

.PHONY: traffic
traffic: install ## Which versions answer for MODEL=sentiment
	@npm run --silent traffic -- show "$(MODEL)"

.PHONY: split
split: install ## Divide traffic: MODEL=sentiment TO=v1-0-0=10,v2-0-0=90
	@npm run --silent traffic -- split "$(MODEL)" "$(TO)"

.PHONY: promote
promote: install ## All traffic to the newest version that has some, or to VERSION=2.0.0
	@npm run --silent traffic -- promote "$(MODEL)" "$(VERSION)"

.PHONY: rollback
rollback: install ## Back to the traffic before the last change: MODEL=sentiment
	@npm run --silent traffic -- rollback "$(MODEL)"

.PHONY: e2e
e2e: install ## All cluster tests, some ten minutes, on what make deploy made
	@npm run --silent test:e2e

.PHONY: demo
demo: install ## Watch a model wake, scale out and fall asleep under load
	@npm run --silent demo

##@ Watch it
.PHONY: monitoring
monitoring: install ## Prometheus, Alertmanager, Grafana: in the cluster, or without one on this machine
	@npm run --silent monitoring

.PHONY: status
status: install ## Models, traffic, rates, times, drift and alerts on one screen (WATCH=1: again and again)
	@npm run --silent status -- $(if $(WATCH),--watch)

##@ On Docker alone
.PHONY: compose
compose: install ## Everything on http://localhost:8080 and :8000, Prometheus on :9090
	@npm run --silent compose -- up

.PHONY: compose-down
compose-down: install ## Stop it; VOLUMES=1 deletes its data too
	@npm run --silent compose -- down $(if $(VOLUMES),--volumes)

##@ Models
.PHONY: data
data: ## Write the raw tables that models learn from
	@training/run data

.PHONY: train
train: ## Make again what its code, data or parameters have changed (FORCE=1: all, some 40 minutes)
	@training/run repro $(if $(FORCE),--force)

.PHONY: train-test
train-test: ## Lint, types and tests of the training code
	@training/run test

.PHONY: mlflow
mlflow: ## The page of runs and registered models, on http://localhost:5000 (PORT)
	@training/run mlflow

.PHONY: train-image
train-image: ## An image that trains: docker run --rm inlet-train
	@docker build --file training/Dockerfile.train --tag inlet-train training

##@ House
.PHONY: clean
clean: ## Remove what was installed or written, the local prediction log too
	rm -rf node_modules coverage .inlet training/.venv training/data/raw training/data/processed training/models training/mlruns
