//! Items between brackets, separated by commas: members of a JSON object, elements of a JSON array, values of a Felix
//! list.

use super::lines::{self, is_blank};
use super::{Item, Refusal, Replacement};
use crate::format::Span;

/// What may appear between the items besides white space and commas.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Syntax {
    /// `//` and `/* */` comments; a comma between two items, none elsewhere.
    Json,
    /// A backslash at the end of a line; extra commas.
    Felix,
}

/// A sequence as written.
#[derive(Debug)]
pub(super) struct Sequence<'t> {
    pub(super) text: &'t str,
    pub(super) syntax: Syntax,
    /// Offset right after the opening bracket.
    pub(super) open: usize,
    /// Offset of the closing bracket.
    pub(super) close: usize,
    /// The items, quotes and keys included, in order.
    pub(super) items: Vec<Span>,
    /// An item added to an empty sequence gets a line of its own.
    pub(super) on_lines: bool,
}

/// What becomes of an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    Keep,
    Replace(String),
    Remove,
}

/// What becomes of a sequence.
#[derive(Clone, Debug, Default)]
pub(super) struct SequencePlan {
    /// One for each item.
    pub(super) fates: Vec<Fate>,
    /// New items in order, each after a kept item, or before the first kept item.
    pub(super) added: Vec<(Option<usize>, String)>,
}

/// The text between two items.
#[derive(Debug, Default)]
struct Gap {
    commas: Vec<usize>,
    /// The end of its last comment or comma.
    last: Option<usize>,
}

/// The pieces to cut out, and the comma kept right after each item.
struct Cuts {
    spans: Vec<Span>,
    comma_after: Vec<Option<usize>>,
}

impl SequencePlan {
    /// The plan that turns the items of `sequence` into `wanted`, of which the new ones are `quoted`. If the kept items
    /// stay in order, all of them stay in place, with the comments around them; otherwise the list is refilled position
    /// by position.
    pub(super) fn of(wanted: &[Item], quoted: fn(&str) -> String, sequence: &Sequence<'_>) -> Self {
        let count = sequence.items.len();
        let mut plan = Self { fates: vec![Fate::Remove; count], added: Vec::new() };
        let kept: Vec<usize> =
            wanted.iter().filter_map(|item| if let Item::Kept(index) = item { Some(*index) } else { None }).collect();
        if !kept.is_empty() && kept.is_sorted_by(|a, b| a < b) {
            let mut anchor = None;
            for item in wanted {
                match item {
                    Item::Kept(index) => {
                        plan.fates[*index] = Fate::Keep;
                        anchor = Some(*index);
                    }
                    Item::New(text) => plan.added.push((anchor, quoted(text))),
                }
            }
            return plan;
        }
        for (place, item) in wanted.iter().enumerate() {
            let text = match item {
                Item::Kept(index) => sequence.text[sequence.items[*index].range()].to_owned(),
                Item::New(text) => quoted(text),
            };
            match plan.fates.get_mut(place) {
                Some(fate) => *fate = Fate::Replace(text),
                None => plan.added.push((count.checked_sub(1), text)),
            }
        }
        plan
    }
}

