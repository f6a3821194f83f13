#!/usr/bin/env bash
# Runs both hooks of .pre-commit-hooks.yaml with the real pre-commit (PyPI) on a small project: a commit that must be
# rejected, one that must pass, and one without relevant files.
#
#   check_precommit.sh BINARY
set -euo pipefail
[ $# = 1 ] || { echo "usage: $0 BINARY" >&2; exit 2; }
built=$(realpath "$1")
# shellcheck source=tests/tools/tools.sh
source "$(dirname "$0")/tools.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# A copy: the hook that is built below has the same target directory.
mkdir "$work/bin"
cp "$built" "$work/bin/"
PATH="$work/bin:$PATH"
export PRE_COMMIT_HOME="$work/cache" PATH
export GIT_CONFIG_GLOBAL="$work/gitconfig" GIT_CONFIG_NOSYSTEM=1
git config --global user.name tester
git config --global user.email tester@example.invalid
git config --global init.defaultBranch main
git config --global safe.directory '*'
# The dependencies are those of the release build. Of the program only the success of the build matters, not its speed:
# Cargo reads this for the hooks, which pre-commit clones below the same directory.
export CARGO_TARGET_DIR="$root/target"
mkdir "$work/.cargo"
cat >"$work/.cargo/config.toml" <<'TOML'
[profile.release.package.aem-ims-lint]
opt-level = 0
TOML

fail() {
  echo "check_precommit: $*" >&2
  cat "$work/log" >&2
  exit 1
}

# The hooks of the work tree as a separate repository, because pre-commit uses only committed files.
git clone --quiet --no-hardlinks "$root" "$work/hooks"
(cd "$root" && git ls-files -co --exclude-standard -z | tar --null -T - --ignore-failed-read -cf - 2>/dev/null) | tar -xf - -C "$work/hooks"
git -C "$work/hooks" add -A
git -C "$work/hooks" commit --quiet --allow-empty -m "as in the work tree"

project="$work/project"
config="ui config/src/main/content/jcr_root/apps/acmé/config"
mkdir -p "$project/$config"
git -C "$project" init --quiet

# run HOOK CODE FILES…: the hook on a commit of these files must end with CODE.
run() {
  local hook="$1" expected="$2" code=0
  shift 2
  git -C "$project" add -A
  (cd "$project" && "$venv/pre-commit" run --config "$work/$hook.yaml" "$hook" --verbose --files "$@") \
    >"$work/log" 2>&1 || code=$?
  [ "$code" = "$expected" ] || fail "$hook ended with $code, not $expected"
}

for hook in aem-ims-lint-system aem-ims-lint; do
  cat >"$work/$hook.yaml" <<YAML
repos:
  - repo: $work/hooks
    rev: $(git -C "$work/hooks" rev-parse HEAD)
    hooks: [{ id: $hook }]
YAML
done
cp "$work/aem-ims-lint.yaml" "$project/.pre-commit-config.yaml"

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
  # The whole project is checked, not only the files of the commit.
  run "$hook" 1 pom.xml
  # File names as pre-commit passes them: with unusual characters, and never parsed as options.
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
  # The secret is in a file that is not part of the commit, but must be found.
  run "$hook" 0 "$provider"
  ! grep -q 'oauth-missing-client-secret' "$work/log" || fail "$hook does not find the secret in the other file"
  [ ! -e "$project/pwned" ] || fail "$hook ran a file name"
done
# As in CI, for commits that only delete files.
rm "$project/$secret"
git -C "$project" add -A
(cd "$project" && "$venv/pre-commit" run --all-files --verbose) >"$work/log" 2>&1 || fail "pre-commit run --all-files"
grep -q 'oauth-missing-client-secret' "$work/log" || fail "a secret that was deleted is not missed"
# The hook during a commit, as installed by `pre-commit install`, with everything printed.
echo "what a user sees of the demo"
demo="$work/demo"
cp -r "$root/fixtures/demo" "$demo"
cp "$project/.pre-commit-config.yaml" "$demo"
git -C "$demo" init --quiet
git -C "$demo" add -A
(cd "$demo" && "$venv/pre-commit" install) >"$work/log" 2>&1 || fail "pre-commit install"
code=0
git -C "$demo" commit -m "The demo" >"$work/log" 2>&1 || code=$?
cat "$work/log"
printf -- '-- git commit ended with %s\n' "$code"
[ "$code" = 1 ] || fail "the commit of the demo ended with $code, not 1"
! git -C "$demo" rev-parse --quiet --verify HEAD >"$work/commit" || fail "the demo was committed"
{ (cd "$demo" && aem-ims-lint check --format concise .) || [ $? = 1 ]; } | sed -n 's/.*: \([a-z]*\[[a-z-]*\]\) .*/\1/p' | sort -u >"$work/rules"
[ "$(wc -l <"$work/rules")" -gt 20 ] || fail "the demo shows only $(wc -l <"$work/rules") rules"
while IFS= read -r rule; do
  grep -qF "$rule" "$work/log" || fail "the commit is not refused for $rule"
done <"$work/rules"
python3 "$root/tests/tools/check_examples.py" "$root" "$work/examples"
"$venv/pre-commit" validate-config "$work"/examples/pre-commit-*.yaml
"$venv/pre-commit" validate-manifest "$root/.pre-commit-hooks.yaml"
echo "check_precommit: ok"
