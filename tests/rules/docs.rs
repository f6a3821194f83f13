//! Runs every `console` block of README.md and docs/; its output must equal the page.
//!
//! `UPDATE_DOCS=1 cargo test --test rules` rewrites the pages.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::program::{self, shell};

/// Pages with commands to run.
fn pages() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut pages = vec![root.join("README.md"), root.join("CONTRIBUTING.md")];
    let docs = fs::read_dir(root.join("docs")).unwrap().map(|entry| entry.unwrap().path());
    pages.extend(docs.filter(|path| path.extension().is_some_and(|e| e == "md")));
    pages.sort();
    pages
}

/// Runs `command` at the root of the repository and returns both output streams, followed by its exit code unless 0.
fn run(command: &str) -> String {
    let output = shell(Path::new(env!("CARGO_MANIFEST_DIR")), "bash", &["-c", &format!("{command} 2>&1")])
        .env("COLUMNS", "120")
        .env("NO_COLOR", "1")
        .output()
        .unwrap();
    let mut text = String::from_utf8(output.stdout).unwrap();
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    match output.status.code() {
        Some(0) => text,
        Some(code) => format!("{text}[exit code {code}]\n"),
        None => panic!("`{command}` was killed"),
    }
}

/// The page with new output for every `$ ` command in its `console` blocks, and the number of commands.
fn renewed(page: &str) -> (String, usize) {
    let mut out = String::new();
    let mut commands = 0;
    let mut lines = page.lines().peekable();
    while let Some(line) = lines.next() {
        out.push_str(line);
        out.push('\n');
        if line != "```console" {
            continue;
        }
        while let Some(line) = lines.next_if(|line| *line != "```") {
            if let Some(command) = line.strip_prefix("$ ") {
                commands += 1;
                out.push_str(line);
                out.push('\n');
                out.push_str(&run(command));
            }
        }
    }
    (out, commands)
}

#[test]
fn every_command_in_the_documentation_prints_what_the_page_shows() {
    let mut commands = 0;
    for page in pages() {
        let shown = fs::read_to_string(&page).unwrap();
        let (renewed, count) = renewed(&shown);
        commands += count;
        if std::env::var_os("UPDATE_DOCS").is_some() {
            fs::write(&page, &renewed).unwrap();
        } else {
            assert!(
                shown == renewed,
                "{} is stale: run `UPDATE_DOCS=1 cargo test --test rules`\n{renewed}",
                page.display()
            );
        }
    }
    assert!(commands >= 3, "only {commands} commands found");
}

/// The lines of every fenced block of `language` in all pages, with their page.
fn blocks(language: &str) -> Vec<(PathBuf, String)> {
    let mut blocks = Vec::new();
    for page in pages() {
        let text = fs::read_to_string(&page).unwrap();
        for block in text.split(&format!("```{language}\n")).skip(1) {
            blocks.push((page.clone(), block.split("```").next().unwrap().to_owned()));
        }
    }
    blocks
}

/// Where commands of other programs are run: the command, a file of the repository and text in that file.
const ELSEWHERE: &[(&str, &str, &str)] = &[
    ("cargo bench", ".ci/run", "cargo test --locked --bench stages"),
    ("cargo fmt", ".ci/run", "cargo fmt --all --check"),
    ("cargo test", ".ci/run", "step_test() {\n  cargo test --locked\n"),
    ("cargo run -- check fixtures/demo", ".ci/run", "cargo run --locked --quiet -- check fixtures/demo"),
    ("cargo install --locked --path .", ".github/action/install.sh", "cargo install --locked --quiet --path"),
    (".ci/run", ".github/workflows/ci.yml", "run: .ci/run"),
    ("docker build ", ".github/workflows/ci.yml", "docker build --build-arg COMMIT="),
    ("docker run ", ".github/workflows/ci.yml", "docker run --rm --volume \"$PWD:/project:ro\" aem-ims-lint check"),
    ("maturin build", "tests/tools/check_wheel.sh", "maturin\" build --locked --release"),
    ("pipx run", "tests/tools/check_wheel.sh", "pipx\" run"),
    ("uvx", "tests/tools/check_wheel.sh", "uvx\" --quiet"),
    ("git apply", "tests/migrate/plans.rs", "&[\"apply\", \"--verbose\", \"migration.patch\"]"),
    ("pre-commit run --all-files", "tests/tools/check_precommit.sh", "--all-files"),
];

/// Programs whose commands are searched in the text between the blocks.
const PROGRAMS: &[&str] =
    &["aem-ims-lint", "cargo", "docker", "git", "maturin", "pip", "pipx", "pre-commit", "uvx", "npm"];

