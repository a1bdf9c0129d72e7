/*
title = { en = "Web requests by hour", es = "Peticiones web por hora" }
description = { en = "Requests, errors and bytes of the web servers by hour, path and status; latency and host where the log carries them.", es = "Peticiones, errores y bytes de los servidores web por hora, ruta y estado; latencia y servidor cuando el registro los lleva." }
department = "operations"
date_column = "day"

[measures.requests]
sql = "sum(requests)"
label = { en = "Requests", es = "Peticiones" }
description = { en = "Answered requests.", es = "Peticiones respondidas." }
unit = { en = "requests", es = "peticiones" }

[measures.errors]
sql = "sum(errors)"
label = { en = "Errors", es = "Errores" }
description = { en = "Answers of status 400 and above.", es = "Respuestas con estado 400 o superior." }
unit = { en = "errors", es = "errores" }

[measures.error_share]
sql = "sum(errors) * 1.0 / nullif(sum(requests), 0)"
label = { en = "Error share", es = "Proporción de errores" }
description = { en = "Errors as a share of all requests.", es = "Errores sobre el total de peticiones." }
unit = "percent"

[measures.bytes]
sql = "sum(bytes)"
label = { en = "Bytes sent", es = "Bytes enviados" }
description = { en = "Bytes of the answers, headers aside.", es = "Bytes de las respuestas, sin cabeceras." }
unit = { en = "bytes", es = "bytes" }

[measures.mean_latency]
sql = "sum(latency_total_ms) / nullif(sum(timed), 0)"
label = { en = "Mean latency", es = "Latencia media" }
description = { en = "Milliseconds to answer, over the requests whose log says it.", es = "Milisegundos hasta responder, sobre las peticiones cuyo registro lo dice." }
unit = { en = "ms", es = "ms" }

[columns.hour]
label = { en = "Hour", es = "Hora" }
description = { en = "Hour of the request, UTC.", es = "Hora de la petición, UTC." }
dimension = true

[columns.day]
label = { en = "Day", es = "Día" }
description = { en = "Day of the request, UTC.", es = "Día de la petición, UTC." }
dimension = true

[columns.path]
label = { en = "Path", es = "Ruta" }
description = { en = "What was asked for, without the query.", es = "Lo que se pidió, sin la consulta." }
dimension = true

[columns.method]
label = { en = "Method", es = "Método" }
description = { en = "GET, POST, …", es = "GET, POST, …" }
dimension = true

[columns.status]
label = { en = "Status", es = "Estado" }
description = { en = "HTTP status of the answer.", es = "Estado HTTP de la respuesta." }
dimension = true

[columns.status_class]
label = { en = "Status class", es = "Clase de estado" }
description = { en = "2xx, 3xx, 4xx or 5xx.", es = "2xx, 3xx, 4xx o 5xx." }
dimension = true

[columns.host]
label = { en = "Host", es = "Servidor" }
description = { en = "The server that answered, where the log says it.", es = "El servidor que respondió, cuando el registro lo dice." }
dimension = true
*/
select
  hour,
  cast(day as date) as day,
  path,
  method,
  status,
  concat(cast(status / 100 as varchar), 'xx') as status_class,
  host,
  count(*) as requests,
  sum(case when status >= 400 then 1 else 0 end) as errors,
  sum(coalesce(bytes, 0)) as bytes,
  sum(latency_ms) as latency_total_ms,
  count(latency_ms) as timed
from warehouse.web_request
group by hour, day, path, method, status, host
