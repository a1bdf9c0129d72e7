//! Icons as inline SVG: one path each, drawn in the colour of the text beside them.

use leptos::prelude::*;

/// One icon, decoration beside a word: screen readers skip it.
#[component]
pub fn Icon(glyph: Glyph) -> impl IntoView {
    view! { <svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false"><path d=glyph.path()></path></svg> }
}

/// The watchtower: the product's mark.
#[component]
pub fn Tower() -> impl IntoView {
    view! {
        <svg class="tower" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
            <path d="M8 21l1-9h6l1 9M7.5 12h9M8.5 8.5h7V12h-7zM12 3l4.2 5.5H7.8zM6 21h12"></path>
            <circle class="lamp" cx="12" cy="10.3" r="1.2"></circle>
        </svg>
    }
}

macro_rules! glyphs {
    ($($name:ident $path:literal;)*) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Glyph { $($name),* }

        impl Glyph {
            fn path(self) -> &'static str {
                match self { $(Self::$name => $path),* }
            }
        }
    };
}

glyphs! {
    Home "M3 9l7-6 7 6M5 8v9h4v-5h2v5h4V8";
    Dashboard "M3 3h6v8H3zM11 3h6v4h-6zM11 9h6v8h-6zM3 13h6v4H3z";
    Explore "M3 17V9M8 17V4M13 17v-6M18 17V7";
    Search "M14.5 9a5.5 5.5 0 11-11 0 5.5 5.5 0 0111 0zM13.2 13.2L17 17";
    Report "M5 2.5h7l3.5 3.5v11.5H5zM12 2.5V6h3.5M8 10h5M8 13h5";
    Data "M16.5 5c0 1.4-2.9 2.5-6.5 2.5S3.5 6.4 3.5 5 6.4 2.5 10 2.5s6.5 1.1 6.5 2.5zM3.5 5v10c0 1.4 2.9 2.5 6.5 2.5s6.5-1.1 6.5-2.5V5M3.5 10c0 1.4 2.9 2.5 6.5 2.5s6.5-1.1 6.5-2.5";
    Question "M4 3.5h12v10H9L5.5 17v-3.5H4zM7.5 7h5M7.5 10h3";
    Code "M6.5 6L2.5 10l4 4M13.5 6l4 4-4 4M11.5 4l-3 12";
    Job "M10 5.5V10l3 2M17 10a7 7 0 11-14 0 7 7 0 0114 0z";
    Source "M10 2.5v9M6.5 8l3.5 3.5L13.5 8M3 14v3.5h14V14";
    Upload "M10 12V3M6.5 6.5L10 3l3.5 3.5M3 14v3.5h14V14";
    Download "M10 3v9M6.5 8.5L10 12l3.5-3.5M4 16.5h12";
    Shield "M10 2.5l6.5 2.5v5c0 4-2.8 6.5-6.5 7.5-3.7-1-6.5-3.5-6.5-7.5V5z";
    People "M10.5 7a3 3 0 11-6 0 3 3 0 016 0zM2 17c.5-3.5 2.5-5 5.5-5s5 1.5 5.5 5M13.5 4.5a3 3 0 010 5.5M15 12.3c1.8.6 2.7 2.2 3 4.7";
    Person "M13 6.5a3 3 0 11-6 0 3 3 0 016 0zM4 17c.6-3.5 2.8-5 6-5s5.4 1.5 6 5";
    Audit "M4 3h12v14H4zM7 7h6M7 10h6M7 13h3";
    Calendar "M3.5 5h13v12h-13zM3.5 8.5h13M7 3v3M13 3v3";
    Filter "M3 4.5h14l-5.5 6.5v5l-3 1.5V11z";
    Moon "M16.5 11.5A7 7 0 018.5 3.5a7 7 0 108 8z";
    Sun "M13.5 10a3.5 3.5 0 11-7 0 3.5 3.5 0 017 0zM10 2v1.5M10 16.5V18M2 10h1.5M16.5 10H18M4.3 4.3l1.1 1.1M14.6 14.6l1.1 1.1M4.3 15.7l1.1-1.1M14.6 5.4l1.1-1.1";
    Menu "M3 6h14M3 10h14M3 14h14";
    Dots "M5 10h.01M10 10h.01M15 10h.01";
    Close "M5 5l10 10M15 5L5 15";
    Plus "M10 4v12M4 10h12";
    Minus "M4 10h12";
    Check "M4 10.5l4 4 8-9";
    Alert "M10 3l7.5 13.5h-15zM10 8.5v3.5M10 14.3v.01";
    Info "M17 10a7 7 0 11-14 0 7 7 0 0114 0zM10 9.5V14M10 6.5v.01";
    Clock "M17 10a7 7 0 11-14 0 7 7 0 0114 0zM10 6v4l2.5 2.5";
    Down "M5 8l5 5 5-5";
    Right "M8 5l5 5-5 5";
    Left "M12 5l-5 5 5 5";
    Rising "M10 16V4M5 9l5-5 5 5";
    Falling "M10 4v12M5 11l5 5 5-5";
    Table "M3 4h14v12H3zM3 8h14M3 12h14M8 8v8";
    Edit "M4 16l.8-3.5L13.3 4l2.7 2.7-8.5 8.5zM11.5 5.8l2.7 2.7";
    Delete "M4 5.5h12M8 5.5V3.5h4v2M5.5 5.5l.7 11.5h7.6l.7-11.5M8.5 8.5v5.5M11.5 8.5v5.5";
    Play "M6 4l10 6-10 6z";
    Stop "M5 5h10v10H5z";
    Pause "M7 4.5v11M13 4.5v11";
    Again "M16.5 10a6.5 6.5 0 11-2-4.7M16.5 2.5v3.5H13";
    Key "M11 9a3.5 3.5 0 11-7 0 3.5 3.5 0 017 0zM11 9h6.5v3M14.5 9v2.5";
    Lock "M4.5 9h11v8h-11zM7 9V6.5a3 3 0 016 0V9";
    Leave "M12 3.5H4v13h8M8.5 10H17M14 7l3 3-3 3";
    Link "M8.5 11.5a3.2 3.2 0 004.6 0l2.7-2.7a3.2 3.2 0 00-4.6-4.6l-1.4 1.4M11.5 8.5a3.2 3.2 0 00-4.6 0l-2.7 2.7a3.2 3.2 0 004.6 4.6l1.4-1.4";
    Stream "M3 5c2.3-1.6 4.7-1.6 7 0s4.7 1.6 7 0M3 10c2.3-1.6 4.7-1.6 7 0s4.7 1.6 7 0M3 15c2.3-1.6 4.7-1.6 7 0s4.7 1.6 7 0";
    Copy "M7 7h9.5v9.5H7zM13 7V3.5H3.5V13H7";
    Pin "M10 12v5M6 3.5h8M7.5 3.5V8L5 12h10l-2.5-4V3.5";
    Globe "M17 10a7 7 0 11-14 0 7 7 0 0114 0zM3 10h14M10 3c2 2 3 4.3 3 7s-1 5-3 7c-2-2-3-4.3-3-7s1-5 3-7z";
    Keyboard "M2.5 5h15v10h-15zM5.5 8h.01M8.5 8h.01M11.5 8h.01M14.5 8h.01M6.5 12h7";
    File "M5 2.5h7l3.5 3.5v11.5H5zM12 2.5V6h3.5";
    Expand "M12 3h5v5M17 3l-6 6M8 17H3v-5M3 17l6-6";
}
