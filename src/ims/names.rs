//! Names of properties, each kept once: thousands of integrations have the same few.

use std::cell::RefCell;
use std::collections::HashSet;
use std::sync::Arc;

/// Most names that a thread keeps.
const MOST: usize = 1024;
/// Longest name that is kept, in bytes.
const LONGEST: usize = 128;

/// `name`, in the same memory as the last time where it is one of those kept.
pub fn shared(name: &str) -> Arc<str> {
    thread_local! {
        static NAMES: RefCell<HashSet<Arc<str>>> = RefCell::new(HashSet::new());
    }
    NAMES.with_borrow_mut(|names| {
        if let Some(known) = names.get(name) {
            return Arc::clone(known);
        }
        let new: Arc<str> = name.into();
        if names.len() < MOST && name.len() <= LONGEST {
            names.insert(Arc::clone(&new));
        }
        new
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_names_are_one_as_long_as_there_is_room() {
        assert!(Arc::ptr_eq(&shared("a"), &shared("a")));
        let names: Vec<Arc<str>> = (0..2 * MOST).map(|number| shared(&format!("n{number}"))).collect();
        assert!(Arc::ptr_eq(&names[0], &shared("n0")));
        assert!(!Arc::ptr_eq(&names[2 * MOST - 1], &shared(&format!("n{}", 2 * MOST - 1))));
        let long = "x".repeat(LONGEST + 1);
        assert!(!Arc::ptr_eq(&shared(&long), &shared(&long)) && *shared(&long) == *long);
    }
}