/// The demo, with the paths used by the examples.
fn example_project() -> tempfile::TempDir {
    let project = tempfile::tempdir().unwrap();
    for folder in ["path/to/project", "dist/all.zip", "other/all.zip", "all/target/all.zip"] {
        fs::create_dir_all(project.path().join(folder)).unwrap();
    }
    let demo = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/demo");
    for entry in walkdir::WalkDir::new(&demo).min_depth(1) {
        let entry = entry.unwrap();
        let to = project.path().join(entry.path().strip_prefix(&demo).unwrap());
        if entry.file_type().is_dir() {
            fs::create_dir(to).unwrap();
        } else {
            fs::copy(entry.path(), to).unwrap();
        }
    }
    let provider = "jcr_root/apps/acme/config/com.adobe.granite.auth.oauth.accesstoken.provider~acme.cfg.json";
    for folder in ["exports/dev", "exports/prod/publish", "exports/author-prod.zip"] {
        let to = project.path().join(folder).join(provider);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::write(to, r#"{"auth.access.token.request": "https://ims-na1.adobelogin.com/ims/exchange/jwt"}"#).unwrap();
    }
    fs::create_dir(project.path().join("reports")).unwrap();
    let report =
        program::command(project.path(), &["check", "--format", "json", "-o", "reports/dev.json", "exports/dev"])
            .status();
    assert_eq!(report.unwrap().code(), Some(1));
    let script = "git init -q && git add -A && git -c user.name=Acme -c user.email=acme@example.com commit -q -m Acme";
    let made = Command::new("bash").args(["-c", script]).current_dir(project.path()).status().unwrap();
    assert!(made.success(), "git is needed for this test: install it");
    project
}

/// Runs an example in `project`: it must be valid, so the exit code is 0 or, with findings, 1.
#[track_caller]
fn try_example(project: &Path, page: &Path, script: &str) {
    // Commands that edit files need a work tree without uncommitted changes.
    let edits = script.split(' ').any(|word| matches!(word, "--fix" | "--write"));
    let fresh = edits.then(example_project);
    let project = fresh.as_ref().map_or(project, |fresh| fresh.path());
    let output = shell(project, "bash", &["-c", script])
        .env("GITHUB_STEP_SUMMARY", project.join("summary.md"))
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(matches!(output.status.code(), Some(0 | 1)), "{}: {script}\n{told}", page.display());
    let quiet = ["--output", " -o ", "--quiet", " init"].iter().any(|flag| script.contains(flag));
    assert!(quiet || !output.stdout.is_empty(), "{}: {script} says nothing\n{told}", page.display());
}

/// The commands of a shell block: one line each, unless a line ends in a pipe or a backslash.
fn commands(block: &str) -> Vec<String> {
    let mut commands: Vec<String> = Vec::new();
    let mut goes_on = false;
    for line in block.lines() {
        let command = line.trim_end_matches('\\');
        match commands.last_mut().filter(|_| goes_on) {
            Some(last) => *last += command,
            None => commands.push(command.to_owned()),
        }
        goes_on = line.ends_with(['|', '\\']);
    }
    commands.retain(|command| !command.is_empty() && !command.starts_with('#'));
    commands
}

/// A command of another program must be run by its file in [`ELSEWHERE`].
#[track_caller]
fn is_run_elsewhere(page: &Path, command: &str) {
    let place = ELSEWHERE.iter().find(|(known, ..)| command.starts_with(known));
    let (_, file, text) = place.unwrap_or_else(|| panic!("{}: nothing runs `{command}`", page.display()));
    let content = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap();
    assert!(content.contains(text), "{file} does not run `{text}` any more");
}

#[test]
fn every_example_of_a_command_is_understood() {
    let project = example_project();
    let mut own = 0;
    for (page, block) in blocks("sh") {
        for command in commands(&block) {
            if !command.starts_with("aem-ims-lint ") {
                is_run_elsewhere(&page, &command);
                continue;
            }
            own += 1;
            let (first, rest) = command.split_once(" |").unwrap_or((&command, ""));
            // CI has jq and says so; without jq only the command before the pipe is run.
            if Command::new("jq").arg("--version").output().is_ok() {
                try_example(project.path(), &page, &command);
            } else {
                assert!(rest.is_empty() || std::env::var_os("CI_HAS_JQ").is_none(), "jq is missing");
                try_example(project.path(), &page, first);
            }
        }
    }
    assert!(own >= 5, "only {own} commands found");
}

#[test]
fn every_command_in_the_text_is_understood() {
    let project = example_project();
    let mut found = 0;
    for page in pages() {
        let text = fs::read_to_string(&page).unwrap();
        // Every second part is inside a block.
        for text in text.split("```").step_by(2) {
            for span in text.split('`').skip(1).step_by(2) {
                let span = span.split_whitespace().collect::<Vec<_>>().join(" ");
                let Some((program, _)) = span.split_once(' ').filter(|(program, _)| PROGRAMS.contains(program)) else {
                    continue;
                };
                found += 1;
                if program == "aem-ims-lint" {
                    try_example(project.path(), &page, &span.replace("RULE", "jwt-credential"));
                } else {
                    is_run_elsewhere(&page, &span);
                }
            }
        }
    }
    assert!(found >= 8, "only {found} commands found");
}

/// The commands in the examples for CI systems. The files themselves are checked by tests/tools/check_examples.py.
#[test]
fn every_command_for_a_ci_system_is_understood() {
    let project = example_project();
    let mut found = 0;
    for (page, block) in blocks("yaml").into_iter().chain(blocks("groovy")) {
        for line in block.lines() {
            let Some(at) = line.find("aem-ims-lint check") else { continue };
            let command = line[at..].trim_end_matches('\'').replace("$(Build.ArtifactStagingDirectory)", ".");
            // These write for the CI system and into files.
            try_example(project.path(), &page, &command);
            found += 1;
        }
    }
    for (page, block) in blocks("xml").into_iter().filter(|(_, block)| block.contains("<executable>")) {
        let arguments = block.split("<argument>").skip(1).map(|rest| rest.split("</argument>").next().unwrap());
        let command = arguments.fold("aem-ims-lint".to_owned(), |command, argument| format!("{command} '{argument}'"));
        let module = project.path().join("all");
        let command = command.replace("${project.build.directory}/${project.build.finalName}", "target/all");
        try_example(&module, &page, &command.replace("${project.basedir}", "."));
        found += 1;
    }
    assert!(found >= 5, "only {found} commands found");
}

#[test]
fn every_example_of_a_configuration_is_one() {
    let project = example_project();
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/schema/aem-ims-lint.toml.schema.json");
    let schema: serde_json::Value = serde_json::from_str(&fs::read_to_string(schema).unwrap()).unwrap();
    let schema = jsonschema::validator_for(&schema).unwrap();
    let fits = |text: &str| {
        // Dates in TOML are strings in JSON.
        let text = text.replace("until = 2026-12-31", "until = \"2026-12-31\"");
        schema.is_valid(&serde_json::to_value(toml::from_str::<toml::Table>(&text).unwrap()).unwrap())
    };
    let mut examples = 0;
    for (page, block) in blocks("toml") {
        fs::write(project.path().join("aem-ims-lint.toml"), &block).unwrap();
        let output = program::command(project.path(), &["config"]).output().unwrap();
        let told = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{}: {told}", page.display());
        assert!(fits(&block), "{}: the schema refuses\n{block}", page.display());
        examples += 1;
    }
    assert!(examples >= 1, "no example found");
    for wrong in
        ["tarjet = \"6.5\"", "[rules]\njwt-credentials = \"off\"", "[[ignore]]\nrule = \"jwt-credential\"\npid = \"a\""]
    {
        assert!(!fits(wrong), "the schema takes\n{wrong}");
    }
}

/// An example in a block without a test was never tried.
#[test]
fn every_block_is_of_a_kind_that_is_tested() {
    // The walk through a migration is run by tests/migrate/plans.rs, one command after another. Recipes with other
    // programs (`bash`) are run by tests/cli/recipes.rs as far as possible.
    let known = ["console", "shell-session", "text", "sh", "bash", "toml", "yaml", "groovy", "xml"];
    for page in pages() {
        let text = fs::read_to_string(&page).unwrap();
        let fences: Vec<&str> = text.lines().filter(|line| line.trim_start().starts_with("```")).collect();
        assert!(fences.len().is_multiple_of(2), "{}: a block is not closed", page.display());
        for (open, close) in fences.iter().step_by(2).zip(fences.iter().skip(1).step_by(2)) {
            let language = open.strip_prefix("```").unwrap_or("(indented)");
            assert!(known.contains(&language), "{}: nothing tests blocks of `{language}`", page.display());
            assert_eq!(*close, "```", "{}", page.display());
        }
    }
    let rules = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/rules")).unwrap();
    for page in rules.map(|entry| fs::read_to_string(entry.unwrap().path()).unwrap()) {
        assert!(
            !page.contains("```sh\n") && !page.contains("```console"),
            "commands in the pages of rules are not run"
        );
    }
}

/// The tables of docs/ci.md contain every input and output of the action.
#[test]
fn the_documentation_of_the_action_is_complete() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let action = fs::read_to_string(root.join("action.yml")).unwrap();
    let page = fs::read_to_string(root.join("docs/ci.md")).unwrap();
    let names = |section: &str| -> Vec<String> {
        let section = action.split(&format!("\n{section}:\n")).nth(1).unwrap().split("\n\n").next().unwrap();
        let own = |line: &&str| line.starts_with("  ") && !line.starts_with("   ");
        section.lines().filter(own).map(|line| line.trim().trim_end_matches(':').to_owned()).collect()
    };
    let (inputs, outputs) = (names("inputs"), names("outputs"));
    assert!(inputs.len() >= 15 && outputs.len() >= 7, "{inputs:?} {outputs:?}");
    for name in inputs.iter().chain(&outputs) {
        assert!(page.contains(&format!("`{name}`")), "docs/ci.md does not name `{name}`");
    }
    for name in inputs {
        assert!(action.contains(&format!("${{{{ inputs.{name} }}}}")), "action.yml does not use `{name}`");
    }
}
