//! Going on with a change of policies or people that was refused because tests break: with a reason, which the audit log keeps.

use super::{
    asks::{BROKEN_CASES, ChangeAnyway, ChangePersonAnyway, HeldBack, HeldBackPerson},
    words,
};
use crate::{
    ask::{Ask, Fault},
    text::Language,
    ui::{
        act::{use_act, use_form_faults},
        button::{Button, Tone},
        dialog::{Dialog, open_while},
        form::{FieldFrame, FormFault},
    },
    visit::use_language,
};
use leptos::prelude::*;

/// A change that tests may hold back.
pub trait Held: Clone + Send + Sync + 'static {
    /// The question that makes it all the same.
    type Anyway: Ask;

    fn anyway(self, reason: String) -> Self::Anyway;

    /// Stands on the button that does it.
    fn verb(&self, language: Language) -> &'static str;
}

impl Held for HeldBack {
    type Anyway = ChangeAnyway;

    fn anyway(self, reason: String) -> ChangeAnyway {
        ChangeAnyway { change: self, reason }
    }

    fn verb(&self, language: Language) -> &'static str {
        match self {
            Self::Save(_) => words::save_anyway(language),
            Self::Restore(_) => words::restore_anyway(language),
            Self::Delete(_) => words::delete_anyway(language),
        }
    }
}

impl Held for HeldBackPerson {
    type Anyway = ChangePersonAnyway;

    fn anyway(self, reason: String) -> ChangePersonAnyway {
        ChangePersonAnyway { change: self, reason }
    }

    fn verb(&self, language: Language) -> &'static str {
        words::save_anyway(language)
    }
}

/// A change as it was refused, with what the portal said.
#[derive(Clone)]
pub struct Refused<C = HeldBack> {
    pub change: C,
    pub fault: Fault,
}

impl<C> Refused<C> {
    /// `None` when it was refused for something else, which no reason overcomes.
    pub fn of(change: C, fault: &Fault) -> Option<Self> {
        (fault.field.as_deref() == Some(BROKEN_CASES)).then(|| Self { change, fault: fault.clone() })
    }
}

/// The reason and the button, while there is such a change; no form of its own, so that it may stand within one.
#[component]
pub fn Anyway<C>(refused: RwSignal<Option<Refused<C>>>, done: Callback<<C::Anyway as Ask>::Reply>) -> impl IntoView
where
    C: Held,
{
    let language = use_language();
    let act = use_act();
    let faults = use_form_faults();
    let reason = RwSignal::new(String::new());
    let go = move |()| {
        let Some(Refused { change, .. }) = refused.get_untracked() else { return };
        faults.clear();
        let gone_on = move |reply: <C::Anyway as Ask>::Reply| {
            refused.set(None);
            done.run(reply);
        };
        act.run_or(change.anyway(reason.get_untracked()), gone_on, move |fault| faults.set(fault));
    };
    move || {
        refused.get().map(|refused| {
            let verb = refused.change.verb(language);
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
pub fn AnywayDialog<C>(refused: RwSignal<Option<Refused<C>>>, done: Callback<<C::Anyway as Ask>::Reply>) -> impl IntoView
where
    C: Held,
{
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
