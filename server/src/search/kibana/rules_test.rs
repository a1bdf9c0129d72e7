//! What the rules of the proxy let through, and what not.

use super::*;

fn own() -> Own {
    Own::of("operations")
}

#[test]
fn a31_paths_stay_in_the_own_space_however_they_are_written() {
    for right in [
        "/s/atalaya-operations/app/discover",
        "/s/atalaya-operations",
        "/s/atalaya-operations/api/status?x=1",
        "/8f3a1c/bundles/core/core.entry.js",
        "/translations/en.json",
        "/s/atalaya-operations/internal/security/me",
        "/s/atalaya-operations/api/index_patterns/_fields_for_wildcard?pattern=atalaya-operations-web-*",
    ] {
        assert!(own().allows_path(right), "{right}");
    }
    for wrong in [
        "/s/atalaya-sales/app/discover",
        "/s/atalaya-operations2/app/discover",
        "/app/discover",
        "/api/saved_objects/_find",
        "/s/atalaya-operations/../atalaya-sales/app",
        "/s/atalaya-operations/%2e%2e/atalaya-sales/app",
        "/s/atalaya-operations%2f..%2f..%2fs%2fatalaya-sales/app",
        "/s/atalaya-operations/%252e%252e/atalaya-sales",
        "/s/%61talaya-sales/app/discover",
        "/s/%2561talaya-sales/app/discover",
        "//s/atalaya-sales/app",
        "/s\\atalaya-sales\\app",
        "/s/atalaya-operations/api/console/proxy?path=_search",
        "/s/atalaya-operations/api/spaces/space",
        "/s/atalaya-operations/api/security/role",
        "/s/atalaya-operations/api/index_patterns/_fields_for_wildcard?pattern=*",
        "/s/atalaya-operations/api/index_patterns/_fields_for_wildcard?pattern=atalaya-sales-web-*",
        "/s/atalaya-operations/api/x?q=%2561talaya-sales-web",
        "/s/atalaya-operations/api/index_management/indices/.kibana_1",
        "/bundles/atalaya-sales-x",
    ] {
        assert!(!own().allows_path(wrong), "{wrong}");
    }
}

#[test]
fn a31_bodies_name_own_indices_alone() {
    for right in [
        "",
        r#"{"index":"atalaya-operations-web-*","body":{"size":0}}"#,
        "{\"index\":\"atalaya-operations-web-2026.11.24\"}\n{\"query\":{\"match_all\":{}}}\n",
        r#"{"attributes":{"title":"My dashboard","index":"6f1ed002-ab5f-4b4e-8a3b-0c5d1f0a2b11"}}"#,
    ] {
        assert!(own().allows_body("", right.as_bytes()), "{right}");
    }
    for wrong in [
        r#"{"index":"*"}"#,
        r#"{"index":"atalaya-operations-web-*,atalaya-sales-web-*"}"#,
        r#"{"index":["atalaya-sales-web"]}"#,
        r#"{"index":"remote:atalaya-operations-web"}"#,
        "{\"index\":\"atalaya-operations-web\"}\n{}\n{\"index\":\"atalaya-sales-web\"}\n{}\n",
        r#"{"query":"FROM atalaya-sales-web | LIMIT 1"}"#,
        r#"{"query":"FROM \u0061talaya-sales-web"}"#,
        r#"{"a":"{\"index\":\"atalaya-\\u0073ales-web\"}"}"#,
        r#"{"namespaces":["atalaya-sales"]}"#,
        r#"{"indices":[".kibana"]}"#,
        r#"{"match":{"_index":"atalaya-operations2-web"}}"#,
    ] {
        assert!(!own().allows_body("", wrong.as_bytes()), "{wrong}");
    }
}

#[test]
fn a31_queries_in_esql_and_sql_read_own_indices_alone() {
    for right in [
        r#"{"query":"FROM atalaya-operations-web-* | LIMIT 10"}"#,
        r#"{"params":{"query":"from atalaya-operations-web-*, -atalaya-operations-web-2026.11.24 metadata _id | where message like \"*from x*\""}}"#,
        r#"{"query":{"esql":"FROM \"atalaya-operations-web-*\" | STATS count(*)"}}"#,
        r#"{"query":"SELECT status, count(*) FROM \"atalaya-operations-web-*\" GROUP BY status"}"#,
        r#"{"state":{"query":{"query":"from amsterdam to berlin","language":"kuery"}}}"#,
        r#"{"query":{"bool":{"filter":[{"multi_match":{"query":"select seats","lenient":true}}]}}}"#,
        r#"{"query":{"match":{"message":{"query":"from amsterdam"}}}}"#,
        r#"{"query":"","field":"path","filters":[]}"#,
        r#"{"attributes":{"title":"From the web: *errors*","description":"select a day"}}"#,
    ] {
        assert!(own().allows_body("", right.as_bytes()), "{right}");
    }
    for wrong in [
        r#"{"query":"FROM logs-*"}"#,
        r#"{"query":"FROM *"}"#,
        r#"{"query":"FROM atalaya*"}"#,
        r#"{"query":"from atalaya-operations-web-*, logs-*"}"#,
        r#"{"query":"FROM atalaya-operations-web-* | LOOKUP JOIN people ON name"}"#,
        r#"{"params":{"query":"// mine\nFROM \"*\""}}"#,
        r#"{"params":{"query":"FROM *"},"language":"kuery"}"#,
        r#"{"esql":"FROM logs-*","language":"kuery"}"#,
        r#"{"a":"{\"query\":{\"esql\":\"FROM logs-*\"}}"}"#,
        r#"{"query":{"sql":"SELECT * FROM \"logs-*\""}}"#,
        r#"{"query":"SELECT * FROM logs"}"#,
        r#"{"query":"SELECT * FROM \"atalaya-operations-web\", \"logs\""}"#,
        r#"{"query":"SHOW TABLES"}"#,
    ] {
        assert!(!own().allows_body("", wrong.as_bytes()), "{wrong}");
    }
    assert!(!own().allows_path("/s/atalaya-operations/api/x?query=FROM%20logs-*"));
}

