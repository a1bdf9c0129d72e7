//! The document around every page: language, theme, style sheet, and the script that makes the page alive.

use crate::{
    App,
    visit::{Theme, Visit},
};
use leptos::{nonce::use_nonce, prelude::*};
use leptos_meta::MetaTags;

/// The whole document for one visit, which it also provides to the pages as context.
pub fn shell(visit: Visit) -> impl IntoView {
    let version = visit.asset_version.clone();
    let language = visit.language.tag();
    let theme = (visit.theme != Theme::System).then_some(visit.theme.name());
    let zone = visit.zone.write();
    let start =
        format!("import start, {{ hydrate }} from '/pkg/app.js?v={version}'; start({{ module_or_path: '/pkg/app_bg.wasm?v={version}' }}).then(hydrate);");
    provide_context(visit);
    view! {
        <!DOCTYPE html>
        <html lang=language data-theme=theme data-zone=zone data-version=version.clone()>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <link rel="icon" href="/icon.svg" type="image/svg+xml"/>
                <link rel="stylesheet" href=format!("/pkg/portal.css?v={version}")/>
                <link rel="modulepreload" href=format!("/pkg/app.js?v={version}")/>
                <link rel="preload" href=format!("/pkg/app_bg.wasm?v={version}") r#as="fetch" r#type="application/wasm" crossorigin="anonymous"/>
                <script type="module" nonce=use_nonce()>{start}</script>
                <MetaTags/>
            </head>
            <body><App/></body>
        </html>
    }
}
