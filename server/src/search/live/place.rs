//! Where a view stands: the id of its last message, by which a lost connection goes on.

/// Of one follower's messages: their numbers begin at random and count what passed the reader's own share, so that they tell nothing
/// of what is hidden or of who else watches (A46).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Names the follower among all others, also those of other processes.
    pub follower: String,
    pub number: u64,
    /// Time of the newest event that was sent, for where the follower is no more.
    pub newest_ms: i64,
}

impl Place {
    pub fn written(&self) -> String {
        format!("{}.{}.{}", self.follower, self.number, self.newest_ms)
    }

    /// `None` for what is no id of ours: then the view begins now.
    pub fn read(text: &str) -> Option<Self> {
        let mut parts = text.split('.');
        let (follower, number, newest) = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() || follower.len() > 40 {
            return None;
        }
        Some(Self { follower: follower.to_owned(), number: number.parse().ok()?, newest_ms: newest.parse().ok()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_read_as_it_was_written() {
        let place = Place { follower: "0f".into(), number: 7, newest_ms: -5 };
        assert_eq!(Place::read(&place.written()), Some(place));
        for wrong in ["", "a", "a.b.c", "a.1.2.3", "a.-1.2", "a.1.99999999999999999999"] {
            assert_eq!(Place::read(wrong), None, "{wrong}");
        }
    }
}
