//! The start page: notices, dashboards, recent downloads; the first steps while the house is empty.

use super::{
    home_parts::{dashboards, data, jobs, notices, recent_reports, steps},
    words,
};
use crate::{
    ask::{Fault, ask},
    dashboards::asks::{DashboardCard, ListDashboards},
    front::frame::use_reader,
    identity::asks::Me,
    ingestion::asks::{JobCard, ListJobs, ListNotices, Notice},
    reports::asks::{ListReports, ReportCard},
    ui::{page::PageHead, states::answered},
    visit::use_language,
    warehouse::asks::{ListMarts, MartCard},
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// All that the start page tells; a part that its reader may not see, or that is down, is left out rather than the page.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Overview {
    me: Me,
    pub dashboards: Vec<DashboardCard>,
    pub marts: Vec<MartCard>,
    pub reports: Vec<ReportCard>,
    pub notices: Vec<Notice>,
    pub jobs: Vec<JobCard>,
}

async fn overview(me: Result<Me, Fault>) -> Result<Overview, Fault> {
    let me = me?;
    let may = me.may;
    let mut overview = Overview { me, dashboards: Vec::new(), marts: Vec::new(), reports: Vec::new(), notices: Vec::new(), jobs: Vec::new() };
    if may.browse {
        overview.dashboards = ask(ListDashboards {}).await?;
        overview.marts = ask(ListMarts {}).await.unwrap_or_default();
    }
    if may.export {
        overview.reports = ask(ListReports {}).await.unwrap_or_default();
    }
    if may.administer_jobs {
        overview.notices = ask(ListNotices {}).await.unwrap_or_default();
        overview.jobs = ask(ListJobs {}).await.unwrap_or_default();
    }
    Ok(overview)
}

#[component]
pub fn Home() -> impl IntoView {
    let language = use_language();
    let reader = use_reader();
    let overview = Resource::new(|| (), move |()| async move { overview(reader.0.await).await });
    answered(overview, "page", move |overview| {
        let me = overview.me.clone();
        let first_name = me.name.split_whitespace().next().unwrap_or_default().to_owned();
        let notices = notices(overview.notices.clone(), language);
        let body = if me.empty_house && me.may.administer_jobs && overview.jobs.is_empty() {
            steps(&me, language)
        } else {
            view! {
                <div class="home">
                    <div class="home-main">
                        {me.may.browse.then(|| dashboards(&overview, me.may.explore, language))}
                        {(!overview.marts.is_empty()).then(|| data(&overview, language))}
                    </div>
                    {(!overview.jobs.is_empty()).then(|| jobs(&overview, language))}
                    {me.may.browse.then(|| recent_reports(&overview, me.may.download(), language))}
                </div>
            }
            .into_any()
        };
        view! {
            <PageHead title=format!("{}, {first_name}", words::hello(language)) lead=me.department.get(language)/>
            {notices}
            {body}
        }
        .into_any()
    })
}
