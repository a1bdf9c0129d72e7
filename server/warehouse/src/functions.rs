//! The functions that a reader may call: a written list, so that what an upgrade of the engine adds stays out (A50, A51).

use crate::capped::{Capped, Growth};
use datafusion::{
    functions, functions_aggregate, functions_window,
    logical_expr::{AggregateUDF, ScalarUDF, WindowUDF},
};
use std::{collections::HashSet, sync::Arc};

/// Functions of one row. Those that can multiply the size of a text are capped (`growth`).
const SCALAR: &str = "
    coalesce greatest least nullif nvl nvl2 nanvl ascii bit_length btrim character_length chr concat concat_ws contains ends_with initcap left
    lower lpad ltrim octet_length replace reverse right rpad rtrim split_part starts_with strpos substr to_hex translate upper abs
    acos asin atan atan2 cbrt ceil cos degrees exp floor gcd isnan iszero lcm ln log log10 log2 pi power radians round signum sin sqrt tan trunc
    date_bin date_part date_trunc from_unixtime make_date to_date to_timestamp to_unixtime
";

const AGGREGATE: &str = "
    any_value approx_distinct approx_median approx_percentile_cont avg bit_and bit_or bit_xor bool_and bool_or corr count covar_pop covar_samp
    first_value grouping last_value max median min percentile_cont regr_avgx regr_avgy regr_count regr_intercept regr_r2 regr_slope regr_sxx
    regr_sxy regr_syy stddev stddev_pop sum var var_pop
";

const WINDOW: &str = "
    cume_dist dense_rank first_value lag last_value lead ntile nth_value percent_rank rank row_number
";

fn lists(list: &str, name: &str) -> bool {
    list.split_whitespace().any(|listed| listed == name)
}

/// How the size of a function's result follows from its arguments, for those that can multiply it.
fn growth(name: &str) -> Option<Growth> {
    match name {
        "concat" => Some(Growth::Joins),
        "concat_ws" => Some(Growth::JoinsWith),
        "lpad" | "rpad" => Some(Growth::Pads),
        "replace" => Some(Growth::Replaces),
        _ => None,
    }
}

/// What a reader's session registers, and nothing else.
pub(crate) struct Functions {
    pub(crate) scalars: Vec<Arc<ScalarUDF>>,
    pub(crate) aggregates: Vec<Arc<AggregateUDF>>,
    pub(crate) windows: Vec<Arc<WindowUDF>>,
    names: HashSet<String>,
}

impl Functions {
    pub(crate) fn allowed() -> Self {
        let scalars: Vec<Arc<ScalarUDF>> = functions::all_default_functions()
            .into_iter()
            .filter(|function| lists(SCALAR, function.name()))
            .map(|function| match growth(function.name()) {
                Some(growth) => Arc::new(ScalarUDF::new_from_impl(Capped::new(function, growth))),
                None => function,
            })
            .collect();
        let aggregates: Vec<Arc<AggregateUDF>> =
            functions_aggregate::all_default_aggregate_functions().into_iter().filter(|function| lists(AGGREGATE, function.name())).collect();
        let windows: Vec<Arc<WindowUDF>> =
            functions_window::all_default_window_functions().into_iter().filter(|function| lists(WINDOW, function.name())).collect();
        let mut names = HashSet::new();
        for function in &scalars {
            names.extend(std::iter::once(function.name()).chain(function.aliases().iter().map(String::as_str)).map(str::to_owned));
        }
        for function in &aggregates {
            names.extend(std::iter::once(function.name()).chain(function.aliases().iter().map(String::as_str)).map(str::to_owned));
        }
        for function in &windows {
            names.extend(std::iter::once(function.name()).chain(function.aliases().iter().map(String::as_str)).map(str::to_owned));
        }
        Self { scalars, aggregates, windows, names }
    }

    /// Whether a function of this name (lower case) may be called.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.names.contains(name)
    }

    /// Their names, in order.
    pub(crate) fn in_order(&self) -> Vec<String> {
        let mut names: Vec<String> = self.names.iter().cloned().collect();
        names.sort();
        names
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use datafusion::execution::SessionStateDefaults;

    /// Looked at and left out: they read the environment or below the view, make rows or bytes, tell types and metadata,
    /// run patterns of the reader's making, or give bytes rather than values.
    const LEFT_OUT: &str = "
        arrow_cast arrow_field arrow_metadata arrow_try_cast arrow_typeof cast_to_type current_date current_time factorial file_row_index
        find_in_set get_field input_file_name levenshtein make_time named_struct now overlay random regexp_count regexp_instr regexp_like
        regexp_match regexp_replace repeat struct substr_index to_char to_local_time to_time to_timestamp_micros to_timestamp_millis
        to_timestamp_nanos to_timestamp_seconds try_cast_to_type union_extract union_tag uuid version with_metadata acosh asinh atanh cosh cot sinh
        tanh encode decode digest md5 sha224 sha256 sha384 sha512
    ";
    const AGGREGATES_LEFT_OUT: &str = "
        approx_percentile_cont_with_weight array_agg nth_value string_agg
    ";

    #[test]
    fn a50_every_function_of_the_engine_was_looked_at() {
        let scalars: Vec<String> = functions::all_default_functions().iter().map(|function| function.name().to_owned()).collect();
        let aggregates: Vec<String> = SessionStateDefaults::default_aggregate_functions().iter().map(|function| function.name().to_owned()).collect();
        let windows: Vec<String> = SessionStateDefaults::default_window_functions().iter().map(|function| function.name().to_owned()).collect();
        for (given, allowed, left_out) in [(scalars, SCALAR, LEFT_OUT), (aggregates, AGGREGATE, AGGREGATES_LEFT_OUT), (windows, WINDOW, "")] {
            let unknown: Vec<&String> = given.iter().filter(|name| !lists(allowed, name) && !lists(left_out, name)).collect();
            assert!(unknown.is_empty(), "decide whether readers may call {unknown:?}");
            let missing: Vec<&str> = allowed.split_whitespace().filter(|name| !given.iter().any(|other| other == name)).collect();
            assert!(missing.is_empty(), "no functions: {missing:?}");
        }
    }

    #[test]
    fn a50_what_was_left_out_is_not_registered() {
        let allowed = Functions::allowed();
        let out: Vec<&str> =
            LEFT_OUT.split_whitespace().chain(AGGREGATES_LEFT_OUT.split_whitespace()).chain(["generate_series", "range", "unnest", "today"]).collect();
        assert_eq!(out.iter().filter(|name| allowed.has(name)).collect::<Vec<_>>(), [&"nth_value"], "nth_value is a window function too");
    }
}
