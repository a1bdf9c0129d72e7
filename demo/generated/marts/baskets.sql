/*
title = { en = "Orders in detail", es = "Pedidos en detalle" }
description = { en = "Every line of every order.", es = "Cada línea de cada pedido." }
department = "sales"
date_column = "day"

[measures.sales]
sql = "sum(sales_value)"
label = { en = "Sales", es = "Ventas" }
description = { en = "What customers paid.", es = "Lo que pagaron los clientes." }
unit = "money:USD"

[measures.baskets]
sql = "count(distinct basket_id)"
label = { en = "Orders", es = "Pedidos" }
description = { en = "Different orders.", es = "Pedidos distintos." }
unit = { en = "orders", es = "pedidos" }

[measures.average_basket]
sql = "sum(sales_value) / nullif(count(distinct basket_id), 0)"
label = { en = "Average order", es = "Pedido medio" }
description = { en = "Sales per order.", es = "Ventas por pedido." }
unit = "money:USD"

[measures.units]
sql = "sum(quantity)"
label = { en = "Units", es = "Unidades" }
description = { en = "Pieces ordered.", es = "Piezas pedidas." }
unit = { en = "units", es = "unidades" }

[measures.customers]
sql = "count(distinct household_id)"
label = { en = "Customers", es = "Clientes" }
description = { en = "Different customers that ordered.", es = "Clientes distintos que pidieron." }
unit = { en = "customers", es = "clientes" }

[measures.discount]
sql = "sum(retail_disc)"
label = { en = "Discount", es = "Descuento" }
description = { en = "What was given away.", es = "Lo que se cedió." }
unit = "money:USD"

[measures.discount_share]
sql = "sum(retail_disc) / nullif(sum(sales_value + retail_disc), 0)"
label = { en = "Discount share", es = "Proporción de descuento" }
description = { en = "Discount as a share of sales before discount.", es = "Descuento sobre las ventas antes de descuento." }
unit = "percent"

[measures.return_rate]
sql = "avg(case when returned then 1.0 else 0.0 end)"
label = { en = "Return rate", es = "Tasa de devolución" }
description = { en = "Share of lines sent back.", es = "Proporción de líneas devueltas." }
unit = "percent"

[columns.household_id]
label = { en = "Customer", es = "Cliente" }
description = { en = "Number of the customer.", es = "Número del cliente." }

[columns.basket_id]
label = { en = "Order", es = "Pedido" }
description = { en = "Number of the order.", es = "Número del pedido." }

[columns.product_id]
label = { en = "Product number", es = "Número de producto" }
description = { en = "Number of the product.", es = "Número del producto." }

[columns.quantity]
label = { en = "Quantity", es = "Cantidad" }
description = { en = "Pieces ordered.", es = "Piezas pedidas." }

[columns.sales_value]
label = { en = "Sales value", es = "Importe" }
description = { en = "Price after discount, in US dollars.", es = "Precio con descuento, en dólares de EE. UU." }

[columns.retail_disc]
label = { en = "Discount", es = "Descuento" }
description = { en = "Discount on the line, in US dollars.", es = "Descuento de la línea, en dólares de EE. UU." }

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

[columns.segment]
label = { en = "Segment", es = "Segmento" }
description = { en = "Trade of the customer.", es = "Ramo del cliente." }
dimension = true

[columns.department]
label = { en = "Material", es = "Material" }
description = { en = "Material of the product.", es = "Material del producto." }
dimension = true

[columns.product_category]
label = { en = "Category", es = "Categoría" }
description = { en = "Finish of the product.", es = "Acabado del producto." }
dimension = true

[columns.brand]
label = { en = "Manufacturer", es = "Fabricante" }
description = { en = "Manufacturer of the product.", es = "Fabricante del producto." }
dimension = true

[columns.ship_mode]
label = { en = "Transport", es = "Transporte" }
description = { en = "How the line was sent.", es = "Cómo se envió la línea." }
dimension = true

[columns.returned]
label = { en = "Returned", es = "Devuelta" }
description = { en = "Whether the customer sent the line back.", es = "Si el cliente devolvió la línea." }
dimension = true

[[checks]]
text = { en = "Sales differ from the order lines", es = "Las ventas difieren de las líneas de pedido" }
severity = "error"
sql = "select count(*) from (select sum(sales_value) as total from this) a cross join (select sum(sales_value) as total from warehouse.order_line) b where abs(a.total - b.total) > 0.05"
*/
select
  household_id,
  basket_id,
  product_id,
  quantity,
  sales_value,
  retail_disc,
  day,
  region,
  nation,
  segment,
  department,
  product_category,
  brand,
  ship_mode,
  returned
from warehouse.order_line
