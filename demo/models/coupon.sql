/*
title = { en = "Coupons", es = "Cupones" }
description = { en = "One row per coupon and campaign: how many products it is valid for, and the department of most of them.", es = "Una fila por cupón y campaña: para cuántos productos vale y la sección de la mayoría." }
department = "administration"

[[checks]]
text = { en = "Repeated rows in the coupon list, left out", es = "Filas repetidas en la lista de cupones, excluidas" }
severity = "warn"
sql = "select a.n - b.n from (select count(*) as n from lake.coupons) a cross join (select sum(products) as n from this) b"

[[checks]]
text = { en = "Coupon rows whose product is unknown", es = "Filas de cupón cuyo producto se desconoce" }
severity = "warn"
sql = "select count(*) from lake.coupons c left join warehouse.product p on p.product_id = c.product_id where p.product_id is null"
*/
with product_of_coupon as (
  select distinct coupon_upc, campaign_id, product_id
  from lake.coupons
),
by_department as (
  select
    c.coupon_upc,
    c.campaign_id,
    coalesce(p.department, 'UNKNOWN') as department,
    count(*) as products
  from product_of_coupon c
  left join warehouse.product p on p.product_id = c.product_id
  group by c.coupon_upc, c.campaign_id, coalesce(p.department, 'UNKNOWN')
)
select
  coupon_upc,
  campaign_id,
  department,
  products
from (
  select
    coupon_upc,
    campaign_id,
    department,
    sum(products) over (partition by coupon_upc, campaign_id) as products,
    row_number() over (partition by coupon_upc, campaign_id order by products desc, department) as place
  from by_department
) placed
where place = 1
