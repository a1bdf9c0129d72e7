//! Which ids an index may hold: two bytes an id tell nearly every new one apart, so that only the others are looked up.

use std::hash::{DefaultHasher, Hash, Hasher};

/// A filter of 512-bit blocks that grows by layers, each twice as large as the one before.
pub(super) struct Seen {
    layers: Vec<Layer>,
}

struct Layer {
    blocks: Vec<[u64; 8]>,
    room: usize,
}

const FIRST_ROOM: usize = 1 << 16;
/// 16 bits an id: about one new id in 500 is taken for a known one.
const IDS_IN_A_BLOCK: usize = 32;

impl Seen {
    pub(super) fn new() -> Self {
        Self { layers: vec![Layer::new(FIRST_ROOM)] }
    }

    pub(super) fn insert(&mut self, id: &[u8]) {
        let hash = hash(id);
        if self.layers.last().is_none_or(|layer| layer.room == 0) {
            self.layers.push(Layer::new(FIRST_ROOM << self.layers.len()));
        }
        if let Some(layer) = self.layers.last_mut() {
            layer.room -= 1;
            let block = layer.place(hash);
            for (word, bit) in bits(hash) {
                layer.blocks[block][word] |= bit;
            }
        }
    }

    /// `false`: certainly not.
    pub(super) fn may_hold(&self, id: &[u8]) -> bool {
        let hash = hash(id);
        self.layers.iter().any(|layer| {
            let block = &layer.blocks[layer.place(hash)];
            bits(hash).all(|(word, bit)| block[word] & bit != 0)
        })
    }
}

impl Layer {
    fn new(room: usize) -> Self {
        Self { blocks: vec![[0; 8]; room.div_ceil(IDS_IN_A_BLOCK)], room }
    }

    fn place(&self, hash: u64) -> usize {
        // The high half chooses the block, the rest the bits in it.
        ((hash >> 32) as usize * self.blocks.len()) >> 32
    }
}

fn bits(hash: u64) -> impl Iterator<Item = (usize, u64)> {
    let spread = (hash as u32 as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (0..8).map(move |word| (word, 1 << (spread >> (word * 6 + 12) & 63)))
}

fn hash(id: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    id.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_id_is_missed_and_few_are_taken_for_known() {
        let mut seen = Seen::new();
        let id = |number: u32| format!("agent-1/{number}").into_bytes();
        (0..300_000).for_each(|number| seen.insert(&id(number)));
        assert!((0..300_000).all(|number| seen.may_hold(&id(number))));
        let wrong = (300_000..400_000).filter(|number| seen.may_hold(&id(*number))).count();
        assert!(wrong < 1_500, "{wrong} of 100,000 new ids");
    }
}
