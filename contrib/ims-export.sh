#!/bin/sh
# Exports the data that aem-ims-lint reads from a running AEM instance: a content package with the configuration of IMS
# integrations, and the text of three pages of the web console. See docs/exports.md.
#
#   AEM_AUTH=user:password ims-export.sh https://author.example.com prod-author
#   AEM_TOKEN=…            ims-export.sh --cloud https://author-p1-e2.adobeaemcloud.com prod-author
#
# The files are written to the folder exports/LABEL, readable only by you: the package may contain client secrets. A
# package is created, built, downloaded and deleted again on the instance; nothing else is changed.
set -eu
umask 077

usage() {
    cat <<'TEXT'
usage: ims-export.sh [--cloud] [--output FOLDER] [--keep] [--root PATH]... HOST LABEL

  HOST      scheme, name and port of the instance, such as https://author.example.com
  LABEL     name for the instance, such as prod-author; letters, digits, dots, hyphens, underscores

  --cloud   AEM as a Cloud Service: no web console, and only content that can change at run time
  --output  the folder for the exports [default: exports]
  --keep    do not delete the package on the instance
  --root    export this path instead of the default ones (repeatable)

Set AEM_AUTH=user:password or AEM_TOKEN=bearer-token in the environment.
TEXT
}

fail() {
    echo "ims-export: $*" >&2
    exit 1
}

cloud="" output=exports keep="" roots=""
while [ $# -gt 0 ]; do
    case $1 in
        --cloud) cloud=1 ;;
        --keep) keep=1 ;;
        --output) [ $# -gt 1 ] || fail "--output needs a folder"; output=$2; shift ;;
        --root) [ $# -gt 1 ] || fail "--root needs a path"; roots="$roots $2"; shift ;;
        -h | --help) usage; exit 0 ;;
        -*) usage >&2; exit 2 ;;
        *) break ;;
    esac
    shift
done
[ $# -eq 2 ] || { usage >&2; exit 2; }
host=${1%/} label=$2
case $label in '' | .* | *[!A-Za-z0-9._-]*) fail "the label '$label' may contain only letters, digits, . _ -" ;; esac
case $host in
    https://?* | http://localhost* | http://127.0.0.1*) ;;
    http://?*) echo "ims-export: warning: user and password go to $host without encryption" >&2 ;;
    *) fail "HOST must begin with https://" ;;
esac
for root in $roots; do
    case $root in /*[!A-Za-z0-9/._:-]* | [!/]*) fail "'$root' is not a plain repository path" ;; esac
    case $root/ in /etc/key/* | /home/* | //*) fail "'$root' contains keys or users; it is never exported" ;; esac
done
command -v curl >/dev/null || fail "curl is not installed"

if [ -n "${AEM_TOKEN:-}" ]; then
    header="Authorization: Bearer $AEM_TOKEN"
elif [ -n "${AEM_AUTH:-}" ]; then
    header="Authorization: Basic $(printf %s "$AEM_AUTH" | base64 | tr -d '\n')"
else
    fail "set AEM_AUTH=user:password or AEM_TOKEN=bearer-token"
fi

# The header is passed on standard input: on the command line, every user of this machine could see it.
request() {
    printf 'header = "%s"\n' "$header" | curl -sS --fail --max-time "${AEM_TIMEOUT:-600}" -K - "$@"
}

# The package manager answers 200 even if a request failed.
manage() {
    what=$1
    shift
    answer=$(request "$@") || fail "cannot $what: $host did not answer like the package manager"
    case $answer in
        *'"success":true'* | *'"success": true'*) ;;
        *) fail "cannot $what: $(printf %s "$answer" | cut -c1-200)" ;;
    esac
}

name=ims-export-$label group=aem-ims-lint
service=$host/crx/packmgr/service/.json
stored=/etc/packages/$group/$name-1.zip
work=$(mktemp -d)
uploaded=
clean() {
    status=$?
    trap - EXIT
    if [ -n "$uploaded" ] && [ -z "$keep" ]; then
        request -o "$work/deleted" -X POST "$service$stored?cmd=delete" ||
            echo "ims-export: warning: delete $stored in the package manager of $host yourself" >&2
    fi
    rm -rf "$work"
    exit "$status"
}
trap clean EXIT
trap 'exit 130' INT TERM

# Where integrations are configured. Run modes have their own folders next to config.
filters() {
    if [ -n "$roots" ]; then
        for root in $roots; do echo "  <filter root=\"$root\"/>"; done
        return
    fi
    if [ -z "$cloud" ]; then
        echo '  <filter root="/apps">'
        echo '    <include pattern="/apps/(.*/)?config(\.[^/]+)?(/.*)?"/>'
        echo '  </filter>'
        echo '  <filter root="/etc/replication"/>'
    fi
    echo '  <filter root="/conf">'
    echo '    <include pattern="/conf/(.*/)?cloudconfigs(/.*)?"/>'
    echo '  </filter>'
    echo '  <filter root="/etc/cloudservices"/>'
}

mkdir -p "$work/META-INF/vault" "$work/jcr_root" "$output/$label"
{
    echo '<?xml version="1.0" encoding="UTF-8"?>'
    echo '<workspaceFilter version="1.0">'
    filters
    echo '</workspaceFilter>'
} >"$work/META-INF/vault/filter.xml"
cat >"$work/META-INF/vault/properties.xml" <<XML
<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<!DOCTYPE properties SYSTEM "http://java.sun.com/dtd/properties.dtd">
<properties>
  <entry key="group">$group</entry>
  <entry key="name">$name</entry>
  <entry key="version">1</entry>
</properties>
XML
(
    cd "$work"
    if command -v zip >/dev/null; then
        zip -qr new.zip META-INF jcr_root
    elif command -v python3 >/dev/null; then
        python3 -m zipfile -c new.zip META-INF jcr_root
    elif command -v jar >/dev/null; then
        jar cMf new.zip META-INF jcr_root
    else
        fail "zip, python3 or jar is needed to create a package"
    fi
)

manage "upload the package" -F "package=@$work/new.zip" -F force=true "$service?cmd=upload"
uploaded=1
manage "build the package" -X POST "$service$stored?cmd=build"
request -o "$work/built.zip" "$host$stored" || fail "cannot download $stored"
[ "$(head -c 2 "$work/built.zip")" = PK ] || fail "$stored is not a package"
mv "$work/built.zip" "$output/$label/$name.zip"
echo "$output/$label/$name.zip"

if [ -z "$cloud" ]; then
    # The configuration in force, the run modes and the version. Without access to the console, the package is enough.
    for page in Configurations slingsettings productinfo osgi-installer; do
        file=$output/$label/status-$page.txt
        if request -o "$work/page" "$host/system/console/status-$page.txt"; then
            mv "$work/page" "$file"
            echo "$file"
        else
            echo "ims-export: warning: no status-$page.txt: the web console of $host did not return it" >&2
        fi
    done
fi
echo "next: aem-ims-lint inventory $output" >&2
