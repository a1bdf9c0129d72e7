/*
title = { en = "Campaign performance", es = "Resultado de campañas" }
description = { en = "One row per campaign and household it went to: spending during the campaign, in as many days before, and coupons redeemed.", es = "Una fila por campaña y hogar al que llegó: gasto durante la campaña, en otros tantos días antes, y cupones canjeados." }
department = "marketing"
date_column = "until_day"

[measures.recipients]
sql = "count(*)"
label = { en = "Recipients", es = "Destinatarios" }
description = { en = "Households reached; one that got two campaigns counts twice.", es = "Hogares alcanzados; uno con dos campañas cuenta dos veces." }
unit = { en = "households", es = "hogares" }

[measures.households]
sql = "count(distinct household_id)"
label = { en = "Households", es = "Hogares" }
description = { en = "Different households reached.", es = "Hogares distintos alcanzados." }
unit = { en = "households", es = "hogares" }

[measures.campaigns]
sql = "count(distinct campaign_id)"
label = { en = "Campaigns", es = "Campañas" }
description = { en = "Different campaigns.", es = "Campañas distintas." }
unit = { en = "campaigns", es = "campañas" }

[measures.responders]
sql = "sum(case when responded then 1 else 0 end)"
label = { en = "Responders", es = "Hogares que respondieron" }
description = { en = "Recipients that redeemed at least one coupon.", es = "Destinatarios que canjearon al menos un cupón." }
unit = { en = "households", es = "hogares" }

[measures.response_rate]
sql = "sum(case when responded then 1.0 else 0.0 end) / nullif(count(*), 0)"
label = { en = "Response rate", es = "Tasa de respuesta" }
description = { en = "Share of recipients that redeemed at least one coupon.", es = "Proporción de destinatarios que canjearon al menos un cupón." }
unit = "percent"

[measures.coupons]
sql = "sum(coupons_redeemed)"
label = { en = "Coupons redeemed", es = "Cupones canjeados" }
description = { en = "Coupons of the campaign that its recipients redeemed.", es = "Cupones de la campaña que canjearon sus destinatarios." }
unit = { en = "coupons", es = "cupones" }

[measures.sales_during]
sql = "sum(sales_during)"
label = { en = "Sales during", es = "Ventas durante" }
description = { en = "What the recipients spent during the campaign, on anything.", es = "Lo que los destinatarios gastaron durante la campaña, en lo que fuera." }
unit = "money:USD"

[measures.sales_per_recipient]
sql = "sum(sales_during) / nullif(count(*), 0)"
label = { en = "Sales per recipient", es = "Ventas por destinatario" }
description = { en = "Sales during the campaign divided by recipients.", es = "Ventas durante la campaña divididas entre destinatarios." }
unit = "money:USD"

[measures.uplift]
sql = "sum(case when sales_before is not null then sales_during - sales_before else 0 end) / nullif(sum(sales_before), 0)"
label = { en = "Change in spending", es = "Cambio del gasto" }
description = { en = "Spending during the campaign against as many days before it; campaigns that start too early for that are left out. A change, not proof of a cause.", es = "Gasto durante la campaña frente a otros tantos días antes; quedan fuera las que empiezan demasiado pronto. Un cambio, no prueba de causa." }
unit = "percent"

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

[columns.start_day]
label = { en = "Start", es = "Inicio" }
description = { en = "First day of the campaign.", es = "Primer día de la campaña." }
dimension = true

[columns.end_day]
label = { en = "End", es = "Fin" }
description = { en = "Last day of the campaign.", es = "Último día de la campaña." }

[columns.until_day]
label = { en = "Until", es = "Hasta" }
description = { en = "Last day of the campaign, or of the tills' data while it still runs.", es = "Último día de la campaña, o de los datos de caja mientras dura." }
dimension = true

[columns.days]
label = { en = "Days", es = "Días" }
description = { en = "Days of the campaign that the tills cover.", es = "Días de la campaña que cubren las cajas." }

[columns.household_id]
label = { en = "Household", es = "Hogar" }
description = { en = "Number of the household that the campaign went to.", es = "Número del hogar al que llegó la campaña." }

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

[columns.sales_during]
label = { en = "Sales during", es = "Ventas durante" }
description = { en = "What the household spent during the campaign, in US dollars.", es = "Lo que el hogar gastó durante la campaña, en dólares de EE. UU." }

[columns.sales_before]
label = { en = "Sales before", es = "Ventas antes" }
description = { en = "What it spent in as many days before; empty where the tills do not reach back.", es = "Lo que gastó en otros tantos días antes; vacío si las cajas no llegan tan atrás." }

[columns.baskets_during]
label = { en = "Baskets during", es = "Cestas durante" }
description = { en = "Purchases during the campaign.", es = "Compras durante la campaña." }

[columns.coupons_redeemed]
label = { en = "Coupons redeemed", es = "Cupones canjeados" }
description = { en = "Coupons of this campaign that the household redeemed.", es = "Cupones de esta campaña que canjeó el hogar." }

[columns.responded]
label = { en = "Responded", es = "Respondió" }
description = { en = "Whether the household redeemed at least one coupon of this campaign.", es = "Si el hogar canjeó al menos un cupón de esta campaña." }
dimension = true

[columns.coupon_amount]
label = { en = "Taken off", es = "Descontado" }
description = { en = "What the tills took off for these coupons, where the line was found, in US dollars.", es = "Lo que las cajas descontaron por estos cupones, si se halló la línea, en dólares de EE. UU." }

[[checks]]
text = { en = "Recipients lost or doubled", es = "Destinatarios perdidos o duplicados" }
severity = "error"
sql = "select abs(a.n - b.n) from (select count(*) as n from this) a cross join (select count(*) as n from warehouse.campaign_household) b"

[[checks]]
text = { en = "Recipients of whom nothing more is known", es = "Destinatarios de los que no se sabe más" }
severity = "warn"
sql = "select count(*) from this where age = 'Unknown'"
*/
select
  c.campaign_id,
  concat('Campaign ', c.campaign_id) as campaign,
  c.campaign_type,
  c.start_day,
  c.end_day,
  c.until_day,
  c.days,
  c.household_id,
  coalesce(h.age, 'Unknown') as age,
  coalesce(h.income, 'Unknown') as income,
  coalesce(h.household_size, 'Unknown') as household_size,
  c.sales_during,
  c.sales_before,
  c.baskets_during,
  c.coupons_redeemed,
  c.coupons_redeemed > 0 as responded,
  c.coupon_amount
from warehouse.campaign_household c
left join warehouse.household h on h.household_id = c.household_id
