//! Matches in linear time, for every pattern without backtracking: all paths through the pattern are followed at the
//! same time, and each step is counted.

use regex_automata::nfa::thompson::{NFA, State};
use regex_automata::util::primitives::StateID;

/// Number of transitions of one state that count as one step.
const PER_STEP: usize = 8;

/// Whether `nfa` matches the whole of `text`, and the number of steps taken; `None` if there are more than `most`.
pub(super) fn matches(nfa: &NFA, text: &[u8], most: u64) -> (Option<bool>, u64) {
    let mut threads = Threads { nfa, seen: vec![0; nfa.states().len()], open: Vec::new(), steps: 0 };
    // Allocating memory costs steps too.
    threads.steps += (nfa.states().len() / PER_STEP) as u64;
    let mut current = vec![nfa.start_anchored()];
    let mut next = Vec::new();
    for at in 0..=text.len() {
        let Some(&byte) = text.get(at) else {
            let matched = threads.expand(text, at, &mut current, |_, _| {});
            return (Some(matched), threads.steps);
        };
        threads.expand(text, at, &mut current, |state, steps| {
            let (found, looked) = match state {
                State::ByteRange { trans } => (trans.matches_byte(byte).then_some(trans.next), 1),
                State::Sparse(sparse) => (sparse.matches_byte(byte), sparse.transitions.len()),
                State::Dense(dense) => (dense.matches_byte(byte), 1),
                _ => (None, 1),
            };
            *steps += (looked / PER_STEP) as u64;
            next.extend(found);
        });
        if threads.steps > most {
            return (None, threads.steps);
        }
        if next.is_empty() {
            return (Some(false), threads.steps);
        }
        std::mem::swap(&mut current, &mut next);
    }
    (Some(false), threads.steps)
}

struct Threads<'a> {
    nfa: &'a NFA,
    /// The position, counted from one, at which each state was last reached.
    seen: Vec<usize>,
    /// States to follow without consuming a byte.
    open: Vec<StateID>,
    steps: u64,
}

impl Threads<'_> {
    /// Follows all transitions from `current` that consume no byte, and passes the states that consume one to `each`.
    /// Returns whether the pattern matches here.
    fn expand(
        &mut self,
        text: &[u8],
        at: usize,
        current: &mut Vec<StateID>,
        mut each: impl FnMut(&State, &mut u64),
    ) -> bool {
        let mut matched = false;
        self.open.append(current);
        while let Some(id) = self.open.pop() {
            self.steps += 1;
            if std::mem::replace(&mut self.seen[id.as_usize()], at + 1) == at + 1 {
                continue;
            }
            match self.nfa.state(id) {
                State::Union { alternates } => self.open.extend_from_slice(alternates),
                State::BinaryUnion { alt1, alt2 } => self.open.extend([*alt1, *alt2]),
                State::Capture { next, .. } => self.open.push(*next),
                State::Look { look, next } => {
                    if self.nfa.look_matcher().matches(*look, text, at) {
                        self.open.push(*next);
                    }
                }
                State::Match { .. } => matched = true,
                State::Fail => {}
                wanting @ (State::ByteRange { .. } | State::Sparse(_) | State::Dense(_)) => {
                    each(wanting, &mut self.steps)
                }
            }
        }
        matched
    }
}
