/*
title = { en = "Baskets", es = "Cestas" }
description = { en = "Every receipt line of every purchase: the finest grain there is.", es = "Cada línea de recibo de cada compra: el mayor detalle que hay." }
department = "sales"
date_column = "day"

[measures.sales]
sql = "sum(sales_value)"
label = { en = "Sales", es = "Ventas" }
description = { en = "What the stores received.", es = "Lo que cobraron las tiendas." }
unit = "money:USD"

[measures.baskets]
sql = "count(distinct basket_id)"
label = { en = "Baskets", es = "Cestas" }
description = { en = "Purchases: receipts that have at least one such line.", es = "Compras: recibos con al menos una línea así." }
unit = { en = "baskets", es = "cestas" }

[measures.average_basket]
sql = "sum(sales_value) / nullif(count(distinct basket_id), 0)"
label = { en = "Average basket", es = "Cesta media" }
description = { en = "Sales per basket.", es = "Ventas por cesta." }
unit = "money:USD"

[measures.units]
sql = "sum(units)"
label = { en = "Units", es = "Unidades" }
description = { en = "Pieces sold, fuel aside.", es = "Piezas vendidas, sin combustible." }
unit = { en = "units", es = "unidades" }

[measures.lines]
sql = "count(*)"
label = { en = "Lines", es = "Líneas" }
description = { en = "Receipt lines.", es = "Líneas de recibo." }
unit = { en = "lines", es = "líneas" }

[measures.lines_per_basket]
sql = "cast(count(*) as double) / nullif(count(distinct basket_id), 0)"
label = { en = "Lines per basket", es = "Líneas por cesta" }
description = { en = "Different products in one basket.", es = "Productos distintos por cesta." }
unit = { en = "lines", es = "líneas" }

[measures.households]
sql = "count(distinct household_id)"
label = { en = "Households", es = "Hogares" }
description = { en = "Different households that bought.", es = "Hogares distintos que compraron." }
unit = { en = "households", es = "hogares" }

[measures.discount]
sql = "sum(retail_disc + coupon_match_disc)"
label = { en = "Discount", es = "Descuento" }
description = { en = "Card discount and coupon match: what the chain gave away.", es = "Descuento por tarjeta y cupón igualado: lo que cedió la cadena." }
unit = "money:USD"

[measures.discount_share]
sql = "sum(retail_disc + coupon_match_disc) / nullif(sum(sales_value + retail_disc + coupon_match_disc), 0)"
label = { en = "Discount share", es = "Proporción de descuento" }
description = { en = "Discount as a share of sales before discount.", es = "Descuento sobre las ventas antes de descuento." }
unit = "percent"

[measures.coupon_refund]
sql = "sum(coupon_disc)"
label = { en = "Coupon refunds", es = "Reembolso de cupones" }
description = { en = "Manufacturers' coupons, paid back to the chain.", es = "Cupones de fabricantes, que estos devuelven a la cadena." }
unit = "money:USD"

[measures.private_share]
sql = "sum(case when brand = 'Private' then sales_value else 0 end) / nullif(sum(sales_value), 0)"
label = { en = "Own-brand share", es = "Proporción de marca propia" }
description = { en = "Sales of the chain's own brand as a share of all sales.", es = "Ventas de la marca propia sobre el total." }
unit = "percent"

[columns.household_id]
label = { en = "Household", es = "Hogar" }
description = { en = "Number of the household whose card was used.", es = "Número del hogar cuya tarjeta se usó." }

[columns.store_id]
label = { en = "Store number", es = "Número de tienda" }
description = { en = "Number of the store.", es = "Número de la tienda." }
dimension = true

[columns.basket_id]
label = { en = "Basket number", es = "Número de cesta" }
description = { en = "Number of the receipt: one purchase by one household.", es = "Número del recibo: una compra de un hogar." }

[columns.product_id]
label = { en = "Product number", es = "Número de producto" }
description = { en = "Number of the product.", es = "Número del producto." }

[columns.quantity]
label = { en = "Quantity", es = "Cantidad" }
description = { en = "Quantity as the till wrote it; for fuel it is a volume, 0 for corrections.", es = "Cantidad según la caja; en combustible es un volumen, 0 en correcciones." }

[columns.sales_value]
label = { en = "Sales value", es = "Importe" }
description = { en = "What the store received for the line, in US dollars.", es = "Lo que la tienda cobró por la línea, en dólares de EE. UU." }

[columns.retail_disc]
label = { en = "Card discount", es = "Descuento por tarjeta" }
description = { en = "Discount of the loyalty card, borne by the chain, in US dollars.", es = "Descuento de la tarjeta de fidelidad, a cargo de la cadena, en dólares de EE. UU." }

[columns.coupon_disc]
label = { en = "Coupon discount", es = "Descuento por cupón" }
description = { en = "Discount of manufacturers' coupons, refunded by the manufacturer, in US dollars.", es = "Descuento de cupones del fabricante, que este reembolsa, en dólares de EE. UU." }

[columns.coupon_match_disc]
label = { en = "Coupon match", es = "Cupón igualado" }
description = { en = "What the chain added to match a coupon, in US dollars.", es = "Lo que la cadena añadió para igualar un cupón, en dólares de EE. UU." }

[columns.week]
label = { en = "Week number", es = "Número de semana" }
description = { en = "Week of the chain's calendar, 1 to 53, from Monday.", es = "Semana del calendario de la cadena, de 1 a 53, desde el lunes." }
dimension = true

[columns.transaction_timestamp]
label = { en = "Till time (UTC)", es = "Hora de caja (UTC)" }
description = { en = "Moment of the purchase as the till wrote it, in UTC.", es = "Momento de la compra según la caja, en UTC." }

[columns.purchased_at]
label = { en = "Time of purchase", es = "Hora de compra" }
description = { en = "Moment of the purchase on the store's clock.", es = "Momento de la compra según el reloj de la tienda." }
dimension = true

[columns.day]
label = { en = "Day", es = "Día" }
description = { en = "Day of the purchase on the store's clock.", es = "Día de la compra según el reloj de la tienda." }
dimension = true

[columns.region]
label = { en = "Region", es = "Región" }
description = { en = "Region of the store (invented): North, South, East or West.", es = "Región de la tienda (inventada): North, South, East o West." }
dimension = true

[columns.city]
label = { en = "Town", es = "Localidad" }
description = { en = "Town of the store (invented).", es = "Localidad de la tienda (inventada)." }
dimension = true

[columns.store]
label = { en = "Store", es = "Tienda" }
description = { en = "Town and number of the store.", es = "Localidad y número de la tienda." }
dimension = true

[columns.department]
label = { en = "Product department", es = "Sección" }
description = { en = "Department of the product; UNKNOWN where the catalogue does not have it.", es = "Sección del producto; UNKNOWN si el catálogo no lo tiene." }
dimension = true

[columns.product_category]
label = { en = "Category", es = "Categoría" }
description = { en = "Category of the product; UNKNOWN where the catalogue does not say.", es = "Categoría del producto; UNKNOWN si el catálogo no lo dice." }
dimension = true

[columns.product_type]
label = { en = "Product type", es = "Tipo de producto" }
description = { en = "Type of the product; UNKNOWN where the catalogue does not say.", es = "Tipo de producto; UNKNOWN si el catálogo no lo dice." }
dimension = true

[columns.brand]
label = { en = "Brand", es = "Marca" }
description = { en = "National: a manufacturer's brand. Private: the chain's own.", es = "National: marca del fabricante. Private: marca propia de la cadena." }
dimension = true

[columns.units]
label = { en = "Units", es = "Unidades" }
description = { en = "Pieces sold; empty for fuel, whose quantity is a volume.", es = "Piezas vendidas; vacío en combustible, cuya cantidad es un volumen." }

[columns.product_known]
label = { en = "In the catalogue", es = "En el catálogo" }
description = { en = "Whether the product catalogue has this product.", es = "Si el catálogo de productos tiene este producto." }
dimension = true

[[checks]]
text = { en = "Lines lost or doubled", es = "Líneas perdidas o duplicadas" }
severity = "error"
sql = "select abs(a.n - b.n) from (select count(*) as n from this) a cross join (select count(*) as n from warehouse.sales_line) b"

[[checks]]
text = { en = "Sales differ from the sales lines", es = "Las ventas difieren de las líneas de venta" }
severity = "error"
sql = "select count(*) from (select sum(sales_value) as total from this) a cross join (select sum(sales_value) as total from warehouse.sales_line) b where abs(a.total - b.total) > 0.005"
*/
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
  purchased_at,
  day,
  region,
  city,
  store,
  department,
  product_category,
  product_type,
  brand,
  units,
  product_known
from warehouse.sales_line
