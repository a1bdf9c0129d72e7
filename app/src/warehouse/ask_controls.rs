//! The controls of "Ask": measures, groups, order, number of rows, comparison.

use super::{
    address::{comparison_key, grain_key, read_comparison, read_grain},
    ask_filters::Conditions,
    ask_page::{Asking, ROWS},
    asks::{ColumnKind, Comparison, Dimension, Grain, MartColumn, Sort, Test},
    say::grain_name,
    words,
};
use crate::{
    text::Language,
    ui::{browser::take_choice, button::IconButton, icon::Glyph},
    visit::use_language,
};
use leptos::prelude::*;

/// Groups that one question may have.
const MOST_GROUPS: usize = 3;
const LIMITS: [u64; 7] = [10, 20, 50, ROWS, 500, 1_000, 10_000];

#[component]
pub fn Controls(asking: Asking) -> impl IntoView {
    let language = use_language();
    view! {
        <details class="ask-controls panel" open=true>
            <summary>{words::settings(language)}</summary>
            <Measures asking/>
            <Groups asking/>
            <Conditions asking/>
            <Order asking/>
        </details>
    }
}

#[component]
fn Measures(asking: Asking) -> impl IntoView {
    let language = use_language();
    let measures = asking.mart.with_value(|mart| mart.measures.clone());
    view! {
        <fieldset class="choices">
            <legend>{words::what_to_measure(language)}</legend>
            {measures
                .into_iter()
                .map(|measure| {
                    let name = StoredValue::new(measure.name);
                    let ticked = move || asking.view.with(|view| name.with_value(|name| view.question.measures.contains(name)));
                    let toggle = move |event| {
                        let wanted = event_target_checked(&event);
                        asking.change(|question| {
                            let name = name.get_value();
                            question.measures.retain(|known| *known != name);
                            if wanted {
                                question.measures.push(name);
                            }
                        });
                    };
                    let description = measure.description.get(language).to_owned();
                    view! {
                        <label class="choice" title=description>
                            <input type="checkbox" prop:checked=ticked disabled=!measure.available on:change=toggle/>
                            <span>{measure.label.get(language).to_owned()}</span>
                            {(!measure.available).then(|| view! { <small>{words::not_available(language)}</small> })}
                        </label>
                    }
                })
                .collect_view()}
        </fieldset>
    }
}

#[component]
fn Groups(asking: Asking) -> impl IntoView {
    let language = use_language();
    let groups = Memo::new(move |_| asking.view.with(|view| view.question.dimensions.clone()));
    let columns = asking.mart.with_value(|mart| mart.columns.iter().filter(|column| column.dimension).cloned().collect::<Vec<_>>());
    let columns = StoredValue::new(columns);
    let add = move |event: leptos::ev::Event| {
        let name = take_choice(&event);
        let grain = columns.with_value(|columns| columns.iter().find(|column| column.name == name).and_then(first_grain));
        asking.change(|question| {
            question.sort.clear();
            question.dimensions.push(Dimension { column: name, grain });
        });
    };
    let free = move |groups: &[Dimension]| {
        columns.with_value(|columns| {
            columns
                .iter()
                .filter(|column| groups.iter().all(|group| group.column != column.name))
                .map(|column| view! { <option value=column.name.clone()>{column.label.get(language).to_owned()}</option> })
                .collect_view()
        })
    };
    view! {
        <fieldset class="groups">
            <legend>{words::group_by(language)}</legend>
            {move || {
                let groups = groups.get();
                let full = groups.len() >= MOST_GROUPS;
                view! {
                    {groups.iter().cloned().enumerate().map(|(place, group)| view! { <Group asking columns place group/> }).collect_view()}
                    {(!full)
                        .then(|| {
                            view! {
                                <select aria-label=words::add_group(language) class="add" on:change=add>
                                    <option value="" selected=true>{words::add_group(language)}</option>
                                    {free(&groups)}
                                </select>
                            }
                        })}
                }
            }}
        </fieldset>
    }
}

