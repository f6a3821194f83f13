//! Which bytes are worth parsing: by name, and by literals that anything about IMS holds.
//!
//! The choice loses nothing. A file is left out only when none of [`LITERALS`] is in it *and* nothing in it could hide
//! one; see `disguise`.

mod disguise;

use aho_corasick::packed::{self, MatchKind, Searcher};
use memchr::memmem;

use disguise::Disguises;

/// Extensions of the supported formats.
const FORMAT_EXTENSIONS: &[&str] =
    &["xml", "json", "config", "cfg", "properties", "txt", "model", "env", "aio", "slingosgifeature"];

/// Extensions of key stores and keys.
const KEY_EXTENSIONS: &[&str] = &["p12", "pfx", "jks", "pem", "key", "pk8"];

/// Parts of a path below which a file is looked at whatever it holds: what it is about is said by its place.
const TELLING_PLACES: &[&str] = &["/keystore/", "/cloudconfigs/", "/cloudservices/", "etc/replication/"];

/// Extensions of files that are never archives worth entering. Office documents are zip archives, but hold no content.
const NO_ARCHIVE: &[&str] = &[
    "css",
    "less",
    "scss",
    "sass",
    "js",
    "mjs",
    "ts",
    "jsx",
    "tsx",
    "map",
    "html",
    "htm",
    "jsp",
    "java",
    "class",
    "groovy",
    "kt",
    "py",
    "rb",
    "sh",
    "md",
    "adoc",
    "csv",
    "yaml",
    "yml",
    "toml",
    "sql",
    "svg",
    "png",
    "jpg",
    "jpeg",
    "gif",
    "webp",
    "bmp",
    "ico",
    "tif",
    "tiff",
    "psd",
    "ai",
    "eps",
    "pdf",
    "mp3",
    "mp4",
    "m4v",
    "mov",
    "avi",
    "wav",
    "ogg",
    "webm",
    "woff",
    "woff2",
    "ttf",
    "otf",
    "eot",
    "docx",
    "xlsx",
    "pptx",
    "odt",
    "ods",
    "odp",
    "epub",
    "cnd",
    "dtd",
    "xsd",
    "xsl",
    "xslt",
    "binary",
    "gz",
    "tgz",
    "bz2",
    "xz",
    "7z",
    "rar",
    "vm",
    "ftl",
    "hbs",
    "lock",
    "log",
    "example",
    "gitignore",
];

/// Literals of which a file with anything about IMS holds at least one; at least six characters of
/// `[A-Za-z0-9._:/-]`. Few and long: the search slows down with every one and stops being fast beyond 64.
const LITERALS: &[&str] = &[
    // hosts, organisations, technical accounts, endpoints
    "adobelogin.com",
    "AdobeOrg",
    "techacct.adobe.com",
    "ims/exchange",
    "ims/token",
    // OSGi components and their properties
    "com.adobe.granite.auth",
    "com.adobe.acs.commons.adobeio",
    "com.adobe.aio.aem",
    "com.day.cq.dam.stock",
    "auth.token.",
    "auth.access.token",
    "auth.ims.",
    "customizer",
    "oauth.client.secret",
    "oauth.provider",
    "adobe-ims-",
    "imsConfig",
    "ccessTokenProvider",
    "ccess_token_provider",
    "ccess.token.provider",
    "accesstokenprovider",
    "AccessTokenDistribution",
    // metascopes and other parts of credentials
    "metascope",
    "meta_scope",
    "meta.scope",
    "/s/ent_",
    "event_receiver_api",
    "oauth_server_to_server",
    "technicalAccount",
    "technical_account",
    "client_credentials",
    "jwt-auth",
    "jwt_payload",
    "imsEndpoint",
    "ims_org_id",
    "ims.contexts",
    "ims_contexts",
    "aio.client",
    "aio.encoded",
    "aio_encoded",
    "aio_client",
    "aio.api",
    "aio_api",
    "aio_oauth",
    "amcOrgId",
    "AmcOrgId",
    "dobeLoginClaim",
    // cloud services
    "cloudconfigs",
    "cloudservices",
    "dtm-reactor",
    "mediaportal",
    "components/scene",
    "templates/scene",
    "dmscene",
    "smarttagging",
    "testandtarget",
    "sitecatalyst",
    // key material, and formats whose text may come in pieces
    "keystore",
    "-----BEGIN",
    "jcp.org/jcr/sv",
    "primaryNodeType",
];

