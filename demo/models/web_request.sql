/*
title = { en = "Web requests", es = "Peticiones web" }
description = { en = "One row per request of the web servers' logs, as the stream web archived it.", es = "Una fila por petición de los registros de los servidores web, tal como la archivó el flujo web." }
department = "operations"

[[checks]]
text = { en = "Requests archived more than once", es = "Peticiones archivadas más de una vez" }
severity = "error"
sql = "select count(*) - count(distinct event_id) from this"
*/
select
  _id as event_id,
  date_trunc('hour', time) as hour,
  date_trunc('day', time) as day,
  coalesce(method, '(none)') as method,
  coalesce(path, '(none)') as path,
  status,
  bytes,
  latency_ms,
  host
from lake.web_events
where not coalesce(_deleted, false)