#[component]
fn Group(asking: Asking, columns: StoredValue<Vec<MartColumn>>, place: usize, group: Dimension) -> impl IntoView {
    let language = use_language();
    let column = columns.with_value(|columns| columns.iter().find(|column| column.name == group.column).cloned());
    let label = column.as_ref().map_or_else(|| group.column.clone(), |column| column.label.get(language).to_owned());
    let grains = column.as_ref().map(grains_of).unwrap_or_default();
    let current = group.grain;
    let change_grain = move |event| {
        let grain = read_grain(&event_target_value(&event));
        asking.change(|question| {
            if let Some(dimension) = question.dimensions.get_mut(place) {
                dimension.grain = grain;
            }
        });
    };
    let remove = move |()| {
        asking.change(|question| {
            question.sort.clear();
            if place < question.dimensions.len() {
                question.dimensions.remove(place);
            }
        });
    };
    view! {
        <div class="group-line">
            <span>{label.clone()}</span>
            {(!grains.is_empty())
                .then(|| {
                    view! {
                        <select aria-label=format!("{} {label}", words::each(language)) on:change=change_grain>
                            {grains.into_iter().map(|grain| view! { <option value=grain_key(grain) selected=current == Some(grain)>{grain_name(grain, language)}</option> }).collect_view()}
                        </select>
                    }
                })}
            <IconButton label=format!("{}: {label}", words::remove_group(language)) glyph=Glyph::Close on_press=remove/>
        </div>
    }
}

fn grains_of(column: &MartColumn) -> Vec<Grain> {
    use Grain::{Day, DayOfWeek, Hour, HourOfDay, Month, Quarter, Week, Year};
    match column.kind {
        ColumnKind::Date => vec![Day, Week, Month, Quarter, Year, DayOfWeek],
        ColumnKind::Timestamp => vec![Hour, Day, Week, Month, Quarter, Year, DayOfWeek, HourOfDay],
        _ => Vec::new(),
    }
}

fn first_grain(column: &MartColumn) -> Option<Grain> {
    grains_of(column).contains(&Grain::Month).then_some(Grain::Month)
}

/// Order, number of rows, comparison: only those that mean something for the question.
#[component]
fn Order(asking: Asking) -> impl IntoView {
    let language = use_language();
    let question = Memo::new(move |_| asking.view.with(|view| view.question.clone()));
    let label_of = move |name: &str| asking.mart.with_value(|mart| label(mart, name, language));
    let sort = move |event| {
        let key = event_target_value(&event);
        asking.change(|question| {
            question.sort = match key.strip_prefix('-') {
                Some(by) => vec![Sort { by: by.into(), descending: true }],
                None => vec![Sort { by: key, descending: false }],
            };
        });
    };
    let limit = move |event| asking.change(|question| question.limit = event_target_value(&event).parse().ok());
    let compare = move |event| asking.change(|question| question.comparison = read_comparison(&event_target_value(&event)));
    move || {
        let question = question.get();
        let grouped = !question.dimensions.is_empty();
        let dated = question.filters.iter().any(|filter| matches!(filter.test, Test::Period(_) | Test::Between(..)));
        let current = question.sort.first().map(|sort| (sort.by.clone(), sort.descending));
        let names = question.measures.iter().cloned().chain(question.dimensions.iter().map(|dimension| dimension.column.clone()));
        let orders = names
            .flat_map(|name| [(name.clone(), true), (name, false)])
            .map(|(name, descending)| {
                let text = format!("{}, {}", label_of(&name), if descending { words::largest_first(language) } else { words::smallest_first(language) });
                let selected = current.as_ref() == Some(&(name.clone(), descending));
                view! { <option value=format!("{}{name}", if descending { "-" } else { "" }) selected=selected>{text}</option> }
            })
            .collect_view();
        let comparisons = [(Comparison::PreviousPeriod, words::previous_period(language)), (Comparison::PreviousYear, words::previous_year(language))];
        view! {
            <div class="order-lines">
                {grouped
                    .then(|| {
                        view! {
                            <label>{words::sort(language)}<select on:change=sort>{orders}</select></label>
                            <label>
                                {words::show_at_most(language)}
                                <select on:change=limit>
                                    {LIMITS.map(|option| view! { <option value=option.to_string() selected=question.limit == Some(option)>{option.to_string()}" "{words::rows(language)}</option> }).collect_view()}
                                </select>
                            </label>
                        }
                    })}
                {(!grouped && dated && !question.measures.is_empty())
                    .then(|| {
                        view! {
                            <label>
                                {words::compare_with(language)}
                                <select on:change=compare>
                                    <option value="" selected=question.comparison.is_none()>{words::nothing(language)}</option>
                                    {comparisons.map(|(comparison, name)| view! { <option value=comparison_key(comparison) selected=question.comparison == Some(comparison)>{name}</option> }).collect_view()}
                                </select>
                            </label>
                        }
                    })}
            </div>
        }
    }
}

/// The words of a measure or column.
pub fn label(mart: &super::asks::MartCard, name: &str, language: Language) -> String {
    let measure = mart.measures.iter().find(|measure| measure.name == name).map(|measure| &measure.label);
    let column = mart.columns.iter().find(|column| column.name == name).map(|column| &column.label);
    measure.or(column).map_or_else(|| super::say::spelled(name), |label| label.get(language).to_owned())
}
