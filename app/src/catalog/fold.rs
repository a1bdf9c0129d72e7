//! Words as they are looked for: in lower case and without accents, so that "categoria" finds "Categoría".

/// Of western European languages; other letters stay.
pub fn folded(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).filter(|letter| !('\u{300}'..='\u{36f}').contains(letter)).map(plain).collect()
}

fn plain(letter: char) -> char {
    match letter {
        'á' | 'à' | 'â' | 'ä' | 'ã' | 'å' => 'a',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'í' | 'ì' | 'î' | 'ï' => 'i',
        'ó' | 'ò' | 'ô' | 'ö' | 'õ' => 'o',
        'ú' | 'ù' | 'û' | 'ü' => 'u',
        'ñ' => 'n',
        'ç' => 'c',
        other => other,
    }
}

/// Whether a text holds every word that is looked for; `wanted` is folded already.
pub fn holds(text: &str, wanted: &str) -> bool {
    let text = folded(text);
    wanted.split_whitespace().all(|word| text.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_and_case_do_not_count() {
        assert_eq!(folded("Categoría AÑO Über cafe\u{301}"), "categoria ano uber cafe");
        assert!(holds("Importe por Categoría", &folded("categoria IMPORTE")));
        assert!(!holds("Importe", &folded("importe total")) && holds("Importe", ""));
    }
}
