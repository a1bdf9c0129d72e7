//! Going on with a change of policies that was refused because tests break: with a reason, which the audit log keeps.

use super::{
    asks::{BROKEN_CASES, ChangeAnyway, HeldBack},
    words,
};
use crate::{
    ask::Fault,
    ui::{
        act::{use_act, use_form_faults},
        button::{Button, Tone},
        dialog::{Dialog, open_while},
        form::{FieldFrame, FormFault},
    },
    visit::use_language,
};
use leptos::prelude::*;

/// A change as it was refused, with what the portal said.
#[derive(Clone)]
pub struct Refused {
    pub change: HeldBack,
    pub fault: Fault,
}

impl Refused {
    /// `None` when it was refused for something else, which no reason overcomes.
    pub fn of(change: HeldBack, fault: &Fault) -> Option<Self> {
        (fault.field.as_deref() == Some(BROKEN_CASES)).then(|| Self { change, fault: fault.clone() })
    }
}

/// The reason and the button, while there is such a change; no form of its own, so that it may stand within one.
#[component]
pub fn Anyway(refused: RwSignal<Option<Refused>>, done: Callback<i64>) -> impl IntoView {
    let language = use_language();
    let act = use_act();
    let faults = use_form_faults();
    let reason = RwSignal::new(String::new());
    let go = move |()| {
        let Some(Refused { change, .. }) = refused.get_untracked() else { return };
        faults.clear();
        let gone_on = move |version: i64| {
            refused.set(None);
            done.run(version);
        };
        act.run_or(ChangeAnyway { change, reason: reason.get_untracked() }, gone_on, move |fault| faults.set(fault));
    };
    move || {
        refused.get().map(|refused| {
            let verb = match refused.change {
                HeldBack::Save(_) => words::save_anyway(language),
                HeldBack::Restore(_) => words::restore_anyway(language),
                HeldBack::Delete(_) => words::delete_anyway(language),
            };
            view! {
                <section class="anyway">
                    <FieldFrame name="reason" label=words::reason(language) help=words::reason_help(language) error=faults.under("reason")>
                        <textarea
                            id="reason"
                            rows="2"
                            aria-describedby="reason-help reason-error"
                            on:input=move |event| reason.set(event_target_value(&event))
                        ></textarea>
                    </FieldFrame>
                    <FormFault text=faults.above(&["reason"])/>
                    <div class="form-actions"><Button label=verb.to_owned() tone=Tone::Danger busy=act.busy on_press=go/></div>
                </section>
            }
        })
    }
}

/// The same in a dialog, for a change that has no form.
#[component]
pub fn AnywayDialog(refused: RwSignal<Option<Refused>>, done: Callback<i64>) -> impl IntoView {
    let language = use_language();
    let open = open_while(refused);
    view! {
        <Dialog open title=words::anyway_title(language).to_owned()>
            {move || refused.get().map(|refused| view! { <p>{refused.fault.message.get(language).to_owned()}</p> })}
            <Anyway refused done/>
        </Dialog>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ask::FaultKind, governance::asks::DeletePolicy, text::Text};

    #[test]
    fn only_broken_tests_are_gone_over() {
        let change = || HeldBack::Delete(DeletePolicy { id: "1".into(), revision: 1, why: "w".into() });
        let mut fault = Fault::new(FaultKind::Invalid, Text::same("no"));
        assert!(Refused::of(change(), &fault).is_none());
        fault.field = Some("rows".into());
        assert!(Refused::of(change(), &fault).is_none());
        fault.field = Some("cases".into());
        assert!(Refused::of(change(), &fault).is_some());
    }
}
