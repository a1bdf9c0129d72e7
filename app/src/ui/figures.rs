//! Numbers, dates and sizes in the reader's language: pure code, so that server and browser write the same text.

use crate::{
    text::Language,
    visit::{Zone, use_visit},
};
use std::sync::Arc;

const NO_BREAK: char = '\u{a0}';
/// Stands where there is no value.
pub const NONE: &str = "–";

/// Writes figures in one language and one time zone. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Figures {
    pub language: Language,
    pub zone: Arc<Zone>,
}

/// The figures of this page's reader.
pub fn use_figures() -> Figures {
    let visit = use_visit();
    Figures { language: visit.language, zone: visit.zone }
}

impl Figures {
    fn spanish(&self) -> bool {
        self.language == Language::Es
    }

    /// A count: `1,469,307`; in Spanish `1 469 307`.
    pub fn count(&self, count: u64) -> String {
        group(&count.to_string(), self.group())
    }

    pub fn integer(&self, number: i64) -> String {
        let text = self.count(number.unsigned_abs());
        if number < 0 { format!("-{text}") } else { text }
    }

    /// A number with exactly so many decimals.
    pub fn number(&self, number: f64, decimals: usize) -> String {
        if !number.is_finite() {
            return NONE.into();
        }
        let text = format!("{:.decimals$}", number.abs());
        let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
        let mut out = String::new();
        if number < 0.0 && text.bytes().any(|b| (b'1'..=b'9').contains(&b)) {
            out.push('-');
        }
        out.push_str(&group(whole, self.group()));
        if !part.is_empty() {
            out.push(if self.spanish() { ',' } else { '.' });
            out.push_str(part);
        }
        out
    }

    /// A number with at most two decimals, without zeros at its end.
    pub fn plain(&self, number: f64) -> String {
        let text = self.number(number, 2);
        match text.rsplit_once(['.', ',']) {
            Some((whole, "00")) if text.len() - whole.len() == 3 => whole.to_owned(),
            Some((_, part)) if part.len() == 2 && part.ends_with('0') => text[..text.len() - 1].to_owned(),
            _ => text,
        }
    }

    /// Three figures and their unit, apart so that the unit can be set smaller: `("4.60", "M")`.
    pub fn compact(&self, number: f64) -> (String, &'static str) {
        const SCALES: [(f64, &str); 3] = [(1e9, "B"), (1e6, "M"), (1e3, "k")];
        let scales = if self.spanish() { &SCALES[1..] } else { &SCALES };
        let size = number.abs();
        let Some((from, unit)) = scales.iter().find(|(from, _)| size >= from * 0.9995) else {
            let decimals = if size >= 100.0 || number.fract() == 0.0 { 0 } else { 2 };
            return (self.number(number, decimals), "");
        };
        let scaled = number / from;
        let decimals = match scaled.abs() {
            s if s >= 99.95 => 0,
            s if s >= 9.995 => 1,
            _ => 2,
        };
        (self.number(scaled, decimals), unit)
    }

    /// An amount: `$4,596,039.58`; in Spanish `4 596 039,58 $`.
    pub fn money(&self, amount: f64, currency: &str) -> String {
        let text = self.number(amount, 2);
        let symbol = currency_symbol(currency);
        if self.spanish() {
            return format!("{text}{NO_BREAK}{symbol}");
        }
        let gap = if symbol.len() == 3 && symbol.is_ascii() { "\u{a0}" } else { "" };
        match text.strip_prefix('-') {
            Some(size) => format!("-{symbol}{gap}{size}"),
            None => format!("{symbol}{gap}{text}"),
        }
    }

    /// A ratio as a percentage: 0.147 is `14.7%`; in Spanish `14,7 %`.
    pub fn percent(&self, ratio: f64, decimals: usize) -> String {
        let text = self.number(ratio * 100.0, decimals);
        if self.spanish() { format!("{text}{NO_BREAK}%") } else { format!("{text}%") }
    }

    /// A size in bytes, in steps of 1,000.
    pub fn bytes(&self, bytes: u64) -> String {
        const UNITS: [&str; 5] = ["B", "kB", "MB", "GB", "TB"];
        let mut size = bytes as f64;
        let mut unit = 0;
        while size >= 999.5 && unit + 1 < UNITS.len() {
            size /= 1000.0;
            unit += 1;
        }
        let decimals = usize::from(unit > 0 && size < 99.95);
        format!("{}{NO_BREAK}{}", self.number(size, decimals), UNITS[unit])
    }

