#!/usr/bin/env bash
# Runs both hooks of .pre-commit-hooks.yaml with the real pre-commit (PyPI) on a small project: a commit that must be
# refused, one that must pass, and one that does not concern them.
#
#   check_precommit.sh BINARY
set -euo pipefail
[ $# = 1 ] || { echo "usage: $0 BINARY" >&2; exit 2; }
binary=$(realpath "$1")
root=$(cd "$(dirname "$0")/../.." && pwd)
tools="${CI_TOOLS_DIR:-$root/target/ci-tools}"
mkdir -p "$tools/pre-commit"
tools=$(cd "$tools/pre-commit" && pwd)
if [ ! -x "$tools/venv/bin/pre-commit" ]; then
  python3 -m venv "$tools/venv"
  "$tools/venv/bin/pip" install --quiet --disable-pip-version-check pre-commit
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
PATH="$(dirname "$binary"):$PATH"
export PRE_COMMIT_HOME="$work/cache" PATH
export GIT_CONFIG_GLOBAL="$work/gitconfig" GIT_CONFIG_NOSYSTEM=1
git config --global user.name tester
git config --global user.email tester@example.invalid
git config --global init.defaultBranch main
git config --global safe.directory '*'
# Whether it builds is the question, not how fast the result is.
export CARGO_TARGET_DIR="$tools/target" CARGO_PROFILE_RELEASE_OPT_LEVEL=0 CARGO_PROFILE_RELEASE_LTO=off
export CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16

fail() {
  echo "check_precommit: $*" >&2
  cat "$work/log" >&2
  exit 1
}

# The hooks as they are in the work tree, as a repository of their own: pre-commit takes committed files only.
git clone --quiet --no-hardlinks "$root" "$work/hooks"
(cd "$root" && git ls-files -co --exclude-standard -z | tar --null -T - --ignore-failed-read -cf - 2>/dev/null) | tar -xf - -C "$work/hooks"
git -C "$work/hooks" add -A
git -C "$work/hooks" commit --quiet --allow-empty -m "as in the work tree"

project="$work/project"
config="ui config/src/main/content/jcr_root/apps/acmé/config"
mkdir -p "$project/$config"
git -C "$project" init --quiet

# run HOOK CODE FILES…: the hook on a commit of these files must end with CODE. `try-repo` takes the hooks as they are and
# installs them anew each time, which is nothing for the installed program; what has to be built is installed once.
run() {
  local hook="$1" expected="$2" code=0
  shift 2
  git -C "$project" add -A
  local command=(run "$hook")
  [ "$hook" = aem-ims-lint ] || command=(try-repo "$work/hooks" "$hook")
  (cd "$project" && "$tools/venv/bin/pre-commit" "${command[@]}" --verbose --files "$@") >"$work/log" 2>&1 || code=$?
  [ "$code" = "$expected" ] || fail "$hook ended with $code, not $expected"
}

cat >"$project/.pre-commit-config.yaml" <<YAML
repos:
  - repo: $work/hooks
    rev: $(git -C "$work/hooks" rev-parse HEAD)
    hooks: [{ id: aem-ims-lint }]
YAML

provider="$config/com.adobe.granite.auth.oauth.accesstoken.provider~target.cfg.json"
secret="$config/com.adobe.granite.auth.ims.impl.IMSAccessTokenRequestCustomizerImpl~target.cfg.json"
odd="$config/--help \$(touch pwned).cfg.json"
echo '# Acme' >"$project/README.md"
echo '<project/>' >"$project/pom.xml"
echo '{ "a": 1 }' >"$project/$odd"
for hook in aem-ims-lint-system aem-ims-lint; do
  [ "$hook" = aem-ims-lint ] && echo "building as pre-commit does"
  echo '{ "name": "Target", "auth.access.token.request": "https://ims-na1.adobelogin.com/ims/exchange/jwt" }' >"$project/$provider"
  rm -f "$project/$secret"
  run "$hook" 1 "$provider"
  grep -q 'jwt-credential' "$work/log" || fail "$hook does not say why"
  # What the commit names is not all that is judged.
  run "$hook" 1 pom.xml
  # Named as pre-commit names them: with what the file system allows, and never as options.
  run "$hook" 1 "$odd"
  run "$hook" 0 README.md
  grep -q 'no files to check' "$work/log" || fail "$hook ran for a file that does not concern it"

  cat >"$project/$provider" <<'JSON'
{
  "name": "Target",
  "auth.token.provider.title": "Target",
  "auth.token.provider.client.id": "0000target0000example",
  "auth.access.token.request": "https://ims-na1.adobelogin.com/ims/token/v3",
  "auth.token.provider.authorization.grants": "client_credentials",
  "auth.token.provider.scope": "openid,AdobeID,target_sdk",
  "auth.token.provider.orgId": "0000EXAMPLE@AdobeOrg",
  "auth.token.provider.default.claims": ["\"iss\" : \"0000EXAMPLE@AdobeOrg\""],
  "token.request.customizer.type": "target"
}
JSON
  run "$hook" 0 "$provider"
  grep -q 'oauth-missing-client-secret' "$work/log" || fail "$hook does not miss the secret"
  echo '{ "customizer.type": "target", "auth.ims.client.secret": "$[secret:TARGET_CLIENT_SECRET]" }' >"$project/$secret"
  # The secret is in a file that the commit does not touch: it must be found all the same.
  run "$hook" 0 "$provider"
  ! grep -q 'oauth-missing-client-secret' "$work/log" || fail "$hook does not find the secret in the other file"
  [ ! -e "$project/pwned" ] || fail "$hook ran a file name"
done
# As CI does, for what a commit only deletes.
rm "$project/$secret"
git -C "$project" add -A
(cd "$project" && "$tools/venv/bin/pre-commit" run --all-files --verbose) >"$work/log" 2>&1 || fail "pre-commit run --all-files"
grep -q 'oauth-missing-client-secret' "$work/log" || fail "a secret that was deleted is not missed"
python3 "$root/tests/tools/check_examples.py" "$root" "$work/examples"
"$tools/venv/bin/pre-commit" validate-config "$work"/examples/pre-commit-*.yaml
"$tools/venv/bin/pre-commit" validate-manifest "$root/.pre-commit-hooks.yaml"
echo "check_precommit: ok"
