/*
title = { en = "Coupon redemptions", es = "Canjes de cupones" }
description = { en = "Each redeemed coupon with what the till took off for it: a receipt line of that household and day counts for one coupon only, the one valid for the fewest products.", es = "Cada cupón canjeado con lo que la caja descontó: cada línea de recibo de ese hogar y día cuenta para un solo cupón, el que vale para menos productos." }
department = "administration"

[[checks]]
text = { en = "Redemptions lost or doubled", es = "Canjes perdidos o duplicados" }
severity = "error"
sql = "select abs(a.n - b.n) from (select count(*) as n from this) a cross join (select count(*) as n from lake.coupon_redemptions) b"

[[checks]]
text = { en = "Redemptions for which no receipt line was found", es = "Canjes para los que no se encontró línea de recibo" }
severity = "warn"
sql = "select count(*) from this where seen_at_till = false"
*/
with redeemed as (
  select
    household_id,
    coupon_upc,
    campaign_id,
    cast(redemption_date as date) as day
  from lake.coupon_redemptions
),
candidate as (
  select
    r.household_id,
    r.coupon_upc,
    r.campaign_id,
    r.day,
    l.coupon_disc,
    row_number() over (
      partition by l.basket_id, l.product_id
      order by k.products, r.coupon_upc, r.campaign_id
    ) as place
  from redeemed r
  join warehouse.coupon k on k.coupon_upc = r.coupon_upc and k.campaign_id = r.campaign_id
  join (select distinct coupon_upc, campaign_id, product_id from lake.coupons) c
    on c.coupon_upc = r.coupon_upc and c.campaign_id = r.campaign_id
  join (select household_id, basket_id, product_id, day, coupon_disc from warehouse.sales_line where coupon_disc > 0) l
    on l.household_id = r.household_id and l.day = r.day and l.product_id = c.product_id
),
taken_off as (
  select household_id, coupon_upc, campaign_id, day, sum(coupon_disc) as amount
  from candidate
  where place = 1
  group by household_id, coupon_upc, campaign_id, day
)
select
  r.household_id,
  r.coupon_upc,
  r.campaign_id,
  r.day,
  coalesce(k.department, 'UNKNOWN') as department,
  k.products,
  t.amount,
  t.amount is not null as seen_at_till
from redeemed r
left join warehouse.coupon k on k.coupon_upc = r.coupon_upc and k.campaign_id = r.campaign_id
left join taken_off t
  on t.household_id = r.household_id and t.coupon_upc = r.coupon_upc and t.campaign_id = r.campaign_id and t.day = r.day
