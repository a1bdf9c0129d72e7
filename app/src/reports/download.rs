//! The download dialog: format and options, what will be left out, then the file.

use super::{
    asks::{Format, Limits, MakeReport, Options, ReportCard, ReportLimits, Subject},
    progress::{Making, Stage, follow},
    words,
};
use crate::{
    ask::ask,
    front::frame::use_reader,
    text::Language,
    ui::{
        browser,
        button::{Button, Tone},
        dialog::Dialog,
        figures::{Figures, use_figures},
        form::FormFault,
        icon::{Glyph, Icon},
    },
    visit::use_language,
};
use leptos::prelude::*;

/// What is offered for download.
#[derive(Clone, Debug, PartialEq)]
pub struct Offer {
    pub title: String,
    pub subject: Subject,
    /// Rows it comes to, when they were counted.
    pub rows: Option<u64>,
}

/// The page's one download dialog: whoever offers something opens it.
#[derive(Clone, Copy)]
pub struct Downloads {
    open: RwSignal<bool>,
    offer: RwSignal<Option<Offer>>,
}

impl Downloads {
    #[allow(clippy::new_without_default, reason = "it makes signals and so belongs to a page")]
    pub fn new() -> Self {
        Self { open: RwSignal::new(false), offer: RwSignal::new(None) }
    }

    pub fn offer(self, offer: Offer) {
        self.offer.set(Some(offer));
        self.open.set(true);
    }
}

/// Stands once on a page that downloads; closed until something is offered.
#[component]
pub fn DownloadDialog(downloads: Downloads) -> impl IntoView {
    let language = use_language();
    let title = Signal::derive(move || {
        downloads.offer.with(|offer| offer.as_ref().map(|offer| format!("{}: {}", words::download(language), offer.title)).unwrap_or_default())
    });
    view! {
        <Dialog open=downloads.open title>
            {move || downloads.offer.get().map(|offer| view! { <Download offer/> })}
        </Dialog>
    }
}

#[component]
fn Download(offer: Offer) -> impl IntoView {
    let stage = RwSignal::new(Stage::Choosing);
    let offer = StoredValue::new(offer);
    move || match stage.get() {
        Stage::Choosing => view! { <Choice offer=offer.get_value() stage/> }.into_any(),
        Stage::Made(card) => view! { <Making card=*card stage/> }.into_any(),
    }
}

/// The formats that a subject comes in.
fn formats(subject: &Subject) -> &'static [Format] {
    match subject {
        Subject::Question { .. } | Subject::Statement { .. } => &[Format::Csv, Format::Json, Format::JsonLines, Format::Pdf],
        Subject::Dashboard { .. } => &[Format::Pdf, Format::Json],
    }
}

/// Those of some formats that the reader may take along. Must be called while a component is made.
pub fn use_formats(all: &[Format]) -> Vec<Format> {
    let may = use_reader().0.get_untracked().and_then(Result::ok).map(|me| me.may).unwrap_or_default();
    all.iter().copied().filter(|format| may.take(*format)).collect()
}

/// In place of a choice of formats, where none is the reader's.
#[component]
pub fn NoFormat() -> impl IntoView {
    let language = use_language();
    view! { <p class="banner lamp" role="status"><Icon glyph=Glyph::Download/><span>{words::no_format(language)}</span></p> }
}

