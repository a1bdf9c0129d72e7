/*
title = { en = "Stores", es = "Tiendas" }
description = { en = "Stores with their town and region (both invented).", es = "Tiendas con su localidad y región (ambas inventadas)." }
department = "administration"

[[checks]]
text = { en = "Stores listed more than once", es = "Tiendas repetidas" }
severity = "error"
sql = "select count(*) - count(distinct store_id) from this"

[[checks]]
text = { en = "Stores with an unknown region", es = "Tiendas con región desconocida" }
severity = "error"
sql = "select count(*) from this where region is null or region not in ('North', 'South', 'East', 'West')"
*/
select
  store_id,
  concat(city, ' ', store_id) as store,
  city,
  region
from lake.stores
