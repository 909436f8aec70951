# shellcheck shell=bash
# shellcheck disable=SC2154
# For the cluster script: talking, kubectl, and waits that say what keeps them. Expects cluster and patience.

say() { printf '%s\n' "$*" >&2; }
fail() {
  say "cluster: $1"
  shift
  for line in "$@"; do say "  $line"; done
  exit 1
}
kube() { kubectl --context "kind-$cluster" "$@"; }

# What a wait that failed has to tell: the objects, the pods that are not ready, and the last warnings.
explain() { # namespace, kind, name or --all
  local names=()
  [ "$3" = --all ] || names=("$3")
  say "cluster: this did not get ready within $patience (namespace $1):"
  kube -n "$1" get "$2" ${names[@]+"${names[@]}"} -o 'custom-columns=NAME:.metadata.name,CONDITIONS:.status.conditions[*].type,ARE:.status.conditions[*].status,MESSAGE:.status.conditions[*].message' >&2 || true
  say 'Its pods that are not ready:'
  kube -n "$1" get pods -o 'custom-columns=NAME:.metadata.name,PHASE:.status.phase,READY:.status.containerStatuses[*].ready,WAITS:.status.containerStatuses[*].state.waiting.reason,MESSAGE:.status.containerStatuses[*].state.waiting.message' |
    awk '$3 !~ /^true(,true)*$/' >&2 || true
  say 'Last warnings:'
  kube -n "$1" get events --field-selector type=Warning --sort-by .lastTimestamp -o custom-columns=OBJECT:.involvedObject.name,REASON:.reason,MESSAGE:.message |
    tail -n 5 >&2 || true
  fail 'stopped here. When the cause is gone, make cluster goes on where it was.' \
    'ImagePullBackOff: its registry is out of reach; kind load docker-image brings an image from this machine.' \
    'Pending: too little processor or memory; give Docker 2 cores and 6 GB.'
}

wait_for() { # namespace, condition, kind, name or --all
  kube -n "$1" wait "--for=condition=$2" "$3" "$4" --timeout "$patience" >/dev/null 2>&1 || explain "$1" "$3" "$4"
}
