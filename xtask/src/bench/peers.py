"""The same work done by well-known programs, timed inside one process: `python peers.py <work> <arguments>` prints JSON."""
import json
import sys
import time


def timed(work):
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def load(source, database):
    """DuckDB: both large tables from Parquet into a database file, one after the other."""
    import duckdb
    connection = duckdb.connect(database)
    figures = {}
    for table in ("transactions", "promotions"):
        seconds, _ = timed(lambda: connection.execute(f"create or replace table {table} as select * from read_parquet('{source}/{table}.parquet')"))
        figures[table] = {"rows": connection.execute(f"select count(*) from {table}").fetchall()[0][0], "seconds": seconds}
    connection.execute("checkpoint")
    return figures


def queries(source, database):
    """DuckDB: twelve groupings like those of the dashboard, over tables of its own with the same rows."""
    import duckdb
    connection = duckdb.connect(database)
    connection.execute(f"create or replace table b as select t.*, p.department, p.brand from read_parquet('{source}/transactions.parquet') t left join read_parquet('{source}/products.parquet') p using (product_id)")
    connection.execute(f"create or replace table sold as select product_id, store_id, week, sum(sales_value) sales from b group by all")
    connection.execute(f"create or replace table e as select coalesce(m.week, s.week) as week, display_location, mailer_location, m.product_id is not null as promoted, coalesce(s.sales, 0) as sales, p.department, p.brand from read_parquet('{source}/promotions.parquet') m full join sold s using (product_id, store_id, week) left join read_parquet('{source}/products.parquet') p using (product_id)")
    connection.close()
    twelve = [
        "select sum(sales_value) from b", "select store_id % 4, count(distinct basket_id) from b group by 1", "select date_trunc('week', transaction_timestamp), sum(sales_value) from b group by 1",
        "select department, sum(sales_value) from b group by 1", "select dayofweek(transaction_timestamp), hour(transaction_timestamp), sum(sales_value) from b group by 1, 2",
        "select store_id, sum(sales_value), sum(retail_disc) / sum(sales_value) from b group by 1 limit 500", "select sum(case when promoted then sales end) / sum(sales) from e",
        "select week, sum(sales), sum(case when promoted then sales end) from e group by 1", "select display_location, count(*), avg(case when sales > 0 then 1 else 0 end) from e where promoted group by 1",
        "select mailer_location, sum(sales) / count(*) from e where promoted group by 1", "select department, sum(sales) from e where promoted group by 1", "select brand, count(*) from e where promoted group by 1",
    ]
    cold_connection = duckdb.connect(database)
    run = lambda: [cold_connection.execute(query).fetchall() for query in twelve]
    cold, _ = timed(run)
    warm = sorted(timed(run)[0] for _ in range(5))[2]
    return {"cold_ms": cold * 1000, "warm_ms": warm * 1000}


def csv(source, output):
    """DuckDB: all transactions, joined with their products, as CSV."""
    import duckdb
    query = f"select t.*, p.department, p.product_category from read_parquet('{source}/transactions.parquet') t left join read_parquet('{source}/products.parquet') p using (product_id)"
    connection = duckdb.connect()
    seconds, _ = timed(lambda: connection.execute(f"copy ({query}) to '{output}' (header, delimiter ',')"))
    rows = connection.execute(f"select count(*) from read_parquet('{source}/transactions.parquet')").fetchall()[0][0]
    return {"rows": rows, "seconds": seconds}


def pdf(rows, output):
    """WeasyPrint: a table of eight columns over as many pages as it needs, with repeated headers."""
    import csv as reader
    import html
    import weasyprint
    with open(rows, newline="", encoding="utf-8-sig") as file:
        lines = [line[:8] for line in reader.reader(file)][:10001]
    cells = lambda line, tag: "<tr>" + "".join(f"<{tag}>{html.escape(cell)}</{tag}>" for cell in line) + "</tr>"
    body = "".join(cells(line, "td") for line in lines[1:])
    page = f"<style>@page {{ size: A4 landscape; @bottom-right {{ content: counter(page) ' / ' counter(pages) }} }} td, th {{ font-size: 8pt; padding: 1pt 4pt; text-align: left }}</style><table><thead>{cells(lines[0], 'th')}</thead><tbody>{body}</tbody></table>"
    seconds, document = timed(lambda: weasyprint.HTML(string=page).render())
    more, _ = timed(lambda: document.write_pdf(output))
    return {"rows": len(lines) - 1, "pages": len(document.pages), "seconds": seconds + more}


def stream(source, output, *ours):
    """PySpark Structured Streaming: lines of the combined format from files, parsed, counted by minute and status, the final counts written.

    Twice, because the first run compiles; then how many counts are others in each of our files (rows of windows as JSON).
    """
    import glob
    import os
    import shutil
    from pyspark.sql import SparkSession, functions as F
    java = sorted(glob.glob("/usr/lib/jvm/*/bin/java"))
    if java and "JAVA_HOME" not in os.environ:
        os.environ["JAVA_HOME"] = os.path.dirname(os.path.dirname(java[-1]))
    spark = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false").config("spark.sql.shuffle.partitions", "2").config("spark.driver.memory", "2g").getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    shutil.rmtree(output, ignore_errors=True)
    pattern = r'^(\S+) \S+ (\S+) \[([^\]]+)\] "(\S+) (\S+) [^"]*" (\d{3}) (\d+|-) "([^"]*)" "([^"]*)"'
    part = lambda number: F.regexp_extract("value", pattern, number)
    lines = spark.readStream.format("text").load(source)
    parsed = lines.select(F.to_timestamp(part(3), "dd/MMM/yyyy:HH:mm:ss Z").alias("time"), part(1).alias("client"), part(4).alias("method"), part(5).alias("path"), part(6).cast("int").alias("status"), part(7).cast("long").alias("bytes"), part(9).alias("agent"))
    counted = parsed.withWatermark("time", "10 minutes").groupBy(F.window("time", "1 minute"), "status").agg(F.count("*").alias("requests"), F.sum("bytes").alias("bytes"))

    def run(number):
        query = counted.writeStream.format("parquet").option("path", f"{output}/windows-{number}").option("checkpointLocation", f"{output}/checkpoint-{number}").outputMode("append").trigger(availableNow=True).start()
        query.awaitTermination()

    first, _ = timed(lambda: run(1))
    second, _ = timed(lambda: run(2))
    rows = spark.read.text(source).count()
    long = lambda column, name: column.cast("long").alias(name)
    theirs = spark.read.parquet(f"{output}/windows-2").select(F.unix_millis(F.col("window.start")).alias("start_ms"), long(F.col("status"), "status"), long(F.col("requests"), "requests"), long(F.col("bytes"), "bytes")).cache()

    def differing(path):
        read = spark.read.schema("start_ms long, keys array<long>, amounts array<long>").json(path)
        own = read.select("start_ms", F.col("keys")[0].alias("status"), F.col("amounts")[0].alias("requests"), F.col("amounts")[1].alias("bytes"))
        return own.exceptAll(theirs).count() + theirs.exceptAll(own).count()

    figures = {"rows": rows, "seconds": min(first, second), "first_seconds": first, "windows": theirs.count(), "differing": [differing(path) for path in ours]}
    spark.stop()
    return figures


print(json.dumps({"load": load, "queries": queries, "csv": csv, "pdf": pdf, "stream": stream}[sys.argv[1]](*sys.argv[2:])))
