"""Writes a tree and packages with a finding in files of every kind of name."""

import os
import sys
import zipfile

PID = "com.adobe.granite.auth.oauth.accesstoken.provider"
CONFIG = """\
name="{name}"
auth.token.provider.title="Launch"
auth.access.token.request="https://ims-na1.adobelogin.com/ims/exchange/jwt"
auth.token.provider.client.id="0000launch0000example"
auth.token.provider.keypair.alias="launch"
"""
NAMES = [
    "plain", "with space", "100%", "%41", "a#b", "what?", "Ünïcode-日本-😀", "quote\"s'`", "new\nline", "cr\rlf\r\n",
    "tab\t", "esc\x1b[31m", "bidi\u202e", "semi;colon", "co:lon", "[brackets](x)", "<script>", "back\\slash", "a&b=c",
    "::error::x", "##vso[task.logissue]x", "c:", "~", "plus+", "{0}", "zero\u200bwidth",
]


def main(root):
    names = NAMES + ["n" * 60 + "/" + "m" * 180]
    for name in names:
        folder = os.path.join(root, "tree", name, "jcr_root/apps/acme/config.author")
        os.makedirs(folder)
        with open(os.path.join(folder, f"{PID}-x.config"), "w", encoding="utf-8") as file:
            file.write(CONFIG.format(name="launch"))
    os.makedirs(os.path.join(root, "packages", "outer #1 %"))
    inner = os.path.join(root, "inner.zip")
    # Archive entries know no limit of 255 bytes for one name.
    inside = [name for name in names if "\n" not in name] + ["k" * 300]
    package(inner, [f"jcr_root/apps/{name}/config/{PID}-x.config" for name in inside])
    with zipfile.ZipFile(os.path.join(root, "packages/outer #1 %/a b?.zip"), "w") as outer:
        outer.writestr("META-INF/vault/properties.xml", "<properties/>")
        outer.write(inner, "jcr_root/apps/pack ages/install/inner%20.zip")
    package(os.path.join(root, "packages/lines.zip"), [f"jcr_root/apps/new\nline/config/{PID}-x.config"])
    os.makedirs(os.path.join(root, "clean/jcr_root/apps"))
    os.makedirs(os.path.join(root, "broken"))
    with open(os.path.join(root, "broken/cut %.zip"), "wb") as cut, open(inner, "rb") as whole:
        cut.write(whole.read()[:200])


def package(path, names):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("META-INF/vault/properties.xml", "<properties/>")
        archive.writestr("META-INF/vault/filter.xml", '<workspaceFilter version="1.0"/>')
        for name in names:
            archive.writestr(name, CONFIG.format(name="launch"))


main(sys.argv[1])
