//! `contrib/ims-export.sh` against a server that answers like the package manager and the web console of AEM.
#![allow(clippy::unwrap_used)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Output};
use std::sync::{Arc, Mutex};

use crate::common::{Entry, Zip};
use crate::project::run;

const AUTHORIZATION: &str = "Basic YWRtaW46cGFzc3dvcmQtMDAwMGV4YW1wbGU=";
const PROVIDER: &str = "com.adobe.granite.auth.oauth.accesstoken.provider-target.config";
const CONFIGURATION: &str = "name=\"Target\"\n\
     auth.token.provider.client.id=\"0000example\"\n\
     auth.token.provider.type=\"com.adobe.granite.auth.oauth.accesstoken.provider\"\n\
     auth.access.token.request=\"https://ims-na1.adobelogin.com/ims/exchange/jwt\"\n\
     auth.token.provider.default.claims=[\"\\\"iss\\\":\\\"ORG@AdobeOrg\\\"\"]\n";

/// The requests that the instance received, and what it rejects.
#[derive(Default)]
struct Instance {
    requests: Mutex<Vec<String>>,
    filter: Mutex<String>,
    has_console: bool,
    builds: bool,
}

impl Instance {
    /// Answers one request.
    fn answer(&self, stream: TcpStream) -> std::io::Result<()> {
        let mut reader = BufReader::new(stream);
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let request = line.trim_end_matches(['\r', '\n']).trim_end_matches(" HTTP/1.1").to_owned();
        let (mut length, mut authorized, mut waits) = (0, false, false);
        loop {
            let mut line = String::new();
            reader.read_line(&mut line)?;
            let Some((name, value)) = line.trim_end().split_once(": ") else { break };
            match name.to_ascii_lowercase().as_str() {
                "content-length" => length = value.parse().unwrap(),
                "authorization" => authorized = value == AUTHORIZATION,
                "expect" => waits = true,
                _ => {}
            }
        }
        if waits {
            reader.get_mut().write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body)?;
        self.requests.lock().unwrap().push(request.clone());
        let (status, body) = if authorized { self.page(&request, &body) } else { ("401 Unauthorized", Vec::new()) };
        let head = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
        reader.get_mut().write_all(&[head.as_bytes(), &body].concat())
    }

    fn page(&self, request: &str, body: &[u8]) -> (&'static str, Vec<u8>) {
        let json = |text: &str| ("200 OK", text.as_bytes().to_vec());
        match request {
            "POST /crx/packmgr/service/.json?cmd=upload" => {
                *self.filter.lock().unwrap() = filter_of(body);
                json("{\"success\":true,\"msg\":\"Package uploaded\",\"path\":\"/etc/packages/x.zip\"}")
            }
            "POST /crx/packmgr/service/.json/etc/packages/aem-ims-lint/ims-export-prod-1.zip?cmd=build"
                if self.builds =>
            {
                json("{\"success\":true,\"msg\":\"Package built\"}")
            }
            "POST /crx/packmgr/service/.json/etc/packages/aem-ims-lint/ims-export-prod-1.zip?cmd=build" => {
                json("{\"success\":false,\"msg\":\"access denied\"}")
            }
            "GET /etc/packages/aem-ims-lint/ims-export-prod-1.zip" => ("200 OK", built()),
            "POST /crx/packmgr/service/.json/etc/packages/aem-ims-lint/ims-export-prod-1.zip?cmd=delete" => {
                json("{\"success\":true,\"msg\":\"Package deleted\"}")
            }
            "GET /system/console/status-Configurations.txt" if self.has_console => {
                json("*** Configurations:\nStatus: 0 configurations available\n")
            }
            "GET /system/console/status-slingsettings.txt" if self.has_console => json("*** Sling Settings:\n"),
            _ => ("404 Not Found", Vec::new()),
        }
    }
}

/// The filter of the package in a form; packages in the tests start with a stored or deflated entry.
fn filter_of(form: &[u8]) -> String {
    let at = form.windows(4).position(|bytes| bytes == b"PK\x03\x04").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let package = folder.path().join("uploaded.zip");
    std::fs::write(&package, &form[at..]).unwrap();
    let mut filter = String::new();
    let options = aem_ims_lint::source::Options { no_prefilter: true, ..Default::default() };
    let read = aem_ims_lint::source::read_with(&[package], &options, &aem_ims_lint::ims::literals::known(), &|file| {
        let is_filter = file.context.path.innermost() == "META-INF/vault/filter.xml";
        is_filter.then(|| String::from_utf8_lossy(file.bytes).into_owned())
    });
    read.results.into_iter().for_each(|(_, text)| filter = text);
    filter
}

