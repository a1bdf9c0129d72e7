//! Filling a stream's index again from what the bus still holds.

use super::{asks::RefillIndex, words};
use crate::{
    ui::{
        act::use_act,
        button::{Button, Tone},
        dialog::Dialog,
        figures::use_figures,
        icon::Glyph,
        page::Panel,
    },
    visit::use_language,
};
use leptos::prelude::*;

#[component]
pub fn RefillPanel(#[prop(into)] stream: Signal<String>) -> impl IntoView {
    let language = use_language();
    let figures = use_figures();
    let act = use_act();
    let sure = RwSignal::new(false);
    let refill = Callback::new(move |()| {
        let figures = figures.clone();
        act.run(RefillIndex { stream: stream.get_untracked() }, move |records| {
            act.say(format!("{} {}", figures.count(records), words::refill_begun(language)));
            sure.set(false);
        });
    });
    view! {
        <Panel title=words::refill(language)>
            <p class="quiet">{words::refill_text(language)}</p>
            <div class="panel-actions">
                <Button label=words::refill(language).to_owned() glyph=Glyph::Again on_press=move |()| sure.set(true)/>
            </div>
        </Panel>
        <Dialog open=sure title=words::refill_sure(language).to_owned()>
            <p>{words::refill_sure_text(language)}</p>
            <div class="form-actions">
                <Button label=words::refill(language).to_owned() tone=Tone::Solid glyph=Glyph::Again busy=act.busy on_press=refill/>
            </div>
        </Dialog>
    }
}
