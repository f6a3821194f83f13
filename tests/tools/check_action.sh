#!/usr/bin/env bash
# Runs the scan step of action.yml as a runner does: check_action.sh BINARY
set -euo pipefail
cd "$(dirname "$0")/../.."
binary=$(realpath "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# step NAME=VALUE…: the scan step with these inputs; its log, outputs and summary are in $work.
step() {
  rm -f "$work"/{log,outputs,summary}
  touch "$work/outputs" "$work/summary"
  env "AEM_IMS_LINT=$binary" "RUNNER_TEMP=$work" "GITHUB_OUTPUT=$work/outputs" "GITHUB_STEP_SUMMARY=$work/summary" "$@" \
    bash .github/action/check.sh >"$work/log" 2>&1
}

expect() { grep -qx -- "$1" "$work/$2" || { echo "no line \`$1\` in the $2:" >&2; cat "$work/$2" >&2; exit 1; }; }

step INPUT_PATHS=fixtures/demo "INPUT_SARIF_FILE=$work/out/a.sarif"
expect exit-code=1 outputs
expect complete=true outputs
expect "sarif-file=$work/out/a.sarif" outputs
grep -q '^::error ' "$work/log"
grep -q 'jwt-credential' "$work/summary"
grep -q '"version": "2.1.0"' "$work/out/a.sarif"

step INPUT_PATHS=demo INPUT_WORKING_DIRECTORY=fixtures INPUT_FAIL_ON=never INPUT_ANNOTATIONS=false INPUT_SUMMARY=false
expect exit-code=0 outputs
grep -q '^::' "$work/log" && { echo "annotations although they are off" >&2; exit 1; }
[ ! -s "$work/summary" ]
grep -q 'fixtures/demo/' "$work/log"

step INPUT_PATHS=fixtures/traps
expect findings=0 outputs

code=0
step INPUT_PATHS=fixtures/demo INPUT_SUMMARY=perhaps || code=$?
[ "$code" = 2 ] || { echo "a wrong input ended with $code" >&2; exit 1; }
echo "the action's scan step: 4 runs as expected"
