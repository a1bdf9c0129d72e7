//! The frame around every page of a person who is signed in: rail, top bar, the tabs of a phone.

use super::{
    places::{Place, admin_places, is_here, main_places},
    words,
};
use crate::{
    ask::{Fault, FaultKind, ask},
    identity::{
        asks::{Me, WhoAmI},
        memberships::asks::ActIn,
        viewing,
    },
    text::Language,
    ui::{
        act::use_act,
        browser,
        icon::{Glyph, Icon, Tower},
        menu::{Menu, MenuItem},
        palette::Palette,
        states::FaultView,
        toast::ToastRegion,
        words as ui_words,
    },
    visit::{Theme, use_language, use_visit},
};
use leptos::prelude::*;
use leptos_router::{
    components::{Outlet, Redirect},
    hooks::use_location,
};

/// Who the reader is; provided to every page inside the frame.
#[derive(Clone, Copy)]
pub struct Reader(pub Resource<Result<Me, Fault>>);

/// The reader, for pages inside the frame.
pub fn use_reader() -> Reader {
    expect_context::<Reader>()
}

impl Reader {
    /// The reader's own card, once known; to be awaited inside a `Suspend`.
    pub async fn me(self) -> Option<Me> {
        self.0.await.ok()
    }
}

/// Rail, top and tabs around the page that the address names.
#[component]
pub fn Frame() -> impl IntoView {
    let language = use_language();
    let me = Resource::new_blocking(|| (), |()| ask(WhoAmI {}));
    provide_context(Reader(me));
    let finding = RwSignal::new(false);
    focus_new_pages();
    view! {
        <a class="skip" href="#main" rel="external">{words::skip(language)}</a>
        <div class="portal">
            <Suspense fallback=|| ()>{move || Suspend::new(async move { rail(me.await, language) })}</Suspense>
            <div class="page">
                <Top finding/>
                <main id="main" tabindex="-1">
                    <Suspense fallback=|| ()>{move || Suspend::new(async move { me.await.ok().and_then(|me| viewing::banner(&me, language)) })}</Suspense>
                    <Suspense fallback=|| ()>{move || Suspend::new(async move { password_banner(me.await, language) })}</Suspense>
                    <Outlet/>
                </main>
            </div>
        </div>
        <Suspense fallback=|| ()>{move || Suspend::new(async move { tabs(me.await, language, finding) })}</Suspense>
        <ToastRegion/>
    }
}

/// After a change of page the focus goes to it, so that keyboard and screen reader start there.
fn focus_new_pages() {
    let path = use_location().pathname;
    Effect::new(move |before: Option<String>| {
        let now = path.get();
        if before.is_some_and(|before| before != now) {
            browser::focus("main");
        }
        now
    });
}

fn rail(me: Result<Me, Fault>, language: Language) -> AnyView {
    let me = match me {
        Ok(me) => me,
        Err(fault) if fault.kind == FaultKind::SignIn => return view! { <ToSignIn/> }.into_any(),
        Err(fault) => return view! { <aside class="rail"><FaultView fault/></aside> }.into_any(),
    };
    let admin = admin_places(&me);
    view! {
        <aside class="rail">
            <a class="brand" href="/"><Tower/>"Atalaya"</a>
            <nav aria-label=words::main_navigation(language)>{links(main_places(&me), language)}</nav>
            {(!admin.is_empty())
                .then(|| {
                    view! {
                        <nav aria-labelledby="admin-rail">
                            <p class="rail-title" id="admin-rail">{words::admin_navigation(language)}</p>
                            {links(admin, language)}
                        </nav>
                    }
                })}
            <MyMenu me language/>
        </aside>
    }
    .into_any()
}

/// The session is over: to the sign-in page, and back here afterwards.
#[component]
fn ToSignIn() -> impl IntoView {
    let location = use_location();
    let (path, search) = (location.pathname.get_untracked(), location.search.get_untracked());
    let here = if search.is_empty() { path } else { format!("{path}?{search}") };
    let address = if here == "/" { "/sign-in".to_owned() } else { format!("/sign-in?next={}", encode(&here)) };
    view! { <Redirect path=address/> }
}

fn links(places: Vec<Place>, language: Language) -> AnyView {
    places.into_iter().map(|place| view! { <PlaceLink place language/> }).collect_view().into_any()
}

#[component]
fn PlaceLink(place: Place, language: Language) -> impl IntoView {
    let path = use_location().pathname;
    view! {
        <a href=place.href aria-current=move || path.with(|path| is_here(&place, path)).then_some("page")>
            <Icon glyph=place.glyph/><span>{(place.title)(language)}</span>
        </a>
    }
}

#[component]
fn MyMenu(me: Me, language: Language) -> impl IntoView {
    let initials: String = me.name.split_whitespace().filter_map(|word| word.chars().next()).take(2).collect::<String>().to_uppercase();
    let role = me.roles.first().map(|role| format!(" · {}", role.get(language))).unwrap_or_default();
    let place = format!("{}{role}", me.department.get(language));
    let (name, face_initials, elsewhere) = (me.name, initials, me.elsewhere);
    view! {
        <Menu face=move || view! {
            <span class="face" aria-hidden="true">{face_initials.clone()}</span>
            <span class="me"><b>{name.clone()}</b><span>{place.clone()}</span></span>
        }>
            {elsewhere.iter().map(|(name, title)| view! { <ActInItem name=name.clone() title=title.get(language).to_owned()/> }).collect_view()}
            <MyLinks language/>
        </Menu>
    }
}

