#!/usr/bin/env bash
# Runs the scan with the inputs of the action (INPUT_…) and writes its outputs, annotations and summary. Ends with 0 after
# every scan, whatever it found: the step `Result` fails the job, after the upload. Ends with 2 for wrong inputs.
# Works with the bash 3.2 of macOS and the bash of Git for Windows.
set -euo pipefail

# Limit of a step's summary in bytes, less some room for the sentence that says where it ends.
summary_limit=1000000

# Path $1 as seen from the workspace: inputs are relative to working-directory, so that reports name files as the
# repository does.
from_workspace() {
  local base="${INPUT_WORKING_DIRECTORY:-.}"
  base="${base%/}"
  case "$1" in
    /* | [A-Za-z]:*) printf '%s' "$1" ;;
    .) printf '%s' "$base" ;;
    *) if [ "$base" = . ]; then printf '%s' "$1"; else printf '%s' "$base/$1"; fi ;;
  esac
}

flag() {
  case "$2" in
    true) return 0 ;;
    false | "") return 1 ;;
    *)
      printf '::error title=aem-ims-lint::the input %s is `%s`; write true or false\n' "$1" "$2"
      exit 2
      ;;
  esac
}

output() { printf '%s=%s\n' "$1" "$2" >>"$GITHUB_OUTPUT"; }

# The number or word behind "$1": in the summary of the JSON report.
counted() { sed -n "/^  \"summary\": {/,/^  }/s/^ *\"$1\": \([a-z0-9]*\),*$/\1/p" "$json" | head -n 1; }

work="${RUNNER_TEMP//\\//}/aem-ims-lint"
mkdir -p "$work"
json="$work/report.json"
markdown="$work/summary.md"
rm -f "$json" "$markdown"

args=(check --no-progress --color never --format "${INPUT_FORMAT:-text}" --report "json=$json")
with() { [ -z "$2" ] || args+=("$1" "$2"); }
with --fail-on "${INPUT_FAIL_ON:-}"
with --min-confidence "${INPUT_MIN_CONFIDENCE:-}"
with --target "${INPUT_TARGET:-}"
with --category "${INPUT_CATEGORY:-}"
[ -z "${INPUT_CONFIG:-}" ] || args+=(--config "$(from_workspace "$INPUT_CONFIG")")
[ -z "${INPUT_BASELINE:-}" ] || args+=(--baseline "$(from_workspace "$INPUT_BASELINE")")
if flag allow-incomplete "${INPUT_ALLOW_INCOMPLETE:-}"; then args+=(--allow-incomplete); fi
if flag annotations "${INPUT_ANNOTATIONS:-true}" && [ "${INPUT_FORMAT:-text}" != github ]; then args+=(--report github=-); fi
if flag summary "${INPUT_SUMMARY:-true}"; then args+=(--report "markdown=$markdown"); fi
sarif="${INPUT_SARIF_FILE:-}"
if flag upload-sarif "${INPUT_UPLOAD_SARIF:-}" && [ -z "$sarif" ]; then sarif=aem-ims-lint.sarif; fi
if [ -n "$sarif" ]; then
  sarif=$(from_workspace "$sarif")
  mkdir -p "$(dirname "$sarif")"
  args+=(--report "sarif=$sarif")
fi
while IFS= read -r line; do
  line="${line%$'\r'}"
  [ -z "$line" ] || args+=("$line")
done <<<"${INPUT_ARGS:-}"
args+=(--)
while IFS= read -r line; do
  line="${line%$'\r'}"
  [ -z "$line" ] || args+=("$(from_workspace "$line")")
done <<<"${INPUT_PATHS:-.}"

code=0
"$AEM_IMS_LINT" "${args[@]}" || code=$?
output exit-code "$code"
case "$code" in
  0 | 1 | 3) ;;
  *)
    printf '::error title=aem-ims-lint::the inputs or the configuration are wrong; see the log (exit code %s)\n' "$code"
    exit "$code"
    ;;
esac

errors=$(counted error)
warnings=$(counted warning)
notes=$(counted note)
output errors "$errors"
output warnings "$warnings"
output notes "$notes"
output findings "$((errors + warnings + notes))"
output complete "$(counted complete)"
output sarif-file "$sarif"

if [ -f "$markdown" ]; then
  if [ "$(wc -c <"$markdown")" -gt "$summary_limit" ]; then
    # Whole lines only, so that no table row and no character is cut.
    LC_ALL=C awk -v limit="$summary_limit" '{ size += length($0) + 1; if (size > limit) exit; print }' "$markdown"
    printf '\nThe rest is left out: a summary has a limit of 1 MiB.\n'
  else
    cat "$markdown"
  fi >>"$GITHUB_STEP_SUMMARY"
fi