    /// How long something took, in milliseconds: `340 ms`, `4.2 s`, `3 min 20 s`, `2 h 5 min`.
    pub fn duration(&self, ms: u64) -> String {
        let seconds = (ms + 500) / 1000;
        match ms {
            0..1_000 => format!("{ms}{NO_BREAK}ms"),
            1_000..59_950 => format!("{}{NO_BREAK}s", self.number(ms as f64 / 1000.0, 1)),
            59_950..3_600_000 => format!("{}{NO_BREAK}min {}{NO_BREAK}s", seconds / 60, seconds % 60),
            _ => format!("{}{NO_BREAK}h {}{NO_BREAK}min", seconds / 3600, seconds % 3600 / 60),
        }
    }

    fn group(&self) -> char {
        if self.spanish() { NO_BREAK } else { ',' }
    }
}

/// The sign of a currency by its ISO 4217 code; the code itself for rarer ones.
pub fn currency_symbol(code: &str) -> &str {
    match code {
        "USD" => "$",
        "EUR" => "€",
        "GBP" => "£",
        other => other,
    }
}

/// The step (0 to 20) of a bar for `value` where `most` fills the cell: the classes `cell-bar bar-<step>` draw it.
pub fn bar_step(value: f64, most: f64) -> u8 {
    if most <= 0.0 || !value.is_finite() || value <= 0.0 {
        return 0;
    }
    ((value / most * 20.0).round().clamp(1.0, 20.0)) as u8
}

fn group(digits: &str, separator: char) -> String {
    let mut out = String::with_capacity(digits.len() + digits.len() / 3 * separator.len_utf8());
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(separator);
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn en() -> Figures {
        Figures::default()
    }

    fn es() -> Figures {
        Figures { language: Language::Es, ..Figures::default() }
    }

    #[test]
    fn counts_are_grouped_by_language() {
        assert_eq!(en().count(1_469_307), "1,469,307");
        assert_eq!(es().count(1_469_307), "1\u{a0}469\u{a0}307");
        assert_eq!(en().count(0), "0");
        assert_eq!(en().integer(-1_000), "-1,000");
        assert_eq!(en().integer(i64::MIN), "-9,223,372,036,854,775,808");
    }

    #[test]
    fn numbers_keep_their_decimals() {
        assert_eq!(en().number(4_596_039.58, 2), "4,596,039.58");
        assert_eq!(es().number(-0.5, 1), "-0,5");
        assert_eq!(en().number(-0.001, 2), "0.00");
        assert_eq!(en().number(f64::NAN, 2), NONE);
        assert_eq!(en().plain(12.50), "12.5");
        assert_eq!(es().plain(1200.0), "1\u{a0}200");
        assert_eq!(en().plain(1.25), "1.25");
    }

    #[test]
    fn compact_figures_hold_three_digits() {
        assert_eq!(en().compact(4_596_039.58), ("4.60".into(), "M"));
        assert_eq!(es().compact(4_596_039_580.0), ("4\u{a0}596".into(), "M"));
        assert_eq!(en().compact(999.6), ("1.00".into(), "k"));
        assert_eq!(en().compact(29.49), ("29.49".into(), ""));
        assert_eq!(en().compact(155_848.0), ("156".into(), "k"));
        assert_eq!(en().compact(-12_345.0), ("-12.3".into(), "k"));
    }

    #[test]
    fn money_and_percent_follow_the_language() {
        assert_eq!(en().money(-29.489, "USD"), "-$29.49");
        assert_eq!(es().money(29.489, "USD"), "29,49\u{a0}$");
        assert_eq!(en().money(1.0, "CHF"), "CHF\u{a0}1.00");
        assert_eq!(en().percent(0.147, 1), "14.7%");
        assert_eq!(es().percent(0.147, 1), "14,7\u{a0}%");
    }

    #[test]
    fn sizes_and_durations_read_shortly() {
        assert_eq!(en().bytes(999), "999\u{a0}B");
        assert_eq!(en().bytes(31_600_000), "31.6\u{a0}MB");
        assert_eq!(en().bytes(999_600), "1.0\u{a0}MB");
        assert_eq!(en().duration(340), "340\u{a0}ms");
        assert_eq!(es().duration(4_234), "4,2\u{a0}s");
        assert_eq!(en().duration(200_000), "3\u{a0}min 20\u{a0}s");
        assert_eq!(en().duration(7_500_000), "2\u{a0}h 5\u{a0}min");
    }

    #[test]
    fn bars_show_the_smallest_and_never_overflow() {
        assert_eq!(bar_step(0.0, 10.0), 0);
        assert_eq!(bar_step(0.001, 10.0), 1);
        assert_eq!(bar_step(10.0, 10.0), 20);
        assert_eq!(bar_step(11.0, 10.0), 20);
        assert_eq!(bar_step(-1.0, 10.0), 0);
    }
}