#[test]
fn a31_data_views_are_of_own_indices_alone() {
    let made = "/s/atalaya-operations/api/data_views/data_view";
    let saved = "/s/atalaya-operations/api/saved_objects/index-pattern/1";
    for (path, right) in [
        (made, r#"{"data_view":{"title":"atalaya-operations-web-*","name":"Web","timeFieldName":"@timestamp"}}"#),
        (saved, r#"{"attributes":{"title":"atalaya-operations-web-*,-atalaya-operations-web-2026.11.24"}}"#),
        ("", r#"{"attributes":{"title":"*All* errors, by day"},"references":[{"type":"index-pattern","id":"atalaya-operations-web"}]}"#),
    ] {
        assert!(own().allows_body(path, right.as_bytes()), "{right}");
    }
    for (path, wrong) in [
        (made, r#"{"data_view":{"title":"*"}}"#),
        (made, r#"{"data_view":{"title":"logs-*"}}"#),
        (saved, r#"{"attributes":{"title":"*"}}"#),
        ("/s/atalaya-operations/api/saved_objects/index%2Dpattern/1", r#"{"attributes":{"title":"*"}}"#),
        ("", r#"{"data_view":{"title":"*,-x"}}"#),
        ("", r#"{"contentTypeId":"index-pattern","data":{"title":"*,-atalaya-operations-web"}}"#),
        ("", r#"[{"type":"index-pattern","attributes":{"title":"logs-*"}}]"#),
        ("", r#"{"title":"logs-*","timeFieldName":"@timestamp"}"#),
        ("", r#"{"searchSource":{"index":{"id":"x","title":"logs-*"}}}"#),
        ("", r#"{"adHocDataViews":{"x":{"title":"logs-*"}}}"#),
        ("", r#"{"index_names":["logs-1"]}"#),
    ] {
        assert!(!own().allows_body(path, wrong.as_bytes()), "{wrong}");
    }
    assert!(!own().allows_path("/s/atalaya-operations/api/saved_objects/_resolve_import_errors"));
}

#[test]
fn only_kibanas_own_cookies_and_our_credential_pass() {
    let mut headers = HeaderMap::new();
    headers.insert("cookie", HeaderValue::from_static("atalaya_session=x; sid=k; other=1"));
    headers.insert("authorization", HeaderValue::from_static("Basic eA=="));
    headers.insert("connection", HeaderValue::from_static("close, x-secret"));
    headers.insert("x-secret", HeaderValue::from_static("1"));
    headers.insert("kbn-xsrf", HeaderValue::from_static("true"));
    headers.insert("es-security-runas-user", HeaderValue::from_static("elastic"));
    let passed = inbound(&headers, &["sid"]);
    assert_eq!(passed.get("cookie").unwrap(), "sid=k");
    assert_eq!(passed.len(), 2, "{passed:?}");
    assert_eq!(passed.get("kbn-xsrf").unwrap(), "true");
}

#[test]
fn answers_stay_on_the_own_origin() {
    let (upstream, public) = (Url::parse("http://kibana:5601/base").unwrap(), Url::parse("http://localhost:8421").unwrap());
    let back = |name: &'static str, value: &'static str| {
        let mut headers = HeaderMap::new();
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
        outbound(&headers, &upstream, &public, "http://localhost:8420", &["sid"])
    };
    for (given, place) in [
        ("http://kibana:5601/base/s/x/app?a=1#b", "/s/x/app?a=1#b"),
        ("/base/app/home", "/app/home"),
        ("/app/home", "/app/home"),
        ("https://evil.example/", "/"),
        ("//evil.example/x", "/"),
    ] {
        assert_eq!(back("location", given).get("location").unwrap(), place, "{given}");
    }
    assert_eq!(back("set-cookie", "sid=1; Domain=kibana; Path=/base").get("set-cookie").unwrap(), "sid=1; Path=/; HttpOnly; SameSite=Lax");
    assert!(back("set-cookie", "atalaya_session=evil; Path=/").get("set-cookie").is_none());
    let framed = back("content-security-policy", "script-src 'self'; frame-ancestors 'self'");
    assert_eq!(framed.get("content-security-policy").unwrap(), "script-src 'self'; frame-ancestors http://localhost:8420");
    assert!(back("x-frame-options", "DENY").get("x-frame-options").is_none());
}
