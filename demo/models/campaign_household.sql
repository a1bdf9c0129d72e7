/*
title = { en = "Campaigns by household", es = "Campañas por hogar" }
description = { en = "Each household that a campaign went to: what it spent during the campaign, in as many days before, and the coupons it redeemed.", es = "Cada hogar al que llegó una campaña: lo que gastó durante ella, en otros tantos días antes, y los cupones que canjeó." }
department = "administration"

[[checks]]
text = { en = "Recipients lost or doubled", es = "Destinatarios perdidos o duplicados" }
severity = "error"
sql = "select abs(a.n - b.n) from (select count(*) as n from this) a cross join (select count(*) as n from lake.campaigns) b"

[[checks]]
text = { en = "Redeemed coupons lost or doubled", es = "Cupones canjeados perdidos o duplicados" }
severity = "error"
sql = "select abs(a.n - b.n) from (select sum(coupons_redeemed) as n from this) a cross join (select count(*) as n from lake.coupon_redemptions) b"
*/
with spent as (
  select
    c.campaign_id,
    c.household_id,
    sum(case when h.day - k.covered_from >= 0 then h.sales else 0 end) as sales_during,
    sum(case when h.day - k.covered_from >= 0 then h.baskets else 0 end) as baskets_during,
    sum(case when h.day - k.covered_from < 0 then h.sales else 0 end) as sales_before
  from lake.campaigns c
  join warehouse.campaign k on k.campaign_id = c.campaign_id
  join warehouse.household_day h
    on h.household_id = c.household_id
    and h.day - k.covered_from >= -k.days
    and h.day - k.covered_from < k.days
  group by c.campaign_id, c.household_id
),
redeemed as (
  select campaign_id, household_id, count(*) as coupons, sum(amount) as coupon_amount
  from warehouse.redemption
  group by campaign_id, household_id
)
select
  c.campaign_id,
  k.campaign_type,
  k.start_day,
  k.end_day,
  k.covered_to as until_day,
  k.days,
  c.household_id,
  coalesce(s.sales_during, 0) as sales_during,
  coalesce(s.baskets_during, 0) as baskets_during,
  case when k.has_before then coalesce(s.sales_before, 0) end as sales_before,
  coalesce(r.coupons, 0) as coupons_redeemed,
  r.coupon_amount
from lake.campaigns c
join warehouse.campaign k on k.campaign_id = c.campaign_id
left join spent s on s.campaign_id = c.campaign_id and s.household_id = c.household_id
left join redeemed r on r.campaign_id = c.campaign_id and r.household_id = c.household_id
