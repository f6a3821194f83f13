//! Packages with generated content that grows: for the benches, and for the test that time grows in proportion.

use super::{Entry, Zip};

/// Creates a package with this many items.
pub type Package = fn(usize) -> Vec<u8>;

/// A page without IMS content, but with typical content of pages: references to line ends, encoded digits, escaped
/// commas.
pub const PAGE: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<jcr:root xmlns:sling="http://sling.apache.org/jcr/sling/1.0" xmlns:cq="http://www.day.com/jcr/cq/1.0" xmlns:jcr="http://www.jcp.org/jcr/1.0" xmlns:nt="http://www.jcp.org/jcr/nt/1.0"
    jcr:primaryType="cq:Page">
    <jcr:content jcr:primaryType="cq:PageContent" jcr:title="An invented page" sling:resourceType="invented/components/page"
        cq:tags="[invented:one,invented:two\,three]">
        <_x0031_st jcr:primaryType="nt:unstructured" text="Nothing to see here.&#xa;Go on! &lt;p&gt;Or stay?&lt;/p&gt;"/>
        <text jcr:primaryType="nt:unstructured" sling:resourceType="invented/components/text"
            text="Words of an article about an invented product, as long as such texts are, with a comma, a full stop and more."/>
        <image jcr:primaryType="nt:unstructured" fileReference="/content/dam/invented/image.jpg"/>
    </jcr:content>
</jcr:root>
"#;

const PROVIDER: &str = "com.adobe.granite.auth.oauth.accesstoken.provider";

/// Pages without IMS content.
pub fn pages(count: usize) -> Vec<u8> {
    package((0..count).map(|i| (format!("jcr_root/content/a{}/b{i}/.content.xml", i / 100), PAGE.to_owned())))
}

fn provider(i: usize, name: &str) -> (String, String) {
    let run_mode = ["", ".author", ".publish.prod", ".dev"][i % 4];
    // Every other one is migrated, so that rules about pairs find pairs.
    let endpoint = ["exchange/jwt", "token/v3"][i / 4 % 2];
    let text = format!(
        r#"{{"name": "{name}", "auth.token.provider.endpoint": "https://ims-na1.adobelogin.com", "auth.access.token.request": "https://ims-na1.adobelogin.com/ims/{endpoint}", "auth.token.provider.client.id": "{i}"}}"#
    );
    (format!("jcr_root/apps/a/config{run_mode}/{PROVIDER}~x{i}.cfg.json"), text)
}

fn cloud_configuration(i: usize, ims: &str) -> (String, String) {
    let text = format!(
        r#"<jcr:root xmlns:sling="http://sling.apache.org/jcr/sling/1.0" xmlns:cq="http://www.day.com/jcr/cq/1.0" xmlns:jcr="http://www.jcp.org/jcr/1.0" jcr:primaryType="cq:Page"><jcr:content jcr:primaryType="cq:PageContent" jcr:title="L{i}" imsConfigurationId="{ims}" sling:resourceType="cq/dtm-reactor/components/conf/page" cq:template="/libs/cq/dtm-reactor/templates/configurationpage"/></jcr:root>"#
    );
    (format!("jcr_root/conf/c{i}/settings/cloudconfigs/launch/.content.xml"), text)
}

/// Providers, each with its own name.
pub fn integrations(count: usize) -> Vec<u8> {
    package((0..count).map(|i| provider(i, &format!("n{i}"))))
}

/// Providers with the same name.
pub fn namesakes(count: usize) -> Vec<u8> {
    package((0..count).map(|i| provider(i, "same")))
}

/// Cloud configurations that refer to one name, and as many providers with that name.
pub fn references(count: usize) -> Vec<u8> {
    package((0..count).flat_map(|i| [provider(i, "same"), cloud_configuration(i, "same")]))
}