#[component]
fn Choice(offer: Offer, stage: RwSignal<Stage>) -> impl IntoView {
    let language = use_language();
    let figures = use_figures();
    let offered = use_formats(formats(&offer.subject));
    let Some(first) = offered.first().copied() else { return view! { <NoFormat/> }.into_any() };
    let limits = RwSignal::new(None::<Limits>);
    browser::spawn(async move {
        if let Ok(known) = ask(ReportLimits {}).await {
            limits.set(Some(known));
        }
    });
    let format = RwSignal::new(first);
    let spanish_excel = RwSignal::new(false);
    let busy = RwSignal::new(false);
    let fault = RwSignal::new(None::<String>);
    let rows = offer.rows;
    let subject = StoredValue::new(offer.subject);
    let make = move |_: leptos::ev::SubmitEvent| {
        busy.set(true);
        fault.set(None);
        let options = Options { language, spanish_excel: format.get_untracked() == Format::Csv && spanish_excel.get_untracked() };
        let question = MakeReport { subject: subject.get_value(), format: format.get_untracked(), options };
        browser::spawn(async move {
            busy.try_set(false);
            match ask(question).await {
                Ok(card) => made(card, stage),
                Err(refused) => fault.set(Some(refused.message.get(language).to_owned())),
            }
        });
    };
    let about_limits = StoredValue::new(figures);
    view! {
        <form class="download" on:submit=move |event| { event.prevent_default(); make(event) }>
            <fieldset class="formats">
                <legend class="hidden">{words::format(language)}</legend>
                {offered.into_iter().map(|offered| view! { <FormatChoice offered format limits/> }).collect_view()}
            </fieldset>
            <label class="choice" class:gone=move || format.get() != Format::Csv>
                <input type="checkbox" prop:checked=move || spanish_excel.get() on:change=move |event| spanish_excel.set(event_target_checked(&event))/>
                <span>{words::spanish_excel(language)}</span>
            </label>
            <div aria-live="polite">
                {move || about_limits.with_value(|figures| cut(format.get(), rows, limits.get().as_ref(), figures)).map(|text| view! { <p class="banner lamp">{text}</p> })}
            </div>
            <p class="field-help">
                {words::only_what_you_see(language)}" "
                {move || limits.get().map(|limits| view! { <span>{words::kept(language)}" "{limits.kept_days}" "{words::kept_days(language)}" "<a href="/reports">{words::reports(language)}</a>"."</span> })}
            </p>
            <FormFault text=fault/>
            <div class="form-actions"><Button label=words::make(language).to_owned() tone=Tone::Solid glyph=Glyph::Download busy/></div>
        </form>
    }
    .into_any()
}

fn made(card: ReportCard, stage: RwSignal<Stage>) {
    follow(card.id.clone(), stage);
    stage.set(Stage::Made(Box::new(card)));
}

#[component]
pub fn FormatChoice(offered: Format, format: RwSignal<Format>, limits: RwSignal<Option<Limits>>) -> impl IntoView {
    let language = use_language();
    let figures = StoredValue::new(use_figures());
    let (name, text) = format_words(offered, language);
    let limit = move || {
        limits.get().filter(|_| offered == Format::Pdf).map(|limits| {
            format!(" {} {} {}.", words::pdf_at_most(language), figures.with_value(|figures| figures.count(limits.pdf_rows)), words::pdf_rows(language))
        })
    };
    view! {
        <label class="format" class:on=move || format.get() == offered>
            <input type="radio" name="format" value=offered.name() prop:checked=move || format.get() == offered on:change=move |_| format.set(offered)/>
            <span><b>{name}</b><small>{text}{limit}</small></span>
        </label>
    }
}

/// Name and use of a format.
pub fn format_words(format: Format, language: Language) -> (&'static str, &'static str) {
    match format {
        Format::Csv => (words::csv(language), words::csv_text(language)),
        Format::Json => (words::json(language), words::json_text(language)),
        Format::JsonLines => (words::json_lines(language), words::json_lines_text(language)),
        Format::Pdf => (words::pdf(language), words::pdf_text(language)),
    }
}

/// What a PDF will leave out, said before it is made.
pub fn cut(format: Format, rows: Option<u64>, limits: Option<&Limits>, figures: &Figures) -> Option<String> {
    let (rows, limit, language) = (rows?, limits?.pdf_rows, figures.language);
    (format == Format::Pdf && rows > limit).then(|| {
        let (held, all) = (figures.count(limit), figures.count(rows));
        format!("{} {held} {} {all}. {}", words::pdf_too_many(language), words::pdf_of(language), words::pdf_take_csv(language))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_row_limit_is_said_only_where_it_cuts() {
        let limits = Limits { pdf_rows: 10_000, kept_days: 7, kept_bytes: 0 };
        let figures = Figures::default();
        assert!(cut(Format::Pdf, Some(1_469_307), Some(&limits), &figures).expect("a remark").contains("10,000 of 1,469,307"));
        assert_eq!(cut(Format::Pdf, Some(10_000), Some(&limits), &figures), None);
        assert_eq!(cut(Format::Csv, Some(1_469_307), Some(&limits), &figures), None);
        assert_eq!(cut(Format::Pdf, None, Some(&limits), &figures), None);
    }
}
