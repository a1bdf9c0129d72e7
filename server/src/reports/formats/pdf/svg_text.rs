//! The texts of a chart's SVG, taken out so that they are set as real text: found by searching, read by screen readers.
//!
//! The renderer writes `<text … transform="translate(x y)" …>words</text>`, perhaps rotated, and nothing within.

/// One text of a drawing.
#[derive(Debug, PartialEq)]
pub struct Label {
    pub x: f32,
    pub y: f32,
    /// Clockwise, as SVG turns.
    pub degrees: f32,
    pub size: f32,
    pub bold: bool,
    pub colour: [u8; 3],
    pub anchor: String,
    /// `central`, `middle`, `alphabetic` and the like.
    pub baseline: String,
    pub text: String,
}

/// The drawing without its texts, and the texts.
pub fn split(svg: &str) -> (String, Vec<Label>) {
    let mut drawing = String::with_capacity(svg.len());
    let mut labels = Vec::new();
    let mut rest = svg;
    while let Some(start) = rest.find("<text") {
        let (before, from) = rest.split_at(start);
        drawing.push_str(before);
        let Some(end) = from.find("</text>") else { return (drawing, labels) };
        let element = &from[..end];
        if let Some((attributes, words)) = element["<text".len()..].split_once('>') {
            labels.push(label(attributes, words));
        }
        rest = &from[end + "</text>".len()..];
    }
    drawing.push_str(rest);
    (drawing, labels)
}

fn label(attributes: &str, words: &str) -> Label {
    let style = attribute(attributes, "style").unwrap_or_default();
    let property = |name: &str| {
        let found = style.split(';').find_map(|pair| pair.split_once(':').filter(|(key, _)| key.trim() == name).map(|(_, value)| value.trim().to_owned()));
        found.or_else(|| attribute(attributes, name).map(str::to_owned))
    };
    let transform = attribute(attributes, "transform").unwrap_or_default();
    let place = numbers(transform, "translate");
    let (x, y, degrees) = match (place.as_slice(), numbers(transform, "matrix").as_slice()) {
        ([x, y, ..], _) => (*x, *y, numbers(transform, "rotate").first().copied().unwrap_or(0.0)),
        (_, [a, b, _, _, e, f]) => (*e, *f, b.atan2(*a).to_degrees()),
        _ => (0.0, 0.0, 0.0),
    };
    let own = |name: &str| attribute(attributes, name).and_then(|text| text.parse::<f32>().ok()).unwrap_or(0.0);
    let weight = property("font-weight").unwrap_or_default();
    Label {
        x: x + own("x"),
        y: y + own("y"),
        degrees,
        size: property("font-size").and_then(|size| size.trim_end_matches("px").parse().ok()).unwrap_or(12.0),
        bold: weight == "bold" || weight.parse::<u32>().is_ok_and(|weight| weight >= 600),
        colour: colour(property("fill").as_deref().unwrap_or("#17212b")),
        anchor: property("text-anchor").unwrap_or_else(|| "start".into()),
        baseline: property("dominant-baseline").unwrap_or_default(),
        text: words.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#39;", "'").replace("&amp;", "&"),
    }
}

fn attribute<'a>(attributes: &'a str, name: &str) -> Option<&'a str> {
    let mut from = 0;
    while let Some(found) = attributes[from..].find(name) {
        let start = from + found;
        let after = &attributes[start + name.len()..];
        let alone = start == 0 || attributes[..start].ends_with(char::is_whitespace);
        if let (true, Some(value)) = (alone, after.strip_prefix("=\"")) {
            return value.split('"').next();
        }
        from = start + name.len();
    }
    None
}

fn numbers(transform: &str, function: &str) -> Vec<f32> {
    let Some((_, after)) = transform.split_once(&format!("{function}(")) else { return Vec::new() };
    let inside = after.split(')').next().unwrap_or_default();
    inside.split([' ', ',']).filter(|part| !part.is_empty()).filter_map(|part| part.parse().ok()).collect()
}

fn colour(text: &str) -> [u8; 3] {
    let digits = text.trim_start_matches('#');
    let byte = |index: usize| digits.get(index * 2..index * 2 + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok());
    match (digits.len(), byte(0), byte(1), byte(2)) {
        (6.., Some(red), Some(green), Some(blue)) => [red, green, blue],
        _ => match text
            .strip_prefix("rgb(")
            .map(|inside| inside.trim_end_matches(')').split(',').filter_map(|part| part.trim().parse().ok()).collect::<Vec<u8>>())
        {
            Some(parts) if parts.len() == 3 => [parts[0], parts[1], parts[2]],
            _ => super::sheet::INK,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_texts_out_with_their_places() {
        let svg = r##"<svg><path d="M0 0"/><text dominant-baseline="central" text-anchor="end" style="font-size:12px;font-family:x;" transform="translate(40 90.5)" fill="#6a7580">Q&amp;A ñ</text><rect/></svg>"##;
        let (drawing, labels) = split(svg);
        assert_eq!(drawing, r#"<svg><path d="M0 0"/><rect/></svg>"#);
        assert_eq!((labels[0].x, labels[0].y, labels[0].text.as_str(), labels[0].anchor.as_str()), (40.0, 90.5, "Q&A ñ", "end"));
        assert_eq!(labels[0].colour, [0x6a, 0x75, 0x80]);
    }
}
