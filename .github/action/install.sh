#!/usr/bin/env bash
# Installs the binary: a released one with a matching checksum, otherwise one built from the source of the action.
# Writes its path as the output `binary`. With BUILD=later it does not build, but writes the outputs `build` (true if
# the binary still has to be built), `cache-path` and `cache-key`: the same source on the same system gives the same
# key. Works with bash 3.2 of macOS and the bash of Git for Windows.
set -euo pipefail

die() {
  printf '::error title=aem-ims-lint::%s\n' "$*"
  exit 1
}

slashes() { printf '%s' "${1//\\//}"; }

# The target triple of the released binary for this runner; empty if there is none.
triple() {
  case "${RUNNER_OS:-}-${RUNNER_ARCH:-}" in
    Linux-X64) echo x86_64-unknown-linux-musl ;;
    Linux-ARM64) echo aarch64-unknown-linux-musl ;;
    macOS-X64) echo x86_64-apple-darwin ;;
    macOS-ARM64) echo aarch64-apple-darwin ;;
    Windows-X64) echo x86_64-pc-windows-msvc ;;
  esac
}

sha256() {
  if command -v sha256sum >/dev/null; then sha256sum "$1"; else shasum -a 256 "$1"; fi | cut -d ' ' -f 1
}

# The checksum in the file $1, in the format of sha256sum for the file $2: one line with 64 hexadecimal digits,
# optionally followed by the name. Anything else (an empty file, an error page, several lines) is rejected.
checksum() {
  local line rest digits='^[0-9a-f]{64}$'
  rest=$({ LC_ALL=C tr -d '0-9A-Za-z._* \r\n-' <"$1"; tail -n +2 "$1"; } | wc -c)
  [ "$((rest))" = 0 ] || return 1
  { IFS= read -r line || [ -n "$line" ]; } <"$1" || return 1
  line=$(printf '%s' "${line%$'\r'}" | tr 'A-F' 'a-f')
  case "$line" in
    *"  $2" | *" *$2") line="${line%"$2"}" line="${line% ?}" ;;
  esac
  [[ "$line" =~ $digits ]] || return 1
  printf '%s' "$line"
}

# Downloads $2 to the file $1. Redirects must use HTTPS.
fetch() { curl --fail --silent --location --proto-redir '=https' --retry 2 --output "$1" "$2"; }

# Downloads the release of version $1 for target $2 into $root/bin. Fails if there is none; a wrong checksum ends the
# script.
download() {
  local archive="aem-ims-lint-$1-$2.tar.gz" expected actual
  local url="${GITHUB_SERVER_URL:-https://github.com}/$ACTION_REPOSITORY/releases/download/v$1/$archive"
  rm -f "$root/$archive" "$root/$archive.sha256"
  fetch "$root/$archive" "$url" || return 1
  fetch "$root/$archive.sha256" "$url.sha256" || return 1
  # The content of the file is not shown, because it is untrusted.
  expected=$(checksum "$root/$archive.sha256" "$archive") || die "$url.sha256 is not a SHA-256 checksum of $archive"
  actual=$(sha256 "$root/$archive") || die "the checksum of $archive cannot be computed"
  [ "$expected" = "$actual" ] || die "the checksum of $url is $actual, not $expected"
  mkdir -p "$root/bin"
  tar -xzf "$root/$archive" -C "$root/bin"
  [ -f "$root/bin/$program" ] || die "$archive does not contain $program"
}

# A cache key for the source of the binary and this system.
source_key() {
  (cd "$source_path" && find Cargo.toml Cargo.lock build.rs src -type f | LC_ALL=C sort | while IFS= read -r file; do
    printf '%s %s\n' "$(sha256 "$file")" "$file"
  done) >"$root/source"
  printf 'aem-ims-lint-%s-%s-%s' "${RUNNER_OS:-}" "${RUNNER_ARCH:-}" "$(sha256 "$root/source")"
}

source_path=$(slashes "$GITHUB_ACTION_PATH")
root="$(slashes "$RUNNER_TEMP")/aem-ims-lint"
program=aem-ims-lint
[ "${RUNNER_OS:-}" = Windows ] && program=aem-ims-lint.exe
mkdir -p "$root"

own=$(sed -n 's/^version = "\(.*\)"$/\1/p' "$source_path/Cargo.toml" | head -n 1)
wanted="${INPUT_VERSION:-}"
wanted="${wanted#v}"
case "$wanted" in
  *[!0-9A-Za-z.+-]*) die "the input version is not a version such as 0.2.0" ;;
esac
target=$(triple)
if [ "$wanted" != source ] && [ -n "$target" ] && [ -n "${ACTION_REPOSITORY:-}" ] && download "${wanted:-$own}" "$target"; then
  echo "aem-ims-lint ${wanted:-$own}: released binary for $target, checksum verified"
elif [ -n "$wanted" ] && [ "$wanted" != source ] && [ "$wanted" != "$own" ]; then
  die "there is no release $wanted with a checksum for ${RUNNER_OS:-this system} ${RUNNER_ARCH:-}; this action is $own"
elif [ "${BUILD:-}" = later ]; then
  echo "aem-ims-lint $own: no released binary; taken from the cache, or built from source"
  {
    printf 'build=true\n'
    printf 'cache-path=%s\n' "$root/bin"
    printf 'cache-key=%s\n' "$(source_key)"
  } >>"$GITHUB_OUTPUT"
else
  command -v cargo >/dev/null || die "no released binary fits this runner and there is no cargo to build one: install Rust"
  echo "aem-ims-lint $own: building from source"
  # In that directory, because cargo and rustup also read `.cargo` and `rust-toolchain` of the current directory: those
  # of the scanned project must not be used.
  (cd "$source_path" && cargo install --locked --quiet --path "$source_path" --root "$root" --force)
fi
printf 'binary=%s\n' "$root/bin/$program" >>"$GITHUB_OUTPUT"