/// Evidence of IMS in a file that could not be read to its end.
const EVIDENCE: &[&str] = &[
    "adobelogin.com",
    "@AdobeOrg",
    "techacct.adobe.com",
    "com.adobe.granite.auth.oauth.accesstoken",
    "IMSAccessTokenRequestCustomizerImpl",
    "com.adobe.acs.commons.adobeio.service.impl.IntegrationServiceImpl",
    "com.adobe.aio.aem.workspace",
    "auth.ims.client.secret",
];

/// The extension of the last segment of a path, in lower case. A name that is nothing but an extension, such as `.env`,
/// has that extension.
pub(super) fn extension(path: &str) -> Option<String> {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase())
}

fn has_extension(path: &str, extensions: &[&str]) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let extension = name.rsplit_once('.').map(|(_, extension)| extension);
    extension.is_some_and(|extension| extensions.iter().any(|known| extension.eq_ignore_ascii_case(known)))
}

fn is_environment(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.starts_with(".env") || has_extension(name, &["env", "aio"])
}

/// Whether a file of this name can be of a supported format, or a key store.
pub fn is_candidate_name(name: &str) -> bool {
    has_extension(name, FORMAT_EXTENSIONS)
        || has_extension(name, KEY_EXTENSIONS)
        || is_environment(name)
        || name.contains("/keystore/")
}

/// Whether a file of this name may be an archive.
pub(super) fn may_be_archive(name: &str) -> bool {
    let last = name.rsplit('/').next().unwrap_or(name);
    !has_extension(name, NO_ARCHIVE) && last != ".vlt" && !last.starts_with(".vlt-")
}

/// Finds out whether a file can matter.
#[derive(Debug)]
pub struct Markers {
    /// `None` where the processor has no vector instructions for it: then every file is parsed.
    searcher: Option<Searcher>,
    disguises: Disguises,
    /// Everything matters: a declared literal is too short or of other characters than those that are looked for.
    everything: bool,
}

impl Default for Markers {
    fn default() -> Self {
        Self::with_extra(&[])
    }
}

impl Markers {
    /// The markers of all known kinds, and those of kinds that the user declares.
    pub fn with_extra(extra: &[String]) -> Self {
        let usable = |literal: &String| {
            let allowed = |byte: u8| byte.is_ascii_alphabetic() || matches!(byte, b'.' | b'_' | b':' | b'/' | b'-');
            literal.len() >= 6 && literal.bytes().all(allowed)
        };
        let mut builder = packed::Config::new().match_kind(MatchKind::LeftmostFirst).builder();
        builder.extend(LITERALS).extend(extra);
        Self { searcher: builder.build(), disguises: Disguises::default(), everything: !extra.iter().all(usable) }
    }

    /// Whether a file can matter to any rule. `name` is its path.
    pub fn may_matter(&self, name: &str, bytes: &[u8]) -> bool {
        self.everything
            || is_environment(name)
            || has_extension(name, KEY_EXTENSIONS)
            || name.ends_with("pom.xml")
            || TELLING_PLACES.iter().any(|place| name.contains(place))
            || self.finds(own_part(name).as_bytes())
            || self.finds(bytes)
            || holds_metascope(bytes)
            || name.ends_with(".txt") && memmem::find(bytes, b"[feature").is_some()
            || name.ends_with(".model")
            || self.disguises.any(&extension(name).unwrap_or_default(), bytes)
    }

    fn finds(&self, bytes: &[u8]) -> bool {
        self.searcher.as_ref().is_none_or(|searcher| searcher.find(bytes).is_some())
    }
}

/// Whether `bytes` hold a word that begins like a metascope. Four characters are too few for the other search.
fn holds_metascope(bytes: &[u8]) -> bool {
    memmem::find_iter(bytes, b"ent_").any(|at| at == 0 || !is_word(bytes[at - 1]))
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// The part of a path that belongs to the file rather than to the project: a node takes its name, which may be a PID,
/// from its file or from a folder around it.
fn own_part(name: &str) -> &str {
    match name.rfind("jcr_root/") {
        Some(root) => &name[root..],
        None => name.rmatch_indices('/').nth(2).map_or(name, |(at, _)| &name[at..]),
    }
}

/// Whether a file that could not be parsed to its end shows evidence of IMS, so that the unread rest may matter.
pub fn has_ims_evidence(bytes: &[u8]) -> bool {
    let found = |bytes: &[u8]| EVIDENCE.iter().any(|literal| memmem::find(bytes, literal.as_bytes()).is_some());
    // In UTF-16 every other byte of an ASCII text is zero.
    let wide = bytes.iter().take(64).any(|byte| *byte == 0);
    found(bytes) || wide && found(&bytes.iter().copied().filter(|byte| *byte != 0).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests;
