/*
title = { en = "Purchases by household and day", es = "Compras por hogar y día" }
description = { en = "What each household spent on each day.", es = "Lo que cada hogar gastó cada día." }
department = "administration"

[[checks]]
text = { en = "Sales differ from the sales lines", es = "Las ventas difieren de las líneas de venta" }
severity = "error"
sql = "select count(*) from (select sum(sales) as total from this) a cross join (select sum(sales_value) as total from warehouse.sales_line) b where abs(a.total - b.total) > 0.005"
*/
select
  household_id,
  day,
  count(distinct basket_id) as baskets,
  sum(sales_value) as sales,
  sum(coupon_disc) as coupon_discount
from warehouse.sales_line
group by household_id, day
