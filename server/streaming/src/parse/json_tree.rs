//! What a JSON object holds at declared paths, read in one pass that keeps no more of it.

use super::{FieldKind, Value, declared::Layout};
use serde::{
    Deserialize, Deserializer,
    de::{DeserializeSeed, Error, IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use std::{borrow::Cow, fmt};

/// The declared paths as a tree; slot 0 is the time, the others are the declared fields.
#[derive(Default)]
pub(super) struct Node {
    children: Vec<(String, Node)>,
    pub slots: Vec<usize>,
}

impl Node {
    pub fn at(&mut self, path: &str) -> &mut Self {
        path.split('.').fold(self, |node, key| {
            let place = node.children.iter().position(|(name, _)| name == key).unwrap_or_else(|| {
                node.children.push((key.to_owned(), Self::default()));
                node.children.len() - 1
            });
            &mut node.children[place].1
        })
    }
}

/// Writes what stands at one node of the tree into its slots.
pub(super) struct Found<'n, 'v, 'a> {
    pub node: &'n Node,
    pub layout: &'n Layout,
    pub values: &'v mut Vec<Value<'a>>,
}

impl<'a> DeserializeSeed<'a> for Found<'_, '_, 'a> {
    type Value = ();

    fn deserialize<D: Deserializer<'a>>(self, input: D) -> Result<(), D::Error> {
        input.deserialize_any(self)
    }
}

impl<'a> Found<'_, '_, 'a> {
    /// Puts a scalar into each slot; a text stands for a number where it reads as one, and the other way round.
    fn put<E: Error>(self, text: Cow<'a, str>) -> Result<(), E> {
        for slot in &self.node.slots {
            let value = match slot.checked_sub(1).and_then(|place| self.layout.declared.get(place)) {
                None => Value::Text(text.clone()),
                // The field's name first: the caller makes the reason out of it.
                Some(field) => field.value(text.clone(), 0).map_err(|_| E::custom(format!("{} does not fit", field.name)))?,
            };
            if let Some(place) = self.values.get_mut(*slot) {
                *place = value;
            }
        }
        Ok(())
    }

    fn put_number<E: Error>(self, number: Value<'static>, text: impl fmt::Display) -> Result<(), E> {
        let kind = |slot: &usize| slot.checked_sub(1).and_then(|place| self.layout.declared.get(place)).map(|field| field.kind);
        let same = |slot: &usize| matches!((kind(slot), &number), (Some(FieldKind::Integer), Value::Integer(_)) | (Some(FieldKind::Number), Value::Number(_)));
        if self.node.slots.iter().all(same) {
            for slot in &self.node.slots {
                if let Some(place) = self.values.get_mut(*slot) {
                    *place = number.clone();
                }
            }
            return Ok(());
        }
        self.put(Cow::Owned(text.to_string()))
    }
}

