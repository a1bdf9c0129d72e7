/*
title = { en = "Sales lines", es = "Líneas de venta" }
description = { en = "Receipt lines with product and store; the till's UTC becomes the store's clock, on which the weeks of the source turn at midnight.", es = "Líneas de recibo con producto y tienda; la hora UTC de la caja pasa al reloj de la tienda, en el que las semanas del origen cambian a medianoche." }
department = "administration"

[[checks]]
text = { en = "Lines whose product is unknown", es = "Líneas cuyo producto se desconoce" }
severity = "warn"
sql = "select count(*) from this where product_known = false"

[[checks]]
text = { en = "Lines of quantity 0", es = "Líneas de cantidad 0" }
severity = "warn"
sql = "select count(*) from this where quantity = 0"

[[checks]]
text = { en = "Lines whose store has no region", es = "Líneas cuya tienda no tiene región" }
severity = "warn"
sql = "select count(*) from this where region is null"

[[checks]]
text = { en = "Lines lost or doubled against the tills", es = "Líneas perdidas o duplicadas respecto a las cajas" }
severity = "error"
sql = "select abs(a.n - b.n) from (select count(*) as n from this) a cross join (select count(*) as n from lake.transactions) b"

[[checks]]
text = { en = "Sales differ from the tills", es = "Las ventas difieren de las cajas" }
severity = "error"
sql = "select count(*) from (select sum(sales_value) as total from this) a cross join (select sum(sales_value) as total from lake.transactions) b where abs(a.total - b.total) > 0.005"

[[checks]]
text = { en = "Days that fall into two weeks (wrong clock)", es = "Días que caen en dos semanas (reloj equivocado)" }
severity = "error"
sql = "select count(*) from (select day from this group by day having count(distinct week) > 1) d"
*/
with line as (
  select
    household_id,
    store_id,
    basket_id,
    product_id,
    quantity,
    sales_value,
    retail_disc,
    coupon_disc,
    coupon_match_disc,
    week,
    transaction_timestamp,
    to_local_time(transaction_timestamp at time zone 'UTC' at time zone 'America/New_York') as purchased_at
  from lake.transactions
)
select
  l.household_id,
  l.store_id,
  l.basket_id,
  l.product_id,
  l.quantity,
  -- the quantity of fuel is a volume: adding it to pieces would drown them
  case when p.product_type like 'GASOLINE%' or p.department = 'FUEL' then null else l.quantity end as units,
  l.sales_value,
  l.retail_disc,
  l.coupon_disc,
  l.coupon_match_disc,
  l.week,
  l.transaction_timestamp,
  l.purchased_at,
  cast(l.purchased_at as date) as day,
  s.store,
  s.city,
  s.region,
  coalesce(p.department, 'UNKNOWN') as department,
  coalesce(p.product_category, 'UNKNOWN') as product_category,
  coalesce(p.product_type, 'UNKNOWN') as product_type,
  coalesce(p.brand, 'UNKNOWN') as brand,
  p.product_id is not null as product_known
from line l
left join warehouse.product p on p.product_id = l.product_id
left join warehouse.store s on s.store_id = l.store_id
