/*
title = { en = "Sales by day", es = "Ventas por día" }
description = { en = "Sales added up by day, store, department, category and brand: quick to draw, without baskets or households.", es = "Ventas sumadas por día, tienda, sección, categoría y marca: rápido de dibujar, sin cestas ni hogares." }
department = "sales"
date_column = "day"

[measures.sales]
sql = "sum(sales)"
label = { en = "Sales", es = "Ventas" }
description = { en = "What the stores received.", es = "Lo que cobraron las tiendas." }
unit = "money:USD"

[measures.units]
sql = "sum(units)"
label = { en = "Units", es = "Unidades" }
description = { en = "Pieces sold, fuel aside.", es = "Piezas vendidas, sin combustible." }
unit = { en = "units", es = "unidades" }

[measures.lines]
sql = "sum(lines)"
label = { en = "Lines", es = "Líneas" }
description = { en = "Receipt lines.", es = "Líneas de recibo." }
unit = { en = "lines", es = "líneas" }

[measures.discount]
sql = "sum(discount)"
label = { en = "Discount", es = "Descuento" }
description = { en = "Card discount and coupon match: what the chain gave away.", es = "Descuento por tarjeta y cupón igualado: lo que cedió la cadena." }
unit = "money:USD"

[measures.discount_share]
sql = "sum(discount) / nullif(sum(sales + discount), 0)"
label = { en = "Discount share", es = "Proporción de descuento" }
description = { en = "Discount as a share of sales before discount.", es = "Descuento sobre las ventas antes de descuento." }
unit = "percent"

[measures.sales_per_day]
sql = "sum(sales) / nullif(count(distinct day), 0)"
label = { en = "Sales per day", es = "Ventas por día" }
description = { en = "Sales divided by the days on which something was sold.", es = "Ventas divididas entre los días con ventas." }
unit = "money:USD"

[measures.private_share]
sql = "sum(case when brand = 'Private' then sales else 0 end) / nullif(sum(sales), 0)"
label = { en = "Own-brand share", es = "Proporción de marca propia" }
description = { en = "Sales of the chain's own brand as a share of all sales.", es = "Ventas de la marca propia sobre el total." }
unit = "percent"

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

[columns.store_id]
label = { en = "Store number", es = "Número de tienda" }
description = { en = "Number of the store.", es = "Número de la tienda." }
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

[columns.brand]
label = { en = "Brand", es = "Marca" }
description = { en = "National: a manufacturer's brand. Private: the chain's own.", es = "National: marca del fabricante. Private: marca propia de la cadena." }
dimension = true

[columns.lines]
label = { en = "Lines", es = "Líneas" }
description = { en = "Number of receipt lines.", es = "Número de líneas de recibo." }

[columns.units]
label = { en = "Units", es = "Unidades" }
description = { en = "Pieces sold; empty for fuel, whose quantity is a volume.", es = "Piezas vendidas; vacío en combustible, cuya cantidad es un volumen." }

[columns.sales]
label = { en = "Sales", es = "Ventas" }
description = { en = "Sum of sales value, in US dollars.", es = "Suma de importes, en dólares de EE. UU." }

[columns.discount]
label = { en = "Discount", es = "Descuento" }
description = { en = "Card discount and coupon match, borne by the chain, in US dollars.", es = "Descuento por tarjeta y cupón igualado, a cargo de la cadena, en dólares de EE. UU." }

[[checks]]
text = { en = "Sales differ from the sales lines", es = "Las ventas difieren de las líneas de venta" }
severity = "error"
sql = "select count(*) from (select sum(sales) as total from this) a cross join (select sum(sales_value) as total from warehouse.sales_line) b where abs(a.total - b.total) > 0.005"
*/
select
  day,
  region,
  city,
  store_id,
  store,
  department,
  product_category,
  brand,
  count(*) as lines,
  sum(units) as units,
  sum(sales_value) as sales,
  sum(retail_disc + coupon_match_disc) as discount
from warehouse.sales_line
group by day, region, city, store_id, store, department, product_category, brand
