//! Passwords: argon2id hashes, what a chosen one must be like, random ones.

use crate::fault::{Fault, Result};
use app::{ask::FaultKind, text::Text};
use argon2::{
    Argon2,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use rand::RngExt;
use std::{sync::Arc, time::Duration};
use tokio::sync::Semaphore;

/// Characters a chosen password has at least, and bytes it has at most.
const SHORTEST: usize = 12;
const LONGEST: usize = 512;
/// Hashes at once: each takes 19 MiB and a core.
const AT_ONCE: usize = 2;
/// Longest wait for a turn; then the visitor is asked to come back.
const PATIENCE: Duration = Duration::from_secs(10);

/// Hashes and verifies, a few at a time.
pub struct Passwords {
    turns: Arc<Semaphore>,
    /// Verified against when there is no such person, so that both take the same time.
    decoy: String,
}

impl Passwords {
    pub fn new() -> Result<Self> {
        Ok(Self { turns: Arc::new(Semaphore::new(AT_ONCE)), decoy: hash(&random())? })
    }

    pub async fn hash(&self, password: &str) -> Result<String> {
        let password = password.to_owned();
        self.turn(move || hash(&password)).await?
    }

    /// Whether `password` is the one of `stored`; without a stored hash the same work is done and the answer is no.
    pub async fn verify(&self, password: &str, stored: Option<&str>) -> Result<bool> {
        let known = stored.is_some();
        let stored = stored.unwrap_or(&self.decoy).to_owned();
        // What is longer was never stored; cutting keeps the work bounded.
        let fits = password.len() <= LONGEST;
        let password = if fits { password.to_owned() } else { String::new() };
        let right =
            self.turn(move || PasswordHash::new(&stored).is_ok_and(|parsed| Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok())).await?;
        Ok(right && known && fits)
    }

    async fn turn<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let turn = tokio::time::timeout(PATIENCE, self.turns.clone().acquire_owned()).await.map_err(|_| busy())?.map_err(Fault::internal)?;
        tokio::task::spawn_blocking(move || {
            let _turn = turn;
            work()
        })
        .await
        .map_err(Fault::internal)
    }
}

fn hash(password: &str) -> Result<String> {
    Argon2::default().hash_password(password.as_bytes()).map(|hash| hash.to_string()).map_err(|cause| Fault::internal(cause.to_string()))
}

fn busy() -> Fault {
    Fault::new(FaultKind::TooMany, Text::of("Too many people sign in right now. Wait a moment.", "Hay demasiada gente entrando ahora. Espere un momento."))
}

/// About 99 bits, in letters and digits that cannot be taken for each other: `h7kq2-…`.
pub fn random() -> String {
    grouped(4, 5)
}

/// Random letters and digits in groups, as somebody copies them: about five bits a letter.
pub fn grouped(groups: usize, letters: usize) -> String {
    const LETTERS: &[u8] = b"23456789abcdefghjkmnpqrstuvwxyz";
    let mut random = rand::rng();
    let group = |_: usize| (0..letters).map(|_| char::from(LETTERS[random.random_range(0..LETTERS.len())])).collect::<String>();
    (0..groups).map(group).collect::<Vec<_>>().join("-")
}

/// Refuses what is short, monotonous, made of what is `known` of the person (address, name), or guessed by who tries words, names,
/// dates and keyboard rows in turn.
pub fn check(password: &str, known: &[&str]) -> Result<()> {
    let distinct = password.chars().collect::<std::collections::BTreeSet<_>>().len();
    let lower = password.to_lowercase();
    if password.chars().count() < SHORTEST {
        return Err(Fault::invalid(
            format!("Use at least {SHORTEST} characters; several words make a good password."),
            format!("Use al menos {SHORTEST} caracteres; varias palabras forman una buena contraseña."),
        ));
    }
    if password.len() > LONGEST {
        return Err(Fault::invalid("This password is too long.", "Esta contraseña es demasiado larga."));
    }
    let of_the_person = known.iter().map(|known| known.to_lowercase()).any(|known| {
        let local = known.split('@').next().unwrap_or_default();
        lower == known || (known.contains('@') && local.len() >= 4 && lower.contains(local))
    });
    if distinct < 5 || of_the_person || USUAL.iter().any(|word| lower.starts_with(word)) {
        return Err(Fault::invalid(
            "This password is too easy to guess: do not use your address, one repeated character or a usual word.",
            "Esta contraseña es demasiado fácil: no use su dirección, un carácter repetido ni una palabra habitual.",
        ));
    }
    if is_guessed(password, known) {
        return Err(Fault::invalid(
            "This password is too easy to guess: a common one, your name, a date or keys in a row. Put three or four unrelated words together.",
            "Esta contraseña es demasiado fácil: habitual, su nombre, una fecha o teclas seguidas. Junte tres o cuatro palabras sin relación.",
        ));
    }
    Ok(())
}

/// Words with which nothing begins that is hard to guess; the estimate below knows English ones alone.
const USUAL: [&str; 5] = ["password", "contraseña", "atalaya", "12345678", "qwerty"];
/// Characters of a password that are looked at: the work grows faster than its length.
const LOOKED_AT: usize = 100;

/// Letters that a password has beside the words of its person.
const OF_ITS_OWN: usize = 6;

/// Whether at most 10^8 guesses find it, in the order in which guessers try, or there is little in it but words of its person.
fn is_guessed(password: &str, known: &[&str]) -> bool {
    let beginning: String = password.chars().take(LOOKED_AT).collect();
    let words: Vec<&str> = known.iter().flat_map(|known| known.split([' ', '@', '.', '-', '_']).chain([*known])).filter(|word| word.len() > 1).collect();
    let mut left = beginning.to_lowercase();
    let before = left.len();
    for word in words.iter().filter(|word| word.chars().count() >= 3) {
        left = left.replace(&word.to_lowercase(), " ");
    }
    let own = left.chars().filter(|character| character.is_alphabetic()).count();
    (left.len() < before && own < OF_ITS_OWN) || zxcvbn::zxcvbn(&beginning, &words).score() < zxcvbn::Score::Three
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weak_passwords_are_refused() {
        let ana = ["ana.robles@x.example", "Ana Robles"];
        for weak in ["short", "aaaaaaaaaaaaaa", "ana.robles@x.example", "ana.robles-2026", "password1234", "contraseña2026"] {
            assert!(check(weak, &ana).is_err(), "{weak}");
        }
        for guessed in
            ["iloveyouiloveyou", "roblesrobles", "robles robles", "Robles-Ana-1987", "zxcvbnm,./zxc", "abcdefghijklm", "1qaz2wsx3edc", "letmeinletmein"]
        {
            assert!(check(guessed, &ana).is_err(), "{guessed}");
        }
        for good in ["three quiet rivers", "tres ríos callados y un puente", &"long and slow ".repeat(30)] {
            assert!(check(good, &ana).is_ok(), "{good}");
        }
        assert!(check(&random(), &ana).is_ok());
        assert_ne!(random(), random());
    }

    #[tokio::test]
    async fn only_the_right_password_is_right_and_nobody_has_none() {
        let passwords = Passwords::new().unwrap();
        let stored = passwords.hash("three quiet rivers").await.unwrap();
        assert!(stored.starts_with("$argon2id$"));
        assert!(passwords.verify("three quiet rivers", Some(&stored)).await.unwrap());
        assert!(!passwords.verify("three quiet river", Some(&stored)).await.unwrap());
        assert!(!passwords.verify("three quiet rivers", None).await.unwrap());
        assert!(!passwords.verify("", None).await.unwrap());
    }
}
