import type { ModelLogin } from '../../../src/analytics/model-login.testing.js';
import { Oracle } from '../../pipeline/oracle.js';
import type { JsonObject } from '../../pipeline/oracle-fields.js';
import type { ReadRecord } from '../../support/kafka.js';
import { ID_HEADER } from '../traffic/chaos-record.js';
import { RULES } from '../traffic/settings.js';
import { Traffic } from '../traffic/traffic.js';
import type { Input } from './input.js';
import type { Records } from './outcomes.js';

export const EVERY = 100;
const PARTITIONS = 3;

export interface GoodRun {
  readonly inputs: Input[];
  readonly records: { [Kind in keyof Records]: ReadRecord[] };
}

/** Traffic and everything that has to become of it if partitions interleave as the messages were made. */
export function goodRun(seed: number, count: number): GoodRun {
  const traffic = new Traffic(seed, PARTITIONS, Date.UTC(2026, 2, 2, 8));
  const oracle = new Oracle(RULES);
  const state = oracle.newState();
  const offsets = new Array<number>(PARTITIONS).fill(0);
  const run: GoodRun = { inputs: [], records: { processed: [], filtered: [], errors: [], summaries: [] } };
  const { records } = run;
  const summarize = (now: number) =>
    records.summaries.push(aRecord(state.summaries.take(now) as JsonObject, Buffer.from('group'), {}));
  for (let made = 0; made < count; made++) {
    const { id, partition, key, value, timestamp } = traffic.next();
    const input = {
      ...{ id: String(id), life: 0, partition },
      offset: offsets[partition]++,
      arrival: timestamp,
      key,
      value,
    };
    run.inputs.push(input);
    state.summaries.begin(timestamp);
    const headers = { [ID_HEADER]: Buffer.from(input.id) };
    const source = { topic: 'input', partition, offset: input.offset, timestamp };
    const judgement = oracle.judge(value, timestamp);
    const filtered = (clean_type: string, message_content: JsonObject) =>
      records.filtered.push(aRecord({ clean_type, message_content, source }, key, headers));
    if (judgement.outcome === 'error') {
      state.countError(judgement.type);
      const errors = judgement.faults.map((fault) => fault.split(' ')).map(fieldAndRule);
      const json = { error_type: judgement.type, errors, source };
      records.errors.push(aRecord(json, key, { ...headers, 'x-dlq-value': value! }));
    } else if (judgement.outcome === 'filtered') {
      state.countFiltered(judgement.reason);
      filtered(judgement.reason, judgement.content);
    } else {
      const login: ModelLogin = { ...judgement.seen, partition, offset: input.offset };
      const analytics = state.apply(login);
      if (analytics === null) filtered('duplicate', judgement.content);
      else {
        const json = judgement.record(Math.floor(timestamp / 1000), analytics);
        records.processed.push(aRecord(json, Buffer.from(login.user_id), headers));
        if (state.processed.length % EVERY === 0) summarize(timestamp);
      }
    }
  }
  summarize(run.inputs.at(-1)!.arrival);
  return run;
}

const fieldAndRule = ([field, rule]: readonly string[]) => ({ field: field === 'null' ? null : field, rule });

const aRecord = (json: JsonObject, key: Buffer | null, headers: ReadRecord['headers']): ReadRecord => ({
  ...{ key, headers, json, value: Buffer.from(JSON.stringify(json)) },
  ...{ partition: 0, offset: '0', timestamp: '0' },
});

/** The record with other fields. */
export const changed = (record: ReadRecord, fields: JsonObject): ReadRecord =>
  aRecord({ ...record.json, ...fields }, record.key, record.headers);
