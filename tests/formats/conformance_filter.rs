//! `filter.xml` compared with FileVault's `DefaultWorkspaceFilter`.
#![allow(clippy::unwrap_used)]

use aem_ims_lint::repository::Filter;
use serde_json::Value;

#[test]
fn filters_contain_what_filevault_says() {
    let table: Value = serde_json::from_str(include_str!("../conformance/filter.json")).unwrap();
    let mut paths = 0;
    for case in table["cases"].as_array().unwrap() {
        let id = case["id"].as_str().unwrap();
        let filter = Filter::parse(case["filter"].as_str().unwrap().as_bytes());
        if case.get("error").is_some() {
            assert!(filter.is_err(), "{id}");
            continue;
        }
        let filter = filter.unwrap_or_else(|error| panic!("{id}: {error}"));
        assert_eq!(filter.is_empty(), case["sets"].as_array().unwrap().is_empty(), "{id}");
        for expected in case["paths"].as_array().unwrap() {
            let path = expected["path"].as_str().unwrap();
            assert_eq!(filter.contains(path), expected["contains"].as_bool(), "{id}: contains {path}");
            assert_eq!(Some(filter.covers(path)), expected["covers"].as_bool(), "{id}: covers {path}");
            assert_eq!(Some(filter.is_ancestor(path)), expected["isAncestor"].as_bool(), "{id}: isAncestor {path}");
            paths += 1;
        }
    }
    assert_eq!(paths, 105);
}
