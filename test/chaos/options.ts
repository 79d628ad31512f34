import { parseArgs } from 'node:util';
import { NORMAL, SHORT } from './case.js';
import type { ChaosCase, Size } from './case.js';

export const USAGE = `npm run chaos -- [options]

  --list             says what the cases are
  --only NAME        runs this case; can be given several times
  --short            runs the short form of what "npm test" runs
  --seed N           draws other traffic and other faults (default: 1)
  --kills N          so many kills in cases that kill the service
  --broker-faults N  so many faults in cases that harm the broker
  --rounds N         so many faults in the other cases
  --keep             keeps logs and data also of cases that are good
  --docs             writes the cases and the figures of this run into docs/chaos.md`;

export interface Options {
  readonly list: boolean;
  readonly docs: boolean;
  readonly keep: boolean;
  readonly seed: number;
  readonly size: Size;
  readonly cases: readonly ChaosCase[];
}

/** @throws Error with a sentence for the user */
export function readOptions(argv: readonly string[], all: readonly ChaosCase[]): Options {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  const { values } = parseArgs({
    args: [...argv],
    options: {
      ...{ list: flag, short: flag, docs: flag, keep: flag, seed: text, only: { ...text, multiple: true } },
      ...{ kills: text, 'broker-faults': text, rounds: text },
    },
  });
  const number = (name: 'seed' | 'kills' | 'broker-faults' | 'rounds', otherwise: number): number => {
    const given = values[name];
    if (given === undefined) return otherwise;
    if (!/^\d{1,9}$/.test(given)) throw new Error(`--${name} needs a whole number`);
    return Number(given);
  };
  const base = values.short ? SHORT : NORMAL;
  return {
    list: values.list,
    docs: values.docs,
    keep: values.keep,
    seed: number('seed', 1),
    size: {
      kills: number('kills', base.kills),
      brokerFaults: number('broker-faults', base.brokerFaults),
      rounds: number('rounds', base.rounds),
    },
    cases: chosen(values.only, values.short, all),
  };
}

function chosen(names: readonly string[] | undefined, short: boolean, all: readonly ChaosCase[]) {
  if (names === undefined) return short ? all.filter((each) => each.short) : all;
  return names.map((name) => {
    const found = all.find((each) => each.name === name);
    if (!found) throw new Error(`There is no case ${name}: see --list`);
    return found;
  });
}
