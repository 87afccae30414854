#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes passengers.csv and air.csv in this folder: the same rows every time."""
import datetime
import math
import os
import random

here = os.path.dirname(os.path.abspath(__file__))


def normal(mean, deviation):
    """Of random() alone, whose numbers are the same in every Python."""
    way = 2 * math.pi * random.random()
    return mean + deviation * math.sqrt(-2 * math.log(1 - random.random())) * math.cos(way)


def one_of(words, weights):
    at = random.random() * sum(weights)
    for word, weight in zip(words, weights):
        at -= weight
        if at < 0:
            return word
    return words[-1]


def write(name, header, rows):
    with open(os.path.join(here, name), 'w', newline='\n') as out:
        for row in [header] + rows:
            out.write(','.join(str(cell) for cell in row) + '\n')


def passenger(number):
    cabin = one_of(['first', 'second', 'third'], [2, 2, 5])
    sex = one_of(['male', 'female'], [3, 2])
    age = max(0.5, round(normal(40 if cabin == 'first' else 29, 14), 1))
    family = one_of([0, 1, 2, 3, 5], [6, 2, 1.5, 1, 0.5])
    fare = round({'first': 60, 'second': 20, 'third': 9}[cabin] * math.exp(normal(0, 0.35)), 2)
    port = one_of(['Southampton', 'Cherbourg', 'Queenstown'], [6, 2, 1])
    luck = {'first': 0.9, 'second': 0, 'third': -0.9}[cabin] + (1.6 if sex == 'female' else -1.3)
    luck += (1.8 if age < 12 else 0) - 0.35 * family + 0.2
    saved = 'yes' if random.random() < 1 / (1 + math.exp(-1.6 * luck)) else 'no'
    if random.random() < 0.2:
        age = ''
    if random.random() < 0.01:
        port = ''
    return [number, cabin, sex, age, family, fare, port, saved]


def day_of(number, before):
    day = datetime.date(2022, 1, 1) + datetime.timedelta(number)
    season = math.cos(2 * math.pi * (number - 200) / 365.25)
    temperature = normal(11 + 9 * season, 3.5)
    sun = max(0.0, normal(150 + 110 * season + 6 * (temperature - 11 - 9 * season), 45))
    wind = abs(normal(3.2, 1.4))
    weather = 'clear' if sun > 190 + 60 * season else 'rain' if random.random() < 0.35 else 'cloudy'
    ozone = 38 + 0.11 * sun + 1.3 * max(0, temperature - 12) - 3.2 * (wind - 3) + 0.25 * (before - 60)
    ozone += -9 if weather == 'rain' else 0
    ozone += 4 if day.weekday() >= 5 else 0
    ozone = max(2.0, normal(ozone, 4.5))
    cells = [f'{sun:.0f}', f'{wind:.1f}', f'{temperature:.1f}', weather]
    if random.random() < 0.08:
        cells[0] = 'NA'
    if random.random() < 0.02:
        cells[1] = 'NA'
    if random.random() < 0.03:
        cells[3] = 'NA'
    return ozone, [day.isoformat()] + cells + ['NA' if random.random() < 0.05 else f'{ozone:.1f}']


random.seed(1912)
write('passengers.csv', ['id', 'cabin', 'sex', 'age', 'family', 'fare', 'port', 'saved'],
      [passenger(k + 1) for k in range(700)])

random.seed(1997)
days, ozone = [], 60
for k in range(730):
    ozone, cells = day_of(k, ozone)
    days.append(cells)
write('air.csv', ['date', 'sun', 'wind', 'temperature', 'weather', 'ozone'], days)
