/*
title = { en = "Customers", es = "Clientes" }
description = { en = "Customers with their nation and region.", es = "Clientes con su nación y región." }
department = "administration"

[[checks]]
text = { en = "Customers lost or doubled", es = "Clientes perdidos o duplicados" }
severity = "error"
sql = "select abs(a.n - b.n) from (select count(*) as n from this) a cross join (select count(*) as n from lake.customer) b"
*/
select
  c.c_custkey as customer_id,
  c.c_mktsegment as segment,
  n.n_name as nation,
  r.r_name as region
from lake.region r
join lake.nation n on n.n_regionkey = r.r_regionkey
join lake.customer c on c.c_nationkey = n.n_nationkey
