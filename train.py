import csv
import tomllib

import branchlab

params = tomllib.load(open("params.toml", "rb"))
rows = [(float(row["area"]), float(row["price"])) for row in csv.DictReader(open("data/houses.csv"))]
train, validation = rows[::2], rows[1::2]
slope = base = 0.0

with branchlab.start_run(params) as run:
    for _ in range(params["epochs"]):
        for area, price in train:
            error = slope * area + base - price
            slope -= params["lr"] * error * area
            base -= params["lr"] * error
        squares = [(slope * area + base - price) ** 2 for area, price in validation]
        run.log(rmse=(sum(squares) / len(squares)) ** 0.5)