/// Providers with a comment that suppresses their findings.
pub fn suppressions(count: usize) -> Vec<u8> {
    package((0..count).map(|i| {
        let (name, text) = provider(i, &format!("n{i}"));
        (name, format!("// aem-ims-lint: ignore[jwt-credential] an invented reason\n{text}"))
    }))
}

/// Packages in a package, each with one page.
pub fn nested(count: usize) -> Vec<u8> {
    let inner = pages(1);
    Zip::new((0..count).map(|i| Entry::deflated(format!("jcr_root/etc/p{i}.zip"), &inner)).collect()).bytes()
}

/// Records of one page under `count` names.
pub fn shared(count: usize) -> Vec<u8> {
    let page = Entry::deflated("jcr_root/content/a.xml", PAGE);
    let others = (1..count).map(|i| {
        page.clone().with(|entry| {
            entry.name = format!("jcr_root/content/a{i}.xml").into();
            entry.shares = Some(0);
        })
    });
    Zip::new([page.clone()].into_iter().chain(others).collect()).bytes()
}

/// A page after signatures that do not belong to entries.
pub fn signatures(count: usize) -> Vec<u8> {
    let page = Entry::deflated("jcr_root/content/a.xml", PAGE);
    Zip::new(vec![page]).with(|zip| zip.prefix = b"PK\x03\x04".repeat(8 * count)).bytes()
}

