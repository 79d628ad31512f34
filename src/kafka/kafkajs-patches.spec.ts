import { createRequire } from 'node:module';
import { describe, expect, it, jest } from '@jest/globals';
import './kafkajs.js';
import { Broker } from './kafkajs-internals.js';

const require = createRequire(import.meta.url);

interface Queue {
  pending: unknown[];
  throttleCheckTimeoutId: NodeJS.Timeout | null;
  push(request: object): void;
  fulfillRequest(response: object): void;
  maybeThrottle(milliseconds: number): void;
  destroy(): void;
}
const RequestQueue = require('kafkajs/src/network/requestQueue') as new (options: object) => Queue;

const logger = { debug: () => undefined, warn: () => undefined };

function queueOf(maxInFlightRequests: number | null) {
  const sent: number[] = [];
  const queue = new RequestQueue({
    maxInFlightRequests,
    requestTimeout: 1_000,
    clientId: 't',
    broker: 'b',
    logger,
  });
  const push = (correlationId: number) =>
    queue.push({
      entry: {
        correlationId,
        apiKey: 0,
        apiVersion: 0,
        apiName: 'Test',
        resolve: () => undefined,
        reject: () => undefined,
      },
      expectResponse: true,
      sendRequest: () => sent.push(correlationId),
    });
  return { queue, sent, push };
}

describe('the request queue, patched', () => {
  it('arms no timer while nothing waits', () => {
    const { queue, sent, push } = queueOf(null);
    push(1);
    queue.fulfillRequest({ correlationId: 1, payload: null, size: 0 });
    expect(sent).toEqual([1]);
    expect(queue.throttleCheckTimeoutId).toBe(null);
  });

  it('sends the next request as soon as the one before is answered, not after a timer', () => {
    const { queue, sent, push } = queueOf(1);
    push(1);
    push(2);
    expect(sent).toEqual([1]);
    queue.fulfillRequest({ correlationId: 1, payload: null, size: 0 });
    expect(sent).toEqual([1, 2]);
    queue.destroy();
  });

  it('sends what was throttled once the broker lets it', () => {
    jest.useFakeTimers();
    try {
      const { queue, sent, push } = queueOf(null);
      queue.maybeThrottle(200);
      push(1);
      jest.advanceTimersByTime(150);
      expect(sent).toEqual([]);
      jest.advanceTimersByTime(100);
      expect(sent).toEqual([1]);
      queue.destroy();
    } finally {
      jest.useRealTimers();
    }
  });
});

describe('CONCURRENT_TRANSACTIONS', () => {
  const failure = (type: string) => Object.assign(new Error(type), { type });

  /** What the broker object's own code calls first; each call takes the next error. */
  const brokerThatFails = (errors: Error[]) => ({
    calls: 0,
    lookupRequest(): never {
      throw errors[Math.min(this.calls++, errors.length - 1)];
    },
  });

  it.each(['addPartitionsToTxn', 'addOffsetsToTxn', 'endTxn'] as const)('is retried in %s', async (call) => {
    const concurrent = failure('CONCURRENT_TRANSACTIONS');
    const broker = brokerThatFails([concurrent, concurrent, concurrent, failure('AFTER_THREE')]);
    await expect(Broker.prototype[call].call(broker, {})).rejects.toThrow('AFTER_THREE');
    expect(broker.calls).toBe(4);
  });

  it('is the only error that is retried', async () => {
    const broker = brokerThatFails([failure('INVALID_TXN_STATE')]);
    await expect(Broker.prototype.endTxn.call(broker, {})).rejects.toThrow('INVALID_TXN_STATE');
    expect(broker.calls).toBe(1);
  });

  it('is given up in the end', async () => {
    const now = jest.spyOn(Date, 'now');
    try {
      now.mockReturnValueOnce(0).mockReturnValue(11_000);
      const broker = brokerThatFails([failure('CONCURRENT_TRANSACTIONS')]);
      await expect(Broker.prototype.endTxn.call(broker, {})).rejects.toThrow('CONCURRENT_TRANSACTIONS');
    } finally {
      now.mockRestore();
    }
  });
});
