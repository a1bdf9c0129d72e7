//! Kibana inside the portal: its frame on an origin of its own, entered with a ticket.

use super::{kibana_asks::EnterKibana, kibana_words as words};
use crate::{
    ask::ask,
    ui::{
        page::PageHead,
        states::{FaultView, Skeleton},
    },
    visit::use_language,
};
use leptos::prelude::*;

/// The ticket is asked for by the browser alone: it is good for one load of the frame.
#[component]
pub fn KibanaPage() -> impl IntoView {
    let language = use_language();
    let address = LocalResource::new(|| ask(EnterKibana {}));
    let retry = Callback::new(move |()| address.refetch());
    view! {
        <PageHead title="Kibana" lead=words::kibana_lead(language)/>
        {move || match address.get() {
            None => view! { <Skeleton shape="page"/> }.into_any(),
            Some(Err(fault)) => view! { <FaultView fault retry/> }.into_any(),
            Some(Ok(address)) => view! {
                <iframe class="kibana-frame" src=address title="Kibana" referrerpolicy="no-referrer"
                    sandbox="allow-scripts allow-same-origin allow-forms allow-popups allow-downloads allow-modals"></iframe>
            }.into_any(),
        }}
    }
}
