/*
title = { en = "Campaigns", es = "Campañas" }
description = { en = "Campaigns with the days of each that the tills cover, and whether they also cover as many days before it.", es = "Campañas con los días que las cajas cubren de cada una, y si también cubren otros tantos antes." }
department = "administration"
*/
with edge as (
  select min(day) as first_day, max(day) as last_day
  from warehouse.sales_line
),
covered as (
  select
    d.campaign_id,
    d.campaign_type,
    cast(d.start_date as date) as start_day,
    cast(d.end_date as date) as end_day,
    e.first_day,
    case when cast(d.start_date as date) < e.first_day then e.first_day else cast(d.start_date as date) end as covered_from,
    case when cast(d.end_date as date) > e.last_day then e.last_day else cast(d.end_date as date) end as covered_to
  from lake.campaign_descriptions d
  cross join edge e
)
select
  campaign_id,
  campaign_type,
  start_day,
  end_day,
  covered_from,
  covered_to,
  covered_to - covered_from + 1 as days,
  start_day - first_day > covered_to - covered_from as has_before
from covered
