//! The dialog before a policy becomes again what it was: what it will be, and why.

use super::{asks::RestorePolicy, history::Room, say::policy_in_words, words};
use crate::{
    ask::FaultKind,
    governance::{
        cases::anyway::{AnywayDialog, Refused},
        cases::asks::HeldBack,
    },
    ui::{
        act::{use_act, use_form_faults},
        browser,
        button::{Button, Tone},
        dialog::{Dialog, open_while},
        form::{FormFault, TextField},
        toast::use_toasts,
        words as ui_words,
    },
    visit::use_language,
};
use leptos::{ev::SubmitEvent, prelude::*};

#[component]
pub fn RestoreDialog(room: Room) -> impl IntoView {
    let language = use_language();
    let (act, toasts, faults) = (use_act(), use_toasts(), use_form_faults());
    let open = open_while(room.restoring);
    let refused = RwSignal::new(None::<Refused>);
    let done = Callback::new(move |_: i64| {
        room.restoring.set(None);
        act.say(words::restored_now(language));
        room.changes.refetch();
    });
    let send = move |event: SubmitEvent| {
        let why = browser::read_form(&event).text("why");
        let Some(change) = room.restoring.get_untracked() else { return };
        faults.clear();
        let question = RestorePolicy { change: change.id, revision: change.newest, why };
        let held_back = HeldBack::Restore(question.clone());
        act.run_or(
            question,
            move |revision| done.run(revision),
            move |fault| {
                if let Some(held_back) = Refused::of(held_back, &fault) {
                    room.restoring.set(None);
                    refused.set(Some(held_back));
                } else if fault.kind == FaultKind::Conflict {
                    // What was looked at is not the newest any more: the list is.
                    room.restoring.set(None);
                    toasts.fault(&fault, language);
                    room.changes.refetch();
                } else {
                    faults.set(fault);
                }
            },
        );
    };
    let above = faults.above(&["why"]);
    view! {
        <Dialog open title=words::restore_title(language).to_owned()>
            {move || room.restoring.get().map(|change| {
                let text = if change.deleted { words::restore_deleted_text(language) } else { words::restore_text(language) };
                let shown = change.became.or(change.was);
                let name = shown.as_ref().map(|policy| format!("{} · {}", policy.mart, policy.department));
                view! {
                    <form class="form" on:submit=send>
                        <p><b>{name}</b></p>
                        <p>{text}</p>
                        <p class="policy-words">{shown.map(|policy| policy_in_words(&policy, &[], language))}</p>
                        <TextField name="why" label=words::why(language) help=words::why_help(language) error=faults.under("why") autocomplete="off".to_owned()/>
                        <FormFault text=above/>
                        <div class="form-actions">
                            <Button label=ui_words::cancel(language).to_owned() on_press=move |()| room.restoring.set(None)/>
                            <Button label=words::restore(language).to_owned() tone=Tone::Solid busy=act.busy/>
                        </div>
                    </form>
                }
            })}
        </Dialog>
        <AnywayDialog refused done/>
    }
}
