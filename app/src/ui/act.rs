//! Asking for something to be done: busy while it is under way, a message when it could not be done.

use super::{
    browser,
    toast::{Toasts, use_toasts},
};
use crate::{
    ask::{Ask, Fault, ask},
    text::Language,
    visit::use_language,
};
use leptos::prelude::*;

/// One action of a page at a time.
#[derive(Clone, Copy)]
pub struct Act {
    pub busy: RwSignal<bool>,
    toasts: Toasts,
    language: Language,
}

/// Must be called while the component is made, not inside a handler.
pub fn use_act() -> Act {
    Act { busy: RwSignal::new(false), toasts: use_toasts(), language: use_language() }
}

impl Act {
    /// Asks; a fault becomes a message.
    pub fn run<A: Ask>(self, question: A, done: impl FnOnce(A::Reply) + 'static) {
        let (toasts, language) = (self.toasts, self.language);
        self.run_or(question, done, move |fault| toasts.fault(&fault, language));
    }

    /// Asks; a fault is handled by the form, which shows it where it belongs.
    pub fn run_or<A: Ask>(self, question: A, done: impl FnOnce(A::Reply) + 'static, failed: impl FnOnce(Fault) + 'static) {
        self.busy.set(true);
        let busy = self.busy;
        browser::spawn(async move {
            let answer = ask(question).await;
            let _ = busy.try_set(false);
            match answer {
                Ok(reply) => done(reply),
                Err(fault) => failed(fault),
            }
        });
    }

    /// Says why it was not done.
    pub fn tell(self, fault: &Fault) {
        self.toasts.fault(fault, self.language);
    }

    /// Says that it was done.
    pub fn say(self, text: impl Into<String>) {
        self.toasts.say(text);
    }
}

/// The fault of a form: what stands under one field, and what stands above the buttons.
#[derive(Clone, Copy)]
pub struct FormFaults {
    fault: RwSignal<Option<Fault>>,
    language: Language,
}

/// Must be called while the component is made.
pub fn use_form_faults() -> FormFaults {
    FormFaults { fault: RwSignal::new(None), language: use_language() }
}

impl FormFaults {
    pub fn set(self, fault: Fault) {
        self.fault.set(Some(fault));
    }

    pub fn clear(self) {
        self.fault.set(None);
    }

    /// The fault as it is.
    pub fn get(self) -> Option<Fault> {
        self.fault.get()
    }

    /// What to say now under a field whose name is made while the page is used.
    pub fn at(self, field: &str) -> Option<String> {
        self.fault.with(|fault| fault.as_ref().filter(|f| f.field.as_deref() == Some(field)).map(|f| f.message.get(self.language).to_owned()))
    }

    /// What to say under the field of this name.
    pub fn under(self, field: &'static str) -> Signal<Option<String>> {
        Signal::derive(move || {
            self.fault.with(|fault| fault.as_ref().filter(|f| f.field.as_deref() == Some(field)).map(|f| f.message.get(self.language).to_owned()))
        })
    }

    /// What to say above the buttons: a fault that belongs to none of these fields.
    pub fn above(self, fields: &'static [&'static str]) -> Signal<Option<String>> {
        Signal::derive(move || {
            self.fault.with(|fault| {
                let fault = fault.as_ref()?;
                let placed = fault.field.as_deref().is_some_and(|field| fields.contains(&field));
                (!placed).then(|| fault.message.get(self.language).to_owned())
            })
        })
    }
}
