/*
title = { en = "Promotions by product, store and week", es = "Promociones por producto, tienda y semana" }
description = { en = "The promotion plans with one row per product, store and week, so that joining sales to them cannot inflate sales.", es = "Los planes de promoción con una fila por producto, tienda y semana, para que unirlos a las ventas no las infle." }
department = "administration"

[[checks]]
text = { en = "Repeated (product, store, week) keys, left out", es = "Claves (producto, tienda, semana) repetidas, excluidas" }
severity = "warn"
sql = "select a.n - b.n from (select count(*) as n from lake.promotions) a cross join (select count(*) as n from this) b"

[[checks]]
text = { en = "Promotions without product, store or week", es = "Promociones sin producto, tienda o semana" }
severity = "error"
sql = "select count(*) from this where product_id is null or store_id is null or week is null"

[[checks]]
text = { en = "Promotions in stores that are not listed", es = "Promociones en tiendas que no figuran" }
severity = "warn"
sql = "select count(*) from this p left join lake.stores s on s.store_id = p.store_id where s.store_id is null"
*/
select
  product_id,
  store_id,
  week,
  -- of a repeated key the code that says most stays: '0' is none and sorts first
  max(display_location) as display_location,
  max(mailer_location) as mailer_location
from lake.promotions
group by product_id, store_id, week
