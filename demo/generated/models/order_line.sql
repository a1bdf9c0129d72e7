/*
title = { en = "Order lines", es = "Líneas de pedido" }
description = { en = "Order lines with their order, customer and product.", es = "Líneas de pedido con su pedido, cliente y producto." }
department = "administration"

[[checks]]
text = { en = "Lines lost or doubled", es = "Líneas perdidas o duplicadas" }
severity = "error"
sql = "select abs(a.n - b.n) from (select count(*) as n from this) a cross join (select count(*) as n from lake.lineitem) b"

[[checks]]
text = { en = "Lines whose product is unknown", es = "Líneas cuyo producto se desconoce" }
severity = "warn"
sql = "select count(*) from this where department is null"

[[checks]]
text = { en = "Lines without a region", es = "Líneas sin región" }
severity = "warn"
sql = "select count(*) from this where region is null"

[[checks]]
text = { en = "Lines received before they were shipped", es = "Líneas recibidas antes de su envío" }
severity = "warn"
sql = "select count(*) from this where received_day < ship_day"
*/
select
  o.o_custkey as household_id,
  l.l_orderkey as basket_id,
  l.l_partkey as product_id,
  l.l_linenumber as line,
  l.l_quantity as quantity,
  l.l_extendedprice * (1 - l.l_discount) as sales_value,
  l.l_extendedprice * l.l_discount as retail_disc,
  o.o_orderdate as day,
  c.region,
  c.nation,
  c.segment,
  split_part(p.p_type, ' ', 3) as department,
  concat(split_part(p.p_type, ' ', 1), ' ', split_part(p.p_type, ' ', 2)) as product_category,
  p.p_mfgr as brand,
  l.l_shipmode as ship_mode,
  l.l_shipdate as ship_day,
  l.l_commitdate as promised_day,
  l.l_receiptdate as received_day,
  l.l_returnflag = 'R' as returned
from lake.lineitem l
left join lake.orders o on o.o_orderkey = l.l_orderkey
left join lake.part p on p.p_partkey = l.l_partkey
left join warehouse.customer c on c.customer_id = o.o_custkey
