/*
title = { en = "Products", es = "Productos" }
description = { en = "The product catalogue; gaps say UNKNOWN.", es = "El catálogo de productos; los huecos dicen UNKNOWN." }
department = "administration"

[[checks]]
text = { en = "Products listed more than once", es = "Productos repetidos" }
severity = "error"
sql = "select count(*) - count(distinct product_id) from this"

[[checks]]
text = { en = "Products without a category", es = "Productos sin categoría" }
severity = "warn"
sql = "select count(*) from this where product_category = 'UNKNOWN'"
*/
select
  product_id,
  manufacturer_id,
  coalesce(department, 'UNKNOWN') as department,
  coalesce(product_category, 'UNKNOWN') as product_category,
  coalesce(product_type, 'UNKNOWN') as product_type,
  coalesce(brand, 'UNKNOWN') as brand,
  package_size
from lake.products
