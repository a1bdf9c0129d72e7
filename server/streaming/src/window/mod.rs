//! Windows over the events' own time: figures of each minute (or hour …) by keys, provisional while events may still come and
//! final at the watermark. One state a partition, so that its rows, the ids it has seen and its position are stored together.

mod row;
mod seen;
mod spec;
mod state;
mod watermark;

use crate::{
    Refusal,
    parse::{Field, FieldKind, Value, is_name},
    pipeline::{Check, place},
};
pub use row::{Amount, Key, Row};
pub use seen::{Mark, Seen};
pub use spec::{Measure, WindowSpec};
pub use state::{Change, Occurred, State};
pub use watermark::{Clock, Standing, watermark};

/// Most keys and measures of one window.
const KEYS_MOST: usize = 8;
const MEASURES_MOST: usize = 32;

/// The windows of one pipeline, settled.
pub struct Windows(Vec<Window>);

/// One window over places of values.
pub(crate) struct Window {
    spec: WindowSpec,
    keys: Vec<usize>,
    measures: Vec<Counted>,
}

struct Counted {
    /// The field that is summed; events are counted without one.
    sum: Option<usize>,
    /// Whether the field that is summed is of kind number.
    is_number: bool,
    when: Option<Check>,
}

impl Windows {
    pub fn new(specs: &[WindowSpec], fields: &[Field]) -> Result<Self, Refusal> {
        let mut windows: Vec<Window> = Vec::with_capacity(specs.len());
        for spec in specs {
            if windows.iter().any(|window| window.spec.name == spec.name) {
                return Err(Refusal::new("windows", format!("There are two windows {}.", spec.name), format!("Hay dos ventanas {}.", spec.name)));
            }
            windows.push(Window::new(spec, fields)?);
        }
        Ok(Self(windows))
    }

    pub fn specs(&self) -> impl Iterator<Item = &WindowSpec> {
        self.0.iter().map(|window| &window.spec)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Window {
    fn new(spec: &WindowSpec, fields: &[Field]) -> Result<Self, Refusal> {
        let setting = format!("windows.{}", spec.name);
        let refuse = |en: &str, es: &str| Err(Refusal::new(setting.as_str(), en, es));
        if !is_name(&spec.name) || spec.measures.iter().any(|measure| !is_name(&measure.name)) {
            return refuse(
                "Names of windows and measures are lower-case letters, digits and _, a letter first, at most 60.",
                "Los nombres de ventanas y medidas son minúsculas, cifras y _, primero una letra, como mucho 60.",
            );
        }
        if !(1..=31 * 86_400).contains(&spec.width_seconds) || spec.lateness_seconds > 31 * 86_400 {
            return refuse(
                "A window is from one second to 31 days wide, and waits at most so long.",
                "Una ventana dura de un segundo a 31 días, y espera como mucho otro tanto.",
            );
        }
        if spec.keys.len() > KEYS_MOST || spec.measures.is_empty() || spec.measures.len() > MEASURES_MOST {
            return refuse("A window has at most 8 keys, and from 1 to 32 measures.", "Una ventana tiene como mucho 8 claves, y de 1 a 32 medidas.");
        }
        let mut names: Vec<&str> = spec.keys.iter().map(String::as_str).chain(spec.measures.iter().map(|measure| measure.name.as_str())).collect();
        names.sort_unstable();
        if names.windows(2).any(|pair| pair[0] == pair[1]) {
            return refuse(
                "A key or a measure stands there twice: give each a name of its own.",
                "Una clave o una medida está dos veces: dé a cada una su nombre.",
            );
        }
        let keys = spec.keys.iter().map(|name| place(name, fields, &setting)).collect::<Result<Vec<_>, _>>()?;
        if keys.iter().any(|key| !matches!(fields[*key].kind, FieldKind::Keyword | FieldKind::Integer | FieldKind::Bool)) {
            return refuse("Keys are keywords, integers or truth values.", "Las claves son palabras clave, enteros o valores lógicos.");
        }
        let measures = spec.measures.iter().map(|measure| Counted::new(measure, fields, &setting)).collect::<Result<_, _>>()?;
        Ok(Self { spec: spec.clone(), keys, measures })
    }

    /// Where each measure begins.
    fn zero(&self) -> Vec<Amount> {
        self.measures.iter().map(|measure| if measure.is_number { Amount::Number(0.0) } else { Amount::Whole(0) }).collect()
    }

    fn count(&self, amounts: &mut [Amount], values: &[Value<'_>]) {
        for (measure, amount) in self.measures.iter().zip(amounts) {
            if measure.when.as_ref().is_none_or(|when| when.holds(values)) {
                match measure.sum.map(|sum| values.get(sum)) {
                    None => amount.add(&Value::Integer(1)),
                    Some(Some(value)) => amount.add(value),
                    Some(None) => {}
                }
            }
        }
    }
}

impl Counted {
    fn new(measure: &Measure, fields: &[Field], setting: &str) -> Result<Self, Refusal> {
        let sum = measure.sum.as_ref().map(|name| place(name, fields, setting)).transpose()?;
        if sum.is_some_and(|sum| !matches!(fields[sum].kind, FieldKind::Integer | FieldKind::Number)) {
            return Err(Refusal::new(setting, "Only integers and numbers can be summed.", "Solo se pueden sumar enteros y números."));
        }
        let when = measure.when.as_ref().map(|condition| Check::new(condition, fields)).transpose()?;
        Ok(Self { sum, is_number: sum.is_some_and(|sum| fields[sum].kind == FieldKind::Number), when })
    }
}
