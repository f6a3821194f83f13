#!/usr/bin/env bash
# Runs the scan with the inputs of the action (INPUT_…) and writes its outputs, annotations and summary. Ends with 0
# after every scan, whatever its result: the step `Result` fails the job, after the upload. Ends with 2 for invalid
# inputs. Works with bash 3.2 of macOS and the bash of Git for Windows.
set -euo pipefail

output() { printf '%s=%s\n' "$1" "$2" >>"$GITHUB_OUTPUT"; }

# Ends the step because of an invalid input. Quoted input is escaped, so that it cannot start a workflow command.
wrong() {
  local message="$1"
  message="${message//\%/%25}"
  message="${message//$'\r'/%0D}"
  message="${message//$'\n'/%0A}"
  printf '::error title=aem-ims-lint::%s\n' "$message"
  output exit-code 2
  exit 2
}

# A line end in an input would add lines to the outputs. Only `paths` and `args` have several lines.
for name in WORKING_DIRECTORY FAIL_ON MIN_CONFIDENCE TARGET CONFIG BASELINE FORMAT ANNOTATIONS SUMMARY SARIF_FILE \
  UPLOAD_SARIF CATEGORY ALLOW_INCOMPLETE; do
  value="INPUT_$name"
  case "${!value:-}" in
    *[$'\r\n']*) wrong "the input $(printf '%s' "$name" | tr 'A-Z_' 'a-z-') must be one line" ;;
  esac
done

# Path $1 relative to the workspace: inputs are relative to working-directory, and reports use paths as in the
# repository.
from_workspace() {
  local base="${INPUT_WORKING_DIRECTORY:-.}"
  base="${base%/}"
  case "${RUNNER_OS:-}:$1" in
    *:/* | Windows:[A-Za-z]:* | Windows:\\*) printf '%s' "$1" ;;
    *:.) printf '%s' "${base:-/}" ;;
    *) if [ "$base" = . ]; then printf '%s' "$1"; else printf '%s' "$base/${1#./}"; fi ;;
  esac
}

# Ends the step if the output $2 of the input $1 goes through a symbolic link of the workspace: the link would determine
# which file is overwritten and where directories are created.
no_links() {
  local rest="$2" path="" part
  [ "${RUNNER_OS:-}" != Windows ] || rest="${rest//\\//}"
  case "$rest" in
    "$PWD"/*) rest="${rest#"$PWD"/}" ;;
    /* | [A-Za-z]:/*) return 0 ;;
  esac
  rest="$rest/"
  while [ -n "$rest" ]; do
    part="${rest%%/*}"
    rest="${rest#*/}"
    [ -n "$part" ] || continue
    path="$path$part"
    [ ! -L "$path" ] || wrong "the input $1 goes through the symbolic link \`$path\`; name a path without links"
    path="$path/"
  done
}

flag() {
  case "$2" in
    true) return 0 ;;
    false | "") return 1 ;;
    *) wrong "the input $1 is \`$2\`; write true or false" ;;
  esac
}

# The number or word after "$1": in the summary of the JSON report.
counted() { sed -n "/^  \"summary\": {/,/^  }/s/^ *\"$1\": \([a-z0-9]*\),*$/\1/p" "$json" | head -n 1; }

work="${RUNNER_TEMP//\\//}/aem-ims-lint"
mkdir -p "$work"
json="$work/report.json"
markdown="$work/summary.md"
rm -f "$json" "$markdown"

args=(check --no-progress --color never --format="${INPUT_FORMAT:-text}" --report "json=$json")
# Joined with `=`, so that no value is parsed as an option.
with() { [ -z "$2" ] || args+=("$1=$2"); }
with --fail-on "${INPUT_FAIL_ON:-}"
with --min-confidence "${INPUT_MIN_CONFIDENCE:-}"
with --target "${INPUT_TARGET:-}"
with --category "${INPUT_CATEGORY:-}"
[ -z "${INPUT_CONFIG:-}" ] || with --config "$(from_workspace "$INPUT_CONFIG")"
[ -z "${INPUT_BASELINE:-}" ] || with --baseline "$(from_workspace "$INPUT_BASELINE")"
if flag allow-incomplete "${INPUT_ALLOW_INCOMPLETE:-}"; then args+=(--allow-incomplete); fi
if flag annotations "${INPUT_ANNOTATIONS:-true}" && [ "${INPUT_FORMAT:-text}" != github ]; then args+=(--report github=-); fi
if flag summary "${INPUT_SUMMARY:-true}"; then args+=(--report "markdown=$markdown"); fi
sarif="${INPUT_SARIF_FILE:-}"
if flag upload-sarif "${INPUT_UPLOAD_SARIF:-}" && [ -z "$sarif" ]; then sarif=aem-ims-lint.sarif; fi
if [ -n "$sarif" ]; then
  sarif=$(from_workspace "$sarif")
  no_links sarif-file "$sarif"
  mkdir -p -- "$(dirname -- "$sarif")"
  args+=(--report "sarif=$sarif")
fi
while IFS= read -r line; do
  line="${line%$'\r'}"
  [ -z "$line" ] || args+=("$line")
done <<<"${INPUT_ARGS:-}"
paths=()
while IFS= read -r line; do
  line="${line%$'\r'}"
  [ -z "$line" ] || paths+=("$(from_workspace "$line")")
done <<<"${INPUT_PATHS:-}"
[ ${#paths[@]} -gt 0 ] || paths=("$(from_workspace .)")

code=0
"$AEM_IMS_LINT" "${args[@]}" -- "${paths[@]}" || code=$?
case "$code" in
  0 | 1 | 3) [ -f "$json" ] || wrong "the input args asks for something else than a scan; see the log" ;;
  2) wrong "the inputs or the configuration are wrong; see the log" ;;
  *)
    output exit-code "$code"
    printf '::error title=aem-ims-lint::the program ended with exit code %s; please report it with the log\n' "$code"
    exit "$code"
    ;;
esac
output exit-code "$code"

errors=$(counted error)
warnings=$(counted warning)
notes=$(counted note)
output errors "$errors"
output warnings "$warnings"
output notes "$notes"
output findings "$((errors + warnings + notes))"
output complete "$(counted complete)"
output sarif-file "$sarif"

# The report stays below the 1 MiB limit of a summary, and states what it omits.
if [ -f "$markdown" ]; then cat "$markdown" >>"$GITHUB_STEP_SUMMARY"; fi
