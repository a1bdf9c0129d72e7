//! Which kinds of chart can show which questions, and which one to begin with.

use super::asks::{ChartKind, ColumnKind, MartCard, Question};

/// Whether a kind of chart can show an answer to this question.
pub fn fits(chart: ChartKind, question: &Question) -> bool {
    let (measures, dimensions) = (question.measures.len(), question.dimensions.len());
    if measures == 0 {
        return chart == ChartKind::Table;
    }
    match chart {
        ChartKind::Table => true,
        ChartKind::Number => dimensions == 0,
        ChartKind::Line | ChartKind::Area | ChartKind::Bar => dimensions == 1 || (dimensions == 2 && measures == 1),
        ChartKind::Ranking | ChartKind::Pie => dimensions == 1,
        ChartKind::StackedBar => (dimensions == 2 && measures == 1) || (dimensions == 1 && measures > 1),
        ChartKind::HeatMap => dimensions == 2,
        ChartKind::Treemap => dimensions == 1 || dimensions == 2,
        ChartKind::Scatter => dimensions == 1 && measures >= 2,
    }
}

/// The kind that shows this question best when its reader has not chosen one that fits.
pub fn suggested(question: &Question, mart: &MartCard) -> ChartKind {
    if question.measures.is_empty() {
        return ChartKind::Table;
    }
    let in_time = |place: usize| {
        question
            .dimensions
            .get(place)
            .and_then(|dimension| mart.columns.iter().find(|column| column.name == dimension.column))
            .is_some_and(|column| matches!(column.kind, ColumnKind::Date | ColumnKind::Timestamp))
    };
    match question.dimensions.len() {
        0 => ChartKind::Number,
        1 if in_time(0) => ChartKind::Line,
        1 => ChartKind::Ranking,
        2 if in_time(0) && question.measures.len() == 1 => ChartKind::StackedBar,
        2 if question.measures.len() == 1 => ChartKind::HeatMap,
        _ => ChartKind::Table,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::warehouse::{address::CHARTS, asks::Dimension};

    fn question(measures: usize, dimensions: usize) -> Question {
        Question { measures: vec!["m".into(); measures], dimensions: vec![Dimension { column: "c".into(), grain: None }; dimensions], ..Default::default() }
    }

    fn mart(kind: ColumnKind) -> MartCard {
        let mut mart = MartCard {
            name: "m".into(),
            title: Default::default(),
            description: Default::default(),
            department: String::new(),
            columns: vec![],
            measures: vec![],
            date_column: None,
            freshness: Default::default(),
            access: Default::default(),
            veiled: false,
            may_export: false,
            may_explore: true,
        };
        mart.columns.push(crate::warehouse::asks::MartColumn {
            name: "c".into(),
            label: Default::default(),
            description: Default::default(),
            kind,
            dimension: true,
            masked: false,
        });
        mart
    }

    #[test]
    fn what_is_suggested_fits() {
        for measures in 0..4 {
            for dimensions in 0..5 {
                for kind in [ColumnKind::Date, ColumnKind::Text] {
                    let question = question(measures, dimensions);
                    let chart = suggested(&question, &mart(kind));
                    assert!(fits(chart, &question), "{chart:?} for {measures} measures by {dimensions}");
                }
            }
        }
    }

    #[test]
    fn a_table_shows_everything_and_nothing_else_shows_rows() {
        for (chart, _) in CHARTS {
            assert_eq!(fits(chart, &question(0, 0)), chart == ChartKind::Table, "{chart:?}");
        }
        assert!(fits(ChartKind::Table, &question(3, 4)));
        assert!(!fits(ChartKind::Number, &question(1, 1)));
    }
}
