/*
title = { en = "Coupon use", es = "Uso de cupones" }
description = { en = "One row per redeemed coupon: when, of which campaign, for what, and what the till took off.", es = "Una fila por cupón canjeado: cuándo, de qué campaña, para qué y lo que descontó la caja." }
department = "marketing"
date_column = "day"

[measures.coupons]
sql = "count(*)"
label = { en = "Coupons redeemed", es = "Cupones canjeados" }
description = { en = "Coupons that households redeemed.", es = "Cupones que canjearon los hogares." }
unit = { en = "coupons", es = "cupones" }

[measures.households]
sql = "count(distinct household_id)"
label = { en = "Households", es = "Hogares" }
description = { en = "Different households that redeemed.", es = "Hogares distintos que canjearon." }
unit = { en = "households", es = "hogares" }

[measures.different_coupons]
sql = "count(distinct coupon_upc)"
label = { en = "Different coupons", es = "Cupones distintos" }
description = { en = "Different coupons among those redeemed.", es = "Cupones distintos entre los canjeados." }
unit = { en = "coupons", es = "cupones" }

[measures.amount]
sql = "sum(amount)"
label = { en = "Taken off", es = "Descontado" }
description = { en = "What the tills took off, where the receipt line was found.", es = "Lo que descontaron las cajas, si se halló la línea de recibo." }
unit = "money:USD"

[measures.average_amount]
sql = "avg(amount)"
label = { en = "Average coupon", es = "Cupón medio" }
description = { en = "Taken off per coupon, where the receipt line was found.", es = "Descontado por cupón, si se halló la línea de recibo." }
unit = "money:USD"

[measures.found_share]
sql = "avg(case when seen_at_till then 1.0 else 0.0 end)"
label = { en = "Found at the till", es = "Hallados en caja" }
description = { en = "Share of redeemed coupons for which a receipt line was found.", es = "Proporción de cupones canjeados con línea de recibo hallada." }
unit = "percent"

[measures.average_days]
sql = "avg(days_since_start)"
label = { en = "Days to redeem", es = "Días hasta el canje" }
description = { en = "Average days from the campaign's start to redemption.", es = "Días de media desde el inicio de la campaña hasta el canje." }
unit = { en = "days", es = "días" }

[columns.day]
label = { en = "Day", es = "Día" }
description = { en = "Day of redemption.", es = "Día del canje." }
dimension = true

[columns.household_id]
label = { en = "Household", es = "Hogar" }
description = { en = "Number of the household that redeemed.", es = "Número del hogar que canjeó." }

[columns.coupon_upc]
label = { en = "Coupon number", es = "Número de cupón" }
description = { en = "Number printed on the coupon.", es = "Número impreso en el cupón." }

[columns.campaign_id]
label = { en = "Campaign", es = "Campaña" }
description = { en = "Number of the campaign.", es = "Número de la campaña." }

[columns.campaign]
label = { en = "Campaign", es = "Campaña" }
description = { en = "Number and type of the campaign.", es = "Número y tipo de la campaña." }
dimension = true

[columns.campaign_type]
label = { en = "Campaign type", es = "Tipo de campaña" }
description = { en = "Type A: coupons chosen for each household. Type B and C: the same coupons for all recipients.", es = "Tipo A: cupones elegidos para cada hogar. Tipos B y C: los mismos cupones para todos." }
dimension = true

[columns.department]
label = { en = "Product department", es = "Sección" }
description = { en = "Department of most products that the coupon is valid for.", es = "Sección de la mayoría de los productos para los que vale el cupón." }
dimension = true

[columns.products]
label = { en = "Products", es = "Productos" }
description = { en = "Number of products that the coupon is valid for.", es = "Número de productos para los que vale el cupón." }

[columns.age]
label = { en = "Age", es = "Edad" }
description = { en = "Age group of the household's main shopper; Unknown where it did not answer.", es = "Grupo de edad de quien hace la compra; Unknown si no respondió." }
dimension = true

[columns.income]
label = { en = "Income", es = "Ingresos" }
description = { en = "Yearly income group of the household, in US dollars; Unknown where it did not answer.", es = "Grupo de ingresos anuales del hogar, en dólares de EE. UU.; Unknown si no respondió." }
dimension = true

[columns.household_size]
label = { en = "Household size", es = "Tamaño del hogar" }
description = { en = "Number of people; Unknown where it did not answer.", es = "Número de personas; Unknown si no respondió." }
dimension = true

[columns.days_since_start]
label = { en = "Days since start", es = "Días desde el inicio" }
description = { en = "Days from the campaign's start to redemption.", es = "Días desde el inicio de la campaña hasta el canje." }

[columns.seen_at_till]
label = { en = "Found at the till", es = "Hallado en caja" }
description = { en = "Whether a receipt line was found for it.", es = "Si se halló una línea de recibo." }
dimension = true

[columns.amount]
label = { en = "Taken off", es = "Descontado" }
description = { en = "What the till took off, in US dollars; empty where no line was found.", es = "Lo que descontó la caja, en dólares de EE. UU.; vacío si no se halló línea." }

[[checks]]
text = { en = "Redemptions lost or doubled", es = "Canjes perdidos o duplicados" }
severity = "error"
sql = "select abs(a.n - b.n) from (select count(*) as n from this) a cross join (select count(*) as n from warehouse.redemption) b"
*/
select
  r.day,
  r.household_id,
  r.coupon_upc,
  r.campaign_id,
  concat('Campaign ', r.campaign_id) as campaign,
  c.campaign_type,
  r.department,
  r.products,
  coalesce(h.age, 'Unknown') as age,
  coalesce(h.income, 'Unknown') as income,
  coalesce(h.household_size, 'Unknown') as household_size,
  r.day - c.start_day as days_since_start,
  r.seen_at_till,
  r.amount
from warehouse.redemption r
left join warehouse.campaign c on c.campaign_id = r.campaign_id
left join warehouse.household h on h.household_id = r.household_id
