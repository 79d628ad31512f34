import { beforeEach, describe, expect, it } from '@jest/globals';
import type { ReadRecord } from '../../support/kafka.js';
import { changed, EVERY, goodRun } from './good-run.testing.js';
import type { GoodRun } from './good-run.testing.js';
import { judge } from './judge.js';

const COUNT = 2_000;

describe('the judge of chaos', () => {
  const original = goodRun(1, COUNT);
  let run: GoodRun;
  beforeEach(() => {
    const { inputs, records } = original;
    const { processed, filtered, errors, summaries } = records;
    const copies = { processed: [...processed], filtered: [...filtered], errors: [...errors] };
    run = { inputs: [...inputs], records: { ...copies, summaries: [...summaries] } };
  });

  const verdict = (recounts = false) =>
    judge(run.inputs, run.records, { profile: 'standard', every: EVERY, recounts });
  const good = { messages: COUNT, lost: [], twice: [], unequal: [] };

  function replace(records: ReadRecord[], which: (record: ReadRecord) => boolean, fields: object): void {
    const index = records.findIndex(which);
    expect(index).toBeGreaterThanOrEqual(0);
    records[index] = changed(records[index], fields as Record<string, unknown>);
  }

  const inputOf = (headers: ReadRecord['headers']) =>
    run.inputs.find(({ id }) => id === String(headers!['x-chaos-id']))!;

  /** A message of which there are copies in several partitions: its processed record, and the filtered ones of the others. */
  function aSpreadMessage() {
    const { processed, filtered } = run.records;
    const copiesOf = (record: ReadRecord) =>
      filtered.filter(({ json }) => contentOf(json).user_id === record.json.user_id);
    const wanderer = processed.find(
      (record) =>
        String(record.json.user_id).includes('wandering') &&
        copiesOf(record).some(
          ({ headers }) => inputOf(headers).partition !== inputOf(record.headers).partition,
        ),
    )!;
    return { wanderer, copies: copiesOf(wanderer) };
  }

  it('finds nothing wrong with a good run, which has everything in it', () => {
    expect(verdict()).toEqual(good);
    const { processed, filtered, errors, summaries } = run.records;
    expect(new Set(errors.map(({ json }) => json.error_type)).size).toBeGreaterThanOrEqual(9);
    expect(new Set(filtered.map(({ json }) => json.clean_type))).toEqual(
      new Set(['duplicate', 'filtered_device_type', 'filtered_age']),
    );
    for (const flag of ['suspicious_login', 'logs_from_multiple_locations', 'shared_device'])
      expect(new Set(processed.map(({ json }) => json[flag]))).toEqual(new Set([true, false]));
    expect(Math.max(...processed.map(({ json }) => json.session_count as number))).toBeGreaterThan(2);
    expect(new Set(processed.flatMap(({ json }) => json.risk_reasons)).size).toBeGreaterThan(3);
    expect(summaries.length).toBeGreaterThan(COUNT / EVERY / 2);
  });

  it.each(['processed', 'filtered', 'errors'] as const)('misses a record that is not there (%s)', (topic) => {
    run.records[topic].splice(7, 1);
    expect(verdict().lost).toHaveLength(1);
  });

  it.each(['processed', 'filtered', 'errors'] as const)('sees one that is there twice (%s)', (topic) => {
    run.records[topic].push(run.records[topic][7]);
    expect(verdict().twice).toHaveLength(1);
  });

  it('sees one that nobody sent', () => {
    run.records.processed.push(changed({ ...run.records.processed[0], headers: {} }, {}));
    expect(verdict().unequal.join()).toContain('unknown message');
  });

  it.each([
    ['suspicious_login', true],
    ['logs_from_multiple_locations', true],
    ['shared_device', true],
    ['session_id', '0000000000000000'],
    ['session_count', 99],
    ['session_logins', 99],
    ['risk_score', 7],
    ['risk_reasons', ['login_burst', 'several_ips']],
    ['ip', '10.0.0.1'],
  ])('sees one other %s', (field, value) => {
    replace(run.records.processed, ({ json }) => json[field] !== value, { [field]: value });
    expect(verdict()).toMatchObject({
      lost: [],
      twice: [],
      unequal: [expect.stringContaining(`${field} `)],
    });
  });

  it.each(['total_logins_for_version', 'total_logins_from_locale'])(
    'sees a number left out in %s',
    (counter) => {
      replace(run.records.processed, ({ json }) => json[counter] === 5, { [counter]: 100_000 });
      expect(verdict().unequal.join('\n')).toMatch(new RegExp(`${counter} of .* goes up to 100000`));
    },
  );

  it('sees a counter that starts anew', () => {
    const { processed } = run.records;
    for (const [index, record] of processed.entries())
      if (index > processed.length / 2)
        processed[index] = changed(record, {
          total_logins_for_version: (record.json.total_logins_for_version as number) - 100,
        });
    expect(verdict().unequal.join('\n')).toMatch(/goes from \d+ to \d+/);
  });

  it('sees a duplicate that was let through, and one that was none', () => {
    const isDuplicate = ({ json }: ReadRecord) => json.clean_type === 'duplicate';
    const { filtered, errors } = run.records;
    replace(filtered, isDuplicate, { clean_type: 'filtered_age' });
    replace(errors, () => true, { error_type: 'duplicate' });
    expect(verdict().unequal).toEqual([
      expect.stringContaining('reason filtered_age, not duplicate'),
      expect.stringContaining('type duplicate'),
    ]);
  });

  it('takes any one of copies in several partitions, but exactly one', () => {
    const { processed, filtered } = run.records;
    const { wanderer, copies } = aSpreadMessage();
    filtered.splice(filtered.indexOf(copies[0]), 1);
    expect(verdict().lost).toHaveLength(1);
    processed.push({ ...wanderer, headers: copies[0].headers });
    expect(verdict().unequal.join('\n')).toContain('2 of these copies were processed');
  });

  it.each<[string, (summaries: ReadRecord[]) => void, RegExp]>([
    ['in another order', (all) => void ([all[3], all[4]] = [all[4], all[3]]), /follows/],
    ['left out', (all) => void all.splice(5, 1), /0 summaries at 600/],
    ['twice', (all) => void all.splice(5, 0, all[5]), /follows 6/],
    ['with another count', (all) => replace(all, () => true, { processed_count: 99 }), /0 summaries at 100/],
    ['with another window', (all) => replace(all, ({ json }) => json.sequence === 2, { window: { start: 0 } }), /begins at 0/], // prettier-ignore
    ['with another last figure', (all) => replace(all, (one) => one === all.at(-1), { unique_users: 3 }), /unique_users is 3/], // prettier-ignore
  ])('sees a summary %s', (_, spoil, fault) => {
    spoil(run.records.summaries);
    expect(verdict().unequal.join('\n')).toMatch(fault);
  });

  it.each([
    'locale_counts',
    'region_counts',
    'sessions',
    'error_type_counts',
    'peak_hours',
    'shared_device_count',
  ])('sees other %s at the end', (field) => {
    replace(run.records.summaries, (one) => one === run.records.summaries.at(-1), { [field]: { NC: 1 } });
    expect(verdict().unequal).toEqual(
      expect.arrayContaining([expect.stringContaining(`the last summary's ${field}`)]),
    );
  });

  describe('when state was counted again on the way,', () => {
    const counter = 'total_logins_for_version';
    /** What is left of counters and summaries when state was lost after so many records. */
    const loseStateAfter = (count: number) => {
      const { processed, summaries } = run.records;
      for (const [index, record] of processed.entries())
        if (index < count && index % 3 === 0) processed[index] = changed(record, { [counter]: 1 });
      summaries.splice(2, 3);
      summaries[2] = changed(summaries[2], { total_received_count: 1, window: { start: 0 } });
    };

    it('takes counters and summaries that begin anew', () => {
      loseStateAfter(500);
      expect(verdict().unequal).not.toEqual([]);
      expect(verdict(true)).toEqual(good);
    });

    it('sees counters that end at another number', () => {
      loseStateAfter(run.records.processed.length);
      const { processed } = run.records;
      for (const [index, record] of processed.entries())
        processed[index] = changed(record, { [counter]: Math.min(90, record.json[counter] as number) });
      expect(verdict(true).unequal.join('\n')).toMatch(new RegExp(`${counter} of .* goes up to 90, not to`));
    });

    it('sees another last summary, and numbers that begin anew', () => {
      const { summaries } = run.records;
      replace(summaries, (one) => one === summaries.at(-1), { processed_count: 7 });
      expect(verdict(true).unequal.join()).toMatch(/processed_count is 7/);
      const [first] = summaries;
      summaries.push(changed(first, { sequence: 90 }), changed(first, { sequence: 89 }));
      expect(verdict(true).unequal.join()).not.toMatch(/comes after/);
      summaries.push(first);
      expect(verdict(true).unequal.join()).toMatch(/summary 1 comes after 90/);
    });

    it('sees what is wrong with a record, with whatever belongs to one partition', () => {
      replace(run.records.processed, ({ json }) => json.session_logins !== 99, { session_logins: 99 });
      expect(verdict(true).unequal).toEqual([expect.stringContaining('session_logins ')]);
      run.records.filtered.splice(7, 1);
      expect(verdict(true).lost).toHaveLength(1);
    });

    it('takes more than one of copies in several partitions, but not none', () => {
      const { processed, filtered } = run.records;
      const { wanderer, copies } = aSpreadMessage();
      filtered.splice(filtered.indexOf(copies[0]), 1);
      processed.push({ ...wanderer, headers: copies[0].headers });
      expect(verdict(true)).toEqual(good);
      processed.pop();
      processed.splice(processed.indexOf(wanderer), 1);
      for (const { headers } of [wanderer, copies[0]]) {
        const { partition, offset, arrival, key } = inputOf(headers);
        const source = { topic: 'input', partition, offset, timestamp: arrival };
        filtered.push({ ...changed(copies[0], { source }), headers, key });
      }
      expect(verdict(true).unequal.join()).toContain('0 of these copies were processed');
    });
  });

  it('refuses traffic of which more than one result would be right', () => {
    const login = run.records.processed.find(({ json }) => String(json.user_id).startsWith('user-0-'))!;
    const user = run.inputs.find(({ id }) => id === String(login.headers!['x-chaos-id']))!;
    const elsewhere = run.inputs.findIndex(({ partition }) => partition === 1);
    run.inputs[elsewhere] = { ...run.inputs[elsewhere], value: Buffer.from(`${String(user.value)} `) };
    expect(verdict).toThrow(/depends on which comes first/);
  });
});

const contentOf = (json: Record<string, unknown>) => (json.message_content ?? {}) as Record<string, unknown>;
