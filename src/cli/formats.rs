//! The format that a file name implies.

use std::path::{Path, PathBuf};

use clap::ValueEnum;

use crate::report::ReportFormat;

/// File name suffixes and their formats. The first match that the command supports is used.
const ENDS: &[(&str, &str)] = &[
    (".sarif.json", "sarif"),
    (".sarif", "sarif"),
    ("gl-sast-report.json", "gitlab-sast"),
    ("gl-code-quality-report.json", "gitlab"),
    (".rdjson", "rdjson"),
    (".ndjson", "jsonl"),
    (".jsonl", "jsonl"),
    (".json", "json"),
    (".csv", "csv"),
    (".markdown", "markdown"),
    (".md", "markdown"),
    (".html", "html"),
    (".htm", "html"),
    ("checkstyle.xml", "checkstyle"),
    ("checkstyle-result.xml", "checkstyle"),
    (".xml", "junit"),
    (".txt", "text"),
];

/// The format that the name of `file` implies, among those that a command supports.
pub fn of_name<F: ValueEnum>(file: Option<&Path>) -> Option<F> {
    let name = file?.file_name()?.to_string_lossy().to_ascii_lowercase();
    let fitting = ENDS.iter().filter(|(end, _)| name.ends_with(end));
    fitting.map(|(_, format)| format).find_map(|format| F::from_str(format, true).ok())
}

/// `--report`: FORMAT=FILE, or only FILE if its name implies the format.
pub fn extra_report(text: &str) -> Result<(ReportFormat, PathBuf), String> {
    let Some((format, file)) = text.split_once('=') else {
        let file = PathBuf::from(text);
        let format = of_name(Some(&file));
        return format.map(|format| (format, file)).ok_or_else(|| {
            "the file name does not imply a format: write FORMAT=FILE, such as sarif=aem-ims-lint.sarif".to_owned()
        });
    };
    let format = format_called(format)?;
    if file.is_empty() {
        return Err("the file name is missing after `=`".into());
    }
    Ok((format, PathBuf::from(file)))
}

pub fn format_called<T: ValueEnum>(text: &str) -> Result<T, String> {
    T::from_str(text, true).map_err(|_| {
        let known = T::value_variants().iter().filter_map(ValueEnum::to_possible_value);
        let known: Vec<String> = known.map(|value| value.get_name().to_owned()).collect();
        format!("`{text}` is not a valid format; use one of {}", known.join(", "))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::inventory::InventoryFormat;

    #[test]
    fn names_say_the_format() {
        let format = |name: &str| of_name::<ReportFormat>(Some(Path::new(name)));
        for (name, expected) in [
            ("a/x.html", ReportFormat::Html),
            ("x.SARIF", ReportFormat::Sarif),
            ("x.sarif.json", ReportFormat::Sarif),
            ("x.json", ReportFormat::Json),
            ("gl-sast-report.json", ReportFormat::GitlabSast),
            ("gl-code-quality-report.json", ReportFormat::Gitlab),
            ("x.rdjson", ReportFormat::Rdjson),
            ("x.md", ReportFormat::Markdown),
            ("x.csv", ReportFormat::Csv),
            ("junit.xml", ReportFormat::Junit),
            ("checkstyle.xml", ReportFormat::Checkstyle),
        ] {
            assert_eq!(format(name), Some(expected), "{name}");
        }
        assert_eq!(format("report"), None);
        assert_eq!(format("-"), None);
        assert_eq!(of_name::<InventoryFormat>(Some(Path::new("x.json"))), Some(InventoryFormat::Json));
        assert_eq!(of_name::<InventoryFormat>(Some(Path::new("x.sarif"))), None, "not one of an inventory");
    }

    #[test]
    fn extra_reports_name_their_format_or_their_file_does() {
        assert_eq!(extra_report("csv=x"), Ok((ReportFormat::Csv, "x".into())));
        assert_eq!(extra_report("out.sarif"), Ok((ReportFormat::Sarif, "out.sarif".into())));
        assert!(extra_report("out").is_err() && extra_report("csv=").is_err() && extra_report("x=y").is_err());
    }
}
