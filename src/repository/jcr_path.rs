//! The JCR path of a file, from its path below `jcr_root`.
//!
//! FileVault `Importer#prepare` and `DocViewParser#getDocumentViewXmlRootNodePath`.

use super::FileContext;
use super::platform_name::{repository_name, repository_path};

/// The name of the file that contains a folder's own node.
pub const DOT_CONTENT_XML: &str = ".content.xml";

/// Absolute JCR path of the root node of the docview at `path` below `jcr_root` (`a/_cq_b/.content.xml` is `/a/cq:b`,
/// `a/c.xml` is `/a/c`); `None` if a docview cannot have this name. Only its content shows whether the file *is* one.
pub fn docview_path(path: &str) -> Option<String> {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    if name == DOT_CONTENT_XML {
        return Some(folder_path(folder));
    }
    let stem = name.strip_suffix(".xml")?;
    Some(child(folder, stem))
}

/// Absolute JCR path of the `nt:file` at `path` below `jcr_root`; that of its folder for `.content.xml`.
pub fn file_path(path: &str) -> String {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    if name == DOT_CONTENT_XML { folder_path(folder) } else { child(folder, name) }
}

fn child(folder: &str, name: &str) -> String {
    let folder = folder_path(folder);
    let separator = if folder == "/" { "" } else { "/" };
    format!("{folder}{separator}{}", repository_name(name))
}

/// Absolute path of a folder. Empty segments of the *file's* path are ignored (FileVault splits archive paths at `/`);
/// a slash from decoding (`%2f`) stays.
fn folder_path(folder: &str) -> String {
    let segments: Vec<&str> = folder.split('/').filter(|segment| !segment.is_empty()).collect();
    format!("/{}", repository_path(&segments.join("/"), true))
}

impl FileContext {
    /// JCR path of the `nt:file` that this file becomes, or of the folder whose node a `.content.xml` contains; `None`
    /// outside a repository.
    pub fn jcr_path(&self) -> Option<String> {
        self.repository_path.as_deref().map(file_path)
    }

    /// JCR path of the root node, if this file is a docview; `None` outside a repository or if a docview cannot have
    /// this name.
    pub fn docview_path(&self) -> Option<String> {
        self.repository_path.as_deref().and_then(docview_path)
    }

    /// Whether the file is called `.content.xml`, which FileVault reads as a docview whatever it contains.
    pub fn is_dot_content_xml(&self) -> bool {
        self.file_name() == DOT_CONTENT_XML
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn docviews_lose_their_file_name_or_extension() {
        for (file, node) in [
            ("test/parent/.content.xml", Some("/test/parent")),
            ("test/parent/_cq_test%3aimage.xml", Some("/test/parent/cq:test:image")),
            (".content.xml", Some("/")),
            ("x.xml", Some("/x")),
            ("a.dir/b.xml", Some("/a/b")),
            ("a.jpg.dir/.content.xml", Some("/a.jpg")),
            ("a/.content.xml/.content.xml", Some("/a/.content.xml")),
            ("a/b.XML", None),
            ("a/b.content.xml", Some("/a/b.content")),
            ("a//b.xml", Some("/a/b")),
            ("a/%2F/.content.xml", Some("/a//")),
        ] {
            assert_eq!(docview_path(file).as_deref(), node, "{file}");
        }
    }

    #[test]
    fn other_files_keep_their_name() {
        assert_eq!(file_path("apps/x/config/a.b.C.config"), "/apps/x/config/a.b.C.config");
        assert_eq!(file_path("apps/_cq_x/b.xml"), "/apps/cq:x/b.xml");
        assert_eq!(file_path("apps/x/.content.xml"), "/apps/x");
    }
}
