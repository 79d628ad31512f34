import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { allSettings } from '../../src/config/settings.js';
import { describeSettings } from '../../src/config/describe-settings.js';
import { METRICS } from '../../src/metrics/metric-definitions.js';
import { PROFILES } from '../../src/profiles/profiles.js';
import { isInput, nameOf } from '../../src/profiles/profile.js';
import type { ProjectedField } from '../../src/profiles/profile.js';
import { commandFault, isCommandLine } from './command-line.js';
import { sectionOf } from './guide.js';
import { codeOf, definitionsOf, hasTest, inlineTargetsOf, labelsOf, targetFault } from './page-links.js';
import { cellsOf, figuresOf, STATES, systemsOf } from './promise-table.js';

const url = new URL('../../docs/promises.md', import.meta.url);
const page = { url, text: readFileSync(url, 'utf8') };
const systems = systemsOf(page.text);
const rows = systems.flatMap((system) => system.rows);
const definitions = definitionsOf(page);
const uses = labelsOf(page.text);

/** The names of the fields that rows such as "Output field `ip`" promise, in the alphabet's order. */
const promisedFields = (letter: string, kind: string): string[] =>
  systems
    .find((system) => system.letter === letter)!
    .rows.filter(({ promised }) => promised.startsWith(`${kind} field \``))
    .map(({ promised }) => codeOf(promised)[0])
    .sort();

const ownFields = (fields: readonly ProjectedField[]): string[] =>
  fields.flatMap((field) => (isInput(field) ? [] : [nameOf(field)])).sort();

describe('the table of promises', () => {
  it('has a section for each profile that does what an earlier system did', () => {
    expect(systems.map(({ letter }) => letter)).toEqual(['A', 'B', 'C', 'D', 'E']);
    const profiles = Object.keys(PROFILES).filter((name) => name !== 'standard');
    expect(systems.map(({ profile }) => profile).sort()).toEqual(profiles.sort());
  });

  it.each(systems)('numbers the rows of $letter from 1, without a gap', ({ letter, rows: own }) => {
    expect(own.map(({ id }) => id)).toEqual(own.map((_, index) => `${letter}-${index + 1}`));
    expect(own.length).toBeGreaterThan(40);
  });

  it.each(systems)('promises nothing twice in $letter', ({ rows: own }) => {
    const promised = own.map((row) => row.promised);
    expect(promised.filter((text, index) => promised.indexOf(text) !== index)).toEqual([]);
  });

  it('gives each row a promise, a state that there is, and where to look', () => {
    expect(rows.filter(({ state }) => !STATES.some((known) => known === state))).toEqual([]);
    expect(rows.filter(({ promised }) => promised === '')).toEqual([]);
    const pointsSomewhere = (where: string) =>
      labelsOf(where).length > 0 || codeOf(where).some(isCommandLine) || inlineTargetsOf(where).length > 0;
    expect(rows.filter(({ where }) => !pointsSomewhere(where))).toEqual([]);
  });

  it('gives a reason for everything that is not simply kept', () => {
    expect(rows.filter(({ state, why }) => state !== 'kept' && why === '')).toEqual([]);
  });

  it('counts its rows by state', () => {
    expect(cellsOf(sectionOf(page.text, 'How many'))).toEqual(figuresOf(systems));
  });

  it('has the fields of the profiles: those of mobile-analytics, and those that insights adds and counts', () => {
    expect(promisedFields('A', 'Output')).toEqual(ownFields(PROFILES['mobile-analytics'].processed));
    expect(promisedFields('C', 'Output')).toEqual(ownFields(PROFILES.insights.processed));
    expect(promisedFields('C', 'Metrics')).toEqual(ownFields(PROFILES.insights.summaries!.fields));
  });
});

describe('what the table of promises refers to', () => {
  it('is defined where it is used, and used where it is defined', () => {
    expect([...new Set(uses.map(({ label }) => label))].sort()).toEqual([...definitions.keys()].sort());
  });

  it('is there: files, and the headings in them', () => {
    const targets = [...definitions.values(), ...inlineTargetsOf(page.text)];
    expect(targets.map((target) => targetFault(page, target)).filter((fault) => fault !== null)).toEqual([]);
  });

  it('is what its label says', () => {
    for (const [label, target] of definitions)
      if (!target.startsWith('#')) expect(target).toContain(label.split('/').at(-1));
  });

  it('is a test that there is, where one is named', () => {
    const named = uses.filter(({ test }) => test !== undefined);
    const missing = named.filter(({ label, test }) => {
      const spec = new URL(definitions.get(label)!, url);
      return !existsSync(spec) || !hasTest(readFileSync(spec, 'utf8'), test!);
    });
    expect(missing).toEqual([]);
    expect(named.length).toBeGreaterThan(5);
  });

  it('is a command that there is, with options that it has', () => {
    const lines = [...new Set(codeOf(page.text).filter(isCommandLine))];
    expect(lines.map((line) => [line, commandFault(line)]).filter(([, fault]) => fault !== null)).toEqual([]);
    expect(lines.length).toBeGreaterThan(20);
  });

  it('is a setting that there is, with a value that it takes', () => {
    const names = new Set(describeSettings().map(({ name }) => name));
    const rules = new Map(allSettings().map(({ name, rule }) => [name, rule]));
    const assigned = codeOf(page.text).filter((code) => /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*(=.*)?$/.test(code));
    const wrong = assigned.filter((code) => {
      const [name, value] = code.split('=');
      const rule = rules.get(name);
      return !names.has(name) || (value !== undefined && !rule?.accepts(rule.convert(value)));
    });
    expect(wrong).toEqual([]);
    expect(assigned.length).toBeGreaterThan(20);
  });

  it('is a metric that there is, and a path that there is', () => {
    const code = codeOf(page.text);
    const metrics = Object.values(METRICS).map(({ name }) => name);
    const named = code.filter((text) => text.startsWith('login_stream_'));
    expect(named.filter((name) => !metrics.some((metric) => metric === name))).toEqual([]);
    const paths = code.filter((text) => /^(src|test|docs|deploy|bench|scripts)\//.test(text));
    expect(paths.filter((path) => !existsSync(new URL(`../../${path}`, import.meta.url)))).toEqual([]);
  });
});
