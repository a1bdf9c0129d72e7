//! The statement gate: one select of known forms, over marts and functions by name, within bounds (A01, A25, A38, A51, A52).

use crate::{fault::QueryFault, functions::Functions, gate_reads::Reads, gate_walk::Walk, governed::GovernedTable, reader::LAYER};
use datafusion::{
    common::tree_node::TreeNodeRecursion,
    datasource::source_as_provider,
    logical_expr::LogicalPlan,
    sql::sqlparser::{
        ast::{ObjectName, ObjectNamePart, Statement, Visit},
        dialect::GenericDialect,
        keywords::Keyword,
        parser::{Parser, ParserError},
        tokenizer::{Token, Tokenizer},
    },
};
use std::{any::Any, collections::BTreeSet, ops::ControlFlow};

/// Bytes of a statement.
const TEXT: usize = 32 << 10;
/// Operators and the like that can nest an expression without parentheses.
const CHAINED: usize = 1_000;
/// Scans of marts in one plan, and its nodes.
const SCANS: usize = 32;
const NODES: usize = 1_000;

/// A statement that passed, and the names that it reads from.
#[derive(Debug)]
pub(crate) struct Admitted {
    pub(crate) statement: Statement,
    pub(crate) relations: BTreeSet<String>,
    /// Names that its own `with` gives; a mart may have the same name.
    pub(crate) own: BTreeSet<String>,
}

/// Reads and judges a statement. Everything that is not known to be harmless is refused.
pub(crate) fn admit(text: &str, functions: &Functions) -> Result<Admitted, QueryFault> {
    if text.len() > TEXT {
        return Err(QueryFault::TooMuch("text of the statement"));
    }
    let dialect = GenericDialect {};
    let tokens = Tokenizer::new(&dialect, text).tokenize().map_err(|error| syntax(&error.to_string()))?;
    // Before parsing: a chain of a thousand operators is a tree as deep, and trees are walked recursively.
    if tokens.iter().filter(|token| chains(token)).count() > CHAINED {
        return Err(QueryFault::TooMuch("operators"));
    }
    let mut statements = Parser::new(&dialect).try_with_sql(text).and_then(|mut parser| parser.parse_statements()).map_err(|error| match error {
        ParserError::RecursionLimitExceeded => QueryFault::TooMuch("nesting"),
        error => syntax(&error.to_string()),
    })?;
    let statement = match (statements.pop(), statements.is_empty()) {
        (Some(statement @ Statement::Query(_)), true) => statement,
        _ => return Err(QueryFault::Refused("only one select can be asked".into())),
    };
    let mut walk = Walk::new(functions);
    if let ControlFlow::Break(fault) = statement.visit(&mut walk) {
        return Err(fault);
    }
    if let ControlFlow::Break(fault) = statement.visit(&mut Reads::at_most(SCANS as u64)) {
        return Err(fault);
    }
    let (relations, own) = (walk.relations, walk.own);
    Ok(Admitted { statement, relations, own })
}

/// The plan that a statement became: only nodes that read governed marts and reckon with their rows.
pub(crate) fn judge(plan: &LogicalPlan) -> Result<(), QueryFault> {
    let (mut nodes, mut scans) = (0, 0);
    let mut fault = None;
    let _ = plan.apply_with_subqueries(|node| {
        nodes += 1;
        let known = match node {
            LogicalPlan::TableScan(scan) => {
                scans += 1;
                source_as_provider(&scan.source).is_ok_and(|provider| (provider.as_ref() as &dyn Any).is::<GovernedTable>())
            }
            LogicalPlan::Projection(_)
            | LogicalPlan::Filter(_)
            | LogicalPlan::Window(_)
            | LogicalPlan::Aggregate(_)
            | LogicalPlan::Sort(_)
            | LogicalPlan::Join(_) => true,
            LogicalPlan::Union(_) | LogicalPlan::EmptyRelation(_) | LogicalPlan::Subquery(_) | LogicalPlan::SubqueryAlias(_) | LogicalPlan::Limit(_) => true,
            LogicalPlan::Values(_) | LogicalPlan::Distinct(_) => true,
            _ => false,
        };
        // Each use of a `with` query is a copy of it, so a short text can be a vast plan: stop counting early.
        fault = match known {
            _ if nodes > NODES || scans > SCANS => Some(QueryFault::TooMuch("parts of the select")),
            false => Some(QueryFault::Refused("this form of select is not supported".into())),
            true => None,
        };
        Ok(if fault.is_some() { TreeNodeRecursion::Stop } else { TreeNodeRecursion::Continue })
    });
    fault.map_or(Ok(()), Err)
}

/// The mart that a relation names: `baskets` or `mart.baskets`; anything longer names nothing.
pub(crate) fn relation(name: &ObjectName) -> Result<String, QueryFault> {
    let parts: Vec<String> = name.0.iter().map(part).collect::<Option<_>>().ok_or_else(|| unknown(name))?;
    match parts.as_slice() {
        [mart] => Ok(mart.clone()),
        [layer, mart] if layer == LAYER => Ok(mart.clone()),
        _ => Err(unknown(name)),
    }
}

fn part(part: &ObjectNamePart) -> Option<String> {
    match part {
        ObjectNamePart::Identifier(name) if name.quote_style.is_some() => Some(name.value.clone()),
        ObjectNamePart::Identifier(name) => Some(name.value.to_lowercase()),
        ObjectNamePart::Function(_) => None,
    }
}

fn unknown(name: &ObjectName) -> QueryFault {
    QueryFault::UnknownMart(name.to_string().chars().take(100).collect())
}

fn chains(token: &Token) -> bool {
    match token {
        Token::Word(word) => !matches!(word.keyword, Keyword::NoKeyword),
        Token::Number(..)
        | Token::SingleQuotedString(_)
        | Token::Comma
        | Token::LParen
        | Token::RParen
        | Token::Period
        | Token::SemiColon
        | Token::Whitespace(_)
        | Token::EOF => false,
        _ => true,
    }
}

/// Where the parser stopped, without the text that it stopped at.
fn syntax(error: &str) -> QueryFault {
    let place = error.rfind(" at Line: ").map(|at| error[at..].to_lowercase()).filter(|place| place.len() < 60);
    QueryFault::Refused(format!("this is not SQL that can be read{}", place.unwrap_or_default()))
}