impl<'a> Visitor<'a> for Found<'_, '_, 'a> {
    type Value = ();

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a JSON value of the declared kind")
    }

    fn visit_borrowed_str<E: Error>(self, text: &'a str) -> Result<(), E> {
        self.put(Cow::Borrowed(text))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        self.put(Cow::Owned(text.to_owned()))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<(), E> {
        self.put_number(Value::Integer(number), number)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<(), E> {
        match i64::try_from(number) {
            Ok(number) => self.visit_i64(number),
            Err(_) => self.put(Cow::Owned(number.to_string())),
        }
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<(), E> {
        // 5.0 is the integer 5 to whoever declared an integer.
        if number.fract() == 0.0 && number.abs() < 9e15 && self.layout.declared.iter().any(|field| field.kind == FieldKind::Integer) {
            let text = format!("{number:.0}");
            let has_integer = self
                .node
                .slots
                .iter()
                .any(|slot| slot.checked_sub(1).and_then(|place| self.layout.declared.get(place)).is_some_and(|field| field.kind == FieldKind::Integer));
            if has_integer {
                return self.put(Cow::Owned(text));
            }
        }
        self.put_number(Value::Number(number), number)
    }

    fn visit_bool<E: Error>(self, truth: bool) -> Result<(), E> {
        self.put(Cow::Borrowed(if truth { "true" } else { "false" }))
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_map<M: MapAccess<'a>>(self, mut map: M) -> Result<(), M::Error> {
        if let Some(field) = self.node.slots.iter().find_map(|slot| self.layout.declared.get(slot.checked_sub(1)?)) {
            return Err(M::Error::custom(format!("{} does not fit", field.name)));
        }
        while let Some(child) = map.next_key_seed(Key(self.node))? {
            match child {
                Some(node) => map.next_value_seed(Found { node, layout: self.layout, values: self.values })?,
                None => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(())
    }

    /// Several values of a keyword; anything else has but one.
    fn visit_seq<S: SeqAccess<'a>>(self, mut items: S) -> Result<(), S::Error> {
        let keywords = self.node.slots.iter().find_map(|slot| self.layout.declared.get(slot.checked_sub(1)?));
        let Some(field) = keywords else {
            while items.next_element::<IgnoredAny>()?.is_some() {}
            return if self.node.children.is_empty() { Err(S::Error::custom("a list")) } else { Ok(()) };
        };
        let mut texts: Vec<Cow<'a, str>> = Vec::new();
        while let Some(item) = items.next_element::<Scalar<'a>>().map_err(|_| S::Error::custom(format!("{} does not fit", field.name)))? {
            if !texts.contains(&item.0) {
                texts.push(item.0);
            }
        }
        for slot in &self.node.slots {
            let field = slot.checked_sub(1).and_then(|place| self.layout.declared.get(place));
            let Some(place) = self.values.get_mut(*slot).filter(|_| field.is_some_and(|field| field.kind == FieldKind::Keyword)) else {
                return Err(S::Error::custom(format!("{} does not fit", field.map_or("time", |field| &field.name))));
            };
            *place = if texts.is_empty() { Value::Null } else { Value::Texts(texts.clone()) };
        }
        Ok(())
    }
}

/// The node of a key; keys that lead nowhere have none.
struct Key<'n>(&'n Node);

impl<'a, 'n> DeserializeSeed<'a> for Key<'n> {
    type Value = Option<&'n Node>;

    fn deserialize<D: Deserializer<'a>>(self, input: D) -> Result<Self::Value, D::Error> {
        input.deserialize_str(self)
    }
}

impl<'n> Visitor<'_> for Key<'n> {
    type Value = Option<&'n Node>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a key")
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<Self::Value, E> {
        Ok(self.0.children.iter().find(|(name, _)| name == key).map(|(_, node)| node))
    }
}

/// A text, a number or a truth value, as text.
struct Scalar<'a>(Cow<'a, str>);

impl<'a> Deserialize<'a> for Scalar<'a> {
    fn deserialize<D: Deserializer<'a>>(input: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'a> Visitor<'a> for Any {
            type Value = Scalar<'a>;
            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("a text, a number or a truth value")
            }
            fn visit_borrowed_str<E: Error>(self, text: &'a str) -> Result<Self::Value, E> {
                Ok(Scalar(Cow::Borrowed(text)))
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Scalar(Cow::Owned(text.to_owned())))
            }
            fn visit_i64<E: Error>(self, number: i64) -> Result<Self::Value, E> {
                Ok(Scalar(Cow::Owned(number.to_string())))
            }
            fn visit_u64<E: Error>(self, number: u64) -> Result<Self::Value, E> {
                Ok(Scalar(Cow::Owned(number.to_string())))
            }
            fn visit_f64<E: Error>(self, number: f64) -> Result<Self::Value, E> {
                Ok(Scalar(Cow::Owned(number.to_string())))
            }
            fn visit_bool<E: Error>(self, truth: bool) -> Result<Self::Value, E> {
                Ok(Scalar(Cow::Borrowed(if truth { "true" } else { "false" })))
            }
        }
        input.deserialize_any(Any)
    }
}
