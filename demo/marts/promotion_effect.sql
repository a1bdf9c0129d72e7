/*
title = { en = "Promotion effect", es = "Efecto de las promociones" }
description = { en = "Every product, store and week that was promoted or sold: where it stood, whether it was in the mailer, and what it sold. Sales here add up to all sales.", es = "Cada producto, tienda y semana con promoción o ventas: dónde estaba, si salía en el folleto y lo que vendió. Las ventas de aquí suman todas las ventas." }
department = "marketing"
date_column = "day"

[measures.sales]
sql = "sum(sales)"
label = { en = "Sales", es = "Ventas" }
description = { en = "What the stores received, promoted or not.", es = "Lo que cobraron las tiendas, con o sin promoción." }
unit = "money:USD"

[measures.promoted_sales]
sql = "sum(case when promoted then sales else 0 end)"
label = { en = "Promoted sales", es = "Ventas con promoción" }
description = { en = "Sales of products while they were promoted in that store and week.", es = "Ventas de productos mientras tenían promoción en esa tienda y semana." }
unit = "money:USD"

[measures.promoted_share]
sql = "sum(case when promoted then sales else 0 end) / nullif(sum(sales), 0)"
label = { en = "Promoted share", es = "Proporción con promoción" }
description = { en = "Promoted sales as a share of all sales; stores without a promotion plan count as not promoted.", es = "Ventas con promoción sobre el total; las tiendas sin plan cuentan como sin promoción." }
unit = "percent"

[measures.placements]
sql = "sum(case when promoted then 1 else 0 end)"
label = { en = "Placements", es = "Colocaciones" }
description = { en = "Products promoted, counted once per store and week.", es = "Productos con promoción, contados una vez por tienda y semana." }
unit = { en = "placements", es = "colocaciones" }

[measures.sold_placements]
sql = "sum(case when promoted and lines > 0 then 1 else 0 end)"
label = { en = "Placements that sold", es = "Colocaciones con venta" }
description = { en = "Placements of which at least one piece was sold to these households.", es = "Colocaciones de las que se vendió al menos una pieza a estos hogares." }
unit = { en = "placements", es = "colocaciones" }

[measures.hit_rate]
sql = "sum(case when promoted and lines > 0 then 1.0 else 0.0 end) / nullif(sum(case when promoted then 1.0 else 0.0 end), 0)"
label = { en = "Hit rate", es = "Tasa de acierto" }
description = { en = "Share of placements that sold something.", es = "Proporción de colocaciones que vendieron algo." }
unit = "percent"

[measures.sales_per_placement]
sql = "sum(case when promoted then sales else 0 end) / nullif(sum(case when promoted then 1.0 else 0.0 end), 0)"
label = { en = "Sales per placement", es = "Ventas por colocación" }
description = { en = "Promoted sales divided by placements.", es = "Ventas con promoción divididas entre colocaciones." }
unit = "money:USD"

[measures.units]
sql = "sum(units)"
label = { en = "Units", es = "Unidades" }
description = { en = "Pieces sold, fuel aside.", es = "Piezas vendidas, sin combustible." }
unit = { en = "units", es = "unidades" }

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

[columns.week]
label = { en = "Week number", es = "Número de semana" }
description = { en = "Week of the chain's calendar, 1 to 53, from Monday.", es = "Semana del calendario de la cadena, de 1 a 53, desde el lunes." }
dimension = true

[columns.day]
label = { en = "Week to", es = "Semana hasta" }
description = { en = "Last day of the week on which something was sold.", es = "Último día de la semana en que se vendió algo." }
dimension = true

[columns.region]
label = { en = "Region", es = "Región" }
description = { en = "Region of the store (invented): North, South, East or West.", es = "Región de la tienda (inventada): North, South, East o West." }
dimension = true

[columns.store_id]
label = { en = "Store number", es = "Número de tienda" }
description = { en = "Number of the store.", es = "Número de la tienda." }
dimension = true

[columns.store]
label = { en = "Store", es = "Tienda" }
description = { en = "Town and number of the store.", es = "Localidad y número de la tienda." }
dimension = true

[columns.product_id]
label = { en = "Product number", es = "Número de producto" }
description = { en = "Number of the product.", es = "Número del producto." }

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

[columns.store_planned]
label = { en = "Store has a plan", es = "Tienda con plan" }
description = { en = "Whether the promotion plans cover this store (112 of 457 do).", es = "Si los planes de promoción cubren esta tienda (112 de 457)." }
dimension = true

[columns.promoted]
label = { en = "Promoted", es = "Con promoción" }
description = { en = "Whether the product was on display or in the mailer in that store and week.", es = "Si el producto estaba expuesto o en el folleto en esa tienda y semana." }
dimension = true

[columns.display]
label = { en = "Display", es = "Expositor" }
description = { en = "Where in the store it stood on display.", es = "En qué parte de la tienda estaba expuesto." }
dimension = true

[columns.mailer]
label = { en = "Mailer", es = "Folleto" }
description = { en = "Where in the weekly mailer it stood.", es = "En qué parte del folleto semanal salía." }
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
text = { en = "Sales inflated or lost by the join", es = "Ventas infladas o perdidas por la unión" }
severity = "error"
sql = "select count(*) from (select sum(sales) as total from this) a cross join (select sum(sales) as total from warehouse.product_week) b where abs(a.total - b.total) > 0.005"

[[checks]]
text = { en = "Promotions lost or doubled", es = "Promociones perdidas o duplicadas" }
severity = "error"
sql = "select abs(a.n - b.n) from (select count(*) as n from this where promoted) a cross join (select count(*) as n from warehouse.promotion_week) b"

[[checks]]
text = { en = "Rows without day or region", es = "Filas sin día o región" }
severity = "warn"
sql = "select count(*) from this where day is null or region is null"
*/
with planned_store as (
  select store_id
  from warehouse.promotion_week
  group by store_id
),
pair as (
  select
    coalesce(p.product_id, s.product_id) as product_id,
    coalesce(p.store_id, s.store_id) as store_id,
    coalesce(p.week, s.week) as week,
    p.product_id is not null as promoted,
    coalesce(p.display_location, '0') as display_location,
    coalesce(p.mailer_location, '0') as mailer_location,
    coalesce(s.lines, 0) as lines,
    coalesce(s.units, 0) as units,
    coalesce(s.sales, 0) as sales,
    coalesce(s.discount, 0) as discount
  from warehouse.product_week s
  full outer join warehouse.promotion_week p
    on p.product_id = s.product_id and p.store_id = s.store_id and p.week = s.week
)
-- the small tables stand on the left of each join: that is the side held in memory
select
  x.week,
  w.last_day as day,
  st.region,
  x.store_id,
  st.store,
  x.product_id,
  coalesce(g.department, 'UNKNOWN') as department,
  coalesce(g.product_category, 'UNKNOWN') as product_category,
  coalesce(g.brand, 'UNKNOWN') as brand,
  n.store_id is not null as store_planned,
  x.promoted,
  case x.display_location
    when '0' then 'None'
    when '1' then 'Store front'
    when '2' then 'Store rear'
    when '3' then 'Front end cap'
    when '4' then 'Mid-aisle end cap'
    when '5' then 'Rear end cap'
    when '6' then 'Side-aisle end cap'
    when '7' then 'In aisle'
    when '9' then 'Secondary display'
    when 'A' then 'In shelf'
    else x.display_location
  end as display,
  case x.mailer_location
    when '0' then 'None'
    when 'A' then 'Interior page feature'
    when 'C' then 'Interior page line item'
    when 'D' then 'Front page feature'
    when 'F' then 'Back page feature'
    when 'H' then 'Wrap front feature'
    when 'J' then 'Wrap interior coupon'
    when 'L' then 'Wrap back feature'
    when 'P' then 'Interior page coupon'
    when 'X' then 'Free on interior page'
    when 'Z' then 'Free on front page, back page or wrap'
    else x.mailer_location
  end as mailer,
  x.lines,
  x.units,
  x.sales,
  x.discount
from planned_store n
right join (
  warehouse.product g
  right join (
    warehouse.store st
    right join (
      warehouse.week w
      right join pair x on w.week = x.week
    ) on st.store_id = x.store_id
  ) on g.product_id = x.product_id
) on n.store_id = x.store_id
