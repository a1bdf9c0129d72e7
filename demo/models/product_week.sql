/*
title = { en = "Sales by product, store and week", es = "Ventas por producto, tienda y semana" }
description = { en = "Sales added up to the key of the promotion plans.", es = "Ventas sumadas hasta la clave de los planes de promoción." }
department = "administration"

[[checks]]
text = { en = "Sales differ from the sales lines", es = "Las ventas difieren de las líneas de venta" }
severity = "error"
sql = "select count(*) from (select sum(sales) as total from this) a cross join (select sum(sales_value) as total from warehouse.sales_line) b where abs(a.total - b.total) > 0.005"
*/
select
  product_id,
  store_id,
  week,
  count(*) as lines,
  sum(units) as units,
  sum(sales_value) as sales,
  sum(retail_disc + coupon_match_disc) as discount
from warehouse.sales_line
group by product_id, store_id, week
