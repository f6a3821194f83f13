//! The file of an OSGi configuration in an export without file content: the Sling GET servlet writes only the size of
//! binaries, `oak-run export` a reference to them.

use super::{Extract, Lures, Recogniser, Subject};
use crate::format::ValueType;
use crate::ims::catalog::pid;
use crate::ims::literals::{ACS_COMMONS, AIO_FOR_AEM, GRANITE_AUTH, IMS_CONFIG};
use crate::ims::model::Unexported;
use crate::repository::Pid;

/// Extensions of configuration files (Sling installer `InternalResource.EXTENSIONS`).
const EXTENSIONS: [&str; 4] = [".config", ".cfg", ".cfg.json", ".properties"];

/// The content node of a file whose content is missing.
pub(super) static RECOGNISER: Recogniser = Recogniser {
    name: "unexported",
    words: "Files of IMS configurations whose content an export leaves out",
    lures: Lures::Literals(&[GRANITE_AUTH, ACS_COMMONS, AIO_FOR_AEM, IMS_CONFIG]),
    recognise,
};

fn recognise(subject: Subject<'_>, found: &mut Extract) -> bool {
    // In a repository on disk the content is a separate file.
    if subject.is_osgi() || subject.scene.input.context.repository_path.is_some() {
        return false;
    }
    let Some(file) = subject.node.path.strip_suffix("/jcr:content") else { return false };
    let name = file.rsplit('/').next().unwrap_or(file);
    let is_reference = |property: &crate::format::Property| {
        let blob = property.first().and_then(|text| text.split_once('#'));
        property.value_type == ValueType::Binary
            && blob.is_some_and(|(id, _)| id.bytes().all(|b| b.is_ascii_hexdigit()))
    };
    let is_there = subject.property("jcr:data").is_some_and(|data| !is_reference(data));
    if is_there || !EXTENSIONS.iter().any(|extension| name.ends_with(extension)) {
        return false;
    }
    let own = Pid::from_file_name(name);
    let known = pid::COMPONENTS.iter().map(|(component, _)| *component);
    let Some(component) = known.into_iter().find(|component| own.component().starts_with(component)) else {
        return false;
    };
    let location = subject.scene.capture.node(subject.parent().map_or(subject.node, |file| file.node));
    found.model.unexported.push(Unexported { component, location });
    true
}
