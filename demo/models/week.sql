/*
title = { en = "Weeks", es = "Semanas" }
description = { en = "The chain's week numbers with the days on which something was sold.", es = "Los números de semana de la cadena con los días en que se vendió algo." }
department = "administration"

[[checks]]
text = { en = "Weeks of more than seven days", es = "Semanas de más de siete días" }
severity = "error"
sql = "select count(*) from this where days > 7"
*/
select
  week,
  min(day) as first_day,
  max(day) as last_day,
  count(distinct day) as days
from warehouse.sales_line
group by week
