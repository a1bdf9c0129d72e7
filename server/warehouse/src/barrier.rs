//! The barrier: a plan node that shows the engine no input, so that nothing of a reader's query gets beneath it (A36).

use arrow::datatypes::SchemaRef;
use datafusion::{
    common::{Result, internal_err, tree_node::TreeNodeRecursion},
    execution::{SendableRecordBatchStream, TaskContext},
    physical_expr::{EquivalenceProperties, Partitioning, PhysicalExpr},
    physical_plan::{
        DisplayAs, DisplayFormatType, ExecutionPlan, ExecutionPlanProperties, PlanProperties, ReplaceChildrenOptions,
        execution_plan::{Boundedness, EmissionType},
    },
};
use std::{fmt, sync::Arc};

/// Rows that have passed a mart's row rule and masks.
///
/// To the optimiser it is a leaf: with no child there is nothing to push a filter (a dynamic one neither), a projection, a
/// limit or a sort into. It tells no statistics, ordering or metrics of what lies beneath, for they speak of hidden rows.
pub(crate) struct BarrierExec {
    beneath: Arc<dyn ExecutionPlan>,
    properties: Arc<PlanProperties>,
}

impl BarrierExec {
    /// Refuses a plan whose rows are not exactly of `schema`.
    pub(crate) fn over(beneath: Arc<dyn ExecutionPlan>, schema: &SchemaRef) -> Result<Self> {
        let given = beneath.schema();
        let same = given.fields().len() == schema.fields().len()
            && given.fields().iter().zip(schema.fields()).all(|(given, wanted)| given.name() == wanted.name() && given.data_type() == wanted.data_type());
        if !same {
            return internal_err!("the rows beneath a barrier are not those of its mart");
        }
        let partitioning = Partitioning::UnknownPartitioning(beneath.output_partitioning().partition_count());
        let equivalence = EquivalenceProperties::new(schema.clone());
        let properties = PlanProperties::new(equivalence, partitioning, EmissionType::Incremental, Boundedness::Bounded);
        Ok(Self { beneath, properties: Arc::new(properties) })
    }

    /// The governed scan, for tests that look at what got beneath.
    #[cfg(test)]
    pub(crate) fn beneath(&self) -> &Arc<dyn ExecutionPlan> {
        &self.beneath
    }
}

impl ExecutionPlan for BarrierExec {
    fn name(&self) -> &str {
        "BarrierExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        Vec::new()
    }

    fn apply_expressions(&self, _: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn replace_children(self: Arc<Self>, children: Vec<Arc<dyn ExecutionPlan>>, _: ReplaceChildrenOptions) -> Result<Arc<dyn ExecutionPlan>> {
        if children.is_empty() { Ok(self) } else { internal_err!("a barrier takes no child") }
    }

    fn with_new_children(self: Arc<Self>, children: Vec<Arc<dyn ExecutionPlan>>) -> Result<Arc<dyn ExecutionPlan>> {
        if children.is_empty() { Ok(self) } else { internal_err!("a barrier takes no child") }
    }

    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        self.beneath.execute(partition, context)
    }
}

impl DisplayAs for BarrierExec {
    fn fmt_as(&self, _: DisplayFormatType, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("BarrierExec")
    }
}

/// Nothing of what lies beneath is printed, wherever a plan is.
impl fmt::Debug for BarrierExec {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("BarrierExec")
    }
}
