//! The list of an environment's variables and secrets, as returned by Cloud Manager.

use super::{Extract, Literal, Lures, Recogniser, Subject};
use crate::format::variables::{LINK, LIST};
use crate::ims::model::{ListedVariable, VariableList};

/// A list of variables.
pub(super) static RECOGNISER: Recogniser = Recogniser {
    name: "variable_list",
    words: "Lists of the variables of an environment, as Cloud Manager gives them",
    lures: Lures::Literals(&[Literal::new("secretstring")]),
    recognise,
};

fn recognise(subject: Subject<'_>, found: &mut Extract) -> bool {
    if subject.is_osgi() || subject.node.parent.is_some() || subject.node.path != LIST {
        return false;
    }
    let listed = |child: Subject<'_>| {
        Some(ListedVariable {
            name: child.text("name")?.to_owned(),
            secret: child.text("type")? == "secretString",
            service: child.text("service").map(str::to_owned),
        })
    };
    let variables = subject.children().filter_map(listed).collect();
    found.model.variables.push(VariableList {
        variables,
        link: subject.text(LINK).map(str::to_owned),
        of_system: false,
        stage: None,
        location: subject.location(),
    });
    true
}
