import type { ModelLogin } from '../../../src/analytics/model-login.testing.js';
import type { AnalyticsFields } from '../../../src/analytics/model.testing.js';
import type { Oracle } from '../../pipeline/oracle.js';
import { componentsOf } from './components.js';
import type { Good, ProcessedJudgement } from './components.js';
import type { Expectation } from './expectation.js';
import { inOrder, placeOf } from './input.js';
import type { Input } from './input.js';

const asDuplicate = ({ content }: ProcessedJudgement): Extract<Expectation, { outcome: 'filtered' }> => ({
  outcome: 'filtered',
  reason: 'duplicate',
  content,
});

export const asSeen = ({ input, judgement }: Good): ModelLogin => ({
  ...judgement.seen,
  // Another life of the topic has other records at the same positions.
  partition: input.partition + 1_000 * input.life,
  offset: input.offset,
});

/**
 * Says of each input what must become of it. Logins that have to do with each other have to be in one partition, where their
 * order is known, or else be copies of one message.
 *
 * @throws when the traffic is such that more than one result would be right
 */
export function expectAll(inputs: readonly Input[], oracle: Oracle): Map<Input, Expectation> {
  const expectations = new Map<Input, Expectation>();
  const goods: Good[] = [];
  for (const input of [...inputs].sort(inOrder)) {
    const judgement = oracle.judge(input.value, input.arrival);
    if (judgement.outcome === 'processed') goods.push({ input, judgement });
    else expectations.set(input, judgement);
  }
  for (const component of componentsOf(goods)) {
    if (new Set(component.map(({ input }) => input.partition)).size === 1)
      expectInTurn(component, oracle, expectations);
    else expectCopies(component, oracle, expectations);
  }
  return expectations;
}

function expectInTurn(component: readonly Good[], oracle: Oracle, into: Map<Input, Expectation>): void {
  const state = oracle.newState();
  for (const good of component) {
    const analytics = state.apply(asSeen(good)) as AnalyticsFields | null;
    const { judgement, input } = good;
    into.set(input, analytics === null ? asDuplicate(judgement) : { ...judgement, analytics });
  }
}

function expectCopies(component: readonly Good[], oracle: Oracle, into: Map<Input, Expectation>): void {
  const [first, ...others] = component;
  const state = oracle.newState();
  const analytics = state.apply(asSeen(first)) as AnalyticsFields;
  for (const other of others) {
    const isCopy = other.judgement.seen.value === first.judgement.seen.value;
    if (!isCopy || state.apply(asSeen(other)) !== null)
      throw new Error(
        `What ${placeOf(first.input)} and ${placeOf(other.input)} become depends on which comes first.`,
      );
  }
  const group = {
    inputs: component.map(({ input }) => input),
    processed: { ...first.judgement, analytics },
    duplicate: asDuplicate(first.judgement),
  };
  for (const { input } of component) into.set(input, { outcome: 'either', group });
}

/** Where nothing is remembered each input stands for itself. */
export const expectEach = (inputs: readonly Input[], oracle: Oracle): Map<Input, Expectation> =>
  new Map(
    inputs.map((input) => {
      const judgement = oracle.judge(input.value, input.arrival);
      return [input, judgement.outcome === 'processed' ? { ...judgement, analytics: null } : judgement];
    }),
  );
