#!/usr/bin/env bash
# Runs .github/action/install.sh with releases that have a correct, a wrong or an invalid checksum. Nothing is
# downloaded: a program called `curl` copies from a directory.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
  echo "check_install: $*" >&2
  [ ! -f "$work/log" ] || cat "$work/log" >&2
  exit 1
}

version=$(sed -n 's/^version = "\(.*\)"$/\1/p' "$root/Cargo.toml" | head -n 1)
archive="aem-ims-lint-$version-x86_64-unknown-linux-musl.tar.gz"
mkdir -p "$work/site" "$work/bin" "$work/stage"
printf '#!/bin/sh\necho released\n' >"$work/stage/aem-ims-lint"
chmod +x "$work/stage/aem-ims-lint"
tar -czf "$work/site/$archive" -C "$work/stage" .
cat >"$work/bin/curl" <<'FAKE'
#!/usr/bin/env bash
while [ $# -gt 0 ]; do
  case "$1" in
    --output) to="$2"; shift ;;
    http*) from="$TEST_SITE/${1##*/}" ;;
  esac
  shift
done
[ -f "$from" ] || exit 22
cp "$from" "$to"
FAKE
chmod +x "$work/bin/curl"
# All required programs, but neither cargo nor the real curl.
for program in bash sed head tr tail tar gzip mkdir rm cp cut wc dirname basename sha256sum shasum perl cat printf find sort; do
  found=$(command -v "$program") && [ -x "$found" ] && ln -s "$found" "$work/bin/$program"
done

# install: runs the script and returns its exit code.
install() {
  rm -rf "$work/temp"
  mkdir -p "$work/temp"
  : >"$work/outputs"
  env -i PATH="$work/bin" BUILD="${BUILD:-}" TEST_SITE="$work/site" GITHUB_ACTION_PATH="$root" RUNNER_TEMP="$work/temp" RUNNER_OS=Linux \
    RUNNER_ARCH=X64 ACTION_REPOSITORY=example/aem-ims-lint GITHUB_OUTPUT="$work/outputs" INPUT_VERSION="$version" \
    bash "$root/.github/action/install.sh" >"$work/log" 2>&1
}

# accepted NAME / refused NAME: the expected result for the present checksum file.
accepted() {
  install || fail "$1: refused"
  [ "$("$work/temp/aem-ims-lint/bin/aem-ims-lint")" = released ] || fail "$1: not the released binary"
  grep -q '^binary=' "$work/outputs" || fail "$1: no output"
}
refused() {
  ! install || fail "$1: accepted"
  [ ! -e "$work/temp/aem-ims-lint/bin/aem-ims-lint" ] || fail "$1: the binary was put in place"
  [ ! -s "$work/outputs" ] || fail "$1: an output"
  ! grep -q 'forged' "$work/log" || fail "$1: the file is shown"
  ! grep -qv '^::error title=aem-ims-lint::' "$work/log" || fail "$1: says more than its error"
}

sum="$work/site/$archive.sha256"
right=$({ sha256sum "$work/site/$archive" 2>/dev/null || shasum -a 256 "$work/site/$archive"; } | cut -d ' ' -f 1)
other=$(printf '0%.0s' $(seq 64))

printf '%s  %s\n' "$right" "$archive" >"$sum"
accepted "as sha256sum writes it"
printf '%s *%s\r\n' "$right" "$archive" >"$sum"
accepted "as Windows writes it"
printf '%s' "$right" | tr 'a-f' 'A-F' >"$sum"
accepted "the digits alone"

printf '%s  %s\n' "$other" "$archive" >"$sum"
refused "another checksum"
: >"$sum"
refused "an empty file"
printf '\n' >"$sum"
refused "an empty line"
printf '\n%s\n' "$right" >"$sum"
refused "an empty line and the checksum"
printf '<!DOCTYPE html>\n<html><title>::error::forged</title></html>\n' >"$sum"
refused "a page"
printf '%s  %s\n%s  forged\n' "$right" "$archive" "$other" >"$sum"
refused "several lines"
printf '%s  %s\n' "$right" "forged.tar.gz" >"$sum"
refused "the checksum of another file"
printf '%s\n' "${right%?}" >"$sum"
refused "63 digits"
printf '%s0\n' "$right" >"$sum"
refused "65 digits"
printf '%s\n' "${right%?}g" >"$sum"
refused "what is no digit"
printf '%s forged\n' "$right" >"$sum"
refused "words behind it"
printf '%s  \n' "$right" >"$sum"
refused "blanks behind it"
printf '%s\n\0forged' "$right" >"$sum"
refused "bytes behind it"
printf '%s\0\n' "$right" >"$sum"
refused "a byte that is not shown"
printf '*\n' >"$sum"
refused "a pattern"
rm "$sum"
refused "no checksum"
# Without a release and without a built binary, the outputs identify the binary in the cache.
later() { BUILD=later install || fail "no release, to be built later: refused"; }
later
grep -qx 'build=true' "$work/outputs" || fail "it is not said that the binary is to be built"
grep -qx "cache-path=$work/temp/aem-ims-lint/bin" "$work/outputs" || fail "no place for the cache"
key=$(sed -n 's/^cache-key=//p' "$work/outputs")
[[ "$key" =~ ^aem-ims-lint-Linux-X64-[0-9a-f]{64}$ ]] || fail "the key of the cache is $key"
later
grep -qx "cache-key=$key" "$work/outputs" || fail "the same source has another key"
# The archive cannot be hashed either: two failures must not count as a match.
printf '\n' >"$sum"
rm "$work/bin/sha256sum" "$work/bin/shasum" 2>/dev/null || true
refused "nothing to compute it with"
echo "check_install: ok"