impl Sequence<'_> {
    /// The replacements that carry out `plan`.
    pub(super) fn edit(&self, mut plan: SequencePlan) -> Result<Vec<Replacement>, Refusal> {
        let gaps = self.gaps()?;
        if self.items.is_empty() {
            return Ok(self.filled(&gaps[0], plan.added));
        }
        let mut kept: Vec<usize> = (0..self.items.len()).filter(|&i| plan.fates[i] != Fate::Remove).collect();
        if kept.is_empty() && !plan.added.is_empty() {
            plan.fates[0] = Fate::Replace(plan.added.remove(0).1);
            plan.added.iter_mut().for_each(|(anchor, _)| *anchor = Some(0));
            kept.push(0);
        }
        let cuts = self.cuts(&gaps, &kept, &plan);
        let mut out = self.insertions(&kept, &plan, &cuts, !gaps[self.items.len()].commas.is_empty());
        for (item, fate) in self.items.iter().zip(plan.fates) {
            if let Fate::Replace(text) = fate {
                out.push(Replacement { span: *item, text });
            }
        }
        // White space and continuations between two cuts are cut out with them.
        let joins = |between: Span| self.text[between.range()].chars().all(|c| c.is_whitespace() || self.continues(c));
        out.extend(lines::merged(cuts.spans, joins).into_iter().map(|cut| self.tidied(cut)));
        Ok(out)
    }

    fn continues(&self, c: char) -> bool {
        self.syntax == Syntax::Felix && c == '\\'
    }

    /// The gaps before, between and after the items.
    fn gaps(&self) -> Result<Vec<Gap>, Refusal> {
        let starts = std::iter::once(self.open).chain(self.items.iter().map(|item| item.end));
        let ends = self.items.iter().map(|item| item.start).chain(std::iter::once(self.close));
        starts.zip(ends).map(|(start, end)| self.gap(start, end)).collect()
    }

    fn gap(&self, start: usize, end: usize) -> Result<Gap, Refusal> {
        let unclear = || Refusal::file("what stands between its values cannot be made out");
        let mut gap = Gap::default();
        let mut at = start;
        loop {
            let rest = self.text.get(at..end).ok_or_else(unclear)?;
            let Some(c) = rest.chars().next() else { return Ok(gap) };
            match c {
                ',' => {
                    gap.commas.push(at);
                    at += 1;
                }
                '/' if self.syntax == Syntax::Json => match comment(rest)? {
                    0 => return Err(unclear()),
                    length => at += length,
                },
                c if c.is_whitespace() || is_blank(c) || self.continues(c) => {
                    at += c.len_utf8();
                    continue;
                }
                _ => return Err(unclear()),
            }
            gap.last = Some(at);
        }
    }

    /// The removed items, and the commas that are no longer needed.
    fn cuts(&self, gaps: &[Gap], kept: &[usize], plan: &SequencePlan) -> Cuts {
        let count = self.items.len();
        let mut cuts = Cuts { spans: Vec::new(), comma_after: vec![None; count] };
        cuts.spans.extend((0..count).filter(|&i| plan.fates[i] == Fate::Remove).map(|i| self.items[i]));
        let mut cut_commas = |from: usize, to: usize, but: Option<usize>| {
            let commas = gaps[from..=to].iter().flat_map(|gap| &gap.commas).filter(|&&comma| Some(comma) != but);
            cuts.spans.extend(commas.map(|&comma| Span::new(comma, comma + 1)));
        };
        let mut before: Option<usize> = None;
        for &item in kept {
            match before {
                None => cut_commas(1, item, None),
                Some(before) if before + 1 == item => cuts.comma_after[before] = gaps[item].commas.first().copied(),
                Some(before) => {
                    // Of the commas of a removed run, one stays: the one on the line of the previous item, or, where
                    // lines begin with commas, the one before the next item.
                    let first = gaps[before + 1].commas.first().copied();
                    let leads = first.is_some_and(|comma| self.breaks(self.items[before].end, comma));
                    let stays = if leads { gaps[item].commas.last().copied() } else { first };
                    cuts.comma_after[before] = stays.filter(|_| !leads);
                    cut_commas(before + 1, item, stays);
                }
            }
            before = Some(item);
        }
        let trailing = gaps[count].commas.first().copied();
        match before {
            Some(last) if last + 1 == count => cuts.comma_after[last] = trailing,
            Some(last) => {
                let goes_on = plan.added.iter().any(|(anchor, _)| *anchor == Some(last));
                let stays = gaps[last + 1].commas.first().copied().filter(|_| goes_on || trailing.is_some());
                cuts.comma_after[last] = stays;
                cut_commas(last + 1, count, stays);
            }
            None => cut_commas(1, count, None),
        }
        cuts
    }

    fn breaks(&self, start: usize, end: usize) -> bool {
        self.text[start..end].contains(['\n', '\r'])
    }

    /// A cut with the white space to remove; the whole line if nothing else is on it.
    fn tidied(&self, cut: Span) -> Replacement {
        let text = self.text;
        let before = lines::blanks_before(text, cut.start);
        let after = lines::blanks_after(text, cut.end);
        let continued = self.syntax == Syntax::Felix && text[after..].starts_with('\\');
        let end = if continued { lines::blanks_after(text, after + 1) } else { after };
        let (alone, last) = (lines::begins_line(text, before), lines::ends_line(text, end));
        let span = if alone && last {
            Span::new(before, lines::after_line_end(text, end))
        } else if last && !continued {
            Span::new(before, cut.end)
        } else if alone || before < cut.start || cut.start == self.open {
            Span::new(cut.start, after)
        } else {
            cut
        };
        // `/* a *//* b */` is a line comment to Felix.
        let joins = text[..span.start].ends_with('/') && text[span.end..].starts_with('/');
        Replacement { span, text: if joins { " " } else { "" }.to_owned() }
    }

    /// The new items with their commas. `trailing` says that a comma follows the last item.
    fn insertions(&self, kept: &[usize], plan: &SequencePlan, cuts: &Cuts, trailing: bool) -> Vec<Replacement> {
        let space = self.space();
        let mut out = Vec::new();
        for group in plan.added.chunk_by(|a, b| a.0 == b.0) {
            let texts: Vec<&str> = group.iter().map(|(_, text)| text.as_str()).collect();
            let joined = texts.join(&format!(",{space}"));
            let Some(anchor) = group[0].0 else {
                let first = kept.first().map_or(self.open, |&first| self.items[first].start);
                out.push(Replacement { span: Span::at(first), text: format!("{joined},{space}") });
                continue;
            };
            let goes_on = trailing || kept.last() != Some(&anchor);
            let (from, end) = match cuts.comma_after[anchor] {
                Some(comma) => (comma + 1, if goes_on { "," } else { "" }),
                None => {
                    let end = self.items[anchor].end;
                    out.push(Replacement { span: Span::at(end), text: ",".to_owned() });
                    (end, "")
                }
            };
            let at = self.behind(from);
            // A line comment ends with its line, and Felix ends lines at LF.
            let first = if self.text[from..at].contains("//") && !space.contains('\n') {
                format!("{}  ", &self.text[at..lines::after_line_end(self.text, at)])
            } else {
                space.clone()
            };
            out.push(Replacement { span: Span::at(at), text: format!("{first}{joined}{end}") });
        }
        out
    }

    /// The text before an item, modelled on the existing items: a line end with the indentation, and with the backslash
    /// before it; in a sequence on one line, a space or nothing.
    fn space(&self) -> String {
        let mut before = self.open;
        for item in &self.items {
            let gap = &self.text[before..item.start];
            if let Some(at) = gap.rfind(['\n', '\r']) {
                let line = &gap[at + 1..];
                let indent = &line[..line.len() - line.trim_start_matches([' ', '\t']).len()];
                let end = lines::before_line_end(self.text, before + at + 1);
                return format!("{}{}{indent}", self.continuation(before, end), &self.text[end..=before + at]);
            }
            before = item.end;
        }
        match self.items.as_slice() {
            [first, second, ..] => {
                let gap = &self.text[first.end..second.start];
                gap.trim_start_matches(is_blank).strip_prefix(',').filter(|rest| rest.chars().all(is_blank))
            }
            _ => None,
        }
        .unwrap_or(" ")
        .to_owned()
    }

    /// The backslash that ends the line at `end`, with the blanks before it; empty if there is none.
    fn continuation(&self, start: usize, end: usize) -> &str {
        let line = self.text[start..end].trim_end_matches(is_blank);
        match line.strip_suffix('\\').filter(|_| self.syntax == Syntax::Felix) {
            Some(before) => &line[before.trim_end_matches(is_blank).len()..],
            None => "",
        }
    }

    /// The offset after the comments that end the line of `at`; `at` itself if something else follows on the line.
    fn behind(&self, at: usize) -> usize {
        if self.syntax == Syntax::Felix {
            return at;
        }
        let mut end = at;
        loop {
            let next = lines::blanks_after(self.text, end);
            let rest = &self.text[next..self.close];
            match comment(rest) {
                Ok(length) if length > 0 => end = next + length,
                _ if lines::ends_line(self.text, next) => return end,
                _ => return at,
            }
        }
    }

    /// New items in an empty sequence.
    fn filled(&self, gap: &Gap, added: Vec<(Option<usize>, String)>) -> Vec<Replacement> {
        if added.is_empty() {
            return Vec::new();
        }
        let texts: Vec<String> = added.into_iter().map(|(_, text)| text).collect();
        let from = gap.last.unwrap_or(self.open);
        let rest = &self.text[from..self.close];
        let Some(at) = rest.rfind(['\n', '\r']) else {
            let space = if gap.last.is_some() { " " } else { "" };
            let text = if self.on_lines {
                let end = lines::line_end(self.text);
                let joined = texts.join(&format!(",{end}  "));
                format!("{end}  {joined}{end}")
            } else {
                format!("{space}{}", texts.join(", "))
            };
            return vec![Replacement { span: Span::new(from, self.close), text }];
        };
        let end = lines::end_of_line(self.text, from);
        let continuation = self.continuation(from, end);
        let line_end = &self.text[end..lines::after_line_end(self.text, end)];
        let indent = if self.syntax == Syntax::Json { &rest[at + 1..] } else { "" };
        let space = format!("{continuation}{line_end}{indent}  ");
        let trailing = if continuation.is_empty() { "" } else { "," };
        let text = format!("{space}{}{trailing}", texts.join(&format!(",{space}")));
        vec![Replacement { span: Span::at(from), text }]
    }
}

/// The length of the comment at the start of `text`, 0 if there is none. An error where Felix' removal of comments
/// (`CommentRemovingReader` of `JsonSupport`) ends the comment elsewhere than JSON parsers with comments do: then it is
/// unclear what may be written next to it.
fn comment(text: &str) -> Result<usize, Refusal> {
    let odd = || Refusal::file("it has a comment that AEM sees differently than a person does; rewrite that comment");
    if text.starts_with("//") {
        let length = memchr::memchr(b'\n', text.as_bytes()).unwrap_or(text.len());
        let comment = text[..length].strip_suffix('\r').unwrap_or(&text[..length]);
        return if comment.contains('\r') { Err(odd()) } else { Ok(comment.len()) };
    }
    let Some(rest) = text.strip_prefix("/*") else { return Ok(0) };
    let length = rest.find("*/").ok_or_else(odd)? + 4;
    let next = &text[length..];
    let joins = next.starts_with('/') && !next.starts_with("//");
    // Felix treats `/*/` as a complete comment.
    if joins || rest.starts_with('/') { Err(odd()) } else { Ok(length) }
}
