/*
title = { en = "Discounts", es = "Descuentos" }
description = { en = "Each discount that a till gave, by kind and by who bears it, added up by day, store and category.", es = "Cada descuento que dio una caja, por tipo y por quien lo paga, sumado por día, tienda y categoría." }
department = "finance"
date_column = "day"

[measures.amount]
sql = "sum(amount)"
label = { en = "Discount", es = "Descuento" }
description = { en = "All discounts, whoever bears them.", es = "Todos los descuentos, los pague quien los pague." }
unit = "money:USD"

[measures.chain_amount]
sql = "sum(case when borne_by = 'Chain' then amount else 0 end)"
label = { en = "Borne by the chain", es = "A cargo de la cadena" }
description = { en = "Card discounts and coupon matches.", es = "Descuentos por tarjeta y cupones igualados." }
unit = "money:USD"

[measures.manufacturer_amount]
sql = "sum(case when borne_by = 'Manufacturer' then amount else 0 end)"
label = { en = "Borne by manufacturers", es = "A cargo de fabricantes" }
description = { en = "Coupons that manufacturers pay back.", es = "Cupones que los fabricantes devuelven." }
unit = "money:USD"

[measures.lines]
sql = "sum(lines)"
label = { en = "Discounted lines", es = "Líneas con descuento" }
description = { en = "Receipt lines with a discount; a line with two kinds counts twice.", es = "Líneas de recibo con descuento; una con dos tipos cuenta dos veces." }
unit = { en = "lines", es = "líneas" }

[measures.average_discount]
sql = "sum(amount) / nullif(sum(lines), 0)"
label = { en = "Average discount", es = "Descuento medio" }
description = { en = "Discount per discounted line.", es = "Descuento por línea con descuento." }
unit = "money:USD"

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

[columns.kind]
label = { en = "Kind of discount", es = "Tipo de descuento" }
description = { en = "Loyalty card, manufacturer coupon or coupon match.", es = "Tarjeta de fidelidad, cupón de fabricante o cupón igualado." }
dimension = true

[columns.borne_by]
label = { en = "Borne by", es = "A cargo de" }
description = { en = "Who pays for it: the chain or the manufacturer.", es = "Quién lo paga: la cadena o el fabricante." }
dimension = true

[columns.lines]
label = { en = "Lines", es = "Líneas" }
description = { en = "Number of receipt lines.", es = "Número de líneas de recibo." }

[columns.amount]
label = { en = "Amount", es = "Importe" }
description = { en = "Sum of the discounts, in US dollars.", es = "Suma de los descuentos, en dólares de EE. UU." }

[[checks]]
text = { en = "Discounts differ from the sales lines", es = "Los descuentos difieren de las líneas de venta" }
severity = "error"
sql = "select count(*) from (select sum(amount) as total from this) a cross join (select sum(retail_disc + coupon_disc + coupon_match_disc) as total from warehouse.sales_line) b where abs(a.total - b.total) > 0.005"
*/
with given as (
  select day, region, city, store_id, store, department, product_category, brand,
    'Loyalty card' as kind, 'Chain' as borne_by, retail_disc as amount
  from warehouse.sales_line
  where retail_disc <> 0
  union all
  select day, region, city, store_id, store, department, product_category, brand,
    'Manufacturer coupon' as kind, 'Manufacturer' as borne_by, coupon_disc as amount
  from warehouse.sales_line
  where coupon_disc <> 0
  union all
  select day, region, city, store_id, store, department, product_category, brand,
    'Coupon match' as kind, 'Chain' as borne_by, coupon_match_disc as amount
  from warehouse.sales_line
  where coupon_match_disc <> 0
)
select
  day,
  region,
  city,
  store_id,
  store,
  department,
  product_category,
  brand,
  kind,
  borne_by,
  count(*) as lines,
  sum(amount) as amount
from given
group by day, region, city, store_id, store, department, product_category, brand, kind, borne_by