/// A provider in a package whose filter has `count` patterns.
pub fn patterns(count: usize) -> Vec<u8> {
    let pattern = |i| format!(r#"<exclude pattern="/apps/a/[^/]+/site{i}(/.*)?"/>"#);
    let patterns: String = (0..count).map(pattern).collect();
    let filter = format!(r#"<workspaceFilter><filter root="/apps/a">{patterns}</filter></workspaceFilter>"#);
    package([("META-INF/vault/filter.xml".to_owned(), filter), provider(0, "n0")].into_iter())
}

fn package(files: impl Iterator<Item = (String, String)>) -> Vec<u8> {
    Zip::new(files.map(|(name, text)| Entry::deflated(name, text)).collect()).bytes()
}

const CUSTOMIZER: &str = "com.adobe.granite.auth.ims.impl.IMSAccessTokenRequestCustomizerImpl";
const JWT: &str = "https://ims-na1.adobelogin.com/ims/exchange/jwt";

/// Files of a project: path and text.
pub type Files = Vec<(String, String)>;

fn docview_of(count: usize, line_end: &str, node: impl Fn(usize) -> String) -> Files {
    let nodes: String = (0..count).map(|i| node(i) + line_end).collect();
    let text = format!(
        "<jcr:root xmlns:jcr=\"http://www.jcp.org/jcr/1.0\" xmlns:sling=\"http://sling.apache.org/jcr/sling/1.0\" \
         jcr:primaryType=\"sling:Folder\">{line_end}{nodes}</jcr:root>{line_end}"
    );
    vec![("jcr_root/apps/a/config/.content.xml".to_owned(), text)]
}

fn jwt_node(i: usize, name: &str) -> String {
    format!(
        "<{PROVIDER}-x{i} jcr:primaryType=\"sling:OsgiConfig\" name=\"{name}\" auth.access.token.request=\"{JWT}\" \
         auth.token.provider.client.id=\"{i}\" auth.token.provider.keypair.alias=\"acme\"/>"
    )
}

/// Providers in one docview file.
pub fn docview(count: usize) -> Files {
    docview_of(count, "\n", |i| jwt_node(i, &format!("n{i}")))
}

/// The same on one line.
pub fn one_line(count: usize) -> Files {
    docview_of(count, "", |i| jwt_node(i, &format!("n{i}")))
}

/// Providers with the same name in one docview file.
pub fn docview_of_namesakes(count: usize) -> Files {
    docview_of(count, "\n", |i| jwt_node(i, "same"))
}

/// Providers in one docview file, each after a comment that suppresses its findings.
pub fn comments(count: usize) -> Files {
    docview_of(count, "\n", |i| {
        format!("<!-- aem-ims-lint: ignore[jwt-credential] an invented reason -->\n{}", jwt_node(i, &format!("n{i}")))
    })
}

/// Migrated providers in one docview file, each with remains of JWT.
pub fn leftovers(count: usize) -> Files {
    docview_of(count, "\n", |i| {
        format!(
            "<{PROVIDER}-x{i} jcr:primaryType=\"sling:OsgiConfig\" name=\"n{i}\" auth.token.provider.keypair.alias=\"a\" \
             auth.token.provider.orgId=\"0000example@AdobeOrg\" \
             auth.token.provider.authorization.grants=\"client_credentials\" \
             auth.access.token.request=\"https://ims-na1.adobelogin.com/ims/token/v3\"/>"
        )
    })
}

/// Client secrets in one docview file.
pub fn secrets(count: usize) -> Files {
    docview_of(count, "\n", |i| {
        format!(
            "<{CUSTOMIZER}-x{i} jcr:primaryType=\"sling:OsgiConfig\" customizer.type=\"c{i}\" \
             auth.ims.client.secret=\"0000example{i:06}\"/>"
        )
    })
}

/// Providers in the configuration status of an instance.
pub fn status_dump(count: usize) -> Files {
    let one = |i: usize| {
        format!(
            "PID = {PROVIDER}.x{i}\n  Factory PID = {PROVIDER}\n  name = n{i}\n  auth.access.token.request = {JWT}\n\n"
        )
    };
    let all: String = (0..count).map(one).collect();
    vec![("configuration-status.txt".to_owned(), format!("Status: {count} configurations\n\n{all}"))]
}

/// Providers and their secrets, each in its own file.
pub fn tree(count: usize) -> Files {
    // A folder with many files costs the file system more.
    let folder = |i: usize| format!("ui.config/src/main/content/jcr_root/apps/a{}/osgiconfig/config", i / 20);
    let provider = |i: usize| {
        let text = format!(
            r#"{{"name": "n{i}", "auth.access.token.request": "{JWT}", "token.request.customizer.type": "c{i}"}}"#
        );
        (format!("{}/{PROVIDER}~x{i}.cfg.json", folder(i)), text)
    };
    let secret = |i: usize| {
        let text = format!(r#"{{"customizer.type": "c{i}", "auth.ims.client.secret": "$[secret:S{i}]"}}"#);
        (format!("{}/{CUSTOMIZER}~x{i}.cfg.json", folder(i)), text)
    };
    (0..count).flat_map(|i| [provider(i), secret(i)]).collect()
}

/// Providers, and a configuration file with an entry for each.
fn configured(count: usize, entry: impl Fn(usize) -> String) -> Files {
    let provider = |i| {
        let (path, text) = provider(i, &format!("n{i}"));
        (path.replace(".author", "").replace(".publish.prod", "").replace(".dev", ""), text)
    };
    let entries = (0..count).map(entry).collect();
    (0..count).map(provider).chain([("aem-ims-lint.toml".to_owned(), entries)]).collect()
}

fn ignore(place: &str) -> String {
    format!("[[ignore]]\nrule = \"jwt-credential\"\n{place}\nreason = \"an invented reason\"\n")
}

/// Each provider ignored by its name.
pub fn ignored_by_name(count: usize) -> Files {
    configured(count, |i| ignore(&format!("name = \"n{i}\"")))
}

/// Each provider ignored by a pattern on its name, and as many patterns that match none.
pub fn ignored_by_pattern(count: usize) -> Files {
    configured(count, |i| ignore(&format!("name = \"*n{i}\"")) + &ignore(&format!("name = \"x{i}*y*\"")))
}

/// Each provider ignored by its path.
pub fn ignored_by_path(count: usize) -> Files {
    configured(count, |i| ignore(&format!("path = \"**/*~x{i}.cfg.json\"")))
}

/// Each provider with its own levels.
pub fn overridden(count: usize) -> Files {
    configured(count, |i| {
        format!("[[overrides]]\npaths = [\"**/*~x{i}.cfg.json\"]\nrules = {{ jwt-credential = \"note\" }}\n")
    })
}

/// The files of repository number `number` of a fleet: its Maven modules, and packages built from it. Every fourth one
/// is on JWT, is migrated, has both next to each other, or lacks the client secret.
pub fn repository(number: usize, packages: usize) -> Vec<(String, Vec<u8>)> {
    let modules = ["ui.config", "ui.content"];
    let pom = modules.iter().map(|module| format!("<module>{module}</module>")).collect::<String>();
    let mut files = vec![(
        "pom.xml".to_owned(),
        format!(
            "<project><groupId>com.acme</groupId><artifactId>acme{number}</artifactId><modules>{pom}</modules></project>"
        ),
    )];
    files.extend(modules.iter().map(|module| {
        let parent = format!("<parent><groupId>com.acme</groupId><artifactId>acme{number}</artifactId></parent>");
        (
            format!("{module}/pom.xml"),
            format!("<project>{parent}<artifactId>acme{number}.{module}</artifactId></project>"),
        )
    }));
    let provider = |endpoint: &str, more: &str| {
        format!(
            "{{\n  \"name\": \"Adobe Launch\",\n  \"auth.access.token.request\": \"https://ims-na1.adobelogin.com/ims/{endpoint}\",\n  \
             \"auth.token.provider.client.id\": \"{number:04}example\",\n  {more}\"token.request.customizer.type\": \"launch\"\n}}\n"
        )
    };
    let jwt = provider("exchange/jwt", "\"auth.token.provider.keypair.alias\": \"acme\",\n  ");
    let oauth = provider(
        "token/v3",
        "\"auth.token.provider.authorization.grants\": \"client_credentials\",\n  \
         \"auth.token.provider.orgId\": \"EXAMPLE0000@AdobeOrg\",\n  \
         \"auth.token.provider.scope\": \"openid,AdobeID,read_organizations\",\n  ",
    );
    let secret =
        "{\"customizer.type\": \"launch\", \"auth.ims.client.secret\": \"$[secret:LAUNCH_SECRET]\"}\n".to_owned();
    let mut configured = match number % 4 {
        1 => vec![(PROVIDER, "new", oauth)],
        2 => vec![(PROVIDER, "old", jwt), (PROVIDER, "new", oauth)],
        _ => vec![(PROVIDER, "old", jwt)],
    };
    if number % 4 != 3 {
        configured.push((CUSTOMIZER, "launch", secret));
    }
    let path = |pid: &str, name: &str| format!("jcr_root/apps/acme/osgiconfig/config/{pid}~{name}.cfg.json");
    let configured: Vec<(String, String)> =
        configured.into_iter().map(|(pid, name, text)| (path(pid, name), text)).collect();
    files.extend(configured.iter().map(|(path, text)| (format!("ui.config/src/main/content/{path}"), text.clone())));
    let (page, text) = cloud_configuration(0, "Adobe Launch");
    files.push((format!("ui.content/src/main/content/{page}"), text));
    let mut files: Vec<(String, Vec<u8>)> = files.into_iter().map(|(path, text)| (path, text.into_bytes())).collect();
    for number_of_package in 0..packages {
        let properties = format!(
            "<properties><entry key=\"group\">com.acme</entry><entry key=\"name\">acme{number}.{number_of_package}</entry>\
             <entry key=\"version\">1.0</entry></properties>"
        );
        let filter = "<workspaceFilter version=\"1.0\"><filter root=\"/apps/acme\"/></workspaceFilter>".to_owned();
        let meta = [
            ("META-INF/vault/properties.xml".to_owned(), properties),
            ("META-INF/vault/filter.xml".to_owned(), filter),
        ];
        let zip = package(meta.into_iter().chain(configured.clone()));
        files.push((format!("dist/acme{number}.{number_of_package}-1.0.zip"), zip));
    }
    files
}
