#!/usr/bin/env python3
"""Makes large inputs of invented content to measure with: generate.py DIR [--scale N].

  DIR/tree                a checkout: N x 1,200 files in N x 900 folders, most of them page content
  DIR/flat.zip            a content package with N x 1,000 page entries and N x 30 binaries, half of them stored
  DIR/nested-stored.zip   the same content as ten packages stored in one
  DIR/nested-deflated.zip the same, deflated

Ten integrations are planted in each; everything else says nothing about IMS. The default N is 100. Same N, same bytes.
"""

import argparse
import io
import os
import random
import zipfile

WORDS = (
    "account article banner brand campaign card carousel catalog category checkout column community contact content "
    "container dashboard detail discover event experience feature footer gallery global guide header hero image "
    "journey landing language layout library link list locale market media navigation news offer page partner press "
    "product profile promo region related report resource result review search section service story summary support "
    "teaser template theme title topic travel tutorial update vendor video webinar widget"
).split()
NAMESPACES = (
    'xmlns:sling="http://sling.apache.org/jcr/sling/1.0" xmlns:cq="http://www.day.com/jcr/cq/1.0" '
    'xmlns:jcr="http://www.jcp.org/jcr/1.0" xmlns:nt="http://www.jcp.org/jcr/nt/1.0"'
)
PROVIDER = "com.adobe.granite.auth.oauth.accesstoken.provider"
PLANTED = """{
  "name": "Invented %d",
  "auth.token.provider.endpoint": "ims-na1.adobelogin.com",
  "auth.access.token.request": "https://%%s/ims/exchange/jwt",
  "auth.token.provider.client.id": "0000invented%d",
  "auth.token.provider.keypair.alias": "invented"
}
"""


def sentence(rng, words):
    return " ".join(rng.choice(WORDS) for _ in range(words))


def page(rng):
    """A page of about 2.6 kB, one in eight with character references, one in twenty-five with encoded names."""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f"<jcr:root {NAMESPACES}", '    jcr:primaryType="cq:Page">']
    lines.append(f'    <jcr:content jcr:primaryType="cq:PageContent" jcr:title="{sentence(rng, 4)}"')
    lines.append('        sling:resourceType="invented/components/page">')
    for i in range(9):
        reference = "&#xa;" if rng.random() < 0.014 else " "
        name = f"item_x0020_{i}" if rng.random() < 0.005 else f"item_{i}"
        lines.append(f'        <{name} jcr:primaryType="nt:unstructured"')
        lines.append(f'            text="{sentence(rng, 18)}{reference}{sentence(rng, 6)}"')
        lines.append(f'            sling:resourceType="invented/components/{rng.choice(WORDS)}"/>')
    lines += ["    </jcr:content>", "</jcr:root>", ""]
    return "\n".join(lines).encode()


def pages(rng, numbers):
    """(path below jcr_root, bytes); folders of at most ten pages."""
    for i in numbers:
        site, section = i // 1000, i // 10 % 100
        path = f"content/site{site}/{WORDS[section % len(WORDS)]}{section}/page{i}/.content.xml"
        yield path, page(rng)


def planted(i):
    return f"apps/invented{i}/osgiconfig/config.author/{PROVIDER}~invented{i}.cfg.json", (PLANTED % (i, i)).encode()


def binaries(rng, numbers):
    for i in numbers:
        yield f"content/dam/asset{i}.jpg/_jcr_content/renditions/original", rng.randbytes(250_000)


def write_tree(root, scale):
    rng = random.Random(1)
    files = [*pages(rng, range(scale * 900)), *(planted(i) for i in range(10))]
    for path, data in files:
        put(os.path.join(root, "jcr_root", path), data)
    for i in range(scale * 150):
        put(os.path.join(root, "core/src/main/java", f"p{i % 50}", f"C{i}.java"), sentence(rng, 150).encode())
    for i in range(scale * 150):
        put(os.path.join(root, "config", f"i18n{i}.json"), f'{{"title": "{sentence(rng, 60)}"}}'.encode())


def put(path, data):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(data)


def write_package(file, entries):
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as package:
        add(package, "META-INF/vault/filter.xml", b'<workspaceFilter version="1.0"><filter root="/content"/></workspaceFilter>')
        for i, (path, data) in enumerate(entries):
            add(package, "jcr_root/" + path, data, stored=path.endswith("original") and i % 2 == 0)


def add(package, name, data, stored=False):
    info = zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0))
    info.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    package.writestr(info, data)


def contents(scale, part, parts):
    rng = random.Random(100 + part)
    # No name occurs in two parts, so that they make one package without duplicates too.
    yield from pages(rng, share(scale * 1000, part, parts))
    yield from binaries(rng, share(scale * 30, part, parts))
    yield from (planted(i) for i in range(10) if i % parts == part)


def share(count, part, parts):
    return range(count * part // parts, count * (part + 1) // parts)


def write_packages(root, scale):
    write_package(os.path.join(root, "flat.zip"), (entry for part in range(10) for entry in contents(scale, part, 10)))
    names = ["nested-stored.zip", "nested-deflated.zip"]
    outer = [zipfile.ZipFile(os.path.join(root, name), "w", zipfile.ZIP_DEFLATED, compresslevel=1) for name in names]
    for part in range(10):
        inner = io.BytesIO()
        write_package(inner, contents(scale, part, 10))
        for package, stored in zip(outer, (True, False)):
            add(package, f"jcr_root/apps/invented-packages/content/install/part{part}.zip", inner.getvalue(), stored)
    for package in outer:
        package.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directory")
    parser.add_argument("--scale", type=int, default=100)
    arguments = parser.parse_args()
    os.makedirs(arguments.directory, exist_ok=True)
    write_tree(os.path.join(arguments.directory, "tree"), arguments.scale)
    write_packages(arguments.directory, arguments.scale)


if __name__ == "__main__":
    main()
