/*
title = { en = "Deliveries", es = "Entregas" }
description = { en = "How long each order line took, and whether it came when promised.", es = "Cuánto tardó cada línea de pedido y si llegó cuando se prometió." }
department = "marketing"
date_column = "day"

[measures.lines]
sql = "count(*)"
label = { en = "Lines", es = "Líneas" }
description = { en = "Order lines.", es = "Líneas de pedido." }
unit = { en = "lines", es = "líneas" }

[measures.late_share]
sql = "avg(case when days_late > 0 then 1.0 else 0.0 end)"
label = { en = "Late", es = "Con retraso" }
description = { en = "Share of lines received after the promised day.", es = "Proporción de líneas recibidas tras la fecha prometida." }
unit = "percent"

[measures.days_to_ship]
sql = "avg(days_to_ship)"
label = { en = "Days to ship", es = "Días hasta el envío" }
description = { en = "Average days from order to shipment.", es = "Días de media del pedido al envío." }
unit = { en = "days", es = "días" }

[measures.return_rate]
sql = "avg(case when returned then 1.0 else 0.0 end)"
label = { en = "Return rate", es = "Tasa de devolución" }
description = { en = "Share of lines sent back.", es = "Proporción de líneas devueltas." }
unit = "percent"

[columns.basket_id]
label = { en = "Order", es = "Pedido" }
description = { en = "Number of the order.", es = "Número del pedido." }

[columns.product_id]
label = { en = "Product number", es = "Número de producto" }
description = { en = "Number of the product.", es = "Número del producto." }

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

[columns.brand]
label = { en = "Manufacturer", es = "Fabricante" }
description = { en = "Manufacturer of the product.", es = "Fabricante del producto." }
dimension = true

[columns.ship_mode]
label = { en = "Transport", es = "Transporte" }
description = { en = "How the line was sent.", es = "Cómo se envió la línea." }
dimension = true

[columns.days_to_ship]
label = { en = "Days to ship", es = "Días hasta el envío" }
description = { en = "Days from order to shipment.", es = "Días del pedido al envío." }

[columns.days_late]
label = { en = "Days late", es = "Días de retraso" }
description = { en = "Days from the promised day to receipt; negative when early.", es = "Días desde la fecha prometida hasta la recepción; negativo si llega antes." }

[columns.returned]
label = { en = "Returned", es = "Devuelta" }
description = { en = "Whether the customer sent the line back.", es = "Si el cliente devolvió la línea." }
dimension = true
*/
select
  basket_id,
  product_id,
  day,
  region,
  nation,
  segment,
  department,
  brand,
  ship_mode,
  ship_day - day as days_to_ship,
  received_day - promised_day as days_late,
  returned
from warehouse.order_line
