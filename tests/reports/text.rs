//! The text formats as shown to people.

#![allow(clippy::unwrap_used)]

use aem_ims_lint::report::inventory::{self, InventoryFormat};
use aem_ims_lint::report::{Options, ReportFormat};
use aem_ims_lint::source::SourcePath;
use unicode_width::UnicodeWidthStr as _;

use crate::support::{JWT, TestFile, finding, options, render, sample};

#[test]
fn annotated_source() {
    insta::assert_snapshot!(render(ReportFormat::Text, &sample(), &options()), @r#"
    ui.config/src/config.author.prod/x.config
      2:28 error[jwt-credential]: The integration `adobe-ims-launch` of Launch (Tags) authenticates with a Service Account
        (JWT) credential in author/prod.
        2 | auth.access.token.request="https://ims-na1.adobelogin.com/ims/exchange/jwt"
          |                            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the JWT exchange endpoint
        = note: the client secret is here: ui.config/src/config.author.prod/x.config:4:25
        = note: the same in the built package: dist/all.zip!/jcr_root/apps/pkg.zip!/jcr_root/apps/a b/x.config:2:28
        = help: set `auth.access.token.request` to `https://ims-na1.adobelogin.com/ims/token/v3`
        = help: add `auth.token.provider.authorization.grants` = `client_credentials`
    dist/all.zip!/jcr_root/apps/pkg.zip!/jcr_root/apps/a b/x.config (package acme:all:1.0)
      4:25 warning[plaintext-secret]: The client secret of `adobe-ims-launch` is stored in plain text.
        4 | auth.ims.client.secret="********"
          |                         ^^^^^^^^ a literal secret
        = help: set `auth.access.token.request` to `https://ims-na1.adobelogin.com/ims/token/v3`
        = help: add `auth.token.provider.authorization.grants` = `client_credentials`

    not read[encrypted]: dist/locked.zip: The entry is encrypted.
    not read[malformed]: b/.content.xml:3:7: Not well-formed.
    help: these were not checked; fix them, `exclude` them, or accept that with --allow-incomplete

    `aem-ims-lint explain RULE` describes a rule; --explain-all shows all help next to each finding
    1 error, 1 warning in 2 of 1204 files, 3 packages; 2 integrations in 2 files, 1 still on JWT, 1 incomplete; 1
        suppressed; incomplete: 2 places not read
    "#);
}

#[test]
fn concise_lines() {
    insta::assert_snapshot!(render(ReportFormat::Concise, &sample(), &options()), @r#"
    ui.config/src/config.author.prod/x.config:2:28: error[jwt-credential] The integration `adobe-ims-launch` of Launch (Tags) authenticates with a Service Account (JWT) credential in author/prod.
    dist/all.zip!/jcr_root/apps/pkg.zip!/jcr_root/apps/a b/x.config:4:25: warning[plaintext-secret] The client secret of `adobe-ims-launch` is stored in plain text.
    dist/locked.zip: not-read[encrypted] The entry is encrypted.
    b/.content.xml:3:7: not-read[malformed] Not well-formed.
    "#);
}

#[test]
fn inventory_table() {
    let mut out = Vec::new();
    inventory::write(InventoryFormat::Table, &sample(), 80, &mut out).unwrap();
    insta::assert_snapshot!(String::from_utf8(out).unwrap(), @r#"
    PRODUCT        NAME              AUTHENTICATION     KIND
    Launch (Tags)  adobe-ims-launch  JWT                accessTokenProvider
        in       author: prod
        where    ui.config/src/config.author.prod/x.config:2
        used by  Launch (Tags) `tags`
        next     set `auth.access.token.request` to
                 `https://ims-na1.adobelogin.com/ims/token/v3`
    Launch (Tags)  tags              OAuth, incomplete  launch
        in       author: prod
        where    dist/all.zip!/jcr_root/apps/pkg.zip!/jcr_root/apps/a b/x.config:2
        missing  auth.token.provider.scope
        next     Add the missing values.

    not read: dist/locked.zip: The entry is encrypted.
    not read: b/.content.xml: Not well-formed.
    2 integrations: 1 OAuth incomplete, 1 JWT
    "#);
}

#[test]
fn github_commands() {
    insta::assert_snapshot!(render(ReportFormat::Github, &sample(), &options()), @r#"
    ::error file=ui.config/src/config.author.prod/x.config,line=2,endLine=2,col=28,endColumn=75,title=jwt-credential::The integration `adobe-ims-launch` of Launch (Tags) authenticates with a Service Account (JWT) credential in author/prod.%0Aset `auth.access.token.request` to `https://ims-na1.adobelogin.com/ims/token/v3`%0Aadd `auth.token.provider.authorization.grants` = `client_credentials`%0ASee https://experienceleague.adobe.com/en/docs/experience-manager-65/content/security/setting-up-ims-integrations-for-aem
    ::warning file=dist/all.zip!/jcr_root/apps/pkg.zip!/jcr_root/apps/a b/x.config,line=4,endLine=4,col=25,endColumn=48,title=plaintext-secret::The client secret of `adobe-ims-launch` is stored in plain text.%0Aset `auth.access.token.request` to `https://ims-na1.adobelogin.com/ims/token/v3`%0Aadd `auth.token.provider.authorization.grants` = `client_credentials`%0ASee https://experienceleague.adobe.com/en/docs/experience-manager-65/content/security/setting-up-ims-integrations-for-aem
    ::error file=dist/locked.zip,title=not read (encrypted)::The entry is encrypted.
    ::error file=b/.content.xml,line=3,title=not read (malformed)::Not well-formed.
    1 error, 1 warning in 2 of 1204 files, 3 packages; 2 integrations in 2 files, 1 still on JWT, 1 incomplete; 1 suppressed; incomplete: 2 places not read
    "#);
}

#[test]
fn azure_commands() {
    insta::assert_snapshot!(render(ReportFormat::Azure, &sample(), &options()), @r#"
    ##vso[task.logissue type=error;sourcepath=ui.config/src/config.author.prod/x.config;linenumber=2;columnnumber=28;code=jwt-credential]The integration `adobe-ims-launch` of Launch (Tags) authenticates with a Service Account (JWT) credential in author/prod. set `auth.access.token.request` to `https://ims-na1.adobelogin.com/ims/token/v3` add `auth.token.provider.authorization.grants` = `client_credentials` See https://experienceleague.adobe.com/en/docs/experience-manager-65/content/security/setting-up-ims-integrations-for-aem
    ##vso[task.logissue type=warning;sourcepath=dist/all.zip!/jcr_root/apps/pkg.zip!/jcr_root/apps/a b/x.config;linenumber=4;columnnumber=25;code=plaintext-secret]The client secret of `adobe-ims-launch` is stored in plain text. set `auth.access.token.request` to `https://ims-na1.adobelogin.com/ims/token/v3` add `auth.token.provider.authorization.grants` = `client_credentials` See https://experienceleague.adobe.com/en/docs/experience-manager-65/content/security/setting-up-ims-integrations-for-aem
    ##vso[task.logissue type=error;sourcepath=dist/locked.zip;code=not-read-encrypted]The entry is encrypted.
    ##vso[task.logissue type=error;sourcepath=b/.content.xml;linenumber=3;columnnumber=7;code=not-read-malformed]Not well-formed.
    1 error, 1 warning in 2 of 1204 files, 3 packages; 2 integrations in 2 files, 1 still on JWT, 1 incomplete; 1 suppressed; incomplete: 2 places not read
    "#);
}

#[test]
fn checkstyle_xml() {
    insta::assert_snapshot!(render(ReportFormat::Checkstyle, &sample(), &options()), @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <checkstyle version="10.0">
      <file name="ui.config/src/config.author.prod/x.config">
        <error line="2" column="28" severity="error" message="The integration `adobe-ims-launch` of Launch (Tags) authenticates with a Service Account (JWT) credential in author/prod." source="aem-ims-lint.jwt-credential"/>
      </file>
      <file name="dist/all.zip!/jcr_root/apps/pkg.zip!/jcr_root/apps/a b/x.config">
        <error line="4" column="25" severity="warning" message="The client secret of `adobe-ims-launch` is stored in plain text." source="aem-ims-lint.plaintext-secret"/>
      </file>
      <file name="dist/locked.zip">
        <error line="1" column="1" severity="error" message="Not read: The entry is encrypted." source="aem-ims-lint.not-read.encrypted"/>
      </file>
      <file name="b/.content.xml">
        <error line="3" column="7" severity="error" message="Not read: Not well-formed." source="aem-ims-lint.not-read.malformed"/>
      </file>
    </checkstyle>
    "#);
}

#[test]
fn junit_xml() {
    let options = Options { show_suppressed: true, ..options() };
    insta::assert_snapshot!(render(ReportFormat::Junit, &sample(), &options), @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="aem-ims-lint" tests="5" failures="1" errors="2">
      <testsuite name="ui.config/src/config.author.prod/x.config" tests="2" failures="1" errors="0" skipped="1">
        <testcase name="plaintext-secret at ui.config/src/config.author.prod/x.config:4:25" classname="ui.config/src/config.author.prod/x.config" file="ui.config/src/config.author.prod/x.config" line="4">
          <skipped message="a test system"/>
        </testcase>
        <testcase name="jwt-credential at ui.config/src/config.author.prod/x.config:2:28" classname="ui.config/src/config.author.prod/x.config" file="ui.config/src/config.author.prod/x.config" line="2">
          <failure message="The integration `adobe-ims-launch` of Launch (Tags) authenticates with a Service Account (JWT) credential in author/prod." type="error">set `auth.access.token.request` to `https://ims-na1.adobelogin.com/ims/token/v3`
    add `auth.token.provider.authorization.grants` = `client_credentials`
    See https://experienceleague.adobe.com/en/docs/experience-manager-65/content/security/setting-up-ims-integrations-for-aem</failure>
        </testcase>
      </testsuite>
      <testsuite name="dist/all.zip" tests="1" failures="0" errors="0" skipped="0">
        <testcase name="plaintext-secret at dist/all.zip!/jcr_root/apps/pkg.zip!/jcr_root/apps/a b/x.config:4:25" classname="dist/all.zip!/jcr_root/apps/pkg.zip!/jcr_root/apps/a b/x.config" file="dist/all.zip" line="4">
          <system-out>warning: The client secret of `adobe-ims-launch` is stored in plain text.
    set `auth.access.token.request` to `https://ims-na1.adobelogin.com/ims/token/v3`
    add `auth.token.provider.authorization.grants` = `client_credentials`
    See https://experienceleague.adobe.com/en/docs/experience-manager-65/content/security/setting-up-ims-integrations-for-aem</system-out>
        </testcase>
      </testsuite>
      <testsuite name="not read" tests="2" failures="0" errors="2">
        <testcase name="dist/locked.zip" classname="not read">
          <error message="The entry is encrypted." type="encrypted"/>
        </testcase>
        <testcase name="b/.content.xml" classname="not read">
          <error message="Not well-formed." type="malformed"/>
        </testcase>
      </testsuite>
    </testsuites>
    "#);
}

#[test]
fn markdown_summary() {
    insta::assert_snapshot!(render(ReportFormat::Markdown, &sample(), &options()), @r#"
    # aem-ims-lint

    **1 error, 1 warning in 2 of 1204 files, 3 packages; 2 integrations in 2 files, 1 still on JWT, 1 incomplete; 1 suppressed; incomplete: 2 places not read**

    | Level | Rule | Location | Problem and fix |
    |---|---|---|---|
    | error | <a href="https://experienceleague.adobe.com/en/docs/experience-manager-65/content/security/setting-up-ims-integrations-for-aem">jwt-credential</a> | <code>ui.config/src/config.author.prod/x.config</code>:2:28 | The integration <code>adobe-ims-launch</code> of Launch (Tags) authenticates with a Service Account (JWT) credential in author/prod.<br>→ set <code>auth.access.token.request</code> to <code>https<span>&#58;</span>//ims-na1.adobelogin.com/ims/token/v3</code><br>→ add <code>auth.token.provider.authorization.grants</code> = <code>client_credentials</code> |
    | warning | <a href="https://experienceleague.adobe.com/en/docs/experience-manager-65/content/security/setting-up-ims-integrations-for-aem">plaintext-secret</a> | <code>dist/all.zip!/jcr_root/apps/pkg.zip!/jcr_root/apps/a b/x.config</code>:4:25 | The client secret of <code>adobe-ims-launch</code> is stored in plain text.<br>→ set <code>auth.access.token.request</code> to <code>https<span>&#58;</span>//ims-na1.adobelogin.com/ims/token/v3</code><br>→ add <code>auth.token.provider.authorization.grants</code> = <code>client_credentials</code> |

    ## Not read

    | Path | Why |
    |---|---|
    | <code>dist/locked.zip</code> | The entry is encrypted. |
    | <code>b/.content.xml</code> | Not well-formed. |

    ## Integrations

    2 integrations: 1 OAuth incomplete, 1 JWT.

    | Product | Name | Kind | Authentication | Environments | Where | Referenced by | Missing | Next step | Confidence | System |
    |---|---|---|---|---|---|---|---|---|---|---|
    | Launch (Tags) | adobe-ims-launch | accessTokenProvider | JWT | author: prod | ui.config/src/config.author.prod/x.config:2 | Launch (Tags) <code>tags</code> |  | set <code>auth.access.token.request</code> to <code>https<span>&#58;</span>//ims-na1.adobelogin.com/ims/token/v3</code> | high |  |
    | Launch (Tags) | tags | launch | OAuth, incomplete | author: prod | dist/all.zip!/jcr_root/apps/pkg.zip!/jcr_root/apps/a b/x.config:2 |  | auth.token.provider.scope | Add the missing values. | high |  |
    "#);
}

/// Line and column are those of the file, not of the displayed part.
#[test]
fn a_window_of_a_long_line_has_the_columns_of_the_file() {
    let text = format!("{}name=\"needle\"\n", " ".repeat(5_000_000));
    let mut report = sample();
    let location = TestFile::new(SourcePath::file("long.config"), text).locate(&["needle"]).remove(0);
    report.findings = vec![finding(&JWT, location)];
    let out = render(ReportFormat::Text, &report, &options());
    assert!(out.starts_with("long.config\n  1:5000007 error["), "{out}");
    assert!(out.len() < 4_000, "{} bytes", out.len());
    let marked: Vec<&str> = out.lines().filter(|line| line.contains("needle") || line.contains("^^^^^^")).collect();
    assert_eq!(marked[0].find("needle"), marked[1].find("^^^^^^"), "{out}");
}

#[test]
fn the_label_stands_below_the_value_also_behind_wide_and_hidden_characters() {
    let text = "name=\"x\"\ntitle=\"日本\u{202e}\u{1b}é\tneedle\"\n";
    let mut report = sample();
    let location = TestFile::new(SourcePath::file("x.config"), text).locate(&["needle"]).remove(0);
    report.findings = vec![finding(&JWT, location)];
    let out = render(ReportFormat::Text, &report, &options());
    assert!(out.starts_with("x.config\n  2:14 error["), "{out}");
    let lines: Vec<&str> = out.lines().collect();
    let at = lines.iter().position(|line| line.contains("needle")).unwrap();
    // Columns of the terminal.
    let before = |line: &str, what: &str| line.split(what).next().unwrap().width();
    assert_eq!(before(lines[at], "needle"), before(lines[at + 1], "^^^^^^"), "{out}");
    assert!(out.contains("日本\\u{202e}\\u{1b}é"), "{out}");
}

#[test]
fn rule_ids_are_links_where_the_terminal_has_them() {
    let plain = render(ReportFormat::Text, &sample(), &options());
    assert!(!plain.contains('\u{1b}'));
    let colored = render(ReportFormat::Text, &sample(), &Options { color: true, ..options() });
    assert!(colored.contains("\u{1b}[") && !colored.contains("\u{1b}]8;;"));
    let linked = render(ReportFormat::Text, &sample(), &Options { color: true, hyperlinks: true, ..options() });
    assert!(linked.contains("\u{1b}]8;;https://experienceleague.adobe.com/"), "{linked:?}");
}

#[test]
fn a_clean_scan_says_so_in_one_line() {
    let report = aem_ims_lint::report::Report::default();
    assert_eq!(render(ReportFormat::Text, &report, &options()), "no findings in 0 files; nothing recognised\n");
    assert_eq!(render(ReportFormat::Concise, &report, &options()), "");
}
