//! Which systems were found, and why, as sentences.

use super::Report;
use super::totals::counted;
use crate::repository::{System, SystemKind};

/// Maximum number of systems in a sentence, and with reasons.
const MOST_NAMED: usize = 20;
const MOST_EXPLAINED: usize = 10;
/// Maximum length of a name that is not shortened, in characters.
const LONGEST: usize = 400;

fn short(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// `3 systems: author-dev.zip, author-prod.zip, author-stage.zip; name them with --instance`. `None` if everything is
/// one project, which need not be mentioned.
pub(crate) fn sentence(report: &Report) -> Option<String> {
    let systems: Vec<&System> = report.landscape.inhabited().map(|model| &model.system).collect();
    match systems.as_slice() {
        [] => return None,
        [only] if only.kind == SystemKind::Project => return None,
        _ => {}
    }
    let mut names: Vec<String> = systems.iter().take(MOST_NAMED).map(|system| short(&system.name)).collect();
    if systems.len() > MOST_NAMED {
        names.push(format!("{} more", systems.len() - MOST_NAMED));
    }
    let is_nameless = |system: &&System| system.kind == SystemKind::Instance && system.label.is_none();
    let advice = match (systems.iter().any(is_nameless), systems.len()) {
        (false, _) => "",
        (true, 1) => "; name it with --instance",
        (true, _) => "; name them with --instance",
    };
    Some(format!("{}: {}{advice}", counted(systems.len() as u64, "system"), names.join(", ")))
}

/// What is known about each system, and why it is one: `author-prod.zip: instance prod/author, AEM 6.5; …`. Only if
/// there are few.
pub(crate) fn reasons(report: &Report) -> Vec<String> {
    let models: Vec<_> = report.landscape.inhabited().collect();
    if sentence(report).is_none() || models.len() > MOST_EXPLAINED {
        return Vec::new();
    }
    let reason = |model: &&crate::ims::Model| {
        let system = &model.system;
        let place: Vec<String> =
            [system.environment.as_deref(), system.service].into_iter().flatten().map(short).collect();
        let place = if place.is_empty() { String::new() } else { format!(" {}", place.join("/")) };
        let edition = model.target.target.label().map(|label| format!(", {label}")).unwrap_or_default();
        format!("{}: {}{place}{edition}; {}", short(&system.name), system.kind.id(), short(&system.because))
    };
    models.iter().map(reason).collect()
}
