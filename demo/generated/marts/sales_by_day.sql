/*
title = { en = "Sales by day", es = "Ventas por día" }
description = { en = "Sales added up by day, nation, material and manufacturer.", es = "Ventas sumadas por día, nación, material y fabricante." }
department = "finance"
date_column = "day"

[measures.sales]
sql = "sum(sales)"
label = { en = "Sales", es = "Ventas" }
description = { en = "What customers paid.", es = "Lo que pagaron los clientes." }
unit = "money:USD"

[measures.units]
sql = "sum(units)"
label = { en = "Units", es = "Unidades" }
description = { en = "Pieces ordered.", es = "Piezas pedidas." }
unit = { en = "units", es = "unidades" }

[measures.lines]
sql = "sum(lines)"
label = { en = "Lines", es = "Líneas" }
description = { en = "Order lines.", es = "Líneas de pedido." }
unit = { en = "lines", es = "líneas" }

[measures.discount]
sql = "sum(discount)"
label = { en = "Discount", es = "Descuento" }
description = { en = "What was given away.", es = "Lo que se cedió." }
unit = "money:USD"

[measures.discount_share]
sql = "sum(discount) / nullif(sum(sales + discount), 0)"
label = { en = "Discount share", es = "Proporción de descuento" }
description = { en = "Discount as a share of sales before discount.", es = "Descuento sobre las ventas antes de descuento." }
unit = "percent"

[columns.day]
label = { en = "Day", es = "Día" }
description = { en = "Day of the order.", es = "Día del pedido." }
dimension = true

[columns.region]
label = { en = "Region", es = "Región" }
description = { en = "Region of the customer.", es = "Región del cliente." }
dimension = true

[columns.nation]
label = { en = "Nation", es = "Nación" }
description = { en = "Nation of the customer.", es = "Nación del cliente." }
dimension = true

[columns.department]
label = { en = "Material", es = "Material" }
description = { en = "Material of the product.", es = "Material del producto." }
dimension = true

[columns.brand]
label = { en = "Manufacturer", es = "Fabricante" }
description = { en = "Manufacturer of the product.", es = "Fabricante del producto." }
dimension = true

[columns.lines]
label = { en = "Lines", es = "Líneas" }
description = { en = "Number of order lines.", es = "Número de líneas de pedido." }

[columns.units]
label = { en = "Units", es = "Unidades" }
description = { en = "Pieces ordered.", es = "Piezas pedidas." }

[columns.sales]
label = { en = "Sales", es = "Ventas" }
description = { en = "Sum of sales value, in US dollars.", es = "Suma de importes, en dólares de EE. UU." }

[columns.discount]
label = { en = "Discount", es = "Descuento" }
description = { en = "Sum of discounts, in US dollars.", es = "Suma de descuentos, en dólares de EE. UU." }

[[checks]]
text = { en = "Sales differ from the order lines", es = "Las ventas difieren de las líneas de pedido" }
severity = "error"
sql = "select count(*) from (select sum(sales) as total from this) a cross join (select sum(sales_value) as total from warehouse.order_line) b where abs(a.total - b.total) > 0.05"
*/
select
  day,
  region,
  nation,
  department,
  brand,
  count(*) as lines,
  sum(quantity) as units,
  sum(sales_value) as sales,
  sum(retail_disc) as discount
from warehouse.order_line
group by day, region, nation, department, brand