fn built() -> Vec<u8> {
    let file = format!("jcr_root/apps/system/config/{PROVIDER}");
    let filter = "<workspaceFilter><filter root=\"/apps\"/></workspaceFilter>";
    Zip::new(vec![Entry::deflated("META-INF/vault/filter.xml", filter), Entry::deflated(file, CONFIGURATION)]).bytes()
}

/// Runs the script against the instance.
fn export(instance: Instance, folder: &Path, arguments: &[&str]) -> (Output, Arc<Instance>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let host = format!("http://{}", listener.local_addr().unwrap());
    let instance = Arc::new(instance);
    let serving = Arc::clone(&instance);
    // The thread ends with the test program.
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            // The client may close the connection early.
            let _ = serving.answer(stream);
        }
    });
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/contrib/ims-export.sh");
    let output = Command::new("sh")
        .arg(script)
        .args(arguments)
        .args([&host, "prod"])
        .current_dir(folder)
        .env("AEM_AUTH", "admin:password-0000example")
        .env("no_proxy", "*")
        .output()
        .unwrap();
    (output, instance)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn the_script_leaves_a_package_and_dumps_that_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let instance = Instance { has_console: true, builds: true, ..Instance::default() };
    let (output, instance) = export(instance, folder.path(), &[]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let written = "exports/prod/ims-export-prod.zip\nexports/prod/status-Configurations.txt\n\
                   exports/prod/status-slingsettings.txt\n";
    assert_eq!(text(&output.stdout), written);
    // The console of this instance has no page for its version; everything else is exported.
    assert!(text(&output.stderr).contains("no status-productinfo.txt"), "{}", text(&output.stderr));
    assert!(!text(&output.stderr).contains("0000example"));
    let requests = instance.requests.lock().unwrap().clone();
    assert!(requests[4].ends_with("status-slingsettings.txt") && requests[7].ends_with("?cmd=delete"), "{requests:?}");
    let filter = instance.filter.lock().unwrap().clone();
    for root in ["/apps", "/conf", "/etc/cloudservices", "/etc/replication"] {
        assert!(filter.contains(&format!("<filter root=\"{root}\"")), "{filter}");
    }
    assert!(!filter.contains("/etc/key") && !filter.contains("/home"), "{filter}");
    let linted = run(folder.path(), &["inventory", "--format", "json", "exports"]);
    assert!(text(&linted.stdout).contains("\"jwt\": 1"), "{}", text(&linted.stdout));
    use std::os::unix::fs::PermissionsExt;
    let package = folder.path().join("exports/prod/ims-export-prod.zip");
    assert_eq!(package.metadata().unwrap().permissions().mode() & 0o077, 0);
}

#[test]
fn in_the_cloud_only_what_changes_at_run_time_is_taken() {
    let folder = tempfile::tempdir().unwrap();
    let instance = Instance { builds: true, ..Instance::default() };
    let (output, instance) = export(instance, folder.path(), &["--cloud", "--output", "out"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert_eq!(text(&output.stdout), "out/prod/ims-export-prod.zip\n");
    assert!(!instance.requests.lock().unwrap().iter().any(|request| request.contains("/system/console")));
    let filter = instance.filter.lock().unwrap().clone();
    assert!(filter.contains("cloudconfigs") && !filter.contains("root=\"/apps\""), "{filter}");
}

#[test]
fn what_the_package_manager_refuses_is_told_and_cleaned_up() {
    let folder = tempfile::tempdir().unwrap();
    let (output, instance) = export(Instance { has_console: true, ..Instance::default() }, folder.path(), &[]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("cannot build the package: {\"success\":false,\"msg\":\"access denied\"}"));
    assert!(instance.requests.lock().unwrap().last().unwrap().ends_with("?cmd=delete"));
    assert!(!folder.path().join("exports/prod/ims-export-prod.zip").exists());
}

#[test]
fn keys_and_users_are_never_exported() {
    let folder = tempfile::tempdir().unwrap();
    for root in ["/etc/key", "/home/users/system", "conf", "/conf/a\"b"] {
        let (output, instance) = export(Instance::default(), folder.path(), &["--root", root]);
        assert_eq!(output.status.code(), Some(1), "{root}");
        assert_eq!(instance.requests.lock().unwrap().len(), 0);
    }
}
