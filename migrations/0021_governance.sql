-- The format of a file is a permission of its own, beside that of the thing which is downloaded. Whoever downloads today (by reports,
-- marts or streams, roles of people's own too, in the same departments) keeps every format until one is withdrawn.
insert into casbin_rule (ptype, v0, v1, v2, v3, v4)
select distinct known.ptype, known.v0, known.v1, file.kind, 'export', 'allow'
from casbin_rule known
cross join (select 'csv' as kind union all select 'json' as kind union all select 'pdf' as kind) file
where known.ptype = 'p' and known.v2 in ('report', 'mart', 'stream') and known.v3 = 'export' and known.v4 = 'allow';
