//! Which bytes are worth parsing.

use aho_corasick::packed::{MatchKind, Searcher};

/// Extensions of the supported formats.
const FORMAT_EXTENSIONS: &[&str] =
    &["xml", "json", "config", "cfg", "properties", "txt", "model", "env", "aio", "slingosgifeature"];

/// Extensions of key stores and keys.
const KEY_EXTENSIONS: &[&str] = &["p12", "pfx", "jks", "pem", "key", "pk8"];

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

/// The extension of the last segment of a path, in lower case. A name that is nothing but an extension, such as `.env`,
/// has that extension.
pub(super) fn extension(path: &str) -> Option<String> {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase())
}

fn has_extension(path: &str, extensions: &[&str]) -> bool {
    extension(path).is_some_and(|extension| extensions.contains(&extension.as_str()))
}

/// Whether a file of this name can be of a supported format, or a key store.
pub fn is_candidate_name(name: &str) -> bool {
    has_extension(name, FORMAT_EXTENSIONS) || is_telling_name(name)
}

/// Whether the name alone makes a file worth a look, whatever it holds.
pub(super) fn is_telling_name(name: &str) -> bool {
    has_extension(name, KEY_EXTENSIONS) || has_extension(name, &["env", "aio"])
}

/// Whether a file of this name may be an archive.
pub(super) fn may_be_archive(name: &str) -> bool {
    let last = name.rsplit('/').next().unwrap_or(name);
    !has_extension(name, NO_ARCHIVE) && last != ".vlt" && !last.starts_with(".vlt-")
}

/// Literals that a file with anything about IMS holds.
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
    "auth.token.provider",
    "auth.token.validator",
    "auth.access.token.request",
    "auth.ims.client.secret",
    "token.request.customizer",
    "customizer.type",
    "oauth.provider",
    "oauth.client.secret",
    "adobe-ims-",
    "imsConfig",
    "accessTokenProvider",
    "AccessTokenDistribution",
    // metascopes and other parts of credentials
    "metascopes",
    "meta_scopes",
    "meta.scopes",
    "/s/ent_",
    "event_receiver_api",
    "oauth_server_to_server",
    "technicalAccount",
    "technical_account",
    "client_credentials",
    "jwt-auth",
    "imsEndpoint",
    "ims_org_id",
    "aio.ims",
    "aio.client",
    "aio.encoded",
    "aio_encoded",
    "aio_client",
    // cloud services
    "dtm-reactor",
    "mediaportal",
    "scene7",
    "smarttagging",
    "similaritysearch",
    "testandtarget",
    "sitecatalyst",
    "eventproxy",
    "stock.integration",
    // key material
    "keystore",
    "-----BEGIN",
];

/// Finds out whether a file can matter.
#[derive(Debug)]
pub struct Markers {
    searcher: Option<Searcher>,
}

impl Default for Markers {
    fn default() -> Self {
        Self {
            searcher: aho_corasick::packed::Config::new()
                .match_kind(MatchKind::LeftmostFirst)
                .builder()
                .extend(LITERALS)
                .build(),
        }
    }
}

impl Markers {
    /// Whether the bytes of a file can matter to any rule.
    pub fn may_matter(&self, _name: &str, bytes: &[u8]) -> bool {
        let disguised = ["&#", "\\", "_x00", "<!DOCTYPE", "<![CDATA[", "\0"];
        self.searcher.as_ref().is_none_or(|searcher| searcher.find(bytes).is_some())
            || disguised.iter().any(|part| memchr::memmem::find(bytes, part.as_bytes()).is_some())
    }
}

/// Whether a file that could not be parsed to its end shows evidence of IMS, so that the unread rest may matter.
pub fn has_ims_evidence(bytes: &[u8]) -> bool {
    let evidence = ["adobelogin.com", "@AdobeOrg", "accesstoken.provider", "techacct.adobe.com"];
    evidence.iter().any(|literal| memchr::memmem::find(bytes, literal.as_bytes()).is_some())
}
