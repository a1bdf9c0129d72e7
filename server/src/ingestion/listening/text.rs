//! HTML of strangers as plain text: no tag, no script, no style survives (A17).

use super::nesting::{Markup, depth};
use html2text::{config, render::TrivialDecorator};

/// Deeper nesting is no text that somebody wrote.
const DEEPEST: usize = 400;

/// Wider than any line: words are not wrapped.
const WIDTH: usize = 1 << 20;

/// The text of some HTML, paragraphs apart by an empty line; `None` when it cannot be read.
pub fn of_html(html: &str) -> Option<String> {
    if depth(html, Markup::Html) > DEEPEST {
        return None;
    }
    let config = config::with_decorator(TrivialDecorator::new()).raw_mode(true).no_link_wrapping().unicode_strikeout(false).allow_width_overflow();
    config.string_from_read(html.as_bytes(), WIDTH).ok().map(|text| tidy(&text))
}

/// Plain text as it is kept: no control characters but line ends, no long rows of empty lines.
pub fn tidy(text: &str) -> String {
    let mut tidied = String::with_capacity(text.len());
    let mut empty = 0;
    for line in text.lines().map(str::trim) {
        empty = if line.is_empty() { empty + 1 } else { 0 };
        if empty < 2 {
            tidied.extend(line.chars().filter(|character| !character.is_control() || *character == '\t'));
            tidied.push('\n');
        }
    }
    tidied.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a17_text_survives_and_nothing_that_acts() {
        let html = r#"<p>Fresh <b>pears</b> &amp; plums<br>today</p><script>alert(1)</script><style>p{}</style><p onclick="x()">At <a href="javascript:alert(1)">Elm&nbsp;St</a></p><img src=x onerror=alert(1)>"#;
        let text = of_html(html).unwrap();
        assert_eq!(text, "Fresh pears & plums\ntoday\n\nAt Elm\u{a0}St");
        for html in [
            "<svg><script>alert(1)</script></svg>ok",
            "<iframe src=x></iframe>ok",
            "<scr<script>ipt>alert(1)</script>ok",
            "<math><style><img src=x onerror=alert(1)></style></math>ok",
        ] {
            let text = of_html(html).unwrap();
            assert!(text.contains("ok") && !text.contains("<script") && !text.contains("onerror"), "{html}: {text}");
        }
        // What was written as text stays text.
        assert_eq!(of_html("2 &lt; 3 &lt;script&gt;").unwrap(), "2 < 3 <script>");
    }

    #[test]
    fn long_addresses_of_posts_are_whole_again() {
        let html = r#"<p><a href="https://example.org/a/b"><span class="invisible">https://</span><span class="ellipsis">example.org/a</span><span class="invisible">/b</span></a></p>"#;
        assert_eq!(of_html(html).unwrap(), "https://example.org/a/b");
    }

    #[test]
    fn a17_hostile_nesting_ends_early() {
        assert_eq!(of_html(&"<div>".repeat(100_000)), None);
        assert_eq!(of_html(&"<b>".repeat(300)), Some(String::new()));
        assert_eq!(tidy("a\u{0}\u{7}b\r\n\n\n\n c "), "ab\n\nc");
        assert!(of_html(&"word ".repeat(100_000)).unwrap().len() > 400_000);
    }
}
