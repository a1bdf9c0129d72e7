/*
title = { en = "Households", es = "Hogares" }
description = { en = "What is known of the households that answered; those that did not are absent.", es = "Lo que se sabe de los hogares que respondieron; los demás no figuran." }
department = "administration"

[[checks]]
text = { en = "Households listed more than once", es = "Hogares repetidos" }
severity = "error"
sql = "select count(*) - count(distinct household_id) from this"
*/
select
  household_id,
  age,
  income,
  home_ownership,
  marital_status,
  household_size,
  household_comp,
  kids_count
from lake.demographics