/// Goes on in another of one's departments: all that is shown is another share, so the portal begins anew.
#[component]
fn ActInItem(name: String, title: String) -> impl IntoView {
    let language = use_language();
    let act = use_act();
    let label = format!("{} {title}", words::act_in(language));
    view! { <MenuItem label glyph=Glyph::People on_press=move |()| act.run(ActIn { department: name.clone() }, |()| browser::load("/"))/> }
}

#[component]
fn MyLinks(language: Language) -> impl IntoView {
    view! {
        <a class="menu-item" href="/access"><Icon glyph=Glyph::Shield/><span>{words::your_access(language)}</span></a>
        <a class="menu-item" href="/account"><Icon glyph=Glyph::Key/><span>{words::account(language)}</span></a>
        <form method="post" action="/sign-out">
            <button class="menu-item" type="submit"><Icon glyph=Glyph::Leave/><span>{words::sign_out(language)}</span></button>
        </form>
    }
}

/// The search box that opens the palette, language and theme.
#[component]
fn Top(finding: RwSignal<bool>) -> impl IntoView {
    let language = use_language();
    let reader = use_reader();
    let pages = RwSignal::new(Vec::<(String, String)>::new());
    let things = RwSignal::new(false);
    Effect::new(move |_| {
        if let Some(Ok(me)) = reader.0.get() {
            things.set(me.may.browse);
            let places = main_places(&me).into_iter().chain(admin_places(&me));
            pages.set(places.map(|place| (place.href.to_owned(), (place.title)(language).to_owned())).collect());
        }
    });
    view! {
        <header class="top">
            <button type="button" class="find" aria-haspopup="dialog" on:click=move |_| finding.set(true)>
                <Icon glyph=Glyph::Search/><span>{ui_words::find(language)}</span><kbd>"Ctrl K"</kbd>
            </button>
            <span class="spacer"></span>
            <Switches/>
        </header>
        <Palette open=finding pages things/>
    }
}

/// Language and theme: plain forms that the server answers with a cookie and the same page again.
#[component]
pub fn Switches() -> impl IntoView {
    let visit = use_visit();
    let location = use_location();
    let back = move || {
        let (path, search) = (location.pathname.get(), location.search.get());
        if search.is_empty() { path } else { format!("{path}?{search}") }
    };
    let back = Memo::new(move |_| back());
    let (other, name) = match visit.language {
        Language::En => (Language::Es, words::to_spanish(visit.language)),
        Language::Es => (Language::En, words::to_english(visit.language)),
    };
    view! {
        <form class="switch" method="get" action=format!("/language/{}", other.tag())>
            <input type="hidden" name="back" prop:value=back value=back.get_untracked()/>
            <button class="button ghost" type="submit" lang=other.tag()>{name}</button>
        </form>
        <ThemeSwitch theme=Theme::Dark back/>
        <ThemeSwitch theme=Theme::Light back/>
    }
}

/// The style sheet shows the one of the two that changes something.
#[component]
fn ThemeSwitch(theme: Theme, back: Memo<String>) -> impl IntoView {
    let language = use_language();
    let (glyph, label) = if theme == Theme::Dark { (Glyph::Moon, words::theme_dark(language)) } else { (Glyph::Sun, words::theme_light(language)) };
    view! {
        <form class=format!("switch to-{}", theme.name()) method="get" action=format!("/theme/{}", theme.name())>
            <input type="hidden" name="back" prop:value=back value=back.get_untracked()/>
            <button class="button ghost square" type="submit" aria-label=label title=label><Icon glyph/></button>
        </form>
    }
}

fn password_banner(me: Result<Me, Fault>, language: Language) -> Option<AnyView> {
    let path = use_location().pathname;
    me.ok().filter(|me| me.must_change_password).map(|_| {
        view! {
            <p class="banner lamp" class:gone=move || path.with(|path| path == "/account")>
                <Icon glyph=Glyph::Key/><span>{words::change_password_first(language)}</span>
                <a href="/account">{words::change_password(language)}</a>
            </p>
        }
        .into_any()
    })
}

/// Five tabs within the thumb's reach.
fn tabs(me: Result<Me, Fault>, language: Language, finding: RwSignal<bool>) -> Option<AnyView> {
    let me = me.ok()?;
    let (main, admin) = (main_places(&me), admin_places(&me));
    // Who has no data to look at gets the administration's rooms instead.
    let first: Vec<Place> = main.iter().chain(&admin).copied().take(3).collect();
    let rest: Vec<Place> = main.into_iter().chain(admin).filter(|place| first.iter().all(|shown| shown.href != place.href)).collect();
    Some(
        view! {
            <nav class="tabs" aria-label=words::main_navigation(language)>
                {links(first, language)}
                <button type="button" aria-haspopup="dialog" on:click=move |_| finding.set(true)><Icon glyph=Glyph::Search/><span>{ui_words::find_title(language)}</span></button>
                <Menu face=move || view! { <Icon glyph=Glyph::Menu/><span>{words::more(language)}</span> }>
                    {rest.into_iter().map(|place| view! {
                        <a class="menu-item" href=place.href><Icon glyph=place.glyph/><span>{(place.title)(language)}</span></a>
                    }).collect_view()}
                    <MyLinks language/>
                </Menu>
            </nav>
        }
        .into_any(),
    )
}

/// Percent-encodes an address to stand in another one's query.
pub fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b'/' => out.push(byte as char),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::encode;

    #[test]
    fn an_address_inside_an_address_keeps_its_own_query() {
        assert_eq!(encode("/dashboards/a?region=Norte&año=2017"), "/dashboards/a%3Fregion%3DNorte%26a%C3%B1o%3D2017");
    }
}
